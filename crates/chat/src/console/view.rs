//! What the page of a conversation is made of: the words, the composer, and the side with what helps and what can be done.

use askama::Template;
use desk::ticket::{Category, TicketRow, Urgency};
use kernel::id::UserId;
use people::user::Card;
use web::{App, Choice, FormView, Page, Shell};

use crate::conversation::holding::Seen;
use crate::conversation::reading::Read;
use crate::conversation::{ConversationId, Kind, Message, Piece, State, pieces, reading, transcript};
use crate::duty::{self, Colleague};

/// The forms of the page, as they were filled.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) take: FormView,
    pub(super) say: FormView,
    pub(super) hand_over: FormView,
    pub(super) end: Option<FormView>,
}

/// See the module's text.
#[derive(Template)]
#[template(path = "console/views/talk.html", blocks = ["talk", "composer", "side"])]
pub(super) struct View {
    shell: Shell,
    read: Read,
    colleagues: Vec<Colleague>,
    tickets: Vec<TicketRow>,
    categories: Vec<Choice>,
    urgencies: Vec<Choice>,
    token: String,
    take: FormView,
    say: FormView,
    hand_over: FormView,
    end: FormView,
    /// The end was refused and is shown again.
    ends: bool,
}

impl View {
    pub(super) async fn load(app: &App, page: &Page, id: ConversationId, forms: Forms) -> web::Result<Self> {
        let cx = page.cx.clone();
        let (read, tickets, colleagues) = app
            .db
            .read(move |tx| {
                let read = reading::load(tx, &cx, id)?;
                let requester = read.conversation.requester;
                let tickets = reading::open_tickets(tx, &cx, requester)?;
                let holds =
                    read.conversation.state == State::Talking && read.conversation.technician == cx.user_id();
                let colleagues = match holds {
                    true => duty::colleagues(tx, &cx, requester)?,
                    false => Vec::new(),
                };
                Ok((read, tickets, colleagues))
            })
            .await?;
        let locale = page.cx.locale;
        let fresh = || {
            FormView::of([
                ("ticket", ""),
                ("title", read.conversation.subject.as_str()),
                ("category", Category::Other.as_str()),
                ("urgency", Urgency::Medium.as_str()),
            ])
        };
        Ok(Self {
            ends: forms.end.is_some(),
            end: forms.end.unwrap_or_else(fresh),
            shell: page.shell(app, read.conversation.subject.clone()).await?,
            read,
            colleagues,
            tickets,
            categories: choices(
                Category::ALL
                    .iter()
                    .map(|one| (one.as_str(), locale.t(one.text_key()))),
            ),
            urgencies: choices(
                Urgency::ALL
                    .iter()
                    .map(|one| (one.as_str(), locale.t(one.text_key()))),
            ),
            token: page.cx.new_id::<Message>().to_string(),
            take: forms.take,
            say: forms.say,
            hand_over: forms.hand_over,
        })
    }

    fn is_over(&self) -> bool {
        self.read.conversation.state == State::Ended
    }

    fn is_waiting(&self) -> bool {
        self.read.conversation.state == State::Waiting
    }

    fn is_mine(&self) -> bool {
        self.read.conversation.state == State::Talking
            && self.read.conversation.technician == self.shell.cx.user_id()
    }

    /// Who has it as this page shows it: taking it means this.
    fn seen(&self) -> String {
        let holder = self.read.conversation.technician.filter(|_| !self.is_waiting());
        holder.map_or_else(|| Seen::QUEUE.to_owned(), |person| person.to_string())
    }

    fn requester(&self) -> Option<&Card> {
        self.read.people.get(&self.read.conversation.requester)
    }

    fn name(&self, person: &Option<UserId>) -> String {
        let known = self.read.name(*person).map(str::to_owned);
        known.unwrap_or_else(|| self.shell.t("chat-desk"))
    }

    /// How an entry looks: the requester's words, the desk's, the desk's among itself.
    fn class(&self, message: &Message) -> &'static str {
        match message.kind {
            Kind::Aside | Kind::HandOff => "note",
            _ if message.author == Some(self.read.conversation.requester) => "report",
            _ => "reply",
        }
    }

    fn label(&self, message: &Message) -> String {
        match message.kind {
            Kind::Aside => self.shell.t("chat-aside"),
            Kind::HandOff => self.shell.t("chat-hand-off"),
            _ => String::new(),
        }
    }

    fn happening(&self, message: &Message) -> String {
        let (author, person) = (self.name(&message.author), self.name(&message.person));
        transcript::happening(self.shell.cx.locale, message, &author, &person)
    }

    fn pieces<'a>(&self, message: &'a Message) -> Vec<Piece<'a>> {
        pieces(&message.body)
    }
}

fn choices<'a>(all: impl Iterator<Item = (&'a str, String)>) -> Vec<Choice> {
    all.map(|(value, label)| Choice::new(value, label)).collect()
}
