# Knowledge: articles, their states, and what can be wrong with them. The pages' own texts are in knowledge_pages.ftl.
knowledge-kind-how_to = How-to
knowledge-kind-fault = Fault and solution
knowledge-kind-known_error = Known error
knowledge-kind-faq = Questions and answers
knowledge-kind-policy = Policy
knowledge-kind-procedure = Operating procedure
knowledge-kind-emergency_plan = Emergency plan
knowledge-kind-release_note = Release note

knowledge-state-draft = Draft
knowledge-state-review = In review
knowledge-state-published = Published
knowledge-state-outdated = Outdated
knowledge-state-withdrawn = Withdrawn

knowledge-review-date = Due by its date
knowledge-review-software = The software has a new version
knowledge-review-unsolved = It stopped solving
knowledge-review-by_hand = Somebody asked for a review
knowledge-verdict-approved = Approved
knowledge-verdict-changes = Changes wanted
knowledge-note-restored = Version { $version } restored

knowledge-search-kind-article-en = Article (English)
knowledge-search-kind-article-zh = Article (Chinese)
knowledge-search-values-type = Kinds of articles are how_to, fault, known_error, faq, policy, procedure, emergency_plan, release_note.
knowledge-search-values-state = States of articles are draft, review, published, outdated, withdrawn.
knowledge-search-values-space = Write the name of a space.

knowledge-mail-due-subject = Please look over: { $title }
knowledge-mail-due-date =
    The article "{ $title }" is due for a review. Does it still hold?

    { $link }

    Press "It still holds", or change it and publish it again.
knowledge-mail-due-software =
    { $software } has a new version, and the article "{ $title }" was written for another one. Does it still hold?

    { $link }

    Press "It still holds", or change it and publish it again.
knowledge-mail-review-subject = Review asked: { $title }
knowledge-mail-review-text =
    You are asked to look over the article "{ $title }" before it is published.

    { $note }

    { $link }

permission-knowledge-read = Read articles
permission-knowledge-internal = Read articles for the department
permission-knowledge-write = Write articles
permission-knowledge-publish = Publish articles
permission-knowledge-manage = Manage knowledge

event-knowledge-article-created = Article begun
event-knowledge-article-saved = Article saved
event-knowledge-article-changed = Article details changed
event-knowledge-article-state_changed = Article moved on
event-knowledge-article-published = Article published
event-knowledge-article-discarded = Draft discarded
event-knowledge-article-restored = Version restored
event-knowledge-article-in_step = Translation in step again
event-knowledge-article-review_asked = Review asked
event-knowledge-article-review_decided = Review given
event-knowledge-article-review_due = Article due for a review
event-knowledge-article-reviewed = Article looked over
event-knowledge-article-voted = Article voted on
event-knowledge-article-used = Article used in a ticket
event-knowledge-article-settled = Outcome of an article in a ticket
event-knowledge-article-worth_changed = Worth of an article reckoned
event-knowledge-article-commented = Article commented
event-knowledge-article-comment_settled = Comment settled
event-knowledge-article-file_added = File added to an article
event-knowledge-article-file_removed = File removed from an article
event-knowledge-article-imported = Article brought over
event-knowledge-space-saved = Space saved
event-knowledge-space-removed = Space removed
event-knowledge-software-saved = Software version saved
event-knowledge-software-removed = Software removed
event-knowledge-synonym-saved = Synonyms saved
event-knowledge-synonym-removed = Synonyms removed
event-knowledge-guide-saved = Guide saved
event-knowledge-import-started = Import of articles started
event-knowledge-import-ended = Import of articles ended

error-knowledge-audience_missing = Say who may read it.
error-knowledge-audience_unknown = Readers are public, everyone, staff, a team, a role, or an organisation.
error-knowledge-audience_without_you = You would not see the article yourself any more. Add a team or role of yours, or be its owner.
error-knowledge-body_missing = An article without text cannot be published. Write something first.
error-knowledge-body_too_long = The text is longer than { $max } kB. Split it into several articles, or attach it as a file.
error-knowledge-changed_meanwhile = Somebody changed this meanwhile. Reload the page and do it again.
error-knowledge-changes_unsaid = Say what has to change.
error-knowledge-cursor_malformed = This place in the list does not exist. Begin at the top.
error-knowledge-known_already = This article was brought over before.
error-knowledge-language_known = The article has this language already.
error-knowledge-months_out_of_range = Between 1 and { $max } months.
error-knowledge-no_such_step = That is not possible in the state the article is in.
error-knowledge-no_translation = Only a translation of a published article can be in step with it.
error-knowledge-nothing_published = Nothing of this language was published, so there is nothing to go back to.
error-knowledge-nothing_to_publish = Everything is published already.
error-knowledge-original_missing = Write the original language before publishing a translation.
error-knowledge-parent_elsewhere = Choose an article of the same space.
error-knowledge-parent_too_deep = The tree is at most eight levels deep.
error-knowledge-parent_under_itself = An article cannot stand under itself.
error-knowledge-parent_unknown = There is no such article.
error-knowledge-person_not_writing = Somebody of them may not write articles.
error-knowledge-person_unknown = There is no such person, or they left.
error-knowledge-reviewer_missing = Choose between one and twenty people.
error-knowledge-software_missing = Name and version are needed.
error-knowledge-space_icon = There is no such icon.
error-knowledge-space_id = Small letters, digits, and dashes, at most 40.
error-knowledge-space_not_empty = Articles or spaces stand in it. Move them first.
error-knowledge-space_parent = Choose a space that stands at the top.
error-knowledge-space_unknown = Choose a space.
error-knowledge-synonym_alone = At least two words that mean the same, separated by commas.
error-knowledge-synonym_long = At most 30 words of at most 60 characters.
error-knowledge-synonym_taken = "{ $word }" stands in another group. Add your words there.
error-knowledge-title_missing = Write a title.
error-knowledge-too_long = At most { $max }.
error-knowledge-too_many_spaces = There are too many spaces. Remove one first.
error-knowledge-too_many_synonyms = There are too many groups. Remove one first.
error-knowledge-language_unknown = Languages are en and zh-CN.
