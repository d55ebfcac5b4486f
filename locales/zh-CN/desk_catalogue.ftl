### 服务目录：申请类型、表单、审批。

desk-state-waiting_approval = 等待审批

desk-field_kind-text = 单行文本
desk-field_kind-long_text = 多行文本
desk-field_kind-number = 数字
desk-field_kind-choice = 单选
desk-field_kind-several = 多选
desk-field_kind-yes_no = 是或否
desk-field_kind-person = 人员
desk-field_kind-device = 设备
desk-field_kind-date = 日期
desk-field_kind-file = 文件

desk-approvers-manager = 申请人的直属上级
desk-approvers-people = 指定人员
desk-approvers-role = 某一角色的所有人
desk-approvers-team = 某一团队的所有人

desk-approval_rule-one = 任一人同意
desk-approval_rule-all = 全部同意
desk-approval_rule-quorum = 至少 { $count } 人同意
desk-catalogue-rule-one = 任一人同意
desk-catalogue-rule-all = 全部同意
desk-catalogue-rule-quorum = 达到指定人数

desk-decision-approved = 已同意
desk-decision-refused = 已驳回
desk-decision-withdrawn = 无需再审批

desk-approval-none = 无需审批
desk-approval-waiting = 等待审批
desk-approval-approved = 已通过
desk-catalogue-withdraw = 撤回申请
desk-catalogue-withdrawn = 申请已撤回
desk-catalogue-withdraw-text = 撤回后不再需要审批，工单随即关闭；申请人可以重新提交。
desk-approval-withdrawn = 已撤回
desk-approval-refused = 未通过

desk-catalogue-yes = 是
desk-catalogue-no = 否
desk-catalogue-between = {"、"}
desk-catalogue-person-gone = 已离职人员
desk-catalogue-choose = 请选择
desk-catalogue-choose-files = 选择文件
desk-catalogue-person-hint = 填写姓名或邮箱地址
desk-catalogue-approval = 审批
desk-catalogue-undecided = 尚未处理
desk-catalogue-not-asked-yet = 尚未开始
desk-catalogue-instead-of = 代 { $name } 审批
desk-catalogue-needs-approval = 此申请需要审批通过后才会开始处理。

desk-catalogue-settings = 服务目录
desk-catalogue-lead = 员工可以申请的服务，每种都有自己的表单。工单会保留提交时的表单版本。
desk-catalogue-empty = 目录为空
desk-catalogue-empty-text = 新建一种申请类型，它会立即出现在门户上。
desk-catalogue-type = 申请类型
desk-catalogue-type-new = 新建申请类型
desk-catalogue-type-removed = 申请类型已删除
desk-catalogue-questions = 表单项
desk-catalogue-question = 表单项
desk-catalogue-takes = 填写方式
desk-catalogue-offered = 启用
desk-catalogue-order = 顺序
desk-catalogue-switch-on = 启用
desk-catalogue-switch-off = 停用
desk-catalogue-is-off = 已停用
desk-catalogue-up = 上移“{ $name }”
desk-catalogue-down = 下移“{ $name }”
desk-catalogue-preview = 预览
desk-catalogue-preview-text = 员工看到的表单如下，这里填写的内容不会提交。
desk-catalogue-back-to-type = 返回申请类型
desk-catalogue-no-questions = 还没有表单项，请先添加一项。
desk-catalogue-no-approval = 无需审批。
desk-catalogue-field-new = 添加表单项
desk-catalogue-field-edit = 表单项
desk-catalogue-step-new = 添加审批步骤
desk-catalogue-step-edit = 审批步骤
desk-catalogue-what-becomes = 工单设置
desk-catalogue-id = 标识
desk-catalogue-id-hint = 小写字母、数字和连字符，会作为标签写入工单；保存后不能修改。
desk-catalogue-name-zh = 中文名称
desk-catalogue-name-en = 英文名称
desk-catalogue-description-zh = 中文说明
desk-catalogue-description-en = 英文说明
desk-catalogue-team-of-category = 按分类分派
desk-catalogue-tier = 支持层级
desk-catalogue-icon = 图标
desk-catalogue-audience = 门户可见范围
desk-catalogue-desk-only = 门户不可见，仅由服务台代为提交
desk-catalogue-departments = 仅限以下部门
desk-catalogue-departments-hint = 每行一个，留空则所有人可见。
desk-catalogue-remove = 删除此类型
desk-catalogue-remove-sure = 确定删除此申请类型？已提交的工单不受影响。
desk-catalogue-required = 必填
desk-catalogue-required-hint = 显示时必须填写
desk-catalogue-always = 始终显示
desk-catalogue-when = “{ $field }”为“{ $value }”时
desk-catalogue-shown = 显示条件
desk-catalogue-label-zh = 中文标题
desk-catalogue-label-en = 英文标题
desk-catalogue-help-zh = 中文提示
desk-catalogue-help-en = 英文提示
desk-catalogue-key = 字段名
desk-catalogue-key-hint = 供接口使用：小写字母、数字和下划线。
desk-catalogue-min = 最小值
desk-catalogue-max = 最大值
desk-catalogue-limits-hint = 数字的大小、文本的字数、所选项数、文件个数，或日期距今天的天数。
desk-catalogue-choices = 选项
desk-catalogue-choices-hint = 每行一个：值 | 英文 | 中文
desk-catalogue-field-remove = 删除此表单项
desk-catalogue-field-remove-sure = 确定删除此表单项？
desk-catalogue-none = 无
desk-catalogue-who = 审批人
desk-catalogue-rule = 通过条件
desk-catalogue-role = 角色
desk-catalogue-quorum = 需要同意的人数
desk-catalogue-people = 指定人员
desk-catalogue-people-hint = 邮箱地址，每行一个。
desk-catalogue-stand-ins = 代理审批人
desk-catalogue-stand-ins-hint = 邮箱地址。审批人不在、已离职或即为申请人本人时，按此顺序代为审批。
desk-catalogue-step-remove = 删除此步骤
desk-catalogue-step-remove-sure = 确定删除此审批步骤？

desk-catalogue-file = 服务目录
desk-catalogue-search = 搜索服务目录
desk-catalogue-none-found = 没有找到
desk-catalogue-none-found-text = 换个说法试试，或直接新建工单。

desk-approvals-title = 我的审批
desk-approvals-empty = 没有待审批的申请
desk-approvals-empty-text = 需要您审批的申请会出现在这里。
desk-approvals-request = 申请
desk-approvals-since = 提交时间
desk-approvals-comment = 意见
desk-approvals-comment-hint = 申请人可以看到；驳回时必填。
desk-approvals-yes = 同意
desk-approvals-no = 驳回
desk-approvals-said-yes = 已同意
desk-approvals-said-no = 已驳回
desk-approvals-done = 此申请已经处理。

desk-notice-approval_asked = 待您审批（发给审批人）
desk-notice-approved = 申请已通过（发给申请人）
desk-notice-declined = 申请未通过（发给申请人）

desk-page-change-approval-asked = 请 { $names } 审批
desk-page-change-approval-reminded = 提醒 { $names } 审批
desk-page-change-approval-yes = { $name } 同意{ $comment }
desk-page-change-approval-no = { $name } 驳回{ $comment }
desk-page-change-approval-words = “{ $comment }”
desk-page-change-approval-link-refused = 有人使用了已失效或属于他人的审批链接
desk-page-change-approved = 审批通过，转服务台处理
desk-page-change-withdrawn = 撤回申请并关闭
desk-page-change-declined = 审批未通过，已关闭

event-desk-ticket-approval_asked = 请求审批
event-desk-ticket-approval_reminded = 提醒审批
event-desk-ticket-approval_decided = 作出审批
event-desk-ticket-approval_link_refused = 审批链接被拒绝
event-desk-ticket-approved = 审批通过
event-desk-ticket-withdrawn = 申请已撤回
permission-desk-approve = 审批他人的申请
event-desk-ticket-declined = 审批未通过
event-desk-request_type-saved = 保存了申请类型
event-desk-request_type-removed = 删除了申请类型

error-desk-ticket-awaits_approval = 此申请正在等待审批，通过之前不能处理
error-desk-catalogue-name_missing = 请至少填写一种语言的名称
error-desk-catalogue-icon_unknown = 请选择一个图标
error-desk-catalogue-too_many_departments = 部门过多
error-desk-catalogue-too_many_fields = 最多 { $max } 个表单项
error-desk-catalogue-too_many_choices = 最多 { $max } 个选项
error-desk-catalogue-too_many_steps = 最多 { $max } 个审批步骤
error-desk-catalogue-too_many_people = 最多 { $max } 人
error-desk-catalogue-too_many_types = 最多 { $max } 种申请类型，请先删除一种
error-desk-catalogue-id_malformed = 使用 2 到 40 个小写字母、数字或连字符，以字母开头
error-desk-catalogue-id_taken = 标识“{ $id }”已被使用过，请换一个
error-desk-catalogue-changed_meanwhile = 其他人刚刚修改了此类型，请重新加载后再改。
error-desk-catalogue-key_malformed = 使用小写字母、数字或下划线，以字母开头
error-desk-catalogue-key_twice = 已有表单项使用此字段名
error-desk-catalogue-label_missing = 请至少填写一种语言的标题
error-desk-catalogue-limits_wrong = 最小值不能大于最大值
error-desk-catalogue-choices_missing = 请至少列出一个选项
error-desk-catalogue-choices_unfit = 只有单选和多选才有选项，请删除选项或更改填写方式
error-desk-catalogue-choice_malformed = 每个选项都需要值（最多 60 个字符）和文字
error-desk-catalogue-choice_twice = 值“{ $value }”重复
error-desk-catalogue-depends_on_unknown = 依赖的表单项“{ $field }”不存在
error-desk-catalogue-depends_on_value = “{ $field }”只能取：{ $values }
error-desk-catalogue-depends_in_circle = 表单项之间循环依赖，请让其中一项始终显示
error-desk-catalogue-approvers_missing = 请指定审批人
error-desk-catalogue-quorum_wrong = 人数至少为 1，且不能超过指定人员的数量
error-desk-catalogue-nobody_approves = 找不到审批人，也没有服务台主管可以代为审批，请联系信息部门。
error-desk-catalogue-answer_unknown = 表单中没有此项
error-desk-catalogue-answer_missing = 请填写此项
error-desk-catalogue-answer_twice = 只能填写一个
error-desk-catalogue-answer_malformed = 应为文本、数字、是否，或文本列表
error-desk-catalogue-text_length = 字数应为 { $min } 到 { $max }
error-desk-catalogue-not_a_number = 请填写整数，例如 3
error-desk-catalogue-number_range = { $min ->
    [none] 不能大于 { $max }
   *[other] { $max ->
        [none] 不能小于 { $min }
       *[other] 应在 { $min } 到 { $max } 之间
    }
}
error-desk-catalogue-choice_unknown = 没有“{ $value }”这个选项
error-desk-catalogue-choices_count = { $max ->
    [none] 请至少选择 { $min } 项
   *[other] 请选择 { $min } 到 { $max } 项
}
error-desk-catalogue-files_count = { $max ->
    [none] 请至少上传 { $min } 个文件
   *[other] 请上传 { $min } 到 { $max } 个文件
}
error-desk-catalogue-not_yes_or_no = 请选择是或否
error-desk-catalogue-not_a_date = 请填写日期，例如 2026-03-02
error-desk-catalogue-date_range = { $min ->
    [none] 不能晚于 { $max }
   *[other] { $max ->
        [none] 不能早于 { $min }
       *[other] 应在 { $min } 到 { $max } 之间
    }
}
error-desk-catalogue-person_unknown = 没有找到“{ $value }”，请填写同事的姓名或邮箱地址
error-desk-catalogue-person_unclear = 找到多位同名人员，请填写具体的邮箱地址：{ $names }
error-desk-catalogue-more_questions = 根据您的选择还有几项需要填写，请再检查一遍表单；文件需要重新选择。
error-desk-catalogue-was_declined = #{ $number } 未通过审批，不能重新打开，请补充说明后重新申请。
error-desk-approval-comment_missing = 请说明驳回原因，申请人可以看到
error-desk-approval-decided = 您已经处理过 #{ $number }，每个链接只能使用一次。
error-desk-approval-not_waiting = #{ $number } 已不在等待审批。
error-desk-approval-settled = #{ $number } 已有结果，无需您再处理。
error-desk-approval-expired = 此链接已过期，请登录后在“我的审批”中处理。
error-desk-approval-not_yours = 此链接属于其他人，只有收件人本人可以使用。
