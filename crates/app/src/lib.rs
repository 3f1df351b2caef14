//! Every verb of Screener once, wired to the real parts. Both shells, the terminal's and the window's, call only this.
//!
//! The verbs are methods of [`App`] and lie in rooms, each with what it shows:
//!
//! | room | what is asked there |
//! | --- | --- |
//! | `publishing` | what files are dropped, what is put into the queue, pauses and goes on, how long it takes |
//! | `films` | a file that is not published: what it is, what would be made of it, a frame, its stream in a folder, Apple's rules |
//! | `videos` | the library: shown, renamed, replaced, removed, another poster |
//! | `links` | links and their conditions (`links/conditions`), names, passwords, taken back; a QR code; signing and rewriting by hand |
//! | `aws` | a destination's AWS side: planned, made, looked at, updated, taken away; its keys, its publish-only identity, how its pieces look |
//! | `audience` | who has watched, from access logs |
//! | `costs` | what films cost to keep and to watch, and the month so far |
//! | `destinations` | where films are stored: entered (`destinations/form`), reached (`destinations/access`), tested; the local edge |
//! | `key_pairs` | what links are signed with, and where its private half is kept |
//! | `computer` | folders, options, settings, encoders, diagnostics, other languages |
//!
//! `app` is the handle that they share and `wiring` wires the parts into it; `worker_process` is the encoder's process seen from
//! outside, `viewer` asks over HTTP as a viewer does, `typed_ids` and `moment` read what people write, `cause` holds every
//! sentence that says why something could not be done, and `error` is how it reaches them.
//!
//! Owns the wiring: the worker's process, the edge, the data folder. Holds no logic of its own that a deeper crate could hold,
//! and knows neither a window nor a terminal.

mod app;
mod audience;
mod aws;
mod cause;
mod computer;
mod costs;
mod destinations;
mod error;
mod films;
mod key_pairs;
mod links;
mod moment;
mod publishing;
mod typed_ids;
mod videos;
mod viewer;
mod wiring;
mod worker_process;

pub use crate::app::App;
pub use crate::aws::rotation::RotationRequest;
pub use crate::cause::Cause;
pub use crate::computer::options::{KeyStoreChoice, Options};
pub use crate::computer::spoken::spoken_in;
pub use crate::error::{AppError, Result};
pub use crate::films::film_time::film_time;
pub use crate::links::by_hand::{SignRequest, sign};
pub use crate::links::list_of_names::{names, save_links};
pub use crate::links::password::{is_short, pass_phrase};
pub use crate::links::qr::qr;
pub use crate::links::rewriting::{RewriteRequest, rewrite};

/// What the shells show: whole view models, ready to draw or to print, each beside its verb. Times are seconds or RFC 3339, sizes bytes;
/// no number leaves 2^53.
pub mod view {
    // The name by which the window knows what is wished for.
    pub use screener_ladder::Wishes as WishesView;
    pub use screener_ladder::{Format, Preset};
    pub use screener_publish::{JobState, Stage};

    pub use crate::audience::audience_view::AudienceView;
    pub use crate::aws::deployment_views::{
        AwsCallerView, AwsDeployedView, AwsEvent, AwsLeftView, AwsPlanView, AwsStatusView,
    };
    pub use crate::aws::deployment_wish::AwsWish;
    pub use crate::aws::publisher::PublisherKeyView;
    pub use crate::aws::rotation::{RotationView, WaitingKeyView};
    pub use crate::computer::PlacesView;
    pub use crate::computer::readiness::{CapabilitiesView, EncoderView, ReadyView};
    pub use crate::computer::settings_view::{Appearance, SettingsView};
    pub use crate::computer::spoken::SpokenView;
    pub use crate::costs::cost_view::{CostPlace, CostView, FilmCostView, PlaceCostView};
    pub use crate::destinations::destination_view::{DestinationKind, DestinationView};
    pub use crate::destinations::form::DestinationForm;
    pub use crate::destinations::serving::ServingView;
    pub use crate::destinations::walk_view::{DoctorView, StepState, StepView};
    pub use crate::films::apple_rules::{CheckView, FindingView, Level};
    pub use crate::films::plan_view::{PlanRungView, PlanView};
    pub use crate::films::source_view::{CaptionsView, PictureView, ProbeView, SoundView};
    pub use crate::films::transcoding::TranscodeView;
    pub use crate::key_pairs::KeyView;
    pub use crate::links::link_view::{LinkRecordView, LinkRequest, LinkState, LinkView, TakenBackView};
    pub use crate::links::qr::QrView;
    pub use crate::publishing::intake::FilmView;
    pub use crate::publishing::job_view::{JobView, RungView};
    pub use crate::publishing::update_view::Update;
    pub use crate::publishing::{AcceptedView, PublishRequest};
    pub use crate::videos::video_view::{VideoState, VideoView};
    pub use screener_stack::deploy::PieceState as AwsPieceState;
    pub use screener_stack::deploy::caller_permissions::Simulated as AwsPermissions;
    pub use screener_stack::deploy::preflight::LookState as AwsLookState;
}
