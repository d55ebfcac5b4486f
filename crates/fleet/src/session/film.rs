//! The recording of a picture: what viewers were told, as the same bytes, in the form of rfbproxy ([`rfb::recording`]). Here are the bytes
//! that were not written yet; how far it goes, and where it is kept, is its owner's.

use rfb::telling::Update;

/// So large a recording may become.
pub(crate) const RECORDING_MOST: i64 = 1024 * 1024 * 1024;
/// What waits is written when it is so much, whatever the clock says.
pub(crate) const PIECE: usize = 1024 * 1024;
/// A piece is never larger: the last message came on top.
pub(crate) const PIECE_MOST: u64 = 64 * 1024 * 1024;

/// See the module's text.
#[derive(Debug, Default)]
pub(crate) struct Film {
    name: String,
    /// What was not written yet.
    pub waiting: Vec<u8>,
}

impl Film {
    /// One that goes on behind what was written; its picture has this name.
    pub fn new(name: String) -> Self {
        Self {
            name,
            waiting: Vec::new(),
        }
    }

    /// From here on the picture is whole, and so large; before it was of another size, or (0, 0) when there was none.
    pub fn beginning(&mut self, before: (u16, u16), size: (u16, u16), millis: i64) {
        if before.0 == 0 {
            self.waiting.extend(rfb::recording::HEADER);
            self.block(&rfb::viewer::greeting(size.0, size.1, &self.name), millis);
        } else if before != size {
            let mut update = Update::new();
            update.resize(size.0, size.1);
            self.block(&update.finish(), millis);
        }
    }

    /// A whole message.
    pub fn message(&mut self, message: &[u8], millis: i64) {
        for part in message.chunks(rfb::recording::BLOCK_MOST) {
            self.block(part, millis);
        }
    }

    fn block(&mut self, told: &[u8], millis: i64) {
        let millis = u32::try_from(millis).unwrap_or(u32::MAX);
        self.waiting.extend(rfb::recording::block(told, millis));
    }
}
