# 服务台的取值、事件、权限与错误。页面上的文字在 desk_pages.ftl 中。

desk-type-incident = 故障
desk-type-request = 服务请求
desk-type-question = 咨询
desk-type-change_request = 变更申请

desk-category-hardware = 硬件
desk-category-software = 软件
desk-category-network = 网络
desk-category-account = 账号与权限
desk-category-security = 安全
desk-category-other = 其他

desk-impact-person = 仅本人
desk-impact-team = 一个团队
desk-impact-site = 整个办公地点
desk-impact-organisation = 全公司

desk-urgency-low = 低：不影响工作
desk-urgency-medium = 中：工作受阻
desk-urgency-high = 高：无法工作

desk-priority-P0 = P0
desk-priority-P1 = P1
desk-priority-P2 = P2
desk-priority-P3 = P3

desk-state-new = 新建
desk-state-in_progress = 处理中
desk-state-waiting_requester = 等待报障人
desk-state-waiting_supplier = 等待供应商
desk-state-waiting_development = 等待开发
desk-state-resolved = 已解决，待确认
desk-state-closed = 已关闭

desk-stage-open = 未完成
desk-stage-resolved = 待确认
desk-stage-closed = 已关闭

desk-channel-portal = 自助门户
desk-channel-mail = 邮件
desk-channel-phone = 电话
desk-channel-chat = 即时消息
desk-channel-api = 接口
desk-channel-alert = 告警

desk-waiting_for-requester = 报障人
desk-waiting_for-supplier = 供应商
desk-waiting_for-development = 开发团队

desk-voice-requester = 报障人
desk-voice-staff = 技术支持

desk-article_kind-report = 报障内容
desk-article_kind-reply = 回复
desk-article_kind-note = 内部备注
desk-article_kind-mail = 邮件
desk-article_kind-call = 通话记录
desk-article_kind-system = 系统

desk-order-urgent = 最紧急的在前
desk-order-updated = 最近更新的在前
desk-order-created = 最新提交的在前

desk-clock-first_response = 首次响应
desk-clock-next_update = 下次进展
desk-clock-solution = 解决

desk-clock_state-running = 计时中
desk-clock_state-paused = 已暂停
desk-clock_state-met = 已达成
desk-clock_state-breached = 已超时

desk-unit-minute = 分钟
desk-unit-hour = 小时
desk-unit-working_day = 个工作日

desk-action-notify_owner = 通知负责人
desk-action-notify_manager = 通知主管
desk-action-tier_up = 升级到上一层支持

desk-part-running = 计时
desk-part-make_up = 计时：{ $name }（调休上班）
desk-part-paused = 暂停：{ $state }
desk-part-awaiting = 不计时：{ $state }
desk-part-night = 不计时：非工作时段
desk-part-break = 不计时：休息时段
desk-part-weekend = 不计时：休息日
desk-part-holiday = 不计时：{ $name }

# 为什么派给这个人？
desk-outcome-chosen = 按技能、工作量和班次自动选定
desk-outcome-by_hand = 人工指派
desk-outcome-taken = 本人领取
desk-outcome-no_team = 未能选人：工单还没有归属团队
desk-outcome-team_queue = 放入团队队列
desk-outcome-nobody_in_team = 未能选人：团队里没有成员
desk-outcome-nobody_free = 未能选人：团队成员都不符合条件

desk-left_out-absent = 不在岗（请假）
desk-left_out-off_shift = 不在班
desk-left_out-tier_too_low = 支持层级低于工单要求
desk-left_out-skill_missing = 不具备所需技能

desk-points-skill = 技能
desk-points-room = 空闲程度
desk-points-presence = 在岗情况
desk-points-tier = 支持层级
desk-points-total = 合计

desk-answer-accepted = 已恢复正常
desk-answer-refused = 问题仍然存在
desk-answer-silent = 未答复
desk-answer-withdrawn = 已撤回

desk-answered_by-requester = 报障人本人
desk-answered_by-link = 通过邮件链接
desk-answered_by-on_behalf = 由技术支持代为记录
desk-answered_by-nobody = 无人答复

desk-setting-close_after_days = 已解决的工单无人答复时，几个工作日后自动关闭

# 时间线上的小字：发生了什么。
event-desk-ticket-opened = 提交了工单
event-desk-ticket-replied = 作了回复
event-desk-ticket-noted = 写了内部备注
event-desk-ticket-called = 记录了通话
event-desk-ticket-attached = 添加了附件
event-desk-ticket-changed = 修改了工单
event-desk-ticket-triaged = 按学习结果分诊
event-desk-ticket-assigned = 指派了工单
event-desk-ticket-escalated = 升级了工单
event-desk-ticket-started = 开始处理
event-desk-ticket-waiting = 转为等待
event-desk-ticket-resumed = 恢复处理
event-desk-ticket-resolved = 标记为已解决，请报障人确认
event-desk-ticket-confirmed = 确认问题已解决
event-desk-ticket-refused = 反馈问题仍未解决
event-desk-ticket-closed_silent = 因长时间未答复而关闭
event-desk-ticket-reopened = 重新打开了工单
event-desk-ticket-watched = 开始关注
event-desk-ticket-imported = 从其他服务台导入了工单
event-desk-ticket-recorded = 在其他服务台做了记录
event-desk-ticket-unwatched = 取消关注
event-desk-clock-warned = 即将超时
event-desk-clock-breached = 已经超时
event-desk-policy-saved = 保存了服务级别
event-desk-policy-removed = 停用了服务级别
event-desk-matrix-saved = 修改了优先级矩阵
event-desk-route-saved = 修改了分类的派单去向

# 权限。
permission-desk-ticket-open = 提交工单（范围大于“本人”时可代他人提交）
permission-desk-ticket-read = 查看工单
permission-desk-ticket-internal = 查看内部备注和派单理由
permission-desk-ticket-reply = 回复工单
permission-desk-ticket-note = 撰写内部备注
permission-desk-ticket-change = 分诊和修改工单
permission-desk-ticket-assign = 指派工单
permission-desk-ticket-escalate = 升级工单
permission-desk-ticket-resolve = 处理和解决工单
permission-desk-ticket-verify = 确认或否定解决结果（范围大于“本人”时可代报障人记录）
permission-desk-ticket-reopen = 重新打开工单
permission-desk-report = 查看服务台报表
permission-desk-settings = 修改服务台设置

# 错误：哪里不对，怎么办。
error-desk-ticket-unknown_value = 无法识别“{ $value }”，可用的取值：{ $words }
error-desk-ticket-tier_out_of_range = 没有第 { $value } 层支持，请选择 1、2 或 3
error-desk-ticket-assignee_unfit = { $name }不处理工单，请选择服务台的成员
error-desk-ticket-tier_not_above = 工单已在第 { $tier } 层，请选择更高的层级
error-desk-ticket-title_missing = 请用几个字说明是什么问题
error-desk-ticket-line_too_long = 内容太长，请控制在 { $max } 个字符以内
error-desk-ticket-complexity_out_of_range = 复杂度只能是 1 到 3
error-desk-ticket-too_many_tags = 标签太多，最多 30 个
error-desk-ticket-next_step_half = 下一步要同时写明做什么和什么时候做，或者都不填
error-desk-ticket-reason_missing = 请写明原因，方便后续处理的人了解
error-desk-ticket-until_past = 这个时间已经过去，请选择更晚的时间
error-desk-ticket-solution_missing = 请写明是怎样解决的，报障人会看到
error-desk-ticket-untested_reason_missing = 请说明为什么没能验证这个方案
error-desk-ticket-closed = 工单已关闭，请先重新打开
error-desk-ticket-already_resolved = 工单已解决，正在等报障人确认；如需继续处理，请先重新打开
error-desk-ticket-not_resolved = 工单尚未解决，还不能确认
error-desk-ticket-already_waiting = 工单已经在等待对方
error-desk-ticket-not_waiting = 工单并未处于等待状态
error-desk-ticket-already_started = 工单已经开始处理
error-desk-ticket-still_open = 工单还没有完成
error-desk-ticket-not_silent_yet = 留给报障人答复的时间还没到
error-desk-ticket-changed_meanwhile = 您编辑期间，工单 #{ $number } 已被他人修改；请查看最新内容后再保存
error-desk-ticket-cursor_malformed = 翻页标记无效，请从第一页重新开始
error-desk-article-body_missing = 请先填写内容
error-desk-article-body_too_long = 内容太长，请控制在 { $max } 个字符以内，其余部分可作为附件上传
error-desk-article-minutes_out_of_range = 通话时长应在 0 到 1440 分钟之间
error-desk-attachment-unknown_file = 文件没有上传成功，请重新添加
error-desk-handoff-tried_missing = 请写明试过哪些办法，没有效果的也要写
error-desk-handoff-known_missing = 请写明目前掌握的情况
error-desk-handoff-boundary_missing = 请写明本级处理到哪里为止、为什么需要升级
error-desk-policy-name_missing = 请给服务级别起个名字
error-desk-policy-no_target = 请至少设定一项时限
error-desk-policy-pause_not_waiting = 只能在等待类状态下暂停计时
error-desk-policy-amount_out_of_range = 请填写 1 到 100000 之间的数
error-desk-policy-clock_twice = 同一种时限重复了，请只保留一项
error-desk-policy-percent_out_of_range = 百分比应在 1 到 1000 之间
error-desk-policy-percent_twice = 有两个步骤的百分比相同，请合并
error-desk-policy-calendar_unknown = 找不到这个工作日历，请另选一个
error-desk-policy-calendar_impossible = 这项服务级别所用的工作日历无法计算，请到日历设置中更正
error-desk-route-level_out_of_range = 技能等级只能是 1 到 3
error-desk-verification-answered = 您已经答复过这个问题，谢谢
error-desk-verification-withdrawn = 技术支持已重新处理这张工单，之后会再次请您确认
error-desk-verification-expired = 链接已过期，请在自助门户中打开工单 #{ $number } 进行答复

desk-search-kind-ticket = 工单
desk-search-kind-ticket-note = 内部备注
desk-search-kind-request-type = 服务申请
desk-search-values-type = 类型可以是：故障、服务请求、咨询、变更申请。
desk-search-values-state = 状态可以是：未完成、待确认、已关闭，或 new、in_progress、waiting_requester、waiting_supplier、waiting_development、waiting_approval。
desk-search-values-category = 分类可以是：硬件、软件、网络、账号与权限、安全、其他。
desk-search-values-priority = 优先级可以是：P0、P1、P2、P3。
desk-search-values-people = 请填写“我”，或您有权查看的姓名、邮箱。
desk-search-values-team = 请填写“我的”“无”，或团队名称的一部分。
desk-search-values-has = 可以筛选带有“附件”的工单。
