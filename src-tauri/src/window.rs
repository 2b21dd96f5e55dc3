//! The windows: the main one, and those of consoles.

use std::sync::Arc;

use app::Place;
use model::VmId;
use serde_json::{Map, Value};
use tauri::{
    AppHandle, Manager as _, WebviewUrl, WebviewWindow, WebviewWindowBuilder, WindowEvent,
};
use tauri_plugin_store::StoreExt as _;

use crate::appearance::Appearance;
use crate::consoles;
use crate::frame;
use crate::options::Options;
use crate::placement;
use crate::state::Shell;

/// The label of the main window.
pub const MAIN: &str = "main";

/// Opens it, in the theme it was left in.
///
/// # Errors
/// Tauri's, when the system gives no window.
pub fn open(app: &AppHandle, place: &Place, options: &Options) -> tauri::Result<()> {
    let appearance = Appearance::read(&place.layout_file());
    let page = if options.empty_window {
        "empty.html"
    } else {
        "index.html"
    };
    let mut builder = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App(page.into()))
        .title(if options.demo {
            "Innkeeper (demo)"
        } else {
            "Innkeeper"
        })
        .inner_size(1280.0, 800.0)
        .min_inner_size(900.0, 600.0)
        .theme(appearance.theme)
        .background_color(appearance.background(false))
        .initialization_script(appearance.script())
        .data_directory(place.web_dir())
        .zoom_hotkeys_enabled(true)
        .disable_drag_drop_handler();
    if !options.empty_window {
        let frames = Arc::clone(&app.state::<Shell>().frames);
        builder = builder
            .initialization_script(appearance.ahead(None, frames.is_recalled()))
            .on_web_resource_request(move |request, response| {
                if matches!(request.uri().path(), "/" | "/index.html")
                    && let Some(page) = frames.put_into(response.body())
                {
                    *response.body_mut() = page.into();
                }
            });
    }
    let window = builder.build()?;
    // the reference is what Tauri opens by itself, with nothing of ours set
    if !options.empty_window {
        paint_on_the_cpu(&window)?;
        placement::restore_and_keep(app, &window, place.layout_file());
    }
    let ending = window.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            consoles::end(ending.app_handle());
            if frame::begin(&ending) {
                api.prevent_close();
            }
        }
    });
    tracing::debug!(label = window.label(), "window open");
    Ok(())
}

/// Opens the window of one console.
///
/// # Errors
/// Tauri's, when the system gives no window.
pub fn open_console(
    app: &AppHandle,
    label: &str,
    vm: &VmId,
    least: (f64, f64),
) -> tauri::Result<WebviewWindow> {
    let place = &app.state::<Shell>().place;
    let kept = app.store(place.layout_file()).map_or_else(
        |_| Map::new(),
        |layout| layout.entries().into_iter().collect(),
    );
    let appearance = Appearance::of(Value::Object(kept));
    let window = WebviewWindowBuilder::new(app, label, WebviewUrl::App("console.html".into()))
        .title("Innkeeper")
        .inner_size(960.0, 720.0)
        .min_inner_size(least.0, least.1)
        .theme(appearance.theme)
        .background_color(appearance.background(false))
        .initialization_script(appearance.script())
        .initialization_script(appearance.ahead(Some(vm), false))
        .data_directory(place.web_dir())
        .zoom_hotkeys_enabled(true)
        .disable_drag_drop_handler()
        .build()?;
    paint_on_the_cpu(&window)?;
    Ok(window)
}

/// Lists of text gain nothing from a GPU, while WebKitGTK's compositor takes tens of megabytes, a part of
/// the start, and fails on some drivers.
#[cfg(target_os = "linux")]
fn paint_on_the_cpu(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt as _, WebViewExt as _};
    window.with_webview(|view| {
        if let Some(settings) = view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn paint_on_the_cpu(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Closes the main one as its user would, and with it the app.
pub fn close_main(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        // it may be closing already
        let _ = window.close();
    }
}

/// Brings the main one to the front: somebody started the app a second time.
pub fn focus(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        to_front(&window);
    }
}

/// Brings any window to the front.
pub fn to_front(window: &WebviewWindow) {
    // each may be refused by the window system; the others still help
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
}
