# 自动答复员写的话
answers-clerk-answer-begin = 您好，这是自动答复。有一篇知识文章已经帮别人解决过同样的问题，请先试一试：
answers-clerk-answer-more = 全文：{ $address }
answers-clerk-answer-solved = 解决了：{ $address }
answers-clerk-answer-not = 没有解决：{ $address }
answers-clerk-answer-end = 也可以直接回复本消息，服务台会有人接手。在此之前您的请求一直保持打开。
answers-clerk-waits = 已用 KB-{ $article } 自动答复，等待报告人试用
answers-clerk-solution = KB-{ $article }《{ $title }》：{ $address }。报告人已试过，确认有效。
answers-clerk-note-solved = 自动答复员用 KB-{ $article }《{ $title }》作了答复，报告人确认已解决。但还有条件未满足，工单无法自动关闭，请处理。
answers-clerk-note-refused = 自动答复员用 KB-{ $article }《{ $title }》作了答复，报告人表示没有解决。它不会再在本工单上发言。
answers-clerk-note-wrote = 自动答复员用 KB-{ $article }《{ $title }》作了答复，报告人没有点按钮，而是又写了一条消息，请接着看。它不会再在本工单上发言。
answers-clerk-note-silent = 自动答复员用 KB-{ $article }《{ $title }》作了答复，此后没有回音，请确认是否已解决。它不会再在本工单上发言。
answers-clerk-note-taken = 自动答复员曾用 KB-{ $article }《{ $title }》作过答复。
answers-clerk-note-why = 把握 { $confidence }%（阈值 { $threshold }%）。依据的词：{ $words }
answers-clerk-note-reason = 报告人的原话：{ $reason }

# 两个链接后面的页面
answers-said-title = 问题解决了吗？
answers-said-try = 请先试一试下面自动答复里的办法。
answers-said-yes = 解决了
answers-said-no = 没有，还需要帮助
answers-said-comment = 还有什么要补充？（选填）
answers-said-yes-title = 太好了
answers-said-yes-text = 您的请求已关闭。如果问题再次出现，直接回复我们的消息即可。
answers-said-no-title = 谢谢，已转给同事处理
answers-said-no-text = 服务台的同事已经接到您的请求和您写的全部内容，您不需要再做什么。
answers-said-spent-title = 这里已经没有要回答的了
answers-said-requests = 我的请求
error-answers-clerk-said = 您已经回答过了。如果还有问题，请在请求 #{ $number } 中回复。
error-answers-clerk-taken = 服务台的同事已经接手请求 #{ $number }，如有补充请在那里回复。
error-answers-clerk-expired = 链接已过期，请在请求 #{ $number } 中回复。

# 设置
answers-clerk-settings-title = 自动答复
answers-clerk-setup = 设置
answers-clerk-report = 报表
answers-clerk-lead = 对于邮件和门户报来的问题，如果有一篇经过验证的文章非常吻合，就自动答复并询问是否解决；只要有一点疑问，立即转给人处理。
answers-clerk-on = 启用自动答复
answers-clerk-on-hint = 默认关闭。启用前请先看下面的试运行。
answers-clerk-threshold = 至少多大把握（%）
answers-clerk-threshold-hint = 留空：按贵部门自己的历史测定，保证 100 次答复至少 95 次正确。
answers-clerk-proven = 文章至少解决过几次
answers-clerk-proven-hint = 工单和已登录人员的投票都算。
answers-clerk-days = 沉默几天
answers-clerk-days-hint = 之后由人来查看。
answers-clerk-categories = 不答复这些类别
answers-clerk-types = 不答复这些类型
answers-clerk-teams = 不答复派给这些团队的
answers-clerk-senders = 不答复这些来源
answers-clerk-senders-hint = 邮件地址或域名，每行一个。
answers-clerk-never = 无论怎样设置，以下情况都不会答复：P0 和 P1、安全类、等待审批的、与重大事件有关的、机器发来的、已有人发言或有他人关注的工单；同一工单不答复两次，同一人一天内不答复两次。
answers-clerk-save = 保存
answers-clerk-try = 先试算，不保存
answers-clerk-saved = 已保存
answers-clerk-dry = 过去 90 天会答复哪些
answers-clerk-dry-judged = 检查的工单
answers-clerk-dry-answered = 会被答复
answers-clerk-dry-right = 与实际解决它的文章一致
answers-clerk-dry-hint = 由没有见过这些工单的模型判断。没有用文章就解决的工单，一律按答错计算。
answers-clerk-dry-nothing = 历史还太少：至少需要 60 张用文章解决的工单，并涉及两篇以上文章。在此之前只比较文字，阈值较高，而且只用经过验证的文章。
answers-clerk-dry-imprecise = 在贵部门的历史上没有足够精确的阈值：除非手动设定，否则保持沉默。
answers-clerk-truth = 实际解决它的
answers-clerk-truth-same = 同一篇
answers-clerk-truth-none = 没有用文章
answers-clerk-measured = 在历史上的测定
answers-clerk-measured-threshold = 阈值：{ $threshold }%。
answers-clerk-measured-none = 没有阈值能达到 95% 的精确率。
answers-clerk-measured-requests = 共 { $count } 张工单，由没有见过它们的模型判断，其中一部分属于模型完全没学过的问题。
answers-clerk-share = 占全部
answers-clerk-precision = 精确率
error-answers-clerk-threshold_out_of_range = 请填 50 到 100，或留空
error-answers-clerk-proven_out_of_range = 请填 1 到 1000
error-answers-clerk-days_out_of_range = 请填 1 到 30
error-answers-clerk-senders_malformed = 每行一个地址或域名，最多 200 个，不能有空格

# 报表
answers-clerk-title = 自动答复
answers-clerk-is-off = 自动答复未启用。
answers-clerk-empty-title = 还没有答复过
answers-clerk-empty-text = 启用之后，这里会列出每一次答复和结果。
answers-clerk-answered = 已答复
answers-clerk-waiting = 等待回音
answers-clerk-outcome-solved = 已解决
answers-clerk-outcome-refused = 没有帮上
answers-clerk-outcome-wrote = 又写了消息
answers-clerk-outcome-silent = 没有回音
answers-clerk-outcome-taken = 已由人接手
answers-clerk-helped = 帮上的比例
answers-clerk-helped-hint = 在有回音的人当中帮上了多少。没有点按钮而是又写消息的，按没有帮上计算。最近十二个月。
answers-clerk-by-month = 按月
answers-clerk-month = 月份
answers-clerk-by-article = 按文章
answers-clerk-latest = 最近的答复
answers-clerk-older = 更早
answers-clerk-ticket = 工单
answers-clerk-tickets = 工单数
answers-clerk-article = 文章
answers-clerk-confidence = 把握
answers-clerk-outcome = 结果
answers-clerk-when = 时间
answers-clerk-silences = 为什么没有答复
answers-clerk-why = 原因
answers-clerk-why-spoken = 已有人发言
answers-clerk-why-state = 等待审批或已关闭
answers-clerk-why-urgent = P0 或 P1
answers-clerk-why-security = 安全类
answers-clerk-why-major = 重大事件
answers-clerk-why-excluded = 设置中已排除
answers-clerk-why-watched = 有他人关注
answers-clerk-why-machine = 程序发来的
answers-clerk-why-lately = 一天内已答复过此人
answers-clerk-why-nothing = 没有合适的文章
answers-clerk-why-unproven = 文章解决的次数还不够
answers-clerk-why-unsure = 把握不够

# 缺什么
answers-gap-title = 缺什么
answers-gap-lead = 搜不到的、反复回答却没有文章的问题，以及帮不上忙的文章。每夜重新整理。
answers-gap-state = 状态
answers-gap-kind = 问题
answers-gap-all = 全部
answers-gap-mine = 我的
answers-gap-what = 内容
answers-gap-weight = 次数
answers-gap-owner = 负责人
answers-gap-nobody = 无
answers-gap-give = 指派
answers-gap-do = 操作
answers-gap-draft = 开始写文章
answers-gap-draft-link = 草稿
answers-gap-dismiss = 不处理
answers-gap-reason = 为什么不需要处理
answers-gap-reopen = 重新打开
answers-gap-more = 更多
answers-gap-given = 已指派
answers-gap-dismissed = 已标为不处理
answers-gap-reopened = 已重新打开
answers-gap-drafted = 已建立草稿
answers-gap-none-title = 没有符合的条目
answers-gap-none-text = 当前筛选条件下没有内容。
answers-gap-empty-title = 什么都不缺
answers-gap-empty-text = 员工搜不到的、服务台反复回答的问题，每夜会整理到这里。
answers-gap-kind-nothing_found = 搜不到
answers-gap-kind-not_opened = 搜到了没人点开
answers-gap-kind-answered_often = 常被问，没有文章
answers-gap-kind-flagged = 应写成文章
answers-gap-kind-never_used = 有人读，没帮上忙
answers-gap-kind-never_found = 从未被打开
answers-gap-kind-contradicting = 互相矛盾
answers-gap-state-open = 待处理
answers-gap-state-drafted = 正在写
answers-gap-state-dismissed = 不处理
answers-gap-state-gone = 已消失
answers-gap-draft-tickets = 相关工单：{ $tickets }（发布前请删除本行）。
answers-gap-draft-body = ## 症状

    ## 环境

    ## 原因

    ## 解决办法

    1.

    ## 验证
error-answers-gap-reason_missing = 请说明为什么不需要文章
error-answers-gap-reason_too_long = 最多 { $max } 个字
error-answers-gap-not_staff = 请选择部门内的人员
error-answers-gap-has_article = 这个问题已经有文章了，请直接修改
error-answers-gap-flagged = 请从工单本身起草文章，那里会隐去隐私信息
error-answers-gap-no_space = 还没有可以写文章的空间

# 记录
event-answers-clerk_answered = 自动答复了
event-answers-clerk_settled = 自动答复有了结果
event-answers-clerk_policy_saved = 自动答复设置已更改
event-answers-gap_changed = 缺口条目有变动
