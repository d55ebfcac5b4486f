//! A link that stands: frames both ways until one side goes, or the server falls silent.
//!
//! Reading and writing are two loops, so that a server that does not read us cannot keep us from hearing it. Silence is
//! noticed by riding on the traffic: only a link on which nothing came for a whole beat is pinged, and one on which then
//! still nothing comes is given up.

use super::connect::Socket;
use super::{End, FromLink, Settings, ToLink};
use futures::stream::{SplitSink, SplitStream};
use futures::{SinkExt, StreamExt};
use protocol::frame::Frame;
use protocol::message::FromServer;
use protocol::websocket::fragments;
use std::time::Duration;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{self, Message};

/// Answers to a ping must come within this.
const ANSWER: Duration = Duration::from_secs(20);

/// A frame that cannot be sent in this time means that nobody reads.
const STUCK: Duration = Duration::from_secs(60);

pub(super) async fn run(
    socket: Socket,
    welcome: FromServer,
    settings: &mut Settings,
    to: &mpsc::Sender<FromLink>,
    from: &mut mpsc::Receiver<ToLink>,
) -> End {
    let beat = match &welcome {
        FromServer::Welcome { beat_seconds, .. } => {
            Duration::from_secs(u64::from((*beat_seconds).clamp(1, 3600)))
        }
        _ => Duration::from_secs(60),
    };
    if to.send(FromLink::Up(Box::new(welcome))).await.is_err() {
        return End::Over;
    }
    // The executor answers at once; what it said before was meant for a link that is gone.
    loop {
        match from.recv().await {
            None => return End::Over,
            Some(ToLink::Ready) => break,
            Some(ToLink::Enrolled) => settings.enrol = None,
            Some(_) => {}
        }
    }
    let (sink, stream) = socket.split();
    let silence = Notify::new();
    tokio::select! {
        end = write(sink, settings, from, &silence) => end,
        end = read(stream, beat, to, &silence) => end,
    }
}

async fn write(
    mut sink: SplitSink<Socket, Message>,
    settings: &mut Settings,
    from: &mut mpsc::Receiver<ToLink>,
    silence: &Notify,
) -> End {
    loop {
        let frame = tokio::select! {
            () = silence.notified() => None,
            said = from.recv() => match said {
                None => {
                    timeout(ANSWER, sink.close()).await.ok();
                    return End::Over;
                }
                Some(ToLink::Leave(pause)) => {
                    timeout(ANSWER, sink.close()).await.ok();
                    return End::Leave(pause);
                }
                Some(ToLink::Enrolled) => {
                    settings.enrol = None;
                    continue;
                }
                Some(ToLink::Ready) => continue,
                Some(ToLink::Frame(frame)) => Some(frame),
            },
        };
        match timeout(STUCK, say(&mut sink, frame)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return End::Broken(error.to_string()),
            Err(_) => return End::Broken("the server does not read".to_owned()),
        }
    }
}

/// Sends a frame in its pieces; a ping when there is none.
async fn say(sink: &mut SplitSink<Socket, Message>, frame: Option<Frame>) -> Result<(), tungstenite::Error> {
    let Some(frame) = frame else {
        return sink.send(Message::Ping(Vec::new().into())).await;
    };
    for piece in fragments(frame.encode()) {
        sink.feed(piece).await?;
    }
    sink.flush().await
}

async fn read(
    mut stream: SplitStream<Socket>,
    beat: Duration,
    to: &mpsc::Sender<FromLink>,
    silence: &Notify,
) -> End {
    let mut was_pinged = false;
    loop {
        let patience = if was_pinged { ANSWER } else { beat };
        let heard = match timeout(patience, stream.next()).await {
            Ok(heard) => heard,
            Err(_) if was_pinged => return End::Broken("the server fell silent".to_owned()),
            Err(_) => {
                was_pinged = true;
                silence.notify_one();
                continue;
            }
        };
        was_pinged = false;
        match heard {
            None => return End::Broken("the server hung up".to_owned()),
            Some(Err(error)) => return End::Broken(error.to_string()),
            Some(Ok(Message::Close(close))) => {
                let reason = close.map(|close| close.reason.to_string()).unwrap_or_default();
                return End::Broken(format!("the server hung up: {reason}"));
            }
            Some(Ok(Message::Binary(bytes))) => match Frame::decode(&bytes) {
                Ok(frame) => {
                    if to.send(FromLink::Frame(frame)).await.is_err() {
                        return End::Over;
                    }
                }
                Err(error) => return End::Broken(format!("the server sent no frame: {error}")),
            },
            Some(Ok(_)) => {}
        }
    }
}
