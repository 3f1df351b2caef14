//! Landlock: which files this process may still reach.

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError,
    RulesetStatus, Scope, path_beneath_rules,
};

use super::needs::Needs;

/// What libraries look at by themselves: other libraries (hardware encoders load theirs late), the number of processors.
const LIBRARIES: &[&str] = &[
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/etc/ld.so.cache",
    "/usr/share/libdrm",
    "/usr/share/glvnd",
    "/etc/glvnd",
    "/sys/devices",
    "/sys/dev",
    "/sys/bus/pci",
    "/sys/class/drm",
    "/sys/fs/cgroup",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/sys/vm",
    "/proc/driver/nvidia",
    "/dev/urandom",
];

/// Graphics hardware, for encoders that live there.
const HARDWARE: &[&str] = &[
    "/dev/null",
    "/dev/dri",
    "/dev/nvidia0",
    "/dev/nvidiactl",
    "/dev/nvidia-uvm",
    "/dev/nvidia-uvm-tools",
    "/dev/nvidia-caps",
];

/// Closes every other file, TCP, abstract sockets and signals to others. Answers what holds, in words.
pub fn close(needs: &Needs) -> String {
    match restrict(needs) {
        Ok(status) => status,
        Err(error) => format!("open: landlock could not be set up ({error})"),
    }
}

fn restrict(needs: &Needs) -> Result<String, RulesetError> {
    let abi = ABI::V6;
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    let mut ruleset = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .add_rules(path_beneath_rules(LIBRARIES, read))?
        .add_rules(path_beneath_rules(&needs.read, read))?
        .add_rules(path_beneath_rules(
            &needs.write,
            AccessFs::from_all(abi) & !AccessFs::Execute,
        ))?;
    if needs.encodes {
        ruleset = ruleset.add_rules(path_beneath_rules(
            HARDWARE,
            read | AccessFs::WriteFile | AccessFs::IoctlDev,
        ))?;
    }
    let status = ruleset.restrict_self()?;
    let held = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => format!("landlock (ABI {})", effective_abi as i32),
        LandlockStatus::NotEnabled => "landlock is switched off in this kernel".into(),
        LandlockStatus::NotImplemented => "this kernel has no landlock".into(),
    };
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => format!("closed: {held}"),
        RulesetStatus::PartiallyEnforced => format!("closed in part: {held}"),
        RulesetStatus::NotEnforced => format!("open: {held}"),
    })
}
