//! Lists of devices: what is asked for, typed as words and filters, and what the reader may see of it.
//!
//! `kind:server state:pending owner:me team:helpdesk os:ubuntu online:yes site:berlin update:openssl agent:<1.2` in either language; all other words are
//! looked for in name, host, serial number, vendor, model, system, place, note, and hardware addresses.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use kernel::cx::{Cx, Scope};
use kernel::db::{Tx, Value};
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use kernel::search::typed;
use update::release::Version;

use super::{Device, DeviceId, Kind, Source, State, seeing, store};
use crate::{READ, patch, release};

/// What a list is about. Fields left empty ask for nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Each of them must be found somewhere.
    pub words: Vec<String>,
    /// Any of these.
    pub kinds: Vec<Kind>,
    /// Any of these; those in use when empty.
    pub states: Vec<State>,
    /// Any of these.
    pub sources: Vec<Source>,
    /// Whoever uses it.
    pub owners: Vec<UserId>,
    /// Who looks after it.
    pub teams: Vec<TeamId>,
    /// Nobody uses it.
    pub is_ownerless: bool,
    /// Part of the system's name.
    pub systems: Vec<String>,
    /// Part of the place.
    pub places: Vec<String>,
    /// Whether it is heard of now.
    pub online: Option<bool>,
    /// It reports any of these updates.
    pub updates: Vec<Update>,
    /// Its agent has any of these versions: those that devices have and that were asked for.
    pub agents: Option<BTreeSet<String>>,
    /// Only what belongs to the department: no guests.
    pub is_own: bool,
    /// A filter had a value that means nothing: nothing is found, and the page says which.
    pub unknown: Vec<String>,
}

/// An update that a device can report: `openssl`, or only one version of it, `openssl=3.0.17-1~deb12u2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The package.
    pub name: String,
    /// The version that is offered; any when there is none.
    pub version: Option<String>,
}

impl Update {
    fn read(text: &str) -> Option<Self> {
        let (name, version) = match text.split_once(['=', '＝']) {
            Some((name, version)) => (name, Some(version.trim())),
            None => (text, None),
        };
        let name = name.trim().to_lowercase();
        let is_well = !name.is_empty() && version.is_none_or(|version| !version.is_empty());
        is_well.then(|| Self {
            name,
            version: version.map(str::to_owned),
        })
    }
}

/// Versions of the agent that are asked for: `1.2.3`, `<1.2`, `>=2`. Parts that are left out are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Agents {
    /// How it compares with this one.
    Compared(&'static [Ordering], Version),
    /// As it is written: agents that are not ours have versions of all kinds.
    Written(String),
}

impl Agents {
    fn read(text: &str) -> Option<Self> {
        const SIGNS: [(&str, &[Ordering]); 9] = [
            ("<=", &[Ordering::Less, Ordering::Equal]),
            (">=", &[Ordering::Greater, Ordering::Equal]),
            ("≤", &[Ordering::Less, Ordering::Equal]),
            ("≥", &[Ordering::Greater, Ordering::Equal]),
            ("<", &[Ordering::Less]),
            (">", &[Ordering::Greater]),
            ("＜", &[Ordering::Less]),
            ("＞", &[Ordering::Greater]),
            ("=", &[Ordering::Equal]),
        ];
        let text = text.trim();
        let signed = SIGNS
            .into_iter()
            .find_map(|(sign, orders)| Some((orders, text.strip_prefix(sign)?)));
        match signed {
            Some((orders, rest)) => whole(rest.trim()).map(|version| Self::Compared(orders, version)),
            None if text.is_empty() => None,
            None => Some(whole(text).map_or_else(
                || Self::Written(text.to_owned()),
                |version| Self::Compared(&[Ordering::Equal], version),
            )),
        }
    }

    fn fits(&self, told: &str) -> bool {
        match self {
            Self::Written(text) => told == text,
            Self::Compared(orders, wanted) => {
                Version::parse(told).is_some_and(|version| orders.contains(&version.cmp(wanted)))
            }
        }
    }
}

/// A version of which the last parts may be left out.
fn whole(text: &str) -> Option<Version> {
    Version::parse(text)
        .or_else(|| Version::parse(&format!("{text}.0")))
        .or_else(|| Version::parse(&format!("{text}.0.0")))
}

const NAMES: &[(&str, &[&str])] = &[
    ("kind", &["kind", "type", "类型", "种类"]),
    ("state", &["state", "status", "状态"]),
    ("source", &["source", "来源"]),
    ("owner", &["owner", "user", "使用人", "使用者"]),
    ("team", &["team", "团队", "小组"]),
    ("os", &["os", "system", "系统"]),
    ("place", &["place", "location", "位置", "地点"]),
    ("online", &["online", "在线"]),
    ("update", &["update", "更新"]),
    ("agent", &["agent", "代理", "代理版本"]),
];
const WORDS_MOST: usize = 8;
/// Letters of a line. A rollout is planned with one, so a longer line finds nothing: cut short, it would find other devices.
pub const LINE_MAX: usize = 4_000;

fn canonical(name: &str) -> Option<&'static str> {
    NAMES
        .iter()
        .find(|(_, names)| names.contains(&name))
        .map(|(canonical, _)| *canonical)
}

/// Reads what somebody typed. Names of people and teams are looked up, so it needs the database; nobody learns more than they may,
/// for only devices that they may see are found.
///
/// # Errors
/// The database's.
pub fn read(tx: &mut Tx<'_>, cx: &Cx, line: &str) -> Result<Filter> {
    if line.chars().count() > LINE_MAX {
        let begin: String = line.chars().take(40).collect();
        return Ok(Filter {
            unknown: vec![format!("{begin}…")],
            ..Filter::default()
        });
    }
    let typed = typed::read(line, |name| canonical(name).is_some());
    let mut filter = Filter {
        words: typed
            .words
            .split_whitespace()
            .take(WORDS_MOST)
            .map(str::to_lowercase)
            .collect(),
        ..Filter::default()
    };
    for one in &typed.filters {
        let before = filter.clone();
        for value in &one.values {
            apply(
                tx,
                cx,
                &mut filter,
                canonical(&one.name).unwrap_or_default(),
                value,
            )?;
        }
        if filter == before {
            filter.unknown.push(one.written.clone());
        }
    }
    Ok(filter)
}

fn apply(tx: &mut Tx<'_>, cx: &Cx, filter: &mut Filter, name: &str, value: &str) -> Result<()> {
    let lower = value.to_lowercase();
    match name {
        "kind" => filter
            .kinds
            .extend(word(Kind::ALL, &lower, Kind::as_str, Kind::text_key)),
        "state" => filter
            .states
            .extend(word(State::ALL, &lower, State::as_str, State::text_key)),
        "source" => filter
            .sources
            .extend(word(Source::ALL, &lower, Source::as_str, Source::text_key)),
        "owner" => match lower.as_str() {
            "me" | "我" => filter.owners.extend(cx.user_id()),
            "none" | "nobody" | "无" => filter.is_ownerless = true,
            _ => filter.owners.extend(people_called(tx, value)?),
        },
        "team" => filter.teams.extend(
            people::team::store::list(tx)?
                .into_iter()
                .filter(|team| team.name.to_lowercase().contains(&lower))
                .map(|team| team.id),
        ),
        "os" => filter.systems.push(lower),
        "place" => filter.places.push(lower),
        "online" => match lower.as_str() {
            "yes" | "true" | "1" | "是" => filter.online = Some(true),
            "no" | "false" | "0" | "否" => filter.online = Some(false),
            _ => {}
        },
        "update" => filter.updates.extend(Update::read(value)),
        "agent" => {
            if let Some(wanted) = Agents::read(value) {
                let found = release::store::agent_versions(tx)?;
                let fitting = found.into_iter().filter(|version| wanted.fits(version));
                filter.agents.get_or_insert_default().extend(fitting);
            }
        }
        _ => {}
    }
    Ok(())
}

/// A value of a closed set, by its word or its name in either language.
fn word<T: Copy>(
    all: &'static [T],
    value: &str,
    as_str: fn(T) -> &'static str,
    text_key: fn(T) -> String,
) -> Option<T> {
    all.iter().copied().find(|one| {
        as_str(*one) == value
            || kernel::Locale::ALL
                .into_iter()
                .any(|locale| locale.t(&text_key(*one)).to_lowercase() == value)
    })
}

fn people_called(tx: &mut Tx<'_>, name: &str) -> Result<Vec<UserId>> {
    const NAMESAKES: i64 = 20;
    if let Ok(id) = name.parse() {
        return Ok(vec![id]);
    }
    Ok(people::user::store::suggest(tx, name, NAMESAKES)?
        .into_iter()
        .map(|card| card.id)
        .collect())
}

/// Devices in the order of their names, after one of them.
///
/// # Errors
/// Forbidden without the right.
pub fn list(
    tx: &mut Tx<'_>,
    cx: &Cx,
    filter: &Filter,
    after: Option<&(String, DeviceId)>,
    limit: i64,
) -> Result<Vec<Device>> {
    let scope = cx.require(READ)?;
    let Some(conditions) = conditions(cx, scope, filter) else {
        return Ok(Vec::new());
    };
    store::list(tx, &conditions, after, limit)
}

/// What to ask the database for; none when nothing can be found.
fn conditions(cx: &Cx, scope: Scope, filter: &Filter) -> Option<Vec<(String, Vec<Value>)>> {
    if !filter.unknown.is_empty() {
        return None;
    }
    let mut wanted: Vec<(String, Vec<Value>)> = Vec::new();
    match scope {
        Scope::All => {}
        Scope::Team if cx.team_ids().is_empty() => return None,
        Scope::Team => wanted.push(any_of("d.team", cx.team_ids().iter().map(Value::from))),
        Scope::Own => return None,
    }
    if filter.states.is_empty() {
        wanted.push(("d.state <> 'retired'".to_owned(), Vec::new()));
    } else {
        wanted.push(any_of(
            "d.state",
            filter.states.iter().map(|one| one.as_str().into()),
        ));
    }
    // A guest is there or it is not.
    wanted.push(if filter.is_own {
        ("d.source <> 'guest'".to_owned(), Vec::new())
    } else {
        (
            "(d.source <> 'guest' OR d.state <> 'retired')".to_owned(),
            Vec::new(),
        )
    });
    if !filter.kinds.is_empty() {
        wanted.push(any_of(
            "d.kind",
            filter.kinds.iter().map(|one| one.as_str().into()),
        ));
    }
    if !filter.sources.is_empty() {
        wanted.push(any_of(
            "d.source",
            filter.sources.iter().map(|one| one.as_str().into()),
        ));
    }
    if !filter.owners.is_empty() {
        wanted.push(any_of("d.owner", filter.owners.iter().map(Value::from)));
    }
    if filter.is_ownerless {
        wanted.push(("d.owner IS NULL".to_owned(), Vec::new()));
    }
    if !filter.teams.is_empty() {
        wanted.push(any_of("d.team", filter.teams.iter().map(Value::from)));
    }
    if !filter.systems.is_empty() {
        wanted.push(any_like("LOWER(d.os || ' ' || d.os_version)", &filter.systems));
    }
    if !filter.places.is_empty() {
        wanted.push(any_like("LOWER(d.location)", &filter.places));
    }
    if !filter.updates.is_empty() {
        wanted.push(patch::store::reports(&filter.updates));
    }
    if let Some(versions) = &filter.agents {
        if versions.is_empty() {
            return None;
        }
        let places = vec!["?"; versions.len()].join(", ");
        let values = versions.iter().map(|version| version.as_str().into());
        wanted.push((format!("d.agent_version IN ({places})"), values.collect()));
    }
    for word in &filter.words {
        wanted.push(any_like("d.words", std::slice::from_ref(word)));
    }
    let border = Value::from(cx.now().add_millis(-seeing::ONLINE_MILLIS));
    match filter.online {
        Some(true) => wanted.push(("s.at >= ?".to_owned(), vec![border])),
        Some(false) => wanted.push(("(s.at IS NULL OR s.at < ?)".to_owned(), vec![border])),
        None => {}
    }
    Some(wanted)
}

fn any_of(column: &str, values: impl Iterator<Item = Value>) -> (String, Vec<Value>) {
    let values: Vec<Value> = values.take(50).collect();
    let places = vec!["?"; values.len()].join(", ");
    (format!("{column} IN ({places})"), values)
}

fn any_like(column: &str, parts: &[String]) -> (String, Vec<Value>) {
    let parts: Vec<Value> = parts.iter().take(10).map(|part| like(part).into()).collect();
    let each = vec![format!("{column} LIKE ? ESCAPE '!'"); parts.len()].join(" OR ");
    (format!("({each})"), parts)
}

/// A pattern that finds a text anywhere and takes it by its letters.
pub(crate) fn like(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// The place after a device, for addresses.
///
/// # Errors
/// None in practice.
pub fn cursor(device: &Device) -> Result<String> {
    let keys = serde_json::to_vec(&(store::name_key(&device.name), device.id))?;
    Ok(data_encoding::BASE64URL_NOPAD.encode(&keys))
}

/// Reads [`cursor`] back; nothing for an empty one.
///
/// # Errors
/// `fleet.cursor_malformed`.
pub fn after(cursor: &str) -> Result<Option<(String, DeviceId)>> {
    if cursor.is_empty() {
        return Ok(None);
    }
    let malformed = || Error::invalid("fleet.cursor_malformed").field("cursor");
    let keys = data_encoding::BASE64URL_NOPAD
        .decode(cursor.as_bytes())
        .map_err(|_| malformed())?;
    serde_json::from_slice(&keys).map(Some).map_err(|_| malformed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_mean_something_in_a_pattern_are_only_letters() {
        assert_eq!(like("50%_a!"), "%50!%!_a!!%");
    }

    #[test]
    fn an_update_is_a_package_with_or_without_a_version() {
        let read = |text: &str| Update::read(text).map(|one| (one.name, one.version));
        assert_eq!(read("OpenSSL"), Some(("openssl".to_owned(), None)));
        let one = ("libc6:i386".to_owned(), Some("2:3.0~deb12u2".to_owned()));
        assert_eq!(read("libc6:i386 ＝ 2:3.0~deb12u2"), Some(one));
        assert_eq!((read("=1"), read("openssl=")), (None, None));
    }

    #[test]
    fn versions_of_agents_are_compared_as_numbers() {
        let fits = |asked: &str, told: &str| Agents::read(asked).unwrap().fits(told);
        assert!(fits("<1.10", "1.9.9") && fits("<1.10", "1.10.0-rc.1") && !fits("<1.10", "1.10.0"));
        assert!(fits(">=2", "2.0.0") && !fits(">2", "2.0.0") && fits("≤2", "2.0.0"));
        assert!(fits("1.2", "1.2.0") && !fits("1.2", "1.2.1"));
        assert!(fits("GLPI-Agent_v1.7", "GLPI-Agent_v1.7") && !fits("<9", "GLPI-Agent_v1.7"));
        assert_eq!(
            (Agents::read("<"), Agents::read("<x"), Agents::read("")),
            (None, None, None)
        );
    }

    #[test]
    fn names_of_filters_are_known_in_both_languages() {
        assert_eq!(canonical("状态"), Some("state"));
        assert_eq!(canonical("kind"), Some("kind"));
        assert_eq!(canonical("http"), None);
    }
}
