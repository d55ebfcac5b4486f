//! Writing on a ticket: reply, note, call; drafts; "send and next".

use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::error::{Error, Kind};
use kernel::i18n::Locale;
use web::{
    App, Choice, FormData, FormView, Page, Path, Query, Shell, Tone, Upload, go_to, no_content,
    unprocessable, with_toast,
};

use super::asked::Asked;
use super::changed::{self, Act, may, mend, shown};
use crate::ticket::drafting::Draft;
use crate::ticket::value::{Stage, WaitingFor};
use crate::ticket::{self, Call, NewAttachment, Note, Reply, Ticket, Wait, access};

/// The composer under a conversation.
pub(super) struct Composer {
    pub number: i64,
    pub beside: String,
    pub body: String,
    pub is_note: bool,
    pub can_reply: bool,
    pub can_note: bool,
    /// What becomes of the ticket with the reply.
    pub after: Vec<Choice>,
    pub form: FormView,
}

impl Composer {
    pub(super) fn of(cx: &Cx, ticket: &Ticket, draft: Option<Draft>, beside: String) -> Composer {
        let can_reply = ticket.state.stage() != Stage::Closed && access::may(cx, access::REPLY, ticket);
        let is_note = draft
            .as_ref()
            .map_or(!can_reply, |draft| draft.internal || !can_reply);
        Composer {
            number: ticket.number,
            body: draft.map(|draft| draft.body).unwrap_or_default(),
            can_note: access::may(cx, access::NOTE, ticket),
            after: if ticket.state.stage() == Stage::Open && access::may(cx, access::RESOLVE, ticket) {
                after_choices(cx.locale)
            } else {
                Vec::new()
            },
            form: FormView::empty(),
            is_note,
            can_reply,
            beside,
        }
    }
}

fn after_choices(locale: Locale) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", locale.t("desk-page-after-nothing"))];
    for whom in WaitingFor::ALL {
        let words = locale.t_with(
            "desk-page-after-wait",
            &[("whom", locale.t(whom.text_key()).into())],
        );
        choices.push(Choice::new(whom.as_str(), words));
    }
    choices
}

#[derive(Template)]
#[template(path = "console/views/composer.html")]
struct Part {
    shell: Shell,
    composer: Composer,
}

/// The files of a form as attachments; the kit has stored their content already.
pub(super) fn attachments(form: &FormData) -> Vec<NewAttachment> {
    let one = |upload: &Upload| NewAttachment {
        hash: upload.stored.hash.clone(),
        name: upload.name.clone(),
        media_type: upload.media_type.clone(),
        size: upload.stored.size,
        content_id: None,
    };
    form.files("files").map(one).collect()
}

/// What was written, as the operations take it.
#[derive(Clone)]
struct Written {
    body: String,
    is_note: bool,
    files: Vec<NewAttachment>,
    wait: Option<WaitingFor>,
}

impl Written {
    fn of(form: &FormData) -> kernel::Result<Written> {
        let wait = form.optional("after").map(WaitingFor::parse).transpose()?;
        Ok(Written {
            body: form.text("body").to_owned(),
            is_note: form.text("kind") == "note",
            files: attachments(form),
            wait: wait.filter(|_| form.text("kind") != "note"),
        })
    }

    /// The reason why the desk waits is what was asked: the first line of the reply.
    fn reason(&self) -> String {
        let first = self
            .body
            .lines()
            .find(|line| !line.trim().is_empty())
            .unwrap_or_default();
        first.trim().chars().take(200).collect()
    }
}

/// `POST /tickets/{number}/articles`
pub(super) async fn send(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let goes_on = form.text("then") == "next";
    // The place in the list is looked up before the reply moves the ticket in it.
    let next = if goes_on {
        next_in_list(&app, &page.cx, &asked, number).await?
    } else {
        None
    };
    let cx = page.cx.clone();
    let outcome = match Written::of(&form) {
        Ok(written) => app.db.write(move |tx| write(tx, &cx, number, &written)).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) if goes_on => {
            let beside = asked.beside(asked.queue());
            let path = match next {
                Some(next) => format!("/tickets/{next}{beside}"),
                None => asked.queue_path(asked.queue()),
            };
            Ok(with_toast(
                go_to(&page, &path)?,
                &page,
                Tone::Success,
                &page.t("desk-page-sent"),
            ))
        }
        Ok(()) => changed::answer(&app, &page, number, &asked, "desk-page-sent").await,
        Err(error) if error.kind() == Kind::Invalid => {
            refused(&app, &page, number, &asked, &form, &error).await
        }
        Err(error) => Err(error.into()),
    }
}

fn write(tx: &mut kernel::db::Tx<'_>, cx: &Cx, number: i64, written: &Written) -> kernel::Result<()> {
    if written.is_note {
        let note = Note {
            body: written.body.clone(),
            attachments: written.files.clone(),
            mentions: Vec::new(),
        };
        ticket::note(tx, cx, number, note)?;
    } else {
        let reply = Reply {
            body: written.body.clone(),
            attachments: written.files.clone(),
            ..Reply::default()
        };
        ticket::reply(tx, cx, number, reply)?;
    }
    if let Some(whom) = written.wait {
        ticket::wait(
            tx,
            cx,
            number,
            Wait {
                whom,
                reason: written.reason(),
                until: None,
            },
        )?;
    }
    ticket::discard_draft(tx, cx, number)
}

async fn refused(
    app: &App,
    page: &Page,
    number: i64,
    asked: &Asked,
    form: &FormData,
    error: &Error,
) -> web::Result {
    let cx = page.cx.clone();
    let view = app.db.read(move |tx| ticket::load(tx, &cx, number)).await?;
    let mut composer = Composer::of(&page.cx, &view.ticket, None, asked.beside(asked.queue()));
    composer.body = form.text("body").to_owned();
    composer.is_note = form.text("kind") == "note";
    composer.form = form.refused(error, page.cx.locale);
    if page.partial {
        return unprocessable(Part {
            shell: page.bare(app, ""),
            composer,
        });
    }
    let title = format!("#{number} {}", view.ticket.title);
    let shell = page.shell(app, title).await?;
    unprocessable(Alone {
        shell,
        back: format!("/tickets/{number}{}", composer.beside),
        composer,
    })
}

/// The composer on a page of its own, when it has to be mended without scripts.
#[derive(Template)]
#[template(path = "console/views/composer_page.html")]
struct Alone {
    shell: Shell,
    back: String,
    composer: Composer,
}

/// The ticket below this one in its list, else the first other one.
async fn next_in_list(app: &App, cx: &Cx, asked: &Asked, number: i64) -> kernel::Result<Option<i64>> {
    let (whole, _) = asked.resolved(app, cx).await?;
    let filter = whole.filter(app, cx, asked.queue()).await?;
    let context = cx.clone();
    let page = app
        .db
        .read(move |tx| ticket::list(tx, &context, &filter, None, crate::ticket::listing::LIMIT_MAX))
        .await?;
    let numbers: Vec<i64> = page.items.iter().map(|row| row.number).collect();
    let below = numbers
        .iter()
        .position(|found| *found == number)
        .and_then(|place| numbers.get(place + 1));
    Ok(below
        .or_else(|| numbers.iter().find(|found| **found != number))
        .copied())
}

/// `PUT /tickets/{number}/draft`: keeps what is being written.
pub(super) async fn keep_draft(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let (cx, body, internal) = (
        page.cx.clone(),
        form.text("body").to_owned(),
        form.text("kind") == "note",
    );
    app.db
        .write(move |tx| ticket::save_draft(tx, &cx, number, &body, internal))
        .await?;
    no_content()
}

#[derive(Template)]
#[template(path = "console/views/call.html", blocks = ["act"])]
struct CallForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_call(app: &App, page: &Page, number: i64, asked: &Asked, form: FormView) -> web::Result {
    let act = Act::new(page, number, "calls", asked, "desk-page-call-submit");
    let shell = page.shell(app, page.t("desk-page-call-title")).await?;
    let (dialog, refused) = (act.dialog, form.is_refused());
    shown!(CallForm { shell, act, form }, dialog, refused)
}

/// `GET /tickets/{number}/calls`
pub(super) async fn ask_call(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
) -> web::Result {
    may(&app, &page, number, access::REPLY).await?;
    show_call(&app, &page, number, &asked, FormView::empty()).await
}

/// `POST /tickets/{number}/calls`
pub(super) async fn log_call(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    Query(asked): Query<Asked>,
    form: FormData,
) -> web::Result {
    let cx = page.cx.clone();
    let minutes = form.optional("minutes").map(str::parse::<i64>).transpose();
    let outcome = match minutes {
        Ok(minutes) => {
            let call = Call {
                body: form.text("body").to_owned(),
                minutes,
            };
            app.db
                .write(move |tx| ticket::log_call(tx, &cx, number, call.clone()))
                .await
        }
        Err(_) => Err(Error::invalid("web.form.malformed").field("minutes")),
    };
    match outcome {
        Ok(_) => changed::answer(&app, &page, number, &asked, "desk-page-call-logged").await,
        Err(error) => show_call(&app, &page, number, &asked, mend(&form, error, &page)?).await,
    }
}
