//! What is made of a source, said before anything is made.

mod copying;
mod rates;
mod sides;
mod sizes;
mod tracks;

use serde::{Deserialize, Serialize};

use crate::chapters::{self, Chapter};
use crate::cut::{self, Cut, CutError, Points};
use crate::loudness::{self, Loudness};
use crate::source::VideoStream;
use crate::{Rung, SourceInfo};

/// Length of a full segment in seconds (Apple's authoring rules ask for 6).
pub const SEGMENT_DURATION: f64 = 6.0;

/// Segment format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Fragmented MP4.
    #[default]
    Cmaf,
    /// MPEG transport stream.
    Ts,
}

/// How much time is spent on how small the files become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Quickest.
    Fast,
    /// The default.
    #[default]
    Balanced,
    /// Smallest.
    Best,
}

/// What the creator asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, rename = "WishesView")]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of its own")]
pub struct Wishes {
    /// Segment format.
    pub format: Format,
    /// Preset.
    pub preset: Preset,
    /// Heights of the rungs wanted; `None` is the default ladder.
    pub heights: Option<Vec<u32>>,
    /// Poster, storyboard, I-frame playlists and captions.
    pub extras: bool,
    /// A single-file MP4 beside the stream.
    pub mp4: bool,
    /// May the top rung and the audio be copied where the source allows it?
    pub copy: bool,
    /// Is the sound brought to one loudness? It is read through before anything is made, and encoded.
    pub loudness: bool,
    /// Encoder by name: `auto`, `x264`, `nvenc`, …
    pub encoder: String,
    /// In point, seconds of the film: the picture that is shown then is the first. `None`: the film's beginning.
    pub from: Option<f64>,
    /// Out point, seconds of the film: the picture that is shown then is no longer in. `None`: the film's end.
    pub to: Option<f64>,
}

impl Wishes {
    /// The part of a film that is wished for, where it is not all of it; `duration` in seconds, where it is known.
    pub fn points(&self, duration: Option<f64>) -> Result<Option<Points>, CutError> {
        cut::points(self.from, self.to, duration)
    }
}

impl Default for Wishes {
    fn default() -> Self {
        Self {
            format: Format::Cmaf,
            preset: Preset::Balanced,
            heights: None,
            extras: true,
            mp4: false,
            copy: true,
            loudness: false,
            encoder: "auto".into(),
            from: None,
            to: None,
        }
    }
}

/// The plan for one source: rungs from the largest down, audio and captions as they will be named.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The source.
    pub source: SourceInfo,
    /// The wishes it follows.
    pub wishes: Wishes,
    /// Rungs, largest first. Empty for audio alone.
    pub rungs: Vec<Rung>,
    /// Audio renditions.
    pub audio: Vec<AudioPlan>,
    /// Caption renditions.
    pub captions: Vec<CaptionsPlan>,
    /// Full segment length in seconds.
    pub segment_duration: f64,
    /// `EXT-X-TARGETDURATION`, fixed.
    pub target_duration: u32,
    /// Expected size of everything that is made, in bytes.
    pub expected_bytes: u64,
    /// What is notable, in words for the creator: "1080p is copied, not re-encoded".
    pub notes: Vec<String>,
    /// The part of the source that is made; `None`: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<Cut>,
    /// Chapters of what is made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chapters: Vec<Chapter>,
}

/// One audio rendition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AudioPlan {
    /// Folder: `audio`, `audio-en`.
    pub name: String,
    /// The source's stream.
    pub index: usize,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// Human name.
    pub label: String,
    /// Default rendition of the group.
    pub default: bool,
    /// Bits per second.
    pub bit_rate: u64,
    /// Copied, not encoded.
    pub copied: bool,
    /// Where the source keeps each channel in a stream of its own: those streams. Empty where `index` is the whole sound.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelPlan>,
    /// How loud it is, and how loud it becomes. `None` where that is not wished for, or not yet measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loudness: Option<Loudness>,
}

/// A channel that the source keeps in a stream of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelPlan {
    /// The source's stream.
    pub index: usize,
    /// Where it stands, by FFmpeg's short names: `FL`, `FR`, `FC`, `LFE`, `SL`, ….
    pub place: String,
}

impl AudioPlan {
    /// Every stream of the source that it is made of.
    pub fn streams(&self) -> Vec<usize> {
        if self.channels.is_empty() {
            vec![self.index]
        } else {
            self.channels.iter().map(|channel| channel.index).collect()
        }
    }
}

/// One caption rendition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionsPlan {
    /// Folder: `captions-en`.
    pub name: String,
    /// The source's stream; `None` for a file beside it.
    pub index: Option<usize>,
    /// Path of the file beside the source.
    pub file: Option<String>,
    /// BCP 47 language, where known.
    pub language: Option<String>,
    /// Human name.
    pub label: String,
    /// Only what everybody must read.
    #[serde(default)]
    pub forced: bool,
    /// For those who do not hear.
    #[serde(default)]
    pub hearing_impaired: bool,
    /// Closed captions (CEA-608): their channel, 1 to 4.
    #[serde(default)]
    pub channel: Option<u8>,
}

/// Why nothing can be planned.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum PlanError {
    /// Neither pictures nor sound.
    #[error("the file has neither pictures nor sound")]
    NothingToPlay,
    /// A height below 2 was wished for.
    #[error("a rung of {0} lines cannot be made")]
    Height(u32),
    /// No such part of the film.
    #[error(transparent)]
    Cut(#[from] CutError),
}

impl Plan {
    /// Seconds of what is made, where that is known.
    pub fn duration(&self) -> Option<f64> {
        let film = self.source.duration;
        self.cut.map_or(film, |cut| cut.lasts(film))
    }

    /// Where what is made begins in the film, seconds.
    pub fn begins(&self) -> f64 {
        self.cut.map_or(0.0, |cut| cut.from)
    }

    /// Frames per second that the multivariant playlist declares for a rung.
    pub fn declared_frame_rate(&self, rung: &Rung) -> f64 {
        let average = rung.frame_rate;
        let video = self.source.video.as_ref();
        video.map_or(average.value(), |video| rates::highest(average, video))
    }
}

/// The plan for one source: what the worker will make, before it makes anything.
///
/// Rungs are never larger than the source as a viewer sees it; see [`Rung`] for their names.
pub fn plan(source: &SourceInfo, wishes: &Wishes) -> Result<Plan, PlanError> {
    plan_part(source, wishes, wishes.points(source.duration)?.map(Cut::from))
}

/// The plan for a part of a source, as it was found between its pictures; `None`: for all of it.
pub fn plan_part(source: &SourceInfo, wishes: &Wishes, cut: Option<Cut>) -> Result<Plan, PlanError> {
    if let Some(&height) = wishes.heights.iter().flatten().find(|&&height| height < 2) {
        return Err(PlanError::Height(height));
    }
    let mut notes = source.left_aside.clone();
    let rungs = rungs(source, wishes, cut.as_ref(), &mut notes);
    // A cut is seldom where a frame of sound begins, and what is copied is as loud as it was.
    let copy = wishes.copy && cut.is_none() && !wishes.loudness;
    let audio = tracks::audio(source, copy, &mut notes);
    if rungs.is_empty() && audio.is_empty() {
        return Err(PlanError::NothingToPlay);
    }
    if rungs.is_empty() {
        notes.push("The file has no pictures: it is published as sound alone".into());
    } else if audio.is_empty() {
        notes.push("The film is silent: it has no audio track".into());
    }
    if wishes.loudness && !audio.is_empty() {
        notes.push(loudness::read_first());
    }
    let captions = if wishes.extras {
        tracks::captions(source)
    } else {
        Vec::new()
    };
    let mut plan = Plan {
        source: source.clone(),
        wishes: wishes.clone(),
        target_duration: target_duration(source, &rungs),
        rungs,
        audio,
        captions,
        segment_duration: SEGMENT_DURATION,
        expected_bytes: 0,
        notes,
        chapters: match &cut {
            Some(cut) => chapters::within(&source.chapters, cut, source.duration),
            None => source.chapters.clone(),
        },
        cut,
    };
    plan.expected_bytes = expected_bytes(&plan);
    Ok(plan)
}

fn rungs(source: &SourceInfo, wishes: &Wishes, cut: Option<&Cut>, notes: &mut Vec<String>) -> Vec<Rung> {
    let Some(video) = &source.video else { return Vec::new() };
    let frame_rate = rates::frame_rate(video);
    let rate_kept = frame_rate == video.frame_rate;
    let sizes = sizes::sizes(video.display_width, video.display_height, wishes.heights.as_deref());
    let mut rungs: Vec<Rung> = sizes
        .iter()
        .map(|&size| {
            let rates = rates::rates(size, frame_rate, video);
            Rung {
                name: format!("{}p", size.short()),
                width: size.width,
                height: size.height,
                frame_rate,
                bit_rate: rates.average,
                max_rate: rates.cap,
                copied: false,
            }
        })
        .collect();
    if let (Some(top), Some(&size)) = (rungs.first_mut(), sizes.first()) {
        let judged =
            copying::video(video, size, top.max_rate, rate_kept, SEGMENT_DURATION).and_then(|()| copying::part(cut));
        if wishes.copy {
            decide_copy(top, video, judged, notes);
        }
    }
    if video.rotation != 0 {
        notes.push(format!(
            "The picture is turned by {}° as the camera asks",
            video.rotation
        ));
    }
    if video.mirrored {
        notes.push("The picture is mirrored as the camera asks".into());
    }
    if video.interlaced {
        notes.push("The film is interlaced: its fields are made into frames".into());
    }
    if video.hdr {
        notes.push("The film is HDR: its colours are brought to standard range".into());
    }
    if video.crop.is_some() {
        notes.push("The edges of the picture are cut off as the file asks".into());
    }
    if video.alpha {
        notes.push("The picture may be transparent: it is shown over black".into());
    }
    if !rate_kept && video.frame_rate.value() > 60.0 {
        let (from, to) = (video.frame_rate.value(), frame_rate.value());
        notes.push(format!(
            "{} frames per second become {}",
            short_number(from),
            short_number(to)
        ));
    }
    rungs
}

fn decide_copy(top: &mut Rung, video: &VideoStream, judged: Result<(), String>, notes: &mut Vec<String>) {
    match judged {
        Ok(()) => {
            top.copied = true;
            top.bit_rate = video.bit_rate.unwrap_or(top.bit_rate);
            // Only the average of a copied stream is known before it is read; peaks of twice that are what players expect.
            top.max_rate = top.max_rate.max(top.bit_rate * 2);
            notes.push(format!("{} is copied, not re-encoded", top.name));
        }
        Err(why) if video.codec == "h264" => notes.push(format!("{} is re-encoded, not copied: {why}", top.name)),
        Err(_) => {}
    }
}

/// RFC 8216, 4.3.3.1: no segment, rounded to a whole second, is longer. An encoded segment ends with the first frame at or
/// past its end; a copied one with the source's next key frame.
fn target_duration(source: &SourceInfo, rungs: &[Rung]) -> u32 {
    let copied = rungs.iter().any(|rung| rung.copied);
    let slack = match (&source.video, rungs.first()) {
        (Some(video), Some(_)) if copied => video.key_frame_interval.unwrap_or(SEGMENT_DURATION).max(0.0),
        // Where no picture comes for long the last one is repeated at the cut.
        (_, Some(rung)) if rung.frame_rate.value() < 0.99 => 0.25,
        (_, Some(rung)) => 1.0 / rung.frame_rate.value(),
        _ => 0.0,
    };
    let longest = SEGMENT_DURATION + slack;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few seconds")]
    let seconds = longest.round() as u32;
    seconds
}

fn expected_bytes(plan: &Plan) -> u64 {
    let Some(duration) = plan.duration().filter(|seconds| seconds.is_finite() && *seconds > 0.0) else {
        return 0;
    };
    let overhead = match plan.wishes.format {
        Format::Cmaf => 1.01,
        Format::Ts => 1.07,
    };
    let mut bits: u64 = plan.rungs.iter().map(|rung| rung.bit_rate).sum();
    bits += plan.audio.iter().map(|audio| audio.bit_rate).sum::<u64>();
    if plan.wishes.mp4 {
        bits += plan.rungs.first().map_or(0, |rung| rung.bit_rate);
        bits += plan.audio.first().map_or(0, |audio| audio.bit_rate);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "positive, and an estimate"
    )]
    let bytes = (bits as f64 / 8.0 * duration * overhead) as u64;
    bytes
}

fn short_number(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
