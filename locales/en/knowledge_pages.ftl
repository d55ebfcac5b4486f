# The pages of knowledge: list, article, editor, versions, translations, facts, and settings.
knowledge-page-title = Knowledge
knowledge-page-lead = How things are done here, and what to do when they break.
knowledge-page-search = Search articles
knowledge-page-search-placeholder = What is it about? A word, an error text, KB-12
knowledge-page-search-go = Search
knowledge-page-found = { $count ->
    [one] One article
   *[other] { $count } articles
}
knowledge-page-none-found = Nothing found for “{ $text }”
knowledge-page-none-found-text = Try fewer or other words. What is missing can be written.
knowledge-page-new = New article
knowledge-page-spaces = Spaces
knowledge-page-all-spaces = All spaces
knowledge-page-space-count = { $count ->
    [one] One article
   *[other] { $count } articles
}
knowledge-page-newest = Lately changed
knowledge-page-filter = Show
knowledge-page-filter-all = All
knowledge-page-filter-mine = Mine
knowledge-page-filter-due = Due for review
knowledge-page-filter-templates = Templates
knowledge-page-kind = Kind
knowledge-page-any-kind = Every kind
knowledge-page-state = State
knowledge-page-apply = Apply
knowledge-page-empty-title = No articles here
knowledge-page-empty-text = What somebody writes in this space or with this filter appears here. Press n to write the first one.
knowledge-page-empty-reader = What the department publishes appears here.
knowledge-page-solved-count = { $count ->
    [one] solved it once
   *[other] solved it { $count } times
}
knowledge-page-other-language = in { $language }

knowledge-page-language-en = English
knowledge-page-language-zh-CN = Chinese
knowledge-page-language = Language

knowledge-page-read-also = Read it in
knowledge-page-edit = Edit
knowledge-page-more = More
knowledge-page-history = Versions
knowledge-page-translations = Translations
knowledge-page-facts = Facts
knowledge-page-facts-edit = Edit facts
knowledge-page-print = Print or save as PDF
knowledge-page-contents = On this page
knowledge-page-below = Belongs to it
knowledge-page-updated = Changed
knowledge-page-published = Published
knowledge-page-stale = The original was changed after this translation was made.
knowledge-page-stale-read = Read the original
knowledge-page-stale-write = Bring it in step
knowledge-page-fallback = This article is not available in English yet.
knowledge-page-outdated = This article may no longer hold. Check before you rely on it.
knowledge-page-not-published = Only those who write see this: it is not published.
knowledge-page-changes-waiting = There are changes that are not published yet.
knowledge-page-changes-look = Look at the changes
knowledge-page-shown-draft = You are reading the working copy.
knowledge-page-template-note = This is a template. It is copied to begin an article with.
knowledge-page-owner = Owner
knowledge-page-nobody = Nobody
knowledge-page-space = Space
knowledge-page-category = Category
knowledge-page-audience = Who reads it
knowledge-page-software = Software
knowledge-page-review = Review
knowledge-page-review-due = Due for review
knowledge-page-review-done = It still holds
knowledge-page-review-done-hint = Ends the review; the next one is due after the usual time.
knowledge-page-review-ask-now = Mark as due
knowledge-page-outcome = Solved it
knowledge-page-outcome-of = { $solved } of { $all }
knowledge-page-tickets = In tickets
knowledge-page-reads = Read
knowledge-page-languages = Languages
knowledge-page-source = Came from
knowledge-page-number = Number
knowledge-page-source-shipped = Mainstay
knowledge-page-used = Where used
knowledge-page-files = Files
knowledge-page-file-copy = Copy the Markdown

knowledge-page-vote = Did this solve it?
knowledge-page-vote-yes = Yes, it did
knowledge-page-vote-no = No
knowledge-page-vote-reason = What did not work?
knowledge-page-vote-reason-hint = The owner reads it.
knowledge-page-vote-send = Send
knowledge-page-voted-yes = You said: it solved it.
knowledge-page-voted-no = You said: it did not solve it.
knowledge-page-voted = Thank you, your answer was counted
knowledge-page-reasons = Why it did not help

knowledge-page-comments = Comments
knowledge-page-comment = Your comment
knowledge-page-comment-hint = For those who look after the article: what is wrong, what is missing.
knowledge-page-comment-add = Comment
knowledge-page-commented = Comment added
knowledge-page-comment-settle = Settle
knowledge-page-comment-open = Open again
knowledge-page-comment-settled = Settled
knowledge-page-comments-settled = { $count ->
    [one] One settled comment
   *[other] { $count } settled comments
}

knowledge-page-to-review = Ask for review
knowledge-page-to-published = Publish
knowledge-page-to-published-again = Publish the changes
knowledge-page-to-outdated = Mark as outdated
knowledge-page-to-withdrawn = Withdraw
knowledge-page-to-draft = Back to draft
knowledge-page-withdraw-ask = Withdraw this article? Readers will no longer find it. It can be brought back.
knowledge-page-discard = Discard the changes
knowledge-page-discard-ask = Discard the changes that are not published? The versions saved by hand stay.
knowledge-page-discarded = Changes discarded
knowledge-page-moved-review = In review
knowledge-page-moved-published = Published
knowledge-page-moved-outdated = Marked as outdated
knowledge-page-moved-withdrawn = Withdrawn
knowledge-page-moved-draft = Back to draft
knowledge-page-reviewers = Reviewers
knowledge-page-reviewer-ask = Ask somebody
knowledge-page-reviewer-choose = Choose a person
knowledge-page-reviewer-asked = Asked for review
knowledge-page-verdict-waiting = Waiting
knowledge-page-verdict-approved = Approved
knowledge-page-verdict-changes = Wants changes
knowledge-page-verdict-note = What should change
knowledge-page-verdict-approve = Approve
knowledge-page-verdict-ask-changes = Ask for changes
knowledge-page-verdict-said = Your decision was noted

knowledge-page-new-title = New article
knowledge-page-new-lead = Choose what it is, give it a title, and write. Nobody but those who write sees it before it is published.
knowledge-page-begin = Begin with
knowledge-page-begin-kinds = An empty article
knowledge-page-begin-templates = A template of the department
knowledge-page-article-title = Title
knowledge-page-article-title-hint = The complaint or the task, in the words of those who look for it
knowledge-page-write = Write
knowledge-page-kind-how_to-text = Steps to a goal
knowledge-page-kind-fault-text = Symptom, cause, solution
knowledge-page-kind-known_error-text = Known, not mended yet
knowledge-page-kind-faq-text = Questions and answers
knowledge-page-kind-policy-text = What is allowed
knowledge-page-kind-procedure-text = How we work
knowledge-page-kind-emergency_plan-text = What to do when all is down
knowledge-page-kind-release_note-text = What a version brings

knowledge-page-editing = Edit
knowledge-page-back-to-article = Back to the article
knowledge-page-summary = Summary
knowledge-page-summary-hint = One sentence that search results show
knowledge-page-tags = Tags
knowledge-page-tags-hint = Words people type when they have this, separated by commas
knowledge-page-body = Text
knowledge-page-preview = Preview
knowledge-page-preview-show = Show the preview
knowledge-page-note = What changed
knowledge-page-note-hint = Optional, stands beside the version
knowledge-page-save = Save
knowledge-page-save-publish = Save and publish
knowledge-page-cancel = Cancel
knowledge-page-saved = Saved
knowledge-page-merged = Saved. Somebody else wrote meanwhile: the texts of both are in it.
knowledge-page-help = How to write it
knowledge-page-help-text = Pictures and files: paste them or drop them on the text. A link to another article: KB-12. A diagram: the button Diagram. Ctrl S keeps a version.
knowledge-page-tool-bar = Formatting
knowledge-page-tool-bold = Bold
knowledge-page-tool-italic = Italic
knowledge-page-tool-heading = Heading
knowledge-page-tool-subheading = Smaller heading
knowledge-page-tool-list = List
knowledge-page-tool-steps = Steps
knowledge-page-tool-tasks = Check list
knowledge-page-tool-quote = Quote
knowledge-page-tool-code = Code
knowledge-page-tool-codeblock = Block of code
knowledge-page-tool-table = Table
knowledge-page-tool-link = Link
knowledge-page-tool-file = Picture or file
knowledge-page-tool-diagram = Diagram
knowledge-page-tool-note = Note
knowledge-page-tool-tip = Tip
knowledge-page-tool-warning = Warning
knowledge-page-tool-caution = Danger
knowledge-page-tool-callouts = Call out
knowledge-page-say-unsaved = Not saved yet
knowledge-page-say-saved = Everything is saved
knowledge-page-say-saved-at = Saved at {"{"}time{"}"}
knowledge-page-say-merged = {"{"}name{"}"} writes too. Both texts are in it, saved at {"{"}time{"}"}
knowledge-page-say-failed = It could not be saved. Your text is still here; it is tried again.
knowledge-page-say-offline = The server cannot be reached. Your text is still here; it is tried again.
knowledge-page-say-too-long = The text is longer than 500 kB and is not saved. Shorten it, or attach the rest as a file.
knowledge-page-say-paste-too-long = What you pasted is longer than 500 kB and was left out. Attach it as a file instead.
knowledge-page-say-file-too-large = {"{"}name{"}"} is too large.
knowledge-page-say-uploading = {"{"}name{"}"} is being uploaded
knowledge-page-say-upload-failed = {"{"}name{"}"} could not be uploaded.
knowledge-page-say-kept = Kept as a version
knowledge-page-say-leave = The last words could not be saved. Leave all the same?
knowledge-page-say-link-text = text
knowledge-page-say-column = Column
knowledge-page-files-without-script = Upload a file
knowledge-page-files-upload = Upload
knowledge-page-uploaded = Uploaded. Copy its Markdown from the list of files.

knowledge-page-versions = Versions
knowledge-page-versions-lead = Choose two to compare them.
knowledge-page-version = Version { $version }
knowledge-page-version-working = Working copy
knowledge-page-version-published = published
knowledge-page-version-from = From
knowledge-page-version-to = To
knowledge-page-compare = Compare
knowledge-page-compare-nothing = These two are the same.
knowledge-page-compare-lines = { $count ->
    [one] One line without a difference
   *[other] { $count } lines without a difference
}
knowledge-page-compare-removed = Removed
knowledge-page-compare-added = Added
knowledge-page-restore = Bring version { $version } back
knowledge-page-restore-hint = It becomes the working copy; nothing is lost, and readers see it when it is published.
knowledge-page-restored = Version { $version } is the working copy now
knowledge-page-versions-none = No version yet. Saving by hand or publishing makes one.
knowledge-page-by-unknown = somebody

knowledge-page-translations-lead = One article, one language each. Whoever reads gets their own language, else the original.
knowledge-page-translation-original = Original
knowledge-page-translation-in-step = In step
knowledge-page-translation-stale = The original changed
knowledge-page-translation-draft = Being written
knowledge-page-translation-missing = Missing
knowledge-page-translation-start = Start the translation
knowledge-page-translation-edit = Edit
knowledge-page-translation-see-changes = What changed in the original
knowledge-page-translation-mark = Mark as in step
knowledge-page-translation-marked = Marked as in step

knowledge-page-facts-title = Facts of { $key }
knowledge-page-parent = Stands under
knowledge-page-parent-hint = Number of another article, such as 12
knowledge-page-no-category = None
knowledge-page-audience-public = Everybody, also without signing in
knowledge-page-audience-everyone = Everybody who is signed in
knowledge-page-audience-staff = The IT department
knowledge-page-audience-teams = Teams
knowledge-page-audience-roles = Roles
knowledge-page-audience-organisations = Organisations
knowledge-page-audience-organisations-hint = As they are called in people’s profiles, separated by commas
knowledge-page-software-hint = When its version changes in the settings, the owner is asked to review.
knowledge-page-software-version = For version
knowledge-page-review-months = Review every (months)
knowledge-page-review-months-hint = Blank: never by date
knowledge-page-facts-saved = Facts saved

knowledge-page-settings-title = Knowledge
knowledge-page-settings-spaces = Spaces
knowledge-page-settings-spaces-lead = Where articles stand. A space can stand under another.
knowledge-page-settings-synonyms = Synonyms
knowledge-page-settings-synonyms-lead = One group a line, separated by commas. Who searches for one finds the others.
knowledge-page-settings-software = Software versions
knowledge-page-settings-software-lead = When a version changes here, the articles about that software become due for review.
knowledge-page-settings-guides = Guided questions
knowledge-page-settings-guides-lead = A few questions that lead employees to the right article, or to a filled-in report.
knowledge-page-settings-import = Bring articles over
knowledge-page-settings-templates = Templates
knowledge-page-space-new = New space
knowledge-page-space-edit = Edit space
knowledge-page-space-id = Short name
knowledge-page-space-id-hint = Small letters, digits, and hyphens; cannot be changed later
knowledge-page-space-en = Name in English
knowledge-page-space-zh = Name in Chinese
knowledge-page-space-icon = Icon
knowledge-page-space-parent = Under
knowledge-page-space-top = At the top
knowledge-page-space-place = Order
knowledge-page-space-remove = Remove
knowledge-page-space-remove-ask = Remove this space? Only one without articles can be removed.
knowledge-page-removed = Removed
knowledge-page-synonyms-new = New group
knowledge-page-synonyms-words = Words
knowledge-page-synonyms-count = { $count ->
    [one] One group
   *[other] { $count } groups
}
knowledge-page-add = Add
knowledge-page-remove = Remove
knowledge-page-version-now = Version in use
knowledge-page-software-changed = { $count ->
    [0] Saved
    [one] Saved. One article is due for review now.
   *[other] Saved. { $count } articles are due for review now.
}

knowledge-page-guide-new = New guide
knowledge-page-guide-edit = Edit guide
knowledge-page-guide-steps = { $count ->
    [one] One question
   *[other] { $count } questions
}
knowledge-page-guide-enabled = Shown to employees
knowledge-page-guide-off = Not shown
knowledge-page-guide-key = Short name
knowledge-page-guide-title-en = Title in English
knowledge-page-guide-title-zh = Title in Chinese
knowledge-page-guide-start = Begins with
knowledge-page-guide-step = Question { $number }
knowledge-page-guide-step-new = Another question
knowledge-page-guide-step-key = Short name
knowledge-page-guide-step-key-hint = Other questions lead here by this name
knowledge-page-guide-question-en = Question in English
knowledge-page-guide-question-zh = Question in Chinese
knowledge-page-guide-help-en = Help in English
knowledge-page-guide-help-zh = Help in Chinese
knowledge-page-guide-answer = Answer { $number }
knowledge-page-guide-label-en = In English
knowledge-page-guide-label-zh = In Chinese
knowledge-page-guide-leads = Leads to
knowledge-page-guide-leads-step = another question
knowledge-page-guide-leads-article = an article
knowledge-page-guide-leads-report = a report
knowledge-page-guide-target = Short name of the question, or number of the article
knowledge-page-guide-report-en = Title of the report in English
knowledge-page-guide-report-zh = Title of the report in Chinese
knowledge-page-guide-blank-hint = An answer without words is left out; so is a question without a short name.
knowledge-page-guide-saved = Guide saved
knowledge-page-guide-remove-ask = Remove this guide?

knowledge-page-palette-new = Write a new article

# Stands between a word and what explains it.
knowledge-page-colon = {": "}

knowledge-page-category-hardware = Hardware
knowledge-page-category-software = Software
knowledge-page-category-network = Network
knowledge-page-category-account = Account and permission
knowledge-page-category-security = Security
knowledge-page-category-other = Other

# The headings with which an article of a kind begins.
knowledge-page-section-before = Before you begin
knowledge-page-section-steps = Steps
knowledge-page-section-symptom = Symptom
knowledge-page-section-environment = Environment
knowledge-page-section-cause = Cause
knowledge-page-section-solution = Solution
knowledge-page-section-verification = Verification
knowledge-page-section-purpose = Purpose
knowledge-page-section-who = Who does it
knowledge-page-section-records = Records
knowledge-page-section-trigger = When it applies
knowledge-page-section-first = The first 15 minutes
knowledge-page-section-roles = Who does what
knowledge-page-section-recovery = Recovery
knowledge-page-section-contacts = Contacts
knowledge-page-section-new = New
knowledge-page-section-mended = Fixed
knowledge-page-section-compatibility = Compatibility
knowledge-page-section-known = Known issues

knowledge-page-synonyms-hint = VPN, remote access, 虚拟专用网
knowledge-page-guide-questions = Questions
knowledge-page-guide-save-more = Save and add a question
