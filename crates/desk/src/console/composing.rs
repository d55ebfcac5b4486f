//! Writing on a ticket: reply, note, call; drafts; "send and next".

use askama::Template;
use axum::http::HeaderValue;
use kernel::cx::Cx;
use kernel::error::{Error, Kind};
use kernel::i18n::Locale;
use kernel::time::Timestamp;
use web::{Choice, FormData, FormView, Path, Shell, Upload, no_content, unprocessable};

use super::acting::{Act, OnTicket, given, shown};
use super::next::Onward;
use crate::ticket::drafting::{self, Draft, Fields, Window};
use crate::ticket::value::{Stage, WaitingFor};
use crate::ticket::{self, Call, NewAttachment, Note, Reply, Ticket, Wait, access};

/// The composer under a conversation.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one claim for each part of the form, read by name in the template"
)]
pub(super) struct Composer {
    pub number: i64,
    pub beside: String,
    pub body: String,
    /// When the draft that is shown was kept; 0 when there is none.
    pub draft_at: i64,
    /// The event that the writer saw last; 0 asks for no warning.
    pub seen: i64,
    /// They were warned: sending again sends.
    pub is_warned: bool,
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
            seen: 0,
            is_warned: false,
            draft_at: draft.as_ref().map_or(0, |draft| draft.at.millis()),
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
    /// The event that the writer saw last, unless they were warned already.
    seen: Option<i64>,
}

impl Written {
    fn of(form: &FormData) -> kernel::Result<Written> {
        let wait = form.optional("after").map(WaitingFor::parse).transpose()?;
        Ok(Written {
            body: form.text("body").to_owned(),
            is_note: form.text("kind") == "note",
            files: attachments(form),
            wait: wait.filter(|_| form.text("kind") != "note"),
            seen: form
                .text("seen")
                .parse()
                .ok()
                .filter(|seen| *seen > 0 && form.text("warned") != "true"),
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
pub(super) async fn send(on: OnTicket, form: FormData) -> web::Result {
    let onward = Onward::of(&on, &form).await?;
    let sending = on.run_with(Written::of(&form), write).await;
    match sending {
        Ok(()) => onward.done(&on, "desk-page-sent").await,
        Err(error) if error.kind() == Kind::Invalid => refused(&on, &form, &error).await,
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
        if let Some(seen) = written.seen {
            ticket::timeline::warn_of_news(tx, cx, number, seen)?;
        }
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

async fn refused(on: &OnTicket, form: &FormData, error: &Error) -> web::Result {
    let (page, app) = (&on.page, &on.app);
    let view = on.read(ticket::load).await?;
    let mut composer = Composer::of(&page.cx, &view.ticket, None, on.beside());
    composer.body = form.text("body").to_owned();
    composer.is_note = form.text("kind") == "note";
    composer.seen = form.text("seen").parse().unwrap_or(0);
    composer.is_warned = error
        .fields()
        .iter()
        .any(|field| field.code == "desk.ticket.changed_since");
    composer.form = form.refused(error, page.cx.locale);
    if page.partial {
        return unprocessable(Part {
            shell: page.bare(app, ""),
            composer,
        });
    }
    let title = format!("#{} {}", on.number, view.ticket.title);
    let shell = page.shell(app, title).await?;
    unprocessable(Alone {
        shell,
        back: format!("/tickets/{}{}", on.number, composer.beside),
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

/// `PUT /tickets/{number}/draft`: keeps what is being written.
pub(super) async fn keep_draft(on: OnTicket, form: FormData) -> web::Result {
    let (body, internal) = (form.text("body").to_owned(), form.text("kind") == "note");
    let window = Window {
        name: form.text("window").to_owned(),
        read_at: form.text("read_at").parse().ok().map(Timestamp::from_millis),
    };
    let kept = on
        .run(move |tx, cx, number| drafting::save_draft_from(tx, cx, number, (&body, internal), &window))
        .await?;
    let mut answer = no_content()?;
    let headers = answer.headers_mut();
    headers.insert("x-draft-at", HeaderValue::from(kept.at.millis()));
    if kept.replaced {
        headers.insert("x-draft-replaced", HeaderValue::from_static("true"));
    }
    Ok(answer)
}

/// `PUT /tickets/{number}/forms/{form}/draft`: keeps what is being filled in.
pub(super) async fn keep_form(
    on: OnTicket,
    Path((_, name)): Path<(i64, String)>,
    form: FormData,
) -> web::Result {
    let kept: &[&str] = match name.as_str() {
        "resolution" => &["solution", "tested", "untested_reason"],
        "escalation" => &[
            "tier",
            "handoff.tried",
            "handoff.known",
            "handoff.boundary",
            "team",
            "assignee",
        ],
        _ => return Err(Error::not_found().into()),
    };
    let fields: Fields = kept
        .iter()
        .filter_map(|field| Some(((*field).to_owned(), form.optional(field)?.to_owned())))
        .collect();
    on.run(move |tx, cx, number| ticket::save_form_draft(tx, cx, number, &name, &fields))
        .await?;
    no_content()
}

/// A form as the reader left it; else as it begins.
pub(super) async fn begun(on: &OnTicket, form: &'static str, fresh: FormView) -> kernel::Result<FormView> {
    let found = on
        .read(move |tx, cx, number| ticket::form_draft(tx, cx, number, form))
        .await?;
    Ok(found.map_or(fresh, |fields| FormData::from_pairs(fields).view()))
}

#[derive(Template)]
#[template(path = "console/views/call.html", blocks = ["act"])]
struct CallForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_call(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("calls", "desk-page-call-title", "desk-page-call-submit")
        .await?;
    shown!(CallForm { shell, act, form })
}

/// `GET /tickets/{number}/calls`
pub(super) async fn ask_call(on: OnTicket) -> web::Result {
    on.load(access::REPLY).await?;
    show_call(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/calls`
pub(super) async fn log_call(on: OnTicket, form: FormData) -> web::Result {
    let logging = on
        .run_with(call(&form), |tx, cx, number, call| {
            ticket::log_call(tx, cx, number, call.clone())
        })
        .await;
    on.answer(logging, &form, "desk-page-call-logged", show_call)
        .await
}

fn call(form: &FormData) -> kernel::Result<Call> {
    Ok(Call {
        body: form.text("body").to_owned(),
        minutes: given(form, "minutes")?,
    })
}
