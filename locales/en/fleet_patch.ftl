# Patches: what devices report, what is decided of it, the rules, and the way to a rollout.
event-fleet-patch_decided = Patch decided
event-fleet-patch_rule_saved = Rule for patches made
event-fleet-patch_rule_ended = Rule for patches ended

error-fleet-patch_none = Choose from 1 to { $most } patches.
error-fleet-patch_note = Write at most { $most } characters.
error-fleet-patch_pattern = Write the name of a package in small letters, with * for anything: linux-image-*. At most eight of them.
error-fleet-patch_days = Write a number of days from 0 to { $most }.
error-fleet-patch_rules_many = There are { $most } rules already. End one first.
error-fleet-patch_rule_same = There is a rule for the same packages already, and the older one decides. End it first.
error-fleet-patch_rule_ended = This rule was ended already.
error-fleet-patch_not_approved = { $name } is not approved, or not any more. Have it approved, or take it out.
error-fleet-patch_same_name = { $name } was chosen in two versions. Choose one of them.
error-fleet-patch_plan_none = Choose from 1 to { $most } approved patches. Very long names leave room for fewer.

fleet-patches-title = Patches
fleet-patches-none = Nothing here
fleet-patches-none-text = What devices with our agent and apt could update appears here, a line for each package and version. It comes with their inventories.
fleet-patches-not-found = No patch fits
fleet-patch-tabs = Patches by decision
fleet-patch-tab-waiting = To decide
fleet-patch-tab-approved = Approved
fleet-patch-tab-declined = Declined
fleet-patch-tab-all = All
fleet-patch-state-waiting = To decide
fleet-patch-state-approved = Approved
fleet-patch-state-declined = Declined
fleet-patch-search-label = Search patches
fleet-patch-search-placeholder = Part of a package's name
fleet-patch-search-hint = Filter: security:yes
fleet-patch-all-shown = All that are shown
fleet-patch-choose = Choose { $name }
fleet-patch-choose-none = Choose none
fleet-patch-chosen = What to do with the chosen patches
fleet-patch-package = Package
fleet-patch-version = Version
fleet-patch-devices = Devices
fleet-patch-first-seen = First seen
fleet-patch-state = State
fleet-patch-decided-by = Decided by
fleet-patch-by-rule = A rule
fleet-patch-security = Security
fleet-patch-approve = Approve
fleet-patch-decline = Decline
fleet-patch-take-back = Take the decision back
fleet-patch-did-approve = Approved.
fleet-patch-did-decline = Declined.
fleet-patch-did-take-back = The decision is taken back. No rule decides it again.
fleet-patch-taken-back = { $name } took the decision back
fleet-patch-note = Note
fleet-patch-note-hint = Why. It stays with the decision.
fleet-patch-due = A rule decides
fleet-patch-gone = No device reports it any more.
fleet-patch-reporters = Devices that report it
fleet-patch-installed = Installed
fleet-patch-anew = would come anew
fleet-patch-out-of-reach = { $count ->
    [one] One more device is out of your reach.
   *[other] { $count } more devices are out of your reach.
}
fleet-patch-plan = Plan a rollout
fleet-patch-plan-title = { $count ->
    [one] Update { $name }
   *[other] Update { $name } and others ({ $count })
}
fleet-patch-plan-hint = Planned from approved patches. Keeping the draft looks at the approval again.

fleet-patch-rules-title = Rules for patches
fleet-patch-rules-lead = The oldest rule that fits a package decides, once its days are over. What a person decided, or took back, no rule touches.
fleet-patch-rules-none = No rules yet: people decide every patch.
fleet-patch-rules-ended = Ended rules
fleet-patch-rule = Rule
fleet-patch-rule-by = Made by
fleet-patch-rule-end = End
fleet-patch-rule-new = New rule
fleet-patch-rule-save = Make the rule
fleet-patch-rule-saved = The rule holds from now on. What waits already is looked at within a minute.
fleet-patch-rule-is-ended = The rule is ended. What it decided stays.
fleet-patch-rule-words = { $verdict } { $pattern }{ $security ->
    [yes] , only security updates
   *[no] {""}
}{ $days ->
    [0] , at once
    [one] , a day after it was first seen
   *[other] , { $days } days after it was first seen
}
fleet-patch-verdict = Decision
fleet-patch-verdict-approve = Approve
fleet-patch-verdict-decline = Decline
fleet-patch-pattern = Package
fleet-patch-pattern-hint = Its name; * stands for anything: linux-image-*
fleet-patch-days = Days to wait
fleet-patch-days-hint = Counted from the first report; 0 decides at once.
fleet-patch-security-only = Only security updates

fleet-patch-count = { $count ->
    [one] one update
   *[other] { $count } updates
}
fleet-patch-count-security = { $count ->
    [one] one for security
   *[other] { $count } for security
}
fleet-patch-on-device = Software of the device
