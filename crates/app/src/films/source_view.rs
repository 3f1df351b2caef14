//! Between the words of the deeper crates and the view models.

use std::path::Path;

use screener_ladder::plan::{self, Plan};
use screener_ladder::{SourceInfo, Wishes};

use crate::view::{
    CaptionsView, Format, PictureView, PlanRungView, PlanView, Preset, ProbeView, SoundView, WishesView,
};

impl From<Wishes> for WishesView {
    fn from(wishes: Wishes) -> Self {
        Self {
            format: match wishes.format {
                plan::Format::Cmaf => Format::Cmaf,
                plan::Format::Ts => Format::Ts,
            },
            preset: match wishes.preset {
                plan::Preset::Fast => Preset::Fast,
                plan::Preset::Balanced => Preset::Balanced,
                plan::Preset::Best => Preset::Best,
            },
            heights: wishes.heights,
            extras: wishes.extras,
            mp4: wishes.mp4,
            copy: wishes.copy,
            encoder: wishes.encoder,
        }
    }
}

impl From<WishesView> for Wishes {
    fn from(wishes: WishesView) -> Self {
        Self {
            format: match wishes.format {
                Format::Cmaf => plan::Format::Cmaf,
                Format::Ts => plan::Format::Ts,
            },
            preset: match wishes.preset {
                Preset::Fast => plan::Preset::Fast,
                Preset::Balanced => plan::Preset::Balanced,
                Preset::Best => plan::Preset::Best,
            },
            heights: wishes.heights,
            extras: wishes.extras,
            mp4: wishes.mp4,
            copy: wishes.copy,
            encoder: wishes.encoder,
        }
    }
}

pub(crate) fn probe(file: &Path, source: &SourceInfo) -> ProbeView {
    ProbeView {
        file: file.display().to_string(),
        name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        title: source.title.clone(),
        container: source.container.clone(),
        bytes: source.bytes as f64,
        duration: source.duration,
        picture: source.video.as_ref().map(|video| PictureView {
            codec: video.codec.clone(),
            width: video.display_width,
            height: video.display_height,
            frame_rate: video.frame_rate.value(),
            hdr: video.hdr,
            interlaced: video.interlaced,
            rotation: u32::from(video.rotation),
            bit_rate: video.bit_rate.map(|rate| rate as f64),
        }),
        sound: source
            .audio
            .iter()
            .map(|audio| SoundView {
                codec: audio.codec.clone(),
                channels: u32::from(audio.channels),
                sample_rate: audio.sample_rate,
                language: audio.language.clone(),
                title: audio.title.clone(),
            })
            .collect(),
        captions: source
            .subtitles
            .iter()
            .map(|text| CaptionsView {
                language: text.language.clone(),
                title: text.title.clone(),
                file: text.file.clone(),
            })
            .collect(),
    }
}

pub(crate) fn plan(file: &Path, plan: &Plan, expected_seconds: Option<(f64, f64)>) -> PlanView {
    let video = plan.rungs.iter().map(|rung| PlanRungView {
        name: rung.name.clone(),
        kind: "video".into(),
        width: Some(rung.width),
        height: Some(rung.height),
        frame_rate: Some(rung.frame_rate.value()),
        bit_rate: Some(rung.bit_rate as f64),
        language: None,
        copied: rung.copied,
    });
    let audio = plan.audio.iter().map(|audio| PlanRungView {
        name: audio.name.clone(),
        kind: "audio".into(),
        width: None,
        height: None,
        frame_rate: None,
        bit_rate: Some(audio.bit_rate as f64),
        language: audio.language.clone(),
        copied: audio.copied,
    });
    let captions = plan.captions.iter().map(|captions| PlanRungView {
        name: captions.name.clone(),
        kind: "captions".into(),
        width: None,
        height: None,
        frame_rate: None,
        bit_rate: None,
        language: captions.language.clone(),
        copied: false,
    });
    PlanView {
        source: probe(file, &plan.source),
        title: title(file, plan.source.title.as_deref()),
        wishes: plan.wishes.clone().into(),
        rungs: video.chain(audio).chain(captions).collect(),
        segment_duration: plan.segment_duration,
        expected_bytes: plan.expected_bytes as f64,
        expected_seconds,
        notes: plan.notes.clone(),
    }
}

/// The title of a file that nobody named: what its container says, else its name in words.
pub(crate) fn title(file: &Path, tagged: Option<&str>) -> String {
    match tagged.map(str::trim) {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('_', " ")
            .trim()
            .to_owned(),
    }
}

/// Kind of a track, as views name it.
pub(crate) fn kind(kind: screener_ladder::TrackKind) -> &'static str {
    match kind {
        screener_ladder::TrackKind::Video => "video",
        screener_ladder::TrackKind::Audio => "audio",
        screener_ladder::TrackKind::Captions => "captions",
    }
}
