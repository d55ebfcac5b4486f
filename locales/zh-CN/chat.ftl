# 在线沟通：员工页面、技术人员页面、错误。

chat-title = 在线联系 IT 服务台
chat-desk = IT 服务台
chat-somebody = 某位同事
chat-nav-report = 报告问题
chat-nav-requests = 我的请求
chat-nav-chat = 在线沟通

chat-first = 遇到了什么问题？
chat-first-hint = 先说一两句就可以。
chat-there = 现在有 { $count } 位同事在线接待。
chat-waiting-before-you = 您前面还有 { $count } 人在等待。
chat-begin = 开始沟通
chat-begin-again = 重新开始沟通
chat-nobody = 目前没有同事在线接待。
chat-opens-at = 服务台将于 { $at } 恢复服务。
chat-leave-text = 请留言：留言会生成一个带编号的请求，我们将通过邮件和本页面答复您。
chat-leave = 留言
chat-to-form = 填写报告表单
chat-left = 您的留言已生成请求 #{ $number }，我们会尽快答复。

chat-state-waiting = 等待中
chat-state-talking = 沟通中
chat-state-ended = 已结束
chat-place = 您排在第 { $place } 位。
chat-with = { $name } 正在为您服务。
chat-nobody-any-more = 目前已没有同事在线接待。您可以继续等待，也可以转为请求；已写的内容不会丢失。
chat-message = 消息
chat-send = 发送
chat-refresh = 查看新消息
chat-end = 结束沟通
chat-end-waiting = 不再等待，转为请求
chat-end-sure = 确定结束沟通？全部内容将转为一个请求。
chat-is-ticket = 沟通的全部内容已记入请求 #{ $number }。
chat-to-ticket = 查看请求 #{ $number }

chat-told-taken = { $name } 已接手。
chat-told-returned = { $name } 已将沟通退回队列。
chat-told-warned = 已有一段时间没有新消息。如无回复，沟通即将结束并转为请求。
chat-told-ended = 沟通已结束。
chat-transcript-head = { $at } 的在线沟通
chat-ticket-goes-on = 我们已在线沟通过此事，我会在这里继续处理，有进展会第一时间告知您。

chat-queue = 在线沟通
chat-others-there = { $count ->
    [0] 目前没有其他同事在线接待。
   *[other] 目前有 { $count } 位其他同事在线接待。
}
chat-duty-begin = 开始接待
chat-duty-cease = 停止接待
chat-duty-off = 您目前未接待。
chat-duty-until = 接待至 { $at }
chat-duty-closed = 已过服务时间，员工看到的是无人接待
chat-duty-begun = 员工现在可以看到您在线
chat-duty-ceased = 您已停止接待
chat-empty-title = 没有人在等待
chat-empty-text = 员工发起的沟通会自动显示在这里，等待最久的排在最前。
chat-group-waiting = 等待接待
chat-group-mine = 我的
chat-group-others = 同事接待中
chat-column-subject = 主题
chat-column-requester = 报障人
chat-column-technician = 技术人员
chat-column-since = 开始等待
chat-column-last = 最后消息
chat-unanswered = 待回复

chat-words = 沟通内容
chat-kind = 消息类型
chat-reply = 回复
chat-aside = 内部
chat-hand-off = 交接说明
chat-message-hint = 回复报障人；只给同事看请选“内部”
chat-aside-hint = 仅技术人员可见
chat-take = 接待
chat-take-over = 接手
chat-take-over-sure = { $name } 正在接待此沟通，确定接手？
chat-held-by = { $name } 正在接待
chat-is-over = 此沟通已转为工单
chat-side = 报障人与操作
chat-open-tickets = 未结工单
chat-no-tickets = 没有您可查看的工单。

chat-hand-over = 转交
chat-hand-over-to = 转交给
chat-hand-over-queue = 退回队列
chat-answers = 接待中
chat-hand-over-note = 接手的人需要知道什么？
chat-hand-over-hint = 报障人看不到这段说明。
chat-handed-over = 已转交

chat-end-title = 结束并转为工单
chat-end-ticket = 工单
chat-end-new = 新建工单
chat-end-subject = 标题
chat-end-of-new = 标题、类别和紧急程度仅用于新建工单。
chat-end-category = 类别
chat-end-urgency = 紧急程度
chat-end-solved = 已当场解决并一起验证
chat-end-solved-hint = 系统会请报障人确认是否恢复正常。
chat-end-solution = 解决方法
chat-end-next = 后续安排
chat-end-next-hint = 报障人会在工单中看到。
chat-end-submit = 结束沟通
chat-ended-as = 沟通已转为工单 #{ $number }

chat-settings = 在线沟通
chat-settings-idle = 多少分钟没有消息后结束沟通
chat-settings-idle-hint = 到三分之二时会提醒双方。沟通会转为工单，内容不会丢失。
chat-settings-save = 保存
chat-settings-saved = 已保存

permission-chat-answer = 接待在线沟通、转交、结束并转为工单
permission-chat-settings = 设置无消息的沟通何时结束

error-chat-message-missing = 请填写消息。
error-chat-message-too_long = 每条消息最多 { $most } 个字，请分段发送。
error-chat-message-flood = 发送过于频繁，请稍等几秒再发送。
error-chat-conversation-ended = 沟通已结束，这条消息没有发出，可以用它重新开始沟通。
error-chat-conversation-full = 沟通内容过长，请先结束并转为工单，再在工单中继续。
error-chat-conversation-not_yours = 此沟通不由您接待，请先接手。
error-chat-conversation-taken_meanwhile = 此沟通刚刚已被接手或转交，目前的接待情况见下方。
error-chat-take-unknown = 请填写目前由谁接待：“queue”或同事的标识。
error-chat-conversation-own = 这是您自己发起的沟通，需由同事接待；您可以在服务门户中查看。
error-chat-hand_over-note_missing = 请写明接手的人需要知道的内容。
error-chat-hand_over-unfit = 请选择有权接待的同事。
error-chat-end-solution_missing = 请填写解决方法，或取消上面的勾选。
error-chat-end-not_theirs = #{ $number } 不是该报障人的未结工单，请另选一个。
error-chat-setting-out_of_range = 请填写 { $least } 到 { $most } 分钟。

event-chat-opened = 发起沟通
event-chat-taken = 接下沟通
event-chat-handed_over = 转交沟通
event-chat-returned = 沟通退回队列
event-chat-said = 沟通中发言
event-chat-noted = 沟通中的内部备注
event-chat-warned = 提醒无人发言将结束沟通
event-chat-ended = 沟通结束
event-chat-duty = 开始或停止在线接待
