//! Reporting: what happens, where, how urgent; with pictures.

use askama::Template;
use axum::extract::State;
use desk::ticket::{
    self, Category, Channel, Environment, Impact, NewAttachment, Opening, TicketType, Urgency,
};
use kernel::Error;
use kernel::error::{Kind, Result};
use web::{App, Choice, FormData, FormView, Page, Shell, html, see_other, unprocessable};

#[derive(Template)]
#[template(path = "report.html")]
struct Report {
    shell: Shell,
    form: FormView,
    categories: Vec<Choice>,
    impacts: Vec<Choice>,
    urgencies: Vec<Choice>,
    /// Whether the reader came to ask for something, not to report a fault.
    is_request: bool,
    /// What is known not to work, so that nobody reports it once more.
    troubles: Vec<String>,
    upload_limit: u64,
}

impl Report {
    async fn read(app: &App, page: &Page, form: FormView) -> Result<Self> {
        let cx = page.cx.clone();
        let troubles = app.db.read(move |tx| major::status::troubles(tx, &cx)).await?;
        let locale = page.cx.locale;
        let choice =
            |value: &str, group: &str| Choice::new(value, locale.t(&format!("portal-{group}-{value}")));
        let is_request = form.value("type") == TicketType::Request.as_str();
        let title = if is_request {
            "portal-report-request-title"
        } else {
            "portal-report-title"
        };
        Ok(Self {
            shell: page.bare(app, page.t(title)),
            categories: Category::ALL
                .iter()
                .map(|value| choice(value.as_str(), "category"))
                .collect(),
            impacts: Impact::ALL
                .iter()
                .map(|value| choice(value.as_str(), "impact"))
                .collect(),
            urgencies: Urgency::ALL
                .iter()
                .map(|value| choice(value.as_str(), "urgency"))
                .collect(),
            is_request,
            form,
            troubles,
            upload_limit: app.upload_limit(),
        })
    }
}

/// What the address may fill in: `?type=request`, and the words that were searched for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Prefill {
    #[serde(rename = "type")]
    ticket_type: String,
    title: String,
}

pub async fn form(
    State(app): State<App>,
    page: Page,
    web::Query(prefill): web::Query<Prefill>,
) -> web::Result {
    let form = FormView::of([
        ("type", prefill.ticket_type),
        ("title", prefill.title),
        ("category", "other".to_owned()),
        ("impact", "person".to_owned()),
        ("urgency", "medium".to_owned()),
    ]);
    html(Report::read(&app, &page, form).await?)
}

pub async fn send(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let outcome = match opening(&page, &form) {
        Ok(opening) => {
            app.db
                .write(move |tx| ticket::open(tx, &cx, opening.clone()))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(ticket) => see_other(&format!("/portal/requests/{}", ticket.number)),
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(Report::read(&app, &page, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn opening(page: &Page, form: &FormData) -> Result<Opening> {
    let requester = page.cx.user_id().ok_or_else(Error::unauthenticated)?;
    let mut opening = Opening::new(requester, form.text("title"), form.text("body"), Channel::Portal);
    if !form.text("type").is_empty() {
        opening.ticket_type = TicketType::parse(form.text("type"))?;
    }
    if !form.text("category").is_empty() {
        opening.category = Category::parse(form.text("category"))?;
    }
    if !form.text("impact").is_empty() {
        opening.impact = Impact::parse(form.text("impact"))?;
    }
    if !form.text("urgency").is_empty() {
        opening.urgency = Urgency::parse(form.text("urgency"))?;
    }
    let text = |name: &str| form.optional(name).map(str::to_owned);
    opening.environment = Environment {
        device: text("device"),
        os: text("os"),
        application: text("application"),
        version: text("version"),
    };
    opening.steps = text("steps");
    opening.error_text = text("error_text");
    opening.attachments = attachments(form);
    Ok(opening)
}

/// The files of a form, which the kit has stored already.
pub(crate) fn attachments(form: &FormData) -> Vec<NewAttachment> {
    form.files("files")
        .map(|file| NewAttachment {
            hash: file.stored.hash.clone(),
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.stored.size,
            content_id: None,
        })
        .collect()
}
