//! `innkeeperctl console`, `screenshot`, `type` and `display`: a VM's lines, pictures, keys and displays.
//!
//! Invariant: each ends as soon as it is told to (Ctrl+C, or a signal), and leaves the terminal as it was.

mod display;
mod terminal;

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use driver::{Consoles, LineInfo, LineKind, Takeover};
use engine::{Engine, EngineError, Pace};
use model::{ErrorCode, VmId};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::output::{Output, printable, table};
use crate::{Done, act, internal, signals};

/// More than this is no text to type.
const LONGEST_TEXT: u64 = 1 << 20;

/// Ways to look at a running VM, and to press its keys.
#[derive(Debug, Subcommand)]
pub enum ConsoleCommand {
    /// Attaches this terminal to a VM's serial console. Ctrl+] leaves.
    Console(Attach),
    /// Writes a picture of a VM's screen.
    Screenshot {
        /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
        vm: String,
        /// The PNG file to write; `-` for standard output.
        file: PathBuf,
    },
    /// Types a text into a VM, or presses keys together.
    Type(Type),
    /// Opens a VM's display behind a WebSocket of this computer, writes where, and serves one client.
    Display {
        /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
        vm: String,
        /// Which display, counted from 0; the first one when it is left out.
        #[arg(long)]
        index: Option<u8>,
    },
}

/// What to attach to.
#[derive(Debug, Args)]
pub struct Attach {
    /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
    pub vm: String,
    /// Which line, as --list names it; the first serial one when it is left out.
    #[arg(long, value_name = "ALIAS")]
    pub line: Option<String>,
    /// Cut off whoever has it open.
    #[arg(long)]
    pub force: bool,
    /// List the VM's displays and lines instead.
    #[arg(long, conflicts_with_all = ["line", "force"])]
    pub list: bool,
}

/// What to type.
#[derive(Debug, Args)]
pub struct Type {
    /// CONNECTION/NAME, a UUID, or an unambiguous NAME.
    vm: String,
    /// The text; `-` reads it from standard input, where nobody else on this computer sees it. Line
    /// ends are typed as Enter.
    #[arg(
        long,
        allow_hyphen_values = true,
        required_unless_present = "keys",
        conflicts_with = "keys"
    )]
    text: Option<String>,
    /// Keys to press together: ctrl-alt-delete, ctrl-alt-f1, f2, sysrq-s, super, mute, play-pause, …
    #[arg(long)]
    keys: Option<String>,
    /// The keyboard layout that the guest is set to: us, gb, de, fr, es, it, se or ch-de.
    #[arg(long, default_value = "us")]
    layout: String,
    /// Milliseconds from one key to the next.
    #[arg(long, value_name = "MS", default_value_t = 20)]
    pace: u32,
}

pub async fn run(engine: &Engine, command: &ConsoleCommand) -> Done {
    match command {
        ConsoleCommand::Console(attach) if attach.list => list(engine, &attach.vm).await,
        ConsoleCommand::Console(attach) => console(engine, attach).await,
        ConsoleCommand::Screenshot { vm, file } => screenshot(engine, vm, file).await,
        ConsoleCommand::Type(what) => keys(engine, what).await,
        ConsoleCommand::Display { vm, index } => display::serve(engine, vm, *index).await,
    }
}

/// The VM of this name, its host open.
async fn reach(engine: &Engine, name: &str) -> Result<VmId, EngineError> {
    let vm = act::find(engine, name).await?;
    engine.ready(vm.connection).await?;
    // what has the name now counts: the host may have removed a VM and made it again
    engine.find_vm(name)
}

async fn list(engine: &Engine, name: &str) -> Done {
    let vm = reach(engine, name).await?;
    let wire = app::consoles(engine.consoles(&vm).await?);
    let displays = wire.displays.iter().map(|display| {
        vec![
            display.index.to_string(),
            format!("{:?}", display.kind),
            display.address.clone(),
        ]
    });
    let lines = wire.lines.iter().map(|line| {
        vec![
            line.alias.clone(),
            line.label.clone(),
            line.unusable.clone().unwrap_or_default(),
        ]
    });
    let rows: Vec<Vec<String>> = displays.chain(lines).collect();
    let text = table(&["DISPLAY, LINE", "WHAT", ""], &rows);
    Ok(Output::new(&wire, text))
}

async fn console(engine: &Engine, attach: &Attach) -> Done {
    let vm = reach(engine, &attach.vm).await?;
    let alias = match &attach.line {
        Some(alias) => alias.clone(),
        None => usual_line(&engine.consoles(&vm).await?)?.alias.clone(),
    };
    let takeover = if attach.force {
        Takeover::Force
    } else {
        Takeover::Refuse
    };
    let attached = engine.attach_line(&vm, &alias, takeover).await;
    let pipe = attached.map_err(|error| match error.code {
        ErrorCode::Conflict if !attach.force => {
            error.with_hint("Take it over, which cuts the other off: --force")
        }
        _ => error,
    })?;
    let name = engine.vm(&vm).map(|vm| vm.summary.name.clone());
    let name = printable(&name.unwrap_or_default());
    terminal::attach(pipe, &format!("{} of {name}", printable(&alias))).await?;
    // what there was to print came from the guest
    Ok(Output::nothing())
}

/// The line that is attached to when none is named.
fn usual_line(consoles: &Consoles) -> Result<&LineInfo, EngineError> {
    let usable = || consoles.lines.iter().filter(|line| line.unusable.is_none());
    let serial = usable().find(|line| line.kind == LineKind::Serial);
    serial.or_else(|| usable().next()).ok_or_else(|| {
        let why = consoles
            .lines
            .iter()
            .find_map(|line| line.unusable.as_deref());
        let message = why.map_or_else(
            || "The VM has no serial console.".to_owned(),
            |why| format!("The VM's serial console cannot be opened: {why}"),
        );
        EngineError::new(ErrorCode::Unsupported, message)
            .with_hint("Its definition needs a <serial type='pty'> or a <console type='pty'>.")
    })
}

async fn screenshot(engine: &Engine, name: &str, file: &Path) -> Done {
    let vm = reach(engine, name).await?;
    let picture = engine.screenshot(&vm).await?;
    if file.as_os_str() == "-" {
        let mut stdout = std::io::stdout().lock();
        stdout
            .write_all(&picture.png)
            .and_then(|()| stdout.flush())
            .map_err(|error| internal(format!("Cannot write the picture: {error}.")))?;
        return Ok(Output::nothing());
    }
    std::fs::write(file, &picture.png)
        .map_err(|error| internal(format!("Cannot write {}: {error}.", file.display())))?;
    let text = format!(
        "{}: {} × {} pixels",
        file.display(),
        picture.width,
        picture.height
    );
    let wire = json!({
        "file": file, "width": picture.width, "height": picture.height, "bytes": picture.png.len(),
    });
    Ok(Output::new(&wire, text))
}

async fn keys(engine: &Engine, what: &Type) -> Done {
    let text = match (&what.keys, what.text.as_deref()) {
        (Some(chord), _) => {
            let vm = reach(engine, &what.vm).await?;
            engine.send_chord(&vm, chord).await?;
            return Ok(Output::new(&json!({ "pressed": chord }), "Pressed."));
        }
        (None, Some("-")) => standard_input()?,
        (None, text) => text.unwrap_or_default().to_owned(),
    };
    // before a host is waited for: what cannot be typed never will be
    engine.check_text(&text, &what.layout)?;
    let vm = reach(engine, &what.vm).await?;
    let cancel = CancellationToken::new();
    let pace = Pace::from_millis(what.pace);
    let typing = engine.type_text_through(&vm, &text, &what.layout, pace, &cancel);
    tokio::pin!(typing);
    let typed = tokio::select! {
        typed = &mut typing => typed,
        () = signals::told_to_end() => {
            cancel.cancel();
            // ends after the key that is down
            typing.await
        }
    }?;
    Ok(Output::new(
        &json!({ "keys": typed }),
        format!("Typed, {typed} keys."),
    ))
}

fn standard_input() -> Result<String, EngineError> {
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LONGEST_TEXT)
        .read_to_string(&mut text);
    let refused = |error: std::io::Error| {
        EngineError::new(
            ErrorCode::InvalidInput,
            format!("Cannot read the text: {error}."),
        )
    };
    read.map_err(refused).map(|_| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(alias: &str, kind: LineKind, unusable: Option<&str>) -> LineInfo {
        LineInfo {
            alias: alias.to_owned(),
            kind,
            target: String::new(),
            label: String::new(),
            unusable: unusable.map(str::to_owned),
        }
    }

    #[test]
    fn the_first_serial_line_that_can_be_opened_is_the_usual_one() {
        let virtio = line("console1", LineKind::Console, None);
        let file = line("serial0", LineKind::Serial, Some("It is a file."));
        let serial = line("serial1", LineKind::Serial, None);
        let of = |lines: Vec<LineInfo>| {
            usual_line(&Consoles {
                lines,
                ..Consoles::default()
            })
            .map(|line| line.alias.clone())
            .map_err(|error| (error.code, error.message))
        };
        let all = vec![virtio.clone(), file.clone(), serial];
        assert_eq!(of(all).as_deref(), Ok("serial1"));
        assert_eq!(of(vec![file.clone(), virtio]).as_deref(), Ok("console1"));
        let (code, message) = of(vec![file]).expect_err("nothing can be opened");
        assert_eq!(code, ErrorCode::Unsupported);
        assert!(message.contains("It is a file."), "{message}");
        assert!(of(Vec::new()).is_err());
    }
}
