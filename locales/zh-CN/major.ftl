# Major incidents: the room, its roles and plan, the status page, and the review.
major-title = 重大事件
major-room = 重大事件
major-panel = 重大事件
major-empty-title = 暂无重大事件
major-empty-text = 出现大范围故障时，打开对应工单并按 Shift I：角色、预案、用户通报集中在一个作战室里。
major-open = 处理中
major-past = 已结束
major-older = 更早
major-what = 事件
major-state = 状态
major-plan = 预案
major-next-words = 下次通报
major-words-late = 通报已超时
major-late = 已超时
major-declared-at = 宣布于
major-resolved-at = 恢复于
major-review = 复盘
major-nobody = 未指定
major-add = 添加
major-save = 保存
major-cancel = 取消
major-saved = 已保存
major-edit = 编辑信息
major-assign = 指派

major-state-declared = 排查中
major-state-identified = 已定位
major-state-monitoring = 观察中
major-state-resolved = 已恢复
major-state-reviewed = 已复盘
major-public-declared = 排查中
major-public-identified = 已定位原因
major-public-monitoring = 修复观察中
major-public-resolved = 已恢复

major-role-commander = 指挥
major-role-commander-purpose = 决策并统揽全局
major-role-operations = 运维
major-role-operations-purpose = 首轮排查
major-role-development = 研发
major-role-development-purpose = 深度修复
major-role-support = 支持
major-role-support-purpose = 向用户通报
major-role-coordination = 项目经理
major-role-coordination-purpose = 协调
major-roles = 角色

major-declare = 宣布
major-declare-title = 宣布为重大事件
major-declare-hint = 工单升为 P0。
major-declare-links = 反映同一问题的工单
major-declared = 已宣布为重大事件
major-public-title = 面向用户的标题
major-public-title-hint = 哪里不可用，不写内部用语
major-impact = 影响
major-impact-hint = 谁受影响、如何受影响
major-services = 受影响服务
major-services-hint = 以逗号分隔
major-every = 通报间隔（分钟）
major-on-status = 显示在状态页上
major-on-status-hint = 标题、影响与通报，对所有可查看状态页的人可见
major-off-status = 不在状态页上
major-put-on-status = 恢复到状态页
major-take-off-status = 从状态页撤下
major-plan-none = 不使用预案
major-first-words = 首次用户通报
major-first-words-hint = 选填。将同时发送给以上所有工单的报障人。
major-palette-declare = 将 #{ $number } 宣布为重大事件

major-say = 用户通报
major-say-hint = { $count ->
    [one] 回复该工单，并发布到状态页。
   *[other] 回复 { $count } 张工单，并发布到状态页。
}
major-say-hint-off = { $count ->
    [one] 回复该工单，不发布到状态页。
   *[other] 回复 { $count } 张工单，不发布到状态页。
}
major-words-en = 英文
major-words-zh = 中文
major-say-send = 发送给所有人
major-said = 通报记录
major-said-done = 正在发送给所有人
major-reached = 已送达 { $reached }
major-trouble-skipped = #{ $number } 未能通知。
major-trouble-waiting = #{ $number } 尚未通知。
major-trouble-hidden = { $count ->
    [one] 另有 1 张您无权查看
   *[other] 另有 { $count } 张您无权查看
}
major-trouble-not-resolved = #{ $number } 已通知，但未能解决。
major-record = 时间线
major-tick = 完成：{ $step }
major-step-new = 补充步骤
major-links = 关联工单
major-links-hidden = { $count ->
    [one] 另有 1 张您无权查看
   *[other] 另有 { $count } 张您无权查看
}
major-link-number = 工单号
major-linked = 已关联工单
major-unlinked = 已移除工单
major-unlink = 移除 #{ $number }

major-resolve = 宣布恢复
major-resolve-hint = 以下内容将发送给所有受影响用户并发布到状态页，同时开启复盘。
major-resolve-hint-off = 以下内容将发送给所有受影响用户，不发布到状态页，同时开启复盘。
major-resolve-own = 以此内容解决 #{ $number }
major-resolve-links = { $count ->
    [one] 一并解决关联工单
   *[other] 一并解决 { $count } 张关联工单
}
major-tested = 解决方案已验证
major-untested-reason = 未验证的原因
major-untested-reason-hint = 未验证时必填
major-resolve-send = 宣布恢复并通知所有人
major-resolved-done = 已宣布恢复，复盘已开启
major-asks-last-words = 工单已解决，但受影响用户尚未得到通知。
major-last-words = 撰写最后一次通报

major-reopened = 重大事件再次出现。

major-review-open = 待复盘
major-review-held = 已召开
major-review-closed = 已完成
major-review-owner = 负责人
major-review-due = 截止
major-review-happened = 事件经过
major-review-happened-hint = 完成前必填
major-review-cause = 原因
major-review-cause-hint = 完成前必填
major-review-well = 做得好的
major-review-badly = 做得不好的
major-review-timeline-hint = 已根据记录填入
major-review-was-held = 复盘会已召开
major-review-close = 完成复盘
major-review-close-hint = 请先保存。完成后不可修改，改进项仍可勾选。
major-review-closed-done = 复盘已完成
major-actions = 改进项
major-actions-none = 怎样避免再次发生？
major-action = 改进项
major-action-owner = 负责人
major-action-due = 截止日期

major-settings-title = 重大事件
major-audience = 谁可以查看状态页
major-audience-signed-in = 已登录用户
major-audience-anybody = 知道网址的任何人
major-plans = 应急预案
major-plan-new = 新建预案
major-plan-edit = 编辑预案
major-plan-name = 名称
major-plan-name-en = 英文名称
major-plan-name-zh = 中文名称
major-plan-category = 类别
major-plan-any-category = 不限
major-plan-words = 标题关键词
major-plan-words-hint = 用于推荐预案，以逗号分隔
major-plan-steps = 步骤
major-plan-steps-en = 英文步骤
major-plan-steps-zh = 中文步骤
major-plan-steps-hint = 每行一步；以“角色：”开头表示由谁执行（{ $roles }）。只填一种语言即可；两种都填时须逐行对应。
major-plan-remove = 删除预案
major-plan-remove-sure = 删除该预案？正在执行的事件保留其步骤。
major-plan-removed = 预案已删除

major-status-title = 服务状态
major-status-nav = 状态页
major-status-to-portal = 我的请求
major-status-fine = 一切正常。
major-status-trouble = { $count ->
    [one] 有 1 起事件正在处理。
   *[other] 有 { $count } 起事件正在处理。
}
major-status-since = 开始时间
major-status-nothing-said = 正在排查，进展将在此发布。
major-status-history = 近 90 天
major-status-no-history = 无事件
major-status-feed = Atom 订阅

major-line-declared = 宣布重大事件：{ $title }
major-line-changed = 编辑了信息
major-line-state = 状态变为{ $state }
major-line-role = { $role }：{ $name }
major-line-linked = 关联 #{ $number }
major-line-linked-count = { $count ->
    [one] 关联 1 张工单
   *[other] 关联 { $count } 张工单
}
major-line-unlinked = 移除 #{ $number }
major-line-unlinked-count = { $count ->
    [one] 移除 1 张工单
   *[other] 移除 { $count } 张工单
}
major-line-step-done = 完成：{ $step }
major-line-step-undone = 撤销完成：{ $step }
major-line-updated = 用户通报：{ $words }
major-line-update-hidden = 从状态页撤下一条通报
major-line-update-shown = 将一条通报恢复到状态页
major-line-told = { $count ->
    [one] 已通知 1 张工单
   *[other] 已通知 { $count } 张工单
}，{ $skipped } 张未通知
major-line-overdue = 通报超时 { $minutes } 分钟
major-line-resolved = 重大事件已恢复
major-line-review-opened = 复盘已开启
major-line-review-closed = 完成复盘
major-line-review-late = 复盘已超时
major-line-action = { $name } 的改进项：{ $what }
major-line-ticket-opened = 工单已提交
major-line-ticket-assigned = 工单分配给 { $name }
major-line-ticket-escalated = 工单已升级
major-line-ticket-waiting = 工单等待中
major-line-ticket-resumed = 工单继续处理
major-line-ticket-resolved = 工单已解决
major-line-ticket-confirmed = 报障人确认已解决
major-line-ticket-refused = 报障人表示未解决
major-line-ticket-reopened = 工单重新打开
major-line-ticket-priority = 优先级 { $priority }

major-note-declared = 已宣布为重大事件：{ $title }
major-note-raised = 已宣布为重大事件：{ $title }。优先级由 { $priority } 升为 P0。
major-note-due = “{ $title }”的用户通报已到期（超时 { $minutes } 分钟）。
major-mail-role-subject = 重大事件“{ $title }”：您担任{ $role }
major-mail-role-text =
    您在重大事件“{ $title }”中担任{ $role }（{ $purpose }）。

    作战室：{ $link }
major-mail-due-subject = 通报到期：{ $title }
major-mail-due-text =
    “{ $title }”的下一次用户通报已到期（超时 { $minutes } 分钟）。

    请在此撰写：{ $link }
major-mail-review-subject = 复盘：{ $title }
major-mail-review-text =
    重大事件“{ $title }”已结束，由您负责复盘，截止 { $due }；时间线已自动填入。

    { $link }
major-mail-late-subject = 复盘超时：{ $title }
major-mail-late-text =
    重大事件“{ $title }”的复盘应于 { $due } 前完成。

    { $link }

permission-major-read = 查看重大事件
permission-major-declare = 将工单宣布为重大事件
permission-major-lead = 指挥重大事件
permission-major-settings = 设置状态页与应急预案
event-major-declared = 宣布重大事件
event-major-changed = 重大事件信息已修改
event-major-state_changed = 重大事件状态已变更
event-major-role_assigned = 重大事件角色已变更
event-major-linked = 工单已关联到重大事件
event-major-unlinked = 工单已从重大事件移除
event-major-step_added = 预案步骤已补充
event-major-step_ticked = 预案步骤已勾选
event-major-updated = 已撰写用户通报
event-major-update_hidden = 通报从状态页撤下或恢复
event-major-told = 已通知用户
event-major-update_overdue = 用户通报超时
event-major-resolved = 重大事件已恢复
event-major-review_opened = 复盘已开启
event-major-review_saved = 复盘已保存
event-major-review_closed = 复盘已完成
event-major-review_overdue = 复盘超时
event-major-action_added = 改进项已添加
event-major-action_ticked = 改进项已勾选
event-major-plan_saved = 应急预案已保存
event-major-plan_removed = 应急预案已删除

error-major-already_declared = #{ $number } 已是重大事件，请在“重大事件”中打开。
error-major-belongs_already = #{ $number } 属于重大事件“{ $title }”，请先在该事件中移除。
error-major-ticket_not_open = #{ $number } 已解决或已关闭，请先重新打开。
error-major-title_length = 请填写标题，不超过 { $most } 个字。
error-major-impact_length = 不超过 { $most } 个字。
error-major-services_most = 最多 { $most } 个服务，每个不超过 60 个字。
error-major-minutes_range = 须为 { $least } 到 { $most } 分钟。
error-major-plan_unknown = 该预案已不存在，请另选。
error-major-person_unknown = 请选择服务台的人员。
error-major-commander_missing = 必须有指挥，请改选其他人。
error-major-is_over = 该重大事件已结束；如需继续，请先调回状态。
error-major-still_open = 重大事件仍在处理，请先宣布恢复。
error-major-no_such_way = 当前状态无法执行此操作，请刷新页面。
error-major-changed_meanwhile = 内容已被他人修改，请刷新后重新填写。
error-major-words_missing = 请至少用一种语言填写通报内容。
error-major-words_too_long = 不超过 { $most } 个字。
error-major-step_length = 请填写步骤，不超过 { $most } 个字。
error-major-steps_most = 预案最多 { $most } 个步骤，请改为发布通报。
error-major-state_by_words = 发布通报时状态只能调为 declared、identified 或 monitoring；结束事件请在作战室中点击“宣布恢复”。
error-major-came_back = 尚未轮到通知，故障已再次出现。
error-major-link_number = 请填写工单号，例如 1042。
error-major-link_unknown = 没有工单 #{ $number }，或您无权查看。请检查工单号。
error-major-link_itself = #{ $number } 是该事件本身的工单，请填写其他工单号。
error-major-link_taken = #{ $number } 属于另一起重大事件，请先在该事件中移除。
error-major-links_most = 最多 { $most } 张工单，请去掉 #{ $number }。
error-major-untested_reason_missing = 请用一行说明未验证的原因。
error-major-review_is_closed = 该复盘已完成。
error-major-review_missing = 请填写并保存后再完成。
error-major-action_length = 请填写改进项，不超过 { $most } 个字。
error-major-actions_most = 最多 { $most } 个改进项。
error-major-day_malformed = 请填写日期，例如 2026-03-09。
error-major-plan_name_length = 请至少用一种语言填写名称，不超过 { $most } 个字。
error-major-plan_words_most = 最多 { $most } 个关键词。
error-major-plan_steps_most = 请填写 1 到 { $most } 个步骤，每步不超过 { $letters } 个字。
error-major-plan_lines_differ = 英文 { $en } 步，中文 { $zh } 步。请逐行对应，或留空其中一种。
error-major-plans_most = 最多 { $most } 个预案，请先删除一个。
