# Hand-over to development: packages, reports, mails, notes on tickets.

handover-title = Development
handover-lead = What was handed over, and when its root-cause report is due.
handover-open = Open
handover-settled = Settled
handover-empty-title = Nothing here
handover-empty-text = Hand a ticket over to development from the card beside its conversation.
handover-more = Load more
handover-new = Hand over to development
handover-new-lead = The ticket waits for development from then on. Development owes a root-cause report.
handover-give = Hand over
handover-cancel = Cancel
handover-save = Save
handover-handed-over = Handed over
handover-package = Package
handover-reference = Reference
handover-ticket = Ticket
handover-to = Handed over to
handover-by = Handed over by
handover-team = Team
handover-developer = Developer
handover-developer-hint = Mail address; leave empty when anybody of the team may take it on
handover-tracker = Issue tracker
handover-tracker-hint = An issue is created there
handover-nobody = None
handover-state = State
handover-at = Time
handover-due = Report due
handover-report-due-at = Report due
handover-overdue = Overdue
handover-is-overdue = The root-cause report was due on { $at }.
handover-fix-there = Fix delivered
handover-fix-delivered-report-due = The tracker says that the fault is fixed. The root-cause report is still due.
handover-issue = Issue
handover-pair = { $name }: { $value }

handover-fault = Fault
handover-fault-title = Title
handover-severity = Severity
handover-severity-critical = Critical
handover-severity-high = High
handover-severity-medium = Medium
handover-severity-low = Low
handover-steps = Steps to reproduce
handover-steps-hint = One step a line
handover-expected = Expected
handover-actual = Actual
handover-environment = Environment
handover-device = Device
handover-os = Operating system
handover-application = Application
handover-version = Version
handover-site = Site
handover-versions = Versions
handover-versions-hint = Affected, and the last one without the fault
handover-found = Findings
handover-tried = Already tried

handover-evidence = Evidence
handover-evidence-hint = Only what you tick goes along.
handover-evidence-none = No evidence was handed over.
handover-checked = I looked at what is marked; it may be handed over
handover-checked-hint = Needed when words above or something ticked are marked, for example as holding a password or a mail address
handover-warning-internal = Internal note
handover-warning-secret = Password or key?
handover-warning-mail = Mail address
handover-warning-phone = Phone number
handover-warning-identity = Identity number
handover-warning-card = Card number
handover-warning-unread = Not checked
handover-download = Download

handover-state-handed-over = Handed over
handover-state-report-due = Report due
handover-state-reported = Report to judge
handover-state-returned = Returned
handover-state-accepted = Accepted
handover-state-withdrawn = Taken back

handover-take = Take on
handover-taken = You look into it now
handover-withdraw = Take back
handover-withdraw-lead = The ticket goes on at the desk; no report is due any more.
handover-withdraw-now = Take back
handover-withdrawn = Taken back
handover-reason = Reason

handover-report-write = Write report
handover-report-send = Send report
handover-reported = Report sent
handover-report-number = Root-cause report { $number }
handover-cause-technical = Root cause, technical
handover-cause-technical-hint = What failed where, and why it could
handover-cause-plain = Root cause, in plain words
handover-cause-plain-hint = One or two sentences that the person who reported it understands
handover-fix = Fix
handover-fixed-in = Fixed in version
handover-fixed-in-hint = Leave empty while no version has the fix
handover-prevention = Prevention
handover-prevention-hint = What keeps it from happening again
handover-accept = Accept report
handover-accepted = Report accepted
handover-return = Return report
handover-return-lead = Say what is missing. The next report is due within 24 hours.
handover-return-now = Return
handover-returned = Report returned
handover-cause-tested = Root-cause report of development

handover-chases = Reminders
handover-chase-half = At half of the time
handover-chase-due = At the deadline
handover-chase-day =
    { $count ->
        [one] One day late
       *[other] { $count } days late
    }
handover-mails =
    { $count ->
        [0] no mail
        [one] one mail
       *[other] { $count } mails
    }

handover-wait-reason = Handed over to development ({ $to }): { $title }
handover-note-handed-over =
    Handed over to development: { $to }
    { $title }
    Root-cause report due: { $due }
    { $link }
handover-note-withdrawn = Taken back from development: { $reason }
handover-note-accepted = Root-cause report of development accepted.

handover-mail-given-subject = Handed over to you: { $title }
handover-mail-given-text =
    The service desk handed a fault over to development.

    { $title }
    Severity: { $severity }
    Ticket: #{ $ticket }
    Root-cause report due: { $due }

    Package: { $link }
handover-mail-soon-subject = Root-cause report due soon: { $title }
handover-mail-soon-text =
    Half of the time has passed. The root-cause report is due on { $due }.

    { $title } (ticket #{ $ticket })

    { $link }
handover-mail-late-subject = Root-cause report overdue: { $title }
handover-mail-late-text =
    The root-cause report was due on { $due }. Please write it, or say on the ticket when it comes.

    { $title } (ticket #{ $ticket })

    { $link }
handover-mail-fixed-subject = Fixed, report still due: { $title }
handover-mail-fixed-text =
    The issue was closed as fixed. The root-cause report is still due on { $due }.

    { $title } (ticket #{ $ticket })

    { $link }
handover-mail-reported-subject = Root-cause report to judge: { $title }
handover-mail-reported-text =
    Development reported the root cause. Accept the report, or return it with a reason.

    { $title } (ticket #{ $ticket })

    { $link }
handover-mail-returned-subject = Root-cause report returned: { $title }
handover-mail-returned-text =
    The service desk returned the report:

    { $words }

    The next one is due on { $due }.

    { $link }
handover-mail-accepted-subject = Root-cause report accepted: { $title }
handover-mail-accepted-text =
    The service desk accepted the report. Thank you.

    { $words }

    { $link }
handover-mail-withdrawn-subject = Taken back: { $title }
handover-mail-withdrawn-text =
    The service desk took the package back; no report is due any more.

    { $words }

    { $link }

permission-handover-create = Hand tickets over to development, and take them back
permission-handover-read = Read packages and root-cause reports
permission-handover-report = Take packages on and report root causes
permission-handover-judge = Accept and return root-cause reports

event-handover-package-created = Handed over to development
event-handover-package-taken = Package taken on
event-handover-package-issue_known = Issue known
event-handover-package-fix_delivered = Fix delivered
event-handover-package-fix_taken_back = Issue opened again
event-handover-package-withdrawn = Package taken back
event-handover-package-chased = Root-cause report asked for
event-handover-report-written = Root-cause report written
event-handover-report-accepted = Root-cause report accepted
event-handover-report-returned = Root-cause report returned

error-handover-text_too_long = At most { $most } characters
error-handover-reason_missing = Give a reason
error-handover-cursor = This place in the list is not known; begin at its top
error-handover-package-title_missing = Give the fault a title
error-handover-package-steps_missing = Say step by step how it happens
error-handover-package-expected_missing = Say what should happen
error-handover-package-actual_missing = Say what happens instead
error-handover-package-severity_unknown = Choose a severity
error-handover-package-team_unknown = This team does not exist; choose another one
error-handover-package-developer_unknown = Nobody has the address { $address }; add the person first, or leave it empty
error-handover-package-tracker_unknown = This tracker does not exist or is switched off; choose another one
error-handover-package-nobody = Choose a team, a developer, or an issue tracker
error-handover-package-evidence_unknown = Some of the evidence does not belong to this ticket; choose again
error-handover-package-evidence_too_many = At most { $most } pieces of evidence
error-handover-package-unchecked = Look at what is marked above, then tick this; or take it out
error-handover-package-already_open = Ticket #{ $number } was handed over already. Take that back first, or wait for its report.
error-handover-package-not_running = No report is awaited for this package.
error-handover-package-taken = Somebody else took this package on.
error-handover-package-settled = This package is settled.
error-handover-package-too_large = The evidence is too large for one file. Fetch it piece by piece.
error-handover-report-cause_technical_missing = Say what failed and why
error-handover-report-cause_plain_missing = Say it in plain words too
error-handover-report-fix_missing = Say what was done about it
error-handover-report-prevention_missing = Say what keeps it from happening again
error-handover-report-not_awaited = No report is awaited for this package.
error-handover-report-too_many = A package takes { $most } reports.
error-handover-report-none_waits = No report waits for a verdict.
error-handover-report-another_one = A newer report has come in. Read it first.
error-handover-report-own = You wrote this report. Somebody else has to judge it.
