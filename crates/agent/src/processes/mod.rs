//! Who may do what on the device: three kinds of process, each with what it needs and no more.
//!
//! - The executor runs as root. It never touches the network: it reads from its pair of sockets what the link brought,
//!   believes none of it before a grant was checked, and does one of a small set of verbs.
//! - The network process runs as a user without any rights and holds the connection. It is handed the document and the key
//!   over the socket and can read no file that others cannot. Taken over, it can be silent or ask, and no more.
//! - The package manager is started apart (`apart`), so that it comes to its end whatever becomes of the agent.
//! - A session helper runs as the user that an order names, for as long as that one command, script, or terminal.
//!
//! Without root, or with `--one-process`, link and executor are two tasks of one process, and everything runs as whoever
//! started it.

#[cfg(unix)]
pub mod apart;
mod looking;
#[cfg(unix)]
pub mod network;
#[cfg(unix)]
mod reaching;
#[cfg(unix)]
pub mod session;
#[cfg(unix)]
mod users;
#[cfg(unix)]
mod wire;

pub use looking::{look, run as run_look};
#[cfg(unix)]
pub use users::{User, by_number, find, ourselves};

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::{User, by_number, find, ourselves};

/// Whether this process may do everything.
#[cfg(unix)]
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Not yet run there: whether a service runs as SYSTEM is not asked.
#[cfg(not(unix))]
pub fn is_root() -> bool {
    false
}

/// Milliseconds since 1970 by the device's own clock, which is what grants are held against.
pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as i64)
}
