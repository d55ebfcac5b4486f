//! What is shown, and when.

use std::time::{Duration, Instant};

use rfb::area::Area;
use rfb::saying::Said;
use screen::{Heard, Over, Told};

use crate::house::{House, PATIENCE, Painter, Viewer, noise, wish};

/// Of the font of shapes (X11/cursorfont.h).
const LEFT_ARROW: u16 = 68;
const SHORT: Duration = Duration::from_millis(500);

#[test]
fn a_viewer_has_what_the_display_has() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    painter.fill([0, 0, 1280, 720], 0x33_66_99);
    let mut viewer = Viewer::of(house.place(), wish());
    assert_eq!(viewer.hear(PATIENCE), Some(Told::Agreed));
    let Some(Told::Monitors(monitors)) = viewer.hear(PATIENCE) else {
        panic!("monitors come before the picture");
    };
    assert_eq!((monitors[0].width, monitors[0].height), (1280, 720));
    assert_eq!(
        viewer.hear(PATIENCE),
        Some(Told::Begin {
            width: 1280,
            height: 720
        })
    );
    viewer.until_exact(&painter);
    // Plain, of many colours and large, of few, and behind the edge.
    painter.fill([100, 100, 300, 5], 0xFF_FFFF);
    viewer.until_exact(&painter);
    let photo: Vec<u32> = (0..600 * 400)
        .map(|at| noise(at % 600 / 3, at / 600 / 3))
        .collect();
    painter.put([500, 200], 600, &photo);
    viewer.until_exact(&painter);
    assert!(viewer.decoder.kinds[4] > 0, "it moved before it stood still");
    for step in 0..40 {
        painter.fill([step * 30, step * 20, 60, 60], noise(step as usize, 7));
    }
    viewer.until_exact(&painter);
    assert_eq!(viewer.beginnings, 1);
    // Frames have numbers one after the other.
    assert!(viewer.frames.iter().copied().eq(1..=viewer.frames.len() as u64));
    viewer.say(Heard::Stop);
    assert_eq!(viewer.over(), Over::Stopped);
}

#[test]
fn nothing_is_told_while_nothing_changes() {
    let house = House::open("640x480");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    viewer.until_quiet(SHORT);
    // Painting the same once more is no change either.
    let (_, _, pixels) = painter.pixels();
    painter.put([0, 0], 640, &pixels);
    assert_eq!(viewer.until_quiet(SHORT), 0);
}

#[test]
fn a_later_viewer_asks_for_a_beginning() {
    let house = House::open("640x480");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    let area = Area::sized(640, 480);
    viewer.say(Heard::Said(Said::Update { changes: true, area }));
    assert_eq!(viewer.until_quiet(SHORT), 0);
    viewer.say(Heard::Said(Said::Update { changes: false, area }));
    viewer.until("a beginning", |viewer| viewer.beginnings == 2);
    viewer.until_exact(&painter);
    assert!(viewer.decoder.painted.iter().all(|painted| *painted));
}

#[test]
fn two_frames_are_unanswered_then_one_comes_each_second() {
    let house = House::open("640x480");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    viewer.until_quiet(SHORT);
    viewer.answers = false;
    let before = viewer.frames.len();
    let begun = Instant::now();
    let mut colour = 0;
    while viewer.frames.len() < before + 4 {
        colour += 1;
        painter.fill([10, 10, 100, 100], colour);
        viewer.hear(Duration::from_millis(5));
    }
    let took = begun.elapsed();
    assert!(
        (Duration::from_millis(1900)..Duration::from_secs(4)).contains(&took),
        "{took:?}"
    );
    // When the viewer has shown the last one, the next comes at once.
    let payload = viewer.frames[viewer.frames.len() - 1].to_be_bytes().to_vec();
    viewer.say(Heard::Said(Said::Fence { flags: 1, payload }));
    viewer.answers = true;
    viewer.until_exact(&painter);
    assert!(begun.elapsed() - took < Duration::from_millis(700));
}

#[test]
fn nothing_is_captured_while_the_link_is_away() {
    let house = House::open("640x480");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    viewer.say(Heard::Away);
    viewer.until_quiet(SHORT);
    painter.fill([0, 0, 640, 480], 0x11_22_33);
    assert_eq!(viewer.until_quiet(SHORT), 0);
    viewer.say(Heard::Back);
    assert_eq!(viewer.hear(PATIENCE), Some(Told::Agreed));
    assert!(matches!(viewer.hear(PATIENCE), Some(Told::Monitors(_))));
    assert_eq!(
        viewer.hear(PATIENCE),
        Some(Told::Begin {
            width: 640,
            height: 480
        })
    );
    viewer.until_exact(&painter);
}

#[test]
fn the_pointer_is_in_the_picture() {
    let house = House::open("640x480");
    let painter = Painter::at(&house);
    painter.fill([0, 0, 640, 480], 0xFF_FF_FF);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    painter.point_with(LEFT_ARROW);
    viewer.say(Heard::Said(Said::Pointer {
        buttons: 0,
        x: 50,
        y: 60,
    }));
    let (_, _, plain) = painter.pixels();
    let drawn = |viewer: &Viewer| -> Vec<usize> {
        let seen = viewer.decoder.pixels.iter().zip(&plain).enumerate();
        seen.filter_map(|(at, (seen, plain))| (seen != plain).then_some(at))
            .collect()
    };
    let is_arrow_at = |drawn: &[usize], left: usize, top: usize| {
        let within = |at: &usize| {
            (left - 20..left + 20).contains(&(at % 640)) && (top - 20..top + 20).contains(&(at / 640))
        };
        drawn.len() > 20 && drawn.iter().all(within)
    };
    viewer.until("an arrow", |viewer| is_arrow_at(&drawn(viewer), 50, 60));
    // It leaves nothing behind.
    viewer.say(Heard::Said(Said::Pointer {
        buttons: 0,
        x: 400,
        y: 300,
    }));
    viewer.until("an arrow elsewhere", |viewer| {
        is_arrow_at(&drawn(viewer), 400, 300)
    });
}

#[test]
fn another_size_is_a_beginning() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    painter.resize(800, 600);
    viewer.until("a smaller picture", |viewer| viewer.decoder.width == 800);
    viewer.until_exact(&painter);
    assert!(viewer.beginnings >= 2);
}

#[test]
fn one_monitor_is_shown_or_all() {
    let house = House::open("1280x720");
    let painter = Painter::at(&house);
    painter.fill([0, 0, 700, 720], 0x33_66_99);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    painter.split(&[("left", [0, 0, 500, 720]), ("right", [500, 0, 780, 720])]);
    let mut told = Vec::new();
    viewer.until_word("two monitors", |word| match word {
        Told::Monitors(monitors) => {
            told = monitors
                .into_iter()
                .map(|monitor| (monitor.name, monitor.width))
                .collect();
            told.len() == 2
        }
        _ => false,
    });
    assert_eq!(told, [("left".to_owned(), 500), ("right".to_owned(), 780)]);
    viewer.say(Heard::Monitor(2));
    viewer.until("the right one", |viewer| viewer.decoder.width == 780);
    let right = |painter: &Painter| {
        let (_, _, pixels) = painter.pixels();
        pixels
            .chunks(1280)
            .flat_map(|row| row[500..].to_vec())
            .collect::<Vec<_>>()
    };
    painter.fill([480, 100, 90, 9], 0xFF_FF_FF);
    viewer.until("its pixels", |viewer| viewer.decoder.pixels == right(&painter));
    // The pointer is counted from its corner.
    viewer.say(Heard::Said(Said::Pointer {
        buttons: 0,
        x: 20,
        y: 30,
    }));
    viewer.until("the pointer", |_| painter.pointer() == (520, 30));
    viewer.say(Heard::Monitor(7));
    viewer.until("all", |viewer| viewer.decoder.width == 1280);
    viewer.until_exact(&painter);
}

#[test]
fn a_display_that_ends_ends_the_session() {
    let mut house = House::open("640x480");
    let painter = Painter::at(&house);
    let mut viewer = Viewer::of(house.place(), wish());
    viewer.until_exact(&painter);
    house.end();
    assert_eq!(viewer.over(), Over::Gone);
    let mut place = house.place();
    let nobody = Viewer::of(place.clone(), wish()).over();
    assert!(
        matches!(
            nobody,
            Over::Failed {
                code: "screen.display",
                ..
            }
        ),
        "{nobody:?}"
    );
    place.authority = Some("/nowhere".into());
    let nobody = Viewer::of(place, wish()).over();
    assert!(
        matches!(
            nobody,
            Over::Failed {
                code: "screen.display",
                ..
            }
        ),
        "{nobody:?}"
    );
}
