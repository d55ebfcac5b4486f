# Somebody shows the screen of their own browser: the desk's pages and the portal's.
event-fleet-share_started = Screen sharing began
event-fleet-share_ended = Screen sharing ended
fleet-shares-title = Shared screens
fleet-shares-none = Nobody has shared a screen yet
fleet-shares-none-text = Whoever reported a ticket can share their screen from its page in the portal. Each share is recorded and stays here.
fleet-share-of = { $name } shares their screen
fleet-share-began = began
fleet-share-card-text = The requester can show you their screen from their browser. Nothing is installed; you only see it.
fleet-share-ask = Ask by reply
fleet-share-ask-title = Ask for their screen
fleet-share-ask-lead = The requester gets these words as a reply, with the link to the page where they share.
fleet-share-ask-words = Reply
fleet-share-ask-send = Send reply
fleet-share-copy = Copy link
fleet-share-asking =
    Could you show us your screen? Open this page on the computer with the problem and press “Share my screen”. Nothing is installed; you choose what we see, we cannot click anything, and you can stop at any time. It is recorded.

    { $link }
fleet-share-state-waiting = Waiting for their browser
fleet-share-state-open = Sharing
fleet-share-state-ended = Ended
fleet-share-end = End sharing
fleet-share-line-started = The requester began to share their screen
fleet-share-line-ended = Screen sharing ended
fleet-share-reason-gone = The browser that shared went away.
fleet-share-reason-person-left = The account of the person who shared was closed.
fleet-share-reason-recording-failed = The recording could not be written, and nothing is shared without one.
fleet-share-reason-recording-full = The recording is full (1 GiB).
fleet-share-reason-requester-changed = The ticket has another requester now.
fleet-share-reason-stopped-by-desk = The IT desk ended it.
fleet-share-reason-stopped-by-sharer = The person who shared stopped.
fleet-share-reason-ticket-closed = The ticket was closed.
fleet-share-reason-too-long = It lasted for eight hours.
fleet-share-reason-unreadable = The browser sent something that could not be understood.
error-fleet-share-ticket_closed = This request is closed. Reopen it to share a screen.
error-fleet-share-too_many = You already share from { $most } requests. Stop one of them first.
error-fleet-share-too_often = You have begun to share very often in the last hour. Wait a little and try again.
error-fleet-share-recording_full = The recording is full.
