//! The Tauri shell: wiring, window, events out, commands of a few lines each.
//!
//! Architecture Invariant: the only code that knows Tauri, and nothing else lives here. Use cases are
//! the engine's, wire values are crate `api`'s.
//!
//! The inventory is opened on the engine's own runtime while the web view loads; commands wait for
//! it, so that the page never has to ask twice.
#![forbid(unsafe_code)]

mod appearance;
mod clipboard;
mod commands;
mod consoles;
mod events;
mod files;
mod frame;
mod kept;
mod options;
mod placement;
mod single;
mod state;
mod timing;
mod window;

use std::process::ExitCode;

use app::Place;
use tauri::{Manager as _, RunEvent};

use options::Options;
use state::Shell;

/// Runs the app until its main window is closed.
pub fn run() -> ExitCode {
    // ssh runs this program again to ask its questions
    if let Some(code) = driver_libvirt::askpass_main_if_requested() {
        return code;
    }
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("innkeeper: {message}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    app::log_to_stderr();
    let Some(place) = Place::of_this_user() else {
        eprintln!("innkeeper: this system names no folder for data; set INNKEEPER_DATA_DIR");
        return ExitCode::from(1);
    };
    #[cfg(all(unix, not(target_os = "macos")))]
    if ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .all(|name| std::env::var_os(name).is_none())
    {
        eprintln!(
            "innkeeper: there is no display to open a window on; innkeeperctl works without one"
        );
        return ExitCode::from(1);
    }
    let place = if options.demo {
        place.for_demo()
    } else {
        place
    };
    // ours, so that libvirt's and the store's work never waits for a frame
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("innkeeper: cannot start: {error}");
            return ExitCode::from(1);
        }
    };
    tauri::async_runtime::set(runtime.handle().clone());
    let shell = Shell::open(runtime.handle(), place.clone(), options.clone());
    let mut context = tauri::generate_context!();
    single::identify(context.config_mut(), &place);
    let mut builder = tauri::Builder::default();
    if let Some(plugin) = single::plugin() {
        builder = builder.plugin(plugin);
    }
    let built = builder
        .plugin(tauri_plugin_store::Builder::default().build())
        .manage(shell)
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let started = app.state::<Shell>().started;
            timing::mark("setup", started);
            window::open(app.handle(), &place, &options)?;
            timing::mark("window_open", started);
            events::pump(app.handle().clone());
            kept::listen(app.handle());
            Ok(())
        })
        .build(context);
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            eprintln!("innkeeper: cannot open the window: {error}");
            return ExitCode::from(1);
        }
    };
    app.run(move |app, event| match event {
        RunEvent::ExitRequested { .. } => consoles::end(app),
        RunEvent::Exit => app.state::<Shell>().close(),
        _ => {}
    });
    // a libvirt call that never returns must not hold up the exit
    runtime.shutdown_background();
    ExitCode::SUCCESS
}
