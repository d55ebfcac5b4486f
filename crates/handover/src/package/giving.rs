//! Handing a ticket over: what the desk says is checked, what was chosen is copied, the ticket waits for development, the clock
//! starts, and those who shall look into it are told.

use desk::ticket::{self, Note, State as TicketState, Wait, WaitingFor};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::event::{self, New};
use kernel::id::{TeamId, UserId};
use kernel::time::Timestamp;
use serde_json::json;

use super::looking::Seen;
use super::picking::{self, Offer};
use super::privacy;
use super::{Fault, Package, Piece, Severity, State, clock, store, telling};
use crate::tracker::{self, TrackerId, delivering};
use crate::{deadline, events};

/// Pieces of evidence in one package.
pub const PIECES_MOST: usize = 100;
const TITLE_MOST: usize = 200;
const TEXT_MOST: usize = 20_000;

/// What a person or program wants handed over.
#[derive(Debug, Clone)]
pub struct Giving {
    /// What is wrong.
    pub fault: Fault,
    /// The team that shall look into it.
    pub team: Option<TeamId>,
    /// The mail address of who shall look into it; empty: anybody of the team.
    pub developer: String,
    /// The tracker in which it shall become an issue.
    pub tracker: Option<TrackerId>,
    /// What goes along, by source.
    pub evidence: Vec<String>,
    /// Somebody has looked at what was warned about.
    pub checked: bool,
    /// What was seen in what goes along; what is missing here was not looked into.
    pub seen: Seen,
}

impl Giving {
    /// Begins with what the desk says of the fault.
    #[must_use]
    pub fn of(fault: Fault) -> Self {
        Self {
            fault,
            team: None,
            developer: String::new(),
            tracker: None,
            evidence: Vec::new(),
            checked: false,
            seen: Seen::new(),
        }
    }
}

/// To whom, after looking them up.
struct Receivers {
    developer: Option<UserId>,
    tracker: Option<tracker::Tracker>,
}

/// Whether something that leaves the house is to be looked at first: the words as well as what goes along with them. A tracker, which
/// many may read, gets nothing but the words and the names.
fn is_private(fault: &Fault, pieces: &[Piece]) -> bool {
    let is_said = |text: &str| !privacy::warnings(text).is_empty();
    fault.texts().into_iter().any(|(_, text)| is_said(text))
        || pieces
            .iter()
            .any(|piece| !piece.warnings.is_empty() || is_said(&piece.name))
}

/// Hands a ticket over. `base` is the address of this installation, for links.
///
/// # Errors
/// The fields that are wrong; 409 when a package of the ticket is still open or the ticket cannot wait.
pub fn hand_over(tx: &mut Tx<'_>, cx: &Cx, number: i64, giving: &Giving, base: &str) -> Result<Package> {
    tx.lock("handover.ticket", number)?;
    let basis = picking::basis(tx, cx, number)?;
    let mut errors = Errors::new();
    let fault = checked(&giving.fault, &mut errors);
    let receivers = receivers(tx, giving, &mut errors)?;
    let pieces = chosen(basis.offers, giving, &mut errors);
    if !giving.checked && is_private(&fault, &pieces) {
        errors.push("checked", "handover.package.unchecked");
    }
    errors.finish()?;
    refuse_second(tx, number)?;
    let now = cx.now();
    let hours = deadline::hours(tx)?;
    let due = deadline::after(tx, now, hours)?;
    let mut package = Package {
        id: cx.new_id(),
        ticket: number,
        fault,
        locale: cx.locale,
        team: giving.team,
        developer: receivers.developer,
        tracker: giving.tracker,
        from_team: basis.ticket.team,
        handed_by: cx.user_id(),
        ticket_team: basis.ticket.team,
        ticket_assignee: basis.ticket.assignee,
        state: State::HandedOver,
        round: 1,
        started_at: now,
        due_at: due,
        chase_at: None,
        chase_step: clock::NO_STEP,
        issue_key: None,
        issue_url: None,
        fix_delivered_at: None,
        withdrawn_reason: None,
        version: 1,
        created_at: now,
        settled_at: None,
    };
    package.run(now, due);
    store::insert(tx, &package)?;
    for piece in &pieces {
        store::insert_piece(tx, package.id, piece)?;
    }
    told(tx, cx, &package, pieces.len())?;
    let to = telling::receiver_name(tx, &package)?;
    let words = Words::of(cx, &package, &to, base);
    ticket::note(tx, cx, number, words.note())?;
    if basis.ticket.state != TicketState::WaitingDevelopment {
        ticket::wait(tx, cx, number, words.wait())?;
    }
    if let Some(tracker) = receivers.tracker {
        delivering::send_package(tx, cx, &tracker, &package, &pieces, base)?;
    }
    telling::handed_over(tx, cx, &package, base)?;
    Ok(package)
}

/// Two open packages of one ticket would be two truths.
fn refuse_second(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    let packages = store::of_ticket(tx, number, 50)?;
    if packages.iter().any(|package| !package.state.is_settled()) {
        return Err(Error::conflict("handover.package.already_open").arg("number", number));
    }
    Ok(())
}

fn checked(fault: &Fault, errors: &mut Errors) -> Fault {
    let mut text = |field: &str, text: &str, most: usize, needed: bool| {
        let clean = desk::diagnosis::plain(text);
        let clean = clean.trim();
        if needed && clean.is_empty() {
            errors.push(field, format!("handover.package.{field}_missing"));
        }
        if clean.chars().count() > most {
            errors.push_with(
                field,
                "handover.text_too_long",
                vec![("most".to_owned(), most.into())],
            );
        }
        clean.to_owned()
    };
    let title = fault.title.split_whitespace().collect::<Vec<_>>().join(" ");
    Fault {
        title: text("title", &title, TITLE_MOST, true),
        severity: fault.severity,
        steps: text("steps", &fault.steps, TEXT_MOST, true),
        expected: text("expected", &fault.expected, TEXT_MOST, true),
        actual: text("actual", &fault.actual, TEXT_MOST, true),
        environment: text("environment", &fault.environment, TEXT_MOST, false),
        found: text("found", &fault.found, TEXT_MOST, false),
        tried: text("tried", &fault.tried, TEXT_MOST, false),
        versions: text("versions", &fault.versions, TEXT_MOST, false),
    }
}

fn receivers(tx: &mut Tx<'_>, giving: &Giving, errors: &mut Errors) -> Result<Receivers> {
    let teams = people::team::store::list(tx)?;
    if giving
        .team
        .is_some_and(|wanted| !teams.iter().any(|team| team.id == wanted))
    {
        errors.push("team", "handover.package.team_unknown");
    }
    let address = giving.developer.trim();
    let developer = if address.is_empty() {
        None
    } else {
        let found = people::user::store::find_by_email(tx, address)?.filter(|person| person.active);
        if found.is_none() {
            let arguments = vec![("address".to_owned(), address.into())];
            errors.push_with("developer", "handover.package.developer_unknown", arguments);
        }
        found.map(|person| person.id)
    };
    let tracker = match giving.tracker {
        None => None,
        Some(id) => {
            let found = tracker::store::find(tx, id)?.filter(|one| one.definition.enabled);
            if found.is_none() {
                errors.push("tracker", "handover.package.tracker_unknown");
            }
            found
        }
    };
    if giving.team.is_none() && address.is_empty() && giving.tracker.is_none() {
        errors.push("team", "handover.package.nobody");
    }
    Ok(Receivers { developer, tracker })
}

/// The chosen pieces, and nothing that was not offered.
fn chosen(offers: Vec<Offer>, giving: &Giving, errors: &mut Errors) -> Vec<Piece> {
    let is_offered = |wanted: &String| offers.iter().any(|offer| offer.source == *wanted);
    if !giving.evidence.iter().all(is_offered) {
        errors.push("evidence", "handover.package.evidence_unknown");
    }
    let wanted = |offer: &Offer| giving.evidence.contains(&offer.source);
    let pieces: Vec<Piece> = (1..)
        .zip(offers.into_iter().filter(wanted))
        .map(|(place, offer)| piece(place, offer, &giving.seen))
        .collect();
    if pieces.len() > PIECES_MOST {
        errors.push_with(
            "evidence",
            "handover.package.evidence_too_many",
            vec![("most".to_owned(), PIECES_MOST.into())],
        );
    }
    pieces
}

fn piece(place: i64, mut offer: Offer, seen: &Seen) -> Piece {
    offer.mark(seen);
    Piece {
        place,
        source: offer.source,
        name: offer.name,
        media_type: offer.media_type,
        size: offer.size,
        hash: offer.hash,
        words: offer.words,
        warnings: offer.warnings,
    }
}

fn told(tx: &mut Tx<'_>, cx: &Cx, package: &Package, pieces: usize) -> Result<()> {
    let new = New {
        kind: events::PACKAGE_CREATED,
        subject: package.subject(),
        data: json!({
            "ticket": package.ticket, "severity": package.fault.severity, "team": package.team.map(|id| id.to_string()),
            "developer": package.developer.map(|id| id.to_string()), "tracker": package.tracker.map(|id| id.to_string()),
            "due_at": package.due_at, "pieces": pieces,
        }),
        personal: None,
    };
    event::append(tx, cx, new).map(drop)
}

/// What the ticket is told.
struct Words {
    note: String,
    reason: String,
    until: Timestamp,
}

impl Words {
    fn of(cx: &Cx, package: &Package, to: &str, base: &str) -> Self {
        let due = deadline::words(package.due_at, cx.locale, &cx.time_zone);
        let arguments = [
            ("to", to.into()),
            ("title", package.fault.title.as_str().into()),
            ("due", due.as_str().into()),
            ("link", telling::link(base, package).into()),
        ];
        Self {
            note: cx.locale.t_with("handover-note-handed-over", &arguments),
            reason: cx.locale.t_with("handover-wait-reason", &arguments),
            until: package.due_at,
        }
    }

    fn note(&self) -> Note {
        Note {
            body: self.note.clone(),
            ..Note::default()
        }
    }

    fn wait(self) -> Wait {
        Wait {
            whom: WaitingFor::Development,
            reason: self.reason.chars().take(480).collect(),
            until: Some(self.until),
        }
    }
}

/// The severity that a form or program named.
///
/// # Errors
/// Names the field.
pub fn severity(text: &str) -> Result<Severity> {
    Severity::known(text).ok_or_else(|| Error::invalid("handover.package.severity_unknown").field("severity"))
}

/// The note of the house on a ticket, in the language of the package.
///
/// # Errors
/// The database's.
pub fn note_of_house(tx: &mut Tx<'_>, cx: &Cx, package: &Package, body: String) -> Result<()> {
    let note = Note {
        body,
        ..Note::default()
    };
    ticket::note(tx, cx, package.ticket, note).map(drop)
}
