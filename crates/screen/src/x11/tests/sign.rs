//! The sign: who may press its button, and that it stays.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::desk::Desk;
use crate::x11::area::Area;
use crate::x11::hand::Hand;
use crate::x11::sign::{Notice, Sign, StopPressed};
use crate::x11::words::{Language, Part};
use x11rb::protocol::xproto::{ConnectionExt as _, MapState};

fn show(desk: &Desk) -> Sign {
    let notice = Notice {
        who: "Wei Zhang".to_owned(),
        part: Part::Controlling,
        language: Language::English,
    };
    Sign::show(&desk.desktop, notice).unwrap()
}

fn middle(area: Area) -> (i16, i16) {
    (area.x + area.width as i16 / 2, area.y + area.height as i16 / 2)
}

fn stopped(desk: &Desk, sign: &mut Sign, millis: u64) -> Option<StopPressed> {
    desk.wait(Duration::from_millis(millis), |event| match event {
        Some(event) => sign.hear(event).unwrap(),
        None => {
            sign.tick().unwrap();
            None
        }
    })
}

#[test]
fn a_person_stops_it() {
    let desk = Desk::sized("1280x720");
    let mut sign = show(&desk);
    desk.person_at("click", middle(sign.buttons()[0]));
    assert_eq!(stopped(&desk, &mut sign, 2000), Some(StopPressed));
    assert_eq!(stopped(&desk, &mut sign, 200), None, "once");
}

#[test]
fn injected_input_does_not_stop_it() {
    let desk = Desk::sized("1280x720");
    let mut sign = show(&desk);
    desk.person_at("xtest-click", middle(sign.buttons()[0]));
    assert_eq!(stopped(&desk, &mut sign, 300), None);
}

#[test]
fn a_person_stops_it_while_the_viewer_holds_a_button() {
    let desk = Desk::sized("1280x720");
    let mut sign = show(&desk);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    hand.point(1, 600, 600, &[]).unwrap();
    desk.person_at("click", middle(sign.buttons()[0]));
    assert_eq!(stopped(&desk, &mut sign, 2000), Some(StopPressed));
}

#[test]
fn a_person_pushes_it_aside_but_not_off_the_monitor() {
    let desk = Desk::sized("1280x720");
    let mut sign = show(&desk);
    let before = sign.areas()[0];
    let (x, y) = (before.x + 20, before.y + 10);
    desk.person(&["drag", &x.to_string(), &y.to_string(), "1279", "400"]);
    assert_eq!(stopped(&desk, &mut sign, 300), None);
    let after = sign.areas()[0];
    assert_eq!((after.x + after.width as i16, after.y), (1280, before.y));
    desk.person_at("click", middle(sign.buttons()[0]));
    assert_eq!(stopped(&desk, &mut sign, 2000), Some(StopPressed));
}

#[test]
fn a_program_does_not_push_it_aside() {
    let desk = Desk::sized("1280x720");
    let mut sign = show(&desk);
    let before = sign.areas()[0];
    let (x, y) = (before.x + 20, before.y + 10);
    desk.person(&["xtest-drag", &x.to_string(), &y.to_string(), "1279", "400"]);
    assert_eq!(stopped(&desk, &mut sign, 300), None);
    assert_eq!(sign.areas()[0], before);
}

#[test]
fn signs_of_two_sessions_stand_below_each_other() {
    let desk = Desk::sized("1280x720");
    let (first, second) = (show(&desk), show(&desk));
    assert!(!first.areas()[0].meets(&second.areas()[0]));
}

fn xrandr(desk: &Desk, args: &[&str]) {
    let done = Command::new("xrandr")
        .args(["-d", &desk.display])
        .args(args)
        .status()
        .unwrap();
    assert!(done.success(), "{args:?}");
}

#[test]
fn it_stands_on_every_monitor_and_follows_them() {
    let desk = Desk::sized("1280x720");
    xrandr(&desk, &["--setmonitor", "left", "640/169x720/190+0+0", "screen"]);
    xrandr(&desk, &["--setmonitor", "right", "640/169x720/190+640+0", "none"]);
    let mut sign = show(&desk);
    let areas = sign.areas();
    assert_eq!(areas.len(), 2);
    assert!(areas.iter().any(|area| area.x < 640) && areas.iter().any(|area| area.x >= 640));
    desk.person_at("click", middle(sign.buttons()[1]));
    assert_eq!(stopped(&desk, &mut sign, 2000), Some(StopPressed));
    xrandr(&desk, &["--delmonitor", "right"]);
    xrandr(&desk, &["--delmonitor", "left"]);
    stopped(&desk, &mut sign, 500);
    assert_eq!(sign.areas().len(), 1);
}

#[test]
fn it_moves_when_the_screen_becomes_smaller() {
    let desk = Desk::sized("1280x720");
    let mut sign = show(&desk);
    let mode = [
        "640x480", "25", "640", "650", "660", "800", "480", "490", "492", "525",
    ];
    xrandr(&desk, &[&["--newmode"], &mode[..]].concat());
    xrandr(&desk, &["--addmode", "screen", "640x480"]);
    xrandr(&desk, &["--output", "screen", "--mode", "640x480"]);
    stopped(&desk, &mut sign, 500);
    let area = sign.areas()[0];
    assert!(area.x as u16 + area.width <= 640, "{area:?}");
}

/// A program that ends with the test.
struct Program(Child);

impl Program {
    fn on(desk: &Desk, name: &str, args: &[&str]) -> Self {
        let mut program = Command::new(name);
        program
            .args(args)
            .env("DISPLAY", &desk.display)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Self(program.spawn().unwrap())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_stands_above_a_program_that_fills_the_screen() {
    let desk = Desk::sized("1280x720");
    let _manager = Program::on(&desk, "openbox", &[]);
    let mut sign = show(&desk);
    stopped(&desk, &mut sign, 500);
    let _terminal = Program::on(&desk, "xterm", &["-fullscreen", "-e", "sleep", "60"]);
    let (x, y) = middle(sign.areas()[0]);
    // Once it is there it fills the screen below the sign too.
    let covers = || {
        let tree = desk
            .desktop
            .connection
            .query_tree(desk.desktop.root)
            .unwrap()
            .reply()
            .unwrap()
            .children;
        let mut places = tree.iter().filter_map(|window| {
            let is_seen = desk
                .desktop
                .connection
                .get_window_attributes(*window)
                .unwrap()
                .reply()
                .ok()?
                .map_state;
            let place = desk
                .desktop
                .connection
                .get_geometry(*window)
                .unwrap()
                .reply()
                .ok()?;
            (is_seen == MapState::VIEWABLE).then_some((place.width, place.height))
        });
        places.any(|size| size == (1280, 720))
    };
    for _ in 0..50 {
        stopped(&desk, &mut sign, 100);
        if covers() {
            break;
        }
    }
    assert!(covers());
    stopped(&desk, &mut sign, 500);
    desk.person_at("move", (x, y));
    let pointed = desk
        .desktop
        .connection
        .query_pointer(desk.desktop.root)
        .unwrap()
        .reply()
        .unwrap()
        .child;
    let seen = desk
        .desktop
        .connection
        .get_geometry(pointed)
        .unwrap()
        .reply()
        .unwrap();
    assert_eq!(
        (seen.width, seen.height),
        (sign.areas()[0].width, sign.areas()[0].height)
    );
}
