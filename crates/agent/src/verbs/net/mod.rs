//! Checks of the network from where the device stands: whether a host answers, what a name means, which way packets take,
//! whether a port is open, which certificate a server shows, and how fast the way to our own server is.

pub mod dns;
pub mod icmp;
pub mod port;
pub mod route;
pub mod throughput;
pub mod tls;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use tokio::time::timeout;

use super::failure::Failure;

/// How long a name may take to resolve.
const RESOLVING: Duration = Duration::from_secs(10);

/// The addresses of a host as programs of this device find them.
pub async fn resolve(host: &str) -> Result<Vec<IpAddr>, Failure> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse() {
        return Ok(vec![address]);
    }
    let looked = timeout(RESOLVING, tokio::net::lookup_host((bare, 0))).await;
    let found = looked.map_err(|_| Failure::new("no_name", format!("nobody answered what {host} is")))?;
    let found = found.map_err(|_| Failure::new("no_name", format!("{host} has no address")))?;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.map(|address: SocketAddr| address.ip()) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses.truncate(16);
    if addresses.is_empty() {
        Err(Failure::new("no_name", format!("{host} has no address")))
    } else {
        Ok(addresses)
    }
}

/// Milliseconds with one decimal, as people read them.
#[must_use]
pub fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}
