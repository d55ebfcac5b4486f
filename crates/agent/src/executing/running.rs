//! One act that runs: how to stop it, and the task that carries it to its end.

use super::{Channel, Passed, Size, Surroundings, Teller, Telling, perform};
use protocol::frame::Frame;
use protocol::message::Outcome;
use protocol::verb::Verb;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// An act that was called off and does not end by itself is dropped after this.
const GRACE: Duration = Duration::from_secs(15);

/// What the executor holds of an act that runs.
#[derive(Debug)]
pub(super) struct Running {
    pub grant: String,
    /// The verb's text, to know the order when it comes again for another link.
    pub verb: String,
    /// Whether the device may be another when it ended.
    pub changes: bool,
    pub channel: Option<u32>,
    pub cancel: watch::Sender<bool>,
    pub size: watch::Sender<Size>,
}

/// Where an act runs, with the bytes beside it.
#[derive(Debug)]
pub(super) enum Place {
    /// In this process.
    Here(Option<Channel>),
    /// In a session helper, as another user.
    Helper {
        run_as: String,
        channel: Option<u32>,
        passed: mpsc::UnboundedReceiver<Passed>,
        frames: mpsc::Sender<Frame>,
    },
}

/// Begins to carry out a verb. Its end is told after everything else it says.
pub(super) fn start(
    act: &str,
    verb: Verb,
    text: String,
    place: Place,
    surroundings: Surroundings,
    tellings: mpsc::Sender<Telling>,
) -> (watch::Sender<bool>, watch::Sender<Size>) {
    let (cancel, cancelled) = watch::channel(false);
    let first_size = match &verb {
        Verb::Terminal { columns, rows, .. } => (*columns, *rows),
        _ => (80, 24),
    };
    let (size, sizes) = watch::channel(first_size);
    let teller = Teller::new(act, tellings.clone(), cancelled, sizes);
    let act = act.to_owned();
    tokio::spawn(async move {
        let called_off = teller.clone();
        let work = tokio::spawn(async move {
            match place {
                Place::Here(channel) => perform(verb, &teller, channel, &surroundings).await,
                #[cfg(unix)]
                Place::Helper {
                    run_as,
                    channel,
                    passed,
                    frames,
                } => {
                    let errand = crate::processes::session::Errand {
                        act: teller.act().to_owned(),
                        verb: text,
                        channel,
                        floor: surroundings.floor.clone(),
                        server: surroundings.server.clone(),
                        asker: surroundings.asker.clone(),
                    };
                    crate::processes::session::perform(errand, &run_as, &teller, passed, frames).await
                }
                #[cfg(not(unix))]
                Place::Helper { .. } => {
                    drop(text);
                    Outcome::Failed {
                        code: "run_as".to_owned(),
                        text: "this system has no session helper yet".to_owned(),
                    }
                }
            }
        });
        let stop = work.abort_handle();
        let late = async {
            called_off.cancelled().await;
            tokio::time::sleep(GRACE).await;
            stop.abort();
            std::future::pending::<()>().await;
        };
        let outcome = tokio::select! {
            ended = work => ended.unwrap_or_else(|error| Outcome::Lost {
                text: match error.is_cancelled() {
                    true => "it was called off and did not end by itself".to_owned(),
                    false => "the agent made a mistake while this ran; how it ended is not known".to_owned(),
                },
            }),
            () = late => Outcome::Cancelled,
        };
        tellings.send(Telling::Finished { act, outcome }).await.ok();
    });
    (cancel, size)
}
