# 其他代理程序的资产清单。

error-fleet-intake-broken = 这不是资产清单：{ $why }。
error-fleet-intake-none = 此消息不含资产清单。
