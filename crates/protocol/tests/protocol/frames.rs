//! Frames and the accounting of channels.

use std::collections::VecDeque;

use proptest::prelude::*;
use protocol::MESSAGE_MOST;
use protocol::frame::{CHUNK, Frame, FrameError, REASON_MOST, WINDOW};
use protocol::window::{Overrun, Window};

proptest! {
    #[test]
    fn no_bytes_make_decoding_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(frame.encode(), bytes);
        }
    }

    #[test]
    fn a_frame_survives_the_way(channel in 1_u32.., bytes in proptest::collection::vec(any::<u8>(), 1..100), reason in ".{0,40}", credit: u32) {
        for frame in [
            Frame::Control(bytes.clone()),
            Frame::Data { channel, bytes: bytes.clone() },
            Frame::Credit { channel, bytes: credit },
            Frame::Close { channel, reason: reason.clone() },
        ] {
            prop_assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
        }
    }

    /// Two ends, a way between them that keeps the order, and any mixture of speeds.
    #[test]
    fn a_channel_never_overruns_and_never_stalls(steps in proptest::collection::vec((0_u8..4, 1_usize..100_000), 1..400), total in 1_usize..3_000_000) {
        let (mut sender, mut receiver) = (Window::new(), Window::new());
        let (mut way, mut back) = (VecDeque::new(), VecDeque::new());
        let (mut left, mut held, mut passed) = (total, 0, 0);
        let steps = steps.into_iter().chain((0_u8..4).map(|step| (step, usize::MAX)).cycle().take(4000));
        for (step, amount) in steps {
            match step {
                0 => {
                    let sent = sender.send(left.min(amount));
                    prop_assert!(sent <= CHUNK);
                    if sent > 0 {
                        way.push_back(sent);
                        left -= sent;
                    }
                }
                1 => if let Some(bytes) = way.pop_front() {
                    prop_assert_eq!(receiver.arrived(bytes), Ok(()));
                    held += bytes;
                    prop_assert!(held <= WINDOW as usize);
                },
                2 => {
                    let consumed = held.min(amount);
                    held -= consumed;
                    passed += consumed;
                    back.extend(receiver.consumed(consumed));
                }
                _ => if let Some(credit) = back.pop_front() {
                    prop_assert_eq!(sender.credited(credit), Ok(()));
                },
            }
        }
        prop_assert_eq!(passed, total);
    }
}

#[test]
fn a_side_that_breaks_the_accounting_is_found_out() {
    let mut window = Window::new();
    assert_eq!(window.credited(1), Err(Overrun), "more than a window");
    assert_eq!(window.credited(u32::MAX), Err(Overrun));
    assert_eq!(window.arrived(WINDOW as usize + 1), Err(Overrun));
    assert_eq!(window.arrived(usize::MAX), Err(Overrun));
    assert_eq!(window.arrived(WINDOW as usize), Ok(()));
    assert_eq!(window.arrived(1), Err(Overrun));
    assert_eq!(
        window.consumed(usize::MAX),
        Some(WINDOW),
        "no more is given back than had come"
    );
    assert_eq!(window.consumed(usize::MAX), None);
}

#[test]
fn frames_that_nobody_honest_sends_are_refused() {
    let control_elsewhere = [0, 0, 0, 0, 1, b'{'];
    let data_on_control = [1, 0, 0, 0, 0, 1];
    for (bytes, error) in [
        (&[][..], FrameError::Short),
        (&[0, 0, 0, 0], FrameError::Short),
        (&control_elsewhere, FrameError::Channel),
        (&data_on_control, FrameError::Channel),
        (&[1, 0, 0, 0, 1], FrameError::Payload),
        (&[2, 0, 0, 0, 1, 0, 0, 0], FrameError::Payload),
        (&[3, 0, 0, 0, 1, 0xff], FrameError::Payload),
        (&[9, 0, 0, 0, 1], FrameError::Type(9)),
        (&[9, 0, 0, 0, 0], FrameError::Type(9)),
    ] {
        assert_eq!(Frame::decode(bytes), Err(error), "{bytes:?}");
    }
    for frame in [
        Frame::Control(vec![b' '; MESSAGE_MOST + 1]),
        Frame::Data {
            channel: 1,
            bytes: vec![0; CHUNK + 1],
        },
    ] {
        assert_eq!(Frame::decode(&frame.encode()), Err(FrameError::Large));
    }
    let long = Frame::Close {
        channel: 1,
        reason: "界".repeat(REASON_MOST),
    };
    assert!(
        Frame::decode(&long.encode()).is_ok(),
        "a reason is cut between characters"
    );
}
