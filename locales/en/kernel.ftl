# What the kernel says by itself: units, distances in time, common words, and errors every part can meet.

kernel-language-en = English
kernel-language-zh-CN = 简体中文

kernel-relative-now = just now
kernel-relative-minute-past = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
kernel-relative-hour-past = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
kernel-relative-day-past = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}
kernel-relative-month-past = { $count ->
    [one] 1 month ago
   *[other] { $count } months ago
}
kernel-relative-year-past = { $count ->
    [one] 1 year ago
   *[other] { $count } years ago
}
kernel-relative-minute-future = { $count ->
    [one] in 1 minute
   *[other] in { $count } minutes
}
kernel-relative-hour-future = { $count ->
    [one] in 1 hour
   *[other] in { $count } hours
}
kernel-relative-day-future = { $count ->
    [one] in 1 day
   *[other] in { $count } days
}
kernel-relative-month-future = { $count ->
    [one] in 1 month
   *[other] in { $count } months
}
kernel-relative-year-future = { $count ->
    [one] in 1 year
   *[other] in { $count } years
}

kernel-unit-second = { $count } s
kernel-unit-minute = { $count } min
kernel-unit-hour = { $count } h
kernel-unit-day = { $count } d
kernel-unit-working-day = { $count ->
    [one] 1 working day
   *[other] { $count } working days
}
kernel-unit-bytes = { $count } B

# Common words, for buttons and tables of every part.
kernel-word-yes = Yes
kernel-word-no = No
kernel-word-none = None
kernel-word-all = All
kernel-word-unknown = Unknown
kernel-word-save = Save
kernel-word-cancel = Cancel
kernel-word-close = Close
kernel-word-delete = Delete
kernel-word-edit = Edit
kernel-word-add = Add
kernel-word-remove = Remove
kernel-word-back = Back
kernel-word-next = Next
kernel-word-previous = Previous
kernel-word-search = Search
kernel-word-name = Name
kernel-word-email = Email
kernel-word-time = Time
kernel-word-system = System
kernel-word-optional = optional

# What acts when no person does.
kernel-actor-system = System
kernel-actor-anonymous = Somebody not signed in

# Errors by kind, used when nothing more exact is known.
error-kernel-invalid = Some fields need your attention.
error-kernel-unauthenticated = Sign in to continue.
error-kernel-forbidden = You may not do this. Ask an administrator for the permission.
error-kernel-not_found = This does not exist, or you may not see it.
error-kernel-conflict = Somebody changed this at the same time. Reload and try again.
error-kernel-too_large = This is too large.
error-kernel-too_many = Too many attempts. Wait a moment and try again.
error-kernel-unavailable = This is not possible right now. Nothing was lost; try again in a moment.
error-kernel-internal = Something went wrong on our side. Try again; if it happens again, tell an administrator the number of this request.

error-kernel-db-no_row = This does not exist, or you may not see it.
error-kernel-db-unique = This already exists. Choose another value.
error-kernel-db-foreign_key = This refers to something that no longer exists, or something still refers to it.
error-kernel-db-unavailable = The database does not answer. Nothing was stored; try again in a moment.
error-kernel-db-busy = The database is busy. Nothing was stored; try again in a moment.
error-kernel-db-full = The disk is full. Nothing was stored; tell an administrator.
error-kernel-db-bad_url = The address of the database cannot be understood. Write it like postgres://user@host/name.
error-kernel-db-contention = Others changed the same thing at the same time. Nothing was stored; try again.
error-kernel-db-migration_changed = The migration { $name } of { $slice } was changed after it had been applied. Restore its text and add a new migration instead.

error-kernel-db-held = This installation is being moved or restored at this moment. Start again when that is done.
error-kernel-db-in_use = Another Mainstay program is using this database. Stop the server and everything that hands it mail, then try again.

error-kernel-backup-nothing_there = There is no installation here. Name the right place with --data or --database.
error-kernel-backup-not_one = { $file } is no backup of Mainstay.
error-kernel-backup-unreadable = { $file } cannot be read. Check that it exists and that this account may read it.
error-kernel-backup-damaged = The backup is damaged or cut off. Nothing was touched; take another copy of it, or an older backup.
error-kernel-backup-other_format = { $file } has a format that this program does not know. Use the version of Mainstay that wrote it, or a later one.
error-kernel-backup-newer = The backup was written by a later program ({ $program }): this one ({ $own }) does not know the migration { $name }. Nothing was touched; install that version or a later one.
error-kernel-backup-database_newer = A later program has worked on this database: this one ({ $own }) does not know the migration { $name }. Use the program that serves it.
error-kernel-backup-other_text = The migration { $name } has another text in this program ({ $own }) than in the one that ran it. Nothing was touched; use that program.
error-kernel-backup-table_differs = The table { $table } does not have the columns that its migrations make. Nothing was touched.
error-kernel-backup-target_not_empty = The database is not empty: it has the table { $table }. Name an empty one with --database, or another folder with --data.
error-kernel-backup-broken_reference = A row of the table { $table } refers to something that is not there. Nothing was kept; run mainstay doctor where the data came from.
error-kernel-backup-differs = What was written to the table { $table } reads back differently. Nothing was kept; check the disk and the database server.
error-kernel-backup-exists = { $file } exists and is no backup. Choose another name, so that nothing is overwritten by mistake.
error-kernel-backup-running = Another backup is just being written to { $file }. Wait for it, or choose another name.
error-kernel-backup-disk_full = There is no room for { $file }. Nothing new was left there; make room and try again.
error-kernel-backup-unwritable = { $file } cannot be written. Check that the folder exists and that this account may write there.
error-kernel-backup-no_room = Restoring needs about { $needed }, and only { $free } are free in { $folder }. Nothing was touched; make room or name another folder.
error-kernel-backup-value_too_large = A single value is larger than a backup can hold. Nothing was written.
error-kernel-backup-other_side_gone = The work broke off because its other half ended.

error-kernel-id-malformed = This is not a valid identifier.
error-kernel-time-malformed = Write the time like 2026-11-21T19:18:00Z.
error-kernel-time-unknown_zone = There is no time zone “{ $zone }”. Choose one such as Asia/Shanghai.
error-kernel-locale-unknown = There is no language “{ $locale }”. Choose en or zh-CN.

error-kernel-file-too_large = The file is too large. The limit is { $max }.
error-kernel-file-hash_malformed = This is not the name of a stored file.
error-kernel-file-not_found = This file does not exist, or you may not see it.
error-kernel-file-unavailable = The file could not be stored or read right now. Nothing was lost; try again in a moment, and tell an administrator when it goes on.
error-kernel-file-damaged = This file is damaged on disk. Tell an administrator; a backup may hold it.
error-kernel-file-interrupted = The upload was interrupted. Try again.

error-kernel-search-unavailable = Search is not available right now. Try again in a moment.
error-kernel-search-malformed = The search could not be understood. Use plain words.
error-kernel-search-rebuilding = The search index is already being rebuilt.
error-kernel-search-file_unreadable = { $file } cannot be read at line { $line }. It must hold one JSON object on each line.

error-kernel-event-cursor_malformed = This place in the list does not exist. Start from the beginning.

event-kernel-event-personal_erased = Erased the personal data of earlier entries
event-kernel-link-added = Linked to another item
event-kernel-link-removed = Removed a link to another item
event-kernel-setting-changed = Changed a setting
event-kernel-setting-cleared = Set a setting back to its default

kernel-outgoing-bad-address = The address is not one of the web.
kernel-outgoing-unknown-host = The name of the host was not found.
kernel-outgoing-internal = The host is an internal address. An administrator can allow its network with `outgoing_networks`.
kernel-outgoing-unreachable = The host did not answer, or the connection broke.
kernel-outgoing-too-slow = The host took longer than 10 seconds.
