# Rollouts: the list, the form, one rollout, its targets, its lines on the ticket.
event-fleet-rollout_drafted = Rollout planned
event-fleet-rollout_started = Rollout started
event-fleet-rollout_approved = Rollout approved
event-fleet-rollout_excepted = Rollout goes on without a proof
event-fleet-rollout_phase = Rollout reached its next phase
event-fleet-rollout_halted = Rollout halted
event-fleet-rollout_resumed = Rollout resumed
event-fleet-rollout_cancelling = Rollout is being cancelled
event-fleet-rollout_over = Rollout over

fleet-line-rollout-drafted = planned the rollout “{ $title }” on { $count ->
    [one] one device
   *[other] { $count } devices
}
fleet-line-rollout-approved = agreed to the rollout “{ $title }”
fleet-line-rollout-excepted-dry-run = let the rollout “{ $title }” go on without a dry run: { $reason }
fleet-line-rollout-excepted-way-back = let the rollout “{ $title }” go on without a rehearsed way back: { $reason }
fleet-line-rollout-resumed = let the rollout “{ $title }” go on
fleet-line-rollout-retried = let the rollout “{ $title }” try the failed devices again
fleet-line-rollout-cancelling = cancels the rollout “{ $title }”: { $reason }
fleet-line-rollout-started = started the rollout “{ $title }” with its dry run
fleet-line-rollout-rehearsal = finished the dry run of the rollout “{ $title }”; the way back is rehearsed next
fleet-line-rollout-ring = began ring { $number } of { $of } of the rollout “{ $title }”
fleet-line-rollout-done = finished the rollout “{ $title }”: { $good } good, { $bad } not
fleet-line-rollout-cancelled = ended the rollout “{ $title }” before its end: { $good } good, { $bad } not
fleet-line-rollout-halted-person = halted the rollout “{ $title }”: { $reason }
fleet-line-rollout-halted-ring-budget = halted the rollout “{ $title }”: more devices of ring { $number } failed than may
fleet-line-rollout-halted-budget = halted the rollout “{ $title }”: more devices failed than may
fleet-line-rollout-halted-probe = halted the rollout “{ $title }”, for all is not well: { $reason }
fleet-line-rollout-halted-dry-run = halted the rollout “{ $title }”: the dry run failed
fleet-line-rollout-halted-rehearsal = halted the rollout “{ $title }”: the way back could not be proved
fleet-line-rollout-halted-nothing-to-rehearse = halted the rollout “{ $title }”: no device of the first ring needs the change, so the way back cannot be rehearsed
fleet-line-rollout-halted-nothing-learned = halted the rollout “{ $title }”: on no device of ring { $number } did it succeed
fleet-line-rollout-halted-retried = tried the failed devices of the rollout “{ $title }” again and halted
fleet-rollout-by-ticket = the ticket is no longer open
fleet-rollout-by-stop = everything on devices was stopped
fleet-rollout-by-planner = whoever planned it may not act any more

error-rollout-stale = The rollout has moved on since this page was shown. Look at it as it stands now, then decide again.
error-rollout-other_plan = The state of this rollout does not fit its plan. Tell an administrator.
error-rollout-unknown_target = This rollout has no such device.
error-rollout-unknown_command = This was never asked of the device.
error-rollout-wrong_answer = This is no answer to this step.
error-rollout-begun = This rollout has begun already.
error-rollout-not_under_way = This rollout is not under way at the moment.
error-rollout-not_halted = This rollout is not halted, so there is nothing to resume.
error-rollout-still_running = Something still runs or is being rolled back. Wait until it has ended.
error-rollout-nothing_failed = Nothing failed. Go on instead.
error-rollout-nothing_to_approve = Nobody has to agree, or somebody has already.
error-rollout-same_person = The second person must be somebody who did not plan it, start it, or make an exception.
error-rollout-nobody = Only a person can order this.
error-rollout-no_reason = Say why.
error-rollout-nothing_to_except = It is too late for an exception, or there is one already.
error-rollout-plan_targets = A rollout needs between 1 and 10,000 devices. Narrow the filter, or make several rollouts.
error-rollout-plan_rings = There must be a first ring and the rest, at most 20 together.
error-rollout-plan_ring_empty = This ring would have no devices. Give it a size, or clear its row.
error-rollout-plan_in_flight = From 1 to 200 devices may be in flight.
error-rollout-plan_tries = Each step is tried from 1 to 10 times.
error-rollout-plan_sample = The dry run needs from 1 to 25 devices.
error-rollout-plan_span = Give a time between nothing and a year.
error-fleet-rollout_title = Give it a title of at most { $most } characters.
error-fleet-rollout_first = None of the devices above is among these. Change one of the two filters, or leave this empty.
error-fleet-rollout_no_devices = No device fits: it must be admitted, have our agent, and be in your reach.
error-fleet-rollout_value = None of the scripts takes a value called { $name }. Mind the spelling.
error-fleet-rollout_values_line = Write “name = value”, not: { $line }
error-fleet-rollout_values_twice = This name has a value already: { $line }
error-fleet-rollout_values_step = The value “step” is set by the rollout itself. Take it out.
error-fleet-rollout_parameter_missing = A script asks for { $name }. Add a line “{ $name } = …”.
error-fleet-rollout_parameter_wrong = This value of { $name } does not fit what the script asks for.
error-fleet-rollout_ticket = There is no such ticket, or you may not see it.
error-fleet-rollout_size = Write a number of devices (5) or a share of all (10%).
error-fleet-rollout_fails = Write a number (1), a share (10%), or both (5, 10%).
error-fleet-rollout_number = Write a whole number.
error-fleet-rollout_percent = Write a number from 0 to 100.
error-fleet-rollout_content = What it does is not understood: { $reason }

fleet-rollouts-title = Rollouts
fleet-rollouts-none = No rollouts yet
fleet-rollouts-none-text = A rollout makes the same change on many devices, a few first, and stops by itself at the first sign of harm. Plan one for a ticket.
fleet-rollout-to-these = Roll out to these
fleet-rollout-new = New rollout
fleet-rollout-new-lead = The same change on many devices: a dry run, a rehearsal of the way back, a few devices first, then ring after ring. It halts by itself when too much goes wrong. Nothing begins until somebody starts it.
fleet-rollout-title = Title
fleet-rollout-title-hint = As colleagues will find it: what changes, and on what.
fleet-rollout-ticket = Ticket
fleet-rollout-ticket-hint = Everything that is done belongs to this ticket. It must be open, and stay so.
fleet-rollout-state = State
fleet-rollout-progress = Progress
fleet-rollout-budget = Failure budget
fleet-rollout-devices = Devices
fleet-rollout-devices-hint = Words and filters as in the list of devices; empty means all. Only devices with our agent and in your reach count.
fleet-rollout-first = Who goes first
fleet-rollout-first-hint = Optional, in the same way: the devices that can best bear a fault. They fill the first rings.
fleet-rollout-does = What it does
fleet-rollout-scripts-hint = Scripts of the library that a second person has reviewed. One script can be all steps: give it a parameter “step” (text), and it is told check, dry_run, apply, verify, or roll_back.
fleet-rollout-scripts-none = No script can be chosen yet: write one, and have a second person review it.
fleet-rollout-script-choose = Choose a script
fleet-rollout-script-check = Check
fleet-rollout-script-check-hint = Only looks. Exit code 0: the change is there. 80: nothing of it is there. 81: something in between. Any other code is a failure.
fleet-rollout-script-dry-run = Dry run
fleet-rollout-script-dry-run-hint = Does nothing, and says whether the change would go well: exit code 0 if so.
fleet-rollout-script-apply = Apply
fleet-rollout-script-apply-hint = Makes the change. Exit code 0 when it is done. It may run again after a failure.
fleet-rollout-script-verify = Verify
fleet-rollout-script-verify-hint = Only looks: exit code 0 when the device works with the change.
fleet-rollout-script-as-check = The check again
fleet-rollout-script-roll-back = Roll back
fleet-rollout-script-roll-back-hint = Takes the change back, also a half-made one. Exit code 0 when done; then the check must say 80.
fleet-rollout-script-no-way-back = None: there is no way back
fleet-rollout-script-version = { $name }, version { $version }
fleet-rollout-values = Values
fleet-rollout-values-hint = One a line: name = value. Each script gets those it asks for.
fleet-rollout-memory = Memory at most (MB)
fleet-rollout-processor = Processor at most (%)
fleet-rollout-rings = Rings
fleet-rollout-rings-hint = From small to large; an empty row is left out. Size and “may fail” are a number (5) or a share (10%). A ring that is finished is only watched for its bake time before the next one begins. Left blank, nothing may fail, and half may be away.
fleet-rollout-ring = Ring
fleet-rollout-ring-number = Ring { $number }
fleet-rollout-ring-canary = canary
fleet-rollout-ring-rest = all the rest
fleet-rollout-ring-name = Name
fleet-rollout-ring-size = Size
fleet-rollout-ring-fails = May fail
fleet-rollout-ring-bake = Bake time (minutes)
fleet-rollout-ring-offline = May be away (%)
fleet-rollout-ring-probe = Wait for “all is well”
fleet-rollout-ring-devices = Devices
fleet-rollout-ring-first = The first of them
fleet-rollout-ring-empty = No device is left for this ring.
fleet-rollout-ring-more = and { $count ->
    [one] one more
   *[other] { $count } more
}
fleet-rollout-overall = Over all
fleet-rollout-overall-hint = One failure more than may be, in a ring or over all, and the rollout halts. A device that falls silent in the middle of the change counts as failed until it speaks.
fleet-rollout-fails-count = May fail at most (devices)
fleet-rollout-fails-percent = May fail at most (%)
fleet-rollout-in-flight = In flight at most
fleet-rollout-sample = Dry run on (devices)
fleet-rollout-more = More: what is rolled back, waiting, tries
fleet-rollout-undo = When it halts, roll back
fleet-rollout-undo-failed = What failed
fleet-rollout-undo-ring = The whole ring that was under way
fleet-rollout-undo-is-failed = What failed
fleet-rollout-undo-is-ring = What failed, and all of the ring that was under way
fleet-rollout-offline-most = Wait for absent devices (hours)
fleet-rollout-offline-most-hint = A device that is away when its turn comes follows when it is back; after this time it is given up.
fleet-rollout-tries = Tries of each step
fleet-rollout-preview = Work out the plan
fleet-rollout-keep = Keep as a draft
fleet-rollout-keep-hint = A draft does nothing until somebody starts it, and does not change any more.
fleet-rollout-kept = The draft is kept. It begins when somebody starts it.
fleet-rollout-preview-title = The plan
fleet-rollout-preview-second = More than 25 devices: a second person must agree after the dry run.
fleet-rollout-blast = Blast radius
fleet-rollout-worst = At worst { $count } of { $size } devices are harmed before it stops.
fleet-rollout-steps = Steps
fleet-rollout-harm = harm { $harm } of { $budget }
fleet-rollout-bar-good = { $count } good
fleet-rollout-bar-rolled-back = { $count } rolled back
fleet-rollout-bar-failed = { $count } failed
fleet-rollout-bar-running = { $count } running
fleet-rollout-bar-waiting = { $count } waited for
fleet-rollout-bar-pending = { $count } to come
fleet-rollout-bar-cancelled = { $count } not begun

fleet-rollout-standing-draft = Draft
fleet-rollout-standing-dry-run = Dry run
fleet-rollout-standing-rehearsal = Rehearsal
fleet-rollout-standing-ring = Ring { $number } of { $of }
fleet-rollout-standing-done = Done
fleet-rollout-standing-cancelled = Cancelled
fleet-rollout-standing-halted = Halted
fleet-rollout-standing-cancelling = Being cancelled
fleet-rollout-standing-retrying = Trying again
fleet-rollout-sentence-draft = Nothing has begun yet. Starting it begins the dry run; { $count ->
    [one] one device is planned.
   *[other] { $count } devices are planned.
}
fleet-rollout-sentence-dry-run = The dry run is under way: it must pass on { $count ->
    [one] one device.
   *[other] { $count } devices.
}
fleet-rollout-sentence-approval = The dry run is over. It waits for a second person to agree.
fleet-rollout-sentence-rehearsal = The way back is being rehearsed on one device of the first ring.
fleet-rollout-sentence-ring = { $name } (ring { $number } of { $of }) is under way.
fleet-rollout-sentence-ring-bakes = { $name } (ring { $number } of { $of }) is finished and is only watched for another { $time }.
fleet-rollout-sentence-ring-awaits = { $name } (ring { $number } of { $of }) is finished. { $count ->
    [one] One device is away and follows when it is back.
   *[other] { $count } devices are away and follow when they are back.
}
fleet-rollout-sentence-ring-baked = { $name } (ring { $number } of { $of }) is finished.
fleet-rollout-sentence-ring-probe = { $name } (ring { $number } of { $of }) is finished and waits to be told that all is well.
fleet-rollout-sentence-halted = Halted. On { $count ->
    [one] one device something is still being finished or rolled back.
   *[other] { $count } devices something is still being finished or rolled back.
}
fleet-rollout-sentence-at-rest = Halted. Nothing runs, and nothing begins until somebody lets it go on.
fleet-rollout-sentence-cancelling = Being cancelled. On { $count ->
    [one] one device something is still being finished or rolled back.
   *[other] { $count } devices something is still being finished or rolled back.
}
fleet-rollout-sentence-cancelling-waits = Being cancelled. It waits for devices that are away in the middle of the change.
fleet-rollout-sentence-retrying = The devices that failed are being tried again; then it halts.
fleet-rollout-sentence-done = Done: { $good ->
    [one] one device is as planned
   *[other] { $good } devices are as planned
}, { $bad ->
    [0] all of them.
    [one] one is not.
   *[other] { $bad } are not.
}
fleet-rollout-sentence-cancelled = Cancelled: { $good ->
    [one] one device is as planned
   *[other] { $good } devices are as planned
}, { $bad ->
    [0] the others were not begun.
    [one] one is not.
   *[other] { $bad } are not.
}
fleet-rollout-halt-person = { $by }: { $text }
fleet-rollout-halt-ring-budget = More devices of the ring { $ring } failed than may.
fleet-rollout-halt-budget = More devices failed over all than may.
fleet-rollout-halt-probe = All was not well: { $text }
fleet-rollout-halt-dry-run = The dry run failed on
fleet-rollout-halt-rehearsal = The way back could not be proved on
fleet-rollout-halt-nothing-to-rehearse = No device of the first ring needs the change, so the way back cannot be rehearsed. Make an exception, or cancel and choose other devices to go first.
fleet-rollout-halt-nothing-learned = On no device of the ring { $ring } did it succeed, so it taught nothing.
fleet-rollout-halt-retried = The devices that failed were tried again. Look at what came of it, then go on.

fleet-rollout-status-pending = To come
fleet-rollout-status-offline = Away
fleet-rollout-status-running = Running
fleet-rollout-status-unknown = Silent in the middle
fleet-rollout-status-compliant = Was as wanted
fleet-rollout-status-succeeded = Succeeded
fleet-rollout-status-failed = Failed
fleet-rollout-status-rolled-back = Rolled back
fleet-rollout-status-roll-back-failed = Roll back failed
fleet-rollout-status-expired = Given up
fleet-rollout-status-cancelled = Not begun
fleet-rollout-running-at = Running: { $step }
fleet-rollout-running-again = Running: { $step }, attempt { $attempt }
fleet-rollout-step-dry-run = dry run
fleet-rollout-step-check = check
fleet-rollout-step-apply = apply
fleet-rollout-step-verify = verify
fleet-rollout-step-roll-back = roll back
fleet-rollout-trace-none = Nothing of the change is on it.
fleet-rollout-trace-unsure = Nobody knows yet what of the change is on it.
fleet-rollout-trace-applied = May carry the change or parts of it.
fleet-rollout-trace-undone = Was taken back; not yet confirmed.
fleet-rollout-failed-at = { $step }: { $why }
fleet-rollout-why-exit = exit code { $code }
fleet-rollout-why-lost = nobody can know how it ended
fleet-rollout-why-stopped = stopped by a person
fleet-rollout-why-between = the change was found half made
fleet-rollout-why-still-there = the change was still there after the roll back
fleet-rollout-why-expired = the device did not come back in time
fleet-rollout-why-no-step = the rollout has no such step
fleet-rollout-why-script-not-reviewed = the script is not the reviewed one any more
fleet-rollout-why-device = the device is not in use any more
fleet-rollout-why-no-agent = the device has no agent any more
fleet-rollout-dry-run-failed = The dry run failed here.
fleet-rollout-dry-run-passed = The dry run passed here.
fleet-rollout-away = Away at the moment.
fleet-rollout-forgiven = A person went on in spite of it: it counts against no budget.
fleet-rollout-again = Is tried again.
fleet-rollout-out-of-reach = Out of your reach
fleet-rollout-waits-since = Waited for since

fleet-rollout-start = Start the dry run
fleet-rollout-halt = Halt
fleet-rollout-halt-hint = Nothing more begins. What runs is finished, and what failed is rolled back.
fleet-rollout-cancel = Cancel
fleet-rollout-cancel-hint = Ends it for good: what failed is rolled back, what succeeded stays.
fleet-rollout-reason = Reason
fleet-rollout-like = Another like this
fleet-rollout-over = over
fleet-rollout-go-on = Go on
fleet-rollout-retry = Try the failed again
fleet-rollout-resume-hint = Going on takes the failures as they are. Trying again takes up only the failed devices, and then halts.
fleet-rollout-resume-approver = Something was harmed, so somebody who may approve must let it go on.
fleet-rollout-lacks = Missing before the first ring
fleet-rollout-lack-dry-run = The dry run has not passed.
fleet-rollout-lack-approval = More than 25 devices: a second person must agree.
fleet-rollout-lack-way-back = The way back has not been rehearsed.
fleet-rollout-lack-no-way-back = There is no way back: no step takes the change back, so somebody must take that upon themselves with a reason.
fleet-rollout-lack-start-first = It must be started first.
fleet-rollout-lack-own = You had a hand in it, so somebody else must.
fleet-rollout-lack-approver = Somebody who may approve decides that.
fleet-rollout-except = Go on without it
fleet-rollout-except-do = Take it upon me
fleet-rollout-except-hint = Your name and the reason stay on this page and on the ticket. Whoever agreed before is asked again.
fleet-rollout-without-dry-run = Without a dry run
fleet-rollout-without-way-back = Without a rehearsed way back
fleet-rollout-started = Started
fleet-rollout-dry-run-was = Dry run passed
fleet-rollout-proved = Way back rehearsed
fleet-rollout-present = now
fleet-rollout-bake-left = watched for another { $time }
fleet-rollout-healthy = All is well
fleet-rollout-unwell = Something is wrong
fleet-rollout-seen = What was seen
fleet-rollout-plan = Plan and steps
fleet-rollout-limits = May fail: { $budget }. In flight at most: { $flight }. Dry run on: { $sample }. Absent devices are waited for { $hours } h.
fleet-rollout-targets = Devices
fleet-rollout-targets-none = No device is in this state.
fleet-rollout-target = Device
fleet-rollout-all = All
fleet-rollout-last = Last step
fleet-rollout-last-act = Open
fleet-rollout-to-device = Page of the device
fleet-rollout-acts = What was asked of it
fleet-rollout-acts-none = Nothing yet. It is its turn when its ring begins.
fleet-rollout-acts-out-of-reach = What is done on devices out of your reach is not shown.
fleet-rollout-step = Step
fleet-rollout-attempt = Attempt
fleet-rollout-did-start = The dry run has begun.
fleet-rollout-did-approve = You agreed.
fleet-rollout-did-except = The exception is noted with your name.
fleet-rollout-did-halt = Halted. Nothing more begins.
fleet-rollout-did-resume = It goes on.
fleet-rollout-did-cancel = It is being cancelled.
fleet-rollout-did-probe = Noted.
