//! Makes a course everybody's who is meant by an assignment, and writes to each of them: the first few in the transaction that
//! assigns it, the others behind it, and by the clock whoever joined the team or got the role since.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use kernel::job::{self, Job, JobHandler};
use serde_json::json;

use super::{Assignment, store};
use crate::course::{self, Course, State};
use crate::{letters, moment};

const NAME: &str = "training.assign";
/// People in one transaction.
const PIECE: usize = 100;
/// Whoever comes later has so many days at least.
const DAYS: i64 = 14;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// The first piece, and a job for the rest.
pub(super) fn begin(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: i64) -> Result<()> {
    if piece(tx, cx, base, id)? < PIECE {
        return Ok(());
    }
    job::enqueue(tx, cx, job::New::now(NAME, json!(id)).key(id.to_string())).map(drop)
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { all(&kernel, job.data_as()?).await })
}

/// Everybody who is meant and does not have it yet.
pub(crate) async fn all(kernel: &Kernel, id: i64) -> Result<()> {
    loop {
        let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
        let added = kernel.db.write(move |tx| piece(tx, &cx, &base, id)).await?;
        if added < PIECE {
            return Ok(());
        }
    }
}

/// Adds some; says how many.
fn piece(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: i64) -> Result<usize> {
    tx.lock("training.assignment", id)?;
    let Some(assignment) = store::find(tx, id)? else {
        return Ok(0);
    };
    let course = course::store::find(tx, assignment.course)?;
    let Some(course) = course.filter(|course| course.state == State::Open) else {
        return Ok(0);
    };
    let missing = store::missing(tx, &assignment, PIECE)?;
    if missing.is_empty() {
        return Ok(0);
    }
    let due_on = due_for(&assignment, &moment::day(cx.now(), "UTC"));
    let mut added: Vec<UserId> = Vec::with_capacity(missing.len());
    for person in missing {
        if crate::learner::store::add(tx, course.id, person, id, due_on.as_deref(), cx.now())? {
            added.push(person);
        }
    }
    write(tx, cx, base, &course, &assignment, due_on.as_deref(), &added)?;
    Ok(added.len())
}

/// The day of the assignment; for who joins when it is near or past, two weeks from today. Pure.
fn due_for(assignment: &Assignment, today: &str) -> Option<String> {
    let due_on = assignment.due_on.as_ref()?;
    let is_fresh = moment::day(assignment.at, "UTC") == *today;
    let soon = moment::later(today, DAYS);
    Some(if is_fresh || *due_on > soon {
        due_on.clone()
    } else {
        soon
    })
}

fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base: &str,
    course: &Course,
    assignment: &Assignment,
    due_on: Option<&str>,
    readers: &[UserId],
) -> Result<()> {
    let words = letters::Words {
        subject: "training-mail-assigned-subject",
        text: if due_on.is_some() {
            "training-mail-assigned-text"
        } else {
            "training-mail-assigned-text-open"
        },
        about: course::subject(course.id),
        key: format!("training.assigned:{}", assignment.id),
    };
    letters::send(tx, cx, readers, &words, |locale, _| {
        vec![
            ("title", course.title(locale).to_owned()),
            (
                "due",
                due_on.map_or_else(String::new, |day| moment::show_day(day, locale)),
            ),
            (
                "link",
                letters::place(base, &format!("/training/courses/{}", course.id)),
            ),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignment::Target;
    use kernel::id::Id;
    use kernel::time::Timestamp;

    #[test]
    fn whoever_joins_late_has_two_weeks() {
        let assignment = Assignment {
            id: 1,
            course: Id::from_parts(0, &[0; 10]),
            target: Target::Role("technician".to_owned()),
            due_on: Some("2026-03-09".to_owned()),
            assigned_by: None,
            at: Timestamp::from_secs(1_772_445_600),
        };
        let due = |today: &str| due_for(&assignment, today).unwrap();
        assert_eq!(due("2026-03-02"), "2026-03-09", "on the day it was assigned");
        assert_eq!(due("2026-03-03"), "2026-03-17");
        assert_eq!(due("2026-05-01"), "2026-05-15");
        let far = Assignment {
            due_on: Some("2026-12-31".to_owned()),
            ..assignment
        };
        assert_eq!(due_for(&far, "2026-05-01").unwrap(), "2026-12-31");
    }
}
