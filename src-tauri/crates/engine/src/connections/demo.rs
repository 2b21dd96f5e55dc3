//! The demo estate: its files on disk, its connections added.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use model::ErrorCode;

use super::ImportReport;
use crate::engine::Engine;
use crate::error::{EngineError, Result};

/// The file among the demo's that lists its connections.
const LIST: &str = "demo.toml";

impl Engine {
    /// Writes the demo estate's files into `dir` (created if missing; existing files are replaced)
    /// and imports its `demo.toml`, in which `{dir}` stands for that folder.
    ///
    /// # Errors
    /// `storage_full`, `permission_denied` or `internal` when files cannot be written; as
    /// [`Engine::import_connections`].
    pub async fn add_demo(&self, dir: &Path, files: &[(&str, &str)]) -> Result<ImportReport> {
        let failed = |error: io::Error| {
            EngineError::new(code(&error), format!("{}: {error}.", dir.display()))
                .attempted("write the demo estate")
        };
        tokio::fs::create_dir_all(dir).await.map_err(failed)?;
        let mut list = "";
        for (name, text) in files {
            tokio::fs::write(dir.join(name), text)
                .await
                .map_err(failed)?;
            if *name == LIST {
                list = text;
            }
        }
        self.import_connections(&list.replace("{dir}", &url_path(dir)))
            .await
    }
}

fn code(error: &io::Error) -> ErrorCode {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::StorageFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            ErrorCode::PermissionDenied
        }
        _ => ErrorCode::Internal,
    }
}

/// A path as it stands in a URI: with its leading slash, everything unusual percent-encoded.
fn url_path(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut url = String::new();
    if !text.starts_with('/') {
        url.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' | b':' => {
                url.push(char::from(byte));
            }
            _ => write!(url, "%{byte:02X}").expect("a String takes everything"),
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_unusual_letters_stays_one_path() {
        for (path, url) in [
            ("/home/mara/demo", "/home/mara/demo"),
            ("/home/m é/50%?#", "/home/m%20%C3%A9/50%25%3F%23"),
            ("C:\\Users\\mara", "/C:/Users/mara"),
        ] {
            assert_eq!(url_path(Path::new(path)), url);
        }
    }
}
