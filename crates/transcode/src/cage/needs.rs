//! What a task needs of the system around it.

/// What the task must be able to reach; everything else may be closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Paths that are read.
    pub read: Vec<String>,
    /// Folders that are written; made where they are missing.
    pub write: Vec<String>,
    /// It encodes: more memory, its own measure of time, large files, graphics hardware.
    pub encodes: bool,
}
