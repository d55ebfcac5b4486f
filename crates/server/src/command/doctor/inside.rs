//! What the installation does: its record, clocks, schedules, jobs, subscribers, mailboxes, and calendars.

use kernel::event;
use kernel::event::seal;

use super::Patient;
use super::finding::Finding;
use super::store::{self, Calendar, Mailbox, Planned};

/// Blocks of the record that are looked at.
const BLOCKS: i64 = 50;
/// Longer than this a schedule, a clock, or a job does not wait in an installation that runs, in seconds.
const LATE: i64 = 15 * 60;
/// The sealer fires every ten seconds; a house that has been silent for so long does not run.
const SILENT: i64 = 5 * 60;
const BEHIND: i64 = 1000;
/// Holidays should be known this far ahead, in seconds.
const AHEAD: i64 = 30 * 86_400;

pub async fn look(patient: &Patient) -> Vec<Finding> {
    let mut found = vec![record(patient).await];
    let silent = silence(patient).await;
    let runs = silent.is_none();
    found.push(silent.unwrap_or_else(|| Finding::ok("server", "doctor-server-ok")));
    found.push(clocks(patient, runs).await);
    found.push(schedules(patient, runs).await);
    found.push(jobs(patient, runs).await);
    found.push(subscribers(patient).await);
    found.extend(mailboxes(patient).await);
    found.extend(calendars(patient).await);
    found
}

async fn record(patient: &Patient) -> Finding {
    match seal::verify_last(&patient.db, BLOCKS).await {
        Err(error) => patient.unanswered("record", &error),
        Ok(report) => match report.problems.first() {
            None => Finding::ok("record", "doctor-record-ok")
                .with("blocks", report.blocks)
                .with("unsealed", report.unsealed),
            Some(problem) => {
                Finding::failed("record", "doctor-record-altered").with("why", problem.to_string())
            }
        },
    }
}

/// Whether no server has run lately; everything that waits then waits for that.
async fn silence(patient: &Patient) -> Option<Finding> {
    let now = patient.now;
    let planned = match patient.db.read(store::schedules).await {
        Ok(planned) => planned,
        Err(error) => return Some(patient.unanswered("server", &error)),
    };
    let Some(last) = planned.iter().filter_map(|one| one.last_at).max() else {
        return Some(Finding::warning("server", "doctor-server-never"));
    };
    (now.since(last) > SILENT * 1000)
        .then(|| Finding::warning("server", "doctor-server-silent").with("at", last.to_string()))
}

async fn clocks(patient: &Patient, runs: bool) -> Finding {
    let long_ago = patient.now.add_secs(-LATE);
    let judge = |late: i64| match (late, runs) {
        (0, _) => Finding::ok("clocks", "doctor-clocks-ok"),
        (late, true) => Finding::failed("clocks", "doctor-clocks-late").with("count", late),
        (late, false) => Finding::warning("clocks", "doctor-clocks-waiting").with("count", late),
    };
    patient
        .ask("clocks", move |tx| store::late_clocks(tx, long_ago), judge)
        .await
}

async fn schedules(patient: &Patient, runs: bool) -> Finding {
    let long_ago = patient.now.add_secs(-LATE);
    let judge = |planned: Vec<Planned>| {
        let late = planned.iter().find(|one| one.next_at < long_ago);
        match (late, runs) {
            (Some(late), true) => {
                Finding::failed("schedules", "doctor-schedules-late").with("name", late.name.as_str())
            }
            _ => Finding::ok("schedules", "doctor-schedules-ok").with("count", planned.len()),
        }
    };
    patient.ask("schedules", store::schedules, judge).await
}

async fn jobs(patient: &Patient, runs: bool) -> Finding {
    let long_ago = patient.now.add_secs(-LATE);
    let judge = |(dead, late): (i64, i64)| {
        let finding = if late > 0 && runs {
            Finding::failed("jobs", "doctor-jobs-late")
        } else if dead > 0 {
            Finding::warning("jobs", "doctor-jobs-dead")
        } else {
            Finding::ok("jobs", "doctor-jobs-ok")
        };
        finding.with("dead", dead).with("late", late)
    };
    patient
        .ask("jobs", move |tx| store::jobs(tx, long_ago), judge)
        .await
}

async fn subscribers(patient: &Patient) -> Finding {
    let judge = |progress: Vec<event::Progress>| {
        if let Some(failing) = progress.iter().find(|one| one.failures > 0) {
            return Finding::failed("subscribers", "doctor-subscribers-failing")
                .with("name", failing.name.as_str())
                .with("why", failing.last_error.clone().unwrap_or_default());
        }
        match progress.iter().max_by_key(|one| one.behind) {
            Some(last) if last.behind > BEHIND => {
                Finding::warning("subscribers", "doctor-subscribers-behind")
                    .with("name", last.name.as_str())
                    .with("count", last.behind)
            }
            _ => Finding::ok("subscribers", "doctor-subscribers-ok").with("count", progress.len()),
        }
    };
    patient.ask("subscribers", event::progress, judge).await
}

async fn mailboxes(patient: &Patient) -> Vec<Finding> {
    let boxes: Vec<Mailbox> = match patient.db.read(store::mailboxes).await {
        Ok(boxes) => boxes,
        Err(error) => return vec![patient.unanswered("mail", &error)],
    };
    let failing: Vec<Finding> = boxes
        .iter()
        .filter_map(|one| {
            let why = patient
                .locale
                .t(&format!("mail-trouble-{}", one.trouble.as_ref()?));
            let finding = Finding::failed("mail", "doctor-mail-failing");
            Some(finding.with("address", one.address.as_str()).with("why", why))
        })
        .collect();
    if failing.is_empty() {
        return vec![Finding::ok("mail", "doctor-mail-ok").with("count", boxes.len())];
    }
    failing
}

async fn calendars(patient: &Patient) -> Vec<Finding> {
    let calendars: Vec<Calendar> = match patient.db.read(store::calendars).await {
        Ok(calendars) => calendars,
        Err(error) => return vec![patient.unanswered("calendars", &error)],
    };
    let soon = patient.now.add_secs(AHEAD).jiff();
    let mut found = Vec::new();
    for one in &calendars {
        let definition: Result<worktime::Definition, _> = serde_json::from_str(&one.definition);
        let read = definition
            .map_err(|error| error.to_string())
            .and_then(|definition| worktime::Calendar::new(&definition).map_err(|error| error.to_string()));
        match read {
            Err(why) => found.push(
                Finding::failed("calendars", "doctor-calendars-broken")
                    .with("name", one.name.as_str())
                    .with("why", why),
            ),
            Ok(calendar) if calendar.is_provisional(soon) => found.push(
                Finding::warning("calendars", "doctor-calendars-ending").with("name", one.name.as_str()),
            ),
            Ok(_) => {}
        }
    }
    if found.is_empty() {
        found.push(Finding::ok("calendars", "doctor-calendars-ok").with("count", calendars.len()));
    }
    found
}
