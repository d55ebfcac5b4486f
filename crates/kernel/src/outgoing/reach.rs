//! Which addresses may be reached from here on behalf of a setting: those of the internet, and internal ones that the
//! configuration names. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::Network;

/// Whether this address may be reached.
#[must_use]
pub fn is_open(address: IpAddr, allowed: &[Network]) -> bool {
    let address = address.to_canonical();
    allowed.iter().any(|network| network.contains(address)) || is_of_the_internet(address)
}

fn is_of_the_internet(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_open_v4(address),
        IpAddr::V6(address) => match carried(address) {
            Some(inner) => is_open_v4(inner),
            None => is_open_v6(address),
        },
    }
}

/// The ranges of RFC 6890 that are not reached globally.
fn is_open_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_protocol = (first, second, third) == (192, 0, 0);
    let is_benchmark = first == 198 && (second == 18 || second == 19);
    !(first == 0
        || first >= 240
        || is_shared
        || is_protocol
        || is_benchmark
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation())
}

/// An IPv4 address inside of an IPv6 one: translated (RFC 6052, `64:ff9b::/96`) or tunnelled (RFC 3056, `2002::/16`; RFC 4291, `::/96`).
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let of = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => Some(of(high, low)),
        _ => None,
    }
}

fn is_open_v6(address: Ipv6Addr) -> bool {
    // Only 2000::/3 is given out for the internet (RFC 4291, section 2.4); 2001:db8::/32 is for examples.
    let parts = address.segments();
    parts[0] & 0xe000 == 0x2000 && !(parts[0] == 0x2001 && parts[1] == 0x0db8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn open(text: &str) -> bool {
        is_open(text.parse().unwrap(), &[])
    }

    #[test]
    fn internal_addresses_are_closed_in_every_disguise() {
        for address in [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::a00:1",
            "2001:db8::1",
        ] {
            assert!(!open(address), "{address}");
        }
    }

    #[test]
    fn the_internet_is_open() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "64:ff9b::808:808",
        ] {
            assert!(open(address), "{address}");
        }
    }

    #[test]
    fn what_the_configuration_names_is_open_and_its_neighbours_are_not() {
        let allowed = ["10.2.0.0/16".parse().unwrap()];
        assert!(is_open("10.2.3.4".parse().unwrap(), &allowed));
        assert!(is_open("::ffff:10.2.3.4".parse().unwrap(), &allowed));
        assert!(!is_open("10.3.0.1".parse().unwrap(), &allowed));
    }

    proptest! {
        #[test]
        fn an_address_is_as_closed_in_ipv6_clothes_as_without(bits: u32) {
            let bare = Ipv4Addr::from(bits);
            let [high, low] = [(bits >> 16) as u16, (bits & 0xffff) as u16];
            let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low);
            prop_assert_eq!(is_open(bare.into(), &[]), is_open(translated.into(), &[]));
            prop_assert_eq!(is_open(bare.into(), &[]), is_open(bare.to_ipv6_mapped().into(), &[]));
        }
    }
}
