//! What became of a ticket by what was done to it: pure, by the same rules of state and clock as the operations.

use std::collections::BTreeSet;

use kernel::cx::{Cx, Via};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;
use serde_json::{Map, Value, json};

use super::{Act, Past, Rules};
use crate::article::{self, Article, ArticleKind};
use crate::assignment::{Choice, Outcome, Reason};
use crate::events;
use crate::service_level::clock::{self, Clock};
use crate::service_level::history::{Happening, HistoryPoint};
use crate::service_level::{choose, keeping};
use crate::ticket::saving::first_values;
use crate::ticket::state::{self, Step};
use crate::ticket::value::{State, Voice};
use crate::ticket::{TITLE_MAX, Ticket};
use crate::verification::{Answer, AnsweredBy, LINK_DAYS, Question, Resolution};

/// A ticket as it stands at the end, with everything that was written down on the way.
#[derive(Debug, Clone)]
pub(super) struct Life {
    pub ticket: Ticket,
    pub tags: Vec<String>,
    pub articles: Vec<Article>,
    pub choices: Vec<(Timestamp, Choice)>,
    /// A record of another desk asks nobody.
    pub resolutions: Vec<(Resolution, Option<Question>)>,
    pub told: Vec<Told>,
    pub clocks: Vec<(Clock, Option<Timestamp>)>,
    history: Vec<HistoryPoint>,
}

/// An event that waits for the ids of what it tells of.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub at: Timestamp,
    /// None when nobody knows.
    pub by: Option<UserId>,
    pub via: Via,
    pub kind: &'static str,
    pub data: Map<String, Value>,
    pub personal: Option<Value>,
    /// Its article and resolution, by their place in the life.
    pub article: Option<usize>,
    pub resolution: Option<usize>,
}

impl Life {
    /// A ticket to which nothing has happened yet.
    pub(super) fn empty(ticket: Ticket, tags: Vec<String>) -> Life {
        Life {
            ticket,
            tags,
            articles: Vec::new(),
            choices: Vec::new(),
            resolutions: Vec::new(),
            told: Vec::new(),
            clocks: Vec::new(),
            history: Vec::new(),
        }
    }

    pub(super) fn of(rules: &Rules, cx: &Cx, past: &Past) -> Result<Life> {
        let mut life = Life::begun(rules, past)?;
        for (at, act) in &past.acts {
            life.act(rules, cx, *at, act)?;
        }
        let clocks = clock::replay(&rules.book, &life.history)?;
        keeping::summarise(cx, &mut life.ticket, &clocks);
        let due = keeping::with_due(&clocks, &BTreeSet::new());
        life.clocks = due.into_iter().map(|(clock, due)| (clock.clone(), due)).collect();
        Ok(life)
    }

    fn begun(rules: &Rules, past: &Past) -> Result<Life> {
        let at = past.ticket.created_at;
        let mut ticket = Ticket {
            state: State::New,
            updated_at: at,
            version: 1,
            ..past.ticket.clone()
        };
        ticket.title = ticket.title.chars().take(TITLE_MAX).collect();
        ticket.priority = rules.priority(&ticket);
        ticket.policy = choose(&rules.policies, &ticket).map(crate::service_level::Policy::reference);
        let history = vec![
            HistoryPoint {
                at,
                happening: Happening::State(ticket.state),
            },
            HistoryPoint {
                at,
                happening: Happening::Policy(ticket.policy.clone()),
            },
        ];
        let data = json!({ "after": first_values(&ticket), "tags": past.tags });
        let mut life = Life {
            history,
            ..Life::empty(ticket, past.tags.clone())
        };
        let requester = life.ticket.requester;
        let article = life.say(at, requester, Voice::Requester, ArticleKind::Report, &past.body)?;
        life.tell(at, requester, events::TICKET_OPENED, data);
        life.with_words("title", &life.ticket.title.clone());
        life.with_article(article);
        Ok(life)
    }

    fn act(&mut self, rules: &Rules, cx: &Cx, at: Timestamp, act: &Act) -> Result<()> {
        self.ticket.updated_at = at;
        self.ticket.version += 1;
        match act {
            Act::Take { person } => self.take(at, *person),
            Act::Say { author, voice, body } => self.reply(at, *author, *voice, body),
            Act::Wait { by, whom, reason } => {
                self.tell(at, *by, events::TICKET_WAITING, json!({ "waiting_for": whom }));
                self.step(at, Step::Wait(*whom))?;
                self.ticket.waiting_reason = Some(reason.clone());
                self.with_words("after", &json!({ "waiting_reason": reason }));
                Ok(())
            }
            Act::Resolve { by, solution } => self.resolve(rules, cx, at, *by, solution),
            Act::Confirm => self.confirm(at),
        }
    }

    fn take(&mut self, at: Timestamp, person: UserId) -> Result<()> {
        let before = self.ticket.assignee;
        self.ticket.assignee = Some(person);
        let data = json!({ "team": self.ticket.team, "assignee": person, "by_hand": true, "outcome": Outcome::Taken });
        self.tell(at, person, events::TICKET_ASSIGNED, data);
        self.moved("assignee", json!(before), json!(person));
        if self.ticket.state == State::New {
            self.step(at, Step::Start)?;
        }
        let choice = Choice {
            team: self.ticket.team,
            assignee: Some(person),
            by_hand: true,
            reason: Reason::plain(Outcome::Taken),
        };
        self.choices.push((at, choice));
        Ok(())
    }

    fn reply(&mut self, at: Timestamp, author: UserId, voice: Voice, body: &str) -> Result<()> {
        let article = self.say(at, author, voice, ArticleKind::Reply, body)?;
        self.tell(
            at,
            author,
            events::TICKET_REPLIED,
            json!({ "voice": voice, "attachments": 0 }),
        );
        self.with_article(article);
        self.ticket.last_voice = voice;
        match (voice, self.ticket.state) {
            (Voice::Staff, current) => {
                self.ticket.first_response_at = self.ticket.first_response_at.or(Some(at));
                if current == State::New {
                    self.step(at, Step::Start)?;
                }
                self.spoke(at);
            }
            (Voice::Requester, State::WaitingRequester) => {
                self.step(at, Step::Resume)?;
                self.ticket.waiting_reason = None;
            }
            (Voice::Requester, _) => {}
        }
        Ok(())
    }

    fn resolve(&mut self, rules: &Rules, cx: &Cx, at: Timestamp, by: UserId, solution: &str) -> Result<()> {
        let question = Question {
            id: cx.new_id(),
            ticket: 0,
            resolution: 0,
            asked_at: at,
            expires_at: at.add_secs(LINK_DAYS * 86_400),
            closes_at: rules.silence_ends(at)?,
            answered_at: None,
            answer: None,
            answered_by: None,
            by: None,
            comment: None,
        };
        let data =
            json!({ "question": question.id, "closes_at": question.closes_at.millis(), "tested": true });
        self.tell(at, by, events::TICKET_RESOLVED, data);
        self.with_words("solution", solution);
        self.step(at, Step::Resolve)?;
        self.spoke(at);
        let ticket = &mut self.ticket;
        ticket.resolved_at = Some(at);
        ticket.first_response_at = ticket.first_response_at.or(Some(at));
        ticket.waiting_reason = None;
        ticket.last_voice = Voice::Staff;
        let resolution = Resolution {
            id: 0,
            ticket: 0,
            solution: article::body("solution", solution)?,
            tested: true,
            untested_reason: None,
            by: Some(by),
            failed: false,
            at,
        };
        self.resolutions.push((resolution, Some(question)));
        if let Some(told) = self.told.last_mut() {
            told.resolution = Some(self.resolutions.len() - 1);
        }
        Ok(())
    }

    fn confirm(&mut self, at: Timestamp) -> Result<()> {
        let requester = self.ticket.requester;
        let asked = self
            .resolutions
            .last_mut()
            .and_then(|(_, question)| question.as_mut());
        let question = asked.map(|question| {
            question.answered_at = Some(at);
            question.answer = Some(Answer::Accepted);
            question.answered_by = Some(AnsweredBy::Requester);
            question.by = Some(requester);
            question.id
        });
        let data = json!({ "question": question, "answered_by": AnsweredBy::Requester });
        self.tell(at, requester, events::TICKET_CONFIRMED, data);
        self.step(at, Step::Accept)?;
        self.ticket.closed_at = Some(at);
        Ok(())
    }

    pub(super) fn say(
        &mut self,
        at: Timestamp,
        author: UserId,
        voice: Voice,
        kind: ArticleKind,
        body: &str,
    ) -> Result<usize> {
        self.articles.push(Article {
            id: 0,
            ticket: 0,
            kind,
            public: true,
            voice,
            author: Some(author),
            body: article::body("body", body)?,
            body_html: None,
            quoted: None,
            message_id: None,
            minutes: None,
            at,
            attachments: Vec::new(),
        });
        Ok(self.articles.len() - 1)
    }

    /// Begins an event; what follows goes into it.
    fn tell(&mut self, at: Timestamp, by: UserId, kind: &'static str, data: Value) {
        let mut data = match data {
            Value::Object(data) => data,
            _ => Map::new(),
        };
        data.insert("at".to_owned(), at.millis().into());
        self.told.push(Told {
            at,
            by: Some(by),
            via: Via::Page,
            kind,
            data,
            personal: None,
            article: None,
            resolution: None,
        });
    }

    /// Takes a step, and tells of it.
    fn step(&mut self, at: Timestamp, step: Step) -> Result<()> {
        let before = self.ticket.state;
        let after = state::next(before, step)?;
        self.ticket.state = after;
        self.moved("state", json!(before), json!(after));
        self.history.push(HistoryPoint {
            at,
            happening: Happening::State(after),
        });
        Ok(())
    }

    fn spoke(&mut self, at: Timestamp) {
        if let Some(told) = self.told.last_mut() {
            told.data.insert("spoke".to_owned(), true.into());
        }
        self.history.push(HistoryPoint {
            at,
            happening: Happening::Spoke,
        });
    }

    fn moved(&mut self, name: &str, before: Value, after: Value) {
        let Some(told) = self.told.last_mut() else { return };
        for (part, value) in [("before", before), ("after", after)] {
            let values = told.data.entry(part).or_insert_with(|| json!({}));
            values[name] = value;
        }
    }

    fn with_words(&mut self, name: &str, words: &(impl serde::Serialize + ?Sized)) {
        if let Some(told) = self.told.last_mut() {
            told.personal.get_or_insert_with(|| json!({}))[name] = json!(words);
        }
    }

    fn with_article(&mut self, article: usize) {
        if let Some(told) = self.told.last_mut() {
            told.article = Some(article);
        }
    }
}
