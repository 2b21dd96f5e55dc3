//! Hosts' questions, asked at the terminal when there is one.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use driver::{Answer, Question, Secret};
use engine::bus::Next;
use engine::{Engine, EngineEvent, PromptView};
use tokio::task::JoinHandle;

/// Whether there is somebody to ask.
pub fn possible() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Answers questions for as long as the command runs.
pub fn answer_at_terminal(engine: &Engine) -> JoinHandle<()> {
    let engine = engine.clone();
    let mut changes = engine.subscribe();
    tokio::spawn(async move {
        loop {
            match changes.next().await {
                Next::Event(EngineEvent::Prompt(Some(prompt))) => {
                    let id = prompt.id;
                    let (sender, answer) = tokio::sync::oneshot::channel();
                    // reading a terminal blocks until somebody types, perhaps for ever
                    std::thread::spawn(move || sender.send(ask(&prompt)));
                    engine.answer(id, answer.await.ok().flatten());
                }
                Next::Event(_) | Next::Missed => {}
                Next::Closed => return,
            }
        }
    })
}

fn ask(prompt: &PromptView) -> Option<Answer> {
    let host = &prompt.connection_name;
    let text = match &prompt.question {
        Question::NewHostKey {
            host: name,
            key_type,
            fingerprint,
        } => {
            eprint!(
                "{host}: the {key_type} key of {name} is not known yet.\n  {fingerprint}\n\
                 Is it the right one? Type yes to trust it: "
            );
            std::io::stderr().flush().ok()?;
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).ok()?;
            return (line.trim() == "yes").then_some(Answer::TrustHostKey);
        }
        Question::Password { text } | Question::Other { text } => format!("{host}: {text} "),
        Question::Passphrase { key } => format!("{host}: passphrase for {key}: "),
    };
    rpassword::prompt_password(text)
        .ok()
        .map(|typed| Answer::Text(Secret::new(typed)))
}
