//! Opening a ticket: taking a request in, by whichever door it comes.
//!
//! Priority follows from the matrix, the team from the category's route, the person from the assignment, the clocks from
//! the service level; all of it in the transaction that acknowledges the request.

use std::collections::BTreeSet;

use kernel::cx::{Actor, Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{TeamId, UserId};

use super::attaching::{self, NewAttachment};
use super::changing;
use super::saving::{self, Told};
use super::value::{Category, Channel, Impact, Priority, State, TicketType, Tier, Urgency, Voice};
use super::{Environment, TITLE_MAX, Ticket, access, assigning, store};
use crate::article::{self, Article, ArticleKind};
use crate::service_level::history::{Happening, HistoryPoint};
use crate::service_level::{self, keeping};
use crate::{events, triage, view};

/// What is known of a request when it comes in.
#[derive(Debug, Clone)]
pub struct Opening {
    pub title: String,
    pub body: String,
    pub body_html: Option<String>,
    pub quoted: Option<String>,
    pub requester: UserId,
    pub ticket_type: TicketType,
    pub category: Category,
    pub impact: Impact,
    pub urgency: Urgency,
    /// Set by hand instead of by the matrix.
    pub priority: Option<Priority>,
    pub environment: Environment,
    pub steps: Option<String>,
    pub error_text: Option<String>,
    pub tags: Vec<String>,
    pub channel: Channel,
    /// Instead of the category's team.
    pub team: Option<TeamId>,
    /// Instead of automatic assignment.
    pub assignee: Option<UserId>,
    pub organisation: Option<String>,
    pub site: Option<String>,
    pub message_id: Option<String>,
    pub attachments: Vec<NewAttachment>,
    pub watchers: Vec<UserId>,
    /// The tier it begins at.
    pub tier: Tier,
    /// It waits until somebody has approved it; nobody is given it before.
    pub awaits_approval: bool,
}

impl Opening {
    /// A request of one person with the usual values.
    #[must_use]
    pub fn new(
        requester: UserId,
        title: impl Into<String>,
        body: impl Into<String>,
        channel: Channel,
    ) -> Opening {
        Opening {
            title: title.into(),
            body: body.into(),
            body_html: None,
            quoted: None,
            requester,
            ticket_type: TicketType::Incident,
            category: Category::Other,
            impact: Impact::Person,
            urgency: Urgency::Medium,
            priority: None,
            environment: Environment::default(),
            steps: None,
            error_text: None,
            tags: Vec::new(),
            channel,
            team: None,
            assignee: None,
            organisation: None,
            site: None,
            message_id: None,
            attachments: Vec::new(),
            watchers: Vec::new(),
            tier: Tier::FIRST,
            awaits_approval: false,
        }
    }
}

/// Takes a request in.
pub fn open(tx: &mut Tx, cx: &Cx, opening: Opening) -> Result<Ticket> {
    let scope = cx.require(access::OPEN)?;
    if scope == Scope::Own && cx.user_id() != Some(opening.requester) {
        return Err(Error::forbidden().arg("permission", access::OPEN));
    }
    let body = article::body("body", &opening.body)?;
    let tags = changing::clean_tags(&opening.tags)?;
    let route = triage::store::route(tx, opening.category)?;
    let mut ticket = drafted(cx, &opening)?;
    // A requester describes the trouble; what it weighs against others is the matrix's or the desk's to say.
    match opening.priority.filter(|_| cx.may(access::CHANGE).is_some()) {
        Some(priority) => (ticket.priority, ticket.priority_pinned) = (priority, true),
        None => ticket.priority = triage::store::priority(tx, ticket.impact, ticket.urgency)?,
    }
    ticket.complexity = route.complexity;
    ticket.team = opening.team.or(route.team);
    ticket.policy = keeping::policy_for(tx, &ticket)?;
    let choice = if opening.awaits_approval {
        None
    } else {
        assigning::at_opening(tx, cx, &ticket, &route, opening.assignee)?
    };
    ticket.assignee = choice.as_ref().and_then(|choice| choice.assignee);
    let history = [
        HistoryPoint {
            at: ticket.created_at,
            happening: Happening::State(ticket.state),
        },
        HistoryPoint {
            at: ticket.created_at,
            happening: Happening::Policy(ticket.policy.clone()),
        },
    ];
    let clocks = keeping::first(tx, cx, &mut ticket, &history)?;
    ticket.number = store::insert(tx, &ticket)?;

    let article = first_article(&ticket, &opening, body, author(cx, &opening));
    let article = article::store::insert(tx, &article)?;
    attaching::hang(tx, ticket.number, article, &opening.attachments)?;
    for tag in &tags {
        store::add_tag(tx, ticket.number, tag)?;
    }
    for watcher in &opening.watchers {
        store::add_watcher(tx, ticket.number, *watcher)?;
    }
    tell(tx, cx, &ticket, article, &tags)?;
    if let Some(choice) = choice {
        assigning::record(tx, cx, &ticket, &choice)?;
    }
    service_level::store::save_clocks(tx, ticket.number, &keeping::with_due(&clocks, &BTreeSet::new()))?;
    view::moved(tx, None, &ticket)?;
    Ok(ticket)
}

fn tell(tx: &mut Tx, cx: &Cx, ticket: &Ticket, article: i64, tags: &[String]) -> Result<()> {
    Told::new(events::TICKET_OPENED)
        .with("after", saving::first_values(ticket))
        .with("article", article)
        .with("tags", tags.to_vec())
        .with("at", ticket.created_at.millis())
        .with_words("title", &ticket.title)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}

fn author(cx: &Cx, opening: &Opening) -> UserId {
    match cx.actor {
        // The desk writes down in the requester's name what was said on the phone.
        Actor::System(_) | Actor::Anonymous => opening.requester,
        Actor::User(_) => cx.user_id().unwrap_or(opening.requester),
    }
}

fn first_article(ticket: &Ticket, opening: &Opening, body: String, author: UserId) -> Article {
    Article {
        id: 0,
        ticket: ticket.number,
        kind: ArticleKind::Report,
        public: true,
        voice: Voice::Requester,
        author: Some(author),
        body,
        body_html: opening.body_html.clone(),
        quoted: opening.quoted.clone(),
        message_id: opening.message_id.clone(),
        minutes: None,
        at: ticket.created_at,
        attachments: Vec::new(),
    }
}

fn drafted(cx: &Cx, opening: &Opening) -> Result<Ticket> {
    let mut errors = Errors::new();
    let title = article::line(&mut errors, "title", &opening.title, TITLE_MAX);
    if title.is_empty() {
        errors.push("title", "desk.ticket.title_missing");
    }
    let environment = changing::clean_environment(&mut errors, &opening.environment);
    errors.finish()?;
    let now = cx.now();
    Ok(Ticket {
        number: 0,
        title,
        ticket_type: opening.ticket_type,
        category: opening.category,
        impact: opening.impact,
        urgency: opening.urgency,
        priority: Priority::P3,
        priority_pinned: false,
        state: if opening.awaits_approval {
            State::WaitingApproval
        } else {
            State::New
        },
        tier: opening.tier,
        complexity: 1,
        team: None,
        assignee: None,
        requester: opening.requester,
        organisation: opening.organisation.clone(),
        site: opening.site.clone(),
        channel: opening.channel,
        environment,
        steps: changing::clean_text(opening.steps.as_deref()),
        error_text: changing::clean_text(opening.error_text.as_deref()),
        waiting_reason: None,
        last_voice: Voice::Requester,
        created_at: now,
        updated_at: now,
        first_response_at: None,
        resolved_at: None,
        closed_at: None,
        reopen_count: 0,
        next_due_at: None,
        overdue: false,
        next_step: None,
        next_step_at: None,
        policy: None,
        version: 1,
    })
}
