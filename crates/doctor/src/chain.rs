//! The steps, one after the other. Each asks, looks at the answer, and says what it means.

mod gate;
mod manners;
mod playing;

use screener_cloudfront::{LinkId, Policy, PrivateKey, Signature, covering, sign_custom, url::is_loopback};

use crate::{
    Answer, Fetch, Method, Report, Request, Step, StepState, Subject, Unreachable,
    look::{Refuser, bare, refuser},
};

/// How long the examiner's own links live, in seconds.
const LIFE: i64 = 600;
/// By how much clocks may differ before links open and end at wrong times, in seconds.
const DRIFT: i64 = 90;

/// Walks the chain.
pub async fn examine(subject: &Subject, fetch: &impl Fetch) -> Report {
    examine_and_tell(subject, fetch, |_| {}).await
}

/// Walks the chain and tells each step as soon as it is known.
pub async fn examine_and_tell(subject: &Subject, fetch: &impl Fetch, tell: impl FnMut(&Step) + Send) -> Report {
    let scheme = if is_loopback(&subject.domain) { "http" } else { "https" };
    let origin = format!("{scheme}://{}", subject.domain);
    let folder = format!("{origin}/{}/{}", subject.prefix, subject.video_id);
    let mut walk = Walk {
        subject,
        fetch,
        tell,
        origin,
        folder,
        name: None,
        report: Report::default(),
    };
    // A step that fails ends the walk where nothing behind it can be looked at.
    let _stopped = walk.steps().await;
    walk.skip_the_rest();
    walk.report
}

struct Walk<'a, F, T> {
    subject: &'a Subject,
    fetch: &'a F,
    tell: T,
    origin: String,
    folder: String,
    /// The name of the examiner's own links, where the destination knows names; no record holds it, so nobody counts it.
    name: Option<LinkId>,
    report: Report,
}

/// Nothing behind this step can be looked at.
struct Stopped;

/// What a step has to say when it is not as it should be.
struct Trouble {
    seen: String,
    cause: &'static str,
    mend: &'static str,
}

/// An answer and where it came from.
struct Fetched {
    url: String,
    answer: Answer,
}

/// Every step in the order in which a viewer's request meets it.
const STEPS: [(&str, &str); 20] = [
    ("key", "The private key is at hand"),
    ("reach", "The distribution answers"),
    ("clock", "Both clocks agree"),
    ("page", "The viewer\u{2019}s page is public"),
    ("unsigned", "An unsigned request is refused"),
    ("names", "Links have names, by which they are taken back and counted"),
    ("key-group", "The distribution trusts the key"),
    ("copies", "The copies of the link reach the endpoint"),
    ("playlist", "The playlist comes with a signed link"),
    ("rewritten", "Playlists carry the viewer\u{2019}s own link"),
    ("media-playlist", "A media playlist comes, too"),
    ("path", "The policy covers what playlists name"),
    ("segment", "A segment comes"),
    ("range", "A part of a segment comes"),
    ("ended", "An ended link is refused"),
    ("taken-back", "A link that was taken back is refused"),
    ("cors", "Players on other pages may read"),
    ("caching", "Caches keep what they may, no longer"),
    ("gzip", "Playlists are compressed"),
    ("endpoint", "The endpoint\u{2019}s own address is useless"),
];

impl<'a, F: Fetch, T: FnMut(&Step) + Send> Walk<'a, F, T> {
    async fn steps(&mut self) -> Result<(), Stopped> {
        let key = self.key()?;
        let unsigned = self.reach().await?;
        self.clock(&unsigned);
        self.page().await;
        self.unsigned(&unsigned).await;
        self.names(key).await?;
        let link = self.sign(key, LIFE)?;
        let playlist = self.playlist(&link).await?;
        self.rewritten(&playlist, &link)?;
        let media = self.media_playlist(&playlist, &link).await?;
        let segment = self.path(&media)?;
        let whole = self.segment(&segment).await?;
        self.range(&segment, &whole).await;
        self.ended(key, &segment).await;
        self.taken_back(key, &segment).await;
        self.cors(&playlist.url, &segment).await;
        self.caching(&playlist.answer, &whole);
        self.gzip(&playlist.url).await;
        self.endpoint().await;
        Ok(())
    }

    fn key(&mut self) -> Result<&'a PrivateKey, Stopped> {
        let subject = self.subject;
        match &subject.key {
            Ok(key) => {
                self.pass("key", format!("the key {} can be used", subject.key_pair_id));
                Ok(key)
            }
            Err(reason) => self.stop(
                "key",
                Trouble {
                    seen: reason.clone(),
                    cause: "The private key was made on another computer, was removed, or the keychain is locked.",
                    mend: "Unlock the keychain, import the key, or make a new key pair for this destination.",
                },
            ),
        }
    }

    /// A link over the video's folder that ends in so many seconds.
    fn sign(&mut self, key: &PrivateKey, life: i64) -> Result<Signature, Stopped> {
        let resource = covering(&self.folder, self.name);
        let policy = Policy {
            resource,
            ends: self.subject.now + life,
            opens: None,
            network: None,
        };
        sign_custom(key, &self.subject.key_pair_id, self.subject.hash, &policy).or_else(|error| {
            self.stop(
                "key",
                Trouble {
                    seen: error.to_string(),
                    cause: "The key cannot sign.",
                    mend: "Make a new key pair for this destination.",
                },
            )
        })
    }

    fn index(&self) -> String {
        format!("{}/index.m3u8", self.folder)
    }

    /// The playlist's URL with a link.
    fn index_with(&self, link: &Signature) -> String {
        self.with(&self.index(), &format!("{}&{}", link.forwarded_query(), link.query()))
    }

    /// An address with a query, which begins with the link's name where it has one.
    fn with(&self, address: &str, query: &str) -> String {
        let first = self.name.map(|name| name.query() + "&").unwrap_or_default();
        format!("{address}?{first}{query}")
    }

    async fn get(&self, url: &str, headers: &[(&'static str, &str)]) -> Result<Answer, Unreachable> {
        self.ask(Method::Get, url, headers).await
    }

    async fn ask(&self, method: Method, url: &str, headers: &[(&'static str, &str)]) -> Result<Answer, Unreachable> {
        let headers = headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        self.fetch
            .fetch(Request {
                method,
                url: url.to_owned(),
                headers,
            })
            .await
    }

    fn pass(&mut self, name: &str, seen: impl Into<String>) {
        self.say(name, StepState::Passed, seen.into(), None);
    }

    fn skip(&mut self, name: &str, why: &str) {
        self.say(name, StepState::Skipped, why.to_owned(), None);
    }

    fn warn(&mut self, name: &str, trouble: Trouble) {
        self.say(
            name,
            StepState::Warning,
            trouble.seen,
            Some((trouble.cause, trouble.mend)),
        );
    }

    fn fail(&mut self, name: &str, trouble: Trouble) {
        self.say(
            name,
            StepState::Failed,
            trouble.seen,
            Some((trouble.cause, trouble.mend)),
        );
    }

    fn stop<R>(&mut self, name: &str, trouble: Trouble) -> Result<R, Stopped> {
        self.fail(name, trouble);
        Err(Stopped)
    }

    fn say(&mut self, name: &str, state: StepState, seen: String, why: Option<(&str, &str)>) {
        let title = STEPS
            .iter()
            .find(|(known, _)| *known == name)
            .map_or(name, |(_, title)| *title);
        let step = Step {
            name: name.to_owned(),
            title: title.to_owned(),
            state,
            seen,
            cause: why.map(|(cause, _)| cause.to_owned()),
            mend: why.map(|(_, mend)| mend.to_owned()),
        };
        (self.tell)(&step);
        self.report.steps.push(step);
    }

    fn skip_the_rest(&mut self) {
        for (name, _) in STEPS {
            if self.report.step(name).is_none() {
                self.skip(name, "not looked at, because an earlier step failed");
            }
        }
        let place = |step: &Step| STEPS.iter().position(|(name, _)| *name == step.name);
        self.report.steps.sort_by_key(place);
    }
}

/// An answer in a few words, without what its URL was signed with.
fn described(url: &str, answer: &Answer) -> String {
    let path = bare(url);
    let body = String::from_utf8_lossy(&answer.body);
    let body: String = body.chars().filter(|letter| !letter.is_control()).take(160).collect();
    let said = if answer.status >= 400 && !body.is_empty() {
        format!(": {body}")
    } else {
        String::new()
    };
    format!("{} for {path}{said}", answer.status)
}
