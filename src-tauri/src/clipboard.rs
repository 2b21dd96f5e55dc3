//! The system's clipboard, which a web view lets its page read nowhere and write only during a click.
//!
//! Invariant: whoever owns the clipboard may be slow, hang, or be this program; nothing of ours waits for
//! it but the command that asked, and that not for ever.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::time::Duration;

use api::{ApiError, ClipboardText, CopyPicture};
use engine::EngineError;
use model::ErrorCode;
use tauri::AppHandle;
use tokio::sync::oneshot;

#[cfg(not(target_os = "linux"))]
use elsewhere as system;
#[cfg(target_os = "linux")]
use linux as system;

/// How long the clipboard's owner may take to hand over what it holds.
const PATIENCE: Duration = Duration::from_secs(5);

/// What every PNG file begins with.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Why the system did not do it.
type Refusal = String;
/// Where the system's answer goes.
type Tell<T> = oneshot::Sender<Result<T, Refusal>>;

/// The text that is on it; empty when it holds none.
///
/// # Errors
/// `insufficient_resources` for a long one, `timeout_still_running` when its owner does not answer,
/// `internal` with the system's reason.
pub async fn read_text(app: &AppHandle) -> Result<ClipboardText, ApiError> {
    let text = asked(|tell| system::read_text(app, tell), "read").await?;
    let most = ClipboardText::MOST_BYTES;
    if text.len() > most {
        return Err(failure(
            ErrorCode::InsufficientResources,
            format!(
                "The clipboard holds {} KiB of text; {} KiB are taken at most.",
                text.len() >> 10,
                most >> 10
            ),
        ));
    }
    Ok(ClipboardText { text })
}

/// Puts text on it.
///
/// # Errors
/// As [`read_text`].
pub async fn write_text(app: &AppHandle, text: ClipboardText) -> Result<(), ApiError> {
    if text.text.len() > ClipboardText::MOST_BYTES {
        return Err(failure(
            ErrorCode::InsufficientResources,
            "The text is too long for the clipboard: 1024 KiB are put there at most.".to_owned(),
        ));
    }
    asked(|tell| system::write_text(app, text.text, tell), "written").await
}

/// Puts a PNG file on it as a picture.
///
/// # Errors
/// As [`read_text`]; `invalid_input` for what is no PNG file.
pub async fn write_picture(app: &AppHandle, picture: CopyPicture) -> Result<(), ApiError> {
    let png = app::file_of(&picture.base64, CopyPicture::MOST_BYTES)?;
    if !png.starts_with(PNG) {
        return Err(failure(
            ErrorCode::InvalidInput,
            "The picture was not copied: it is no PNG file.".to_owned(),
        ));
    }
    asked(|tell| system::write_picture(app, png, tell), "written").await
}

async fn asked<T>(ask: impl FnOnce(Tell<T>), what: &str) -> Result<T, ApiError> {
    let (tell, told) = oneshot::channel();
    ask(tell);
    let Ok(answer) = tokio::time::timeout(PATIENCE, told).await else {
        return Err(failure(
            ErrorCode::TimeoutStillRunning,
            format!(
                "The clipboard cannot be {what}: the program that owns it has not answered for {} s.",
                PATIENCE.as_secs()
            ),
        ));
    };
    let answer = answer.unwrap_or_else(|_| Err("Innkeeper is closing".to_owned()));
    answer.map_err(|why| {
        let message = format!("The clipboard cannot be {what}: {why}.");
        failure(ErrorCode::Internal, message)
    })
}

fn failure(code: ErrorCode, message: String) -> ApiError {
    app::api_error(EngineError::new(code, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_owner_that_hangs_is_not_waited_for_for_ever() {
        let mut kept = None;
        let answer = asked::<String>(|tell| kept = Some(tell), "read").await;
        let error = answer.expect_err("nobody has answered");
        assert_eq!(error.code, ErrorCode::TimeoutStillRunning);
        assert!(kept.expect("it was asked").is_closed(), "and nobody waits");
    }

    #[tokio::test]
    async fn a_refusal_says_what_the_system_said() {
        let refused = |tell: Tell<String>| {
            let _ = tell.send(Err("no seat".to_owned()));
        };
        let error = asked(refused, "read").await.expect_err("refused");
        assert_eq!(error.message, "The clipboard cannot be read: no seat.");
        let gone = asked::<String>(drop, "read").await.expect_err("gone");
        assert_eq!(gone.code, ErrorCode::Internal);
    }
}
