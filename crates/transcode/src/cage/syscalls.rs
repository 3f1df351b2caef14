//! Seccomp: system calls that no film needs. Sockets of every kind, other programs, other processes' memory.

use std::io::Error;

use libc::{c_long, sock_filter, sock_fprog};

#[cfg(target_arch = "x86_64")]
const ARCHITECTURE: Option<u32> = Some(0xC000_003E);
#[cfg(target_arch = "aarch64")]
const ARCHITECTURE: Option<u32> = Some(0xC000_00B7);
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const ARCHITECTURE: Option<u32> = None;

const REFUSED: &[c_long] = &[
    libc::SYS_socket,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_execve,
    libc::SYS_execveat,
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    libc::SYS_io_uring_setup,
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_keyctl,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_mount,
    libc::SYS_unshare,
    libc::SYS_setns,
    libc::SYS_open_by_handle_at,
];

/// Refuses them from now on, in every thread. Answers what holds, in words.
pub fn close() -> String {
    let Some(architecture) = ARCHITECTURE else {
        return "open: seccomp is not written for this processor".into();
    };
    let program = program(architecture);
    let Ok(length) = u16::try_from(program.len()) else {
        return "open: the filter is too long".into();
    };
    let filter = sock_fprog {
        len: length,
        filter: program.as_ptr().cast_mut(),
    };
    // SAFETY: the kernel copies the program, which lives through the call; no-new-privileges was set before.
    let refused = unsafe {
        libc::syscall(
            libc::SYS_seccomp,
            libc::SECCOMP_SET_MODE_FILTER,
            libc::SECCOMP_FILTER_FLAG_TSYNC,
            &raw const filter,
        )
    };
    match refused {
        0 => "closed: seccomp".into(),
        _ => format!("open: seccomp could not be set up ({})", Error::last_os_error()),
    }
}

/// Classic BPF over `struct seccomp_data { int nr; __u32 arch; … }`.
fn program(architecture: u32) -> Vec<sock_filter> {
    const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const EQUAL: u16 = (libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K) as u16;
    const AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    let step = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    let refuse = libc::SECCOMP_RET_ERRNO | libc::EPERM as u32;
    let count = REFUSED.len() as u8;
    let mut program = vec![
        step(LOAD, 0, 0, 4),
        step(EQUAL, 0, count + 3, architecture),
        step(LOAD, 0, 0, 0),
        // The x32 numbers of the same calls.
        step(AT_LEAST, count + 1, 0, 0x4000_0000),
    ];
    for (at, call) in REFUSED.iter().enumerate() {
        program.push(step(EQUAL, count - at as u8, 0, *call as u32));
    }
    program.push(step(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW));
    program.push(step(RETURN, 0, 0, refuse));
    program
}
