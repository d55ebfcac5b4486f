//! The finding on pages: the cause in two texts side by side, with what the glossary offers for the plain one.
//!
//! The offer follows the technical text while it is written. It is taken by a button that sends the form as it stands and
//! shows it again with the plain text filled in; nothing is saved by that, and without scripts it is the same.

use askama::Template;
use web::{FormData, FormView, Path, Shell, html};

use super::acting::{Act, OnTicket, shown};
use super::gates::GateList;
use super::resolving;
use crate::finding::{self, Wanted};
use crate::glossary::{self, Term};
use crate::ticket::access;

/// The fields of both forms besides the plain text: what stands in them stays when the offer is taken.
const FIELDS: [&str; 5] = [
    "technical",
    "solution",
    "tested",
    "untested_reason",
    "override_reason",
];

/// What the glossary offers beside the plain text.
pub(super) struct Offer {
    /// Where the offer is asked for anew.
    pub look: String,
    /// Where it is taken.
    pub take: String,
    pub terms: Vec<Term>,
    /// Whether the form stands in a dialog.
    pub dialog: bool,
}

/// Which form the fields stand on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    Finding,
    Resolution,
}

impl On {
    const fn path(self) -> &'static str {
        match self {
            On::Finding => "finding",
            On::Resolution => "resolution",
        }
    }
}

impl Offer {
    pub(super) async fn of(on: &OnTicket, form: On, technical: &str, dialog: bool) -> web::Result<Offer> {
        let technical = technical.to_owned();
        let (terms, _) = on
            .read(move |tx, cx, number| finding::offered(tx, cx, number, &technical))
            .await?;
        let (number, beside) = (on.number, on.beside());
        Ok(Offer {
            look: format!("/tickets/{number}/finding/offer/{}{beside}", form.path()),
            take: format!("/tickets/{number}/finding/taken/{}{beside}", form.path()),
            terms,
            dialog,
        })
    }
}

fn on_form(word: &str) -> kernel::Result<On> {
    match word {
        "finding" => Ok(On::Finding),
        "resolution" => Ok(On::Resolution),
        _ => Err(kernel::Error::not_found()),
    }
}

#[derive(Template)]
#[template(path = "console/views/finding.html", blocks = ["act"])]
struct Form {
    shell: Shell,
    act: Act,
    form: FormView,
    gate: GateList,
    offer: Offer,
}

async fn show(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("finding", "desk-page-finding-title", "desk-page-save")
        .await?;
    let offer = Offer::of(on, On::Finding, form.value("technical"), act.dialog).await?;
    let gate = GateList::read(on).await?;
    shown!(Form {
        shell,
        act,
        form,
        gate,
        offer,
    })
}

/// `GET /tickets/{number}/finding`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::RESOLVE).await?;
    let found = on.read(finding::begun).await?;
    let form = FormView::of([("technical", found.technical), ("plain", found.plain)]);
    show(&on, form).await
}

/// What a form says of the cause.
pub(super) fn wanted(form: &FormData) -> Wanted {
    Wanted {
        technical: form.text("technical").to_owned(),
        plain: form.text("plain").to_owned(),
    }
}

/// `POST /tickets/{number}/finding`
pub(super) async fn write(on: OnTicket, form: FormData) -> web::Result {
    let wanted = wanted(&form);
    let writing = on
        .run(move |tx, cx, number| finding::write(tx, cx, number, &wanted))
        .await;
    on.answer(writing, &form, "desk-page-finding-saved", show).await
}

#[derive(Template)]
#[template(path = "console/views/finding_offer.html")]
struct OfferPart {
    shell: Shell,
    offer: Offer,
}

/// `POST /tickets/{number}/finding/offer/{form}`: what the glossary offers for the text as it stands; saves nothing.
pub(super) async fn look(on: OnTicket, Path((_, of)): Path<(i64, String)>, form: FormData) -> web::Result {
    on.load(access::RESOLVE).await?;
    let offer = Offer::of(
        &on,
        on_form(&of)?,
        form.text("technical"),
        form.checked("in_dialog"),
    )
    .await?;
    let shell = on.page.bare(&on.app, "");
    html(OfferPart { shell, offer })
}

/// `POST /tickets/{number}/finding/taken/{form}`: the form once more, with the offered text as the plain one; saves nothing.
pub(super) async fn take(on: OnTicket, Path((_, of)): Path<(i64, String)>, form: FormData) -> web::Result {
    on.load(access::RESOLVE).await?;
    let (of, technical) = (on_form(&of)?, form.text("technical").to_owned());
    let (terms, language) = on
        .read(move |tx, cx, number| finding::offered(tx, cx, number, &technical))
        .await?;
    let mut fields: Vec<(&'static str, String)> = FIELDS
        .into_iter()
        .map(|name| (name, form.text(name).to_owned()))
        .collect();
    fields.push(("plain", glossary::together(&terms, language)));
    let form = FormView::of(fields);
    match of {
        On::Finding => show(&on, form).await,
        On::Resolution => resolving::show_resolve(&on, form).await,
    }
}
