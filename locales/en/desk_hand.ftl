# What makes the hand fast: templates, macros, merging, splitting, links.

# Templates and macros
desk-page-nav-hand = Macros and templates
desk-page-macros = Macros
desk-page-templates = Templates
desk-page-macro = Macro
desk-page-macro-new = New macro
desk-page-macro-title = Run a macro
desk-page-macro-run = Run
desk-page-macro-run-next = Run and next
desk-page-macro-ran = Macro done
desk-page-macros-edit = Edit macros
desk-page-macros-lead = Several changes and a reply in one step. On a ticket press M.
desk-page-macros-empty = No macros yet
desk-page-macros-empty-text = A macro changes a ticket and writes a reply or note in one step. Make the first under “Macros and templates”.
desk-page-macro-stays = As it is
desk-page-macro-says-nothing = Write nothing
desk-page-macro-template = Write from template
desk-page-macro-voice = As
desk-page-macro-tags-add = Add tags
desk-page-macro-tags-remove = Remove tags
desk-page-macro-next-step = Next step
desk-page-macro-next-days = In how many days
desk-page-template = Template
desk-page-template-new = New template
desk-page-template-insert = Insert a template
desk-page-templates-edit = Edit templates
desk-page-templates-lead = Texts that are written often. Type / in a reply or note to insert one.
desk-page-templates-empty = No templates yet
desk-page-templates-empty-text = A template is a text with places for names and numbers. Make the first under “Macros and templates”.
desk-page-template-body-en = Text in English
desk-page-template-body-zh = Text in Chinese
desk-page-template-body-hint = One language is enough. A reply uses the requester's language when it is written.
desk-page-template-known = Variables:
desk-page-hand-name = Name
desk-page-hand-name-en = Name in English
desk-page-hand-name-zh = Name in Chinese
desk-page-hand-does = Contents
desk-page-hand-whose = Whose
desk-page-hand-shared = Everybody's
desk-page-hand-mine = Mine
desk-page-hand-share = For everybody
desk-page-hand-share-hint = Otherwise only you see it.
desk-page-hand-remove = Delete
desk-page-hand-remove-sure = Delete it for good?
desk-page-hand-not-yours = Everybody's; only those who may change the desk's settings can edit it.
desk-macro_move-start = Start work
desk-macro_move-wait_requester = Wait for the requester
desk-macro_move-wait_supplier = Wait for a supplier
desk-macro_move-wait_development = Wait for development
desk-macro_move-resolve = Resolve with this text
desk-macro_voice-reply = Public reply
desk-macro_voice-note = Internal note
desk-hand-plan-tags-add = Add tags: { $value }
desk-hand-plan-tags-remove = Remove tags: { $value }
desk-hand-plan-assign-me = Assign to me
desk-hand-plan-assign-automatic = Assign automatically
desk-hand-plan-assign-team = To { $value }
desk-hand-plan-next = Next step: { $value } ({ $days ->
    [0] today
    [one] in one day
   *[other] in { $days } days
})
desk-hand-standard-solution = Standard solution “{ $name }”
desk-page-change-macro = ran “{ $name }”:

# Merging, splitting, links
desk-page-act-merge = Merge…
desk-page-act-link = Link…
desk-page-merge-title = Merge into another ticket
desk-page-merge-lead = This ticket is closed and its conversation is shown in the other one. Its requester watches that one and is not asked whether it is solved. You can undo this.
desk-page-merge-into = Into ticket
desk-page-merge-into-hint = Its number
desk-page-merge-submit = Merge
desk-page-merged = #{ $number } is part of this ticket now
desk-page-merged-into = Merged into
desk-page-unmerge = Undo merge
desk-page-unmerged = The ticket is on its own again
desk-page-split-title = Make a ticket of this
desk-page-split-lead = A new ticket with these words, linked to this one.
desk-page-split-submit = Make a ticket
desk-page-split-done = New ticket, linked to the first
desk-page-said-on = from #{ $number }
desk-page-links = Linked
desk-page-link-title = Link to another ticket
desk-page-link-relation = This ticket is
desk-page-link-other = Ticket number
desk-page-link-submit = Link
desk-page-linked = Linked
desk-page-unlink = Remove the link to #{ $number }
desk-page-unlinked = Link removed
desk-page-resolve-next = Resolve and next
desk-page-settings-parent-rule = When a parent is resolved
desk-page-settings-parent-rule-hint = What happens to its children that are still open.
desk-parent_rule-refuse = Refuse until the children are resolved
desk-parent_rule-resolve = Resolve the children with it
desk-parent_rule-ignore = Leave the children alone
desk-relation-related = related to
desk-relation-duplicate_of = duplicate of
desk-relation-causes = causes
desk-relation-caused_by = caused by
desk-relation-parent_of = parent of
desk-relation-child_of = child of
desk-page-change-merged = merged it into #{ $number }
desk-page-change-took_over = merged #{ $number } into this
desk-page-change-unmerged = took it out of #{ $number } again
desk-page-change-gave_back = took #{ $number } out again
desk-page-change-split = made ticket #{ $number } of a message
event-desk-ticket-macro_ran = ran a macro
event-desk-ticket-merged = merged it into another ticket
event-desk-ticket-took_over = merged another ticket into it
event-desk-ticket-unmerged = undid its merge
event-desk-ticket-gave_back = undid the merge of another ticket
event-desk-ticket-split = made a ticket of a message
event-desk-reply_template-saved = saved a template
event-desk-reply_template-removed = deleted a template
event-desk-macro-saved = saved a macro
event-desk-macro-removed = deleted a macro

# Errors
error-desk-reply_template-name_missing = Give it a name, in one language at least
error-desk-reply_template-body_missing = Write the text, in one language at least
error-desk-reply_template-unknown_variable = Unknown: { $names }. There are: { $known }
error-desk-macro-days_out_of_range = Between 0 and 365 days
error-desk-macro-template_unknown = This template does not exist any more; choose another
error-desk-macro-template_not_shared = A macro for everybody needs a template for everybody
error-desk-macro-resolve_needs_words = To resolve, choose a template and write it as a public reply: it is the solution
error-desk-macro-wait_needs_words = To wait, choose a template: its first line is the reason
error-desk-macro-does_nothing = This macro does nothing yet; choose at least one change
error-desk-macro-none_chosen = Choose a macro
error-desk-ticket-merge_itself = A ticket cannot be merged into itself
error-desk-ticket-merge_not_open = #{ $number } is resolved or closed; only open tickets are merged
error-desk-ticket-merge_target_closed = #{ $number } is closed; reopen it first or choose another
error-desk-ticket-other_unknown = There is no ticket #{ $number } that you may see
error-desk-ticket-not_merged = #{ $number } is not merged (any more)
error-desk-ticket-merged = #{ $number } was merged; it goes on in #{ $into }
error-desk-ticket-split_note = A note stays internal; only public messages become tickets
error-desk-ticket-link_itself = A ticket cannot be linked to itself
error-desk-ticket-link_circle = That would make a ticket its own parent
error-desk-ticket-children_open = Still open: { $children }. Resolve the children first
error-desk-ticket-number_malformed = Give the number of a ticket, such as 1042

desk-page-drafted = Draft
error-desk-draft-too_large = The draft is too long to be kept

# Who is there, time, checklist
desk-page-present = { $name } is looking
desk-page-present-typing = { $name } is typing
desk-page-send-anyway = Send anyway
desk-page-checklist = Checklist
desk-page-checklist-item = Next step to tick off
desk-page-checklist-tick = Done: { $item }
desk-page-checklist-up = Move up: { $item }
desk-page-checklist-down = Move down: { $item }
desk-page-checklist-remove = Remove: { $item }
desk-page-time = Time spent
desk-page-minutes = { $count } min
desk-page-time-minutes = Minutes
desk-page-time-what = What was done
desk-page-time-logged = Time written down
desk-page-time-taken-back = Time taken back
desk-page-time-take-back = Take { $count } minutes back
desk-page-change-time = worked { $minutes } min
desk-page-change-time-back = took back { $minutes } min
desk-page-change-checklist-added = added to the checklist: { $item }
desk-page-change-checklist-done = ticked off: { $item }
desk-page-change-checklist-undone = took back: { $item }
desk-page-change-checklist-removed = removed from the checklist: { $item }
event-desk-ticket-time_logged = wrote down time spent
event-desk-ticket-time_taken_back = took back time spent
event-desk-ticket-checklist = changed the checklist
error-desk-ticket-changed_since = Somebody else changed this ticket while you were writing. Look at the conversation, then send again.
error-desk-time-minutes_out_of_range = Between 1 and 1440 minutes
error-desk-checklist-item_missing = Write down a step
error-desk-checklist-too_many = A checklist has at most 100 steps

desk-calls-title = Log a call
desk-calls-from = Who is calling?
desk-calls-unknown = Nobody known calls from there. Ask for the mail address.
desk-calls-words = What do they say?
desk-calls-words-hint = The first line becomes the title of a new ticket.
desk-calls-where = Belongs to
desk-calls-new = A new ticket
desk-calls-minutes = Minutes
desk-calls-submit = Log the call
desk-calls-time = Telephone
desk-calls-logged = Call logged on #{ $number }

desk-ringing-from = Call from { $number }
desk-ringing-open = { $count ->
    [0] no open tickets
    [one] 1 open ticket
   *[other] { $count } open tickets
 }
desk-ringing-several = { $count ->
    [one] one person with this number
   *[other] { $count } people with this number
 }
desk-ringing-unknown = unknown number
desk-ringing-take = Take the call
desk-ringing-dismiss = Dismiss
permission-desk-ring = Announce calls (own: on one’s own pages only)
event-desk-call-rang = announced a call
event-desk-call-over = took the notice of a call away
error-desk-call-from_missing = Give the number that calls
error-desk-call-from_malformed = Give the number that calls on one line, 64 letters at most
error-desk-call-to_missing = Give the mail address or the number of whoever is called
error-desk-call-to_unknown = Nobody at the desk has “{ $value }”. Give their mail address, or record the number under Settings → People.
error-desk-call-to_several = Several people at the desk have “{ $value }”. Give the mail address of the one who is called.
error-desk-call-call_malformed = The name of a call is one line, 200 letters at most
