//! What remote-viewer is told: a `.vv` file, which is a key file as GLib reads it.
//!
//! Invariant: no text of a host's becomes another key, and others can never read the file, not even while it
//! is being made.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use driver::{DisplayKind, Secret};

/// A title is a line of a window, not a text.
const TITLE: usize = 100;

/// Where the viewer is to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// A unix socket, which only SPICE viewers take.
    #[cfg_attr(
        all(windows, not(test)),
        expect(dead_code, reason = "viewers have none there")
    )]
    Socket(PathBuf),
    /// A port of 127.0.0.1.
    #[cfg_attr(
        all(not(target_os = "linux"), not(test)),
        expect(dead_code, reason = "nothing there tells who comes")
    )]
    Port(u16),
}

/// What it is to show.
pub(super) struct Settings<'a> {
    pub kind: DisplayKind,
    pub title: &'a str,
    pub password: Option<&'a Secret>,
}

impl Settings<'_> {
    pub fn text(&self, target: &Target) -> String {
        let kind = match self.kind {
            DisplayKind::Vnc => "vnc",
            DisplayKind::Spice => "spice",
        };
        let mut text = format!("[virt-viewer]\ntype={kind}\n");
        match target {
            // known since then; an older one says so instead of connecting nowhere
            Target::Socket(path) => {
                let path = escaped(&path.to_string_lossy());
                text += &format!("version=8.0\nunix-path={path}\n");
            }
            Target::Port(port) => text += &format!("host=127.0.0.1\nport={port}\n"),
        }
        let title: String = self.title.chars().take(TITLE).collect();
        text += &format!("title={}\n", escaped(&title));
        if let Some(password) = self.password {
            text += &format!("password={}\n", escaped(password.expose()));
        }
        text + "delete-this-file=1\n"
    }
}

/// A value as GLib reads it back.
fn escaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for character in value.chars() {
        match character {
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            // else it would be trimmed away
            ' ' if text.is_empty() => text.push_str("\\s"),
            // no key file holds it
            '\0' => {}
            other => text.push(other),
        }
    }
    text
}

/// Writes it where nothing is yet.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_or_password_is_a_value_and_no_key() {
        let password = Secret::new(" p\\ä\nhost=evil");
        let settings = Settings {
            kind: DisplayKind::Spice,
            title: &format!(
                "web\n[virt-viewer]\r\ndelete-this-file=0\0{}",
                "x".repeat(500)
            ),
            password: Some(&password),
        };
        let text = settings.text(&Target::Socket("/run/user/1/ik/display".into()));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[..4],
            [
                "[virt-viewer]",
                "type=spice",
                "version=8.0",
                "unix-path=/run/user/1/ik/display"
            ]
        );
        assert!(
            lines[4].starts_with("title=web\\n[virt-viewer]\\r\\ndelete"),
            "{text}"
        );
        assert!(lines[4].len() < 150, "{text}");
        assert_eq!(
            lines[5..],
            ["password=\\sp\\\\ä\\nhost=evil", "delete-this-file=1"]
        );
    }

    #[test]
    fn a_display_without_a_known_password_has_none_in_the_file() {
        let settings = Settings {
            kind: DisplayKind::Vnc,
            title: "web",
            password: None,
        };
        let expected =
            "[virt-viewer]\ntype=vnc\nhost=127.0.0.1\nport=5901\ntitle=web\ndelete-this-file=1\n";
        assert_eq!(settings.text(&Target::Port(5901)), expected);
    }
}
