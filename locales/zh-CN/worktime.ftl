# 工作日历的文字：为什么计时或停表，以及日历哪里填错了。

worktime-open = 工作时间
worktime-replaced = 特殊工作时间
worktime-replaced-named = 特殊工作时间：{ $name }
worktime-night = 非工作时段
worktime-break = 午间或班间休息
worktime-weekend = 休息日
worktime-holiday = 节假日
worktime-holiday-named = 节假日：{ $name }
worktime-provisional = 节假日安排目前公布到 { $date }，此时间今后可能调整。

worktime-skipped-not-all-day = 第 { $line } 行：“{ $summary }”带有具体时刻，不算节假日，已跳过。
worktime-skipped-repeats = 第 { $line } 行：“{ $summary }”是按规则重复的日程，请改为逐日导出。
worktime-skipped-cancelled = 第 { $line } 行：“{ $summary }”已取消，已跳过。

error-worktime-unknown_time_zone = 没有名为“{ $name }”的时区，请填写 Asia/Shanghai、Europe/Berlin 这样的名称。
error-worktime-unreadable_hours = 看不懂“{ $text }”。请按 09:00-18:00 的格式填写起止时间，最晚到 24:00。
error-worktime-hours_backwards = “{ $text }”的结束时间不晚于开始时间。跨零点的时段请拆开：当天填 22:00-24:00，次日填 00:00-06:00。
error-worktime-overlapping_hours = { $first } 与 { $second } 有重叠，请合并成一段或错开。
error-worktime-missing_hours = 这一天没有填写时间。请补上，或改列为节假日。
error-worktime-unreadable_date = “{ $text }”不是有效日期，请按 2026-10-01 的格式填写。
error-worktime-never_opens = 这份日历没有任何工作时间，请至少为一天填写时间。
error-worktime-no_opening = { $after } 之后，这份日历再没有工作时间。请补充每周的时间或更晚的日期。
error-worktime-out_of_range = 结果超出 1900 年至 2299 年的范围，请选更近的时间或更短的时长。
error-worktime-negative_duration = 时长不能为负，请填写零或正数。
error-worktime-not_icalendar = 这不是 iCalendar 文件，请选择扩展名为 .ics 的日历文件。
error-worktime-unreadable_event = 第 { $line } 行无法识别：“{ $text }”。请在文件中改正或删除这一日程。
