//! What the employee's pages are made of.

use askama::Template;
use web::{App, FormView, Page, Shell};

use crate::conversation::reading::Read;
use crate::conversation::{ConversationId, Kind, Message, Piece, State, pieces, reading, transcript};
use crate::duty::{self, Availability};

/// The first page.
#[derive(Template)]
#[template(path = "portal/views/front.html", blocks = ["there"])]
pub(super) struct Front {
    shell: Shell,
    there: Availability,
    /// Names this form, so that sending it twice begins one conversation.
    token: String,
    form: FormView,
}

impl Front {
    pub(super) async fn load(app: &App, page: &Page, form: FormView) -> kernel::Result<Self> {
        let cx = page.cx.clone();
        let there = app.db.read(move |tx| duty::availability(tx, &cx)).await?;
        Ok(Self {
            shell: page.bare(app, page.t("chat-title")),
            there,
            token: token(page, &form),
            form,
        })
    }

    fn people(&self) -> i64 {
        self.there.people
    }

    fn waiting(&self) -> i64 {
        self.there.waiting
    }
}

/// A form that was refused keeps its name; what was refused was not taken under it.
fn token(page: &Page, form: &FormView) -> String {
    match form.value("token") {
        "" => page.cx.new_id::<Message>().to_string(),
        token => token.to_owned(),
    }
}

/// A conversation.
#[derive(Template)]
#[template(path = "portal/views/talk.html", blocks = ["talk", "composer"])]
pub(super) struct Talk {
    shell: Shell,
    read: Read,
    /// Asked while it waits.
    there: Option<Availability>,
    token: String,
    form: FormView,
}

impl Talk {
    pub(super) async fn load(
        app: &App,
        page: &Page,
        id: ConversationId,
        form: FormView,
    ) -> kernel::Result<Self> {
        let cx = page.cx.clone();
        let (read, there) = app
            .db
            .read(move |tx| {
                let read = reading::own(tx, &cx, id)?;
                let there = match read.conversation.state {
                    State::Waiting => Some(duty::availability(tx, &cx)?),
                    State::Talking | State::Ended => None,
                };
                Ok((read, there))
            })
            .await?;
        Ok(Self {
            shell: page.bare(app, page.t("chat-title")),
            token: token(page, &form),
            read,
            there,
            form,
        })
    }

    fn is_over(&self) -> bool {
        self.read.conversation.state == State::Ended
    }

    fn is_waiting(&self) -> bool {
        self.read.conversation.state == State::Waiting
    }

    /// One's place in the queue, from 1.
    fn place(&self) -> i64 {
        self.read.ahead + 1
    }

    fn nobody_is_there(&self) -> bool {
        self.there.is_some_and(|there| !there.is_open())
    }

    fn is_mine(&self, message: &Message) -> bool {
        message.author == Some(self.read.conversation.requester)
    }

    fn is_spoken(&self, message: &Message) -> bool {
        message.kind == Kind::Said
    }

    fn name(&self, person: &Option<kernel::id::UserId>) -> String {
        let known = self.read.name(*person).map(str::to_owned);
        known.unwrap_or_else(|| self.shell.t("chat-desk"))
    }

    fn happening(&self, message: &Message) -> String {
        let (author, person) = (self.name(&message.author), self.name(&message.person));
        transcript::happening(self.shell.cx.locale, message, &author, &person)
    }

    fn pieces<'a>(&self, message: &'a Message) -> Vec<Piece<'a>> {
        pieces(&message.body)
    }
}
