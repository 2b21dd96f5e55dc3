//! Files that the app writes for its user, in folders people know.
//!
//! Invariant: what is there is never overwritten, and only what this run has written is shown in the
//! system's file manager: the page cannot have it open anything else.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use api::{ApiError, WrittenFile};
use engine::EngineError;
use model::ErrorCode;
use tauri::{AppHandle, Manager as _};
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

use crate::state::Shell;

/// More files of one name than this are somebody's mistake.
const MOST_ALIKE: u32 = 10_000;

/// What this run has written.
#[derive(Default)]
pub struct Written(Mutex<HashSet<PathBuf>>);

impl Written {
    fn add(&self, path: &Path) {
        let mut paths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paths.insert(path.to_owned());
    }

    fn has(&self, path: &Path) -> bool {
        let paths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paths.contains(path)
    }
}

/// The user's pictures, or our own folder where the system names none.
pub fn pictures(app: &AppHandle, shell: &Shell) -> PathBuf {
    let dir = app.path().picture_dir();
    dir.unwrap_or_else(|_| shell.place.dir().to_owned())
}

/// The user's documents, or our own folder where the system names none.
pub fn documents(app: &AppHandle, shell: &Shell) -> PathBuf {
    let dir = app.path().document_dir();
    dir.unwrap_or_else(|_| shell.place.dir().to_owned())
}

/// Writes a new file `stem.ending`, or `stem-2.ending` where that is taken.
///
/// # Errors
/// `permission_denied`, `storage_full`, `internal`.
pub async fn write_new(
    shell: &Shell,
    dir: &Path,
    stem: &str,
    ending: &str,
    bytes: &[u8],
) -> Result<WrittenFile, ApiError> {
    let written = new_file(dir, stem, ending, bytes).await;
    let path = written.map_err(|error| {
        let code = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                ErrorCode::PermissionDenied
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::StorageFull,
            _ => ErrorCode::Internal,
        };
        let message = format!("Cannot write into {}: {error}.", dir.display());
        app::api_error(EngineError::new(code, message))
    })?;
    shell.written.add(&path);
    Ok(WrittenFile {
        path: path.display().to_string(),
    })
}

async fn new_file(dir: &Path, stem: &str, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    tokio::fs::create_dir_all(dir).await?;
    for number in 1..=MOST_ALIKE {
        let name = match number {
            1 => format!("{stem}.{ending}"),
            _ => format!("{stem}-{number}.{ending}"),
        };
        let path = dir.join(name);
        // made and looked for in one step: somebody may make it meanwhile
        let mut file = match OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .await
        {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            opened => opened?,
        };
        let written = async {
            file.write_all(bytes).await?;
            file.flush().await
        };
        if let Err(error) = written.await {
            // half a file is worse than none
            let _ = tokio::fs::remove_file(&path).await;
            return Err(error);
        }
        return Ok(path);
    }
    Err(io::Error::from(io::ErrorKind::AlreadyExists))
}

/// Shows a file that this run has written in the system's file manager.
///
/// # Errors
/// `invalid_input` for any other file, `unsupported` when there is no file manager.
pub async fn show(shell: &Shell, file: WrittenFile) -> Result<(), ApiError> {
    let path = PathBuf::from(file.path);
    if !shell.written.has(&path) {
        return Err(app::api_error(EngineError::new(
            ErrorCode::InvalidInput,
            "Only a file that was just saved can be shown.",
        )));
    }
    let (tell, told) = tokio::sync::oneshot::channel();
    // the call blocks: a file manager is started and waited for
    std::thread::spawn(move || {
        // whoever asked may have gone
        let _ = tell.send(tauri_plugin_opener::reveal_item_in_dir(path));
    });
    match told.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => {
            tracing::info!(%error, "no file manager");
            Err(app::api_error(EngineError::new(
                ErrorCode::Unsupported,
                "No file manager has answered.",
            )))
        }
        Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_overwritten() {
        let dir = std::env::temp_dir().join(format!("ik-files-{}", std::process::id()));
        let mut paths = Vec::new();
        for text in ["one", "two", "three"] {
            let path = new_file(&dir, "box", "log", text.as_bytes()).await;
            paths.push((path.expect("it is written"), text));
        }
        let names = paths.iter().filter_map(|(path, _)| path.file_name());
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["box.log", "box-2.log", "box-3.log"]
        );
        for (path, text) in &paths {
            assert_eq!(std::fs::read_to_string(path).expect("it is there"), *text);
        }
        // a link to somewhere else is no place to write through
        #[cfg(unix)]
        {
            let aim = dir.join("aim");
            std::os::unix::fs::symlink(&aim, dir.join("link.log")).expect("a link");
            let path = new_file(&dir, "link", "log", b"x")
                .await
                .expect("beside it");
            assert_eq!(path, dir.join("link-2.log"));
            assert!(!aim.exists(), "nothing was written through the link");
        }
        std::fs::remove_dir_all(&dir).expect("it can go");
    }

    #[test]
    fn only_what_was_written_is_known() {
        let written = Written::default();
        written.add(Path::new("/home/mara/box.log"));
        assert!(written.has(Path::new("/home/mara/box.log")));
        assert!(!written.has(Path::new("/home/mara")));
    }
}
