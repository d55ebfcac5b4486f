# Mail of the desk: intake, notices, and the settings page of their words. The letters themselves are templates.

desk-notice-received = Received (to the requester)
desk-notice-assigned = Somebody has it (to the requester)
desk-notice-replied = The desk replied (to the requester and participants)
desk-notice-waiting = We need something from you (to the requester)
desk-notice-resolved = Does it work? (to the requester)
desk-notice-closed = Closed (to the requester)
desk-notice-reopened = Taken up again (to the requester)
desk-notice-assigned_to_you = Assigned to you (to the owner)
desk-notice-requester_replied = The requester replied (to the owner and watchers)
desk-notice-warning = A clock is running out (to the owner)
desk-notice-breach = A clock has run out (to the owner and managers)
desk-notice-escalated_to_you = Escalated to you, with the hand-off (to the owner)
desk-notice-came_back = The fix was refused, or the ticket reopened (to the owner and watchers)
desk-notice-mentioned = Mentioned in a note (to whoever was named)
desk-notice-forgotten = Tickets without a next step (to managers, every morning)

desk-notices-nav = Notices
desk-notices-title = Notices
desk-notices-lead = The letters people get about tickets, in each language. Change the words; what is filled in stands between double braces.
desk-notices-notice = Letter
desk-notices-languages = Words
desk-notices-language-en = English
desk-notices-language-zh-CN = Chinese
desk-notices-changed = Changed
desk-notices-subject = Subject
desk-notices-subject-hint = The ticket number is put in front when you leave it out: answers are found by it.
desk-notices-body = Text
desk-notices-body-hint = Plain text. {"{{ name }}"} fills something in, {"{% if name %} … {% endif %}"} leaves a part out when there is nothing to say.
desk-notices-names = You can fill in:
desk-notices-save = Save words
desk-notices-saved = Saved. The next letter uses these words.
desk-notices-preview = Preview
desk-notices-reset = Back to the original words
desk-notices-reset-done = The original words are back.

error-desk-template-subject_missing = Write a subject
error-desk-template-body_missing = Write a text
error-desk-template-broken = This cannot be filled in: { $detail }. Check braces and names.

event-desk-template-saved = changed the words of a letter
event-desk-template-reset = took a letter back to its original words

# Mailboxes of the desk
desk-mail-setting-team = New requests go to
desk-setting-reopen_within_days = Days within which an answer brings a closed ticket back

# What intake writes
desk-mail-no-text = (no text)
desk-mail-no-subject = (no subject)
desk-mail-reopened = The requester answered by mail.
desk-mail-automatic = Automatic reply from { $from }:
desk-mail-generated = A program ({ $from }) wrote about this ticket:
desk-mail-unproven = A mail that names { $from } as its sender came in, but it does not answer one of our letters to that person, and a sender can be forged. It was not passed on to the requester; please check before you use it:
desk-mail-from-approver = { $from } was asked to approve this request and answered by mail. A mail decides nothing, and it was not passed on to the requester:
desk-mail-not-theirs = { $from } wrote about this ticket but may not reply on it any more. It was not passed on to the requester:
desk-mail-forged = The mail claimed by a Message-ID to answer one of our letters, but we never wrote that letter. Be careful with it.
desk-mail-problem-shortened = The mail was too long; the whole of it is attached as mail.eml.
desk-mail-problem-parts = The mail had more parts than we read. The mail as it came is in the mail journal.
desk-mail-problem-attachment = An attachment was too large to take over. The mail as it came is in the mail journal.
desk-mail-not-delivered = A letter about this ticket did not reach { $to }. Try another way, for instance the phone. { $detail }
desk-mail-quote = On { $at }, { $name } wrote:

mail-reason-desk-no_sender = It names no sender that could be answered
mail-reason-desk-sender_inactive = Its sender's account is switched off
mail-reason-desk-list = From a mailing list, not written to us
mail-reason-desk-bulk = Sent to many, not written to us
mail-reason-desk-machine = From a mail system
mail-reason-desk-out_of_office = An absence notice that answers no ticket
mail-reason-desk-auto_reply = An automatic reply that answers no ticket
mail-reason-desk-duplicate = The same mail was taken in before
mail-reason-kernel-forbidden = Its sender may not open requests

# Made-up values for previews
desk-mail-sample-desk = IT Support
desk-mail-sample-title = The printer on floor 3 does not print
desk-mail-sample-requester = Ann Miller
desk-mail-sample-assignee = Ben Carter
desk-mail-sample-team = Workplace
desk-mail-sample-text = Please switch it off, wait ten seconds, and switch it on again. Does the page come out?
desk-mail-sample-quote =
    On 2 Mar 2026, 10:00, Ann Miller wrote:
    > It does not print at all.
desk-mail-sample-instant = Tue, 3 Mar 2026, 14:00
desk-mail-sample-reason = Which floor are you on?
desk-mail-sample-solution = A sheet was stuck behind the rear cover. It is out, and a test page came out clean.
desk-mail-sample-tried = Restarted it, changed the cartridge.
desk-mail-sample-known = It began on Monday, after the move.
desk-mail-sample-boundary = Needs somebody with rights on the print server.
desk-mail-sample-comment = It still says "paper jam".
