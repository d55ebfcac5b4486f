//! A call of the JSON interface: who makes it, and its answer.
//!
//! Everything that a call changes is one transaction, and the answer is kept in it for when the call is repeated (see
//! `Idempotency-Key`). What may be done is decided in the operations.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use serde::Serialize;
use web::{App, CxX, Failure, Json, Once};

use super::json::TicketJson;
use crate::ticket::Ticket;

/// See the module's text.
pub struct Call {
    app: App,
    cx: Cx,
    once: Once,
}

impl FromRequestParts<App> for Call {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> web::Result<Call> {
        let CxX(cx) = CxX::from_request_parts(parts, app).await?;
        let once = Once::from_request_parts(parts, app).await?;
        let app = app.clone();
        Ok(Call { app, cx, once })
    }
}

impl Call {
    /// Answers with what is read.
    pub(super) async fn read<T, F>(self, mut reading: F) -> web::Result<Json<T>>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
    {
        let reading = self.app.db.read(move |tx| reading(tx, &self.cx));
        Ok(Json(reading.await?))
    }

    /// Runs an operation and answers with what it made.
    pub(super) async fn write<T, F>(self, status: StatusCode, mut operation: F) -> web::Result<Response>
    where
        T: Serialize,
        F: FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
    {
        let writing = self.app.db.write(move |tx| {
            let made = operation(tx, &self.cx)?;
            self.once.keep(tx, status, &made)
        });
        Ok(writing.await?.into_response())
    }

    /// Runs an operation and answers with the ticket; with its address when the operation made something.
    pub(super) async fn act<F>(self, status: StatusCode, mut operation: F) -> web::Result<Response>
    where
        F: FnMut(&mut Tx<'_>, &Cx) -> Result<Ticket> + Send + 'static,
    {
        let writing = self.app.db.write(move |tx| {
            let ticket = operation(tx, &self.cx)?;
            let answer = TicketJson::of(tx, &ticket)?;
            if status == StatusCode::CREATED {
                let place = format!("/api/v1/tickets/{}", ticket.number);
                self.once.created(tx, &place, &answer)
            } else {
                self.once.keep(tx, status, &answer)
            }
        });
        Ok(writing.await?.into_response())
    }
}
