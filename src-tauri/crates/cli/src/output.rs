//! What a command prints: one JSON document, or text for people.

use std::io::Write as _;
use std::process::ExitCode;

use engine::EngineError;
use model::Failure;
use serde::Serialize;
use serde_json::{Value, json};

/// What a command prints, and whether it went well.
#[derive(Debug)]
pub struct Output {
    json: Value,
    text: String,
    failed: bool,
}

impl Output {
    /// A command that went well.
    pub fn new(json: &impl Serialize, text: impl Into<String>) -> Self {
        let json = serde_json::to_value(json).expect("wire values are JSON");
        Self {
            json,
            text: text.into(),
            failed: false,
        }
    }

    /// Nothing more to print: it was printed on the way.
    pub fn nothing() -> Self {
        Self {
            json: Value::Null,
            text: String::new(),
            failed: false,
        }
    }

    /// A command that failed before it had anything to tell.
    pub fn failure(error: EngineError) -> Self {
        let text = say(&error.message, error.hint.as_deref());
        let fields: Vec<Value> = error
            .wrong
            .iter()
            .map(|wrong| json!({ "part": wrong.part, "message": wrong.message }))
            .collect();
        let mut wire = json!({
            "code": error.code, "message": error.message, "hint": error.hint, "detail": error.detail,
        });
        if !fields.is_empty() {
            wire["fields"] = Value::Array(fields);
        }
        Self {
            json: json!({ "error": wire }),
            text,
            failed: true,
        }
    }

    /// The same, but failed for this reason: what was told stays, the error is added.
    #[must_use]
    pub fn failed_by(mut self, failure: &Failure) -> Self {
        self.failed = true;
        if let Value::Object(document) = &mut self.json {
            let error = json!({
                "code": failure.code, "message": failure.message,
                "hint": failure.hint, "detail": failure.detail,
            });
            document.insert("error".to_owned(), error);
        }
        self
    }

    /// Prints it and gives the exit status.
    pub fn print(self, as_json: bool) -> ExitCode {
        let mut stdout = std::io::stdout().lock();
        // nobody reading any more is no fault of the command
        let _ = match (as_json, &self.json) {
            (true, Value::Null) => Ok(()),
            (true, json) => writeln!(stdout, "{json}"),
            (false, _) if self.text.is_empty() => Ok(()),
            (false, _)
                if self.failed
                    && !self.json.get("error").is_none_or(Value::is_null)
                    && self.only_error() =>
            {
                writeln!(std::io::stderr().lock(), "innkeeperctl: {}", self.text)
            }
            (false, _) => writeln!(stdout, "{}", self.text),
        };
        if self.failed {
            ExitCode::from(1)
        } else {
            ExitCode::SUCCESS
        }
    }

    fn only_error(&self) -> bool {
        self.json
            .as_object()
            .is_some_and(|document| document.len() == 1)
    }
}

/// A failure as two lines: what happened, what to do.
pub fn say(message: &str, hint: Option<&str>) -> String {
    hint.map_or_else(|| message.to_owned(), |hint| format!("{message}\n  {hint}"))
}

/// Lines with their columns under each other. Control characters of hosts and guests are shown, not
/// sent to the terminal.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let clean: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| printable(cell)).collect())
        .collect();
    let widths: Vec<usize> = head
        .iter()
        .enumerate()
        .map(|(column, title)| {
            let longest = clean
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0);
            longest.max(title.chars().count())
        })
        .collect();
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.chars().count())))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(head.to_vec())];
    lines.extend(
        clean
            .iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    lines.join("\n")
}

/// `text` without what could steer a terminal, and cut to what a cell can show.
pub fn printable(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .map(|character| match character {
            '\n' => '␤',
            '\u{1b}' => '␛',
            // marks that turn the direction of all that follows
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '␣',
            character if character.is_control() => '�',
            character => character,
        })
        .collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hosts_text_cannot_steer_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[31mred\nb\u{202e}c\u{7}"),
            "a␛[31mred␤b␣c�"
        );
        assert_eq!(printable(&"x".repeat(1_000_000)).chars().count(), 61);
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = vec![
            vec!["a".to_owned(), "1".to_owned()],
            vec!["long".to_owned(), "2".to_owned()],
        ];
        assert_eq!(table(&["VM", "N"], &rows), "VM    N\na     1\nlong  2");
    }
}
