//! Uploads what lies in a folder through the engine, journal and all, and says how long it took: what `benches/publish.sh` compares.
//!
//! `upload ENDPOINT BUCKET REGION ACCESS SECRET FOLDER`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use screener_ladder::wire::{Command, Event, Failure, Segment, Task};
use screener_ladder::{Track, TrackKind};
use screener_publish::{
    Access, Attempt, Config, Destination, Encoder, Engine, Error, JobState, Limits, NewJob, Store, StoreConfig,
    SystemClock,
};

/// An encoder that has nothing to do: every segment lies there already.
struct Folder(PathBuf);

struct Told(std::vec::IntoIter<Event>);

#[async_trait]
impl Encoder for Folder {
    async fn start(&self, task: Task) -> Result<Box<dyn Attempt>, Failure> {
        let Task::Transcode(task) = task else {
            unreachable!("the engine only transcodes")
        };
        let out = Path::new(&task.out).join("film");
        std::fs::create_dir_all(&out).expect("the work folder can be written");
        let mut names: Vec<_> = std::fs::read_dir(&self.0)
            .expect("a folder")
            .flatten()
            .map(|e| e.path())
            .collect();
        names.sort();
        let track = Track {
            name: "film".into(),
            kind: TrackKind::Video,
            language: None,
            head: "#EXTM3U\n".into(),
            init: None,
        };
        let mut events = vec![
            Event::Tracks { tracks: vec![track] },
            Event::Index {
                text: "1/film/index.m3u8\n".into(),
            },
        ];
        for (number, file) in (1..).zip(names) {
            let path = format!("film/{number:05}.m4s");
            std::fs::hard_link(&file, Path::new(&task.out).join(&path)).expect("the same disk");
            events.push(Event::Segment(Segment {
                track: "film".into(),
                number,
                entry: format!("#EXTINF:6.0,\n{number:05}.m4s\n"),
                path,
                bytes: file.metadata().expect("it is there").len(),
                duration: 6.0,
                ..Segment::default()
            }));
        }
        events.push(Event::Finished {
            index: "1/film/index.m3u8\n".into(),
            duration: 1.0,
            measured: Vec::new(),
        });
        Ok(Box::new(Told(events.into_iter())))
    }
}

#[async_trait]
impl Attempt for Told {
    async fn next(&mut self) -> Option<Event> {
        self.0.next()
    }
    async fn send(&mut self, _: Command) {}
}

struct To(StoreConfig);

#[async_trait]
impl Access for To {
    async fn store(&self, _: &Destination) -> Result<Store, Error> {
        Ok(Store::new(self.0.clone()))
    }
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "what it is for")]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [endpoint, bucket, region, access, secret, folder] = &words[..] else {
        panic!("upload ENDPOINT BUCKET REGION ACCESS SECRET FOLDER");
    };
    let data =
        tempfile::tempdir_in(Path::new(folder).parent().expect("a folder in a folder")).expect("a folder of our own");
    let film = data.path().join("film");
    std::fs::write(&film, b"stands for the source").expect("it can be written");
    let engine = Engine::open(Config {
        data_dir: data.path().join("data"),
        encoder: Arc::new(Folder(folder.into())),
        access: Arc::new(To(StoreConfig::with_keys(endpoint, bucket, region, access, secret))),
        clock: Arc::new(SystemClock),
        limits: Limits::default(),
    })
    .expect("the journal opens");
    let begun = Instant::now();
    engine.start();
    let new = NewJob {
        file: film,
        title: None,
        wishes: screener_ladder::Wishes::default(),
        destination: "local".into(),
    };
    let accepted = engine.accept(new).await.expect("it is accepted");
    let jobs = engine.settled(&[accepted.job]).await.expect("it settles");
    assert_eq!(jobs[0].state, JobState::Live, "{:?}", jobs[0].error);
    println!("{:.2}", begun.elapsed().as_secs_f64());
    engine.stop().await;
}
