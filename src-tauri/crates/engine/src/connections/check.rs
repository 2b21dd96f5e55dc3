//! What is wrong with a connection's form.

use driver::Drivers;
use model::ConnectionSettings;
use model::address::WrongPart;

const LONGEST: usize = 200;

/// The same without white space around, and without empty fields.
pub(super) fn trimmed(mut settings: ConnectionSettings) -> ConnectionSettings {
    for text in [&mut settings.name, &mut settings.uri, &mut settings.folder] {
        *text = text.trim().to_owned();
    }
    for text in [&mut settings.key_file, &mut settings.remote_socket] {
        *text = text.take().map(|text| text.trim().to_owned());
        text.take_if(|text| text.is_empty());
    }
    settings
}

/// The fields that are wrong by themselves.
pub(super) fn wrong_parts(settings: &ConnectionSettings, drivers: &Drivers) -> Vec<WrongPart> {
    let wrong = [
        name(&settings.name),
        drivers.check_uri(&settings.uri).err(),
        folder(&settings.folder),
        settings.key_file.as_deref().and_then(key_file),
        settings.remote_socket.as_deref().and_then(remote_socket),
    ];
    wrong.into_iter().flatten().collect()
}

fn name(name: &str) -> Option<WrongPart> {
    let wrong = |message: &str| Some(WrongPart::new("name", message));
    if name.is_empty() {
        return wrong("A connection needs a name.");
    }
    if name.contains('/') {
        return wrong("A name has no ‘/’: it stands between a connection and its VM.");
    }
    line(name).and_then(|problem| wrong(&format!("A name {problem}.")))
}

fn folder(folder: &str) -> Option<WrongPart> {
    let wrong = |message: &str| Some(WrongPart::new("folder", message));
    if !folder.is_empty() && folder.split('/').any(|part| part.trim().is_empty()) {
        return wrong("A folder is written as Site/Room, with a name on both sides of each ‘/’.");
    }
    line(folder).and_then(|problem| wrong(&format!("A folder {problem}.")))
}

fn key_file(path: &str) -> Option<WrongPart> {
    line(path).map(|problem| WrongPart::new("key_file", format!("A file’s path {problem}.")))
}

fn remote_socket(path: &str) -> Option<WrongPart> {
    if !path.starts_with('/') {
        let message = "The socket’s path on the host begins with ‘/’.";
        return Some(WrongPart::new("remote_socket", message));
    }
    line(path).map(|problem| WrongPart::new("remote_socket", format!("A path {problem}.")))
}

fn line(text: &str) -> Option<String> {
    if text.chars().any(char::is_control) {
        return Some("is one line, without control characters".to_owned());
    }
    (text.chars().count() > LONGEST).then(|| format!("has at most {LONGEST} characters"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use driver::fake::{FakeDriver, FakeWorld};

    use super::*;

    type Change = fn(&mut ConnectionSettings, &str);

    fn settings() -> ConnectionSettings {
        ConnectionSettings::new("ams", "fake://ams")
    }

    #[test]
    fn every_wrong_field_is_named() {
        let drivers = Drivers::new(vec![Arc::new(FakeDriver::new(FakeWorld::default()))]);
        let long = "x".repeat(201);
        let cases: [(&str, Change, &str); 12] = [
            ("", |s, t| s.name = t.to_owned(), "name"),
            ("a/b", |s, t| s.name = t.to_owned(), "name"),
            ("a\nb", |s, t| s.name = t.to_owned(), "name"),
            (&long, |s, t| s.name = t.to_owned(), "name"),
            ("ams <b> 🦀", |s, t| s.name = t.to_owned(), ""),
            ("", |s, t| s.uri = t.to_owned(), "driver"),
            ("gopher://x", |s, t| s.uri = t.to_owned(), "driver"),
            ("Site//Room", |s, t| s.folder = t.to_owned(), "folder"),
            ("/Site", |s, t| s.folder = t.to_owned(), "folder"),
            ("Site/Room 2", |s, t| s.folder = t.to_owned(), ""),
            ("k\u{7}", |s, t| s.key_file = Some(t.to_owned()), "key_file"),
            (
                "run/x",
                |s, t| s.remote_socket = Some(t.to_owned()),
                "remote_socket",
            ),
        ];
        for (text, change, part) in cases {
            let mut settings = settings();
            change(&mut settings, text);
            let wrong = wrong_parts(&trimmed(settings), &drivers);
            let parts: Vec<&str> = wrong.iter().map(|wrong| wrong.part.as_str()).collect();
            assert_eq!(parts.join(" "), part, "{text:?}");
        }
    }

    #[test]
    fn white_space_around_is_not_kept() {
        let mut typed = settings();
        typed.name = " ams ".to_owned();
        typed.key_file = Some("  ".to_owned());
        assert_eq!(trimmed(typed), settings());
    }
}
