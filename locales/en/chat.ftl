# Chat on the portal: a conversation that becomes a ticket with its transcript.
chat-title = Live chat
