# Major incidents: the room, its roles and plan, the status page, and the review.
major-title = Major incidents
major-room = Major incident
major-panel = Major incident
major-empty-title = No major incidents
major-empty-text = When something big breaks, open its ticket and press Shift I: the room with roles, plan, and words to everybody opens.
major-open = Going on
major-past = Over
major-older = Older
major-what = What
major-state = State
major-plan = Plan
major-next-words = Next update
major-words-late = Update overdue
major-late = Overdue
major-declared-at = Declared
major-resolved-at = Resolved
major-review = Review
major-nobody = Nobody
major-add = Add
major-save = Save
major-cancel = Cancel
major-saved = Saved
major-edit = Edit details
major-assign = Assign

major-state-declared = Investigating
major-state-identified = Cause known
major-state-monitoring = Monitoring
major-state-resolved = Resolved
major-state-reviewed = Reviewed
major-public-declared = Investigating
major-public-identified = Cause found
major-public-monitoring = Monitoring the fix
major-public-resolved = Resolved

major-role-commander = Commander
major-role-commander-purpose = Decides and keeps the overview
major-role-operations = Operations
major-role-operations-purpose = First check
major-role-development = Development
major-role-development-purpose = Deep fix
major-role-support = Support
major-role-support-purpose = Updates to users
major-role-coordination = Project manager
major-role-coordination-purpose = Coordination
major-roles = Roles

major-declare = Declare
major-declare-title = Make it a major incident
major-declare-hint = The ticket becomes P0.
major-declare-links = Tickets about the same
major-declared = Major incident declared
major-public-title = Title for users
major-public-title-hint = What does not work, without internal words
major-impact = Impact
major-impact-hint = Who is affected and how
major-services = Services
major-services-hint = Separated by commas
major-every = Update every (minutes)
major-on-status = Show on the status page
major-on-status-hint = Title, impact, and updates, to everybody who may read it
major-off-status = Not on the status page
major-put-on-status = Put back on the status page
major-take-off-status = Take off the status page
major-plan-none = No plan
major-first-words = First update to users
major-first-words-hint = Optional. Sent to the requesters of all these tickets at once.
major-palette-declare = Make #{ $number } a major incident

major-say = Update to users
major-say-hint = { $count ->
    [one] A reply on the ticket, and on the status page.
   *[other] A reply on { $count } tickets, and on the status page.
}
major-say-hint-off = { $count ->
    [one] A reply on the ticket. Nothing on the status page.
   *[other] A reply on { $count } tickets. Nothing on the status page.
}
major-words-en = In English
major-words-zh = In Chinese
major-say-send = Send to everybody
major-said = Updates
major-said-done = On its way to everybody
major-reached = reached { $reached }
major-trouble-skipped = #{ $number } was not told.
major-trouble-waiting = #{ $number } has not been told yet.
major-trouble-hidden = { $count ->
    [one] and one that you may not see
   *[other] and { $count } that you may not see
}
major-trouble-not-resolved = #{ $number } was told, but not resolved.
major-record = Timeline
major-tick = Done: { $step }
major-step-new = Another step
major-links = Linked tickets
major-links-hidden = { $count ->
    [one] and one that you may not see
   *[other] and { $count } that you may not see
}
major-link-number = Ticket number
major-linked = Ticket linked
major-unlinked = Ticket removed
major-unlink = Remove #{ $number }

major-resolve = Resolve
major-resolve-hint = These words go to everybody affected and onto the status page. A review is opened.
major-resolve-hint-off = These words go to everybody affected, not onto the status page. A review is opened.
major-resolve-own = Resolve #{ $number } with these words
major-resolve-links = { $count ->
    [one] Resolve the linked ticket alike
   *[other] Resolve { $count } linked tickets alike
}
major-tested = The solution was tested
major-untested-reason = Why it was not tested
major-untested-reason-hint = Needed when it was not tested
major-resolve-send = Resolve and tell everybody
major-resolved-done = Resolved; the review is open
major-asks-last-words = The ticket was resolved. Those affected have not been told.
major-last-words = Write the last update

major-reopened = The major incident came back.

major-review-open = Open
major-review-held = Held
major-review-closed = Closed
major-review-owner = Owner
major-review-due = due
major-review-happened = What happened
major-review-happened-hint = Needed before closing
major-review-cause = Cause
major-review-cause-hint = Needed before closing
major-review-well = What went well
major-review-badly = What went badly
major-review-timeline-hint = Filled in from the record
major-review-was-held = The review was held
major-review-close = Close review
major-review-close-hint = Save first. A closed review cannot be changed; its actions can still be ticked.
major-review-closed-done = Review closed
major-actions = Actions
major-actions-none = What is done so that it does not happen again?
major-action = Action
major-action-owner = Owner
major-action-due = Due

major-settings-title = Major incidents
major-audience = Who may read the status page
major-audience-signed-in = People who are signed in
major-audience-anybody = Anybody who knows its address
major-plans = Emergency plans
major-plan-new = New plan
major-plan-edit = Edit plan
major-plan-name = Name
major-plan-name-en = Name in English
major-plan-name-zh = Name in Chinese
major-plan-category = Category
major-plan-any-category = Any
major-plan-words = Words in the title
major-plan-words-hint = Proposes the plan; separated by commas
major-plan-steps = Steps
major-plan-steps-en = Steps in English
major-plan-steps-zh = Steps in Chinese
major-plan-steps-hint = One step a line; begin it with a role and a colon to say whose it is ({ $roles }). One language is enough; with both, line by line.
major-plan-remove = Remove plan
major-plan-remove-sure = Remove this plan? Incidents that follow it keep their steps.
major-plan-removed = Plan removed

major-status-title = Service status
major-status-nav = Status page
major-status-to-portal = My requests
major-status-fine = Everything works.
major-status-trouble = { $count ->
    [one] One incident is being worked on.
   *[other] { $count } incidents are being worked on.
}
major-status-since = Since
major-status-nothing-said = We are looking into it. Updates appear here.
major-status-history = Last 90 days
major-status-no-history = No incidents
major-status-feed = Atom feed

major-line-declared = declared a major incident: { $title }
major-line-changed = edited the details
major-line-state = set the state to { $state }
major-line-role = { $role }: { $name }
major-line-linked = linked #{ $number }
major-line-linked-count = { $count ->
    [one] linked a ticket
   *[other] linked { $count } tickets
}
major-line-unlinked = removed #{ $number }
major-line-unlinked-count = { $count ->
    [one] removed a ticket
   *[other] removed { $count } tickets
}
major-line-step-done = done: { $step }
major-line-step-undone = not done after all: { $step }
major-line-updated = update to users: { $words }
major-line-update-hidden = took an update off the status page
major-line-update-shown = put an update back on the status page
major-line-told = { $count ->
    [one] One ticket told
   *[other] { $count } tickets told
}, { $skipped } left out
major-line-overdue = update overdue by { $minutes } min
major-line-resolved = major incident resolved
major-line-review-opened = review opened
major-line-review-closed = closed the review
major-line-review-late = review overdue
major-line-action = action for { $name }: { $what }
major-line-ticket-opened = ticket opened
major-line-ticket-assigned = ticket assigned to { $name }
major-line-ticket-escalated = ticket escalated
major-line-ticket-waiting = ticket waits
major-line-ticket-resumed = work on the ticket goes on
major-line-ticket-resolved = ticket resolved
major-line-ticket-confirmed = solution confirmed
major-line-ticket-refused = solution refused
major-line-ticket-reopened = ticket reopened
major-line-ticket-priority = priority { $priority }

major-note-declared = Declared a major incident: { $title }
major-note-raised = Declared a major incident: { $title }. Priority raised from { $priority } to P0.
major-note-due = Update to users on “{ $title }” is due ({ $minutes } min late).
major-mail-role-subject = Major incident “{ $title }”: you are { $role }
major-mail-role-text =
    You have the role { $role } ({ $purpose }) in the major incident “{ $title }”.

    The room: { $link }
major-mail-due-subject = Update due: { $title }
major-mail-due-text =
    The next update to users on “{ $title }” is due ({ $minutes } min late).

    Write it here: { $link }
major-mail-review-subject = Review: { $title }
major-mail-review-text =
    The major incident “{ $title }” is over. Its review is yours, due on { $due }; the timeline is filled in.

    { $link }
major-mail-late-subject = Review overdue: { $title }
major-mail-late-text =
    The review of the major incident “{ $title }” was due on { $due }.

    { $link }

permission-major-read = Look into major incidents
permission-major-declare = Make a ticket a major incident
permission-major-lead = Lead major incidents
permission-major-settings = Set up the status page and emergency plans
event-major-declared = Major incident declared
event-major-changed = Major incident changed
event-major-state_changed = State of major incident changed
event-major-role_assigned = Role in major incident changed
event-major-linked = Ticket linked to major incident
event-major-unlinked = Ticket removed from major incident
event-major-step_added = Step added to plan
event-major-step_ticked = Step of plan ticked
event-major-updated = Update to users written
event-major-update_hidden = Update taken off the status page or put back
event-major-told = Users told
event-major-update_overdue = Update to users overdue
event-major-resolved = Major incident resolved
event-major-review_opened = Review opened
event-major-review_saved = Review saved
event-major-review_closed = Review closed
event-major-review_overdue = Review overdue
event-major-action_added = Action added
event-major-action_ticked = Action ticked
event-major-plan_saved = Emergency plan saved
event-major-plan_removed = Emergency plan removed

error-major-already_declared = #{ $number } is a major incident already. Open it under Major incidents.
error-major-belongs_already = #{ $number } belongs to the major incident “{ $title }”. Remove it there first.
error-major-ticket_not_open = #{ $number } is resolved or closed. Reopen it first.
error-major-title_length = Enter a title of at most { $most } letters.
error-major-impact_length = Enter at most { $most } letters.
error-major-services_most = Name at most { $most } services, each with at most 60 letters.
error-major-minutes_range = Enter { $least } to { $most } minutes.
error-major-plan_unknown = This plan does not exist any more. Choose another.
error-major-person_unknown = Choose somebody who works at the desk.
error-major-commander_missing = There is always a commander. Choose another person instead.
error-major-is_over = This major incident is over. Set its state back to go on.
error-major-still_open = The major incident still goes on. Resolve it first.
error-major-no_such_way = This step is not possible from the present state. Reload the page.
error-major-changed_meanwhile = Somebody changed it meanwhile. Reload the page and enter your change again.
error-major-words_missing = Write the update in at least one language.
error-major-words_too_long = Enter at most { $most } letters.
error-major-step_length = Enter a step of at most { $most } letters.
error-major-steps_most = A plan has at most { $most } steps. Write it as an update instead.
error-major-state_by_words = Words can move it to declared, identified, or monitoring. End it in the room with Resolve.
error-major-came_back = It came back before its turn.
error-major-link_number = Enter the number of a ticket, for example 1042.
error-major-link_unknown = There is no ticket #{ $number }, or it is not yours to see. Check the number.
error-major-link_itself = #{ $number } is the incident’s own ticket. Enter another number.
error-major-link_taken = #{ $number } belongs to another major incident. Remove it there first.
error-major-links_most = At most { $most } tickets. Leave out #{ $number }.
error-major-untested_reason_missing = Say in one line why it was not tested.
error-major-review_is_closed = This review is closed.
error-major-review_missing = Write this, save, then close.
error-major-action_length = Enter an action of at most { $most } letters.
error-major-actions_most = At most { $most } actions.
error-major-day_malformed = Enter a day, for example 2026-03-09.
error-major-plan_name_length = Enter a name of at most { $most } letters in at least one language.
error-major-plan_words_most = Enter at most { $most } words.
error-major-plan_steps_most = Enter 1 to { $most } steps, each with at most { $letters } letters.
error-major-plan_lines_differ = { $en } steps in English, { $zh } in Chinese. Write the same steps in both, or leave one empty.
error-major-plans_most = There can be { $most } plans. Remove one first.
