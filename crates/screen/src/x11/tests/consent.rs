//! The question: who may answer it, and how.

use std::time::{Duration, Instant};

use super::desk::Desk;
use crate::x11::dialog::{Answer, Dialog, Question};
use crate::x11::words::{Language, Part};

/// Longer than the time in which presses are ignored, also on a busy machine.
const SETTLED: Duration = Duration::from_millis(1200);

fn ask(desk: &Desk, patience: Duration) -> Dialog {
    let question = Question {
        who: "张伟".to_owned(),
        subject: "#1042 打印机卡纸".to_owned(),
        part: Part::Controlling,
        clipboard: true,
        language: Language::Chinese,
        patience,
    };
    Dialog::show(&desk.desktop, question, Instant::now()).unwrap()
}

/// Where the buttons are, as a person sees it: the last row, refuse left of allow.
fn buttons(dialog: &Dialog) -> ((i16, i16), (i16, i16)) {
    let area = dialog.area();
    let (right, bottom) = (area.x + area.width as i16, area.y + area.height as i16);
    (
        (right - 28 - 104 - 12 - 52, bottom - 50),
        (right - 28 - 52, bottom - 50),
    )
}

fn answer(desk: &Desk, dialog: &mut Dialog, long: Duration) -> Option<Answer> {
    desk.wait(long, |event| match event {
        Some(event) => dialog.hear(event, Instant::now()).unwrap(),
        None => dialog.tick(Instant::now()).unwrap(),
    })
}

#[test]
fn a_person_allows() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    answer(&desk, &mut dialog, SETTLED);
    desk.person_at("click", buttons(&dialog).1);
    assert_eq!(
        answer(&desk, &mut dialog, Duration::from_secs(2)),
        Some(Answer::Allowed)
    );
}

#[test]
fn a_person_refuses() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    answer(&desk, &mut dialog, SETTLED);
    desk.person_at("click", buttons(&dialog).0);
    assert_eq!(
        answer(&desk, &mut dialog, Duration::from_secs(2)),
        Some(Answer::Refused)
    );
}

#[test]
fn injected_input_answers_nothing() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    answer(&desk, &mut dialog, SETTLED);
    let (refuse, allow) = buttons(&dialog);
    for place in [allow, refuse] {
        desk.person_at("xtest-click", place);
        assert_eq!(answer(&desk, &mut dialog, Duration::from_millis(200)), None);
    }
    for key in ["Escape", "Return"] {
        desk.person(&["xtest-key", key]);
        assert_eq!(answer(&desk, &mut dialog, Duration::from_millis(200)), None);
    }
}

#[test]
fn a_press_by_hand_that_a_program_lets_go_on_the_button_does_not_count() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    answer(&desk, &mut dialog, SETTLED);
    let area = dialog.area();
    // The person presses beside the buttons and a program carries it over.
    desk.person_at("move", (area.x + 20, area.y + 20));
    desk.person(&["press"]);
    desk.person_at("xtest-click", buttons(&dialog).1);
    desk.person(&["release"]);
    assert_eq!(answer(&desk, &mut dialog, Duration::from_millis(300)), None);
}

#[test]
fn escape_refuses_and_enter_does_nothing() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    answer(&desk, &mut dialog, SETTLED);
    desk.person(&["key", "Return"]);
    assert_eq!(answer(&desk, &mut dialog, Duration::from_millis(200)), None);
    desk.person(&["key", "Escape"]);
    assert_eq!(
        answer(&desk, &mut dialog, Duration::from_secs(2)),
        Some(Answer::Refused)
    );
}

#[test]
fn a_press_in_the_first_moment_was_meant_for_something_else() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    desk.person_at("click", buttons(&dialog).1);
    assert_eq!(answer(&desk, &mut dialog, SETTLED), None);
    desk.person_at("click", buttons(&dialog).1);
    assert_eq!(
        answer(&desk, &mut dialog, Duration::from_secs(2)),
        Some(Answer::Allowed)
    );
}

#[test]
fn a_press_that_is_let_go_elsewhere_does_not_count() {
    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    answer(&desk, &mut dialog, SETTLED);
    let ((x1, y1), (x2, y2)) = buttons(&dialog);
    let words = [x1, y1, x2, y2].map(|number| number.to_string());
    desk.person(&["drag", &words[0], &words[1], &words[2], &words[3]]);
    assert_eq!(answer(&desk, &mut dialog, Duration::from_millis(300)), None);
}

#[test]
fn nobody_answers_in_time() {
    let desk = Desk::sized("1280x720");
    let begun = Instant::now();
    let mut dialog = ask(&desk, Duration::from_secs(2));
    assert_eq!(
        answer(&desk, &mut dialog, Duration::from_secs(5)),
        Some(Answer::Unanswered)
    );
    assert!(begun.elapsed() >= Duration::from_millis(1900));
}

#[test]
fn it_comes_above_a_window_that_is_put_over_it() {
    use x11rb::connection::Connection as _;
    use x11rb::protocol::xproto::{ConnectionExt as _, CreateWindowAux, WindowClass};

    let desk = Desk::sized("1280x720");
    let mut dialog = ask(&desk, Duration::from_secs(60));
    let other = desk.again();
    let window = other.connection.generate_id().unwrap();
    let values = CreateWindowAux::new().override_redirect(1).background_pixel(0);
    let kind = WindowClass::INPUT_OUTPUT;
    other
        .connection
        .create_window(24, window, other.root, 0, 0, 1280, 720, 0, kind, 0, &values)
        .unwrap();
    other.connection.map_window(window).unwrap().check().unwrap();
    answer(&desk, &mut dialog, SETTLED * 2);
    desk.person_at("click", buttons(&dialog).1);
    assert_eq!(
        answer(&desk, &mut dialog, Duration::from_secs(2)),
        Some(Answer::Allowed)
    );
}
