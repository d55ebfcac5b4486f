//! What a viewer types arrives in a terminal, on whatever keyboard the device has.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::desk::Desk;
use crate::x11::area::Area;
use crate::x11::hand::Hand;
use x11rb::protocol::xkb::{ConnectionExt as _, ID};
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask, MapState};

#[test]
fn the_persons_pointer_is_not_pulled_away() {
    let desk = Desk::sized("640x480");
    let mut hand = Hand::new(&desk.desktop).unwrap();
    let pointer = || {
        let pointer = desk.desktop.connection.query_pointer(desk.desktop.root).unwrap();
        let pointer = pointer.reply().unwrap();
        (pointer.root_x, pointer.root_y)
    };
    hand.point(1, 100, 100, &[]).unwrap();
    assert_eq!(pointer(), (100, 100));
    desk.person(&["move", "300", "300"]);
    for place in 0..20 {
        hand.point(0, place, 10, &[]).unwrap();
        assert_eq!(pointer(), (300, 300));
    }
    let root = desk.desktop.connection.query_pointer(desk.desktop.root).unwrap();
    let held = root.reply().unwrap().mask;
    assert!(!held.contains(KeyButMask::BUTTON1), "what was let go is let go");
    thread::sleep(Duration::from_millis(1_100));
    hand.point(0, 20, 30, &[]).unwrap();
    assert_eq!(pointer(), (20, 30));
}

const SHIFT: u32 = 0xffe1;
const CONTROL: u32 = 0xffe3;
const CAPS_LOCK: u32 = 0xffe5;
const NUM_LOCK: u32 = 0xff7f;
const RETURN: u32 = 0xff0d;

/// A terminal that writes what is typed into a file, line by line.
struct Terminal {
    program: Child,
    folder: tempfile::TempDir,
}

impl Terminal {
    fn on(desk: &Desk) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("typed");
        let program = Command::new("xterm")
            .args([
                "-u8",
                "-geometry",
                "80x24+0+60",
                "-e",
                "sh",
                "-c",
                &format!("cat > {}", path.display()),
            ])
            .env("DISPLAY", &desk.display)
            .env("LC_ALL", "C.UTF-8")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let end = Instant::now() + Duration::from_secs(10);
        while !(path.exists() && has_window(desk)) && Instant::now() < end {
            thread::sleep(Duration::from_millis(20));
        }
        Self { program, folder }
    }

    /// What was typed, when it is what was expected or after a time.
    fn typed(&self, expected: &str) -> String {
        let end = Instant::now() + Duration::from_secs(5);
        loop {
            let typed = fs::read_to_string(self.folder.path().join("typed")).unwrap_or_default();
            if typed == expected || Instant::now() > end {
                return typed;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Whether the terminal hears keys: its window is seen.
fn has_window(desk: &Desk) -> bool {
    let connection = &desk.desktop.connection;
    let windows = connection
        .query_tree(desk.desktop.root)
        .unwrap()
        .reply()
        .unwrap()
        .children;
    windows.iter().any(|window| {
        let asked = connection.get_window_attributes(*window).unwrap().reply();
        asked.is_ok_and(|window| window.map_state == MapState::VIEWABLE)
    })
}

/// As noVNC names a letter: Latin-1 by itself, others with the number of Unicode.
fn sign(letter: char) -> u32 {
    match u32::from(letter) {
        0x0a => RETURN,
        0x20ac => 0x20ac,
        latin @ 0..=0xff => latin,
        // Cyrillic has numbers of its own.
        0x44f => 0x6d1,
        0x434 => 0x6c4,
        0x430 => 0x6c1,
        other => 0x0100_0000 + other,
    }
}

fn layout(desk: &Desk, name: &[&str]) {
    let done = Command::new("setxkbmap")
        .args(name)
        .env("DISPLAY", &desk.display)
        .status()
        .unwrap();
    assert!(done.success());
}

fn hear_all(desk: &Desk, hand: &mut Hand) {
    desk.wait(Duration::from_millis(50), |event| {
        if let Some(event) = event {
            hand.hear(event).unwrap();
        }
        None::<()>
    });
}

fn tap(hand: &mut Hand, sign: u32) {
    hand.key(true, sign).unwrap();
    hand.key(false, sign).unwrap();
}

fn type_text(desk: &Desk, hand: &mut Hand, text: &str) {
    for letter in text.chars() {
        tap(hand, sign(letter));
        while let Some(event) =
            x11rb::connection::Connection::poll_for_event(&*desk.desktop.connection).unwrap()
        {
            hand.hear(&event).unwrap();
        }
    }
}

/// Types a text on a keyboard of a layout and gives what arrives.
fn arrives(layouts: &[&str], text: &str) -> String {
    let desk = Desk::sized("1024x600");
    layout(&desk, layouts);
    let terminal = Terminal::on(&desk);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    hand.point(0, 100, 200, &[]).unwrap();
    type_text(&desk, &mut hand, text);
    terminal.typed(text)
}

const ENGLISH: &str = "Hello, World! 0123456789 `~@#$%^&*()-_=+[]{}\\|;:'\"<>./?\n";
const GERMAN: &str = "Größe ÄÖÜ äöüß € @ ² µ Straße\n";
const CHINESE: &str = "打印机卡纸，请重启。三楼的打印机总是卡纸，换过硒鼓还是不行，麻烦您来看一下，谢谢！\n";

#[test]
fn on_an_american_keyboard() {
    for text in [ENGLISH, GERMAN, CHINESE] {
        assert_eq!(arrives(&["us"], text), text);
    }
}

#[test]
fn on_a_german_keyboard() {
    for text in [ENGLISH, GERMAN, CHINESE] {
        assert_eq!(arrives(&["de"], text), text);
    }
}

#[test]
fn on_a_french_keyboard() {
    for text in [ENGLISH, GERMAN] {
        assert_eq!(arrives(&["fr"], text), text);
    }
}

#[test]
fn on_a_keyboard_with_two_layouts() {
    assert_eq!(arrives(&["us,ru"], "da да я z\n"), "da да я z\n");
    assert_eq!(arrives(&["ru,us"], "da да я z\n"), "da да я z\n");
}

#[test]
fn while_the_layout_changes() {
    let desk = Desk::sized("1024x600");
    let terminal = Terminal::on(&desk);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    hand.point(0, 100, 200, &[]).unwrap();
    type_text(&desk, &mut hand, "zy 中\n");
    assert_eq!(terminal.typed("zy 中\n"), "zy 中\n");
    layout(&desk, &["de"]);
    hear_all(&desk, &mut hand);
    type_text(&desk, &mut hand, "zy 中文\n");
    assert_eq!(terminal.typed("zy 中\nzy 中文\n"), "zy 中\nzy 中文\n");
}

#[test]
fn with_shift_held_and_caps_lock_on() {
    let desk = Desk::sized("1024x600");
    layout(&desk, &["de"]);
    let terminal = Terminal::on(&desk);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    hand.point(0, 100, 200, &[]).unwrap();
    hand.key(true, SHIFT).unwrap();
    // The viewer's keyboard has "@" on Shift and 2, the device's on AltGr and Q.
    type_text(&desk, &mut hand, "A@ab中");
    hand.key(false, SHIFT).unwrap();
    tap(&mut hand, CAPS_LOCK);
    type_text(&desk, &mut hand, "Aaßäü@中\n");
    assert_eq!(terminal.typed("A@ab中Aaßäü@中\n"), "A@ab中Aaßäü@中\n");
    let state = desk
        .desktop
        .connection
        .xkb_get_state(ID::USE_CORE_KBD.into())
        .unwrap()
        .reply()
        .unwrap();
    assert_eq!(
        u16::from(state.mods),
        2,
        "Caps Lock is still on, and nothing else"
    );
}

#[test]
fn the_keypad_gives_figures_whether_num_lock_is_on_or_off() {
    let desk = Desk::sized("1024x600");
    let terminal = Terminal::on(&desk);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    hand.point(0, 100, 200, &[]).unwrap();
    for _ in 0..2 {
        // 1 and + of the keypad.
        [0xffb1, 0xffab].into_iter().for_each(|sign| tap(&mut hand, sign));
        tap(&mut hand, NUM_LOCK);
    }
    tap(&mut hand, RETURN);
    assert_eq!(terminal.typed("1+1+\n"), "1+1+\n");
}

#[test]
fn control_and_a_letter_stay_together() {
    let desk = Desk::sized("1024x600");
    let terminal = Terminal::on(&desk);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    hand.point(0, 100, 200, &[]).unwrap();
    type_text(&desk, &mut hand, "wrong");
    hand.key(true, CONTROL).unwrap();
    tap(&mut hand, sign('u'));
    hand.key(false, CONTROL).unwrap();
    type_text(&desk, &mut hand, "right\n");
    assert_eq!(terminal.typed("right\n"), "right\n");
}

#[test]
fn what_was_pressed_is_let_go() {
    let desk = Desk::sized("1024x600");
    let mut hand = Hand::new(&desk.desktop).unwrap();
    let state = || {
        let pointer = desk
            .desktop
            .connection
            .query_pointer(desk.desktop.root)
            .unwrap()
            .reply()
            .unwrap();
        pointer.mask
    };
    hand.key(true, SHIFT).unwrap();
    hand.key(true, CONTROL).unwrap();
    hand.point(5, 100, 100, &[]).unwrap();
    assert_eq!(
        state(),
        KeyButMask::SHIFT | KeyButMask::CONTROL | KeyButMask::BUTTON1 | KeyButMask::BUTTON3
    );
    hand.release_all().unwrap();
    assert_eq!(u16::from(state()), 0);
    hand.key(true, SHIFT).unwrap();
    drop(hand);
    assert_eq!(u16::from(state()), 0);
}

#[test]
fn presses_on_what_is_guarded_are_not_made_and_a_drag_ends_there() {
    let desk = Desk::sized("1024x600");
    let mut hand = Hand::new(&desk.desktop).unwrap();
    let guarded = [Area {
        x: 100,
        y: 0,
        width: 200,
        height: 40,
    }];
    let state = || {
        let pointer = desk
            .desktop
            .connection
            .query_pointer(desk.desktop.root)
            .unwrap()
            .reply()
            .unwrap();
        (pointer.root_x, pointer.root_y, u16::from(pointer.mask))
    };
    hand.point(1, 150, 20, &guarded).unwrap();
    assert_eq!(state(), (150, 20, 0));
    // Nor does it become a press outside.
    hand.point(1, 150, 300, &guarded).unwrap();
    assert_eq!(state(), (150, 300, 0));
    hand.point(0, 150, 300, &guarded).unwrap();
    hand.point(1, 160, 300, &guarded).unwrap();
    hand.point(1, 160, 20, &guarded).unwrap();
    assert_eq!(state(), (160, 20, 0x100));
    hand.point(0, 160, 20, &guarded).unwrap();
    assert_eq!(state(), (160, 20, 0));
}

#[test]
fn the_empty_keys_are_empty_again_at_the_end() {
    let desk = Desk::sized("640x480");
    let keys = || {
        desk.desktop
            .connection
            .get_keyboard_mapping(8, 248)
            .unwrap()
            .reply()
            .unwrap()
    };
    let has = |wanted: u32| keys().keysyms.contains(&wanted);
    let mut hand = Hand::new(&desk.desktop).unwrap();
    tap(&mut hand, sign('中'));
    assert!(has(sign('中')));
    drop(hand);
    assert!(!has(sign('中')));
}
