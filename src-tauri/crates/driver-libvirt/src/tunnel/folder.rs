//! A folder for sockets, which only this user can enter, and which outlives no process for long.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::platform;

const PREFIX: &str = "innkeeper-";
const LOCK: &str = "lock";
/// First letter of a login's control socket.
pub(super) const CONTROL: char = 'c';

/// The folder of this process. Gone when dropped; what a killed process left behind is removed when
/// the next one makes its own.
#[derive(Debug)]
pub(crate) struct PrivateFolder {
    folder: tempfile::TempDir,
    /// Held for as long as we live: that is how others know that the folder is in use.
    _lock: File,
    names: AtomicU64,
}

impl PrivateFolder {
    pub(crate) fn create() -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for parent in platform::runtime_folders() {
            remove_left_over(&parent);
            match Self::create_in(&parent) {
                Ok(folder) => return Ok(folder),
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    fn create_in(parent: &Path) -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .rand_bytes(6)
            .tempdir_in(parent)?;
        platform::set_private(folder.path())?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self {
            folder,
            _lock: lock,
            names: AtomicU64::new(0),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A short name that is not in use in the folder.
    pub(crate) fn fresh_name(&self, kind: char) -> String {
        format!("{kind}{}", self.names.fetch_add(1, Ordering::Relaxed))
    }
}

/// Removes the folders of processes that are no more.
fn remove_left_over(parent: &Path) {
    let Ok(entries) = std::fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            remove_if_left_over(&entry.path());
        }
    }
}

fn remove_if_left_over(folder: &Path) -> Option<PathBuf> {
    // no lock file: another process is about to make it, or it is not ours at all
    let lock = File::open(folder.join(LOCK)).ok()?;
    lock.try_lock().ok()?;
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        if entry.file_name().to_string_lossy().starts_with(CONTROL) {
            platform::end_left_over_login(&entry.path());
        }
    }
    std::fs::remove_dir_all(folder).ok()?;
    Some(folder.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_use_stays_and_one_left_over_goes() {
        let parent = tempfile::tempdir().expect("a folder");
        let ours = PrivateFolder::create_in(parent.path()).expect("a private folder");
        let left_over = parent.path().join("innkeeper-killed");
        let strange = parent.path().join("innkeeper-notes");
        for folder in [&left_over, &strange] {
            std::fs::create_dir(folder).expect("a folder");
        }
        File::create(left_over.join(LOCK)).expect("a lock nobody holds");
        remove_left_over(parent.path());
        assert!(ours.path().exists(), "a folder in use stays");
        assert!(!left_over.exists(), "a killed process's folder goes");
        assert!(strange.exists(), "what has no lock is not ours");
        assert_ne!(ours.fresh_name('n'), ours.fresh_name('n'));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_enter() {
        use std::os::unix::fs::PermissionsExt;
        let folder = PrivateFolder::create().expect("a private folder");
        let mode = folder
            .path()
            .metadata()
            .expect("it is there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o700);
        // control path, 17 bytes of ssh's temporary suffix, and the end of a C string
        let control = folder.path().join("c999999").as_os_str().len() + 17 + 1;
        assert!(
            control <= 104,
            "{control} bytes do not fit a socket address"
        );
    }
}
