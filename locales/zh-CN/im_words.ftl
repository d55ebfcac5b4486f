# 机器人在聊天中说的话。

im-say-help =
    直接描述问题即可提交工单。
    随后发送的内容会补充到该工单；如要另报问题，请以“新建”开头。
    发送“#1042 内容”可补充到指定工单。
    发送“状态”查看未完成的工单。
    被询问是否正常时，可发送“已解决”或“未解决”。
im-say-connected = { $name }，绑定成功。
im-say-connected-already = 此聊天账号已绑定 { $name }。如要绑定他人，请先在“聊天账号”页面解除绑定。如果这个验证码不是您本人获取的，请告知服务台是谁发给您的。
im-say-stranger = 尚未识别您的身份。请在 { $link } 获取验证码，并发送到这里。
im-say-stranger-overheard = 尚未识别您的身份。请在 { $link } 获取验证码，并在同一条消息中提及我（@）后发送到这里。如果忘记提及，或没有收到回复，请立即重新获取验证码：此处其他人能看到原来的验证码。
im-say-only-text = 目前只能识别文字，请用文字描述；附件可在工单页面添加。
im-say-opened =
    #{ $number } { $title }
    已受理。{ $link }
im-say-added = 已补充到 #{ $number }。如要另报问题，请以“新建”开头。
im-say-none-open = 您没有未完成的工单。
im-say-none-asked = 没有等待您确认的工单。如需报障，请直接描述问题。
im-say-which = 请问是哪一张工单？请以编号开头，例如：#{ $number } 已解决
im-say-solved = 感谢确认，#{ $number } 已关闭。
im-say-not-solved = #{ $number } 将继续处理。还有什么问题？请直接在这里说明。

im-told-open = 查看
im-told-yes = 已解决
im-told-no = 未解决
im-told-received = 您的请求已受理。
im-told-assigned = { $owner } 正在处理。
im-told-replied = 服务台答复：
im-told-waiting = 需要您补充：
im-told-resolved = 问题应已解决，请确认是否正常：
im-told-answer-in-words = 请在工单页面确认，或提及我（@）并发送“#{ $number } 已解决”或“#{ $number } 未解决”。
im-told-closed = 已关闭。
im-told-reopened = 将继续处理。
im-told-yours = 已分派给您。
im-told-they-replied = 申请人回复：
im-told-came-back = 已退回给您。
