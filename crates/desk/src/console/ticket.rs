//! The ticket page: what stands on it is read in one transaction, and shown whole, as the detail beside a list, or piece
//! by piece when something changed.
//!
//! A whole sheet costs some twenty statements, whatever the ticket's history: the ticket and what hangs on it, the
//! conversation, the draft, the requester's other tickets, and the names.

use askama::Template;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use web::{PanelCard, Shell, html, see_other};

use super::acting::OnTicket;
use super::asked::Asked;
use super::completing;
use super::composing::Composer;
use super::head::Head;
use super::names::Names;
use super::queue::{self, ListPane};
use super::side::Side;
use super::talk::Talk;
use crate::ticket::{self, View};

/// Everything on a ticket's page.
pub(super) struct Sheet {
    pub head: Head,
    pub talk: Talk,
    pub side: Side,
    pub composer: Composer,
}

impl Sheet {
    /// Reads the page of a ticket; none for whoever may see the ticket but not the desk's side of it.
    pub(super) fn read(tx: &mut Tx<'_>, cx: &Cx, number: i64, asked: &Asked) -> Result<Option<Sheet>> {
        let view = ticket::load(tx, cx, number)?;
        if !view.internal {
            return Ok(None);
        }
        let timeline = match asked.before.parse() {
            Ok(before) => ticket::timeline::timeline_before(tx, cx, number, before)?,
            Err(_) => ticket::timeline(tx, cx, number)?,
        };
        let draft = match ticket::draft(tx, cx, number)? {
            None => completing::begun(tx, cx, &view.ticket, &asked.template)?,
            draft => draft,
        };
        let others = Side::others(tx, cx, &view)?;
        let mut people = named(&view);
        people.extend(Talk::named(&timeline));
        let names = Names::load(tx, &people)?;
        let beside = asked.beside(asked.queue());
        Ok(Some(Sheet {
            talk: Talk::of(number, &timeline, &names, cx, beside.clone()),
            side: Side::of(tx, cx, &view, others, &names, &beside)?,
            composer: Composer {
                seen: timeline.last,
                ..Composer::of(cx, &view.ticket, draft, beside)
            },
            head: Head::of(cx, view, &names, asked),
        }))
    }
}

/// The people that the ticket itself names.
pub(super) fn named(view: &View) -> Vec<UserId> {
    let mut people = vec![view.ticket.requester];
    people.extend(view.ticket.assignee);
    people.extend(&view.watchers);
    people.extend(
        view.escalations
            .iter()
            .flat_map(|one| [one.by, one.owner])
            .flatten(),
    );
    people.extend(view.resolutions.iter().filter_map(|one| one.by));
    people
}

#[derive(Template)]
#[template(path = "console/views/ticket.html")]
struct Whole {
    shell: Shell,
    list: ListPane,
    sheet: Sheet,
    panels: Vec<PanelCard>,
}

#[derive(Template)]
#[template(path = "console/views/detail.html")]
struct Detail {
    shell: Shell,
    sheet: Sheet,
    panels: Vec<PanelCard>,
}

/// `GET /tickets/{number}`: the detail for a script, else the page with its list beside it.
pub(super) async fn show(on: OnTicket) -> web::Result {
    let beside = on.asked.clone();
    let sheet = on
        .read(move |tx, cx, number| Sheet::read(tx, cx, number, &beside))
        .await?;
    let Some(sheet) = sheet else {
        return see_other(&format!("/portal/requests/{}", on.number));
    };
    let panels = on.panels().await;
    let title = format!("#{} {}", on.number, sheet.head.ticket.title);
    let shell = on.page.shell(&on.app, title).await?;
    if on.page.partial {
        return html(Detail { shell, sheet, panels });
    }
    let queue = on.asked.queue();
    let list = queue::read(&on.app, &on.page.cx, queue, on.asked, Some(on.number)).await?;
    html(Whole {
        shell,
        list,
        sheet,
        panels,
    })
}
