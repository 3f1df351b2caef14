//! The poster: the picture that says most, of those that pass by at the beginning.

use std::sync::Arc;

use ffmpeg::frame;
use ffmpeg_next as ffmpeg;
use screener_wire::Failure;

use super::jpeg;
use crate::output::Output;
use crate::session::Session;
use crate::timeline::Grid;
use crate::video::frame::Picture;

/// The poster is chosen among the key pictures of so many seconds.
const SEARCH: f64 = 20.0;

/// Looks for the picture that says most.
pub struct Poster<'a> {
    output: &'a Output,
    session: &'a Session,
    grid: Grid,
    best: Option<(f64, Arc<Picture>)>,
    done: bool,
}

impl<'a> Poster<'a> {
    /// A poster that is still to be found, or (`done`) was made by an earlier attempt.
    pub fn new(output: &'a Output, session: &'a Session, grid: Grid, done: bool) -> Self {
        Self {
            output,
            session,
            grid,
            best: None,
            done,
        }
    }

    /// Looks at a picture of the top rung.
    pub fn look(&mut self, picture: &Arc<Picture>) -> Result<(), Failure> {
        if self.done || !picture.key {
            return Ok(());
        }
        let score = contrast(&picture.frame);
        if self.best.as_ref().is_none_or(|(best, _)| score > *best * 1.05) {
            self.best = Some((score, Arc::clone(picture)));
        }
        if self.grid.seconds(picture.pts) >= SEARCH {
            self.write()
        } else {
            Ok(())
        }
    }

    /// Writes the best that was seen.
    pub fn write(&mut self) -> Result<(), Failure> {
        if self.done {
            return Ok(());
        }
        let Some((_, picture)) = self.best.take() else {
            return Ok(());
        };
        self.done = true;
        self.output.file("poster.jpg", &jpeg::encode(&picture.frame, 4)?)?;
        self.session.tell(&screener_wire::Event::Checkpoint {
            state: serde_json::json!({ "poster": true }),
        });
        Ok(())
    }
}

/// How much there is to see: the spread of brightness. Black, white and fades have little.
fn contrast(frame: &frame::Video) -> f64 {
    let (stride, width) = (frame.stride(0), frame.width() as usize);
    let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for row in frame.data(0).chunks(stride).take(frame.height() as usize).step_by(8) {
        for &light in row[..width.min(row.len())].iter().step_by(8) {
            let light = f64::from(light);
            count += 1.0;
            sum += light;
            squares += light * light;
        }
    }
    if count == 0.0 {
        return 0.0;
    }
    let mean = sum / count;
    (squares / count - mean * mean).max(0.0).sqrt()
}
