//! Everything that the engine refuses or fails at, one variant a cause, in English and German.

use screener_store::{Class, StoreError};

use crate::key_store::KeyError;

screener_wire::causes! {
    /// A cause that the engine tells.
    pub enum Cause {
        JournalFull = "disk_full" {
            en "The disk that holds Screener's data folder is full." => "Free some room; the job goes on by itself.";
            de "Die Festplatte mit dem Datenordner von Screener ist voll." => "Schaffe Platz; der Auftrag geht dann von selbst weiter.";
        }
        Journal { why: String } = "journal" {
            en "Screener's journal could not be used: {why}." => "Check that the data folder can be written to and that its disk has room.";
            de "Das Journal von Screener ließ sich nicht benutzen: {why}." => "Prüfe, ob in den Datenordner geschrieben werden darf und ob dort Platz ist.";
        }
        JournalSpoiled { why: String } = "journal" {
            en "The journal is spoiled: {why}." => "Move the data folder away and refresh the library.";
            de "Das Journal ist verdorben: {why}." => "Lege den Datenordner beiseite und lies die Bibliothek neu ein.";
        }
        JournalRecord { why: String } = "journal" {
            en "A record of the journal cannot be read: {why}." => "Move the data folder away and refresh the library.";
            de "Ein Eintrag des Journals lässt sich nicht lesen: {why}." => "Lege den Datenordner beiseite und lies die Bibliothek neu ein.";
        }
        JournalTooNew = "journal_too_new" {
            en "The data folder was written by a newer Screener." => "Use that Screener, or another data folder (`--data-dir`).";
            de "Der Datenordner gehört zu einem neueren Screener." => "Benutze diesen, oder einen anderen Datenordner (`--data-dir`).";
        }
        Closing = "closing" {
            en "Screener is being closed." => "Start it again.";
            de "Screener wird gerade geschlossen." => "Starte es neu.";
        }
        NoSuchJob { job: String } = "no_such_job" {
            en "There is no job {job}." => "`screener jobs` lists the jobs there are.";
            de "Den Auftrag {job} gibt es nicht." => "`screener jobs` listet die Aufträge auf, die es gibt.";
        }
        NoSuchVideo { video: String } = "no_such_video" {
            en "There is no video {video} in the library." => "`screener list` lists the videos there are.";
            de "Das Video {video} ist nicht in der Bibliothek." => "`screener list` listet die Videos auf, die es gibt.";
        }
        NoSuchDestination { name: String } = "no_such_destination" {
            en "There is no destination called {name}." => "`screener destination list` lists the destinations there are.";
            de "Ein Ziel namens {name} gibt es nicht." => "`screener destination list` listet die Ziele auf, die es gibt.";
        }

        NoSuchFile { path: String } = "no_such_file" {
            en "There is no file {path}." => "Check the name; the file may have been moved or renamed.";
            de "Die Datei {path} gibt es nicht." => "Prüfe den Namen; vielleicht wurde sie verschoben oder umbenannt.";
        }
        NotReadable { path: String } = "not_readable" {
            en "{path} may not be opened." => "Give your user the right to it, or copy the file somewhere you own.";
            de "{path} darf nicht geöffnet werden." => "Gib dir das Recht dazu, oder kopiere die Datei in einen eigenen Ordner.";
        }
        DiskFull { path: String } = "disk_full" {
            en "The disk that holds {path} is full." => "Free some room; the job goes on by itself.";
            de "Die Festplatte mit {path} ist voll." => "Schaffe Platz; der Auftrag geht dann von selbst weiter.";
        }
        File { path: String, why: String } = "file" {
            en "{path} could not be used: {why}." => "Check the disk and the folder's permissions.";
            de "{path} ließ sich nicht benutzen: {why}." => "Prüfe die Festplatte und die Rechte des Ordners.";
        }
        Folder { path: String } = "is_a_folder" {
            en "{path} is a folder." => "Choose the films inside it.";
            de "{path} ist ein Ordner." => "Wähle die Filme darin.";
        }
        Empty { path: String } = "empty" {
            en "{path} is empty." => "Check that the copy or the recording was finished.";
            de "{path} ist leer." => "Prüfe, ob die Kopie oder die Aufnahme fertig war.";
        }
        SourceChanged { path: String } = "source_changed" {
            en "{path} was changed after it was accepted." => "Publish it again when nothing writes to it any more.";
            de "{path} wurde verändert, nachdem es angenommen war." => "Veröffentliche es noch einmal, wenn nichts mehr hineinschreibt.";
        }
        SourceRemoved { path: String } = "source_removed" {
            en "{path} is gone: it was moved, renamed or deleted after it was accepted." => "Put it back and retry, or publish it from where it is now.";
            de "{path} ist weg: nach der Annahme verschoben, umbenannt oder gelöscht." => "Lege es zurück und wiederhole, oder veröffentliche es von dort, wo es jetzt ist.";
        }
        WorkChanged { path: String } = "work_changed" {
            en "{path} is not what the encoder wrote." => "Retry, and keep other programs out of Screener's data folder.";
            de "{path} ist nicht, was der Encoder geschrieben hat." => "Wiederhole, und halte andere Programme vom Datenordner von Screener fern.";
        }

        Interrupted = "interrupted" {
            en "Screener was closed while this was under way." => "Resume it: it goes on at the first segment that is not finished.";
            de "Screener wurde geschlossen, während das lief." => "Setze es fort: Es geht beim ersten unfertigen Segment weiter.";
        }
        EncoderLost = "worker_died" {
            en "The encoder ended without a word, several times at the same place of the film." => "The file may be damaged. Play it from beginning to end; if that works, report the job's id.";
            de "Der Encoder ist ohne ein Wort abgestürzt, mehrmals an derselben Stelle des Films." => "Die Datei ist vielleicht beschädigt. Spiele sie von Anfang bis Ende ab; wenn das geht, melde die Nummer des Auftrags.";
        }
        CannotGoOn = "cannot_go_on" {
            en "The encoder would now make another stream than the one that was begun." => "Retry: the film is made again from the beginning.";
            de "Der Encoder würde jetzt einen anderen Stream machen als den begonnenen." => "Wiederhole: Der Film wird von vorn gemacht.";
        }
        OutOfOrder { path: String } = "worker_confused" {
            en "The encoder told of {path} out of order." => "Retry; if it happens again, report the job's id.";
            de "Der Encoder hat {path} außer der Reihe gemeldet." => "Wiederhole; wenn es bleibt, melde die Nummer des Auftrags.";
        }
        UnderWay = "under_way" {
            en "This video is still being published." => "Wait until it is live, or cancel its job.";
            de "Dieses Video wird noch veröffentlicht." => "Warte, bis es fertig ist, oder brich den Auftrag ab.";
        }
        ClearedAway = "cleared_away" {
            en "Nothing was heard of this job for a month, and another computer has cleared away what it had stored." => "Retry: the film is made again from the beginning.";
            de "Von diesem Auftrag war einen Monat lang nichts zu hören; ein anderer Computer hat weggeräumt, was er gespeichert hatte." => "Wiederhole: Der Film wird von vorn gemacht.";
        }
        IndexContested = "conflict" {
            en "Somebody else keeps writing this video's index." => "Make sure that no second Screener publishes this video, then retry.";
            de "Jemand anders schreibt immer wieder den Index dieses Videos." => "Sorge dafür, dass kein zweiter Screener dieses Video veröffentlicht, dann wiederhole.";
        }
        AnotherComputerWrites = "conflict" {
            en "Another computer was about to write the index of this video and has not finished, and this destination makes no write depend on what is there." => "Start Screener on that computer, so that it finishes; this job then goes on by itself. What nobody finishes is passed over after a month.";
            de "Ein anderer Computer wollte den Index dieses Videos schreiben und ist nicht fertig geworden, und dieses Ziel kennt kein Schreiben unter einer Bedingung." => "Starte Screener auf jenem Computer, damit es fertig wird; dieser Auftrag geht dann von selbst weiter. Was niemand beendet, gilt nach einem Monat nicht mehr.";
        }
        NotAllStored { missing: usize, first: String } = "not_all_stored" {
            en "{missing} of what was stored is missing or has another size, {first} for one." => "Make sure that nothing else deletes from the bucket (a lifecycle rule?), then retry.";
            de "Von dem, was gespeichert war, fehlt {missing} oder hat eine andere Größe, etwa {first}." => "Sorge dafür, dass sonst nichts im Bucket löscht (eine Lifecycle-Regel?), dann wiederhole.";
        }

        RecordOfJob { why: String } = "record" {
            en "The record of this video could not be written: {why}." => "Report the job's id.";
            de "Der Eintrag dieses Videos ließ sich nicht schreiben: {why}." => "Melde die Nummer des Auftrags.";
        }
        RecordOfVideo { why: String } = "record" {
            en "The record of this video could not be written: {why}." => "Report the video's id.";
            de "Der Eintrag dieses Videos ließ sich nicht schreiben: {why}." => "Melde die Nummer des Videos.";
        }
        RecordUnreadable { why: String } = "record" {
            en "The record of this video cannot be read: {why}." => "Replace the video's file: that writes a new record.";
            de "Der Eintrag dieses Videos lässt sich nicht lesen: {why}." => "Ersetze die Datei des Videos: Das schreibt einen neuen Eintrag.";
        }
        BadTitle = "bad_title" {
            en "A title has between 1 and 500 characters." => "Choose another one.";
            de "Ein Titel hat 1 bis 500 Zeichen." => "Wähle einen anderen.";
        }
        NotAJpeg = "not_a_jpeg" {
            en "This is no JPEG picture." => "Choose another time of the film.";
            de "Das ist kein JPEG-Bild." => "Wähle eine andere Stelle des Films.";
        }
        BadName { name: String } = "bad_name" {
            en "A destination cannot be called `{name}`." => "Use letters, digits, spaces, points, dashes; `local` is taken.";
            de "Ein Ziel kann nicht `{name}` heißen." => "Nimm Buchstaben, Ziffern, Leerzeichen, Punkte, Striche; `local` ist vergeben.";
        }
        BadPrefix { prefix: String } = "bad_prefix" {
            en "`{prefix}` cannot be the folder of videos in a bucket." => "Use ASCII letters, digits, dashes and inner slashes.";
            de "`{prefix}` kann nicht der Ordner der Videos in einem Bucket sein." => "Nimm Buchstaben ohne Umlaute, Ziffern, Striche und Schrägstriche dazwischen.";
        }
        Log { why: String } = "log" {
            en "An access log could not be read: {why}." => "It is read again the next time; nothing of it was counted.";
            de "Ein Zugriffsprotokoll ließ sich nicht lesen: {why}." => "Es wird das nächste Mal wieder gelesen; gezählt wurde nichts davon.";
        }
        DestinationInUse { name: String } = "in_use" {
            en "Jobs are under way to {name}." => "Let them end or cancel them first.";
            de "Zu {name} sind Aufträge unterwegs." => "Lass sie enden oder brich sie erst ab.";
        }

        NoKeychain { why: String } = "no_keychain" {
            en "The private key has no safe place: no keychain answers ({why})." => "Start a keychain (GNOME Keyring, KWallet or KeePassXC with its Secret Service), or choose `--key-store file` with a passphrase in SCREENER_KEY_PASSPHRASE.";
            de "Der private Schlüssel hat keinen sicheren Ort: Kein Schlüsselbund antwortet ({why})." => "Starte einen (GNOME Keyring, KWallet, oder KeePassXC mit Secret Service), oder wähle `--key-store file` mit einer Passphrase in SCREENER_KEY_PASSPHRASE.";
        }
        KeychainLocked { why: String } = "keychain_locked" {
            en "The keychain is locked ({why})." => "Unlock it and try again.";
            de "Der Schlüsselbund ist gesperrt ({why})." => "Entsperre ihn, dann wiederhole.";
        }
        NoPassphrase = "no_passphrase" {
            en "The key file needs a passphrase and none was given." => "Put it into the environment variable SCREENER_KEY_PASSPHRASE.";
            de "Die Schlüsseldatei braucht eine Passphrase, und keine wurde genannt." => "Setze sie in die Umgebungsvariable SCREENER_KEY_PASSPHRASE.";
        }
        WrongPassphrase = "wrong_passphrase" {
            en "The passphrase does not open the key file." => "Check SCREENER_KEY_PASSPHRASE. Without the right one the keys in the file cannot be used; `screener key new` makes a new pair.";
            de "Die Passphrase öffnet die Schlüsseldatei nicht." => "Prüfe SCREENER_KEY_PASSPHRASE. Ohne die richtige sind die Schlüssel darin nicht zu benutzen; `screener key new` macht ein neues Paar.";
        }
        KeyStore { why: String } = "key_store" {
            en "The key store could not be used: {why}." => "Check the keychain, or the data folder's permissions, and try again.";
            de "Der Ort der Schlüssel ließ sich nicht benutzen: {why}." => "Prüfe den Schlüsselbund, oder die Rechte des Datenordners, dann wiederhole.";
        }

        Unreachable { call: String, code: String, words: String } = "destination_unreachable" {
            en "The destination does not answer as it should ({call}: {code}, {words})." => "Check the network. Screener tries again by itself.";
            de "Das Ziel antwortet nicht, wie es soll ({call}: {code}, {words})." => "Prüfe die Verbindung. Screener versucht es von selbst wieder.";
        }
        ClockOff { seconds: u64 } = "clock" {
            en "This computer's clock is off by {seconds} s and the destination refuses what it signs." => "Set the clock right (switch on network time), then resume.";
            de "Die Uhr dieses Computers geht um {seconds} s falsch, und das Ziel nimmt nicht an, was er unterschreibt." => "Stelle die Uhr (am besten über das Netz), dann setze fort.";
        }
        WrongRegion { region: String } = "wrong_region" {
            en "The bucket is in {region}." => "Change the destination's region to {region}.";
            de "Der Bucket liegt in {region}." => "Ändere die Region des Ziels in {region}.";
        }
        CredentialsEnded { code: String } = "credentials_ended" {
            en "The credentials for the destination have ended or cannot be found ({code})." => "Sign in again (`aws sso login`, or renew the access key). The job goes on by itself.";
            de "Die Zugangsdaten für das Ziel sind abgelaufen oder nicht zu finden ({code})." => "Melde dich wieder an (etwa mit `aws sso login`, oder erneuere den Zugangsschlüssel). Der Auftrag geht von selbst weiter.";
        }
        AccessDenied { call: String, code: String, words: String } = "access_denied" {
            en "The destination refuses this ({call}: {code}, {words})." => "Give the credentials s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket and s3:AbortMultipartUpload on the bucket, then retry.";
            de "Das Ziel verweigert das ({call}: {code}, {words})." => "Gib dem Zugang s3:PutObject, s3:GetObject, s3:DeleteObject, s3:ListBucket und s3:AbortMultipartUpload auf den Bucket, dann wiederhole.";
        }
        NoSuchBucket = "no_such_bucket" {
            en "The destination's bucket does not exist." => "Make the bucket or correct its name in the destination, then retry.";
            de "Den Bucket des Ziels gibt es nicht." => "Lege ihn an oder verbessere seinen Namen im Ziel, dann wiederhole.";
        }
        Kms { code: String, words: String } = "kms" {
            en "The bucket's encryption key cannot be used ({code}, {words})." => "Allow kms:GenerateDataKey and kms:Decrypt on the bucket's key, or enable the key again, then retry.";
            de "Der Schlüssel, mit dem der Bucket verschlüsselt, ist nicht zu benutzen ({code}, {words})." => "Erlaube kms:GenerateDataKey und kms:Decrypt dafür, oder schalte den Schlüssel wieder ein, dann wiederhole.";
        }
        DestinationFull = "destination_full" {
            en "The destination has no room left." => "Make room there: delete films that nobody watches any more, or choose another destination. The job goes on by itself.";
            de "Das Ziel hat keinen Platz mehr." => "Schaffe dort Platz: Lösche Filme, die niemand mehr ansieht, oder wähle ein anderes Ziel. Der Auftrag geht von selbst weiter.";
        }
        Contested { call: String, code: String } = "conflict" {
            en "Somebody else writes the same objects ({call}: {code})." => "Make sure that no second Screener publishes this video, then retry.";
            de "Jemand anders schreibt dieselben Objekte ({call}: {code})." => "Sorge dafür, dass kein zweiter Screener dieses Video veröffentlicht, dann wiederhole.";
        }
        NotFound { call: String, code: String } = "not_found" {
            en "What was asked for is not there ({call}: {code})." => "Refresh the library.";
            de "Was gesucht wurde, ist nicht da ({call}: {code})." => "Lies die Bibliothek neu ein.";
        }
        Integrity { call: String, words: String } = "integrity" {
            en "What the destination stored is not what was sent ({call}: {words})." => "Retry. If it happens again, check the network and the store.";
            de "Das Ziel hat etwas anderes gespeichert, als gesendet wurde ({call}: {words})." => "Wiederhole. Wenn es bleibt, prüfe die Verbindung und das Ziel.";
        }
        Unsupported { call: String } = "unsupported" {
            en "The destination does not know {call}." => "`screener destination test` says what this store cannot do. Use another one.";
            de "Das Ziel kennt {call} nicht." => "`screener destination test` sagt, was dieses Ziel nicht kann. Nimm ein anderes.";
        }
        Unconditional { call: String, code: String, words: String } = "unsupported" {
            en "The destination makes no write depend on what is there ({call}: {code}, {words})." => "`screener destination test` says what this store cannot do, and what is done instead.";
            de "Das Ziel kennt kein Schreiben unter einer Bedingung ({call}: {code}, {words})." => "`screener destination test` sagt, was dieses Ziel nicht kann und was stattdessen getan wird.";
        }
        NoChecksumOfParts { call: String, code: String, words: String } = "unsupported" {
            en "The destination takes large objects with none of the checksums that Screener knows ({call}: {code}, {words})." => "`screener destination test` says what this store cannot do. Use another one.";
            de "Das Ziel nimmt große Objekte mit keiner der Prüfsummen an, die Screener kennt ({call}: {code}, {words})." => "`screener destination test` sagt, was dieses Ziel nicht kann. Nimm ein anderes.";
        }
        Refused { call: String, code: String, words: String } = "destination" {
            en "The destination refused {call}: {code}, {words}." => "Check the destination with `screener destination test`, then retry.";
            de "Das Ziel hat {call} abgelehnt: {code}, {words}." => "Prüfe das Ziel mit `screener destination test`, dann wiederhole.";
        }
    }
}

impl From<&StoreError> for Cause {
    fn from(error: &StoreError) -> Self {
        let call = error.call.to_owned();
        let (code, words) = (error.code.clone(), error.message.clone());
        match &error.class {
            Class::Later => Self::Unreachable { call, code, words },
            Class::Clock(off) => Self::ClockOff {
                seconds: off.unsigned_abs(),
            },
            Class::Region(region) => Self::WrongRegion { region: region.clone() },
            Class::Credentials => Self::CredentialsEnded { code },
            Class::Denied => Self::AccessDenied { call, code, words },
            Class::NoBucket => Self::NoSuchBucket,
            Class::Kms => Self::Kms { code, words },
            Class::Full => Self::DestinationFull,
            Class::Conflict | Class::Precondition => Self::Contested { call, code },
            Class::NotFound => Self::NotFound { call, code },
            Class::Integrity => Self::Integrity { call, words },
            Class::Unsupported => Self::Unsupported { call },
            Class::Unconditional => Self::Unconditional { call, code, words },
            Class::OtherChecksum => Self::NoChecksumOfParts { call, code, words },
            Class::Other => Self::Refused { call, code, words },
        }
    }
}

impl From<&KeyError> for Cause {
    fn from(error: &KeyError) -> Self {
        let why = |why: &String| why.clone();
        match error {
            KeyError::NoKeychain(words) => Self::NoKeychain { why: why(words) },
            KeyError::Locked(words) => Self::KeychainLocked { why: why(words) },
            KeyError::NoPassphrase => Self::NoPassphrase,
            KeyError::WrongPassphrase => Self::WrongPassphrase,
            KeyError::Other(words) => Self::KeyStore { why: why(words) },
        }
    }
}
