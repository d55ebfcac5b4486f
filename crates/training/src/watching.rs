//! Every ten minutes: whoever joined a team or role since gets its courses, whoever has a seat tomorrow is reminded, whoever is
//! late is told once. Each of it is one transaction, so two nodes tell once.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Every, Job, JobHandler, Schedule};
use serde_json::json;

use crate::learner::Learner;
use crate::session::{self, SessionId};
use crate::{assignment, course, events, learner, letters, moment, tell};

const NAME: &str = "training.watch";
/// Handled by one run; the next comes soon.
const PIECE: i64 = 200;
/// Reminded so long before.
const BEFORE: i64 = 86_400;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// Every ten minutes.
pub const SCHEDULE: Schedule = Schedule {
    name: NAME,
    every: Every::Seconds(600),
    job: NAME,
};

fn run(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        join(&kernel).await?;
        let now = kernel.clock.now();
        let (soon, late) = kernel
            .db
            .read(move |tx| {
                let soon = session::store::to_remind(tx, now, now.add_secs(BEFORE), PIECE)?;
                let day = moment::day_over_everywhere(now);
                Ok((soon, learner::store::to_chase(tx, &day, PIECE)?))
            })
            .await?;
        for id in soon {
            let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
            kernel.db.write(move |tx| remind(tx, &cx, &base, id)).await?;
        }
        for learner in late {
            let (cx, base) = (kernel.cx_system(NAME), kernel.config.base_url.clone());
            kernel.db.write(move |tx| chase(tx, &cx, &base, &learner)).await?;
        }
        Ok(())
    })
}

async fn join(kernel: &Kernel) -> Result<()> {
    let mut after = 0;
    loop {
        let ids = kernel
            .db
            .read(move |tx| assignment::store::of_groups(tx, after, PIECE))
            .await?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        after = *last;
        for id in ids {
            assignment::spreading::all(kernel, id).await?;
        }
    }
}

/// Reminds of a session, unless that was done or it was moved or cancelled meanwhile.
fn remind(tx: &mut Tx<'_>, cx: &Cx, base: &str, id: SessionId) -> Result<()> {
    let (mut session, course) = session::begin(tx, cx, id)?;
    let is_soon = session.facts.starts_at <= cx.now().add_secs(BEFORE) && !session.has_begun(cx.now());
    if session.reminded_at.is_some() || session.cancelled_at.is_some() || !is_soon {
        return Ok(());
    }
    session.reminded_at = Some(cx.now());
    session::store::update(tx, &session)?;
    let seats = session::store::seats(tx, id)?;
    if seats.is_empty() {
        return Ok(());
    }
    let data = json!({ "session": id.to_string(), "people": seats.len() });
    tell(tx, cx, course.id, events::REMINDED, data, None)?;
    session::write(tx, cx, base, &session, &course, "training-mail-reminder")
}

/// Tells somebody that a day has passed.
fn chase(tx: &mut Tx<'_>, cx: &Cx, base: &str, learner: &Learner) -> Result<()> {
    if !learner::store::set_chased(tx, learner.course, learner.person, cx.now())? {
        return Ok(());
    }
    let Some(course) = course::store::find(tx, learner.course)? else {
        return Ok(());
    };
    let due = learner.due_on.clone().unwrap_or_default();
    let data = json!({ "person": learner.person.to_string(), "due_on": due });
    tell(tx, cx, course.id, events::OVERDUE, data, None)?;
    let words = letters::Words {
        subject: "training-mail-overdue-subject",
        text: "training-mail-overdue-text",
        about: course::subject(course.id),
        key: format!("training.overdue:{}:{due}", course.id),
    };
    letters::send(tx, cx, &[learner.person], &words, |locale, _| {
        vec![
            ("title", course.title(locale).to_owned()),
            ("due", moment::show_day(&due, locale)),
            (
                "link",
                letters::place(base, &format!("/training/courses/{}", course.id)),
            ),
        ]
    })
}
