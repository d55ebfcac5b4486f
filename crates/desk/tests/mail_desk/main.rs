//! Mail in and mail out, as the desk does it: the real journal, the real outbox, the real log; and once with real servers.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

mod approvals;
mod approving_safely;
mod corpus;
mod house;
mod notices;
#[expect(dead_code, unused_imports, reason = "the tests use some of the parts")]
#[path = "../../../testkit/src/parts/mod.rs"]
mod parts;
mod servers;
mod settings;
mod stations;
mod tasks;
mod threads;
