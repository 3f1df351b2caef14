//! What the pages may ask for. Each command parses, calls [`screener_app::App`] and answers; none holds logic.

pub mod activity;
pub mod choosing;
pub mod collection;
pub mod desktop;
pub mod setup;
pub mod sharing;
