# 移交开发：移交包、报告、邮件、工单备注。

handover-title = 移交开发
handover-lead = 已移交的问题及根因报告的截止时间。
handover-open = 进行中
handover-settled = 已完结
handover-empty-title = 暂无内容
handover-empty-text = 在工单右侧的卡片中可将工单移交开发。
handover-more = 加载更多
handover-new = 移交开发
handover-new-lead = 移交后工单转为等待开发，开发须提交根因报告。
handover-give = 移交
handover-cancel = 取消
handover-save = 保存
handover-handed-over = 已移交
handover-package = 移交包
handover-reference = 引用编号
handover-ticket = 工单
handover-to = 移交对象
handover-by = 移交人
handover-team = 团队
handover-developer = 开发人员
handover-developer-hint = 邮箱地址；团队成员均可领取时留空
handover-tracker = 问题跟踪系统
handover-tracker-hint = 将在其中创建问题单
handover-nobody = 无
handover-state = 状态
handover-at = 时间
handover-due = 报告截止
handover-report-due-at = 报告截止
handover-overdue = 已逾期
handover-is-overdue = 根因报告应于 { $at } 提交，现已逾期。
handover-fix-there = 已修复
handover-fix-delivered-report-due = 跟踪系统显示问题已修复，根因报告仍待提交。
handover-issue = 问题单
handover-pair = { $name }：{ $value }

handover-fault = 故障
handover-fault-title = 标题
handover-severity = 严重程度
handover-severity-critical = 致命
handover-severity-high = 严重
handover-severity-medium = 一般
handover-severity-low = 轻微
handover-steps = 复现步骤
handover-steps-hint = 每行一步
handover-expected = 预期结果
handover-actual = 实际结果
handover-environment = 环境
handover-device = 设备
handover-os = 操作系统
handover-application = 应用
handover-version = 版本
handover-site = 地点
handover-versions = 版本
handover-versions-hint = 受影响的版本，以及最后一个正常的版本
handover-found = 已查明
handover-tried = 已尝试

handover-evidence = 证据
handover-evidence-hint = 只有勾选的内容会一并移交。
handover-evidence-none = 未移交证据。
handover-checked = 已核对带标记的内容，可以移交
handover-checked-hint = 填写或勾选的内容带有标记（如疑似含密码、邮箱地址）时须确认
handover-warning-internal = 内部备注
handover-warning-secret = 疑似密码或密钥
handover-warning-mail = 邮箱地址
handover-warning-phone = 电话号码
handover-warning-identity = 身份证号
handover-warning-card = 银行卡号
handover-warning-unread = 未检查
handover-download = 下载

handover-state-handed-over = 已移交
handover-state-report-due = 待报告
handover-state-reported = 报告待审
handover-state-returned = 已退回
handover-state-accepted = 已通过
handover-state-withdrawn = 已撤回

handover-take = 领取
handover-taken = 已由你负责
handover-withdraw = 撤回
handover-withdraw-lead = 工单由服务台继续处理，不再需要报告。
handover-withdraw-now = 撤回
handover-withdrawn = 已撤回
handover-reason = 理由

handover-report-write = 填写报告
handover-report-send = 提交报告
handover-reported = 报告已提交
handover-report-number = 根因报告（第 { $number } 份）
handover-cause-technical = 根本原因（技术）
handover-cause-technical-hint = 哪里出错，为什么会出错
handover-cause-plain = 根本原因（通俗）
handover-cause-plain-hint = 用一两句话说明，让报障人看得懂
handover-fix = 修复措施
handover-fixed-in = 修复版本
handover-fixed-in-hint = 尚无包含修复的版本时留空
handover-prevention = 预防措施
handover-prevention-hint = 如何避免再次发生
handover-accept = 通过报告
handover-accepted = 报告已通过
handover-return = 退回报告
handover-return-lead = 请说明欠缺之处。新的报告须在 24 小时内提交。
handover-return-now = 退回
handover-returned = 报告已退回
handover-cause-tested = 开发的根因报告

handover-chases = 催办记录
handover-chase-half = 时间过半
handover-chase-due = 到期
handover-chase-day =
    { $count ->
       *[other] 逾期 { $count } 天
    }
handover-mails =
    { $count ->
        [0] 未发邮件
       *[other] { $count } 封邮件
    }

handover-wait-reason = 已移交开发（{ $to }）：{ $title }
handover-note-handed-over =
    已移交开发：{ $to }
    { $title }
    根因报告截止：{ $due }
    { $link }
handover-note-withdrawn = 已从开发撤回：{ $reason }
handover-note-accepted = 开发的根因报告已通过。

handover-mail-given-subject = 移交给你：{ $title }
handover-mail-given-text =
    服务台向开发移交了一个故障。

    { $title }
    严重程度：{ $severity }
    工单：#{ $ticket }
    根因报告截止：{ $due }

    移交包：{ $link }
handover-mail-soon-subject = 根因报告即将到期：{ $title }
handover-mail-soon-text =
    时间已过半，根因报告应于 { $due } 前提交。

    { $title }（工单 #{ $ticket }）

    { $link }
handover-mail-late-subject = 根因报告已逾期：{ $title }
handover-mail-late-text =
    根因报告应于 { $due } 前提交。请尽快填写，或在工单中说明何时提交。

    { $title }（工单 #{ $ticket }）

    { $link }
handover-mail-fixed-subject = 已修复，报告待提交：{ $title }
handover-mail-fixed-text =
    问题单已作为已修复关闭，根因报告仍应于 { $due } 前提交。

    { $title }（工单 #{ $ticket }）

    { $link }
handover-mail-reported-subject = 根因报告待审：{ $title }
handover-mail-reported-text =
    开发已提交根因报告，请通过，或说明理由退回。

    { $title }（工单 #{ $ticket }）

    { $link }
handover-mail-returned-subject = 根因报告被退回：{ $title }
handover-mail-returned-text =
    服务台退回了报告：

    { $words }

    新的报告应于 { $due } 前提交。

    { $link }
handover-mail-accepted-subject = 根因报告已通过：{ $title }
handover-mail-accepted-text =
    服务台已通过报告，感谢支持。

    { $words }

    { $link }
handover-mail-withdrawn-subject = 已撤回：{ $title }
handover-mail-withdrawn-text =
    服务台已撤回移交包，不再需要报告。

    { $words }

    { $link }

permission-handover-create = 将工单移交开发并可撤回
permission-handover-read = 查看移交包和根因报告
permission-handover-report = 领取移交包并提交根因报告
permission-handover-judge = 通过或退回根因报告

event-handover-package-created = 已移交开发
event-handover-package-taken = 移交包已领取
event-handover-package-issue_known = 问题单已关联
event-handover-package-fix_delivered = 已修复
event-handover-package-fix_taken_back = 问题单重新打开
event-handover-package-withdrawn = 移交包已撤回
event-handover-package-chased = 已催办根因报告
event-handover-report-written = 已提交根因报告
event-handover-report-accepted = 根因报告已通过
event-handover-report-returned = 根因报告被退回

error-handover-text_too_long = 最多 { $most } 个字符
error-handover-reason_missing = 请填写理由
error-handover-cursor = 列表位置无效，请从头开始
error-handover-package-title_missing = 请填写标题
error-handover-package-steps_missing = 请逐步说明如何复现
error-handover-package-expected_missing = 请填写预期结果
error-handover-package-actual_missing = 请填写实际结果
error-handover-package-severity_unknown = 请选择严重程度
error-handover-package-team_unknown = 该团队不存在，请重新选择
error-handover-package-developer_unknown = 没有邮箱为 { $address } 的人员，请先添加，或留空
error-handover-package-tracker_unknown = 该跟踪系统不存在或已停用，请重新选择
error-handover-package-nobody = 请选择团队、开发人员或问题跟踪系统
error-handover-package-evidence_unknown = 部分证据不属于此工单，请重新选择
error-handover-package-evidence_too_many = 证据最多 { $most } 项
error-handover-package-unchecked = 请核对上方带标记的内容并勾选此项，或删去这些内容
error-handover-package-already_open = 工单 #{ $number } 已移交，请先撤回或等待其报告
error-handover-package-not_running = 此移交包不需要报告
error-handover-package-taken = 此移交包已由他人领取
error-handover-package-settled = 此移交包已完结
error-handover-package-too_large = 证据过大，无法打包，请逐个下载
error-handover-report-cause_technical_missing = 请说明哪里出错及原因
error-handover-report-cause_plain_missing = 请再用通俗的话说明
error-handover-report-fix_missing = 请填写修复措施
error-handover-report-prevention_missing = 请填写预防措施
error-handover-report-not_awaited = 此移交包不需要报告
error-handover-report-too_many = 一个移交包最多 { $most } 份报告
error-handover-report-none_waits = 没有待审的报告
error-handover-report-another_one = 已有新的报告，请先查看
error-handover-report-own = 这份报告由你提交，须由他人审核
