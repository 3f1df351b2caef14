//! The text of playlists (RFC 8216), as this worker's streams need them.

use std::fmt::Write as _;

use screener_ladder::plan::{AudioPlan, CaptionsPlan};
use screener_ladder::source::Ratio;

/// One segment's lines.
pub fn entry(duration: f64, name: &str) -> String {
    format!("#EXTINF:{duration:.5},\n{name}\n")
}

/// Everything of a media playlist before its first segment.
pub fn head(target: u32, event: bool, map: Option<&str>) -> String {
    // 7 is what EXT-X-MAP outside I-frame playlists is usually told with (6 would do); without it 4 would do.
    let mut head = format!("#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{target}\n#EXT-X-MEDIA-SEQUENCE:1\n", if map.is_some() { 7 } else { 6 });
    if event {
        // Players otherwise begin such a playlist near its end, as if it were live.
        head += "#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-START:TIME-OFFSET=0\n";
    } else {
        head += "#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n";
    }
    if let Some(uri) = map {
        let _ = writeln!(head, "#EXT-X-MAP:URI=\"{uri}\"");
    }
    head
}

/// Rates of one track, bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Highest rate of any run of segments that lasts between half and one and a half target durations (RFC 8216, 4.3.4.2).
    pub peak: u64,
    /// Average.
    pub average: u64,
}

/// Measures segments given as bytes and seconds.
pub fn rates(segments: impl IntoIterator<Item = (u64, f64)>, target: u32) -> Rates {
    let segments: Vec<(u64, f64)> = segments.into_iter().collect();
    let bits = |bytes: u64, seconds: f64| (bytes as f64 * 8.0 / seconds.max(0.001)).ceil() as u64;
    let total = segments.iter().fold((0, 0.0), |sum, segment| (sum.0 + segment.0, sum.1 + segment.1));
    if total.0 == 0 {
        return Rates::default();
    }
    let average = bits(total.0, total.1);
    let target = f64::from(target);
    let mut peak = 0;
    for start in 0..segments.len() {
        let mut sum = (0, 0.0);
        for segment in &segments[start..] {
            sum = (sum.0 + segment.0, sum.1 + segment.1);
            if sum.1 > target * 1.5 {
                break;
            }
            if sum.1 >= target * 0.5 {
                peak = peak.max(bits(sum.0, sum.1));
            }
        }
    }
    Rates { peak: peak.max(average), average }
}

/// One variant of the multivariant playlist.
pub struct Variant {
    /// Folder.
    pub name: String,
    /// Rates with the largest audio rendition.
    pub rates: Rates,
    /// Of pictures and sound.
    pub codecs: String,
    /// Pixels.
    pub resolution: Option<(u32, u32)>,
    /// Frames per second.
    pub frame_rate: Option<Ratio>,
    /// Rate and codecs of the I-frame playlist, where there is one.
    pub iframes: Option<(Rates, String)>,
}

/// The multivariant playlist. `prefix` comes before every URI (`1/` or nothing).
pub fn multivariant(prefix: &str, variants: &[Variant], audio: &[AudioPlan], captions: &[CaptionsPlan], transport: bool) -> String {
    let mut text = format!("#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-INDEPENDENT-SEGMENTS\n", if transport { 6 } else { 7 });
    let pictures = variants.iter().any(|variant| variant.resolution.is_some());
    if pictures || audio.len() > 1 {
        for rendition in audio {
            let _ = write!(text, "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"{}\"", quoted(&rendition.label));
            if let Some(language) = &rendition.language {
                let _ = write!(text, ",LANGUAGE=\"{}\"", quoted(language));
            }
            let _ = writeln!(
                text,
                ",DEFAULT={},AUTOSELECT=YES,CHANNELS=\"2\",URI=\"{prefix}{}/index.m3u8\"",
                if rendition.default { "YES" } else { "NO" },
                rendition.name
            );
        }
    }
    for rendition in captions {
        let _ = write!(text, "#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID=\"captions\",NAME=\"{}\"", quoted(&rendition.label));
        if let Some(language) = &rendition.language {
            let _ = write!(text, ",LANGUAGE=\"{}\"", quoted(language));
        }
        let _ = writeln!(text, ",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI=\"{prefix}{}/index.m3u8\"", rendition.name);
    }
    for variant in variants {
        let _ = write!(
            text,
            "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}\"",
            variant.rates.peak, variant.rates.average, variant.codecs
        );
        if let Some((width, height)) = variant.resolution {
            let _ = write!(text, ",RESOLUTION={width}x{height}");
        }
        if let Some(rate) = variant.frame_rate {
            let _ = write!(text, ",FRAME-RATE={:.3}", rate.value());
        }
        if !audio.is_empty() && (pictures || audio.len() > 1) {
            text += ",AUDIO=\"audio\"";
        }
        if !captions.is_empty() {
            text += ",SUBTITLES=\"captions\"";
        }
        if pictures {
            text += ",CLOSED-CAPTIONS=NONE";
        }
        let _ = writeln!(text, "\n{prefix}{}/index.m3u8", variant.name);
    }
    for variant in variants {
        let Some((rates, codecs)) = &variant.iframes else { continue };
        let _ = write!(
            text,
            "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{codecs}\"",
            rates.peak, rates.average
        );
        if let Some((width, height)) = variant.resolution {
            let _ = write!(text, ",RESOLUTION={width}x{height}");
        }
        let _ = writeln!(text, ",URI=\"{prefix}{}/iframes.m3u8\"", variant.name);
    }
    text
}

/// A quoted string holds no quotes and no line ends (RFC 8216, 4.2).
fn quoted(text: &str) -> String {
    text.chars().map(|letter| if letter == '"' || letter.is_control() { '\'' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_ends_do_not_make_peaks() {
        let measured = rates([(750_000, 6.0), (375_000, 6.0), (125_000, 0.2)], 6);
        // 750,000 bytes in 6 s; the last fifth of a second counts only together with its neighbour.
        assert_eq!(measured.peak, 1_000_000);
        assert_eq!(rates([(1000, 1.0)], 6), Rates { peak: 8000, average: 8000 });
        assert_eq!(rates([], 6), Rates::default());
    }

    #[test]
    fn names_cannot_break_out_of_their_quotes() {
        assert_eq!(quoted("a\"\nb"), "a''b");
    }
}
