//! Users on Windows. Not yet run there: commands, scripts, and terminals run only as whoever runs the agent.

/// A user of the device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: String,
}

/// The user of this name, which can only be ourselves.
pub fn find(name: &str) -> Option<User> {
    ourselves().filter(|user| user.name.eq_ignore_ascii_case(name))
}

/// Who runs this process.
pub fn ourselves() -> Option<User> {
    let name = std::env::var("USERNAME").ok()?;
    Some(User { name })
}

/// The user of this number, which no user has here.
pub fn by_number(_: u32) -> Option<User> {
    None
}
