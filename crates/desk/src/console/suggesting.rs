//! Suggestions beside a ticket: what was learned to propose, and tickets that are like it.
//!
//! They are fetched after the ticket's page, so that it never waits for them; without a script their place is a link to
//! them as a page.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::id::TeamId;
use web::{App, FormData, Need, Page, Path, Query, Routes, Shell, html};

use super::asked::Asked;
use super::changed;
use super::joining::number_in;
use super::{clusters, resolving, settings_triage};
use crate::learned::likeness::{self, Found};
use crate::learned::proposing::{self, Outcome, Proposed};
use crate::learned::{self, Field};
use crate::neighbours;
use crate::ticket::access;
use crate::ticket::family::{self, Relation};
use crate::ticket::value::{Category, Stage, TicketType, Urgency};

/// The pages of what was learned.
pub(super) fn routes() -> Routes {
    let desk = Need::permission(access::INTERNAL);
    let change = Need::permission(access::CHANGE);
    let settings = Need::permission(access::SETTINGS);
    let report = Need::permission(access::REPORT);
    Routes::new()
        .page(Method::GET, "/clusters", report, clusters::list)
        .page(Method::GET, "/clusters/{month}/{place}", report, clusters::show)
        .page(Method::POST, "/tickets/new/hints", desk, hints)
        .page(Method::GET, "/tickets/{number}/suggestions", desk, show)
        .page(
            Method::POST,
            "/tickets/{number}/proposals/{field}",
            change,
            accept,
        )
        .page(Method::POST, "/tickets/{number}/related", change, relate)
        .page(
            Method::GET,
            "/tickets/{number}/resolution/from/{other}",
            Need::permission(access::RESOLVE),
            resolving::ask_from,
        )
        .page(
            Method::GET,
            "/settings/desk/triage",
            settings,
            settings_triage::show,
        )
        .page(
            Method::POST,
            "/settings/desk/triage",
            settings,
            settings_triage::save,
        )
}

/// A proposal as a chip shows it.
struct Chip {
    field: Field,
    /// As a form sends it.
    label: String,
    /// In the reader's words.
    value: String,
    /// `92 %`
    confidence: String,
    words: String,
    applied: bool,
}

impl Chip {
    fn of(proposed: Proposed, locale: Locale, teams: &[(TeamId, String)]) -> Result<Option<Chip>> {
        let Some(value) = value(&proposed, locale, teams)? else {
            return Ok(None);
        };
        let words: Vec<&str> = proposed.words.iter().map(|word| word.word.as_str()).collect();
        Ok(Some(Chip {
            field: proposed.field,
            value,
            confidence: format!("{} %", (proposed.confidence + 5) / 10),
            words: words.join(" · "),
            applied: proposed.outcome == Outcome::Applied,
            label: proposed.label,
        }))
    }

    /// What still asks for somebody's eye.
    fn all(tx: &mut Tx<'_>, locale: Locale, mut proposals: Vec<Proposed>) -> Result<Vec<Chip>> {
        proposals.retain(|one| matches!(one.outcome, Outcome::Open | Outcome::Applied));
        // What waits for somebody stands first: the key takes the first.
        proposals.sort_by_key(|one| (one.outcome == Outcome::Applied, one.field));
        let teams = if proposals.iter().any(|one| one.field == Field::Team) {
            neighbours::team_names(tx)?
        } else {
            Vec::new()
        };
        let chips = proposals
            .into_iter()
            .map(|proposed| Chip::of(proposed, locale, &teams));
        chips.filter_map(Result::transpose).collect()
    }
}

/// A value in the reader's words; none for a team that is gone.
fn value(proposed: &Proposed, locale: Locale, teams: &[(TeamId, String)]) -> Result<Option<String>> {
    let label = &proposed.label;
    Ok(Some(match proposed.field {
        Field::Type => locale.t(TicketType::stored(label)?.text_key()),
        Field::Category => locale.t(Category::stored(label)?.text_key()),
        Field::Urgency => locale.t(Urgency::stored(label)?.text_key()),
        Field::Team => {
            let found = teams.iter().find(|(team, _)| team.to_string() == *label);
            return Ok(found.map(|(_, name)| name.clone()));
        }
    }))
}

struct Suggestions {
    number: i64,
    beside: String,
    chips: Vec<Chip>,
    found: Found,
    may_change: bool,
    may_merge: bool,
    may_resolve: bool,
}

impl Suggestions {
    fn at(&self, path: &str) -> String {
        format!("/tickets/{}/{path}{}", self.number, self.beside)
    }

    fn is_empty(&self) -> bool {
        self.chips.is_empty() && self.found.open.is_empty() && self.found.solved.is_empty()
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
        place(number, cx.locale).map(Some)
    })
}

fn place(number: i64, locale: Locale) -> Result<String> {
    let title = locale.t("desk-page-suggestions");
    Place { number, title }.render().map_err(Error::internal)
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
            let chips = Chip::all(tx, cx.locale, proposals)?;
            let linked = family::linked(tx, &cx, &ticket)?;
            let mut found = found.clone();
            found
                .open
                .retain(|one| linked.iter().all(|other| other.ticket.number != one.number));
            Ok(Suggestions {
                number,
                beside: beside.clone(),
                chips,
                found,
                may_change: ticket.state.stage() != Stage::Closed
                    && access::may(&cx, access::CHANGE, &ticket),
                may_merge: ticket.state.stage() == Stage::Open && access::may(&cx, access::CHANGE, &ticket),
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

/// The ticket as it is now, with its suggestions asked for anew.
async fn answer(app: &App, page: &Page, number: i64, asked: &Asked, done: &str) -> web::Result {
    let anew = place(number, page.cx.locale)?;
    let also =
        format!("<hx-partial hx-target=\"#suggestions-{number}\" hx-swap=\"outerHTML\">{anew}</hx-partial>");
    changed::answer_with(app, page, number, asked, done, &also).await
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
    answer(&app, &page, number, &asked, "desk-page-suggestion-taken").await
}

/// `POST /tickets/{number}/related`: this is the same trouble as `other`. The way back stands among the ticket's links.
pub(super) async fn relate(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let other = number_in(&form, "other")?;
    app.db
        .write(move |tx| family::relate(tx, &cx, number, Relation::Related, other))
        .await?;
    answer(&app, &page, number, &asked, "desk-page-related-added").await
}

#[derive(Template)]
#[template(path = "console/views/hints.html")]
struct Hints {
    shell: Shell,
    chips: Vec<Chip>,
    found: Found,
}

const TYPED_LETTERS: usize = 3_000;

/// `POST /tickets/new/hints`: what is proposed, open, or solved already, while a ticket is typed. It changes nothing; what
/// is typed is long and private, so it does not stand in the address.
pub(super) async fn hints(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cut = |name: &str| form.text(name).chars().take(TYPED_LETTERS).collect::<String>();
    let (title, body) = (cut("title"), cut("body"));
    let text = learned::text_of(&title, &body);
    let found = likeness::like_text(&app, &page.cx, text, None).await?;
    let (cx, node) = (page.cx.clone(), std::sync::Arc::clone(&app.node));
    let chips = app
        .db
        .read(move |tx| {
            let models = learned::models(tx, &node)?;
            let proposals = proposing::ask(&models, &title, &body, cx.now());
            Chip::all(tx, cx.locale, proposals)
        })
        .await?;
    html(Hints {
        shell: page.bare(&app, ""),
        chips,
        found,
    })
}
