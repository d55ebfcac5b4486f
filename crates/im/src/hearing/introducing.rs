//! Asking a service for the mail address of somebody we do not know, outside of the request that brought their words, and then
//! heeding these.
//!
//! What they say meanwhile is kept, and one job for each of them asks once and heeds it all in its order. A service that does not
//! answer rests, as it does for messages (`telling::turns`); whoever waits longer than ten minutes is taken for a stranger.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::Id;
use kernel::job::{self, Job, JobHandler};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{store, taking};
use crate::channel::store::Way;
use crate::channel::{Channel, ChannelId, keeping, store as channels};
use crate::person;
use crate::service::Heard;
use crate::telling::{delivering, turns};

const KIND: &str = "im.introduce";
/// Who waits for an answer does not wait for an hour.
const PATIENCE_SECONDS: i64 = 600;
/// The shortest and the longest pause until the service is asked again.
const PAUSES_SECONDS: (i64, i64) = (5, 120);

/// Marks the identifiers of what was said and not yet heeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnheededMark;
/// Names what was said and not yet heeded.
pub type UnheededId = Id<UnheededMark>;

/// Asks, and heeds.
pub const HANDLER: JobHandler = JobHandler { kind: KIND, run };

#[derive(Clone, Serialize, Deserialize)]
struct Order {
    channel: ChannelId,
    who: String,
}

/// What is known of somebody before the service is asked.
struct Stranger {
    channel: Channel,
    way: Way,
    since: Timestamp,
    is_known: bool,
}

/// Keeps what somebody said, and has the service asked after them.
pub(super) fn keep(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId, heard: &Heard) -> Result<()> {
    store::insert_unheeded(tx, cx.new_id(), channel, heard, cx.now())?;
    let who = heard.who.clone();
    ask_at(tx, cx, &Order { channel, who }, cx.now())
}

fn ask_at(tx: &mut Tx<'_>, cx: &Cx, order: &Order, at: Timestamp) -> Result<()> {
    let new = job::New::now(KIND, serde_json::to_value(order)?)
        .at(at.max(cx.now()))
        .key(format!("{}:{}", order.channel, order.who))
        // It ends when all is heeded.
        .max_attempts(i64::MAX);
    job::enqueue(tx, cx, new).map(drop)
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let order: Order = job.data_as()?;
        let Some(_place) = kernel.outgoing.place() else {
            return later(&kernel, order, turns::MOMENT_SECONDS).await;
        };
        let (of, cx) = (order.clone(), kernel.cx_system("im.hearing"));
        let Some(stranger) = kernel.db.read(move |tx| look(tx, &cx, &of)).await? else {
            return Ok(());
        };
        match email(&kernel, &order, &stranger).await? {
            Said::Later(seconds) => later(&kernel, order, seconds).await,
            Said::Email(email) => heed_all(&kernel, &order, &stranger.channel, email).await,
        }
    })
}

async fn later(kernel: &Kernel, order: Order, seconds: i64) -> Result<()> {
    let cx = kernel.cx_system("im.hearing");
    let ask = move |tx: &mut Tx<'_>| ask_at(tx, &cx, &order, cx.now().add_secs(seconds));
    kernel.db.write(ask).await
}

/// Nothing when the channel is off or all is heeded.
fn look(tx: &mut Tx<'_>, cx: &Cx, order: &Order) -> Result<Option<Stranger>> {
    let stored = channels::find(tx, order.channel)?.filter(|stored| stored.enabled);
    let first = store::first_unheeded(tx, order.channel, &order.who)?;
    let (Some(stored), Some((_, _, since))) = (stored, first) else {
        return Ok(None);
    };
    Ok(Some(Stranger {
        way: stored.way,
        since,
        is_known: person::store::find(tx, order.channel, &order.who)?.is_some(),
        channel: keeping::opened(tx, cx, stored)?,
    }))
}

/// What the service says.
enum Said {
    /// Their address; nothing when it does not say it: then they make themselves known by a code.
    Email(Option<String>),
    /// It is to be asked again in so many seconds.
    Later(i64),
}

async fn email(kernel: &Kernel, order: &Order, stranger: &Stranger) -> Result<Said> {
    let channel = &stranger.channel;
    let Some(draft) = channel.service.ask_email(&channel.settings, &order.who) else {
        return Ok(Said::Email(None));
    };
    let now = kernel.clock.now();
    let waited = now.since(stranger.since) / 1_000;
    let is_late = waited >= PATIENCE_SECONDS;
    let left = (PATIENCE_SECONDS - waited).max(1);
    let rest = stranger.way.rests_until.filter(|until| *until > now);
    match rest {
        _ if stranger.is_known => return Ok(Said::Email(None)),
        Some(_) if is_late => return Ok(Said::Email(None)),
        Some(until) => return Ok(Said::Later((until.since(now) / 1_000 + 1).min(left))),
        None => {}
    }
    let answer = match delivering::ask(kernel, draft).await {
        Ok(answer) => answer,
        Err(failure) => {
            tracing::warn!(channel = %channel.id, %failure, "the chat service was not asked who somebody is");
            let rest = leave_alone(kernel, channel.id).await?;
            return Ok(if is_late {
                Said::Email(None)
            } else {
                Said::Later(rest.min(left))
            });
        }
    };
    if channel.service.puts_off(&answer) && !is_late {
        let (shortest, longest) = PAUSES_SECONDS;
        return Ok(Said::Later(waited.clamp(shortest, longest).min(left)));
    }
    Ok(Said::Email(channel.service.read_email(&answer)))
}

/// Leaves the service alone; gives back for how many seconds.
async fn leave_alone(kernel: &Kernel, channel: ChannelId) -> Result<i64> {
    let cx = kernel.cx_system("im.hearing");
    let rest = move |tx: &mut Tx<'_>| match channels::find(tx, channel)? {
        Some(stored) => Ok(turns::rest(tx, &cx, &stored)?.since(cx.now()) / 1_000),
        None => Ok(0),
    };
    kernel.db.write(rest).await
}

/// Heeds all that they said, each in its own transaction.
async fn heed_all(kernel: &Kernel, order: &Order, channel: &Channel, email: Option<String>) -> Result<()> {
    loop {
        let of = order.clone();
        let first = kernel
            .db
            .read(move |tx| store::first_unheeded(tx, of.channel, &of.who))
            .await?;
        let Some((id, mut heard, _)) = first else {
            return Ok(());
        };
        heard.email.clone_from(&email);
        heed(kernel, channel, id, heard).await?;
    }
}

async fn heed(kernel: &Kernel, channel: &Channel, id: UnheededId, heard: Heard) -> Result<()> {
    let base_url = kernel.config.base_url.clone();
    let (cx, of, who) = (kernel.cx_system("im.hearing"), channel.clone(), heard.clone());
    let heed = move |tx: &mut Tx<'_>| {
        taking::hold(tx, &of, &who)?;
        if store::take_unheeded(tx, id)? {
            taking::heed(tx, &cx, &of, &who, &base_url, false)?;
        }
        Ok(())
    };
    match kernel.db.write(heed).await {
        Err(error) if taking::is_refusal(&error) => {
            let (cx, of) = (kernel.cx_system("im.hearing"), channel.clone());
            let refuse = move |tx: &mut Tx<'_>| {
                taking::hold(tx, &of, &heard)?;
                if store::take_unheeded(tx, id)? {
                    taking::answer_refusal(tx, &cx, &of, &heard, &error)?;
                }
                Ok(())
            };
            kernel.db.write(refuse).await
        }
        done => done,
    }
}
