# 从其他工单系统迁入：导入的报告与拒收原因。
migrate-report-taken = 已从 { $desk } 迁入 { $tickets } 张工单（{ $articles } 条记录、{ $files } 个附件），新增 { $people } 人、{ $teams } 个团队，建立 { $linked } 个关联。
migrate-report-would = 将从 { $desk } 迁入 { $tickets } 张工单（{ $articles } 条记录、{ $files } 个附件），新增 { $people } 人、{ $teams } 个团队，建立 { $linked } 个关联。本次没有写入任何内容。
migrate-report-known = 之前已迁入、本次跳过：{ $count }。
migrate-report-refused = 拒收：{ $count }。请按上面的说明修正，然后重新运行该命令。
migrate-report-unlinked = 因对方工单不在此处而未建立的关联：{ $count }。
migrate-report-none = 无
migrate-refusal = { $file } 第 { $row } 条，{ $subject } { $field }“{ $value }”：{ $reason }
migrate-field-state = 状态
migrate-field-priority = 优先级
migrate-field-type = 类型
migrate-field-urgency = 紧急程度
migrate-field-impact = 影响范围
migrate-field-channel = 渠道
migrate-field-category = 分类
migrate-field-team = 团队

# 迁入工单上的内部备注。
migrate-note-from = 迁自 { $desk }，原编号 { $reference }。
migrate-note-line = { $name }：{ $value }
migrate-note-category = 分类
migrate-note-satisfaction = 满意度
migrate-note-time = 耗时
migrate-note-minutes = { $minutes } 分钟
migrate-note-lost = 导出中缺少的附件

# 拒收原因。
error-migrate-folder_unreadable = 无法读取 { $file }：{ $why }
error-migrate-folder_is_file = { $file } 不是文件夹；请先解压，再指定解压后的文件夹
error-migrate-file_missing = 导出中没有 { $file }；各系统所需的文件见 docs/leave-another-desk.md
error-migrate-json_broken = 此处的 JSON 不完整或有误（{ $why }）；请重新导出该文件
error-migrate-map_unreadable = 无法读取映射文件：{ $why }
error-migrate-map_wrong = 映射文件中的 { $key } 不能是“{ $value }”；可用的写法见 docs/leave-another-desk.md
error-migrate-value_missing = 此处必须有值；请带上全部字段重新导出该文件
error-migrate-number_unreadable = 不是数字
error-migrate-date_unreadable = 不是日期；应为 ISO 8601 格式，未写时区的按映射文件的 time_zone 计算
error-migrate-in_future = 这个时间还没有到；请检查映射文件中的 time_zone
error-migrate-before_opening = 这个时间早于工单的提交时间；请在原系统或文件中改正
error-migrate-word_unknown = 没有说明这个值在这里的含义；请在映射文件的 [{ $section }] 中补充
error-migrate-code_unknown = 原系统的文档中没有这个代码；请在文件中改正
error-migrate-row_unknown = { $file } 中没有这一行；请重新导出该表
error-migrate-requester_missing = 工单没有提单人；请在映射文件中用 requester 指定代替的人
error-migrate-person_unknown = 导出中没有这个编号的人；请重新导出全部用户，或在映射文件中用 requester 指定代替的人
error-migrate-address_missing = 此人没有邮件地址；请在原系统中补上，或在映射文件中设置 address_domain，用登录名拼出地址
error-migrate-address_malformed = 不是邮件地址；请在原系统中改正
error-migrate-attachment_missing = { $path } 处没有该附件；请重新下载，或在映射文件中设置 missing_files = "name"，不带该附件迁入
error-migrate-base64_broken = 内容不是 Base64；请重新导出该文件
error-migrate-text_too_long = 正文超过 200000 字；请在文件中缩短
error-migrate-id_twice = 这个编号在导出中已出现过；请去掉其中一个
