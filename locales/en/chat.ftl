# Chat: the employee's pages, the technician's pages, errors.

chat-title = Chat with IT support
chat-desk = IT support
chat-somebody = Somebody
chat-nav-report = Report a problem
chat-nav-requests = My requests
chat-nav-chat = Chat

chat-first = What is wrong?
chat-first-hint = One or two sentences are enough to begin.
chat-there = { $count ->
    [one] One colleague answers now.
   *[other] { $count } colleagues answer now.
}
chat-waiting-before-you = { $count ->
    [one] One person waits before you.
   *[other] { $count } people wait before you.
}
chat-begin = Start the chat
chat-begin-again = Start a new chat
chat-nobody = Nobody answers the chat at the moment.
chat-opens-at = The desk opens again on { $at }.
chat-leave-text = Leave your message: it becomes a request with a number, and you get the answer by mail and here.
chat-leave = Leave a message
chat-to-form = Use the report form
chat-left = Your message is request #{ $number }. You will hear from us.

chat-state-waiting = Waiting
chat-state-talking = Talking
chat-state-ended = Ended
chat-place = You are number { $place } in the queue.
chat-with = { $name } is with you.
chat-nobody-any-more = Nobody answers the chat any more. You can go on waiting or leave it as a request; nothing you wrote is lost.
chat-message = Message
chat-send = Send
chat-refresh = Show new messages
chat-end = End the chat
chat-end-waiting = Stop waiting, leave it as a request
chat-end-sure = End the chat? It becomes a request with everything that was said.
chat-is-ticket = Everything that was said stands in request #{ $number }.
chat-to-ticket = Open request #{ $number }

chat-told-taken = { $name } has taken over.
chat-told-returned = { $name } has put the conversation back into the queue.
chat-told-warned = Nobody has written for a while. Without another word the chat ends soon and becomes a request.
chat-told-ended = The chat has ended.
chat-transcript-head = Chat of { $at }
chat-ticket-goes-on = We talked about this in the chat. I am carrying on with it here and will tell you as soon as there is news.

chat-queue = Chats
chat-others-there = { $count ->
    [0] None of your colleagues answers chats now.
    [one] One colleague answers chats now.
   *[other] { $count } colleagues answer chats now.
}
chat-duty-begin = Answer chats
chat-duty-cease = Stop answering
chat-duty-off = You do not answer chats.
chat-duty-until = You answer until { $at }
chat-duty-closed = The desk is closed: employees read that nobody is there
chat-duty-begun = Employees now see that you are there
chat-duty-ceased = You no longer answer chats
chat-empty-title = Nobody is waiting
chat-empty-text = Chats of employees appear here by themselves, the longest wait first.
chat-group-waiting = Waiting
chat-group-mine = Mine
chat-group-others = With colleagues
chat-column-subject = Subject
chat-column-requester = Requester
chat-column-technician = Technician
chat-column-since = Waiting since
chat-column-last = Last message
chat-unanswered = Unanswered

chat-words = Conversation
chat-kind = Kind of message
chat-reply = Reply
chat-aside = Internal
chat-hand-off = Hand-over
chat-message-hint = Write to the requester, or choose “Internal” for colleagues only
chat-aside-hint = Only technicians read this
chat-take = Take the chat
chat-take-over = Take over
chat-take-over-sure = { $name } has this chat. Take it over?
chat-held-by = { $name } has it
chat-is-over = This chat has become ticket
chat-side = Requester and actions
chat-open-tickets = Open tickets
chat-no-tickets = None that you can see.

chat-hand-over = Hand over
chat-hand-over-to = To
chat-hand-over-queue = Back to the queue
chat-answers = answers chats
chat-hand-over-note = What must the next one know?
chat-hand-over-hint = The requester does not see this.
chat-handed-over = Handed over

chat-end-title = End as a ticket
chat-end-ticket = Ticket
chat-end-new = New ticket
chat-end-subject = Title
chat-end-of-new = Title, category, and urgency are those of a new ticket.
chat-end-category = Category
chat-end-urgency = Urgency
chat-end-solved = Solved and tried together
chat-end-solved-hint = The requester is asked whether it works.
chat-end-solution = What solved it
chat-end-next = What happens next
chat-end-next-hint = The requester reads this on the ticket.
chat-end-submit = End the chat
chat-ended-as = The chat has become ticket #{ $number }

chat-settings = Chat
chat-settings-idle = Minutes without a message until a chat ends
chat-settings-idle-hint = Both sides are warned after two thirds of it. The chat becomes a ticket; nothing is lost.
chat-settings-save = Save
chat-settings-saved = Saved

permission-chat-answer = Answer chats, hand them over, and end them as tickets
permission-chat-settings = Set when a silent chat ends

error-chat-message-missing = Write a message.
error-chat-message-too_long = A message can have { $most } letters. Send it in parts.
error-chat-message-flood = You are sending messages very fast. Wait a few seconds, then send it again.
error-chat-conversation-ended = This chat has ended meanwhile. Your message was not sent; start a new chat with it.
error-chat-conversation-full = This chat has become too long. End it, it becomes a ticket, and go on there.
error-chat-conversation-not_yours = You do not have this chat. Take it first.
error-chat-conversation-taken_meanwhile = Somebody has taken or handed over this chat meanwhile. See below who has it now.
error-chat-take-unknown = Say who has the chat: “queue” or the identifier of a colleague.
error-chat-conversation-own = This is your own chat. A colleague has to answer it; you find it in the portal.
error-chat-hand_over-note_missing = Say what the next one must know.
error-chat-hand_over-unfit = Choose a colleague who may answer chats.
error-chat-end-solution_missing = Say what solved it, or clear the box above.
error-chat-end-not_theirs = #{ $number } is not an open ticket of this requester. Choose another one.
error-chat-setting-out_of_range = Enter { $least } to { $most } minutes.

event-chat-opened = Chat begun
event-chat-taken = Chat taken
event-chat-handed_over = Chat handed over
event-chat-returned = Chat given back to the queue
event-chat-said = Message in a chat
event-chat-noted = Note in a chat
event-chat-warned = Warned that silence ends the chat
event-chat-ended = Chat ended
event-chat-duty = Answering chats switched on or off
