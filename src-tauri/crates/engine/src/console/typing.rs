//! Typing a text into a VM, key by key.
//!
//! Invariant: nothing is pressed before every character is known to have keys, a key is let go
//! before the next is pressed, and the text is neither kept nor told.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use driver::{Chord, KeySet};
use model::{ErrorCode, Failure, VmId};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::layout::{self, KeyboardLayout, Keys, Layout, TextCheck, count};
use super::{Reached, chords};
use crate::bus::EngineEvent;
use crate::engine::Engine;
use crate::error::{EngineError, Result};

/// More than this is no text to type: at the usual pace it takes half an hour.
const LONGEST: usize = 100_000;
/// From one word about progress to the next.
const TOLD_EVERY: Duration = Duration::from_millis(100);

/// One text that is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TypingRun(pub Uuid);

/// How long a key takes, from 2 ms to a second. Shift and the like take as long again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace(Duration);

impl Pace {
    /// As fast as a BIOS takes.
    pub const USUAL: Self = Self(Duration::from_millis(20));

    /// This many milliseconds, or the nearest that can be.
    pub fn from_millis(ms: u32) -> Self {
        Self(Duration::from_millis(u64::from(ms).clamp(2, 1000)))
    }

    /// Hosts hold after every press and after every release.
    fn hold(self) -> Duration {
        self.0 / 2
    }

    /// What a chord takes at the host.
    fn lasts(self, keys: &Keys) -> Duration {
        self.0 * u32::try_from(keys.len()).unwrap_or(1)
    }
}

/// How far typing has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypingProgress {
    /// Keys pressed.
    pub done: u32,
    /// Keys to press.
    pub total: u32,
    /// Whether, and how, it is over.
    pub ended: Option<std::result::Result<(), Failure>>,
}

/// The texts that are being typed, at most one a VM.
#[derive(Clone, Default)]
pub(crate) struct Typists(Arc<Mutex<Busy>>);

#[derive(Default)]
struct Busy {
    runs: HashMap<TypingRun, CancellationToken>,
    vms: HashSet<VmId>,
}

impl Typists {
    fn lock(&self) -> MutexGuard<'_, Busy> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A text as keys, and the VM they are for. The VM is free for the next text when this is dropped.
struct Typing {
    reached: Reached,
    keys: Vec<Keys>,
    pace: Pace,
    typists: Typists,
}

impl Drop for Typing {
    fn drop(&mut self) {
        self.typists.lock().vms.remove(&self.reached.vm.id);
    }
}

impl Typing {
    /// Presses one key after the other, and says how many were.
    async fn run(
        &self,
        cancel: &CancellationToken,
        pressed: &mut (dyn FnMut(u32) + Send),
    ) -> Result<u32> {
        let total = count(&self.keys);
        let failed = |error: EngineError, done: u32| {
            let name = self.reached.name();
            error.attempted(format_args!(
                "type into {name} beyond key {done} of {total}"
            ))
        };
        for (done, keys) in (0..).zip(&self.keys) {
            if cancel.is_cancelled() {
                return Err(failed(cancelled(), done));
            }
            let next = Instant::now() + self.pace.lasts(keys);
            let chord = Chord {
                keys: keys.clone(),
                hold: self.pace.hold(),
            };
            let sent =
                self.reached
                    .session
                    .send_keys(&self.reached.vm.id.key, KeySet::Linux, chord);
            sent.await.map_err(|error| failed(error.into(), done))?;
            pressed(done + 1);
            // cut short by a cancel; the host lets go of what is pressed by itself
            tokio::select! {
                () = cancel.cancelled() => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
        Ok(total)
    }
}

impl Engine {
    /// The layouts that texts can be typed in.
    pub fn keyboard_layouts(&self) -> Vec<KeyboardLayout> {
        layout::all()
    }

    /// Which characters of a text a layout cannot type, and how many keys the others take.
    ///
    /// # Errors
    /// `invalid_input` for a layout that is not there.
    pub fn check_text(&self, text: &str, layout: &str) -> Result<TextCheck> {
        Ok(Layout::named(layout)?.check(text))
    }

    /// Begins to type. How far it is comes over the bus.
    ///
    /// # Errors
    /// `invalid_input` naming the characters that cannot be typed, before any is; `conflict` while
    /// another text is typed into the VM; and as [`Engine::open_console`].
    pub fn type_text(&self, vm: &VmId, text: &str, layout: &str, pace: Pace) -> Result<TypingRun> {
        let typing = self.typing(vm, text, layout, pace)?;
        let run = TypingRun(self.shared.ids.uuid());
        let cancel = self.shared.ending.child_token();
        let typists = self.shared.typists.clone();
        typists.lock().runs.insert(run, cancel.clone());
        let bus = self.shared.bus.clone();
        self.spawn(async move {
            let total = count(&typing.keys);
            let tell = |done, ended| {
                let progress = TypingProgress { done, total, ended };
                bus.tell(EngineEvent::Typing { run, progress });
            };
            let (mut last, mut told) = (0, Instant::now());
            let mut pressed = |done| {
                last = done;
                if told.elapsed() >= TOLD_EVERY {
                    told = Instant::now();
                    tell(done, None);
                }
            };
            let ended = typing.run(&cancel, &mut pressed).await;
            let ended = ended.map(drop).map_err(Failure::from);
            drop(typing);
            typists.lock().runs.remove(&run);
            tell(last, Some(ended));
        });
        Ok(run)
    }

    /// Stops typing between two keys.
    pub fn cancel_typing(&self, run: TypingRun) {
        if let Some(cancel) = self.shared.typists.lock().runs.get(&run) {
            cancel.cancel();
        }
    }

    /// Types a whole text, and says how many keys that took: for a terminal.
    ///
    /// # Errors
    /// As [`Engine::type_text`]; `cancelled`.
    pub async fn type_text_through(
        &self,
        vm: &VmId,
        text: &str,
        layout: &str,
        pace: Pace,
        cancel: &CancellationToken,
    ) -> Result<u32> {
        let typing = self.typing(vm, text, layout, pace)?;
        typing.run(cancel, &mut |_| {}).await
    }

    /// Presses keys together that have a name: `ctrl-alt-delete`, `ctrl-alt-f1`, `sysrq-s`, ….
    ///
    /// # Errors
    /// `invalid_input` for a name that is none; and as [`Engine::open_console`].
    pub async fn send_chord(&self, vm: &VmId, name: &str) -> Result<()> {
        let chord = chords::named(name)?;
        let reached = self.reached_to_change(vm)?;
        let sent = reached.session.send_keys(&vm.key, KeySet::Linux, chord);
        sent.await.map_err(|error| {
            EngineError::from(error).attempted(format_args!("press keys in {}", reached.name()))
        })
    }

    fn typing(&self, vm: &VmId, text: &str, layout: &str, pace: Pace) -> Result<Typing> {
        if text.len() > LONGEST {
            return Err(EngineError::new(
                ErrorCode::InvalidInput,
                format!("A text of more than {LONGEST} bytes is not typed."),
            ));
        }
        let keys = Layout::named(layout)?.keys(text).map_err(|wrong| {
            let named: Vec<String> = wrong.unmappable.into_iter().map(shown).collect();
            EngineError::new(
                ErrorCode::InvalidInput,
                format!(
                    "Nothing was typed: the layout {layout} has no keys for {}.",
                    named.join(" ")
                ),
            )
        })?;
        let reached = self.reached_to_change(vm)?;
        let typists = self.shared.typists.clone();
        if !typists.lock().vms.insert(vm.clone()) {
            return Err(EngineError::new(
                ErrorCode::Conflict,
                "Another text is being typed into it.",
            )
            .attempted(format_args!("type into {}", reached.name())));
        }
        Ok(Typing {
            reached,
            keys,
            pace,
            typists,
        })
    }
}

/// A character for a message: what cannot be seen is named by its number.
fn shown(character: char) -> String {
    if character.is_control() || character.is_whitespace() {
        format!("U+{:04X}", u32::from(character))
    } else {
        character.to_string()
    }
}

fn cancelled() -> EngineError {
    EngineError::new(ErrorCode::Cancelled, "It was stopped.")
}
