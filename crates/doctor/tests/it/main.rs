//! A sound chain passes, and for each defect the step that names it is the right one.

mod chain;
mod rig;
