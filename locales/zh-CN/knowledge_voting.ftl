# 知识库：文章里由系统写的词，以及投票、评论、文件、引导问答可能出的错。
knowledge-callout-note = 说明
knowledge-callout-tip = 小技巧
knowledge-callout-important = 重要
knowledge-callout-warning = 注意
knowledge-callout-caution = 当心
knowledge-diagram-refused = 这张图画不出来

knowledge-mail-fallen-subject = 不再解决问题：{ $title }
knowledge-mail-fallen-text =
    最近读过「{ $title }」（{ $key }）的人大多说没有帮上忙：

    { $reasons }

    { $link }

    请修改后重新发布，或者点「仍然有效」。
knowledge-mail-fallen-bare =
    最近读过「{ $title }」（{ $key }）的人大多说没有帮上忙，但没有写原因。

    { $link }

    请修改后重新发布，或者点「仍然有效」。

error-knowledge-vote-reason_too_long = 最多 { $max } 个字。
error-knowledge-comment-empty = 请先写点内容。
error-knowledge-comment-too_long = 最多 { $max } 个字。
error-knowledge-file-none = 请选择文件。
error-knowledge-file-too_many = 一篇文章最多 { $max } 个文件。

error-knowledge-guide-key_malformed = 只能用小写字母、数字和短横线，最多 40 个。
error-knowledge-guide-key_taken = 已经有叫「{ $key }」的引导问答了，请换一个短名。
error-knowledge-guide-changed_meanwhile = 刚刚有人改过这份引导问答。请刷新页面后再改。
error-knowledge-guide-too_many = 已经有 { $max } 份引导问答了，请先删掉一份。
error-knowledge-guide-unreadable = 第 { $line } 行第 { $column } 列：{ $reason }
error-knowledge-guide-article_unknown = 没有「{ $article }」这篇文章。
error-knowledge-guide-title_missing = 引导问答需要标题。
error-knowledge-guide-text_too_long = 有文字太长（{ $step }），最多 300 个字。
error-knowledge-guide-icon_unknown = 没有「{ $step }」这个图标。
error-knowledge-guide-too_many_steps = 最多 20 个问题。
error-knowledge-guide-start_missing = 缺少第一个问题「{ $step }」。
error-knowledge-guide-step_malformed = 「{ $step }」不能作问题的名字：只能用小写字母、数字和短横线，最多 40 个。
error-knowledge-guide-step_unknown = 有个回答通向「{ $step }」，但没有这个问题。
error-knowledge-guide-step_unreachable = 没有回答通向「{ $step }」这个问题。
error-knowledge-guide-circle = 「{ $step }」的回答又绕回了它自己。每条路都要有终点。
error-knowledge-guide-question_missing = 「{ $step }」没有写问题。
error-knowledge-guide-options_number = 「{ $step }」要有一到六个回答。
error-knowledge-guide-label_missing = 「{ $step }」有个回答没有写字。
error-knowledge-guide-article_missing = 「{ $step }」有个回答没有指明文章。
error-knowledge-guide-report_missing = 「{ $step }」有个回答通向报修，但没有标题。

error-knowledge-diagram-too_long = 一张图最多 { $max } 个字符。
error-knowledge-diagram-empty = 里面没有可画的内容。
error-knowledge-diagram-too_tangled = 箭头跨过的层太多，请拆成几张图。
error-knowledge-diagram-too_many_nodes = 第 { $line } 行：一张图最多 { $max } 个方框，请拆成几张。
error-knowledge-diagram-too_many_edges = 第 { $line } 行：一张图最多 { $max } 个箭头，请拆成几张。
error-knowledge-diagram-label_too_long = 第 { $line } 行：一个标签最多 { $max } 个字。
error-knowledge-diagram-too_deep = 第 { $line } 行：分组最多嵌套八层。
error-knowledge-diagram-no_graph = 第 { $line } 行：请以 digraph 和左花括号开头。
error-knowledge-diagram-more_behind = 第 { $line } 行：最后一个花括号后面还有内容。
error-knowledge-diagram-brace_open = 第 { $line } 行：少了右花括号。
error-knowledge-diagram-quote_open = 第 { $line } 行：少了后引号。
error-knowledge-diagram-name_missing = 第 { $line } 行：这里缺一个名字。
error-knowledge-diagram-sign_missing = 第 { $line } 行：少了「{ $sign }」。
error-knowledge-diagram-sign_unknown = 第 { $line } 行：名字里有这样的符号时请加英文引号。
error-knowledge-diagram-html_label = 第 { $line } 行：不支持 HTML 标签，请把文字写在英文引号里。
error-knowledge-diagram-arrow_kind = 第 { $line } 行：digraph 用箭头（->），graph 用连线（--）。
