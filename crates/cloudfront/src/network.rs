//! The one kind of network that a policy can name: an IPv4 range.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An IPv4 range in CIDR notation. Keeps the address as it was written: the policy is signed byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv4Network {
    address: Ipv4Addr,
    bits: u8,
}

/// Why a text is no network that CloudFront would check.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// The policies of CloudFront have no IPv6.
    #[error(
        "{0} is an IPv6 address, and CloudFront's policies know IPv4 only. Give the viewer's IPv4 range, such as 203.0.113.0/24, or leave the condition out"
    )]
    Ipv6(String),
    /// Not an address, or not a prefix length.
    #[error("{0:?} is not an IPv4 range. Write it as 203.0.113.7 or 203.0.113.0/24")]
    NotANetwork(String),
}

impl Ipv4Network {
    /// A range; `bits` is the length of the prefix, 0 to 32.
    pub fn new(address: Ipv4Addr, bits: u8) -> Result<Self, NetworkError> {
        if bits > 32 {
            return Err(NetworkError::NotANetwork(format!("{address}/{bits}")));
        }
        Ok(Self { address, bits })
    }

    /// Is this client inside? An IPv6 client is inside only if it is an IPv4 one in IPv6's clothes (`::ffff:a.b.c.d`).
    pub fn contains(&self, client: IpAddr) -> bool {
        let client = match client {
            IpAddr::V4(address) => address,
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(address) => address,
                None => return false,
            },
        };
        let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
        u32::from(client) & mask == u32::from(self.address) & mask
    }
}

impl fmt::Display for Ipv4Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl FromStr for Ipv4Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError::NotANetwork(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        if address.trim_matches(['[', ']']).parse::<Ipv6Addr>().is_ok() {
            return Err(NetworkError::Ipv6(text.to_owned()));
        }
        let address = address.parse().map_err(|_| wrong())?;
        let bits = match bits {
            // `+8` and `08` parse as numbers, and would be signed as something that was not written.
            Some(bits) if bits.bytes().all(|b| b.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0')) => {
                bits.parse().map_err(|_| wrong())?
            }
            Some(_) => return Err(wrong()),
            None => 32,
        };
        Self::new(address, bits).map_err(|_| wrong())
    }
}
