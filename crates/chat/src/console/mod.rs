//! What technicians see: the queue, a conversation with what helps beside it, and the entry in the rail.

pub(crate) mod palette;
mod queue;
pub(crate) mod rail;
mod talk;
mod view;

use axum::http::Method;
use web::{Need, Routes};

use crate::ANSWER;

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(ANSWER);
    Routes::new()
        .page(Method::GET, "/chats", needed, queue::show)
        .page(Method::GET, "/chats/rail", needed, rail::refresh)
        .page(Method::POST, "/chats/duty", needed, queue::duty)
        .page(Method::GET, "/chats/{id}", needed, talk::show)
        .page(Method::POST, "/chats/{id}/taking", needed, talk::take)
        .page(Method::POST, "/chats/{id}/messages", needed, talk::say)
        .page(Method::POST, "/chats/{id}/hand-over", needed, talk::hand_over)
        .page(Method::POST, "/chats/{id}/end", needed, talk::end)
}
