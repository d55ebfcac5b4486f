//! The job that sends one letter, and the sweep that finds letters whose job got lost.

use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::job::Job;
use kernel::{Kernel, event};
use serde_json::json;

use super::smtp::{Handed, Server};
use super::store::{self, Ended};
use super::{Outbound, Refused, State, enqueue, retry, subject_of};
use crate::letter::{AutoSubmitted, Letter, html_of};
use crate::mailbox::{self, Mailbox, Passwords};
use crate::message::Address;
use crate::message::compose::{Composed, Outgoing, OutgoingFile, Voice, compose};
use crate::trouble::Trouble;
use crate::{events, guard};

/// Name of the job.
pub const SEND: &str = "mail.send";

/// How long one attempt holds a letter; longer than any attempt takes, so that nobody else sends it meanwhile.
const HELD_SECS: i64 = 10 * 60;
/// After this long an attempt begins with no further recipient; the rest is for the next one.
const BEGUN_WITHIN_SECS: i64 = 3 * 60;
/// Forgotten letters that are picked up in one go.
const SWEPT_AT_MOST: i64 = 200;
const FORGOTTEN_AFTER_SECS: i64 = 120;

#[derive(serde::Deserialize)]
struct Data {
    outbound: i64,
}

/// Runs the job.
pub(crate) fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let data: Data = job.data_as()?;
        attempt(&kernel, data.outbound).await.map(|_| ())
    })
}

/// Tries to send a letter; where it stands after that, `None` when it was not its turn.
///
/// # Errors
/// When the database or the file store does not answer; troubles with the mail server are written to the letter.
pub async fn attempt(kernel: &Kernel, id: i64) -> Result<Option<State>> {
    let cx = kernel.cx_system("mail.send");
    let claim_cx = cx.clone();
    let Some(claimed) = kernel.db.write(move |tx| claim(tx, &claim_cx, id)).await? else {
        return Ok(None);
    };
    let mut progress = Progress {
        pending: claimed.outbound.pending.clone(),
        refused: claimed.outbound.refused.clone(),
        trouble: None,
    };
    match &claimed.way {
        None => {
            progress.trouble = Some(Trouble::new(
                "smtp_missing",
                "no enabled mailbox has an SMTP server",
            ))
        }
        Some(way) => hand_over(kernel, &claimed, way, &mut progress).await?,
    }
    let mailbox = claimed.way.as_ref().map(|way| way.mailbox.id);
    let state = kernel
        .db
        .write(move |tx| end(tx, &cx, &claimed.outbound, mailbox, &progress))
        .await?;
    Ok(Some(state))
}

struct Claimed {
    outbound: Outbound,
    way: Option<Way>,
    loop_mark: String,
}

struct Way {
    mailbox: Mailbox,
    passwords: Passwords,
}

struct Progress {
    pending: Vec<String>,
    refused: Vec<Refused>,
    trouble: Option<Trouble>,
}

fn claim(tx: &mut Tx<'_>, cx: &Cx, id: i64) -> Result<Option<Claimed>> {
    let now = cx.now();
    let Some(outbound) = store::claim(tx, id, now, now.add_secs(HELD_SECS))? else {
        return Ok(None);
    };
    let way = match mailbox::for_sending(tx, &outbound.letter.from)? {
        None => None,
        Some(mailbox) => Some(Way {
            passwords: mailbox::passwords(tx, cx, &mailbox)?,
            mailbox,
        }),
    };
    Ok(Some(Claimed {
        outbound,
        way,
        loop_mark: guard::loop_mark(tx, cx)?,
    }))
}

async fn hand_over(kernel: &Kernel, claimed: &Claimed, way: &Way, progress: &mut Progress) -> Result<()> {
    let composed = match composed(kernel, claimed, &way.mailbox).await? {
        Ok(composed) => composed,
        Err(detail) => {
            let everybody = progress.pending.drain(..);
            progress.refused.extend(everybody.map(|email| Refused {
                email,
                detail: detail.clone(),
            }));
            progress.trouble = Some(Trouble::new("letter_malformed", detail));
            return Ok(());
        }
    };
    let server = match Server::of(&way.mailbox, &way.passwords.smtp) {
        Ok(server) => server,
        Err(trouble) => {
            progress.trouble = Some(trouble);
            return Ok(());
        }
    };
    let until = kernel.clock.now().add_secs(BEGUN_WITHIN_SECS);
    while let Some(recipient) = progress
        .pending
        .first()
        .cloned()
        .filter(|_| kernel.clock.now() < until)
    {
        match server
            .hand_over(&composed.envelope, &recipient, &composed.raw)
            .await
        {
            Handed::Accepted => {}
            Handed::Refused(detail) => {
                progress.trouble = Some(Trouble::new("recipient_refused", &detail));
                progress.refused.push(Refused {
                    email: recipient,
                    detail,
                });
            }
            Handed::Later(trouble) => {
                progress.trouble = Some(trouble);
                return Ok(());
            }
        }
        progress.pending.remove(0);
    }
    Ok(())
}

async fn composed(kernel: &Kernel, claimed: &Claimed, mailbox: &Mailbox) -> Result<Result<Composed, String>> {
    let (outbound, letter) = (&claimed.outbound, &claimed.outbound.letter);
    let mut files = Vec::new();
    for file in &letter.files {
        files.push(OutgoingFile {
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            content_id: file.content_id.clone(),
            bytes: kernel.files.get(&file.hash).await?.to_vec(),
        });
    }
    let outgoing = Outgoing {
        from: Address {
            name: Some(mailbox.display_name.clone()),
            email: mailbox.address.clone(),
        },
        to: letter.to.clone(),
        cc: letter.cc.clone(),
        reply_to: letter.reply_to.clone(),
        subject: letter.subject.clone(),
        text: letter.text.clone(),
        html: Some(letter.html.clone().unwrap_or_else(|| html_of(&letter.text))),
        files,
        message_id: outbound.message_id.clone(),
        in_reply_to: letter.in_reply_to.clone(),
        references: letter.references.clone(),
        date: outbound.created_at.secs(),
        voice: voice(letter),
        loop_mark: claimed.loop_mark.clone(),
        language: None,
    };
    Ok(compose(&outgoing).map_err(|error| error.to_string()))
}

const fn voice(letter: &Letter) -> Voice {
    match letter.auto_submitted {
        AutoSubmitted::No => Voice::Person,
        AutoSubmitted::Generated => Voice::Generated,
        AutoSubmitted::Replied => Voice::Replied,
    }
}

/// Writes down how the attempt ended, and sees to the next one.
fn end(
    tx: &mut Tx<'_>,
    cx: &Cx,
    outbound: &Outbound,
    mailbox: Option<mailbox::MailboxId>,
    progress: &Progress,
) -> Result<State> {
    let now = cx.now();
    let reached = outbound.letter.recipients().len() > progress.pending.len() + progress.refused.len();
    let over = progress.pending.is_empty() || now >= outbound.give_up_at;
    let state = match (over, reached) {
        (true, true) => State::Sent,
        (true, false) => State::Failed,
        (false, _) => State::Queued,
    };
    let next_at = now.add_secs(retry::pause_secs(outbound.attempts));
    let sent_at = (state == State::Sent).then_some(now);
    let (pending, refused) = (progress.pending.as_slice(), progress.refused.as_slice());
    let trouble = progress.trouble.as_ref();
    let ended = Ended {
        state,
        pending,
        refused,
        trouble,
        next_at,
        sent_at,
    };
    if !store::end_attempt(tx, outbound.id, outbound.attempts, &ended)? {
        return Err(Error::conflict("mail.outbound.taken_over"));
    }
    if let Some(mailbox) = mailbox {
        // A refused recipient says nothing against the mailbox.
        let about_mailbox =
            trouble.filter(|trouble| trouble.code.starts_with("smtp_") || trouble.code.starts_with("tls"));
        mailbox::note_smtp(tx, mailbox, now, about_mailbox)?;
    }
    if state == State::Queued {
        enqueue(tx, cx, outbound.id, next_at)?;
    } else {
        note_end(tx, cx, outbound, state, progress)?;
    }
    Ok(state)
}

fn note_end(tx: &mut Tx<'_>, cx: &Cx, outbound: &Outbound, state: State, progress: &Progress) -> Result<()> {
    let kind = if state == State::Sent {
        events::OUTBOUND_SENT
    } else {
        events::OUTBOUND_FAILED
    };
    metrics::counter!("mainstay_mail_outbound_total", "outcome" => state.as_str()).increment(1);
    let reason = progress.trouble.as_ref().map(|trouble| trouble.code);
    let data = json!({
        "letter": outbound.id,
        "reason": reason,
        "attempts": outbound.attempts,
        "not_reached": progress.pending.len() + progress.refused.len(),
    });
    let detail = progress.trouble.as_ref().map(|trouble| trouble.detail.as_str());
    let personal = Some(
        json!({ "to": outbound.letter.recipients(), "subject": outbound.letter.subject, "detail": detail }),
    );
    let subject = subject_of(outbound.id, &outbound.about);
    event::append(
        tx,
        cx,
        event::New {
            kind,
            subject,
            data,
            personal,
        },
    )?;
    Ok(())
}

/// Gives letters another job that should have been tried by now.
pub(crate) fn sweep(tx: &mut Tx<'_>, cx: &Cx) -> Result<usize> {
    let now = cx.now();
    let forgotten = store::forgotten(tx, now.add_secs(-FORGOTTEN_AFTER_SECS), SWEPT_AT_MOST)?;
    for id in &forgotten {
        enqueue(tx, cx, *id, now)?;
    }
    Ok(forgotten.len())
}
