//! The delivery chain as a viewer walks it: the doctor's crate asks and judges, here it gets a video, a key and HTTP.

use screener_cloudfront::{PrivateKey, link_id};
use screener_doctor::{Report, StepState as Seen, Subject, examine, sample};
use screener_publish::catalog::VideoState;
use screener_publish::{Destination, Place, VideoId};
use screener_store::{Class, Lifecycle, RULE};
use screener_store::{ObjectKey, Store};

use super::store_calls;
use super::walk_view::{DoctorView, StepState, StepView, piece_views, told, views};
use crate::cause::Cause;
use crate::key_pairs::private_key::key_pair_id;
use crate::viewer::Viewer;
use crate::{App, AppError, Result, moment};

/// Where the window's own pages come from, on the systems it runs on.
const ORIGINS: [&str; 2] = ["tauri://localhost", "http://tauri.localhost"];

const STORE: (&str, &str) = ("store", "A small video can be stored");
const LIFECYCLE: (&str, &str) = ("lifecycle", "Unfinished uploads do not stay for ever");
const CLEAN_UP: (&str, &str) = ("clean-up", "What was stored can be removed");

impl App {
    /// Walks the chain of one destination; with `upload`, through a small video that is stored first and removed after.
    pub(crate) async fn walk(&self, name: String, upload: bool) -> Result<DoctorView> {
        let destination = self.engine().destination(&name).await?;
        let live = self
            .engine()
            .videos(None)
            .await?
            .into_iter()
            .find(|video| !upload && video.destination == name && video.record.state == VideoState::Live);
        let mut steps = match live {
            Some(video) => views(&self.examined(&destination, &video.record.id).await?),
            None => self.walk_sample(&destination).await?,
        };
        if destination.place != Place::Local {
            steps.push(self.lifecycle(&destination).await);
        }
        if let Some(pieces) = self.inspected(&destination).await? {
            steps.extend(piece_views(&pieces));
        }
        let ok = steps.iter().all(|step| step.state != StepState::Failed);
        Ok(DoctorView {
            destination: name,
            ok,
            steps,
        })
    }

    /// Whether the bucket itself gives up what an interrupted upload leaves, should no Screener come back to do it.
    async fn lifecycle(&self, destination: &Destination) -> StepView {
        let skipped = |seen: String| StepView {
            state: StepState::Skipped,
            seen,
            ..told(LIFECYCLE, Ok(""))
        };
        let store = match self.engine().store(destination).await {
            Ok(store) => store,
            Err(error) => return skipped(error.failure().message),
        };
        match store.lifecycle(&destination.prefix).await {
            Ok(Lifecycle::GivesUp(days)) => told(
                LIFECYCLE,
                Ok(&format!("a rule of the bucket gives them up after {days} days")),
            ),
            Ok(Lifecycle::Keeps(others)) => suggestion(store.bucket(), &destination.prefix, others),
            Err(error) if error.class == Class::Unsupported => skipped("this store knows no lifecycle rules".into()),
            Err(error) if error.class == Class::Denied => {
                skipped("the credentials may not read the bucket's rules (s3:GetLifecycleConfiguration)".into())
            }
            Err(error) => skipped(error.to_string()),
        }
    }

    /// The same through a video of three small objects, and every kind of call that the engine makes.
    async fn walk_sample(&self, destination: &Destination) -> Result<Vec<StepView>> {
        let video = VideoId::random();
        if let Err(error) = self.keep_page(&destination.name).await {
            tracing::warn!(message = error.message, "the viewer's page could not be stored");
        }
        let store = match self.engine().store(destination).await {
            Ok(store) => store,
            Err(error) => return Ok(vec![told(STORE, Err(error.into()))]),
        };
        let stored = store_sample(&store, destination, &video).await;
        let whole = stored.is_ok();
        let mut steps = vec![told(STORE, stored.map(|()| "three objects were stored and read back"))];
        if whole {
            let folder = ObjectKey::of(&destination.prefix, &video, "1/trial/");
            let trial = Box::pin(store.try_out(folder.as_str())).await;
            steps.extend(store_calls::steps(&trial));
        }
        let report = if whole {
            Some(self.examined(destination, &video).await)
        } else {
            None
        };
        // Whatever became of it, nothing is left behind.
        let gone = clean(&store, destination, &video).await;
        if let Some(report) = report {
            steps.extend(views(&report?));
            steps.push(told(CLEAN_UP, gone.map(|()| "all of it is gone")));
        }
        self.engine().learned().await;
        Ok(steps)
    }

    async fn examined(&self, destination: &Destination, video: &VideoId) -> Result<Report> {
        let viewer = Viewer::new().map_err(|e| AppError::internal(format!("{e}.")))?;
        let domain = match destination.front() {
            Some((domain, _)) => domain.to_owned(),
            // A local chain that nobody serves is no broken one: it is served for as long as the walk takes.
            None => self.local().running(None).await?.0.domain(),
        };
        let (key, key_pair_id, hash) = match self.signer(destination).await {
            Ok(signer) => (Ok::<PrivateKey, String>(signer.key), signer.id, signer.hash),
            Err(error) => {
                let id = destination.front().map_or("K0", |(_, id)| id);
                (Err(error.message), key_pair_id(id)?, screener_cloudfront::Hash::Sha1)
            }
        };
        let subject = Subject {
            domain,
            prefix: destination.prefix.clone(),
            video_id: video.to_string(),
            key_pair_id,
            hash,
            key,
            endpoint: None,
            origins: ORIGINS.iter().map(|&origin| origin.to_owned()).collect(),
            page: true,
            // The local edge always holds it. Of another store it is not known.
            taken_back: link_id::TRIED.parse().ok().filter(|_| destination.front().is_none()),
            now: moment::now(),
        };
        let report = examine(&subject, &viewer).await;
        self.learn_names(destination, &report).await?;
        Ok(report)
    }
}

impl App {
    /// What a walk found of a destination's links: whether they may have names. A walk that got to no answer says nothing.
    async fn learn_names(&self, destination: &Destination, report: &Report) -> Result<()> {
        let told = report.names || report.step("playlist").is_some_and(|step| step.state == Seen::Passed);
        if told && destination.names_links() != report.names {
            let mut known = destination.clone();
            known.learn_names(report.names);
            self.engine().keep_destination(known).await?;
        }
        Ok(())
    }
}

async fn store_sample(store: &Store, destination: &Destination, video: &VideoId) -> Result<()> {
    for object in sample(&destination.prefix, video.as_str()) {
        let key = ObjectKey::raw(object.key);
        let body = bytes::Bytes::from(object.body);
        let any = screener_store::Condition::Any;
        store
            .put(&key, body.clone(), &any)
            .await
            .map_err(screener_publish::Error::from)?;
        let back = store.get(&key).await.map_err(screener_publish::Error::from)?;
        if back.bytes != body {
            return Err(Cause::StoredDiffers.into());
        }
    }
    Ok(())
}

async fn clean(store: &Store, destination: &Destination, video: &VideoId) -> Result<()> {
    let mut keys: Vec<_> = sample(&destination.prefix, video.as_str())
        .into_iter()
        .map(|object| ObjectKey::raw(object.key))
        .collect();
    // What names goes before what is named.
    keys.reverse();
    for key in keys {
        store.delete_one(&key).await.map_err(screener_publish::Error::from)?;
    }
    // What a trial that was broken off left.
    let folder = ObjectKey::of(&destination.prefix, video, "");
    let left = store.list(folder.as_str(), None).await;
    for object in left.map_err(screener_publish::Error::from)?.objects {
        let key = ObjectKey::raw(object.key);
        store.delete_one(&key).await.map_err(screener_publish::Error::from)?;
    }
    Ok(())
}

/// The rule to apply, whole. Putting a configuration replaces the one there is.
fn suggestion(bucket: &str, prefix: &str, others: usize) -> StepView {
    let configuration = Lifecycle::suggestion(prefix);
    let mend = if others == 0 {
        format!(
            "Let the bucket do it: aws s3api put-bucket-lifecycle-configuration --bucket {bucket} --lifecycle-configuration '{configuration}'"
        )
    } else {
        format!("Add the rule {RULE} of this configuration to the {others} that the bucket has: {configuration}")
    };
    StepView {
        state: StepState::Warning,
        cause: Some("The bucket has no rule that gives up unfinished multipart uploads.".into()),
        mend: Some(mend),
        ..told(
            LIFECYCLE,
            Ok("parts of an upload that nobody finishes would stay, and be paid for"),
        )
    }
}
