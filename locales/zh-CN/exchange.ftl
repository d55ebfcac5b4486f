# Export of everything as JSON lines with files, and reading it back.

exchange-done = { $folder }：{ $tables } 张表共 { $rows } 行，{ $tickets } 张工单，{ $files } 个文件共 { $content }
exchange-digest = manifest.json 的 SHA-256：{ $digest }
exchange-seal = 记录已封存至第 { $block } 块，{ $hash }
exchange-with-secrets = 拿到此目录即拿到全部数据，包括密码散列和本系统的密钥。请存放在只有你能读取的地方。
exchange-without-secrets = 不含机密：密码散列、会话、令牌、密钥、邮箱密码，Webhook、聊天渠道和问题跟踪系统的密钥与地址，以及已发出的信件和聊天消息均未写出（涉及 { $tables } 张表，见 manifest.json 的 left_out）。其中仍有人员的姓名和往来内容，请存放在只有你能读取的地方。
exchange-missing = 有 { $count } 个被引用的文件不在导出中，因为导出时它们已缺失或已损坏：
exchange-not-noted = 导出完整，但未能登记本次导出：{ $why }
exchange-checked = 导出完整：{ $at } 由 Mainstay { $program } 从 { $database } 写出，{ $secrets ->
    [with] 含机密
   *[without] 不含机密
}；{ $rows } 行，{ $files } 个文件
exchange-read-files = { $count } 个文件，{ $size }
exchange-new-passwords = 该导出不含机密：目前任何人都无法登录；邮箱、Webhook、聊天渠道和问题跟踪系统会保持停用，直到重新填写其密码和密钥。
    1. 添加一名管理员，邮箱地址须是这里还没有人使用的，--data 和 --database 与刚才相同：mainstay user add EMAIL --name NAME --role admin --password-stdin
    2. 重新填写一个邮箱的密码，之后所有人即可在登录页申请新密码。

error-exchange-place_taken = { $folder } 已存在且不是空目录。请指定空目录或尚不存在的目录。
error-exchange-place_unnamed = { $folder } 不能作为导出的名称。请指定新的目录，例如 ./export。
error-exchange-place_mounted = { $folder } 是挂载点，导出无法放到该位置。请指定其中的目录，例如 { $folder }/export。
error-exchange-partial_taken = { $folder } 妨碍导出：导出会先写在此处，而它不是本账户留下且仅本账户可写的半成品。请查看后将其移除，或指定另一个目录。
error-exchange-running = 另一个导出正在写入 { $folder }，请等待其完成，或指定另一个目录。
error-exchange-disk_full = 磁盘空间不足，无法写入 { $folder }，未留下任何内容；请清理空间后重试。导出过程中约需数据库三倍的空间。
error-exchange-unwritable = 无法写入 { $folder }，请确认上级目录存在且当前账户有写入权限。
error-exchange-line_too_long = { $file } 中有一行超出导出可容纳的大小，未留下任何内容。
error-exchange-no_room = 读回约需 { $needed }，而 { $folder } 只剩 { $free }，现有数据未受影响；请清理空间或指定其他目录。

error-exchange-into_itself = { $folder } 就是该导出本身，或位于其中。现有数据未受影响；请用 --data 指定其他目录。
error-exchange-not_one = { $folder } 不是 Mainstay 的导出：其中没有 manifest.json。请指定 mainstay export 写出的目录；如已打包，请先解包。
error-exchange-manifest_broken = 无法理解 { $file }：{ $why }。现有数据未受影响；请重新复制该导出。
error-exchange-other_version = 该导出的格式版本为 { $version }，本程序支持版本 { $known }。现有数据未受影响；请使用写出它的 Mainstay 版本或更新的版本。
error-exchange-newer = 该导出由更新的程序（{ $program }）写出，本程序（{ $own }）不认识迁移 { $name }。现有数据未受影响；请安装该版本或更新的版本。
error-exchange-other_text = 迁移 { $name } 在本程序（{ $own }）中的内容与当初执行时不同。现有数据未受影响；请使用当初的那个程序。
error-exchange-migrations_differ = tables/kernel_migration.jsonl 中的迁移与 manifest.json 不一致。现有数据未受影响；请重新复制该导出。
error-exchange-unknown_table = manifest.json 中的数据表 { $table } 不为本程序所知。现有数据未受影响；请将其从清单中删去，或使用写出它的程序。
error-exchange-table_absent = 数据表 { $table } 必须在 manifest.json 中出现且仅出现一次。现有数据未受影响；请重新复制该导出。
error-exchange-unknown_column = manifest.json 中数据表 { $table } 的列 { $column } 不存在，或类型不符。现有数据未受影响。
error-exchange-column_absent = manifest.json 中数据表 { $table } 缺少列 { $column }。现有数据未受影响。
error-exchange-table_differs = manifest.json 对数据表 { $table } 的描述与本程序不符。现有数据未受影响；请重新复制该导出。
error-exchange-not_regular = { $file } 是链接，或不是普通文件或目录。现有数据未受影响；请换成真正的文件。
error-exchange-strange_name = { $file } 不属于导出的内容。现有数据未受影响；请将其移出该目录。
error-exchange-file_absent = { $file } 不存在。现有数据未受影响；请重新复制该导出。
error-exchange-unreadable = 无法读取 { $file }。现有数据未受影响；请确认当前账户有读取权限。
error-exchange-file_differs = 存储的文件 { $file } 与其名称不符。现有数据未受影响；请重新复制该文件。
error-exchange-files_differ = files 下有 { $found } 个文件，而 manifest.json 记为 { $wanted } 个，或总大小不同。现有数据未受影响；请重新复制该导出。
error-exchange-sum_differs = { $file } 有 { $found } 行，而 manifest.json 记为 { $rows } 行，或其 SHA-256 不同。现有数据未受影响；请重新复制；若是有意改动，请更正 manifest.json 中的 rows 和 sha256。
error-exchange-line-too_long = { $file } 第 { $line } 行超过 { $most } 字节。现有数据未受影响。
error-exchange-line-cut_off = { $file } 第 { $line } 行没有结束，文件不完整。现有数据未受影响；请重新复制。
error-exchange-line-not_an_object = { $file } 第 { $line } 行不是一个 JSON 对象：{ $why }。现有数据未受影响；请更正该行。
error-exchange-line-twice = { $file } 第 { $line } 行：{ $field } 出现了两次。现有数据未受影响；请只保留一个。
error-exchange-line-unknown = { $file } 第 { $line } 行：没有 { $field } 这一列。现有数据未受影响；请将其删去。
error-exchange-line-absent = { $file } 第 { $line } 行：缺少 { $field }。现有数据未受影响；请补上，没有值时写 null。
error-exchange-line-kind = { $file } 第 { $line } 行：{ $field } 的类型必须是 { $kind }。现有数据未受影响；各类型的写法见 README.zh-CN.md。
error-exchange-rows_refused = { $file } 第 { $first } 至 { $last } 行：数据库拒绝了其中一行：{ $why }。现有数据未受影响；可能是键重复，或不能为空的值写成了 null。
error-exchange-not_unique = 有两行的值相同，而该值不能重复。现有数据未受影响；请重新复制该导出。
error-exchange-reference_broken = 数据表 { $table } 中有一行引用了导出中没有的内容。现有数据未受影响。
error-exchange-counted_wrong = 数据表 { $table } 中有一行的 { $field } 大于 manifest.json 记录的最后一个编号。现有数据未受影响；请更正 manifest.json 中的 numbered。
error-exchange-differs = 数据表 { $table } 与导出时的校验和不一致。请不要使用此处的系统：删除它，检查磁盘，再重新读回。
event-exchange-exported = 导出全部数据
