//! A batch of tickets, written whole in one transaction with everything that belongs to them, by the desk's own ways of taking
//! over a past. No letter is written and no rule starts: the events are those of an import.

use std::collections::{BTreeMap, BTreeSet};

use desk::article::{self, Article, ArticleKind};
use desk::bulk::{self, Recorded, Words};
use desk::figures;
use desk::import::draft::{Draft, Named, NamedTeam};
use desk::import::recording::{self, Naming};
use desk::import::store as imports;
use desk::ticket::NewAttachment;
use desk::ticket::value::Voice;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{TeamId, UserId};
use people::team::NewTeam;
use people::user::{self, Profile};

use crate::note;
use crate::record::{Person, Side, Who};
use crate::translating::{Ready, Said};

/// Everybody and every team of one import so far. Kept between batches: most are named again.
#[derive(Debug, Clone, Default)]
pub struct Names {
    people: BTreeMap<String, UserId>,
    teams: BTreeMap<String, TeamId>,
    pub people_added: u64,
    pub teams_added: u64,
}

/// Files of a ticket that lie in the store already: those of the report, then those of each article.
pub type Stored = Vec<Vec<NewAttachment>>;

/// How a batch is written.
#[derive(Debug, Clone)]
pub struct Manner {
    pub desk: crate::desk::Desk,
    pub source: String,
    pub staff_role: String,
    /// Nothing is written; who would be made is counted.
    pub dry: bool,
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
    /// Finds somebody, or makes them.
    pub fn person(&mut self, tx: &mut Tx, cx: &Cx, manner: &Manner, who: &Person) -> Result<UserId> {
        if let Some(known) = self.people.get(&who.email) {
            return Ok(*known);
        }
        let id = match user::store::find_by_email(tx, &who.email)? {
            Some(found) => found.id,
            None => {
                let profile = profile(who, &manner.staff_role);
                profile.check()?;
                self.people_added += 1;
                if manner.dry {
                    cx.new_id()
                } else {
                    user::adding::add(tx, cx, &profile)?.id
                }
            }
        };
        self.people.insert(who.email.clone(), id);
        Ok(id)
    }

    fn team(&mut self, tx: &mut Tx, cx: &Cx, manner: &Manner, name: &str) -> Result<TeamId> {
        if let Some(known) = self.teams.get(name) {
            return Ok(*known);
        }
        let id = match people::team::store::find_by_name(tx, name)? {
            Some(found) => found.id,
            None => {
                self.teams_added += 1;
                let new = NewTeam {
                    name: name.to_owned(),
                    tier: 1,
                    ..NewTeam::default()
                };
                if manner.dry {
                    cx.new_id()
                } else {
                    people::team::add(tx, cx, &new)?.id
                }
            }
        };
        self.teams.insert(name.to_owned(), id);
        Ok(id)
    }

    /// Finds or makes everybody whom a ticket names.
    fn learn(&mut self, tx: &mut Tx, cx: &Cx, manner: &Manner, ready: &Ready) -> Result<()> {
        for who in ready.record.people() {
            self.person(tx, cx, manner, who)?;
        }
        if let Some(team) = &ready.draft.first.team {
            self.team(tx, cx, manner, &team.name)?;
        }
        Ok(())
    }

    fn of(&self, who: Option<&Who>) -> Option<UserId> {
        self.people.get(&who?.email).copied()
    }
}

/// Whoever is made has no password, no team, and no tier: an import gives nobody work.
fn profile(who: &Person, staff_role: &str) -> Profile {
    let role = if who.staff {
        staff_role
    } else {
        people::role::REQUESTER
    };
    let language = who.language.to_lowercase();
    let locale = match language.split(['-', '_']).next() {
        Some("zh") => "zh-CN",
        Some("en") => "en",
        _ => "",
    };
    Profile {
        email: who.email.clone(),
        name: who.name.clone(),
        locale: locale.to_owned(),
        phone: who.phone.clone(),
        organisation: who.organisation.clone(),
        department: who.department.clone(),
        job_title: who.job_title.clone(),
        place: who.place.clone(),
        roles: vec![role.to_owned()],
        ..Profile::default()
    }
}

/// Which of these tickets are here already.
pub fn known(tx: &mut Tx, source: &str, batch: &[Ready]) -> Result<BTreeSet<String>> {
    let foreign: Vec<&str> = batch.iter().map(|ready| ready.draft.foreign.as_str()).collect();
    imports::known(tx, source, &foreign)
}

/// Writes those that are not here yet; gives back how many that were, and everybody known by now.
pub fn write(
    tx: &mut Tx,
    cx: &Cx,
    manner: &Manner,
    batch: &[(Ready, Stored)],
    names: &Names,
) -> Result<(u64, Names)> {
    let mut names = names.clone();
    let mut here = BTreeSet::new();
    if !manner.dry {
        // Two imports of one desk at once would both find a ticket new; the second waits and finds it here.
        tx.lock("desk.import", &manner.source)?;
        let foreign: Vec<&str> = batch
            .iter()
            .map(|(ready, _)| ready.draft.foreign.as_str())
            .collect();
        here = imports::known(tx, &manner.source, &foreign)?;
    }
    let new: Vec<&(Ready, Stored)> = batch
        .iter()
        .filter(|(ready, _)| !here.contains(&ready.draft.foreign))
        .collect();
    for (ready, _) in &new {
        names.learn(tx, cx, manner, ready)?;
    }
    if !manner.dry && !new.is_empty() {
        insert(tx, cx, manner, &new, &names)?;
    }
    Ok((new.len() as u64, names))
}

fn insert(tx: &mut Tx, cx: &Cx, manner: &Manner, new: &[&(Ready, Stored)], names: &Names) -> Result<()> {
    let whole: Vec<Recorded> = new
        .iter()
        .map(|(ready, _)| recorded(ready, names, &manner.source))
        .collect::<Result<_>>()?;
    // Articles are written one by one below, for they have HTML and files.
    let bare: Vec<Recorded> = whole
        .iter()
        .map(|recorded| Recorded {
            words: Vec::new(),
            ..recorded.clone()
        })
        .collect();
    let numbers = bulk::insert(tx, cx, &bulk::recorded(&bare)?)?;
    for (number, (ready, stored)) in numbers.iter().zip(new) {
        articles(tx, cx, manner, *number, (ready, stored), names)?;
    }
    let origins: Vec<_> = numbers
        .iter()
        .zip(new)
        .map(|(number, (ready, _))| (*number, ready.draft.foreign.clone(), ready.draft.stated.clone()))
        .collect();
    imports::insert(tx, &manner.source, &origins, cx.now())?;
    let drafts: Vec<&Draft> = new.iter().map(|(ready, _)| &ready.draft).collect();
    figures::take_in(tx, &numbers, &whole, &drafts)
}

fn articles(
    tx: &mut Tx,
    cx: &Cx,
    manner: &Manner,
    number: i64,
    (ready, stored): (&Ready, &Stored),
    names: &Names,
) -> Result<()> {
    let report = article::store::latest(tx, number, false, i64::MAX, 1)?;
    let report = report.first().ok_or_else(Error::not_found)?.id;
    let mut files = stored.iter();
    hang(tx, number, report, files.next())?;
    if let Some(html) = &ready.body_html {
        article::store::set_html(tx, report, html)?;
    }
    for said in &ready.said {
        let id = article::store::insert(tx, &article_of(number, said, names)?)?;
        hang(tx, number, id, files.next())?;
    }
    let note = Said {
        at: cx.now(),
        author: None,
        side: Side::Staff,
        public: false,
        words: crate::wording::Words {
            text: note::of(&ready.record, manner.desk, cx.locale),
            html: None,
        },
    };
    article::store::insert(tx, &article_of(number, &note, names)?)?;
    Ok(())
}

fn hang(tx: &mut Tx, number: i64, article: i64, files: Option<&Vec<NewAttachment>>) -> Result<()> {
    for file in files.into_iter().flatten() {
        article::store::insert_attachment(tx, number, article, file)?;
    }
    Ok(())
}

fn article_of(number: i64, said: &Said, names: &Names) -> Result<Article> {
    Ok(Article {
        id: 0,
        ticket: number,
        kind: if said.public {
            ArticleKind::Reply
        } else {
            ArticleKind::Note
        },
        public: said.public,
        voice: match said.side {
            Side::Requester => Voice::Requester,
            Side::Staff => Voice::Staff,
        },
        author: names.of(said.author.as_ref()),
        body: article::body("article", &said.words.text)?,
        body_html: said.words.html.clone(),
        quoted: None,
        message_id: None,
        minutes: None,
        at: said.at,
        attachments: Vec::new(),
    })
}

/// The ticket with everybody named and its way told.
fn recorded(ready: &Ready, names: &Names, source: &str) -> Result<Recorded> {
    let mut recorded = recording::recorded(&ready.draft, names, source)?;
    let requester = recorded.ticket.requester;
    let public = || ready.said.iter().filter(|said| said.public);
    let answered = public().find(|said| said.side == Side::Staff).map(|said| said.at);
    let last_side = public().next_back().map_or(Side::Requester, |said| said.side);
    recorded.ticket.first_response_at = ready.record.first_response.or(answered);
    recorded.ticket.last_voice = match last_side {
        Side::Requester => Voice::Requester,
        Side::Staff => Voice::Staff,
    };
    // Figures count the answers of the desk: whoever spoke for the requester counts as the requester.
    let words = ready.said.iter().map(|said| Words {
        at: said.at,
        author: match said.side {
            Side::Requester => Some(requester),
            Side::Staff => names
                .of(said.author.as_ref())
                .filter(|author| *author != requester),
        },
        public: said.public,
        body: said.words.text.clone(),
    });
    recorded.words = words.collect();
    Ok(recorded)
}
