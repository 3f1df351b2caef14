//! The thread that reads the source once: packets to the tracks that want them, pictures decoded and laid on the grid.

use std::sync::mpsc::Sender;

use ffmpeg::Packet;
use ffmpeg_next as ffmpeg;
use screener_wire::Cause;

use super::packet_reading::{Reading, Until};
use super::pictures::Pictures;
use super::seams::Seams;
use crate::h264::parameter_sets::ParameterSets;
use crate::input::hidden::hidden;
use crate::video::frame::Stop;

/// What to do with each stream's packets.
pub struct Reader<'a> {
    /// The source.
    pub reading: Reading<'a>,
    /// Pictures, where there are any.
    pub pictures: Option<Pictures<'a>>,
    /// Packets by stream.
    pub packets: Vec<(usize, Sender<Packet>)>,
    /// Sound that is cut, by stream.
    pub seams: Vec<Seams>,
    /// What the streams of copied sound were told to be.
    pub copied: Vec<(usize, ParameterSets)>,
    /// Where the sound that was read ends, seconds of the film.
    pub heard: f64,
}

impl Reader<'_> {
    /// Reads to the end. Dropping the reader tells the audio that there is no more.
    pub fn run(mut self) -> Result<(), Stop> {
        let session = self.reading.session;
        while let Some(mut packet) = self.reading.next()? {
            let stream = packet.stream();
            self.heard(&packet);
            if let Some(pictures) = self.pictures.as_mut().filter(|pictures| pictures.stream == stream) {
                pictures.packet(Some(&packet), session)?;
            } else {
                if let Some((_, told)) = self.copied.iter().find(|(index, _)| *index == stream)
                    && !told.keep(&packet)
                {
                    return Err(Stop::Failed(Cause::NoCopy.into()));
                }
                if let Some(seams) = self.seams.iter_mut().find(|seams| seams.stream() == stream) {
                    seams.end(&mut packet);
                }
                if let Some((_, to)) = self.packets.iter().find(|(index, _)| *index == stream)
                    && to.send(packet).is_err()
                {
                    return Err(Stop::Gone);
                }
            }
        }
        self.packets.clear();
        if let Some(pictures) = &mut self.pictures {
            pictures.packet(None, session)?;
            if let Some(words) = pictures.damage.words() {
                session.note(words);
            }
            pictures.finish(self.heard, self.reading.until.as_ref().is_some_and(Until::over))?;
        }
        Ok(())
    }

    /// Remembers where the sound ends.
    fn heard(&mut self, packet: &Packet) {
        let index = packet.stream();
        if hidden(packet) {
            return;
        }
        let Some(pictures) = self
            .pictures
            .as_ref()
            .filter(|_| self.packets.iter().any(|(stream, _)| *stream == index))
        else {
            return;
        };
        if let Some((time, stream)) = packet.pts().zip(self.reading.source.stream(index)) {
            let base = stream.time_base();
            let end =
                (time + packet.duration().max(0)) as f64 * f64::from(base.numerator()) / f64::from(base.denominator());
            let end = self.reading.until.as_ref().map_or(end, |until| end.min(until.at));
            self.heard = self.heard.max(end - pictures.zero);
        }
    }
}
