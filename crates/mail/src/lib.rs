//! Everything between internet mail and the house: mailboxes, a journal of what arrived, an outbox of what leaves.
//!
//! Mail knows no ticket. What arrives is journaled, read ([`message`]), and handed to the slice that owns the mailbox's
//! purpose ([`set_receiver`]); what leaves is a [`Letter`] that a slice [`send`]s in its own transaction. Choosing
//! words, and deciding what a mail means, is theirs.

pub mod events;
mod guard;
pub mod imap;
pub mod inbound;
pub mod letter;
pub mod mailbox;
pub mod message;
pub mod outbound;
mod receiver;
mod sealing;
mod settings_page;
mod tls;
mod trouble;

use futures::future::BoxFuture;
use kernel::job::{Every, Job, JobHandler, Schedule};
use kernel::{Kernel, Locale, Permission, Result, Scope};
use web::{Group, NavigationItem, Routes, Slice};

pub use guard::{answer_allowed, thread_keys};
pub use inbound::{Delivery, Outcome, deliver, settle};
pub use letter::{AutoSubmitted, Letter, LetterFile, Sender};
pub use mailbox::{Mailbox, MailboxId};
pub use outbound::send;
pub use receiver::{Arrival, Choices, Receive, SettingChoice, set_receiver, set_setting};
pub use trouble::Trouble;

/// The right to set up mailboxes and to look into journal, quarantine, and outbox.
pub const MANAGE: &str = "mail.manage";
/// The purpose of mailboxes whose mail becomes tickets.
pub const DESK: &str = "desk";
const SWEEP: &str = "mail.sweep";

const PERMISSIONS: &[Permission] = &[Permission {
    name: MANAGE,
    scopes: &[Scope::All],
    granted: &[("admin", Scope::All)],
}];

/// The slice.
pub fn slice() -> Slice {
    Slice {
        migrations: &[kernel::db::Migration {
            name: "0001_mail",
            sql: include_str!("../migrations/0001_mail.sql"),
        }],
        routes,
        jobs: vec![
            JobHandler {
                kind: inbound::TAKE,
                run: inbound::run,
            },
            JobHandler {
                kind: outbound::SEND,
                run: outbound::run,
            },
            JobHandler {
                kind: SWEEP,
                run: sweep,
            },
        ],
        schedules: vec![Schedule {
            name: SWEEP,
            every: Every::Seconds(60),
            job: SWEEP,
        }],
        events: events::ALL.to_vec(),
        permissions: PERMISSIONS,
        navigation: vec![
            NavigationItem::new("mail-nav", "/settings/mailboxes", "mail")
                .needs(MANAGE)
                .group(Group::Settings)
                .count(settings_page::waiting),
        ],
        locales: &[
            (Locale::En, include_str!("../../../locales/en/mail.ftl")),
            (Locale::ZhCn, include_str!("../../../locales/zh-CN/mail.ftl")),
        ],
        ..Slice::new("mail")
    }
}

fn routes() -> Routes {
    Routes::new()
        .merge(mailbox::pages::routes())
        .merge(inbound::pages::routes())
        .merge(outbound::pages::routes())
}

/// Every minute: what was forgotten on its way in or out gets another job, and old counts are dropped.
fn sweep(kernel: Kernel, _job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let cx = kernel.cx_system(SWEEP);
        kernel
            .db
            .write(move |tx| {
                inbound::sweep(tx, &cx)?;
                outbound::sweep(tx, &cx)?;
                guard::forget_old(tx, &cx)
            })
            .await
    })
}
