//! `/acts/{id}`: one act, with what it writes while it writes it, what came of it, and what can be done next.

use askama::Template;
use axum::extract::State as Given;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use protocol::health::{Finding, Verdict};
use protocol::message::Outcome;
use serde_json::Value;
use web::{App, FormData, Need, Page, Path, Routes, Shell, html};

use super::{done, table};
use crate::act::store::{self, Piece, Transfer};
use crate::act::{Act, ActId, cancelling, keeping, seeing, telling};
use crate::device::{self, Device};
use crate::{CHANGE, DIAGNOSE, READ};

/// Pieces of output on the page; the whole is a file.
const PIECES: i64 = 400;
/// Characters of output on the page.
const SHOWN_MOST: usize = 200_000;

pub(super) fn routes() -> Routes {
    Routes::new()
        .page(Method::GET, "/acts/{id}", Need::permission(READ), show)
        .page(Method::GET, "/acts/{id}/content", Need::permission(READ), content)
        .page(Method::GET, "/acts/{id}/output", Need::permission(READ), output)
        .page(Method::GET, "/acts/{id}/file", Need::permission(READ), file)
        .page(
            Method::POST,
            "/acts/{id}/cancellation",
            Need::permission(DIAGNOSE),
            cancel,
        )
}

struct Contents {
    act: Act,
    device: Device,
    transfer: Option<Transfer>,
    pieces: Vec<Piece>,
    approver: Option<String>,
    may_change: bool,
    may_ask: bool,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<Contents> {
    let act = seeing::load(tx, cx, id)?;
    let device = device::find(tx, cx, act.device)?;
    let approver = match act.approved_by {
        Some(person) => people::user::store::cards(tx, &[person])?
            .remove(&person)
            .map(|card| card.name),
        None => None,
    };
    Ok(Contents {
        transfer: store::transfer(tx, id)?,
        pieces: store::last_pieces(tx, id, PIECES)?,
        approver,
        may_change: device::may(cx, CHANGE, &device),
        may_ask: device::may(cx, seeing::right_of(&act), &device),
        act,
        device,
    })
}

#[derive(Template)]
#[template(path = "act/views/act.html", blocks = ["content"])]
struct Show {
    shell: Shell,
    act: Act,
    device: Device,
    transfer: Option<Transfer>,
    target: String,
    result: String,
    findings: Option<Vec<Finding>>,
    answer: table::Answer,
    text: String,
    is_tail: bool,
    approver: Option<String>,
    may_change: bool,
    may_ask: bool,
    may_cancel: bool,
}

impl Show {
    fn verb(&self) -> String {
        telling::verb_name(self.shell.cx.locale, &self.act.verb)
    }

    fn column(&self, key: &str) -> String {
        table::column(self.shell.cx.locale, key)
    }

    fn point(&self, finding: &Finding) -> String {
        self.shell
            .t(&format!("fleet-point-{}", finding.point.replace('_', "-")))
    }

    fn verdict(&self, finding: &Finding) -> String {
        self.shell.t(match finding.verdict {
            Verdict::Unknown => "fleet-verdict-unknown",
            Verdict::Ok => "fleet-verdict-ok",
            Verdict::Notice => "fleet-verdict-notice",
            Verdict::Warning => "fleet-verdict-warning",
            Verdict::Fault => "fleet-verdict-fault",
        })
    }

    fn tone(&self, finding: &Finding) -> &'static str {
        match finding.verdict {
            Verdict::Unknown => "muted",
            Verdict::Ok => "success",
            Verdict::Notice => "info",
            Verdict::Warning => "warning",
            Verdict::Fault => "danger",
        }
    }

    fn count(&self, findings: &[Finding], word: &str) -> usize {
        let wanted = match word {
            "fault" => Verdict::Fault,
            "warning" => Verdict::Warning,
            "notice" => Verdict::Notice,
            "ok" => Verdict::Ok,
            _ => Verdict::Unknown,
        };
        telling::count(findings, wanted)
    }

    /// A field of a row, for the keys beside it.
    fn of(&self, item: &Value, field: &str) -> String {
        match &item[field] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        }
    }

    fn is_askable(&self, item: &Value) -> bool {
        item["askable"] != false
    }

    /// The path of an entry in the folder that was listed.
    fn below(&self, item: &Value) -> String {
        let folder = self.answer.path.as_deref().unwrap_or("/");
        format!("{}/{}", folder.trim_end_matches('/'), self.of(item, "name"))
    }

    fn above(&self) -> Option<String> {
        let path = self.answer.path.as_deref()?;
        let (above, _) = path.trim_end_matches('/').rsplit_once('/')?;
        (path != "/").then(|| {
            if above.is_empty() {
                "/".to_owned()
            } else {
                above.to_owned()
            }
        })
    }

    fn size(&self, transfer: &Transfer) -> String {
        kernel::i18n::format_size(u64::try_from(transfer.moved).unwrap_or(0), self.shell.cx.locale)
    }
}

async fn view(app: &App, page: &Page, id: ActId) -> web::Result<Show> {
    let cx = page.cx.clone();
    let found = app.db.read(move |tx| read(tx, &cx, id)).await?;
    let locale = page.cx.locale;
    let act = found.act;
    let (text, is_tail) = text(app, &act, &found.pieces).await?;
    let empty = Value::Null;
    let summary = match &act.outcome {
        Some(Outcome::Done { summary, .. }) if act.verb != "health.check" => summary,
        _ => &empty,
    };
    let title = format!(
        "{} · {}",
        telling::verb_name(locale, &act.verb),
        found.device.name
    );
    let may_cancel = !act.state.is_over()
        && act.cancel_at.is_none()
        && (found.may_ask || Some(act.person) == page.cx.user_id());
    Ok(Show {
        shell: page.shell(app, title).await?,
        target: telling::target_of(&act),
        result: telling::result_beside_state(locale, &act),
        findings: telling::findings(&act),
        answer: table::read(&page.cx, &act.verb, summary),
        device: found.device,
        transfer: found.transfer,
        text,
        is_tail,
        approver: found.approver,
        may_change: found.may_change,
        may_ask: found.may_ask,
        may_cancel,
        act,
    })
}

/// The end of what was written, and whether there is more before it.
async fn text(app: &App, act: &Act, pieces: &[Piece]) -> Result<(String, bool)> {
    let mut bytes = Vec::new();
    pieces.iter().for_each(|piece| keeping::append(&mut bytes, piece));
    if let Some(hash) = act.hash.as_deref().filter(|_| pieces.is_empty()) {
        bytes = app.files.get(hash).await?.to_vec();
    }
    let from = bytes.len().saturating_sub(SHOWN_MOST);
    let is_tail = from > 0 || pieces.first().is_some_and(|first| first.seq > 0);
    Ok((plain(&String::from_utf8_lossy(&bytes[from..])), is_tail))
}

/// Colours and other commands for terminals are left out; what is left is lines.
fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\u{1b}' => {
                if letters.next_if_eq(&'[').is_some() {
                    while letters.next_if(|one| !one.is_ascii_alphabetic()).is_some() {}
                    letters.next();
                }
            }
            '\n' | '\t' => shown.push(letter),
            '\r' => {}
            one if one.is_control() => shown.push('\u{fffd}'),
            one => shown.push(one),
        }
    }
    shown
}

/// `GET /acts/{id}`
async fn show(Given(app): Given<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    html(view(&app, &page, id).await?)
}

/// `GET /acts/{id}/content`
async fn content(Given(app): Given<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    html(view(&app, &page, id).await?.as_content())
}

/// `GET /acts/{id}/output`
async fn output(Given(app): Given<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    const ALL: i64 = 1_000_000;
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let act = seeing::load(tx, &cx, id)?;
        let pieces = if act.hash.is_some() {
            Vec::new()
        } else {
            store::pieces(tx, id, -1, ALL)?
        };
        Ok((act, pieces))
    };
    let (act, pieces) = app.db.read(read).await?;
    let content: Vec<u8> = match &act.hash {
        Some(hash) => app.files.get(hash).await?.to_vec(),
        None => pieces.iter().fold(Vec::new(), |mut bytes, piece| {
            keeping::append(&mut bytes, piece);
            bytes
        }),
    };
    web::download(content, &format!("{}-{id}.txt", act.verb), "text/plain")
}

/// `GET /acts/{id}/file`
async fn file(Given(app): Given<App>, page: Page, Path(id): Path<ActId>) -> web::Result {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        seeing::load(tx, &cx, id)?;
        store::transfer(tx, id)?.ok_or_else(Error::not_found)
    };
    let transfer = app.db.read(read).await?;
    let hash = transfer.hash.ok_or_else(Error::not_found)?;
    let content = app.files.get_stream(&hash).await?;
    // Always for saving: what lies on a device is nobody's page.
    web::download(
        axum::body::Body::from_stream(content.stream),
        &transfer.name,
        "application/octet-stream",
    )
}

/// `POST /acts/{id}/cancellation`
async fn cancel(Given(app): Given<App>, page: Page, Path(id): Path<ActId>, _form: FormData) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| cancelling::cancel(tx, &cx, id)).await?;
    done(&page, &format!("/acts/{id}"), "fleet-act-cancelling")
}

#[cfg(test)]
mod tests {
    #[test]
    fn commands_for_terminals_are_not_shown() {
        assert_eq!(
            super::plain("\u{1b}[31mred\u{1b}[0m\r\nnext\u{7}"),
            "red\nnext\u{fffd}"
        );
        assert_eq!(super::plain("end\u{1b}"), "end");
    }
}
