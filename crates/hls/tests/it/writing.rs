//! What our own playlists look like, to the byte.

use screener_hls::media::{ByteRange, Entry, Kind, Map, Playlist, version_for};
use screener_hls::multivariant::{
    IframeVariant, Multivariant, Rendition, RenditionKind, SessionData, Variant, VideoRange,
};

#[test]
fn a_growing_cmaf_playlist() {
    let playlist = Playlist {
        version: 7,
        media_sequence: 1,
        kind: Kind::Event,
        independent_segments: true,
        start_offset: Some(0.0),
        map: Some(Map {
            uri: "init.mp4".into(),
            byte_range: None,
        }),
        ..Playlist::default()
    };
    assert_eq!(
        playlist.head(),
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-PLAYLIST-TYPE:EVENT\n\
         #EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=0\n#EXT-X-MAP:URI=\"init.mp4\"\n"
    );
    let entry = Entry {
        duration: 6.006,
        uri: "00001.m4s".into(),
        ..Entry::default()
    };
    assert_eq!(entry.to_text(), "#EXTINF:6.00600,\n00001.m4s\n");
}

#[test]
fn an_i_frame_playlist_in_one_piece() {
    let playlist = Playlist {
        version: 4,
        target_duration: 2,
        i_frames_only: true,
        ..Playlist::default()
    };
    assert_eq!(version_for(&playlist), 4);
    let entry = Entry {
        duration: 2.0,
        uri: "00001.ts".into(),
        byte_range: Some(ByteRange {
            length: 9400,
            offset: 376,
        }),
        discontinuity: false,
    };
    assert_eq!(
        playlist.finished([&entry]),
        "#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n\
         #EXT-X-I-FRAMES-ONLY\n#EXTINF:2.00000,\n#EXT-X-BYTERANGE:9400@376\n00001.ts\n#EXT-X-ENDLIST\n"
    );
}

#[test]
fn a_multivariant_playlist_with_everything() {
    let playlist = Multivariant {
        version: 7,
        independent_segments: true,
        session_data: vec![SessionData {
            data_id: "com.example.title".into(),
            value: "A \"quoted\"\nname".into(),
            language: None,
        }],
        renditions: vec![
            Rendition {
                group_id: "audio".into(),
                name: "English".into(),
                language: Some("en".into()),
                default: true,
                channels: Some("2".into()),
                uri: Some("1/audio-en/index.m3u8".into()),
                ..Rendition::default()
            },
            Rendition {
                kind: RenditionKind::Subtitles,
                group_id: "captions".into(),
                name: "Deutsch".into(),
                language: Some("de".into()),
                autoselect: true,
                uri: Some("1/captions-de/index.m3u8".into()),
                ..Rendition::default()
            },
        ],
        variants: vec![Variant {
            uri: "1/1080p/index.m3u8".into(),
            bandwidth: 6_000_000,
            average_bandwidth: Some(4_500_000),
            codecs: "avc1.640028,mp4a.40.2".into(),
            resolution: Some((1920, 1080)),
            frame_rate: Some(24000.0 / 1001.0),
            video_range: Some(VideoRange::Sdr),
            audio: Some("audio".into()),
            subtitles: Some("captions".into()),
            no_closed_captions: true,
        }],
        iframe_variants: vec![IframeVariant {
            uri: "1/1080p/iframes.m3u8".into(),
            bandwidth: 600_000,
            average_bandwidth: None,
            codecs: "avc1.640028".into(),
            resolution: Some((1920, 1080)),
            video_range: None,
        }],
        ..Multivariant::default()
    };
    assert_eq!(
        playlist.to_string(),
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n\
         #EXT-X-SESSION-DATA:DATA-ID=\"com.example.title\",VALUE=\"A 'quoted' name\"\n\
         #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"English\",LANGUAGE=\"en\",DEFAULT=YES,AUTOSELECT=YES,\
         CHANNELS=\"2\",URI=\"1/audio-en/index.m3u8\"\n\
         #EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"Deutsch\",LANGUAGE=\"de\",DEFAULT=NO,AUTOSELECT=YES,\
         FORCED=NO,URI=\"1/captions-de/index.m3u8\"\n\
         #EXT-X-STREAM-INF:BANDWIDTH=6000000,AVERAGE-BANDWIDTH=4500000,CODECS=\"avc1.640028,mp4a.40.2\",\
         RESOLUTION=1920x1080,FRAME-RATE=23.976,VIDEO-RANGE=SDR,AUDIO=\"audio\",SUBTITLES=\"captions\",\
         CLOSED-CAPTIONS=NONE\n1/1080p/index.m3u8\n\
         #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=600000,CODECS=\"avc1.640028\",RESOLUTION=1920x1080,\
         URI=\"1/1080p/iframes.m3u8\"\n"
    );
}

#[test]
fn a_sound_of_no_known_language_says_so() {
    let rendition = Rendition {
        group_id: "a".into(),
        name: "Sound".into(),
        ..Rendition::default()
    };
    let playlist = Multivariant {
        renditions: vec![rendition],
        ..Multivariant::default()
    };
    assert!(
        playlist
            .to_string()
            .contains("NAME=\"Sound\",LANGUAGE=\"und\",DEFAULT=NO")
    );
}
