//! Whether a port answers: a connection is opened to each address of the host, and closed.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::{milliseconds, resolve};
use crate::executing::Teller;
use crate::verbs::failure::{Answer, done};

const PATIENCE: Duration = Duration::from_secs(5);

/// Tries every address of the host.
pub async fn check(host: &str, port: u16, teller: &Teller) -> Answer {
    let mut rows = Vec::new();
    let mut open = false;
    for address in resolve(host).await? {
        let address = SocketAddr::new(address, port);
        let began = Instant::now();
        let state = state(address).await;
        let took = milliseconds(began.elapsed());
        open |= state == "open";
        teller.out(format!("{address}: {state} ({took} ms)\n")).await;
        rows.push(json!({ "address": address.ip().to_string(), "state": state, "milliseconds": took }));
    }
    done(json!({ "host": host, "port": port, "open": open, "addresses": rows }))
}

/// `open`, `refused` (somebody answered no), `silent` (nobody answered), `unreachable`.
pub async fn state(address: SocketAddr) -> &'static str {
    match timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => "open",
        Err(_) => "silent",
        Ok(Err(error)) => match error.kind() {
            ErrorKind::ConnectionRefused => "refused",
            ErrorKind::TimedOut => "silent",
            _ => "unreachable",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_open_port_and_a_closed_one_are_told_apart() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(state(address).await, "open");
        drop(listener);
        assert_eq!(state(address).await, "refused");
    }
}
