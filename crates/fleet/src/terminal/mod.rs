//! Terminals: a shell on a device, asked for from a ticket, watched and shared by colleagues, recorded as it happens.
//!
//! A session is an act of the verb `terminal` and has its id; `session` is what it has in common with screens, `running` what a
//! terminal shows and takes, `keeping` its recording. What is shown to whom: whoever may see the act may watch; taking part asks for
//! `fleet.run` on the device.

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

use crate::RUN;
use crate::act::{self, Act, ActId};
use crate::device::{self, DeviceId};
use crate::session::sweeping;

pub(crate) use running::Terminal;

const SWEEP: &str = "fleet.terminals";
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
    Box::pin(async move { sweeping::sweep::<Terminal>(&kernel).await })
}

/// The tables.
pub const MIGRATION: Migration = Migration {
    name: "0004_terminal",
    sql: include_str!("../../migrations/0004_terminal.sql"),
};

/// The texts.
pub const LOCALES: [(Locale, &str); 2] = [
    (
        Locale::En,
        include_str!("../../../../locales/en/fleet_terminal.ftl"),
    ),
    (
        Locale::ZhCn,
        include_str!("../../../../locales/zh-CN/fleet_terminal.ftl"),
    ),
];

/// A session is over and its recording kept: `act`, `ticket`, `reason`, `hash`. The subject is the device.
pub const ENDED: &str = "fleet.terminal_ended";

/// The size of a terminal until a browser says how much room it has.
pub const SIZE: (u16, u16) = (100, 30);

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its act, which names it.
    pub act: ActId,
    /// Where.
    pub device: DeviceId,
    /// For which ticket.
    pub ticket: i64,
    /// As whom it was asked for; empty for whom the agent runs as.
    pub run_as: String,
    /// Who it runs as, as the device says.
    pub user: String,
    /// Columns at the beginning.
    pub columns: u16,
    /// Rows at the beginning.
    pub rows: u16,
    /// `waiting`, `open`, `ended`.
    pub state: String,
    /// Why it is over, as a code.
    pub reason: String,
    /// Whether all of it is in the recording.
    pub is_recorded: bool,
    /// When the device opened it.
    pub opened_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// How far the device's stream is kept.
    pub kept: Kept,
    /// The recording.
    pub hash: Option<String>,
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
    /// Lines of words.
    pub lines: i64,
    /// Bytes of the recording.
    pub bytes: i64,
}

impl Session {
    /// Its page.
    #[must_use]
    pub fn href(&self) -> String {
        format!("/terminals/{}", self.act)
    }

    /// Whether it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == "ended"
    }

    /// A session of this act that nobody has opened yet.
    fn of(act: &Act, (columns, rows): (u16, u16), run_as: &str) -> Self {
        Self {
            act: act.id,
            device: act.device,
            ticket: act.ticket,
            run_as: run_as.to_owned(),
            user: String::new(),
            columns,
            rows,
            state: "waiting".to_owned(),
            reason: String::new(),
            is_recorded: true,
            opened_at: None,
            ended_at: None,
            kept: Kept::default(),
            hash: None,
        }
    }
}

/// Asks for a terminal on a device, for a ticket.
///
/// # Errors
/// As `act::ask`.
pub fn open(tx: &mut Tx<'_>, cx: &Cx, device: DeviceId, subject: &str, run_as: &str) -> Result<ActId> {
    let (columns, rows) = SIZE;
    let verb = Verb::Terminal {
        columns,
        rows,
        run_as: run_as.to_owned(),
    };
    let id = act::ask(tx, cx, device, subject, verb)?;
    find_or_make(tx, id)?;
    Ok(id)
}

/// A session that the reader may watch, with its act.
///
/// # Errors
/// 404 for what they may not see, and for acts that are no terminals.
pub fn load(tx: &mut Tx<'_>, cx: &Cx, id: ActId) -> Result<(Act, Session)> {
    let act = act::load(tx, cx, id)?;
    let session = store::find(tx, id)?.ok_or_else(Error::not_found)?;
    Ok((act, session))
}

/// Whether the reader may take part in a session.
pub(crate) fn may_take_part(tx: &mut Tx<'_>, cx: &Cx, session: &Session) -> Result<bool> {
    let device = device::store::find(tx, session.device)?;
    Ok(device.is_some_and(|device| device::may(cx, RUN, &device)))
}

/// The row of a session; made when somebody asked for a terminal by another way.
fn find_or_make(tx: &mut Tx<'_>, id: ActId) -> Result<Session> {
    if let Some(session) = store::find(tx, id)? {
        return Ok(session);
    }
    let act = act::store::find(tx, id)?.ok_or_else(Error::not_found)?;
    let Some(Verb::Terminal {
        columns,
        rows,
        run_as,
    }) = act.read_verb()
    else {
        return Err(Error::not_found());
    };
    let session = Session::of(&act, (columns, rows), &run_as);
    store::insert(tx, &session)?;
    Ok(session)
}

pub(crate) fn routes() -> Routes {
    pages::routes()
}

pub(crate) fn panels() -> Vec<Panel> {
    panel::panels()
}
