//! Why nothing can be done in an account.

screener_wire::causes! {
    /// Why an account cannot be used, or a call of it was refused.
    pub enum Cause {
        NoCredentials = "no_credentials" {
            en "No AWS credentials were found on this computer." => "Sign in with `aws login` or `aws sso login`, name a profile with `--profile`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
            de "Auf diesem Computer wurden keine Zugangsdaten von AWS gefunden." => "Melde dich mit `aws login` oder `aws sso login` an, nenne ein Profil mit `--profile`, oder setze AWS_ACCESS_KEY_ID und AWS_SECRET_ACCESS_KEY.";
        }
        NoProfile { profile: String } = "no_such_profile" {
            en "There is no AWS profile called {profile}." => "`aws configure list-profiles` names those that are there; `aws configure --profile NAME` makes one.";
            de "Es gibt kein AWS-Profil namens {profile}." => "`aws configure list-profiles` nennt die vorhandenen; `aws configure --profile NAME` legt eines an.";
        }
        SignInEnded { words: String } = "sign_in_ended" {
            en "The sign-in to AWS has ended: {words}." => "Sign in again (`aws login`, `aws sso login`) and repeat the command: it goes on where it stood.";
            de "Die Anmeldung bei AWS ist abgelaufen: {words}." => "Melde dich neu an (`aws login`, `aws sso login`) und wiederhole den Befehl: Er macht dort weiter, wo er stand.";
        }
        StrangeCredentials { words: String } = "not_accepted" {
            en "AWS does not know these credentials: {words}." => "The access key may have been deleted or mistyped; sign in again, or name another profile.";
            de "AWS kennt diese Zugangsdaten nicht: {words}." => "Der Zugangsschlüssel ist vielleicht gelöscht oder falsch geschrieben; melde dich neu an oder nenne ein anderes Profil.";
        }
        Clock { words: String } = "wrong_clock" {
            en "AWS refuses requests from this computer because its clock is wrong: {words}." => "Let the system set date and time by itself, then try again.";
            de "AWS lehnt Anfragen dieses Computers ab, weil seine Uhr falsch geht: {words}." => "Lass das System Datum und Uhrzeit selbst stellen, dann versuche es noch einmal.";
        }
        NoAnswer { call: String, words: String } = "no_network" {
            en "AWS could not be reached ({call}): {words}." => "Check the connection and the region's name, then repeat the command: it goes on where it stood.";
            de "AWS war nicht zu erreichen ({call}): {words}." => "Prüfe die Verbindung und den Namen der Region, dann wiederhole den Befehl: Er macht dort weiter, wo er stand.";
        }
        Busy { call: String, words: String } = "throttled" {
            en "AWS refuses {call} for the moment, and did so again and again: {words}." => "Wait a few minutes and repeat the command: it goes on where it stood.";
            de "AWS lehnt {call} im Augenblick ab, auch nach mehreren Versuchen: {words}." => "Warte ein paar Minuten und wiederhole den Befehl: Er macht dort weiter, wo er stand.";
        }
        MayNot { action: String, words: String } = "denied" {
            en "These credentials may not do {action}: {words}." => "Ask whoever looks after the account for the permission; `screener aws policy` prints everything that is needed.";
            de "Diese Zugangsdaten dürfen {action} nicht: {words}." => "Bitte die Verwaltung des Kontos um die Erlaubnis; `screener aws policy` gibt alles aus, was gebraucht wird.";
        }
        MayNotCall { call: String, words: String } = "denied" {
            en "These credentials may not call {call}: {words}." => "Ask whoever looks after the account for the permission; `screener aws policy` prints everything that is needed.";
            de "Diese Zugangsdaten dürfen {call} nicht aufrufen: {words}." => "Bitte die Verwaltung des Kontos um die Erlaubnis; `screener aws policy` gibt alles aus, was gebraucht wird.";
        }
        Organisation { call: String, words: String } = "organisation" {
            en "The organisation that this account belongs to forbids {call}: {words}." => "No permission in the account can change that: ask the organisation's administrators, or use an account of your own.";
            de "Die Organisation, zu der dieses Konto gehört, verbietet {call}: {words}." => "Keine Erlaubnis im Konto ändert das: Frage die Verwaltung der Organisation, oder benutze ein eigenes Konto.";
        }
        RegionOff { words: String } = "region_off" {
            en "This region is switched off in the account: {words}." => "Switch it on in the console under Account, AWS Regions (it takes some minutes), or name another with `--region`.";
            de "Diese Region ist im Konto ausgeschaltet: {words}." => "Schalte sie in der Konsole unter Account, AWS Regions ein (das dauert einige Minuten), oder nenne eine andere mit `--region`.";
        }
        Refused { call: String, code: String, words: String } = "refused" {
            en "AWS refused {call} ({code}): {words}." => "Mend what these words say, then repeat the command.";
            de "AWS hat {call} abgelehnt ({code}): {words}." => "Behebe, was diese Worte sagen, dann wiederhole den Befehl.";
        }
        China { region: String } = "partition" {
            en "{region} belongs to AWS in China, which is a world of its own: its CloudFront has no key groups." => "Use a region outside of China, such as ap-northeast-1.";
            de "{region} gehört zu AWS in China, einer eigenen Welt: Dort hat CloudFront keine Schlüsselgruppen." => "Benutze eine Region außerhalb von China, etwa ap-northeast-1.";
        }
        GovCloud { region: String } = "partition" {
            en "{region} belongs to AWS GovCloud, which has no CloudFront of its own." => "Use a region of the usual AWS, such as us-east-1.";
            de "{region} gehört zu AWS GovCloud, das kein eigenes CloudFront hat." => "Benutze eine Region des gewöhnlichen AWS, etwa us-east-1.";
        }
        OtherPartition { region: String } = "partition" {
            en "{region} belongs to a part of AWS that Screener does not know." => "Use a region of the usual AWS, such as eu-central-1.";
            de "{region} gehört zu einem Teil von AWS, den Screener nicht kennt." => "Benutze eine Region des gewöhnlichen AWS, etwa eu-central-1.";
        }
        NoRegion { region: String } = "wrong_region" {
            en "`{region}` is no region of AWS." => "Name one with `--region`, such as eu-central-1 or us-east-1.";
            de "`{region}` ist keine Region von AWS." => "Nenne eine mit `--region`, etwa eu-central-1 oder us-east-1.";
        }
        NoRegionGiven = "wrong_region" {
            en "No region was named, and neither the profile nor AWS_REGION names one." => "Name one with `--region`: near you for quick uploads, such as eu-central-1 or us-east-1.";
            de "Es wurde keine Region genannt, und weder das Profil noch AWS_REGION nennt eine." => "Nenne eine mit `--region`: nahe bei dir für schnelles Hochladen, etwa eu-central-1 oder us-east-1.";
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same_gaps() {
        for phrase in Cause::phrases() {
            let gaps = phrase.english.matches("{}").count();
            for place in 1..=gaps {
                assert!(phrase.german.contains(&format!("{{{place}}}")), "{phrase:?}");
            }
        }
    }
}
