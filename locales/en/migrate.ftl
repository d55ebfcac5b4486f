# Leaving another desk: what an import says, and why it refuses something.
migrate-report-taken = Taken from { $desk }: { $tickets } tickets with { $articles } articles and { $files } files, { $people } people and { $teams } teams new, { $linked } links.
migrate-report-would = From { $desk } would be taken: { $tickets } tickets with { $articles } articles and { $files } files, { $people } people and { $teams } teams new, { $linked } links. Nothing was written.
migrate-report-known = Here before and passed over: { $count }.
migrate-report-refused = Refused: { $count }. Mend what is named above and run the command again.
migrate-report-unlinked = Links to tickets that are not here: { $count }.
migrate-report-none = none
migrate-refusal = { $file }, row { $row }, { $subject } { $field } “{ $value }”: { $reason }
migrate-field-state = State
migrate-field-priority = Priority
migrate-field-type = Type
migrate-field-urgency = Urgency
migrate-field-impact = Impact
migrate-field-channel = Channel
migrate-field-category = Category
migrate-field-team = Team

# The note on every ticket that was taken over.
migrate-note-from = Taken over from { $desk }, { $reference }.
migrate-note-line = { $name }: { $value }
migrate-note-category = Category
migrate-note-satisfaction = Satisfaction
migrate-note-time = Time spent
migrate-note-minutes = { $minutes } min
migrate-note-lost = File not in the export

# Refusals.
error-migrate-folder_unreadable = { $file } cannot be read: { $why }
error-migrate-folder_is_file = { $file } is not a folder; unpack the archive and name the folder
error-migrate-file_missing = The export has no { $file }; docs/leave-another-desk.md lists the files of each desk
error-migrate-json_broken = The JSON is broken here ({ $why }); fetch this file again
error-migrate-map_unreadable = The mapping file cannot be read: { $why }
error-migrate-map_wrong = The mapping file's { $key } cannot be “{ $value }”; docs/leave-another-desk.md lists what it takes
error-migrate-value_missing = A value is needed here; fetch the file again with all its fields
error-migrate-number_unreadable = This is not a number
error-migrate-date_unreadable = This is not a date; it is read as ISO 8601, without a zone in the mapping file's time_zone
error-migrate-in_future = This time has not come yet; check time_zone in the mapping file
error-migrate-before_opening = This is before the ticket was opened; mend it over there, or in the file
error-migrate-word_unknown = Nobody has said what this means here; add it to [{ $section }] of the mapping file
error-migrate-code_unknown = This code is not in the other desk's documentation; mend it in the file
error-migrate-row_unknown = { $file } has no such row; export that table again
error-migrate-requester_missing = The ticket names no requester; name a stand-in as requester in the mapping file
error-migrate-person_unknown = The export has nobody with this id; fetch all users again, or name a stand-in as requester in the mapping file
error-migrate-address_missing = This person has no mail address; add one over there, or name address_domain in the mapping file to make one of the login
error-migrate-address_malformed = This is not a mail address; mend it over there
error-migrate-attachment_missing = The file is not at { $path }; fetch it again, or set missing_files = "name" in the mapping file to take the ticket without it
error-migrate-base64_broken = The content is not Base64; fetch this file again
error-migrate-text_too_long = The text is longer than 200,000 characters; shorten it in the file
error-migrate-id_twice = This id was in the export before; remove one of the two
