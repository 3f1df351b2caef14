//! The choices themselves, as they are shown and kept.

use screener_ladder::Wishes;
use serde::{Deserialize, Serialize};

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
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SettingsView {
    /// Colours.
    pub appearance: Appearance,
    /// BCP 47; `None` is the system's.
    pub language: Option<String>,
    /// Defaults of a publish.
    pub wishes: Wishes,
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
    /// Count who has watched.
    pub count_views: bool,
    /// Say when a link that is for somebody is opened for the first time.
    pub first_views: bool,
}

impl Default for SettingsView {
    fn default() -> Self {
        Self {
            appearance: Appearance::System,
            language: None,
            wishes: Wishes::default(),
            publish_at_once: false,
            link_days: 7,
            upload_limit: None,
            parallel_uploads: 8,
            notifications: true,
            count_views: true,
            first_views: false,
        }
    }
}
