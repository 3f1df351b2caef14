//! What a store does of all that is asked of it, in words: each kind of call as a step of the walk.

use screener_publish::Error;
use screener_store::trial::{Compared, Trial};
use screener_store::{Checksum, Class, Conditions, Deletion, Pages, StoreError};

use super::walk_view::{StepState, StepView, told};

const CHECKSUMS: (&str, &str) = ("checksums", "What is stored is compared with what was sent");
const UNCHANGED: (&str, &str) = ("unchanged", "A record that has not changed is not sent again");
const CONDITIONS: (&str, &str) = ("conditions", "Two computers do not write over each other");
const PAGES: (&str, &str) = ("pages", "Long listings come whole");
const PARTS: (&str, &str) = ("parts", "Large objects go up in parts");
const UNFINISHED: (&str, &str) = ("unfinished", "Unfinished uploads can be found");
const DELETION: (&str, &str) = ("deletion", "Many objects are deleted at once");
const CORS: (&str, &str) = ("bucket-cors", "The bucket’s rules for other pages (CORS) can be read");

/// The steps of a trial, each kind of call one.
pub(super) fn steps(trial: &Trial) -> Vec<StepView> {
    vec![
        step(CHECKSUMS, &trial.checksum, |compared| checksums(*compared)),
        step(UNCHANGED, &trial.unchanged, |same| {
            if *same {
                passed(UNCHANGED, "GetObject with If-None-Match answers 304")
            } else {
                instead(
                    UNCHANGED,
                    "every record is read whole: this store passes over If-None-Match",
                )
            }
        }),
        step(CONDITIONS, &trial.conditions, |found| conditions(*found)),
        step(PAGES, &trial.pages, |pages| match pages {
            Pages::Tokens => passed(PAGES, "page by page, by the tokens of ListObjectsV2"),
            Pages::Markers => instead(
                PAGES,
                "page by page, after the last key with ListObjects: ListObjectsV2 does not say here where it goes on",
            ),
        }),
        step(PARTS, &trial.parts, |checksum| match checksum {
            Checksum::Crc64Nvme => passed(PARTS, "with CRC64NVME of the whole object"),
            Checksum::Md5 => instead(PARTS, "with Content-MD5 of each part and the size of the whole"),
            other => instead(PARTS, &format!("with {} in place of CRC64NVME", other.name())),
        }),
        step(UNFINISHED, &trial.unfinished, |listed| {
            if *listed {
                passed(UNFINISHED, "ListMultipartUploads names them")
            } else {
                instead(
                    UNFINISHED,
                    "what another computer leaves is not listed here: a rule of the bucket has to give it up",
                )
            }
        }),
        step(DELETION, &trial.deletion, |deletion| match deletion {
            Deletion::Batch => passed(DELETION, "a thousand a call"),
            Deletion::Md5 => instead(DELETION, "a thousand a call, with Content-MD5"),
            Deletion::Single => instead(DELETION, "one a call: this store knows no DeleteObjects"),
        }),
        cors(&trial.cors),
    ]
}

fn checksums(Compared { checksum, compared }: Compared) -> StepView {
    match checksum {
        _ if !compared => StepView {
            state: StepState::Warning,
            cause: Some("A checksum that was wrong on purpose was accepted.".into()),
            mend: Some("Nothing has to be done; Screener compares the sizes. Where it matters, choose a store that compares checksums.".into()),
            ..passed(CHECKSUMS, "this store takes checksums and compares none")
        },
        Checksum::Crc64Nvme => passed(CHECKSUMS, "by CRC64NVME"),
        other => instead(
            CHECKSUMS,
            &format!("by {}: this store does not compare CRC64NVME", other.name()),
        ),
    }
}

fn conditions(found: Conditions) -> StepView {
    match found {
        Conditions::Ignored => StepView {
            state: StepState::Warning,
            cause: Some("A write that should have been refused was carried out (If-None-Match, If-Match).".into()),
            mend: Some("Nothing has to be done: what the store does not look after, Screener does.".into()),
            ..passed(
                CONDITIONS,
                "this store passes over conditions of a write: Screener looks first, and of two computers that would write at once one waits",
            )
        },
        Conditions::Refused => instead(
            CONDITIONS,
            "this store refuses conditions of a write: Screener looks first, and of two computers that would write at once one waits",
        ),
        Conditions::Kept | Conditions::Unknown => passed(CONDITIONS, "If-None-Match and If-Match are kept"),
    }
}

fn cors(found: &Result<Option<usize>, StoreError>) -> StepView {
    match found {
        Ok(Some(0)) => passed(
            CORS,
            "there are none: what players on other pages may read is told by what stands before the bucket",
        ),
        Ok(Some(1)) => passed(CORS, "there is 1 rule"),
        Ok(Some(rules)) => passed(CORS, &format!("there are {rules} rules")),
        Ok(None) => instead(
            CORS,
            "this store knows none: what stands before it has to open films to players on other pages",
        ),
        Err(error) => StepView {
            state: StepState::Skipped,
            ..passed(
                CORS,
                &if error.class == Class::Denied {
                    "the credentials may not read the bucket's rules (s3:GetBucketCORS)".into()
                } else {
                    error.to_string()
                },
            )
        },
    }
}

fn step<T>(named: (&str, &str), found: &Result<T, StoreError>, words: impl FnOnce(&T) -> StepView) -> StepView {
    match found {
        Ok(found) => words(found),
        Err(error) => told(named, Err(Error::from(error.clone()).into())),
    }
}

fn passed(named: (&str, &str), seen: &str) -> StepView {
    told(named, Ok(seen))
}

fn instead(named: (&str, &str), seen: &str) -> StepView {
    StepView {
        state: StepState::Instead,
        ..passed(named, seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial() -> Trial {
        Trial {
            checksum: Ok(Compared {
                checksum: Checksum::Crc64Nvme,
                compared: true,
            }),
            unchanged: Ok(true),
            conditions: Ok(Conditions::Kept),
            pages: Ok(Pages::Tokens),
            parts: Ok(Checksum::Crc64Nvme),
            unfinished: Ok(true),
            deletion: Ok(Deletion::Batch),
            cors: Ok(Some(0)),
        }
    }

    fn states(trial: &Trial) -> Vec<StepState> {
        steps(trial).into_iter().map(|step| step.state).collect()
    }

    #[test]
    fn what_goes_another_way_is_told_from_what_does_not_go() {
        assert!(states(&trial()).iter().all(|state| *state == StepState::Passed));
        let refused = || StoreError::new(Class::Unsupported, "CreateMultipartUpload", "NotImplemented", "no");
        let lesser = Trial {
            checksum: Ok(Compared {
                checksum: Checksum::Crc32c,
                compared: true,
            }),
            unchanged: Ok(false),
            conditions: Ok(Conditions::Refused),
            pages: Ok(Pages::Markers),
            parts: Ok(Checksum::Md5),
            unfinished: Ok(false),
            deletion: Ok(Deletion::Single),
            cors: Ok(None),
        };
        assert!(states(&lesser).iter().all(|state| *state == StepState::Instead));
        let least = Trial {
            checksum: Ok(Compared {
                checksum: Checksum::Crc64Nvme,
                compared: false,
            }),
            conditions: Ok(Conditions::Ignored),
            parts: Err(refused()),
            cors: Err(refused()),
            ..trial()
        };
        let steps = steps(&least);
        let of = |name: &str| steps.iter().find(|step| step.step == name).map(|step| step.state);
        assert_eq!(of("checksums"), Some(StepState::Warning));
        assert_eq!(of("conditions"), Some(StepState::Warning));
        assert_eq!(of("parts"), Some(StepState::Failed));
        assert_eq!(of("bucket-cors"), Some(StepState::Skipped));
        let parts = steps
            .iter()
            .find(|step| step.step == "parts")
            .and_then(|step| step.mend.clone());
        assert!(parts.is_some_and(|mend| !mend.is_empty()), "a refusal says what to do");
    }
}
