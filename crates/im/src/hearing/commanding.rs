//! Doing what a known person asks for: a new ticket, a word to one, how they stand, yes or no. Everything goes through the desk's
//! operations, as that person, with that person's rights.

use desk::ticket::{self, Channel as Door, Filter, Opening, Order, Reply, Stage, State, Verify};
use desk::verification;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;

use super::answering;
use super::taking::{ANSWERED, good};
use super::words::{self, Command};
use crate::channel::Channel;
use crate::person::{connecting, store};
use crate::service::{Heard, Outcome, Said};

/// So long what somebody says belongs to the ticket they spoke of.
const TALK_SECONDS: i64 = 24 * 3_600;
/// So long when the desk asked them something: Friday's question is answered on Monday.
const ASKED_SECONDS: i64 = 7 * 24 * 3_600;
/// Tickets that a status names.
const LINES: i64 = 10;

pub(super) fn obey(
    tx: &mut Tx<'_>,
    acting: &Cx,
    channel: &Channel,
    heard: &Heard,
    base_url: &str,
) -> Result<Outcome> {
    let person = acting.user_id().ok_or_else(Error::unauthenticated)?;
    let talk = Talk {
        channel,
        person,
        base_url,
    };
    let text = match &heard.said {
        Said::Pressed { question, accepted } => return talk.confirm(tx, acting, question, *accepted),
        Said::Text(text) => text,
    };
    // A code that ran out is no report.
    if connecting::code_in(text).is_some() {
        return Ok(good(acting.locale.t("im-say-help")));
    }
    match words::read(text) {
        Command::Help => Ok(good(acting.locale.t("im-say-help"))),
        Command::Nothing => Ok(Outcome {
            words: acting.locale.t("im-say-only-text"),
            is_good: false,
            is_settled: false,
        }),
        Command::Status => talk.status(tx, acting),
        Command::New(text) => talk.open(tx, acting, &text),
        Command::Answer(accepted) => talk.answer(tx, acting, accepted, text),
        Command::To(number, text) => {
            let asked = match words::answer(&text) {
                Some(accepted) => answering::question(tx, person, number)?.zip(Some(accepted)),
                None => None,
            };
            match asked {
                Some((question, accepted)) => talk.confirm(tx, acting, &question, accepted),
                None => talk.reply(tx, acting, number, &text),
            }
        }
        Command::Say(text) => match talk.topic(tx, acting)? {
            Some(number) => talk.reply(tx, acting, number, &text),
            None => talk.open(tx, acting, &text),
        },
    }
}

struct Talk<'a> {
    channel: &'a Channel,
    person: UserId,
    base_url: &'a str,
}

impl Talk<'_> {
    fn link(&self, number: i64) -> String {
        format!("{}/portal/requests/{number}", self.base_url.trim_end_matches('/'))
    }

    fn note(&self, tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<()> {
        store::talk(tx, self.channel.id, self.person, number, cx.now())
    }

    /// The ticket that they, or the desk to them, have spoken of here lately: the latest one if it is waiting for their word, else
    /// the only open one, else the only one that was held solved. With two of them nobody can know which is meant.
    fn topic(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Option<i64>> {
        let now = cx.now();
        let (mut open, mut solved) = (Vec::new(), Vec::new());
        let talks = store::talks(tx, self.channel.id, self.person, now.add_secs(-ASKED_SECONDS))?;
        for (number, at) in talks {
            let Some(found) = ticket::store::load(tx, number)?.filter(|found| found.requester == self.person)
            else {
                continue;
            };
            let is_asked = found.state == State::WaitingRequester;
            if is_asked && open.is_empty() && solved.is_empty() {
                return Ok(Some(number));
            }
            if !is_asked && at < now.add_secs(-TALK_SECONDS) {
                continue;
            }
            match found.state.stage() {
                Stage::Open => open.push(number),
                // Their thanks are no verdict: the desk asks on.
                Stage::Resolved => solved.push(number),
                Stage::Closed => {}
            }
        }
        Ok(match (open.as_slice(), solved.as_slice()) {
            ([only], _) | ([], [only]) => Some(*only),
            _ => None,
        })
    }

    fn open(&self, tx: &mut Tx<'_>, cx: &Cx, text: &str) -> Result<Outcome> {
        let person = people::user::store::load(tx, self.person)?;
        let mut opening = Opening::new(self.person, words::title(text), text, Door::Chat);
        opening.site = person.site;
        opening.organisation = Some(person.organisation).filter(|name| !name.is_empty());
        let opened = ticket::open(tx, cx, opening)?;
        self.note(tx, cx, opened.number)?;
        Ok(good(cx.locale.t_with(
            "im-say-opened",
            &[
                ("number", opened.number.into()),
                ("title", opened.title.into()),
                ("link", self.link(opened.number).into()),
            ],
        )))
    }

    fn reply(&self, tx: &mut Tx<'_>, cx: &Cx, number: i64, text: &str) -> Result<Outcome> {
        if text.is_empty() {
            return self.one(tx, cx, number);
        }
        let reply = Reply {
            body: text.to_owned(),
            ..Reply::default()
        };
        let (ticket, _) = ticket::reply(tx, cx, number, reply)?;
        if ticket.requester == self.person {
            self.note(tx, cx, number)?;
        }
        Ok(good(
            cx.locale.t_with("im-say-added", &[("number", number.into())]),
        ))
    }

    /// A number alone asks how that ticket stands.
    fn one(&self, tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Outcome> {
        let view = ticket::load(tx, cx, number)?;
        let line = self.line(cx, number, &view.ticket.title, view.ticket.state);
        Ok(good(format!("{line}\n{}", self.link(number))))
    }

    fn status(&self, tx: &mut Tx<'_>, cx: &Cx) -> Result<Outcome> {
        let of = |stage| Filter {
            requester: Some(self.person),
            stage: Some(stage),
            order: Some(Order::Updated),
            ..Filter::default()
        };
        let mut rows = ticket::list(tx, cx, &of(Stage::Resolved), None, LINES)?.items;
        rows.extend(ticket::list(tx, cx, &of(Stage::Open), None, LINES)?.items);
        if rows.is_empty() {
            return Ok(good(cx.locale.t("im-say-none-open")));
        }
        let lines: Vec<String> = rows
            .iter()
            .map(|row| self.line(cx, row.number, &row.title, row.state))
            .collect();
        let all = format!("{}/portal/requests", self.base_url.trim_end_matches('/'));
        Ok(good(format!("{}\n{all}", lines.join("\n"))))
    }

    /// Where others read along, a ticket is its number.
    fn line(&self, cx: &Cx, number: i64, title: &str, state: ticket::State) -> String {
        let state = cx.locale.t(state.text_key());
        match self.channel.service.is_overheard() {
            true => format!("#{number} · {state}"),
            false => format!("#{number} {} · {state}", words::beginning(title, 60)),
        }
    }

    /// "Solved" or "not solved" in words: for the one ticket that waits for it. Where none does, they are words like others.
    fn answer(&self, tx: &mut Tx<'_>, cx: &Cx, accepted: bool, text: &str) -> Result<Outcome> {
        let waiting = answering::waiting(tx, cx, self.person)?;
        if let [only] = waiting.as_slice() {
            return self.confirm(tx, cx, &only.question, accepted);
        }
        if let Some(first) = waiting.first() {
            let lines = waiting
                .iter()
                .map(|one| self.line(cx, one.number, &one.title, one.state));
            let which = cx
                .locale
                .t_with("im-say-which", &[("number", first.number.into())]);
            let lines: Vec<String> = std::iter::once(which).chain(lines).collect();
            return Ok(Outcome {
                words: lines.join("\n"),
                is_good: false,
                is_settled: false,
            });
        }
        match self.topic(tx, cx)? {
            Some(number) => self.reply(tx, cx, number, text.trim()),
            None => Ok(Outcome {
                words: cx.locale.t("im-say-none-asked"),
                is_good: false,
                is_settled: false,
            }),
        }
    }

    /// The requester's answer by a card. A card that was answered, or asked about a former solution, changes nothing.
    fn confirm(&self, tx: &mut Tx<'_>, cx: &Cx, question: &str, accepted: bool) -> Result<Outcome> {
        let (number, asked) = question.split_once('-').ok_or_else(Error::not_found)?;
        let number: i64 = number.parse().map_err(|_| Error::not_found())?;
        tx.lock("desk.ticket", number)?;
        let found = ticket::store::load(tx, number)?.filter(|found| found.requester == self.person);
        found.ok_or_else(Error::not_found)?;
        let open = verification::store::open_question(tx, number)?;
        if open.is_none_or(|open| open.id.to_string() != asked) {
            return Err(Error::conflict(ANSWERED).arg("number", number));
        }
        let verify = Verify {
            accepted,
            comment: None,
        };
        ticket::verify(tx, cx, number, verify)?;
        let key = if accepted {
            "im-say-solved"
        } else {
            "im-say-not-solved"
        };
        if !accepted {
            self.note(tx, cx, number)?;
        }
        Ok(good(cx.locale.t_with(key, &[("number", number.into())])))
    }
}
