//! The worker's life: it reads the task, starts what it asks for, and tells how it ended.

mod capabilities;
mod reach;

use std::io::BufRead;
use std::process::ExitCode;

use screener_wire::{Cause, Command, Event, Failure, Task, VERSION};

use crate::session::Session;
use crate::stills::single;
use crate::{cage, input, inspect, probe, transcode};

/// The whole life of a worker process.
pub fn run() -> ExitCode {
    cage::leave_with_parent();
    let mut first = String::new();
    if std::io::stdin().lock().read_line(&mut first).is_err() || first.trim().is_empty() {
        return ExitCode::from(2);
    }
    let session = Session::new(Box::new(std::io::stdout()));
    let ended = serde_json::from_str::<Task>(&first)
        .map_err(|error| {
            Cause::BadTask {
                error: error.to_string(),
            }
            .into()
        })
        .and_then(|task| {
            let named = name(&task);
            // Before any other thread is there: some bars of the cage hold only for the thread that sets them, and its children.
            let held = cage::enter(&reach::needs(&task))?;
            let listening = session.clone();
            std::thread::spawn(move || listen(&listening));
            cage::watch(&session, named.as_deref());
            perform(&session, task, &held).map_err(|failure| naming(failure, named.as_deref()))
        });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            session.tell(&Event::Failed(failure));
            ExitCode::FAILURE
        }
    }
}

/// Commands until stdin closes: then there is nobody left to work for.
fn listen(session: &Session) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        match serde_json::from_str(&line) {
            Ok(Command::Credit { groups }) => session.credit(groups),
            Ok(Command::Cancel) => session.stop(),
            Err(error) => eprintln!("a command was not understood: {error}"),
        }
    }
    // Segments are renamed into place whole, so leaving at once loses nothing that was told.
    std::process::exit(3);
}

fn perform(session: &Session, task: Task, held: &cage::Cage) -> Result<(), Failure> {
    match task {
        Task::Probe { version, file } => {
            speaks(version)?;
            let source = probe::probe(&file)?;
            session.tell(&Event::Probed {
                source: Box::new(source),
            });
            Ok(())
        }
        Task::Plan { version, file, wishes } => {
            speaks(version)?;
            let plan = probe::plan(&file, &wishes, None)?;
            session.tell(&Event::Planned { plan: Box::new(plan) });
            Ok(())
        }
        Task::Transcode(task) => {
            speaks(task.version)?;
            transcode::transcode(session, &task)
        }
        Task::Still { version, file, at, out } => {
            speaks(version)?;
            let value = single::still(&file, at, &out)?;
            session.tell(&Event::Answer { value });
            Ok(())
        }
        Task::Inspect { version, folder } => {
            speaks(version)?;
            let value = inspect::inspect(&folder)?;
            session.tell(&Event::Answer { value });
            Ok(())
        }
        Task::Capabilities { version } => {
            speaks(version)?;
            let value = capabilities::capabilities(held);
            session.tell(&Event::Answer { value });
            Ok(())
        }
    }
}

/// The source's own name, for messages.
fn name(task: &Task) -> Option<String> {
    match task {
        Task::Probe { file, .. } | Task::Plan { file, .. } | Task::Still { file, .. } => Some(input::name_of(file)),
        Task::Transcode(task) => Some(input::name_of(&task.file)),
        Task::Inspect { .. } | Task::Capabilities { .. } => None,
    }
}

/// A message that does not say which file it is about begins with its name.
fn naming(mut failure: Failure, name: Option<&str>) -> Failure {
    if let Some(name) = name
        .filter(|name| !name.is_empty() && !failure.message.contains(*name) && failure.code != Cause::Cancelled.code())
    {
        failure.message = format!("{name}: {}", failure.message);
    }
    failure
}

fn speaks(version: u32) -> Result<(), Failure> {
    if version == VERSION {
        return Ok(());
    }
    Err(Cause::WrongVersion {
        spoken: VERSION,
        asked: version,
    }
    .into())
}
