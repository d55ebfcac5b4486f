# Messages to and from WeCom, DingTalk, Feishu, Slack, Teams, and plain webhooks.
im-title = 聊天渠道
