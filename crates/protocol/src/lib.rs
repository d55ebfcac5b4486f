//! What a device's agent and the server say to each other: messages, frames, signatures, grants, and the rules of both.
//!
//! Agent and server use the same types and the same rules, so that neither can read a message otherwise than the other.
//! Everything here is pure: no network, no files, no clock. Whoever calls hands in the time.
//!
//! Most important: [`grant::check`] decides whether an order may run; [`floor::Floor`] is what the device itself allows;
//! [`signed::Signed`] carries bytes that were signed, verbatim; [`frame::Frame`] is what stands in one WebSocket message.

pub mod enrolment;
pub mod floor;
pub mod frame;
pub mod grant;
pub mod handshake;
pub mod health;
pub mod hours;
pub mod inventory;
pub mod key;
pub mod message;
pub mod recording;
pub mod screen;
pub mod signed;
mod strict;
pub mod text;
pub mod trailer;
pub mod verb;
pub mod websocket;
pub mod window;

/// The version of this protocol. It grows when an older side could misread a newer one.
pub const VERSION: u16 = 1;

/// Where an agent knocks.
pub const PATH: &str = "/agent/v1/link";

/// How many bytes one message on the control channel may have.
pub const MESSAGE_MOST: usize = 1024 * 1024;
