//! The server's side of the Remote Framebuffer protocol (RFC 6143, version 3.8), without network, screen, or clock.
//!
//! [`viewer::Viewer`] greets whoever looks on and reads what they say; [`telling`] writes what they are told; [`recording`]
//! keeps it in a file. Beyond the RFC are the extensions that browsers’ viewers use and that the community's list of the
//! protocol's numbers describes (rfbproto): Tight, fences, continuous updates, and a screen of another size.
//!
//! Pixels have one [`format`](mod@format), and pictures one encoding. Text that a viewer copied is read past: it goes another way.
//! What a viewer says is as hostile as any input: every length is bounded before anything is kept.

pub mod area;
pub mod format;
pub mod jpeg;
pub mod recording;
pub mod saying;
pub mod telling;
pub mod viewer;

#[cfg(test)]
mod tests;

/// Somebody said what nobody may say; nothing that comes after can be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not a greeting of this protocol.
    Greeting,
    /// A kind of security that was not offered.
    Security,
    /// A message of an unknown kind.
    Message(u8),
    /// A list, a text, or a fence longer than allowed.
    Long,
    /// Pixels that Tight would write otherwise than we do.
    Format,
    /// A viewer that cannot read Tight.
    Encodings,
    /// Not a recording, or one that was cut.
    Recording,
    /// A picture that is no plain JPEG of its size.
    Picture,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Greeting => out.write_str("no greeting of RFB 3.8"),
            Self::Security => out.write_str("a kind of security that was not offered"),
            Self::Message(kind) => write!(out, "a message of the unknown kind {kind}"),
            Self::Long => out.write_str("a message longer than allowed"),
            Self::Format => out.write_str("a format of pixels that is not written here"),
            Self::Encodings => out.write_str("a viewer that cannot read Tight"),
            Self::Recording => out.write_str("no recording, or one that was cut"),
            Self::Picture => out.write_str("a picture that is no plain JPEG of its size"),
        }
    }
}

impl std::error::Error for Fault {}
