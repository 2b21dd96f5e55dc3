//! Consoles as wire values.

use api::console::{OpenWhat, TypeText};
use api::{
    ConsoleKind, ConsoleTraffic, ConsolesDto, DisplayDto, DisplayProtocol, KeyboardLayout,
    LineCarrier, LineDto, OpenedConsole, ScreenshotDto, TextCheck, TypingDto,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use driver::{Consoles, DisplayInfo, DisplayKind, DisplayPlace, LineInfo, LineKind, Takeover};
use engine::{ConsoleWhat, Pace, Picture, Traffic, TypingProgress, TypingRun};
use model::ErrorCode;

/// Longer than this no host's text in a list is.
const LONGEST: usize = 300;

/// The displays and lines of a VM.
pub fn consoles(consoles: Consoles) -> ConsolesDto {
    let tunnelled = consoles.tunnelled;
    let display = |display: DisplayInfo| DisplayDto {
        index: display.index,
        kind: protocol(display.kind),
        address: display_address(&display.place),
        tunnelled,
        needs_password: display.needs_password,
    };
    let line = |line: LineInfo| LineDto {
        alias: line.alias,
        label: cut(&line.label),
        kind: match line.kind {
            LineKind::Serial => LineCarrier::Serial,
            LineKind::Console => LineCarrier::Console,
        },
        unusable: line.unusable.as_deref().map(cut),
    };
    ConsolesDto {
        displays: consoles.displays.into_iter().map(display).collect(),
        lines: consoles.lines.into_iter().map(line).collect(),
    }
}

fn protocol(kind: DisplayKind) -> DisplayProtocol {
    match kind {
        DisplayKind::Vnc => DisplayProtocol::Vnc,
        DisplayKind::Spice => DisplayProtocol::Spice,
    }
}

/// Where a display listens on its host, to be shown; empty for nowhere.
pub fn display_address(place: &DisplayPlace) -> String {
    let at = |address: &str, port: u16| {
        if address.contains(':') {
            format!("[{address}]:{port}")
        } else {
            format!("{address}:{port}")
        }
    };
    match place {
        DisplayPlace::Tcp {
            address,
            port: Some(port),
            ..
        } => at(&cut(address), *port),
        DisplayPlace::Tcp {
            address,
            port: None,
            tls_port: Some(port),
        } => format!("{} (TLS)", at(&cut(address), *port)),
        DisplayPlace::Socket(path) => cut(path),
        DisplayPlace::Tcp { .. } | DisplayPlace::Closed | DisplayPlace::Starting => String::new(),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// What the page wants to open.
pub fn console_what(what: OpenWhat) -> ConsoleWhat {
    match what {
        OpenWhat::Display { index } => ConsoleWhat::Display { index },
        OpenWhat::Line { alias, force } => ConsoleWhat::Line {
            alias,
            takeover: if force {
                Takeover::Force
            } else {
                Takeover::Refuse
            },
        },
    }
}

/// A console that was opened, for whoever is to be its client.
pub fn opened_console(opened: engine::OpenedConsole) -> OpenedConsole {
    OpenedConsole {
        console: opened.id.0.to_string(),
        url: opened.url,
        kind: match opened.kind {
            engine::ConsoleKind::Display(DisplayKind::Vnc) => ConsoleKind::Vnc,
            engine::ConsoleKind::Display(DisplayKind::Spice) => ConsoleKind::Spice,
            engine::ConsoleKind::Line => ConsoleKind::Line,
        },
        password: opened.password.map(|secret| secret.expose().to_owned()),
    }
}

/// What a console has moved.
pub fn traffic(traffic: Traffic) -> ConsoleTraffic {
    ConsoleTraffic {
        received_bytes: traffic.received,
        sent_bytes: traffic.sent,
        latency_ms: traffic.latency_ms,
    }
}

/// The pace that the page wants.
pub fn pace(wanted: &TypeText) -> Pace {
    Pace::from_millis(wanted.pace_ms)
}

/// How a text would be typed.
pub fn text_check(check: engine::TextCheck) -> TextCheck {
    TextCheck {
        unmappable: check.unmappable.into_iter().map(String::from).collect(),
        keys: check.keys,
    }
}

/// Layouts.
pub fn keyboard_layouts(layouts: Vec<engine::KeyboardLayout>) -> Vec<KeyboardLayout> {
    let wire = |layout: engine::KeyboardLayout| KeyboardLayout {
        id: layout.id.to_owned(),
        name: layout.name.to_owned(),
    };
    layouts.into_iter().map(wire).collect()
}

/// How far typing has come. That it was cancelled is no error to show, but it is one to tell.
pub fn typing(run: TypingRun, progress: TypingProgress) -> TypingDto {
    TypingDto {
        run: run.0.to_string(),
        done: progress.done,
        total: progress.total,
        ended: progress.ended.is_some(),
        error: progress.ended.and_then(Result::err).map(Into::into),
    }
}

/// A picture.
pub fn screenshot(picture: &Picture) -> ScreenshotDto {
    ScreenshotDto {
        mime: "image/png".to_owned(),
        base64: STANDARD.encode(&picture.png),
    }
}

/// What a picture's file is called: the VM's name without what file systems refuse, and the time.
pub fn screenshot_stem(vm: &str, at: jiff::Timestamp) -> String {
    let name: String = vm
        .chars()
        .take(80)
        .map(|c| {
            if c.is_alphanumeric() || "-_. ".contains(c) {
                c
            } else {
                '-'
            }
        })
        .collect();
    let time = at.to_zoned_datetime(jiff::tz::TimeZone::system());
    format!(
        "{} {}",
        name.trim_matches(['.', ' ']),
        time.strftime("%Y-%m-%d %H-%M-%S")
    )
}

/// A number that an earlier answer gave, of a console or of a text being typed.
///
/// # Errors
/// `invalid_input` for what no answer gave.
pub fn number<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, api::ApiError> {
    serde_json::from_value(serde_json::Value::from(text)).map_err(|_| {
        let message = "No console and no text that is typed has this number.";
        crate::api_error(engine::EngineError::new(ErrorCode::InvalidInput, message))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_where_a_display_listens() {
        let tcp = |address: &str, port, tls_port| DisplayPlace::Tcp {
            address: address.to_owned(),
            port,
            tls_port,
        };
        for (place, shown) in [
            (tcp("127.0.0.1", Some(5900), None), "127.0.0.1:5900"),
            (tcp("::", Some(5901), Some(5902)), "[::]:5901"),
            (tcp("0.0.0.0", None, Some(5902)), "0.0.0.0:5902 (TLS)"),
            (tcp("0.0.0.0", None, None), ""),
            (
                DisplayPlace::Socket("/run/vm.sock".to_owned()),
                "/run/vm.sock",
            ),
            (DisplayPlace::Closed, ""),
        ] {
            assert_eq!(display_address(&place), shown);
        }
    }

    #[test]
    fn a_hostile_name_makes_a_plain_file_name() {
        let stem = screenshot_stem("../../.ssh/\u{202e}keys\n", jiff::Timestamp::UNIX_EPOCH);
        assert!(!stem.contains(['/', '\n', '\u{202e}']), "{stem}");
        assert!(!stem.starts_with('.'), "{stem}");
        assert!(screenshot_stem(&"x".repeat(9000), jiff::Timestamp::UNIX_EPOCH).len() < 120);
    }
}
