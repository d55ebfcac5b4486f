//! The queue: who waits longest comes first, then what one has, then what colleagues have; and the switch of who answers.

use askama::Template;
use axum::extract::State;
use kernel::db::Tx;
use kernel::id::UserId;
use web::{App, FormData, Page, Shell, Tone, html, see_other, with_toast};

use crate::conversation::Conversation;
use crate::conversation::reading::{self, Queue};
use crate::duty::{self, Availability, Mine};

#[derive(Template)]
#[template(path = "console/views/queue.html", blocks = ["queue"])]
struct View {
    shell: Shell,
    queue: Queue,
    there: Availability,
    /// The reader's switch.
    mine: Option<Mine>,
}

impl View {
    fn name(&self, person: &UserId) -> String {
        let card = self.queue.people.get(person);
        card.map_or_else(|| self.shell.t("chat-somebody"), |card| card.name.clone())
    }

    fn holder(&self, person: &Option<UserId>) -> String {
        person.map_or_else(String::new, |person| self.name(&person))
    }

    fn is_empty(&self) -> bool {
        self.queue.waiting.is_empty() && self.queue.mine.is_empty() && self.queue.others.is_empty()
    }

    /// Colleagues who answer now.
    fn others_there(&self) -> i64 {
        self.there.people
    }

    /// The conversations by who has them.
    fn groups(&self) -> Vec<Lines<'_>> {
        vec![
            Lines {
                heading: "chat-group-waiting",
                lines: &self.queue.waiting,
                names_holder: false,
            },
            Lines {
                heading: "chat-group-mine",
                lines: &self.queue.mine,
                names_holder: false,
            },
            Lines {
                heading: "chat-group-others",
                lines: &self.queue.others,
                names_holder: true,
            },
        ]
    }
}

/// Conversations under a heading.
struct Lines<'a> {
    heading: &'static str,
    lines: &'a [Conversation],
    names_holder: bool,
}

/// `GET /chats`
pub(super) async fn show(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let (queue, there, mine) = app
        .db
        .read(move |tx| {
            let queue = reading::queue(tx, &cx)?;
            Ok((queue, duty::availability(tx, &cx)?, duty::mine(tx, &cx)?))
        })
        .await?;
    let view = View {
        shell: page.shell(&app, page.t("chat-queue")).await?,
        queue,
        there,
        mine,
    };
    if page.partial {
        html(view.as_queue())
    } else {
        html(view)
    }
}

/// `POST /chats/duty`
pub(super) async fn duty(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (cx, on) = (page.cx.clone(), form.checked("on"));
    let switch = move |tx: &mut Tx<'_>| match on {
        true => duty::begin(tx, &cx).map(drop),
        false => duty::cease(tx, &cx),
    };
    app.db.write(switch).await?;
    let words = if on { "chat-duty-begun" } else { "chat-duty-ceased" };
    Ok(with_toast(
        see_other("/chats")?,
        &page,
        Tone::Success,
        &page.t(words),
    ))
}
