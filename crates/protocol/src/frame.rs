//! One WebSocket message: a control message, bytes of a channel, credit, or the end of a channel.
//!
//! One byte says which, four bytes (big endian) name the channel, the rest is the payload. Channel 0 is for control.

use std::fmt;

use crate::MESSAGE_MOST;

/// How many bytes a side may send on a channel before it is given credit, for each channel and direction.
pub const WINDOW: u32 = 256 * 1024;
/// How many bytes of a channel go into one frame at most.
pub const CHUNK: usize = 32 * 1024;
/// How many bytes the reason of a close may have.
pub const REASON_MOST: usize = 1024;
/// How many bytes a whole frame may have.
pub const FRAME_MOST: usize = HEAD + MESSAGE_MOST;

const HEAD: usize = 5;
const CONTROL: u8 = 0;
const DATA: u8 = 1;
const CREDIT: u8 = 2;
const CLOSE: u8 = 3;

/// What stands in one WebSocket message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A message as JSON.
    Control(Vec<u8>),
    /// Bytes of a channel.
    Data {
        /// Which channel; never 0.
        channel: u32,
        /// The bytes: at least one, at most [`CHUNK`].
        bytes: Vec<u8>,
    },
    /// How many more bytes the other side may send.
    Credit {
        /// Which channel; never 0.
        channel: u32,
        /// How many more.
        bytes: u32,
    },
    /// The channel ends here.
    Close {
        /// Which channel; never 0.
        channel: u32,
        /// Why, in plain words or a code; empty when all went well.
        reason: String,
    },
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Shorter than a head.
    Short,
    /// A type that this version does not know.
    Type(u8),
    /// Control on another channel than 0, or anything else on it.
    Channel,
    /// Larger than allowed.
    Large,
    /// Credit that is not four bytes, or a reason that is no text, or no data at all.
    Payload,
}

impl fmt::Display for FrameError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => out.write_str("a frame shorter than its head"),
            Self::Type(byte) => write!(out, "a frame of the unknown type {byte}"),
            Self::Channel => out.write_str("a frame on a channel that is not for it"),
            Self::Large => out.write_str("a frame larger than allowed"),
            Self::Payload => out.write_str("a frame whose payload cannot be read"),
        }
    }
}

impl std::error::Error for FrameError {}

impl Frame {
    /// The bytes to send. A reason that is too long is cut.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Control(json) => written(CONTROL, 0, json),
            Self::Data { channel, bytes } => written(DATA, *channel, bytes),
            Self::Credit { channel, bytes } => written(CREDIT, *channel, &bytes.to_be_bytes()),
            Self::Close { channel, reason } => written(
                CLOSE,
                *channel,
                crate::text::start(reason, REASON_MOST).as_bytes(),
            ),
        }
    }

    /// The frame in these bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        let Some((head, payload)) = bytes.split_first_chunk::<HEAD>() else {
            return Err(FrameError::Short);
        };
        let channel = u32::from_be_bytes([head[1], head[2], head[3], head[4]]);
        if (head[0] == CONTROL) != (channel == 0) && head[0] <= CLOSE {
            return Err(FrameError::Channel);
        }
        match head[0] {
            CONTROL if payload.len() > MESSAGE_MOST => Err(FrameError::Large),
            CONTROL => Ok(Self::Control(payload.to_vec())),
            DATA if payload.len() > CHUNK => Err(FrameError::Large),
            DATA if payload.is_empty() => Err(FrameError::Payload),
            DATA => Ok(Self::Data {
                channel,
                bytes: payload.to_vec(),
            }),
            CREDIT => {
                let bytes = payload
                    .try_into()
                    .map(u32::from_be_bytes)
                    .map_err(|_| FrameError::Payload)?;
                Ok(Self::Credit { channel, bytes })
            }
            CLOSE if payload.len() > REASON_MOST => Err(FrameError::Large),
            CLOSE => {
                let reason = std::str::from_utf8(payload)
                    .map_err(|_| FrameError::Payload)?
                    .to_owned();
                Ok(Self::Close { channel, reason })
            }
            other => Err(FrameError::Type(other)),
        }
    }
}

/// Head and payload.
fn written(kind: u8, channel: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + payload.len());
    bytes.push(kind);
    bytes.extend_from_slice(&channel.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}
