//! A device's screen for a remote session: asks the person in front of it, says for the whole session that somebody looks on,
//! captures what changes, and takes the keys and the pointer of who takes part.
//!
//! [`serve`] is the whole of it. It knows neither network nor server: what is heard comes out of a channel, and what is told
//! goes into a function. Pictures are told as messages of the RFB protocol (crate `rfb`), all of them in Tight, in one stream
//! that may be entered at each [`Told::Begin`].
//!
//! Linux with X11. On other systems, and on desktops without X11, a session ends as [`Over::Failed`] before it began.

use std::path::PathBuf;
use std::time::Duration;

use rfb::saying::Said;

#[cfg(target_os = "linux")]
mod capture;
#[cfg(target_os = "linux")]
mod picture;
#[cfg(target_os = "linux")]
mod session;
#[cfg(target_os = "linux")]
mod x11;

#[cfg(target_os = "linux")]
pub use session::serve;

/// What was asked for and granted.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Keys and pointer are taken; else the screen is only shown.
    pub control: bool,
    /// Texts that are copied are exchanged: from the device, and, when keys are taken, to it.
    pub clipboard: bool,
    /// The person in front of the screen is asked first.
    pub ask: bool,
    /// Who looks on, as the person knows them.
    pub who: String,
    /// What for: the ticket.
    pub subject: String,
    /// How long the question waits for an answer.
    pub patience: Duration,
}

/// Where the desktop is.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its name (":0").
    pub display: String,
    /// The file with its key; none: as the environment says.
    pub authority: Option<PathBuf>,
    /// The person's language as the environment names it ("zh_CN.UTF-8"); empty when unknown.
    pub language: String,
}

/// One monitor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Monitor {
    /// As the display calls it ("HDMI-1"); empty when it has no name.
    pub name: String,
    /// In pixels.
    pub width: u16,
    /// In pixels.
    pub height: u16,
}

/// What comes from the server.
#[derive(Clone, Debug)]
pub enum Heard {
    /// A viewer's message: a key, the pointer, a wish for a whole picture (`Update` that is not about changes), or that a frame
    /// was shown (`Fence`). Other messages change nothing.
    Said(Said),
    /// A viewer copied a text.
    Clipboard(String),
    /// Show this monitor, counted from 1 as in [`Told::Monitors`]; 0 shows all. One that is not there shows all.
    Monitor(u32),
    /// Nobody hears us for now: nothing is captured, and keys and buttons are released.
    Away,
    /// Somebody hears us again. How far it is, the monitors, and a beginning are told anew.
    Back,
    /// The session is over. So it is when the channel's other end is gone.
    Stop,
}

/// What goes to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The person is being asked; told once more after [`Heard::Back`].
    Asking,
    /// The person allowed it, or did not have to be asked; told once more after [`Heard::Back`].
    Agreed,
    /// The monitors that may be shown, the primary one first; told once more when they change.
    Monitors(Vec<Monitor>),
    /// A beginning: what follows can be read by viewers who read nothing before. Streams are reset, and the whole picture comes,
    /// of this size in pixels.
    Begin {
        /// To the right.
        width: u16,
        /// Downwards.
        height: u16,
    },
    /// Whole RFB messages: updates, and behind them the fence of the frame, whose payload is its number (64 bits, the largest
    /// byte first).
    Bytes(Vec<u8>),
    /// A text was copied on the device.
    Clipboard(String),
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// The person did not allow it.
    Refused,
    /// The person did not answer in time.
    Unanswered,
    /// The person pressed Stop.
    StoppedByUser,
    /// The server ended it.
    Stopped,
    /// The desktop is gone: the person logged out, or the display ended.
    Gone,
    /// It could not be begun or went wrong.
    Failed {
        /// What, for good: `screen.unsupported`, `screen.display` (cannot be opened), `screen.lacks` (an extension, a kind of
        /// pixels, a font), `screen.refused` (by the display).
        code: &'static str,
        /// For people who repair it, in English.
        text: String,
    },
}

/// Serves a screen until the session is over; blocks, and wants a thread of its own.
///
/// `told` may wait while the link is full, but not for long: meanwhile nothing is heard, neither [`Heard::Stop`] nor the person's
/// Stop. It answers false when nobody hears it; that is taken as [`Heard::Away`].
#[cfg(not(target_os = "linux"))]
pub fn serve(
    _place: &Place,
    _wish: &Wish,
    _heard: crossbeam_channel::Receiver<Heard>,
    _told: impl Fn(Told) -> bool,
) -> Over {
    Over::Failed {
        code: "screen.unsupported",
        text: "screens of this system cannot be shown yet".to_owned(),
    }
}
