//! Screens: what whoever sits at a device sees, shown to people at the desk after that person agreed; asked for from a ticket,
//! recorded as it happens.
//!
//! A session is an act of the verb `screen` and has its id; `session` is what it has in common with terminals, `running` how viewers
//! are greeted and what they may press, `keeping` its recording. The device makes one stream of RFC 6143 for all viewers, in which
//! each can begin at a beginning; this side answers their greetings. Whoever may see the act may watch; taking part asks for the right
//! of the verb on the device.

mod keeping;
mod pages;
mod panel;
mod running;
pub(crate) mod store;

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::cx::Cx;
use kernel::db::{Migration, Tx};
use kernel::error::{Error, Result};
use kernel::i18n::Locale;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::time::Timestamp;
use protocol::verb::Verb;
use web::{Panel, Routes};

use crate::act::{self, Act, ActId};
use crate::device::{self, DeviceId};
use crate::session::sweeping;

pub(crate) use running::Screen;

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0005_screen",
    sql: include_str!("../../migrations/0005_screen.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 2] = [
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_screen.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_screen.ftl"),
    ),
];

/// A session is over and its recording kept: `act`, `ticket`, `reason`. The subject is the device.
pub const ENDED: &str = "fleet.screen_ended";

/// Larger pictures would take a browser more memory than it has.
const SIDE_MOST: u16 = 16_384;

const SWEEP: &str = "fleet.screens";
/// Ends what nobody serves any more.
pub(crate) const HANDLER: JobHandler = JobHandler {
    kind: SWEEP,
    run: sweep,
};
/// When.
pub(crate) const SCHEDULE: Schedule = Schedule {
    name: SWEEP,
    every: Every::Seconds(60),
    job: SWEEP,
};

fn sweep(kernel: Kernel, _: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move { sweeping::sweep::<Screen>(&kernel).await })
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its act, which names it.
    pub act: ActId,
    /// Where.
    pub device: DeviceId,
    /// For which ticket.
    pub ticket: i64,
    /// Whether keys and pointer are taken.
    pub control: bool,
    /// Whether texts of the clipboard go both ways.
    pub clipboard: bool,
    /// Whose desktop it is, as the device says.
    pub user: String,
    /// `waiting`, `asking`, `open`, `ended`.
    pub state: String,
    /// Why it is over, as a code.
    pub reason: String,
    /// Whether all of it is in the recording.
    pub is_recorded: bool,
    /// When the device took it up.
    pub opened_at: Option<Timestamp>,
    /// When whoever sits there agreed.
    pub agreed_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// How far the device's stream is kept.
    pub kept: Kept,
}

/// How far the stream of a session is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// In bytes of the stream.
    pub place: i64,
    /// In milliseconds since it began.
    pub last_millis: i64,
    /// Pieces of the recording.
    pub pieces: i64,
    /// Bytes of the recording.
    pub bytes: i64,
    /// Pixels to the right, at the end of the recording; 0 before its first picture.
    pub width: u16,
    /// Pixels downwards.
    pub height: u16,
}

impl Session {
    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/screens/{}", self.act)
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == "ended"
    }

    /// A session of this act that no device has taken up yet.
    fn of(act: &Act, control: bool, clipboard: bool) -> Self {
        Self {
            act: act.id,
            device: act.device,
            ticket: act.ticket,
            control,
            clipboard,
            user: String::new(),
            state: "waiting".to_owned(),
            reason: String::new(),
            is_recorded: true,
            opened_at: None,
            agreed_at: None,
            ended_at: None,
            kept: Kept::default(),
        }
    }
}

/// What is wanted of a screen.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    /// Keys and pointer as well.
    pub control: bool,
    /// Texts of the clipboard both ways; only with control.
    pub clipboard: bool,
    /// Whether to ask whoever sits there even where the device's floor does not insist.
    pub ask: bool,
}

/// Asks for the screen of a device, for a ticket.
///
/// # Errors
/// As `act::ask`.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId, subject: &str, wish: Wish) -> Result<ActId> {
    let verb = Verb::Screen {
        control: wish.control,
        clipboard: wish.control && wish.clipboard,
        ask: wish.ask,
    };
    let id = act::ask(tx, cx, device, subject, verb)?;
    find_or_make(tx, id)?;
    Ok(id)
}

/// A session that the reader may watch, with its act.
///
/// # Errors
/// 404 for what they may not see, and for acts that are no screens.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<(Act, Session)> {
    let act = act::load(tx, cx, id)?;
    let session = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    Ok((act, session))
}

/// Whether the reader may take part in a session: press keys where there is control, choose the monitor.
pub(crate) fn may_take_part(tx: &mut Tx<'_>, cx: &Cx, session: &Session) -> Result<bool> {
    let right = if session.control {
        crate::RUN
    } else {
        crate::CHANGE
    };
    let device = device::store::find(tx, session.device)?;
    Ok(device.is_some_and(|device| device::may(cx, right, &device)))
}

/// The row of a session; made when somebody asked for a screen by another way.
fn find_or_make(tx: &mut Tx<'_>, id: ActId) -> Result<Session> {
    if let Some(session) = store::find(tx, id)? {
        return Ok(session);
    }
    let act = act::store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let Some(Verb::Screen {
        control, clipboard, ..
    }) = act.read_verb()
    else {
        return Err(Error::not_found());
    };
    let session = Session::of(&act, control, clipboard);
    store::insert(tx, &session)?;
    Ok(session)
}

/// A size as records write it: `1280x720`; none for what no screen has.
fn size(bytes: &[u8]) -> Option<(u16, u16)> {
    let (width, height) = std::str::from_utf8(bytes).ok()?.split_once('x')?;
    let size = (width.parse().ok()?, height.parse().ok()?);
    let fits = |side: u16| (1..=SIDE_MOST).contains(&side);
    (fits(size.0) && fits(size.1)).then_some(size)
}

pub(crate) fn routes() -> Routes {
    pages::routes()
}

pub(crate) fn panels() -> Vec<Panel> {
    panel::panels()
}
