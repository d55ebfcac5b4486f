//! The card on a person's page: the devices they use.

use askama::Template;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use web::{App, Shell};

use crate::READ;
use crate::device::{self, Device};

#[derive(Template)]
#[template(path = "pages/views/of_person.html")]
struct Card {
    shell: Shell,
    devices: Vec<Device>,
}

/// Renders the card; none for readers who may not see devices, and for people without any.
pub(super) fn panel(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let person: Option<UserId> = subject.strip_prefix("user:").and_then(|id| id.parse().ok());
        let Some(person) = person.filter(|_| cx.may(READ).is_some()) else {
            return Ok(None);
        };
        let reader = cx.clone();
        let devices = app
            .db
            .read(move |tx| device::of_person(tx, &reader, person))
            .await?;
        if devices.is_empty() {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            devices,
        };
        card.render().map(Some).map_err(Error::internal)
    }
    .boxed()
}
