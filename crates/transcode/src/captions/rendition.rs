//! The thread of one caption rendition: its cues, cut where the pictures are cut.

use screener_ladder::plan::CaptionsPlan;
use screener_wire::Failure;

use super::cues::Cues;
use super::vtt;
use super::wanted::Part;
use crate::mux::mpegts;
use crate::output::Output;
use crate::session::Session;
use crate::timeline::Timeline;

/// Everything the thread of a caption rendition owns.
pub struct Thread<'a> {
    /// The task.
    pub session: &'a Session,
    /// Where segments go.
    pub output: &'a Output,
    /// Number of the track in the output.
    pub track: usize,
    /// The source.
    pub file: &'a str,
    /// The rendition.
    pub plan: &'a CaptionsPlan,
    /// MPEG-TS or CMAF: where the other tracks' clock stands at the film's zero.
    pub transport: bool,
    /// The film's zero, seconds on the source's clock.
    pub zero: f64,
    /// What is wanted of the film.
    pub part: Part,
    /// Where segments begin.
    pub timeline: &'a Timeline,
    /// First segment that this run makes.
    pub first: u32,
}

impl Thread<'_> {
    /// Works until the film ends.
    pub fn run(self) -> Result<(), Failure> {
        let mut broken = false;
        let mut cues = Cues::of_part(self.file, self.plan, self.zero, self.part).unwrap_or_else(|failure| {
            broken = true;
            // Broken captions are no reason to lose the film: the rendition stays, empty.
            self.session.note(format!("{}: {}", self.plan.label, failure.message));
            Cues::default()
        });
        // Opening the film takes its time: better while the first pictures are being encoded.
        cues.until(0.0);
        let base = if self.transport { mpegts::BASE as u64 } else { 0 };
        let mut number = self.first;
        while let Some(start) = self.timeline.wait_for_start(number) {
            let Some(end) = self
                .timeline
                .wait_for_start(number + 1)
                .or_else(|| self.timeline.wait_for_end())
            else {
                break;
            };
            // Where sound leads, it tells where the next segment would begin before it knows that there is none.
            if end - start < 0.001 {
                break;
            }
            self.session.check()?;
            let text = vtt::segment(cues.until(end), start, end, base);
            self.output.put_text(self.track, number, start, end - start, &text)?;
            number += 1;
        }
        self.session.check()?;
        // Only the whole film tells; the track was offered with its first second.
        if cues.is_empty() && !broken {
            self.session.note(format!(
                "The captions “{}” hold no words: nothing is shown",
                self.plan.label
            ));
        }
        self.output.end(self.track);
        Ok(())
    }
}
