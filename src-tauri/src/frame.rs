//! The first frame: what the page paints first, kept by the last run, so that the estate is seen before any script
//! is read.
//!
//! ```text
//! close ─▶ hidden, sessions end ─▶ the page begins anew, unseen ─▶ its frame is kept ─▶ end
//! start ─▶ would the page paint the same? ─▶ the frame is put into it ─▶ painted ─▶ scripts ─▶ the page takes its place
//! ```
//!
//! Invariant: a frame is shown only where the page would paint the same. All that it is made of goes into its key:
//! the inventory, the layout, this very program. Times alone are written anew, since they read differently tomorrow.

use std::fs;
use std::hash::{DefaultHasher, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use api::command::FirstFrame;
use api::{PackedVms, TextLimit};
use app::Rows;
use engine::Engine;
use jiff::{Timestamp, ZonedDateTime};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tauri::{AppHandle, Manager as _, WebviewWindow};
use tauri_plugin_store::StoreExt as _;
use tokio::sync::Notify;

use crate::appearance::Appearance;
use crate::state::Shell;

/// Larger than this a first frame is none.
const MOST_BYTES: usize = 1 << 20;
/// Longer than this nobody waits for it: the next start does without.
const PATIENCE: Duration = Duration::from_secs(2);
/// What of the layout is no part of the frame: where on the screen the window is, and other windows.
const ELSEWHERE: [&str; 2] = ["window", "consoleWindows"];

/// A frame, and what it is a frame of.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    key: String,
    frame: FirstFrame,
}

/// The frame of the last run, and the making of the next one's.
#[derive(Debug, Default)]
pub struct Frames {
    recalled: Mutex<Option<FirstFrame>>,
    ending: AtomicBool,
    /// Somebody started the app while it ended.
    wanted: AtomicBool,
    done: Notify,
}

impl Frames {
    /// Recalls the last run's, if the page would paint the same.
    pub fn recall(&self, engine: &Engine, layout_file: &Path) {
        let Ok(bytes) = fs::read(beside(layout_file)) else {
            return;
        };
        let layout = Appearance::read(layout_file).into_layout();
        let kept = serde_json::from_slice::<Kept>(&bytes).ok();
        if let Some(kept) = kept.filter(|kept| kept.key == key(engine, layout)) {
            *self.recalled.lock().unwrap_or_else(PoisonError::into_inner) = Some(kept.frame);
        }
    }

    /// Whether there is one to show.
    pub fn is_recalled(&self) -> bool {
        let recalled = self.recalled.lock().unwrap_or_else(PoisonError::into_inner);
        recalled.is_some()
    }

    /// The page with the frame in it. A frame is good for one page: what is loaded later has a newer truth.
    pub fn put_into(&self, page: &[u8]) -> Option<Vec<u8>> {
        let mut recalled = self.recalled.lock().unwrap_or_else(PoisonError::into_inner);
        let frame = recalled.take()?;
        let page = std::str::from_utf8(page).ok()?;
        framed(page, &frame, &ZonedDateTime::now()).map(String::into_bytes)
    }
}

/// The main window is to close. Whether it stays for now, unseen, to make the frame of the next start.
pub fn begin(window: &WebviewWindow) -> bool {
    let app = window.app_handle().clone();
    let shell = app.state::<Shell>();
    let frames = &shell.frames;
    if !shell.is_open() || frames.ending.swap(true, Ordering::Relaxed) {
        return false;
    }
    // a window that cannot be hidden must not stay
    if window.hide().is_err() {
        return false;
    }
    let window = window.clone();
    tauri::async_runtime::spawn(async move {
        let shell = window.state::<Shell>();
        if shell.begin_anew().await {
            let again = window.url().map(|mut page| {
                page.set_query(Some("frame"));
                window.navigate(page)
            });
            if matches!(again, Ok(Ok(()))) {
                let made = tokio::time::timeout(PATIENCE, shell.frames.done.notified()).await;
                if made.is_err() {
                    tracing::info!("no first frame was made: the next start does without");
                }
            }
        }
        if shell.frames.wanted.load(Ordering::Relaxed) {
            window.app_handle().request_restart();
        } else {
            // it may be gone already
            let _ = window.destroy();
        }
    });
    true
}

/// Somebody starts the app a second time. Whether it is ending, and begins again after that.
pub fn begin_again(app: &AppHandle) -> bool {
    let frames = &app.state::<Shell>().frames;
    let is_ending = frames.ending.load(Ordering::Relaxed);
    frames.wanted.store(is_ending, Ordering::Relaxed);
    is_ending
}

/// Keeps what the page would paint first.
pub fn keep(app: &AppHandle, engine: &Engine, frame: FirstFrame) {
    let shell = app.state::<Shell>();
    let file = shell.place.layout_file();
    if let Ok(layout) = app.store(&file)
        && shell.frames.ending.load(Ordering::Relaxed)
        && frame.style.len() + frame.body.len() <= MOST_BYTES
    {
        let layout = layout.entries().into_iter().collect();
        let kept = Kept {
            key: key(engine, layout),
            frame,
        };
        if let Err(error) = write(&beside(&file), &kept) {
            tracing::info!(%error, "the first frame is not kept: the next start does without");
        }
    }
    shell.frames.done.notify_one();
}

fn beside(layout_file: &Path) -> PathBuf {
    layout_file.with_file_name("frame.json")
}

fn write(file: &Path, kept: &Kept) -> std::io::Result<()> {
    let dir = file.parent().unwrap_or(Path::new("."));
    // readable by its user only, as the inventory is; whole or not at all
    let mut new = tempfile::NamedTempFile::new_in(dir)?;
    new.write_all(&serde_json::to_vec(kept)?)?;
    new.persist(file)?;
    Ok(())
}

/// Says of everything that the first paint shows whether it is the same.
fn key(engine: &Engine, mut layout: Map<String, Value>) -> String {
    let mut snapshot = engine.snapshot();
    // the engine keeps them in no order
    snapshot.vms.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    let mut connections: Vec<_> = snapshot.connections.iter().map(app::connection).collect();
    for connection in &mut connections {
        // when the inventory was opened: nothing that is shown of a host that was not connected to
        connection.since = Timestamp::UNIX_EPOCH;
    }
    let mut rows = Rows::default();
    rows.update_connections(snapshot.connections);
    let vms: Vec<_> = snapshot
        .vms
        .iter()
        .filter_map(|vm| rows.row(vm, TextLimit::Row))
        .collect();
    for name in ELSEWHERE {
        layout.remove(name);
    }
    let shown = (
        PackedVms::new(&vms),
        connections,
        rows.all_profiles(),
        layout,
        program(),
    );
    let bytes = serde_json::to_vec(&shown).expect("wire values are JSON");
    let mut hash = DefaultHasher::new();
    hash.write(&bytes);
    format!("{:016x}", hash.finish())
}

/// This very program: another build may paint something else.
fn program() -> (u64, Option<u128>) {
    let file = std::env::current_exe().and_then(fs::metadata);
    file.map_or((0, None), |file| {
        let changed = file
            .modified()
            .ok()
            .and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
        (file.len(), changed.map(|since| since.as_nanos()))
    })
}

/// The frame comes first, then `frame.js`, which lets in what the page had in its head. `None` when the page is not
/// built as it should be.
fn framed(page: &str, frame: &FirstFrame, now: &ZonedDateTime) -> Option<String> {
    let theme = page.find("theme.js\"")?;
    let head = theme + page[theme..].find("</script>")? + "</script>".len();
    let (before, rest) = page.split_at(head);
    let (later, body) = rest.split_once("</head>")?;
    let (opening, inside) = body.split_once("<div id=\"app\">")?;
    let (inside, end) = inside.split_once("</body>")?;
    Some(format!(
        "{before}<style>{style}</style></head>{opening}\
         <div id=\"frame\" inert aria-hidden=\"true\">{shown}</div><div id=\"app\">{inside}\
         <template id=\"later\">{later}</template><script src=\"/frame.js\"></script></body>{end}",
        style = frame.style,
        shown = with_times(&frame.body, now),
    ))
}

/// Writes each time as it reads now.
fn with_times(body: &str, now: &ZonedDateTime) -> String {
    const AT: &str = "datetime=\"";
    let mut out = String::with_capacity(body.len() + 64);
    let mut rest = body;
    while let Some(start) = rest.find(AT) {
        let value = start + AT.len();
        let read = rest[value..].split_once('"').and_then(|(at, after)| {
            let at: Timestamp = at.parse().ok()?;
            let text = after.find('>')? + 1;
            Some((at, value + (rest[value..].len() - after.len()) + text))
        });
        let Some((at, text)) = read else {
            out.push_str(&rest[..value]);
            rest = &rest[value..];
            continue;
        };
        out.push_str(&rest[..text]);
        out.push_str(&as_of(at, now));
        rest = rest[text..].find('<').map_or("", |end| &rest[text + end..]);
    }
    out.push_str(rest);
    out
}

/// When something was last true, as the page says it (`asOf` of ui/src/lib/format.ts).
fn as_of(at: Timestamp, now: &ZonedDateTime) -> String {
    let at = at.to_zoned_datetime(now.time_zone().clone());
    let days = at
        .date()
        .until(now.date())
        .map_or(0, |span| span.get_days());
    let form = match days {
        ..=0 => "%H:%M",
        1 => "%a %H:%M",
        _ if at.year() == now.year() => "%-d\u{a0}%b",
        _ => "%-d\u{a0}%b %Y",
    };
    at.strftime(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> ZonedDateTime {
        let civil: jiff::civil::DateTime = text.parse().expect("a time");
        civil
            .to_zoned_datetime(jiff::tz::TimeZone::fixed(jiff::tz::offset(1)))
            .expect("any time is one there")
    }

    #[test]
    fn times_read_as_in_the_page() {
        let now = at("2026-11-24T09:05:00");
        for (then, words) in [
            ("2026-11-24T00:00:00", "00:00"),
            ("2026-11-24T14:02:00", "14:02"),
            ("2026-11-23T23:59:00", "Mon 23:59"),
            ("2026-11-22T14:02:00", "22\u{a0}Nov"),
            ("2026-01-02T14:02:00", "2\u{a0}Jan"),
            ("2025-11-20T14:02:00", "20\u{a0}Nov 2025"),
        ] {
            assert_eq!(as_of(at(then).timestamp(), &now), words, "{then}");
        }
    }

    #[test]
    fn the_frame_comes_before_all_that_the_page_reads() {
        let page = "<html><head><title>I</title><script src=\"/theme.js\"></script><script type=\"module\" src=\"/a.js\">\
                    </script><link rel=\"stylesheet\" href=\"/a.css\"></head><body><div id=\"app\"></div></body></html>";
        let frame = FirstFrame {
            style: "p{color:red}".to_owned(),
            body:
                "<p>web</p><time class=\"dim\" datetime=\"2026-11-23T22:59:00.000Z\">23:59</time>!"
                    .to_owned(),
        };
        let framed =
            framed(page, &frame, &at("2026-11-24T09:05:00")).expect("it is built as it should be");
        let order = [
            "theme.js",
            "<style>p{color:red}</style></head><body>",
            "<p>web</p>",
            "Z\">Mon 23:59</time>!",
            "<div id=\"app\">",
            "<template id=\"later\"><script type=\"module\" src=\"/a.js\">",
            "a.css",
            "</template><script src=\"/frame.js\">",
            "</body></html>",
        ];
        let mut from = 0;
        for part in order {
            let found = framed[from..]
                .find(part)
                .unwrap_or_else(|| panic!("{part} in {framed}"));
            from += found + part.len();
        }
        assert_eq!(
            super::framed("<html>", &frame, &at("2026-11-24T09:05:00")),
            None
        );
    }

    #[test]
    fn a_time_that_is_none_stays() {
        let body = "<time datetime=\"soon\">soon</time> datetime=\"";
        assert_eq!(with_times(body, &at("2026-11-24T09:05:00")), body);
    }

    #[test]
    fn the_built_page_takes_a_frame() {
        let frame = FirstFrame {
            style: String::new(),
            body: String::new(),
        };
        let page = include_str!("../../ui/index.html");
        assert!(framed(page, &frame, &ZonedDateTime::now()).is_some());
    }
}
