//! Rewriting: every URI, and not one byte else.

use screener_hls::rewrite::{Parameters, rewrite};

pub const PARAMETERS: Parameters<'_> = Parameters {
    first: "",
    playlist: "cf-P=1&P=1",
    other: "P=1",
    distribution: Some("d1.cloudfront.net"),
};

pub fn rewritten(input: &[u8], parameters: &Parameters<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    rewrite(input, parameters, &mut out);
    out
}

fn line(input: &str) -> String {
    String::from_utf8(rewritten(input.as_bytes(), &PARAMETERS)).unwrap()
}

#[test]
fn each_kind_of_line() {
    let table = [
        ("00001.m4s", "00001.m4s?P=1"),
        ("1/720p/index.m3u8", "1/720p/index.m3u8?cf-P=1&P=1"),
        ("a.ts?x=1", "a.ts?x=1&P=1"),
        ("a.ts?", "a.ts?P=1"),
        ("a.ts?x&", "a.ts?x&P=1"),
        (" a.ts", " a.ts?P=1"),
        (" #EXT-X-MAP:URI=\"a.ts\"", " #EXT-X-MAP:URI=\"a.ts\""),
        ("#ext-x-map:uri=\"a.ts\"", "#ext-x-map:uri=\"a.ts\""),
        ("#EXT-X-MAP:uri=\"a.ts\"", "#EXT-X-MAP:uri=\"a.ts\""),
        ("a.ts#t=1", "a.ts?P=1#t=1"),
        ("a.ts?x=1#t=1", "a.ts?x=1&P=1#t=1"),
        ("a.m3u8?file=b.ts", "a.m3u8?file=b.ts&cf-P=1&P=1"),
        ("a.ts?list=b.m3u8", "a.ts?list=b.m3u8&P=1"),
        ("a.M3U8", "a.M3U8?P=1"),
        ("a b.ts", "a b.ts?P=1"),
        ("a.ts \t", "a.ts?P=1 \t"),
        ("ä/ö.ts", "ä/ö.ts?P=1"),
        ("/videos/a.ts", "/videos/a.ts?P=1"),
        ("../a.ts", "../a.ts?P=1"),
        ("", ""),
        ("   ", "   "),
        ("# a comment, a.ts", "# a comment, a.ts"),
        ("#EXTINF:6.00000,a.ts", "#EXTINF:6.00000,a.ts"),
        ("#EXT-X-ENDLIST", "#EXT-X-ENDLIST"),
        ("#EXT-X-BYTERANGE:100@0", "#EXT-X-BYTERANGE:100@0"),
        ("#EXT-X-UNKNOWN:URI=\"a.ts\"", "#EXT-X-UNKNOWN:URI=\"a.ts\""),
        ("#EXT-X-UNKNOWN", "#EXT-X-UNKNOWN"),
    ];
    for (before, after) in table {
        for end in ["", "\n", "\r\n"] {
            assert_eq!(line(&format!("{before}{end}")), format!("{after}{end}"));
            assert_eq!(
                line(&format!("\u{feff}#EXTM3U\n{before}{end}")),
                format!("\u{feff}#EXTM3U\n{after}{end}")
            );
        }
    }
}

#[test]
fn what_comes_first_comes_before_a_uris_own_query() {
    let named = Parameters {
        first: "l=a",
        ..PARAMETERS
    };
    let table = [
        ("00001.m4s", "00001.m4s?l=a&P=1"),
        ("1/720p/index.m3u8", "1/720p/index.m3u8?l=a&cf-P=1&P=1"),
        ("a.ts?x=1", "a.ts?l=a&x=1&P=1"),
        ("a.ts?", "a.ts?l=a&P=1"),
        ("a.ts?x&", "a.ts?l=a&x&P=1"),
        ("a.ts?#t", "a.ts?l=a&P=1#t"),
        ("a.ts#t=1?", "a.ts?l=a&P=1#t=1?"),
        ("a.ts?x=1#t=1", "a.ts?l=a&x=1&P=1#t=1"),
        ("a.ts?x=1?y", "a.ts?l=a&x=1?y&P=1"),
        ("a.m3u8?file=b.ts", "a.m3u8?l=a&file=b.ts&cf-P=1&P=1"),
        (
            "https://d1.cloudfront.net/a.ts?x",
            "https://d1.cloudfront.net/a.ts?l=a&x&P=1",
        ),
        ("https://d2.cloudfront.net/a.ts?x", "https://d2.cloudfront.net/a.ts?x"),
        (
            "#EXT-X-MAP:URI=\"a.mp4?x\",BYTERANGE=\"1@0\"",
            "#EXT-X-MAP:URI=\"a.mp4?l=a&x&P=1\",BYTERANGE=\"1@0\"",
        ),
        ("#EXT-X-ENDLIST", "#EXT-X-ENDLIST"),
    ];
    for (before, after) in table {
        let out = rewritten(before.as_bytes(), &named);
        assert_eq!(String::from_utf8(out).unwrap(), after);
    }
    let defined = "#EXTM3U\n#EXT-X-DEFINE:NAME=\"q\",VALUE=\"?x=1\"\n#EXT-X-DEFINE:NAME=\"n\",VALUE=\"name\"\n";
    // Where the query begins inside a variable there is no place before it.
    for (uri, after) in [
        ("a.ts{$q}", "a.ts{$q}&l=a&P=1"),
        ("a.ts{$q}?y", "a.ts{$q}?y&l=a&P=1"),
        ("{$n}.ts?y", "{$n}.ts?l=a&y&P=1"),
        ("a.ts?{$n}", "a.ts?l=a&{$n}&P=1"),
    ] {
        let out = rewritten(format!("{defined}{uri}\n").as_bytes(), &named);
        assert_eq!(String::from_utf8(out).unwrap(), format!("{defined}{after}\n"));
    }
    let alone = Parameters {
        first: "l=a",
        ..Parameters::default()
    };
    for (before, after) in [
        ("a.ts", "a.ts?l=a"),
        ("a.ts?x", "a.ts?l=a&x"),
        ("a.ts?", "a.ts?l=a"),
        ("a.ts?x&", "a.ts?l=a&x&"),
    ] {
        assert_eq!(String::from_utf8(rewritten(before.as_bytes(), &alone)).unwrap(), after);
    }
}

#[test]
fn absolute_uris_of_the_distribution_alone() {
    let ours = [
        "https://d1.cloudfront.net/a.ts",
        "HTTPS://D1.CloudFront.net/a.ts",
        "http://d1.cloudfront.net/a.ts",
        "//d1.cloudfront.net/a.ts",
        "https://d1.cloudfront.net:443/a.ts",
        "http://d1.cloudfront.net:80/a.ts",
    ];
    for uri in ours {
        assert_eq!(line(uri), format!("{uri}?P=1"));
        let without = Parameters {
            distribution: None,
            ..PARAMETERS
        };
        assert_eq!(rewritten(uri.as_bytes(), &without), uri.as_bytes());
    }
    let foreign = [
        "https://evil.example/a.ts",
        "https://d1.cloudfront.net.evil.example/a.ts",
        "https://d1.cloudfront.net@evil.example/a.ts",
        "https://d1.cloudfront.net:8443/a.ts",
        "https://d1.cloudfront.net:80/a.ts",
        "//d1.cloudfront.net:443/a.ts",
        "https://:443/a.ts",
        "https://evil.example/d1.cloudfront.net/a.ts",
        "https://evil.example#@d1.cloudfront.net/a.ts",
        "//evil.example/a.ts",
        "\\\\evil.example/a.ts",
        "/\\evil.example/a.ts",
        "\\/evil.example/a.ts",
        " //evil.example/a.ts",
        "/\t/evil.example/a.ts",
        "ht\ttps://evil.example/a.ts",
        "https:\\\\evil.example/a.ts",
        "https:/evil.example/a.ts",
        "https:evil.example/a.ts",
        "data:text/plain,hello",
        "data:application/octet-stream;base64,AAAA",
        "skd://key-1",
        "urn:x:y",
        "blob:https://d1.cloudfront.net/1",
        "#EXT",
        "a\0.ts",
        "a\rb.ts",
    ];
    for uri in foreign {
        assert_eq!(line(uri), uri);
    }
}

#[test]
fn every_tag_that_holds_a_uri() {
    let table = [
        (
            r#"#EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0""#,
            r#"#EXT-X-MAP:URI="init.mp4?P=1",BYTERANGE="800@0""#,
        ),
        (
            r#"#EXT-X-KEY:METHOD=AES-128,URI="k.key",IV=0x1"#,
            r#"#EXT-X-KEY:METHOD=AES-128,URI="k.key?P=1",IV=0x1"#,
        ),
        (r"#EXT-X-KEY:METHOD=NONE", r"#EXT-X-KEY:METHOD=NONE"),
        (
            r#"#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k""#,
            r#"#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://k""#,
        ),
        (
            r#"#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k.key""#,
            r#"#EXT-X-SESSION-KEY:METHOD=AES-128,URI="k.key?P=1""#,
        ),
        (
            r#"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, URI=y",URI="a/index.m3u8""#,
            r#"#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x, URI=y",URI="a/index.m3u8?cf-P=1&P=1""#,
        ),
        (
            r#"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8""#,
            r#"#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8?cf-P=1&P=1""#,
        ),
        (
            r#"#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="i.m3u8""#,
            r#"#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="i.m3u8?cf-P=1&P=1""#,
        ),
        (
            r#"#EXT-X-PART:DURATION=0.3,URI="p.1.mp4",INDEPENDENT=YES"#,
            r#"#EXT-X-PART:DURATION=0.3,URI="p.1.mp4?P=1",INDEPENDENT=YES"#,
        ),
        (
            r#"#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p.mp4""#,
            r#"#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p.mp4?P=1""#,
        ),
        (
            r#"#EXT-X-RENDITION-REPORT:URI="../b/index.m3u8",LAST-MSN=2"#,
            r#"#EXT-X-RENDITION-REPORT:URI="../b/index.m3u8?cf-P=1&P=1",LAST-MSN=2"#,
        ),
        (
            r#"#EXT-X-SESSION-DATA:DATA-ID="a",URI="d.json""#,
            r#"#EXT-X-SESSION-DATA:DATA-ID="a",URI="d.json?P=1""#,
        ),
        (
            r#"#EXT-X-SESSION-DATA:DATA-ID="a",VALUE="b""#,
            r#"#EXT-X-SESSION-DATA:DATA-ID="a",VALUE="b""#,
        ),
        (
            r#"#EXT-X-CONTENT-STEERING:SERVER-URI="/s.json",PATHWAY-ID="0""#,
            r#"#EXT-X-CONTENT-STEERING:SERVER-URI="/s.json?P=1",PATHWAY-ID="0""#,
        ),
        (
            r#"#EXT-X-DATERANGE:ID="i",X-ASSET-URI="ad/index.m3u8",X-RESUME-OFFSET=0"#,
            r#"#EXT-X-DATERANGE:ID="i",X-ASSET-URI="ad/index.m3u8?cf-P=1&P=1",X-RESUME-OFFSET=0"#,
        ),
        (
            r#"#EXT-X-DATERANGE:ID="i",X-ASSET-LIST="l.json""#,
            r#"#EXT-X-DATERANGE:ID="i",X-ASSET-LIST="l.json?P=1""#,
        ),
        (
            "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"a,b\"\n# between\n\nvariant?rung=1",
            "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"a,b\"\n# between\n\nvariant?rung=1&cf-P=1&P=1",
        ),
        (r#"#EXT-X-MAP: URI="init.mp4""#, r#"#EXT-X-MAP: URI="init.mp4?P=1""#),
        (
            r#"#EXT-X-MAP:BYTERANGE="1@0", URI="init.mp4""#,
            r#"#EXT-X-MAP:BYTERANGE="1@0", URI="init.mp4?P=1""#,
        ),
        (r#"#EXT-X-MAP:URI="init.mp4"#, r#"#EXT-X-MAP:URI="init.mp4"#),
        (r"#EXT-X-MAP:URI=init.mp4", r"#EXT-X-MAP:URI=init.mp4"),
        (r#"#EXT-X-MAP:URI="""#, r#"#EXT-X-MAP:URI="""#),
        (r#"#EXT-X-MAPS:URI="init.mp4""#, r#"#EXT-X-MAPS:URI="init.mp4""#),
    ];
    for (before, after) in table {
        assert_eq!(line(before), after);
    }
}

#[test]
fn variables_decide_whose_a_uri_is() {
    let head = "#EXT-X-DEFINE:NAME=\"own\",VALUE=\"https://d1.cloudfront.net/v\"\n\
                #EXT-X-DEFINE:NAME=\"foreign\",VALUE=\"https://evil.example/v\"\n\
                #EXT-X-DEFINE:NAME=\"query\",VALUE=\"?a=b\"\n#EXT-X-DEFINE:IMPORT=\"unknown\"\n\
                #EXT-X-DEFINE:NAME=\"nested\",VALUE=\"{$foreign}/w\"\n#EXT-X-DEFINE:NAME=\"nested-own\",VALUE=\"{$own}/w\"\n\
                #EXT-X-DEFINE:NAME=\"twice\",VALUE=\"v\"\n#EXT-X-DEFINE:NAME=\"twice\",VALUE=\"https://evil.example\"\n\
                #EXT-X-DEFINE:NAME=\"same\",VALUE=\"v\"\n#EXT-X-DEFINE:NAME=\"same\",VALUE=\"v\"\n";
    let table = [
        ("{$own}/a.ts", "{$own}/a.ts?P=1"),
        ("{$foreign}/a.ts", "{$foreign}/a.ts"),
        ("a.ts{$query}", "a.ts{$query}&P=1"),
        ("{$own}/a.m3u8{$query}", "{$own}/a.m3u8{$query}&cf-P=1&P=1"),
        ("{$unknown}/a.ts", "{$unknown}/a.ts"),
        ("v/{$unknown}/a.ts", "v/{$unknown}/a.ts?P=1"),
        ("a{$.ts", "a{$.ts?P=1"),
        // What an unknown value could still turn into another host's address.
        ("/{$unknown}/a.ts", "/{$unknown}/a.ts"),
        ("http{$unknown}/a.ts", "http{$unknown}/a.ts"),
        (
            "https://d1.cloudfront.net{$unknown}/a.ts",
            "https://d1.cloudfront.net{$unknown}/a.ts",
        ),
        (
            "https://d1.cloudfront.net/{$unknown}/a.ts",
            "https://d1.cloudfront.net/{$unknown}/a.ts?P=1",
        ),
        ("/v/{$unknown}/a.ts", "/v/{$unknown}/a.ts?P=1"),
        // A value that is made of another.
        ("{$nested}/a.ts", "{$nested}/a.ts"),
        ("{$nested-own}/a.ts", "{$nested-own}/a.ts?P=1"),
        // Two tags that contradict each other.
        ("{$twice}/a.ts", "{$twice}/a.ts"),
        ("{$same}/a.ts", "{$same}/a.ts?P=1"),
    ];
    for (before, after) in table {
        assert_eq!(line(&format!("{head}{before}\n")), format!("{head}{after}\n"));
    }
}

#[test]
fn variables_cost_no_more_than_they_are_worth() {
    // Each value on its own is sound; together they would be terabytes.
    let value = "v".repeat(4000);
    let mut input = format!("#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"{value}\"\n");
    input.push_str("#EXT-X-DEFINE:NAME=\"b\",VALUE=\"{$a}{$a}{$a}{$a}\"\n");
    for _ in 0..1000 {
        input.push_str(&"{$a}".repeat(1000));
        input.push_str("\n{$b}\n");
    }
    assert_eq!(line(&input), input);
}
