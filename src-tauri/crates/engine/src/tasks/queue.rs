//! Which task is next, without any IO.
//!
//! Invariant: of one VM, one task at a time, in the order they were asked for. Of one host, at most
//! four that act, two of them long. A task that only waits for its guest takes no place at its host.

use std::collections::{HashMap, HashSet, VecDeque};

use model::{ConnectionId, TaskId, VmId};

const ACTING: usize = 4;
const LONG: usize = 2;

/// How long a task keeps its place at its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// A moment.
    Short,
    /// It writes or reads a guest's memory.
    Long,
}

#[derive(Debug, Clone)]
struct Entry {
    id: TaskId,
    vm: VmId,
    length: Length,
}

/// Tasks that wait, and the places that are taken.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Entry>,
    /// Tasks that run; whether each still has its place at its host.
    running: HashMap<TaskId, (Entry, bool)>,
}

impl Queue {
    pub fn add(&mut self, id: TaskId, vm: VmId, length: Length) {
        self.waiting.push_back(Entry { id, vm, length });
    }

    /// Whether anything is asked of this VM.
    pub fn has(&self, vm: &VmId) -> bool {
        let mut running = self.running.values().map(|(entry, _)| entry);
        self.waiting.iter().any(|entry| entry.vm == *vm) || running.any(|entry| entry.vm == *vm)
    }

    /// The next task that may run. Its VM and a place at its host are taken.
    pub fn next(&mut self) -> Option<TaskId> {
        let mut busy: HashSet<&VmId> = self.running.values().map(|(entry, _)| &entry.vm).collect();
        let at = self.waiting.iter().position(|entry| {
            // an earlier task of the same VM goes first, even when it has no place yet
            busy.insert(&entry.vm) && self.has_place(entry)
        })?;
        let entry = self.waiting.remove(at)?;
        let id = entry.id;
        self.running.insert(id, (entry, true));
        Some(id)
    }

    /// A running task needs its host no more.
    pub fn leave_place(&mut self, id: TaskId) {
        if let Some((_, place)) = self.running.get_mut(&id) {
            *place = false;
        }
    }

    /// A task has ended, or will never run.
    pub fn remove(&mut self, id: TaskId) {
        self.waiting.retain(|entry| entry.id != id);
        self.running.remove(&id);
    }

    fn has_place(&self, entry: &Entry) -> bool {
        let (acting, long) = self.load(entry.vm.connection);
        acting < ACTING && (entry.length == Length::Short || long < LONG)
    }

    fn load(&self, host: ConnectionId) -> (usize, usize) {
        let acting = || {
            let places = self.running.values().filter(|(_, place)| *place);
            places.filter(|(entry, _)| entry.vm.connection == host)
        };
        let long = acting().filter(|(entry, _)| entry.length == Length::Long);
        (acting().count(), long.count())
    }
}

#[cfg(test)]
mod tests {
    use model::VmKey;
    use uuid::Uuid;

    use super::*;

    fn task(n: u128) -> TaskId {
        TaskId::from_uuid(Uuid::from_u128(n))
    }

    fn vm(host: u128, n: u32) -> VmId {
        let host = ConnectionId::from_uuid(Uuid::from_u128(host));
        VmId::new(host, VmKey::new(n.to_string()))
    }

    fn begin(queue: &mut Queue) -> Vec<u128> {
        std::iter::from_fn(|| queue.next())
            .map(|id| id.as_uuid().as_u128())
            .collect()
    }

    #[test]
    fn tasks_of_one_vm_run_one_after_another_and_others_overtake_them() {
        let mut queue = Queue::default();
        for (n, vm) in [(1, vm(1, 1)), (2, vm(1, 1)), (3, vm(1, 2)), (4, vm(1, 1))] {
            queue.add(task(n), vm, Length::Short);
        }
        assert_eq!(begin(&mut queue), [1, 3]);
        queue.remove(task(1));
        assert_eq!(begin(&mut queue), [2]);
        queue.leave_place(task(2));
        assert!(
            begin(&mut queue).is_empty(),
            "a task that waits for its guest keeps its VM"
        );
        assert!(queue.has(&vm(1, 1)) && !queue.has(&vm(1, 3)));
    }

    #[test]
    fn four_at_a_time_on_a_host_and_the_other_hosts_notice_nothing() {
        let mut queue = Queue::default();
        for n in 1..=6 {
            queue.add(task(n.into()), vm(1, n), Length::Short);
            queue.add(task((n + 100).into()), vm(2, n), Length::Short);
        }
        assert_eq!(begin(&mut queue), [1, 101, 2, 102, 3, 103, 4, 104]);
        queue.leave_place(task(2));
        assert_eq!(
            begin(&mut queue),
            [5],
            "a guest that takes its time holds no place"
        );
    }

    #[test]
    fn long_tasks_leave_room_for_short_ones() {
        let mut queue = Queue::default();
        for n in 1..=4 {
            queue.add(task(n.into()), vm(1, n), Length::Long);
        }
        queue.add(task(5), vm(1, 5), Length::Short);
        assert_eq!(begin(&mut queue), [1, 2, 5]);
        queue.remove(task(1));
        assert_eq!(begin(&mut queue), [3]);
    }

    #[test]
    fn a_task_that_waits_for_a_place_is_not_overtaken_by_a_later_one_of_its_vm() {
        let mut queue = Queue::default();
        for n in 1..=2 {
            queue.add(task(n.into()), vm(1, n), Length::Long);
        }
        queue.add(task(3), vm(1, 3), Length::Long);
        queue.add(task(4), vm(1, 3), Length::Short);
        assert_eq!(begin(&mut queue), [1, 2]);
    }
}
