//! Which public key lies in which of a stack's four slots, and what may be changed about it.
//!
//! CloudFront changes no public key, so a slot goes from empty to filled to empty, and never from one key to another
//! (<https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-publickey.html>: an update of the
//! encoded key fails). A key group holds at least one key: the last slot stays filled.

use std::collections::BTreeMap;

use screener_template::names::{output, parameter, piece};

use crate::Cause;

/// Slots of a stack.
pub const SLOTS: u8 = 4;

/// One slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u8);

impl Slot {
    /// The slot of a number, from 1 on.
    ///
    /// # Errors
    /// `wrong_slot`.
    pub fn new(number: u8) -> Result<Self, Cause> {
        if (1..=SLOTS).contains(&number) {
            Ok(Self(number))
        } else {
            Err(Cause::NoSuchSlot { slot: number })
        }
    }

    /// All of them, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=SLOTS).map(Self)
    }

    /// Its number, from 1 on.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The parameter that fills it.
    pub fn parameter(self) -> &'static str {
        parameter::PUBLIC_KEYS[self.index()]
    }

    /// The output that says under which id CloudFront knows its key.
    pub fn output(self) -> &'static str {
        output::PUBLIC_KEYS[self.index()]
    }

    /// The key's logical id in the template.
    pub fn piece(self) -> &'static str {
        piece::PUBLIC_KEYS[self.index()]
    }

    fn index(self) -> usize {
        usize::from(self.0) - 1
    }
}

/// Parameters and their new values.
pub type Changes = BTreeMap<String, String>;

/// What lies in the slots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeySlots {
    keys: BTreeMap<u8, String>,
}

impl KeySlots {
    /// As the parameters of a stack say.
    pub fn of(parameters: &BTreeMap<String, String>) -> Self {
        let filled = Slot::all().filter_map(|slot| {
            let key = parameters.get(slot.parameter())?;
            (!key.trim().is_empty()).then(|| (slot.0, key.clone()))
        });
        Self { keys: filled.collect() }
    }

    /// The public key in a slot, as PEM.
    pub fn key(&self, slot: Slot) -> Option<&str> {
        self.keys.get(&slot.0).map(String::as_str)
    }

    /// Slots that hold a key.
    pub fn filled(&self) -> impl Iterator<Item = Slot> {
        self.keys.keys().copied().map(Slot)
    }

    /// The first slot that holds none.
    pub fn free(&self) -> Option<Slot> {
        Slot::all().find(|slot| self.key(*slot).is_none())
    }

    /// Where a public key lies. The console joins the lines of a PEM that is pasted there: white space does not count.
    pub fn slot_of(&self, pem: &str) -> Option<Slot> {
        self.filled()
            .find(|slot| self.key(*slot).is_some_and(|key| same(key, pem)))
    }

    /// What is to be changed so that a slot holds this key: nothing where it does.
    ///
    /// # Errors
    /// `slot_filled` where it holds another.
    pub fn fill(&self, slot: Slot, pem: &str) -> Result<Changes, Cause> {
        match self.key(slot) {
            None => Ok(Changes::from([(slot.parameter().to_owned(), pem.to_owned())])),
            Some(key) if same(key, pem) => Ok(Changes::new()),
            Some(_) => Err(Cause::SlotFilled { slot: slot.0 }),
        }
    }

    /// What is to be changed so that these slots are empty: nothing for those that are.
    ///
    /// # Errors
    /// `last_key` where no key would be left.
    pub fn empty(&self, slots: &[Slot]) -> Result<Changes, Cause> {
        let emptied = || slots.iter().copied().filter(|slot| self.key(*slot).is_some());
        if let Some(slot) = emptied().next()
            && self.filled().all(|filled| slots.contains(&filled))
        {
            return Err(Cause::LastKey { slot: slot.0 });
        }
        Ok(emptied()
            .map(|slot| (slot.parameter().to_owned(), String::new()))
            .collect())
    }

    /// Slots whose keys are none of these: another computer's, or of one that is lost.
    pub fn of_others<'a>(&self, own: impl IntoIterator<Item = &'a str>) -> Vec<Slot> {
        let own: Vec<_> = own.into_iter().filter_map(|pem| self.slot_of(pem)).collect();
        self.filled().filter(|slot| !own.contains(slot)).collect()
    }
}

fn same(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| !letter.is_whitespace())
            .collect::<String>()
    };
    letters(one) == letters(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(keys: [&str; 4]) -> KeySlots {
        let parameters = Slot::all().zip(keys);
        KeySlots::of(
            &parameters
                .map(|(slot, key)| (slot.parameter().to_owned(), key.to_owned()))
                .collect(),
        )
    }

    fn slot(number: u8) -> Slot {
        Slot::new(number).unwrap()
    }

    #[test]
    fn a_free_slot_is_filled_and_a_filled_one_never_changed() {
        let slots = slots(["one", "", " \n", "four"]);
        assert_eq!(slots.free(), Some(slot(2)));
        let filled = slots.fill(slot(2), "two").unwrap();
        assert_eq!(filled, Changes::from([("PublicKeyPem2".into(), "two".into())]));
        assert!(slots.fill(slot(1), "one").unwrap().is_empty(), "it is there already");
        assert_eq!(slots.fill(slot(1), "other").unwrap_err().code(), "slot_filled");
        assert_eq!(Slot::new(5).unwrap_err().code(), "wrong_slot");
        assert_eq!(Slot::new(0).unwrap_err().code(), "wrong_slot");
    }

    #[test]
    fn the_last_key_stays() {
        let two = slots(["one", "", "", "four"]);
        let emptied = two.empty(&[slot(1), slot(2)]).unwrap();
        assert_eq!(emptied, Changes::from([("PublicKeyPem1".into(), String::new())]));
        assert_eq!(two.empty(&[slot(1), slot(4)]).unwrap_err().code(), "last_key");
        assert!(two.empty(&[slot(3)]).unwrap().is_empty());
        let one = slots(["", "", "x", ""]);
        assert_eq!(one.empty(&[slot(3)]).unwrap_err().code(), "last_key");
    }

    #[test]
    fn a_key_is_found_however_its_lines_are_joined() {
        let slots = slots(["-----BEGIN-----\nMIIB\nAQ==\n-----END-----\n", "other", "", ""]);
        assert_eq!(slots.slot_of("-----BEGIN----- MIIB AQ== -----END-----"), Some(slot(1)));
        assert_eq!(slots.slot_of("-----BEGIN----- MIIC AQ== -----END-----"), None);
        assert_eq!(slots.of_others(["other"]), [slot(1)]);
    }

    #[test]
    fn four_taken_slots_leave_none() {
        assert_eq!(slots(["a", "b", "c", "d"]).free(), None);
    }
}
