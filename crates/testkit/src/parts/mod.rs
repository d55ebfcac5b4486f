//! The real servers that tests talk to: PostgreSQL, an IMAP server (Dovecot), an SMTP server (Postfix).
//!
//! A mock of a mail server agrees with whoever wrote it; the programs here are the ones that departments run. Each part
//! starts a private copy in its own scratch folder on a free port of the loopback interface, and takes it down again when
//! the value is dropped, or when the test process dies in whatever way.
//!
//! Nothing here knows Mainstay: the module uses the standard library and the programs' own command lines, so that
//! `xtask` can use the same file to start one PostgreSQL for a whole test run.

pub mod certificate;
pub mod dovecot;
pub mod mail_server;
pub mod postfix;
pub mod postgres;
pub mod process;
pub mod scratch;

pub use certificate::Certificate;
pub use dovecot::{Account, Dovecot};
pub use mail_server::MailServer;
pub use postfix::Smtp;
pub use postgres::Postgres;
