//! Mail in: what arrives in a mailbox of the desk becomes a request, an answer, or a note, exactly once.
//!
//! Reading (`reading.rs`) and deciding what a mail is about (`finding.rs`) are apart from doing it (`taking.rs`). Files are
//! put into the store first; they are content, so doing it twice does nothing. Then one transaction changes the ticket and
//! settles the mail in the journal: a crash anywhere leaves either both or neither.

mod finding;
mod reading;
mod taking;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::{Cx, Via};
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use mail::inbound::Outcome;
use mail::{Arrival, SettingChoice};

use reading::Incoming;

/// For how many days after its end an answer brings a ticket back.
pub const REOPEN_SETTING: &str = "desk.reopen_within_days";
/// Unless the setting says otherwise.
pub const REOPEN_WITHIN_DAYS: i64 = 30;
/// The setting's largest value.
pub const REOPEN_DAYS_MAX: i64 = 3_650;

/// Makes the desk the receiver of its mailboxes. Call it once when the program is put together.
pub fn register() {
    mail::set_receiver(mail::DESK, receive);
    let team = SettingChoice {
        name: "team",
        label: "desk-mail-setting-team",
        choices: teams,
    };
    mail::set_setting(mail::DESK, team);
}

/// The team that new requests of a mailbox go to.
fn teams(tx: &mut Tx, _: &Cx) -> Result<Vec<(String, String)>> {
    let teams = people::team::store::list(tx)?;
    Ok(teams
        .into_iter()
        .map(|team| (team.id.to_string(), team.name))
        .collect())
}

/// Takes one mail.
pub fn receive<'a>(kernel: &'a Kernel, arrival: &'a Arrival) -> BoxFuture<'a, Result<()>> {
    Box::pin(async move {
        let cx = context(kernel, arrival);
        let incoming = Incoming::read(kernel, arrival).await?;
        let (id, context) = (arrival.id, cx.clone());
        let taken = kernel.db.write(move |tx| {
            let outcome = taking::take(tx, &context, &incoming)?;
            mail::settle(tx, &context, id, &outcome)
        });
        match taken.await {
            Err(error) if is_about_the_mail(&error) => quarantine(kernel, cx, id, &error).await,
            taken => taken,
        }
    })
}

/// The house acts by mail, in the language of the mailbox.
fn context(kernel: &Kernel, arrival: &Arrival) -> Cx {
    let mut cx = kernel.cx_system("desk.mail_in");
    (cx.via, cx.locale) = (Via::Mail, arrival.mailbox.locale);
    cx
}

/// A refusal that would be the same with every try: a person has to look.
fn is_about_the_mail(error: &Error) -> bool {
    matches!(
        error.kind(),
        Kind::Invalid | Kind::Forbidden | Kind::NotFound | Kind::TooLarge
    )
}

async fn quarantine(kernel: &Kernel, cx: Cx, id: i64, error: &Error) -> Result<()> {
    tracing::warn!(inbound = id, %error, "a mail could not become a ticket");
    let outcome = Outcome::Quarantine {
        reason: error.code().to_owned(),
    };
    kernel
        .db
        .write(move |tx| mail::settle(tx, &cx, id, &outcome))
        .await
}
