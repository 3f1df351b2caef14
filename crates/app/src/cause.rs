//! What can go wrong in a verb, one variant a cause, in the order of the rooms. The window says these words in the creator's language, the
//! terminal in English.

screener_wire::causes! {
    /// Why a verb could not be done. Variants share a code where whoever asked does the same next.
    pub enum Cause {
        Internal { what: String } = "internal" {
            en "{what}" => "Try again; when it stays, send the diagnostics to the makers of Screener.";
            de "{what}" => "Versuche es noch einmal; wenn es bleibt, schicke den Machern von Screener die Diagnose.";
        }

        // Files of this computer's disk.
        NoSuchFile { path: String, error: String } = "no_such_file" {
            en "{path} could not be used: {error}." => "Check the name; it may have been moved or renamed.";
            de "{path} ließ sich nicht benutzen: {error}." => "Prüfe den Namen; vielleicht wurde es verschoben oder umbenannt.";
        }
        NotReadable { path: String, error: String } = "not_readable" {
            en "{path} could not be used: {error}." => "Give your user the right to it, or use a copy that you own.";
            de "{path} ließ sich nicht benutzen: {error}." => "Gib dir das Recht daran, oder benutze eine Kopie, die dir gehört.";
        }
        DiskFull { path: String, error: String } = "disk_full" {
            en "{path} could not be used: {error}." => "Free some room and try again.";
            de "{path} ließ sich nicht benutzen: {error}." => "Schaffe Platz und versuche es noch einmal.";
        }
        NotUsable { path: String, error: String } = "file" {
            en "{path} could not be used: {error}." => "Check the disk and the folder's permissions.";
            de "{path} ließ sich nicht benutzen: {error}." => "Prüfe die Festplatte und die Rechte des Ordners.";
        }
        NoHomeFolder = "no_data_folder" {
            en "No folder for Screener's data is known: the environment names no home folder." => "Name one with --data-dir or SCREENER_HOME.";
            de "Für die Daten von Screener ist kein Ordner bekannt: Die Umgebung nennt kein Benutzerverzeichnis." => "Nenne einen mit --data-dir oder SCREENER_HOME.";
        }
        NoUsableFolder { folder: String, error: String } = "no_data_folder" {
            en "{folder} is no usable folder: {error}." => "Name another.";
            de "{folder} ist kein Ordner, der sich benutzen lässt: {error}." => "Nenne einen anderen.";
        }

        // Publishing.
        NameNotInUnicode { path: String } = "wrong_name" {
            en "The name of {path} is not in Unicode." => "Rename the file, then give it again.";
            de "Der Name von {path} enthält Zeichen, die kein Unicode sind." => "Benenne die Datei um und gib sie dann noch einmal.";
        }
        IsAFolder { path: String } = "not_a_file" {
            en "{path} is a folder, not a film." => "Name the film in it.";
            de "{path} ist ein Ordner, kein Film." => "Nenne den Film darin.";
        }
        NotAnOrdinaryFile { path: String } = "not_a_file" {
            en "{path} is no ordinary file." => "Copy what it gives into a file first.";
            de "{path} ist keine gewöhnliche Datei." => "Kopiere zuerst in eine Datei, was sie hergibt.";
        }
        EmptyFile { path: String } = "empty" {
            en "{path} is empty." => "Copy or export the film again.";
            de "{path} ist leer." => "Kopiere oder exportiere den Film noch einmal.";
        }
        TooMany { path: String, most: usize } = "too_many" {
            en "The folder {path} holds too much to be one batch." => "Name folders with at most {most} films.";
            de "Der Ordner {path} enthält zu viel für einmal." => "Nenne Ordner mit höchstens {most} Filmen.";
        }
        NoFilms { path: String } = "no_films" {
            en "The folder {path} holds no film." => "Name a file, or a folder that holds films.";
            de "Im Ordner {path} ist kein Film." => "Nenne eine Datei oder einen Ordner mit Filmen.";
        }
        OneTitle { films: usize } = "wrong_title" {
            en "One title cannot be that of {films} films." => "Leave it out, and rename the films afterwards.";
            de "Ein Titel kann nicht der von {films} Filmen sein." => "Lass ihn weg und benenne die Filme danach um.";
        }
        OneCut { films: usize } = "wrong_cut" {
            en "One in point and one out point cannot be those of {films} films." => "Publish the film that is to be cut alone.";
            de "Ein Anfang und ein Ende können nicht die von {films} Filmen sein." => "Veröffentliche den Film, der geschnitten werden soll, allein.";
        }
        NotAJobId { id: String } = "no_such_job" {
            en "`{id}` is not the id of a job." => "`screener jobs` lists the jobs there are.";
            de "`{id}` ist nicht die Nummer eines Auftrags." => "`screener jobs` listet die Aufträge auf, die es gibt.";
        }
        NoJobWaits { job: String } = "no_such_job" {
            en "No job {job} waits to go on." => "`screener jobs` lists the jobs there are; `screener retry JOB` tries a failed one again.";
            de "Kein Auftrag {job} wartet darauf, weiterzugehen." => "`screener jobs` listet die Aufträge auf, die es gibt; `screener retry JOB` wiederholt einen gescheiterten.";
        }
        Paused = "interrupted" {
            en "Paused: what is encoded and stored so far stays." => "Go on with `screener resume`, or take it away with `screener cancel JOB`.";
            de "Angehalten: Was bisher kodiert und gespeichert ist, bleibt." => "Setze mit `screener resume` fort, oder räume mit `screener cancel JOB` weg.";
        }

        // Films that are not published.
        OtherAnswer = "worker_speech" {
            en "The encoder answered something else than it was asked." => "Install Screener again: its parts are of different versions.";
            de "Der Encoder antwortet anders, als er gefragt wurde." => "Installiere Screener noch einmal: Seine Teile haben verschiedene Versionen.";
        }
        BeforeTheStart = "wrong_time" {
            en "A film has no frame before its start." => "Choose a time from 0 on.";
            de "Vor seinem Anfang hat ein Film kein Bild." => "Wähle einen Zeitpunkt ab 0.";
        }
        FolderNotEmpty { folder: String } = "not_empty" {
            en "The folder {folder} is not empty." => "Name a new folder: old segments among new ones would be played.";
            de "Der Ordner {folder} ist nicht leer." => "Nenne einen neuen Ordner: Alte Segmente zwischen neuen würden abgespielt.";
        }
        StreamUnfinished = "interrupted" {
            en "Stopped; the folder holds an unfinished stream." => "Remove the folder and start again.";
            de "Abgebrochen; im Ordner liegt ein unfertiger Stream." => "Entferne den Ordner und fang von vorn an.";
        }
        NoPlaylist { folder: String } = "no_playlist" {
            en "{folder} holds no playlist." => "Name the playlist itself.";
            de "In {folder} ist keine Abspielliste." => "Nenne die Abspielliste selbst.";
        }
        SeveralPlaylists { folder: String } = "no_playlist" {
            en "{folder} holds several multivariant playlists." => "Name the playlist itself.";
            de "In {folder} sind mehrere Multivariant-Abspiellisten." => "Nenne die Abspielliste selbst.";
        }
        NotAPlaylist { path: String } = "not_a_playlist" {
            en "{path} is no playlist." => "Name a folder with an index.m3u8, a playlist file, or a URL.";
            de "{path} ist keine Abspielliste." => "Nenne einen Ordner mit einer index.m3u8, eine Abspielliste oder eine Adresse.";
        }
        NotAUrl { error: String } = "wrong_url" {
            en "This is no URL: {error}." => "Write it whole, from https:// on.";
            de "Das ist keine Adresse: {error}." => "Schreibe sie ganz, von https:// an.";
        }
        NotReachable { address: String, error: String } = "not_reachable" {
            en "{address} does not answer: {error}." => "Check the address and the network; a local link plays while `screener serve` runs.";
            de "{address} antwortet nicht: {error}." => "Prüfe die Adresse und das Netz; ein lokaler Link spielt, solange `screener serve` läuft.";
        }
        NotAllowed { address: String, status: u16 } = "not_allowed" {
            en "{address} refuses (HTTP {status})." => "Use a link that has not ended: `screener link ID` makes one.";
            de "{address} lehnt ab (HTTP {status})." => "Nimm einen Link, der noch gilt: `screener link ID` macht einen.";
        }
        NotThere { address: String, status: u16 } = "not_there" {
            en "{address} answers HTTP {status} instead of a playlist." => "Check the address.";
            de "{address} antwortet mit HTTP {status} statt mit einer Abspielliste." => "Prüfe die Adresse.";
        }
        NoAnswerToInspect = "internal" {
            en "The worker answered something else than it was asked." => "Try again; when it stays, send the diagnostics to the makers of Screener.";
            de "Der Encoder antwortete anders, als er gefragt wurde." => "Versuche es noch einmal; wenn es bleibt, schicke den Machern von Screener die Diagnose.";
        }

        // The library.
        NotAVideoId { id: String } = "no_such_video" {
            en "`{id}` is not the id of a video." => "`screener list` lists the videos there are.";
            de "`{id}` ist nicht die Nummer eines Videos." => "`screener list` listet die Videos auf, die es gibt.";
        }
        WrongTitle = "wrong_title" {
            en "A title has 1 to 200 characters, on one line." => "Write another title.";
            de "Ein Titel hat 1 bis 200 Zeichen, in einer Zeile." => "Schreibe einen anderen.";
        }
        NoFrameThere { at: f64, duration: f64 } = "wrong_time" {
            en "The film has no frame at {at:.1} s: it lasts {duration:.1} s." => "Choose a time between its start and its end.";
            de "Der Film hat kein Bild bei {at:.1} s: Er dauert {duration:.1} s." => "Wähle einen Zeitpunkt zwischen seinem Anfang und seinem Ende.";
        }
        NoTimeInAFilm { time: String } = "wrong_time" {
            en "`{time}` is no time in a film." => "Write seconds (83.5) or h:mm:ss (1:23).";
            de "`{time}` ist kein Zeitpunkt in einem Film." => "Schreibe Sekunden (83.5) oder h:mm:ss (1:23).";
        }
        NoPicture = "no_picture" {
            en "This film has no picture." => "Choose a film that has one.";
            de "Dieser Film hat kein Bild." => "Wähle einen Film, der eines hat.";
        }
        NoSegmentNamed = "internal" {
            en "The stored playlist names no segment." => "Try again; when it stays, send the diagnostics to the makers of Screener.";
            de "Die gespeicherte Abspielliste nennt kein Segment." => "Versuche es noch einmal; wenn es bleibt, schicke den Machern von Screener die Diagnose.";
        }

        // Links.
        NotAMoment { text: String } = "wrong_time" {
            en "`{text}` is no moment that is understood." => "Write a time from now (7d, 12h, 30m), a moment with its zone (2026-12-24T18:00:00Z) or seconds since 1970.";
            de "`{text}` ist kein Zeitpunkt, der verstanden wird." => "Schreibe eine Zeit von jetzt an (7d, 12h, 30m), einen Zeitpunkt mit seiner Zone (2026-12-24T18:00:00Z) oder Sekunden seit 1970.";
        }
        EndsBeforeItOpens = "wrong_time" {
            en "The link would end before it opens." => "Let it open earlier, or end later.";
            de "Der Link würde enden, bevor er sich öffnet." => "Lass ihn früher öffnen oder später enden.";
        }
        WrongNetwork { network: String, error: String } = "wrong_network" {
            en "`{network}` is no network that a link can be bound to: {error}." => "Write an IPv4 network such as 203.0.113.0/24. CloudFront's policies know no IPv6.";
            de "`{network}` ist kein Netz, an das sich ein Link binden lässt: {error}." => "Schreibe ein IPv4-Netz, etwa 203.0.113.0/24. Die Policies von CloudFront kennen kein IPv6.";
        }
        TooLongForQr { bytes: usize, error: String } = "too_long" {
            en "No QR code can hold {bytes} bytes: {error}." => "Send the link itself.";
            de "Kein QR-Code kann {bytes} Bytes fassen: {error}." => "Schicke den Link selbst.";
        }
        UrlWithoutScheme { url: String } = "wrong_url" {
            en "`{url}` is no http(s) URL." => "Write it whole, from https:// on.";
            de "`{url}` ist keine Adresse mit http(s)." => "Schreibe sie ganz, von https:// an.";
        }
        UrlWithoutHost { url: String } = "wrong_url" {
            en "`{url}` names no host." => "Write the distribution's domain behind https://.";
            de "`{url}` nennt keinen Host." => "Schreibe die Domain der Distribution hinter https://.";
        }
        UrlWithControl { url: String } = "wrong_url" {
            en "`{url}` holds a control character." => "Write line ends and tabs as %0A and %09, or leave them out.";
            de "`{url}` enthält ein Steuerzeichen." => "Schreibe Zeilenenden und Tabulatoren als %0A und %09, oder lass sie weg.";
        }
        UrlWithFragment { url: String } = "wrong_url" {
            en "`{url}` has a fragment, which browsers keep to themselves." => "Leave out what stands from # on, and put it behind the signed URL.";
            de "`{url}` hat ein Fragment, das Browser für sich behalten." => "Lass weg, was ab # steht, und hänge es an die signierte Adresse.";
        }
        UrlSignedAlready { url: String, name: String } = "wrong_url" {
            en "`{url}` has a parameter {name} already, which is CloudFront's own." => "Sign the URL as it was before it was signed.";
            de "`{url}` hat schon einen Parameter {name}, und der gehört CloudFront." => "Signiere die Adresse, wie sie war, bevor sie signiert wurde.";
        }
        WrongSignature { name: String } = "wrong_signature" {
            en "The value of --{name} is none that a signed URL has." => "Copy it from a signed URL as it stands there, between its = and the next &.";
            de "Den Wert von --{name} hat keine signierte Adresse." => "Kopiere ihn aus einer signierten Adresse, wie er dort steht, zwischen dem = und dem nächsten &.";
        }
        PlaylistNotRead { error: String } = "pipe" {
            en "The playlist could not be read: {error}." => "Give the playlist on standard input.";
            de "Die Abspielliste ließ sich nicht lesen: {error}." => "Gib sie über die Standardeingabe.";
        }
        PlaylistNotWritten { error: String } = "pipe" {
            en "The playlist could not be written: {error}." => "Give the playlist on standard input.";
            de "Die Abspielliste ließ sich nicht schreiben: {error}." => "Gib sie über die Standardeingabe.";
        }

        // Destinations: what is missing or wrong in one that is entered.
        NeedsBucket = "incomplete" {
            en "The destination needs --bucket: where the films are stored." => "Add it with --bucket.";
            de "Dem Ziel fehlt --bucket: wo die Filme gespeichert werden." => "Füge es mit --bucket hinzu.";
        }
        NeedsSecret = "incomplete" {
            en "The destination needs SCREENER_SECRET_ACCESS_KEY: the secret half of the access key." => "Add it with SCREENER_SECRET_ACCESS_KEY.";
            de "Dem Ziel fehlt SCREENER_SECRET_ACCESS_KEY: die geheime Hälfte des Zugangsschlüssels." => "Füge es mit SCREENER_SECRET_ACCESS_KEY hinzu.";
        }
        NeedsRegion = "incomplete" {
            en "The destination needs --region: where the bucket lies." => "Add it with --region.";
            de "Dem Ziel fehlt --region: wo der Bucket liegt." => "Füge es mit --region hinzu.";
        }
        NeedsDomain = "incomplete" {
            en "The destination needs --domain: the distribution that viewers fetch from." => "Add it with --domain.";
            de "Dem Ziel fehlt --domain: die Distribution, von der Zuschauer laden." => "Füge es mit --domain hinzu.";
        }
        NeedsEndpoint = "incomplete" {
            en "The destination needs --endpoint: where the store answers." => "Add it with --endpoint.";
            de "Dem Ziel fehlt --endpoint: wo der Speicher antwortet." => "Füge es mit --endpoint hinzu.";
        }
        NeedsKey = "incomplete" {
            en "The destination needs --key: the private half of that key pair." => "Add it with --key.";
            de "Dem Ziel fehlt --key: die private Hälfte dieses Schlüsselpaars." => "Füge es mit --key hinzu.";
        }
        NeedsIdOfTheKey = "incomplete" {
            en "The destination needs --key-pair-id: the id under which CloudFront knows the key." => "Add it with --key-pair-id.";
            de "Dem Ziel fehlt --key-pair-id: die Nummer, unter der CloudFront den Schlüssel kennt." => "Füge es mit --key-pair-id hinzu.";
        }
        NeedsIdToSign = "incomplete" {
            en "The destination needs --key-pair-id: the id of the key that links are signed with." => "Add it with --key-pair-id.";
            de "Dem Ziel fehlt --key-pair-id: die Nummer des Schlüssels, mit dem Links signiert werden." => "Füge es mit --key-pair-id hinzu.";
        }
        NeedsTrustedId = "incomplete" {
            en "The destination needs --key-pair-id: the key that the domain trusts." => "Add it with --key-pair-id.";
            de "Dem Ziel fehlt --key-pair-id: der Schlüssel, dem die Domain vertraut." => "Füge es mit --key-pair-id hinzu.";
        }
        AlreadyADestination = "wrong_kind" {
            en "This computer is a destination already." => "Add one of kind aws or s3.";
            de "Dieser Computer ist schon ein Ziel." => "Füge AWS oder einen Speicher mit S3 hinzu.";
        }
        WrongEndpoint { endpoint: String } = "wrong_url" {
            en "`{endpoint}` is no http(s) URL." => "Write the endpoint whole, from https:// on.";
            de "`{endpoint}` ist keine Adresse mit http(s)." => "Schreibe die Adresse des Speichers ganz, von https:// an.";
        }
        WrongPrefix { served: &'static str, prefix: String } = "wrong_prefix" {
            en "The local edge serves the folder `{served}` alone, not `{prefix}`." => "Leave the prefix out, or name the domain that viewers fetch from.";
            de "Der lokale Server liefert allein den Ordner `{served}`, nicht `{prefix}`." => "Lass den Ordner weg, oder nenne die Domain, von der Zuschauer laden.";
        }
        WrongDistribution { id: String } = "wrong_distribution" {
            en "`{id}` is no id of a distribution." => "Write the id that the CloudFront console shows, such as E2QWRUHAPOMQZL, or leave it out.";
            de "`{id}` ist keine Nummer einer Distribution." => "Schreibe die Nummer, die die Konsole von CloudFront zeigt, etwa E2QWRUHAPOMQZL, oder lass sie weg.";
        }
        WrongDomain { domain: String } = "wrong_domain" {
            en "`{domain}` is no domain." => "Write the host alone, such as d111111abcdef8.cloudfront.net.";
            de "`{domain}` ist keine Domain." => "Schreibe den Host allein, etwa d111111abcdef8.cloudfront.net.";
        }
        AlwaysADestination = "in_use" {
            en "This computer is always a destination." => "Make another one the default: `screener destination add … --default`.";
            de "Dieser Computer ist immer ein Ziel." => "Mach ein anderes zum Standard: `screener destination add … --default`.";
        }

        // Destinations: reaching and testing one.
        SecretNotInKeychain { destination: String } = "no_credentials" {
            en "The secret access key of {destination} is not in the keychain." => "Add the destination again with its access key.";
            de "Der geheime Zugangsschlüssel von {destination} ist nicht im Schlüsselbund." => "Füge das Ziel noch einmal mit seinem Zugangsschlüssel hinzu.";
        }
        SecretNotInKeyFile { destination: String } = "no_credentials" {
            en "The secret access key of {destination} is not in the file." => "Add the destination again with its access key.";
            de "Der geheime Zugangsschlüssel von {destination} ist nicht in der Schlüsseldatei." => "Füge das Ziel noch einmal mit seinem Zugangsschlüssel hinzu.";
        }
        NoAwsCredentials { destination: String } = "no_credentials" {
            en "No AWS credentials were found for {destination}." => "Sign in with `aws sso login` or `aws configure`, or give the destination an access key.";
            de "Für {destination} wurden keine Zugangsdaten von AWS gefunden." => "Melde dich mit `aws sso login` oder `aws configure` an, oder gib dem Ziel einen Zugangsschlüssel.";
        }
        StoredDiffers = "stored_differs" {
            en "What was stored came back changed." => "Look for what stands between this computer and the bucket; nothing may change objects.";
            de "Was gespeichert wurde, kam verändert zurück." => "Suche, was zwischen diesem Computer und dem Bucket steht; nichts darf Objekte verändern.";
        }

        // The local edge.
        EdgeElsewhere { address: String, port: u16 } = "edge_elsewhere" {
            en "The local edge runs already, at {address}, so it cannot be at port {port}." => "End the other Screener first, or leave the port out.";
            de "Der lokale Server läuft schon, bei {address}, und kann nicht am Port {port} sein." => "Beende zuerst den anderen Screener, oder lass den Port weg.";
        }
        EdgeSilent = "edge_silent" {
            en "Another process holds the local edge and does not answer." => "End the other Screener, or wait until it has ended.";
            de "Ein anderes Programm hält den lokalen Server fest und antwortet nicht." => "Beende den anderen Screener, oder warte, bis er fertig ist.";
        }
        EdgeAlreadyRunning { folder: String } = "edge_already_running" {
            en "The local edge did not start: another process already serves {folder}." => "Use the one that runs, or stop it first.";
            de "Der lokale Server ist nicht gestartet: Ein anderes Programm bedient {folder} schon." => "Benutze das, was läuft, oder beende es zuerst.";
        }
        EdgePortTaken { port: u16 } = "edge_port_taken" {
            en "The local edge did not start: port {port} on this computer is in use by another program." => "Stop the program that uses port {port}, or choose another port; links made before then stop working.";
            de "Der lokale Server ist nicht gestartet: Ein anderes Programm benutzt den Port {port} dieses Computers." => "Beende das Programm, das den Port {port} benutzt, oder wähle einen anderen; frühere Links gehen dann nicht mehr.";
        }
        EdgeFolder { path: String, error: String } = "edge_folder" {
            en "The local edge did not start: {path} cannot be used: {error}." => "Check that {path} can be written and that the disk has room.";
            de "Der lokale Server ist nicht gestartet: {path} ist nicht zu benutzen: {error}." => "Prüfe, ob sich {path} beschreiben lässt und ob die Festplatte Platz hat.";
        }
        EdgeSettings { reason: String } = "edge_settings" {
            en "The local edge did not start: the playlist endpoint refuses its settings: {reason}." => "Choose a prefix of letters, digits, `.`, `_` and `-`.";
            de "Der lokale Server ist nicht gestartet: Der Endpunkt der Abspiellisten nimmt seine Einstellungen nicht an: {reason}." => "Wähle einen Ordner aus Buchstaben, Ziffern, `.`, `_` und `-`.";
        }
        EdgeRecordDamaged { path: String, reason: String } = "edge_record_damaged" {
            en "The local edge did not start: {path} is damaged: {reason}." => "Move {path} away and start again; links made before then stop working.";
            de "Der lokale Server ist nicht gestartet: {path} ist beschädigt: {reason}." => "Lege {path} beiseite und starte neu; frühere Links gehen dann nicht mehr.";
        }

        // Key pairs.
        WrongKey { error: String } = "wrong_key" {
            en "The key cannot be used: {error}." => "Use the private half of the key pair that CloudFront knows: RSA 2048 or ECDSA P-256, as PEM or DER.";
            de "Der Schlüssel ist nicht zu benutzen: {error}." => "Nimm die private Hälfte des Schlüsselpaars, das CloudFront kennt: RSA 2048 oder ECDSA P-256, als PEM oder DER.";
        }
        WrongKeyPairId { id: String } = "wrong_key_pair_id" {
            en "{id:?} is no key pair id: letters, digits, `-` and `_`, 1 to 128 of them" => "Copy the id of the public key from CloudFront's key management; it looks like K2JCJMDEHXQW5F.";
            de "{id:?} ist keine Nummer eines Schlüsselpaars: Sie hat 1 bis 128 Buchstaben, Ziffern, `-` und `_`." => "Kopiere die Nummer des öffentlichen Schlüssels aus CloudFront; sie sieht aus wie K2JCJMDEHXQW5F.";
        }
        KeyFile { path: String, error: String } = "key_file" {
            en "The key file {path} cannot be read: {error}." => "Check its name and that you may read it.";
            de "Die Schlüsseldatei {path} lässt sich nicht lesen: {error}." => "Prüfe ihren Namen und ob du sie lesen darfst.";
        }
        KeyNotInKeychain { id: String, destination: String } = "key_missing" {
            en "The private half of {id} is not in the keychain." => "Add the destination {destination} again with its key file.";
            de "Die private Hälfte von {id} ist nicht im Schlüsselbund." => "Füge das Ziel {destination} noch einmal mit seiner Schlüsseldatei hinzu.";
        }
        KeyNotInKeyFile { id: String, destination: String } = "key_missing" {
            en "The private half of {id} is not in the file." => "Add the destination {destination} again with its key file.";
            de "Die private Hälfte von {id} ist nicht in der Schlüsseldatei." => "Füge das Ziel {destination} noch einmal mit seiner Schlüsseldatei hinzu.";
        }
        NewKeyLost = "internal" {
            en "The new key pair is not in the key store." => "Try again; when it stays, send the diagnostics to the makers of Screener.";
            de "Das neue Schlüsselpaar ist nicht dort, wo Schlüssel liegen." => "Versuche es noch einmal; wenn es bleibt, schicke den Machern von Screener die Diagnose.";
        }
        NoSuchKey { id: String } = "no_such_key" {
            en "There is no key pair {id}." => "`screener key list` lists the key pairs there are.";
            de "Es gibt kein Schlüsselpaar {id}." => "`screener key list` listet die Schlüsselpaare auf, die es gibt.";
        }
        KeyInUse { id: String, destination: String } = "in_use" {
            en "{id} signs for the destination {destination}." => "Remove the destination; its key goes with it.";
            de "{id} unterschreibt für das Ziel {destination}." => "Entferne das Ziel; sein Schlüssel geht mit.";
        }

        // Links for somebody, and taken back.
        NotALinkName { link: String } = "no_such_link" {
            en "`{link}` is no link's name: ten letters and digits." => "`screener links` shows them; the name stands in each of a link's addresses, behind l=.";
            de "`{link}` ist kein Name eines Links: zehn Buchstaben und Ziffern." => "`screener links` zeigt sie; der Name steht in jeder Adresse eines Links, hinter l=.";
        }
        NoSuchLink { link: String } = "no_such_link" {
            en "No destination knows a link {link}." => "Look at `screener links`; links of removed films are gone with them.";
            de "Kein Ziel kennt einen Link {link}." => "Sieh in `screener links` nach; Links entfernter Filme sind mit ihnen verschwunden.";
        }
        CannotTakeBack { destination: String } = "cannot_take_back" {
            en "Links to {destination} cannot be taken back: it does not ask for their names." => "Rotate its key: then every link made so far ends, and those that shall stay are made again.";
            de "Links auf {destination} lassen sich nicht zurücknehmen: Es fragt nicht nach ihren Namen." => "Wechsle seinen Schlüssel: Dann enden alle bisherigen Links, und die bleiben sollen, machst du neu.";
        }
        NotTakenBack { error: String } = "not_taken_back" {
            en "What is taken back could not be written down: {error}." => "Check the disk and the folder's permissions, and try again; the links still open.";
            de "Was zurückgenommen ist, ließ sich nicht aufschreiben: {error}." => "Prüfe die Festplatte und die Rechte des Ordners und versuche es noch einmal; die Links öffnen noch.";
        }
        // A stack of one's own.
        NotDeployed { destination: String } = "not_deployed" {
            en "Screener did not deploy {destination}: there is no stack whose key it could change." => "Change its key where it was made, or deploy a stack of your own with `screener aws deploy`.";
            de "{destination} hat Screener nicht bereitgestellt: Es gibt keinen Stack, dessen Schlüssel es wechseln könnte." => "Wechsle den Schlüssel dort, wo er gemacht wurde, oder stelle mit `screener aws deploy` einen eigenen Stack bereit.";
        }
        NoPublisher { destination: String } = "no_publisher" {
            en "The stack of {destination} has no identity that can publish and nothing else." => "`screener aws update` makes one, unless the stack was deployed without.";
            de "Der Stack von {destination} hat keine Identität, die nur veröffentlichen kann." => "`screener aws update` legt eine an, wenn der Stack nicht ohne sie bereitgestellt wurde.";
        }
        NoSignIn { destination: String } = "no_credentials" {
            en "Nobody is signed in to the AWS account of {destination}." => "Sign in with the AWS tools (`aws login`), or name a profile.";
            de "Im AWS-Konto von {destination} ist niemand angemeldet." => "Melde dich mit den AWS-Werkzeugen an (`aws login`), oder nenne ein Profil.";
        }
        EmptyPassword = "empty_password" {
            en "The password is empty." => "Give one of a few words, or none at all.";
            de "Das Passwort ist leer." => "Nimm eines aus ein paar Wörtern, oder gar keines.";
        }
        NoNames = "no_names" {
            en "There are no names in this list." => "Give one name a line, or a table with a column headed `name`.";
            de "In dieser Liste stehen keine Namen." => "Schreib einen Namen je Zeile, oder nimm eine Tabelle mit einer Spalte `Name`.";
        }
        TooManyNames { most: usize } = "too_many_names" {
            en "There are more than {most} names in this list." => "Split it, and make the links one part after the other.";
            de "In dieser Liste stehen mehr als {most} Namen." => "Teile sie, und mach die Links einen Teil nach dem anderen.";
        }
        NameTooLong { most: usize } = "wrong_name" {
            en "A name is longer than {most} characters." => "Shorten it; if it is a whole table, give it with a column headed `name`.";
            de "Ein Name ist länger als {most} Zeichen." => "Kürze ihn; wenn es eine ganze Tabelle ist, gib ihr eine Spalte `Name`.";
        }
        WrongTable { error: String } = "wrong_table" {
            en "This is no list of names: {error}." => "Save it as CSV, or paste one name a line.";
            de "Das ist keine Liste von Namen: {error}." => "Speichere sie als CSV, oder füge einen Namen je Zeile ein.";
        }

        // This computer.
        WrongLinkDays = "wrong_setting" {
            en "A link lasts between one day and ten years." => "Choose a number of days between 1 and 3650.";
            de "Ein Link gilt zwischen einem Tag und zehn Jahren." => "Wähle eine Zahl von Tagen zwischen 1 und 3650.";
        }
        WrongUploads = "wrong_setting" {
            en "Between 1 and 64 uploads may run at a time." => "Choose a number between 1 and 64.";
            de "Es können 1 bis 64 Uploads zugleich laufen." => "Wähle eine Zahl zwischen 1 und 64.";
        }
        WrongUploadLimit = "wrong_setting" {
            en "The upload limit is below 1 kB/s." => "Choose a higher limit, or none.";
            de "Die Grenze für Uploads liegt unter 1 kB/s." => "Wähle eine höhere Grenze oder keine.";
        }
        NoSample = "no_sample" {
            en "The sample film is not installed." => "Choose a film of your own, or install Screener again. A developer makes it with scripts/sample.sh.";
            de "Der Beispielfilm ist nicht installiert." => "Wähle einen eigenen Film, oder installiere Screener noch einmal. Entwickler machen ihn mit scripts/sample.sh.";
        }

        // The encoder's process.
        WorkerMissing { path: String, error: String } = "worker_missing" {
            en "The encoder {path} cannot be started: {error}." => "Install Screener again, so that screener-worker lies beside it, or name it in SCREENER_WORKER.";
            de "Der Encoder {path} lässt sich nicht starten: {error}." => "Installiere Screener noch einmal, damit screener-worker daneben liegt, oder nenne ihn in SCREENER_WORKER.";
        }
        NoPipes = "worker_died" {
            en "The encoder's pipes could not be opened." => "Try again.";
            de "Die Verbindung zum Encoder ließ sich nicht öffnen." => "Versuche es noch einmal.";
        }
        NoWord = "worker_died" {
            en "The encoder ended without a word." => "Try again.";
            de "Der Encoder endete ohne ein Wort." => "Versuche es noch einmal.";
        }
        NoProgress { seconds: f64 } = "limits" {
            en "The encoder made no progress for {seconds:.0} seconds and was ended." => "The file is probably damaged. Convert it with another program, or try again.";
            de "Der Encoder kam {seconds:.0} Sekunden lang nicht voran und wurde beendet." => "Die Datei ist wahrscheinlich beschädigt. Wandle sie mit einem anderen Programm um, oder versuche es noch einmal.";
        }
        NotUnderstood { reason: String } = "worker_speech" {
            en "The encoder said something that is not understood: {reason}." => "Install Screener again: its parts are of different versions.";
            de "Der Encoder sagte etwas, das nicht verstanden wird: {reason}." => "Installiere Screener noch einmal: Seine Teile haben verschiedene Versionen.";
        }
        EndedFromOutside { signal: i32 } = "limits" {
            en "The encoder was ended from outside (signal {signal}): it asked for too much memory or time, or somebody stopped it." => "Close other programs and try again; a file that does this every time is damaged.";
            de "Der Encoder wurde von außen beendet (Signal {signal}): Er verlangte zu viel Speicher oder Zeit, oder jemand hat ihn angehalten." => "Schließe andere Programme und versuche es noch einmal; eine Datei, bei der das jedes Mal geschieht, ist beschädigt.";
        }
        EndedFromOutsideSaying { signal: i32, said: String } = "limits" {
            en "The encoder was ended from outside (signal {signal}): it asked for too much memory or time, or somebody stopped it. It said: {said}" => "Close other programs and try again; a file that does this every time is damaged.";
            de "Der Encoder wurde von außen beendet (Signal {signal}): Er verlangte zu viel Speicher oder Zeit, oder jemand hat ihn angehalten. Er sagte: {said}" => "Schließe andere Programme und versuche es noch einmal; eine Datei, bei der das jedes Mal geschieht, ist beschädigt.";
        }
        Crashed { signal: i32 } = "worker_died" {
            en "The encoder crashed on this file (signal {signal})." => "Convert the file with another program and try again. Nothing else is affected.";
            de "Der Encoder ist an dieser Datei abgestürzt (Signal {signal})." => "Wandle die Datei mit einem anderen Programm um und versuche es noch einmal. Sonst ist nichts betroffen.";
        }
        CrashedSaying { signal: i32, said: String } = "worker_died" {
            en "The encoder crashed on this file (signal {signal}). It said: {said}" => "Convert the file with another program and try again. Nothing else is affected.";
            de "Der Encoder ist an dieser Datei abgestürzt (Signal {signal}). Er sagte: {said}" => "Wandle die Datei mit einem anderen Programm um und versuche es noch einmal. Sonst ist nichts betroffen.";
        }
        EndedEarly { status: String } = "worker_died" {
            en "The encoder ended before it was done ({status})." => "Try again; when it stays, send the diagnostics to the makers of Screener.";
            de "Der Encoder endete, bevor er fertig war ({status})." => "Versuche es noch einmal; wenn es bleibt, schicke den Machern von Screener die Diagnose.";
        }
        EndedEarlySaying { status: String, said: String } = "worker_died" {
            en "The encoder ended before it was done ({status}). It said: {said}" => "Try again; when it stays, send the diagnostics to the makers of Screener.";
            de "Der Encoder endete, bevor er fertig war ({status}). Er sagte: {said}" => "Versuche es noch einmal; wenn es bleibt, schicke den Machern von Screener die Diagnose.";
        }

        // The shells themselves.
        Usage { words: String } = "usage" {
            en "{words}" => "`screener help` lists the verbs and their flags.";
            de "{words}" => "`screener help` listet die Verben und ihre Angaben auf.";
        }
        AwsNotReady { words: String } = "not_ready" {
            en "A deployment would fail: {words}" => "Mend that first; nothing was made.";
            de "Das Einrichten würde scheitern: {words}" => "Behebe das zuerst; es wurde nichts angelegt.";
        }
        AwsNeedsYes = "needs_yes" {
            en "Nothing was made: there is nobody to ask." => "Read the plan above, then repeat the command with `--yes`.";
            de "Es wurde nichts angelegt: Es ist niemand da, der gefragt werden könnte." => "Lies den Plan oben, dann wiederhole den Befehl mit `--yes`.";
        }
        AwsNotAgreed = "not_agreed" {
            en "Nothing was changed." => "Repeat the command when you want it.";
            de "Es wurde nichts geändert." => "Wiederhole den Befehl, wenn du es möchtest.";
        }
        AwsSlotsFull { stack: String } = "slots_full" {
            en "All four public-key slots of {stack} are taken: four computers make links with it already." => "Empty the slot of a computer that is gone: `screener aws rotate-key --lost SLOT` on one of the others.";
            de "Alle vier Plätze für öffentliche Schlüssel in {stack} sind belegt: Vier Computer machen schon Links damit." => "Leere den Platz eines Computers, den es nicht mehr gibt: `screener aws rotate-key --lost PLATZ` auf einem der anderen.";
        }
        AwsNotOurs { name: String } = "not_deployed" {
            en "{name} is a destination that was entered by hand: there is no stack of Screener's behind it." => "Choose another name with `--name`.";
            de "{name} ist ein von Hand eingetragenes Ziel: Dahinter steht kein Stack von Screener." => "Wähle einen anderen Namen mit `--name`.";
        }
        AwsOutputMissing { output: String } = "output_missing" {
            en "The stack does not tell its {output}." => "Deploy again; when it stays, the template was changed by hand.";
            de "Der Stack nennt seinen Ausgabewert {output} nicht." => "Richte noch einmal ein; wenn es bleibt, wurde die Vorlage von Hand geändert.";
        }
        Clipboard { error: String } = "clipboard" {
            en "The clipboard did not take it: {error}." => "Select the text and copy it by hand.";
            de "Die Zwischenablage hat den Text nicht genommen: {error}." => "Markiere ihn und kopiere ihn von Hand.";
        }
        NotAPage = "not_a_page" {
            en "That is no web address." => "Copy the link instead.";
            de "Das ist keine Webadresse." => "Kopiere den Link.";
        }
        NoBrowser { error: String } = "no_browser" {
            en "No browser could be opened: {error}." => "Copy the link and open it yourself.";
            de "Es ließ sich kein Browser öffnen: {error}." => "Kopiere den Link und öffne ihn selbst.";
        }
        NoFileBrowser { error: String, folder: String } = "no_file_browser" {
            en "The folder could not be shown: {error}." => "Open {folder} yourself.";
            de "Der Ordner ließ sich nicht zeigen: {error}." => "Öffne {folder} selbst.";
        }
        UpdateFailed { error: String } = "update_failed" {
            en "The update could not be installed: {error}." => "Try again, or install the new version from where you got this one.";
            de "Die neue Ausgabe ließ sich nicht einbauen: {error}." => "Versuche es noch einmal, oder hole die neue Ausgabe dort, woher du diese hast.";
        }
        NoUpdateFeed { error: String } = "no_update_feed" {
            en "The list of versions could not be read: {error}." => "Check the network connection, then look again.";
            de "Die Liste der Ausgaben ließ sich nicht lesen: {error}." => "Prüfe die Verbindung, dann sieh noch einmal nach.";
        }
    }
}
