# Saved views, the filter of a list, and changes of many tickets at once.

desk-page-queue-starred = Starred
desk-page-queue-starred-empty = You have starred no ticket
desk-page-queue-starred-empty-text = Star a ticket to find it again here. Only you see your stars.
desk-page-queue-all = All tickets
desk-page-queue-all-empty = No tickets
desk-page-queue-all-empty-text = Every ticket you may see appears here.

desk-order-due = Nearest deadline first
desk-order-updated_asc = Longest untouched first
desk-order-created_asc = Oldest first
desk-only-overdue = Overdue
desk-only-unanswered = Unanswered
desk-only-forgotten = No next step
desk-only-starred = Starred by me
desk-audience-mine = Only me
desk-audience-teams = My teams
desk-audience-all = Everybody at the desk
desk-column-state = State
desk-column-clock = Nearest clock
desk-column-requester = Requester
desk-column-assignee = Owner or team
desk-column-team = Team
desk-column-tags = Tags
desk-column-type = Type
desk-column-category = Category
desk-column-tier = Tier
desk-column-site = Site
desk-column-created = Reported
desk-column-next_step = Next step

desk-view-list = Views
desk-view-new = New view
desk-view-edit = Change this view
desk-view-save = Save view
desk-view-save-as = Save as view
desk-view-saved = View saved
desk-view-removed = View removed
desk-view-none = No views yet
desk-view-none-text = Filter any queue and choose “Save as view”. Views that colleagues share appear here too.
desk-view-name = Name
desk-view-audience = For whom
desk-view-owner = Made by
desk-view-which = Which tickets
desk-view-words = Words
desk-view-columns = What a line shows, in this order
desk-view-column = Column { $place }
desk-view-no-column = Nothing
desk-view-favour = Show in the rail
desk-view-unfavour = In the rail
desk-view-up = Move “{ $name }” up
desk-view-down = Move “{ $name }” down
desk-view-copy = Copy
desk-view-copy-of = { $name } (copy)
desk-view-remove = Remove
desk-view-remove-sure = Remove the view “{ $name }”, also for those it is shared with?
desk-view-state-open = Open (any)
desk-view-state-waiting = Waiting (any)
desk-view-my-teams = My teams
desk-view-me = Me
desk-view-category = Category
desk-view-any-category = Any category
desk-view-tier = Tier
desk-view-any-tier = Any tier
desk-view-requester = Requester
desk-view-any-requester = Anybody
desk-view-only = Only
desk-view-created-after = Reported from
desk-view-created-before = Reported before
desk-view-changed-after = Changed from
desk-view-changed-before = Changed before
desk-view-day-hint = 2026-11-21, or 7d for seven days ago

error-desk-view-name_missing = Give the view a name.
error-desk-view-too_many_columns = A line has room for six columns at most.
error-desk-view-too_many = You have { $most } views already. Remove one that you no longer use.
error-desk-view-day_malformed = Write a date like 2026-11-21, or days before today like 7d.

desk-bulk-all-shown = Select all shown
desk-bulk-title = Change the selected tickets
desk-bulk-select = Select #{ $number }
desk-bulk-change = Change
desk-bulk-apply = Change them
desk-bulk-clear = Clear
desk-bulk-mine = Assign to me
desk-bulk-unchanged = Unchanged
desk-bulk-impact = Impact
desk-bulk-urgency = Urgency
desk-bulk-add-tags = Add tags
desk-bulk-remove-tags = Remove tags
desk-bulk-reason = What it waits for
desk-bulk-next-step = Next step
desk-bulk-next-step-at = By
desk-bulk-watching = Watching
desk-bulk-watch = Watch
desk-bulk-unwatch = Stop watching
desk-bulk-star = Star
desk-bulk-unstar = Remove star
desk-bulk-solution = Solution
desk-bulk-solution-hint = For “Resolved”: each requester is asked about these words.
desk-bulk-tested = Tested
desk-bulk-untested-reason = Why it was not tested
desk-bulk-undo = Undo
desk-bulk-done = { $count ->
    [0] Nothing was changed
    [one] 1 ticket changed
   *[other] { $count } tickets changed
 }
desk-bulk-refused = { $count ->
    [one] 1 ticket was left as it was
   *[other] { $count } tickets were left as they were
 }
desk-bulk-undone = { $count ->
    [one] 1 ticket is as it was
   *[other] { $count } tickets are as they were
 }
desk-bulk-changed-since = Changed by somebody since, and left: { $parts }
desk-bulk-forbidden = You may not do this to this ticket.
desk-bulk-not-found = There is no such ticket among those you may see.
desk-part-owner = owner
desk-part-state = state
desk-part-priority = priority
desk-part-type = type
desk-part-category = category
desk-part-next_step = next step
desk-part-tags = tags
error-desk-bulk-no_tickets = Select at least one ticket.
error-desk-bulk-too_many = Select at most { $most } tickets at once.
error-desk-bulk-nothing = Choose what to change.
error-desk-bulk-state_unfit = Tickets can be put in progress, set to waiting, or resolved. Closing is the requester’s word.
error-desk-bulk-undone_already = This was undone already.
error-desk-bulk-too_late = The ten seconds are over. Change the tickets back by hand; their history shows what they were.
desk-view-ticket-went = #{ $number } went to { $to }. You no longer see it.
event-desk-view-saved = saved a view
event-desk-view-removed = removed a view
