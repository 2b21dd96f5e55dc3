//! Instances: which processes share the inventory, and which of them still live.
//!
//! Each process holds a lock on a file of its own, `instances/ID.lock`. The operating system lets
//! go of it however the process ends, so a lock that can be taken belongs to a dead one. Identities
//! are never used twice: dead stays dead.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::private;

/// One process (or one opened store, in tests).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InstanceId(Uuid);

impl InstanceId {
    pub(crate) const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    pub(crate) const fn as_uuid(self) -> Uuid {
        self.0
    }

    pub(crate) fn random() -> Self {
        Self(Uuid::new_v4())
    }
}

/// Our own lock, held until dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    pub id: InstanceId,
    file: PathBuf,
    _lock: File,
}

impl Instance {
    /// Takes a lock of our own in `folder`, and clears away those of the dead. The caller keeps
    /// others from starting at the same time: between creating and locking, a file looks dead.
    pub(crate) fn start(folder: &Path) -> io::Result<Self> {
        private::create_folder(folder)?;
        for entry in fs::read_dir(folder)? {
            let file = entry?.path();
            if file
                .extension()
                .is_some_and(|extension| extension == "lock")
                && !is_held(&file)
            {
                // somebody else may have been faster
                let _ = fs::remove_file(&file);
            }
        }
        let id = InstanceId::random();
        let file = lock_file(folder, id);
        let lock = private::create_file(&file)?;
        lock.lock()?;
        Ok(Self {
            id,
            file,
            _lock: lock,
        })
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // a file that stays is cleared away by the next start
        let _ = fs::remove_file(&self.file);
    }
}

/// Whether instance `id` still lives.
pub(crate) fn is_alive(folder: &Path, id: InstanceId) -> bool {
    is_held(&lock_file(folder, id))
}

fn lock_file(folder: &Path, id: InstanceId) -> PathBuf {
    folder.join(format!("{}.lock", id.0))
}

fn is_held(file: &Path) -> bool {
    match OpenOptions::new().read(true).write(true).open(file) {
        Ok(lock) => match lock.try_lock() {
            Ok(()) => false,
            Err(TryLockError::WouldBlock) => true,
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "cannot tell whether another Innkeeper is at work");
                true
            }
        },
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_nobody_holds_belongs_to_the_dead_and_is_cleared_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let alive = Instance::start(folder.path()).expect("first");
        let dead = InstanceId::random();
        fs::write(lock_file(folder.path(), dead), "").expect("left behind");

        assert!(is_alive(folder.path(), alive.id));
        assert!(!is_alive(folder.path(), dead));
        assert!(!is_alive(folder.path(), InstanceId::random()), "no file");

        let second = Instance::start(folder.path()).expect("second");
        assert!(
            is_alive(folder.path(), alive.id),
            "a start spares the living"
        );
        assert!(!lock_file(folder.path(), dead).exists());

        let gone = second.id;
        drop(second);
        assert!(!is_alive(folder.path(), gone));
    }
}
