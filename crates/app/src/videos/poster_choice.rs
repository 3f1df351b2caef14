//! Another frame as the poster.

use screener_publish::Video;
use screener_store::ObjectKey;

use crate::cause::Cause;
use crate::computer::own_files::file_error;
use crate::typed_ids::video_id;
use crate::{App, Result};

impl App {
    /// Makes the frame at a time, seconds, the poster.
    ///
    /// # Errors
    /// `no_such_video`, `wrong_time`, or what the destination refuses.
    pub async fn set_poster(&self, id: String, at: f64) -> Result<()> {
        let video = self.engine().video(&video_id(&id)?).await?;
        if !at.is_finite() || at < 0.0 || at > video.record.duration {
            return Err(Cause::NoFrameThere {
                at,
                duration: video.record.duration,
            }
            .into());
        }
        let jpeg = self.frame(&video, at).await?;
        Ok(self.engine().set_poster(&video.record.id, jpeg.into()).await?)
    }

    /// One frame of a published film: the segment that holds it is fetched, and the worker takes the frame out.
    async fn frame(&self, video: &Video, at: f64) -> Result<Vec<u8>> {
        let record = &video.record;
        let rung = record
            .rungs
            .iter()
            .filter(|rung| rung.kind == screener_ladder::TrackKind::Video)
            .max_by_key(|rung| rung.height)
            .ok_or(Cause::NoPicture)?;
        let destination = self.engine().destination(&video.destination).await?;
        let store = self.engine().store(&destination).await?;
        let below = format!("{}/{}", record.generation, rung.name);
        let fetch = async |path: &str| -> Result<Vec<u8>> {
            let key = ObjectKey::of(&destination.prefix, &record.id, path);
            let object = store.get(&key).await.map_err(screener_publish::Error::from)?;
            Ok(object.bytes.to_vec())
        };
        let playlist = String::from_utf8_lossy(&fetch(&format!("{below}/index.m3u8")).await?).into_owned();
        let (init, segment, start) = segment_at(&playlist, at).ok_or(Cause::NoSegmentNamed)?;
        let mut clip = match init {
            Some(init) => fetch(&format!("{below}/{init}")).await?,
            None => Vec::new(),
        };
        clip.extend(fetch(&format!("{below}/{segment}")).await?);
        let folder = self.scratch()?;
        // MPEG-TS needs no init segment.
        let name = if init.is_none() { "clip.ts" } else { "clip.mp4" };
        let path = folder.path().join(name);
        tokio::fs::write(&path, clip).await.map_err(|e| file_error(&path, &e))?;
        self.still_bytes(&path, (at - start).max(0.0)).await
    }
}

/// Init segment, segment and its start for a moment, from one of our own media playlists.
fn segment_at(playlist: &str, at: f64) -> Option<(Option<&str>, &str, f64)> {
    let mut init = None;
    let mut start = 0.0;
    let mut next = 0.0;
    let mut found = None;
    for line in playlist.lines() {
        if let Some(map) = line.strip_prefix("#EXT-X-MAP:") {
            init = map.split("URI=\"").nth(1).and_then(|rest| rest.split('"').next());
        } else if let Some(duration) = line.strip_prefix("#EXTINF:") {
            start = next;
            next += duration.split(',').next()?.parse::<f64>().ok()?;
        } else if !line.is_empty() && !line.starts_with('#') && start <= at {
            found = Some((init, line, start));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::segment_at;

    #[test]
    fn the_segment_that_holds_a_moment_is_found() {
        let playlist =
            "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\"\n#EXTINF:2.0,\n00001.m4s\n#EXTINF:6.0,\n00002.m4s\n#EXT-X-ENDLIST\n";
        assert_eq!(segment_at(playlist, 1.9), Some((Some("init.mp4"), "00001.m4s", 0.0)));
        assert_eq!(segment_at(playlist, 2.0), Some((Some("init.mp4"), "00002.m4s", 2.0)));
        assert_eq!(segment_at(playlist, 99.0), Some((Some("init.mp4"), "00002.m4s", 2.0)));
        assert_eq!(segment_at("#EXTM3U\n", 0.0), None);
    }
}
