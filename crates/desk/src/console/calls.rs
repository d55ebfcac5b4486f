//! A call that comes in: who calls, what is open of theirs, and one box for what they say.
//!
//! A telephone system opens the page with the number (`/calls/new?from=`), or a technician types a number or a name. What was said
//! goes onto one of the caller's open tickets or becomes a new one, with the first line as its title: everything else can
//! be said later, when nobody waits on the line.

use askama::Template;
use axum::extract::State;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind};
use kernel::id::UserId;
use people::user::Card;
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Page, Query, Shell, Tone, html, see_other, unprocessable, urlencoded,
    with_toast,
};

use super::opening::{Caller, look_up};
use super::wording::choices;
use crate::ticket::calling::{self, Call};
use crate::ticket::listing::{self, Device};
use crate::ticket::value::{Category, Channel, Stage, Urgency};
use crate::ticket::{self, Filter, Opening, TicketRow};

/// Open tickets that are shown of a caller.
const OPEN_MOST: i64 = 20;
/// Tickets whose devices are offered.
const LATEST: i64 = 20;
/// The first line is cut to so many letters as a title.
const TITLE_LETTERS: usize = 120;

/// Who calls: a number or words to look up, and who of those found.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    from: String,
    person: Option<UserId>,
}

/// Whoever calls, with what helps while they talk.
struct Known {
    card: Card,
    open: Vec<TicketRow>,
    devices: Vec<Device>,
}

#[derive(Template)]
#[template(path = "console/views/incoming.html")]
struct Incoming {
    shell: Shell,
    from: String,
    callers: Vec<Caller>,
    known: Option<Known>,
    form: FormView,
    categories: Vec<Choice>,
    urgencies: Vec<Choice>,
}

impl Incoming {
    /// Another of those with this number.
    fn choice(&self, card: &Card) -> String {
        let person = card.id.to_string();
        format!(
            "/calls/new?{}",
            urlencoded::join(&[("from", self.from.as_str()), ("person", person.as_str())])
        )
    }
}

fn known(tx: &mut Tx<'_>, cx: &kernel::Cx, card: Card) -> kernel::Result<Known> {
    let filter = Filter {
        stage: Some(Stage::Open),
        requester: Some(card.id),
        ..Filter::default()
    };
    let open = ticket::list(tx, cx, &filter, None, OPEN_MOST)?.items;
    let any = Filter {
        requester: Some(card.id),
        ..Filter::default()
    };
    let latest = ticket::list(tx, cx, &any, None, LATEST)?.items;
    let numbers: Vec<i64> = latest.iter().map(|row| row.number).collect();
    let devices = listing::store::devices(tx, &numbers)?;
    Ok(Known { card, open, devices })
}

async fn show(app: &App, page: &Page, from: From, form: FormView) -> web::Result<Incoming> {
    let (cx, asked) = (page.cx.clone(), from.from.clone());
    let (callers, known) = app
        .db
        .read(move |tx| {
            let callers = look_up(tx, &asked)?;
            let chosen = match (from.person, callers.as_slice()) {
                (Some(person), _) => people::user::store::cards(tx, &[person])?.remove(&person),
                (None, [only]) => Some(only.card.clone()),
                (None, _) => None,
            };
            let known = chosen.map(|card| known(tx, &cx, card)).transpose()?;
            Ok((callers, known))
        })
        .await?;
    let locale = page.cx.locale;
    Ok(Incoming {
        shell: page.shell(app, page.t("desk-calls-title")).await?,
        from: from.from,
        callers,
        known,
        form,
        categories: choices!(Category, locale),
        urgencies: choices!(Urgency, locale),
    })
}

/// `GET /calls/new`
pub(super) async fn ask(State(app): State<App>, page: Page, Query(from): Query<From>) -> web::Result {
    let form = FormView::of([
        ("ticket", "new"),
        ("category", Category::Other.as_str()),
        ("urgency", Urgency::Medium.as_str()),
    ]);
    html(show(&app, &page, from, form).await?)
}

/// `POST /calls`
pub(super) async fn log(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match Wanted::of(&form) {
        Ok(wanted) => app.db.write(move |tx| wanted.take_down(tx, &cx)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(number) => {
            let words = page
                .cx
                .locale
                .t_with("desk-calls-logged", &[("number", number.into())]);
            Ok(with_toast(
                see_other(&format!("/tickets/{number}"))?,
                &page,
                Tone::Success,
                &words,
            ))
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let from = From {
                from: form.text("from").to_owned(),
                person: form.text("person").parse().ok(),
            };
            let filled = form.refused(&error, page.cx.locale);
            unprocessable(show(&app, &page, from, filled).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Whom it is about.
#[derive(Clone)]
enum Who {
    Known(UserId),
    Stranger { email: String, name: String },
}

/// The form, read.
#[derive(Clone)]
struct Wanted {
    who: Who,
    /// An open ticket; none for a new one.
    ticket: Option<i64>,
    words: String,
    minutes: Option<i64>,
    device: Option<String>,
    category: Category,
    urgency: Urgency,
}

impl Wanted {
    fn of(form: &FormData) -> kernel::Result<Wanted> {
        let mut errors = Errors::new();
        let email = form.text("requester").to_owned();
        let who = match form.text("person").parse() {
            Ok(person) => Who::Known(person),
            Err(_) => Who::Stranger {
                email: email.clone(),
                name: form.text("name").to_owned(),
            },
        };
        if matches!(who, Who::Stranger { .. }) && !people::user::is_email(&email) {
            let key = if email.is_empty() {
                "desk.page.requester_missing"
            } else {
                "desk.page.requester_malformed"
            };
            errors.push("requester", key);
        }
        if form.text("body").trim().is_empty() {
            errors.push("body", "desk.article.body_missing");
        }
        let minutes = form.optional("minutes").map(str::parse::<i64>).transpose();
        if minutes.is_err() {
            errors.push("minutes", "desk.article.minutes_out_of_range");
        }
        errors.finish()?;
        Ok(Wanted {
            who,
            ticket: form.text("ticket").parse().ok(),
            words: form.text("body").to_owned(),
            minutes: minutes.unwrap_or_default(),
            device: form.optional("device").map(str::to_owned),
            category: Category::parse(form.text("category"))?,
            urgency: Urgency::parse(form.text("urgency"))?,
        })
    }

    /// Onto the ticket that was chosen, or as a new one; gives back its number.
    fn take_down(&self, tx: &mut Tx<'_>, cx: &kernel::Cx) -> kernel::Result<i64> {
        let number = match self.ticket {
            Some(number) => {
                let call = Call {
                    body: self.words.clone(),
                    minutes: self.minutes,
                };
                return Ok(calling::log_call(tx, cx, number, call)?.0.number);
            }
            None => self.open(tx, cx)?,
        };
        if let Some(minutes) = self.minutes.filter(|minutes| *minutes > 0) {
            ticket::timing::log_time(tx, cx, number, minutes, &cx.locale.t("desk-calls-time"))?;
        }
        Ok(number)
    }

    fn open(&self, tx: &mut Tx<'_>, cx: &kernel::Cx) -> kernel::Result<i64> {
        let requester = match &self.who {
            Who::Known(person) => people::user::store::find(tx, *person)?
                .filter(|person| person.active)
                .ok_or_else(|| Error::invalid("desk.page.requester_missing").field("requester"))?,
            Who::Stranger { email, name } => match people::user::store::find_by_email(tx, email)? {
                Some(known) if known.active => known,
                Some(_) => return Err(Error::invalid("desk.page.requester_missing").field("requester")),
                None => people::user::adding::find_or_add_requester(tx, cx, email, name)?,
            },
        };
        let title = title(&self.words);
        let mut opening = Opening::new(requester.id, &title, &self.words, Channel::Phone);
        opening.category = self.category;
        opening.urgency = self.urgency;
        opening.environment.device = self.device.clone();
        opening.site = requester.site;
        opening.organisation = Some(requester.organisation).filter(|name| !name.is_empty());
        Ok(ticket::open(tx, cx, opening)?.number)
    }
}

/// The first line that says something, cut at a word where one ends in time.
fn title(words: &str) -> String {
    let line = words
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if line.chars().count() <= TITLE_LETTERS {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_LETTERS - 1).collect();
    let end = cut
        .rfind(' ')
        .filter(|end| *end > cut.len() / 2)
        .unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_says_something_is_the_title() {
        assert_eq!(title("\n  Printer jams \nSince this morning."), "Printer jams");
        assert_eq!(title(""), "");
    }

    #[test]
    fn a_long_first_line_is_cut_at_a_word_and_never_inside_a_letter() {
        let long = title(&"the printer jams ".repeat(20));
        assert!(long.chars().count() <= TITLE_LETTERS, "{long}");
        assert!(
            long.ends_with("jams…") || long.ends_with("printer…") || long.ends_with("the…"),
            "{long}"
        );
        let chinese = title(&"打印机卡纸".repeat(60));
        assert_eq!(chinese.chars().count(), TITLE_LETTERS);
        assert!(chinese.ends_with('…'));
    }
}
