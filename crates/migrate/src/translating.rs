//! From a record to what is written: the other desk's words become ours, times are checked, HTML is cleaned. Pure; a ticket
//! is taken whole or refused whole with the first thing that is wrong.
//!
//! Other desks keep how a ticket stands and when it was solved and closed; what it was in between is not guessed: it came in
//! as new with its present team and owner, and became what it is at the time that the desk states.

use desk::article;
use desk::import::draft::{Draft, Named, NamedTeam, Standing, Stated, Step};
use desk::ticket::value::{Category, Channel, Impact, Priority, Stage, State, TicketType, Tier, Urgency};
use desk::ticket::{BODY_MAX, Environment, TITLE_MAX};
use desk::triage::Matrix;
use kernel::time::Timestamp;

use crate::map::Map;
use crate::record::{Article, Side, Ticket, Who, Word};
use crate::refusal::{Read, wrong};
use crate::wording::{self, Words};

/// A ticket that may be written.
#[derive(Debug)]
pub struct Ready {
    pub draft: Draft,
    pub body_html: Option<String>,
    pub said: Vec<Said>,
    /// What its words were translated to, for the report.
    pub mapped: Vec<Mapped>,
    pub record: Ticket,
}

/// Something that was said, ready to be written.
#[derive(Debug)]
pub struct Said {
    pub at: Timestamp,
    pub author: Option<Who>,
    pub side: Side,
    pub public: bool,
    pub words: Words,
}

/// A word of theirs and ours, and of which field.
pub type Mapped = (&'static str, String, String);

/// What translation needs to know beside the record.
pub struct Translator<'a> {
    pub map: &'a Map,
    pub matrix: &'a Matrix,
    pub now: Timestamp,
}

struct Classified {
    state: State,
    kind: TicketType,
    category: Category,
    impact: Impact,
    urgency: Urgency,
    priority: Priority,
    channel: Channel,
}

impl Translator<'_> {
    /// The ticket as it is written, or the first thing that is wrong with it.
    pub fn translate(&self, record: Ticket) -> std::result::Result<Ready, crate::refusal::Refusal> {
        let (place, reference) = (record.place.clone(), record.reference.clone());
        self.read(record).map_err(|wrong| wrong.at(&place, &reference))
    }

    fn read(&self, record: Ticket) -> Read<Ready> {
        self.check_times(&record)?;
        let classified = self.classify(&record)?;
        let mapped = mapped(&record, &classified, self.map);
        let requester = record
            .requester
            .as_ref()
            .ok_or_else(|| wrong("requester", "", "migrate.requester_missing"))?;
        let body = wording::read(&record.body);
        let first = Standing {
            state: State::New,
            ticket_type: classified.kind,
            category: classified.category,
            impact: classified.impact,
            urgency: classified.urgency,
            priority: classified.priority,
            tier: Tier::FIRST,
            team: record
                .team
                .as_deref()
                .and_then(|name| self.map.team(name))
                .map(|name| NamedTeam {
                    name,
                    tier: 1,
                    create: true,
                }),
            assignee: record.owner.as_ref().map(named),
        };
        let title = one_line(&record.title, TITLE_MAX);
        let text = if body.text.is_empty() {
            title.clone()
        } else {
            body.text
        };
        let mut draft = Draft {
            foreign: record.foreign.clone(),
            line: record.place.row,
            body: article::body("body", &text).map_err(|_| wrong("body", "", "migrate.text_too_long"))?,
            title,
            channel: classified.channel,
            requester: named(requester),
            organisation: record.organisation.as_deref().map(|name| one_line(name, 200)),
            environment: Environment::default(),
            error_text: None,
            solution: record
                .solution
                .as_ref()
                .map(|text| wording::read(text).text)
                .filter(|text| !text.is_empty()),
            tags: tags(&record, self.map),
            opened_at: record.opened,
            updated_at: record.opened,
            resolved_at: None,
            closed_at: None,
            pinned: record.priority.is_some(),
            first,
            steps: Vec::new(),
            said: Vec::new(),
            stated: Stated {
                met: record.met,
                ..Stated::default()
            },
        };
        stages(&mut draft, &record, classified.state);
        let said = said(&record)?;
        Ok(Ready {
            draft,
            body_html: body.html,
            said,
            mapped,
            record,
        })
    }

    /// Nothing may lie in the future, and nothing may end before it began.
    fn check_times(&self, record: &Ticket) -> Read<()> {
        let mut times = vec![
            ("opened", Some(record.opened)),
            ("updated", record.updated),
            ("first_response", record.first_response),
            ("solved", record.solved),
            ("closed", record.closed),
        ];
        times.extend(
            record
                .articles
                .iter()
                .map(|article| ("article", Some(article.at))),
        );
        // A clock over there may go a little fast.
        let latest = self.now.add_secs(24 * 3_600);
        for (field, at) in times.iter().filter_map(|(field, at)| Some((*field, (*at)?))) {
            if at > latest {
                return Err(wrong(field, &at.to_string(), "migrate.in_future"));
            }
        }
        for (field, at) in [("solved", record.solved), ("closed", record.closed)] {
            if let Some(at) = at.filter(|at| *at < record.opened) {
                return Err(wrong(field, &at.to_string(), "migrate.before_opening"));
            }
        }
        Ok(())
    }

    fn classify(&self, record: &Ticket) -> Read<Classified> {
        fn of<T>(word: Option<&Word>, read: impl Fn(&Word) -> Read<T>) -> Read<Option<T>> {
            word.map(read).transpose()
        }
        let map = self.map;
        let impact = of(record.impact.as_ref(), |word| map.impact(word))?.unwrap_or(Impact::Person);
        let urgency = of(record.urgency.as_ref(), |word| map.urgency(word))?.unwrap_or(Urgency::Medium);
        let by_matrix = self.matrix.get(&(impact, urgency)).copied();
        let priority = of(record.priority.as_ref(), |word| map.priority(word))?;
        Ok(Classified {
            state: map.state(&record.state)?,
            kind: of(record.kind.as_ref(), |word| map.kind(word))?.unwrap_or(TicketType::Incident),
            category: record
                .category
                .as_deref()
                .map_or(Category::Other, |name| map.category(name)),
            priority: priority.or(by_matrix).unwrap_or(Priority::P3),
            channel: record
                .channel
                .as_ref()
                .map_or(Channel::Api, |word| map.channel(word)),
            impact,
            urgency,
        })
    }
}

fn mapped(record: &Ticket, found: &Classified, map: &Map) -> Vec<Mapped> {
    let mut all = vec![(
        "state",
        record.state.said.clone(),
        found.state.as_str().to_owned(),
    )];
    let words = [
        ("priority", &record.priority, found.priority.as_str()),
        ("type", &record.kind, found.kind.as_str()),
        ("urgency", &record.urgency, found.urgency.as_str()),
        ("impact", &record.impact, found.impact.as_str()),
        ("channel", &record.channel, found.channel.as_str()),
    ];
    for (field, word, ours) in words {
        if let Some(word) = word {
            all.push((field, word.said.clone(), ours.to_owned()));
        }
    }
    if let Some(name) = &record.category {
        all.push(("category", name.clone(), found.category.as_str().to_owned()));
    }
    if let Some(name) = &record.team {
        all.push(("team", name.clone(), map.team(name).unwrap_or_default()));
    }
    all
}

/// The way from new to what it is.
fn stages(draft: &mut Draft, record: &Ticket, state: State) {
    let opened = record.opened;
    let latest = record
        .updated
        .or(record.closed)
        .or(record.solved)
        .unwrap_or(opened)
        .max(opened);
    let mut step = |at: Timestamp, state: State| {
        let after = Standing {
            state,
            ..draft.last().clone()
        };
        if after != *draft.last() {
            draft.steps.push(Step { at, by: None, after });
        }
    };
    match state.stage() {
        Stage::Open => step(latest, state),
        Stage::Resolved => step(record.solved.unwrap_or(latest), state),
        Stage::Closed => {
            let closed = record.closed.or(record.solved).unwrap_or(latest);
            let solved = record.solved.unwrap_or(closed).min(closed);
            step(solved, State::Resolved);
            step(closed, State::Closed);
            draft.resolved_at = Some(solved);
            draft.closed_at = Some(closed);
        }
    }
    if state.stage() == Stage::Resolved {
        draft.resolved_at = Some(record.solved.unwrap_or(latest));
    }
    let last_step = draft.steps.last().map_or(opened, |step| step.at);
    draft.updated_at = latest.max(last_step);
}

fn said(record: &Ticket) -> Read<Vec<Said>> {
    let mut articles: Vec<&Article> = record.articles.iter().collect();
    // Desks write articles in order; a reader that puts together several lists need not.
    articles.sort_by_key(|article| article.at);
    let read = |article: &Article| {
        let mut words = wording::read(&article.text);
        if words.text.is_empty() {
            words.text = article
                .files
                .first()
                .map_or_else(|| "…".to_owned(), |file| file.name.clone());
        }
        if words.text.chars().count() > BODY_MAX {
            return Err(wrong("article", "", "migrate.text_too_long"));
        }
        Ok(Said {
            at: article.at.max(record.opened),
            author: article.author.clone(),
            side: article.side,
            public: article.public,
            words,
        })
    };
    articles.into_iter().map(read).collect()
}

fn tags(record: &Ticket, map: &Map) -> Vec<String> {
    // A category that has no like here would be lost as a word to find the ticket by.
    let category = record
        .category
        .as_deref()
        .filter(|name| map.category(name) == Category::Other);
    let mut tags: Vec<String> = record
        .tags
        .iter()
        .map(String::as_str)
        .chain(category)
        .map(|tag| one_line(&tag.to_lowercase(), 50))
        .filter(|tag| !tag.is_empty())
        .collect();
    tags.sort();
    tags.dedup();
    tags
}

/// Whom a draft names.
pub fn named(who: &Who) -> Named {
    Named {
        email: who.email.clone(),
        name: who.name.clone(),
        role: String::new(),
        create: true,
    }
}

fn one_line(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(most).collect()
}
