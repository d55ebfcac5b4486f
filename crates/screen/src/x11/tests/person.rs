//! A person at an Xvfb, for tests: presses buttons and keys that come from the real devices of the server.
//!
//! The XTEST extension takes events of any XInput 1 device, so those of "Xvfb mouse" and "Xvfb keyboard" reach windows with
//! a source that is not an XTEST device, as if someone had touched them. `xtest-click` and `xtest-key` inject as a
//! remote viewer does. `watch` prints what comes from where.

use std::error::Error;
use std::thread;
use std::time::Duration;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{ConnectionExt as _, Device, EventMask, XIEventMask};
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

type Outcome<T> = Result<T, Box<dyn Error>>;

const USAGE: &str = "person DISPLAY click X Y [BUTTON] | move X Y | press | release | drag X1 Y1 X2 Y2 | key NAME | \
                     xtest-click X Y | xtest-drag X1 Y1 X2 Y2 | xtest-key NAME | watch SECONDS";
/// The order of events in the XInput extension: valuator, key press, key release, button press, button release, motion.
const KEY_PRESS: u8 = 1;
const BUTTON_PRESS: u8 = 3;
const MOTION: u8 = 5;

struct Person {
    connection: RustConnection,
    root: u32,
    /// The first event of XInput.
    first: u8,
    mouse: u8,
    keyboard: u8,
}

/// Does what the words say.
pub fn act(display: &str, said: &[&str]) -> Outcome<()> {
    let [verb, rest @ ..] = said else {
        return Err(USAGE.into());
    };
    let person = Person::at(display)?;
    let numbers = |at: usize| -> Outcome<i16> { Ok(rest.get(at).ok_or(USAGE)?.parse()?) };
    match *verb {
        "click" => {
            person.move_to(numbers(0)?, numbers(1)?)?;
            let button = rest.get(2).map_or(Ok(1), |which| which.parse())?;
            person.button(true, button)?;
            person.button(false, button)?;
        }
        "move" => person.move_to(numbers(0)?, numbers(1)?)?,
        "press" => person.button(true, 1)?,
        "release" => person.button(false, 1)?,
        "drag" => {
            person.move_to(numbers(0)?, numbers(1)?)?;
            person.button(true, 1)?;
            let (from, to) = ((numbers(0)?, numbers(1)?), (numbers(2)?, numbers(3)?));
            for step in 1..=4 {
                person.move_to(
                    from.0 + (to.0 - from.0) / 4 * step,
                    from.1 + (to.1 - from.1) / 4 * step,
                )?;
            }
            person.move_to(to.0, to.1)?;
            person.button(false, 1)?;
        }
        "key" => person.key(rest.first().ok_or(USAGE)?)?,
        "xtest-click" => person.injected_click(numbers(0)?, numbers(1)?)?,
        "xtest-key" => person.injected_key(rest.first().ok_or(USAGE)?)?,
        "xtest-drag" => {
            person.inject(6, 0, (numbers(0)?, numbers(1)?))?;
            person.inject(4, 1, (0, 0))?;
            person.inject(6, 0, (numbers(2)?, numbers(3)?))?;
            person.inject(5, 1, (0, 0))?;
        }
        "watch" => person.watch(Duration::from_secs(rest.first().ok_or(USAGE)?.parse()?))?,
        _ => return Err(USAGE.into()),
    }
    person.connection.get_input_focus()?.reply()?;
    Ok(())
}

impl Person {
    fn at(display: &str) -> Outcome<Self> {
        let (connection, screen) = RustConnection::connect(Some(display))?;
        let root = connection.setup().roots[screen].root;
        let first = connection
            .extension_information("XInputExtension")?
            .ok_or("no XInput")?
            .first_event;
        connection.xinput_xi_query_version(2, 2)?.reply()?;
        let devices = connection.xinput_xi_query_device(Device::ALL)?.reply()?.infos;
        let named = |name: &[u8]| -> Outcome<u8> {
            let found = devices
                .iter()
                .find(|device| device.name == name)
                .ok_or("no such device")?;
            Ok(u8::try_from(found.deviceid)?)
        };
        let (mouse, keyboard) = (named(b"Xvfb mouse")?, named(b"Xvfb keyboard")?);
        Ok(Self {
            connection,
            root,
            first,
            mouse,
            keyboard,
        })
    }

    /// Motion of a device needs its axes in a second event, which the generated request cannot carry.
    fn move_to(&self, x: i16, y: i16) -> Outcome<()> {
        let opcode = self
            .connection
            .extension_information("XTEST")?
            .ok_or("no XTEST")?
            .major_opcode;
        let mut bytes = vec![opcode, 2, 17, 0];
        let mut event = [0_u8; 32];
        event[0] = self.first + MOTION;
        event[31] = self.mouse;
        bytes.extend(event);
        let mut axes = [0_u8; 32];
        axes[0] = self.first;
        axes[1] = self.mouse;
        axes[6] = 2;
        axes[8..12].copy_from_slice(&i32::from(x).to_ne_bytes());
        axes[12..16].copy_from_slice(&i32::from(y).to_ne_bytes());
        bytes.extend(axes);
        self.connection
            .send_request_without_reply(&[std::io::IoSlice::new(&bytes)], Vec::new())?
            .check()?;
        let now = self.connection.query_pointer(self.root)?.reply()?;
        if (now.root_x, now.root_y) != (x, y) {
            return Err(format!("the pointer is at {} {}", now.root_x, now.root_y).into());
        }
        Ok(())
    }

    fn button(&self, down: bool, button: u8) -> Outcome<()> {
        let kind = self.first + BUTTON_PRESS + u8::from(!down);
        self.connection
            .xtest_fake_input(kind, button, 0, 0, 0, 0, self.mouse)?
            .check()?;
        Ok(())
    }

    fn key(&self, name: &str) -> Outcome<()> {
        let code = self.code(name)?;
        for kind in [KEY_PRESS, KEY_PRESS + 1] {
            self.connection
                .xtest_fake_input(self.first + kind, code, 0, 0, 0, 0, self.keyboard)?
                .check()?;
        }
        Ok(())
    }

    fn inject(&self, kind: u8, detail: u8, (x, y): (i16, i16)) -> Outcome<()> {
        self.connection
            .xtest_fake_input(kind, detail, 0, self.root, x, y, 0)?
            .check()?;
        Ok(())
    }

    fn injected_click(&self, x: i16, y: i16) -> Outcome<()> {
        self.inject(6, 0, (x, y))?;
        self.inject(4, 1, (0, 0))?;
        self.inject(5, 1, (0, 0))
    }

    fn injected_key(&self, name: &str) -> Outcome<()> {
        let code = self.code(name)?;
        self.inject(2, code, (0, 0))?;
        self.inject(3, code, (0, 0))
    }

    fn code(&self, name: &str) -> Outcome<u8> {
        let sign: u32 = match name {
            "Escape" => 0xff1b,
            "Return" => 0xff0d,
            "Caps_Lock" => 0xffe5,
            "Num_Lock" => 0xff7f,
            letter => u32::from(letter.chars().next().ok_or(USAGE)?),
        };
        let (least, most) = (
            self.connection.setup().min_keycode,
            self.connection.setup().max_keycode,
        );
        let map = self
            .connection
            .get_keyboard_mapping(least, most - least + 1)?
            .reply()?;
        let wide = usize::from(map.keysyms_per_keycode);
        let at = map
            .keysyms
            .iter()
            .position(|there| *there == sign)
            .ok_or("no key has it")?
            / wide;
        Ok(least + u8::try_from(at)?)
    }

    fn watch(&self, long: Duration) -> Outcome<()> {
        let mask = XIEventMask::RAW_BUTTON_PRESS | XIEventMask::RAW_KEY_PRESS | XIEventMask::RAW_MOTION;
        let mask = EventMask {
            deviceid: Device::ALL_MASTER.into(),
            mask: vec![mask],
        };
        self.connection
            .xinput_xi_select_events(self.root, &[mask])?
            .check()?;
        let end = std::time::Instant::now() + long;
        while std::time::Instant::now() < end {
            while let Some(event) = self.connection.poll_for_event()? {
                match event {
                    Event::XinputRawButtonPress(event) => {
                        println!("button {} from {}", event.detail, event.sourceid)
                    }
                    Event::XinputRawKeyPress(event) => {
                        println!("key {} from {}", event.detail, event.sourceid)
                    }
                    Event::XinputRawMotion(event) => println!("motion from {}", event.sourceid),
                    _ => {}
                }
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }
}
