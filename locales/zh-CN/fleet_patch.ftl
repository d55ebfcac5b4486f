# 补丁：设备上报了什么、如何决定、规则，以及由此制定分批发布。
event-fleet-patch_decided = 对补丁作出决定
event-fleet-patch_rule_saved = 新建补丁规则
event-fleet-patch_rule_ended = 结束补丁规则

error-fleet-patch_none = 请选择 1 到 { $most } 个补丁。
error-fleet-patch_note = 最多 { $most } 个字。
error-fleet-patch_pattern = 请用小写字母填写软件包名称，* 代表任意内容，例如 linux-image-*，最多八个 *。
error-fleet-patch_days = 请填写 0 到 { $most } 之间的天数。
error-fleet-patch_rules_many = 已有 { $most } 条规则，请先结束一条。
error-fleet-patch_rule_same = 已有针对相同软件包的规则，以较早的为准。请先结束它。
error-fleet-patch_rule_ended = 这条规则已经结束。
error-fleet-patch_not_approved = { $name } 尚未批准，或批准已撤回。请先批准，或将其去掉。
error-fleet-patch_same_name = { $name } 选了两个版本，请只选一个。
error-fleet-patch_plan_none = 请选择 1 到 { $most } 个已批准的补丁。名称很长时能选的更少。

fleet-patches-title = 补丁
fleet-patches-none = 这里还没有内容
fleet-patches-none-text = 装有我们的代理并使用 apt 的设备，其可用更新会随清单出现在这里，每个软件包版本一行。
fleet-patches-not-found = 没有符合的补丁
fleet-patch-tabs = 按决定查看补丁
fleet-patch-tab-waiting = 待决定
fleet-patch-tab-approved = 已批准
fleet-patch-tab-declined = 已拒绝
fleet-patch-tab-all = 全部
fleet-patch-state-waiting = 待决定
fleet-patch-state-approved = 已批准
fleet-patch-state-declined = 已拒绝
fleet-patch-search-label = 搜索补丁
fleet-patch-search-placeholder = 软件包名称的一部分
fleet-patch-search-hint = 可用筛选：安全:是
fleet-patch-all-shown = 选中所有显示的
fleet-patch-choose = 选择 { $name }
fleet-patch-choose-none = 取消选择
fleet-patch-chosen = 处理选中的补丁
fleet-patch-package = 软件包
fleet-patch-version = 版本
fleet-patch-devices = 设备
fleet-patch-first-seen = 首次上报
fleet-patch-state = 状态
fleet-patch-decided-by = 决定者
fleet-patch-by-rule = 规则
fleet-patch-security = 安全更新
fleet-patch-approve = 批准
fleet-patch-decline = 拒绝
fleet-patch-take-back = 撤回决定
fleet-patch-did-approve = 已批准。
fleet-patch-did-decline = 已拒绝。
fleet-patch-did-take-back = 决定已撤回，规则不会再替您决定。
fleet-patch-taken-back = { $name } 撤回了决定
fleet-patch-note = 说明
fleet-patch-note-hint = 为什么这样决定，随决定一起保留。
fleet-patch-due = 将由规则决定
fleet-patch-gone = 已没有设备上报。
fleet-patch-reporters = 上报的设备
fleet-patch-installed = 已安装版本
fleet-patch-anew = 将全新安装
fleet-patch-out-of-reach = 另有 { $count } 台设备不在您的权限之内。
fleet-patch-plan = 制定分批发布
fleet-patch-plan-title = { $count ->
    [1] 更新 { $name }
   *[other] 更新 { $name } 等 { $count } 个软件包
}
fleet-patch-plan-hint = 根据已批准的补丁制定，存为草稿时会再次核对批准情况。

fleet-patch-rules-title = 补丁规则
fleet-patch-rules-lead = 符合软件包的规则中，最早的一条在天数届满后作出决定。人已经决定或撤回的，规则不再过问。
fleet-patch-rules-none = 还没有规则：每个补丁都由人来决定。
fleet-patch-rules-ended = 已结束的规则
fleet-patch-rule = 规则
fleet-patch-rule-by = 制定者
fleet-patch-rule-end = 结束
fleet-patch-rule-new = 新规则
fleet-patch-rule-save = 建立规则
fleet-patch-rule-saved = 规则已生效，正在等待的补丁会在一分钟内处理。
fleet-patch-rule-is-ended = 规则已结束，它作出的决定仍然有效。
fleet-patch-rule-words = { $verdict } { $pattern }{ $security ->
    [yes] ，仅限安全更新
   *[no] {""}
}{ $days ->
    [0] ，立即生效
   *[other] ，首次上报 { $days } 天后生效
}
fleet-patch-verdict = 决定
fleet-patch-verdict-approve = 批准
fleet-patch-verdict-decline = 拒绝
fleet-patch-pattern = 软件包
fleet-patch-pattern-hint = 软件包名称，* 代表任意内容，例如 linux-image-*
fleet-patch-days = 等待天数
fleet-patch-days-hint = 从首次上报算起，0 表示立即决定。
fleet-patch-security-only = 仅限安全更新

fleet-patch-count = { $count } 项更新
fleet-patch-count-security = 其中 { $count } 项安全更新
fleet-patch-on-device = 设备上的软件
