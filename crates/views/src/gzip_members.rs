//! A log object's text: gzip of one or several members, or plain.
//!
//! A member that is damaged gives what can be read of it; the next one is looked for behind the damage.

use std::io::{self, BufRead, Read};

use flate2::bufread::GzDecoder;
use memchr::memmem;

/// How a member begins (RFC 1952, 2.3): two bytes of identification, and deflate, the only method there is.
const MAGIC: [u8; 3] = [0x1f, 0x8b, 8];
/// Damages after which the rest of an object is left alone: who writes such objects wants to keep us busy.
const MOST_DAMAGES: u64 = 1000;

/// Reads the text of an object. Only what the object's own reader says is an error; damage is counted.
pub(crate) struct Members<R> {
    state: State<R>,
    damages: u64,
    /// What the source had given when the current member began.
    begun: u64,
}

enum State<R> {
    Start(Source<R>),
    Plain(Source<R>),
    Member(GzDecoder<Source<R>>),
    /// Behind a member; whether it was whole.
    Between(Source<R>, bool),
    Done,
}

impl<R: Read> Members<R> {
    pub(crate) fn new(object: R) -> Self {
        Self {
            state: State::Start(Source::new(object)),
            damages: 0,
            begun: 0,
        }
    }

    /// Places where the object was not what it should be.
    pub(crate) fn damages(&self) -> u64 {
        self.damages
    }

    fn member(&mut self, source: Source<R>) -> State<R> {
        self.begun = source.given;
        State::Member(GzDecoder::new(source))
    }

    /// The next member, or the end.
    fn next_member(&mut self, mut source: Source<R>, whole: bool) -> io::Result<State<R>> {
        let mut noted = !whole;
        loop {
            let ahead = source.ahead(MAGIC.len())?;
            if ahead.is_empty() || self.damages >= MOST_DAMAGES {
                return Ok(State::Done);
            }
            if ahead.starts_with(&MAGIC) {
                return Ok(self.member(source));
            }
            if !noted {
                self.damages += 1;
                noted = true;
            }
            // What may be the begin of one at the end of what is here stays, for it is looked at together with what follows.
            let skipped = memmem::find(ahead, &MAGIC).unwrap_or((ahead.len() + 1).saturating_sub(MAGIC.len()).max(1));
            source.consume(skipped);
        }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            self.state = match std::mem::replace(&mut self.state, State::Done) {
                State::Start(mut source) => {
                    if source.ahead(MAGIC.len())?.starts_with(&MAGIC[..2]) {
                        self.member(source)
                    } else {
                        State::Plain(source)
                    }
                }
                State::Plain(mut source) => {
                    let read = source.read(into)?;
                    if read > 0 {
                        self.state = State::Plain(source);
                    }
                    return Ok(read);
                }
                State::Member(mut decoder) => match decoder.read(into) {
                    Ok(0) => State::Between(decoder.into_inner(), true),
                    Ok(read) => {
                        self.state = State::Member(decoder);
                        return Ok(read);
                    }
                    Err(_) => {
                        let mut source = decoder.into_inner();
                        if let Some(error) = source.error.take() {
                            return Err(error);
                        }
                        self.damages += 1;
                        if source.given == self.begun {
                            source.consume(1);
                        }
                        State::Between(source, false)
                    }
                },
                State::Between(source, whole) => self.next_member(source, whole)?,
                State::Done => return Ok(0),
            };
        }
    }
}

/// The object's own bytes, some of them ahead; it keeps an error that a decoder might dress as its own.
struct Source<R> {
    object: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    ended: bool,
    /// How many bytes were consumed.
    given: u64,
    error: Option<io::Error>,
}

impl<R: Read> Source<R> {
    fn new(object: R) -> Self {
        Self {
            object,
            buffer: vec![0; 32 * 1024].into_boxed_slice(),
            start: 0,
            end: 0,
            ended: false,
            given: 0,
            error: None,
        }
    }

    /// What comes next: `least` bytes or more, fewer only at the end.
    fn ahead(&mut self, least: usize) -> io::Result<&[u8]> {
        while self.end - self.start < least && !self.ended {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            match self.object.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => self.end = (self.end + read).min(self.buffer.len()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(&self.buffer[self.start..self.end])
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if let Err(error) = self.ahead(1) {
            let told = io::Error::from(error.kind());
            self.error = Some(error);
            return Err(told);
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.given += count as u64;
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let ahead = self.ahead(1)?;
        let count = ahead.len().min(into.len());
        into[..count].copy_from_slice(&ahead[..count]);
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn text(object: &[u8]) -> (Vec<u8>, u64) {
        let mut members = Members::new(object);
        let mut text = Vec::new();
        members.read_to_end(&mut text).unwrap();
        (text, members.damages())
    }

    #[test]
    fn members_one_behind_the_other_and_plain_text() {
        assert_eq!(
            text(&[gzip(b"one\n"), gzip(b""), gzip(b"two\n")].concat()),
            (b"one\ntwo\n".to_vec(), 0)
        );
        assert_eq!(text(b"{}\n{}"), (b"{}\n{}".to_vec(), 0));
        assert_eq!(text(b""), (Vec::new(), 0));
        assert_eq!(text(b"\x1f"), (b"\x1f".to_vec(), 0));
    }

    #[test]
    fn what_lies_behind_damage_is_read() {
        let noise: Vec<u8> = (0..100_000_u32).map(|i| (i % 251) as u8).collect();
        assert_eq!(
            text(&[gzip(b"one\n"), noise, gzip(b"two\n")].concat()),
            (b"one\ntwo\n".to_vec(), 1)
        );
        let mut broken = gzip(b"broken\n");
        let at = broken.len() - 6;
        broken[at] ^= 1;
        let (read, damages) = text(&[broken, gzip(b"two\n")].concat());
        assert!(read.ends_with(b"two\n"), "{read:?}");
        assert_eq!(damages, 1);
        let cut = gzip(b"cut off\n");
        assert_eq!(text(&cut[..cut.len() - 4]).1, 1);
        // A header without names, and a block of a kind that there is not (RFC 1951, 3.2.3).
        let nothing = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 7];
        assert_eq!(text(&nothing.repeat(5000)).1, MOST_DAMAGES);
    }

    #[test]
    fn the_readers_own_error_is_told() {
        struct Failing<'a>(&'a [u8]);
        impl Read for Failing<'_> {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                match self.0.read(into) {
                    Ok(0) => Err(io::Error::other("the line went dead")),
                    other => other,
                }
            }
        }
        let whole = gzip(b"one\n");
        for object in [&whole[..2], &whole[..12], &whole[..], b"plain"] {
            let error = Members::new(Failing(object)).read_to_end(&mut Vec::new()).unwrap_err();
            assert_eq!(error.to_string(), "the line went dead");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..600), place: prop::sample::Index, begin: bool) {
            let mut object = if begin { gzip(&bytes) } else { bytes };
            if !object.is_empty() {
                let place = place.index(object.len());
                object[place] ^= 0x55;
            }
            text(&object);
        }
    }
}
