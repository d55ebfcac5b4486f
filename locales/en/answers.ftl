# Articles beside tickets
answers-beside-title = Articles
answers-beside-none = No article fits yet. When this is solved, make a draft of it.
answers-beside-outdated = May be out of date
answers-beside-internal = Not for the requester
answers-beside-used = Used here
answers-beside-solved = { $count ->
    [one] solved 1 ticket like this
   *[other] solved { $count } tickets like this
}
answers-beside-share = { $share }% said it helped
answers-beside-language = The reply gets it in { $language }, the requester’s language.
answers-language-en = English
answers-language-zh-CN = Chinese
answers-insert-as-link = Link
answers-insert-as-text = Steps
answers-insert-link-of = Put a link to “{ $title }” into the reply
answers-insert-text-of = Put the steps of “{ $title }” into the reply
answers-insert-link = This article describes it: { $title }
    { $address }
answers-insert-text = Please try this ({ $title }):
answers-insert-more = The whole article: { $address }
answers-inserted = It stands in the reply
answers-used-title = Used in this ticket
answers-how-link = as a link
answers-how-text = as text
answers-how-named = named as the answer
answers-how-clerk = sent by the clerk
answers-outcome-solved = Solved it
answers-outcome-unsolved = Did not hold
answers-name = This was the answer
answers-name-undo = Not after all
answers-named = The answer
answers-named-done = Noted
answers-flag = Should be an article
answers-flagged = Should be an article
answers-unflag = Need not be one
answers-flag-done = On the list of what should be written down
answers-unflag-done = Off the list
answers-cancel = Cancel

# Drafts of solved tickets
answers-draft-make = Make a draft
answers-draft-title = Draft of an article
answers-draft-hint = Written in { $language }, as the ticket is. Names, addresses, and numbers are struck out already; nobody but those who write articles sees the draft.
answers-draft-name = Title
answers-draft-space = Space
answers-draft-create = Create the draft
answers-draft-made = The draft is there. Read it over, then submit it for review.
answers-draft-pair = { $name }: { $value }
answers-draft-verify = Do once more what did not work. It works now.
answers-draft-verified = Do once more what did not work. It works now; the desk tried it before the ticket was resolved.
answers-drafted = There is a draft of this ticket: { $key }
answers-section-symptom = Symptom
answers-section-environment = Environment
answers-section-cause = Cause
answers-section-solution = Solution
answers-section-verification = Verification
answers-private-found = { $count ->
    [one] One piece of private data was struck out
   *[other] { $count } pieces of private data were struck out
}
answers-private-none = Nothing in it looks private. Read it over all the same.
answers-private-hint = Look at each. Tick what is not private and may be read by everybody.
answers-private-piece = What stood there
answers-private-kind = Looks like
answers-private-mark = Now reads
answers-private-keep = May stay
answers-private-stays = Not private
answers-private-checked = I have looked at each piece
answers-private-secret = password or key
answers-private-mail = mail address
answers-private-phone = phone number
answers-private-identity = identity number
answers-private-card = card number
answers-private-name = name
answers-private-host = machine
answers-private-address = network address
answers-private-code = number

# Tickets on an article's page
answers-tickets-title = Tickets
answers-tickets-solved = It solved these
answers-tickets-others = Also used in

# Figures
answers-figures-title = What knowledge saves
answers-figures-weeks = { $count ->
    [one] 1 week
   *[other] { $count } weeks
}
answers-figures-cases = Solved without a ticket
answers-figures-solved = Tickets solved
answers-figures-covered = with an article
answers-figures-per-ticket = Articles per solved ticket
answers-figures-cases-by-week = Solved without a ticket, by week
answers-figures-cases-none = Nobody has said “this solved it” in this time.
answers-figures-table = As a table
answers-figures-week = Week of
answers-figures-coverage = Coverage by category
answers-figures-category = Category
answers-figures-none-solved = No ticket was solved in this time.
answers-figures-age = Age of published articles
answers-figures-age-none = Counted every night; come back tomorrow.
answers-age-quarter = under 3 months
answers-age-year = 3 to 12 months
answers-age-two_years = 1 to 2 years
answers-age-older = over 2 years
answers-figures-top = What solved most
answers-figures-top-none = No article has solved anything in this time.
answers-figures-fading = Stopped solving (last 8 weeks)
answers-figures-fading-none = No article after which more tickets came back than were solved.
answers-figures-article = Article
answers-figures-used = Used in tickets
answers-figures-solved-tickets = Tickets it solved
answers-figures-unsolved-tickets = Tickets it did not

# Errors
error-answers-not_published = This article is not published. Publish it first, or choose another.
error-answers-note_too_long = Enter at most { $max } letters.
error-answers-not_solved = This ticket is still open. A draft can be made once it is resolved.
error-answers-not_looked = Look at each piece that was struck out, then tick the box.
error-answers-look_again = There is more that looks private. It was struck out too; look at it, then tick the box again.
error-answers-weeks = Choose 4, 12, or 52 weeks.

# Rights and events
permission-answers-use = Use articles beside tickets and make drafts of solved ones
permission-answers-report = See what knowledge saves
permission-answers-clerk = Set up the clerk that answers with articles
event-answers-article_used = Article used in a ticket
event-answers-answer_named = Article named as the answer, or no longer
event-answers-flagged = Flagged as “should be an article”
event-answers-unflagged = Flag “should be an article” removed
event-answers-drafted = Draft of an article made
