//! By GTK, which draws our window: the same on X11 and Wayland, and with its own loop, so that not even our
//! own window as the owner is waited for.

use gtk::gdk::SELECTION_CLIPBOARD;
use gtk::{Clipboard, TargetEntry, TargetFlags};
use tauri::AppHandle;

use super::Tell;

const PNG: &str = "image/png";

pub(super) fn read_text(app: &AppHandle, tell: Tell<String>) {
    on_main(app, tell, |board, tell| {
        board.request_text(|_, text| {
            // whoever asked may have stopped waiting
            let _ = tell.send(Ok(text.unwrap_or_default().to_owned()));
        });
    });
}

pub(super) fn write_text(app: &AppHandle, text: String, tell: Tell<()>) {
    on_main(app, tell, move |board, tell| {
        board.set_text(&text);
        let _ = tell.send(Ok(()));
    });
}

pub(super) fn write_picture(app: &AppHandle, png: Vec<u8>, tell: Tell<()>) {
    on_main(app, tell, move |board, tell| {
        let entry = TargetEntry::new(PNG, TargetFlags::empty(), 0);
        // the file itself: it is decoded by whoever pastes it, and not here
        let taken = board.set_with_data(&[entry], move |_, wanted, _| {
            wanted.set(&wanted.target(), 8, &png);
        });
        let answer = taken
            .then_some(())
            .ok_or_else(|| "another program keeps it".to_owned());
        let _ = tell.send(answer);
    });
}

fn on_main<T: Send + 'static>(
    app: &AppHandle,
    tell: Tell<T>,
    act: impl FnOnce(Clipboard, Tell<T>) + Send + 'static,
) {
    let asked = app.run_on_main_thread(|| act(Clipboard::get(&SELECTION_CLIPBOARD), tell));
    if let Err(error) = asked {
        // with it the sender is gone, which is answer enough
        tracing::debug!(%error, "the clipboard was not asked");
    }
}
