# 问题跟踪系统：设置、记录、工单上的消息。

handover-trackers = 问题跟踪系统
handover-trackers-lead = 移交包在其中成为问题单，状态和评论会回到工单。
handover-trackers-empty-title = 还没有问题跟踪系统
handover-trackers-empty-text = 可接入 GitHub、GitLab、Jira，或任何支持 Standard Webhooks 的程序。
handover-tracker-new = 新建跟踪系统
handover-name = 名称
handover-kind = 类型
handover-kind-github = GitHub
handover-kind-gitlab = GitLab
handover-kind-jira = Jira
handover-kind-plain = 其他（Standard Webhooks）
handover-kind-github-hint = 在 GitHub 中添加 Webhook：填写此地址和密钥，内容类型选 application/json，事件选 Issues 和 Issue comments。
handover-kind-gitlab-hint = 在 GitLab 中添加 Webhook：填写此地址和密钥令牌，触发来源选议题事件和评论。
handover-kind-jira-hint = 在 Jira 中添加 Webhook：填写此地址和密钥，事件选问题（创建、更新）和评论（创建）。
handover-kind-plain-hint = 由你的程序向此地址发送消息，并按 Standard Webhooks 用此密钥签名。
handover-tracker-url = 移交包接收地址
handover-tracker-url-hint = 每个移交包都会以签名的 JSON 消息发送到此地址，例如发给负责建单的自动化程序。留空则只接收消息。
handover-enabled = 启用
handover-on = 已启用
handover-off = 已停用
handover-incoming = 接收
handover-outgoing = 发送
handover-outgoing-hint = 移交包用此密钥签名（Standard Webhooks）。问题单须在正文或标签中带有引用编号。
handover-hook-url = 地址
handover-secret-in = 密钥
handover-secret-out = 签名密钥
handover-secret-none = 无。请在下方更换密钥或启用此跟踪系统，再到对方系统中重新设置。
handover-show = 显示
handover-secrets-new = 更换密钥
handover-secrets-sure = 确定更换两个密钥？旧密钥立即失效。
handover-tracker-test = 发送测试消息
handover-tracker-test-sent = 测试消息已提交发送
handover-tracker-remove = 删除
handover-tracker-remove-sure = 确定删除此跟踪系统？将不再向其发送或接收消息。
handover-tracker-added = 跟踪系统已添加
handover-tracker-saved = 跟踪系统已保存
handover-tracker-removed = 跟踪系统已删除
handover-tracker-secrets-changed = 已更换密钥
handover-tracker-log = 消息记录
handover-log = 记录
handover-log-of = { $name } 的消息记录
handover-log-lead = 双向的最近消息。
handover-log-empty = 还没有消息。
handover-message-kind = 类型
handover-message-answer = 应答
handover-message-waiting = 等待发送
handover-message-delivered = 已送达
handover-message-given-up = 已放弃
handover-message-not-tried = 未发送：跟踪系统已停用或删除
handover-message-silent = 未发送：跟踪系统没有应答
handover-message-no-secret = 未发送：跟踪系统没有签名密钥
handover-message-again = 重新发送
handover-message-again-asked = 已重新提交发送
handover-heard-taken = 已接收
handover-heard-ignored = 无需处理
handover-heard-forged = 已拒绝：签名错误
handover-heard-replayed = 已拒绝：重复消息
handover-heard-stale = 已拒绝：过期消息
handover-heard-malformed = 已拒绝：无法读取
handover-deadline = 根因报告期限
handover-deadline-hours = 小时数
handover-deadline-calendar = 计时方式
handover-deadline-every-hour = 自然小时
handover-deadline-saved = 期限已保存

handover-note-issue-seen = 已创建问题单 { $issue }。{ $words }
handover-note-issue-fixed = 问题单 { $issue } 已作为已修复关闭，根因报告仍待提交。
handover-note-issue-fixed-as = 问题单 { $issue } 已作为已修复关闭（{ $what }），根因报告仍待提交。
handover-note-issue-closed = 问题单 { $issue } 未修复即关闭。
handover-note-issue-closed-as = 问题单 { $issue } 未修复即关闭（{ $what }）。
handover-note-issue-reopened = 问题单 { $issue } 已重新打开。
handover-note-issue-moved = 问题单 { $issue }：{ $what }
handover-note-issue-said =
    { $what } 评论了 { $issue }：

    { $words }
handover-note-not-taken = 跟踪系统 { $tracker } 未接收移交包（{ $reason }）。请在“设置 → 问题跟踪系统”中重新发送，或用移交包的引用编号手工建单。

permission-handover-trackers = 接入问题跟踪系统并设置报告期限

event-handover-tracker-saved = 问题跟踪系统已保存
event-handover-tracker-removed = 问题跟踪系统已删除
event-handover-tracker-secrets_changed = 问题跟踪系统已更换密钥

error-handover-tracker-name_length = 请填写名称，最多 { $most } 个字符
error-handover-tracker-name_taken = 已有名为“{ $name }”的跟踪系统，请换一个名称
error-handover-tracker-url_malformed = 请填写以 https:// 或 http:// 开头的完整地址，且不含用户名
error-handover-tracker-too_many = 最多 { $most } 个跟踪系统，请先删除一个
error-handover-tracker-changed_meanwhile = “{ $name }”已被他人修改，请核对后重新保存
error-handover-tracker-unreachable = 此跟踪系统已停用，或未填写移交包接收地址
error-handover-message-still_waiting = 此消息仍在发送中
error-handover-deadline-hours = 请填写 1 到 { $most } 小时
error-handover-deadline-calendar_unknown = 该日历不存在，请重新选择
