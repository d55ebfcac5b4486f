//! Suggestions beside a ticket: what was learned to propose, tickets that are like it, and what it is linked with.
//!
//! They are fetched after the ticket's page, so that it never waits for them; without a script their place is a link to
//! them as a page.

use askama::Template;
use axum::extract::State;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::TeamId;
use serde::Deserialize;
use web::{App, FormData, Page, Path, Query, Shell, Tone, html, see_other, with_toast};

use super::asked::Asked;
use super::changed;
use crate::learned::likeness::{self, Found};
use crate::learned::proposing::{self, Outcome, Proposed};
use crate::learned::{self, Field};
use crate::ticket::value::{Category, Stage, TicketType, Urgency};
use crate::ticket::{TicketRow, access};

/// A proposal as a chip shows it.
struct Chip {
    field: Field,
    value: String,
    /// `92 %`
    confidence: String,
    words: String,
    applied: bool,
}

impl Chip {
    fn of(tx: &mut Tx<'_>, locale: Locale, proposed: &Proposed) -> Result<Chip> {
        let words: Vec<&str> = proposed.words.iter().map(|word| word.word.as_str()).collect();
        Ok(Chip {
            field: proposed.field,
            value: value(tx, locale, proposed)?,
            confidence: format!("{} %", (proposed.confidence + 5) / 10),
            words: words.join(" · "),
            applied: proposed.outcome == Outcome::Applied,
        })
    }
}

/// A value in the reader's words.
fn value(tx: &mut Tx<'_>, locale: Locale, proposed: &Proposed) -> Result<String> {
    let label = &proposed.label;
    Ok(match proposed.field {
        Field::Type => locale.t(TicketType::stored(label)?.text_key()),
        Field::Category => locale.t(Category::stored(label)?.text_key()),
        Field::Urgency => locale.t(Urgency::stored(label)?.text_key()),
        Field::Team => {
            let team: Option<TeamId> = label.parse().ok();
            let teams = people::team::store::list(tx)?;
            let found = teams.into_iter().find(|one| Some(one.id) == team);
            found.map_or_else(|| label.clone(), |team| team.name)
        }
    })
}

struct Suggestions {
    number: i64,
    beside: String,
    chips: Vec<Chip>,
    related: Vec<TicketRow>,
    found: Found,
    may_change: bool,
    may_resolve: bool,
}

impl Suggestions {
    fn at(&self, path: &str) -> String {
        format!("/tickets/{}/{path}{}", self.number, self.beside)
    }

    fn is_empty(&self) -> bool {
        self.chips.is_empty()
            && self.related.is_empty()
            && self.found.open.is_empty()
            && self.found.solved.is_empty()
    }
}

#[derive(Template)]
#[template(path = "console/views/suggestions.html", blocks = ["suggestions"])]
struct Shown {
    shell: Shell,
    suggestions: Suggestions,
}

/// The place in the side of a ticket where they will stand: no statement is spent on it.
pub(super) fn panel(_: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        let number = subject
            .strip_prefix("ticket:")
            .and_then(|text| text.parse::<i64>().ok());
        let Some(number) = number.filter(|_| cx.may(access::INTERNAL).is_some()) else {
            return Ok(None);
        };
        let place = Place {
            number,
            title: cx.locale.t("desk-page-suggestions"),
        };
        place.render().map(Some).map_err(Error::internal)
    })
}

#[derive(Template)]
#[template(path = "console/views/suggestions_place.html")]
struct Place {
    number: i64,
    title: String,
}

async fn read(app: &App, cx: &Cx, number: i64, asked: &Asked) -> Result<Suggestions> {
    let found = likeness::like_ticket(app, cx, number).await?;
    let (cx, beside) = (cx.clone(), asked.beside(asked.queue()));
    app.db
        .read(move |tx| {
            let ticket = crate::ticket::load(tx, &cx, number)?.ticket;
            let proposals = proposing::proposals(tx, &cx, number)?;
            let mut chips = Vec::new();
            for proposed in &proposals {
                if matches!(proposed.outcome, Outcome::Open | Outcome::Applied) {
                    chips.push(Chip::of(tx, cx.locale, proposed)?);
                }
            }
            let related = likeness::related(tx, &cx, number)?;
            let mut found = found.clone();
            found
                .open
                .retain(|one| related.iter().all(|row| row.number != one.number));
            Ok(Suggestions {
                number,
                beside: beside.clone(),
                chips,
                found,
                related,
                may_change: ticket.state.stage() != Stage::Closed
                    && access::may(&cx, access::CHANGE, &ticket),
                may_resolve: ticket.state.stage() == Stage::Open
                    && access::may(&cx, access::RESOLVE, &ticket),
            })
        })
        .await
}

/// `GET /tickets/{number}/suggestions`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let suggestions = read(&app, &page.cx, number, &asked).await?;
    let shell = page.shell(&app, page.t("desk-page-suggestions")).await?;
    let shown = Shown { shell, suggestions };
    if page.partial {
        html(shown.as_suggestions())
    } else {
        html(shown)
    }
}

/// After something was done: the whole ticket for a proposal, the suggestions for a link.
async fn again(app: &App, page: &Page, number: i64, asked: &Asked, done: &str) -> web::Result {
    let response = if page.partial {
        let suggestions = read(app, &page.cx, number, asked).await?;
        html(
            Shown {
                shell: page.bare(app, ""),
                suggestions,
            }
            .as_suggestions(),
        )?
    } else {
        see_other(&format!("/tickets/{number}{}", asked.beside(asked.queue())))?
    };
    Ok(with_toast(response, page, Tone::Success, &page.t(done)))
}

/// `POST /tickets/{number}/proposals/{field}`: takes it.
pub(super) async fn accept(
    State(app): State<App>,
    page: Page,
    Path((number, field)): Path<(i64, String)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    let field = Field::parse(&field).map_err(|_| Error::not_found())?;
    app.db
        .write(move |tx| proposing::accept(tx, &cx, number, field))
        .await?;
    changed::answer(&app, &page, number, &asked, "desk-page-suggestion-taken").await
}

/// `POST /tickets/{number}/related`: this is the same trouble as `other`.
pub(super) async fn relate(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let other = form.text("other").trim_start_matches('#').parse::<i64>();
    let other = other.map_err(|_| Error::invalid("web.form.malformed").field("other"))?;
    app.db
        .write(move |tx| likeness::relate(tx, &cx, number, other))
        .await?;
    again(&app, &page, number, &asked, "desk-page-related-added").await
}

/// `POST /tickets/{number}/related/{other}/removal`
pub(super) async fn unrelate(
    State(app): State<App>,
    page: Page,
    Path((number, other)): Path<(i64, i64)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let cx = page.cx.clone();
    app.db
        .write(move |tx| likeness::unrelate(tx, &cx, number, other))
        .await?;
    again(&app, &page, number, &asked, "desk-page-related-removed").await
}

/// What has been typed so far.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    title: String,
    body: String,
}

#[derive(Template)]
#[template(path = "console/views/hints.html")]
struct Hints {
    shell: Shell,
    chips: Vec<Chip>,
    found: Found,
}

const TYPED_LETTERS: usize = 3_000;

/// `GET /tickets/new/hints?title=&body=`: what is proposed and what is open already, while a ticket is typed.
pub(super) async fn hints(State(app): State<App>, page: Page, Query(typed): Query<Typed>) -> web::Result {
    let cut = |text: &str| text.chars().take(TYPED_LETTERS).collect::<String>();
    let (title, body) = (cut(&typed.title), cut(&typed.body));
    let text = learned::text_of(&title, &body);
    let found = likeness::like_text(&app, &page.cx, text, None).await?;
    let (cx, node) = (page.cx.clone(), std::sync::Arc::clone(&app.node));
    let chips = app
        .db
        .read(move |tx| {
            let models = learned::models(tx, &node)?;
            let proposals = proposing::ask(&models, &title, &body, cx.now());
            proposals
                .iter()
                .map(|proposed| Chip::of(tx, cx.locale, proposed))
                .collect()
        })
        .await?;
    html(Hints {
        shell: page.bare(&app, ""),
        chips,
        found,
    })
}
