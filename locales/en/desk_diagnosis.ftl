### Diagnosis, evidence, and close gates.

desk-question-who = Who
desk-question-what = What
desk-question-when = When
desk-question-where = Where
desk-question-why = Why
desk-question-how = How
desk-evidence_kind-log = Log excerpt
desk-evidence_kind-screenshot = Screenshot
desk-evidence_kind-output = Command output
desk-evidence_kind-metric = Metric chart
desk-evidence_kind-other = Other
desk-cause_outcome-open = Open
desk-cause_outcome-confirmed = Confirmed
desk-cause_outcome-excluded = Excluded

desk-page-diagnosis = Diagnosis
desk-page-diagnosis-open = Open the diagnosis
desk-page-answer-none = not answered
desk-page-answer-theirs = It now says: { $text }
desk-page-answer-hint-who = Who is affected, who reported it
desk-page-answer-hint-what = What happens instead of what should
desk-page-answer-hint-when = Since when, how often
desk-page-answer-hint-where = Which site, device, component
desk-page-answer-hint-why = The cause, as far as known
desk-page-answer-hint-how = How it comes about, how to see it
desk-page-evidence = Evidence
desk-page-evidence-title = Add evidence
desk-page-evidence-submit = Add evidence
desk-page-evidence-kind = Kind
desk-page-evidence-name = Title
desk-page-evidence-name-hint = Empty: the file name or the first line
desk-page-evidence-text = Text
desk-page-evidence-file = Choose files
desk-page-evidence-file-hint = Paste or drag pictures and files here.
desk-page-evidence-taken-at = Taken at
desk-page-evidence-taken-by = Taken by
desk-page-evidence-taken-by-hint = Empty: you
desk-page-evidence-device = On device
desk-page-evidence-added = Evidence added
desk-page-evidence-removed = Evidence removed
desk-page-evidence-remove = Remove evidence { $title }
desk-page-evidence-remove-sure = Remove this evidence? The record keeps that it was there.
desk-page-evidence-lines = { $count ->
    [one] One line
   *[other] { $count } lines
}
desk-page-evidence-whole = Show the whole text
desk-page-evidence-of = As evidence
desk-page-evidence-of-file = Add { $name } as evidence
desk-page-causes = Causes
desk-page-cause-title = Cause
desk-page-cause = Suspected cause
desk-page-cause-how = How it was tested
desk-page-cause-how-hint = Needed once it is confirmed or excluded
desk-page-cause-outcome = Outcome
desk-page-cause-place = Position
desk-page-cause-noted = Cause saved
desk-page-cause-removed = Cause removed
desk-page-cause-remove-sure = Remove this cause? The record keeps its words.
desk-page-risks = Risky steps
desk-page-risk-title = Risky step
desk-page-risk-step = Step
desk-page-risk = Risk
desk-page-backup = Backup
desk-page-backup-hint = What was saved, and where it is
desk-page-way-back = Way back
desk-page-risk-is-done = Done
desk-page-risk-done = Done
desk-page-risk-bare = No way back yet
desk-page-risk-noted = Risky step saved
desk-page-risk-removed = Risky step removed
desk-page-risk-remove-sure = Remove this step? The record keeps its words.
desk-page-edit-of = Edit { $title }
desk-page-remove-of = Remove { $title }
desk-page-solution-is = Solution
desk-page-solution-tested = Tested
desk-page-solution-untested = Not tested

desk-page-change-answer = { $question }: { $text }
desk-page-change-answer-withdrawn = withdrew the answer to “{ $question }”
desk-page-change-evidence-added = added evidence: { $title } ({ $kind })
desk-page-change-evidence-removed = removed evidence: { $title } ({ $kind })
desk-page-change-cause = cause “{ $cause }”: { $outcome }
desk-page-change-cause-removed = removed the cause “{ $cause }”
desk-page-change-risk = planned a risky step: { $step }
desk-page-change-risk-done = took a risky step: { $step }
desk-page-change-risk-removed = removed the risky step: { $step }
desk-page-change-gate-overridden = resolved past the close gate: { $reason }

event-desk-ticket-diagnosed = wrote to the diagnosis
event-desk-ticket-evidence_added = added evidence
event-desk-ticket-evidence_removed = removed evidence
event-desk-ticket-cause_noted = noted a cause
event-desk-ticket-cause_removed = removed a cause
event-desk-ticket-risk_noted = noted a risky step
event-desk-ticket-risk_removed = removed a risky step
event-desk-ticket-gate_overridden = passed a close gate
event-desk-gate-saved = saved a close gate
event-desk-gate-removed = removed a close gate

error-desk-diagnosis-text_missing = Fill this in
error-desk-diagnosis-text_too_long = At most { $max } characters; attach longer texts as a file
error-desk-diagnosis-too_many = A ticket takes at most { $max } of these; remove one first
error-desk-diagnosis-changed_meanwhile = Somebody changed this meanwhile. Reload it, or send again to replace theirs.
error-desk-diagnosis-attachment_unknown = This ticket has no such attachment
error-desk-diagnosis-evidence_empty = Paste a text or choose a file
error-desk-diagnosis-taken_in_future = Taken in the future; give the time it was taken
error-desk-diagnosis-untested_outcome = Say how it was tested, or leave the outcome open
error-desk-diagnosis-place_range = A position from 1 to 999
error-desk-diagnosis-done_without_backup = Name the backup before the step is done
error-desk-diagnosis-done_without_way_back = Name the way back before the step is done

permission-desk-gate_override = Resolve past a close gate

desk-gate_part-category = Category
desk-gate_part-question = Question
desk-gate_part-evidence = Evidence
desk-gate_part-cause = Confirmed cause
desk-gate_part-solution = Solution
desk-gate_part-tested = Tested or reason
desk-gate_part-risky_steps = Backup and way back
desk-gate_part-tag = Tag
desk-gate_part-device = Device

error-desk-gate_closed = A close gate stops this ticket from being resolved. { $words }
error-desk-gate-category_missing = Choose a category other than “Other”
error-desk-gate-question_missing = Answer “{ $question }” in the diagnosis
error-desk-gate-evidence_missing = { $needed ->
    [one] Add evidence
   *[other] Add evidence: { $have } of { $needed }
}
error-desk-gate-cause_missing = Confirm a cause
error-desk-gate-solution_short = Describe the solution in at least { $needed } characters; it has { $have }
error-desk-gate-tested_missing = Say that it was tested, or why not
error-desk-gate-risks_bare = { $have ->
    [one] Name backup and way back of one risky step
   *[other] Name backup and way back of { $have } risky steps
}
error-desk-gate-tag_missing = Add a tag
error-desk-gate-device_missing = Name the device
error-desk-gate-reason_missing = Say why the gate is passed
error-desk-gate-name_missing = Give it a name in one language at least
error-desk-gate-nothing_needed = Choose at least one thing that must be there
error-desk-gate-number_range = A number from 0 to { $max }
error-desk-gate-too_many = At most { $max } close gates; remove one first
error-desk-gate-changed_meanwhile = Somebody changed this gate meanwhile. Reload it first.

desk-page-settings-gates = Close gates
desk-page-gates-lead = What must be there before a ticket may be resolved. All gates that fit a ticket hold together.
desk-page-gates-empty = No close gates
desk-page-gates-empty-text = Every ticket may be resolved with a solution alone.
desk-page-gates-ready = Add the ready gate for P0 and P1
desk-page-gates-ready-text = Confirmed cause, evidence, the cause in both texts, tested or reason.
desk-page-gates-ready-name = Major incidents
desk-page-gate-new = New close gate
desk-page-gate-edit = Close gate
desk-page-gate-name = Name
desk-page-gate-name-en = Name in English
desk-page-gate-name-zh = Name in Chinese
desk-page-gate-for = For
desk-page-gate-for-all = all tickets
desk-page-gate-for-hint = Nothing checked: any.
desk-page-gate-needs = Must be there
desk-page-gate-questions = Answers
desk-page-gate-evidence-count = Pieces of evidence, at least
desk-page-gate-solution-count = Characters of the solution, at least
desk-page-gate-words-en = What to say when it is not there, in English
desk-page-gate-words-zh = What to say when it is not there, in Chinese
desk-page-gate-words-hint = Optional
desk-page-gate-remove = Remove this gate
desk-page-gate-remove-sure = Remove this close gate?
desk-page-gate-removed = Close gate removed
desk-page-gate-need-category = Category set
desk-page-gate-need-cause = At least one confirmed cause
desk-page-gate-need-tested = Solution tested, or a reason why not
desk-page-gate-need-risky_steps = Every risky step with backup and way back
desk-page-gate-need-tag = At least one tag
desk-page-gate-need-device = Device named
desk-page-gate-need-evidence = Evidence: { $count }
desk-page-gate-need-solution = Solution: { $count } characters
desk-page-gate-preview = Who would be stopped
desk-page-gate-preview-button = Try it
desk-page-gate-preview-none = Of { $looked } tickets resolved in the last 30 days, none would have been stopped.
desk-page-gate-preview-some = Of { $looked } tickets resolved in the last 30 days, { $stopped } would have been stopped.
desk-page-gate-preview-bound = Only the latest { $count } were looked at.
desk-page-gate-missing = Still missing before this can be resolved
desk-page-gate-ready = The close gate is satisfied.
desk-page-gate-fill = Open
desk-page-gate-override = Resolve anyway
desk-page-gate-override-reason = Reason for passing the gate
desk-page-gate-override-hint = It stands in the ticket’s record.
