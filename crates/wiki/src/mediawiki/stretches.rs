//! A dump cut into its head and its pages, with the line of each, without reading it as XML: so a broken page ends where the
//! next begins.

use std::io::{self, BufRead, Read};

use crate::What;

/// The largest page with its whole history.
const LARGEST: usize = 128 << 20;
/// The largest head.
const HEAD_MAX: usize = 1 << 20;
/// Read at once, when no tag ends.
const PIECE: u64 = 1 << 20;

/// A part of a dump.
pub enum Stretch {
    /// Everything before the first page.
    Head(String),
    /// `<page>…</page>`
    Page { bytes: Vec<u8>, line: usize },
    /// A page that does not end, or is too large; its first bytes.
    Broken { start: String, line: usize, what: What },
}

/// Cuts a dump.
pub struct Stretches<R> {
    stream: R,
    /// Lines read so far, from 1.
    line: usize,
    /// The head was given.
    is_behind_head: bool,
    /// A page begins on this line whose first tag has been read.
    begun: Option<usize>,
}

const START: &[u8] = b"<page>";
const END: &[u8] = b"</page>";

impl<R: BufRead> Stretches<R> {
    pub const fn new(stream: R) -> Self {
        Self {
            stream,
            line: 1,
            is_behind_head: false,
            begun: None,
        }
    }

    /// The line that has been reached.
    pub const fn line(&self) -> usize {
        self.line
    }

    /// The next part, none at the end.
    pub fn next(&mut self) -> io::Result<Option<Stretch>> {
        if !self.is_behind_head {
            self.is_behind_head = true;
            let mut head = Vec::new();
            self.seek(Some(&mut head), HEAD_MAX)?;
            return Ok(Some(Stretch::Head(String::from_utf8_lossy(&head).into_owned())));
        }
        let line = match self.begun.take() {
            Some(line) => line,
            None => match self.seek(None, 0)? {
                Some(line) => line,
                None => return Ok(None),
            },
        };
        self.page(line).map(Some)
    }

    /// Reads up to the start of a page; the line it begins on.
    fn seek(&mut self, mut keep: Option<&mut Vec<u8>>, most: usize) -> io::Result<Option<usize>> {
        loop {
            let mut piece = Vec::new();
            if self.piece(&mut piece)? == 0 {
                return Ok(None);
            }
            if piece.ends_with(START) {
                if keep.is_some() {
                    self.begun = Some(self.line);
                }
                return Ok(Some(self.line));
            }
            if let Some(keep) = keep.as_mut().filter(|keep| keep.len() + piece.len() <= most) {
                keep.extend(piece);
            }
        }
    }

    /// Reads a page whose first tag has been read.
    fn page(&mut self, line: usize) -> io::Result<Stretch> {
        let mut bytes = START.to_vec();
        let mut is_too_large = false;
        let broken = |bytes: &[u8], what| {
            let start = bytes.get(..bytes.len().min(4_000)).unwrap_or_default();
            Stretch::Broken {
                start: String::from_utf8_lossy(start).into_owned(),
                line,
                what,
            }
        };
        loop {
            let before = bytes.len();
            if self.piece(&mut bytes)? == 0 {
                return Ok(broken(&bytes, What::Broken));
            }
            if bytes.ends_with(END) {
                return Ok(if is_too_large {
                    broken(&bytes, What::TooLarge)
                } else {
                    Stretch::Page { bytes, line }
                });
            }
            if bytes.len() > before && bytes.ends_with(START) {
                self.begun = Some(self.line);
                return Ok(broken(&bytes, What::Broken));
            }
            if bytes.len() > LARGEST || is_too_large {
                is_too_large = true;
                bytes.truncate(4_000);
            }
        }
    }

    /// Reads to the end of the next tag.
    fn piece(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let before = into.len();
        let read = self.stream.by_ref().take(PIECE).read_until(b'>', into)?;
        let new = into.get(before..).unwrap_or_default();
        self.line += new.iter().filter(|byte| **byte == b'\n').count();
        Ok(read)
    }
}
