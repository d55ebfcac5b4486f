//! The three pages of mail in the settings, as tabs: mailboxes, journal, outbox.

use kernel::db::Tx;
use kernel::{Cx, Kernel};
use web::Shell;

use crate::{inbound, outbound};

/// One tab.
pub(crate) struct Tab {
    pub(crate) text: String,
    pub(crate) href: &'static str,
    pub(crate) current: bool,
    pub(crate) count: Option<String>,
}

/// Which page is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Mailboxes,
    Journal,
    Outbox,
}

/// What waits for somebody: mail in quarantine and letters that failed. For the menu.
pub(crate) fn waiting(tx: &mut Tx<'_>, _cx: &Cx) -> kernel::Result<u64> {
    let waiting = inbound::count_quarantined(tx)? + outbound::count_failed(tx)?;
    Ok(u64::try_from(waiting).unwrap_or_default())
}

/// The tabs with what waits for somebody.
pub(crate) async fn tabs(kernel: &Kernel, shell: &Shell, place: Place) -> kernel::Result<Vec<Tab>> {
    let (quarantined, failed) = kernel
        .db
        .read(|tx| Ok((inbound::count_quarantined(tx)?, outbound::count_failed(tx)?)))
        .await?;
    let count = |number: i64| (number > 0).then(|| web_count(number));
    let tab = |key: &str, href, of: Place, count| Tab {
        text: shell.t(key),
        href,
        current: of == place,
        count,
    };
    Ok(vec![
        tab(
            "mail-tab-mailboxes",
            "/settings/mailboxes",
            Place::Mailboxes,
            None,
        ),
        tab(
            "mail-tab-journal",
            "/settings/mail/journal",
            Place::Journal,
            count(quarantined),
        ),
        tab(
            "mail-tab-outbox",
            "/settings/mail/outbox",
            Place::Outbox,
            count(failed),
        ),
    ])
}

fn web_count(number: i64) -> String {
    kernel::i18n::format_count(u64::try_from(number).unwrap_or_default(), 999)
}
