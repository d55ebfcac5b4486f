//! What our own processes say to each other over a socket pair: one length, one kind, one payload.
//!
//! The pair is made by the parent and one end is the child's standard input, so nobody else can ever speak on it: there is
//! no name to connect to and no credential to check.

use protocol::frame::Frame;
use protocol::message::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

/// A whole inventory is the largest thing said.
const MOST: usize = protocol::frame::FRAME_MOST + 64 * 1024;

const WORD: u8 = 0;
const FRAME: u8 = 1;
const OUTPUT: u8 = 2;

/// One thing said.
#[derive(Clone, Debug, PartialEq)]
pub enum Said<W> {
    /// Any word of the two, as JSON.
    Word(W),
    Frame(Frame),
    /// Output of an act, which need not be text.
    Output(Stream, Vec<u8>),
}

/// Says one thing.
pub async fn say<W: Serialize>(to: &mut OwnedWriteHalf, said: &Said<W>) -> io::Result<()> {
    let (kind, payload) = match said {
        Said::Word(word) => (WORD, serde_json::to_vec(word)?),
        Said::Frame(frame) => (FRAME, frame.encode()),
        Said::Output(stream, bytes) => {
            let mut payload = Vec::with_capacity(bytes.len() + 1);
            payload.push(match stream {
                Stream::Out => 0,
                Stream::Err => 1,
                Stream::Note => 2,
            });
            payload.extend(bytes);
            (OUTPUT, payload)
        }
    };
    if payload.len() > MOST {
        return Err(io::Error::other("more than one process may say to another"));
    }
    let mut bytes = Vec::with_capacity(payload.len() + 5);
    bytes.extend((payload.len() as u32).to_be_bytes());
    bytes.push(kind);
    bytes.extend(payload);
    to.write_all(&bytes).await
}

/// Hears one thing; `None` when the other process is gone. Not to be cancelled half way: give it a task of its own.
pub async fn hear<W: DeserializeOwned>(from: &mut OwnedReadHalf) -> io::Result<Option<Said<W>>> {
    let length = match from.read_u32().await {
        Ok(length) => length as usize,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    };
    if length > MOST {
        return Err(io::Error::other("more than one process may say to another"));
    }
    let kind = from.read_u8().await?;
    let mut payload = vec![0; length];
    from.read_exact(&mut payload).await?;
    let said = match kind {
        WORD => Said::Word(serde_json::from_slice(&payload)?),
        FRAME => Said::Frame(Frame::decode(&payload).map_err(io::Error::other)?),
        OUTPUT => {
            let Some((stream, bytes)) = payload.split_first() else {
                return Err(io::Error::other("output without a stream"));
            };
            let stream = match stream {
                0 => Stream::Out,
                1 => Stream::Err,
                _ => Stream::Note,
            };
            Said::Output(stream, bytes.to_vec())
        }
        _ => return Err(io::Error::other("a kind that is not known")),
    };
    Ok(Some(said))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_said_is_heard() {
        let (one, other) = tokio::net::UnixStream::pair().unwrap();
        let (_keep, mut to) = one.into_split();
        let (mut from, _) = other.into_split();
        let all = [
            Said::Word("hello".to_owned()),
            Said::Frame(Frame::Credit { channel: 3, bytes: 9 }),
            Said::Output(Stream::Err, vec![0, 255]),
        ];
        for said in &all {
            say(&mut to, said).await.unwrap();
        }
        drop(to);
        for said in all {
            assert_eq!(hear::<String>(&mut from).await.unwrap(), Some(said));
        }
        assert_eq!(hear::<String>(&mut from).await.unwrap(), None);
    }
}
