//! Consoles as wire values.

use api::console::{OpenWhat, TypeText};
use api::{
    ConsoleKind, ConsoleTraffic, ConsolesDto, DisplayDto, DisplayOfferDto, DisplayProtocol,
    KeyboardLayout, LineCarrier, LineDto, OpenedConsole, ScreenshotDto, TextCheck, TypingDto,
    ViewerDto,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use driver::{Consoles, DisplayInfo, DisplayKind, DisplayPlace, LineInfo, LineKind, Takeover};
use engine::{ConsoleWhat, Pace, Picture, Traffic, TypingProgress, TypingRun, Viewer};
use model::ErrorCode;

/// Where remote-viewer comes from: most distributions call its package so.
const NO_VIEWER: &str =
    "remote-viewer is not installed: it is in the package virt-viewer, and on virt-manager.org";

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

/// Displays that a VM could be given.
pub fn display_offers(offers: Vec<engine::DisplayOffer>) -> Vec<DisplayOfferDto> {
    let offer = |offer: engine::DisplayOffer| DisplayOfferDto {
        kind: protocol(offer.kind),
        change: crate::diff(offer.change),
    };
    offers.into_iter().map(offer).collect()
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

/// Whether displays can be opened in `viewer`, if there is one.
pub fn viewer(viewer: Option<&Viewer>) -> ViewerDto {
    let refusal = |kind| match (viewer, Viewer::refusal(kind)) {
        (_, Some(why)) => Some(why.to_owned()),
        (None, None) => Some(NO_VIEWER.to_owned()),
        (Some(_), None) => None,
    };
    ViewerDto {
        vnc: refusal(DisplayKind::Vnc),
        spice: refusal(DisplayKind::Spice),
    }
}

/// What whoever wants to open a display in remote-viewer is told when it is not there.
///
/// # Errors
/// `unsupported` when there is no viewer.
pub fn some_viewer(viewer: Option<Viewer>) -> Result<Viewer, api::ApiError> {
    viewer.ok_or_else(|| {
        crate::api_error(engine::EngineError::new(
            ErrorCode::Unsupported,
            NO_VIEWER.to_owned() + ".",
        ))
    })
}

/// A file that the page hands over.
///
/// # Errors
/// `insufficient_resources` for one of more than `most` bytes, `invalid_input` for what is no base64.
pub fn file_of(base64: &str, most: usize) -> Result<Vec<u8>, api::ApiError> {
    let refused = |code, message: String| crate::api_error(engine::EngineError::new(code, message));
    if base64.len() / 4 * 3 > most + 2 {
        return Err(refused(
            ErrorCode::InsufficientResources,
            format!("It is larger than {} MiB.", most >> 20),
        ));
    }
    STANDARD
        .decode(base64)
        .map_err(|_| refused(ErrorCode::InvalidInput, "It is no base64.".to_owned()))
}

/// What a file about something is called, without its ending: the names without what file systems
/// refuse, and the time. `parts` may be any text of a host's.
pub fn file_stem(parts: &[&str], at: jiff::Timestamp) -> String {
    let time = at.to_zoned_datetime(jiff::tz::TimeZone::system());
    let names = parts.iter().map(|part| plain(part));
    names
        .chain([time.strftime("%Y-%m-%d %H-%M-%S").to_string()])
        .collect::<Vec<_>>()
        .join(" ")
}

/// A part of a file's name that is one on every system.
fn plain(name: &str) -> String {
    /// Two of them, a time and a number are a name that any file system takes.
    const MOST_BYTES: usize = 100;
    let mut plain = String::new();
    for character in name.chars() {
        let allowed = character.is_alphanumeric() || "-_. ".contains(character);
        let character = if allowed { character } else { '-' };
        if plain.len() + character.len_utf8() > MOST_BYTES {
            break;
        }
        plain.push(character);
    }
    // a dot in front hides it, one behind is dropped by Windows
    match plain.trim_matches(['.', ' ']) {
        "" => "vm".to_owned(),
        trimmed => trimmed.to_owned(),
    }
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
    fn a_file_of_the_page_is_what_it_was_or_refused() {
        assert_eq!(file_of("AP8=", 2).expect("it fits"), [0, 255]);
        let code = |text: &str, most| file_of(text, most).expect_err(text).code;
        assert_eq!(code("AP8", 2), ErrorCode::InvalidInput);
        assert_eq!(
            code(&"AAAA".repeat(10), 2),
            ErrorCode::InsufficientResources
        );
    }

    #[test]
    fn a_hostile_name_makes_a_plain_file_name() {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let stem = file_stem(&["../../.ssh/\u{202e}keys\n", "Serial 0"], at);
        assert!(!stem.contains(['/', '\n', '\u{202e}']), "{stem}");
        assert!(!stem.starts_with('.'), "{stem}");
        assert!(stem.contains(" Serial 0 19"), "{stem}");
        for empty in ["", " . ", "…"] {
            assert!(
                file_stem(&[empty], at).starts_with(['v', '-']),
                "{empty} has a name all the same"
            );
        }
        // as bytes, since file systems count those
        let long = file_stem(&[&"深".repeat(9000), &"x".repeat(9000)], at);
        assert!(long.len() < 240, "{}", long.len());
    }
}
