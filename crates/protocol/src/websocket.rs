//! How a [`frame::Frame`](crate::frame::Frame) of a device travels as a WebSocket message: in fragments (RFC 6455, section 5.4).
//!
//! A WebSocket reader's buffer grows to the largest fragment that ever came and stays so. An inventory in one piece would cost a
//! server as much for each of its links, for as long as the link lasts; so devices send small pieces, and servers take no others.

use tungstenite::protocol::frame::Frame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::{Bytes, Message};

/// The payload of one fragment has at most so many bytes.
pub const FRAGMENT_MOST: usize = 4 * 1024;

/// A message in as many pieces as it needs, to be sent in order with no other message between them.
pub fn fragments(message: impl Into<Bytes>) -> impl Iterator<Item = Message> {
    let mut rest = message.into();
    let mut next = Some(Data::Binary);
    std::iter::from_fn(move || {
        let kind = next.take()?;
        let piece = rest.split_to(rest.len().min(FRAGMENT_MOST));
        let is_last = rest.is_empty();
        if !is_last {
            next = Some(Data::Continue);
        }
        Some(Message::Frame(Frame::message(piece, OpCode::Data(kind), is_last)))
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;
    use tungstenite::protocol::{Role, WebSocketConfig};
    use tungstenite::{Error, WebSocket};

    use super::*;

    /// What a server hears that takes no larger fragment.
    fn heard(sent: impl IntoIterator<Item = Message>) -> Result<Message, Error> {
        let mut device = WebSocket::from_raw_socket(Cursor::new(Vec::new()), Role::Client, None);
        for message in sent {
            device.send(message)?;
        }
        let wire = device.get_mut().get_ref().clone();
        let strict = WebSocketConfig::default().max_frame_size(Some(FRAGMENT_MOST));
        WebSocket::from_raw_socket(Cursor::new(wire), Role::Server, Some(strict)).read()
    }

    #[test]
    fn a_large_message_in_one_piece_is_refused() {
        let message = Message::Binary(vec![7; FRAGMENT_MOST + 1].into());
        assert!(matches!(heard([message]), Err(Error::Capacity(_))));
    }

    proptest! {
        #[test]
        fn what_was_cut_up_is_heard_whole(size in prop_oneof![0..3_usize, FRAGMENT_MOST - 2..FRAGMENT_MOST + 3, 0..5 * FRAGMENT_MOST], seed: u8) {
            let message: Vec<u8> = (0..size).map(|at| u8::try_from(at % 251).unwrap_or(0) ^ seed).collect();
            let pieces: Vec<Message> = fragments(message.clone()).collect();
            prop_assert_eq!(pieces.len(), size.div_ceil(FRAGMENT_MOST).max(1));
            prop_assert_eq!(heard(pieces).unwrap(), Message::Binary(message.into()));
        }
    }
}
