//! Why something could not be done with a piece of a stack.

use std::error::Error;
use std::fmt::Write as _;

use aws_sdk_cloudfront::error::ProvideErrorMetadata;

screener_wire::causes! {
    /// Why a piece could not be changed or asked.
    pub enum PieceCause {
        // What a distribution forgets.
        NoDistribution { domain: String } = "no_distribution" {
            en "No distribution of this account answers for {domain}, so its caches keep what was deleted for up to a day." => "Add the destination again with `--distribution ID`, or with credentials of the account that has it.";
            de "Keine Distribution dieses Kontos antwortet für {domain}; ihre Caches behalten Gelöschtes bis zu einem Tag." => "Füge das Ziel noch einmal hinzu, mit `--distribution ID` oder mit Zugangsdaten des Kontos, das sie hat.";
        }
        InvalidationDenied { call: String, code: String, words: String } = "not_invalidated" {
            en "CloudFront was not told to forget what was deleted ({call}: {code}, {words})." => "Give the credentials cloudfront:CreateInvalidation (and cloudfront:ListDistributions, unless the destination names its distribution).";
            de "CloudFront hat das Gelöschte noch nicht vergessen ({call}: {code}, {words})." => "Gib den Zugangsdaten cloudfront:CreateInvalidation (und cloudfront:ListDistributions, wenn das Ziel seine Distribution nicht nennt).";
        }
        NotInvalidated { call: String, code: String, words: String } = "not_invalidated" {
            en "CloudFront was not told to forget what was deleted ({call}: {code}, {words})." => "It is asked again at the next start; until then viewers with a link may see for up to a day what their edge still holds.";
            de "CloudFront hat das Gelöschte noch nicht vergessen ({call}: {code}, {words})." => "Beim nächsten Start wird es wieder gebeten; bis dahin sehen Zuschauer mit einem Link vielleicht noch bis zu einem Tag, was ihr Server noch hat.";
        }

        // Key slots.
        NoSuchSlot { slot: u8 } = "wrong_slot" {
            en "There is no key slot {slot}." => "Slots have the numbers 1 to 4.";
            de "Einen Schlüsselplatz {slot} gibt es nicht." => "Die Plätze haben die Nummern 1 bis 4.";
        }
        SlotsTaken = "slots_taken" {
            en "All four key slots are taken: by computers that sign links, and by old keys whose links have not ended." => "Empty the slot of a computer that you do not have any more (`--lost SLOT`), or end the links of old keys (`--finish --now`).";
            de "Alle vier Schlüsselplätze sind belegt: von Computern, die Links signieren, und von alten Schlüsseln, deren Links noch nicht abgelaufen sind." => "Leere den Platz eines Computers, den du nicht mehr hast (`--lost PLATZ`), oder beende die Links alter Schlüssel (`--finish --now`).";
        }
        SlotFilled { slot: u8 } = "slot_filled" {
            en "Key slot {slot} holds another key, and CloudFront changes no public key." => "Choose a free slot; a slot that was emptied by an update can be filled by the next one.";
            de "Der Schlüsselplatz {slot} enthält einen anderen Schlüssel, und CloudFront ändert keinen öffentlichen Schlüssel." => "Wähle einen freien Platz; einen Platz, den eine Aktualisierung geleert hat, kann die nächste füllen.";
        }
        SlotEmpty { slot: u8 } = "slot_empty" {
            en "Key slot {slot} is empty." => "`screener aws status` shows which slots are filled.";
            de "Der Schlüsselplatz {slot} ist leer." => "`screener aws status` zeigt, welche Plätze belegt sind.";
        }
        LastKey { slot: u8 } = "last_key" {
            en "Key slot {slot} holds the only key: without it the distribution would trust nobody, and CloudFront keeps no key group without a key." => "Make a new key first (`screener aws rotate-key`), then empty this slot.";
            de "Der Schlüsselplatz {slot} enthält den einzigen Schlüssel: Ohne ihn würde die Distribution niemandem vertrauen, und CloudFront führt keine Schlüsselgruppe ohne Schlüssel." => "Mach zuerst einen neuen Schlüssel (`screener aws rotate-key`), dann leere diesen Platz.";
        }
        OwnSlot { slot: u8 } = "own_slot" {
            en "Key slot {slot} holds a key of this computer." => "To change this computer's key use `screener aws rotate-key` without `--lost`.";
            de "Der Schlüsselplatz {slot} enthält einen Schlüssel dieses Computers." => "Um den Schlüssel dieses Computers zu wechseln, benutze `screener aws rotate-key` ohne `--lost`.";
        }
        KeysNotChanged { status: String, words: String } = "keys_not_changed" {
            en "The stack's keys could not be changed ({status}: {words})." => "`screener aws status` says what can be done. Links are signed with the old key until then, and it keeps its slot.";
            de "Die Schlüssel des Stacks ließen sich nicht ändern ({status}: {words})." => "`screener aws status` sagt, was zu tun ist. Bis dahin signiert der alte Schlüssel die Links, und er behält seinen Platz.";
        }
        NoKeyId { slot: u8 } = "no_key_id" {
            en "The stack was updated, and does not say under which id CloudFront knows the key in slot {slot}." => "Run `screener aws rotate-key` again: it goes on with the same key. Links are signed with the old one until then.";
            de "Der Stack ist aktualisiert, sagt aber nicht, unter welcher Nummer CloudFront den Schlüssel in Platz {slot} kennt." => "Starte `screener aws rotate-key` noch einmal: Es geht mit demselben Schlüssel weiter. Bis dahin signiert der alte die Links.";
        }
        KeyNotTaken { id: String } = "key_not_taken" {
            en "CloudFront does not take links of the new key {id} yet." => "Run `screener aws rotate-key` again in some minutes: it goes on with the same key. Links are signed with the old one until then.";
            de "CloudFront nimmt noch keine Links des neuen Schlüssels {id} an." => "Starte `screener aws rotate-key` in einigen Minuten noch einmal: Es geht mit demselben Schlüssel weiter. Bis dahin signiert der alte die Links.";
        }

        // The publish-only identity.
        PublisherKeysTaken { holders: String } = "publisher_keys_taken" {
            en "The publish-only identity has two access keys already, and IAM allows no third: {holders}." => "Remove the one of a computer that you do not have any more, or publish from this one with your own sign-in.";
            de "Die Identität zum Veröffentlichen hat schon zwei Zugangsschlüssel, mehr erlaubt IAM nicht: {holders}." => "Entferne den eines Computers, den du nicht mehr hast, oder veröffentliche von diesem mit deiner eigenen Anmeldung.";
        }
        NoPublisher { user: String } = "no_publisher" {
            en "The account has no identity {user}." => "`screener aws update` makes it again.";
            de "Im Konto gibt es keine Identität {user}." => "`screener aws update` legt sie wieder an.";
        }
        PublisherDenied { call: String, words: String } = "publisher_denied" {
            en "The access keys of the publish-only identity may not be managed with this sign-in ({call}: {words})." => "Sign in as somebody who may make access keys (iam:CreateAccessKey, iam:ListAccessKeys, iam:UpdateAccessKey, iam:DeleteAccessKey, iam:TagUser, iam:UntagUser, iam:ListUserTags); `screener aws policy` prints the least policy.";
            de "Diese Anmeldung darf die Zugangsschlüssel der Identität zum Veröffentlichen nicht verwalten ({call}: {words})." => "Melde dich mit einer Identität an, die Zugangsschlüssel anlegen darf (iam:CreateAccessKey, iam:ListAccessKeys, iam:UpdateAccessKey, iam:DeleteAccessKey, iam:TagUser, iam:UntagUser, iam:ListUserTags); `screener aws policy` druckt die kleinste Policy dafür.";
        }
        PublisherNotChanged { call: String, code: String, words: String } = "publisher_not_changed" {
            en "The publish-only identity's access keys could not be changed ({call}: {code}, {words})." => "Try again; a key that was made and is kept nowhere is found then and deleted.";
            de "Die Zugangsschlüssel der Identität zum Veröffentlichen ließen sich nicht ändern ({call}: {code}, {words})." => "Versuche es noch einmal; ein Schlüssel, der angelegt wurde und nirgends aufbewahrt ist, wird dabei gefunden und gelöscht.";
        }
        NewKeyRefused { id: String, error: String } = "new_key_refused" {
            en "AWS does not take the new access key {id}: {error}." => "It was deleted again, and the old one still publishes. Try again in some minutes.";
            de "AWS nimmt den neuen Zugangsschlüssel {id} nicht an: {error}." => "Er ist wieder gelöscht, und der alte veröffentlicht weiter. Versuche es in einigen Minuten noch einmal.";
        }

        // What is taken back.
        EntriesDenied { call: String, words: String } = "not_taken_back" {
            en "The list of what is taken back may not be changed with these credentials ({call}: {words})." => "Give them cloudfront-keyvaluestore:DescribeKeyValueStore, ListKeys, GetKey, PutKey, DeleteKey and UpdateKeys, or use the publish-only identity; until then the links still open.";
            de "Mit diesen Zugangsdaten lässt sich die Liste des Zurückgenommenen nicht ändern ({call}: {words})." => "Gib ihnen cloudfront-keyvaluestore:DescribeKeyValueStore, ListKeys, GetKey, PutKey, DeleteKey und UpdateKeys, oder benutze die Identität zum Veröffentlichen; bis dahin öffnen die Links noch.";
        }
        OldToken { call: String, code: String, words: String } = "old_token" {
            en "CloudFront's key value store does not take the session of these credentials ({call}: {code}, {words}): it wants session tokens of version 2." => "Use the publish-only identity's key, or have the session made by a regional endpoint of STS (`sts_regional_endpoints = regional`). Until then the links still open.";
            de "Der Key-Value-Store von CloudFront nimmt die Sitzung dieser Zugangsdaten nicht an ({call}: {code}, {words}): Er will Sitzungstoken der Version 2." => "Benutze den Schlüssel der Identität zum Veröffentlichen, oder lass die Sitzung an einem regionalen STS-Endpunkt anlegen (`sts_regional_endpoints = regional`). Bis dahin öffnen die Links noch.";
        }
        EntriesFull { words: String } = "store_full" {
            en "The list of what is taken back is full: CloudFront allows it 5 MB ({words})." => "Take back all links of a video at once, which needs one entry for all of them, or rotate the key: then every link made so far ends.";
            de "Die Liste des Zurückgenommenen ist voll: CloudFront erlaubt ihr 5 MB ({words})." => "Nimm alle Links eines Videos auf einmal zurück, das braucht einen Eintrag für alle; oder wechsle den Schlüssel: Dann enden alle bisherigen Links.";
        }
        EntriesBusy = "store_busy" {
            en "Another computer keeps changing the list of what is taken back." => "Try again in a minute; the links still open.";
            de "Ein anderer Computer ändert gerade immer wieder die Liste des Zurückgenommenen." => "Versuche es in einer Minute noch einmal; die Links öffnen noch.";
        }
        EntriesNotReady { status: String } = "store_not_ready" {
            en "The list of what is taken back is not ready at CloudFront (status: {status})." => "Wait until the stack is ready (`screener aws status`), and try again.";
            de "Die Liste des Zurückgenommenen ist bei CloudFront noch nicht bereit (Status: {status})." => "Warte, bis der Stack bereit ist (`screener aws status`), und versuche es noch einmal.";
        }
        NoEntries { arn: String } = "no_store" {
            en "The list of what is taken back is not there any more ({arn})." => "`screener aws update` makes it again. Until then no link opens, because nobody can be asked whether it was taken back.";
            de "Die Liste des Zurückgenommenen gibt es nicht mehr ({arn})." => "`screener aws update` legt sie wieder an. Bis dahin öffnet kein Link, denn niemand kann sagen, ob er zurückgenommen ist.";
        }
        EntriesNotChanged { call: String, code: String, words: String } = "not_taken_back" {
            en "CloudFront was not told what is taken back ({call}: {code}, {words})." => "Try again; the links still open.";
            de "CloudFront weiß noch nicht, was zurückgenommen ist ({call}: {code}, {words})." => "Versuche es noch einmal; die Links öffnen noch.";
        }

        // How pieces look.
        StackNotListed { call: String, code: String, words: String } = "stack_not_listed" {
            en "The pieces of the stack could not be listed ({call}: {code}, {words})." => "Look with credentials that have cloudformation:ListStackResources; `screener aws policy` prints what is needed.";
            de "Die Teile des Stacks ließen sich nicht auflisten ({call}: {code}, {words})." => "Sieh mit Zugangsdaten nach, die cloudformation:ListStackResources haben; `screener aws policy` druckt, was nötig ist.";
        }
    }
}

/// What a call was refused with: AWS's code, or `Connection`, and words.
pub(crate) fn said<E: ProvideErrorMetadata + Error>(error: &E) -> (String, String) {
    match error.code() {
        Some(code) => (code.to_owned(), error.message().unwrap_or_default().to_owned()),
        None => ("Connection".to_owned(), with_reasons(error)),
    }
}

/// An error and what lies behind it, in one line.
fn with_reasons(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut behind = error.source();
    while let Some(reason) = behind {
        let _ = write!(words, ": {reason}");
        behind = reason.source();
    }
    words
}

/// Codes of AWS for "you may not".
pub(crate) fn is_denied(code: &str) -> bool {
    matches!(
        code,
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" | "NotAuthorized"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_gaps() {
        for phrase in PieceCause::phrases() {
            for place in 1..=phrase.english.matches("{}").count() {
                assert!(phrase.german.contains(&format!("{{{place}}}")), "{phrase:?}");
            }
        }
    }
}
