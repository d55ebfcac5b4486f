#!/bin/sh
# A real FusionInventory agent (Debian: fusioninventory-agent) against a real server: both must count the same packages, a second
# run must change nothing, and a wrong token must open nothing.
#
#   tests/inventory/fusioninventory.sh [PATH-TO-mainstay]
set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
mainstay=${1:-$here/target/debug/mainstay}
if ! command -v fusioninventory-agent >/dev/null || ! command -v python3 >/dev/null; then
    echo "skipped: fusioninventory-agent or python3 is not installed"
    [ -z "${CI:-}" ]
    exit
fi
room=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    rm -rf "$room"
}
trap finish EXIT INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
url=http://127.0.0.1:$port
echo "correct horse battery staple 7" | "$mainstay" --data "$room/data" init --admin noor@example.org --password-stdin >/dev/null
token=$("$mainstay" --data "$room/data" token create --user noor@example.org --scope fleet.intake --scope fleet.read)
"$mainstay" --data "$room/data" serve --listen "127.0.0.1:$port" >"$room/server.log" 2>&1 &
server=$!
for _ in $(seq 120); do
    curl -fs "$url/healthz" >/dev/null 2>&1 && break
    kill -0 "$server" 2>/dev/null || { cat "$room/server.log"; exit 1; }
    sleep 0.5
done

# Settings stand in a file: a password on the command line is seen by everybody on the machine.
agent() {
    cat >"$room/agent.cfg" <<SETTINGS
server = $url/plugins/fusioninventory/
user = agent
password = $1
no-httpd = 1
no-category = process,environment
SETTINGS
    fusioninventory-agent --conf-file="$room/agent.cfg" --force --debug >"$room/agent.log" 2>&1
}
api() {
    curl -fsS -H "Authorization: Bearer $token" "$url/api/v1$1"
}
fail() {
    echo "failed: $1"
    tail -n 20 "$room/agent.log" "$room/server.log"
    exit 1
}

agent "mst_wrong" || true
grep -q "wrong credentials" "$room/agent.log" || fail "a wrong token was not refused"
[ "$(api /devices | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["items"]))')" = 0 ] || fail "a wrong token made a device"

agent "$token" || fail "the agent went away with an error"
agent "$token" || fail "the agent went away with an error the second time"
grep -q "\[error\]" "$room/agent.log" && fail "the agent complained"

# What the agent would write into a file is counted apart from us.
fusioninventory-agent --local "$room" --no-category=process,environment >"$room/local.log" 2>&1
theirs=$(grep -c "<SOFTWARES>" "$room"/*.ocs)
device=$(api /devices | python3 -c 'import json, sys; items = json.load(sys.stdin)["items"]; assert len(items) == 1, items; print(items[0]["id"])')
ours=$(api "/devices/$device/inventory?section=packages" | python3 -c 'import json, sys; print(*[len(s["items"]) for s in json.load(sys.stdin)["sections"] if "items" in s])')
[ "$ours" = "$theirs" ] || fail "the agent counts $theirs packages, the server $ours"
changes=$(api "/devices/$device/changes" | python3 -c 'import json, sys; print(len(json.load(sys.stdin)["items"]))')
[ "$changes" = 0 ] || fail "the same machine changed $changes times from one run to the next"
echo "$theirs packages on both sides, nothing changed from one run to the next, a wrong token opened nothing"
