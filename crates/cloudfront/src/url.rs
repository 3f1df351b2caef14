//! Signed URLs, and the link that a creator sends.

use std::fmt;

use crate::hash::Hash;
use crate::key::{KeyError, PrivateKey};
use crate::link_id::LinkId;
use crate::network::Ipv4Network;
use crate::policy::Policy;
use crate::sign::{KeyPairId, Signature, sign_canned, sign_custom};

/// A URL that opens by itself. `Debug` and `Display` hide the signature; [`SignedUrl::expose`] does not.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedUrl(String);

impl SignedUrl {
    /// The whole URL. For the clipboard, the player and the terminal that asked; for no log.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The whole URL, owned.
    pub fn into_exposed(self) -> String {
        self.0
    }
}

impl fmt::Display for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.0.find('?').unwrap_or(self.0.len());
        write!(f, "{}?(signature hidden)", &self.0[..end])
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Which video, and where.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Host, with the port where there is one: `d111111abcdef8.cloudfront.net`, `127.0.0.1:8080`.
    pub domain: &'a str,
    /// `videos`, unless the destination says otherwise.
    pub prefix: &'a str,
    /// The video's id.
    pub video_id: &'a str,
    /// The link's own name, where the destination wants one: every URL of the link begins its query with it.
    pub link: Option<LinkId>,
}

/// On which conditions.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Seconds since 1970.
    pub ends: i64,
    /// Seconds since 1970.
    pub opens: Option<i64>,
    /// The viewer's network.
    pub network: Option<Ipv4Network>,
}

/// One link in its two forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The multivariant playlist's URL: both copies of the parameters.
    pub playlist: SignedUrl,
    /// The page that plays it; everything secret stands behind `#`, so no server's log sees it.
    pub page: SignedUrl,
}

impl Target<'_> {
    fn origin(&self) -> String {
        let scheme = if is_loopback(self.domain) { "http" } else { "https" };
        format!("{scheme}://{}", self.domain)
    }

    /// The policy of a link to this video: everything in its folder, as long as it is asked for under the link's own name.
    pub fn policy(&self, terms: &Terms) -> Policy {
        let folder = format!("{}/{}/{}", self.origin(), self.prefix, self.video_id);
        Policy {
            resource: covering(&folder, self.link),
            ends: terms.ends,
            opens: terms.opens,
            network: terms.network,
        }
    }
}

/// The resource of a policy over everything in a folder (a URL without a slash at its end): of a named link only under its
/// name, which is the first parameter of every URL.
pub fn covering(folder: &str, link: Option<LinkId>) -> String {
    match link {
        Some(link) => format!("{folder}/*?{}*", link.query()),
        None => format!("{folder}/*"),
    }
}

/// Signs one custom policy over the video's folder, and writes the two URLs.
pub fn link(
    private: &PrivateKey,
    key: &KeyPairId,
    hash: Hash,
    target: &Target<'_>,
    terms: &Terms,
) -> Result<Link, KeyError> {
    let signature = sign_custom(private, key, hash, &target.policy(terms))?;
    let (origin, prefix, id) = (target.origin(), target.prefix, target.video_id);
    let first = target.link.map(|link| link.query() + "&").unwrap_or_default();
    Ok(Link {
        playlist: SignedUrl(format!(
            "{origin}/{prefix}/{id}/index.m3u8?{first}{}&{}",
            signature.forwarded_query(),
            signature.query()
        )),
        page: SignedUrl(format!("{origin}/{PAGE}#{prefix}/{id}?{first}{}", signature.query())),
    })
}

/// Where the viewer's page lies at every destination.
const PAGE: &str = "watch/index.html";

impl SignedUrl {
    /// What stands behind `#`, where anything does.
    pub fn fragment(&self) -> Option<&str> {
        self.0.split_once('#').map(|(_, fragment)| fragment)
    }

    /// The same address with another text behind `#`.
    #[must_use]
    pub fn with_fragment(&self, fragment: &str) -> Self {
        let address = self.0.split_once('#').map_or(self.0.as_str(), |(address, _)| address);
        Self(format!("{address}#{fragment}"))
    }
}

/// Signs one URL, the way `aws cloudfront sign` does: canned where an end is all there is and no pattern is given,
/// custom otherwise. The URL is first written as AWS's signer writes it ([`encode`]).
pub fn sign_url(
    private: &PrivateKey,
    key: &KeyPairId,
    hash: Hash,
    url: &str,
    terms: &Terms,
    resource: Option<&str>,
) -> Result<SignedUrl, KeyError> {
    let url = encode(url);
    let custom = terms.opens.is_some() || terms.network.is_some() || resource.is_some();
    let signature = if custom {
        let policy = Policy {
            resource: resource.unwrap_or(&url).to_owned(),
            ends: terms.ends,
            opens: terms.opens,
            network: terms.network,
        };
        sign_custom(private, key, hash, &policy)?
    } else {
        sign_canned(private, key, hash, &url, terms.ends)?
    };
    Ok(append(&url, &signature))
}

/// The URL with the parameters behind it.
pub fn append(url: &str, signature: &Signature) -> SignedUrl {
    let joint = if url.contains('?') { '&' } else { '?' };
    SignedUrl(format!("{url}{joint}{}", signature.query()))
}

/// Is this host this machine? Then there is no TLS.
pub fn is_loopback(domain: &str) -> bool {
    let host = match domain.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or(rest),
        None => domain.split(':').next().unwrap_or(domain),
    };
    host == "localhost"
        || host.ends_with(".localhost")
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Writes a URL as AWS's own signer for JavaScript writes it before signing: every path segment decoded once and
/// encoded as a URI component; in the query, what is encoded stays and the rest is encoded. A URL that is already
/// written that way comes back unchanged.
pub fn encode(url: &str) -> String {
    let Some(authority) = url.find("//").map(|at| at + 2) else {
        return url.to_owned();
    };
    let Some(path) = url[authority..].find('/').map(|at| authority + at) else {
        return url.to_owned();
    };
    let (path_part, query) = match url[path..].split_once('?') {
        Some((path_part, query)) => (path_part, Some(query)),
        None => (&url[path..], None),
    };
    let mut out = String::with_capacity(url.len() + 16);
    out.push_str(&url[..path]);
    for (index, segment) in path_part.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        match decode_component(segment) {
            Some(decoded) => encode_component(&decoded, &mut out),
            None => encode_component(segment, &mut out),
        }
    }
    let mut joint = '?';
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        out.push(joint);
        joint = '&';
        encode_query(name, &mut out);
        out.push('=');
        encode_query(value, &mut out);
    }
    out
}

/// ECMAScript's `decodeURIComponent`; `None` where that throws.
fn decode_component(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            out.push(escaped(&bytes[at..])?);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

/// The byte that `%XX` at the start stands for.
fn escaped(bytes: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    match bytes {
        [b'%', high, low, ..] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
        _ => None,
    }
}

/// ECMAScript's `encodeURIComponent`.
fn encode_component(text: &str, out: &mut String) {
    for byte in text.bytes() {
        push_encoded(byte, out);
    }
}

fn push_encoded(byte: u8, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
        out.push(char::from(byte));
    } else {
        out.push('%');
        out.push(char::from(HEX[usize::from(byte >> 4)]));
        out.push(char::from(HEX[usize::from(byte & 15)]));
    }
}

/// A name or a value of a query: `+` and escapes stay, escapes in upper case; `'` is encoded.
fn encode_query(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' if escaped(&bytes[at..]).is_some() => {
                out.push('%');
                out.push(char::from(bytes[at + 1].to_ascii_uppercase()));
                out.push(char::from(bytes[at + 2].to_ascii_uppercase()));
                at += 3;
                continue;
            }
            b'+' => out.push('+'),
            b'\'' => out.push_str("%27"),
            byte => push_encoded(byte, out),
        }
        at += 1;
    }
}
