//! `innkeeperctl display`: the console bridge as the window opens it, for a program that speaks the display's
//! protocol.

use std::io::Write as _;

use engine::{Client, ConsoleEnd, ConsoleWhat, Engine, EngineError};
use model::ErrorCode;
use serde_json::json;

use super::reach;
use crate::output::Output;
use crate::{Done, signals};

/// Opens a display, writes one line that says where, and serves until the client leaves, the VM ends or
/// this process is told to end.
pub async fn serve(engine: &Engine, name: &str, index: Option<u8>) -> Done {
    let vm = reach(engine, name).await?;
    let consoles = app::consoles(engine.consoles(&vm).await?);
    let mut displays = consoles.displays.into_iter();
    let display = match index {
        Some(index) => displays.find(|display| display.index == index),
        None => displays.next(),
    };
    let display = display.ok_or_else(|| match index {
        Some(index) => EngineError::new(
            ErrorCode::InvalidInput,
            format!("The VM has no display {index}."),
        ),
        None => EngineError::new(ErrorCode::Unsupported, "The VM has no display.")
            .with_hint("Its serial console may do: innkeeperctl console"),
    })?;
    let what = ConsoleWhat::Display {
        index: display.index,
    };
    let opened = engine.open_console(&vm, what, Client::Program).await?;
    let line = json!({
        "kind": display.kind, "address": display.address, "tunnelled": display.tunnelled,
        "websocket": opened.url,
    });
    let mut stdout = std::io::stdout().lock();
    // nobody reading it is no fault: the console ends by itself when nobody comes
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    drop(stdout);
    let end = tokio::select! {
        end = engine.console_ended(opened.id) => end,
        () = signals::told_to_end() => return Ok(Output::nothing()),
    };
    match end {
        ConsoleEnd::Left | ConsoleEnd::VmEnded | ConsoleEnd::Closed => Ok(Output::nothing()),
        ConsoleEnd::Unused => {
            eprintln!("innkeeperctl: nobody came for the display in time");
            Ok(Output::nothing())
        }
        ConsoleEnd::Failed(code) => {
            Err(EngineError::new(code, "The way to the VM's display broke."))
        }
    }
}
