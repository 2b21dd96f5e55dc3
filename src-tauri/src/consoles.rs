//! Consoles in windows of their own: opened, remembered in the layout file, opened again at the next start.
//!
//! Invariant: a VM has one at most; what is remembered is what was open when the main window closed.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use api::{AppEvent, PageKind, ShowPage};
use model::VmId;
use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Manager as _, WebviewWindow, WindowEvent};
use tauri_plugin_store::StoreExt as _;

use crate::placement::{self, Placement};
use crate::state::Shell;
use crate::window;

/// Under which the layout file keeps them.
const KEY: &str = "consoleWindows";
/// What a layout file may ask for at once.
const MOST: usize = 32;
/// Smaller than this a console shows nothing that could be worked with.
const LEAST: (f64, f64) = (480.0, 360.0);

/// One of them, as it is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Kept {
    id: VmId,
    #[serde(default)]
    placement: Option<Placement>,
}

/// One that is open.
#[derive(Debug, Clone)]
struct Open {
    label: String,
    kept: Kept,
}

/// Those that are open, in the order of their opening.
#[derive(Debug, Default)]
pub struct Consoles {
    open: Mutex<Vec<Open>>,
    opened: AtomicU32,
    restored: AtomicBool,
    /// The app ends: what closes now is open again at the next start.
    ending: AtomicBool,
}

impl Consoles {
    fn all(&self) -> MutexGuard<'_, Vec<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ids(&self) -> Vec<VmId> {
        self.all().iter().map(|open| open.kept.id.clone()).collect()
    }

    fn label_of(&self, vm: &VmId) -> Option<String> {
        let all = self.all();
        let found = all.iter().find(|open| open.kept.id == *vm);
        found.map(|open| open.label.clone())
    }

    fn placement_of(&self, label: &str) -> Option<Placement> {
        let all = self.all();
        let found = all.iter().find(|open| open.label == label);
        found.and_then(|open| open.kept.placement)
    }

    /// Takes a place for a VM's window; `None` when it has one.
    fn claim(&self, kept: Kept) -> Option<String> {
        let mut all = self.all();
        if all.iter().any(|open| open.kept.id == kept.id) {
            return None;
        }
        let label = format!("console-{}", self.opened.fetch_add(1, Ordering::Relaxed));
        all.push(Open {
            label: label.clone(),
            kept,
        });
        Some(label)
    }
}

/// Opens a VM's console in its own window, or brings it to the front.
///
/// # Errors
/// Tauri's, when the system gives no window.
pub fn open(app: &AppHandle, vm: VmId) -> tauri::Result<()> {
    let kept = Kept {
        id: vm,
        placement: None,
    };
    open_at(app, kept)
}

fn open_at(app: &AppHandle, kept: Kept) -> tauri::Result<()> {
    let shell = app.state::<Shell>();
    let (vm, at) = (kept.id.clone(), kept.placement);
    let Some(label) = shell.consoles.claim(kept) else {
        let label = shell.consoles.label_of(&vm);
        if let Some(window) = label.and_then(|label| app.get_webview_window(&label)) {
            window::to_front(&window);
        }
        return Ok(());
    };
    shell.pages.open_only(&label, vm.clone());
    let window = match window::open_console(app, &label, &vm, LEAST) {
        Ok(window) => window,
        Err(error) => {
            forget(app, &label);
            return Err(error);
        }
    };
    if let Some(at) = at {
        placement::put(&window, at, LEAST);
    }
    let (app, watched) = (app.clone(), window.clone());
    window.on_window_event(move |event| match event {
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => moved(&app, &watched),
        WindowEvent::Destroyed => forget(&app, watched.label()),
        _ => {}
    });
    changed(window.app_handle());
    Ok(())
}

/// Opens those of the last time. The main window's list comes first.
pub fn restore(app: &AppHandle) {
    let shell = app.state::<Shell>();
    if shell.consoles.restored.swap(true, Ordering::Relaxed) {
        return;
    }
    let kept = app
        .store(shell.place.layout_file())
        .ok()
        .and_then(|layout| layout.get(KEY))
        .and_then(|kept| serde_json::from_value::<Vec<Kept>>(kept).ok());
    for one in kept.unwrap_or_default().into_iter().take(MOST) {
        if let Err(error) = open_at(app, one) {
            tracing::warn!(%error, "a console's window was not opened again");
        }
    }
}

/// Closes the window that asks. With `to_tab` the main window goes on with its console.
pub fn close(window: &WebviewWindow, to_tab: bool) {
    let app = window.app_handle();
    let vm = app.state::<Shell>().pages.only(window.label());
    forget(app, window.label());
    if let Some(id) = vm.filter(|_| to_tab) {
        show(
            app,
            ShowPage {
                kind: PageKind::Console,
                id,
            },
        );
    }
    // it is gone already then
    let _ = window.destroy();
}

/// Brings the main window to the front with a page.
pub fn show(app: &AppHandle, page: ShowPage) {
    app.state::<Shell>().pages.tell_main(AppEvent::Show(page));
    window::focus(app);
}

/// The main window closes, and all others with it.
pub fn end(app: &AppHandle) {
    let shell = app.state::<Shell>();
    shell.consoles.ending.store(true, Ordering::Relaxed);
    let labels: Vec<_> = shell
        .consoles
        .all()
        .iter()
        .map(|open| open.label.clone())
        .collect();
    for label in labels {
        if let Some(window) = app.get_webview_window(&label) {
            let _ = window.destroy();
        }
    }
}

fn forget(app: &AppHandle, label: &str) {
    let shell = app.state::<Shell>();
    shell.pages.close(label);
    if shell.consoles.ending.load(Ordering::Relaxed) {
        return;
    }
    let before = {
        let mut all = shell.consoles.all();
        let before = all.len();
        all.retain(|open| open.label != label);
        before != all.len()
    };
    if before {
        changed(app);
    }
}

fn moved(app: &AppHandle, window: &WebviewWindow) {
    let shell = app.state::<Shell>();
    let before = shell.consoles.placement_of(window.label());
    let Some(now) = Placement::of(window, before) else {
        return;
    };
    let mut all = shell.consoles.all();
    if let Some(open) = all.iter_mut().find(|open| open.label == window.label()) {
        open.kept.placement = Some(now);
        drop(all);
        keep(app);
    }
}

fn changed(app: &AppHandle) {
    let shell = app.state::<Shell>();
    let ids = shell.consoles.ids();
    shell.pages.tell_main(AppEvent::ConsoleWindows { ids });
    keep(app);
}

fn keep(app: &AppHandle) {
    let shell = app.state::<Shell>();
    let kept: Vec<_> = shell
        .consoles
        .all()
        .iter()
        .map(|open| open.kept.clone())
        .collect();
    if let Ok(layout) = app.store(shell.place.layout_file()) {
        layout.set(KEY, serde_json::json!(kept));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(key: &str) -> Kept {
        let id = format!("0194d5c1-0000-7000-8000-000000000001/{key}");
        Kept {
            id: id.parse().expect("an id"),
            placement: None,
        }
    }

    #[test]
    fn a_vm_has_one_window() {
        let consoles = Consoles::default();
        let first = consoles.claim(kept("a"));
        assert!(first.is_some());
        assert_eq!(consoles.claim(kept("a")), None);
        assert_ne!(consoles.claim(kept("b")), first);
        assert_eq!(consoles.label_of(&kept("a").id), first);
    }

    #[test]
    fn what_is_kept_is_read_again_also_without_a_place() {
        let text = r#"[{"id":"0194d5c1-0000-7000-8000-000000000001/a"}]"#;
        assert_eq!(
            serde_json::from_str::<Vec<Kept>>(text).expect("kept"),
            [kept("a")]
        );
        let again = serde_json::to_string(&[kept("a")]).expect("text");
        assert_eq!(
            serde_json::from_str::<Vec<Kept>>(&again).expect("kept"),
            [kept("a")]
        );
    }
}
