"""The figures of a ServiceNow incident log, straight from the file: an independent witness for `mainstay figures --json`."""
import collections, csv, datetime, gzip, json, math, sys

STATES = {"New": "new", "Active": "in_progress", "Awaiting User Info": "waiting_requester", "Awaiting Evidence": "waiting_requester",
          "Awaiting Vendor": "waiting_supplier", "Awaiting Problem": "waiting_development", "Resolved": "resolved", "Closed": "closed"}
PRIORITIES = {"1 - Critical": "P0", "2 - High": "P1", "3 - Moderate": "P2", "4 - Low": "P3"}
when = lambda text: datetime.datetime.strptime(text, "%d/%m/%Y %H:%M")
known = lambda values: [value for value in values if value not in ("?", "")]
changes = lambda values: sum(a != b for a, b in zip(values, values[1:]))

incidents = collections.defaultdict(list)
with gzip.open(sys.argv[1], "rt", encoding="utf-8", newline="") as log:
    for place, row in enumerate(csv.DictReader(log)):
        incidents[row["number"]].append((when(row["sys_updated_at"]), int(row["sys_mod_count"]), place, row))

count = collections.Counter
by = {"state": count(), "priority": count(), "team": count()}
moved, back, targets, months, waited = count(), count(), count(), {}, []
for events in incidents.values():
    rows = [row for *_, row in sorted(events, key=lambda event: event[:3])]
    last = rows[-1]
    states = [STATES[row["incident_state"]] for row in rows if row["incident_state"] in STATES]
    groups, owners = known([row["assignment_group"] for row in rows]), known([row["assigned_to"] for row in rows])
    by["state"][states[-1]] += 1
    by["priority"][PRIORITIES[known([row["priority"] for row in rows])[-1]]] += 1
    by["team"][groups[-1] if groups else ""] += 1
    moved["stated"] += int(last["reassignment_count"])
    moved["tickets_stated"] += int(last["reassignment_count"]) > 0
    moved["team_changes"] += changes(groups)
    moved["assignee_changes"] += changes(owners)
    moved["tickets_moved"] += changes(groups) + changes(owners) > 0
    ended = [state in ("resolved", "closed") for state in states]
    reopened = sum(a and not b for a, b in zip(ended, ended[1:]))
    back["stated"] += int(last["reopen_count"])
    back["tickets_stated"] += int(last["reopen_count"]) > 0
    back["seen"] += reopened
    back["tickets_seen"] += reopened > 0
    met = last["made_sla"] == "true"
    targets["met" if met else "missed"] += 1
    opened = when(last["opened_at"])
    month = months.setdefault(opened.strftime("%Y-%m"), {"opened": 0, "met": 0, "missed": 0})
    month["opened"] += 1
    month["met" if met else "missed"] += 1
    if known([last["resolved_at"]]):
        waited.append(int((when(last["resolved_at"]) - opened).total_seconds()) * 1000)

waited.sort()
rank = lambda percent: waited[max(1, math.ceil(len(waited) * percent / 100)) - 1] / 3_600_000
json.dump({
    "tickets": len(incidents), "by_state": by["state"], "by_priority": by["priority"], "by_team": by["team"],
    "reassignments": {"tier_changes": 0, **moved}, "reopenings": back,
    "targets": {"met": targets["met"], "missed": targets["missed"], "unknown": 0},
    "hours_to_solve": {"tickets": len(waited), "mean": sum(waited) / len(waited) / 3_600_000, "p50": rank(50), "p75": rank(75), "p90": rank(90),
                       "p95": rank(95), "p99": rank(99), "longest": waited[-1] / 3_600_000},
    "by_month": months,
}, sys.stdout, indent=2, sort_keys=True)
