//! What the page is given before its scripts are read, so that the first paint is the right one and early:
//! theme and density, the layout it kept, and the answers to what it asks first.

use std::fs;
use std::path::Path;

use model::VmId;
use serde::Deserialize;
use serde_json::{Map, Value};
use tauri::Theme;
use tauri::window::Color;

/// What the page cannot paint without. It is asked for while the scripts are still being read.
const ASKED_AHEAD: &str = "['app_info', 'inventory_snapshot']";

/// What the page kept in its layout file, as far as Rust needs it.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Layout {
    theme: Option<String>,
    density: Option<String>,
}

/// How the window looks when it opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appearance {
    /// `light`, `dark`, or `None` for the system's.
    pub theme: Option<Theme>,
    density: String,
    /// The whole file, which only the page understands.
    kept: Value,
}

impl Appearance {
    /// As the layout file says; a file that is missing or unreadable changes nothing.
    pub fn read(layout_file: &Path) -> Self {
        let kept = fs::read(layout_file)
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        Self::of(kept.unwrap_or_default())
    }

    /// As a layout says that was read already.
    pub fn of(kept: Value) -> Self {
        let kept = match kept {
            Value::Object(_) => kept,
            _ => Value::Object(Default::default()),
        };
        let layout = Layout::deserialize(&kept).unwrap_or_default();
        Self {
            theme: match layout.theme.as_deref() {
                Some("light") => Some(Theme::Light),
                Some("dark") => Some(Theme::Dark),
                Some(_) | None => None,
            },
            density: match layout.density.as_deref() {
                Some("comfortable") => "comfortable".to_owned(),
                Some(_) | None => "compact".to_owned(),
            },
            kept,
        }
    }

    /// Runs in our own page after [`Appearance::script`]. JSON is the only thing put in, and JSON is JavaScript.
    /// A console's own window is told whose it is. With a first frame to paint, nothing is asked before that.
    pub fn ahead(&self, console: Option<&VmId>, frame_first: bool) -> String {
        let ask = if frame_first {
            ""
        } else {
            "window.__INNKEEPER__.ask();"
        };
        format!(
            "window.__INNKEEPER__ = {{ layout: {}, console: {}, ask() {{\
             this.answers ??= Object.fromEntries({ASKED_AHEAD}.map((name) => {{\
             const answer = window.__TAURI_INTERNALS__.invoke(name, {{ request: {{}} }});\
             answer.catch(() => undefined);\
             return [name, answer]; }})); }} }};{ask}",
            self.kept,
            serde_json::json!(console)
        )
    }

    /// What the page kept.
    pub fn into_layout(self) -> Map<String, Value> {
        match self.kept {
            Value::Object(layout) => layout,
            _ => Map::new(),
        }
    }

    /// Runs in the page before anything else of it. Only our own words are put in.
    pub fn script(&self) -> String {
        let theme = match self.theme {
            Some(Theme::Dark) => "'dark'",
            Some(_) => "'light'",
            None => "matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'",
        };
        format!(
            "document.documentElement.dataset.theme = {theme};\
             document.documentElement.dataset.density = '{}';",
            self.density
        )
    }

    /// The window's colour until the page has painted: the token `--bg-app`.
    pub fn background(&self, system_is_dark: bool) -> Color {
        match self.theme {
            Some(Theme::Dark) => Color(0x12, 0x14, 0x17, 0xff),
            None if system_is_dark => Color(0x12, 0x14, 0x17, 0xff),
            Some(_) | None => Color(0xf2, 0xf4, 0xf6, 0xff),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_layout_file_changes_nothing() {
        let dir = std::env::temp_dir().join(format!("innkeeper-layout-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a temporary folder");
        let file = dir.join("layout.json");
        let look = |text: &str| {
            fs::write(&file, text).expect("a temporary file");
            Appearance::read(&file)
        };
        assert_eq!(
            look("{\"theme\":\"dark\",\"other\":[1]}").theme,
            Some(Theme::Dark)
        );
        for text in ["", "{", "{\"theme\":\"';alert(1)//\"}", "[]"] {
            let appearance = look(text);
            assert_eq!(appearance.theme, None, "{text}");
            assert!(!appearance.script().contains("alert"), "{text}");
        }
        fs::remove_dir_all(&dir).expect("written above");
    }
}
