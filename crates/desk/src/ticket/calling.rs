//! Logging a call: what was said on the phone, by the technician who held it. It counts as the desk's word.

use kernel::cx::{Cx, Scope};
use kernel::db::Tx;
use kernel::error::{Error, Result};

use super::replying;
use super::saving::{self, Told};
use super::value::{Stage, Voice};
use super::{Ticket, access};
use crate::article::{self, Article, ArticleKind};
use crate::events;

/// A call that was held.
#[derive(Debug, Clone, Default)]
pub struct Call {
    pub body: String,
    pub minutes: Option<i64>,
}

const MINUTES_MAX: i64 = 24 * 60;

/// Adds a call and answers with the ticket and the article's id.
pub fn log_call(tx: &mut Tx, cx: &Cx, number: i64, call: Call) -> Result<(Ticket, i64)> {
    let before = saving::begin(tx, cx, number, access::REPLY)?;
    if cx.require(access::REPLY)? == Scope::Own || !access::sees_internal(cx, &before) {
        return Err(Error::forbidden().arg("permission", access::REPLY));
    }
    if before.state.stage() == Stage::Closed {
        return Err(Error::conflict("desk.ticket.closed").arg("number", number));
    }
    if call
        .minutes
        .is_some_and(|minutes| !(0..=MINUTES_MAX).contains(&minutes))
    {
        return Err(Error::invalid("desk.article.minutes_out_of_range").field("minutes"));
    }
    let article = Article {
        id: 0,
        ticket: number,
        kind: ArticleKind::Call,
        public: true,
        voice: Voice::Staff,
        author: cx.user_id(),
        body: article::body("body", &call.body)?,
        body_html: None,
        quoted: None,
        message_id: None,
        minutes: call.minutes,
        at: cx.now(),
        attachments: Vec::new(),
    };
    let id = article::store::insert(tx, &article)?;
    let told = Told::new(events::TICKET_CALLED)
        .with("article", id)
        .with("minutes", call.minutes)
        .spoke();
    let after = replying::spoken(tx, cx, &before, Voice::Staff)?;
    Ok((saving::finish(tx, cx, &before, after, told)?, id))
}
