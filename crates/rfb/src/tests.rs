//! The viewer as a whole: greeted, then heard, however its bytes are cut.

use proptest::prelude::*;

use crate::Fault;
use crate::area::Area;
use crate::format::FIXED;
use crate::saying::{self, FENCE_MOST, MESSAGE_MOST, Said, TEXT_MOST};
use crate::telling::{self, Update};
use crate::viewer::{Viewer, greeting};

const GREETING: &[u8] = b"RFB 003.008\n\x01\x01";

fn any_said() -> impl Strategy<Value = Said> {
    let area = any::<[u16; 4]>().prop_map(|[x, y, width, height]| Area { x, y, width, height });
    let payload = proptest::collection::vec(any::<u8>(), 0..=FENCE_MOST);
    prop_oneof![
        (any::<bool>(), area).prop_map(|(changes, area)| Said::Update { changes, area }),
        any::<(bool, u32)>().prop_map(|(down, sign)| Said::Key { down, sign }),
        any::<(u8, u16, u16)>().prop_map(|(buttons, x, y)| Said::Pointer { buttons, x, y }),
        (any::<u32>(), payload).prop_map(|(flags, payload)| Said::Fence { flags, payload }),
    ]
}

/// Messages that concern nobody here, as viewers send them.
fn any_else() -> impl Strategy<Value = Vec<u8>> {
    let text = |negative: bool, body: Vec<u8>| {
        let size = i32::try_from(body.len()).unwrap() * if negative { -1 } else { 1 };
        [&[6, 0, 0, 0][..], &size.to_be_bytes(), &body].concat()
    };
    let body = proptest::collection::vec(any::<u8>(), 0..60);
    prop_oneof![
        Just([&[0; 4][..], &FIXED].concat()),
        Just(vec![2, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 7]),
        (any::<bool>(), body).prop_map(move |(negative, body)| text(negative, body)),
        Just(vec![150, 1, 0, 0, 0, 0, 5, 0, 2, 208]),
        (0..4_u8).prop_map(|parts| [
            &[251, 0, 5, 0, 2, 208, parts, 0][..],
            &vec![0; 16 * usize::from(parts)]
        ]
        .concat()),
    ]
}

#[test]
fn a_viewer_is_greeted_step_by_step() {
    let mut viewer = Viewer::new(1280, 720, "VM 打印机");
    let mut told = viewer.answer();
    assert_eq!(told, b"RFB 003.008\n");
    assert_eq!(viewer.hear(b"RFB 003.0"), Ok(vec![]));
    assert_eq!(viewer.hear(b"08\n"), Ok(vec![]));
    let answer = viewer.answer();
    assert_eq!(answer, [1, 1]);
    told.extend(answer);
    assert_eq!(viewer.hear(&[1]), Ok(vec![]));
    let answer = viewer.answer();
    assert_eq!(answer, [0, 0, 0, 0]);
    told.extend(answer);
    assert!(!viewer.is_open());
    // A browser may send its wishes and what follows in one go.
    let said = viewer.hear(&[1, 4, 1, 0, 0, 0, 0, 0, 97]).unwrap();
    assert_eq!(said, [Said::Key { down: true, sign: 97 }]);
    assert!(viewer.is_open());
    let answer = viewer.answer();
    assert_eq!(answer[..4], [5, 0, 2, 208]);
    assert_eq!(answer[4..20], FIXED);
    assert_eq!(
        answer[20..],
        [&[0, 0, 0, 12][..], "VM 打印机".as_bytes()].concat()
    );
    told.extend(answer);
    // What a recording begins with is the same.
    assert_eq!(told, greeting(1280, 720, "VM 打印机"));
}

#[test]
fn strangers_are_sent_away() {
    let heard = |bytes: &[u8]| Viewer::new(1, 1, "").hear(bytes);
    assert_eq!(heard(b"GET / HTTP/1.1\r\n"), Err(Fault::Greeting));
    assert_eq!(heard(b"RFB 003.003\n"), Err(Fault::Greeting));
    assert_eq!(heard(b"RFB 003.008\n\x02"), Err(Fault::Security));
    let after = |bytes: &[u8]| heard(&[GREETING, bytes].concat());
    assert_eq!(after(&[7]), Err(Fault::Message(7)));
    assert_eq!(after(&[2, 0, 255, 255]), Err(Fault::Long));
    assert_eq!(after(&[2, 0, 0, 1, 0, 0, 0, 16]), Err(Fault::Encodings));
    assert_eq!(after(&[6, 0, 0, 0, 0x7f, 255, 255, 255]), Err(Fault::Long));
    assert_eq!(after(&[6, 0, 0, 0, 0x80, 0, 0, 0]), Err(Fault::Long));
}

#[test]
fn a_format_that_looks_the_same_in_tight_is_taken_and_no_other() {
    let heard = |format: [u8; 16]| saying::read(&[&[0; 4][..], &format].concat());
    let other = |at: usize, byte: u8| {
        let mut format = FIXED;
        format[at] = byte;
        format
    };
    for same in [FIXED, other(2, 1), other(10, 16), other(15, 9)] {
        assert_eq!(heard(same), Ok(Some((Said::Nothing, 20))));
    }
    for different in [other(0, 16), other(1, 16), other(3, 0), other(5, 31)] {
        assert_eq!(heard(different), Err(Fault::Format));
    }
}

#[test]
fn an_update_counts_its_rectangles() {
    let mut update = Update::new();
    assert!(update.is_empty());
    let area = Area {
        x: 1,
        y: 2,
        width: 3,
        height: 4,
    };
    update.picture(area).extend([0x80, 9, 9, 9]);
    update.resize(1280, 720);
    let told = update.finish();
    assert_eq!(told[..4], [0, 0, 0, 2]);
    assert_eq!(told[4..20], [0, 1, 0, 2, 0, 3, 0, 4, 0, 0, 0, 7, 0x80, 9, 9, 9]);
    assert_eq!(told[20..], [0, 0, 0, 0, 5, 0, 2, 208, 255, 255, 255, 33]);
    assert_eq!(telling::continuous_over(), [150]);
}

proptest! {
    #[test]
    fn a_message_is_read_as_it_was_written(said in any_said(), more in proptest::collection::vec(any::<u8>(), 0..9)) {
        let bytes = said.write();
        let length = bytes.len();
        prop_assert_eq!(saying::read(&bytes[..length - 1]), Ok(None));
        prop_assert_eq!(saying::read(&[bytes, more].concat()), Ok(Some((said, length))));
    }

    #[test]
    fn what_was_said_is_heard_however_it_is_cut(
        all in proptest::collection::vec((any_said(), any_else()), 0..12),
        cuts in proptest::collection::vec(1..40_usize, 1..40),
    ) {
        let mut bytes = GREETING.to_vec();
        bytes.extend(all.iter().flat_map(|(said, other)| [said.write(), other.clone()].concat()));
        let (mut viewer, mut heard, mut rest) = (Viewer::new(8, 8, "x"), Vec::new(), &bytes[..]);
        for cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at(rest.len().min(*cut));
            heard.extend(viewer.hear(now).unwrap());
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        let wanted: Vec<_> = all.into_iter().flat_map(|(said, _)| [said, Said::Nothing]).collect();
        prop_assert_eq!(heard, wanted);
    }

    #[test]
    fn whatever_comes_little_is_kept(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..20)) {
        let mut viewer = Viewer::new(8, 8, "x");
        viewer.hear(GREETING).unwrap();
        for piece in pieces {
            if viewer.hear(&piece).is_err() {
                break;
            }
            prop_assert!(viewer.unread() <= MESSAGE_MOST + 200);
        }
    }
}

#[test]
fn a_text_as_long_as_allowed_is_read_past() {
    let size = u32::try_from(TEXT_MOST).unwrap().to_be_bytes();
    let text = [&[6, 0, 0, 0][..], &size, &vec![b'a'; TEXT_MOST]].concat();
    assert_eq!(saying::read(&text), Ok(Some((Said::Nothing, TEXT_MOST + 8))));
}
