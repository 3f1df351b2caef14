//! An engine in a throw-away data folder, before an S3 server of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use screener_edge::Edge;
use screener_publish::{
    Accepted, Access, Config, Destination, Engine, Error, JobId, JobRecord, JobState, Limits, NewJob, Update, VideoId,
};
use screener_store::{Clock, Store, StoreConfig, SystemClock};
use screener_testkit::{Proxy, ScriptedEncoder};

use crate::servers::Server;

pub struct World {
    pub folder: tempfile::TempDir,
    pub edge: Edge,
    pub encoder: Arc<ScriptedEncoder>,
    pub proxy: Option<Arc<Proxy>>,
    /// Another bucket than the edge's.
    pub elsewhere: Option<StoreConfig>,
    pub clock: Arc<dyn Clock>,
    pub limits: Limits,
}

struct To {
    config: StoreConfig,
    proxy: Option<Arc<Proxy>>,
}

#[async_trait]
impl Access for To {
    async fn store(&self, _: &Destination) -> Result<Store, Error> {
        Ok(match &self.proxy {
            Some(proxy) => Store::through_proxy(self.config.clone(), &proxy.endpoint())?,
            None => Store::new(self.config.clone()),
        })
    }
}

impl World {
    pub async fn new(encoder: ScriptedEncoder) -> Self {
        Self::within(tempfile::tempdir().unwrap(), encoder).await
    }

    /// In a folder that has something of the test's in it.
    pub async fn within(folder: tempfile::TempDir, encoder: ScriptedEncoder) -> Self {
        let edge = Edge::start(screener_edge::Config::new(folder.path().join("edge")))
            .await
            .unwrap();
        std::fs::write(
            folder.path().join("film.mp4"),
            b"not really a film, the encoder follows a script",
        )
        .unwrap();
        Self {
            folder,
            edge,
            encoder: Arc::new(encoder),
            proxy: None,
            elsewhere: None,
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
        }
    }

    /// With a proxy before the server.
    pub async fn behind_proxy(encoder: ScriptedEncoder) -> (Self, Arc<Proxy>) {
        let mut world = Self::new(encoder).await;
        let address = world.edge.s3().endpoint.trim_start_matches("http://").parse().unwrap();
        let proxy = Arc::new(Proxy::start(address).await);
        world.proxy = Some(proxy.clone());
        (world, proxy)
    }

    /// With a proxy before another server than the edge.
    pub async fn before(server: &Server, encoder: ScriptedEncoder) -> (Self, Arc<Proxy>) {
        let mut world = Self::new(encoder).await;
        let endpoint = server.config.endpoint.as_ref().unwrap();
        let address = endpoint.trim_start_matches("http://").parse().unwrap();
        let proxy = Arc::new(Proxy::start(address).await);
        world.proxy = Some(proxy.clone());
        world.elsewhere = Some(server.config.clone());
        (world, proxy)
    }

    pub fn film(&self) -> PathBuf {
        self.folder.path().join("film.mp4")
    }

    fn config(&self) -> StoreConfig {
        if let Some(elsewhere) = &self.elsewhere {
            return elsewhere.clone();
        }
        let s3 = self.edge.s3();
        StoreConfig::with_keys(&s3.endpoint, &s3.bucket, &s3.region, &s3.access_key, &s3.secret_key)
    }

    /// An engine over the data folder. Several may be open at once, as several processes would be.
    pub fn engine(&self) -> Engine {
        self.engine_in("data", self.clock.clone())
    }

    /// An engine over another data folder, as on another computer, with a clock of its own.
    pub fn engine_in(&self, data: &str, clock: Arc<dyn Clock>) -> Engine {
        Engine::open(Config {
            data_dir: self.folder.path().join(data),
            encoder: self.encoder.clone(),
            access: Arc::new(To {
                config: self.config(),
                proxy: self.proxy.clone(),
            }),
            clock,
            limits: self.limits,
        })
        .unwrap()
    }

    /// The bucket itself, past any proxy.
    pub fn store(&self) -> Store {
        Store::new(self.config())
    }

    /// The bucket behind the proxy, of which an answer is expected within `silence`.
    pub fn impatient(&self, silence: Duration) -> Store {
        let config = StoreConfig {
            silence,
            ..self.config()
        };
        Store::through_proxy(config, &self.proxy.as_ref().unwrap().endpoint()).unwrap()
    }

    pub fn new_job(&self) -> NewJob {
        NewJob {
            file: self.film(),
            title: Some("A film".into()),
            wishes: screener_ladder::Wishes::default(),
            destination: "local".into(),
        }
    }

    /// Every object with its bytes.
    pub async fn bucket(&self) -> BTreeMap<String, Vec<u8>> {
        let store = self.store();
        let mut objects = BTreeMap::new();
        for object in store.list("videos/", None).await.unwrap().objects {
            let bytes = store
                .get(&screener_store::ObjectKey::raw(object.key.clone()))
                .await
                .unwrap()
                .bytes;
            objects.insert(object.key, bytes.to_vec());
        }
        objects
    }

    pub fn work_is_empty(&self) -> bool {
        std::fs::read_dir(self.folder.path().join("data/work")).map_or(true, |mut d| d.next().is_none())
    }
}

/// Waits until a job is as wanted; by events, with the journal as the truth.
pub async fn until(engine: &Engine, job: &JobId, wanted: impl Fn(&JobRecord) -> bool) -> JobRecord {
    let mut updates = engine.subscribe();
    let waiting = async {
        loop {
            if let Ok(record) = engine.job(job).await
                && wanted(&record)
            {
                return record;
            }
            loop {
                match updates.recv().await {
                    Ok(Update::Job(record)) if &record.job == job => {
                        if wanted(&record) {
                            return *record;
                        }
                        break;
                    }
                    Ok(_) => {}
                    Err(_) => break,
                }
            }
        }
    };
    match tokio::time::timeout(Duration::from_mins(2), waiting).await {
        Ok(record) => record,
        Err(late) => panic!("{late}: it never came to that; the job is {:#?}", engine.job(job).await),
    }
}

pub async fn until_live(engine: &Engine, accepted: &Accepted) -> JobRecord {
    let record = until(engine, &accepted.job, |r| {
        r.state.ended() || r.state == JobState::Paused
    })
    .await;
    assert_eq!(record.state, JobState::Live, "{:?}", record.error);
    record
}

pub async fn until_gone(engine: &Engine, job: &JobId) {
    let mut updates = engine.subscribe();
    let waiting = async {
        while engine.job(job).await.is_ok() {
            // Any news is a reason to look again.
            let _ = tokio::time::timeout(Duration::from_millis(100), updates.recv()).await;
        }
    };
    tokio::time::timeout(Duration::from_mins(2), waiting)
        .await
        .expect("the job goes");
}

/// What every bucket must satisfy at any moment: whatever a playlist names is there.
pub fn nothing_dangles(bucket: &BTreeMap<String, Vec<u8>>) {
    for (key, bytes) in bucket.iter().filter(|(k, _)| k.ends_with("index.m3u8")) {
        let folder = key.rsplit_once('/').unwrap().0;
        let text = String::from_utf8(bytes.clone()).unwrap();
        for line in text.lines() {
            let uri = if line.starts_with('#') {
                line.split_once("URI=\"")
                    .and_then(|(_, r)| r.split_once('"'))
                    .map(|(u, _)| u)
            } else {
                Some(line)
            };
            if let Some(uri) = uri.filter(|u| !u.is_empty()) {
                let named = format!("{folder}/{uri}");
                assert!(bucket.contains_key(&named), "{key} names {named}, which is not there");
            }
        }
    }
}

/// A video that is whole: every byte as the script made it, playlists ended, record live.
pub fn is_whole(
    bucket: &BTreeMap<String, Vec<u8>>,
    video: &VideoId,
    generation: u32,
    script: &screener_testkit::Script,
) {
    use screener_testkit::script::{content, head, index};
    nothing_dangles(bucket);
    let folder = format!("videos/{video}");
    let get = |path: &str| {
        bucket
            .get(&format!("{folder}/{path}"))
            .unwrap_or_else(|| panic!("{path} is missing"))
            .clone()
    };
    assert_eq!(
        String::from_utf8(get("index.m3u8")).unwrap(),
        index(script, generation, true)
    );
    let mut wanted = 2;
    for (track, _) in &script.tracks {
        let mut text = head();
        for n in 1..=script.segments {
            let path = format!("{track}/{n:05}.m4s");
            assert_eq!(
                get(&format!("{generation}/{path}")),
                content(&path, script.segment_bytes),
                "{path}"
            );
            text.extend(["#EXTINF:6.0,\n".to_owned(), format!("{n:05}.m4s\n")]);
        }
        text.push_str("#EXT-X-ENDLIST\n");
        assert_eq!(
            String::from_utf8(get(&format!("{generation}/{track}/index.m3u8"))).unwrap(),
            text
        );
        get(&format!("{generation}/{track}/init.mp4"));
        get(&format!("{generation}/{track}/iframes.m3u8"));
        wanted += script.segments as usize + 3;
    }
    get(&format!("{generation}/poster.jpg"));
    wanted += 1 + usize::from(script.mp4_bytes > 0);
    let record: screener_publish::catalog::VideoRecord = serde_json::from_slice(&get("video.json")).unwrap();
    assert_eq!(record.state, screener_publish::catalog::VideoState::Live);
    assert_eq!((record.generation, &record.id), (generation, video));
    assert_eq!(
        bucket.keys().filter(|k| k.starts_with(&folder)).count(),
        wanted,
        "orphans in {:#?}",
        bucket.keys().collect::<Vec<_>>()
    );
    for (path, stored) in &record.checksums {
        assert_eq!(get(path).len() as u64, stored.bytes, "{path}");
    }
}
