//! The server's side of the Remote Framebuffer protocol (RFC 6143, version 3.8), without network, screen, or clock.
//!
//! [`viewer::Viewer`] greets whoever looks on and reads what they say; [`telling`] writes what they are told.
//! Beyond the RFC are the extensions that browsers’ viewers use: continuous updates and fences, the pointer's shape, a screen of another size, keys by their place on the keyboard, and a clipboard of any language,
//! as the community's list of the protocol's numbers describes them (rfbproto).
//!
//! What a viewer says is as hostile as any input: every length is bounded before anything is kept.

pub mod area;
pub mod clipboard;
pub mod encodings;
pub mod format;
pub mod saying;
pub mod telling;
pub mod viewer;

#[cfg(test)]
mod tests;

/// A viewer said what no viewer may say; the session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not a greeting of this protocol.
    Greeting,
    /// A kind of security that was not offered.
    Security,
    /// A message of an unknown kind, after which nothing can be understood.
    Message(u8),
    /// A list, a text, or a fence longer than allowed.
    Long,
    /// Pixels in a format that does not exist.
    Format,
    /// Compressed text that cannot be opened, or that grows too large.
    Clipboard,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Greeting => out.write_str("no greeting of RFB 3.8"),
            Self::Security => out.write_str("a kind of security that was not offered"),
            Self::Message(kind) => write!(out, "a message of the unknown kind {kind}"),
            Self::Long => out.write_str("a message longer than allowed"),
            Self::Format => out.write_str("a format of pixels that does not exist"),
            Self::Clipboard => out.write_str("a clipboard that cannot be opened"),
        }
    }
}

impl std::error::Error for Fault {}
