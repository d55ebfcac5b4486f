# The robot clerk: what it writes
answers-clerk-answer-begin = Hello, this is an automatic answer. We have an article that has solved this for others; please try it:
answers-clerk-answer-more = The whole article: { $address }
answers-clerk-answer-solved = It solved it: { $address }
answers-clerk-answer-not = It did not: { $address }
answers-clerk-answer-end = Or just reply to this message, and somebody from the service desk takes over. Your report stays open until then.
answers-clerk-waits = Answered automatically with KB-{ $article }; the requester is trying it
answers-clerk-solution = KB-{ $article } { $title }: { $address }. The requester tried it and says that it works.
answers-clerk-note-solved = The clerk answered with KB-{ $article } ({ $title }), and the requester says that it solved it. Something still keeps the ticket from being closed; please finish it.
answers-clerk-note-refused = The clerk answered with KB-{ $article } ({ $title }). The requester says that it did not solve it. The clerk will say nothing more on this ticket.
answers-clerk-note-wrote = The clerk answered with KB-{ $article } ({ $title }). The requester wrote again instead of saying yes or no; please read on. The clerk will say nothing more on this ticket.
answers-clerk-note-silent = The clerk answered with KB-{ $article } ({ $title }), and nobody said anything since. Please look whether it is solved. The clerk will say nothing more on this ticket.
answers-clerk-note-taken = The clerk had answered with KB-{ $article } ({ $title }).
answers-clerk-note-why = It was { $confidence }% sure (threshold { $threshold }%). What decided: { $words }
answers-clerk-note-reason = In their words: { $reason }

# The page behind the two links
answers-said-title = Did that solve it?
answers-said-try = Please try what stands in the automatic answer below.
answers-said-yes = Yes, it is solved
answers-said-no = No, I still need help
answers-said-comment = What else should we know? (optional)
answers-said-yes-title = Good to hear
answers-said-yes-text = Your report is closed. If it comes back, just reply to our message.
answers-said-no-title = Thank you, somebody takes over
answers-said-no-text = A person from the service desk has your report now, with everything you wrote. You need not do anything.
answers-said-spent-title = Nothing left to say here
answers-said-requests = My requests
error-answers-clerk-said = You have answered this already. If something is still wrong, reply to request #{ $number }.
error-answers-clerk-taken = A person from the service desk has taken over request #{ $number } already. Reply there if you have more to say.
error-answers-clerk-expired = This link is too old. Reply to request #{ $number } instead.

# Setting it up
answers-clerk-settings-title = Clerk
answers-clerk-setup = Settings
answers-clerk-report = Report
answers-clerk-lead = The clerk answers reports by mail and portal for which there is an article that has proved itself, asks whether that solved it, and hands over to a person at the first doubt.
answers-clerk-on = The clerk answers
answers-clerk-on-hint = Off until somebody turns it on. Look at the dry run below first.
answers-clerk-threshold = How sure it must be (%)
answers-clerk-threshold-hint = Empty: what was measured on your own past, so that at least 95 of 100 answers are right.
answers-clerk-proven = Cases an article must have solved
answers-clerk-proven-hint = Counts tickets and the votes of people who are signed in.
answers-clerk-days = Days of silence
answers-clerk-days-hint = Then a person looks at it.
answers-clerk-categories = Keeps out of categories
answers-clerk-types = Keeps out of types
answers-clerk-teams = Keeps out of what goes to teams
answers-clerk-senders = Keeps out of what comes from
answers-clerk-senders-hint = Addresses or domains, one a line.
answers-clerk-never = Whatever is set here, it never answers P0 and P1, security, requests that await approval, anything near a major incident, machines, a ticket on which somebody has spoken or that others follow, the same ticket twice, or one person twice within a day.
answers-clerk-save = Save
answers-clerk-try = Try without saving
answers-clerk-saved = Saved
answers-clerk-dry = What it would have answered in the last 90 days
answers-clerk-dry-judged = Tickets looked at
answers-clerk-dry-answered = Would have been answered
answers-clerk-dry-right = With the article that solved them
answers-clerk-dry-hint = Judged by a model that had not seen these tickets. A ticket that was solved without an article counts as a wrong answer.
answers-clerk-dry-nothing = There is too little past to learn from yet: at least 60 tickets solved with articles, by two articles or more. Until then the clerk goes by words alone, with a high threshold and only with articles that have proved themselves.
answers-clerk-dry-imprecise = No threshold is precise enough on your past: the clerk stays silent unless you set one by hand.
answers-clerk-truth = What solved it
answers-clerk-truth-same = The same
answers-clerk-truth-none = No article
answers-clerk-measured = Measured on your past
answers-clerk-measured-threshold = Threshold: { $threshold }%.
answers-clerk-measured-none = No threshold reaches 95% precision.
answers-clerk-measured-requests = { $count ->
    [one] One ticket was judged by models that had not seen it.
   *[other] { $count } tickets were judged by models that had not seen them, some about matters kept from the models altogether.
}
answers-clerk-share = Share of all
answers-clerk-precision = Precision
error-answers-clerk-threshold_out_of_range = Between 50 and 100, or empty
error-answers-clerk-proven_out_of_range = Between 1 and 1,000
error-answers-clerk-days_out_of_range = Between 1 and 30
error-answers-clerk-senders_malformed = One address or domain a line, at most 200, without spaces

# What it did
answers-clerk-title = Clerk
answers-clerk-is-off = The clerk is off.
answers-clerk-empty-title = Nothing answered yet
answers-clerk-empty-text = Once the clerk is on, its answers and what came of them stand here.
answers-clerk-answered = Answered
answers-clerk-waiting = Waiting for a word
answers-clerk-outcome-solved = Solved
answers-clerk-outcome-refused = Did not help
answers-clerk-outcome-wrote = Wrote again
answers-clerk-outcome-silent = No word
answers-clerk-outcome-taken = Taken by a person
answers-clerk-helped = Helped
answers-clerk-helped-hint = Of those who said anything, how many were helped. Whoever wrote again instead of pressing a button counts as not helped. The last twelve months.
answers-clerk-by-month = By month
answers-clerk-month = Month
answers-clerk-by-article = By article
answers-clerk-latest = Latest answers
answers-clerk-older = Older
answers-clerk-ticket = Ticket
answers-clerk-tickets = Tickets
answers-clerk-article = Article
answers-clerk-confidence = Sure
answers-clerk-outcome = What came of it
answers-clerk-when = When
answers-clerk-silences = Why it stayed silent
answers-clerk-why = Reason
answers-clerk-why-spoken = Somebody had spoken
answers-clerk-why-state = Waited for approval, or closed
answers-clerk-why-urgent = P0 or P1
answers-clerk-why-security = Security
answers-clerk-why-major = A major incident
answers-clerk-why-excluded = Excluded by the settings
answers-clerk-why-watched = Others follow it
answers-clerk-why-machine = Written by a program
answers-clerk-why-lately = Answered this person within a day
answers-clerk-why-nothing = No article fits
answers-clerk-why-unproven = The article has not solved enough yet
answers-clerk-why-unsure = Not sure enough

# What is missing
answers-gap-title = What is missing
answers-gap-lead = Searches in vain, questions answered again and again without an article, and articles that do not help. Found anew each night.
answers-gap-state = State
answers-gap-kind = What is wrong
answers-gap-all = All
answers-gap-mine = Mine
answers-gap-what = About
answers-gap-weight = How often
answers-gap-owner = Owner
answers-gap-nobody = Nobody
answers-gap-give = Give
answers-gap-do = Do
answers-gap-draft = Begin an article
answers-gap-draft-link = Draft
answers-gap-dismiss = Dismiss
answers-gap-reason = Why nobody needs to do anything
answers-gap-reopen = Open again
answers-gap-more = More
answers-gap-given = Given
answers-gap-dismissed = Dismissed
answers-gap-reopened = Open again
answers-gap-drafted = A draft was begun
answers-gap-none-title = No such lines
answers-gap-none-text = Nothing stands here with these filters.
answers-gap-empty-title = Nothing is missing
answers-gap-empty-text = What people search for in vain and what the desk answers again and again appears here each night.
answers-gap-kind-nothing_found = Nothing found
answers-gap-kind-not_opened = Found, not opened
answers-gap-kind-answered_often = Answered often, no article
answers-gap-kind-flagged = Should be an article
answers-gap-kind-never_used = Read, never helped
answers-gap-kind-never_found = Never opened
answers-gap-kind-contradicting = Contradicting
answers-gap-state-open = Open
answers-gap-state-drafted = Being written
answers-gap-state-dismissed = Dismissed
answers-gap-state-gone = Gone
answers-gap-draft-tickets = Tickets about it: { $tickets } (take this line out before publishing).
answers-gap-draft-body = ## Symptom

    ## Environment

    ## Cause

    ## Solution

    1.

    ## Verification
error-answers-gap-reason_missing = Say why it needs no article
error-answers-gap-reason_too_long = At most { $max } characters
error-answers-gap-not_staff = Choose somebody of the department
error-answers-gap-has_article = There is an article about this already; mend that one
error-answers-gap-flagged = Begin the article from the ticket itself, where private data is struck out
error-answers-gap-no_space = There is no space to write in yet

# The record
event-answers-clerk_answered = The clerk answered
event-answers-clerk_settled = The clerk’s answer was settled
event-answers-clerk_policy_saved = Clerk set up
event-answers-gap_changed = Line of what is missing changed
