//! A range of addresses such as `10.0.0.0/8`, to say which proxies are believed.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// Addresses that share their first bits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address lies in the range. IPv4 written as IPv6 (`::ffff:10.0.0.1`) is IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => same_start(
                u32::from(network).into(),
                u32::from(address).into(),
                self.bits,
                32,
            ),
            (IpAddr::V6(network), IpAddr::V6(address)) => same_start(
                u128::from(network),
                u128::from(address),
                self.bits,
                Ipv6Addr::BITS,
            ),
            _ => false,
        }
    }
}

fn same_start(left: u128, right: u128, bits: u32, width: u32) -> bool {
    let ignored = width - bits;
    left.checked_shr(ignored).unwrap_or(0) == right.checked_shr(ignored).unwrap_or(0)
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Network, ()> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(drop)?;
        let width = if address.is_ipv4() { 32 } else { Ipv6Addr::BITS };
        let bits = bits.map_or(Ok(width), |bits| bits.trim().parse().map_err(drop))?;
        if bits <= width {
            Ok(Network { address, bits })
        } else {
            Err(())
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.address, self.bits)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(network: &str, address: &str) -> bool {
        network
            .parse::<Network>()
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn an_address_belongs_to_its_network_only() {
        assert!(contains("10.0.0.0/8", "10.200.3.4"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("192.168.1.7", "192.168.1.7"));
        assert!(!contains("192.168.1.7", "192.168.1.8"));
        assert!(contains("0.0.0.0/0", "8.8.8.8"));
        assert!(contains("10.0.0.0/8", "::ffff:10.1.1.1"));
        assert!(contains("fd00::/8", "fd12::1"));
        assert!(!contains("fd00::/8", "::1"));
        assert!(contains("::/0", "::1"));
        assert!(!contains("::/0", "10.0.0.1"));
    }

    #[test]
    fn nonsense_is_no_network() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "localhost",
            "10.0.0.0/-1",
            "::1/129",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
