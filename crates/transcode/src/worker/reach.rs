//! What a task must be able to reach: the cage is closed around the rest.

use screener_wire::Task;

use crate::cage::Needs;
use crate::captions::sidecar;
use crate::stills::single;

/// What a task needs. Looks for captions beside the source, which the cage would hide.
pub fn needs(task: &Task) -> Needs {
    let with_captions = |file: &String| {
        let beside = sidecar::beside(file);
        std::iter::once(file.clone())
            .chain(beside.iter().map(|beside| beside.path.to_string_lossy().into_owned()))
            .collect()
    };
    match task {
        Task::Probe { file, .. } | Task::Plan { file, .. } => Needs {
            read: with_captions(file),
            ..Needs::default()
        },
        Task::Transcode(task) => Needs {
            read: with_captions(&task.file),
            write: vec![task.out.clone()],
            encodes: true,
        },
        Task::Still { file, out, .. } => Needs {
            read: vec![single::reads(file)],
            // The folder: the file itself is not there yet, and landlock knows only what is.
            write: std::path::Path::new(out)
                .parent()
                .map(|folder| folder.to_string_lossy().into_owned())
                .into_iter()
                .collect(),
            encodes: false,
        },
        Task::Inspect { folder, .. } => Needs {
            read: vec![folder.clone()],
            ..Needs::default()
        },
        // The trial of an encoder is an encode.
        Task::Capabilities { .. } => Needs {
            encodes: true,
            ..Needs::default()
        },
    }
}
