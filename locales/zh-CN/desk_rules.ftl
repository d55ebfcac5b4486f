# 服务台对自动化规则的称呼。

desk-rule-named = 规则“{ $name }”
