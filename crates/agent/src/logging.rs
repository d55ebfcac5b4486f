//! The agent's own log: one line for each thing that an administrator of the device may ask about.
//!
//! It goes to standard error, which systemd keeps in its journal, and nowhere else: a file of its own would be one more
//! thing that fills a disk. What a person typed, what a file held, and tokens are never in it.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

static IS_QUIET: AtomicBool = AtomicBool::new(false);

/// Says nothing but warnings from here on: whoever started the program reads what it says as words to them.
pub fn be_quiet() {
    IS_QUIET.store(true, Ordering::Relaxed);
}

/// Something that happened as it should.
pub fn note(text: &str) {
    if !IS_QUIET.load(Ordering::Relaxed) {
        write("", text);
    }
}

/// Something that an administrator should look at. The mark is syslog's way of saying so to systemd.
pub fn warn(text: &str) {
    write("<4>", text);
}

fn write(mark: &str, text: &str) {
    let mark = if std::env::var_os("JOURNAL_STREAM").is_some() {
        mark
    } else {
        ""
    };
    // Text of a server may be in it.
    let line = protocol::text::line(text, 2000);
    // Nobody listening is no reason to stop.
    writeln!(std::io::stderr().lock(), "{mark}{line}").ok();
}
