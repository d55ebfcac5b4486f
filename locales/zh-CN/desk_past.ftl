# 导入历史：拒收的行及其原因。
error-desk-import-mapping_unreadable = 无法读取映射文件：{ $why }
error-desk-import-mapping_wrong = 映射中的 { $key } 不能是“{ $value }”；可用的写法见 docs/import.md
error-desk-import-file_unreadable = 无法读取文件 { $file }：{ $why }
error-desk-import-column_unknown = 文件中没有“{ $column }”这一列；现有的列：{ $known }
error-desk-import-row_width = 此行的字段数与表头不一致；含分隔符的字段请加引号
error-desk-import-row_letters = 此行不是 UTF-8 编码，请先转换文件
error-desk-import-row_json = 此行不是 JSON 对象；每行应写一个对象
error-desk-import-value_missing = 此处必须有值；请补全该列，或在映射中改用其他列
error-desk-import-value_unknown = 映射没有说明这个值的含义；请在 values 中补充，或设置 unknown = "keep" 或 "default"
error-desk-import-date_unreadable = 不符合映射所列的任何日期写法；请把它的写法加进 dates
error-desk-import-in_future = 这个时间还没有到；请检查 time_zone 以及 dates 中日、月的顺序
error-desk-import-before_opening = 这个时间早于工单的提交时间；请检查所用的列以及日、月的顺序
error-desk-import-number_unreadable = 不是从 0 开始的整数
error-desk-import-list_unreadable = 不是 JSON 列表
error-desk-import-id_twice = 这个编号出现在多行中；如果每行是工单的一个事件，请在映射中加上 [log]
error-desk-import-address_malformed = 不是邮件地址；可以用 {"{"}列名|slug{"}"}@old.invalid 这样的写法拼出一个
error-desk-import-person_unknown = 没有人使用这个地址；请先添加此人，或设置 create = true
error-desk-import-team_unknown = 没有叫这个名字的团队；请先添加团队，或设置 create = true

# 看板。
desk-board-title = 看板
desk-board-open = 未解决
desk-board-unassigned = 待分派
desk-board-overdue = 已超时
desk-board-waiting = 等待中
desk-board-arrivals = 最近 24 小时每小时新增工单
desk-board-who = 各人手头工单
desk-board-person = 人员
desk-board-idle = 目前没有人持有未解决的工单。
desk-board-late = 已超时
desk-board-none-late = 没有超时的工单。

# 统计。
desk-figures-title = 统计
desk-figures-from = 开始日期
desk-figures-to = 结束日期
desk-figures-team = 团队
desk-figures-all-teams = 全部团队
desk-figures-show = 查看
desk-figures-opened = 新增
desk-figures-solved = 已解决
desk-figures-met = 按时解决
desk-figures-missed = 超时解决
desk-figures-first_contact = 首次接触即解决
desk-figures-reopened = 重新打开
desk-figures-bounced = 转手
desk-figures-times = 时长
desk-figures-times-hint = 按提单人实际等待的时间计算，含夜间和节假日。标有 ≈ 的由汇总估算，误差在一成以内。
desk-figures-response = 首次响应
desk-figures-solution = 解决
desk-figures-tickets = 工单数
desk-figures-ticket = 工单
desk-figures-backlog = 未解决工单的存续时间
desk-figures-age-0 = 1 天以内
desk-figures-age-1 = 1～3 天
desk-figures-age-2 = 3～7 天
desk-figures-age-3 = 7～30 天
desk-figures-age-4 = 30 天以上
desk-figures-by-priority = 按优先级统计的新增工单
desk-figures-table = 数据表
desk-figures-day = 日期
desk-figures-name = 指标
desk-figures-value = 数值
desk-figures-more = 更多
desk-figures-none = 没有符合的工单
desk-figures-none-text = 这段时间内没有计入此项的工单。请换一个时间段或团队。
error-desk-figures-day_wrong = 不是有效的日期，请写成 2026-03-02 的形式
error-desk-figures-team_wrong = 没有这个团队
error-desk-figures-period_wrong = 结束日期早于开始日期，请对调
