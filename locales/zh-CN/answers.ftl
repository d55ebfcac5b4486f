# 工单旁的知识
answers-beside-title = 知识文章
answers-beside-none = 还没有合适的文章。解决后可以把它写成草稿。
answers-beside-outdated = 可能已过时
answers-beside-internal = 报障人看不到
answers-beside-used = 已使用
answers-beside-solved = 解决过 { $count } 张类似工单
answers-beside-share = { $share }% 的人说有用
answers-beside-language = 插入回复时使用报障人的语言：{ $language }。
answers-language-en = 英文
answers-language-zh-CN = 中文
answers-insert-as-link = 链接
answers-insert-as-text = 步骤
answers-insert-link-of = 把「{ $title }」的链接放进回复
answers-insert-text-of = 把「{ $title }」的步骤放进回复
answers-insert-link = 这篇文章有说明：{ $title }
    { $address }
answers-insert-text = 请按以下步骤试一下（{ $title }）：
answers-insert-more = 完整文章：{ $address }
answers-inserted = 已放进回复
answers-used-title = 本工单用过的文章
answers-how-link = 以链接形式
answers-how-text = 以文字形式
answers-how-named = 事后标为答案
answers-how-clerk = 由机器人发出
answers-outcome-solved = 解决了
answers-outcome-unsolved = 没有解决
answers-name = 这就是答案
answers-name-undo = 取消
answers-named = 答案
answers-named-done = 已记录
answers-flag = 应写成文章
answers-flagged = 应写成文章
answers-unflag = 不必写
answers-flag-done = 已列入待写清单
answers-unflag-done = 已移出清单
answers-cancel = 取消

# 由已解决工单生成草稿
answers-draft-make = 生成草稿
answers-draft-title = 文章草稿
answers-draft-hint = 按工单的语言（{ $language }）撰写。姓名、地址、号码已经划去；只有能写文章的人看得到草稿。
answers-draft-name = 标题
answers-draft-space = 空间
answers-draft-create = 创建草稿
answers-draft-made = 草稿已创建。通读一遍后提交评审。
answers-draft-pair = { $name }：{ $value }
answers-draft-verify = 把原来不行的操作再做一遍，现在应当正常。
answers-draft-verified = 把原来不行的操作再做一遍，现在应当正常；服务台在解决前已经试过。
answers-drafted = 此工单已有草稿：{ $key }
answers-section-symptom = 症状
answers-section-environment = 环境
answers-section-cause = 原因
answers-section-solution = 解决办法
answers-section-verification = 验证
answers-private-found = 划去了 { $count } 处隐私信息
answers-private-none = 没有发现像隐私的内容，仍请通读一遍。
answers-private-hint = 请逐一查看。不是隐私、所有人都可以看的，打勾保留。
answers-private-piece = 原文
answers-private-kind = 疑似
answers-private-mark = 现在写作
answers-private-keep = 可以保留
answers-private-stays = 不是隐私
answers-private-checked = 每一处我都看过了
answers-private-secret = 密码或密钥
answers-private-mail = 邮箱
answers-private-phone = 电话
answers-private-identity = 身份证号
answers-private-card = 卡号
answers-private-name = 姓名
answers-private-host = 主机
answers-private-address = 网络地址
answers-private-code = 编号

# 文章页上的工单
answers-tickets-title = 工单
answers-tickets-solved = 解决了这些工单
answers-tickets-others = 还用于

# 统计
answers-figures-title = 知识的成效
answers-figures-weeks = { $count } 周
answers-figures-cases = 未提单即解决
answers-figures-solved = 已解决工单
answers-figures-covered = 用了文章
answers-figures-per-ticket = 每张已解决工单用文章数
answers-figures-cases-by-week = 每周未提单即解决
answers-figures-cases-none = 这段时间还没有人点「已解决」。
answers-figures-table = 查看表格
answers-figures-week = 起始日
answers-figures-coverage = 各分类覆盖率
answers-figures-category = 分类
answers-figures-none-solved = 这段时间没有解决工单。
answers-figures-age = 已发布文章的新旧
answers-figures-age-none = 每晚统计，明天再来看。
answers-age-quarter = 3 个月以内
answers-age-year = 3 到 12 个月
answers-age-two_years = 1 到 2 年
answers-age-older = 2 年以上
answers-figures-top = 解决最多的文章
answers-figures-top-none = 这段时间还没有文章解决过问题。
answers-figures-fading = 不再有效的文章（最近 8 周）
answers-figures-fading-none = 没有「退回多于解决」的文章。
answers-figures-article = 文章
answers-figures-used = 用于工单
answers-figures-solved-tickets = 解决的工单
answers-figures-unsolved-tickets = 没解决的工单

# 错误
error-answers-not_published = 这篇文章还没有发布。请先发布，或换一篇。
error-answers-note_too_long = 最多填 { $max } 个字。
error-answers-not_solved = 工单还没有解决，解决后才能生成草稿。
error-answers-not_looked = 请逐一查看划去的内容，然后勾选。
error-answers-look_again = 又发现疑似隐私的内容，也已划去；请查看后再次勾选。
error-answers-weeks = 请选择 4、12 或 52 周。

# 权限与事件
permission-answers-use = 在工单旁使用文章，把已解决的工单写成草稿
permission-answers-report = 查看知识的成效
permission-answers-clerk = 设置用文章自动答复的机器人
event-answers-article_used = 工单中使用了文章
event-answers-answer_named = 把文章标为答案或取消
event-answers-flagged = 标记「应写成文章」
event-answers-unflagged = 取消「应写成文章」标记
event-answers-drafted = 已生成文章草稿
