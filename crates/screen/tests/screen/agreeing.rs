//! Who is asked, what is not done before, and who may end it.

use std::time::Duration;

use rfb::saying::Said;
use screen::{Heard, Over, Told, Wish};

use crate::house::{House, PATIENCE, Painter, Viewer, wish};
use crate::person;

/// So long the question takes no answer: a press was meant for something else.
const UNAWARE: Duration = Duration::from_millis(1200);

fn asking() -> Wish {
    Wish { ask: true, ..wish() }
}

/// A session that asks, and where the question stands.
fn asked(house: &House, painter: &Painter, wish: Wish) -> (Viewer, [i16; 4]) {
    let mut viewer = Viewer::of(house.place(), wish);
    assert_eq!(viewer.hear(PATIENCE), Some(Told::Asking));
    let mut question = None;
    viewer.until("a question", |_| {
        question = painter.windows().pop();
        question.is_some()
    });
    (viewer, question.unwrap())
}

fn click(house: &House, x: i16, y: i16) {
    person::act(&house.name, &["click", &x.to_string(), &y.to_string()]).unwrap();
}

#[test]
fn nothing_is_shown_and_nothing_taken_before_the_person_agreed() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let (mut viewer, [x, y, width, height]) = asked(&house, &painter, asking());
    let before = painter.pointer();
    viewer.say(Heard::Said(Said::Pointer {
        buttons: 1,
        x: 3,
        y: 3,
    }));
    viewer.say(Heard::Said(Said::Update {
        changes: false,
        area: rfb::area::Area::sized(9, 9),
    }));
    viewer.say(Heard::Monitor(1));
    assert_eq!(viewer.hear(UNAWARE), None);
    assert_eq!(painter.pointer(), before);
    click(&house, x + width - 80, y + height - 50);
    assert_eq!(viewer.hear(PATIENCE), Some(Told::Agreed));
    viewer.until_exact(&painter);
    assert_eq!(
        painter.windows().len(),
        1,
        "the question went, and the sign is there"
    );
    // What was said before is not done afterwards.
    assert_ne!(painter.pointer(), (3, 3));
}

#[test]
fn the_person_refuses() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let (mut viewer, _) = asked(&house, &painter, asking());
    assert_eq!(viewer.hear(UNAWARE), None);
    person::act(&house.name, &["key", "Escape"]).unwrap();
    assert_eq!(viewer.over(), Over::Refused);
    painter.until_bare();
}

#[test]
fn nobody_answers() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let short = Wish {
        patience: Duration::from_secs(1),
        ..asking()
    };
    let (mut viewer, _) = asked(&house, &painter, short);
    assert_eq!(viewer.over(), Over::Unanswered);
    assert_eq!(viewer.beginnings, 0);
}

#[test]
fn the_server_gives_up_while_the_person_is_asked() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let (mut viewer, _) = asked(&house, &painter, asking());
    viewer.say(Heard::Stop);
    assert_eq!(viewer.over(), Over::Stopped);
}

#[test]
fn the_person_stops_it_and_the_viewer_cannot() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    let [x, y, width, height] = painter.windows().pop().unwrap();
    let (x, y) = (x + width - 30, y + height / 2);
    let press = |buttons: u8| {
        Heard::Said(Said::Pointer {
            buttons,
            x: x.try_into().unwrap(),
            y: y.try_into().unwrap(),
        })
    };
    for buttons in [0, 1, 0] {
        viewer.say(press(buttons));
    }
    viewer.until("the pointer", |_| painter.pointer() == (x, y));
    // It is not over.
    viewer.until_quiet(Duration::from_millis(500));
    click(&house, x, y);
    assert_eq!(viewer.over(), Over::StoppedByUser);
    painter.until_bare();
}

#[test]
fn who_only_watches_moves_nothing() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(
        house.place(),
        Wish {
            control: false,
            ..wish()
        },
    );
    viewer.until_exact(&painter);
    let before = painter.pointer();
    viewer.say(Heard::Said(Said::Pointer {
        buttons: 0,
        x: 30,
        y: 40,
    }));
    viewer.say(Heard::Said(Said::Key {
        down: true,
        sign: 0x61,
    }));
    viewer.until_quiet(Duration::from_millis(500));
    assert_eq!(painter.pointer(), before);
}
