# Chat on the portal: a conversation that becomes a ticket with its transcript.
chat-title = 即时沟通
