//! The main job, end to end: a film is published and watched through its link.

use crate::stage::{Home, done, first_uri, get, join, parameter, play};

/// DER of a PKCS#8 RSA private key, from its version to the octet string: no public key holds it.
const PRIVATE: [u8; 19] = [
    0x02, 0x01, 0x00, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00, 0x04,
];

#[test]
fn a_film_is_published_and_watched_through_its_link_alone() {
    let home = Home::new();
    let film = home.film("A film.mp4", 9);
    let mut publish = home.start(&["publish", film.to_str().unwrap(), "--serve"]);
    let accepted = publish.line().unwrap();
    assert_eq!(accepted["event"], "accepted");
    let id = accepted["id"].as_str().unwrap().to_owned();
    let published = publish.event("published");
    assert_eq!(
        (published["id"].as_str(), published["job"].as_str()),
        (Some(&*id), accepted["job"].as_str())
    );
    let link = published["link"].as_str().unwrap();
    let page = published["page"].as_str().unwrap();

    // What players see.
    let shown = std::process::Command::new("ffprobe")
        .args([
            "-v",
            "error",
            "-show_entries",
            "stream=codec_type,height",
            "-of",
            "csv=p=0",
            link,
        ])
        .output()
        .unwrap();
    let streams = String::from_utf8(shown.stdout).unwrap();
    for wanted in ["video,480", "video,360", "audio"] {
        assert!(streams.lines().any(|line| line == wanted), "{wanted} in {streams}");
    }
    let played = play(link);
    assert!((played - 9.0).abs() <= 1.0 / 30.0 + 0.022, "played {played} s");
    assert_eq!(get(page.split('#').next().unwrap()).0, 200);

    // The viewer's own policy on every line.
    let (status, index) = get(link);
    assert_eq!(status, 200);
    let media = join(link, &first_uri(&index));
    let (status, text) = get(&media);
    assert_eq!(status, 200);
    let segment = join(&media, &first_uri(&text));
    for url in [&media, &segment] {
        assert_eq!(parameter(url, "Policy"), parameter(link, "Policy"));
        assert_eq!(parameter(url, "Signature"), parameter(link, "Signature"));
    }
    assert_eq!(get(&segment).0, 200);

    // Nobody else gets in.
    let bare = |url: &str| url.split('?').next().unwrap().to_owned();
    let signature = parameter(link, "Signature").unwrap();
    let other = format!(
        "{}{}",
        if signature.starts_with('A') { 'B' } else { 'A' },
        &signature[1..]
    );
    for url in [link, &segment] {
        assert_eq!(get(&bare(url)).0, 403, "unsigned");
        assert_eq!(get(&url.replace(signature, &other)).0, 403, "one character changed");
    }
    let ended = home
        .json(&["link", &id, "--expires", "2020-01-01T00:00:00Z"])
        .well()
        .lines()
        .remove(0);
    let ended = ended["link"].as_str().unwrap();
    assert_eq!(get(ended).0, 403, "ended");
    let query = ended.split_once('?').unwrap().1;
    assert_eq!(
        get(&format!("{}?{query}", bare(&segment))).0,
        403,
        "ended, for a segment as well"
    );
    let elsewhere = home
        .json(&["link", &id, "--ip", "203.0.113.0/24"])
        .well()
        .lines()
        .remove(0);
    assert_eq!(get(elsewhere["link"].as_str().unwrap()).0, 403, "from another network");
    let later = home.json(&["link", &id, "--opens", "1h"]).well().lines().remove(0);
    assert_eq!(get(later["link"].as_str().unwrap()).0, 403, "not open yet");

    // The library, and what may be done there.
    let listed = home.json(&["list"]).well().lines().remove(0);
    assert_eq!(
        (
            listed["id"].as_str(),
            listed["title"].as_str(),
            listed["state"].as_str()
        ),
        (Some(&*id), Some("A film"), Some("live"))
    );
    assert!((listed["duration"].as_f64().unwrap() - 9.0).abs() < 0.1);
    assert_eq!(
        home.json(&["rename", &id, "Another"]).well().lines()[0]["title"],
        "Another"
    );
    home.json(&["poster", &id, "0:04"]).well();
    let shown = home.json(&["show", &id]).well().lines().remove(0);
    assert_eq!(
        (shown["title"].as_str(), shown["links"].as_array().unwrap().len()),
        (Some("Another"), 4)
    );
    assert!(
        !shown.to_string().contains("Signature"),
        "links are recorded without their signatures"
    );

    // The private half is nowhere but in the encrypted file.
    for file in home.files() {
        let bytes = std::fs::read(&file).unwrap();
        for secret in [&b"PRIVATE KEY"[..], b"MIIEv", &PRIVATE] {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret),
                "{}",
                file.display()
            );
        }
    }

    home.json(&["rm", &id]).well();
    assert_eq!(get(link).0, 404, "gone for those who hold a link");
    assert!(home.json(&["list"]).well().lines().is_empty());
    publish.signal("INT");
    assert_eq!(publish.ended(), 0);
}

#[test]
fn an_edge_at_any_port_says_which_and_is_the_one_that_others_find() {
    let home = Home::new();
    let mut edge = home.start(&["serve", "--port", "0"]);
    let serving = edge.event("serving");
    let port = serving["port"].as_u64().unwrap();
    assert_ne!(port, 0, "{serving}");
    assert_eq!(serving["own"], true, "{serving}");
    let address = serving["address"].as_str().unwrap();
    assert_eq!(address, format!("http://127.0.0.1:{port}"));
    assert_eq!(get(&format!("{address}/watch/index.html")).0, 200, "it answers there");

    // Any port is the port of the edge that runs already.
    let mut second = home.start(&["serve", "--port", "0"]);
    let found = second.event("serving");
    assert_eq!(
        (found["port"].as_u64(), &found["own"]),
        (Some(port), &false.into()),
        "{found}"
    );
    second.signal("INT");
    assert_eq!(second.ended(), 0);

    let other = if port == 65_535 { 65_534 } else { port + 1 };
    let refused = home.json(&["serve", "--port", &other.to_string()]);
    assert_eq!(
        (refused.code, refused.error()["code"].as_str()),
        (1, Some("edge_elsewhere"))
    );
    edge.signal("INT");
    assert_eq!(edge.ended(), 0);
}

#[test]
fn another_film_behind_the_same_link() {
    let home = Home::new();
    let film = home.film("first.mp4", 2);
    let mut edge = home.start(&["serve"]);
    assert!(
        edge.event("serving")["address"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:")
    );
    let published = home
        .json(&["publish", film.to_str().unwrap(), "--title", "One"])
        .well()
        .event("published");
    let (id, link) = (published["id"].as_str().unwrap(), published["link"].as_str().unwrap());
    assert!((play(link) - 2.0).abs() < 0.06);
    let longer = home.film("second.mp4", 4);
    home.json(&["replace", id, longer.to_str().unwrap()]).well();
    assert!((play(link) - 4.0).abs() < 0.06, "the old link plays the new film");
    let listed = home.json(&["list"]).well().lines();
    assert_eq!((listed.len(), listed[0]["title"].as_str()), (1, Some("One")));
    edge.signal("INT");
    assert_eq!(edge.ended(), 0);
}

#[test]
fn the_stream_alone_is_written_into_a_folder_of_its_own() {
    let home = Home::new();
    let film = home.film("film.mp4", 3);
    let film = film.to_str().unwrap();
    for format in ["cmaf", "ts"] {
        let out = home.path(format);
        let folder = out.to_str().unwrap();
        let done = home
            .json(&[
                "transcode",
                film,
                "--out",
                folder,
                "--format",
                format,
                "--ladder",
                "360",
                "--no-extras",
            ])
            .well();
        assert_eq!(done.lines().last().unwrap()["event"], "finished");
        let index = out.join("index.m3u8");
        assert!((play(index.to_str().unwrap()) - 3.0).abs() < 0.06);
        let text = std::fs::read_to_string(&index).unwrap();
        assert_eq!(text.matches("#EXT-X-STREAM-INF").count(), 1, "{text}");
        let again = home.json(&["transcode", film, "--out", folder]);
        assert_eq!((again.code, again.error()["code"].as_str()), (1, Some("not_empty")));
    }
    // No computer has that one: x264 takes its place, and that is said.
    let out = home.path("abacus");
    let words = [
        "transcode",
        film,
        "--out",
        out.to_str().unwrap(),
        "--ladder",
        "360",
        "--encoder",
        "abacus",
    ];
    let done = home.json(&words).well();
    let notes = done.lines().last().unwrap()["notes"].to_string();
    assert!(notes.contains("abacus") && notes.contains("x264"), "{notes}");
    std::fs::write(home.path("bad.mp4"), b"no film").unwrap();
    let out = home.path("nothing");
    let failed = home.json(&["transcode", "bad.mp4", "--out", out.to_str().unwrap()]);
    assert_eq!(failed.code, 1);
    assert!(!out.exists(), "a failure leaves no folder");
}

/// A copy that does not come out as the source is: what was visible of it goes, and the film is encoded under new names.
#[test]
fn a_copy_that_comes_out_broken_is_encoded_as_the_next_generation() {
    let home = Home::new();
    let options =
        "-c:v libx264 -preset ultrafast -g 60 -pix_fmt yuv420p -b:v 300k -maxrate 400k -bufsize 400k -c:a aac -ac 2";
    let film = home.made("Copied.mp4", 8, &options.split(' ').collect::<Vec<_>>());
    let film = film.to_str().unwrap();
    let spoiled = |arguments: &[&str]| {
        let mut all = vec!["--key-store", "file", "--json"];
        all.extend(arguments);
        let mut command = home.command(&all);
        command.env("SCREENER_SPOIL", "copied:480p:3");
        done(command)
    };
    let told = spoiled(&["publish", film]).well();
    let id = told.event("published")["id"].as_str().unwrap().to_owned();
    let notes = home.json(&["jobs"]).well();
    let jobs = format!("{:?}", notes.lines());
    assert!(jobs.contains("encoded, not copied"), "{jobs}");
    let generation = |number: u32| {
        let folder = format!("{id}/{number}/");
        let files = home.files().into_iter();
        files.filter(|path| path.to_string_lossy().contains(&folder)).count()
    };
    assert_eq!(generation(1), 0, "nothing of the copy is left");
    assert!(generation(2) > 5, "{:?}", home.files());

    let out = home.path("stream");
    let told = spoiled(&["transcode", film, "--out", out.to_str().unwrap()]).well();
    let written = format!("{:?}", told.lines());
    assert!(written.contains("encoded, not copied"), "{written}");
    assert!(home.json(&["check", out.to_str().unwrap()]).well().lines()[0].is_object());
}
