//! The nodes of this installation: which processes serve, and where the others reach them.

pub(crate) mod store;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Mutex, PoisonError};

use kernel::Kernel;
use kernel::config::DatabaseUrl;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::time::Timestamp;

/// How often a node says that it is there.
pub const BEAT_SECONDS: u64 = 10;
/// Not heard of for so long, a node is held to be dead: three beats.
const DEAD_AFTER_MILLIS: i64 = 30_000;
/// Rows of nodes that were not heard of for so long are cleared away with their leases.
const FORGOTTEN_AFTER_MILLIS: i64 = 120_000;

/// A process that serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name, new with each start.
    pub node: String,
    /// `10.0.0.7:8080`: where the others reach it.
    pub address: String,
}

/// Whoever was heard of since then is alive.
pub(crate) const fn alive_since(now: Timestamp) -> Timestamp {
    now.add_millis(-DEAD_AFTER_MILLIS)
}

/// A node that is alive.
///
/// # Errors
/// The database's.
pub fn find(tx: &mut Tx<'_>, cx: &Cx, node: &str) -> Result<Option<Node>> {
    let alive = store::alive(tx, alive_since(cx.now()))?;
    Ok(alive.into_iter().find(|one| one.node == node))
}

/// Says that this node is there with so many links, and clears away those that are not heard of any more.
///
/// # Errors
/// The database's.
pub fn beat(tx: &mut Tx<'_>, cx: &Cx, node: &Node, links: usize) -> Result<()> {
    let now = cx.now();
    store::beat(tx, node, links, now)?;
    for dead in store::dead(tx, now.add_millis(-FORGOTTEN_AFTER_MILLIS))? {
        super::lease::store::release_all(tx, &dead)?;
        store::remove(tx, &dead)?;
    }
    Ok(())
}

/// Takes this node's row and leases away.
///
/// # Errors
/// The database's.
pub fn leave(tx: &mut Tx<'_>, node: &str) -> Result<()> {
    super::lease::store::release_all(tx, node)?;
    store::remove(tx, node)
}

/// Where this process listens, once it does; kept on the shelf.
#[derive(Debug, Default)]
pub struct Listening(Mutex<Option<SocketAddr>>);

impl Listening {
    /// Says where the listener is.
    pub fn set(&self, address: SocketAddr) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    fn get(&self) -> Option<SocketAddr> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This process as the others know it.
#[must_use]
pub fn this(kernel: &Kernel) -> Node {
    let mut address = kernel
        .shelf
        .get::<Listening>()
        .get()
        .unwrap_or(kernel.config.listen);
    if address.ip().is_unspecified() {
        address.set_ip(towards_the_database(&kernel.config.database));
    }
    Node {
        node: kernel.node.to_string(),
        address: address.to_string(),
    }
}

/// Nodes share nothing but the database, so the address that faces it is one where they reach each other. Asking the system
/// which address it would send from sends nothing.
fn towards_the_database(database: &DatabaseUrl) -> IpAddr {
    let home = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let DatabaseUrl::Postgres(url) = database else {
        return home;
    };
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = if host.contains(':') {
        host.to_owned()
    } else {
        format!("{host}:5432")
    };
    UdpSocket::bind("0.0.0.0:0")
        .and_then(|socket| {
            socket.connect(host)?;
            socket.local_addr()
        })
        .map_or(home, |address| address.ip())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_has_no_database_elsewhere_is_reached_at_home() {
        let of = |url: &str| towards_the_database(&DatabaseUrl::parse(url).unwrap());
        assert!(of("sqlite:/tmp/a.db").is_loopback());
        assert!(of("postgres://a:b@127.0.0.1:5433/c").is_loopback());
        assert!(of("postgres:///c?host=/run/postgresql").is_loopback());
    }
}
