//! What of a host is read next, without any IO. Events are hints: they only make something due.
//!
//! First comes the list, then VMs that hints named, then definitions that somebody waits for, then
//! in the background: definitions never read, addresses, and definitions read before this session.
//! What is on the screen goes first within each. At most four reads are under way at a time, so
//! that a host's five places for our requests are never all taken.
//!
//! Invariant: of one VM, no two reads of the same kind are under way; whatever is hinted at while
//! one is, is read again after it.

use std::collections::HashMap;
use std::time::Duration;

use driver::Aspect;
use model::VmKey;
use tokio::time::Instant;

use super::backlog::Backlog;

/// Reads under way at a time.
pub const AT_A_TIME: usize = 4;
/// From a hint to its read, so that the few events of one change make one read.
const LEAD: Duration = Duration::from_millis(20);
/// From one read of a VM to the next, however many hints there are.
const SPACING: Duration = Duration::from_millis(100);
/// So many hinted VMs are read by one list.
const MANY: usize = 100;
/// From one list to the next, to find what no event told.
const RECONCILE: Duration = Duration::from_secs(60);
/// From a read that failed to the next try.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// Between two reads that nobody waits for.
const PACE: Duration = Duration::from_millis(250);

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Read {
    /// All VMs.
    List,
    /// One VM's summary.
    Summary(VmKey),
    /// One VM's definition.
    Definition(VmKey),
    /// One VM's addresses.
    Addresses(VmKey),
}

/// What is due, what is under way.
#[derive(Debug)]
pub struct Reads {
    list_due: Instant,
    hints: HashMap<VmKey, Instant>,
    wanted: Backlog,
    missing: Backlog,
    old: Backlog,
    addresses: Backlog,
    visible: Vec<VmKey>,
    running: HashMap<Read, Instant>,
    /// Start of the last read of a VM, for as long as it may matter.
    started: HashMap<VmKey, Instant>,
    next_paced: Instant,
}

impl Reads {
    /// A session that has just been opened: the list is due.
    pub fn new(now: Instant) -> Self {
        Self {
            list_due: now,
            hints: HashMap::new(),
            wanted: Backlog::default(),
            missing: Backlog::default(),
            old: Backlog::default(),
            addresses: Backlog::default(),
            visible: Vec::new(),
            running: HashMap::new(),
            started: HashMap::new(),
            next_paced: now,
        }
    }

    /// Something about a VM has changed.
    pub fn hint(&mut self, key: VmKey, aspect: Aspect, now: Instant) {
        if aspect == Aspect::Definition {
            self.wanted.add(key.clone());
        }
        let lately = self.started.get(&key).map(|started| *started + SPACING);
        let due = lately.unwrap_or(now).max(now + LEAD);
        self.hints.entry(key).or_insert(due);
    }

    /// Somebody waits for the truth about a VM.
    pub fn ask(&mut self, key: VmKey, aspect: Aspect, now: Instant) {
        if aspect == Aspect::Definition {
            self.wanted.add(key.clone());
        }
        self.hints.insert(key, now);
    }

    /// Everything must be read again.
    pub fn overflow(&mut self, now: Instant) {
        self.list_due = self.list_due.min(now + LEAD);
    }

    /// A definition was never read.
    pub fn is_missing(&mut self, key: VmKey) {
        self.missing.add(key);
    }

    /// A definition was read, but before this session.
    pub fn is_old(&mut self, key: VmKey) {
        self.old.add(key);
    }

    /// Addresses are to be read.
    pub fn wants_addresses(&mut self, key: VmKey) {
        self.addresses.add(key);
    }

    /// A VM is gone: nothing of it is to be read.
    pub fn forget(&mut self, key: &VmKey) {
        self.hints.remove(key);
        for backlog in [
            &mut self.wanted,
            &mut self.missing,
            &mut self.old,
            &mut self.addresses,
        ] {
            backlog.remove(key);
        }
    }

    /// What is on the screen, from the top.
    pub fn set_visible(&mut self, visible: Vec<VmKey>) {
        self.visible = visible;
    }

    /// What is on the screen, from the top.
    pub fn visible(&self) -> &[VmKey] {
        &self.visible
    }

    /// How many definitions were never read.
    pub fn still_missing(&self) -> usize {
        self.missing.len()
    }

    /// Begins a read, if one is due and there is room.
    pub fn begin(&mut self, now: Instant) -> Option<Read> {
        if !self.running.contains_key(&Read::List) {
            self.started.retain(|_, started| *started + SPACING > now);
        }
        let read = self.choose(now)?;
        self.running.insert(read.clone(), now);
        match &read {
            Read::List => self.hints.clear(),
            Read::Summary(key) => {
                self.hints.remove(key);
                self.started.insert(key.clone(), now);
            }
            Read::Definition(key) => {
                for backlog in [&mut self.wanted, &mut self.missing, &mut self.old] {
                    backlog.remove(key);
                }
            }
            Read::Addresses(_) => {}
        }
        Some(read)
    }

    /// A read has ended well. Gives when it began.
    pub fn done(&mut self, read: &Read, now: Instant) -> Instant {
        let began = self.running.remove(read).unwrap_or(now);
        if *read == Read::List {
            self.list_due = now + RECONCILE;
        }
        began
    }

    /// A read has failed, and the host still answers: it is tried again later.
    pub fn failed(&mut self, read: &Read, now: Instant) {
        self.running.remove(read);
        match read {
            Read::List => self.list_due = now + AFTER_FAILURE,
            Read::Summary(key) => {
                self.hints.entry(key.clone()).or_insert(now + AFTER_FAILURE);
            }
            Read::Definition(key) => self.old.add(key.clone()),
            // the next round asks again
            Read::Addresses(_) => {}
        }
    }

    /// VMs of which a single read began after `list_began`: it knows better than that list.
    pub fn read_since(&self, list_began: Instant) -> Vec<VmKey> {
        let newer = self.started.iter().filter(|(_, at)| **at > list_began);
        newer.map(|(key, _)| key.clone()).collect()
    }

    /// When [`Reads::begin`] may give something, if nothing ends and nobody asks before.
    pub fn due(&self, now: Instant) -> Option<Instant> {
        let listing = self.running.contains_key(&Read::List);
        let list = (!listing).then_some(self.list_due);
        if self.running.len() >= AT_A_TIME {
            return list;
        }
        let hint = if listing && self.hinted(now) >= MANY {
            None
        } else {
            self.hints
                .iter()
                .filter(|(key, _)| !self.is_running(Read::Summary, key))
                .map(|(_, due)| *due)
                .min()
        };
        let paced = (!self.old.is_empty() || !self.addresses.is_empty()).then_some(self.next_paced);
        [list, hint, paced].into_iter().flatten().min()
    }

    fn choose(&mut self, now: Instant) -> Option<Read> {
        let listing = self.running.contains_key(&Read::List);
        let hinted = self.hinted(now);
        if !listing && (self.list_due <= now || hinted >= MANY) {
            return Some(Read::List);
        }
        if self.running.len() >= AT_A_TIME {
            return None;
        }
        if hinted > 0 && hinted < MANY {
            let due = self
                .hints
                .iter()
                .filter(|(key, due)| **due <= now && !self.is_running(Read::Summary, key))
                .min_by_key(|(_, due)| **due);
            if let Some((key, _)) = due {
                return Some(Read::Summary(key.clone()));
            }
        }
        let (running, visible) = (&self.running, &self.visible);
        let idle = |key: &VmKey| !running.contains_key(&Read::Definition(key.clone()));
        for backlog in [&mut self.wanted, &mut self.missing] {
            if let Some(key) = backlog.first(visible, idle) {
                return Some(Read::Definition(key));
            }
        }
        // what is seen is not made to wait for the pace
        if let Some(key) = self.old.seen(visible, idle) {
            return Some(Read::Definition(key));
        }
        if now < self.next_paced || (self.old.is_empty() && self.addresses.is_empty()) {
            return None;
        }
        self.next_paced = now + PACE;
        let asked = |key: &VmKey| !running.contains_key(&Read::Addresses(key.clone()));
        if let Some(key) = self.addresses.take(visible, asked) {
            return Some(Read::Addresses(key));
        }
        self.old.first(visible, idle).map(Read::Definition)
    }

    fn hinted(&self, now: Instant) -> usize {
        self.hints.values().filter(|due| **due <= now).count()
    }

    fn is_running(&self, read: fn(VmKey) -> Read, key: &VmKey) -> bool {
        self.running.contains_key(&read(key.clone()))
    }
}

#[cfg(test)]
mod tests;
