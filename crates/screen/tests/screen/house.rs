//! A display of its own for each test, somebody who paints on it, and a viewer.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use rfb::saying::Said;
use rfb::telling::{FENCE_BEFORE, FENCE_REQUEST};
use screen::{Heard, Over, Place, Told, Wish, serve};
use x11rb::connection::Connection as _;
use x11rb::protocol::randr::{ConnectionExt as _, ModeInfo, MonitorInfo, Rotation};
use x11rb::protocol::xproto::{
    ConnectionExt as _, CreateGCAux, Gcontext, ImageFormat, MapState, Rectangle, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::decoder::Decoder;

/// Nothing here takes longer on a machine that is busy.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A display, which ends with the test.
pub struct House {
    display: Child,
    pub name: String,
}

impl House {
    pub fn open(size: &str) -> Self {
        let size = format!("{size}x24");
        let mut display = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &size,
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb (package xvfb) is installed");
        let mut number = String::new();
        let mut told = BufReader::new(display.stdout.take().unwrap());
        told.read_line(&mut number).unwrap();
        let name = format!(":{}", number.trim());
        Self { display, name }
    }

    pub fn place(&self) -> Place {
        Place {
            display: self.name.clone(),
            authority: None,
            language: "en".to_owned(),
        }
    }

    pub fn end(&mut self) {
        self.display.kill().unwrap();
        self.display.wait().unwrap();
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ended = self.display.kill();
        let _ended = self.display.wait();
    }
}

pub fn wish() -> Wish {
    Wish {
        control: true,
        clipboard: true,
        ask: false,
        who: "王芳".to_owned(),
        subject: "#1042 printer".to_owned(),
        patience: Duration::from_secs(60),
    }
}

/// Somebody who works on the display.
pub struct Painter {
    pub connection: RustConnection,
    pub root: Window,
    pen: Gcontext,
}

impl Painter {
    pub fn at(house: &House) -> Self {
        let (connection, screen) = RustConnection::connect(Some(&house.name)).unwrap();
        let root = connection.setup().roots[screen].root;
        let pen = connection.generate_id().unwrap();
        connection.create_gc(pen, root, &CreateGCAux::new()).unwrap();
        let painter = Self {
            connection,
            root,
            pen,
        };
        painter.point_with_nothing();
        painter
    }

    /// Takes the pointer's shape away: the display does not count it as pixels.
    fn point_with_nothing(&self) {
        let (shape, cursor) = (
            self.connection.generate_id().unwrap(),
            self.connection.generate_id().unwrap(),
        );
        self.connection.create_pixmap(1, shape, self.root, 1, 1).unwrap();
        let pen = self.connection.generate_id().unwrap();
        self.connection
            .create_gc(pen, shape, &CreateGCAux::new().foreground(0))
            .unwrap();
        let all = Rectangle {
            x: 0,
            y: 0,
            width: 1,
            height: 1,
        };
        self.connection.poly_fill_rectangle(shape, pen, &[all]).unwrap();
        self.connection
            .create_cursor(cursor, shape, shape, 0, 0, 0, 0, 0, 0, 0, 0)
            .unwrap();
        let aux = x11rb::protocol::xproto::ChangeWindowAttributesAux::new().cursor(cursor);
        self.connection.change_window_attributes(self.root, &aux).unwrap();
        self.done();
    }

    pub fn fill(&self, [x, y, width, height]: [i16; 4], colour: u32) {
        let area = Rectangle {
            x,
            y,
            width: width.try_into().unwrap(),
            height: height.try_into().unwrap(),
        };
        let aux = x11rb::protocol::xproto::ChangeGCAux::new().foreground(colour);
        self.connection.change_gc(self.pen, &aux).unwrap();
        self.connection
            .poly_fill_rectangle(self.root, self.pen, &[area])
            .unwrap();
        self.done();
    }

    /// Puts pixels there.
    pub fn put(&self, [x, y]: [i16; 2], width: u16, pixels: &[u32]) {
        // One request holds not too many of them.
        let rows = (250_000 / 4 / usize::from(width)).max(1);
        for (at, part) in pixels.chunks(rows * usize::from(width)).enumerate() {
            let bytes: Vec<u8> = part.iter().flat_map(|pixel| pixel.to_le_bytes()).collect();
            let height = u16::try_from(part.len() / usize::from(width)).unwrap();
            let y = y + i16::try_from(at * rows).unwrap();
            self.connection
                .put_image(
                    ImageFormat::Z_PIXMAP,
                    self.root,
                    self.pen,
                    width,
                    height,
                    x,
                    y,
                    0,
                    24,
                    &bytes,
                )
                .unwrap();
        }
        self.done();
    }

    /// Gives the pointer over the root window a shape of the font of shapes.
    pub fn point_with(&self, shape: u16) {
        let (font, cursor) = (
            self.connection.generate_id().unwrap(),
            self.connection.generate_id().unwrap(),
        );
        self.connection.open_font(font, b"cursor").unwrap();
        let full = u16::MAX;
        self.connection
            .create_glyph_cursor(cursor, font, font, shape, shape + 1, 0, 0, 0, full, full, full)
            .unwrap();
        let aux = x11rb::protocol::xproto::ChangeWindowAttributesAux::new().cursor(cursor);
        self.connection.change_window_attributes(self.root, &aux).unwrap();
        self.done();
    }

    /// Gives the screen another, smaller size.
    pub fn resize(&self, width: u16, height: u16) {
        let known = self
            .connection
            .randr_get_screen_resources(self.root)
            .unwrap()
            .reply()
            .unwrap();
        let (output, crtc) = (known.outputs[0], known.crtcs[0]);
        // Timings that some monitor might have; nobody looks at them.
        let mode = ModeInfo {
            width,
            height,
            dot_clock: 25_000_000,
            htotal: width + 160,
            vtotal: height + 45,
            name_len: 4,
            ..ModeInfo::default()
        };
        let made = self
            .connection
            .randr_create_mode(self.root, mode, b"test")
            .unwrap()
            .reply()
            .unwrap();
        self.connection.randr_add_output_mode(output, made.mode).unwrap();
        let (now, turned) = (x11rb::CURRENT_TIME, Rotation::ROTATE0);
        self.connection
            .randr_set_crtc_config(
                crtc,
                now,
                known.config_timestamp,
                0,
                0,
                made.mode,
                turned,
                &[output],
            )
            .unwrap()
            .reply()
            .unwrap();
        self.connection
            .randr_set_screen_size(self.root, width, height, 200, 150)
            .unwrap();
        self.done();
    }

    /// Makes monitors of parts of the screen.
    pub fn split(&self, parts: &[(&str, [i16; 4])]) {
        for (at, (name, [x, y, width, height])) in parts.iter().enumerate() {
            let name = self
                .connection
                .intern_atom(false, name.as_bytes())
                .unwrap()
                .reply()
                .unwrap()
                .atom;
            let known = self
                .connection
                .randr_get_screen_resources(self.root)
                .unwrap()
                .reply()
                .unwrap();
            let monitor = MonitorInfo {
                name,
                primary: at == 0,
                automatic: false,
                x: *x,
                y: *y,
                width: (*width).try_into().unwrap(),
                height: (*height).try_into().unwrap(),
                width_in_millimeters: 0,
                height_in_millimeters: 0,
                // The first takes the place of the one that was there.
                outputs: if at == 0 { known.outputs } else { Vec::new() },
            };
            self.connection
                .randr_set_monitor(self.root, monitor)
                .unwrap()
                .check()
                .unwrap();
        }
        self.done();
    }

    pub fn pointer(&self) -> (i16, i16) {
        let at = self.connection.query_pointer(self.root).unwrap().reply().unwrap();
        (at.root_x, at.root_y)
    }

    /// Our windows go away; the display hears of that a moment after the session ended.
    pub fn until_bare(&self) {
        let end = std::time::Instant::now() + PATIENCE;
        while !self.windows().is_empty() {
            assert!(
                std::time::Instant::now() < end,
                "windows are left: {:?}",
                self.windows()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The windows on the root that stand above all others without asking, with their places: the last is the highest.
    pub fn windows(&self) -> Vec<[i16; 4]> {
        let all = self
            .connection
            .query_tree(self.root)
            .unwrap()
            .reply()
            .unwrap()
            .children;
        let place = |window: Window| {
            let looks = self.connection.get_window_attributes(window).ok()?.reply().ok()?;
            let place = self.connection.get_geometry(window).ok()?.reply().ok()?;
            let is_seen = looks.override_redirect && looks.map_state == MapState::VIEWABLE;
            let size = [place.width, place.height].map(|side| i16::try_from(side).unwrap());
            (is_seen && looks.class == WindowClass::INPUT_OUTPUT)
                .then_some([place.x, place.y, size[0], size[1]])
        };
        all.into_iter().filter_map(place).collect()
    }

    /// All that was asked for is done.
    pub fn done(&self) {
        self.connection.get_input_focus().unwrap().reply().unwrap();
    }

    /// What the display has.
    pub fn pixels(&self) -> (u16, u16, Vec<u32>) {
        let size = self.connection.get_geometry(self.root).unwrap().reply().unwrap();
        let form = ImageFormat::Z_PIXMAP;
        let asked = self
            .connection
            .get_image(form, self.root, 0, 0, size.width, size.height, u32::MAX);
        let image = asked.unwrap().reply().unwrap();
        let pixels = image
            .data
            .chunks_exact(4)
            .map(|pixel| u32::from_le_bytes([pixel[0], pixel[1], pixel[2], 0]));
        (size.width, size.height, pixels.collect())
    }
}

/// Looks random, and is always the same.
pub fn noise(x: usize, y: usize) -> u32 {
    let number = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
    let number = (number ^ number >> 15).wrapping_mul(0x2C1B_3C6D);
    (number ^ number >> 12) & 0xFF_FFFF
}

/// A viewer of a session.
pub struct Viewer {
    pub heard: Sender<Heard>,
    told: mpsc::Receiver<Told>,
    session: Option<JoinHandle<Over>>,
    pub decoder: Decoder,
    /// The numbers of frames that came.
    pub frames: Vec<u64>,
    pub beginnings: usize,
    /// Bytes of pictures.
    pub size: usize,
    pub answers: bool,
}

impl Viewer {
    pub fn of(place: Place, wish: Wish) -> Self {
        let (heard, theirs) = crossbeam_channel::unbounded();
        let (tell, told) = mpsc::channel();
        let session = thread::spawn(move || serve(&place, &wish, theirs, |word| tell.send(word).is_ok()));
        Self {
            heard,
            told,
            session: Some(session),
            decoder: Decoder::new(1, 1),
            frames: Vec::new(),
            beginnings: 0,
            size: 0,
            answers: true,
        }
    }

    pub fn say(&self, heard: Heard) {
        self.heard.send(heard).unwrap();
    }

    /// The next word within this time; pictures are painted, and frames answered.
    pub fn hear(&mut self, patience: Duration) -> Option<Told> {
        let word = match self.told.recv_timeout(patience) {
            Ok(word) => word,
            Err(mpsc::RecvTimeoutError::Timeout) => return None,
            Err(mpsc::RecvTimeoutError::Disconnected) => panic!("it ended: {:?}", self.over()),
        };
        match &word {
            Told::Begin { width, height } => {
                self.decoder = Decoder::new(*width, *height);
                self.beginnings += 1;
            }
            Told::Bytes(bytes) => {
                self.size += bytes.len();
                for (flags, payload) in self.decoder.read(bytes) {
                    assert_eq!(flags, FENCE_REQUEST | FENCE_BEFORE);
                    self.frames
                        .push(u64::from_be_bytes(payload[..].try_into().unwrap()));
                    if self.answers {
                        self.say(Heard::Said(Said::Fence {
                            flags: FENCE_BEFORE,
                            payload,
                        }));
                    }
                }
            }
            _ => {}
        }
        Some(word)
    }

    /// Listens until something is so.
    pub fn until(&mut self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !is_so(self) {
            let rest = end.saturating_duration_since(Instant::now());
            assert!(
                self.hear(rest.min(Duration::from_millis(200))).is_some() || !rest.is_zero(),
                "{what}"
            );
        }
    }

    /// Listens until a word comes.
    pub fn until_word(&mut self, what: &str, mut is_it: impl FnMut(Told) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !self.hear(Duration::from_millis(200)).is_some_and(&mut is_it) {
            assert!(Instant::now() < end, "{what}");
        }
    }

    /// Listens until the picture is what the display has, pixel for pixel.
    pub fn until_exact(&mut self, painter: &Painter) {
        self.until("the picture is what the display has", |viewer| {
            let (width, height, pixels) = painter.pixels();
            (viewer.decoder.width, viewer.decoder.height) == (width.into(), height.into())
                && viewer.decoder.pixels == pixels
        });
    }

    /// Listens until nothing comes for a while; gives back how many words came.
    pub fn until_quiet(&mut self, quiet: Duration) -> usize {
        let mut words = 0;
        while self.hear(quiet).is_some() {
            words += 1;
        }
        words
    }

    /// Why it ended.
    pub fn over(&mut self) -> Over {
        while self.told.recv_timeout(PATIENCE).is_ok() {}
        self.session.take().unwrap().join().unwrap()
    }
}
