//! The cage from inside: what this process may still do once it knows its task.
//!
//! It reads the one source (and the captions beside it), writes the one folder, opens no socket, starts no program, and
//! takes no more memory and time than a film needs. What the system cannot hold is said, not hidden: see [`Cage`].

#[cfg(target_os = "linux")]
mod filesystem;
#[cfg(unix)]
mod limits;
mod needs;
#[cfg(target_os = "linux")]
mod syscalls;
mod watchdog;

use screener_wire::Failure;
use serde::Serialize;

pub use needs::Needs;
pub use watchdog::{allow_processor_time, watch};

/// Memory for a task that encodes: a 2160p ladder takes about 3 GiB.
const ENCODING_MEMORY: u64 = 8 << 30;
/// Memory for a task that only looks.
const LOOKING_MEMORY: u64 = 2 << 30;
/// Processor seconds for a task that only looks.
const LOOKING_SECONDS: u64 = 300;
/// Largest file that a task which only looks may write: a JPEG.
const LOOKING_FILE: u64 = 64 << 20;

/// What holds, in words for `doctor`-like output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cage {
    /// Files: `landlock (ABI 7)`, or why it does not hold.
    pub files: String,
    /// Sockets: `closed`, or why not.
    pub network: String,
    /// Programs: `closed`, or why not.
    pub programs: String,
    /// Bytes of memory, where limited.
    pub memory: Option<u64>,
    /// Processor seconds, where limited. An encode gets its measure when the film's length is known.
    pub processor_seconds: Option<u64>,
    /// No core dumps, no new privileges.
    pub hardened: bool,
}

/// Makes the kernel end this process when its parent ends, where the kernel can.
pub fn leave_with_parent() {
    #[cfg(target_os = "linux")]
    // SAFETY: plain system calls without pointers.
    unsafe {
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL);
    }
}

/// Closes the cage around this process. To be called before other threads are started. What the system cannot hold is
/// reported; a folder that cannot be written is a failure.
pub fn enter(needs: &Needs) -> Result<Cage, Failure> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "other systems report more"))]
    let mut cage = Cage {
        files: "open: this system has no landlock".into(),
        network: "open: this system has no seccomp".into(),
        programs: "open: this system has no seccomp".into(),
        ..Cage::default()
    };
    #[cfg(unix)]
    {
        let (memory, seconds) = if needs.encodes {
            (ENCODING_MEMORY, None)
        } else {
            (LOOKING_MEMORY, Some(LOOKING_SECONDS))
        };
        limits::give_back();
        if needs.encodes {
            limits::step_back();
        }
        cage.memory = limits::memory(memory);
        cage.processor_seconds = seconds.filter(|seconds| limits::processor(*seconds));
        cage.hardened = limits::no_core();
        limits::files(if needs.encodes { None } else { Some(LOOKING_FILE) });
        watchdog::set_processor_seconds(seconds);
    }
    for folder in &needs.write {
        std::fs::create_dir_all(folder)
            .map_err(|error| crate::error::write_failed(std::path::Path::new(folder), &error))?;
    }
    #[cfg(target_os = "linux")]
    {
        // SAFETY: a plain system call without pointers.
        cage.hardened &= unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) } == 0;
        cage.files = filesystem::close(needs);
        let closed = syscalls::close();
        cage.network.clone_from(&closed);
        cage.programs = closed;
    }
    #[cfg(not(unix))]
    let _ = needs;
    Ok(cage)
}
