//! Switches on what a desk may use: the rules that ship, saved views with counts in the rail, models of triage, clusters, and
//! the manager's figures. Measured without them, a desk would look faster than it is for those who use it.

use std::io;
use std::time::{Duration, Instant};

use automate::rule::{Definition, keeping};
use automate::template;
use desk::learned::{clustering, training};
use desk::ticket::Category;
use kernel::{Error, Locale, Result};
use serde_json::{Value, json};

use super::fill::World;
use super::http::{Client, Request};
use super::process::Server;
use crate::house::House;

/// How long it took to learn from what is there.
#[derive(Clone, Copy, Debug, Default)]
pub struct Learned {
    pub triage: Duration,
    pub figures: Duration,
}

/// Switches on what is set up once.
pub async fn switch_on(house: &House) -> Result<Learned> {
    let kernel = &house.kernel;
    let rules = rules(house).await?;
    let (begun, now) = (Instant::now(), kernel.clock.now());
    training::train(&kernel.db, now).await?;
    let triage = begun.elapsed();
    clustering::group(&kernel.db, now).await?;
    let begun = Instant::now();
    desk::figures::keeping::rebuild(&kernel.db).await?;
    let figures = begun.elapsed();
    eprintln!(
        "    switched on: {rules} rules; triage learned in {:.1} s, figures made in {:.1} s",
        triage.as_secs_f64(),
        figures.as_secs_f64()
    );
    Ok(Learned { triage, figures })
}

/// The rules that ship, each with what only a house knows filled in; gives back how many there are.
async fn rules(house: &House) -> Result<usize> {
    let cx = house.kernel.cx_command();
    house
        .kernel
        .db
        .write(move |tx| {
            let route = desk::triage::store::route(tx, Category::Hardware)?;
            let team = route.team.map(|team| team.to_string()).unwrap_or_default();
            let mut count = 0;
            for (key, _) in template::names(Locale::En) {
                let draft = template::find(key, Locale::En).ok_or_else(Error::not_found)?;
                keeping::add(tx, &cx, &completed(draft, &team))?;
                count += 1;
            }
            Ok(count)
        })
        .await
}

fn completed(mut rule: Definition, team: &str) -> Definition {
    rule.enabled = true;
    for action in &mut rule.then {
        if action.kind.as_str() == "assign_team" && action.value.is_empty() {
            team.clone_into(&mut action.value);
        }
    }
    for test in rule.groups.iter_mut().flat_map(|group| &mut group.tests) {
        if test.values.is_empty() {
            test.values.push("Board".to_owned());
        }
    }
    rule
}

/// Puts views into the engineer's rail, as many as it shows.
pub fn views(server: &Server, world: &World) -> io::Result<()> {
    let mut client = Client::new(server.address, &world.token);
    for (name, filter) in filters() {
        let body = json!({ "name": name, "definition": { "filter": filter } });
        let answer = client.ask(&Request::post("/api/v1/views", body.to_string()))?;
        if answer.status != 201 {
            return Err(io::Error::other(format!(
                "the view {name} was answered with {}",
                answer.status
            )));
        }
    }
    Ok(())
}

/// What people save: some that the queues' own counts answer, some that must be counted over the open tickets.
fn filters() -> [(&'static str, Value); 12] {
    [
        ("Network", json!({ "stage": "open", "category": ["network"] })),
        ("Hardware", json!({ "stage": "open", "category": ["hardware"] })),
        ("Security", json!({ "stage": "open", "category": ["security"] })),
        ("P0 and P1", json!({ "stage": "open", "priority": ["P0", "P1"] })),
        ("P2", json!({ "stage": "open", "priority": ["P2"] })),
        ("Incidents", json!({ "stage": "open", "type": ["incident"] })),
        ("Requests", json!({ "stage": "open", "type": ["request"] })),
        ("Nobody's", json!({ "stage": "open", "assignee": "none" })),
        ("Mine", json!({ "stage": "open", "assignee": "me" })),
        (
            "My teams, P2",
            json!({ "stage": "open", "team": "me", "priority": ["P2"] }),
        ),
        ("Second level", json!({ "stage": "open", "tier": 2 })),
        ("Mine, resolved", json!({ "stage": "resolved", "assignee": "me" })),
    ]
}
