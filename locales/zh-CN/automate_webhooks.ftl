# Webhook：页面、邮件、错误。

automate-webhooks = Webhook
automate-webhooks-lead = 工单有变化时，向其他系统发送签名消息。
automate-webhooks-empty-title = 还没有 Webhook
automate-webhooks-empty-text = 添加后，新建、分派、解决工单等事件会通知指定的系统。
automate-webhook-new = 新建 Webhook
automate-webhook-host = 主机
automate-webhook-url = 地址
automate-webhook-url-hint = 消息将以 POST 发送到此地址，例如 https://intranet.example/hooks/tickets
automate-webhook-plain = 发往 http:// 地址的消息在途中可被读取。内网之外请使用 https://。
automate-webhook-events = 事件
automate-webhook-failing = 发送失败
automate-webhook-fails-since = 自 { $at } 起消息一直未被接收，系统会继续重试；满五天后将停用此 Webhook。
automate-webhook-is-off = 因消息一直未被接收，已于 { $at } 停用。修复接收端后请重新启用。
automate-webhook-test = 发送测试消息
automate-webhook-secret = 签名密钥
automate-webhook-secret-hint = 接收端用它校验每条消息（Standard Webhooks）。
automate-webhook-show-secret = 显示
automate-webhook-new-secret = 更换密钥
automate-webhook-secret-sure = 确定更换密钥？旧密钥在一天内仍会同时签名。
automate-webhook-former-until = 旧密钥在 { $at } 之前仍会同时签名。
automate-webhook-remove = 删除
automate-webhook-remove-sure = 确定删除此 Webhook？等待发送的消息将不再发送。
automate-webhook-added = Webhook 已添加，可发送测试消息验证
automate-webhook-saved = Webhook 已保存
automate-webhook-removed = Webhook 已删除
automate-webhook-secret-changed = 已更换密钥
automate-webhook-secret-made = 已保存，并生成了签名密钥，请将其填入接收端。
automate-webhook-no-secret = 尚无密钥，启用该 Webhook 时会自动生成。
automate-webhook-test-sent = 测试消息已提交发送
automate-webhook-off-subject = Webhook“{ $name }”已停用
automate-webhook-off-text =
    Webhook“{ $name }”的消息一直未被接收（{ $reason }），已自动停用。

    请修复接收端后重新启用：{ $link }

automate-deliveries = 消息记录
automate-deliveries-of = { $name } 的消息记录
automate-deliveries-lead = 发送结束后保留 30 天。
automate-deliveries-empty-title = 还没有消息
automate-deliveries-empty-text = 所选事件发生后，消息会显示在这里。
automate-delivery = 消息
automate-delivery-kind = 类型
automate-delivery-attempts = 次数
automate-delivery-status = 应答
automate-delivery-answer = 最近应答
automate-delivery-answer-body = 接收端应答
automate-delivery-body = 消息内容
automate-delivery-again = 重新发送
automate-delivery-asked-again = 已重新提交发送
automate-delivery-waiting = 等待发送
automate-delivery-delivered = 已送达
automate-delivery-given-up = 已放弃

error-automate-webhook-name_length = 请填写名称，最多 { $most } 个字符
error-automate-webhook-name_taken = 已有名为“{ $name }”的 Webhook，请换一个名称
error-automate-webhook-url_malformed = 请填写以 https:// 或 http:// 开头的完整地址，且不含用户名
error-automate-webhook-no_events = 请至少选择一个事件
error-automate-webhook-too_many = 最多 { $most } 个 Webhook，请先删除一个
error-automate-webhook-changed_meanwhile = “{ $name }”已被他人修改，请核对后重新保存
error-automate-webhook-is_off = 此 Webhook 已停用，请先启用
error-automate-webhook-still_waiting = 此消息仍在发送中

event-automate-webhook-saved = Webhook 已保存
event-automate-webhook-removed = Webhook 已删除
event-automate-webhook-secret_changed = Webhook 已更换密钥
event-automate-webhook-switched_off = Webhook 因发送失败被停用
