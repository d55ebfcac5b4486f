# People, roles, teams, skills, shifts, calendars, and signing in.

people-email = Email
people-password = Password
people-name = Name
people-save = Save
people-saved = Saved
people-cancel = Cancel
people-edit = Edit
people-remove = Remove
people-remove-which = Remove { $name }
people-actions = Actions
people-back = Back
people-copy = Copy
people-copied = Copied
people-none = None
people-never = Never
people-search = Search

# Signing in
people-sign-in-title = Sign in
people-sign-in-submit = Sign in
people-licences = Licences
people-sign-in-forgot = Forgot your password?
people-code-title = One more step
people-code-lead = Enter the code your authenticator app shows now.
people-code = Code
people-code-hint = Six digits. Without your phone, enter one of your recovery codes.
people-code-again = Start again
people-code-expired = That took too long. Please sign in again.
people-forgot-title = Set a new password
people-forgot-lead = Tell us your email address. You will get a letter with a link to set a new password.
people-forgot-submit = Send the link
people-forgot-sent = If this address belongs to an account, a letter is on its way. The link in it works for two hours. Also look into your spam folder.
people-forgot-no-mail = This installation cannot send mail yet. Ask an administrator: they can make you a link to set a new password.
people-forgot-back = Back to sign-in
people-set-password-title = Choose a password
people-set-password-submit = Set password
people-set-password-done = Your password is set. Sign in with it now.
people-set-password-again = Get a new link
people-password-new = New password
people-password-hint = At least 10 characters. A short sentence is easier to remember than a riddle.
people-letter-password-subject = Set your password for Mainstay
people-letter-password-text =
    Hello { $name },

    somebody, probably you, asked for a new password for this address. Open this link within two hours to choose one:

    { $link }

    If it was not you, ignore this letter: nothing changes.

# Your account
people-account-title = Your account
people-account-preferences = Language and time
people-account-saved = Saved
people-account-name-hint = Name and email address are kept by your administrators. Tell them if something is wrong.
people-account-time-zone-hint = Such as Asia/Shanghai. Leave it empty to use that of your site.
people-account-password-changed = Your password is changed. All your other sessions were ended.
people-account-session-ended = That session was ended
people-account-sessions-ended = All your other sessions were ended
people-password-current = Current password
people-password-change = Change password
people-password-change-hint = Changing it ends all your other sessions.
people-second-factor = Second factor
people-second-factor-title = Switch on the second factor
people-second-factor-lead = With a second factor, your password alone opens nothing: signing in also asks for a code from your phone.
people-second-factor-is-on = On
people-second-factor-is-off = Off
people-second-factor-switch-on = Switch on
people-second-factor-switch-off = Switch off second factor
people-second-factor-codes-left = { $count ->
    [0] You have no recovery codes left. Switch the second factor off and on again to get new ones.
    [one] You have one recovery code left.
   *[other] You have { $count } recovery codes left.
}
people-second-factor-step-1 = Install an authenticator app on your phone, if you have none yet.
people-second-factor-step-2 = Scan this picture with it.
people-second-factor-step-3 = Enter the code that the app shows.
people-second-factor-qr = QR code for your authenticator app
people-second-factor-secret = Cannot scan it? Type this secret into the app:
people-second-factor-confirm = Confirm and switch on
people-second-factor-off-title = Switch off the second factor
people-second-factor-off-lead = Afterwards your password alone is enough to sign in.
people-second-factor-off-done = The second factor is off
people-second-factor-off-sure = Switch off the second factor of { $name }? Afterwards their password alone is enough to sign in.
people-recovery-title = Your recovery codes
people-recovery-lead = The second factor is on. If you lose your phone, each of these codes lets you in once.
people-recovery-once = They are shown only now. Print them or keep them in a password manager, not on the phone itself.
people-recovery-done = I have kept it safe
people-sessions = Where you are signed in
people-session-agent = Browser
people-session-address = Address
people-session-since = Since
people-session-this = This one
people-session-end = End
people-session-end-which = End the session in { $agent }
people-sessions-end-others = End all others
people-tokens = API tokens
people-tokens-lead = A token lets a program act in your name, never with more rights than you have yourself.
people-tokens-docs = What the API can do
people-token-new = New token
people-token-new-title = New API token
people-token-name = What is it for?
people-token-name-hint = The program that will use it, such as “monitoring”.
people-token-until = Valid until
people-token-days = { $count } days from now
people-token-forever = Until revoked
people-token-scopes = What it may do
people-token-everything = Everything I may do
people-token-everything-hint = Also what you are allowed later.
people-token-create = Create token
people-token-made-title = Your new token
people-token-once = It is shown only now. Keep it like a password.
people-token-revoke = Revoke
people-token-revoke-sure = Revoke “{ $name }”? Programs that use it will be refused at once.
people-token-revoked = The token is revoked

# People
people-list-title = People
people-add = Add person
people-add-title = Add a person
people-added = Added. Make them a link to set their password, or let them ask for one on the sign-in page.
people-edit-title = Edit person
people-search-placeholder = Name or email
people-filter-staff = Works on tickets
people-filter-inactive = Also inactive
people-list-empty-title = Nobody found
people-list-empty-text = People appear here when you add them, or when they write to you for the first time. Try a shorter part of the name, or include the inactive.
people-inactive = Inactive
people-person-name = Name
people-person = Person
people-section-contact = Contact and place
people-section-work = Work and rights
people-phone = Phone
people-phone-hint = Callers are found by this number, however it is written.
people-organisation = Company
people-department = Department
people-job-title = Job title
people-manager = Manager
people-manager-hint = Mail address. Asked to approve what this person wants.
people-site = Site
people-place = Place
people-place-hint = Building, floor, room, desk.
people-locale = Language
people-locale-of-browser = As the browser asks
people-time-zone = Time zone
people-time-zone-hint = Empty: that of the site.
people-tier = Tier
people-tier-hint = Who has a tier works on tickets and can be assigned some.
people-tier-none = Does not work on tickets
people-tier-1 = L1: takes in and solves at once
people-tier-2 = L2: digs deeper
people-tier-3 = L3: experts
people-calendar = Working hours
people-calendar-of-site = Those of the site
people-calendar-always = Round the clock
people-roles = Roles
people-teams = Teams
people-skills = Skills
people-last-sign-in = Last sign-in
people-password-set = Set
people-password-none = Not set yet
people-activate = Let in again
people-activated = They can sign in again
people-deactivate = Deactivate
people-deactivate-sure = Deactivate { $name }? All their sessions and tokens end at once, and they are given no more work.
people-deactivated = Deactivated. Sessions and tokens were ended.
people-link-make = Password link
people-link-title = A link to set the password
people-link-once = It works once, for two hours, and is shown only now. Hand it over in a way only this person can read.
people-more-rights-than-you = This person has rights that you do not have, so you cannot change their account.

# Roles
people-roles-lead = What each role may do. Built-in roles are fixed; make your own for what they do not fit.
people-role-requester = Employee
people-role-requester-purpose = Reports and follows their own requests.
people-role-technician = Technician
people-role-technician-purpose = First line: takes in, solves, escalates.
people-role-engineer = Engineer
people-role-engineer-purpose = Second and third line: hard cases.
people-role-manager = Manager
people-role-manager-purpose = Leads the desk: teams, shifts, service levels.
people-role-auditor = Auditor
people-role-auditor-purpose = Sees everything, changes nothing.
people-role-admin = Administrator
people-role-admin-purpose = Sets everything up.
people-role-add = New role
people-role-edit = Edit role
people-role-lead = You can give a role only what you may do yourself.
people-role-title = Title
people-role-name = Short name
people-role-name-hint = Small letters, digits, and _ , such as night_watch. It cannot be changed later.
people-role-remove = Remove role
people-role-remove-sure = Remove this role? Whoever has it loses these rights at once.
people-role-removed = The role is removed
people-permission = Permission
people-scope-none = No
people-scope-yes = Yes
people-scope-own = Own
people-scope-team = Team
people-scope-all = All
people-rights-people = People
people-rights-web = Operation
people-rights-desk = Tickets
people-rights-mail = Mail

# Teams
people-team-add = New team
people-team-edit = Edit team
people-team-description = What it is for
people-team-members = Members
people-team-tier-hint = Which level of work comes to this team.
people-team-nobody = Nobody belongs to this team yet, so its tickets cannot be assigned.
people-team-no-staff = Nobody works on tickets yet. Give people a tier first.
people-teams-empty-title = No teams yet
people-teams-empty-text = Tickets are routed to teams. Make one for each group that works together.

# Skills
people-skills-lead = Who can do what, and how well. Automatic assignment weighs this.
people-skills-of = Skills of { $name }
people-skills-all = All skills
people-skills-empty-title = No matrix yet
people-skills-empty-text = It needs skills, and people with a tier. Add the first skill below.
people-skill-add = Add skill
people-skill-title = Title
people-skill-title-hint = What people read, such as “Networks”.
people-skill-name = Short name
people-skill-name-hint = What tickets ask for, such as network. An existing short name gets the new title.
people-skill-remove-sure = Remove “{ $title }”? Everybody's level in it is lost.
people-skill-removed = The skill is removed
people-level-0 = None
people-level-1 = Junior
people-level-2 = Middle
people-level-3 = Senior

# Shifts and absences
people-nav-shifts = Shifts
people-nav-calendars = Calendars
people-shifts = Shifts and absences
people-shifts-lead = Shifts count besides usual hours. Whoever is absent is not assigned anything.
people-shifts-tab = Shifts
people-absences-tab = Absences
people-shifts-empty-title = No shifts ahead
people-shifts-empty-text = People work their usual hours. Add late shifts and nights on call here.
people-absences-empty-title = Nobody will be absent
people-absences-empty-text = Leave, illness, and training appear here. Everybody can also enter their own on their account page.
people-shift-add = Add shift
people-shift-added = The shift is noted
people-shift-removed = The shift is removed
people-absence-add = Add absence
people-absence-added = The absence is noted
people-absence-removed = The absence is removed
people-absences-own = When you are away
people-span-from = From
people-span-to = To
people-span-note = Note
people-span-now = Now
people-span-zone = Times are in { $zone }.
people-span-remove-which = Remove what begins { $when }

# Calendars and sites
people-calendars = Working calendars
people-calendars-lead = Hours, holidays, and make-up days by which clocks run and people work.
people-calendars-empty-title = No calendars yet
people-calendars-empty-text = Without one everything counts round the clock. Add your office hours first.
people-calendar-add = New calendar
people-calendar-edit = Edit calendar
people-calendar-now = Now
people-calendar-open = Open now
people-calendar-closed = Closed now
people-calendar-opens = opens { $when }
people-calendar-week = Usual week
people-calendar-week-hint = Opening and closing time, several spans separated by commas: 09:00-12:00, 13:30-18:00. Empty means closed; the end of the day is 24:00.
people-calendar-special = Special days
people-calendar-holidays = Holidays
people-calendar-holidays-hint = One a line: date, then a name if you like. 2026-10-01 National Day
people-calendar-replaced = Days with hours of their own
people-calendar-replaced-hint = Make-up working days, long or short days. One a line: 2026-10-10 09:00-12:00 13:30-18:00 make-up day
people-calendar-known-until = Holidays known until
people-calendar-known-until-hint = Deadlines after this date are marked as provisional.
people-calendar-known-until-date = Holidays are known until { $date }. Deadlines after that may still move.
people-calendar-known-until-none = Nobody has said until when holidays are known, so deadlines are not marked as provisional.
people-calendar-add-days = Add public holidays
people-calendar-chinese-year = Chinese public holidays of
people-calendar-chinese-add = Add holidays and make-up days
people-calendar-chinese-source = Source: { $source }
people-calendar-make-up-hours = Hours on make-up working days
people-calendar-make-up-hint = Usually those of a Monday.
people-calendar-file = iCalendar file
people-calendar-file-hint = All-day events become holidays; working days marked (班) get the hours above.
people-calendar-import = Import
people-calendar-days-added = The special days were added
people-calendar-skipped = { $count ->
    [one] The rest was added. One event was left out:
   *[other] The rest was added. { $count } events were left out:
}
people-calendar-preview = The next 60 days
people-calendar-day = Day
people-calendar-hours = Hours
people-calendar-why = Why
people-calendar-no-hours = closed
people-monday = Monday
people-tuesday = Tuesday
people-wednesday = Wednesday
people-thursday = Thursday
people-friday = Friday
people-saturday = Saturday
people-sunday = Sunday
people-sites = Sites
people-sites-lead = Where people work: time zone and usual hours for everybody there.
people-sites-empty-title = No sites yet
people-sites-empty-text = Add the places where people work, so that their hours and times are right.
people-site-add = New site
people-site-edit = Edit site

# What can be wrong
error-people-sign_in-wrong = Email and password do not match. Check both and try again.
error-people-sign_in-too_often = Too many attempts. Try again in { $seconds ->
    [one] one second
   *[other] { $seconds } seconds
}.
error-people-sign_in-code_wrong = This code is wrong or was used already. Wait for the next one and enter that.
error-people-password-wrong = This is not your current password.
error-people-password-too_short = Take at least { $min } characters.
error-people-password-too_long = Take at most { $max } characters.
error-people-password-too_common = This is among the first passwords that are guessed. Take another, such as a short sentence.
error-people-password-link_spent = This link was used already or is more than two hours old. Ask for a new one.
error-people-second_factor-already_on = The second factor is already on. Switch it off first to set it up anew.
error-people-user-name_missing = Enter a name.
error-people-user-name_too_long = The name is too long: at most 200 characters.
error-people-user-email_malformed = This is not an email address. Write it as name@example.com.
error-people-user-email_taken = Somebody already has this email address. Search for them in the list, also among the inactive.
error-people-user-locale_unknown = Choose one of the offered languages.
error-people-user-tier_unknown = The tier is 1, 2, or 3.
error-people-user-manager_unknown = Nobody is known by this address; add the manager first.
error-people-user-manager_itself = Somebody cannot be their own manager.
error-people-user-unknown = There is no such person. Choose one from the list.
error-people-user-inactive = This person is inactive. Let them in again first.
error-people-user-last_admin = Somebody must be left who can administer. Make another person administrator first.
error-people-user-not_yourself = You cannot deactivate yourself. Ask another administrator.
error-people-user-more_rights_than_you = This person has rights that you do not have, so you cannot change their account. Ask somebody who has them.
error-people-time_zone_unknown = This time zone is not known. Choose one from the list, such as Asia/Shanghai.
error-people-role-unknown = There is no role “{ $role }”.
error-people-role-name_malformed = Use small letters, digits, and _ , at most 40, and none of the built-in names.
error-people-role-name_taken = There is already a role with this short name.
error-people-role-title_missing = Enter a title.
error-people-role-permission_unknown = One of these permissions does not exist.
error-people-role-scope_unknown = One of these permissions cannot reach that far.
error-people-role-more_than_own = You can give only rights that you have yourself. Take out what goes beyond them, or ask somebody who has them.
error-people-team-unknown = One of these teams does not exist any more. Reload the page.
error-people-team-name_missing = Enter a name.
error-people-team-name_taken = There is already a team with this name.
error-people-skill-name_malformed = Use small letters, digits, and _ , at most 40.
error-people-skill-title_missing = Enter a title.
error-people-skill-level_unknown = A level is 0, 1, 2, or 3.
error-people-skill-unknown = There is no skill “{ $skill }”. Add it first.
error-people-shift-ends_before_it_starts = It must end after it begins.
error-people-shift-too_long = That is longer than two years. Check the year.
error-people-shift-time_malformed = This is not a date and time. Write it as 2026-11-23T09:00.
error-people-shift-note_too_long = The note is too long: at most 200 characters.
error-people-calendar-unknown = This calendar does not exist any more. Choose another.
error-people-calendar-name_missing = Enter a name.
error-people-calendar-name_taken = There is already a calendar with this name.
error-people-calendar-day_twice = { $date } stands both among the holidays and here. Keep one of them.
error-people-calendar-year_unknown = The holidays of this year are not published yet. Choose one of the offered years.
error-people-calendar-file_missing = Choose a file that ends in .ics.
error-people-calendar-file_too_large = The file is too large for a holiday calendar: at most 2 MB.
error-people-site-name_missing = Enter a name.
error-people-site-name_taken = There is already a site with this name.
error-people-token-name_missing = Say what the token is for.
error-people-token-scopes_missing = Choose at least one thing that the token may do.
error-people-token-scope_unknown = “{ $scope }” fits no permission.
error-people-token-expires_in_the_past = The end must lie in the future.
error-people-token-not_by_token = A token cannot make tokens. Sign in with a browser and make it on your account page.
error-people-cursor_malformed = This is not a cursor of this list. Leave it out to begin at the start.

# Permissions
permission-people-user-read = Look up people, teams, skills, and shifts
permission-people-user-manage = Add, change, and deactivate people
permission-people-team-manage = Make and change teams
permission-people-role-read = See roles and what they may do
permission-people-role-manage = Make and change roles
permission-people-skill-manage = Keep the skill matrix
permission-people-shift-manage = Enter shifts and others' absences
permission-people-calendar-manage = Keep working calendars and sites

# The log
event-people-user-added = added the person
event-people-user-changed = changed the record
event-people-user-deactivated = deactivated the person
event-people-user-activated = let the person in again
event-people-user-roles = changed the roles
event-people-user-teams = changed the teams
event-people-user-skills = changed the skills
event-people-sign_in-succeeded = signed in
event-people-sign_in-failed = tried to sign in without success
event-people-password-changed = set a new password
event-people-password-reset_asked = asked for a link to set the password
event-people-second_factor-on = switched on the second factor
event-people-second_factor-off = switched off the second factor
event-people-session-ended = ended sessions
event-people-token-created = created an API token
event-people-token-revoked = revoked an API token
event-people-role-saved = saved the role
event-people-role-removed = removed the role
event-people-team-added = added the team
event-people-team-changed = changed the team
event-people-skill-saved = saved the skill
event-people-skill-removed = removed the skill
event-people-calendar-added = added the calendar
event-people-calendar-changed = changed the calendar
event-people-site-saved = saved the site
event-people-shift-added = noted a shift
event-people-shift-removed = removed a shift
event-people-absence-added = noted an absence
event-people-absence-removed = removed an absence
people-search-kind-person = Person
