//! The viewer as a whole: greeted, then heard, however its bytes are cut.

use proptest::prelude::*;

use crate::Fault;
use crate::area::Area;
use crate::clipboard::Word;
use crate::encodings::TIGHT;
use crate::saying::{MESSAGE_MOST, Said};
use crate::viewer::Viewer;

const GREETING: &[u8] = b"RFB 003.008\n\x01\x01";

fn message(said: &Said) -> Vec<u8> {
    let area = |area: &Area| -> Vec<u8> {
        [area.x, area.y, area.width, area.height]
            .iter()
            .flat_map(|side| side.to_be_bytes())
            .collect()
    };
    match said {
        Said::Format(format) => [&[0, 0, 0, 0][..], &format.write()].concat(),
        Said::Encodings(listed) => {
            let count = u16::try_from(listed.len()).unwrap();
            let listed = listed.iter().flat_map(|one| one.to_be_bytes());
            [&[2, 0][..], &count.to_be_bytes()].concat().into_iter().chain(listed).collect()
        }
        Said::Update { changes, area: of } => [&[3, u8::from(*changes)][..], &area(of)].concat(),
        Said::Key { down, sign, place: None } => [&[4, u8::from(*down), 0, 0][..], &sign.to_be_bytes()].concat(),
        Said::Key { down, sign, place: Some(place) } => {
            [&[255, 0, 0, u8::from(*down)][..], &sign.to_be_bytes(), &place.to_be_bytes()].concat()
        }
        Said::Pointer { buttons, x, y } => [&[5, *buttons][..], &x.to_be_bytes(), &y.to_be_bytes()].concat(),
        Said::Text(text) => {
            let latin: Vec<u8> = text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
            [&[6, 0, 0, 0][..], &u32::try_from(latin.len()).unwrap().to_be_bytes(), &latin].concat()
        }
        Said::Clipboard(word) => {
            // Both sides write it alike; only the kind of the message differs.
            let mut bytes = crate::telling::clipboard(word);
            bytes[0] = 6;
            bytes
        }
        Said::Continuous { on, area: of } => [&[150, u8::from(*on)][..], &area(of)].concat(),
        Said::Fence { flags, payload } => crate::telling::fence(*flags, payload),
        Said::Size { width, height } => [&[251, 0][..], &width.to_be_bytes(), &height.to_be_bytes(), &[0, 0]].concat(),
        Said::Nothing => Vec::new(),
    }
}

fn any_said() -> impl Strategy<Value = Said> {
    let area = any::<[u16; 4]>().prop_map(|[x, y, width, height]| Area { x, y, width, height });
    prop_oneof![
        proptest::collection::vec(any::<i32>(), 0..20).prop_map(Said::Encodings),
        (any::<bool>(), area.clone()).prop_map(|(changes, area)| Said::Update { changes, area }),
        any::<(bool, u32, Option<u32>)>().prop_map(|(down, sign, place)| Said::Key { down, sign, place }),
        any::<(u8, u16, u16)>().prop_map(|(buttons, x, y)| Said::Pointer { buttons, x, y }),
        "[a-zé]{0,40}".prop_map(Said::Text),
        "[a-z打印机]{0,40}".prop_map(|text| Said::Clipboard(Word::Provide(text))),
        (any::<bool>(), area).prop_map(|(on, area)| Said::Continuous { on, area }),
        (any::<u32>(), proptest::collection::vec(any::<u8>(), 0..=64)).prop_map(|(flags, payload)| Said::Fence { flags, payload }),
        any::<(u16, u16)>().prop_map(|(width, height)| Said::Size { width, height }),
    ]
}

#[test]
fn a_viewer_is_greeted_step_by_step() {
    let mut viewer = Viewer::new(1280, 720, "VM 打印机");
    assert_eq!(viewer.answer(), b"RFB 003.008\n");
    assert_eq!(viewer.hear(b"RFB 003.0"), Ok(vec![]));
    assert_eq!(viewer.hear(b"08\n"), Ok(vec![]));
    assert_eq!(viewer.answer(), [1, 1]);
    assert_eq!(viewer.hear(&[1]), Ok(vec![]));
    assert_eq!(viewer.answer(), [0, 0, 0, 0]);
    assert!(!viewer.is_open());
    // A browser may send its wishes and what follows in one go.
    let said = viewer.hear(&[1, 2, 0, 0, 1, 0, 0, 0, 7]).unwrap();
    assert_eq!(said, [Said::Encodings(vec![TIGHT])]);
    assert!(viewer.is_open());
    let answer = viewer.answer();
    assert_eq!(answer[..4], [5, 0, 2, 208]);
    assert_eq!(answer[20..], [&[0, 0, 0, 12][..], "VM 打印机".as_bytes()].concat());
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
    assert_eq!(after(&[6, 0, 0, 0, 0x7f, 255, 255, 255]), Err(Fault::Long));
    assert_eq!(after(&[6, 0, 0, 0, 0x80, 0, 0, 0]), Err(Fault::Long));
}

proptest! {
    #[test]
    fn what_was_said_is_heard_however_it_is_cut(all in proptest::collection::vec(any_said(), 0..12), cuts in proptest::collection::vec(1..40_usize, 1..40)) {
        let mut bytes = GREETING.to_vec();
        bytes.extend(all.iter().flat_map(message));
        let (mut viewer, mut heard, mut rest) = (Viewer::new(8, 8, "x"), Vec::new(), &bytes[..]);
        for cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at(rest.len().min(*cut));
            heard.extend(viewer.hear(now).unwrap());
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(heard, all);
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
