//! Text goes both ways.

use std::time::Duration;

use super::desk::Desk;
use crate::x11::clipboard::{Clipboard, TEXT_MOST};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property,
    SelectionNotifyEvent, SelectionRequestEvent, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

/// What the second of two programs hears when the first one offers a text.
fn passed(text: &str) -> Option<String> {
    let desk = Desk::sized("640x480");
    let other = desk.again();
    let mut from = Clipboard::new(&desk.desktop).unwrap();
    let mut to = Clipboard::new(&other).unwrap();
    from.offer(text).unwrap();
    desk.wait(Duration::from_secs(1), |event| {
        if let Some(event) = event {
            assert_eq!(
                from.hear(event).unwrap(),
                None,
                "what was offered does not come back"
            );
        }
        super::desk::wait(&other, Duration::ZERO, &mut |event| {
            event.and_then(|event| to.hear(event).unwrap())
        })
    })
}

#[test]
fn chinese_text_passes() {
    assert_eq!(
        passed("打印机 Größe €\n第二行").as_deref(),
        Some("打印机 Größe €\n第二行")
    );
}

#[test]
fn a_text_of_a_mebibyte_passes_and_a_longer_one_does_not() {
    let long = "x".repeat(TEXT_MOST);
    assert_eq!(passed(&long).map(|text| text.len()), Some(TEXT_MOST));
    assert_eq!(passed(&format!("{long}x")), None);
}

/// A program of the device that owns the clipboard and answers as it is told.
fn copied_by_a_program(answer: Answer) -> Option<String> {
    let desk = Desk::sized("640x480");
    let other = desk.again();
    let mut clipboard = Clipboard::new(&desk.desktop).unwrap();
    let program = &other.connection;
    let atom = |name: &str| {
        program
            .intern_atom(false, name.as_bytes())
            .unwrap()
            .reply()
            .unwrap()
            .atom
    };
    let (name, utf8, increment) = (atom("CLIPBOARD"), atom("UTF8_STRING"), atom("INCR"));
    let window = program.generate_id().unwrap();
    let kind = WindowClass::INPUT_OUTPUT;
    program
        .create_window(
            0,
            window,
            other.root,
            0,
            0,
            1,
            1,
            0,
            kind,
            0,
            &CreateWindowAux::new(),
        )
        .unwrap();
    program
        .set_selection_owner(window, name, x11rb::CURRENT_TIME)
        .unwrap()
        .check()
        .unwrap();
    let mut asked: Option<SelectionRequestEvent> = None;
    let mut pieces = answer.pieces();
    desk.wait(Duration::from_secs(2), |event| {
        let found = event.and_then(|event| clipboard.hear(event).unwrap());
        while let Some(event) = program.poll_for_event().unwrap() {
            match event {
                Event::SelectionRequest(event) => {
                    let values = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
                    program
                        .change_window_attributes(event.requestor, &values)
                        .unwrap();
                    let property = match (&answer, event.target == utf8) {
                        (Answer::Latin(_), true) => x11rb::NONE,
                        (Answer::Latin(bytes), false) => {
                            let kind = AtomEnum::STRING;
                            program
                                .change_property8(
                                    PropMode::REPLACE,
                                    event.requestor,
                                    event.property,
                                    kind,
                                    bytes,
                                )
                                .unwrap();
                            event.property
                        }
                        (Answer::Pieces(_), _) => {
                            program
                                .change_property32(
                                    PropMode::REPLACE,
                                    event.requestor,
                                    event.property,
                                    increment,
                                    &[10],
                                )
                                .unwrap();
                            event.property
                        }
                    };
                    let told = SelectionNotifyEvent {
                        response_type: 31,
                        sequence: 0,
                        time: event.time,
                        requestor: event.requestor,
                        selection: name,
                        target: event.target,
                        property,
                    };
                    program
                        .send_event(false, event.requestor, EventMask::NO_EVENT, told)
                        .unwrap();
                    asked = Some(event);
                }
                Event::PropertyNotify(event) if event.state == Property::DELETE => {
                    let Some(asked) = asked.filter(|asked| asked.property == event.atom) else {
                        continue;
                    };
                    if let Some(piece) = pieces.next() {
                        program
                            .change_property8(
                                PropMode::REPLACE,
                                asked.requestor,
                                asked.property,
                                utf8,
                                &piece,
                            )
                            .unwrap();
                    }
                }
                _ => {}
            }
        }
        program.flush().unwrap();
        found
    })
}

#[derive(Clone)]
enum Answer {
    Latin(&'static [u8]),
    Pieces(Vec<Vec<u8>>),
}

impl Answer {
    fn pieces(&self) -> impl Iterator<Item = Vec<u8>> + use<> {
        match self.clone() {
            Self::Latin(_) => Vec::new().into_iter(),
            Self::Pieces(pieces) => pieces.into_iter(),
        }
    }
}

#[test]
fn a_text_comes_in_pieces() {
    let pieces = ["打印", "机 ", "ok", ""]
        .map(|piece| piece.as_bytes().to_vec())
        .to_vec();
    assert_eq!(
        copied_by_a_program(Answer::Pieces(pieces)).as_deref(),
        Some("打印机 ok")
    );
}

#[test]
fn pieces_without_end_are_not_kept() {
    let pieces = (0..40).map(|_| vec![b'x'; 65_536]).chain([Vec::new()]).collect();
    assert_eq!(copied_by_a_program(Answer::Pieces(pieces)), None);
}

#[test]
fn old_programs_give_latin_1() {
    assert_eq!(
        copied_by_a_program(Answer::Latin(b"Gr\xf6\xdfe")).as_deref(),
        Some("Größe")
    );
}
