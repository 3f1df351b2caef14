//! A key into a slot and out of it again, through updates of the stack, so that at no time a link is dead that should live.
//!
//! A new key is *taken in*: into a free slot, the stack is updated, and the answer comes when viewers' requests are let in with it.
//! Only then whoever calls signs with it. The old key is *emptied* by an update of its own when the last link that was signed with it
//! has ended. Each step looks at what is there first: one that was interrupted is begun again and does only what is left.

use std::collections::BTreeMap;
use std::future::Future;

use screener_wire::Failure;

use super::key_slots::{Changes, KeySlots, Slot};
use crate::Cause;

/// The stack, as far as its parameters are changed.
pub trait Update {
    /// Its parameters now.
    fn parameters(&self) -> impl Future<Output = Result<BTreeMap<String, String>, Failure>> + Send;

    /// Its outputs now.
    fn outputs(&self) -> impl Future<Output = Result<BTreeMap<String, String>, Failure>> + Send;

    /// Changes these parameters, leaves every other as it is, and answers when the update is complete.
    fn apply(&self, changes: Changes) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// The distribution, as a viewer meets it.
pub trait Takes {
    /// Whether a link that is signed with this key is let in now.
    fn takes(&self, key_pair_id: &str) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Waits before it is asked again; `false`: it was asked for long enough.
    fn pause(&self) -> impl Future<Output = bool> + Send;
}

/// A key that the distribution trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Where it lies.
    pub slot: Slot,
    /// The id under which CloudFront knows it.
    pub key_pair_id: String,
}

/// Puts a public key into a free slot, unless it lies in one already, and says under which id CloudFront knows it.
///
/// # Errors
/// `slots_taken`; what the update says; `no_key_id`.
pub async fn take_in(stack: &impl Update, pem: &str) -> Result<Taken, Failure> {
    let slots = KeySlots::of(&stack.parameters().await?);
    let slot = match slots.slot_of(pem) {
        Some(slot) => slot,
        None => slots.free().ok_or(Cause::SlotsTaken)?,
    };
    let changes = slots.fill(slot, pem)?;
    if !changes.is_empty() {
        stack.apply(changes).await?;
    }
    let outputs = stack.outputs().await?;
    let id = outputs.get(slot.output()).filter(|id| !id.is_empty());
    let key_pair_id = id.ok_or(Cause::NoKeyId { slot: slot.number() })?.clone();
    Ok(Taken { slot, key_pair_id })
}

/// Waits until viewers are let in with a key.
///
/// # Errors
/// `key_not_taken` where it takes too long; what asking says.
pub async fn settled(viewer: &impl Takes, key_pair_id: &str) -> Result<(), Failure> {
    while !viewer.takes(key_pair_id).await? {
        if !viewer.pause().await {
            return Err(Cause::KeyNotTaken {
                id: key_pair_id.to_owned(),
            }
            .into());
        }
    }
    Ok(())
}

/// Empties slots: links that were signed with their keys end. Those that are empty stay so.
///
/// # Errors
/// `last_key`; what the update says.
pub async fn empty(stack: &impl Update, slots: &[Slot]) -> Result<(), Failure> {
    let changes = KeySlots::of(&stack.parameters().await?).empty(slots)?;
    if changes.is_empty() {
        return Ok(());
    }
    stack.apply(changes).await
}

/// Empties the slot of a computer that is lost.
///
/// # Errors
/// `own_slot` where it holds one of this computer's keys, `slot_empty`, and as [`empty`].
pub async fn empty_lost(stack: &impl Update, lost: Slot, own: &[String]) -> Result<(), Failure> {
    let slots = KeySlots::of(&stack.parameters().await?);
    if slots.key(lost).is_none() {
        return Err(Cause::SlotEmpty { slot: lost.number() }.into());
    }
    if own.iter().any(|pem| slots.slot_of(pem) == Some(lost)) {
        return Err(Cause::OwnSlot { slot: lost.number() }.into());
    }
    empty(stack, &[lost]).await
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// A stack that gives ids to keys and, as CloudFront does, refuses to change one.
    #[derive(Default)]
    struct Stack {
        parameters: Mutex<BTreeMap<String, String>>,
        updates: AtomicUsize,
        dies: bool,
    }

    impl Stack {
        fn with(keys: &[(u8, &str)]) -> Self {
            let keys = keys
                .iter()
                .map(|(slot, key)| (format!("PublicKeyPem{slot}"), (*key).to_owned()));
            Self {
                parameters: Mutex::new(keys.collect()),
                ..Self::default()
            }
        }

        fn updates(&self) -> usize {
            self.updates.load(Ordering::SeqCst)
        }

        fn slots(&self) -> KeySlots {
            KeySlots::of(&self.parameters.lock().unwrap())
        }
    }

    impl Update for Stack {
        async fn parameters(&self) -> Result<BTreeMap<String, String>, Failure> {
            Ok(self.parameters.lock().unwrap().clone())
        }

        async fn outputs(&self) -> Result<BTreeMap<String, String>, Failure> {
            let slots = self.slots();
            let ids = slots
                .filled()
                .map(|slot| (slot.output().to_owned(), format!("K{}", slots.key(slot).unwrap())));
            Ok(ids.collect())
        }

        async fn apply(&self, changes: Changes) -> Result<(), Failure> {
            self.updates.fetch_add(1, Ordering::SeqCst);
            let mut parameters = self.parameters.lock().unwrap();
            for (name, value) in changes {
                let before = parameters.insert(name, value.clone()).unwrap_or_default();
                assert!(before.is_empty() || value.is_empty(), "a public key was changed");
            }
            if self.dies {
                return Err(Failure {
                    code: "cut".into(),
                    message: "the connection is gone".into(),
                    mend: String::new(),
                });
            }
            Ok(())
        }
    }

    struct Edges {
        asked: AtomicUsize,
        after: usize,
        patience: usize,
    }

    impl Takes for Edges {
        async fn takes(&self, _: &str) -> Result<bool, Failure> {
            Ok(self.asked.fetch_add(1, Ordering::SeqCst) >= self.after)
        }

        async fn pause(&self) -> bool {
            self.asked.load(Ordering::SeqCst) < self.patience
        }
    }

    #[tokio::test]
    async fn a_new_key_has_a_slot_of_its_own_and_the_old_one_goes_later() {
        let stack = Stack::with(&[(1, "old"), (2, "laptop")]);
        let taken = take_in(&stack, "new").await.unwrap();
        assert_eq!((taken.slot.number(), taken.key_pair_id.as_str()), (3, "Knew"));
        assert!(stack.slots().slot_of("old").is_some(), "no dead link between");
        empty(&stack, &[Slot::new(1).unwrap()]).await.unwrap();
        let after = stack.slots();
        assert_eq!((after.slot_of("old"), after.free()), (None, Slot::new(1).ok()));
        assert_eq!(stack.updates(), 2);
    }

    #[tokio::test]
    async fn what_was_interrupted_goes_on_with_the_same_key() {
        let mut stack = Stack::with(&[(1, "old")]);
        stack.dies = true;
        assert_eq!(take_in(&stack, "new").await.unwrap_err().code, "cut");
        stack.dies = false;
        let taken = take_in(&stack, "new").await.unwrap();
        assert_eq!((taken.slot.number(), stack.updates()), (2, 1), "it was in there");
    }

    #[tokio::test]
    async fn four_taken_slots_are_said_and_nothing_is_changed() {
        let stack = Stack::with(&[(1, "a"), (2, "b"), (3, "c"), (4, "d")]);
        let refused = take_in(&stack, "e").await.unwrap_err();
        assert_eq!((refused.code.as_str(), stack.updates()), ("slots_taken", 0));
        assert!(refused.mend.contains("--lost"), "{}", refused.mend);
    }

    #[tokio::test]
    async fn a_lost_computers_slot_is_emptied_and_ones_own_is_not() {
        let stack = Stack::with(&[(1, "mine"), (2, "lost")]);
        let own = ["mine".to_owned()];
        for (slot, code) in [(1, "own_slot"), (3, "slot_empty")] {
            let refused = empty_lost(&stack, Slot::new(slot).unwrap(), &own).await.unwrap_err();
            assert_eq!((refused.code.as_str(), stack.updates()), (code, 0));
        }
        empty_lost(&stack, Slot::new(2).unwrap(), &own).await.unwrap();
        assert_eq!(stack.slots().slot_of("lost"), None);
    }

    #[tokio::test]
    async fn it_is_waited_for_viewers_and_not_for_ever() {
        let edges = |after| Edges {
            asked: AtomicUsize::new(0),
            after,
            patience: 5,
        };
        let soon = edges(3);
        settled(&soon, "K1").await.unwrap();
        assert_eq!(soon.asked.load(Ordering::SeqCst), 4);
        assert_eq!(settled(&edges(9), "K1").await.unwrap_err().code, "key_not_taken");
    }
}
