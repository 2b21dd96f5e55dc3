//! VMs that wait their turn: first come first served, but what is on the screen goes first.

use std::collections::{HashSet, VecDeque};

use model::VmKey;

/// VMs that wait, each once.
#[derive(Debug, Default)]
pub struct Backlog {
    order: VecDeque<VmKey>,
    members: HashSet<VmKey>,
}

impl Backlog {
    pub fn add(&mut self, key: VmKey) {
        if self.members.insert(key.clone()) {
            self.order.push_back(key);
        }
    }

    pub fn remove(&mut self, key: &VmKey) {
        // its place in the order is passed over later
        self.members.remove(key);
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The first on the screen that waits and is wanted.
    pub fn seen(&self, visible: &[VmKey], wanted: impl Fn(&VmKey) -> bool) -> Option<VmKey> {
        if self.members.is_empty() {
            return None;
        }
        visible
            .iter()
            .find(|key| self.members.contains(*key) && wanted(key))
            .cloned()
    }

    /// The next: on the screen first, then in order. It stays until it is removed.
    pub fn first(&mut self, visible: &[VmKey], wanted: impl Fn(&VmKey) -> bool) -> Option<VmKey> {
        if let Some(key) = self.seen(visible, &wanted) {
            return Some(key);
        }
        while let Some(key) = self.order.front()
            && !self.members.contains(key)
        {
            self.order.pop_front();
        }
        self.order
            .iter()
            .find(|key| self.members.contains(*key) && wanted(key))
            .cloned()
    }

    /// The next, taken out.
    pub fn take(&mut self, visible: &[VmKey], wanted: impl Fn(&VmKey) -> bool) -> Option<VmKey> {
        let key = self.first(visible, wanted)?;
        self.remove(&key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_screen_goes_first_and_the_rest_in_order() {
        let key = |n: u32| VmKey::new(n.to_string());
        let mut backlog = Backlog::default();
        for n in [1, 2, 3, 4, 2] {
            backlog.add(key(n));
        }
        backlog.remove(&key(1));
        let visible = [key(9), key(4)];
        let taken: Vec<String> = std::iter::from_fn(|| backlog.take(&visible, |_| true))
            .map(|key| key.to_string())
            .collect();
        assert_eq!(taken, ["4", "2", "3"]);
        assert!(backlog.is_empty());
    }
}
