//! A video of three small objects, for a destination that has none yet. No player would like it; the chain does not
//! look inside segments.

/// One object of the sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleObject {
    /// Its key.
    pub key: String,
    /// `Content-Type`
    pub content_type: &'static str,
    /// `Cache-Control`
    pub cache_control: &'static str,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// The objects, in the order in which they are to be stored: what is named before what names it.
pub fn sample(prefix: &str, video_id: &str) -> [SampleObject; 3] {
    let folder = format!("{prefix}/{video_id}");
    let playlist = "application/vnd.apple.mpegurl";
    [
        SampleObject {
            key: format!("{folder}/1/test/00001.m4s"),
            content_type: "video/iso.segment",
            cache_control: "public, max-age=31536000, immutable",
            body: (0..=255).cycle().take(4096).collect(),
        },
        SampleObject {
            key: format!("{folder}/1/test/index.m3u8"),
            content_type: playlist,
            cache_control: "no-cache",
            body: b"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:1\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:1.000,\n\
                    00001.m4s\n#EXT-X-ENDLIST\n"
                .to_vec(),
        },
        SampleObject {
            key: format!("{folder}/index.m3u8"),
            content_type: playlist,
            cache_control: "no-cache",
            body: b"#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-STREAM-INF:BANDWIDTH=100000\n1/test/index.m3u8\n".to_vec(),
        },
    ]
}
