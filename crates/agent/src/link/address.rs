//! Where a server is: host and port out of an address of the enrolment document.

/// A server's address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
    /// Whether the connection is secured; only to the device itself it may not be.
    pub is_tls: bool,
    /// The whole address, with the path where agents knock.
    pub request: String,
}

impl Address {
    /// Reads `wss://host:port/prefix/`. `None` when agents may not knock there.
    pub fn read(text: &str) -> Option<Self> {
        if !protocol::enrolment::address_fits(text) {
            return None;
        }
        let (scheme, rest) = text.split_once("://")?;
        let is_tls = scheme == "wss";
        let (authority, prefix) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']')?;
                (host, port.strip_prefix(':'))
            }
            None => match authority.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            },
        };
        let port = match port {
            Some(port) => port.parse().ok()?,
            None if is_tls => 443,
            None => 80,
        };
        if prefix.contains(['?', '#', '\\']) {
            return None;
        }
        let prefix = prefix.trim_end_matches('/');
        // An address may already name the place.
        let prefix = prefix.strip_suffix(protocol::PATH).unwrap_or(prefix);
        Some(Self {
            host: host.to_owned(),
            port,
            is_tls,
            request: format!("{scheme}://{authority}{prefix}{}", protocol::PATH),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let read = |text| Address::read(text).map(|one| (one.host, one.port, one.is_tls, one.request));
        assert_eq!(
            read("wss://desk.example/"),
            Some((
                "desk.example".to_owned(),
                443,
                true,
                "wss://desk.example/agent/v1/link".to_owned()
            ))
        );
        assert_eq!(
            read("ws://[::1]:8080/help"),
            Some((
                "::1".to_owned(),
                8080,
                false,
                "ws://[::1]:8080/help/agent/v1/link".to_owned()
            ))
        );
        assert_eq!(read("ws://desk.example/"), None);
        assert_eq!(read("https://desk.example/"), None);
        assert_eq!(read("wss://desk.example:99999/"), None);
    }
}
