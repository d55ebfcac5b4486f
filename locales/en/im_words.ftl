# What the robot says in a chat.

im-say-help =
    Write what is wrong, and it becomes a ticket.
    What you write next is added to it; begin with “new” to report something else.
    #1042 … adds to that ticket.
    status lists your open tickets.
    solved or not solved answers whether it works.
im-say-connected = You are connected, { $name }.
im-say-connected-already = This chat account is connected to { $name }. To connect it to somebody else, disconnect it there first, under “Chat account”. If you did not fetch this code yourself, tell the service desk who sent it to you.
im-say-stranger = I do not know you yet. Get a code at { $link } and send it here.
im-say-stranger-overheard = I do not know you yet. Get a code at { $link } and send it here, mentioning me in the same message. If you forgot to mention me, or I do not answer, get another code at once: others here can read this one.
im-say-only-text = I can only read text. Please write it down; files can be added to the ticket on its page.
im-say-opened =
    #{ $number } { $title }
    We have it. { $link }
im-say-added = Added to #{ $number }. To report something else, begin with “new”.
im-say-none-open = You have no open tickets.
im-say-none-asked = Nothing waits for your word. To report something, write what is wrong.
im-say-which = Which one? Begin with its number: #{ $number } solved
im-say-solved = Thank you. #{ $number } is closed.
im-say-not-solved = We go on with #{ $number }. What still does not work? Write it here.

im-told-open = Open
im-told-yes = Solved
im-told-no = Not solved
im-told-received = We have your request.
im-told-assigned = { $owner } has it now.
im-told-replied = The desk replied:
im-told-waiting = We need something from you:
im-told-resolved = We hold it solved. Does it work?
im-told-answer-in-words = Answer on its page, or mention me with “#{ $number } solved” or “#{ $number } not solved”.
im-told-closed = It is closed.
im-told-reopened = We go on with it.
im-told-yours = It is yours now.
im-told-they-replied = The requester replied:
im-told-came-back = It came back to you.
