# 报告人共享自己浏览器的屏幕：服务台页面与门户页面。
event-fleet-share_started = 开始共享屏幕
event-fleet-share_ended = 屏幕共享结束
fleet-shares-title = 屏幕共享
fleet-shares-none = 还没有人共享过屏幕
fleet-shares-none-text = 报告人可在门户中自己的工单页面上共享屏幕。每次共享都会录像并保存在这里。
fleet-share-of = { $name } 共享的屏幕
fleet-share-began = 开始于
fleet-share-card-text = 报告人可以用浏览器把屏幕给你看，无需安装任何软件；你只能看，不能操作。
fleet-share-ask = 回复并邀请共享
fleet-share-ask-title = 邀请共享屏幕
fleet-share-ask-lead = 以下内容会作为回复发给报告人，其中包含共享页面的链接。
fleet-share-ask-words = 回复内容
fleet-share-ask-send = 发送回复
fleet-share-copy = 复制链接
fleet-share-asking =
    方便让我们看一下您的屏幕吗？请在出问题的电脑上打开下面的页面，点「共享我的屏幕」。无需安装软件；看到什么由您选择，我们无法操作，您可随时停止。共享过程会录像。

    { $link }
fleet-share-state-waiting = 等待对方浏览器
fleet-share-state-open = 共享中
fleet-share-state-ended = 已结束
fleet-share-end = 结束共享
fleet-share-line-started = 报告人开始共享屏幕
fleet-share-line-ended = 屏幕共享已结束
fleet-share-reason-gone = 共享方的浏览器已离开。
fleet-share-reason-person-left = 共享人的账号已停用。
fleet-share-reason-recording-failed = 录像无法写入；没有录像就不能共享。
fleet-share-reason-recording-full = 录像已满（1 GiB）。
fleet-share-reason-requester-changed = 工单的报告人已变更。
fleet-share-reason-stopped-by-desk = IT 服务台结束了共享。
fleet-share-reason-stopped-by-sharer = 共享人停止了共享。
fleet-share-reason-ticket-closed = 工单已关闭。
fleet-share-reason-too-long = 共享已满八小时。
fleet-share-reason-unreadable = 浏览器发来的内容无法识别。
error-fleet-share-ticket_closed = 此请求已关闭。请先重新打开，再共享屏幕。
error-fleet-share-too_many = 您已在 { $most } 个请求中共享屏幕，请先停止其中一个。
error-fleet-share-too_often = 过去一小时内开始共享的次数过多，请稍后再试。
error-fleet-share-recording_full = 录像已满。
