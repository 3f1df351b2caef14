//! The comparison of the bucket with what was made.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use screener_store::Listed;

use super::state::{Driver, stopped};
use crate::cause::Cause;
use crate::job::{Event, Publication, Segments};

/// What the bucket must list below the generation folder; struck off as it is seen.
struct Expected {
    /// Where it lies: the generation folder's key, with its slash.
    folder: String,
    segments: BTreeMap<String, Seen>,
    /// Sizes by path; playlists have none.
    others: HashMap<String, Option<u64>>,
}

/// Segments of a track, and which of them were seen.
struct Seen {
    list: Arc<Segments>,
    found: Vec<bool>,
    /// Listings have an order: the next one is mostly the one behind the last.
    next: usize,
}

impl Expected {
    fn of(machine: &Publication, folder: String) -> Self {
        let segments = machine.segments.iter().map(|(track, list)| {
            let found = vec![false; list.len() as usize];
            (
                track.clone(),
                Seen {
                    list: list.clone(),
                    found,
                    next: 0,
                },
            )
        });
        let files = machine
            .files
            .iter()
            .map(|(path, made)| (path.clone(), Some(made.bytes)));
        let playlists = machine
            .tracks
            .iter()
            .map(|track| (format!("{}/index.m3u8", track.name), None));
        Self {
            folder,
            segments: segments.collect(),
            others: files.chain(playlists).collect(),
        }
    }

    fn strike(&mut self, object: &Listed) {
        let Some(path) = object.key.strip_prefix(&self.folder) else {
            return;
        };
        let track = path.split('/').next().unwrap_or_default();
        if let Some(Seen { list, found, next }) = self.segments.get_mut(track)
            && let Some(at) = list.position(path, *next)
        {
            found[at] = list.at(at).bytes == object.bytes;
            *next = at + 1;
        } else if self
            .others
            .get(path)
            .is_some_and(|bytes| bytes.is_none_or(|b| b == object.bytes))
        {
            self.others.remove(path);
        }
    }

    /// What was not seen.
    fn left(&self) -> impl Iterator<Item = &str> {
        let segments = self.segments.values().flat_map(|track| {
            let unseen = track.list.iter().zip(&track.found).filter(|(_, found)| !**found);
            unseen.map(|(segment, _)| segment.path)
        });
        segments.chain(self.others.keys().map(String::as_str))
    }
}

impl Driver {
    /// Compares sizes of everything made with what the bucket lists. Each object's checksum was compared when it was stored.
    pub(super) async fn verify(&mut self) {
        let Some(uploads) = self.uploads_or_tell().await else {
            return;
        };
        let folder = self.key_in_generation("").as_str().to_owned();
        let mut expected = Expected::of(&self.machine, folder.clone());
        self.spawn(async move {
            let mut next = None;
            loop {
                let page = uploads.persist(0, || uploads.store.list_page(&folder, None, next.clone()));
                let (page, further) = match page.await {
                    Ok(page) => page,
                    Err(why) => return stopped(why),
                };
                for object in &page.objects {
                    expected.strike(object);
                }
                next = further;
                if next.is_none() {
                    break;
                }
            }
            let first = expected.left().next();
            Some(first.map_or(Event::Verified, |first| {
                Event::Refused(
                    Cause::NotAllStored {
                        missing: expected.left().count(),
                        first: format!("{folder}{first}"),
                    }
                    .into(),
                )
            }))
        });
    }
}

#[cfg(test)]
mod tests {
    use screener_ladder::{Track, TrackKind};
    use screener_wire::Segment;

    use super::*;
    use crate::job::Made;

    fn machine() -> Publication {
        let mut machine = Publication::default();
        for track in ["v", "a"] {
            machine.tracks.push(Track {
                name: track.into(),
                kind: TrackKind::Video,
                language: None,
                head: String::new(),
                init: None,
            });
            for number in 1..=11_u32 {
                let segment = Segment {
                    path: format!("{track}/{number}.m4s"),
                    bytes: u64::from(number),
                    ..Segment::default()
                };
                let list = machine.segments.entry(track.into()).or_default();
                Arc::make_mut(list).push(&segment, 1, Some(7));
            }
        }
        let poster = Made {
            attempt: 1,
            bytes: 5,
            stored: Some(7),
            flying: false,
        };
        machine.files.insert("poster.jpg".into(), poster);
        machine
    }

    /// In the order of a listing: `v/10.m4s` before `v/2.m4s`.
    fn listing() -> Vec<Listed> {
        let mut objects: Vec<_> = machine()
            .objects()
            .map(|(path, bytes, _)| (path.to_owned(), bytes))
            .collect();
        objects.extend(["v/index.m3u8", "a/index.m3u8", "a/other.txt"].map(|path| (path.to_owned(), 99)));
        objects.sort();
        let listed = objects.into_iter().map(|(path, bytes)| Listed {
            key: format!("p/video/1/{path}"),
            bytes,
            etag: String::new(),
            modified: 0,
        });
        listed.collect()
    }

    fn left(listing: &[Listed]) -> Vec<String> {
        let mut expected = Expected::of(&machine(), "p/video/1/".into());
        for object in listing {
            expected.strike(object);
        }
        let mut left: Vec<_> = expected.left().map(str::to_owned).collect();
        left.sort();
        left
    }

    #[test]
    fn what_is_listed_whole_leaves_nothing() {
        assert_eq!(left(&listing()), Vec::<String>::new());
    }

    #[test]
    fn whatever_is_missing_or_has_another_size_is_left() {
        let whole = listing();
        for at in 0..whole.len() {
            let name = whole[at].key.strip_prefix("p/video/1/").unwrap().to_owned();
            let expected = if name == "a/other.txt" {
                vec![]
            } else {
                vec![name.clone()]
            };
            let mut without = whole.clone();
            without.remove(at);
            assert_eq!(left(&without), expected);
            let mut other = whole.clone();
            other[at].bytes += 1;
            // A playlist's size is not known before.
            let expected = if name.ends_with("index.m3u8") { vec![] } else { expected };
            assert_eq!(left(&other), expected);
        }
    }

    #[test]
    fn another_generation_does_not_count() {
        let mut moved = listing();
        for object in &mut moved {
            object.key = object.key.replace("/1/", "/2/");
        }
        assert_eq!(left(&moved).len(), 25);
    }
}
