# Words to the requester: the glossary, the cause in two texts, notices of where things stand, promised news, satisfaction.
desk-page-nav-glossary = Glossary
desk-page-glossary-lead = What technical terms mean, in sentences that anybody understands. They are offered when the cause is told to a requester.
desk-page-glossary-search = Search
desk-page-glossary-language = Language
desk-page-glossary-all-languages = All languages
desk-page-glossary-show = Show
desk-page-glossary-count = { $count ->
    [one] 1 term
   *[other] { $count } terms
 }
desk-page-glossary-empty = No terms found
desk-page-glossary-empty-text = Search for something else, or add the term.
desk-page-term = Term
desk-page-term-new = New term
desk-page-term-term = Technical term
desk-page-term-term-hint = As it stands in technical texts. Case and hyphens make no difference.
desk-page-term-plain = In plain words
desk-page-term-plain-hint = A whole sentence that says what was wrong, to somebody who does not know the term.
desk-page-term-remove = Remove term
desk-page-term-remove-sure = Remove this term from the glossary?

desk-page-finding-title = Cause
desk-page-finding-technical = Technical cause
desk-page-finding-technical-hint = For the desk. The requester never sees it.
desk-page-finding-plain = Cause in plain words
desk-page-finding-plain-hint = For the requester, in the mail and on the portal.
desk-page-finding-needed = A close gate asks for both texts.
desk-page-finding-needed-technical = A close gate asks for the technical cause.
desk-page-finding-needed-plain = A close gate asks for the cause in plain words.
desk-page-finding-offered = The glossary offers
desk-page-finding-take = Use as plain words
desk-page-finding-none = not written
desk-page-finding-write = Write the cause
desk-page-finding-saved = Cause saved
desk-page-change-finding = wrote down the technical cause
desk-page-change-finding-plain = wrote down the cause: { $plain }
desk-page-change-rated = rated it { $score } of 5
desk-page-gate-need-technical = Technical cause written
desk-page-gate-need-plain = Cause in plain words written
desk-gate_part-technical = Technical cause
desk-gate_part-plain = Cause in plain words
error-desk-gate-technical_missing = Write down the technical cause
error-desk-gate-plain_missing = Say the cause in plain words for the requester
error-desk-glossary-term_missing = Enter the term
error-desk-glossary-plain_missing = Say what it means in a sentence
error-desk-glossary-term_known = This term is in the glossary already; change that one
error-desk-glossary-too_many = A language has at most { $max } terms; remove one first
error-desk-glossary-changed_meanwhile = Somebody changed this term meanwhile. Reload it first.
error-desk-rating-score_missing = Choose one of the five
error-desk-rating-not_asked = Request #{ $number } is open again, so there is nothing to rate yet.
error-desk-rating-settled = Your rating of #{ $number } could be changed for { $days } days; now it stands.
error-desk-rating-expired = This link for #{ $number } has expired.
error-desk-rating-month_wrong = Enter a month such as 2026-03
event-desk-ticket-finding_written = wrote down the cause
event-desk-ticket-rated = said how satisfied they are
event-desk-term-saved = saved a term of the glossary
event-desk-term-removed = removed a term of the glossary
permission-desk-glossary = Edit the glossary
permission-desk-rating_comments = Read comments on satisfaction

desk-notice-moved = Another team or level has it (to the requester)
desk-notice-waiting_elsewhere = We wait for others (to the requester)
desk-mail-whom-supplier = the supplier
desk-mail-whom-development = our developers
desk-mail-sample-cause = Some paper had stayed in the printer where nobody could see it.

desk-board-without-news = Promised news overdue
desk-board-all-told = Every requester has heard what was promised.
desk-board-promised = promised

desk-rating-title = Satisfaction
desk-rating-average = Average of 5
desk-rating-satisfied = Gave 4 or 5
desk-rating-count = Ratings
desk-rating-spread = What was given
desk-rating-by-month = By month
desk-rating-by-team = By team
desk-rating-by-person = By person
desk-rating-empty = No ratings in these months
desk-rating-empty-text = Requesters are asked when their request is closed.
desk-rating-of-five = { $score } of 5
desk-rating-score-1 = Very poor
desk-rating-score-2 = Poor
desk-rating-score-3 = All right
desk-rating-score-4 = Good
desk-rating-score-5 = Excellent
