//! A display of its own for a test, with a person at it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::x11::desktop::Desktop;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::rust_connection::RustConnection;

/// An Xvfb; it ends with this.
pub struct Desk {
    server: Child,
    pub display: String,
    pub desktop: Arc<Desktop>,
}

impl Desk {
    pub fn sized(size: &str) -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-nolisten",
                "tcp",
                "-noreset",
                "-screen",
                "0",
                &format!("{size}x24"),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let display = format!(":{}", line.trim());
        let desktop = connect(&display);
        Self {
            server,
            display,
            desktop,
        }
    }

    /// Another connection to the same display.
    pub fn again(&self) -> Arc<Desktop> {
        connect(&self.display)
    }

    /// The person does something.
    pub fn person(&self, words: &[&str]) {
        super::person::act(&self.display, words).unwrap();
    }

    pub fn person_at(&self, verb: &str, (x, y): (i16, i16)) {
        self.person(&[verb, &x.to_string(), &y.to_string()]);
    }

    /// Hands all events to a closure for a time, or until it gives something.
    pub fn wait<T>(&self, long: Duration, mut hear: impl FnMut(Option<&Event>) -> Option<T>) -> Option<T> {
        wait(&self.desktop, long, &mut hear)
    }
}

/// As [`Desk::wait`], of any connection; the closure is called without an event now and then.
pub fn wait<T>(
    desktop: &Desktop,
    long: Duration,
    hear: &mut impl FnMut(Option<&Event>) -> Option<T>,
) -> Option<T> {
    let end = Instant::now() + long;
    loop {
        while let Some(event) = desktop.connection.poll_for_event().unwrap() {
            let found = hear(Some(&event));
            if found.is_some() {
                return found;
            }
        }
        let found = hear(None);
        if found.is_some() || Instant::now() >= end {
            return found;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn connect(display: &str) -> Arc<Desktop> {
    let (connection, screen) = RustConnection::connect(Some(display)).unwrap();
    Desktop::new(Arc::new(connection), screen).unwrap()
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
