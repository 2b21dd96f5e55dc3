//! An engine over fake hosts, on a clock that only the test moves.
//!
//! Tokio's paused clock jumps ahead whenever nothing is left to do, and does not know that the
//! store's thread is at work. So its jumping is switched off, and [`Bench::pass`] moves it.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub mod socket;

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use driver::Drivers;
use driver::fake::{FakeDriver, FakeHost, FakeVm, FakeWorld};
use engine::bus::Next;
use engine::surroundings::Surroundings;
use engine::{
    Asking, Clock, ConnectionView, Definitions, Engine, EngineConfig, EngineEvent, RandomIds,
    Subscription,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    ConnectionId, ConnectionPhase, ConnectionSettings, Origin, Task, Vm, VmId, VmKey, VmState,
};
use store::Store;
use tokio::time::Instant;

/// How far the clock moves at a time.
const STEP: Duration = Duration::from_millis(10);

/// Longer waits go in larger steps.
const LONG: Duration = Duration::from_secs(10);

/// A test that has failed ends after this long: its runtime waits for what holds the clock.
const LONGEST_TEST: Duration = Duration::from_secs(60);

/// The wall clock: moves with tokio's, and jumps when told.
pub struct TestClock {
    start: Instant,
    jumped: Mutex<SignedDuration>,
}

impl TestClock {
    /// The computer slept: the wall clock goes on, ours did not.
    pub fn jump(&self, by: Duration) {
        let by = SignedDuration::try_from(by).expect("a reasonable time");
        *self.jumped.lock().expect("no test panics in here") += by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let passed = SignedDuration::try_from(self.start.elapsed()).expect("a reasonable time");
        let base = Timestamp::from_second(1_800_000_000).expect("in 2027");
        base + passed + *self.jumped.lock().expect("no test panics in here")
    }
}

/// The computer's addresses, as the test says.
#[derive(Default)]
pub struct TestSurroundings(pub Mutex<BTreeSet<IpAddr>>);

impl Surroundings for TestSurroundings {
    fn addresses(&self) -> BTreeSet<IpAddr> {
        self.0.lock().expect("no test panics in here").clone()
    }
}

/// An engine, and the world it looks at.
pub struct Bench {
    pub world: FakeWorld,
    hosts: HashMap<String, FakeHost>,
    pub engine: Engine,
    pub store: Store,
    pub clock: Arc<TestClock>,
    pub surroundings: Arc<TestSurroundings>,
    pub events: Subscription,
    /// As long as this lives, tokio's clock does not jump.
    _held: mpsc::Sender<()>,
}

impl Bench {
    /// An engine with these hosts configured, none of them open.
    pub async fn new(hosts: &[&str]) -> Self {
        let store = Store::in_memory().await.expect("a store in memory");
        Self::over(store, hosts, Definitions::InBackground).await
    }

    pub async fn over(store: Store, hosts: &[&str], definitions: Definitions) -> Self {
        let (held, wait) = mpsc::channel();
        #[expect(
            clippy::disallowed_methods,
            reason = "the way to hold tokio's clock still"
        )]
        tokio::task::spawn_blocking(move || wait.recv_timeout(LONGEST_TEST));
        let world = FakeWorld::default();
        let fakes: HashMap<String, FakeHost> = hosts
            .iter()
            .map(|name| ((*name).to_owned(), world.add_host(name)))
            .collect();
        let clock = Arc::new(TestClock {
            start: Instant::now(),
            jumped: Mutex::default(),
        });
        let surroundings = Arc::new(TestSurroundings::default());
        let engine = Engine::start(EngineConfig {
            store: store.clone(),
            drivers: Drivers::new(vec![Arc::new(FakeDriver::new(world.clone()))]),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            ids: Arc::new(RandomIds),
            surroundings: Arc::clone(&surroundings) as Arc<dyn Surroundings>,
            origin: Origin::Cli,
            asked_by: "mara".to_owned(),
            definitions,
            asking: Asking::Possible,
        })
        .await
        .expect("a store in memory opens");
        for host in hosts {
            if engine.find_connection(host).is_err() {
                engine
                    .add_connection(settings(host))
                    .await
                    .expect("a free name");
            }
        }
        Self {
            events: engine.subscribe(),
            world,
            hosts: fakes,
            engine,
            store,
            clock,
            surroundings,
            _held: held,
        }
    }

    /// The same with one host that is open, read, and has these VMs.
    pub async fn ready(vms: &[(&str, VmState)]) -> (Self, FakeHost) {
        let bench = Self::new(&["ams"]).await;
        let host = bench.host("ams");
        for (name, state) in vms {
            host.put(FakeVm::new(name, *state));
        }
        bench.engine.connect_automatic();
        bench.reaches("ams", ConnectionPhase::Ready, 1).await;
        (bench, host)
    }

    /// A fake host; clones are the same one.
    pub fn host(&self, name: &str) -> FakeHost {
        self.hosts[name].clone()
    }

    pub fn view(&self, name: &str) -> ConnectionView {
        self.engine
            .find_connection(name)
            .expect("it was configured")
    }

    pub fn id(&self, name: &str) -> ConnectionId {
        self.view(name).connection.id
    }

    pub fn phase(&self, name: &str) -> ConnectionPhase {
        self.view(name).status.phase
    }

    pub fn vm_id(&self, host: &str, vm: &str) -> VmId {
        VmId::new(self.id(host), key(vm))
    }

    pub fn vm(&self, host: &str, vm: &str) -> Option<Arc<Vm>> {
        self.engine.vm(&self.vm_id(host, vm))
    }

    pub fn state(&self, host: &str, vm: &str) -> Option<VmState> {
        self.vm(host, vm).map(|vm| vm.summary.state)
    }

    /// Lets everything happen that can without the clock moving.
    pub async fn settle(&self) {
        for _ in 0..3 {
            for _ in 0..30 {
                tokio::task::yield_now().await;
            }
            // whatever was handed to the store's thread before this is done after it
            let barrier = self.store.setting("barrier").await;
            assert_eq!(barrier, Ok(None));
            let touched = self.store.touch(nobody(), Timestamp::UNIX_EPOCH).await;
            assert_eq!(touched, Ok(()));
        }
    }

    /// Lets this much time pass.
    pub async fn pass(&self, time: Duration) {
        let end = Instant::now() + time;
        self.settle().await;
        let step = if time > LONG { STEP * 10 } else { STEP };
        while Instant::now() < end {
            tokio::time::advance(step.min(end - Instant::now())).await;
            self.settle().await;
        }
    }

    /// Lets time pass until something is so, and says how much. Panics after `limit` seconds.
    pub async fn until(&self, what: &str, limit: u64, mut so: impl FnMut() -> bool) -> Duration {
        let start = Instant::now();
        self.settle().await;
        while !so() {
            assert!(
                start.elapsed() <= Duration::from_secs(limit),
                "not within {limit} s: {what}"
            );
            self.pass(STEP).await;
        }
        start.elapsed()
    }

    /// Lets time pass until a connection is in a phase.
    pub async fn reaches(&self, name: &str, phase: ConnectionPhase, limit: u64) -> Duration {
        let what = format!("{name} is {phase:?}");
        self.until(&what, limit, || self.phase(name) == phase).await
    }

    /// Lets time pass until a task has ended, and returns it.
    pub async fn ended(&self, task: &Task, limit: u64) -> Task {
        let engine = self.engine.clone();
        let id = task.id;
        let ended = tokio::spawn(async move { engine.task_ended(id).await });
        self.until("the task has ended", limit, || ended.is_finished())
            .await;
        ended.await.expect("no panic").expect("it is kept")
    }

    /// What was told since the last time.
    pub async fn told(&mut self) -> Vec<EngineEvent> {
        let mut told = Vec::new();
        loop {
            // nothing more to come without waiting: the clock stands still
            let next = tokio::select! {
                biased;
                next = self.events.next() => next,
                () = std::future::ready(()) => return told,
            };
            match next {
                Next::Event(event) => told.push(event),
                Next::Missed => panic!("a test is not so slow"),
                Next::Closed => return told,
            }
        }
    }
}

fn nobody() -> ConnectionId {
    ConnectionId::from_uuid(uuid::Uuid::nil())
}

pub fn key(vm: &str) -> VmKey {
    VmKey::new(format!("key-{vm}"))
}

pub fn settings(host: &str) -> ConnectionSettings {
    ConnectionSettings::new(host, format!("fake://{host}"))
}

pub const fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
