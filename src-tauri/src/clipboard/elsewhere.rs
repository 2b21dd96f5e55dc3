//! macOS and Windows: by arboard, whose calls block, on a thread for each.

use arboard::{Clipboard, Error, ImageData};
use tauri::AppHandle;

use super::Tell;

/// The system has one clipboard for all; a thread waits at most as long as its owner.
fn on_thread<T: Send + 'static>(
    tell: Tell<T>,
    act: impl FnOnce(&mut Clipboard) -> Result<T, String> + Send + 'static,
) {
    std::thread::spawn(move || {
        let answer = Clipboard::new()
            .map_err(|error| error.to_string())
            .and_then(|mut board| act(&mut board));
        // whoever asked may have stopped waiting
        let _ = tell.send(answer);
    });
}

pub(super) fn read_text(_: &AppHandle, tell: Tell<String>) {
    on_thread(tell, |board| match board.get_text() {
        Err(Error::ContentNotAvailable) => Ok(String::new()),
        read => read.map_err(|error| error.to_string()),
    });
}

pub(super) fn write_text(_: &AppHandle, text: String, tell: Tell<()>) {
    on_thread(tell, |board| {
        board.set_text(text).map_err(|error| error.to_string())
    });
}

pub(super) fn write_picture(_: &AppHandle, png: Vec<u8>, tell: Tell<()>) {
    on_thread(tell, move |board| {
        // the decoder's own limits hold
        let picture = image::load_from_memory_with_format(&png, image::ImageFormat::Png)
            .map_err(|error| error.to_string())?
            .into_rgba8();
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let bytes = picture.into_raw().into();
        let image = ImageData {
            width,
            height,
            bytes,
        };
        board.set_image(image).map_err(|error| error.to_string())
    });
}
