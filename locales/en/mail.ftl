# Mail: mailboxes, the journal of arrived mail, quarantine, outbox.

mail-nav = Mail
mail-tabs = Mail pages
mail-tab-mailboxes = Mailboxes
mail-tab-journal = Arrived
mail-tab-outbox = Outbox
permission-mail-manage = Set up mailboxes, look into arrived mail, quarantine, and outbox

mail-title = Mailboxes
mail-lead = Where mail is fetched from, and which address answers go out by.
mail-purpose-desk = Service desk: mail becomes tickets

mail-mailbox-new = New mailbox
mail-mailbox-empty-title = No mailbox yet
mail-mailbox-empty-text = Set one up and mail to its address becomes tickets. Until then mail arrives by “mainstay mail deliver” only.
mail-mailbox-name = Name
mail-mailbox-name-hint = What people here call it, such as “IT support”.
mail-mailbox-address = Mail address
mail-mailbox-display-name = Name shown to readers
mail-mailbox-display-name-hint = Stands beside the address in every letter. Leave empty to use the name.
mail-mailbox-locale = Language
mail-mailbox-locale-hint = For letters to people whose language is not known.
mail-mailbox-purpose = Used for
mail-mailbox-enabled = Fetch and send mail
mail-mailbox-enabled-hint = Without the tick the mailbox rests; what arrived stays in the journal.
mail-mailbox-disabled = Resting
mail-mailbox-state = How it is going
mail-mailbox-fetching = Fetching
mail-mailbox-sending = Sending
mail-mailbox-check = Test the connection
mail-mailbox-enable = Start
mail-mailbox-disable = Stop
mail-mailbox-imap = Fetching mail (IMAP)
mail-mailbox-imap-hint = Leave the server empty when your mail server hands mail over with “mainstay mail deliver”.
mail-mailbox-imap-host-hint = Such as imap.example.com.
mail-mailbox-imap-port-hint = Empty: 993 with TLS, else 143.
mail-mailbox-smtp = Sending mail (SMTP)
mail-mailbox-smtp-hint = Leave the server empty when nothing is sent by this mailbox.
mail-mailbox-smtp-port-hint = Empty: 465 with TLS, 587 with STARTTLS, else 25.
mail-mailbox-smtp-user-hint = Leave empty when the server asks for no sign-in.
mail-mailbox-host = Server
mail-mailbox-port = Port
mail-mailbox-security = Protection
mail-security-implicit = TLS from the start
mail-security-starttls = STARTTLS, required
mail-security-none = None (only on your own network)
mail-mailbox-user = User name
mail-mailbox-password = Password
mail-mailbox-password-kept = Leave empty to keep the stored one. It has to be typed again when the server changes.
mail-mailbox-folder = Folder
mail-mailbox-folder-hint = Empty: INBOX.
mail-mailbox-move-to = Move taken mail to
mail-mailbox-move-to-hint = A folder. Leave empty to leave mail where it is and mark it as seen.
mail-mailbox-poll = Look every … seconds
mail-mailbox-poll-hint = Only for servers that cannot tell by themselves (IDLE). 10 to 3600; empty: 60.
mail-mailbox-authority = Certificate of your own authority
mail-mailbox-authority-hint = PEM text, when the servers' certificates are signed by your own authority. Leave empty to trust what the system trusts.
mail-mailbox-save = Save mailbox
mail-mailbox-created = The mailbox is set up. Test the connection now.
mail-mailbox-saved = Saved.
mail-mailbox-started = The mailbox is running.
mail-mailbox-stopped = The mailbox rests.

mail-going-unset = Not set up
mail-going-well = Working
mail-going-trouble = Trouble
mail-going-untried = Not tried yet
mail-check-good = Both ways work: connected and signed in.
mail-check-bad = Something does not work. See below what the server said.
mail-check-nothing = No server is named, so there was nothing to test.

mail-journal-title = Arrived mail
mail-journal-lead = Every mail is written down here before its server is told that it was taken. What could not be read waits in quarantine.
mail-journal-filter = State
mail-journal-empty-title = Nothing here
mail-journal-empty-text = Mail appears here as soon as it arrives.
mail-journal-received = Received
mail-journal-sender = From
mail-journal-subject = Subject
mail-journal-mailbox = Mailbox
mail-journal-state = State
mail-journal-size = Size
mail-journal-attempts = Attempts
mail-journal-no-sender = (no sender)
mail-journal-no-subject = (no subject)
mail-journal-raw = As it arrived
mail-journal-header-only = The mail was too large to fetch; this is its header. The mail itself is still on its server.
mail-journal-cut = Only the beginning is shown. Download the mail to see all of it.
mail-journal-retry = Try again
mail-journal-ignore = Ignore
mail-journal-download = Download
mail-journal-retried = It is being tried again.
mail-journal-ignored = The mail is ignored from now on.
mail-inbound-journaled = Waiting
mail-inbound-taken = Taken
mail-inbound-ignored = Ignored
mail-inbound-quarantined = Quarantine

mail-reason-too_large = Larger than allowed
mail-reason-unreadable = It cannot be read as mail
mail-reason-owner_failed = Taking it failed too often; the log says why
mail-reason-no_owner = Nobody takes mail of this mailbox; check what it is used for
mail-reason-bounce = A delivery failure that belongs to no letter of ours
mail-reason-own_mail = Our own mail coming back
mail-reason-by_person = Put aside by a person

mail-outbox-title = Outbox
mail-outbox-lead = Letters wait here until a server has accepted them. They are tried for two days.
mail-outbox-empty-title = No letters
mail-outbox-empty-text = Letters to requesters and technicians appear here when they are written.
mail-outbox-written = Written
mail-outbox-to = To
mail-outbox-actions = Actions
mail-outbox-next = Next attempt
mail-outbox-again = Send again
mail-outbox-sending-again = The letter is on its way again.
mail-outbound-queued = Waiting
mail-outbound-sending = Being sent
mail-outbound-sent = Sent
mail-outbound-failed = Failed
mail-outbound-bounced = Came back

mail-trouble-house = Mainstay itself could not store or read something. See the log.
mail-trouble-tls_setup = TLS cannot be set up on this machine.
mail-trouble-tls_authority = The certificate of your own authority cannot be used. Paste it again as PEM text.
mail-trouble-imap_missing = No IMAP server is named.
mail-trouble-imap_connect = The IMAP server cannot be reached. Check its name and port, and that no firewall is in the way.
mail-trouble-imap_tls = No protected connection to the IMAP server came about. Check the port, the protection, and whether its certificate is valid for this server name.
mail-trouble-imap_starttls_missing = The IMAP server does not offer STARTTLS. Choose “TLS from the start”.
mail-trouble-imap_login_refused = The IMAP server refused user name or password. Type the password again; some providers want a password made for applications.
mail-trouble-imap_folder_missing = The IMAP server has no such folder. Check its exact name.
mail-trouble-imap_idle_refused = The IMAP server offers IDLE and refuses it. Mail is fetched by looking from time to time.
mail-trouble-imap_refused = The IMAP server refused a command.
mail-trouble-imap_protocol = The IMAP server answered something that cannot be understood. Is it really an IMAP server?
mail-trouble-imap_timeout = The IMAP server did not answer in time.
mail-trouble-imap_lost = The connection to the IMAP server broke off.
mail-trouble-smtp_missing = No enabled mailbox has an SMTP server. Set one up and the letter goes out by itself.
mail-trouble-smtp_connect = The SMTP server cannot be reached. Check its name and port, and that no firewall is in the way.
mail-trouble-smtp_tls = No protected connection to the SMTP server came about. Check the port, the protection, and its certificate.
mail-trouble-smtp_login_refused = The SMTP server refused user name or password, or wants a sign-in.
mail-trouble-smtp_refused_for_now = The SMTP server does not take it at the moment.
mail-trouble-smtp_timeout = The SMTP server did not answer in time.
mail-trouble-smtp_protocol = The SMTP server cannot be used this way. It may not offer STARTTLS or the kind of sign-in.
mail-trouble-recipient_refused = The server refuses a recipient.
mail-trouble-letter_malformed = The letter cannot be written as mail.
mail-trouble-bounced = It was accepted and then came back.

mail-too-large-subject = Your mail was too large: { $subject }
mail-too-large-text =
    Hello,

    your mail “{ $subject }” is { $size } large. We can take mails up to { $max }, so nobody here has read it.

    Please send it again without the large attachments, or put them where we can fetch them and send us the link.

    This answer was written by a machine.

event-mail-mailbox-created = set up a mailbox
event-mail-mailbox-changed = changed a mailbox
event-mail-inbound-journaled = received a mail
event-mail-inbound-taken = took a mail
event-mail-inbound-ignored = ignored a mail
event-mail-inbound-quarantined = put a mail into quarantine
event-mail-inbound-retried = asked to try a mail again
event-mail-outbound-sent = sent a letter
event-mail-outbound-failed = could not send a letter
event-mail-outbound-bounced = learned that a letter came back
event-mail-outbound-again = asked to send a letter again

error-mail-mailbox-name_missing = Give the mailbox a name.
error-mail-mailbox-name_long = The name is too long. At most { $max } characters.
error-mail-mailbox-address_malformed = This is not a mail address. It looks like support@example.com.
error-mail-mailbox-address_taken = Another mailbox has this address already.
error-mail-mailbox-locale_unknown = Choose one of the languages.
error-mail-mailbox-purpose_unknown = Choose what the mailbox is used for.
error-mail-mailbox-host_malformed = Write only the server's name, such as imap.example.com, without port or https://.
error-mail-mailbox-port_out_of_range = A port is a number from 1 to 65535.
error-mail-mailbox-user_missing = Say who signs in to the server.
error-mail-mailbox-password_missing = Type the password.
error-mail-mailbox-password_again = The server has changed. Type the password again, so that it is not sent to a server it was not given for.
error-mail-mailbox-password_malformed = A password cannot contain a line break.
error-mail-mailbox-poll_out_of_range = Between 10 and 3600 seconds.
error-mail-mailbox-folder_malformed = A folder name cannot contain control characters.
error-mail-mailbox-moves_to_itself = Choose a folder other than the watched one.
error-mail-mailbox-authority_malformed = This is no certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----.
error-mail-letter-no_recipient = The letter has no recipient with a mail address.
error-mail-inbound-already_settled = Somebody has dealt with this mail already. Reload the page.
error-mail-inbound-header_only = Only the header of this mail was fetched, so it cannot be tried again. Ask the sender for a smaller one.
error-mail-outbound-not_failed = This letter has not failed, so it is not sent again.
error-mail-outbound-taken_over = Another node has sent this letter meanwhile.
