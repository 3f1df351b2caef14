//! What of a video's folder nobody needs. Pure: the listing, the record and what the journal says go in.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::catalog::VideoState;
use crate::engine::claims::{Claim, FOLDER, LEASE};

/// Without any claim what is younger than this is left alone: by then whatever was under way has said more of itself.
const GRACE: Duration = Duration::from_hours(24);

/// The same in a bucket that this data folder alone writes to, where nothing but a test of the destination is ever without a claim.
const PRIVATE_GRACE: Duration = Duration::from_hours(1);

/// One object below the video's folder.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Path below the video's folder.
    pub(super) path: String,
    /// When it was last written, milliseconds since the Unix epoch.
    pub(super) modified: i64,
}

/// What `video.json` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// It is not there.
    Nothing,
    /// State and generation.
    Says(VideoState, u32),
    /// It is there and means nothing to this version.
    Strange,
}

/// What the journal knows.
pub(super) struct Known<'a> {
    /// Word of this journal.
    pub(super) journal: &'a str,
    /// A job of this journal still makes, replaces or removes the video.
    pub(super) busy: bool,
    /// Nobody else writes to the bucket.
    pub(super) private: bool,
    /// Milliseconds since the Unix epoch.
    pub(super) now: i64,
}

/// What goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Keep,
    /// The whole folder, index first.
    All,
    /// These paths.
    Some(Vec<String>),
}

/// The judgement.
pub(super) fn judge(objects: &[Object], record: Record, known: &Known<'_>) -> Verdict {
    if known.busy || objects.is_empty() {
        return Verdict::Keep;
    }
    let newest = objects.iter().map(|o| o.modified).max().unwrap_or(known.now);
    let silent_for =
        |time: Duration| known.now.saturating_sub(newest) >= i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    let claims: Vec<Claim> = objects.iter().filter_map(|o| Claim::parse(&o.path)).collect();
    let mine = |claim: &Claim| known.private || claim.journal == known.journal;
    if claims.iter().any(|claim| !mine(claim)) && !silent_for(LEASE) {
        return Verdict::Keep;
    }
    // A claim whose job is gone says more than any age: nothing began without one.
    let grace = if known.private { PRIVATE_GRACE } else { GRACE };
    if claims.is_empty() && !silent_for(grace) {
        return Verdict::Keep;
    }
    match record {
        Record::Strange => Verdict::Keep,
        Record::Nothing | Record::Says(VideoState::Publishing, _) => Verdict::All,
        Record::Says(VideoState::Live, generation) => {
            let current = generation.to_string();
            let orphans: BTreeSet<String> = objects
                .iter()
                .filter(|o| {
                    o.path.split_once('/').is_some_and(|(folder, _)| {
                        folder != current && (folder.parse::<u32>().is_ok() || o.path.starts_with(FOLDER))
                    })
                })
                .map(|o| o.path.clone())
                .collect();
            if orphans.is_empty() {
                Verdict::Keep
            } else {
                Verdict::Some(orphans.into_iter().collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;
    const NOW: i64 = 2_000_000 * HOUR;

    fn objects(paths: &[&str], age: i64) -> Vec<Object> {
        paths
            .iter()
            .map(|path| Object {
                path: (*path).into(),
                modified: NOW - age,
            })
            .collect()
    }

    fn known(private: bool) -> Known<'static> {
        Known {
            journal: "mine",
            busy: false,
            private,
            now: NOW,
        }
    }

    const LIVE: Record = Record::Says(VideoState::Live, 2);
    const PUBLISHING: Record = Record::Says(VideoState::Publishing, 1);

    #[test]
    fn what_another_computer_may_still_write_stays() {
        let theirs = ["1/360p/00001.m4s", "jobs/theirs-x.json"];
        for record in [Record::Nothing, PUBLISHING, LIVE] {
            for age in [0, 25 * HOUR, 29 * 24 * HOUR] {
                assert_eq!(judge(&objects(&theirs, age), record, &known(false)), Verdict::Keep);
            }
        }
        // A sign of life of any object counts.
        let mut mixed = objects(&theirs, 40 * 24 * HOUR);
        mixed.extend(objects(&["1/360p/00002.m4s"], 24 * HOUR));
        assert_eq!(judge(&mixed, PUBLISHING, &known(false)), Verdict::Keep);
        // After the lease it is nobody's.
        assert_eq!(
            judge(&objects(&theirs, 30 * 24 * HOUR), PUBLISHING, &known(false)),
            Verdict::All
        );
        // Somebody else's claim beside one's own dead one.
        let both = ["1/360p/00001.m4s", "jobs/theirs-x.json", "jobs/mine-y.json"];
        assert_eq!(judge(&objects(&both, HOUR), PUBLISHING, &known(false)), Verdict::Keep);
    }

    #[test]
    fn what_a_job_here_still_needs_stays() {
        let objects = objects(&["1/360p/00001.m4s", "jobs/mine-x.json"], 365 * 24 * HOUR);
        let known = Known {
            busy: true,
            ..known(true)
        };
        assert_eq!(judge(&objects, Record::Nothing, &known), Verdict::Keep);
    }

    #[test]
    fn what_a_dead_job_of_this_journal_left_goes_at_once() {
        let left = ["1/360p/00001.m4s", "index.m3u8", "jobs/mine-x.json"];
        for record in [Record::Nothing, PUBLISHING] {
            assert_eq!(judge(&objects(&left, 0), record, &known(false)), Verdict::All);
        }
        // In a bucket of one's own it does not matter which journal it was.
        let lost = ["1/360p/00001.m4s", "jobs/lost-x.json"];
        assert_eq!(judge(&objects(&lost, 0), Record::Nothing, &known(true)), Verdict::All);
    }

    #[test]
    fn media_without_claim_or_record_goes_when_it_is_old() {
        let left = ["1/360p/00001.m4s"];
        assert_eq!(
            judge(&objects(&left, 23 * HOUR), Record::Nothing, &known(false)),
            Verdict::Keep
        );
        assert_eq!(
            judge(&objects(&left, 24 * HOUR), Record::Nothing, &known(false)),
            Verdict::All
        );
        assert_eq!(
            judge(&objects(&left, HOUR / 2), Record::Nothing, &known(true)),
            Verdict::Keep
        );
        assert_eq!(
            judge(&objects(&left, HOUR), Record::Nothing, &known(true)),
            Verdict::All
        );
    }

    #[test]
    fn of_a_live_video_the_generations_that_nobody_names_go_and_nothing_else() {
        let there = [
            "1/360p/00001.m4s",
            "2/360p/00001.m4s",
            "2/poster-2.jpg",
            "3/360p/00001.m4s",
            "index.m3u8",
            "jobs/mine-x.json",
            "notes/somebody's.txt",
            "video.json",
        ];
        let orphans = ["1/360p/00001.m4s", "3/360p/00001.m4s", "jobs/mine-x.json"];
        assert_eq!(
            judge(&objects(&there, 0), LIVE, &known(false)),
            Verdict::Some(orphans.map(str::to_owned).to_vec())
        );
        let whole = ["2/360p/00001.m4s", "index.m3u8", "video.json"];
        assert_eq!(
            judge(&objects(&whole, 400 * 24 * HOUR), LIVE, &known(false)),
            Verdict::Keep
        );
        assert_eq!(
            judge(&objects(&there, 400 * 24 * HOUR), Record::Strange, &known(true)),
            Verdict::Keep
        );
    }
}
