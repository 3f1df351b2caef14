//! What can go wrong in the worker, one variant a cause.

use screener_ladder::PlanError;

use crate::failure::Failure;

crate::causes! {
    /// A cause that the worker tells.
    pub enum Cause {
        NothingToPlay = "no_streams" {
            en "Nothing can be made of this: the file has neither pictures nor sound." => "Choose a file with a video or audio track.";
            de "Daraus lässt sich nichts machen: Die Datei hat weder Bild noch Ton." => "Wähle eine Datei mit einer Bild- oder Tonspur.";
        }
        WrongHeight { height: u32 } = "wrong_ladder" {
            en "Nothing can be made of this: a rung of {height} lines cannot be made." => "Name heights of at least 2 lines, such as 1080,720,480,360.";
            de "Daraus lässt sich nichts machen: Eine Stufe von {height} Zeilen kann es nicht geben." => "Nenne Höhen von mindestens 2 Zeilen, etwa 1080,720,480,360.";
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::NothingToPlay => Cause::NothingToPlay,
            PlanError::Height(height) => Cause::WrongHeight { height },
        }
        .into()
    }
}
