//! CloudFront's access log as it is delivered to a bucket: standard logging v2, JSON, one object a line.
//!
//! Lines have the size of real ones, for the query of a signed URL is most of them. Nothing in them is signed or secret.
//! Source of names and forms: CloudFront Developer Guide, "Standard logging reference". Every value is a string; what a URL
//! should not hold is percent-encoded, so that the `~` of a signature is `%7E`.
//!
//! It knows nothing but the standard library: who wants no more of this crate may include the file.

use std::io::{self, Write};

/// Numbers that look like chance and are the same every time.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Other seeds, other numbers.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number: a Weyl sequence, mixed.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 31)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        (mixed ^ (mixed >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93) ^ (mixed >> 29)
    }

    /// A number below `end`, which is at least one.
    pub fn below(&mut self, end: u64) -> u64 {
        self.roll() % end.max(1)
    }

    /// So many characters of an alphabet.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length)
            .map(|_| char::from(alphabet[(self.roll() % alphabet.len() as u64) as usize]))
            .collect()
    }

    /// Puts things into another order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for end in (2..=things.len()).rev() {
            things.swap(end - 1, self.below(end as u64) as usize);
        }
    }
}

/// Letters of ids: lower-case base32.
pub const BASE32: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const AGENTS: [&str; 3] = [
    "Mozilla/5.0%20(Macintosh;%20Intel%20Mac%20OS%20X%2010_15_7)%20AppleWebKit/605.1.15%20(KHTML,%20like%20Gecko)%20Version/18.1%20Safari/605.1.15",
    "Mozilla/5.0%20(Windows%20NT%2010.0;%20Win64;%20x64)%20AppleWebKit/537.36%20(KHTML,%20like%20Gecko)%20Chrome/131.0.0.0%20Safari/537.36",
    "Mozilla/5.0%20(X11;%20Linux%20x86_64;%20rv:133.0)%20Gecko/20100101%20Firefox/133.0",
];

/// The query of a link's URL as the log has it: `l`, a policy with every condition, and a signature of RSA 2048.
pub fn signed_query(link: &str, dice: &mut Dice) -> String {
    let (policy, mut signature) = (dice.text(BASE64, 392), dice.text(BASE64, 342));
    signature.replace_range(100..103, "%7E");
    format!("l={link}&Policy=eyJT{policy}__&Signature={signature}__&Key-Pair-Id=K2JCJMDEHXQW5F")
}

/// One request and its answer.
#[derive(Clone, Debug)]
pub struct Answered<'a> {
    /// Milliseconds since 1970.
    pub at: u64,
    /// Of which the request's id is made: another number, another id.
    pub number: u64,
    /// `GET`.
    pub method: &'a str,
    /// The path, with its first `/`.
    pub stem: &'a str,
    /// `-` for none.
    pub query: &'a str,
    /// 0 is written `000`.
    pub status: u16,
    /// Bytes sent.
    pub bytes: u64,
}

impl Answered<'_> {
    /// Writes the line with its end.
    pub fn write(&self, mut into: impl Write) -> io::Result<()> {
        let mut dice = Dice::new(self.number);
        let mut id = [b'='; 56];
        for letter in &mut id[..54] {
            *letter = BASE64[(dice.roll() & 63) as usize];
        }
        write!(
            into,
            r#"{{"timestamp(ms)":"{}","x-edge-location":"FRA56-P{}","x-edge-request-id":""#,
            self.at,
            self.number % 9 + 1
        )?;
        into.write_all(&id)?;
        write!(
            into,
            r#"","cs-method":"{}","cs-uri-stem":"{}","cs-uri-query":"{}","sc-status":"{:03}","sc-bytes":"{}","c-country":"{}","cs(User-Agent)":"{}"}}"#,
            self.method,
            self.stem,
            self.query,
            self.status,
            self.bytes,
            ["DE", "FR", "US"][(self.number / 3 % 3) as usize],
            AGENTS[(self.number % 3) as usize]
        )?;
        into.write_all(b"\n")
    }
}
