//! Conversations in the JSON interface: one's own under `/chat`, the desk's under `/chats`.

mod desk_side;
mod json;
mod own_side;

use utoipa_axum::routes;
use web::{Need, Routes};

use crate::{ANSWER, ASK, SETTINGS};

pub(crate) fn routes() -> Routes {
    let (ask, answer, settings) = (
        Need::permission(ASK),
        Need::permission(ANSWER),
        Need::permission(SETTINGS),
    );
    Routes::new()
        .api(ask, routes!(own_side::get_chat))
        .api(ask, routes!(own_side::begin_chat))
        .api(ask, routes!(own_side::get_own_conversation))
        .api(ask, routes!(own_side::say_in_chat))
        .api(ask, routes!(own_side::end_own_conversation))
        .api(answer, routes!(desk_side::list_chats))
        .api(answer, routes!(desk_side::get_chat_duty))
        .api(answer, routes!(desk_side::change_chat_duty))
        .api(settings, routes!(desk_side::get_chat_settings))
        .api(settings, routes!(desk_side::change_chat_settings))
        .api(answer, routes!(desk_side::get_conversation))
        .api(answer, routes!(desk_side::take_conversation))
        .api(answer, routes!(desk_side::say_to_requester))
        .api(answer, routes!(desk_side::hand_conversation_over))
        .api(answer, routes!(desk_side::end_conversation))
}
