//! Resolving, writing down the requester's answer, and reopening.

use askama::Template;
use kernel::error::Error;
use web::{FormData, FormView, Path, Shell};

use super::acting::{Act, OnTicket, shown};
use super::composing;
use super::finding::{Offer, On};
use super::gates::GateList;
use super::next::Onward;
use crate::finding;
use crate::learned::likeness;
use crate::ticket::{self, Resolve, Verify, access};

#[derive(Template)]
#[template(path = "console/views/resolve.html", blocks = ["act"])]
struct ResolveForm {
    shell: Shell,
    act: Act,
    form: FormView,
    gate: GateList,
    offer: Offer,
}

pub(super) async fn show_resolve(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame(
            "resolution",
            "desk-page-resolve-title",
            "desk-page-resolve-submit",
        )
        .await?;
    let act = act.kept("resolution");
    let gate = GateList::read(on).await?;
    let offer = Offer::of(on, On::Resolution, form.value("technical"), act.dialog).await?;
    shown!(ResolveForm {
        shell,
        act,
        form,
        gate,
        offer,
    })
}

/// `GET /tickets/{number}/resolution`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::RESOLVE).await?;
    let found = on.read(finding::begun).await?;
    let fresh = FormView::of([
        ("tested", "true".to_owned()),
        ("technical", found.technical),
        ("plain", found.plain),
    ]);
    let form = composing::begun(&on, "resolution", fresh).await?;
    show_resolve(&on, form).await
}

/// `GET /tickets/{number}/resolution/from/{other}`: the form with the solution of another ticket, to be made fit.
pub(super) async fn ask_from(on: OnTicket, Path((_, other)): Path<(i64, i64)>) -> web::Result {
    on.load(access::RESOLVE).await?;
    let solution = on
        .read(move |tx, cx, _| likeness::solution_of(tx, cx, other))
        .await?;
    let found = on.read(finding::begun).await?;
    let form = FormView::of([
        ("tested", "true".to_owned()),
        ("solution", solution),
        ("technical", found.technical),
        ("plain", found.plain),
    ]);
    show_resolve(&on, form).await
}

/// `POST /tickets/{number}/resolution`
pub(super) async fn resolve(on: OnTicket, form: FormData) -> web::Result {
    let onward = Onward::of(&on, &form).await?;
    let wanted = Resolve {
        solution: form.text("solution").to_owned(),
        tested: form.text("tested") == "true",
        untested_reason: form.optional("untested_reason").map(str::to_owned),
    };
    let past_gate = form.optional("override_reason").map(str::to_owned);
    // Whoever sends no finding leaves the one that stands.
    let has_finding = form.all("technical").chain(form.all("plain")).next().is_some();
    let cause = has_finding.then(|| super::finding::wanted(&form));
    let resolving = on.run(move |tx, cx, number| {
        ticket::discard_form_draft(tx, cx, number, "resolution")?;
        if let Some(cause) = &cause {
            finding::write(tx, cx, number, cause)?;
        }
        match &past_gate {
            Some(reason) => ticket::resolve_past_gate(tx, cx, number, wanted.clone(), reason),
            None => ticket::resolve(tx, cx, number, wanted.clone()),
        }
    });
    match resolving.await {
        Ok(_) => onward.done(&on, "desk-page-resolved").await,
        Err(error) if error.code() == "desk.gate_closed" => {
            let form = form.refused(&of_this_form(&error), on.page.cx.locale);
            show_resolve(&on, form).await
        }
        Err(error) => show_resolve(&on, on.mend(&form, error)?).await,
    }
}

/// The fields of the form that a gate can ask for.
const OWN_FIELDS: [&str; 4] = ["technical", "plain", "solution", "untested_reason"];

/// What a closed gate says of the form's own fields; the rest stands in the list beside it, where it is filled.
fn of_this_form(refusal: &Error) -> Error {
    let own = refusal.fields().iter();
    let own = own.filter(|field| OWN_FIELDS.contains(&field.field.as_str()));
    Error::invalid("desk.gate_closed")
        .arg("words", "")
        .with_fields(own.cloned().collect())
}

#[derive(Template)]
#[template(path = "console/views/verify.html", blocks = ["act"])]
struct VerifyForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_verify(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame(
            "verification",
            "desk-page-verify-title",
            "desk-page-verify-submit",
        )
        .await?;
    shown!(VerifyForm { shell, act, form })
}

/// `GET /tickets/{number}/verification`
pub(super) async fn ask_verify(on: OnTicket) -> web::Result {
    on.load(access::VERIFY).await?;
    show_verify(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/verification`: the requester's answer, written down by the desk.
pub(super) async fn verify(on: OnTicket, form: FormData) -> web::Result {
    let verifying = on
        .run_with(answer(&form), |tx, cx, number, answer| {
            ticket::verify(tx, cx, number, answer.clone())
        })
        .await;
    on.answer(verifying, &form, "desk-page-verified", show_verify)
        .await
}

fn answer(form: &FormData) -> kernel::Result<Verify> {
    let missing = || Error::invalid("web.form.missing").field("accepted");
    Ok(Verify {
        accepted: form.optional("accepted").ok_or_else(missing)? == "yes",
        comment: form.optional("comment").map(str::to_owned),
    })
}

#[derive(Template)]
#[template(path = "console/views/reopen.html", blocks = ["act"])]
struct ReopenForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show_reopen(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("reopening", "desk-page-reopen-title", "desk-page-reopen-submit")
        .await?;
    shown!(ReopenForm { shell, act, form })
}

/// `GET /tickets/{number}/reopening`
pub(super) async fn ask_reopen(on: OnTicket) -> web::Result {
    on.load(access::REOPEN).await?;
    show_reopen(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/reopening`
pub(super) async fn reopen(on: OnTicket, form: FormData) -> web::Result {
    let reason = form.text("reason").to_owned();
    let reopening = on
        .run(move |tx, cx, number| ticket::reopen(tx, cx, number, &reason))
        .await;
    on.answer(reopening, &form, "desk-page-reopened", show_reopen)
        .await
}
