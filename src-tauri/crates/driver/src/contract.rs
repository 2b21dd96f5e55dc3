//! The test suite that every driver passes. A driver's tests call [`run`] with a [`Ground`].
//!
//! Each check says what a user would lose if it failed.

mod console;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use model::{VmAction, VmKey, VmState, VmSummary};
use tokio_util::sync::CancellationToken;

use crate::session::{DriverEvent, DriverSession, EventReceiver, Operation};
use crate::{ConnectContext, ConnectTarget, NoPrompts, VmDriver};

/// How long a check waits for an event or a state. Only a broken driver ever waits that long.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where a driver is tested: a host with at least one running and one shut off persistent VM
/// whose names begin with `contract-`, each suite run with a host of its own.
#[async_trait]
pub trait Ground: Send + Sync {
    /// The driver under test.
    fn driver(&self) -> Arc<dyn VmDriver>;

    /// The host.
    fn target(&self) -> ConnectTarget;

    /// A target like [`Ground::target`] at which nothing answers as it should.
    fn dead_target(&self) -> ConnectTarget;
}

/// A context without anybody to ask.
pub fn context(deadline: Duration) -> ConnectContext {
    ConnectContext {
        prompter: Arc::new(NoPrompts),
        cancel: CancellationToken::new(),
        deadline,
    }
}

/// Runs the whole suite.
///
/// # Panics
/// When the driver breaks the contract; the message says which promise.
pub async fn run(ground: &dyn Ground) {
    a_dead_host_fails_in_time_with_a_code(ground).await;
    a_cancelled_connect_ends_at_once(ground).await;
    let session = connect(ground).await;
    let mut events = session
        .take_events()
        .expect("the first taker gets the events");
    assert!(
        session.take_events().is_none(),
        "there is only one event stream"
    );
    a_list_agrees_with_single_reads(&*session).await;
    a_vm_that_never_was_is_none_and_not_an_error(&*session).await;
    a_definition_says_what_the_vm_is(ground, &*session).await;
    a_life_is_seen_by_events_and_by_reading(&*session, &mut events).await;
    texts_are_kept_as_given(&*session, &mut events).await;
    an_act_in_the_wrong_state_is_refused_and_changes_nothing(&*session).await;
    a_name_in_use_is_refused(&*session).await;
    calls_may_run_at_the_same_time(&session).await;
    a_display_is_added_as_it_was_offered(ground, &*session, &mut events).await;
    console::run(&*session).await;
    a_closed_session_says_so_and_fails_every_call(&*session).await;
}

async fn connect(ground: &dyn Ground) -> Arc<dyn DriverSession> {
    ground
        .driver()
        .connect(&ground.target(), &context(Duration::from_secs(20)))
        .await
        .expect("the ground's host accepts a connection")
}

async fn a_dead_host_fails_in_time_with_a_code(ground: &dyn Ground) {
    let attempt = ground.driver();
    let target = ground.dead_target();
    let context = context(Duration::from_secs(3));
    let result = tokio::time::timeout(PATIENCE, attempt.connect(&target, &context))
        .await
        .expect("connect ends by itself within its deadline");
    let error = result.err().expect("a dead host cannot be connected to");
    assert!(!error.message.is_empty(), "a failure says why: {error:?}");
}

async fn a_cancelled_connect_ends_at_once(ground: &dyn Ground) {
    let context = context(Duration::from_secs(20));
    context.cancel.cancel();
    let result = ground.driver().connect(&ground.target(), &context).await;
    let error = result.err().expect("a cancelled connect does not connect");
    assert_eq!(
        error.code,
        model::ErrorCode::Cancelled,
        "cancelled is told apart: {error:?}"
    );
}

async fn a_list_agrees_with_single_reads(session: &dyn DriverSession) {
    let before = session.calls();
    let list = session.list().await.expect("list");
    assert!(session.calls() > before, "calls are counted");
    assert!(list.len() >= 2, "the ground has at least two VMs");
    for vm in &list {
        let single = session
            .summary(&vm.key)
            .await
            .expect("summary")
            .expect("it is listed");
        assert_eq!(&single, vm, "list and summary tell the same of {}", vm.name);
    }
}

async fn a_vm_that_never_was_is_none_and_not_an_error(session: &dyn DriverSession) {
    for key in ["00000000-0000-4000-8000-00000000dead", "not even a key"] {
        let key = VmKey::new(key);
        assert_eq!(session.summary(&key).await, Ok(None), "summary of {key}");
        assert_eq!(
            session.definition(&key).await,
            Ok(None),
            "definition of {key}"
        );
        let error = session
            .perform(&key, Operation::Start)
            .await
            .expect_err("it is not there");
        assert_eq!(error.code, model::ErrorCode::VmNotFound, "{error:?}");
    }
}

async fn a_definition_says_what_the_vm_is(ground: &dyn Ground, session: &dyn DriverSession) {
    let vm = find(session, VmState::Running).await;
    let definition = session
        .definition(&vm.key)
        .await
        .expect("definition")
        .expect("it is there");
    assert!(definition.text.contains(&vm.name), "the text is this VM's");
    assert!(
        definition.details.vcpus.is_some_and(|n| n > 0),
        "vCPUs are known"
    );
    assert!(
        definition.details.memory.is_some_and(|m| m.as_bytes() > 0),
        "memory is known"
    );
    let parsed = ground
        .driver()
        .parse_definition(&definition.text)
        .expect("its own text");
    assert_eq!(
        parsed, definition.details,
        "stored text gives what the session gave"
    );
    assert!(
        !ground
            .driver()
            .hardware(&definition.text)
            .expect("its own text")
            .is_empty(),
        "hardware can be shown from stored text"
    );
}

async fn a_life_is_seen_by_events_and_by_reading(
    session: &dyn DriverSession,
    events: &mut EventReceiver,
) {
    let vm = find(session, VmState::ShutOff).await;
    let can = session.capabilities().actions;
    let life = [
        (VmAction::Start, Operation::Start, VmState::Running),
        (VmAction::Pause, Operation::Pause, VmState::Paused),
        (VmAction::Resume, Operation::Resume, VmState::Running),
        (VmAction::Save, Operation::Save, VmState::Saved),
        (VmAction::Start, Operation::Start, VmState::Running),
        (VmAction::Save, Operation::Save, VmState::Saved),
        (
            VmAction::DiscardSaved,
            Operation::DiscardSaved,
            VmState::ShutOff,
        ),
        (VmAction::Start, Operation::Start, VmState::Running),
        (VmAction::ForceOff, Operation::ForceOff, VmState::ShutOff),
    ];
    for (action, operation, state) in life {
        if !can.contains(action) {
            continue;
        }
        let what = format!("{operation:?}");
        session
            .perform(&vm.key, operation)
            .await
            .unwrap_or_else(|e| panic!("{what}: {e:?}"));
        if session.capabilities().events && action != VmAction::DiscardSaved {
            heard_of(events, &vm.key, &what).await;
        }
        reaches(session, &vm.key, state, &what).await;
    }
    for enabled in [true, false] {
        session
            .perform(&vm.key, Operation::SetAutostart(enabled))
            .await
            .expect("autostart");
        let now = session
            .summary(&vm.key)
            .await
            .expect("summary")
            .expect("it is there");
        assert_eq!(now.autostart, Some(enabled), "autostart is kept");
    }
}

async fn texts_are_kept_as_given(session: &dyn DriverSession, events: &mut EventReceiver) {
    if !session.capabilities().actions.contains(VmAction::EditText) {
        return;
    }
    let vm = find(session, VmState::ShutOff).await;
    let hostile = "<b>\"fun\"</b> & 'more' \u{202e}rtl 🦀";
    let tags = vec!["<i>".to_owned(), "prod".to_owned()];
    for operation in [
        Operation::SetTitle(hostile.to_owned()),
        Operation::SetDescription(hostile.to_owned()),
        Operation::SetTags(tags.clone()),
    ] {
        session
            .perform(&vm.key, operation)
            .await
            .expect("texts can be set");
    }
    let details = definition(session, &vm.key).await.details;
    assert_eq!((&*details.title, &*details.description), (hostile, hostile));
    assert_eq!(details.tags, tags);
    for operation in [
        Operation::SetTitle(String::new()),
        Operation::SetDescription(String::new()),
        Operation::SetTags(Vec::new()),
    ] {
        session
            .perform(&vm.key, operation)
            .await
            .expect("texts can be removed");
    }
    let details = definition(session, &vm.key).await.details;
    assert_eq!((&*details.title, &*details.description), ("", ""));
    assert!(details.tags.is_empty());
    while events.try_recv().is_ok() {}
}

async fn a_display_is_added_as_it_was_offered(
    ground: &dyn Ground,
    session: &dyn DriverSession,
    events: &mut EventReceiver,
) {
    if !session
        .capabilities()
        .actions
        .contains(VmAction::AddDisplay)
    {
        return;
    }
    let gone = VmKey::new("00000000-0000-4000-8000-00000000dead");
    let error = session.display_offers(&gone).await.expect_err("no such VM");
    assert_eq!(error.code, model::ErrorCode::VmNotFound, "{error:?}");

    let vm = find(session, VmState::ShutOff).await;
    let offers = session.display_offers(&vm.key).await.expect("offers");
    let offer = offers.first().expect("it lacks a display");
    let kinds = |details: &model::VmDetails| -> Vec<String> {
        let displays = details.displays.iter();
        displays.map(|display| display.kind.clone()).collect()
    };
    let parse = |text: &str| {
        ground
            .driver()
            .parse_definition(text)
            .expect("a definition")
    };
    assert!(!kinds(&parse(&offer.before)).contains(&offer.kind.as_str().to_owned()));

    let add = Operation::AddDisplay(offer.kind);
    session
        .perform(&vm.key, add.clone())
        .await
        .expect("it was offered");
    let now = definition(session, &vm.key).await;
    assert_eq!(now.details, parse(&offer.after), "nothing else has changed");
    assert!(kinds(&now.details).contains(&offer.kind.as_str().to_owned()));
    let left = session.display_offers(&vm.key).await.expect("offers");
    assert!(
        left.iter().all(|other| other.kind != offer.kind),
        "one of each protocol is enough"
    );
    let error = session.perform(&vm.key, add).await.expect_err("it has one");
    assert_eq!(error.code, model::ErrorCode::InvalidState, "{error:?}");
    while events.try_recv().is_ok() {}
}

async fn an_act_in_the_wrong_state_is_refused_and_changes_nothing(session: &dyn DriverSession) {
    let off = find(session, VmState::ShutOff).await;
    let error = session
        .perform(&off.key, Operation::Pause)
        .await
        .expect_err("it is off");
    assert_eq!(error.code, model::ErrorCode::InvalidState, "{error:?}");
    let now = session
        .summary(&off.key)
        .await
        .expect("summary")
        .expect("it is there");
    assert_eq!(now.state, VmState::ShutOff);
}

async fn a_name_in_use_is_refused(session: &dyn DriverSession) {
    if !session.capabilities().actions.contains(VmAction::Rename) {
        return;
    }
    let off = find(session, VmState::ShutOff).await;
    let running = find(session, VmState::Running).await;
    let rename = |name: &str| session.perform(&off.key, Operation::Rename(name.to_owned()));
    let error = rename(&running.name).await.expect_err("the name is taken");
    assert_eq!(error.code, model::ErrorCode::NameInUse, "{error:?}");
    rename("contract-renamed")
        .await
        .expect("a free name is taken on");
    let now = session
        .summary(&off.key)
        .await
        .expect("summary")
        .expect("same key as before");
    assert_eq!(now.name, "contract-renamed", "a rename keeps the key");
    rename(&off.name).await.expect("and given back");
}

async fn calls_may_run_at_the_same_time(session: &Arc<dyn DriverSession>) {
    let key = find(&**session, VmState::Running).await.key;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..32 {
        let (session, key) = (Arc::clone(session), key.clone());
        calls.spawn(async move { session.definition(&key).await });
    }
    while let Some(result) = calls.join_next().await {
        assert!(result.expect("no panic").expect("definition").is_some());
    }
}

async fn a_closed_session_says_so_and_fails_every_call(session: &dyn DriverSession) {
    let mut pipes = console::open_all(session).await;
    session.close().await;
    for pipe in &mut pipes {
        // an error or not: whoever closed it knows
        let _ = console::ends(pipe, "a pipe of a closed session").await;
    }
    tokio::time::timeout(PATIENCE, session.closed())
        .await
        .expect("closed() returns after close");
    let error = session
        .list()
        .await
        .expect_err("a closed session lists nothing");
    assert_eq!(error.code, model::ErrorCode::ConnectionLost, "{error:?}");
    session.close().await;
}

async fn find(session: &dyn DriverSession, state: VmState) -> VmSummary {
    let list = session.list().await.expect("list");
    list.iter()
        .find(|vm| vm.state == state && vm.persistent && vm.name.starts_with("contract-"))
        .cloned()
        .unwrap_or_else(|| panic!("the ground has no {state:?} VM among {list:?}"))
}

async fn definition(session: &dyn DriverSession, key: &VmKey) -> crate::Definition {
    session
        .definition(key)
        .await
        .expect("definition")
        .expect("it is there")
}

async fn heard_of(events: &mut EventReceiver, key: &VmKey, what: &str) {
    let wanted = async {
        loop {
            match events
                .recv()
                .await
                .expect("events last as long as the session")
            {
                DriverEvent::Vm { key: heard, .. } if heard == *key => return,
                DriverEvent::Vm { .. } | DriverEvent::Overflow => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, wanted)
        .await
        .unwrap_or_else(|_| panic!("no event after {what}"));
}

async fn reaches(session: &dyn DriverSession, key: &VmKey, state: VmState, what: &str) {
    let now = session
        .summary(key)
        .await
        .expect("summary")
        .expect("it is there");
    assert_eq!(now.state, state, "after {what}");
}
