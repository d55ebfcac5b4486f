# 内核自身的文字：单位、相对时间、常用词，以及各处都会遇到的错误。

kernel-language-en = English
kernel-language-zh-CN = 简体中文

kernel-relative-now = 刚刚
kernel-relative-minute-past = { $count } 分钟前
kernel-relative-hour-past = { $count } 小时前
kernel-relative-day-past = { $count } 天前
kernel-relative-month-past = { $count } 个月前
kernel-relative-year-past = { $count } 年前
kernel-relative-minute-future = { $count } 分钟后
kernel-relative-hour-future = { $count } 小时后
kernel-relative-day-future = { $count } 天后
kernel-relative-month-future = { $count } 个月后
kernel-relative-year-future = { $count } 年后

kernel-unit-second = { $count } 秒
kernel-unit-minute = { $count } 分
kernel-unit-hour = { $count } 小时
kernel-unit-day = { $count } 天
kernel-unit-working-day = { $count } 个工作日
kernel-unit-bytes = { $count } B

# 各处按钮与表格的常用词。
kernel-word-yes = 是
kernel-word-no = 否
kernel-word-none = 无
kernel-word-all = 全部
kernel-word-unknown = 未知
kernel-word-save = 保存
kernel-word-cancel = 取消
kernel-word-close = 关闭
kernel-word-delete = 删除
kernel-word-edit = 编辑
kernel-word-add = 添加
kernel-word-remove = 移除
kernel-word-back = 返回
kernel-word-next = 下一页
kernel-word-previous = 上一页
kernel-word-search = 搜索
kernel-word-name = 名称
kernel-word-email = 邮箱
kernel-word-time = 时间
kernel-word-system = 系统
kernel-word-optional = 选填

# 不是由人完成的操作归于谁。
kernel-actor-system = 系统
kernel-actor-anonymous = 未登录的访客

# 按类别的错误，在没有更具体说明时使用。
error-kernel-invalid = 有几处内容需要修改。
error-kernel-unauthenticated = 请先登录。
error-kernel-forbidden = 你没有执行此操作的权限，如有需要请联系管理员。
error-kernel-not_found = 内容不存在，或你无权查看。
error-kernel-conflict = 其他人刚刚做了修改，请刷新后重试。
error-kernel-too_large = 内容过大。
error-kernel-too_many = 尝试次数过多，请稍后再试。
error-kernel-unavailable = 暂时无法完成，数据没有丢失，请稍后重试。
error-kernel-internal = 系统出了问题，请重试；如果仍然出现，请把本次请求编号告诉管理员。

error-kernel-db-no_row = 内容不存在，或你无权查看。
error-kernel-db-unique = 该内容已存在，请换一个值。
error-kernel-db-foreign_key = 引用的内容已不存在，或仍有其他内容在引用它。
error-kernel-db-unavailable = 数据库没有响应，本次内容未保存，请稍后重试。
error-kernel-db-busy = 数据库繁忙，本次内容未保存，请稍后重试。
error-kernel-db-full = 磁盘已满，本次内容未保存，请联系管理员。
error-kernel-db-bad_url = 无法识别数据库地址，格式应类似 postgres://user@host/name。
error-kernel-db-contention = 其他人同时修改了同一内容，本次内容未保存，请重试。
error-kernel-db-migration_changed = { $slice } 的迁移 { $name } 在执行之后被改动过，请恢复原文，并另外新增一个迁移。

error-kernel-db-held = 此系统正在迁移或恢复，请在完成后重新启动。
error-kernel-db-in_use = 另一个 Mainstay 程序正在使用该数据库。请先停止服务以及向其投递邮件的程序，再重试。

error-kernel-backup-nothing_there = 此处没有安装数据，请用 --data 或 --database 指定正确的位置。
error-kernel-backup-not_one = { $file } 不是 Mainstay 的备份文件。
error-kernel-backup-unreadable = 无法读取 { $file }，请确认文件存在且当前账户有读取权限。
error-kernel-backup-damaged = 备份文件已损坏或不完整，现有数据未受影响；请重新复制该文件，或改用更早的备份。
error-kernel-backup-other_format = 本程序不认识 { $file } 的格式，请使用写出该文件的 Mainstay 版本或更新的版本。
error-kernel-backup-newer = 该备份由更新的程序（{ $program }）写出，本程序（{ $own }）不认识迁移 { $name }。现有数据未受影响；请安装该版本或更新的版本。
error-kernel-backup-database_newer = 更新的程序已在该数据库上运行过，本程序（{ $own }）不认识迁移 { $name }。请使用正在提供服务的那个程序。
error-kernel-backup-other_text = 迁移 { $name } 在本程序（{ $own }）中的内容与当初执行时不同。现有数据未受影响；请使用当初的那个程序。
error-kernel-backup-table_differs = 数据表 { $table } 的列与迁移所建的不一致，现有数据未受影响。
error-kernel-backup-target_not_empty = 数据库不是空的，其中已有数据表 { $table }。请用 --database 指定一个空数据库，或用 --data 指定另一个目录。
error-kernel-backup-broken_reference = 数据表 { $table } 中有一行引用了不存在的内容，本次未保留任何数据；请在数据来源处运行 mainstay doctor。
error-kernel-backup-differs = 数据表 { $table } 写入后读回的内容不一致，本次未保留任何数据；请检查磁盘和数据库服务器。
error-kernel-backup-exists = { $file } 已存在且不是备份文件，请换一个文件名，以免误覆盖。
error-kernel-backup-running = 另一个备份正在写入 { $file }，请等待其完成，或换一个文件名。
error-kernel-backup-disk_full = 磁盘空间不足，无法写入 { $file }，未留下新文件；请清理空间后重试。
error-kernel-backup-unwritable = 无法写入 { $file }，请确认目录存在且当前账户有写入权限。
error-kernel-backup-no_room = 恢复约需 { $needed }，而 { $folder } 只剩 { $free }，现有数据未受影响；请清理空间或指定其他目录。
error-kernel-backup-value_too_large = 有一个值超出备份可容纳的大小，未写入任何内容。
error-kernel-backup-other_side_gone = 另一半工作已中止，操作随之中断。

error-kernel-id-malformed = 这不是有效的编号。
error-kernel-time-malformed = 时间格式应类似 2026-11-21T19:18:00Z。
error-kernel-time-unknown_zone = 没有名为“{ $zone }”的时区，请选择例如 Asia/Shanghai 的时区。
error-kernel-locale-unknown = 不支持语言“{ $locale }”，请选择 en 或 zh-CN。

error-kernel-file-too_large = 文件过大，上限为 { $max }。
error-kernel-file-hash_malformed = 这不是有效的文件标识。
error-kernel-file-not_found = 文件不存在，或你无权查看。
error-kernel-file-unavailable = 暂时无法存取文件，数据没有丢失，请稍后重试；如持续出现，请联系管理员。
error-kernel-file-damaged = 文件在磁盘上已损坏，请联系管理员，备份中可能还有完好的副本。
error-kernel-file-interrupted = 上传中断，请重试。

error-kernel-search-unavailable = 搜索暂时不可用，请稍后重试。
error-kernel-search-malformed = 无法理解搜索内容，请使用普通词语。
error-kernel-search-rebuilding = 搜索索引正在重建中。
error-kernel-search-file_unreadable = 无法读取 { $file } 的第 { $line } 行，每行应为一个 JSON 对象。

error-kernel-event-cursor_malformed = 列表中没有这个位置，请从头查看。

event-kernel-event-personal_erased = 清除了以往记录中的个人信息
event-kernel-link-added = 关联了另一条目
event-kernel-link-removed = 取消了与另一条目的关联
event-kernel-setting-changed = 更改了一项设置
event-kernel-setting-cleared = 将一项设置恢复为默认值

kernel-outgoing-bad-address = 地址不是有效的网址。
kernel-outgoing-unknown-host = 找不到该主机名。
kernel-outgoing-internal = 该主机属于内部地址。管理员可用 `outgoing_networks` 允许访问其网段。
kernel-outgoing-unreachable = 主机没有应答，或连接中断。
kernel-outgoing-too-slow = 主机超过 10 秒未应答。
