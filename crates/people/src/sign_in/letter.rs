//! The letter with a one-time link to set a password.
//!
//! Asking for it costs the same whether or not the address is known: a job is enqueued either way, and only the job
//! looks the address up. So the page cannot be used to find out who has an account.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::db::Tx;
use kernel::job::{self, Job, JobHandler};
use kernel::{Cx, Kernel, Locale, Result};
use mail::message::Address;
use mail::{Letter, Sender};
use serde::{Deserialize, Serialize};

use super::{password, secret_hash};
use crate::user;

/// The purpose that a mailbox may be set up for; without one, any that can send serves.
const PURPOSE: &str = "people";
const LETTER: &str = "people.password_letter";

/// Sends the letters.
pub(crate) const HANDLER: JobHandler = JobHandler { kind: LETTER, run };

#[derive(Serialize, Deserialize)]
struct Asked {
    email: String,
    locale: String,
}

/// Whether any mailbox can send letters.
///
/// # Errors
/// The database's.
pub(crate) fn can_be_sent(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(mail::mailbox::for_sending(tx, &Sender::Purpose(PURPOSE.to_owned()))?.is_some())
}

/// Somebody asks for a letter to this address.
///
/// # Errors
/// The database's.
pub fn ask_for(tx: &mut Tx<'_>, cx: &Cx, email: &str) -> Result<()> {
    let asked = Asked {
        email: email.to_owned(),
        locale: cx.locale.tag().to_owned(),
    };
    job::enqueue(tx, cx, job::New::now(LETTER, serde_json::to_value(asked)?))?;
    Ok(())
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    async move {
        let asked: Asked = job.data_as()?;
        let cx = kernel.cx_system(LETTER);
        let base_url = kernel.config.base_url.trim_end_matches('/').to_owned();
        kernel.db.write(move |tx| send(tx, &cx, &asked, &base_url)).await
    }
    .boxed()
}

fn send(tx: &mut Tx<'_>, cx: &Cx, asked: &Asked, base_url: &str) -> Result<()> {
    let Some(person) = user::store::find_by_email(tx, &asked.email)?.filter(|person| person.active) else {
        return Ok(());
    };
    let secret = password::new_reset(tx, cx, person.id)?;
    let locale = person
        .locale
        .or_else(|| Locale::parse(&asked.locale))
        .unwrap_or_default();
    let link = format!("{base_url}/set-password/{secret}");
    let arguments = [("name", person.name.as_str().into()), ("link", link.into())];
    let text = locale.t_with("people-letter-password-text", &arguments);
    let to = Address {
        name: Some(person.name),
        email: person.email,
    };
    let subject = locale.t("people-letter-password-subject");
    let about = format!("user:{}", person.id);
    let key = format!("password:{}", secret_hash(&secret));
    mail::send(tx, cx, &Letter::new(PURPOSE, to, subject, text, about, key))?;
    Ok(())
}
