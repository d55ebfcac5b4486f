//! The head of the ticket page: what it is, who has it, how its clocks stand, and what its state asks for now.

use askama::Template;
use kernel::cx::Cx;
use web::{Shell, html};

use super::acting::OnTicket;
use super::asked::{Asked, Queue};
use super::clocks::Chip;
use super::names::{Names, Person};
use super::ticket::named;
use crate::ticket::state::Step;
use crate::ticket::value::{Stage, State as TicketState, WaitingFor};
use crate::ticket::{self, Ticket, View, access};

/// See the module's text.
pub(super) struct Head {
    pub ticket: Ticket,
    pub queue: Queue,
    /// The list that the back link leads to.
    pub back: String,
    /// Follows every address of the ticket.
    pub beside: String,
    pub assignee: Option<Person>,
    pub team: Option<String>,
    pub chips: Vec<Chip>,
    pub primary: Option<Act>,
    /// The ticket that this one became part of.
    pub merged_into: Option<i64>,
    pub can: Can,
}

/// A button: a form to open, or something done at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Act {
    pub text_key: &'static str,
    pub icon: &'static str,
    /// What follows `/tickets/N/`.
    pub path: &'static str,
    /// Done at once by a POST; else a form is opened.
    pub at_once: bool,
}

/// What the reader may do now. The operations decide again; this only keeps buttons away that would be refused.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one claim for each button, read by name in the template"
)]
pub(super) struct Can {
    pub assign: bool,
    pub take: bool,
    pub change: bool,
    pub escalate: bool,
    pub start: bool,
    pub resume: bool,
    pub wait: bool,
    pub resolve: bool,
    pub verify: bool,
    pub reopen: bool,
    pub call: bool,
    pub merge: bool,
    pub unmerge: bool,
    pub add_task: bool,
    /// Macros.
    pub run: bool,
}

impl Can {
    fn of(cx: &Cx, view: &View) -> Can {
        let ticket = &view.ticket;
        let may = |permission| access::may(cx, permission, ticket);
        let step = |step: Step| view.steps.contains(&step);
        let open = ticket.state.stage() == Stage::Open;
        let not_closed = ticket.state.stage() != Stage::Closed;
        let waits = WaitingFor::ALL.iter().any(|whom| step(Step::Wait(*whom)));
        Can {
            assign: not_closed && may(access::ASSIGN),
            take: not_closed && may(access::ASSIGN) && ticket.assignee != cx.user_id(),
            change: not_closed && may(access::CHANGE),
            escalate: open && ticket.tier.above().is_some() && may(access::ESCALATE),
            start: step(Step::Start),
            resume: step(Step::Resume),
            wait: waits,
            resolve: step(Step::Resolve),
            verify: step(Step::Accept),
            reopen: step(Step::Reopen) && view.merged_into.is_none(),
            merge: open && may(access::CHANGE),
            add_task: may_add_task(cx, ticket),
            unmerge: view.merged_into.is_some() && may(access::CHANGE),
            run: not_closed && may(access::NOTE),
            call: not_closed && may(access::REPLY),
        }
    }
}

/// Whether the actor may add a task now; while a request waits for its approval, nothing is done on it.
pub(super) fn may_add_task(cx: &Cx, ticket: &Ticket) -> bool {
    ticket.state.stage() == Stage::Open
        && ticket.state != TicketState::WaitingApproval
        && access::may(cx, access::CHANGE, ticket)
}

const TAKE: Act = Act {
    text_key: "desk-page-act-take",
    icon: "hand",
    path: "assignment/mine",
    at_once: true,
};
const START: Act = Act {
    text_key: "desk-page-act-start",
    icon: "play",
    path: "work",
    at_once: true,
};
const RESUME: Act = Act {
    text_key: "desk-page-act-resume",
    icon: "play",
    path: "work",
    at_once: true,
};
const RESOLVE: Act = Act {
    text_key: "desk-page-act-resolve",
    icon: "check",
    path: "resolution",
    at_once: false,
};
const VERIFY: Act = Act {
    text_key: "desk-page-act-verify",
    icon: "check-check",
    path: "verification",
    at_once: false,
};
const REOPEN: Act = Act {
    text_key: "desk-page-act-reopen",
    icon: "rotate-ccw",
    path: "reopening",
    at_once: false,
};

/// The one thing that the state asks for now.
fn primary(ticket: &Ticket, can: Can) -> Option<Act> {
    let (wanted, allowed) = match ticket.state {
        TicketState::New if ticket.assignee.is_none() => (TAKE, can.take),
        TicketState::New => (START, can.start),
        TicketState::InProgress => (RESOLVE, can.resolve),
        TicketState::WaitingRequester | TicketState::WaitingSupplier | TicketState::WaitingDevelopment => {
            (RESUME, can.resume)
        }
        // The next word is not the desk's.
        TicketState::WaitingApproval => return None,
        TicketState::Resolved => (VERIFY, can.verify),
        TicketState::Closed => (REOPEN, can.reopen),
    };
    allowed.then_some(wanted)
}

impl Head {
    pub(super) fn of(cx: &Cx, view: View, names: &Names, asked: &Asked) -> Head {
        let can = Can::of(cx, &view);
        let merged_into = view.merged_into;
        let ticket = view.ticket;
        let queue = asked.queue();
        Head {
            queue,
            back: asked.queue_path(queue),
            beside: asked.beside(queue),
            assignee: ticket.assignee.map(|person| names.person(person)),
            team: ticket.team.and_then(|team| names.team(team)).map(str::to_owned),
            chips: view
                .clocks
                .iter()
                .map(|clock| Chip::of(clock, cx.now(), cx.locale))
                .collect(),
            primary: primary(&ticket, can),
            merged_into,
            can,
            ticket,
        }
    }

    /// Whether "take it" stands beside the primary action, or is it.
    pub(super) fn offers_take(&self) -> bool {
        self.can.take && self.primary != Some(TAKE)
    }

    /// The address of something that belongs to the ticket.
    pub(super) fn at(&self, path: &str) -> String {
        format!("/tickets/{}/{path}{}", self.ticket.number, self.beside)
    }
}

#[derive(Template)]
#[template(path = "console/views/head.html")]
struct Part {
    shell: Shell,
    head: Head,
}

/// `GET /tickets/{number}/head`: the head alone, for live pages.
pub(super) async fn refresh(on: OnTicket) -> web::Result {
    let asked = on.asked.clone();
    let head = on
        .read(move |tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            let names = Names::load(tx, &named(&view))?;
            Ok(Head::of(cx, view, &names, &asked))
        })
        .await?;
    let shell = on.page.bare(&on.app, "");
    html(Part { shell, head })
}
