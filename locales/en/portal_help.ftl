# Help: search first. Plain words, no jargon.

portal-help-title = Help
portal-help-box = What is the matter?
portal-help-hint = What is the matter? For example “printer does nothing”
portal-help-guides = Answer a few questions
portal-help-popular = Read most these days
portal-help-meant = Did you mean
portal-help-none = Nothing about “{ $text }” yet
portal-help-none-text = Try other words, or tell us: somebody will look at it.
portal-help-report = Report it
portal-help-found = { $count ->
    [one] One answer
   *[other] { $count } answers
  }
portal-help-offers = You can ask for
portal-help-else = Nothing here helps?
portal-help-helped = { $count ->
    [one] helped one person
   *[other] helped { $count } people
  }
portal-help-perhaps = Perhaps this helps
portal-help-nothing-yet = No answer fits so far. Go on: the desk will help.
portal-help-open = Open as a page
portal-help-trail = Where you are
portal-help-back = Back to “{ $text }”
portal-help-other-language = This answer has not been translated yet.
portal-help-outdated = This answer is being renewed. Parts of it may no longer be right.
portal-help-did-it = Did this solve it?
portal-help-solved = This solved it
portal-help-unsolved = It did not
portal-help-said-yes = You said it did.
portal-help-said-no = You said it did not.
portal-help-glad = Good to hear.
portal-help-glad-text = You need not report anything.
portal-help-done = Done
portal-help-sorry = Then somebody should look at it.
portal-help-sorry-text = Report it, or tell us what was wrong with the answer.
portal-help-reason = What did not work? (if you like)
portal-help-reason-send = Send this remark
portal-help-updated = Updated { $when }
portal-help-restart = Start again
portal-help-none-fits = None of these: report it
portal-help-all = All answers
portal-nav-help = Help
portal-nav-sign-in = Sign in
portal-nav-training = Training
