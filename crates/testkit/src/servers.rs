//! Servers of other people's, each a process of its own that ends with the test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that runs until it is dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// `http://127.0.0.1:port`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Starts it, and waits until it takes connections: these servers say nothing once they do.
    async fn start(command: &mut Command, address: SocketAddr) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{name}, which `make test` or `make test-full` installs: {error}"));
        let mut process = Self { child, address };
        for _ in 0..1200 {
            if tokio::net::TcpStream::connect(address).await.is_ok() {
                return process;
            }
            if let Ok(Some(status)) = process.child.try_wait() {
                panic!("{name} ended with {status} before it listened");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} does not listen");
    }
}

fn free() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("loopback has a port left")
}

/// AWS's services as moto plays them: no authentication, any credentials do.
pub async fn moto() -> Process {
    let address = free();
    let mut command = Command::new("moto_server");
    command.args(["-H", "127.0.0.1", "-p", &address.port().to_string()]);
    Process::start(&mut command, address).await
}

/// A garage of one node with one bucket.
pub struct Garage {
    /// Its S3 side.
    pub process: Process,
    /// Bucket.
    pub bucket: &'static str,
    /// Region that it wants to be signed for.
    pub region: &'static str,
    /// Access key that may do everything in the bucket.
    pub access_key: &'static str,
    /// Its secret.
    pub secret_key: &'static str,
}

/// Starts a garage over an empty folder.
pub async fn garage(folder: &Path) -> Garage {
    let (rpc, s3) = (free(), free());
    let access_key = "GK0123456789abcdef01234567";
    let secret_key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let file = folder.join("garage.toml");
    let text = format!(
        "metadata_dir = \"{meta}\"\ndata_dir = \"{data}\"\ndb_engine = \"sqlite\"\nreplication_factor = 1\n\
         rpc_bind_addr = \"{rpc}\"\nrpc_public_addr = \"{rpc}\"\nrpc_secret = {secret_key:?}\n\
         [s3_api]\ns3_region = \"garage\"\napi_bind_addr = \"{s3}\"\n",
        meta = folder.join("meta").display(),
        data = folder.join("data").display(),
    );
    std::fs::write(&file, text).expect("the folder can be written");
    let mut command = Command::new("garage");
    command
        .arg("-c")
        .arg(&file)
        .args(["server", "--single-node", "--default-bucket"])
        .env("GARAGE_DEFAULT_ACCESS_KEY", access_key)
        .env("GARAGE_DEFAULT_SECRET_KEY", secret_key)
        .env("GARAGE_DEFAULT_BUCKET", "screener");
    Garage {
        process: Process::start(&mut command, s3).await,
        bucket: "screener",
        region: "garage",
        access_key,
        secret_key,
    }
}
