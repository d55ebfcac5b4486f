//! Recordings of terminals: the asciicast file (version 3), what travels from the agent, and the plain words of a recording.
//!
//! A recording is a header line and one line an event, each a JSON array of seconds since the event before, a letter, and a
//! text (<https://docs.asciinema.org/manual/asciicast/v3/>). What the agent sends is a stream of [`Record`]s: the same events with
//! the time since the session began and with bytes instead of text, so that the server writes down what happened when it
//! happened on the device and not when it arrived. What was typed is masked by the agent ([`Mask`]), which alone knows whether the
//! terminal showed it; a password never leaves the device inside a recording.

use serde::{Deserialize, Serialize};

/// Longer no line of a recording is read: a record holds at most [`RECORD_MOST`] bytes, and JSON makes of a byte at most six.
const LINE_MOST: usize = 6 * RECORD_MOST + 64;
/// Longer no record is.
pub const RECORD_MOST: usize = 64 * 1024;
/// More columns or rows no terminal has.
pub const SIDE_MOST: u16 = 1000;

/// What a recording says of itself, in its first line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Columns at the beginning.
    pub columns: u16,
    /// Rows at the beginning.
    pub rows: u16,
    /// The kind of terminal: `xterm-256color`.
    pub terminal: String,
    /// When it began, in seconds since 1970.
    pub at: Option<i64>,
    /// Of what it is.
    pub title: Option<String>,
}

/// The header as the file has it.
#[derive(Serialize, Deserialize)]
struct HeaderLine {
    version: u8,
    term: Term,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timestamp: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Term {
    cols: u16,
    rows: u16,
    #[serde(rename = "type", default)]
    kind: String,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The agent's first words, as JSON ([`Hello`]); not part of the file.
    Hello,
    /// Something was shown.
    Output,
    /// Something was typed, masked where the terminal did not show it.
    Input,
    /// The terminal has another size: `120x40`.
    Resize,
    /// A word about the session itself.
    Marker,
    /// A word beside the stream, as JSON (see [`crate::screen`]); not part of the file.
    Word,
    /// The program ended, with its code; the last record.
    Exit,
    /// From which byte of the stream on: the server asks for it first on each channel, and the agent answers with what it still
    /// has. Not part of the stream itself, nor of the file.
    From,
}

impl Kind {
    /// The letter in the file, and the byte on the way.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Hello => 'h',
            Self::Output => 'o',
            Self::Input => 'i',
            Self::Resize => 'r',
            Self::Marker => 'm',
            Self::Word => 'w',
            Self::Exit => 'x',
            Self::From => 'f',
        }
    }

    fn of(letter: u8) -> Option<Self> {
        let all = [
            Self::Hello,
            Self::Output,
            Self::Input,
            Self::Resize,
            Self::Marker,
            Self::Word,
            Self::Exit,
            Self::From,
        ];
        all.into_iter()
            .find(|kind| kind.letter() as u32 == u32::from(letter))
    }
}

/// What the agent says when a session begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Hello {
    /// Who the program runs as.
    pub user: String,
    /// The program.
    pub shell: String,
    /// Whether the device's floor ends a session that is not recorded.
    pub require_recording: bool,
}

/// An event of a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Milliseconds since it began.
    pub at: u64,
    /// What.
    pub kind: Kind,
    /// Its text.
    pub text: String,
}

/// Writes the lines of a recording.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    last: u64,
    output: Letters,
    input: Letters,
}

impl Writer {
    /// The first line.
    #[must_use]
    pub fn header(header: &Header) -> String {
        let line = HeaderLine {
            version: 3,
            term: Term {
                cols: header.columns,
                rows: header.rows,
                kind: header.terminal.clone(),
            },
            timestamp: header.at,
            title: header.title.clone(),
        };
        let mut line = serde_json::to_string(&line).unwrap_or_default();
        line.push('\n');
        line
    }

    /// A writer that goes on with a recording whose last event was at this time.
    #[must_use]
    pub fn continuing(last: u64) -> Self {
        Self {
            last,
            ..Self::default()
        }
    }

    /// When the last event was.
    #[must_use]
    pub const fn last(&self) -> u64 {
        self.last
    }

    /// The line of a record; none where it is not part of the file, or holds only the beginning of a letter.
    pub fn line(&mut self, record: &Record) -> Option<String> {
        let text = match record.kind {
            Kind::Hello | Kind::From | Kind::Word => return None,
            Kind::Output => self.output.take(&record.bytes),
            Kind::Input => self.input.take(&record.bytes),
            Kind::Resize | Kind::Marker | Kind::Exit => String::from_utf8_lossy(&record.bytes).into_owned(),
        };
        if text.is_empty() {
            return None;
        }
        // Clocks of a hostile agent may go backwards; a recording's does not.
        let at = record.at.max(self.last);
        let passed = at - self.last;
        self.last = at;
        let text = serde_json::to_string(&text).unwrap_or_default();
        Some(format!(
            "[{}.{:03}, \"{}\", {text}]\n",
            passed / 1000,
            passed % 1000,
            record.kind.letter()
        ))
    }
}

/// Bytes that become text piece by piece: a letter cut in two by a read is kept until its rest comes.
#[derive(Clone, Debug, Default)]
struct Letters {
    rest: Vec<u8>,
}

impl Letters {
    fn take(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let mut text = String::new();
        loop {
            match std::str::from_utf8(&self.rest) {
                Ok(whole) => {
                    text.push_str(whole);
                    self.rest.clear();
                    return text;
                }
                Err(error) => {
                    let (good, bad) = self.rest.split_at(error.valid_up_to());
                    text.push_str(&String::from_utf8_lossy(good));
                    match error.error_len() {
                        None => {
                            self.rest = bad.to_vec();
                            return text;
                        }
                        Some(length) => {
                            text.push(char::REPLACEMENT_CHARACTER);
                            self.rest = bad.get(length..).unwrap_or_default().to_vec();
                        }
                    }
                }
            }
        }
    }
}

/// Why a recording cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The line, from 1.
    pub line: usize,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} is no line of an asciicast", self.line)
    }
}

impl std::error::Error for Broken {}

/// Reads a recording. Events of kinds that are not known are left out, as the format asks.
///
/// # Errors
/// The first line that cannot be read. A last line that was cut off is left out: a server that died wrote it.
pub fn read(file: &str) -> Result<(Header, Vec<Event>), Broken> {
    let mut lines = file.split_inclusive('\n').enumerate();
    let first = lines
        .next()
        .map(|(_, line)| line)
        .filter(|line| line.len() <= LINE_MOST);
    let header: HeaderLine = first
        .and_then(|line| serde_json::from_str(line).ok())
        .filter(|header: &HeaderLine| header.version == 3)
        .ok_or(Broken { line: 1 })?;
    let header = Header {
        columns: header.term.cols.clamp(1, SIDE_MOST),
        rows: header.term.rows.clamp(1, SIDE_MOST),
        terminal: header.term.kind,
        at: header.timestamp,
        title: header.title,
    };
    let mut events = Vec::new();
    let mut at: u64 = 0;
    for (number, line) in lines {
        let is_cut = !line.ends_with('\n');
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parsed = Some(line)
            .filter(|line| line.len() <= LINE_MOST)
            .and_then(|line| serde_json::from_str::<(f64, String, String)>(line).ok());
        match parsed {
            Some((passed, letter, text)) => {
                at = at.saturating_add(millis(passed));
                let kind = letter.bytes().next().and_then(Kind::of);
                if let Some(kind) = kind.filter(|kind| !matches!(kind, Kind::Hello | Kind::From | Kind::Word))
                {
                    events.push(Event { at, kind, text });
                }
            }
            None if is_cut => break,
            None => return Err(Broken { line: number + 1 }),
        }
    }
    Ok((header, events))
}

/// Seconds as milliseconds; what is no sensible length is none.
fn millis(seconds: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(seconds).map_or(0, |length| {
        u64::try_from(length.as_micros().div_ceil(1000)).unwrap_or(0)
    })
}

/// A record on its way from the agent: one letter, the milliseconds since the session began (4 bytes), the length (4 bytes), the
/// bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Milliseconds since the session began.
    pub at: u64,
    /// What.
    pub kind: Kind,
    /// Its bytes, at most [`RECORD_MOST`].
    pub bytes: Vec<u8>,
}

const RECORD_HEAD: usize = 9;

impl Record {
    /// Asks for the stream from this byte on, or says from which it comes.
    #[must_use]
    pub fn from(place: u64) -> Self {
        Self {
            at: 0,
            kind: Kind::From,
            bytes: place.to_string().into_bytes(),
        }
    }

    /// The place that such a record names.
    #[must_use]
    pub fn place(&self) -> Option<u64> {
        let text = std::str::from_utf8(&self.bytes).ok()?;
        (self.kind == Kind::From).then(|| text.parse().ok())?
    }

    /// As it travels. What is longer than [`RECORD_MOST`] is cut; senders cut before.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let bytes = self.bytes.get(..RECORD_MOST).unwrap_or(&self.bytes);
        let mut out = Vec::with_capacity(RECORD_HEAD + bytes.len());
        out.push(self.kind.letter() as u8);
        out.extend_from_slice(&u32::try_from(self.at).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
        out
    }
}

/// Puts records together again out of the pieces of a channel.
#[derive(Clone, Debug, Default)]
pub struct Records {
    waiting: Vec<u8>,
}

impl Records {
    /// Takes in what came and gives the records that are whole now, each with the number of bytes it took on its way.
    ///
    /// # Errors
    /// When it cannot be a stream of records: the session cannot be understood any further.
    pub fn take(&mut self, bytes: &[u8]) -> Result<Vec<(Record, usize)>, Unreadable> {
        self.waiting.extend_from_slice(bytes);
        let mut records = Vec::new();
        let mut begun = 0;
        while let Some((record, length)) = first(self.waiting.get(begun..).unwrap_or_default())? {
            begun += length;
            records.push((record, length));
        }
        self.waiting.drain(..begun);
        Ok(records)
    }
}

fn first(bytes: &[u8]) -> Result<Option<(Record, usize)>, Unreadable> {
    let Some((head, rest)) = bytes.split_at_checked(RECORD_HEAD) else {
        return Ok(None);
    };
    let [letter, a, b, c, d, e, f, g, h] = *head else {
        return Ok(None);
    };
    let kind = Kind::of(letter).ok_or(Unreadable)?;
    let length = usize::try_from(u32::from_be_bytes([e, f, g, h])).map_err(|_| Unreadable)?;
    if length > RECORD_MOST {
        return Err(Unreadable);
    }
    Ok(rest.get(..length).map(|bytes| {
        let record = Record {
            at: u64::from(u32::from_be_bytes([a, b, c, d])),
            kind,
            bytes: bytes.to_vec(),
        };
        (record, RECORD_HEAD + length)
    }))
}

/// The bytes are no stream of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the bytes are no stream of records")
    }
}

impl std::error::Error for Unreadable {}

/// Hides what was typed while the terminal did not show it: a run of letters becomes one star, whatever its length, and keys that
/// write nothing (Enter, Ctrl C) stay. What a program shows by itself, as a shell's line editor does, is in the output anyway.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mask {
    inside: bool,
}

impl Mask {
    /// What a recording may hold of these bytes.
    pub fn hide(&mut self, bytes: &[u8], is_shown: bool) -> Vec<u8> {
        if is_shown {
            self.inside = false;
            return bytes.to_vec();
        }
        let mut hidden = Vec::new();
        for byte in bytes {
            let is_key = byte.is_ascii_control();
            if is_key {
                hidden.push(*byte);
            } else if !self.inside {
                hidden.push(b'*');
            }
            self.inside = !is_key;
        }
        hidden
    }
}

mod words;

pub use words::Words;

#[cfg(test)]
mod tests;
