//! One request about one ticket, and the forms with which something is done to it.
//!
//! Every act has the same course: the form is asked for and shown, as a page of its own or as the inside of a dialog; what
//! comes back is read, done in one transaction, and answered with the ticket as it is now, or with the form as it was filled
//! and what is wrong with it. That course stands here; an act's own file says what its form shows, what it reads from it,
//! and which operation it runs. What may be done is decided in the operation, never here.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use serde::Deserialize;
use web::{App, Failure, FormData, FormView, Page, PanelCard, Path, Query, Shell, Tone, go_to, with_toast};

use super::asked::Asked;
use super::changed;
use crate::ticket::{self, View, access};

/// A request about the ticket whose number stands in the address.
pub(super) struct OnTicket {
    pub app: App,
    pub page: Page,
    pub number: i64,
    /// The list that the ticket is shown beside.
    pub asked: Asked,
}

/// The part of an address that says which ticket is meant.
#[derive(Deserialize)]
struct Place {
    number: i64,
}

impl FromRequestParts<App> for OnTicket {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> web::Result<OnTicket> {
        let page = Page::from_request_parts(parts, app).await?;
        let Path(Place { number }) = Path::from_request_parts(parts, app).await?;
        let Query(asked) = Query::from_request_parts(parts, app).await?;
        let app = app.clone();
        Ok(OnTicket {
            app,
            page,
            number,
            asked,
        })
    }
}

impl OnTicket {
    /// Reads about the ticket.
    pub(super) async fn read<T, F>(&self, mut reading: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, &Cx, i64) -> Result<T> + Send + 'static,
    {
        let (cx, number) = (self.page.cx.clone(), self.number);
        self.app.db.read(move |tx| reading(tx, &cx, number)).await
    }

    /// Loads the ticket for a form that needs the permission: for one who may not see the ticket there is no form either.
    pub(super) async fn load(&self, permission: &'static str) -> Result<View> {
        self.read(move |tx, cx, number| {
            let view = ticket::load(tx, cx, number)?;
            access::check(cx, permission, &view.ticket)?;
            Ok(view)
        })
        .await
    }

    /// Runs an operation in a transaction of its own.
    pub(super) async fn run<T, F>(&self, mut operation: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, &Cx, i64) -> Result<T> + Send + 'static,
    {
        let (cx, number) = (self.page.cx.clone(), self.number);
        self.app.db.write(move |tx| operation(tx, &cx, number)).await
    }

    /// Runs an operation with what a form says, unless the form could not be read.
    pub(super) async fn run_with<W, T, F>(&self, wanted: Result<W>, mut operation: F) -> Result<T>
    where
        W: Send + 'static,
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, &Cx, i64, &W) -> Result<T> + Send + 'static,
    {
        let wanted = wanted?;
        self.run(move |tx, cx, number| operation(tx, cx, number, &wanted))
            .await
    }

    /// The ticket as it is now, and what was done.
    pub(super) async fn done(&self, words: &str) -> web::Result {
        changed::answer(&self.app, &self.page, self.number, &self.asked, words).await
    }

    /// Goes to a ticket and says what was done.
    pub(super) fn go_to(&self, number: i64, words: &str) -> web::Result {
        let path = format!("/tickets/{number}{}", self.beside());
        Ok(with_toast(
            go_to(&self.page, &path)?,
            &self.page,
            Tone::Success,
            words,
        ))
    }

    /// Answers for an act: what was done, or the form once more with what is wrong in it.
    pub(super) async fn answer<T>(
        &self,
        outcome: Result<T>,
        form: &FormData,
        words: &str,
        show: impl AsyncFnOnce(&OnTicket, FormView) -> web::Result,
    ) -> web::Result {
        match outcome {
            Ok(_) => self.done(words).await,
            Err(error) => show(self, self.mend(form, error)?).await,
        }
    }

    /// What is shown when an operation refused a form: the form again when it can be mended, else the failure.
    pub(super) fn mend(&self, form: &FormData, error: Error) -> web::Result<FormView> {
        if error.kind() == Kind::Invalid {
            Ok(form.refused(&error, self.page.cx.locale))
        } else {
            Err(error.into())
        }
    }

    /// What a form shows around its fields. `path` is where it is sent, below the ticket's address.
    pub(super) async fn frame(&self, path: &str, title: &str, submit: &str) -> web::Result<(Shell, Act)> {
        let shell = self.page.shell(&self.app, self.page.t(title)).await?;
        Ok((
            shell,
            Act::new(&self.page, self.number, path, &self.asked, submit),
        ))
    }

    /// The cards that others put beside the ticket.
    pub(super) async fn panels(&self) -> Vec<PanelCard> {
        let subject = ticket::subject(self.number);
        self.app.panels("ticket.side", &self.page.cx, &subject).await
    }

    /// The list beside the ticket, as an address carries it.
    pub(super) fn beside(&self) -> String {
        self.asked.beside(self.asked.queue())
    }
}

/// What a form that acts on a ticket shows around its fields: a page of its own, or the inside of a dialog.
pub(super) struct Act {
    pub number: i64,
    /// Where the form is sent.
    pub action: String,
    /// The ticket.
    pub back: String,
    /// The words on the button.
    pub submit: String,
    pub dialog: bool,
    /// Where what is filled in is kept, when it is.
    pub draft: Option<String>,
}

impl Act {
    fn new(page: &Page, number: i64, path: &str, asked: &Asked, submit: &str) -> Act {
        let beside = asked.beside(asked.queue());
        Act {
            number,
            action: format!("/tickets/{number}/{path}{beside}"),
            back: format!("/tickets/{number}{beside}"),
            submit: page.t(submit),
            dialog: page.partial,
            draft: None,
        }
    }

    /// What is filled in is kept on the server, for this person alone.
    pub(super) fn kept(mut self, form: &str) -> Act {
        self.draft = Some(format!("/tickets/{}/forms/{form}/draft", self.number));
        self
    }
}

/// What stands in a field that holds a number or an identifier; none when it is blank.
pub(super) fn given<T: FromStr>(form: &FormData, field: &'static str) -> Result<Option<T>> {
    let read = form.optional(field).map(str::parse).transpose();
    read.map_err(|_| malformed(field))
}

/// What stands in such a field when it cannot be blank.
pub(super) fn required<T: FromStr>(form: &FormData, field: &'static str) -> Result<T> {
    given(form, field)?.ok_or_else(|| malformed(field))
}

/// The refusal of a form whose field says what no page of ours sends.
pub(super) fn malformed(field: &'static str) -> Error {
    Error::invalid("web.form.malformed").field(field)
}

/// Shows a form as a page or as the inside of a dialog. A macro, because the part for a dialog is a type of its own for every
/// template.
macro_rules! shown {
    ($view:expr) => {{
        let view = $view;
        match (view.act.dialog, view.form.is_refused()) {
            (true, true) => web::unprocessable(view.as_act()),
            (true, false) => web::html(view.as_act()),
            (false, true) => web::unprocessable(view),
            (false, false) => web::html(view),
        }
    }};
}
pub(super) use shown;
