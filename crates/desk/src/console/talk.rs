//! The conversation of a ticket on its page: reports, replies, notes, calls, mail, and small grey lines for what changed.

use askama::Template;
use kernel::cx::Cx;
use kernel::id::UserId;
use web::{Shell, html};

use super::acting::OnTicket;
use super::conversation::{self, Item};
use super::names::Names;
use crate::ticket::{self, Timeline};

/// See the module's text.
pub(super) struct Talk {
    pub number: i64,
    pub beside: String,
    pub items: Vec<Item>,
    /// The latest event that is told of, or left out.
    pub seen: i64,
    /// The article before which there is more.
    pub earlier: Option<i64>,
}

impl Talk {
    pub(super) fn of(number: i64, timeline: &Timeline, names: &Names, cx: &Cx, beside: String) -> Talk {
        Talk {
            number,
            beside,
            items: conversation::items(number, timeline, names, cx),
            earlier: timeline.earlier,
            seen: timeline.last,
        }
    }

    /// Whom the conversation names.
    pub(super) fn named(timeline: &Timeline) -> Vec<UserId> {
        conversation::named(timeline)
    }
}

#[derive(Template)]
#[template(path = "console/views/talk.html", blocks = ["entries"])]
struct Part {
    shell: Shell,
    talk: Talk,
}

/// `GET /tickets/{number}/timeline`: the conversation alone, for live pages; with `before`, the entries before an article.
pub(super) async fn refresh(on: OnTicket) -> web::Result {
    let earlier: Option<i64> = on.asked.before.parse().ok();
    let beside = on.beside();
    let talk = on
        .read(move |tx, cx, number| {
            let timeline = match earlier {
                Some(before) => ticket::timeline::timeline_before(tx, cx, number, before)?,
                None => ticket::timeline(tx, cx, number)?,
            };
            let names = Names::load(tx, &Talk::named(&timeline))?;
            Ok(Talk::of(number, &timeline, &names, cx, beside.clone()))
        })
        .await?;
    let shell = on.page.bare(&on.app, "");
    let part = Part { shell, talk };
    if earlier.is_some() {
        html(part.as_entries())
    } else {
        html(part)
    }
}
