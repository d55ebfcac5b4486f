//! The standard health check: every point is looked at by itself, in parallel and in bounded time, and answers with a
//! verdict, a short value, and where it helps a detail.
//!
//! What could not be found out is `Unknown`; what a device simply does not have (a battery) is `Ok` and says so.

mod machine;
mod network;
mod software;
mod storage;

use std::sync::Arc;
use std::time::Duration;

use protocol::health::{Finding, POINTS, Verdict, overall};
use protocol::message::Outcome;
use serde_json::json;

use crate::executing::{Surroundings, Teller};
use crate::inventory::Place;

/// How long one point may take.
const POINT_MOST: Duration = Duration::from_secs(45);

/// What a point is answered from.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    place: Place,
    server: Option<(String, u16)>,
}

/// The answer to one point before it has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    verdict: Verdict,
    value: String,
    detail: String,
}

/// An answer with a short value.
fn seen(verdict: Verdict, value: impl Into<String>) -> Seen {
    Seen {
        verdict,
        value: value.into(),
        detail: String::new(),
    }
}

/// Nobody could tell.
fn unknown(why: &str) -> Seen {
    seen(Verdict::Unknown, "").with(why)
}

impl Seen {
    fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

/// Does the whole check and tells each point as a line.
pub async fn perform(teller: &Teller, surroundings: &Surroundings) -> Outcome {
    let look = Look {
        place: crate::verbs::place(surroundings),
        server: surroundings.server.clone(),
    };
    let findings = tokio::select! {
        findings = check(look) => findings,
        () = teller.cancelled() => return Outcome::Cancelled,
    };
    for finding in &findings {
        let Finding {
            point,
            verdict,
            value,
            detail,
        } = finding;
        let verdict = format!("{verdict:?}").to_lowercase();
        teller
            .out(
                format!("{verdict:8} {point}: {value} {detail}")
                    .trim_end()
                    .to_owned()
                    + "\n",
            )
            .await;
    }
    let summary = json!({ "overall": overall(&findings), "findings": findings });
    Outcome::Done {
        code: None,
        summary,
        hash: None,
    }
}

/// All points, in order.
pub(crate) async fn check(look: Look) -> Vec<Finding> {
    let look = Arc::new(look);
    let asked: Vec<_> = POINTS
        .iter()
        .map(|point| (point.id, tokio::spawn(answer(point.id, look.clone()))))
        .collect();
    let mut findings = Vec::new();
    for (point, answering) in asked {
        let seen = answering.await.unwrap_or_else(|_| unknown("the look broke off"));
        findings.push(Finding {
            point: point.to_owned(),
            verdict: seen.verdict,
            value: seen.value,
            detail: seen.detail,
        });
    }
    findings
}

/// One point, in bounded time.
async fn answer(point: &'static str, look: Arc<Look>) -> Seen {
    let looking = async {
        match point {
            "network_dns" => network::dns(&look).await,
            "network_server" => network::server(&look).await,
            _ => {
                let blocking = look.clone();
                let seen = tokio::task::spawn_blocking(move || by_looking(point, &blocking)).await;
                seen.unwrap_or_else(|_| unknown("the look broke off"))
            }
        }
    };
    tokio::time::timeout(POINT_MOST, looking)
        .await
        .unwrap_or_else(|_| unknown("it took too long"))
}

fn by_looking(point: &str, look: &Look) -> Seen {
    let place = &look.place;
    match point {
        "disk_space" => storage::space(place),
        "disk_inodes" => storage::inodes(place),
        "disk_health" => storage::health(place),
        "disk_read_only" => storage::read_only(place),
        "memory_free" => machine::memory_free(place),
        "memory_swap" => machine::memory_swap(place),
        "memory_kills" => machine::memory_kills(place),
        "processor_load" => machine::load(place),
        "processor_temperature" => machine::temperature(place),
        "restart_needed" => machine::restart_needed(place),
        "failed_services" => machine::failed_services(place),
        "log_errors" => machine::log_errors(place),
        "crashes" => machine::crashes(place),
        "clock" => machine::clock(place),
        "stuck_processes" => machine::stuck_processes(place),
        "network_address" => network::address(place),
        "network_gateway" => network::gateway(place),
        "network_errors" => network::errors(place),
        "packages_broken" => software::broken(place),
        "security_updates" => software::security_updates(place),
        "certificates" => software::certificates(place),
        "failed_sign_ins" => software::failed_sign_ins(place),
        "battery" => software::battery(place),
        _ => unknown("this agent does not know the point"),
    }
}

#[cfg(test)]
mod tests;
