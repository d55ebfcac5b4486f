# The desk's values, events, rights, and errors. The words of its pages stand in desk_pages.ftl.

desk-type-incident = Incident
desk-type-request = Request
desk-type-question = Question
desk-type-change_request = Change request

desk-category-hardware = Hardware
desk-category-software = Software
desk-category-network = Network
desk-category-account = Account and permission
desk-category-security = Security
desk-category-other = Other

desk-impact-person = One person
desk-impact-team = A team
desk-impact-site = A whole site
desk-impact-organisation = The whole organisation

desk-urgency-low = Low: work goes on
desk-urgency-medium = Medium: work is hindered
desk-urgency-high = High: work has stopped

desk-priority-P0 = P0
desk-priority-P1 = P1
desk-priority-P2 = P2
desk-priority-P3 = P3

desk-state-new = New
desk-state-in_progress = In progress
desk-state-waiting_requester = Waiting for requester
desk-state-waiting_supplier = Waiting for supplier
desk-state-waiting_development = Waiting for development
desk-state-resolved = Resolved, awaiting confirmation
desk-state-closed = Closed

desk-stage-open = Open
desk-stage-resolved = Resolved
desk-stage-closed = Closed

desk-channel-portal = Portal
desk-channel-mail = Mail
desk-channel-phone = Phone
desk-channel-chat = Chat
desk-channel-api = API
desk-channel-alert = Alert

desk-waiting_for-requester = The requester
desk-waiting_for-supplier = A supplier
desk-waiting_for-development = Development

desk-voice-requester = Requester
desk-voice-staff = Support

desk-article_kind-report = Report
desk-article_kind-reply = Reply
desk-article_kind-note = Internal note
desk-article_kind-mail = Mail
desk-article_kind-call = Call
desk-article_kind-system = System

desk-order-urgent = Most urgent first
desk-order-updated = Latest change first
desk-order-created = Newest first

desk-clock-first_response = First response
desk-clock-next_update = Next update
desk-clock-solution = Solution

desk-clock_state-running = Running
desk-clock_state-paused = Paused
desk-clock_state-met = Met
desk-clock_state-breached = Missed

desk-unit-minute = minutes
desk-unit-hour = hours
desk-unit-working_day = working days

desk-action-notify_owner = Tell the owner
desk-action-notify_manager = Tell the manager
desk-action-tier_up = Hand up one tier

desk-part-running = Counting
desk-part-make_up = Counting: working hours of { $name }
desk-part-paused = Paused: { $state }
desk-part-awaiting = Not counting: { $state }
desk-part-night = Closed: outside working hours
desk-part-break = Closed: break
desk-part-weekend = Closed: day off
desk-part-holiday = Closed: { $name }

# Why this person?
desk-outcome-chosen = Chosen by skill, workload, and shift
desk-outcome-by_hand = Assigned by hand
desk-outcome-taken = Taken by the person
desk-outcome-no_team = Nobody was chosen: the ticket has no team yet
desk-outcome-team_queue = In the team's queue
desk-outcome-nobody_in_team = Nobody was chosen: the team has no members
desk-outcome-nobody_free = Nobody was chosen: everybody in the team was left out

desk-left_out-absent = Absent
desk-left_out-off_shift = Not on shift
desk-left_out-tier_too_low = Below the tier the ticket is on
desk-left_out-skill_missing = Lacks the skill

desk-points-skill = Skill
desk-points-room = Room beside other work
desk-points-presence = Presence
desk-points-tier = Tier
desk-points-total = Total

desk-answer-accepted = Works
desk-answer-refused = Does not work
desk-answer-silent = No answer
desk-answer-withdrawn = Withdrawn

desk-answered_by-requester = by the requester
desk-answered_by-link = by the link in the mail
desk-answered_by-on_behalf = written down by support
desk-answered_by-nobody = by nobody

desk-setting-close_after_days = Working days until silence closes a resolved ticket

# What happened, as one small line of the timeline.
event-desk-ticket-opened = reported it
event-desk-ticket-replied = replied
event-desk-ticket-noted = wrote an internal note
event-desk-ticket-called = logged a call
event-desk-ticket-attached = added a file
event-desk-ticket-changed = changed it
event-desk-ticket-triaged = applied what it learned
event-desk-ticket-assigned = assigned it
event-desk-ticket-escalated = handed it up
event-desk-ticket-started = began to work on it
event-desk-ticket-waiting = is waiting for others
event-desk-ticket-resumed = resumed work
event-desk-ticket-resolved = resolved it and asked for confirmation
event-desk-ticket-confirmed = confirmed that it works
event-desk-ticket-refused = said that it does not work
event-desk-ticket-closed_silent = closed it after no answer came
event-desk-ticket-reopened = reopened it
event-desk-ticket-watched = began to watch it
event-desk-ticket-imported = took it over from another desk
event-desk-ticket-recorded = recorded it at another desk
event-desk-ticket-unwatched = stopped watching it
event-desk-clock-warned = A deadline is near
event-desk-clock-breached = A deadline has passed
event-desk-policy-saved = saved a service level
event-desk-policy-removed = removed a service level
event-desk-matrix-saved = changed the priority matrix
event-desk-route-saved = changed where a category goes

# Rights.
permission-desk-ticket-open = Open tickets (wider than own: on behalf of others)
permission-desk-ticket-read = See tickets
permission-desk-ticket-internal = Read internal notes and reasons
permission-desk-ticket-reply = Reply to tickets
permission-desk-ticket-note = Write internal notes
permission-desk-ticket-change = Triage and change tickets
permission-desk-ticket-assign = Assign tickets
permission-desk-ticket-escalate = Hand tickets up
permission-desk-ticket-resolve = Work on and resolve tickets
permission-desk-ticket-verify = Confirm or refuse a solution (wider than own: on behalf of the requester)
permission-desk-ticket-reopen = Reopen tickets
permission-desk-report = See the desk's figures
permission-desk-settings = Change the desk's settings

# Errors: what, which, and what to do next.
error-desk-ticket-unknown_value = “{ $value }” is not known here; use one of: { $words }
error-desk-ticket-tier_out_of_range = There is no tier { $value }; choose 1, 2, or 3
error-desk-ticket-assignee_unfit = { $name } does not work on tickets; choose somebody of the desk
error-desk-ticket-tier_not_above = The ticket is on tier { $tier } already; choose a higher one
error-desk-ticket-title_missing = Say in a few words what it is about
error-desk-ticket-line_too_long = This is too long; keep it within { $max } characters
error-desk-ticket-complexity_out_of_range = Complexity goes from 1 to 3
error-desk-ticket-too_many_tags = Too many tags; keep at most 30
error-desk-ticket-next_step_half = A next step needs both what and when; fill in both or neither
error-desk-ticket-reason_missing = Give the reason, so that the next reader knows
error-desk-ticket-until_past = This moment has passed; choose a later one
error-desk-ticket-solution_missing = Say what solved it; the requester will read it
error-desk-ticket-untested_reason_missing = Say why the solution could not be tested
error-desk-ticket-closed = The ticket is closed; reopen it first
error-desk-ticket-already_resolved = The ticket is resolved and waits for the requester; reopen it first
error-desk-ticket-not_resolved = There is nothing to confirm: the ticket is not resolved
error-desk-ticket-already_waiting = The ticket is waiting for them already
error-desk-ticket-not_waiting = The ticket is not waiting for anybody
error-desk-ticket-already_started = Work on the ticket has begun already
error-desk-ticket-still_open = The ticket is still open
error-desk-ticket-not_silent_yet = The requester's time to answer has not run out
error-desk-ticket-changed_meanwhile = Somebody changed ticket #{ $number } while you were editing; look at the new values and save again
error-desk-ticket-cursor_malformed = This page marker is not valid; start again from the first page
error-desk-article-body_missing = Write something first
error-desk-article-body_too_long = The text is too long; keep it within { $max } characters and attach the rest as a file
error-desk-article-minutes_out_of_range = A call lasts between 0 and 1,440 minutes
error-desk-attachment-unknown_file = The file did not arrive; attach it again
error-desk-handoff-tried_missing = Say what was tried, even if nothing worked
error-desk-handoff-known_missing = Say what is known so far
error-desk-handoff-boundary_missing = Say where your means end and why it must go up
error-desk-policy-name_missing = Give the service level a name
error-desk-policy-no_target = Promise at least one thing
error-desk-policy-pause_not_waiting = Clocks can pause only in waiting states
error-desk-policy-amount_out_of_range = Give a number from 1 to 100,000
error-desk-policy-clock_twice = This clock stands here twice; keep one
error-desk-policy-percent_out_of_range = Give percentages from 1 to 1,000
error-desk-policy-percent_twice = Two steps stand at the same percentage; join them
error-desk-policy-calendar_unknown = There is no such calendar; choose another
error-desk-policy-calendar_impossible = The calendar of this service level cannot be reckoned with; correct it in the calendars
error-desk-route-level_out_of_range = A skill's level goes from 1 to 3
error-desk-verification-answered = This question has been answered already; thank you
error-desk-verification-withdrawn = Support has gone back to work on the ticket and will ask you again
error-desk-verification-expired = This link has expired; open ticket #{ $number } in the portal to answer

desk-search-kind-ticket = Ticket
desk-search-kind-ticket-note = Internal note
desk-search-kind-request-type = Request form
desk-search-values-type = Types are incident, request, question, change_request.
desk-search-values-state = States are open, resolved, closed, or exactly new, in_progress, waiting_requester, waiting_supplier, waiting_development, waiting_approval.
desk-search-values-category = Categories are hardware, software, network, account, security, other.
desk-search-values-priority = Priorities are P0, P1, P2, P3.
desk-search-values-people = Write me, or a name or an address that you may look up.
desk-search-values-team = Write mine, none, or a part of a team's name.
desk-search-values-has = A ticket can have an attachment.
