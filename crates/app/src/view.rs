//! What the shells show: whole view models, ready to draw or to print. Times are seconds or RFC 3339, sizes bytes; no number leaves 2^53.

use serde::{Deserialize, Serialize};

use crate::AppError;

/// State of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its turn.
    Queued,
    /// Is being made.
    Running,
    /// Stopped by the creator, or until credentials are back.
    Paused,
    /// Could not be done; see the error.
    Failed,
    /// Published.
    Live,
}

/// Where a running job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Looking at the file.
    Probe,
    /// Encoding, and uploading what is encoded.
    Encode,
    /// Encoding is over, uploads go on.
    Upload,
    /// What is stored is compared with what was made.
    Verify,
    /// Published.
    Live,
}

/// A stream that was written into a folder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct TranscodeView {
    /// Path of the multivariant playlist.
    pub index: String,
    /// Seconds.
    pub duration: f64,
    /// Rungs as measured.
    pub rungs: Vec<RungView>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}

/// One rung of a job or a video.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct RungView {
    /// `1080p`, `audio-en`.
    pub name: String,
    /// `video`, `audio` or `captions`.
    pub kind: String,
    /// 0 to 1, encoded.
    pub encoded: f64,
    /// 0 to 1, stored.
    pub stored: f64,
    /// Copied, not re-encoded.
    pub copied: bool,
    /// Average bits per second, once measured.
    pub bit_rate: Option<f64>,
    /// Bytes, once measured.
    pub bytes: Option<f64>,
}

/// One job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct JobView {
    /// Job.
    pub job: String,
    /// The video it makes.
    pub id: String,
    /// Title.
    pub title: String,
    /// Source path.
    pub file: String,
    /// Destination's name.
    pub destination: String,
    /// State.
    pub state: JobState,
    /// Stage.
    pub stage: Stage,
    /// 0 to 1, over everything.
    pub done: f64,
    /// Film seconds per second.
    pub speed: Option<f64>,
    /// Upload, bytes per second.
    pub upload_rate: Option<f64>,
    /// Seconds left, smoothed.
    pub seconds_left: Option<f64>,
    /// Duration of the film.
    pub duration: Option<f64>,
    /// Rungs.
    pub rungs: Vec<RungView>,
    /// True as soon as a link plays.
    pub playable: bool,
    /// Why it failed or why it is paused.
    pub error: Option<AppError>,
    /// Notes of the plan and the encoder.
    pub notes: Vec<String>,
}

/// State of a video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum VideoState {
    /// Still coming.
    Publishing,
    /// Whole.
    Live,
}

/// One video of the library.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct VideoView {
    /// Video.
    pub id: String,
    /// Title.
    pub title: String,
    /// State.
    pub state: VideoState,
    /// Duration in seconds.
    pub duration: f64,
    /// RFC 3339.
    pub created: String,
    /// Destination's name.
    pub destination: String,
    /// Bytes in all.
    pub bytes: f64,
    /// Rungs.
    pub rungs: Vec<RungView>,
    /// When the newest link ends, RFC 3339.
    pub newest_link_ends: Option<String>,
    /// US dollars a month to keep it, storage alone; `None` where the destination's price is not known.
    pub monthly_cost: Option<f64>,
}

/// A link as it is shown when it is made. It is not stored: only its conditions are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkView {
    /// Video.
    pub id: String,
    /// The playlist's signed URL.
    pub link: String,
    /// The viewer's page with the signature behind `#`.
    pub page: String,
    /// RFC 3339.
    pub expires: String,
    /// RFC 3339.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
    /// True when not every segment of the video is stored yet.
    pub still_publishing: bool,
}

/// A link that was made, without its signature.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkRecordView {
    /// Video.
    pub id: String,
    /// RFC 3339.
    pub made: String,
    /// RFC 3339.
    pub expires: String,
    /// RFC 3339.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
}

/// Segment format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
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
#[serde(rename_all = "snake_case")]
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
#[serde(default)]
pub struct WishesView {
    /// Segment format.
    pub format: Format,
    /// Preset.
    pub preset: Preset,
    /// Heights of the rungs wanted; `None` is the default ladder.
    pub heights: Option<Vec<u32>>,
    /// Poster, storyboard, trick play and captions.
    pub extras: bool,
    /// A single-file MP4 beside the stream.
    pub mp4: bool,
    /// May what is already right be copied?
    pub copy: bool,
    /// Encoder by name; `auto` chooses.
    pub encoder: String,
}

/// Picture facts of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PictureView {
    /// Codec's short name.
    pub codec: String,
    /// As a viewer sees it, in square pixels.
    pub width: u32,
    /// As a viewer sees it, in square pixels.
    pub height: u32,
    /// Frames per second.
    pub frame_rate: f64,
    /// HDR10 or HLG.
    pub hdr: bool,
    /// Coded as fields.
    pub interlaced: bool,
    /// Degrees, clockwise.
    pub rotation: u32,
    /// Bits per second.
    pub bit_rate: Option<f64>,
}

/// One audio stream of a source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct SoundView {
    /// Codec's short name.
    pub codec: String,
    /// Channels.
    pub channels: u32,
    /// Samples per second.
    pub sample_rate: u32,
    /// BCP 47, where tagged.
    pub language: Option<String>,
    /// Where tagged.
    pub title: Option<String>,
}

/// One text track of a source or beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CaptionsView {
    /// BCP 47, where known.
    pub language: Option<String>,
    /// Where tagged.
    pub title: Option<String>,
    /// The file beside the source.
    pub file: Option<String>,
}

/// What a file is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ProbeView {
    /// Path.
    pub file: String,
    /// File name.
    pub name: String,
    /// Title in the file.
    pub title: Option<String>,
    /// Container's short name.
    pub container: String,
    /// Size.
    pub bytes: f64,
    /// Seconds.
    pub duration: Option<f64>,
    /// Picture; `None` for audio alone.
    pub picture: Option<PictureView>,
    /// Audio streams.
    pub sound: Vec<SoundView>,
    /// Text tracks.
    pub captions: Vec<CaptionsView>,
}

/// One rung, audio rendition or captions of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlanRungView {
    /// `1080p`, `audio-en`.
    pub name: String,
    /// `video`, `audio` or `captions`.
    pub kind: String,
    /// Video only.
    pub width: Option<u32>,
    /// Video only.
    pub height: Option<u32>,
    /// Video only.
    pub frame_rate: Option<f64>,
    /// Expected average, bits per second.
    pub bit_rate: Option<f64>,
    /// BCP 47, where known.
    pub language: Option<String>,
    /// Copied, not re-encoded.
    pub copied: bool,
}

/// What will be made of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlanView {
    /// The file.
    pub source: ProbeView,
    /// Title that would be used.
    pub title: String,
    /// The wishes it follows.
    pub wishes: WishesView,
    /// Rungs, audio and captions.
    pub rungs: Vec<PlanRungView>,
    /// Seconds.
    pub segment_duration: f64,
    /// Expected size of everything that is made.
    pub expected_bytes: f64,
    /// Expected time, least and most seconds, from earlier jobs on this computer; `None` before the first.
    pub expected_seconds: Option<(f64, f64)>,
    /// What is notable, in words.
    pub notes: Vec<String>,
}

/// What to publish.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PublishRequest {
    /// Files and folders; folders become a batch.
    pub files: Vec<String>,
    /// Title, for a single file.
    pub title: Option<String>,
    /// Destination's name; `None` is the default one.
    pub destination: Option<String>,
    /// How.
    pub wishes: WishesView,
}

/// One file of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct AcceptedView {
    /// Path.
    pub file: String,
    /// The job, once durable.
    pub job: Option<String>,
    /// The video it makes.
    pub id: Option<String>,
    /// Why it was not accepted.
    pub error: Option<AppError>,
}

/// One film of what was dropped: folders are taken apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FilmView {
    /// Path of the film, or of what is none.
    pub file: String,
    /// Why it cannot be published.
    pub error: Option<AppError>,
}

/// Conditions of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct LinkRequest {
    /// Video.
    pub id: String,
    /// `7d`, `12h`, `30m`, RFC 3339 or seconds since 1970; `None` is 7 days.
    pub expires: Option<String>,
    /// As `expires`.
    pub opens: Option<String>,
    /// IPv4 CIDR.
    pub ip: Option<String>,
}

/// Kind of destination.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum DestinationKind {
    /// This computer: plays without an account.
    #[default]
    Local,
    /// A bucket behind CloudFront.
    Aws,
    /// Any S3-compatible store.
    S3,
}

/// Where videos are published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DestinationView {
    /// Unique.
    pub name: String,
    /// Kind.
    pub kind: DestinationKind,
    /// Bucket.
    pub bucket: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// S3 endpoint, S3-compatible only.
    pub endpoint: Option<String>,
    /// Where viewers fetch from.
    pub domain: Option<String>,
    /// Folder of the bucket.
    pub prefix: String,
    /// CloudFront's id of the public key.
    pub key_pair_id: Option<String>,
    /// AWS profile.
    pub profile: Option<String>,
    /// Used when none is named.
    pub default: bool,
}

/// A destination as it is entered. Secrets go to the keychain and nowhere else.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct DestinationForm {
    /// Unique.
    pub name: String,
    /// Kind.
    pub kind: DestinationKind,
    /// Bucket.
    pub bucket: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// S3 endpoint, S3-compatible only.
    pub endpoint: Option<String>,
    /// Bucket in the path rather than in the host.
    pub path_style: bool,
    /// Where viewers fetch from; `None` for an S3-compatible store is the local edge.
    pub domain: Option<String>,
    /// The distribution's id; found by its domain when `None`. AWS only.
    pub distribution: Option<String>,
    /// Folder of the bucket; `videos` when `None`.
    pub prefix: Option<String>,
    /// CloudFront's id of the public key.
    pub key_pair_id: Option<String>,
    /// Private key to take into the key store, PEM or DER.
    pub key_file: Option<String>,
    /// Sign with SHA-256 rather than SHA-1.
    pub sha256: bool,
    /// AWS profile.
    pub profile: Option<String>,
    /// Access key, where no profile is used.
    pub access_key_id: Option<String>,
    /// Its secret half.
    pub secret_access_key: Option<String>,
    /// Use it when none is named.
    pub default: bool,
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// As it should be.
    Passed,
    /// Broken.
    Failed,
    /// Works, but not as it should.
    Warning,
    /// Not looked at, because an earlier step failed.
    Skipped,
}

/// One step of the delivery chain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct StepView {
    /// Stable name.
    pub step: String,
    /// In words.
    pub title: String,
    /// How it went.
    pub state: StepState,
    /// What was seen.
    pub seen: String,
    /// Likely cause.
    pub cause: Option<String>,
    /// What to do.
    pub mend: Option<String>,
}

/// The delivery chain as a viewer walks it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct DoctorView {
    /// Destination's name.
    pub destination: String,
    /// No step failed.
    pub ok: bool,
    /// In order.
    pub steps: Vec<StepView>,
}

/// Weight of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Has to hold.
    Must,
    /// Is advised.
    Should,
}

/// One rule that does not hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct FindingView {
    /// Number in Apple's HLS Authoring Specification, or the section of the RFC.
    pub rule: String,
    /// Weight.
    pub level: Level,
    /// Where.
    pub playlist: String,
    /// What the rule asks.
    pub message: String,
    /// What was found.
    pub value: String,
    /// What to do.
    pub mend: String,
}

/// Apple's rules against a stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CheckView {
    /// What was looked at.
    pub target: String,
    /// No MUST is broken.
    pub ok: bool,
    /// How many playlists were read.
    pub playlists: u32,
    /// How many rules were judged.
    pub rules: u32,
    /// What does not hold.
    pub findings: Vec<FindingView>,
}

/// One key pair, its public side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct KeyView {
    /// Key pair id.
    pub id: String,
    /// `RSA 2048` or `ECDSA P-256`.
    pub kind: String,
    /// SHA-256 of the public half.
    pub fingerprint: String,
    /// RFC 3339, where known.
    pub created: Option<String>,
    /// New links are signed with it.
    pub current: bool,
    /// The destination it signs for.
    pub destination: Option<String>,
}

/// One thing that a start looks at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ReadyView {
    /// `keychain`, `encoder`, …
    pub name: String,
    /// Works.
    pub ok: bool,
    /// In words.
    pub message: String,
    /// What to do when not.
    pub mend: Option<String>,
}

/// One encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct EncoderView {
    /// `x264`, `videotoolbox`, …
    pub name: String,
    /// Passed its self-test.
    pub works: bool,
    /// Why not.
    pub why: Option<String>,
}

/// What this computer can do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct CapabilitiesView {
    /// Screener's version.
    pub version: String,
    /// Encoders.
    pub encoders: Vec<EncoderView>,
    /// What holds the worker, in words.
    pub cage: Vec<String>,
    /// What a start looks at.
    pub checks: Vec<ReadyView>,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What a creator may choose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default)]
pub struct SettingsView {
    /// Colours.
    pub appearance: Appearance,
    /// BCP 47; `None` is the system's.
    pub language: Option<String>,
    /// Defaults of a publish.
    pub wishes: WishesView,
    /// Dropped files are published without the sheet.
    pub publish_at_once: bool,
    /// Default end of a link, days.
    pub link_days: u32,
    /// Bytes per second; `None`: no limit.
    pub upload_limit: Option<f64>,
    /// At most so many uploads at a time.
    pub parallel_uploads: u32,
    /// Say when a queue is done.
    pub notifications: bool,
}

/// Where things lie.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct PlacesView {
    /// Screener's version.
    pub version: String,
    /// All state.
    pub data_dir: String,
    /// Logs.
    pub log_dir: String,
    /// `keychain` or `file`.
    pub key_store: String,
    /// Address of the local edge, when it runs.
    pub edge: Option<String>,
}

/// The local edge, running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct ServingView {
    /// `http://127.0.0.1:PORT`.
    pub address: String,
    /// Port.
    pub port: u16,
    /// It runs in this process.
    pub own: bool,
}

/// A whole view model that has changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Update {
    /// Every job, in the queue's order.
    Jobs {
        /// Jobs.
        jobs: Vec<JobView>,
    },
    /// Jobs of the list that have changed; the list itself has not: each stands where it stood.
    Progress {
        /// Whole jobs.
        jobs: Vec<JobView>,
    },
    /// Every video.
    Library {
        /// Videos, newest first.
        videos: Vec<VideoView>,
    },
}

impl Default for WishesView {
    fn default() -> Self {
        screener_ladder::Wishes::default().into()
    }
}

impl Default for SettingsView {
    fn default() -> Self {
        Self {
            appearance: Appearance::System,
            language: None,
            wishes: WishesView::default(),
            publish_at_once: false,
            link_days: 7,
            upload_limit: None,
            parallel_uploads: 8,
            notifications: true,
        }
    }
}
