# Knowledge: what the house itself says in articles, and what can be wrong with votes, comments, files, and guides.
knowledge-callout-note = Note
knowledge-callout-tip = Tip
knowledge-callout-important = Important
knowledge-callout-warning = Warning
knowledge-callout-caution = Caution
knowledge-diagram-refused = This diagram cannot be drawn

knowledge-mail-fallen-subject = Stopped solving: { $title }
knowledge-mail-fallen-text =
    Most of those who read "{ $title }" ({ $key }) lately say that it did not help:

    { $reasons }

    { $link }

    Change it and publish it again, or press "It still holds".
knowledge-mail-fallen-bare =
    Most of those who read "{ $title }" ({ $key }) lately say that it did not help. Nobody said why.

    { $link }

    Change it and publish it again, or press "It still holds".

error-knowledge-vote-reason_too_long = At most { $max } characters.
error-knowledge-comment-empty = Write something first.
error-knowledge-comment-too_long = At most { $max } characters.
error-knowledge-file-none = Choose a file.
error-knowledge-file-too_many = An article has at most { $max } files.

error-knowledge-guide-key_malformed = Small letters, digits, and dashes, at most 40.
error-knowledge-guide-key_taken = There is a guide "{ $key }" already. Choose another short name.
error-knowledge-guide-changed_meanwhile = Somebody changed this guide meanwhile. Reload the page and do it again.
error-knowledge-guide-too_many = There are { $max } guides already. Remove one first.
error-knowledge-guide-unreadable = Line { $line }, column { $column }: { $reason }
error-knowledge-guide-article_unknown = There is no article "{ $article }".
error-knowledge-guide-title_missing = The guide needs a title.
error-knowledge-guide-text_too_long = A text is too long ({ $step }). At most 300 characters.
error-knowledge-guide-icon_unknown = There is no icon "{ $step }".
error-knowledge-guide-too_many_steps = At most 20 questions.
error-knowledge-guide-start_missing = The first question "{ $step }" is missing.
error-knowledge-guide-step_malformed = "{ $step }" is no name of a question: small letters, digits, and dashes, at most 40.
error-knowledge-guide-step_unknown = An answer leads to "{ $step }", which is missing.
error-knowledge-guide-step_unreachable = No answer leads to the question "{ $step }".
error-knowledge-guide-circle = The answers of "{ $step }" lead back to it. Every way must end.
error-knowledge-guide-question_missing = The question of "{ $step }" is empty.
error-knowledge-guide-options_number = "{ $step }" needs between one and six answers.
error-knowledge-guide-label_missing = An answer of "{ $step }" is empty.
error-knowledge-guide-article_missing = An answer of "{ $step }" leads to no article.
error-knowledge-guide-report_missing = An answer of "{ $step }" leads to a report without a title.

error-knowledge-diagram-too_long = A diagram is at most { $max } characters long.
error-knowledge-diagram-empty = There is nothing in it to draw.
error-knowledge-diagram-too_tangled = Its arrows cross too many layers. Split it into several diagrams.
error-knowledge-diagram-too_many_nodes = Line { $line }: a diagram has at most { $max } boxes. Split it into several.
error-knowledge-diagram-too_many_edges = Line { $line }: a diagram has at most { $max } arrows. Split it into several.
error-knowledge-diagram-label_too_long = Line { $line }: a label has at most { $max } letters.
error-knowledge-diagram-too_deep = Line { $line }: groups stand at most eight deep in each other.
error-knowledge-diagram-no_graph = Line { $line }: begin with "digraph" and a brace.
error-knowledge-diagram-more_behind = Line { $line }: something stands behind the last brace.
error-knowledge-diagram-brace_open = Line { $line }: a closing brace is missing.
error-knowledge-diagram-quote_open = Line { $line }: a closing quotation mark is missing.
error-knowledge-diagram-name_missing = Line { $line }: a name is missing.
error-knowledge-diagram-sign_missing = Line { $line }: "{ $sign }" is missing.
error-knowledge-diagram-sign_unknown = Line { $line }: put names with such signs in quotation marks.
error-knowledge-diagram-html_label = Line { $line }: labels of HTML are not drawn. Write the words in quotation marks.
error-knowledge-diagram-arrow_kind = Line { $line }: a "digraph" has arrows ("->"), a "graph" has lines ("--").
