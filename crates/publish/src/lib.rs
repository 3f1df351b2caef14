//! The engine: jobs, journal, upload, library, links.
