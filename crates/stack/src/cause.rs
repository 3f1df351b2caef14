//! Why something could not be made, changed, looked at or taken away in an account.

screener_wire::causes! {
    /// Why a stack could not be planned, made, updated or removed, or a piece of it not be changed or asked.
    pub enum Cause {
        // The stack's own state.
        NameTaken { stack: String } = "name_taken" {
            en "A stack called {stack} is there already, and it is not Screener's." => "Choose another name with `--name`, or delete that stack in the console if it is yours.";
            de "Es gibt schon einen Stack namens {stack}, und er ist nicht von Screener." => "Wähle einen anderen Namen mit `--name`, oder lösche den Stack in der Konsole, wenn er deiner ist.";
        }
        OtherAccount { stack: String, account: String, here: String } = "other_account" {
            en "{stack} is in account {account}, and these credentials are of account {here}." => "Sign in to account {account}, or choose another name with `--name`.";
            de "{stack} liegt im Konto {account}, diese Zugangsdaten gehören zum Konto {here}." => "Melde dich beim Konto {account} an, oder wähle einen anderen Namen mit `--name`.";
        }
        OtherRegion { stack: String, region: String, here: String } = "other_region" {
            en "{stack} is in {region}, not in {here}: a stack cannot move." => "Leave `--region` out, or choose another name with `--name`.";
            de "{stack} liegt in {region}, nicht in {here}: Ein Stack kann nicht umziehen." => "Lass `--region` weg, oder wähle einen anderen Namen mit `--name`.";
        }
        NoStack { stack: String } = "no_stack" {
            en "There is no stack called {stack} in this account and region." => "`screener aws deploy` makes it; `--name`, `--region` and `--profile` say where to look.";
            de "In diesem Konto und dieser Region gibt es keinen Stack namens {stack}." => "`screener aws deploy` legt ihn an; `--name`, `--region` und `--profile` sagen, wo zu suchen ist.";
        }
        Busy { stack: String, status: String } = "in_progress" {
            en "{stack} is being changed at the moment ({status})." => "`screener aws status` watches it; what is wanted can be done once that has ended.";
            de "{stack} wird gerade verändert ({status})." => "`screener aws status` sieht dabei zu; danach geht, was gewünscht ist.";
        }
        OnlyReviewed { stack: String } = "review_in_progress" {
            en "{stack} was planned and never made: it is empty (REVIEW_IN_PROGRESS)." => "`screener aws deploy` goes on from there, `screener aws remove` takes the empty stack away.";
            de "{stack} wurde geplant und nie angelegt: Er ist leer (REVIEW_IN_PROGRESS)." => "`screener aws deploy` macht von dort weiter, `screener aws remove` entfernt den leeren Stack.";
        }
        RolledBack { stack: String, status: String } = "rolled_back" {
            en "{stack} could not be made and was taken back ({status}): such a stack can only be deleted." => "`screener aws deploy` deletes it and begins anew, `screener aws remove` only deletes it.";
            de "{stack} ließ sich nicht anlegen und wurde zurückgenommen ({status}): So ein Stack kann nur gelöscht werden." => "`screener aws deploy` löscht ihn und beginnt von vorn, `screener aws remove` löscht ihn nur.";
        }
        UpdateStuck { stack: String, status: String } = "update_stuck" {
            en "An update of {stack} failed, and so did taking it back ({status})." => "`screener aws deploy` lets AWS go on with taking it back, then updates; nothing is deleted by that.";
            de "Eine Aktualisierung von {stack} ist gescheitert, und auch ihre Rücknahme ({status})." => "`screener aws deploy` lässt AWS mit der Rücknahme weitermachen und aktualisiert dann; gelöscht wird dabei nichts.";
        }
        HalfDeleted { stack: String, stays: String } = "half_deleted" {
            en "{stack} was to be deleted, and some of it is still there: {stays}." => "`screener aws remove` deletes the rest, and says what AWS objects to.";
            de "{stack} sollte gelöscht werden, und einiges davon ist noch da: {stays}." => "`screener aws remove` löscht den Rest und sagt, was AWS dagegen hat.";
        }
        Unknown { stack: String, status: String } = "unknown_state" {
            en "{stack} is in a state that this version does not know ({status})." => "Look at it in the CloudFormation console; a newer Screener may know it.";
            de "{stack} ist in einem Zustand, den diese Version nicht kennt ({status})." => "Sieh ihn in der CloudFormation-Konsole an; ein neueres Screener kennt ihn vielleicht.";
        }
        NewerTemplate { stack: String, there: String, here: String } = "newer_template" {
            en "{stack} was made by a newer Screener (template {there}, this one has {here})." => "Update Screener first: an older template would take away what the newer one added.";
            de "{stack} wurde von einem neueren Screener angelegt (Vorlage {there}, diese Version hat {here})." => "Aktualisiere zuerst Screener: Eine ältere Vorlage nähme weg, was die neuere hinzugefügt hat.";
        }

        // What is planned.
        Invalid { tree: String } = "not_valid" {
            en "AWS refuses the plan before anything was made:\n{tree}" => "Change what these lines name; nothing was made and nothing costs anything.";
            de "AWS lehnt den Plan ab, bevor etwas angelegt wurde:\n{tree}" => "Ändere, was diese Zeilen nennen; nichts wurde angelegt, nichts kostet etwas.";
        }
        NotPlanned { words: String } = "not_planned" {
            en "AWS could not make the plan: {words}." => "Mend what these words say; nothing was made and nothing costs anything.";
            de "AWS konnte den Plan nicht machen: {words}." => "Behebe, was diese Worte sagen; nichts wurde angelegt, nichts kostet etwas.";
        }
        KeyChanged { piece: String } = "key_changed" {
            en "The plan would change the public key in {piece}, which CloudFront cannot do: a key is added or removed, never changed." => "Use another slot: `screener aws rotate-key` does it without a dead link.";
            de "Der Plan würde den öffentlichen Schlüssel in {piece} ändern; das kann CloudFront nicht: Ein Schlüssel kommt hinzu oder geht, er ändert sich nie." => "Benutze einen anderen Platz: `screener aws rotate-key` tut das ohne einen toten Link.";
        }
        Precious { piece: String, what: String } = "would_lose" {
            en "The plan would {what} {piece}: films or links would be lost." => "This is refused whatever is answered. Deploy under another name and publish there, or undo the setting that asks for it.";
            de "Der Plan würde {piece} verlieren ({what}): Filme oder Links gingen verloren." => "Das wird abgelehnt, was auch geantwortet wird. Richte unter einem anderen Namen ein und veröffentliche dort, oder nimm die Einstellung zurück, die das verlangt.";
        }
        TemplateTooLarge { bytes: usize } = "template_too_large" {
            en "The template has {bytes} bytes; AWS takes at most 51,200 in a call." => "Use the template that comes with Screener.";
            de "Die Vorlage hat {bytes} Bytes; AWS nimmt höchstens 51.200 in einem Aufruf." => "Benutze die Vorlage, die mit Screener kommt.";
        }

        // The zip and its bucket.
        NoZip { looked: String } = "no_zip" {
            en "The endpoint's zip is not there: {looked}." => "`make lambda` builds it; packages bring it along.";
            de "Das Zip der Playlist-Funktion ist nicht da: {looked}." => "`make lambda` baut es; Pakete bringen es mit.";
        }
        BucketTaken { bucket: String } = "bucket_taken" {
            en "The bucket {bucket}, where the endpoint's zip is put, belongs to another account." => "Nothing was put there. Deploy in another region with `--region`, and tell AWS Support that somebody has taken a name with your account's number.";
            de "Der Bucket {bucket}, in den das Zip der Playlist-Funktion kommt, gehört einem anderen Konto." => "Es wurde nichts hineingelegt. Richte mit `--region` in einer anderen Region ein, und melde dem AWS-Support, dass jemand einen Namen mit deiner Kontonummer belegt hat.";
        }

        // Pieces that failed.
        NotVerified { piece: String } = "not_verified" {
            en "AWS has not verified this account for CloudFront yet, so {piece} could not be made." => "This is no permission: open a case with AWS Support (Account and billing, \"CloudFront verification\"), which is free, then deploy again. Nothing was left behind.";
            de "AWS hat dieses Konto noch nicht für CloudFront geprüft, darum ließ sich {piece} nicht anlegen." => "Das ist keine Frage von Rechten: Eröffne beim AWS-Support einen Fall (Account and billing, \"CloudFront verification\"), das ist kostenlos, und richte dann noch einmal ein. Es blieb nichts zurück.";
        }
        ForbiddenByOrganisation { piece: String, words: String } = "organisation" {
            en "The organisation that this account belongs to forbids {piece}: {words}." => "No permission in the account can change that: ask the organisation's administrators, or use an account of your own.";
            de "Die Organisation, zu der dieses Konto gehört, verbietet {piece}: {words}." => "Keine Erlaubnis im Konto ändert das: Frage die Verwaltung der Organisation, oder benutze ein eigenes Konto.";
        }
        MayNotPassRole { piece: String, words: String } = "denied" {
            en "These credentials may not hand a role to {piece} (iam:PassRole): {words}." => "Ask whoever looks after the account for iam:PassRole to lambda.amazonaws.com; `screener aws policy` prints it with everything else.";
            de "Diese Zugangsdaten dürfen {piece} keine Rolle geben (iam:PassRole): {words}." => "Bitte die Verwaltung des Kontos um iam:PassRole für lambda.amazonaws.com; `screener aws policy` gibt es mit allem anderen aus.";
        }
        MayNotTag { piece: String, action: String, words: String } = "denied" {
            en "These credentials may make {piece}, but not tag it ({action}): {words}." => "Ask for {action} as well; `screener aws policy` prints everything that is needed.";
            de "Diese Zugangsdaten dürfen {piece} anlegen, aber nicht mit Tags versehen ({action}): {words}." => "Bitte auch um {action}; `screener aws policy` gibt alles aus, was gebraucht wird.";
        }
        PieceDenied { piece: String, action: String, words: String } = "denied" {
            en "{piece} needs {action}, which these credentials may not do: {words}." => "Ask whoever looks after the account for it; `screener aws policy` prints everything that is needed.";
            de "{piece} braucht {action}, und das dürfen diese Zugangsdaten nicht: {words}." => "Bitte die Verwaltung des Kontos darum; `screener aws policy` gibt alles aus, was gebraucht wird.";
        }
        Quota { piece: String, words: String } = "quota" {
            en "The account has as many as it may have of what {piece} is: {words}." => "Delete one that is not needed, or ask for more under Service Quotas in the console (free, a day or so), then deploy again.";
            de "Das Konto hat schon so viele, wie es haben darf, von dem, was {piece} ist: {words}." => "Lösche eine, die nicht gebraucht wird, oder bitte unter Service Quotas in der Konsole um mehr (kostenlos, etwa ein Tag), dann richte noch einmal ein.";
        }
        Exists { piece: String, words: String } = "exists" {
            en "{piece} could not be made because something of its name is there already: {words}." => "It is left from a stack of before, or somebody else's. Delete it in the console if it is yours, or choose another name with `--name`.";
            de "{piece} ließ sich nicht anlegen, weil es etwas mit seinem Namen schon gibt: {words}." => "Es ist von einem früheren Stack übrig oder gehört jemand anderem. Lösche es in der Konsole, wenn es deins ist, oder wähle einen anderen Namen mit `--name`.";
        }
        DomainTaken { words: String } = "domain_taken" {
            en "The domain belongs to another distribution: {words}." => "Take it from that distribution first (CloudFront, Alternate domain names), or leave `--domain` out; one domain is one distribution's, in all of AWS.";
            de "Die Domain gehört zu einer anderen Distribution: {words}." => "Nimm sie zuerst von dieser Distribution weg (CloudFront, Alternate domain names), oder lass `--domain` weg; eine Domain gehört in ganz AWS nur einer Distribution.";
        }
        Certificate { words: String } = "certificate" {
            en "CloudFront does not take the certificate: {words}." => "It must be in us-east-1, issued, and cover the domain; AWS Certificate Manager there shows it.";
            de "CloudFront nimmt das Zertifikat nicht: {words}." => "Es muss in us-east-1 liegen, ausgestellt sein und die Domain abdecken; AWS Certificate Manager zeigt es dort.";
        }
        CodeGone { words: String } = "code_gone" {
            en "AWS did not find the endpoint's zip: {words}." => "Deploy again: the zip is uploaded anew.";
            de "AWS hat das Zip der Playlist-Funktion nicht gefunden: {words}." => "Richte noch einmal ein: Das Zip wird neu hochgeladen.";
        }
        FlatPlan { piece: String, words: String } = "flat_plan" {
            en "{piece} is under a CloudFront flat-rate plan and cannot be deleted before that ends: {words}." => "Cancel the plan in the CloudFront console; it ends with the month that is paid. Then `screener aws remove` deletes the rest.";
            de "{piece} hat einen CloudFront-Pauschaltarif und lässt sich vor dessen Ende nicht löschen: {words}." => "Kündige den Tarif in der CloudFront-Konsole; er endet mit dem bezahlten Monat. Dann löscht `screener aws remove` den Rest.";
        }
        KeysFirst { piece: String, words: String } = "keys_first" {
            en "{piece} still has access keys, and IAM deletes no user that has any: {words}." => "`screener aws remove` deletes them first; keys that others made have to be deleted in the console (IAM, Users).";
            de "{piece} hat noch Zugangsschlüssel, und IAM löscht keinen Benutzer, der welche hat: {words}." => "`screener aws remove` löscht sie zuerst; Schlüssel, die andere angelegt haben, lassen sich in der Konsole löschen (IAM, Users).";
        }
        NotEmpty { piece: String, words: String } = "not_empty" {
            en "{piece} still holds something, so AWS does not delete it: {words}." => "Type the bucket's name to have it emptied, or keep it.";
            de "{piece} enthält noch etwas, darum löscht AWS es nicht: {words}." => "Gib den Namen des Buckets ein, damit er geleert wird, oder behalte ihn.";
        }
        StillUsed { piece: String, words: String } = "still_used" {
            en "{piece} is still used by something that is not of this stack: {words}." => "Take it out there, then repeat the command.";
            de "{piece} wird noch von etwas benutzt, das nicht zu diesem Stack gehört: {words}." => "Nimm es dort heraus, dann wiederhole den Befehl.";
        }
        AwsFailed { piece: String, words: String } = "aws_failed" {
            en "AWS failed while it worked on {piece}: {words}." => "That passes: repeat the command in a few minutes. health.aws.amazon.com tells of greater trouble.";
            de "AWS hatte bei {piece} selbst einen Fehler: {words}." => "Das vergeht: Wiederhole den Befehl in ein paar Minuten. health.aws.amazon.com sagt, wenn es etwas Größeres ist.";
        }
        RegionOff { words: String } = "region_off" {
            en "This region is switched off in the account: {words}." => "Switch it on in the console under Account, AWS Regions (it takes some minutes), or name another with `--region`.";
            de "Diese Region ist im Konto ausgeschaltet: {words}." => "Schalte sie in der Konsole unter Account, AWS Regions ein (das dauert einige Minuten), oder nenne eine andere mit `--region`.";
        }
        SignInEnded { piece: String, words: String } = "sign_in_ended" {
            en "The sign-in ended while AWS worked on {piece}, so it was taken back: {words}." => "Sign in again, for longer if you can, and repeat the command.";
            de "Die Anmeldung lief ab, während AWS an {piece} arbeitete, darum wurde es zurückgenommen: {words}." => "Melde dich neu an, wenn möglich für länger, und wiederhole den Befehl.";
        }
        Concurrency { words: String } = "quota" {
            en "Lambda's concurrency in this account is too small: {words}." => "Ask for more under Service Quotas, AWS Lambda, Concurrent executions (free), then deploy again.";
            de "Lambda darf in diesem Konto zu wenig gleichzeitig ausführen: {words}." => "Bitte unter Service Quotas, AWS Lambda, Concurrent executions um mehr (kostenlos), dann richte noch einmal ein.";
        }
        PieceFailed { piece: String, words: String } = "piece_failed" {
            en "{piece} failed: {words}." => "Mend what these words say, then repeat the command.";
            de "{piece} ist gescheitert: {words}." => "Behebe, was diese Worte sagen, dann wiederhole den Befehl.";
        }
        Vanished { stack: String } = "stack_gone" {
            en "{stack} was deleted while it was being watched, by somebody else or in the console." => "`screener aws deploy` makes it anew.";
            de "{stack} wurde gelöscht, während zugesehen wurde, von jemand anderem oder in der Konsole." => "`screener aws deploy` legt ihn neu an.";
        }
        Protected { stack: String } = "protected" {
            en "{stack} is protected against deletion." => "Switch termination protection off in the CloudFormation console, then repeat the command.";
            de "{stack} ist gegen Löschen geschützt." => "Schalte in der CloudFormation-Konsole den Löschschutz (termination protection) aus, dann wiederhole den Befehl.";
        }
        WrongBucketName { typed: String, bucket: String } = "wrong_name" {
            en "`{typed}` is not the bucket's name: nothing was removed." => "Type {bucket} to delete every film in it, or leave it out to keep the bucket.";
            de "`{typed}` ist nicht der Name des Buckets: Es wurde nichts entfernt." => "Gib {bucket} ein, um jeden Film darin zu löschen, oder lass ihn weg, um den Bucket zu behalten.";
        }
        LeftBehind { first: String, stays: String } = "left_behind" {
            en "{first} What could not be taken back is still there and may cost something: {stays}." => "`screener aws remove` takes it away.";
            de "{first} Was sich nicht zurücknehmen ließ, ist noch da und kann etwas kosten: {stays}." => "`screener aws remove` entfernt es.";
        }

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
