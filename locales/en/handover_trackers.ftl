# Issue trackers: settings, log, what they tell on a ticket.

handover-trackers = Issue trackers
handover-trackers-lead = Packages become issues there; states and comments come back to the ticket.
handover-trackers-empty-title = No issue trackers yet
handover-trackers-empty-text = Connect GitHub, GitLab, Jira, or any program that speaks Standard Webhooks.
handover-tracker-new = New tracker
handover-name = Name
handover-kind = Kind
handover-kind-github = GitHub
handover-kind-gitlab = GitLab
handover-kind-jira = Jira
handover-kind-plain = Other (Standard Webhooks)
handover-kind-github-hint = On GitHub, add a webhook with this address, content type application/json, this secret, and the events Issues and Issue comments.
handover-kind-gitlab-hint = On GitLab, add a webhook with this address, this secret token, and the triggers Issues events and Comments.
handover-kind-jira-hint = In Jira, add a webhook with this address, this secret, and the events of issues (created, updated) and comments (created).
handover-kind-plain-hint = Your program posts here, signed with this secret as Standard Webhooks describes it.
handover-tracker-url = Address for packages
handover-tracker-url-hint = A signed JSON message is posted here for each package, for example to an automation that creates the issue. Leave empty to read back only.
handover-enabled = Enabled
handover-on = On
handover-off = Off
handover-incoming = From the tracker
handover-outgoing = To the tracker
handover-outgoing-hint = Packages are signed with this secret (Standard Webhooks). The issue has to carry the reference in its text or as a label.
handover-hook-url = Address
handover-secret-in = Secret
handover-secret-out = Signing secret
handover-secret-none = None. Make new secrets below, or switch the tracker on; then set it up there again.
handover-show = Show
handover-secrets-new = New secrets
handover-secrets-sure = Make both secrets anew? The former ones stop working at once.
handover-tracker-test = Send a test
handover-tracker-test-sent = Test on its way
handover-tracker-remove = Remove
handover-tracker-remove-sure = Remove this tracker? Nothing is sent to it or taken from it any more.
handover-tracker-added = Tracker added
handover-tracker-saved = Tracker saved
handover-tracker-removed = Tracker removed
handover-tracker-secrets-changed = New secrets made
handover-tracker-log = Messages
handover-log = Log
handover-log-of = Log of { $name }
handover-log-lead = The latest in each direction.
handover-log-empty = No messages yet.
handover-message-kind = Type
handover-message-answer = Answer
handover-message-waiting = Waiting
handover-message-delivered = Delivered
handover-message-given-up = Given up
handover-message-not-tried = Not tried: the tracker was switched off or removed
handover-message-silent = Not tried: the tracker did not answer
handover-message-no-secret = Not tried: the tracker has no secret to sign with
handover-message-again = Send again
handover-message-again-asked = On its way again
handover-heard-taken = Taken
handover-heard-ignored = Nothing to do
handover-heard-forged = Refused: wrong signature
handover-heard-replayed = Refused: repeated
handover-heard-stale = Refused: too old
handover-heard-malformed = Refused: unreadable
handover-deadline = Deadline of root-cause reports
handover-deadline-hours = Hours
handover-deadline-calendar = Counted in
handover-deadline-every-hour = Hours of the clock
handover-deadline-saved = Deadline saved

handover-note-issue-seen = Issue { $issue } was created. { $words }
handover-note-issue-fixed = Issue { $issue } was closed as fixed. The root-cause report is still due.
handover-note-issue-fixed-as = Issue { $issue } was closed as fixed ({ $what }). The root-cause report is still due.
handover-note-issue-closed = Issue { $issue } was closed without a fix.
handover-note-issue-closed-as = Issue { $issue } was closed without a fix ({ $what }).
handover-note-issue-reopened = Issue { $issue } was opened again.
handover-note-issue-moved = Issue { $issue }: { $what }
handover-note-issue-said =
    { $what } on { $issue }:

    { $words }
handover-note-not-taken = The tracker { $tracker } did not take the package ({ $reason }). Send it again under Settings → Issue trackers, or create the issue by hand with the package's reference.

permission-handover-trackers = Connect issue trackers and set the deadline of reports

event-handover-tracker-saved = Issue tracker saved
event-handover-tracker-removed = Issue tracker removed
event-handover-tracker-secrets_changed = Issue tracker given new secrets

error-handover-tracker-name_length = Enter a name of at most { $most } letters
error-handover-tracker-name_taken = There is already a tracker “{ $name }”. Choose another name
error-handover-tracker-url_malformed = Enter a full address that begins with https:// or http://, without a user name in it
error-handover-tracker-too_many = There can be { $most } trackers. Remove one first.
error-handover-tracker-changed_meanwhile = “{ $name }” was changed meanwhile. Compare, then save again.
error-handover-tracker-unreachable = This tracker is switched off or has no address for packages.
error-handover-message-still_waiting = This message is still on its way.
error-handover-deadline-hours = Enter 1 to { $most } hours
error-handover-deadline-calendar_unknown = This calendar does not exist; choose another one
