//! `screener`: the terminal's shell. Parses, calls `app`, prints; holds no logic that the window would need as well.

mod args;
mod aws_args;
mod out;
mod progress;
mod stop;
mod verbs;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;
use screener_app::{AppError, Cause};

use crate::args::Cli;
use crate::out::Out;

/// Done.
const DONE: u8 = 0;
/// It could not be done.
const FAILED: u8 = 1;
/// It was typed wrongly.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return ExitCode::from(usage(&error)),
    };
    if cli.global.verbose {
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .with_env_filter(
                tracing_subscriber::EnvFilter::try_from_default_env()
                    .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
            )
            .init();
    }
    let out = Out { json: cli.global.json };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            out.error(&AppError::internal(format!(
                "The program could not start its threads: {error}."
            )));
            return ExitCode::from(FAILED);
        }
    };
    let code = match runtime.block_on(verbs::run(cli, out)) {
        Ok(true) => DONE,
        Ok(false) => FAILED,
        Err(error) => {
            out.error(&error);
            FAILED
        }
    };
    // A blocked keychain call or a reader of stdin must not keep the program alive.
    runtime.shutdown_background();
    ExitCode::from(code)
}

/// clap's words, or the same as JSON.
fn usage(error: &clap::Error) -> u8 {
    let help = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json = std::env::args_os()
        .take_while(|arg| arg != "--")
        .any(|arg| arg == "--json");
    if json && !asked {
        let text = error.render().to_string();
        let message = if help {
            "No verb was given.".to_owned()
        } else {
            let first = text.split("\n\n").next().unwrap_or(&text);
            first
                .trim_start_matches("error: ")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        };
        Out { json: true }.error(&Cause::Usage { words: message }.into());
    } else {
        // Printing fails only when nobody reads.
        let _ = error.print();
    }
    if asked { DONE } else { USAGE }
}
