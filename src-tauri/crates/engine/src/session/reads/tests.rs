//! What is read when, decided without a host.

use std::slice;

use super::*;

struct Bench {
    reads: Reads,
    now: Instant,
}

fn key(n: usize) -> VmKey {
    VmKey::new(format!("vm-{n:04}"))
}

impl Bench {
    /// After the first list.
    fn synced() -> Self {
        let now = Instant::now();
        let mut bench = Self {
            reads: Reads::new(now),
            now,
        };
        assert_eq!(bench.begin(), [Read::List]);
        bench.reads.done(&Read::List, now);
        bench
    }

    fn begin(&mut self) -> Vec<Read> {
        std::iter::from_fn(|| self.reads.begin(self.now)).collect()
    }

    fn done(&mut self, read: &Read) {
        self.reads.done(read, self.now);
    }

    fn pass(&mut self, millis: u64) {
        self.now += Duration::from_millis(millis);
    }

    fn hint(&mut self, n: usize) {
        self.reads.hint(key(n), Aspect::State, self.now);
    }

    /// Lets everything that is due happen until `millis` have passed; each read takes 5 ms.
    fn run(&mut self, millis: u64) -> Vec<Read> {
        let end = self.now + Duration::from_millis(millis);
        let mut all = Vec::new();
        while self.now <= end {
            let begun = self.begin();
            self.pass(5);
            for read in &begun {
                self.done(read);
            }
            all.extend(begun);
        }
        all
    }
}

#[test]
fn the_first_event_after_quiet_is_read_within_fifty_milliseconds() {
    let mut bench = Bench::synced();
    bench.hint(1);
    bench.hint(1);
    assert!(
        bench.begin().is_empty(),
        "the second event of one change is waited for"
    );
    let due = bench.reads.due(bench.now).expect("a hint is due");
    assert!(
        due - bench.now <= Duration::from_millis(50),
        "{:?}",
        due - bench.now
    );
    bench.now = due;
    assert_eq!(bench.begin(), [Read::Summary(key(1))]);
}

#[test]
fn a_hint_during_a_read_is_read_after_it() {
    let mut bench = Bench::synced();
    bench.hint(1);
    bench.pass(20);
    let read = Read::Summary(key(1));
    assert_eq!(bench.begin(), slice::from_ref(&read));
    bench.hint(1);
    bench.pass(500);
    assert!(bench.begin().is_empty(), "never twice at a time");
    bench.done(&read);
    assert_eq!(bench.begin(), [read], "what changed meanwhile is seen");
}

#[test]
fn a_thousand_events_of_one_vm_are_a_few_reads() {
    let mut bench = Bench::synced();
    let mut reads = 0;
    for _ in 0..1000 {
        bench.hint(1);
        reads += bench.run(0).len();
    }
    // 1,000 events over 5 seconds
    assert!((40..=60).contains(&reads), "{reads} reads");
}

#[test]
fn a_thousand_events_of_a_thousand_vms_are_one_list() {
    let mut bench = Bench::synced();
    for n in 0..1000 {
        bench.hint(n);
    }
    let all = bench.run(1000);
    assert_eq!(all, [Read::List]);
}

#[test]
fn hints_that_come_while_a_list_is_read_are_read_after_it_without_spinning() {
    let mut bench = Bench::synced();
    bench.reads.overflow(bench.now);
    bench.pass(20);
    assert_eq!(bench.begin(), [Read::List]);
    for n in 0..150 {
        bench.hint(n);
    }
    bench.pass(50);
    assert!(bench.begin().is_empty());
    assert_eq!(
        bench.reads.due(bench.now),
        None,
        "only the list's end changes anything"
    );
    bench.done(&Read::List);
    assert_eq!(bench.begin(), [Read::List]);
}

#[test]
fn a_single_read_that_began_after_a_list_knows_better() {
    let mut bench = Bench::synced();
    bench.reads.overflow(bench.now);
    bench.pass(20);
    let began = bench.now;
    assert_eq!(bench.begin(), [Read::List]);
    bench.hint(1);
    bench.pass(30);
    let read = Read::Summary(key(1));
    assert_eq!(bench.begin(), slice::from_ref(&read));
    bench.done(&read);
    bench.pass(900);
    assert!(bench.begin().is_empty());
    assert_eq!(bench.reads.read_since(began), [key(1)]);
}

#[test]
fn never_more_than_four_at_a_time_and_what_is_seen_goes_first() {
    let mut bench = Bench::synced();
    for n in 0..100 {
        bench.reads.is_missing(key(n));
    }
    bench.reads.set_visible(vec![key(70), key(60)]);
    let first = bench.begin();
    let wanted = [70, 60, 0, 1].map(|n| Read::Definition(key(n)));
    assert_eq!(first, wanted);
    bench.hint(5);
    bench.pass(50);
    assert!(bench.begin().is_empty(), "all four places are taken");
    bench.done(&first[0]);
    assert_eq!(
        bench.begin(),
        [Read::Summary(key(5))],
        "hints go before the background"
    );
}

#[test]
fn definitions_known_from_before_are_read_again_slowly_but_those_on_the_screen_at_once() {
    let mut bench = Bench::synced();
    for n in 0..100 {
        bench.reads.is_old(key(n));
    }
    bench.reads.set_visible(vec![key(90), key(91)]);
    let all = bench.run(2000);
    assert_eq!(all[..2], [90, 91].map(|n| Read::Definition(key(n))));
    assert!(
        (9..=13).contains(&all.len()),
        "{} in two seconds",
        all.len()
    );
}

#[test]
fn a_list_is_read_every_minute_also_when_nothing_happens() {
    let mut bench = Bench::synced();
    let all = bench.run(181_000);
    assert_eq!(all, [Read::List, Read::List, Read::List]);
}

#[test]
fn a_read_that_fails_is_tried_again_and_does_not_spin() {
    let mut bench = Bench::synced();
    bench.hint(1);
    bench.pass(20);
    let read = Read::Summary(key(1));
    assert_eq!(bench.begin(), slice::from_ref(&read));
    bench.reads.failed(&read, bench.now);
    assert!(bench.begin().is_empty());
    bench.pass(5000);
    assert_eq!(bench.begin(), [read]);
}

#[test]
fn nothing_is_read_of_a_vm_that_is_gone() {
    let mut bench = Bench::synced();
    bench.reads.hint(key(1), Aspect::Definition, bench.now);
    bench.reads.is_missing(key(1));
    bench.reads.wants_addresses(key(1));
    bench.reads.forget(&key(1));
    assert!(bench.run(1000).is_empty());
}
