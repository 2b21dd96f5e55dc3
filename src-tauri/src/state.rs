//! What the shell holds: the engine, once it is open, and what its pages have been told.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use api::{ApiError, NoticeDto};
use app::{Opened, Place, Role, Rows};
use engine::Engine;
use model::{ErrorCode, Failure};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};

use crate::consoles::Consoles;
use crate::events::Pages;
use crate::files::Written;
use crate::frame::Frames;
use crate::options::Options;
use crate::timing;

/// Longer than this a page that paints nothing does not keep hosts from being connected to.
const FIRST_PAINT: Duration = Duration::from_secs(3);

/// Longer than this nobody waits for hosts when the app ends.
const PATIENCE: Duration = Duration::from_secs(3);

/// The engine, and what its opening had to tell.
pub struct Opening {
    /// The engine.
    pub engine: Engine,
    /// What the user should know at once.
    pub notices: Vec<NoticeDto>,
}

type OpeningResult = Result<Arc<Opening>, ApiError>;

/// What commands work on.
pub struct Shell {
    opening: Arc<watch::Sender<Option<OpeningResult>>>,
    rows: Mutex<Rows>,
    runtime: Handle,
    /// Where messages go.
    pub pages: Pages,
    /// Consoles in windows of their own.
    pub consoles: Consoles,
    /// The files that were written for the user.
    pub written: Written,
    /// Told when the page has painted its first list.
    pub painted: Arc<Notify>,
    /// What the page paints first.
    pub frames: Arc<Frames>,
    /// Where everything is kept.
    pub place: Place,
    /// What was asked for on the command line.
    pub options: Options,
    /// When this process began, in microseconds since 1970.
    pub started: u64,
}

impl Shell {
    /// Begins to open the engine; does not wait for it.
    pub fn open(runtime: &Handle, place: Place, options: Options) -> Self {
        let opening = Arc::new(watch::Sender::new(None));
        let frames = Arc::new(Frames::default());
        let (told, recalled) = (Arc::clone(&opening), Arc::clone(&frames));
        let started = timing::now_unix_us();
        let (dir, demo, empty) = (place.clone(), options.demo, options.empty_window);
        let page_painted = Arc::new(Notify::new());
        let painted = Arc::clone(&page_painted);
        runtime.spawn(async move {
            if empty {
                return;
            }
            let opened = open(&dir, demo).await;
            timing::mark("inventory_open", started);
            let engine = opened.as_ref().ok().map(|opening| opening.engine.clone());
            told.send_replace(Some(opened));
            if let Some(engine) = &engine {
                recalled.recall(engine, &dir.layout_file());
                timing::mark("frame_recalled", started);
            }
            // hosts are slower than a frame: what is known is shown before they are asked
            let first_paint = tokio::time::timeout(FIRST_PAINT, painted.notified());
            if first_paint.await.is_err() {
                tracing::debug!("the page has painted nothing; connecting all the same");
            }
            if let Some(engine) = engine {
                engine.connect_automatic();
            }
        });
        Self {
            opening,
            rows: Mutex::new(Rows::default()),
            painted: page_painted,
            frames,
            pages: Pages::default(),
            consoles: Consoles::default(),
            written: Written::default(),
            runtime: runtime.clone(),
            place,
            options,
            started,
        }
    }

    /// The engine, when it is open.
    ///
    /// # Errors
    /// Why the inventory cannot be opened.
    pub async fn opening(&self) -> OpeningResult {
        let mut opening = self.opening.subscribe();
        let opened = opening.wait_for(Option::is_some).await;
        opened
            .ok()
            .and_then(|opened| opened.clone())
            .unwrap_or_else(|| {
                Err(Failure {
                    code: ErrorCode::Internal,
                    message: "The inventory was not opened.".to_owned(),
                    hint: None,
                    detail: None,
                }
                .into())
            })
    }

    /// Whether the inventory is open now.
    pub fn is_open(&self) -> bool {
        matches!(*self.opening.borrow(), Some(Ok(_)))
    }

    /// The engine, when it is open.
    ///
    /// # Errors
    /// Why the inventory cannot be opened.
    pub async fn engine(&self) -> Result<Engine, ApiError> {
        Ok(self.opening().await?.engine.clone())
    }

    /// What the page has been told of rows. Never held across a wait.
    pub fn rows(&self) -> MutexGuard<'_, Rows> {
        // whoever panicked while holding it has told the page nothing wrong
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the engine: sessions close, unfinished tasks become interrupted. Waits, but not for ever:
    /// a host that hangs must not keep the app from ending.
    pub fn close(&self) {
        let (done, ended) = std::sync::mpsc::channel();
        let end = end(self.opening.borrow().clone());
        self.runtime.spawn(async move {
            end.await;
            // the app may have stopped waiting
            let _ = done.send(());
        });
        if ended.recv_timeout(PATIENCE).is_err() {
            tracing::warn!("ended without waiting for every host");
        }
    }

    /// Ends the engine and opens the inventory again, as the next start will find it: no host is connected to.
    /// Whether that came about.
    pub async fn begin_anew(&self) -> bool {
        let opened = self.opening.send_replace(None);
        *self.rows() = Rows::default();
        let ended = tokio::time::timeout(PATIENCE, end(opened)).await;
        // what still writes makes another inventory of it
        if ended.is_err() {
            return false;
        }
        let opened = open(&self.place, self.options.demo).await;
        let is_open = opened.is_ok();
        self.opening.send_replace(Some(opened));
        is_open
    }
}

async fn end(opened: Option<OpeningResult>) {
    if let Some(Ok(opening)) = opened {
        opening.engine.close().await;
    }
}

async fn open(place: &Place, demo: bool) -> OpeningResult {
    let Opened { engine, notices } = app::open(place, Role::Window)
        .await
        .map_err(app::api_error)?;
    if demo && engine.connections().is_empty() {
        engine
            .add_demo(&place.demo_dir(), app::demo::FILES)
            .await
            .map_err(app::api_error)?;
    }
    Ok(Arc::new(Opening { engine, notices }))
}
