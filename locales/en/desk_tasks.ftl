### Tasks for several teams.

desk-task_state-waiting = Not yet
desk-task_state-open = To do
desk-task_state-done = Done
desk-task_state-skipped = Skipped

desk-tasks-title = My tasks
desk-tasks-mine = In my hands
desk-tasks-teams = My teams
desk-tasks-card = Tasks
desk-tasks-task = Task
desk-tasks-ticket = Ticket
desk-tasks-due = Due
desk-tasks-overdue = Overdue
desk-tasks-who = Taken by
desk-tasks-act = Action
desk-tasks-empty = Nothing to do
desk-tasks-empty-text = Tasks of your teams appear here.
desk-tasks-take = Take
desk-tasks-take-named = Take “{ $title }”
desk-tasks-finish = Done
desk-tasks-finish-named = Done: “{ $title }”
desk-tasks-return = Put back
desk-tasks-skip = Not needed
desk-tasks-remark = Remark
desk-tasks-remark-hint = Only the desk reads it. Needed when you skip the task.
desk-tasks-add = Add a task
desk-tasks-team-of-ticket = Team of the ticket
desk-tasks-team-of-category = Team of the category
desk-tasks-hours = Working hours
desk-tasks-hours-hint = Due after so many working hours; leave it empty for no due date.
desk-tasks-in-hours = { $count } h
desk-tasks-stage = Stage { $stage }
desk-tasks-stage-label = Stage
desk-tasks-stage-hint = Tasks of one stage run side by side; the next stage begins when all are done.
desk-tasks-taken = You took the task
desk-tasks-finished = Task done
desk-tasks-skipped = Task skipped
desk-tasks-put-back = Task put back
desk-tasks-added = Task added
desk-tasks-of-type = Tasks
desk-tasks-of-type-none = No tasks.
desk-tasks-of-type-new = Add a task
desk-tasks-of-type-edit = Task
desk-tasks-of-type-remove = Remove this task
desk-tasks-of-type-remove-sure = Remove this task? What was asked for already keeps it.

desk-notice-task_opened = Tasks can begin (to their team)
desk-notice-tasks_done = All tasks are done (to the owner)
desk-mail-task-due = {" "}(due { $at })
desk-mail-sample-tasks = - Create the account (due Tue, 3 Mar 2026, 14:00)

desk-page-change-task-opened = tasks for { $team }: { $titles }
desk-page-change-task-taken = took the task “{ $titles }”
desk-page-change-task-put-back = put back the task “{ $titles }”
desk-page-change-task-done = did “{ $titles }”. { $remark }
desk-page-change-task-skipped = skipped “{ $titles }”: { $remark }
desk-page-change-tasks-withdrawn = its open tasks were withdrawn
desk-page-change-tasks-done = all tasks are done: ready to be resolved

event-desk-ticket-task_opened = tasks can begin
event-desk-ticket-task_taken = took a task
event-desk-ticket-task_put_back = put back a task
event-desk-ticket-task_done = did a task
event-desk-ticket-task_skipped = skipped a task
event-desk-ticket-tasks_done = all tasks are done

error-desk-catalogue-too_many_tasks = At most { $max } tasks
error-desk-task-title_missing = Say what is to be done
error-desk-task-stage_wrong = Choose a stage from 1 to { $max }
error-desk-task-hours_wrong = Write 1 to { $max } working hours, or leave it empty
error-desk-task-team_unknown = There is no such team; choose one from the list
error-desk-task-reason_missing = Say why it is not needed
error-desk-task-cursor_malformed = Send “next” of the answer before
error-desk-task-not_yet = This task belongs to stage { $stage }; an earlier stage is not done yet.
error-desk-task-settled = This task is done or skipped already.
error-desk-task-taken = Somebody else took this task. Ask them to put it back.
error-desk-task-ticket_not_open = #{ $number } is not open any more. Reopen it to add a task.
error-desk-task-too_many = A ticket has at most { $max } tasks.
error-desk-task-undone = { $count ->
    [one] 1 task of #{ $number } is still to be done. Finish or skip it first.
   *[other] { $count } tasks of #{ $number } are still to be done. Finish or skip them first.
}
