//! What the pages may ask for. Each command parses, calls [`screener_app::App`] and answers; none holds logic.

pub mod files;
pub mod jobs;
pub mod library;
pub mod links;
pub mod places;
pub mod system;
