#!/bin/sh
# Writes the tables of osTicket as JSON lines for `mainstay import-desk --from osticket FOLDER`.
# usage: osticket-export.sh FOLDER DATABASE [options of mysql, such as -u osticket -p]
# Needs MySQL 5.7.8 or MariaDB 10.2.3 (JSON_OBJECT); set PREFIX when the tables do not begin with ost_.
set -eu
folder=$1
database=$2
shift 2
prefix=${PREFIX:-ost_}
mkdir -p "$folder"

# Every column of a table, blobs in Base64.
columns() {
    mysql "$@" --batch --skip-column-names "$database" -e "
        SET SESSION group_concat_max_len = 1000000;
        SELECT GROUP_CONCAT(CONCAT('''', column_name, ''', ',
            IF(data_type LIKE '%blob', CONCAT('TO_BASE64(\`', column_name, '\`)'), CONCAT('\`', column_name, '\`'))))
        FROM information_schema.columns
        WHERE table_schema = '$database' AND table_name = '$table' AND column_name <> 'passwd'"
}

for name in ticket ticket__cdata ticket_status ticket_priority thread thread_entry user user_email user__cdata \
    organization staff department team help_topic attachment file file_chunk; do
    table=$prefix$name
    mysql "$@" --quick --batch --raw --skip-column-names --default-character-set=utf8mb4 "$database" \
        -e "SELECT JSON_OBJECT($(columns "$@")) FROM \`$table\`" > "$folder/ost_$name.jsonl"
    echo "$table"
done
