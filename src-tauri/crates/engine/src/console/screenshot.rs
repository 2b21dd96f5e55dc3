//! Pictures of VMs' screens, as PNG.
//!
//! Invariant: what a host sends is decoded within bounds of size and memory, and not more than
//! [`AT_A_TIME`] pictures are asked of a host at once.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Arc, Mutex, PoisonError};

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ImageError, ImageFormat, ImageReader, Limits};
use model::{ConnectionId, ErrorCode, VmId};
use tokio::sync::{Semaphore, oneshot};

use crate::engine::Engine;
use crate::error::{EngineError, Result};

/// Of one host.
const AT_A_TIME: usize = 2;
/// Pixels of a side of the largest screen.
const WIDEST: u32 = 16_384;
/// Memory that decoding one picture may take.
const MOST_MEMORY: u64 = 256 << 20;

/// A picture of a screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub png: Vec<u8>,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// Who may ask which host.
#[derive(Clone, Default)]
pub(crate) struct Pictures(Arc<Mutex<HashMap<ConnectionId, Arc<Semaphore>>>>);

impl Pictures {
    fn of(&self, host: ConnectionId) -> Arc<Semaphore> {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let places = hosts
            .entry(host)
            .or_insert_with(|| Arc::new(Semaphore::new(AT_A_TIME)));
        Arc::clone(places)
    }
}

impl Engine {
    /// A picture of a running VM's first screen.
    ///
    /// # Errors
    /// `vm_not_found`, `connection_lost`, `invalid_state` when it does not run, `permission_denied`,
    /// `unsupported`; `internal` for what is no picture.
    pub async fn screenshot(&self, vm: &VmId) -> Result<Picture> {
        let reached = self.reached(vm)?;
        let attempted = |error: EngineError| {
            error.attempted(format_args!("take a picture of {}", reached.name()))
        };
        let places = self.shared.pictures.of(vm.connection);
        let place = places.acquire().await;
        let taken = reached.session.screenshot(&vm.key, 0).await;
        drop(place);
        let bytes = taken.map_err(|error| attempted(error.into()))?.bytes;
        png(bytes).await.map_err(attempted)
    }
}

/// Turns a picture into a PNG, on a thread of its own: a large one takes longer than a worker may.
async fn png(bytes: Vec<u8>) -> Result<Picture> {
    let (sender, done) = oneshot::channel();
    let started = std::thread::Builder::new()
        .name("picture".to_owned())
        .spawn(move || sender.send(convert(bytes)));
    if started.is_err() {
        return Err(EngineError::new(
            ErrorCode::Internal,
            "This computer has no thread left.",
        ));
    }
    let converted = done.await.ok().and_then(std::result::Result::ok);
    converted.ok_or_else(|| {
        EngineError::new(
            ErrorCode::Internal,
            "What the host sent is no picture that can be read.",
        )
    })
}

fn convert(bytes: Vec<u8>) -> std::result::Result<Picture, ImageError> {
    // by what it is: the name the host gives it is only a claim
    let format = image::guess_format(&bytes)?;
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(WIDEST);
    limits.max_image_height = Some(WIDEST);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes.as_slice()), format);
    reader.limits(limits);
    let pixels = reader.decode()?;
    let (width, height) = (pixels.width(), pixels.height());
    if format == ImageFormat::Png {
        return Ok(Picture {
            png: bytes,
            width,
            height,
        });
    }
    let mut png = Vec::new();
    let encoder =
        PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Adaptive);
    pixels.write_with_encoder(encoder)?;
    Ok(Picture { png, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixmap_becomes_a_png_of_the_same_pixels() {
        let pixels = [255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9];
        let file = [b"P6\n2 2\n255\n".as_slice(), &pixels].concat();
        let picture = convert(file).expect("it is a picture");
        assert_eq!((picture.width, picture.height), (2, 2));
        let decoded = image::load_from_memory_with_format(&picture.png, ImageFormat::Png);
        assert_eq!(decoded.expect("a PNG").to_rgb8().into_raw(), pixels);
        let again = convert(picture.png.clone()).expect("a PNG is one, too");
        assert_eq!(again, picture, "and stays as it is");
    }

    #[test]
    fn what_is_no_picture_or_a_huge_one_is_refused() {
        for bytes in [
            Vec::new(),
            b"<html>".to_vec(),
            b"P6\n2 2\n255\nxx".to_vec(),
            b"P6\n99999 2\n255\n".to_vec(),
            b"P6\n16000 16000\n255\n".to_vec(),
            b"P6\n4294967295 4294967295\n255\n".to_vec(),
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(),
        ] {
            assert!(convert(bytes.clone()).is_err(), "{bytes:?}");
        }
    }
}
