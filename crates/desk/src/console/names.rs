//! The names of people and teams on a page, fetched together: two statements however many are named.

use std::collections::BTreeMap;

use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use people::user::Card;

/// Somebody as a page shows them.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub name: String,
    /// Chooses the colour of the avatar.
    pub key: String,
}

/// The names a page needs.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    people: BTreeMap<UserId, Card>,
    /// By tier and name.
    pub teams: Vec<(TeamId, String)>,
}

impl Names {
    /// Of these people, and of all teams.
    pub(super) fn load(tx: &mut Tx<'_>, people: &[UserId]) -> Result<Names> {
        let people = if people.is_empty() {
            BTreeMap::new()
        } else {
            people::user::store::cards(tx, people)?
        };
        let teams = people::team::store::list(tx)?
            .into_iter()
            .map(|team| (team.id, team.name))
            .collect();
        Ok(Names { people, teams })
    }

    /// Somebody who was removed keeps a place, not a name.
    pub(super) fn person(&self, id: UserId) -> Person {
        let name = self
            .people
            .get(&id)
            .map_or_else(|| "?".to_owned(), |card| card.name.clone());
        Person {
            name,
            key: id.to_string(),
        }
    }

    pub(super) fn card(&self, id: UserId) -> Option<&Card> {
        self.people.get(&id)
    }

    pub(super) fn team(&self, id: TeamId) -> Option<&str> {
        self.teams
            .iter()
            .find(|(team, _)| *team == id)
            .map(|(_, name)| name.as_str())
    }
}
