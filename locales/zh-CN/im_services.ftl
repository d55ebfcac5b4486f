# 聊天服务：名称、设置、在对方的操作步骤。

im-service-wecom = 企业微信
im-service-wecom-about = 管理后台中的自建应用，卡片带按钮
im-service-wecom-steps =
    在“应用管理”中创建自建应用，记下 AgentId 与 Secret；企业 ID（CorpID）在“我的企业”中查看。
    进入应用的“接收消息”→“设置 API 接收”，随机生成 Token 与 EncodingAESKey，粘贴到此处。
    在此保存并启用渠道，再将回调地址粘贴到该页面并保存，企业微信会立即验证。
    将本服务器的出口 IP 加入应用的“企业可信 IP”。
im-service-dingtalk = 钉钉
im-service-dingtalk-about = 企业内部应用机器人，卡片带链接
im-service-dingtalk-steps =
    在开放平台创建企业内部应用并添加机器人，记下 AppKey、AppSecret 与 RobotCode。
    消息接收模式选择 HTTP 模式，并粘贴回调地址。
    开通机器人发送消息的权限，然后发布版本。
im-service-feishu = 飞书
im-service-feishu-about = 带机器人的自建应用，卡片带按钮
im-service-feishu-steps =
    在开放平台创建企业自建应用，添加机器人能力，记下 App ID 与 App Secret。
    在“事件与回调”→“加密策略”中设置 Encrypt Key，连同 Verification Token 粘贴到此处。
    在此保存并启用渠道，再将回调地址分别填写为事件与回调的请求地址。
    订阅事件 im.message.receive_v1 与回调 card.action.trigger。
    开通 im:message、im:message.p2p_msg:readonly、im:message:send_as_bot 权限，然后发布版本。
im-service-slack = Slack
im-service-slack-about = 工作区中的应用，消息带按钮
im-service-slack-steps =
    在 api.slack.com/apps 创建应用，将 Signing Secret 粘贴到此处。
    在“OAuth & Permissions”中添加 chat:write、im:history、app_mentions:read（如需按邮箱识别人员，另加 users:read、users:read.email），安装后将 Bot User OAuth Token 粘贴到此处。
    在此保存并启用渠道。
    将回调地址填写到“Event Subscriptions”，订阅 message.im 与 app_mention；同样填写到“Interactivity & Shortcuts”。
    在“App Home”中允许从 Messages 标签页发送消息。
im-service-teams = Microsoft Teams
im-service-teams-about = 团队的 Webhook，消息均在频道中，卡片带链接
im-service-teams-steps =
    先在此保存而不启用，以显示回调地址。
    在 Teams 中打开团队的“管理团队”→“应用”→“创建传出 Webhook”：名称即员工提及（@）时使用的名称，回调 URL 填写回调地址。
    将安全令牌粘贴到此处。Teams 只显示一次。
    在接收通知的频道中打开“工作流”，选择收到 Webhook 请求时发布到频道的模板，将其地址粘贴到此处，然后启用渠道。
    团队所有成员都能看到频道内容，因此只发布编号、状态与链接，不含标题和答复。

im-service-plain = 普通 Webhook
im-service-plain-about = 由自有系统转发消息，按 Standard Webhooks 签名
im-service-plain-steps =
    选定密钥：whsec_ 加 24 至 64 个随机字节的 Base64，双方均用它签名。
    自有系统将员工的消息发送到回调地址，并在此处填写的地址接收通知。
    消息格式见文档“聊天渠道”。

im-field-corp_id = 企业 ID（CorpID）
im-field-agent_id = AgentId
im-field-secret = Secret
im-field-token = Token
im-field-encoding_aes_key = EncodingAESKey
im-field-app_key = AppKey（Client ID）
im-field-app_secret = App Secret
im-field-robot_code = RobotCode
im-field-app_id = App ID
im-field-encrypt_key = Encrypt Key
im-field-verification_token = Verification Token
im-field-signing_secret = Signing Secret
im-field-bot_token = Bot User OAuth Token
im-field-security_token = 安全令牌（Security token）
im-field-incoming_url = 传入 Webhook 地址
im-field-trust_email = 按邮箱识别人员
im-field-url = 接收消息的地址
im-field-api = 服务地址
