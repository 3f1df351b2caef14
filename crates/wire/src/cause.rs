//! What can go wrong in the worker, one variant a cause.
//!
//! A gap holds what no language changes: a name, a number, a codec, the words of the system or of FFmpeg. Where the rest of a sentence would
//! change with it, it is another variant.

use screener_ladder::{CutError, PlanError};

use crate::failure::Failure;

impl Failure {
    /// Whether another try, in which nothing is copied, would do.
    pub fn asks_for_encoding(&self) -> bool {
        self.code == Cause::NoCopy.code()
    }
}

crate::causes! {
    /// A cause that the worker tells.
    pub enum Cause {
        // The task and its words.
        Cancelled = "cancelled" {
            en "The work was cancelled." => "Start it again when you want it.";
            de "Die Arbeit wurde abgebrochen." => "Beginne sie wieder, wann du willst.";
        }
        BadTask { error: String } = "bad_task" {
            en "The task could not be read: {error}." => "Update Screener as a whole.";
            de "Der Auftrag an den Encoder ließ sich nicht lesen: {error}." => "Aktualisiere Screener als Ganzes.";
        }
        WrongVersion { spoken: u32, asked: u32 } = "wrong_version" {
            en "The worker speaks version {spoken} of the task's words, not {asked}." => "Install Screener and its worker from the same release.";
            de "Der Encoder spricht Version {spoken} der Aufträge, nicht {asked}." => "Installiere Screener und seinen Encoder aus derselben Ausgabe.";
        }
        Internal { what: String } = "internal" {
            en "The encoder could not go on: {what}." => "Try again; if it happens again with this file, report it with the log.";
            de "Der Encoder kam nicht weiter: {what}." => "Versuche es noch einmal; wenn es mit dieser Datei wieder geschieht, melde es mit dem Protokoll.";
        }

        // What may be planned.
        NothingToPlay = "no_streams" {
            en "Nothing can be made of this: the file has neither pictures nor sound." => "Choose a file with a video or audio track.";
            de "Daraus lässt sich nichts machen: Die Datei hat weder Bild noch Ton." => "Wähle eine Datei mit einer Bild- oder Tonspur.";
        }
        WrongHeight { height: u32 } = "wrong_ladder" {
            en "Nothing can be made of this: a rung of {height} lines cannot be made." => "Name heights of at least 2 lines, such as 1080,720,480,360.";
            de "Daraus lässt sich nichts machen: Eine Stufe von {height} Zeilen kann es nicht geben." => "Nenne Höhen von mindestens 2 Zeilen, etwa 1080,720,480,360.";
        }
        CutNoMoment { at: f64 } = "wrong_cut" {
            en "A film has no moment at {at} s." => "Give a time from 0 on.";
            de "Kein Film hat einen Zeitpunkt bei {at} s." => "Nenne einen Zeitpunkt ab 0.";
        }
        CutBackwards { from: f64, to: f64 } = "wrong_cut" {
            en "Nothing of the film lies between {from} s and {to} s: it would end before it begins." => "Let it begin earlier, or end later.";
            de "Zwischen {from} s und {to} s liegt nichts vom Film: Er würde enden, bevor er beginnt." => "Lass ihn früher beginnen oder später enden.";
        }
        CutBehind { at: f64, duration: f64 } = "wrong_cut" {
            en "The film has nothing at {at} s: it lasts {duration:.3} s." => "Give times between its start and its end.";
            de "Bei {at} s ist nichts mehr vom Film: Er dauert {duration:.3} s." => "Nenne Zeitpunkte zwischen seinem Anfang und seinem Ende.";
        }
        CutNothing { from: f64, to: f64 } = "wrong_cut" {
            en "Not one picture of the film lies between {from} s and {to} s." => "Let it begin earlier, or end later.";
            de "Zwischen {from} s und {to} s liegt kein einziges Bild des Films." => "Lass ihn früher beginnen oder später enden.";
        }

        // The file as the system sees it.
        NotThere { name: String } = "no_such_file" {
            en "{name} is not there: it was moved, renamed or deleted." => "Find the file and choose it again.";
            de "{name} ist nicht da: Die Datei wurde verschoben, umbenannt oder gelöscht." => "Suche die Datei und wähle sie noch einmal.";
        }
        MayNotBeRead { name: String } = "not_readable" {
            en "{name} may not be read: its permissions do not allow it." => "Give your user the right to read the file, or copy it to your own folder, and try again.";
            de "{name} darf nicht gelesen werden: Die Rechte der Datei erlauben es nicht." => "Gib dir das Recht, sie zu lesen, oder kopiere sie in einen eigenen Ordner, dann wiederhole.";
        }
        NotReadable { name: String, error: String } = "not_readable" {
            en "{name} could not be read: {error}." => "Check the disk or network drive it lies on, and try again.";
            de "{name} ließ sich nicht lesen: {error}." => "Prüfe die Festplatte oder das Netzlaufwerk, auf dem die Datei liegt, dann wiederhole.";
        }
        Folder { name: String } = "is_a_folder" {
            en "{name} is a folder, not a video." => "Choose a video file inside it.";
            de "{name} ist ein Ordner, kein Film." => "Wähle einen Film darin.";
        }
        NoFile { name: String } = "not_a_video" {
            en "{name} is a device or pipe, not a file." => "Save the video as a file first, and choose that.";
            de "{name} ist ein Gerät oder eine Pipe, keine Datei." => "Speichere den Film erst als Datei, und wähle die.";
        }
        NoBytes { name: String } = "empty" {
            en "{name} is empty: it has no bytes at all." => "Export or copy the video again, then try once more.";
            de "{name} ist leer: Die Datei hat kein einziges Byte." => "Exportiere oder kopiere den Film noch einmal, dann wiederhole.";
        }

        // What is no film.
        HlsPlaylist { name: String } = "playlist" {
            en "{name} is an HLS playlist, not a video: it only names other files, and those are never opened." => "Choose the video file itself.";
            de "{name} ist eine HLS-Abspielliste, kein Film: Sie nennt nur andere Dateien, und die werden nie geöffnet." => "Wähle den Film selbst.";
        }
        ConcatScript { name: String } = "playlist" {
            en "{name} is a concat script, not a video: it only names other files, and those are never opened." => "Choose the video file itself.";
            de "{name} ist ein Concat-Skript, kein Film: Es nennt nur andere Dateien, und die werden nie geöffnet." => "Wähle den Film selbst.";
        }
        Playlist { name: String } = "playlist" {
            en "{name} is a playlist, not a video: it only names other files, and those are never opened." => "Choose the video file itself.";
            de "{name} ist eine Abspielliste, kein Film: Sie nennt nur andere Dateien, und die werden nie geöffnet." => "Wähle den Film selbst.";
        }
        SessionDescription { name: String } = "playlist" {
            en "{name} is a session description (SDP), not a video: it only names other files, and those are never opened." => "Choose the video file itself.";
            de "{name} ist eine Sitzungsbeschreibung (SDP), kein Film: Sie nennt nur andere Dateien, und die werden nie geöffnet." => "Wähle den Film selbst.";
        }
        DashManifest { name: String } = "playlist" {
            en "{name} is a DASH manifest, not a video: it only names other files, and those are never opened." => "Choose the video file itself.";
            de "{name} ist ein DASH-Manifest, kein Film: Es nennt nur andere Dateien, und die werden nie geöffnet." => "Wähle den Film selbst.";
        }
        KindOfPlaylist { name: String, kind: String } = "playlist" {
            en "{name} is a file of the kind “{kind}”, not a video: it only names other files, and those are never opened." => "Choose the video file itself.";
            de "{name} ist eine Datei der Art „{kind}“, kein Film: Sie nennt nur andere Dateien, und die werden nie geöffnet." => "Wähle den Film selbst.";
        }
        Text { name: String } = "not_a_video" {
            en "{name} is not a video: it holds plain text." => "Choose a video file (MP4, MOV, MKV, WebM, MPEG-TS, AVI, …).";
            de "{name} ist kein Film: Die Datei enthält bloßen Text." => "Wähle einen Film (MP4, MOV, MKV, WebM, MPEG-TS, AVI …).";
        }
        Images { name: String, kind: String } = "not_a_video" {
            en "{name} holds pictures, not a video: it looks like “{kind}”." => "Choose a video file. An animation can be published as GIF or MP4.";
            de "{name} enthält Bilder, keinen Film: Es sieht aus wie „{kind}“." => "Wähle einen Film. Eine Animation lässt sich als GIF oder MP4 veröffentlichen.";
        }
        OtherFormat { name: String, kind: String } = "not_a_video" {
            en "{name} is not a video that can be published: it looks like “{kind}”." => "Export it again as MP4 (H.264) or MOV and publish that file.";
            de "{name} ist kein Film, der sich veröffentlichen lässt: Es sieht aus wie „{kind}“." => "Exportiere den Film noch einmal als MP4 (H.264) oder MOV, und veröffentliche diese Datei.";
        }
        Unreadable { name: String } = "not_a_video" {
            en "{name} is not a video, or is damaged beyond reading." => "Check that it plays on this computer. If it does, export it again as MP4 and publish that file.";
            de "{name} ist kein Film, oder so beschädigt, dass er sich nicht lesen lässt." => "Prüfe, ob der Film auf diesem Computer läuft. Wenn ja, exportiere ihn noch einmal als MP4, und veröffentliche diese Datei.";
        }
        UnreadableBecause { name: String, cause: String } = "not_a_video" {
            en "{name} is not a video, or is damaged beyond reading ({cause})." => "Check that it plays on this computer. If it does, export it again as MP4 and publish that file.";
            de "{name} ist kein Film, oder so beschädigt, dass er sich nicht lesen lässt ({cause})." => "Prüfe, ob der Film auf diesem Computer läuft. Wenn ja, exportiere ihn noch einmal als MP4, und veröffentliche diese Datei.";
        }

        // What is not whole, or does harm.
        CutShortByBytes { name: String, bytes: u64 } = "truncated" {
            en "{name} is cut short: {bytes} bytes that it says it has are missing." => "Copy or download the file again, whole. A recording that broke off may be mended by the program that made it.";
            de "{name} ist abgeschnitten: Es fehlen {bytes} Bytes, die die Datei zu haben behauptet." => "Kopiere oder lade die Datei noch einmal, ganz. Eine abgebrochene Aufnahme kann vielleicht das Programm retten, das sie gemacht hat.";
        }
        CutShort { name: String, size: String } = "truncated" {
            en "{name} is cut short: {size} that it says it has are missing." => "Copy or download the file again, whole. A recording that broke off may be mended by the program that made it.";
            de "{name} ist abgeschnitten: Es fehlen {size}, die die Datei zu haben behauptet." => "Kopiere oder lade die Datei noch einmal, ganz. Eine abgebrochene Aufnahme kann vielleicht das Programm retten, das sie gemacht hat.";
        }
        NoIndex { name: String } = "truncated" {
            en "{name} is cut short: its index is missing, because recording or copying stopped early." => "Copy or download the file again, whole. A recording that broke off may be mended by the program that made it.";
            de "{name} ist abgeschnitten: Das Verzeichnis am Ende fehlt, weil Aufnehmen oder Kopieren zu früh aufhörte." => "Kopiere oder lade die Datei noch einmal, ganz. Eine abgebrochene Aufnahme kann vielleicht das Programm retten, das sie gemacht hat.";
        }
        EndsEarly { name: String, reached: f64, declared: f64 } = "truncated" {
            en "{name} is cut short: it ends after {reached:.1} s of the {declared:.1} s that it declares." => "Copy or download the file again, whole.";
            de "{name} ist abgeschnitten: Der Film endet nach {reached:.1} s von {declared:.1} s, die er angibt." => "Kopiere oder lade die Datei noch einmal, ganz.";
        }
        LastsTooLongForBytes { name: String, hours: f64, bytes: u64 } = "damaged" {
            en "{name} is damaged: it says that it lasts {hours:.1} hours, which {bytes} bytes cannot hold." => "Copy or download the file again. If this one plays on this computer, export it anew as MP4 and publish that file.";
            de "{name} ist beschädigt: Der Film soll {hours:.1} Stunden dauern, und die passen nicht in {bytes} Bytes." => "Kopiere oder lade die Datei noch einmal. Wenn diese auf diesem Computer läuft, exportiere sie neu als MP4, und veröffentliche diese Datei.";
        }
        LastsTooLong { name: String, hours: f64, size: String } = "damaged" {
            en "{name} is damaged: it says that it lasts {hours:.1} hours, which {size} cannot hold." => "Copy or download the file again. If this one plays on this computer, export it anew as MP4 and publish that file.";
            de "{name} ist beschädigt: Der Film soll {hours:.1} Stunden dauern, und die passen nicht in {size}." => "Kopiere oder lade die Datei noch einmal. Wenn diese auf diesem Computer läuft, exportiere sie neu als MP4, und veröffentliche diese Datei.";
        }
        NoEnd { error: String } = "unreadable" {
            en "The file could not be read to its end: {error}." => "Check the disk, or copy the file again from where it came.";
            de "Die Datei ließ sich nicht bis zum Ende lesen: {error}." => "Prüfe die Festplatte, oder kopiere die Datei noch einmal von dort, woher sie kam.";
        }
        TooMuchMemory { name: String } = "limits" {
            en "{name} asks for more memory than any video needs: it is damaged, or made to do harm." => "Export it again as MP4 (H.264) or MOV and publish that file.";
            de "{name} verlangt mehr Speicher, als ein Film braucht: Die Datei ist beschädigt, oder sie soll schaden." => "Exportiere den Film noch einmal als MP4 (H.264) oder MOV, und veröffentliche diese Datei.";
        }
        TooMuchTime { name: String, used: u64 } = "limits" {
            en "Work on {name} was stopped: it took {used} s of processor time, more than any film of its length needs. It is damaged, or made to do harm." => "Check that it plays on this computer. If it does, export it again as MP4 and publish that file.";
            de "Die Arbeit an {name} wurde beendet: Sie brauchte {used} s Rechenzeit, mehr als ein Film dieser Länge braucht. Die Datei ist beschädigt, oder sie soll schaden." => "Prüfe, ob der Film auf diesem Computer läuft. Wenn ja, exportiere ihn noch einmal als MP4, und veröffentliche diese Datei.";
        }
        Silence { name: String, quiet: u64 } = "limits" {
            en "Work on {name} was stopped: nothing of it could be decoded for {quiet} s. It is damaged, or made to do harm." => "Check that it plays on this computer. If it does, export it again as MP4 and publish that file.";
            de "Die Arbeit an {name} wurde beendet: {quiet} s lang ließ sich nichts davon decodieren. Die Datei ist beschädigt, oder sie soll schaden." => "Prüfe, ob der Film auf diesem Computer läuft. Wenn ja, exportiere ihn noch einmal als MP4, und veröffentliche diese Datei.";
        }

        // What is a film, but not one for here.
        Encrypted { name: String } = "encrypted" {
            en "{name} is encrypted (DRM): without its key it cannot be read." => "Choose a copy without protection that you hold the rights to.";
            de "{name} ist verschlüsselt (DRM): Ohne den Schlüssel lässt sich der Film nicht lesen." => "Nimm eine Kopie ohne Kopierschutz, an der du die Rechte hast.";
        }
        Elsewhere { name: String } = "refers_elsewhere" {
            en "{name} keeps its pictures or sound in other files, and those are never opened." => "Export it as one self-contained file and publish that.";
            de "{name} hat Bilder oder Ton in anderen Dateien, und die werden nie geöffnet." => "Exportiere den Film als eine Datei, die alles enthält, und veröffentliche die.";
        }
        TooLarge { name: String, width: u32, height: u32, side: u32 } = "too_large" {
            en "{name} has pictures of {width} x {height}: more than the {side} x 4608 that are taken." => "Export it at 3840 x 2160 or smaller and publish that file.";
            de "{name} hat Bilder von {width} x {height}: mehr als {side} x 4608, die angenommen werden." => "Exportiere den Film mit 3840 x 2160 oder kleiner, und veröffentliche diese Datei.";
        }
        LargerThanAny { name: String } = "too_large" {
            en "{name} declares pictures larger than any video's: it is damaged, or made to do harm." => "Export it again as MP4 (H.264) or MOV and publish that file.";
            de "{name} gibt Bilder an, die größer sind als die irgendeines Films: Die Datei ist beschädigt, oder sie soll schaden." => "Exportiere den Film noch einmal als MP4 (H.264) oder MOV, und veröffentliche diese Datei.";
        }
        NoStreams { name: String } = "no_streams" {
            en "{name} has no pictures and no sound that can be played." => "Choose a file with a video or audio track.";
            de "{name} hat weder Bilder noch Ton, die sich abspielen lassen." => "Wähle eine Datei mit einer Bild- oder Tonspur.";
        }
        NoStreamsBecause { name: String, cause: String } = "no_streams" {
            en "{name} has no pictures and no sound that can be played ({cause})." => "Choose a file with a video or audio track.";
            de "{name} hat weder Bilder noch Ton, die sich abspielen lassen ({cause})." => "Wähle eine Datei mit einer Bild- oder Tonspur.";
        }
        UnknownCodec { name: String } = "unsupported_codec" {
            en "{name} holds video as “an unknown codec”, which is not decoded here." => "Export it again as H.264, HEVC, ProRes, VP9 or AV1 and publish that file.";
            de "{name} enthält Bilder in einem unbekannten Codec, der hier nicht decodiert wird." => "Exportiere den Film noch einmal als H.264, HEVC, ProRes, VP9 oder AV1, und veröffentliche diese Datei.";
        }
        UnsupportedCodec { name: String, codec: String } = "unsupported_codec" {
            en "{name} holds video as “{codec}”, which is not decoded here." => "Export it again as H.264, HEVC, ProRes, VP9 or AV1 and publish that file.";
            de "{name} enthält Bilder als „{codec}“, und das wird hier nicht decodiert." => "Exportiere den Film noch einmal als H.264, HEVC, ProRes, VP9 oder AV1, und veröffentliche diese Datei.";
        }
        SoundMisread { name: String, version: String } = "unsupported_codec" {
            en "The sound of {name} is PCM in MP4, which the FFmpeg {version} that Screener runs on reads wrongly: it would be noise." => "Export it with AAC sound, or as MOV, and publish that file. FFmpeg 6.1 and newer read it.";
            de "Der Ton von {name} ist PCM in MP4, und das liest das FFmpeg {version}, auf dem Screener läuft, falsch: Es käme Rauschen heraus." => "Exportiere den Film mit Ton in AAC oder als MOV, und veröffentliche diese Datei. FFmpeg ab 6.1 liest ihn.";
        }
        NoCopy = "no_copy" {
            en "The film cannot be copied without encoding it: in mid-film its coding changes, or parts of it are cut out." => "Publish it again and let it be encoded (--no-copy).";
            de "Der Film lässt sich nicht kopieren, ohne ihn zu kodieren: Mitten im Film ändert sich die Codierung, oder Teile sind herausgeschnitten." => "Veröffentliche ihn noch einmal, und lass ihn kodieren (--no-copy).";
        }
        BrokenCopy { track: String, at: f64 } = "no_copy" {
            en "The film cannot be copied without encoding it: from {at:.1} s on a copy ({track}) does not show what the file shows." => "Publish it again and let it be encoded (--no-copy).";
            de "Der Film lässt sich nicht kopieren, ohne ihn zu kodieren: Ab {at:.1} s zeigt eine Kopie ({track}) nicht, was die Datei zeigt." => "Veröffentliche ihn noch einmal, und lass ihn kodieren (--no-copy).";
        }
        BrokenSegment { track: String, at: f64 } = "broken_output" {
            en "The film came out broken: from {at:.1} s on, {track} does not hold what was made." => "Check the disk that Screener works on, and publish the film again. If it happens again, report it with the log.";
            de "Der Film ist nicht richtig herausgekommen: Ab {at:.1} s enthält {track} nicht, was gemacht wurde." => "Prüfe die Festplatte, auf der Screener arbeitet, und veröffentliche den Film noch einmal. Wenn es wieder geschieht, melde es mit dem Protokoll.";
        }
        BrokenPictures { track: String, at: f64 } = "broken_output" {
            en "The film came out broken: from {at:.1} s on, {track} does not show the film." => "Publish it again with the encoder x264 (--encoder x264). If it happens again, report it with the log.";
            de "Der Film ist nicht richtig herausgekommen: Ab {at:.1} s zeigt {track} nicht den Film." => "Veröffentliche ihn noch einmal mit dem Encoder x264 (--encoder x264). Wenn es wieder geschieht, melde es mit dem Protokoll.";
        }
        BrokenSound { track: String, at: f64 } = "broken_output" {
            en "The film came out broken: from {at:.1} s on, the sound of {track} cannot be heard." => "Publish it again; if it happens again, report it with the log.";
            de "Der Film ist nicht richtig herausgekommen: Ab {at:.1} s ist der Ton von {track} nicht zu hören." => "Veröffentliche ihn noch einmal; wenn es wieder geschieht, melde es mit dem Protokoll.";
        }
        BrokenLevel { track: String } = "broken_output" {
            en "The film came out broken: the sound of {track} is louder or quieter than it was." => "Publish it again; if it happens again, report it with the log.";
            de "Der Film ist nicht richtig herausgekommen: Der Ton von {track} ist lauter oder leiser, als er war." => "Veröffentliche ihn noch einmal; wenn es wieder geschieht, melde es mit dem Protokoll.";
        }
        BrokenEnd { track: String, ends: f64, film: f64 } = "broken_output" {
            en "The film came out broken: {track} ends at {ends:.1} s, the film at {film:.1} s." => "Publish it again; if it happens again, report it with the log.";
            de "Der Film ist nicht richtig herausgekommen: {track} endet bei {ends:.1} s, der Film bei {film:.1} s." => "Veröffentliche ihn noch einmal; wenn es wieder geschieht, melde es mit dem Protokoll.";
        }
        CutFragments { name: String } = "unsupported_codec" {
            en "{name} holds parts that were cut out of the film, in a form (fragments with an edit list) in which they would be shown again." => "Export the film once more, as an ordinary MP4, and publish that file.";
            de "{name} enthält Teile, die aus dem Film herausgeschnitten sind, in einer Form (Fragmente mit Schnittliste), in der sie wieder zu sehen wären." => "Exportiere den Film noch einmal, als gewöhnliches MP4, und veröffentliche diese Datei.";
        }
        DolbyVision { name: String, profile: u8 } = "unsupported_codec" {
            en "{name} is Dolby Vision, profile {profile}: its pictures have no ordinary colours, and without Dolby's own decoder they come out green and purple." => "Export the film as HDR10, HLG or SDR (H.264 or HEVC), and publish that file.";
            de "{name} ist Dolby Vision, Profil {profile}: Die Bilder haben keine gewöhnlichen Farben, und ohne den Decoder von Dolby werden sie grün und violett." => "Exportiere den Film als HDR10, HLG oder SDR (H.264 oder HEVC), und veröffentliche diese Datei.";
        }
        DecoderRefused { name: String, codec: String, error: String } = "unsupported_codec" {
            en "{name}: its {codec} stream cannot be decoded: {error}." => "Export the film as H.264 or ProRes with AAC or PCM sound, and try again.";
            de "{name}: Die Spur in {codec} lässt sich nicht decodieren: {error}." => "Exportiere den Film als H.264 oder ProRes, mit Ton in AAC oder PCM, dann wiederhole.";
        }
        NoBeginning { name: String, codec: String } = "no_beginning" {
            en "{name} holds {codec} pictures, but the part of the file where decoding them could begin is missing." => "Copy or download it again, whole. A recording has to begin a little earlier.";
            de "{name} enthält Bilder in {codec}, aber der Teil der Datei fehlt, mit dem sie beginnen könnten." => "Kopiere oder lade die Datei noch einmal, ganz. Eine Aufnahme muss etwas früher beginnen.";
        }
        NothingDecoded = "empty" {
            en "Nothing could be decoded: the file holds neither pictures nor sound that can be played." => "Try another copy of the file.";
            de "Es ließ sich nichts decodieren: Die Datei enthält weder Bilder noch Ton, die sich abspielen lassen." => "Versuche eine andere Kopie der Datei.";
        }
        NotOnePicture = "no_picture" {
            en "Not one picture of the video could be decoded: the file is damaged or not what its name says." => "Export the film again, or try another copy of the file.";
            de "Nicht ein Bild des Films ließ sich decodieren: Die Datei ist beschädigt, oder nicht, was ihr Name sagt." => "Exportiere den Film noch einmal, oder versuche eine andere Kopie der Datei.";
        }

        // Captions and stills.
        CaptionsTooLarge { name: String } = "captions_unreadable" {
            en "{name} is too large to be captions." => "Move the file elsewhere, or replace it by the right one.";
            de "{name} ist zu groß für Untertitel." => "Lege die Datei woandershin, oder ersetze sie durch die richtige.";
        }
        CaptionsUnknownLetters { name: String } = "captions_unreadable" {
            en "{name} is written in letters that cannot be told." => "Save it as UTF-8, or say its language in its name, as in film.ru.srt.";
            de "{name} ist in einer Zeichenkodierung geschrieben, die sich nicht erkennen lässt." => "Speichere die Datei als UTF-8, oder nenne ihre Sprache im Namen, wie in film.ru.srt.";
        }
        NoStill { name: String } = "no_picture" {
            en "{name} has no picture that can be shown." => "Choose another file or another time.";
            de "{name} hat kein Bild, das sich zeigen lässt." => "Wähle eine andere Datei oder eine andere Stelle.";
        }
        NoStream { folder: String } = "no_such_file" {
            en "{folder} is not a folder with a stream." => "Name the folder that holds index.m3u8.";
            de "{folder} ist kein Ordner mit einem Stream." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        StreamNotReadable { folder: String, error: String } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: {error}." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: {error}." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        StreamWithoutPictures { folder: String } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: it names no variant with pictures." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: Er nennt keine Variante mit Bildern." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        VariantElsewhere { folder: String } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: its variant lies elsewhere." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: Seine Variante liegt woanders." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        EmptyPlaylist { folder: String } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: its playlist is empty." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: Seine Abspielliste ist leer." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        SegmentGone { folder: String } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: it is not there." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: Das Segment ist nicht da." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        SegmentElsewhere { folder: String } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: its address is not a path below the playlist." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: Die Adresse des Segments ist kein Pfad unter der Abspielliste." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }
        SegmentShort { folder: String, length: u64, offset: u64, size: u64 } = "no_such_file" {
            en "{folder} holds no stream that a picture can be taken from: {length} bytes from {offset} are not in a file of {size}." => "Name the folder that holds index.m3u8.";
            de "{folder} enthält keinen Stream, aus dem sich ein Bild nehmen lässt: {length} Bytes ab {offset} gibt es nicht in einer Datei von {size}." => "Nenne den Ordner, in dem index.m3u8 liegt.";
        }

        // What is written.
        DiskFull { path: String } = "disk_full" {
            en "There is no space left to write {path}." => "Free some space on that disk and try again; what is finished is kept.";
            de "Es ist kein Platz mehr, um {path} zu schreiben." => "Schaffe Platz auf dieser Festplatte, dann wiederhole; was fertig ist, bleibt.";
        }
        WriteFailed { path: String, error: String } = "write_failed" {
            en "{path} could not be written: {error}." => "Check the folder's permissions and try again.";
            de "{path} ließ sich nicht schreiben: {error}." => "Prüfe die Rechte des Ordners, dann wiederhole.";
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NothingToPlay => Cause::NothingToPlay,
            PlanError::Height(height) => Cause::WrongHeight { height },
            PlanError::Cut(error) => return error.into(),
        }
        .into()
    }
}

impl From<CutError> for Failure {
    fn from(error: CutError) -> Self {
        match error {
            CutError::NoMoment(at) => Cause::CutNoMoment { at },
            CutError::Backwards { from, to } => Cause::CutBackwards { from, to },
            CutError::Behind { at, duration } => Cause::CutBehind { at, duration },
        }
        .into()
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

    #[test]
    fn a_number_is_rounded_as_its_sentence_says() {
        let name = "film.mov".to_owned();
        let failure = Failure::from(Cause::EndsEarly {
            name,
            reached: 12.04,
            declared: 30.0,
        });
        assert_eq!(
            failure.message,
            "film.mov is cut short: it ends after 12.0 s of the 30.0 s that it declares."
        );
    }
}
