//! The key that a stack's links are signed with, changed without a dead link between.
//!
//! The private half goes into the key store before AWS hears of the public one, under a name of its own until CloudFront has given the
//! key its id: whatever is killed in between goes on with the same key. New links use it when a viewer's request with it is let in. The
//! old one keeps its slot until the last link that may be signed with it has ended.

use std::time::Duration;

use screener_account::Pace;
use screener_cloudfront::{Hash, LinkId, Policy, PrivateKey, covering, sign_custom};
use screener_doctor::{Fetch as _, Method, Request};
use screener_publish::{Destination, KeyPair, LinkRecord, Place, VideoId};
use screener_stack::stack_parts::key_slots::{KeySlots, Slot};
use screener_stack::stack_parts::key_turnover::{Taken, Takes, Update, empty, empty_lost, settled, take_in};
use screener_stack::stack_parts::parameter_update::ParameterUpdate;
use screener_wire::Failure;
use serde::{Deserialize, Serialize};

use super::{signed_in, stack_of};
use crate::key_pairs::private_key::{key_error, key_pair_id};
use crate::viewer::Viewer;
use crate::{App, AppError, Result, moment};

/// What the name of a key begins with that CloudFront has not named yet.
const UNNAMED: &str = "unnamed-";
/// Between two looks whether viewers are let in, and how many there are: about ten minutes.
const PAUSE: Duration = Duration::from_secs(10);
const LOOKS: u32 = 60;
/// Seconds that a link lives by which it is looked.
const LIFE: i64 = 600;

/// How a key is changed.
#[derive(Clone, Debug, Default)]
pub struct RotationRequest {
    /// Destination's name; `None` is the default one.
    pub destination: Option<String>,
    /// Only empties the slots of old keys, and makes no new one.
    pub finish: bool,
    /// Empties the slot of a computer that is lost, and does nothing else.
    pub lost: Option<u8>,
    /// Does not wait until links of old keys have ended: they end now.
    pub now: bool,
}

/// What became of the keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RotationView {
    /// Destination's name.
    pub destination: String,
    /// Id of the key that new links are signed with.
    pub key_pair_id: String,
    /// Its slot.
    pub slot: u8,
    /// Slots that were emptied.
    pub emptied: Vec<u8>,
    /// Old keys that keep their slot for now.
    pub waiting: Vec<WaitingKeyView>,
}

/// An old key whose links have not all ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct WaitingKeyView {
    /// Its slot.
    pub slot: u8,
    /// Its id.
    pub key_pair_id: String,
    /// When the last link ends that may be signed with it, RFC 3339.
    pub ends: String,
}

/// A viewer who is handed the key that it signs with.
pub(crate) trait Judge: Takes {
    /// The key of the next requests.
    fn with(&mut self, key: PrivateKey);
}

impl App {
    /// Changes the key that a stack's links are signed with, or empties slots; see [`RotationRequest`].
    ///
    /// # Errors
    /// `not_deployed`, `no_credentials`, `slots_taken`, `key_not_taken`, `own_slot`, `slot_empty`, `last_key`, `keys_not_changed`.
    pub async fn rotate_stack_key(&self, request: RotationRequest) -> Result<RotationView> {
        let name = match &request.destination {
            Some(name) => name.clone(),
            None => self.default_destination().await?,
        };
        let destination = self.engine().destination(&name).await?;
        let (deployed, _) = stack_of(&destination)?;
        let client = aws_sdk_cloudformation::Client::new(&signed_in(&destination).await?);
        let stack = ParameterUpdate::of(client, &deployed.stack, Pace::default());
        let mut viewer = Stranger::at(&destination)?;
        self.turn_keys(request, &stack, &mut viewer).await
    }

    /// Changes keys through an update of the stack.
    ///
    /// # Errors
    /// `not_deployed`, `slots_taken`, `key_not_taken`, `own_slot`, `slot_empty`, `last_key`; what the update says.
    pub(crate) async fn turn_keys(
        &self,
        request: RotationRequest,
        stack: &impl Update,
        viewer: &mut impl Judge,
    ) -> Result<RotationView> {
        let name = match request.destination {
            Some(name) => name,
            None => self.default_destination().await?,
        };
        let destination = self.engine().destination(&name).await?;
        stack_of(&destination)?;
        let _turn = self.keys_turn().await?;
        let mut emptied = Vec::new();
        if let Some(lost) = request.lost {
            let slot = Slot::new(lost).map_err(Failure::from)?;
            let own = self.pairs_of(&name).await?;
            let own: Vec<_> = own.into_iter().map(|pair| pair.public_pem).collect();
            empty_lost(stack, slot, &own).await?;
            emptied.push(lost);
            return self.rotated(&name, emptied, Vec::new()).await;
        }
        if !request.finish {
            self.switch(&destination, stack, viewer).await?;
        }
        let mut waiting = Vec::new();
        let (mut gone, mut slots) = (Vec::new(), Vec::new());
        let filled = KeySlots::of(&stack.parameters().await?);
        for pair in self.old_pairs(&name).await? {
            let Some(slot) = filled.slot_of(&pair.public_pem) else {
                gone.push(pair);
                continue;
            };
            match self.last_end(&name).await? {
                Some(ends) if !request.now => waiting.push(WaitingKeyView {
                    slot: slot.number(),
                    key_pair_id: pair.id,
                    ends: moment::rfc3339(ends),
                }),
                _ => {
                    slots.push(slot);
                    gone.push(pair);
                }
            }
        }
        if !slots.is_empty() {
            empty(stack, &slots).await?;
        }
        emptied.extend(slots.iter().map(|slot| slot.number()));
        for pair in gone {
            self.forget_pair(&pair).await?;
        }
        self.rotated(&name, emptied, waiting).await
    }

    async fn rotated(&self, name: &str, emptied: Vec<u8>, waiting: Vec<WaitingKeyView>) -> Result<RotationView> {
        let destination = self.engine().destination(name).await?;
        let (deployed, _) = stack_of(&destination)?;
        Ok(RotationView {
            destination: name.to_owned(),
            key_pair_id: destination.front().map_or("", |(_, id)| id).to_owned(),
            slot: deployed.slot,
            emptied,
            waiting,
        })
    }

    /// A new key, from its making to the first link that is signed with it.
    async fn switch(&self, destination: &Destination, stack: &impl Update, viewer: &mut impl Judge) -> Result<()> {
        let (pair, key) = self.unnamed_pair(&destination.name).await?;
        let secret = key.to_pkcs8_der().map_err(|error| key_error(&error))?;
        let Taken { slot, key_pair_id } = take_in(stack, &pair.public_pem).await?;
        viewer.with(key);
        settled(&*viewer, &key_pair_id).await?;
        let named = KeyPair {
            id: key_pair_id.clone(),
            made: moment::now() * 1000,
            current: true,
            ..pair.clone()
        };
        self.inner.keys.set(named.secret_name(), secret).await?;
        self.engine().keep_key_pair(named).await?;
        let mut switched = self.engine().destination(&destination.name).await?;
        if let Place::Aws {
            key_pair_id: signs,
            deployed: Some(deployed),
            ..
        } = &mut switched.place
        {
            *signs = key_pair_id;
            deployed.slot = slot.number();
        }
        self.engine().keep_destination(switched).await?;
        self.forget_pair(&pair).await
    }

    /// The key that an interrupted change was about, or a new one.
    async fn unnamed_pair(&self, destination: &str) -> Result<(KeyPair, PrivateKey)> {
        let kept = self.pairs_of(destination).await?;
        for pair in kept.into_iter().filter(|pair| pair.id.starts_with(UNNAMED)) {
            match self.inner.keys.get(pair.secret_name()).await? {
                Some(secret) => {
                    let key = PrivateKey::from_der(&secret).map_err(|error| key_error(&error))?;
                    return Ok((pair, key));
                }
                // Killed before the key store had it: AWS has never heard of it.
                None => self.forget_pair(&pair).await?,
            }
        }
        self.keystore().await?;
        let key = tokio::task::spawn_blocking(PrivateKey::generate).await;
        let key = key.map_err(AppError::internal)?.map_err(|error| key_error(&error))?;
        let pair = KeyPair {
            id: format!("{UNNAMED}{}", VideoId::random()),
            destination: destination.to_owned(),
            public_pem: key.public().to_pem().map_err(|error| key_error(&error))?,
            made: moment::now() * 1000,
            current: false,
        };
        let secret = key.to_pkcs8_der().map_err(|error| key_error(&error))?;
        self.inner.keys.set(pair.secret_name(), secret).await?;
        self.engine().keep_key_pair(pair.clone()).await?;
        Ok((pair, key))
    }

    async fn pairs_of(&self, destination: &str) -> Result<Vec<KeyPair>> {
        let mut pairs = self.engine().key_pairs().await?;
        pairs.retain(|pair| pair.destination == destination);
        Ok(pairs)
    }

    /// Pairs that signed before; not the one that signs, nor one that is on its way.
    async fn old_pairs(&self, destination: &str) -> Result<Vec<KeyPair>> {
        let known = self.engine().destination(destination).await?;
        let signs = known.front().map_or("", |(_, id)| id).to_owned();
        let mut pairs = self.pairs_of(destination).await?;
        pairs.retain(|pair| pair.id != signs && !pair.id.starts_with(UNNAMED));
        Ok(pairs)
    }

    async fn forget_pair(&self, pair: &KeyPair) -> Result<()> {
        self.inner.keys.remove(pair.secret_name()).await?;
        Ok(self.engine().forget_key_pair(&pair.id).await?)
    }

    /// When the last link ends that was made before the key which signs now; `None` where all have.
    async fn last_end(&self, destination: &str) -> Result<Option<i64>> {
        let known = self.engine().destination(destination).await?;
        let signs = known.front().map_or("", |(_, id)| id).to_owned();
        let pairs = self.pairs_of(destination).await?;
        let since = pairs
            .iter()
            .find(|pair| pair.id == signs)
            .map_or(i64::MAX, |pair| pair.made / 1000);
        let now = moment::now();
        let mut last = None;
        for video in self.engine().videos(None).await? {
            if video.destination == destination {
                let links = self.engine().links(Some(&video.record.id)).await?;
                let open = |link: &LinkRecord| link.made <= since && link.expires > now && link.taken_back.is_none();
                last = last.max(links.iter().filter(|link| open(link)).map(|link| link.expires).max());
            }
        }
        Ok(last)
    }
}

/// Asks the distribution for a film that is not there, with a link signed by the new key: who is refused for the key gets other words
/// than who is let in and finds nothing.
pub(crate) struct Stranger {
    domain: String,
    prefix: String,
    viewer: Viewer,
    key: Option<PrivateKey>,
    looks: std::sync::atomic::AtomicU32,
}

impl Stranger {
    /// At a destination's distribution.
    pub(crate) fn at(destination: &Destination) -> Result<Self> {
        Ok(Self {
            domain: destination.front().map_or("", |(domain, _)| domain).to_owned(),
            prefix: destination.prefix.clone(),
            viewer: Viewer::new().map_err(|error| AppError::internal(format!("{error}.")))?,
            key: None,
            looks: std::sync::atomic::AtomicU32::new(0),
        })
    }

    fn url(&self, key: &PrivateKey, id: &str) -> Result<String> {
        let scheme = if screener_cloudfront::url::is_loopback(&self.domain) {
            "http"
        } else {
            "https"
        };
        let folder = format!("{scheme}://{}/{}/{}", self.domain, self.prefix, VideoId::random());
        let name = LinkId::random(moment::now());
        let policy = Policy {
            resource: covering(&folder, Some(name)),
            ends: moment::now() + LIFE,
            opens: None,
            network: None,
        };
        let signed = sign_custom(key, &key_pair_id(id)?, Hash::Sha1, &policy);
        let signed = signed.map_err(AppError::internal)?;
        let copies = signed.forwarded_query();
        Ok(format!(
            "{folder}/index.m3u8?{}&{copies}&{}",
            name.query(),
            signed.query()
        ))
    }
}

impl Judge for Stranger {
    fn with(&mut self, key: PrivateKey) {
        self.key = Some(key);
    }
}

impl Takes for Stranger {
    async fn takes(&self, key_pair_id: &str) -> Result<bool, Failure> {
        let Some(key) = &self.key else { return Ok(false) };
        let request = Request {
            method: Method::Get,
            url: self.url(key, key_pair_id)?,
            headers: Vec::new(),
        };
        // No answer is no refusal of the key: it is asked again.
        let Ok(answer) = self.viewer.fetch(request).await else {
            return Ok(false);
        };
        let words = String::from_utf8_lossy(&answer.body);
        let refused = ["InvalidKey", "MissingKey", "Unknown Key"]
            .iter()
            .any(|code| words.contains(code));
        Ok(!(answer.status == 403 && refused) && answer.status < 500)
    }

    async fn pause(&self) -> bool {
        if self.looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) >= LOOKS {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use screener_publish::destination::{Credentials, Deployed, Digest};
    use screener_stack::stack_parts::key_slots::Changes;

    use super::*;
    use crate::computer::options::{KeyStoreChoice, Options};

    const NAME: &str = "films";

    #[derive(Default)]
    struct Stack(Mutex<BTreeMap<String, String>>);

    impl Stack {
        fn slots(&self) -> KeySlots {
            KeySlots::of(&self.0.lock().unwrap())
        }
    }

    impl Update for Stack {
        async fn parameters(&self) -> Result<BTreeMap<String, String>, Failure> {
            Ok(self.0.lock().unwrap().clone())
        }

        async fn outputs(&self) -> Result<BTreeMap<String, String>, Failure> {
            let filled = self.slots();
            let ids = filled
                .filled()
                .map(|slot| (slot.output().to_owned(), format!("KSLOT{}", slot.number())));
            Ok(ids.collect())
        }

        async fn apply(&self, changes: Changes) -> Result<(), Failure> {
            self.0.lock().unwrap().extend(changes);
            Ok(())
        }
    }

    #[derive(Default)]
    struct Viewer {
        lets_in: AtomicBool,
        asked: AtomicU32,
        key: Option<PrivateKey>,
    }

    impl Takes for Viewer {
        async fn takes(&self, _: &str) -> Result<bool, Failure> {
            assert!(self.key.is_some(), "it signs with the new key");
            Ok(self.lets_in.load(Ordering::SeqCst))
        }

        async fn pause(&self) -> bool {
            self.asked.fetch_add(1, Ordering::SeqCst) < 2
        }
    }

    impl Judge for Viewer {
        fn with(&mut self, key: PrivateKey) {
            self.key = Some(key);
        }
    }

    async fn deployed() -> (tempfile::TempDir, App, Stack, String) {
        let folder = tempfile::tempdir().unwrap();
        let app = App::open(Options {
            data_dir: Some(folder.path().to_owned()),
            key_store: KeyStoreChoice::File,
            passphrase: Some("correct horse".to_owned().into()),
            worker: None,
        });
        let app = app.await.unwrap();
        let key = PrivateKey::generate_p256();
        let pair = app.keep_pair("KSLOT1".into(), &key, NAME).await.unwrap();
        let destination = Destination {
            name: NAME.into(),
            prefix: "videos".into(),
            place: Place::Aws {
                bucket: "bucket".into(),
                region: "eu-central-1".into(),
                domain: "d1.cloudfront.net".into(),
                distribution: None,
                key_pair_id: "KSLOT1".into(),
                hash: Digest::Sha1,
                credentials: Credentials::Chain,
                names: true,
                deployed: Some(Deployed {
                    stack: "arn:aws:cloudformation:eu-central-1:1:stack/screener/1".into(),
                    link_store: None,
                    slot: 1,
                }),
            },
        };
        app.engine().keep_destination(destination).await.unwrap();
        let stack = Stack::default();
        let filled = [("PublicKeyPem1".to_owned(), pair.public_pem.clone())];
        stack.0.lock().unwrap().extend(filled);
        (folder, app, stack, pair.public_pem)
    }

    fn request() -> RotationRequest {
        RotationRequest {
            destination: Some(NAME.into()),
            ..RotationRequest::default()
        }
    }

    #[tokio::test]
    async fn links_use_the_new_key_when_viewers_are_let_in_with_it() {
        let (_folder, app, stack, old) = deployed().await;
        let mut viewer = Viewer::default();
        let early = app.turn_keys(request(), &stack, &mut viewer).await.unwrap_err();
        assert_eq!(early.code, "key_not_taken");
        let signer = app
            .signer(&app.engine().destination(NAME).await.unwrap())
            .await
            .unwrap();
        assert_eq!(signer.id.to_string(), "KSLOT1", "the old one signs until then");
        assert_eq!(stack.slots().filled().count(), 2);
        let between = stack.slots();

        viewer.lets_in.store(true, Ordering::SeqCst);
        let turned = app.turn_keys(request(), &stack, &mut viewer).await.unwrap();
        assert_eq!((turned.slot, turned.key_pair_id.as_str()), (2, "KSLOT2"));
        let second = Slot::new(2).unwrap();
        assert_eq!(
            stack.slots().key(second),
            between.key(second),
            "it went on with the same key"
        );
        assert_eq!(turned.emptied, [1], "no link of the old one is open");
        assert_eq!(stack.slots().slot_of(&old), None);
        let signer = app
            .signer(&app.engine().destination(NAME).await.unwrap())
            .await
            .unwrap();
        let signs = signer.key.public().to_pem().unwrap();
        assert_eq!(
            (signer.id.to_string().as_str(), stack.slots().slot_of(&signs)),
            ("KSLOT2", Some(second))
        );
        assert_eq!(
            app.engine().key_pairs().await.unwrap().len(),
            1,
            "the old pair is forgotten"
        );
    }

    #[tokio::test]
    async fn a_lost_computers_slot_is_emptied_and_a_destination_without_a_stack_has_none() {
        let (_folder, app, stack, _) = deployed().await;
        let laptop = [("PublicKeyPem3".to_owned(), "of a laptop".to_owned())];
        stack.0.lock().unwrap().extend(laptop);
        let lost = RotationRequest {
            lost: Some(3),
            ..request()
        };
        let turned = app.turn_keys(lost, &stack, &mut Viewer::default()).await.unwrap();
        assert_eq!((turned.emptied.as_slice(), turned.slot), (&[3][..], 1));
        assert_eq!(stack.slots().filled().count(), 1);
        let local = RotationRequest {
            destination: Some("local".into()),
            ..RotationRequest::default()
        };
        let refused = app.turn_keys(local, &stack, &mut Viewer::default()).await.unwrap_err();
        assert_eq!(refused.code, "not_deployed");
    }
}
