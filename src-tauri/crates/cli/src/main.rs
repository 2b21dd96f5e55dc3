//! `innkeeperctl`: the engine and the inventory without a window.
//!
//! Contract with scripts: every command takes `--json` and then writes exactly one document to
//! stdout (`watch`: one a line; `console`: what the guest says), with stable keys; logs go to stderr; the exit status is 0 for done,
//! 1 for failed with an `error` of `code`, `message` and `hint`, 2 for wrong usage.
#![forbid(unsafe_code)]

mod act;
mod arguments;
mod ask;
mod connection;
mod console;
mod detached;
mod list;
mod output;
mod show;
mod signals;
mod sync;
mod task;
mod watch;

use std::process::ExitCode;

use app::{Opened, Place, Role};
use engine::{Engine, EngineError};
use model::ErrorCode;

use arguments::{Arguments, Command};
use output::Output;

/// A command that failed, with what it has to print.
type Done = Result<Output, EngineError>;

fn main() -> ExitCode {
    // ssh runs this program again to ask its questions
    if let Some(code) = driver_libvirt::askpass_main_if_requested() {
        return code;
    }
    let arguments = Arguments::of(std::env::args_os());
    app::log_to_stderr();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => {
            let result = runtime.block_on(run(&arguments));
            // a libvirt call that never returns must not hold up the exit
            runtime.shutdown_background();
            result
        }
        Err(error) => Err(internal(format!("Cannot start: {error}."))),
    };
    match result {
        Ok(output) => output.print(arguments.json),
        Err(error) => Output::failure(error).print(arguments.json),
    }
}

async fn run(arguments: &Arguments) -> Done {
    if let Command::Act(act) = &arguments.command
        && act.no_wait
        && !detached::is_detached()
    {
        return detached::start();
    }
    let place = Place::of_this_user()
        .ok_or_else(|| internal("This system names no folder for data. Set INNKEEPER_DATA_DIR."))?;
    let role = match arguments.command {
        Command::Watch => Role::Watch,
        _ => Role::Command {
            asks: ask::possible(),
        },
    };
    let Opened { engine, notices } = app::open(&place, role).await?;
    for notice in notices {
        eprintln!("innkeeperctl: {}", notice.message);
    }
    let answering = ask::answer_at_terminal(&engine);
    let result = dispatch(&engine, &arguments.command).await;
    answering.abort();
    engine.close().await;
    result
}

async fn dispatch(engine: &Engine, command: &Command) -> Done {
    match command {
        Command::Connection(command) => connection::run(engine, command).await,
        Command::Sync { names, details } => sync::run(engine, names, *details).await,
        Command::List(list) => list::run(engine, list).await,
        Command::Show(show) => show::run(engine, show).await,
        Command::Act(act) => act::run(engine, act).await,
        Command::Note { vm, text } => {
            let vm = engine.find_vm(vm)?;
            engine.set_note(&vm, text).await?;
            Ok(Output::new(&serde_json::json!({ "note": text }), "Noted."))
        }
        Command::Task(command) => task::run(engine, command).await,
        Command::Watch => watch::run(engine).await,
        Command::Console(command) => console::run(engine, command).await,
    }
}

fn internal(message: impl Into<String>) -> EngineError {
    EngineError::new(ErrorCode::Internal, message)
}
