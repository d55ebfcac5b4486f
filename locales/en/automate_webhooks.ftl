# Webhooks: pages, mails, errors.

automate-webhooks = Webhooks
automate-webhooks-lead = Tell other programs what happens to tickets, by signed messages.
automate-webhooks-empty-title = No webhooks yet
automate-webhooks-empty-text = Add one to have a program called when a ticket is opened, assigned, resolved …
automate-webhook-new = New webhook
automate-webhook-host = Host
automate-webhook-url = Address
automate-webhook-url-hint = Messages are posted here, for example https://intranet.example/hooks/tickets
automate-webhook-plain = Messages to an http:// address can be read on the way. Use https:// outside of your own network.
automate-webhook-events = Events
automate-webhook-failing = Failing
automate-webhook-fails-since = No message has been taken since { $at }. They are tried again; after five days the webhook is switched off.
automate-webhook-is-off = Switched off on { $at }, because messages were not taken. Mend the receiver, then enable it again.
automate-webhook-test = Send a test
automate-webhook-secret = Signing secret
automate-webhook-secret-hint = The receiver checks every message with it (Standard Webhooks).
automate-webhook-show-secret = Show
automate-webhook-new-secret = New secret
automate-webhook-secret-sure = Make a new secret? For a day the former one signs as well.
automate-webhook-former-until = The former secret signs as well until { $at }.
automate-webhook-remove = Remove
automate-webhook-remove-sure = Remove this webhook? Messages that wait for it are not sent.
automate-webhook-added = Webhook added. Send a test to try it.
automate-webhook-saved = Webhook saved
automate-webhook-removed = Webhook removed
automate-webhook-secret-changed = New secret made
automate-webhook-secret-made = Saved. A signing secret was made; give it to the receiver.
automate-webhook-no-secret = There is none. One is made when the webhook is switched on.
automate-webhook-test-sent = Test on its way
automate-webhook-off-subject = Webhook “{ $name }” was switched off
automate-webhook-off-text =
    The webhook “{ $name }” was switched off, because its messages were not taken ({ $reason }).

    Mend the receiver and enable it again: { $link }

automate-deliveries = Messages
automate-deliveries-of = Messages to { $name }
automate-deliveries-lead = Kept for 30 days after they were settled.
automate-deliveries-empty-title = No messages yet
automate-deliveries-empty-text = They appear here as soon as something happens that this webhook wants to hear.
automate-delivery = Message
automate-delivery-kind = Type
automate-delivery-attempts = Attempts
automate-delivery-status = Answer
automate-delivery-answer = Last answer
automate-delivery-answer-body = Answer of the receiver
automate-delivery-body = Message
automate-delivery-again = Send again
automate-delivery-asked-again = On its way again
automate-delivery-waiting = Waiting
automate-delivery-delivered = Delivered
automate-delivery-given-up = Given up

error-automate-webhook-name_length = Enter a name of at most { $most } letters.
error-automate-webhook-name_taken = There is already a webhook “{ $name }”. Choose another name.
error-automate-webhook-url_malformed = Enter a full address that begins with https:// or http://, without a user name in it.
error-automate-webhook-no_events = Choose at least one event.
error-automate-webhook-too_many = There can be { $most } webhooks. Remove one first.
error-automate-webhook-changed_meanwhile = “{ $name }” was changed meanwhile. Compare, then save again.
error-automate-webhook-is_off = This webhook is switched off. Enable it first.
error-automate-webhook-still_waiting = This message is still on its way.

event-automate-webhook-saved = Webhook saved
event-automate-webhook-removed = Webhook removed
event-automate-webhook-secret_changed = Webhook given a new secret
event-automate-webhook-switched_off = Webhook switched off after failures
