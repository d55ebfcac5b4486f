# What working calendars say: why time runs or stands still, and what is wrong with a calendar.

worktime-open = Working hours
worktime-replaced = Special hours
worktime-replaced-named = Special hours: { $name }
worktime-night = Outside hours
worktime-break = Break
worktime-weekend = Day off
worktime-holiday = Holiday
worktime-holiday-named = Holiday: { $name }
worktime-provisional = Public holidays are known until { $date }; this time may still move.

worktime-skipped-not-all-day = Line { $line }: “{ $summary }” has hours, so it is not a holiday.
worktime-skipped-repeats = Line { $line }: “{ $summary }” repeats by rule; export it with its single dates.
worktime-skipped-cancelled = Line { $line }: “{ $summary }” was cancelled.

error-worktime-unknown_time_zone = “{ $name }” is not a known time zone. Use a name such as Asia/Shanghai or Europe/Berlin.
error-worktime-unreadable_hours = “{ $text }” cannot be read as hours. Write opening and closing time as 09:00-18:00, at the latest 24:00.
error-worktime-hours_backwards = “{ $text }” closes before it opens. Split hours past midnight: 22:00-24:00 here and 00:00-06:00 on the next day.
error-worktime-overlapping_hours = { $first } and { $second } overlap. Make them one span or separate them.
error-worktime-missing_hours = This date has no hours. Add some, or list it as a holiday.
error-worktime-unreadable_date = “{ $text }” is not a date. Write it as 2026-10-01.
error-worktime-never_opens = This calendar never opens. Give at least one day hours.
error-worktime-no_opening = This calendar has no opening left after { $after }. Add weekly hours or later dates.
error-worktime-out_of_range = The answer would lie outside the years 1900 to 2299. Choose a nearer time or a shorter duration.
error-worktime-negative_duration = The duration is negative. Give zero or more.
error-worktime-not_icalendar = This is not an iCalendar file. Choose a file that ends in .ics.
error-worktime-unreadable_event = Line { $line } cannot be read: “{ $text }”. Correct this event or remove it from the file.
