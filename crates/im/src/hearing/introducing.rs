//! Asking a service for the mail address of somebody we do not know, outside of the request that brought their words, and then
//! heeding these.

use bytes::Bytes;
use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{self, Job, JobHandler};
use kernel::outgoing::Target;
use serde::{Deserialize, Serialize};

use super::taking;
use crate::channel::{Channel, ChannelId, keeping, store};
use crate::service::Heard;

const KIND: &str = "im.introduce";
/// Who waits for an answer does not wait for an hour.
const ATTEMPTS: i64 = 3;

/// Asks, and heeds.
pub const HANDLER: JobHandler = JobHandler { kind: KIND, run };

#[derive(Serialize, Deserialize)]
struct Order {
    channel: ChannelId,
    heard: Heard,
}

/// Has the service asked.
pub(super) fn ask(tx: &mut Tx<'_>, cx: &Cx, channel: ChannelId, heard: &Heard) -> Result<()> {
    let order = Order {
        channel,
        heard: heard.clone(),
    };
    let new = job::New::now(KIND, serde_json::to_value(order)?).max_attempts(ATTEMPTS);
    job::enqueue(tx, cx, new).map(drop)
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let Order { channel, mut heard } = job.data_as()?;
        let cx = kernel.cx_system("im.hearing");
        let of = cx.clone();
        let found = kernel
            .db
            .read(
                move |tx| match store::find(tx, channel)?.filter(|stored| stored.enabled) {
                    Some(stored) => keeping::opened(tx, &of, stored).map(Some),
                    None => Ok(None),
                },
            )
            .await?;
        let Some(channel) = found else {
            return Ok(());
        };
        heard.email = email(&kernel, &channel, &heard.who).await;
        let base_url = kernel.config.base_url.clone();
        let write =
            move |tx: &mut Tx<'_>| taking::heed(tx, &cx, &channel, &heard, &base_url, false).map(drop);
        kernel.db.write(write).await
    })
}

/// Their address; nothing when the service does not say it: then they make themselves known by a code.
async fn email(kernel: &Kernel, channel: &Channel, who: &str) -> Option<String> {
    let draft = channel.service.ask_email(&channel.settings, who)?;
    let target = Target::read(&draft.url).ok()?;
    let answer = kernel
        .outgoing
        .post(&target, &draft.headers, Bytes::from(draft.body))
        .await;
    match answer {
        Ok(answer) => channel.service.read_email(&answer),
        Err(failure) => {
            tracing::warn!(channel = %channel.id, %failure, "the chat service was not asked who somebody is");
            None
        }
    }
}
