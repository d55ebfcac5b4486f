//! Taking back a request that waits for approval, for its requester.

use askama::Template;
use web::{FormData, FormView, Shell};

use super::acting::{Act, OnTicket, shown};
use crate::catalogue::deciding;
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/withdraw.html", blocks = ["act"])]
struct WithdrawForm {
    shell: Shell,
    act: Act,
    form: FormView,
}

async fn show(on: &OnTicket, form: FormView) -> web::Result {
    let (shell, act) = on
        .frame("withdrawal", "desk-catalogue-withdraw", "desk-catalogue-withdraw")
        .await?;
    shown!(WithdrawForm { shell, act, form })
}

/// `GET /tickets/{number}/withdrawal`
pub(super) async fn ask(on: OnTicket) -> web::Result {
    on.load(access::CHANGE).await?;
    show(&on, FormView::empty()).await
}

/// `POST /tickets/{number}/withdrawal`
pub(super) async fn withdraw(on: OnTicket, form: FormData) -> web::Result {
    let withdrawing = on.run(deciding::withdraw).await;
    on.answer(withdrawing, &form, "desk-catalogue-withdrawn", show)
        .await
}
