# Export of everything as JSON lines with files, and reading it back.

exchange-done = { $folder }: { $rows } rows of { $tables } tables, { $tickets } tickets, { $files } files of { $content }
exchange-digest = SHA-256 of manifest.json: { $digest }
exchange-seal = The record is sealed up to block { $block }, { $hash }
exchange-with-secrets = Whoever has this folder has everything, also passwords' hashes and the keys of this installation. Keep it where only you can read it.
exchange-without-secrets = Without secrets: passwords' hashes, sessions, tokens, keys, passwords of mailboxes, secrets and addresses of webhooks, chat channels, and issue trackers, and the letters and chat messages that were sent are left out ({ $tables } tables, see left_out in manifest.json). What people wrote is in it, with their names: keep it where only you can read it.
exchange-missing = { $count ->
    [one] One file that rows name is not in the export, because it was not there or not whole when it was made:
   *[other] { $count } files that rows name are not in the export, because they were not there or not whole when it was made:
}
exchange-not-noted = The export is whole. That it was made could not be written down: { $why }
exchange-checked = The export is whole: made { $at } by Mainstay { $program } from { $database }, { $secrets ->
    [with] with secrets
   *[without] without secrets
}; { $rows } rows, { $files } files
exchange-read-files = { $count } files, { $size }
exchange-new-passwords = The export has no secrets: nobody can sign in yet, and mailboxes, webhooks, chat channels, and issue trackers are switched off until theirs are given again.
    1. Make an administrator, with an address that nobody here has yet and with --data and --database as just now: mainstay user add EMAIL --name NAME --role admin --password-stdin
    2. Give a mailbox its password. Then everybody can ask for a new password where they sign in.

error-exchange-place_taken = { $folder } is there and not empty. Name a folder that is empty or not there.
error-exchange-place_unnamed = { $folder } is not a name that an export can be given. Name a new folder, such as ./export.
error-exchange-place_mounted = Another disk hangs at { $folder }, so an export cannot be put there. Name a folder inside of it, such as { $folder }/export.
error-exchange-partial_taken = { $folder } is in the way: an export is written there first, and this is no beginning of one that this account alone may write to. See what it is and remove it, or name another folder.
error-exchange-running = Another export is just being written to { $folder }. Wait for it, or name another folder.
error-exchange-disk_full = There is no room for { $folder }. Nothing was left there; make room and try again. An export needs about three times the room of the database while it is made.
error-exchange-unwritable = { $folder } cannot be written. Check that the folder above it exists and that this account may write there.
error-exchange-line_too_long = A row of { $file } is larger than an export can hold. Nothing was left.
error-exchange-no_room = Reading it back needs about { $needed }, and only { $free } are free in { $folder }. Nothing was touched; make room or name another folder.

error-exchange-into_itself = { $folder } is the export itself or lies in it. Nothing was touched; name another folder with --data.
error-exchange-not_one = { $folder } is no export of Mainstay: it has no manifest.json. Name the folder that mainstay export made; unpack it first if it is packed.
error-exchange-manifest_broken = { $file } cannot be understood: { $why }. Nothing was touched; take another copy of the export.
error-exchange-other_version = The export has version { $version } of its format, and this program knows version { $known }. Nothing was touched; use the version of Mainstay that wrote it, or a later one.
error-exchange-newer = The export was written by a later program ({ $program }): this one ({ $own }) does not know the migration { $name }. Nothing was touched; install that version or a later one.
error-exchange-other_text = The migration { $name } has another text in this program ({ $own }) than in the one that ran it. Nothing was touched; use that program.
error-exchange-migrations_differ = tables/kernel_migration.jsonl names other migrations than manifest.json. Nothing was touched; take another copy of the export.
error-exchange-unknown_table = manifest.json names the table { $table }, which this program does not know. Nothing was touched; take it out of the manifest, or use the program that wrote it.
error-exchange-table_absent = The table { $table } must stand in manifest.json once. Nothing was touched; take another copy of the export.
error-exchange-unknown_column = manifest.json gives the table { $table } the column { $column }, which it does not have, or not of that kind. Nothing was touched.
error-exchange-column_absent = In manifest.json the table { $table } lacks the column { $column }. Nothing was touched.
error-exchange-table_differs = What manifest.json says of the table { $table } does not fit this program. Nothing was touched; take another copy of the export.
error-exchange-not_regular = { $file } is a link or something else than a plain file or folder. Nothing was touched; put the real one in its place.
error-exchange-strange_name = { $file } does not belong into an export. Nothing was touched; take it out of the folder.
error-exchange-file_absent = { $file } is not there. Nothing was touched; take another copy of the export.
error-exchange-unreadable = { $file } cannot be read. Nothing was touched; check that this account may read it.
error-exchange-file_differs = The stored file { $file } is not what its name says. Nothing was touched; take another copy of it.
error-exchange-files_differ = { $found } stored files lie under files, and manifest.json counts { $wanted }, or they have another size together. Nothing was touched; take another copy of the export.
error-exchange-sum_differs = { $file } has { $found } lines where manifest.json says { $rows }, or its SHA-256 is another one. Nothing was touched; take another copy, or mend rows and sha256 in manifest.json if you changed it on purpose.
error-exchange-line-too_long = { $file }, line { $line } is longer than { $most } bytes. Nothing was touched.
error-exchange-line-cut_off = { $file }, line { $line } does not end: the file is cut off. Nothing was touched; take another copy.
error-exchange-line-not_an_object = { $file }, line { $line } is not one JSON object: { $why }. Nothing was touched; mend the line.
error-exchange-line-twice = { $file }, line { $line }: { $field } is there twice. Nothing was touched; keep one.
error-exchange-line-unknown = { $file }, line { $line }: there is no column { $field }. Nothing was touched; take it out.
error-exchange-line-absent = { $file }, line { $line }: { $field } is not there. Nothing was touched; add it, or null where it is empty.
error-exchange-line-kind = { $file }, line { $line }: { $field } must be of the kind { $kind }. Nothing was touched; README.md says how each kind is written.
error-exchange-rows_refused = { $file }, lines { $first } to { $last }: the database refuses a row: { $why }. Nothing was touched; a key stands there twice, or a value is null that must not be.
error-exchange-not_unique = Two rows have the same value where each must have its own. Nothing was touched; take another copy of the export.
error-exchange-reference_broken = A row of the table { $table } refers to something that is not in the export. Nothing was touched.
error-exchange-counted_wrong = In the table { $table } a row has a larger { $field } than manifest.json says was given last. Nothing was touched; correct numbered in manifest.json.
error-exchange-differs = The table { $table } does not come to what it came to where the export was made. Do not use this installation: remove it, check the disk, and read the export back again.
event-exchange-exported = All data exported
