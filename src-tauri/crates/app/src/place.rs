//! Where everything is kept: one folder, moved as a whole by `INNKEEPER_DATA_DIR`.

use std::ffi::OsStr;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use tracing_subscriber::EnvFilter;

/// The folder everything is kept in: inventory, settings, layout, logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(PathBuf);

impl Place {
    /// The folder of this user, or the one `INNKEEPER_DATA_DIR` names. `None` when the system names
    /// no place for a program's data and the variable is not set.
    pub fn of_this_user() -> Option<Self> {
        Self::choose(
            std::env::var_os("INNKEEPER_DATA_DIR").as_deref(),
            dirs::data_local_dir(),
        )
    }

    fn choose(named: Option<&OsStr>, local: Option<PathBuf>) -> Option<Self> {
        match named {
            Some(dir) if !dir.is_empty() => std::path::absolute(dir).ok().map(Self),
            Some(_) | None => local.map(|dir| Self(dir.join("innkeeper"))),
        }
    }

    /// The place of the demo estate, beside the user's own so that neither touches the other.
    #[must_use]
    pub fn for_demo(&self) -> Self {
        Self(self.0.join("demo"))
    }

    /// Tells a place apart from the one the system has for this user; `None` for that one itself.
    /// Programs that run from different places run side by side.
    pub fn mark(&self) -> Option<String> {
        if Some(self) == Self::choose(None, dirs::data_local_dir()).as_ref() {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        Some(format!("{:016x}", hasher.finish()))
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.0
    }

    /// The window's layout, kept by tauri-plugin-store.
    pub fn layout_file(&self) -> PathBuf {
        self.0.join("layout.json")
    }

    /// What the web view keeps.
    pub fn web_dir(&self) -> PathBuf {
        self.0.join("web")
    }

    /// The demo estate's files.
    pub fn demo_dir(&self) -> PathBuf {
        self.0.join("demo-estate")
    }
}

/// Crates that log what they carry when asked for everything: keys, what a guest prints, tokens.
const TALKATIVE: [&str; 2] = ["tungstenite=warn", "tokio_tungstenite=warn"];

/// Sends logs to stderr, at the level `INNKEEPER_LOG` says (`warn` unless told).
pub fn log_to_stderr() {
    let said = std::env::var("INNKEEPER_LOG").ok();
    // a second call, from a test, changes nothing
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter(said.as_deref()))
        .with_writer(std::io::stderr)
        .try_init();
}

/// What is logged. Whatever was said, nothing secret is.
fn filter(said: Option<&str>) -> EnvFilter {
    let harmless = said.map(|said| {
        let parts = said.split(',').filter(|part| !part.contains("tungstenite"));
        parts.collect::<Vec<_>>().join(",")
    });
    let said = harmless.and_then(|said| EnvFilter::try_new(said).ok());
    TALKATIVE
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(
            said.unwrap_or_else(|| EnvFilter::new("warn")),
            EnvFilter::add_directive,
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_moves_everything_and_an_empty_one_nothing() {
        let local = || Some(PathBuf::from("/home/mara/.local/share"));
        let dir = |named: Option<&str>| {
            Place::choose(named.map(OsStr::new), local()).map(|place| place.dir().to_owned())
        };
        assert_eq!(
            dir(None),
            Some(PathBuf::from("/home/mara/.local/share/innkeeper"))
        );
        assert_eq!(dir(Some("")), dir(None));
        let moved = dir(Some("elsewhere")).expect("a relative folder is one, too");
        assert!(
            moved.is_absolute() && moved.ends_with("elsewhere"),
            "{moved:?}"
        );
        assert_eq!(Place::choose(None, None), None);
    }

    #[test]
    fn places_have_marks_of_their_own_and_the_usual_one_none() {
        let usual = Place::choose(None, dirs::data_local_dir()).expect("this system has a place");
        assert_eq!(usual.mark(), None);
        let demo = usual.for_demo().mark().expect("the demo is elsewhere");
        assert_eq!(Some(&demo), usual.for_demo().mark().as_ref());
        assert_ne!(Some(demo), Place("/elsewhere".into()).mark());
    }

    #[test]
    fn what_a_console_carries_is_not_logged_whatever_is_asked_for() {
        #[derive(Clone, Default)]
        struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);
        impl std::io::Write for Log {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                let mut log = self.0.lock().expect("no test panics in here");
                log.write(bytes)
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        for said in [
            "trace",
            "tungstenite=trace,app=trace",
            "trace,tungstenite::protocol",
        ] {
            let log = Log::default();
            let writer = log.clone();
            let subscriber = tracing_subscriber::fmt()
                .with_env_filter(filter(Some(said)))
                .with_writer(move || writer.clone())
                .finish();
            tracing::subscriber::with_default(subscriber, || {
                tracing::trace!(target: "app", "harmless");
                tracing::trace!(target: "tungstenite::protocol", "hunter2");
                tracing::debug!(target: "tokio_tungstenite", "hunter2");
            });
            let log = log.0.lock().expect("no test panics in here").clone();
            let log = String::from_utf8(log).expect("text");
            assert!(log.contains("harmless"), "{said}: {log}");
            assert!(!log.contains("hunter2"), "{said}: {log}");
        }
    }
}
