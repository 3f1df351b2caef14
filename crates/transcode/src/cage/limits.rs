//! Resource limits (setrlimit).

use libc::rlimit;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
type Resource = libc::c_int;

/// Between an ordinary program (0) and one that takes only what is left over (19).
const ENCODER_NICENESS: libc::c_int = 5;

/// Lowers a limit; a limit that is lower already stays. False where the system refused.
fn limit(resource: Resource, wanted: u64, hard: u64) -> bool {
    // SAFETY: the structure is ours and lives through both calls.
    unsafe {
        let mut now = rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        if libc::getrlimit(resource, &raw mut now) != 0 {
            return false;
        }
        let next = rlimit {
            rlim_cur: now.rlim_max.min(wanted),
            rlim_max: now.rlim_max.min(hard),
        };
        libc::setrlimit(resource, &raw const next) == 0
    }
}

/// Limits memory to `bytes`, or to three quarters of what the machine has where that is less. Answers what holds.
pub fn memory(bytes: u64) -> Option<u64> {
    let bytes = machine_memory()
        .map_or(bytes, |all| bytes.min(all / 4 * 3))
        .max(1 << 30);
    // Address space is reserved generously (thread stacks, arenas) and used sparingly: data is what counts.
    let data = limit(libc::RLIMIT_DATA, bytes, bytes);
    let space = limit(libc::RLIMIT_AS, bytes * 3, bytes * 3);
    (data || space).then_some(bytes)
}

/// Lets others go first where the processor is wanted by several: whoever watches a film while the next one is encoded.
pub fn step_back() {
    // SAFETY: a plain system call without pointers. Where it is refused the encoder competes, which harms nobody for good.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, ENCODER_NICENESS);
    }
}

/// Gives large blocks back to the system as soon as they are free. Left to itself the allocator keeps them for later when a few
/// have been freed, and pictures and packets of many sizes then leave holes that nothing fits in.
pub fn give_back() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: a plain call without pointers; a refusal changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 256 << 10);
    }
}

/// Limits processor time. The watch ends the task in words at `seconds`; the system ends it without any a little later.
pub fn processor(seconds: u64) -> bool {
    limit(libc::RLIMIT_CPU, seconds + 30, seconds + 60)
}

/// No core dump: it would hold pieces of the film.
pub fn no_core() -> bool {
    limit(libc::RLIMIT_CORE, 0, 0)
}

/// Few open files, and none larger than `largest`.
pub fn files(largest: Option<u64>) {
    limit(libc::RLIMIT_NOFILE, 256, 256);
    if let Some(largest) = largest {
        limit(libc::RLIMIT_FSIZE, largest, largest);
    }
}

fn machine_memory() -> Option<u64> {
    // SAFETY: plain system calls without pointers.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    u64::try_from(pages)
        .ok()?
        .checked_mul(u64::try_from(size).ok()?)
        .filter(|bytes| *bytes > 0)
}
