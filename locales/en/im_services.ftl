# The chat services: names, settings, and what to do there.

im-service-wecom = WeCom
im-service-wecom-about = An app of your own in the admin console; buttons in cards
im-service-wecom-steps =
    Create an app under Apps, and note its AgentId and Secret; the CorpID stands under My Company.
    Open the app's “Receive messages”, “Set API”: let it make a Token and an EncodingAESKey, and paste both here.
    Save here and enable the channel, then paste the request address there and save: WeCom tries it at once.
    Add this server's address to the app's trusted IPs.
im-service-dingtalk = DingTalk
im-service-dingtalk-about = A robot of your organisation's app; links in cards
im-service-dingtalk-steps =
    Create an app on the open platform and give it a robot; note AppKey, AppSecret, and RobotCode.
    Choose the HTTP mode for receiving messages, and paste the request address there.
    Grant the permission to send robot messages, and publish the version.
im-service-feishu = Feishu / Lark
im-service-feishu-about = A custom app with a bot; buttons in cards
im-service-feishu-steps =
    Create a custom app on the open platform, add the bot, and note App ID and App Secret.
    Under “Events and callbacks”, “Encryption strategy”: set an Encrypt Key, and paste it here with the Verification Token.
    Save here and enable the channel, then paste the request address as address of both events and callbacks.
    Subscribe to the event im.message.receive_v1 and to the callback card.action.trigger.
    Grant im:message, im:message.p2p_msg:readonly, and im:message:send_as_bot, then publish the version.
im-service-slack = Slack
im-service-slack-about = An app in your workspace; buttons in messages
im-service-slack-steps =
    Create an app at api.slack.com/apps, and paste its Signing Secret here.
    Under “OAuth & Permissions” add chat:write, im:history, app_mentions:read (and users:read, users:read.email to know people by their address), install it, and paste the Bot User OAuth Token here.
    Save here and enable the channel.
    Paste the request address under “Event Subscriptions”, subscribe to message.im and app_mention, and paste it under “Interactivity & Shortcuts”, too.
    Under “App Home” allow messages in the Messages tab.
im-service-teams = Microsoft Teams
im-service-teams-about = Webhooks of a team; all is said in its channel, links in cards
im-service-teams-steps =
    Save here without enabling, so that the request address is shown.
    In Teams: the team's “Manage team”, “Apps”, “Create an outgoing webhook”. Its name is what people mention; the callback URL is the request address.
    Paste the security token here. Teams shows it once.
    In the channel where people are to be told: “Workflows”, the template that posts to a channel when a webhook request is received. Paste its address here, and enable the channel.
    Everybody in the team reads what is said there. Only numbers, states, and links are posted, never titles or replies.

im-service-plain = Plain webhook
im-service-plain-about = A program of your own that carries messages, signed as Standard Webhooks
im-service-plain-steps =
    Choose a secret: whsec_ and 24 to 64 random bytes in Base64. Both sides sign with it.
    Your program posts what people say to the request address, and takes what they are told at the address you enter here.
    The messages are shown in the documentation, page “Chat channels”.

im-field-corp_id = CorpID
im-field-agent_id = AgentId
im-field-secret = Secret
im-field-token = Token
im-field-encoding_aes_key = EncodingAESKey
im-field-app_key = AppKey (Client ID)
im-field-app_secret = App Secret
im-field-robot_code = RobotCode
im-field-app_id = App ID
im-field-encrypt_key = Encrypt Key
im-field-verification_token = Verification Token
im-field-signing_secret = Signing Secret
im-field-bot_token = Bot User OAuth Token
im-field-security_token = Security token
im-field-incoming_url = Address of the incoming webhook
im-field-trust_email = Know people by their mail address
im-field-url = Address to post to
im-field-api = Address of the service
