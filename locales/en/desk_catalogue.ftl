### The request catalogue: types, forms, approval.

desk-state-waiting_approval = Waiting for approval

desk-field_kind-text = One line
desk-field_kind-long_text = Text
desk-field_kind-number = Number
desk-field_kind-choice = Choice
desk-field_kind-several = Several choices
desk-field_kind-yes_no = Yes or no
desk-field_kind-person = Person
desk-field_kind-device = Device
desk-field_kind-date = Date
desk-field_kind-file = File

desk-approvers-manager = The requester’s manager
desk-approvers-people = Named people
desk-approvers-role = Everybody with a role
desk-approvers-team = Everybody in a team

desk-approval_rule-one = one of them
desk-approval_rule-all = all of them
desk-approval_rule-quorum = { $count } of them
desk-catalogue-rule-one = One of them
desk-catalogue-rule-all = All of them
desk-catalogue-rule-quorum = A number of them

desk-decision-approved = approved
desk-decision-refused = refused
desk-decision-withdrawn = no longer needed

desk-approval-none = No approval
desk-approval-waiting = Waiting for approval
desk-approval-approved = Approved
desk-catalogue-withdraw = Withdraw the request
desk-catalogue-withdrawn = The request was withdrawn
desk-catalogue-withdraw-text = Nobody needs to approve it any more, and it is closed. The requester can ask anew.
desk-approval-withdrawn = Withdrawn
desk-approval-refused = Refused

desk-catalogue-yes = Yes
desk-catalogue-no = No
desk-catalogue-between = {", "}
desk-catalogue-person-gone = somebody who left
desk-catalogue-choose = Choose
desk-catalogue-choose-files = Choose files
desk-catalogue-person-hint = Name or mail address
desk-catalogue-approval = Approval
desk-catalogue-undecided = not decided yet
desk-catalogue-not-asked-yet = Not asked yet
desk-catalogue-instead-of = instead of { $name }
desk-catalogue-needs-approval = Somebody has to approve this before work begins.

desk-catalogue-settings = Request catalogue
desk-catalogue-lead = What people can ask for, each with a form of its own. A ticket keeps the form it was asked with.
desk-catalogue-empty = Nothing to ask for
desk-catalogue-empty-text = Add a type: it appears on the portal at once.
desk-catalogue-type = Request type
desk-catalogue-type-new = New request type
desk-catalogue-type-removed = Request type removed
desk-catalogue-questions = Questions
desk-catalogue-question = Question
desk-catalogue-takes = Takes
desk-catalogue-offered = Offered
desk-catalogue-order = Order
desk-catalogue-switch-on = Switch on
desk-catalogue-switch-off = Switch off
desk-catalogue-is-off = Switched off
desk-catalogue-up = Move { $name } up
desk-catalogue-down = Move { $name } down
desk-catalogue-preview = Preview
desk-catalogue-preview-text = This is how it is asked. Nothing is sent from here.
desk-catalogue-back-to-type = Back to the request type
desk-catalogue-no-questions = No questions yet: add the first one.
desk-catalogue-no-approval = Nobody has to approve it.
desk-catalogue-field-new = Add a question
desk-catalogue-field-edit = Question
desk-catalogue-step-new = Add an approval step
desk-catalogue-step-edit = Approval step
desk-catalogue-what-becomes = What it becomes
desk-catalogue-id = Short name
desk-catalogue-id-hint = Small letters, digits, hyphens; tickets carry it as a tag. It cannot be changed later.
desk-catalogue-name-zh = Name in Chinese
desk-catalogue-name-en = Name in English
desk-catalogue-description-zh = Description in Chinese
desk-catalogue-description-en = Description in English
desk-catalogue-team-of-category = The category’s team
desk-catalogue-tier = Tier
desk-catalogue-icon = Sign
desk-catalogue-audience = Who sees it on the portal
desk-catalogue-desk-only = Nobody: only the desk files it
desk-catalogue-departments = Only these departments
desk-catalogue-departments-hint = One a line. None: everybody.
desk-catalogue-remove = Remove this type
desk-catalogue-remove-sure = Remove this request type? Tickets keep what was asked.
desk-catalogue-required = Required
desk-catalogue-required-hint = Must be answered while it is shown
desk-catalogue-always = Always
desk-catalogue-when = when “{ $field }” is { $value }
desk-catalogue-shown = Shown
desk-catalogue-label-zh = Question in Chinese
desk-catalogue-label-en = Question in English
desk-catalogue-help-zh = Help in Chinese
desk-catalogue-help-en = Help in English
desk-catalogue-key = Key
desk-catalogue-key-hint = Its name in the API: small letters, digits, underscores.
desk-catalogue-min = Least
desk-catalogue-max = Most
desk-catalogue-limits-hint = Of a number; characters of a text; chosen choices; files; days from today for a date.
desk-catalogue-choices = Choices
desk-catalogue-choices-hint = One a line: value | English | Chinese
desk-catalogue-field-remove = Remove this question
desk-catalogue-field-remove-sure = Remove this question?
desk-catalogue-none = None
desk-catalogue-who = Who approves
desk-catalogue-rule = Who must say yes
desk-catalogue-role = Role
desk-catalogue-quorum = How many, if a number of them
desk-catalogue-people = Named people
desk-catalogue-people-hint = Mail addresses, one a line.
desk-catalogue-stand-ins = Stand-ins
desk-catalogue-stand-ins-hint = Mail addresses. Asked in this order for whoever is absent, has left, or asks for themselves.
desk-catalogue-step-remove = Remove this step
desk-catalogue-step-remove-sure = Remove this approval step?

desk-catalogue-file = Request catalogue
desk-catalogue-search = Search the catalogue
desk-catalogue-none-found = Nothing found
desk-catalogue-none-found-text = Try other words, or open a ticket without a form.

desk-approvals-title = My approvals
desk-approvals-empty = Nothing waits for you
desk-approvals-empty-text = Requests that need your approval appear here.
desk-approvals-request = Request
desk-approvals-since = Asked
desk-approvals-comment = Comment
desk-approvals-comment-hint = The requester reads it. Needed when you refuse.
desk-approvals-yes = Approve
desk-approvals-no = Refuse
desk-approvals-said-yes = Approved
desk-approvals-said-no = Refused
desk-approvals-done = This was decided already.

desk-notice-approval_asked = Your approval (to whoever must approve)
desk-notice-approved = Approved (to the requester)
desk-notice-declined = Not approved (to the requester)

desk-page-change-approval-asked = asked { $names } for approval
desk-page-change-approval-reminded = reminded { $names } of the approval
desk-page-change-approval-yes = { $name } approved { $comment }
desk-page-change-approval-no = { $name } refused { $comment }
desk-page-change-approval-words = “{ $comment }”
desk-page-change-approval-link-refused = an approval link was tried that is used, expired, or somebody else’s
desk-page-change-approved = approved: the desk has it now
desk-page-change-withdrawn = taken back and closed
desk-page-change-declined = not approved and closed

event-desk-ticket-approval_asked = asked for approval
event-desk-ticket-approval_reminded = reminded of an approval
event-desk-ticket-approval_decided = decided on an approval
event-desk-ticket-approval_link_refused = an approval link was refused
event-desk-ticket-approved = approved
event-desk-ticket-withdrawn = request taken back
permission-desk-approve = Approve what others ask for
event-desk-ticket-declined = not approved
event-desk-request_type-saved = saved a request type
event-desk-request_type-removed = removed a request type

error-desk-ticket-awaits_approval = This request waits for approval; nothing can be done on it before that
error-desk-catalogue-name_missing = Give it a name in one language at least
error-desk-catalogue-icon_unknown = Choose one of the signs
error-desk-catalogue-too_many_departments = Too many departments
error-desk-catalogue-too_many_fields = At most { $max } questions
error-desk-catalogue-too_many_choices = At most { $max } choices
error-desk-catalogue-too_many_steps = At most { $max } approval steps
error-desk-catalogue-too_many_people = At most { $max } people
error-desk-catalogue-too_many_types = At most { $max } request types; remove one first
error-desk-catalogue-id_malformed = Small letters, digits, and hyphens, 2 to 40 of them, beginning with a letter
error-desk-catalogue-id_taken = “{ $id }” is or was the name of another type; choose another
error-desk-catalogue-changed_meanwhile = Somebody changed this type meanwhile. Reload it first.
error-desk-catalogue-key_malformed = Small letters, digits, and underscores, beginning with a letter
error-desk-catalogue-key_twice = Another question has this key
error-desk-catalogue-label_missing = Write the question in one language at least
error-desk-catalogue-limits_wrong = The least must not be more than the most
error-desk-catalogue-choices_missing = List at least one choice
error-desk-catalogue-choices_unfit = Only a choice takes choices; leave them out or change what it takes
error-desk-catalogue-choice_malformed = Each choice needs a value of at most 60 characters, and words
error-desk-catalogue-choice_twice = The value “{ $value }” stands there twice
error-desk-catalogue-depends_on_unknown = It depends on the question “{ $field }”, which is not there
error-desk-catalogue-depends_on_value = “{ $field }” can only be: { $values }
error-desk-catalogue-depends_in_circle = Questions depend on each other in a circle; let one of them always be shown
error-desk-catalogue-approvers_missing = Say who approves
error-desk-catalogue-quorum_wrong = At least 1, and not more than the people who are named
error-desk-catalogue-nobody_approves = Nobody can approve this: the approver is not known, and nobody manages the desk. Ask the IT department.
error-desk-catalogue-answer_unknown = The form has no such question
error-desk-catalogue-answer_missing = Please answer this
error-desk-catalogue-answer_twice = One answer only
error-desk-catalogue-answer_malformed = A text, a number, true or false, or a list of texts
error-desk-catalogue-text_length = { $min } to { $max } characters
error-desk-catalogue-not_a_number = Write a whole number, such as 3
error-desk-catalogue-number_range = { $min ->
    [none] At most { $max }
   *[other] { $max ->
        [none] At least { $min }
       *[other] From { $min } to { $max }
    }
}
error-desk-catalogue-choice_unknown = “{ $value }” cannot be chosen here
error-desk-catalogue-choices_count = { $max ->
    [none] Choose at least { $min }
   *[other] Choose { $min } to { $max }
}
error-desk-catalogue-files_count = { $max ->
    [none] At least { $min } files
   *[other] { $min } to { $max } files
}
error-desk-catalogue-not_yes_or_no = Say yes or no
error-desk-catalogue-not_a_date = Write a date such as 2026-03-02
error-desk-catalogue-date_range = { $min ->
    [none] Not after { $max }
   *[other] { $max ->
        [none] Not before { $min }
       *[other] From { $min } to { $max }
    }
}
error-desk-catalogue-person_unknown = Nobody is known as “{ $value }”; write a name or a mail address of a colleague
error-desk-catalogue-person_unclear = Several people fit. Write the mail address of the one you mean: { $names }
error-desk-catalogue-more_questions = Your answers lead to more questions. Please look through the form once more; files must be chosen again.
error-desk-catalogue-was_declined = #{ $number } was not approved and stays closed. Ask anew with what was missing.
error-desk-approval-comment_missing = Say why you refuse: the requester reads it
error-desk-approval-decided = You have decided on #{ $number } already. Each link counts once.
error-desk-approval-not_waiting = #{ $number } does not wait for approval any more.
error-desk-approval-settled = #{ $number } was decided without you; nothing is left to do.
error-desk-approval-expired = This link has expired. Sign in and look under “My approvals”.
error-desk-approval-not_yours = This link is for somebody else. It counts only for the person it was sent to.
