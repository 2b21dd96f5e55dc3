//! What one window keeps and others show as well. All windows keep it in the one layout file, whose changes are heard here.
//!
//! Invariant: nothing is called back from here: the layout is locked while it tells of a change.

use api::AppEvent;
use serde::Deserialize;
use serde_json::Value;
use tauri::{AppHandle, Listener as _, Manager as _};

use crate::state::Shell;

/// How the layout tells of a change to whoever listens.
const CHANGED: &str = "store://change";

/// A change, as it is told.
#[derive(Debug, PartialEq, Deserialize)]
struct Change {
    key: String,
    #[serde(default)]
    value: Value,
}

/// Whose pages show what is kept under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Chosen in the main window, and shown in all.
    InOwnWindows,
    /// Chosen and shown wherever there is a console.
    Everywhere,
}

impl Change {
    fn shown(&self) -> Option<Shown> {
        match self.key.as_str() {
            "theme" | "density" => Some(Shown::InOwnWindows),
            "consoles" => Some(Shown::Everywhere),
            _ => None,
        }
    }
}

/// Tells the pages of other windows from now on.
pub fn listen(app: &AppHandle) {
    let told = app.clone();
    app.listen_any(CHANGED, move |event| {
        let Ok(change) = serde_json::from_str::<Change>(event.payload()) else {
            return;
        };
        let Some(shown) = change.shown() else {
            return;
        };
        let message = AppEvent::Kept {
            name: change.key,
            value: change.value,
        };
        let pages = &told.state::<Shell>().pages;
        pages.tell_own(&message);
        match shown {
            Shown::InOwnWindows => {}
            Shown::Everywhere => pages.tell_main(message),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(text: &str) -> Change {
        serde_json::from_str(text).expect("a change")
    }

    #[test]
    fn a_change_goes_to_those_who_show_it() {
        let told = r#"{"path":"/x","resourceId":1,"key":"theme","value":"dark","exists":true}"#;
        let theme = change(told);
        assert_eq!(theme.value, "dark");
        assert_eq!(theme.shown(), Some(Shown::InOwnWindows));
        let liked = change(r#"{"key":"consoles","value":{"scale":"fit"}}"#);
        assert_eq!(liked.shown(), Some(Shown::Everywhere));
        let gone = change(r#"{"key":"window","value":null,"exists":false}"#);
        assert_eq!((gone.shown(), gone.value), (None, Value::Null));
    }
}
