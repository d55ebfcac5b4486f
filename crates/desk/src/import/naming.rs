//! Who is meant: people and teams of a batch, found by address and name or made when the mapping says so.
//!
//! Somebody made here has the role that the mapping names, no password, no team, and no tier: an import gives nobody work.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use people::team::NewTeam;
use people::user::{self, Profile};

use super::draft::{Draft, Named, NamedTeam};
use super::recording::Naming;
use super::refusal::Refusal;

/// Everybody and every team that was named so far in one import. Kept between batches: most are named again.
#[derive(Debug, Clone, Default)]
pub struct Names {
    people: BTreeMap<String, UserId>,
    teams: BTreeMap<String, TeamId>,
    pub people_added: u64,
    pub teams_added: u64,
}

impl Naming for Names {
    fn person(&self, named: &Named) -> Option<UserId> {
        self.people.get(&named.email).copied()
    }

    fn team(&self, named: &NamedTeam) -> Option<TeamId> {
        self.teams.get(&named.name).copied()
    }
}

impl Names {
    /// Whom the draft names although nobody here is called so and nobody may be made: the draft is refused for it.
    pub fn lacks(&self, tx: &mut Tx, draft: &Draft) -> Result<Option<Refusal>> {
        let refuse = |field: &str, value: &str, code: &str| {
            Some(Refusal {
                line: draft.line,
                subject: draft.foreign.clone(),
                field: field.to_owned(),
                value: value.to_owned(),
                error: Error::invalid(code),
            })
        };
        for named in draft.people().filter(|named| !named.create) {
            let known = self.person(named).is_some();
            if !known && user::store::find_by_email(tx, &named.email)?.is_none() {
                return Ok(refuse("person", &named.email, "desk.import.person_unknown"));
            }
        }
        for named in draft.teams().filter(|named| !named.create) {
            let known = self.team(named).is_some();
            if !known && people::team::store::find_by_name(tx, &named.name)?.is_none() {
                return Ok(refuse("team", &named.name, "desk.import.team_unknown"));
            }
        }
        Ok(None)
    }

    /// Finds or makes everybody whom the draft names; in a dry run nobody is made, but counted.
    pub fn learn(&mut self, tx: &mut Tx, cx: &Cx, draft: &Draft, dry: bool) -> Result<()> {
        for named in draft.people() {
            if self.people.contains_key(&named.email) {
                continue;
            }
            let id = match user::store::find_by_email(tx, &named.email)? {
                Some(found) => found.id,
                None => {
                    self.people_added += 1;
                    if dry { cx.new_id() } else { add(tx, cx, named)? }
                }
            };
            self.people.insert(named.email.clone(), id);
        }
        for named in draft.teams() {
            if self.teams.contains_key(&named.name) {
                continue;
            }
            let id = match people::team::store::find_by_name(tx, &named.name)? {
                Some(found) => found.id,
                None => {
                    self.teams_added += 1;
                    if dry {
                        cx.new_id()
                    } else {
                        add_team(tx, cx, named)?
                    }
                }
            };
            self.teams.insert(named.name.clone(), id);
        }
        Ok(())
    }
}

fn add(tx: &mut Tx, cx: &Cx, named: &Named) -> Result<UserId> {
    let profile = Profile {
        email: named.email.clone(),
        name: named.name.clone(),
        roles: vec![named.role.clone()],
        ..Profile::default()
    };
    Ok(user::adding::add(tx, cx, &profile)?.id)
}

pub(super) fn add_team(tx: &mut Tx, cx: &Cx, named: &NamedTeam) -> Result<TeamId> {
    let new = NewTeam {
        name: named.name.clone(),
        tier: named.tier,
        ..NewTeam::default()
    };
    Ok(people::team::add(tx, cx, &new)?.id)
}
