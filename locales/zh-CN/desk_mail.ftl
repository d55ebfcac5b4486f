# 服务台的邮件：收信、通知，以及通知用语的设置页。信件正文在模板中。

desk-notice-received = 已收到（发给报障人）
desk-notice-assigned = 已有人负责（发给报障人）
desk-notice-replied = 技术支持已回复（发给报障人和参与者）
desk-notice-waiting = 需要您补充信息（发给报障人）
desk-notice-resolved = 现在正常了吗？（发给报障人）
desk-notice-closed = 已关闭（发给报障人）
desk-notice-reopened = 重新处理（发给报障人）
desk-notice-assigned_to_you = 指派给您（发给负责人）
desk-notice-requester_replied = 报障人已回复（发给负责人和关注者）
desk-notice-warning = 即将超时（发给负责人）
desk-notice-breach = 已经超时（发给负责人和主管）
desk-notice-escalated_to_you = 升级给您，附交接说明（发给负责人）
desk-notice-came_back = 方案未通过确认或工单重新打开（发给负责人和关注者）
desk-notice-mentioned = 备注中提到您（发给被提到的人）
desk-notice-forgotten = 没有下一步安排的工单（每天早上发给主管）

desk-notices-nav = 邮件通知
desk-notices-title = 邮件通知
desk-notices-lead = 与工单有关的各种信件，每种语言各有一份。用语可以修改，双花括号中的内容会自动填入。
desk-notices-notice = 信件
desk-notices-languages = 用语
desk-notices-language-en = 英文
desk-notices-language-zh-CN = 中文
desk-notices-changed = 已修改
desk-notices-subject = 主题
desk-notices-subject-hint = 如果没有写工单编号，发送时会自动加在最前面，回信要靠它找到工单。
desk-notices-body = 正文
desk-notices-body-hint = 纯文本。{"{{ 名称 }}"} 处会填入内容；{"{% if 名称 %} … {% endif %}"} 之间的部分在没有内容时省略。
desk-notices-names = 可以填入：
desk-notices-save = 保存用语
desk-notices-saved = 已保存，下一封信起使用新的用语。
desk-notices-preview = 预览
desk-notices-reset = 恢复原来的用语
desk-notices-reset-done = 已恢复原来的用语。

error-desk-template-subject_missing = 请填写主题
error-desk-template-body_missing = 请填写正文
error-desk-template-broken = 无法填入内容：{ $detail }。请检查花括号和名称是否正确。

event-desk-template-saved = 修改了通知用语
event-desk-template-reset = 恢复了原来的通知用语

# 服务台的邮箱
desk-mail-setting-team = 新请求交给
desk-setting-reopen_within_days = 工单关闭后，多少天内收到回信会重新打开

# 收信时写下的文字
desk-mail-no-text = （无正文）
desk-mail-no-subject = （无主题）
desk-mail-reopened = 报障人回复了邮件。
desk-mail-automatic = 来自 { $from } 的自动回复：
desk-mail-generated = 一个程序（{ $from }）就本工单发来：
desk-mail-unproven = 收到一封署名 { $from } 的邮件，但它并不是对我们发给此人信件的回复，而发件人是可以伪造的。内容没有转给报障人，请先核实再采用：
desk-mail-from-approver = 审批人 { $from } 以邮件作了答复。邮件答复不算审批决定，内容也没有转给申请人：
desk-mail-not-theirs = { $from } 就本工单发来邮件，但已无权回复本工单。内容没有转给报障人：
desk-mail-forged = 这封邮件的标识声称是在回复我们的信件，但我们从未发出过那封信，请谨慎对待。
desk-mail-problem-shortened = 邮件太长，全文已作为附件 mail.eml 保存。
desk-mail-problem-parts = 邮件的组成部分过多，没有全部读取。原始邮件可在邮件日志中查看。
desk-mail-problem-attachment = 有附件过大，没有收取。原始邮件可在邮件日志中查看。
desk-mail-not-delivered = 与本工单有关的一封信没能送达 { $to }，请换一种方式联系，例如打电话。{ $detail }
desk-mail-quote = { $name } 于 { $at } 写道：

mail-reason-desk-no_sender = 没有可以答复的发件人
mail-reason-desk-sender_inactive = 发件人的账号已停用
mail-reason-desk-list = 来自邮件列表，不是写给我们的
mail-reason-desk-bulk = 群发邮件，不是写给我们的
mail-reason-desk-machine = 来自邮件系统
mail-reason-desk-out_of_office = 外出自动回复，与任何工单无关
mail-reason-desk-auto_reply = 自动回复，与任何工单无关
mail-reason-desk-duplicate = 同一封邮件已经收取过
mail-reason-kernel-forbidden = 发件人无权提交请求

# 预览用的示例
desk-mail-sample-desk = IT 服务台
desk-mail-sample-title = 三楼的打印机打不出来
desk-mail-sample-requester = 李娜
desk-mail-sample-assignee = 王强
desk-mail-sample-team = 桌面支持组
desk-mail-sample-text = 请先关机，等十秒再开机，然后看看测试页能不能打出来。
desk-mail-sample-quote =
    李娜 于 2026年3月2日 10:00 写道：
    > 完全打不出来。
desk-mail-sample-instant = 2026年3月3日 周二 14:00
desk-mail-sample-reason = 您在几楼？
desk-mail-sample-solution = 后盖里卡了一张纸，已经取出，测试页打印正常。
desk-mail-sample-tried = 重启过打印机，换过硒鼓。
desk-mail-sample-known = 周一搬动之后开始出现。
desk-mail-sample-boundary = 需要有打印服务器权限的人处理。
desk-mail-sample-comment = 仍然提示卡纸。
