# 邮件：邮箱、收信记录、隔离区、发件箱。

mail-nav = 邮件
mail-tabs = 邮件相关页面
mail-tab-mailboxes = 邮箱
mail-tab-journal = 收到的邮件
mail-tab-outbox = 发件箱
permission-mail-manage = 设置邮箱，查看收到的邮件、隔离区和发件箱

mail-title = 邮箱
mail-lead = 从哪里收信，用哪个地址回信。
mail-purpose-desk = 服务台：来信转为工单

mail-mailbox-new = 新建邮箱
mail-mailbox-empty-title = 还没有邮箱
mail-mailbox-empty-text = 设置邮箱后，发往该地址的邮件会自动转为工单。在此之前，只能通过“mainstay mail deliver”投递邮件。
mail-mailbox-name = 名称
mail-mailbox-name-hint = 内部怎么称呼它，例如“IT 支持”。
mail-mailbox-address = 邮件地址
mail-mailbox-display-name = 收件人看到的名称
mail-mailbox-display-name-hint = 显示在每封信的发件地址旁。留空则使用上面的名称。
mail-mailbox-locale = 语言
mail-mailbox-locale-hint = 给不清楚对方语言的人写信时使用。
mail-mailbox-purpose = 用途
mail-mailbox-enabled = 收发邮件
mail-mailbox-enabled-hint = 不勾选时邮箱停用，已收到的邮件仍保留在记录中。
mail-mailbox-disabled = 已停用
mail-mailbox-state = 运行情况
mail-mailbox-fetching = 收信
mail-mailbox-sending = 发信
mail-mailbox-check = 测试连接
mail-mailbox-enable = 启用
mail-mailbox-disable = 停用
mail-mailbox-imap = 收信（IMAP）
mail-mailbox-imap-hint = 如果由邮件服务器通过“mainstay mail deliver”投递，服务器一栏请留空。
mail-mailbox-imap-host-hint = 例如 imap.example.com。
mail-mailbox-imap-port-hint = 留空：TLS 用 993，其他用 143。
mail-mailbox-smtp = 发信（SMTP）
mail-mailbox-smtp-hint = 如果不用这个邮箱发信，服务器一栏请留空。
mail-mailbox-smtp-port-hint = 留空：TLS 用 465，STARTTLS 用 587，其他用 25。
mail-mailbox-smtp-user-hint = 服务器不要求登录时留空。
mail-mailbox-host = 服务器
mail-mailbox-port = 端口
mail-mailbox-security = 加密方式
mail-security-implicit = 全程 TLS
mail-security-starttls = STARTTLS（必须加密）
mail-security-none = 不加密（仅限内部网络）
mail-mailbox-user = 用户名
mail-mailbox-password = 密码
mail-mailbox-password-kept = 留空则沿用已保存的密码。更换服务器后需要重新输入。
mail-mailbox-folder = 文件夹
mail-mailbox-folder-hint = 留空：INBOX。
mail-mailbox-move-to = 处理后移到
mail-mailbox-move-to-hint = 填写文件夹名。留空则邮件留在原处并标为已读。
mail-mailbox-poll = 检查间隔（秒）
mail-mailbox-poll-hint = 仅用于不支持即时通知（IDLE）的服务器。10 到 3600，留空为 60。
mail-mailbox-authority = 自建证书机构的证书
mail-mailbox-authority-hint = 服务器证书由单位自己的机构签发时，在此粘贴 PEM 文本。留空则按系统信任的机构验证。
mail-mailbox-save = 保存邮箱
mail-mailbox-created = 邮箱已建好，请测试一下连接。
mail-mailbox-saved = 已保存。
mail-mailbox-started = 邮箱已启用。
mail-mailbox-stopped = 邮箱已停用。

mail-going-unset = 未设置
mail-going-well = 正常
mail-going-trouble = 有故障
mail-going-untried = 尚未尝试
mail-check-good = 连接正常，登录成功。
mail-check-bad = 有一项不通，服务器的答复见下方。
mail-check-nothing = 没有填写服务器，无需测试。

mail-journal-title = 收到的邮件
mail-journal-lead = 每封邮件都先记录在这里，再告知邮件服务器已收下。无法读取的邮件放在隔离区。
mail-journal-filter = 状态
mail-journal-empty-title = 这里没有邮件
mail-journal-empty-text = 邮件一到就会显示在这里。
mail-journal-received = 收到时间
mail-journal-sender = 发件人
mail-journal-subject = 主题
mail-journal-mailbox = 邮箱
mail-journal-state = 状态
mail-journal-size = 大小
mail-journal-attempts = 尝试次数
mail-journal-no-sender = （无发件人）
mail-journal-no-subject = （无主题）
mail-journal-raw = 邮件原文
mail-journal-header-only = 邮件过大，只取了信头，正文仍在邮件服务器上。
mail-journal-cut = 此处只显示开头部分，下载后可查看全文。
mail-journal-retry = 重新处理
mail-journal-ignore = 忽略
mail-journal-download = 下载
mail-journal-retried = 正在重新处理。
mail-journal-ignored = 已忽略这封邮件。
mail-inbound-journaled = 等待处理
mail-inbound-taken = 已处理
mail-inbound-ignored = 已忽略
mail-inbound-quarantined = 隔离区

mail-reason-too_large = 超出大小限制
mail-reason-unreadable = 无法按邮件格式读取
mail-reason-owner_failed = 多次处理失败，原因见日志
mail-reason-no_owner = 没有模块处理该邮箱的来信，请检查邮箱用途
mail-reason-bounce = 退信，但不对应我们发出的任何信件
mail-reason-own_mail = 我们自己发出的邮件又回来了
mail-reason-by_person = 人工搁置

mail-outbox-title = 发件箱
mail-outbox-lead = 信件在这里等待邮件服务器收下，最多尝试两天。
mail-outbox-empty-title = 没有信件
mail-outbox-empty-text = 写给报修人和技术员的信件会显示在这里。
mail-outbox-written = 写信时间
mail-outbox-to = 收件人
mail-outbox-actions = 操作
mail-outbox-next = 下次尝试
mail-outbox-again = 重新发送
mail-outbox-sending-again = 正在重新发送。
mail-outbound-queued = 等待发送
mail-outbound-sending = 正在发送
mail-outbound-sent = 已发送
mail-outbound-failed = 发送失败
mail-outbound-bounced = 被退回

mail-trouble-house = Mainstay 自身读写数据出错，请查看日志。
mail-trouble-tls_setup = 本机无法建立 TLS。
mail-trouble-tls_authority = 自建证书机构的证书无法使用，请重新粘贴 PEM 文本。
mail-trouble-imap_missing = 没有填写 IMAP 服务器。
mail-trouble-imap_connect = 连不上 IMAP 服务器。请检查服务器名和端口，并确认没有被防火墙拦截。
mail-trouble-imap_tls = 无法与 IMAP 服务器建立加密连接。请检查端口、加密方式，以及证书是否与服务器名相符。
mail-trouble-imap_starttls_missing = IMAP 服务器不支持 STARTTLS，请改用“全程 TLS”。
mail-trouble-imap_login_refused = IMAP 服务器不接受该用户名或密码。请重新输入；部分服务商要求使用专用的授权码。
mail-trouble-imap_folder_missing = IMAP 服务器上没有这个文件夹，请核对名称。
mail-trouble-imap_idle_refused = IMAP 服务器声称支持 IDLE 却拒绝使用，现改为定时检查。
mail-trouble-imap_refused = IMAP 服务器拒绝了一条命令。
mail-trouble-imap_protocol = 看不懂 IMAP 服务器的答复。请确认它确实是 IMAP 服务器。
mail-trouble-imap_timeout = IMAP 服务器没有及时答复。
mail-trouble-imap_lost = 与 IMAP 服务器的连接中断了。
mail-trouble-smtp_missing = 没有已启用且设置了 SMTP 服务器的邮箱。设置好后信件会自动发出。
mail-trouble-smtp_connect = 连不上 SMTP 服务器。请检查服务器名和端口，并确认没有被防火墙拦截。
mail-trouble-smtp_tls = 无法与 SMTP 服务器建立加密连接。请检查端口、加密方式和证书。
mail-trouble-smtp_login_refused = SMTP 服务器不接受该用户名或密码，或者要求登录。
mail-trouble-smtp_refused_for_now = SMTP 服务器暂时不收。
mail-trouble-smtp_timeout = SMTP 服务器没有及时答复。
mail-trouble-smtp_protocol = 无法以这种方式使用 SMTP 服务器，它可能不支持 STARTTLS 或所需的登录方式。
mail-trouble-recipient_refused = 服务器拒收某个收件人。
mail-trouble-letter_malformed = 信件无法写成邮件格式。
mail-trouble-bounced = 对方先收下，随后又退回。

mail-too-large-subject = 您的邮件过大：{ $subject }
mail-too-large-text =
    您好：

    您的邮件“{ $subject }”大小为 { $size }，超出了我们 { $max } 的上限，因此还没有人看到它。

    请去掉较大的附件后重新发送，或把文件放到我们可以下载的地方，再把链接发给我们。

    这封信由系统自动回复。

event-mail-mailbox-created = 新建了邮箱
event-mail-mailbox-changed = 修改了邮箱
event-mail-inbound-journaled = 收到一封邮件
event-mail-inbound-taken = 处理了一封邮件
event-mail-inbound-ignored = 忽略了一封邮件
event-mail-inbound-quarantined = 将一封邮件放入隔离区
event-mail-inbound-retried = 要求重新处理一封邮件
event-mail-outbound-sent = 发出了一封信
event-mail-outbound-failed = 有一封信未能发出
event-mail-outbound-bounced = 有一封信被退回
event-mail-outbound-again = 要求重新发送一封信

error-mail-mailbox-name_missing = 请填写邮箱名称。
error-mail-mailbox-name_long = 名称过长，最多 { $max } 个字符。
error-mail-mailbox-address_malformed = 这不是有效的邮件地址，应类似 support@example.com。
error-mail-mailbox-address_taken = 已有邮箱使用这个地址。
error-mail-mailbox-locale_unknown = 请选择一种语言。
error-mail-mailbox-purpose_unknown = 请选择邮箱的用途。
error-mail-mailbox-host_malformed = 只填写服务器名，例如 imap.example.com，不要带端口或 https://。
error-mail-mailbox-port_out_of_range = 端口是 1 到 65535 之间的数字。
error-mail-mailbox-user_missing = 请填写登录服务器的用户名。
error-mail-mailbox-password_missing = 请填写密码。
error-mail-mailbox-password_again = 服务器已更换，请重新输入密码，以免把密码发给别的服务器。
error-mail-mailbox-password_malformed = 密码中不能有换行。
error-mail-mailbox-poll_out_of_range = 请填写 10 到 3600 秒。
error-mail-mailbox-folder_malformed = 文件夹名称中不能有控制字符。
error-mail-mailbox-moves_to_itself = 请选择与收信文件夹不同的文件夹。
error-mail-mailbox-authority_malformed = 这不是 PEM 格式的证书，应以 -----BEGIN CERTIFICATE----- 开头。
error-mail-letter-no_recipient = 这封信没有带邮件地址的收件人。
error-mail-inbound-already_settled = 这封邮件已有人处理，请刷新页面。
error-mail-inbound-header_only = 这封邮件只取了信头，无法重新处理。请让发件人发一封小一些的。
error-mail-outbound-not_failed = 这封信没有发送失败，无需重发。
error-mail-outbound-taken_over = 这封信已由另一个节点发送。
