# 设备：名词、权限、事件、拒绝的原因。

fleet-title = 设备
fleet-kind-computer = 电脑
fleet-kind-server = 服务器
fleet-kind-network_equipment = 网络设备
fleet-kind-printer = 打印机
fleet-kind-phone = 手机或平板
fleet-kind-other = 其他
fleet-state-pending = 等待接纳
fleet-state-admitted = 使用中
fleet-state-retired = 已停用
fleet-source-agent = Mainstay 代理
fleet-source-glpi = GLPI 代理
fleet-source-fusion_inventory = FusionInventory 代理
fleet-source-person = 手工录入
fleet-why-serial = 序列号相同
fleet-why-uuid = 主板 UUID 相同
fleet-why-machine = 系统标识相同
fleet-why-mac = 有相同的网卡
fleet-why-several = 多台设备的标识相同

permission-fleet-read = 查看设备
permission-fleet-manage = 注册、接纳、编辑、合并和停用设备
permission-fleet-diagnose = 从工单查看设备内部
permission-fleet-change = 从工单更改设备，查看其屏幕
permission-fleet-run = 在设备上运行命令、脚本和终端，控制其屏幕，以及向设备存放文件
permission-fleet-approve = 审批批量操作、补丁、脚本库和全局停止
permission-fleet-intake = 提交其他代理的清单

event-fleet-device_added = 发现设备
event-fleet-device_admitted = 接纳设备
event-fleet-device_retired = 停用设备
event-fleet-device_restored = 重新启用设备
event-fleet-device_edited = 编辑设备信息
event-fleet-device_described = 设备自报信息有变
event-fleet-device_keyed = 设备的代理换了密钥
event-fleet-value_entered = 人工填写了设备的值
event-fleet-inventory_taken = 收到清单
event-fleet-merge_proposed = 两条记录可能是同一台设备
event-fleet-merge_refused = 确认是两台设备
event-fleet-device_merged = 合并设备记录

error-fleet-filter_unknown = 筛选条件 { $filter } 的值没有意义。
error-fleet-cursor_malformed = 这个地址无法继续翻页，请从第一页开始。
error-fleet-device-key_taken = 这个代理密钥已属于另一台设备。
error-fleet-device-name_missing = 请填写设备名称。
error-fleet-device-not_pending = 这台设备不在等待接纳。
error-fleet-device-retired = 这台设备已停用。
error-fleet-device-not_retired = 这台设备正在使用，或已并入另一台设备。
error-fleet-device-changed_meanwhile = 其间有人改过这台设备。请重新载入页面，看看改了什么。
error-fleet-device-team_not_yours = 这样您就不能再编辑这台设备了，请选择自己的团队。
error-fleet-merge-decided = 已有人做了决定。
error-fleet-ticket-too_many_devices = 一张工单最多关联 20 台设备。
error-fleet-value-too_many = 这台设备不能再填写更多的值。
