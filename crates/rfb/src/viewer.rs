//! One viewer: greeted (RFC 6143, 7.1 to 7.3), then heard.
//!
//! There is no password here: who may look on was decided before a viewer's bytes come this far.

use crate::Fault;
use crate::format;
use crate::saying::{self, MESSAGE_MOST, Said};

const VERSION: &[u8; 12] = b"RFB 003.008\n";
const NO_PASSWORD: u8 = 1;
/// One kind of security.
const OFFERED: [u8; 2] = [1, NO_PASSWORD];
/// The viewer may come in.
const WELCOME: [u8; 4] = [0; 4];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Version,
    Security,
    Wishes,
    Open,
}

/// What is known of a viewer.
#[derive(Debug)]
pub struct Viewer {
    stage: Stage,
    unread: Vec<u8>,
    answer: Vec<u8>,
    width: u16,
    height: u16,
    name: String,
}

impl Viewer {
    /// Somebody who will be shown a screen of this size (in pixels) and name. What is to be sent first waits in [`Viewer::answer`].
    #[must_use]
    pub fn new(width: u16, height: u16, name: &str) -> Self {
        Self {
            stage: Stage::Version,
            unread: Vec::new(),
            answer: VERSION.to_vec(),
            width,
            height,
            name: name.to_owned(),
        }
    }

    /// What is to be sent to it by now, in the greeting.
    pub fn answer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.answer)
    }

    /// Whether it was greeted; only then is it told anything.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.stage == Stage::Open
    }

    /// How many bytes wait for their rest.
    #[cfg(test)]
    pub(crate) fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Takes in bytes; gives back what they say, in order.
    ///
    /// # Errors
    /// When no viewer may say so; nothing that comes after can be understood.
    pub fn hear(&mut self, bytes: &[u8]) -> Result<Vec<Said>, Fault> {
        self.unread.extend_from_slice(bytes);
        let (mut said, mut read) = (Vec::new(), 0);
        loop {
            let rest = &self.unread[read..];
            if self.stage != Stage::Open {
                match greeted(self.stage, rest)? {
                    Some((next, length)) => {
                        read += length;
                        self.go(next);
                    }
                    None => break,
                }
                continue;
            }
            match saying::read(rest)? {
                Some((one, length)) => {
                    read += length;
                    said.push(one);
                }
                None if rest.len() > MESSAGE_MOST => return Err(Fault::Long),
                None => break,
            }
        }
        self.unread.drain(..read);
        Ok(said)
    }

    fn go(&mut self, next: Stage) {
        match next {
            Stage::Version => {}
            Stage::Security => self.answer.extend(OFFERED),
            Stage::Wishes => self.answer.extend(WELCOME),
            Stage::Open => self.answer.extend(screen(self.width, self.height, &self.name)),
        }
        self.stage = next;
    }
}

/// All that a viewer is told before the first picture, as if it had answered in between: what a recording begins with.
#[must_use]
pub fn greeting(width: u16, height: u16, name: &str) -> Vec<u8> {
    [&VERSION[..], &OFFERED, &WELCOME, &screen(width, height, name)].concat()
}

/// How large the screen is, how its pixels are written, and what it is called (RFC 6143, 7.3.2).
fn screen(width: u16, height: u16, name: &str) -> Vec<u8> {
    let length = u32::try_from(name.len()).unwrap_or(u32::MAX);
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    [&size[..], &format::FIXED, &length.to_be_bytes(), name.as_bytes()].concat()
}

/// The next stage, and how many bytes led to it.
fn greeted(stage: Stage, rest: &[u8]) -> Result<Option<(Stage, usize)>, Fault> {
    match stage {
        Stage::Version => match rest.first_chunk::<12>() {
            Some(VERSION) => Ok(Some((Stage::Security, 12))),
            Some(_) => Err(Fault::Greeting),
            None if VERSION.starts_with(rest) => Ok(None),
            None => Err(Fault::Greeting),
        },
        Stage::Security => match rest.first() {
            Some(&NO_PASSWORD) => Ok(Some((Stage::Wishes, 1))),
            Some(_) => Err(Fault::Security),
            None => Ok(None),
        },
        // Whether others may look on at the same time is not the viewer's to say.
        Stage::Wishes => Ok((!rest.is_empty()).then_some((Stage::Open, 1))),
        Stage::Open => Ok(None),
    }
}
