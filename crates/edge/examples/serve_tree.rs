//! Serves a folder of HLS files through an edge with a key of its own, and makes links to it: what the tests of the
//! viewer's page (and a curious person) drive. Reads one JSON object a line, answers one a line, ends with its input.
//!
//! ```text
//! cargo run -p screener-edge --example serve_tree -- FOLDER      FOLDER holds a video's index.m3u8 and what it names
//! {"do":"link","ends":3600,"opens":-60,"network":"127.0.0.0/8"}   -> {"page":…,"playlist":…,"l":…}   seconds from now
//! {"do":"take_back","l":…} · {"do":"give_back","l":…}    {"do":"link","plain":true} for a distribution with "NamesUnknown"
//! {"do":"faults","names":["EndpointTimeout"]} · {"do":"trust","on":false} · {"do":"down"} · {"do":"up"}
//! {"do":"put","key":"video.json","file":PATH} · {"do":"delete","key":"index.m3u8"}    keys below the video's folder
//! ```

use std::{
    io::{BufRead as _, Write as _},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context as _, bail};
use aws_credential_types::Credentials;
use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Region},
    primitives::ByteStream,
};
use screener_cloudfront::{Hash, KeyPairId, LinkId, PrivateKey, url};
use screener_edge::{Config, Edge, Fault, LinkStore, S3Access};
use serde_json::{Value, json};

const VIDEO: &str = "treetreetreetreetreetreetr";

struct Served {
    folder: tempfile::TempDir,
    edge: Option<Edge>,
    s3: Client,
    domain: String,
    key: PrivateKey,
    id: KeyPairId,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let tree = std::env::args_os()
        .nth(1)
        .map(PathBuf::from)
        .context("the folder to serve is missing")?;
    let folder = tempfile::tempdir()?;
    let edge = Edge::start(Config::new(folder.path())).await?;
    let mut served = Served {
        s3: client(&edge.s3()),
        domain: edge.domain(),
        folder,
        edge: Some(edge),
        key: PrivateKey::generate_p256(),
        id: KeyPairId::new("KTREE")?,
    };
    served.trust(true)?;
    served.upload(&tree, &tree).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", json!({ "address": served.domain, "video": VIDEO }))?;
    for line in std::io::stdin().lock().lines() {
        let answer = match serde_json::from_str::<Value>(&line?) {
            Ok(order) => served
                .obey(&order)
                .await
                .unwrap_or_else(|error| json!({ "error": format!("{error:#}") })),
            Err(error) => json!({ "error": error.to_string() }),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}

impl Served {
    async fn obey(&mut self, order: &Value) -> anyhow::Result<Value> {
        let text = |name: &str| order[name].as_str().with_context(|| format!("{name} is missing"));
        match text("do")? {
            "link" => return self.link(order),
            "faults" => {
                let named = order["names"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str);
                let faults = named.map(fault).collect::<anyhow::Result<Vec<_>>>()?;
                self.edge.as_ref().context("the edge is down")?.set_faults(faults);
            }
            "trust" => self.trust(order["on"].as_bool().unwrap_or(true))?,
            "take_back" => {
                let name = text("l")?.to_owned();
                LinkStore::at(self.folder.path()).change(|entries| drop(entries.insert(name, String::new())))?;
            }
            "give_back" => {
                let name = text("l")?;
                LinkStore::at(self.folder.path()).change(|entries| drop(entries.remove(name)))?;
            }
            "down" => {
                if let Some(edge) = self.edge.take() {
                    edge.stop().await;
                }
            }
            "up" => {
                let edge = Edge::start(Config::new(self.folder.path())).await?;
                self.s3 = client(&edge.s3());
                self.edge = Some(edge);
            }
            "put" => self.put(text("key")?, Path::new(text("file")?)).await?,
            "delete" => {
                let key = format!("videos/{VIDEO}/{}", text("key")?);
                self.s3
                    .delete_object()
                    .bucket(screener_edge::BUCKET)
                    .key(key)
                    .send()
                    .await?;
            }
            other => bail!("{other:?} is not known"),
        }
        Ok(json!({ "done": true }))
    }

    fn link(&self, order: &Value) -> anyhow::Result<Value> {
        let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
        let terms = url::Terms {
            ends: now + order["ends"].as_i64().unwrap_or(3600),
            opens: order["opens"].as_i64().map(|opens| now + opens),
            network: order["network"].as_str().map(str::parse).transpose()?,
        };
        let target = url::Target {
            domain: &self.domain,
            prefix: screener_edge::PREFIX,
            video_id: VIDEO,
            link: (!order["plain"].as_bool().unwrap_or(false)).then(|| LinkId::random(now)),
        };
        let link = screener_cloudfront::link(&self.key, &self.id, Hash::Sha256, &target, &terms)?;
        let name = target.link.map(|link| link.to_string());
        Ok(json!({ "page": link.page.expose(), "playlist": link.playlist.expose(), "l": name }))
    }

    fn trust(&self, on: bool) -> anyhow::Result<()> {
        let path = self.folder.path().join("keys").join(format!("{}.pem", self.id));
        if on {
            std::fs::write(path, self.key.public().to_pem()?)?;
        } else {
            std::fs::remove_file(path)?;
        }
        Ok(())
    }

    async fn upload(&self, root: &Path, folder: &Path) -> anyhow::Result<()> {
        for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                Box::pin(self.upload(root, &path)).await?;
            } else {
                self.put(&path.strip_prefix(root)?.to_string_lossy(), &path).await?;
            }
        }
        Ok(())
    }

    async fn put(&self, key: &str, file: &Path) -> anyhow::Result<()> {
        let (kind, cache) = match key.rsplit_once('.').map(|(_, extension)| extension) {
            Some("m3u8") => ("application/vnd.apple.mpegurl", "no-cache"),
            Some("json") => ("application/json", "no-cache"),
            Some("mp4") => ("video/mp4", "public, max-age=31536000, immutable"),
            Some("m4s") => ("video/iso.segment", "public, max-age=31536000, immutable"),
            Some("ts") => ("video/mp2t", "public, max-age=31536000, immutable"),
            Some("vtt") => ("text/vtt", "public, max-age=31536000, immutable"),
            Some("jpg") => ("image/jpeg", "public, max-age=31536000, immutable"),
            _ => ("application/octet-stream", "no-cache"),
        };
        let put = self
            .s3
            .put_object()
            .bucket(screener_edge::BUCKET)
            .key(format!("videos/{VIDEO}/{key}"));
        let body = ByteStream::from(std::fs::read(file)?);
        put.content_type(kind).cache_control(cache).body(body).send().await?;
        Ok(())
    }
}

fn fault(name: &str) -> anyhow::Result<Fault> {
    Fault::ALL
        .into_iter()
        .find(|fault| format!("{fault:?}") == name)
        .with_context(|| format!("no fault {name}"))
}

fn client(access: &S3Access) -> Client {
    let credentials = Credentials::from_keys(&access.access_key, &access.secret_key, None);
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(&access.endpoint)
        .region(Region::new(access.region.clone()))
        .credentials_provider(credentials)
        .force_path_style(true);
    Client::from_conf(config.build())
}
