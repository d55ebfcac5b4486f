# 页面框架、出错信息、表单，以及本组件自带的页面。

web-locale-name = 简体中文
web-skip = 跳到正文
web-menu = 菜单
web-navigation = 主导航
web-navigation-insight = 统计与知识
web-navigation-settings = 设置
web-search = 搜索
web-palette = 跳转或操作
web-palette-placeholder = 输入编号、姓名、关键词，或想做的事
web-palette-results = 建议
web-palette-go = 跳转
web-offline = 连接已断开，正在重连；页面内容可能不是最新的。
web-account = 我的账户
web-to-portal = 自助门户
web-sign-out = 退出登录
web-load-more = 显示更多

web-script-ok = 确定
web-script-cancel = 取消
web-script-close = 关闭
web-script-keys-title = 键盘操作
web-script-page-actions = 本页操作
web-script-empty = 没有结果
web-script-error = 操作没有成功，请再试一次。
web-script-unreachable = 无法连接服务器，请检查网络后重试。
web-script-unsaved = 还有修改没有保存，确定离开吗？
web-script-draft-replaced = 草稿已保存，并替换了另一个窗口中的内容
web-script-draft-saved = 草稿已保存
web-script-draft-failed = 草稿未能保存
web-script-remove = 移除
web-script-too-large = 文件太大
# {n} 由脚本填入。
web-script-selected = 已选 {"{"}n{"}"} 项
web-script-copied = 已复制
web-script-key-move = 上下移动
web-script-key-open = 打开
web-script-key-select = 选择
web-script-key-send = 发送
web-script-key-send-next = 发送并处理下一个

web-search-title = 搜索
web-search-start-title = 想找什么？
web-search-start-text = 可以搜索工单、人员和您有权查看的其他内容，中文、英文、拼音均可。输入编号可直接找到对应工单。
web-search-none-title = 没有找到“{ $text }”
web-search-none-text = 试试减少或更换关键词，只输入词的开头，或去掉筛选条件。
web-search-placeholder = 关键词、编号、拼音或筛选条件
web-search-narrow = 缩小范围
web-search-all-kinds = 全部
web-search-without = 去掉 { $filter }
web-search-meant = 您是不是要找
web-search-filters = 可以输入的筛选条件：
web-search-colon = ：
web-search-left-out = 已忽略“{ $filter }”。{ $values }
web-search-values-kind = 种类可以是：{ $values }。
web-search-values-day = 日期写作 2026-10-31，月份写作 2026-10，年份写作 2026。

web-api-title = API 接口
web-api-lead = 请以“Authorization: Bearer …”的方式携带令牌。出错时返回 problem+json，其中的错误代码保持稳定。完整说明见：
web-api-call = 调用
web-api-purpose = 用途
web-api-need = 所需权限
web-api-signed-in = 任意令牌

web-form-refused = 有 { $count } 处需要修改。

# 各类失败：发生了什么、没有专门说明时的说法、下一步怎么办。
web-failure-home = 返回首页
web-failure-retry = 重试
web-failure-reference = 错误 { $status }。求助时请提供请求编号：

web-failure-invalid-title = 提交的内容有误
web-failure-invalid-detail = 提交的内容中有不正确的地方。
web-failure-invalid-next = 请返回修改后重新提交。
web-failure-unauthenticated-title = 请先登录
web-failure-unauthenticated-detail = 您尚未登录，或登录已过期。
web-failure-unauthenticated-next = 请登录后再试。
web-failure-forbidden-title = 没有权限
web-failure-forbidden-detail = 您的账户没有执行此操作的权限。
web-failure-forbidden-next = 如工作需要，请联系管理员开通。
web-failure-not_found-title = 没有找到
web-failure-not_found-detail = 这个页面不存在，或您的账户无权查看。
web-failure-not_found-next = 请检查地址，或搜索需要的内容。
web-failure-conflict-title = 情况已有变化
web-failure-conflict-detail = 在此期间内容已被更改，这一操作无法再进行。
web-failure-conflict-next = 请返回并刷新页面，查看最新状态。
web-failure-too_large-title = 内容过大
web-failure-too_large-detail = 提交的内容超过了允许的大小。
web-failure-too_large-next = 请减少内容，或换用较小的文件。
web-failure-too_many-title = 操作过于频繁
web-failure-too_many-detail = 短时间内的请求太多。
web-failure-too_many-next = 请稍候再试。
web-failure-unavailable-title = 暂时无法使用
web-failure-unavailable-detail = 系统的某个部分没有响应，您提交的内容没有保存。
web-failure-unavailable-next = 请一分钟后重试。返回上一页，已填写的内容仍在。
web-failure-internal-title = 系统出错了
web-failure-internal-detail = 服务器处理时出现问题，已记入日志。
web-failure-internal-next = 请重试。如果再次出现，请带上下面的编号反馈给我们。

error-web-csrf-refused = 表单已失效：它来自另一次登录，或登录已过期。请刷新页面后重新提交。
error-web-csrf-foreign_origin = 此请求来自其他网站，未予执行。请在本系统的页面中重试。
error-web-rate-exceeded = 尝试次数过多，请在 { $seconds } 秒后重试。
error-web-timeout = 处理时间过长，已中止。请一分钟后重试。
error-web-not_ready = 服务器尚未就绪：数据库没有响应，或尚未升级到最新。
error-web-method_not_allowed = 此地址不支持这种请求方法。
error-web-form-missing = 此项必填。
error-web-form-malformed = 格式不正确。
error-web-form-choice = 请从给出的选项中选择。
error-web-form-broken = 表单没有完整送达，请重新提交。
error-web-form-too_large = 表单内容超过了允许的大小。
error-web-form-text_too_long = 文字过长。
error-web-form-too_many_files = 一次最多上传 { $max } 个文件。
error-web-json-content_type = 请以“Content-Type: application/json”发送 JSON。
error-web-json-too_large = JSON 内容超过了允许的大小。
error-web-json-broken = 内容不是有效的 JSON：{ $reason }。
error-web-json-refused = JSON 的结构不符合要求：{ $reason }。
error-web-query-refused = 地址中的参数无法识别：{ $reason }。
error-web-idempotency-key_malformed = Idempotency-Key 的长度应为 1 至 { $max } 个字符。
error-web-idempotency-key_reused = 这个 Idempotency-Key 已用于另一个请求。新请求请使用新的键。
error-web-idempotency-in_progress = 使用此 Idempotency-Key 的请求仍在处理，请稍后再试。

permission-web-metrics-read = 查看运行指标
