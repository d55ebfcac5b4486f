# What employees read. Plain words, no jargon.

portal-home-title = How can IT help you?
portal-search = Search
portal-search-label = Search your requests
portal-search-hint = Search your requests, for example “VPN”
portal-choice-broken = Something is broken
portal-choice-broken-text = Tell us what happens. A picture helps.
portal-choice-need = I need something
portal-choice-need-text = A laptop, an access right, a piece of software.
portal-choice-mine = My requests
portal-choice-mine-text = See where they stand and answer.
portal-home-asked = Does it work again?
portal-home-open = Under way
portal-nav-report = Report a problem
portal-nav-requests = My requests
portal-desk = IT support

portal-report-title = Report a problem
portal-report-request-title = Ask for something
portal-report-what = What is wrong?
portal-report-what-hint = One sentence, such as “The printer on floor 3 does not print”.
portal-report-body = What happens, and since when?
portal-report-body-hint = Also say what you were doing just before.
portal-report-need = What do you need?
portal-report-need-body = What for, and by when?
portal-report-pictures = You can paste a screenshot here, drag files in, or choose them.
portal-report-choose = Add pictures or files
portal-report-camera = Take a photo
portal-report-category = What is it about?
portal-report-impact = Who is affected?
portal-report-urgency = How much does it hold you up?
portal-report-more = More details (helps us to be faster)
portal-report-device = Which device?
portal-report-device-hint = The name on its sticker, if there is one.
portal-report-application = Which program?
portal-report-version = Its version
portal-report-steps = How can we make it happen again?
portal-report-error = What does the error message say?
portal-report-send = Send

portal-category-hardware = A device: computer, phone, printer, screen
portal-category-software = A program
portal-category-network = Network, Wi-Fi, VPN
portal-category-account = Password, account, access right
portal-category-security = Something looks dangerous
portal-category-other = Something else, or I am not sure
portal-impact-person = Only me
portal-impact-team = My team
portal-impact-site = Everybody at my site
portal-impact-organisation = The whole company
portal-urgency-low = I can work around it
portal-urgency-medium = It slows me down
portal-urgency-high = I cannot work

portal-requests-title = My requests
portal-requests-empty-title = No requests yet
portal-requests-empty-text = What you report shows up here, with every answer.
portal-requests-none-title = Nothing found
portal-requests-none-text = Try other words, or tell us about it.
portal-request-assignee = { $name } is working on it
portal-request-expect = expect news
portal-reply-label = Your answer
portal-reply-send = Send
portal-reopen-title = It happens again?
portal-reopen-reason = What happens now?
portal-reopen-send = Open it again

portal-step-received = Received
portal-step-working = Being worked on
portal-step-check = Please check
portal-step-done = Done
portal-state-new = Received
portal-state-in_progress = Being worked on
portal-state-waiting_requester = We need your answer
portal-state-waiting_supplier = Waiting for the supplier
portal-state-waiting_development = With the developers
portal-state-resolved = Please check whether it works
portal-state-closed = Done

portal-ask-title = Does it work again?
portal-ask-comment = Anything to add? (optional)
portal-ask-yes = Yes, it works
portal-ask-no = No, not yet
portal-confirm-title = Does it work again?
portal-confirm-spent-title = This link has been used
portal-confirmed-yes-title = Thank you!
portal-confirmed-yes-text = We have closed your request. If it happens again, just open it again.
portal-confirmed-no-title = We are back on it
portal-confirmed-no-text = The same colleague has your request again and will be in touch.
portal-solved-title = What solved it

portal-state-waiting_approval = Waiting for approval
portal-nav-catalogue = Catalogue
portal-catalogue-title = What do you need?
portal-catalogue-search = Search the catalogue
portal-catalogue-none-title = Nothing found
portal-catalogue-none-text = Try other words, or tell us in your own.
portal-catalogue-other = Ask for something else
portal-catalogue-needs-approval = This has to be approved before we begin. We ask for it as soon as you send the form.
portal-ask-again = Ask again
portal-approvals-title = My approvals
portal-approvals-empty-title = Nothing waits for you
portal-approvals-empty-text = Requests that need your approval appear here.
portal-approval-question = Do you approve this?
portal-approval-comment = Comment
portal-approval-comment-hint = The requester reads it. Needed when you refuse.
portal-approval-yes = Approve
portal-approval-no = Refuse
portal-approval-decided = This was decided already.
portal-approved-title = Thank you, that is noted
portal-approved-yes = You approved the request.
portal-approved-no = You refused the request; the requester reads your reason.
portal-approval-spent-title = This link is not taken
portal-home-approvals = { $count ->
    [one] One request waits for your approval
   *[other] { $count } requests wait for your approval
}
