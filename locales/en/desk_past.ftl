# History in: what an import refuses, and why.
error-desk-import-mapping_unreadable = The mapping cannot be read: { $why }
error-desk-import-mapping_wrong = The mapping's { $key } cannot be “{ $value }”; docs/import.md lists what it takes
error-desk-import-file_unreadable = The file { $file } cannot be read: { $why }
error-desk-import-column_unknown = The file has no column “{ $column }”; it has: { $known }
error-desk-import-row_width = The row has another number of fields than the heading; quote fields that contain the delimiter
error-desk-import-row_letters = The row is not UTF-8; convert the file first
error-desk-import-row_json = The line is not a JSON object; write one object on each line
error-desk-import-value_missing = A value is needed here; fill the column, or name another one in the mapping
error-desk-import-value_unknown = The mapping does not say what this means; add it to the values, or set unknown = "keep" or "default"
error-desk-import-date_unreadable = This is not a date in any of the ways the mapping lists; add its way to dates
error-desk-import-in_future = This time has not come yet; check time_zone and the order of day and month in dates
error-desk-import-before_opening = This is before the ticket was opened; check the columns and the order of day and month
error-desk-import-number_unreadable = This is not a whole number from 0 on
error-desk-import-list_unreadable = This is not a JSON list
error-desk-import-id_twice = The id stands in more than one row; if each row is an event of a ticket, add [log] to the mapping
error-desk-import-address_malformed = This is not a mail address; make one with a text such as {"{"}column|slug{"}"}@old.invalid
error-desk-import-person_unknown = Nobody here has this address; add the person first, or set create = true
error-desk-import-team_unknown = No team here has this name; add the team first, or set create = true

# The board.
desk-board-title = Board
desk-board-open = Open
desk-board-unassigned = Unassigned
desk-board-overdue = Overdue
desk-board-waiting = Waiting
desk-board-arrivals = New tickets by the hour, last 24 hours
desk-board-who = Who has what
desk-board-person = Person
desk-board-idle = Nobody has an open ticket.
desk-board-late = Overdue
desk-board-none-late = Nothing is overdue.

# Figures.
desk-figures-title = Figures
desk-figures-from = From
desk-figures-to = To
desk-figures-team = Team
desk-figures-all-teams = All teams
desk-figures-show = Show
desk-figures-opened = Reported
desk-figures-solved = Solved
desk-figures-met = In time
desk-figures-missed = Too late
desk-figures-first_contact = Solved at first contact
desk-figures-reopened = Came back
desk-figures-bounced = Handed on
desk-figures-times = Times
desk-figures-times-hint = As the requester waited, nights and holidays included. ≈ is read from sums and within a tenth.
desk-figures-response = First response
desk-figures-solution = Solution
desk-figures-tickets = Tickets
desk-figures-ticket = Ticket
desk-figures-backlog = Open tickets by age
desk-figures-age-0 = up to 1 day
desk-figures-age-1 = 1 to 3 days
desk-figures-age-2 = 3 to 7 days
desk-figures-age-3 = 7 to 30 days
desk-figures-age-4 = over 30 days
desk-figures-by-priority = Reported by priority
desk-figures-table = As a table
desk-figures-day = Day
desk-figures-name = Figure
desk-figures-value = Value
desk-figures-more = More
desk-figures-none = No such ticket
desk-figures-none-text = In this period no ticket counts here. Choose another period or team.
error-desk-figures-day_wrong = This is not a day; write it as 2026-03-02
error-desk-figures-team_wrong = There is no such team
error-desk-figures-period_wrong = The period ends before it begins; swap the days
