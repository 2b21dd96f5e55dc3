//! The helper mode of our own programs: carries one question of ssh to the app, and the answer back.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::ExitCode;

use super::{ADDRESS, Answered, Asked, LONGEST_LINE, TOKEN};
use crate::platform;

/// Answers ssh if this process was started by it to ask; call it first thing in `main`, and end
/// with the code if there is one.
///
/// The environment decides: only an ssh of ours has our variables, and ssh gives exactly one
/// argument, its question.
pub fn askpass_main_if_requested() -> Option<ExitCode> {
    let address = std::env::var(ADDRESS).ok()?;
    let token = std::env::var(TOKEN).ok()?;
    let mut arguments = std::env::args().skip(1);
    let prompt = arguments.next()?;
    if arguments.next().is_some() {
        return None;
    }
    let hint = std::env::var("SSH_ASKPASS_PROMPT").unwrap_or_default();
    Some(
        match ask(
            &address,
            &Asked {
                token,
                prompt,
                hint,
            },
        ) {
            Ok(Some(answer)) => {
                let mut stdout = std::io::stdout().lock();
                match stdout
                    .write_all(answer.as_bytes())
                    .and_then(|()| stdout.write_all(b"\n"))
                {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(_) => ExitCode::FAILURE,
                }
            }
            // to ssh the same: no answer
            Ok(None) | Err(_) => ExitCode::FAILURE,
        },
    )
}

fn ask(address: &str, asked: &Asked) -> std::io::Result<Option<String>> {
    let mut stream = platform::connect_private(address)?;
    let mut line = serde_json::to_string(asked)?;
    line.push('\n');
    stream.write_all(line.as_bytes())?;
    let mut answer = String::new();
    BufReader::new(stream.take(LONGEST_LINE)).read_line(&mut answer)?;
    Ok(serde_json::from_str::<Answered>(&answer)?.answer)
}
