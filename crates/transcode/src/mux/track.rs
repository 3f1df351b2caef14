//! What passes from encoders to segments: coded samples, and the description of their track.

/// One coded picture, or one AAC frame. Times are in ticks of its track's timescale, counted from the film's zero.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Coded bytes: H.264 with four-byte lengths, or raw AAC.
    pub data: Vec<u8>,
    /// When it is shown.
    pub pts: i64,
    /// When it is decoded: the n-th coded sample takes the time of the n-th shown one, so it may be later than `pts`, by the track's delay at most.
    pub dts: i64,
    /// Until the next sample's `dts`.
    pub duration: i64,
    /// A decoder can begin here.
    pub key: bool,
}

/// What a player needs before the first sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Format {
    /// H.264.
    Video {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// The `avcC` record.
        avcc: Vec<u8>,
        /// Colour, where the source says one: primaries, transfer, matrix as in H.273.
        color: Option<(u16, u16, u16)>,
        /// How many pictures a decoder may hold back; only MPEG-TS needs it.
        reorder: usize,
        /// Nominal frame duration in ticks.
        frame: i64,
    },
    /// AAC-LC.
    Audio {
        /// Samples per second.
        rate: u32,
        /// Channels.
        channels: u8,
        /// The `AudioSpecificConfig`.
        config: Vec<u8>,
    },
}

/// A track as a container sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Description {
    /// Ticks per second.
    pub timescale: u32,
    /// Codec's particulars.
    pub format: Format,
    /// ISO 639-2 code; `und` where unknown.
    pub language: [u8; 3],
}

impl Description {
    /// RFC 6381 codecs string.
    pub fn codecs(&self) -> String {
        match &self.format {
            Format::Video { avcc, .. } => match avcc.get(1..4) {
                Some([profile, compatibility, level]) => format!("avc1.{profile:02x}{compatibility:02x}{level:02x}"),
                _ => "avc1".into(),
            },
            Format::Audio { config, .. } => format!("mp4a.40.{}", config.first().map_or(2, |byte| byte >> 3)),
        }
    }

    /// How much later than `pts` says pictures are shown by a decoder that decodes at `dts`, in ticks.
    pub fn delay(&self) -> i64 {
        match self.format {
            Format::Video { reorder, frame, .. } => reorder as i64 * frame,
            Format::Audio { .. } => 0,
        }
    }

    /// Moves decode times forward where a picture would be decoded after it is shown: uneven frames with reordering.
    pub fn settle(&self, samples: &mut [Sample]) {
        let delay = self.delay();
        let Some(last) = samples.last() else { return };
        let end = last.dts + last.duration;
        let mut next = end;
        for sample in samples.iter_mut().rev() {
            sample.dts = sample.dts.min(sample.pts + delay).min(next - 1);
            sample.duration = next - sample.dts;
            next = sample.dts;
        }
    }

    /// Ticks as seconds.
    pub fn seconds(&self, ticks: i64) -> f64 {
        ticks as f64 / f64::from(self.timescale)
    }
}

/// Where a key picture lies in a segment: what a byte range of an I-frame playlist covers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KeyRange {
    /// First byte of the fragment.
    pub offset: u64,
    /// Bytes up to the end of the key picture.
    pub length: u64,
    /// When it is shown, in ticks.
    pub pts: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uneven_pictures_are_decoded_before_they_are_shown() {
        let track = Description {
            timescale: 90_000,
            format: Format::Video {
                width: 2,
                height: 2,
                avcc: Vec::new(),
                color: None,
                reorder: 2,
                frame: 3000,
            },
            language: *b"und",
        };
        // Shown at 0, 100,000, 103,000, 106,000; coded I P B b.
        let times = [(0, 0), (106_000, 100_000), (103_000, 103_000), (100_000, 106_000)];
        let mut samples: Vec<Sample> = times
            .iter()
            .map(|&(pts, dts)| Sample {
                data: Vec::new(),
                pts,
                dts,
                duration: 3000,
                key: false,
            })
            .collect();
        samples[3].duration = 3000;
        track.settle(&mut samples);
        assert_eq!(samples[0].dts, 0);
        assert!(
            samples
                .windows(2)
                .all(|pair| pair[0].dts < pair[1].dts && pair[0].dts + pair[0].duration == pair[1].dts)
        );
        assert!(samples.iter().all(|sample| sample.dts <= sample.pts + track.delay()));
        assert_eq!(samples[3].dts + samples[3].duration, 109_000);
    }
}
