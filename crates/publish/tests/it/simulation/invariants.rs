//! What holds at every moment of the simulated world, and at its end.

use std::collections::BTreeSet;

use screener_publish::job::{Phase, Recorded, Visible};

use super::{TRACKS, World, index};

impl World {
    pub(super) fn nothing_dangles(&self) {
        let seed = self.seed;
        let Some(index) = self.bucket.get("index.m3u8") else {
            assert!(
                !self.replacing,
                "seed {seed}: a video that is replaced can be watched all the time"
            );
            return;
        };
        let mut generation = None;
        for playlist in index.lines().filter(|l| !l.starts_with('#')) {
            generation = playlist.split('/').next();
            let text = self
                .bucket
                .get(playlist)
                .unwrap_or_else(|| panic!("seed {seed}: the index names {playlist}"));
            let folder = playlist.trim_end_matches("index.m3u8");
            for segment in text.lines().filter(|l| !l.starts_with('#')) {
                assert!(
                    self.bucket.contains_key(&format!("{folder}{segment}")),
                    "seed {seed}: {playlist} names {segment}"
                );
                if !text.contains("ENDLIST") && generation == Some(&self.machine.generation.to_string()) {
                    for other in TRACKS {
                        let there = self
                            .bucket
                            .contains_key(&format!("{}/{other}/{segment}", self.machine.generation));
                        let ended = self
                            .machine
                            .ended
                            .get(other)
                            .is_some_and(|n| format!("{n}.m4s").as_str() < segment);
                        assert!(there || ended, "seed {seed}: a player could not switch at {segment}");
                    }
                }
            }
        }
        if let Some(record) = self.bucket.get("video.json").filter(|r| r.starts_with("live")) {
            let whole = index
                .lines()
                .filter(|l| !l.starts_with('#'))
                .all(|p| self.bucket[p].contains("ENDLIST"));
            assert!(whole, "seed {seed}: {record}, and not whole ({generation:?})");
        }
    }

    pub(super) fn at_the_end(self) -> (Phase, bool) {
        let seed = self.seed;
        let generation = self.machine.generation;
        if self.machine.phase == Phase::Live && !self.forgotten {
            let mut wanted: BTreeSet<String> = ["index.m3u8".to_owned(), "video.json".to_owned()].into();
            for t in TRACKS {
                wanted.extend([
                    format!("{generation}/{t}/index.m3u8"),
                    format!("{generation}/{t}/init.mp4"),
                ]);
                wanted.extend((1..=self.segments).map(|n| format!("{generation}/{t}/{n}.m4s")));
            }
            let there: BTreeSet<String> = self.bucket.keys().cloned().collect();
            assert_eq!(there, wanted, "seed {seed}");
            assert_eq!(self.bucket["index.m3u8"], index(generation, true), "seed {seed}");
            assert_eq!(self.bucket["video.json"], format!("live {generation}"), "seed {seed}");
            assert_eq!(
                (self.durable.visible, self.durable.recorded),
                (Visible::Final, Recorded::Live)
            );
        } else if self.replacing {
            assert!(
                self.bucket.keys().all(|k| !k.starts_with("2/") && !k.starts_with("3/")),
                "seed {seed}: {:?}",
                self.bucket.keys()
            );
            assert_eq!(self.bucket["index.m3u8"], index(1, true), "seed {seed}");
        } else {
            assert!(self.bucket.is_empty(), "seed {seed}: {:?}", self.bucket.keys());
        }
        assert!(
            self.disk.is_empty() || !self.forgotten && self.machine.phase != Phase::Live,
            "seed {seed}: the work folder stays"
        );
        (self.machine.phase, self.forgotten)
    }
}
