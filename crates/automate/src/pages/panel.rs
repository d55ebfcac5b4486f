//! The card beside a ticket's conversation: which rules fired on it, each linked.

use askama::Template;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::{Kind, Result};
use kernel::time::Timestamp;
use web::{App, Shell};

use crate::firing::{self, Outcome};
use crate::rule::store;

const LINES: i64 = 5;

struct Line {
    id: i64,
    name: String,
    outcome: Outcome,
    at: Timestamp,
}

#[derive(Template)]
#[template(path = "pages/views/panel.html")]
struct Card {
    shell: Shell,
    number: i64,
    may_open: bool,
    lines: Vec<Line>,
}

/// Renders the card; none when no rule fired, or for whom the desk keeps it to itself.
pub(crate) fn render(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    async move {
        let Some(number) = subject
            .strip_prefix("ticket:")
            .and_then(|number| number.parse().ok())
        else {
            return Ok(None);
        };
        let context = cx.clone();
        let read = app.db.read(move |tx| {
            let mut lines = Vec::new();
            for firing in firing::of_ticket(tx, &context, number, i64::MAX, LINES)? {
                let version = store::version_of(tx, firing.rule, firing.version)?;
                lines.push(Line {
                    id: firing.id,
                    name: version.map(|version| version.definition.name).unwrap_or_default(),
                    outcome: firing.outcome,
                    at: firing.at,
                });
            }
            Ok(lines)
        });
        let lines = match read.await {
            Err(error) if matches!(error.kind(), Kind::NotFound | Kind::Forbidden) => return Ok(None),
            lines => lines?,
        };
        if lines.is_empty() {
            return Ok(None);
        }
        let card = Card {
            shell: Shell::plain(&cx),
            number,
            may_open: cx.may(crate::RULES).is_some(),
            lines,
        };
        card.render().map(Some).map_err(kernel::Error::internal)
    }
    .boxed()
}
