//! Rules about what lasts: every hour they are asked about each ticket that is not closed, a bounded piece at a time.
//!
//! The schedule makes one job in the whole cluster; each job looks at a piece of the tickets and leaves the next piece to
//! the next job, so that no run grows with the desk. A rule fires once for each stretch (see `firing::begun`).

use desk::ticket::{Stage, listing};
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::error::Result;
use kernel::job::{self, Every, Job, JobHandler, Schedule};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::firing::{self, Occasion};
use crate::matching::{judge, scene};
use crate::rule::{Rule, RuleId, Trigger, store};

const KIND: &str = "automate.hourly";
/// Tickets of one job.
const PIECE: i64 = 500;

/// Runs a piece.
pub const HANDLER: JobHandler = JobHandler {
    kind: KIND,
    run: handle,
};

/// Every hour.
pub const SCHEDULE: Schedule = Schedule {
    name: KIND,
    every: Every::Seconds(3_600),
    job: KIND,
};

/// Where a piece begins: tickets changed after the run began have had their turn or are fresh.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Piece {
    stage: usize,
    updated_at: i64,
    number: i64,
    begun: Option<i64>,
}

const STAGES: [Stage; 2] = [Stage::Open, Stage::Resolved];

fn handle(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let piece: Piece = serde_json::from_value(job.data.clone()).unwrap_or_default();
        let rules = kernel.db.read(store::enabled).await?;
        let rules: Vec<Rule> = rules.into_iter().filter(is_hourly).collect();
        let Some(stage) = STAGES.get(piece.stage).copied().filter(|_| !rules.is_empty()) else {
            return Ok(());
        };
        let begun = piece.begun.unwrap_or_else(|| kernel.clock.now().millis());
        let after = (piece.updated_at, piece.number);
        let tickets = kernel
            .db
            .read(move |tx| listing::store::longest_unchanged(tx, stage, after, begun, PIECE))
            .await?;
        for (_, number) in &tickets {
            look(&kernel, &rules, *number).await?;
        }
        let next = match tickets.last() {
            Some((updated_at, number)) if tickets.len() == usize::try_from(PIECE).unwrap_or(500) => Piece {
                updated_at: *updated_at,
                number: *number,
                begun: Some(begun),
                ..piece
            },
            _ => Piece {
                stage: piece.stage + 1,
                begun: Some(begun),
                ..Piece::default()
            },
        };
        if next.stage >= STAGES.len() {
            return Ok(());
        }
        let cx = kernel.cx_system(KIND);
        let key = format!(
            "{KIND}:{begun}:{}:{}:{}",
            next.stage, next.updated_at, next.number
        );
        let data = json!(next);
        kernel
            .db
            .write(move |tx| job::enqueue(tx, &cx, job::New::now(KIND, data.clone()).key(&key)).map(drop))
            .await
    })
}

fn is_hourly(rule: &Rule) -> bool {
    rule.definition.when.contains(&Trigger::Hourly)
}

/// Reads first, and writes only for rules whose conditions hold.
async fn look(kernel: &Kernel, rules: &[Rule], number: i64) -> Result<()> {
    let (asked, now) = (rules.to_vec(), kernel.clock.now());
    let holding: Vec<RuleId> = kernel
        .db
        .read(move |tx| {
            let Some(scene) = scene::load(tx, number)? else {
                return Ok(Vec::new());
            };
            let mut facts = scene.facts();
            scene.complete(&mut facts, None, &scene.history, now)?;
            let holds = asked
                .iter()
                .filter(|rule| judge(&rule.definition, &facts).is_some());
            Ok(holds.map(|rule| rule.id).collect())
        })
        .await?;
    for rule in holding {
        if firing::ask(kernel, rule, &Occasion::Stretch(number)).await?.stop {
            break;
        }
    }
    Ok(())
}
