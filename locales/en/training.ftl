# Training: courses, sessions, tests, and the hours of a year.
training-title = Training
training-mine = My courses
training-nav-help = Help
training-nav-report = Report a problem
training-nav-requests = My requests
training-empty-title = No courses yet
training-empty-text = Courses that somebody assigns to you appear here, with the day by which they are due.
training-hours-mine = Hours this year
training-no-time = 0 h
training-hours-of = { $have } of { $wanted }
training-held = Sessions you hold
training-sessions-mine = Your next sessions
training-open = To do
training-offered = Open to everybody
training-done = Done
training-course = Course
training-due = Due
training-due-on = Due { $day }
training-late = Overdue
training-parts-done = Parts done
training-done-at = Done on
training-minutes = Length
training-parts = Parts
training-part-done = Done
training-is-done = Course done
training-begin = Start
training-go-on = Go on
training-manage = Manage
training-look = See as a learner
training-edit = Edit
training-save = Save
training-saved = Saved
training-cancel = Cancel
training-back = Back
training-show = Show
training-before = Previous
training-after = Next
training-older = Older
training-more-people = More people
training-kind-article = Article
training-kind-file = Video or file
training-kind-session = Session
training-kind-test = Test
training-open-article = Open the article on its own page
training-tick = Done, go on
training-untick = Not done after all
training-ticked = Part done
training-unticked = Part is open again
training-all-done = Well done. That was the whole course.
training-hidden-title = Not open to you
training-hidden-text = You may not see what this part shows. Ask whoever assigned the course.
training-place = Place
training-length = Length
training-trainer = Trainer
training-seats = Seats
training-seats-left = Seats left
training-seat-mine = You have a seat
training-seat-take = Take a seat
training-seat-taken = You have a seat
training-seat-give-back = Give the seat back
training-seat-given-back = Seat given back
training-full = No seats left. Seats that others give back appear here.
training-no-dates-title = No dates yet
training-no-dates-text = Dates to sign up for appear here as soon as they are set.
training-session = Session
training-session-off = Cancelled
training-session-is-off = This session does not take place. Whoever had a seat was told.
training-who-comes = Who comes
training-who-was-there = Who was there
training-was-missing = was not there
training-nobody-has-a-seat = Nobody has a seat yet.
training-others = Came without a seat
training-others-hint = Mail addresses, separated by commas
training-attendance-save = Save attendance
training-attendance-saved = Attendance saved
training-attendance-later = Once it has begun, you tick here who is there.
training-cancel-sure = Cancel this session? Everybody with a seat gets a mail.
training-session-cancel = Cancel session
training-session-cancelled = Session cancelled
training-pass-at = Pass mark: { $percent } %. Three attempts a day.
training-passed-text = You passed. These are the right answers.
training-wait-until = Three attempts in a day are used. The next one is possible from { $at }.
training-choose-all = Several answers are right. Choose all of them.
training-hand-in = Hand in
training-right = Right
training-chosen = Your answer
training-attempts = Your attempts
training-score = { $right } of { $questions } right
training-passed = Passed
training-not-passed = Not passed
training-test-passed = Passed
training-test-failed = Not passed yet. Read again and try once more.

training-courses = Courses
training-no-courses-title = No courses yet
training-no-courses-text = Make a course from articles, videos, sessions, and a short test, then assign it to people, teams, or roles.
training-course-new = New course
training-course-edit = Edit course
training-course-added = Course made. Add its parts.
training-state = State
training-state-draft = Draft
training-state-open = Open
training-state-closed = Closed
training-people = People
training-open-course = Open course
training-opened = Course is open
training-close = Close course
training-closed = Course is closed
training-is-for-all = For everybody
training-one-language = One language is enough; readers of the other see this one.
training-begins-with = It begins with article KB-{ $number }.
training-title-en = Title in English
training-title-zh = Title in Chinese
training-description-en = Description in English
training-description-zh = Description in Chinese
training-minutes-counted = Minutes that count
training-minutes-hint = Counted when all parts are done. Sessions count by themselves.
training-for-all = Whoever likes may take it
training-for-all-hint = Otherwise only those to whom it is assigned see it
training-no-parts-text = No parts yet. Add the first below, then open the course.
training-up = Move up: { $part }
training-down = Move down: { $part }
training-part-remove = Take out: { $part }
training-part-remove-sure = Take this part out? Whoever has done all the others is done.
training-part-removed = Part taken out
training-part-new = New part
training-part-edit = Edit part
training-part-added = Part added
training-add-article = Add article
training-add-file = Add video or file
training-add-session = Add session
training-add-test = Add test
training-questions-count = { $count ->
    [one] 1 question
   *[other] { $count } questions
}
training-article = Number of the article
training-article-hint = For example 12 for KB-12. Learners read it with their own rights.
training-file = File
training-file-article = Number of the article that holds the file
training-file-article-hint = Videos and files are uploaded to an article first, so that they are kept and found there.
training-no-files = This article has no files, or it is not yours to see.
training-show-files = Show its files
training-title-of-article = Leave both empty to take the title of the article.
training-session-hint = Add dates after saving. Learners take a seat in one of them.
training-pass-percent = Pass mark in percent
training-questions-hint = One line for the question, then one line for each answer. Put [x] before the right ones and [ ] before the others, and an empty line between questions:
training-questions-example =
    Which of these mails is not what it says?
    {"["} ] The invitation to Monday’s meeting
    {"["}x] The one that asks for your password
training-questions-en = Questions in English
training-questions-zh = Questions in Chinese
training-session-add = Add a date
training-session-added = Date added
training-session-form = Date
training-starts-at = Begins
training-place-hint = A room, or the link to the call
training-trainer-other = Another trainer (mail address)
training-trainer-other-hint = Only if the person is not in the list
training-assignments = Assigned to
training-assign = Assign
training-assigned = Assigned
training-assign-later = Open the course first, then assign it.
training-assign-people = People
training-assign-people-hint = Mail addresses, separated by commas
training-assign-teams = Teams
training-assign-roles = Roles
training-person = Person
training-team = Team
training-target-person = Person
training-target-role = Role
training-withdraw = Take back from { $who }
training-withdraw-sure = Take this back? Whoever has not begun no longer has the course.
training-withdrawn = Assignment taken back
training-totals = { $done } of { $people } have done it.

training-hours = Training hours
training-year = Year
training-all-people = Everybody
training-email = Mail address
training-hours-have = Hours
training-hours-wanted = Hours wanted
training-average = Average
training-reached = Reached
training-share = Share
training-courses-done = Courses done
training-courses-open = Courses due
training-courses-late = Courses overdue
training-nobody-title = Nobody to show
training-nobody-text = You see the people of your teams and those you lead. Ask an administrator to put you into a team.
training-hours-a-year = Hours a year
training-hours-a-year-hint = What each person should reach; shown on their page and in the table of hours.

training-mail-assigned-subject = New course: { $title }
training-mail-assigned-text = Please take the course “{ $title }” by { $due }.

    Start here: { $link }
training-mail-assigned-text-open = The course “{ $title }” is ready for you.

    Start here: { $link }
training-mail-overdue-subject = Overdue: { $title }
training-mail-overdue-text = The course “{ $title }” was due on { $due } and is not done yet.

    Go on here: { $link }
training-mail-reminder-subject = Reminder: { $title }, { $at }
training-mail-reminder-text = You have a seat in “{ $title }”.

    When: { $at }
    Where: { $place }

    If you cannot come, give the seat back so that somebody else can: { $link }
training-mail-moved-subject = Changed: { $title }, { $at }
training-mail-moved-text = Your session of “{ $title }” has a new time or place.

    When: { $at }
    Where: { $place }

    Details: { $link }
training-mail-cancelled-subject = Cancelled: { $title }, { $at }
training-mail-cancelled-text = Your session of “{ $title }” on { $at } does not take place.

    Other dates: { $link }

permission-training-learn = Take courses
permission-training-teach = Make courses, hold sessions, assign training
permission-training-report = See training hours
permission-training-settings = Set how many training hours are wanted
event-training-course_added = Course made
event-training-course_changed = Course changed
event-training-state_changed = Course opened or closed
event-training-part_added = Part of course added
event-training-part_changed = Part of course changed
event-training-part_removed = Part of course taken out
event-training-assigned = Course assigned
event-training-unassigned = Assignment of course taken back
event-training-part_ticked = Part of course done or not
event-training-test_taken = Test taken
event-training-course_done = Course done
event-training-course_reopened = Course no longer done
event-training-session_added = Training session set
event-training-session_changed = Training session changed
event-training-session_cancelled = Training session cancelled
event-training-signed_up = Seat in training session taken
event-training-signed_off = Seat in training session given back
event-training-attendance = Attendance of training session said
event-training-reminded = Reminded of training session
event-training-overdue = Course overdue

error-training-not_open = This course is not open. Open it first, or ask whoever looks after it.
error-training-changed_meanwhile = Somebody changed it meanwhile. Reload the page and enter your change again.
error-training-no_such_step = A course that was opened cannot become a draft again. Close it instead.
error-training-no_parts = Add at least one part first.
error-training-last_part = An open course has at least one part. Add another first, or close the course.
error-training-title_missing = Enter a title in at least one language.
error-training-too_long = Enter at most { $most } letters.
error-training-minutes_range = Enter 0 to { $most } minutes.
error-training-number_range = Enter a number from 1 to { $most }.
error-training-parts_most = A course has at most { $most } parts.
error-training-article_unknown = There is no published article KB-{ $number } that you may see. Check the number.
error-training-file_unknown = This file is not one of the article’s. Choose another.
error-training-percent_range = Enter 1 to 100 percent.
error-training-questions_range = Enter 1 to { $most } questions.
error-training-question_long = Question { $number }: use at most { $letters } letters a line.
error-training-question_empty = Question { $number }: a question or answer is empty.
error-training-choices_range = Question { $number }: give 2 to { $most } answers.
error-training-none_right = Question { $number }: mark at least one answer with [x].
error-training-questions_differ = { $en } questions in English, { $zh } in Chinese. Write the same questions in both, or leave one empty.
error-training-answers_differ = Question { $number }: answers or marks differ between the languages. Make them the same.
error-training-answer_first = Line { $line } is an answer without a question. Write the question on the line before it.
error-training-not_answered = Choose an answer.
error-training-passed_already = You passed this test already.
error-training-attempts_used = Three attempts in a day are used. Try again tomorrow.
error-training-not_by_hand = This part is not ticked by hand: a test is passed, and the trainer ticks a session.
error-training-done_already = This course is done; nothing of it is taken back.
error-training-nobody_chosen = Choose at least one person, team, or role.
error-training-targets_most = Assign to at most { $most } at once.
error-training-target_unknown = This person, team, or role does not exist any more. Choose another.
error-training-address_unknown = Nobody here has the address { $address }. Check it.
error-training-due_past = This day is past. Choose today or later.
error-training-day_malformed = Enter a day, for example 2026-03-09.
error-training-time_malformed = Enter a day and a time.
error-training-time_past = This time is past. Choose a later one.
error-training-place_length = Enter a place of at most { $most } letters.
error-training-seats_taken = { $count } seats are taken. Enter that many or more.
error-training-session_cancelled = This session was cancelled. Choose another date.
error-training-session_begun = This session has begun.
error-training-session_to_come = The session has not begun. Say who was there once it has.
error-training-no_seat = The last seat was just taken. Choose another date.
error-training-another_date = You have a seat on another date. Give that one back first.
error-training-attended_already = You attended this session already.
