# How devices come in: enrolment documents, the queue of those that wait, and the keys of the server.
fleet-enrolment-title = Enrol devices
fleet-enrolment-devices = Devices
fleet-enrolment-merging = Same device?
fleet-enrolment-waiting = Waiting to be admitted
fleet-enrolment-waiting-none = Nobody is waiting
fleet-enrolment-waiting-none-text = Devices that come by a document with the rule “wait” stand here until you admit them.
fleet-enrolment-device = Device
fleet-enrolment-system = System
fleet-enrolment-serial = Model and serial number
fleet-enrolment-by = Came by
fleet-enrolment-from = From
fleet-enrolment-since = Since
fleet-enrolment-admit = Admit selected
fleet-enrolment-refuse = Refuse selected
fleet-enrolment-admitted = { $count ->
    [one] One device admitted
   *[other] { $count } devices admitted
}
fleet-enrolment-refused = { $count ->
    [one] One device refused
   *[other] { $count } devices refused
}
fleet-enrolment-nobody = Nothing to decide: select a device that is still waiting.
fleet-enrolment-new = New enrolment document
fleet-enrolment-new-text = The document tells an agent where this server is and by which key to know it, and lets it in. Whoever holds it can enrol a device while it counts: hand it out as you would a password.
fleet-enrolment-no-signer = The signer has never run here, so devices would have nobody whose orders they obey. Start it, then make a document.
fleet-enrolment-name = Name
fleet-enrolment-name-hint = Such as “Laptops, sales, March”. Date and time when you leave it empty.
fleet-enrolment-rule = When a device comes
fleet-enrolment-rule-hint = Hardware that is known under another key always waits.
fleet-enrolment-rule-wait = Wait until somebody admits it
fleet-enrolment-rule-admit = Admit at once
fleet-enrolment-uses = Number of devices
fleet-enrolment-hours = Valid for (hours)
fleet-enrolment-kind = Kind of device
fleet-enrolment-team = Team
fleet-enrolment-no-team = No team
fleet-enrolment-servers = Server addresses
fleet-enrolment-servers-hint = One per line, each beginning with wss://
fleet-enrolment-authority = Certificate of your own authority
fleet-enrolment-authority-hint = Only when the server’s certificate comes from a private authority: paste it as PEM.
fleet-enrolment-make = Make document
fleet-enrolment-made = Document made. Download it now: that works once.
fleet-enrolment-documents = Documents
fleet-enrolment-documents-none = No documents yet
fleet-enrolment-documents-none-text = Make one above, then put it on the devices.
fleet-enrolment-standing = State
fleet-enrolment-standing-good = Valid
fleet-enrolment-standing-expired = Expired
fleet-enrolment-standing-used-up = Used up
fleet-enrolment-standing-revoked = Revoked
fleet-enrolment-used = Used
fleet-enrolment-until = Until
fleet-enrolment-actions = Actions
fleet-enrolment-fetch = Download (once)
fleet-enrolment-revoke = Revoke
fleet-enrolment-revoke-which = Revoke { $name }
fleet-enrolment-was-revoked = Document revoked. Devices that came by it stay.
fleet-enrolment-keys = Keys of this server
fleet-enrolment-keys-text = Agents know the server by its key. To change it: make a new key, hand out new documents, and withdraw the old key once no agent needs it any more. Agents that know only a withdrawn key must enrol again.
fleet-enrolment-key = Key
fleet-enrolment-key-state = State
fleet-enrolment-key-signs = In use
fleet-enrolment-key-ready = Ready, in new documents
fleet-enrolment-key-made-at = Made
fleet-enrolment-key-make = Make another key
fleet-enrolment-key-made = Key made. New documents carry it.
fleet-enrolment-key-withdraw = Withdraw
fleet-enrolment-key-withdrawn = Key withdrawn

event-fleet-enrolment_made = Enrolment document made
event-fleet-enrolment_revoked = Enrolment document revoked
event-fleet-enrolment_used = Device enrolled by a document
event-fleet-enrolment_fetched = Enrolment document downloaded
event-fleet-link_key_made = Server key for agents made
event-fleet-link_key_withdrawn = Server key for agents withdrawn

error-fleet-lease-lost = Another link of this device has taken over.
error-fleet-link_key-too_many = There are four keys already. Withdraw one first.
error-fleet-link_key-last = This is the only key: without it no agent could know the server. Make another first.
error-fleet-enrolment-revoked = This document was revoked already.
error-fleet-enrolment-own_team = Choose one of your own teams.
error-fleet-enrolment-uses = Enter 1 to 100,000.
error-fleet-enrolment-hours = Enter 1 to 2,160 hours (90 days).
error-fleet-enrolment-servers = Enter at most eight addresses, each beginning with wss://. ws:// works only on this machine itself.
error-fleet-enrolment-authority = This is no certificate in PEM form. It begins with -----BEGIN CERTIFICATE-----
error-fleet-enrolment-fetched = This document was downloaded before. Make a new one and revoke this one if nobody has it.
error-fleet-enrolment-over = This document counts no more. Make a new one.
error-fleet-enrolment-too_many = Decide about at most { $most } devices at a time.
error-fleet-device-offline = This device has no link now. It is off, or cannot reach this server.
error-fleet-node-away = The node that has this device does not answer. Try again in a minute.
