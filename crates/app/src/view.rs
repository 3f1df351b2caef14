//! What the shells show: whole view models, ready to draw or to print, each beside its verb. Times are seconds or RFC 3339, sizes bytes;
//! no number leaves 2^53.

/// What the creator asked for, under the name by which the window knows it.
pub use screener_ladder::Wishes as WishesView;
pub use screener_ladder::{Format, Preset};
pub use screener_publish::{JobState, Stage};

pub use crate::computer::PlacesView;
pub use crate::computer::readiness::{CapabilitiesView, EncoderView, ReadyView};
pub use crate::computer::settings_view::{Appearance, SettingsView};
pub use crate::computer::spoken::SpokenView;
pub use crate::destinations::destination_view::{DestinationKind, DestinationView};
pub use crate::destinations::form::DestinationForm;
pub use crate::destinations::serving::ServingView;
pub use crate::destinations::walk_view::{DoctorView, StepState, StepView};
pub use crate::films::apple_rules::{CheckView, FindingView, Level};
pub use crate::films::plan_view::{PlanRungView, PlanView};
pub use crate::films::source_view::{CaptionsView, PictureView, ProbeView, SoundView};
pub use crate::films::transcoding::TranscodeView;
pub use crate::key_pairs::KeyView;
pub use crate::links::link_view::{LinkRecordView, LinkRequest, LinkView};
pub use crate::links::qr::QrView;
pub use crate::publishing::intake::FilmView;
pub use crate::publishing::job_view::{JobView, RungView};
pub use crate::publishing::update_view::Update;
pub use crate::publishing::{AcceptedView, PublishRequest};
pub use crate::videos::video_view::{VideoState, VideoView};
