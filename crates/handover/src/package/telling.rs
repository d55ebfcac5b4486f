//! Mails about packages: to who shall look into it, to who handed over. Without a mailbox to send from, the pages say it all.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Arg;
use kernel::id::UserId;
use mail::message::Address;
use mail::{Letter, Sender};

use super::Package;
use crate::deadline;

/// People of a team that are written to; more than these look at the list.
const MEMBERS_MOST: usize = 50;

/// The page of a package.
#[must_use]
pub fn link(base: &str, package: &Package) -> String {
    format!("{}/handovers/{}", base.trim_end_matches('/'), package.id)
}

/// To whom it went, in words.
///
/// # Errors
/// The database's.
pub fn receiver_name(tx: &mut Tx<'_>, package: &Package) -> Result<String> {
    let mut names = Vec::new();
    if let Some(team) = package.team {
        names.push(people::team::store::load(tx, team)?.name);
    }
    if let Some(developer) = package.developer {
        names.extend(people::user::store::find(tx, developer)?.map(|person| person.name));
    }
    if let Some(tracker) = package.tracker {
        names.extend(crate::tracker::store::find_any(tx, tracker)?.map(|tracker| tracker.definition.name));
    }
    Ok(names.join(" · "))
}

/// Who looks into it: the person, else the members of the team.
fn developers(tx: &mut Tx<'_>, package: &Package) -> Result<Vec<UserId>> {
    if let Some(developer) = package.developer {
        return Ok(vec![developer]);
    }
    let Some(team) = package.team else {
        return Ok(Vec::new());
    };
    let mut members = people::team::store::members(tx, team)?;
    members.truncate(MEMBERS_MOST);
    Ok(members)
}

/// Who answers for it at the desk: who handed it over; when they are gone or nobody did, who has the ticket, else the members of
/// the team that has it, or had it.
fn desk_side(tx: &mut Tx<'_>, package: &Package) -> Result<Vec<UserId>> {
    for person in [package.handed_by, package.ticket_assignee].into_iter().flatten() {
        if people::user::store::find(tx, person)?.is_some_and(|person| person.active) {
            return Ok(vec![person]);
        }
    }
    let Some(team) = package.ticket_team.or(package.from_team) else {
        return Ok(Vec::new());
    };
    let mut members = people::team::store::members(tx, team)?;
    members.truncate(MEMBERS_MOST);
    Ok(members)
}

/// Which mail.
struct Occasion {
    /// Its texts: `handover-mail-NAME-subject` and `-text`.
    subject: &'static str,
    text: &'static str,
    /// With the package and the reader it makes a mail that leaves once.
    key: String,
    /// What the text says besides.
    words: String,
}

/// A ticket came to development.
///
/// # Errors
/// The database's.
pub fn handed_over(tx: &mut Tx<'_>, cx: &Cx, package: &Package, base: &str) -> Result<()> {
    let occasion = Occasion {
        subject: "handover-mail-given-subject",
        text: "handover-mail-given-text",
        key: "given".to_owned(),
        words: String::new(),
    };
    let readers = developers(tx, package)?;
    write(tx, cx, package, &occasion, &readers, base).map(drop)
}

/// The report is asked for; gives back how many mails left.
///
/// # Errors
/// The database's.
pub fn chased(tx: &mut Tx<'_>, cx: &Cx, package: &Package, step: i64, base: &str) -> Result<i64> {
    let (subject, text) = if step == 0 {
        ("handover-mail-soon-subject", "handover-mail-soon-text")
    } else {
        ("handover-mail-late-subject", "handover-mail-late-text")
    };
    let occasion = Occasion {
        subject,
        text,
        key: format!("chase:{}:{step}", package.round),
        words: String::new(),
    };
    let mut readers = developers(tx, package)?;
    readers.extend(desk_side(tx, package)?);
    write(tx, cx, package, &occasion, &readers, base)
}

/// The tracker says that it is fixed: the report is still due.
///
/// # Errors
/// The database's.
pub fn fix_delivered(tx: &mut Tx<'_>, cx: &Cx, package: &Package, base: &str) -> Result<()> {
    let occasion = Occasion {
        subject: "handover-mail-fixed-subject",
        text: "handover-mail-fixed-text",
        key: format!("fixed:{}", package.version),
        words: String::new(),
    };
    let readers = developers(tx, package)?;
    write(tx, cx, package, &occasion, &readers, base).map(drop)
}

/// A report waits for its verdict.
///
/// # Errors
/// The database's.
pub fn reported(tx: &mut Tx<'_>, cx: &Cx, package: &Package, number: i64, base: &str) -> Result<()> {
    let occasion = Occasion {
        subject: "handover-mail-reported-subject",
        text: "handover-mail-reported-text",
        key: format!("reported:{number}"),
        words: String::new(),
    };
    let readers = desk_side(tx, package)?;
    write(tx, cx, package, &occasion, &readers, base).map(drop)
}

/// The verdict on a report, to its writer.
///
/// # Errors
/// The database's.
pub fn judged(
    tx: &mut Tx<'_>,
    cx: &Cx,
    package: &Package,
    report: &crate::report::Report,
    base: &str,
) -> Result<()> {
    let (subject, text) = match report.verdict {
        Some(crate::report::Verdict::Returned) => {
            ("handover-mail-returned-subject", "handover-mail-returned-text")
        }
        _ => ("handover-mail-accepted-subject", "handover-mail-accepted-text"),
    };
    let occasion = Occasion {
        subject,
        text,
        key: format!("judged:{}", report.number),
        words: report.reason.clone(),
    };
    let readers: Vec<UserId> = report.reported_by.into_iter().collect();
    write(tx, cx, package, &occasion, &readers, base).map(drop)
}

/// It was taken back.
///
/// # Errors
/// The database's.
pub fn withdrawn(tx: &mut Tx<'_>, cx: &Cx, package: &Package, base: &str) -> Result<()> {
    let occasion = Occasion {
        subject: "handover-mail-withdrawn-subject",
        text: "handover-mail-withdrawn-text",
        key: "withdrawn".to_owned(),
        words: package.withdrawn_reason.clone().unwrap_or_default(),
    };
    let readers = developers(tx, package)?;
    write(tx, cx, package, &occasion, &readers, base).map(drop)
}

/// Writes to each reader in their language and zone; nobody hears of what they did themselves.
fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    package: &Package,
    occasion: &Occasion,
    readers: &[UserId],
    base: &str,
) -> Result<i64> {
    if mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))?.is_none() {
        return Ok(0);
    }
    let mut readers = readers.to_vec();
    readers.sort_unstable();
    readers.dedup();
    readers.retain(|reader| cx.user_id() != Some(*reader));
    let mut left = 0;
    for reader in readers {
        let found = people::user::store::find(tx, reader)?;
        let Some(person) = found.filter(|person| person.active && people::user::is_email(&person.email))
        else {
            continue;
        };
        let locale = person.locale.unwrap_or(package.locale);
        let zone = person.shown_time_zone.as_deref().unwrap_or(&cx.time_zone);
        let arguments: [(&str, Arg); 6] = [
            ("title", package.fault.title.as_str().into()),
            ("ticket", package.ticket.into()),
            ("severity", locale.t(package.fault.severity.text_key()).into()),
            ("due", deadline::words(package.due_at, locale, zone).into()),
            ("words", occasion.words.as_str().into()),
            ("link", link(base, package).into()),
        ];
        let to = Address {
            name: Some(person.name.clone()).filter(|name| !name.is_empty()),
            email: person.email.clone(),
        };
        let letter = Letter::new(
            mail::DESK,
            to,
            locale.t_with(occasion.subject, &arguments),
            locale.t_with(occasion.text, &arguments),
            package.subject(),
            format!("handover:{}:{}:{}", package.id, occasion.key, person.id),
        );
        mail::send(tx, cx, &letter)?;
        left += 1;
    }
    Ok(left)
}
