# 知识库：文章、状态，以及可能出错的地方。页面自己的文字在 knowledge_pages.ftl。
knowledge-kind-how_to = 操作指南
knowledge-kind-fault = 故障与解决
knowledge-kind-known_error = 已知错误
knowledge-kind-faq = 常见问题
knowledge-kind-policy = 制度
knowledge-kind-procedure = 作业规程
knowledge-kind-emergency_plan = 应急预案
knowledge-kind-release_note = 版本说明

knowledge-state-draft = 草稿
knowledge-state-review = 审阅中
knowledge-state-published = 已发布
knowledge-state-outdated = 已过时
knowledge-state-withdrawn = 已撤下

knowledge-review-date = 到期复核
knowledge-review-software = 软件有新版本
knowledge-review-unsolved = 不再管用
knowledge-review-by_hand = 有人请求复核
knowledge-verdict-approved = 通过
knowledge-verdict-changes = 需要修改
knowledge-note-restored = 恢复到版本 { $version }

knowledge-search-kind-article-en = 文章（英文）
knowledge-search-kind-article-zh = 文章（中文）
knowledge-search-values-type = 文章类型有 操作指南、故障与解决、已知错误、常见问题、制度、作业规程、应急预案、版本说明。
knowledge-search-values-state = 文章状态有 草稿、审阅中、已发布、已过时、已撤下。
knowledge-search-values-space = 请写空间的名称。

knowledge-mail-due-subject = 请复核文章：{ $title }
knowledge-mail-due-date =
    文章「{ $title }」到了复核日期。内容还成立吗？

    { $link }

    仍然成立请点「仍然成立」，否则请修改后重新发布。
knowledge-mail-due-software =
    { $software } 有了新版本，而文章「{ $title }」是按另一个版本写的。内容还成立吗？

    { $link }

    仍然成立请点「仍然成立」，否则请修改后重新发布。
knowledge-mail-review-subject = 请审阅：{ $title }
knowledge-mail-review-text =
    请在发布前审阅文章「{ $title }」。

    { $note }

    { $link }

permission-knowledge-read = 阅读文章
permission-knowledge-internal = 阅读部门内部文章
permission-knowledge-write = 编写文章
permission-knowledge-publish = 发布文章
permission-knowledge-manage = 管理知识库

event-knowledge-article-created = 新建文章
event-knowledge-article-saved = 保存文章
event-knowledge-article-changed = 修改文章属性
event-knowledge-article-state_changed = 文章状态变更
event-knowledge-article-published = 发布文章
event-knowledge-article-discarded = 放弃草稿
event-knowledge-article-restored = 恢复版本
event-knowledge-article-in_step = 译文已同步
event-knowledge-article-review_asked = 请求审阅
event-knowledge-article-review_decided = 给出审阅意见
event-knowledge-article-review_due = 文章待复核
event-knowledge-article-reviewed = 文章已复核
event-knowledge-article-voted = 文章投票
event-knowledge-article-used = 工单中用到文章
event-knowledge-article-settled = 文章在工单中的结果
event-knowledge-article-worth_changed = 重新计算文章价值
event-knowledge-article-commented = 评论文章
event-knowledge-article-comment_settled = 处理评论
event-knowledge-article-file_added = 文章添加文件
event-knowledge-article-file_removed = 文章移除文件
event-knowledge-article-imported = 导入文章
event-knowledge-space-saved = 保存空间
event-knowledge-space-removed = 移除空间
event-knowledge-software-saved = 保存软件版本
event-knowledge-software-removed = 移除软件
event-knowledge-synonym-saved = 保存同义词
event-knowledge-synonym-removed = 移除同义词
event-knowledge-guide-saved = 保存引导问答
event-knowledge-import-started = 开始导入文章
event-knowledge-import-ended = 导入文章结束

error-knowledge-audience_missing = 请说明谁可以阅读。
error-knowledge-audience_unknown = 读者可以是公开、所有人、部门内部、团队、角色或组织。
error-knowledge-audience_without_you = 这样你自己就看不到这篇文章了。请加上你所在的团队或角色，或由你负责这篇文章。
error-knowledge-body_missing = 没有正文的文章不能发布，请先写内容。
error-knowledge-body_too_long = 正文超过 { $max } kB。请拆成几篇，或作为附件上传。
error-knowledge-changed_meanwhile = 期间有人修改过。请刷新页面后再试。
error-knowledge-changes_unsaid = 请说明需要修改什么。
error-knowledge-cursor_malformed = 列表中没有这个位置，请从头开始。
error-knowledge-known_already = 这篇文章已经导入过。
error-knowledge-language_known = 这篇文章已有这种语言。
error-knowledge-months_out_of_range = 请填 1 到 { $max } 个月。
error-knowledge-no_such_step = 文章在当前状态下不能这样做。
error-knowledge-no_translation = 只有已发布文章的译文才能标为已同步。
error-knowledge-nothing_published = 这种语言还没有发布过，没有可退回的内容。
error-knowledge-nothing_to_publish = 内容都已发布。
error-knowledge-original_missing = 请先写好原文，再发布译文。
error-knowledge-parent_elsewhere = 请选择同一空间内的文章。
error-knowledge-parent_too_deep = 目录最多八层。
error-knowledge-parent_under_itself = 文章不能放在自己下面。
error-knowledge-parent_unknown = 没有这篇文章。
error-knowledge-person_not_writing = 其中有人没有撰写文章的权限。
error-knowledge-person_unknown = 没有此人，或已离职。
error-knowledge-reviewer_missing = 请选择一到二十人。
error-knowledge-software_missing = 请填写名称和版本。
error-knowledge-space_icon = 没有这个图标。
error-knowledge-space_id = 只能用小写字母、数字和短横线，最多 40 个。
error-knowledge-space_not_empty = 里面还有文章或空间，请先移走。
error-knowledge-space_parent = 请选择顶层的空间。
error-knowledge-space_unknown = 请选择空间。
error-knowledge-synonym_alone = 至少两个意思相同的词，用逗号分隔。
error-knowledge-synonym_long = 最多 30 个词，每个最多 60 个字。
error-knowledge-synonym_taken = 「{ $word }」已在另一组里，请把词加到那一组。
error-knowledge-title_missing = 请写标题。
error-knowledge-too_long = 最多 { $max }。
error-knowledge-too_many_spaces = 空间太多，请先移除一个。
error-knowledge-too_many_synonyms = 同义词组太多，请先移除一个。
error-knowledge-language_unknown = 语言可以是 en 或 zh-CN。
