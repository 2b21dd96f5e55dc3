//! Tasks from order to end, with fake hosts.

mod support;

use std::time::Duration;

use driver::fake::FakeVm;
use driver::{Aspect, DriverError};
use engine::{Definitions, EngineEvent};
use model::{
    Access, ConnectionPhase as Phase, ErrorCode, Task, TaskStatus as Status, VmCommand, VmState,
};
use support::{Bench, key, seconds};

async fn submit(bench: &Bench, vm: &str, command: VmCommand) -> Task {
    let tasks = bench
        .engine
        .submit(vec![bench.vm_id("ams", vm)], command)
        .await;
    let mut tasks = tasks.expect("it is stored");
    tasks.pop().expect("one for each VM")
}

fn code(task: &Task) -> Option<ErrorCode> {
    task.error.as_ref().map(|error| error.code)
}

#[tokio::test(start_paused = true)]
async fn a_start_is_queued_runs_succeeds_and_its_row_is_true_by_then() {
    let (mut bench, host) = Bench::ready(&[("web", VmState::ShutOff)]).await;
    bench.told().await;
    let task = submit(&bench, "web", VmCommand::Start).await;
    assert_eq!(task.status, Status::Queued);
    let ended = bench.ended(&task, 5).await;
    assert_eq!(ended.status, Status::Succeeded);
    assert!(ended.started_at.is_some() && ended.ended_at.is_some());
    assert_eq!(bench.state("ams", "web"), Some(VmState::Running));
    assert_eq!(host.performed(), ["key-web: Start"]);
    let statuses: Vec<Status> = bench
        .told()
        .await
        .into_iter()
        .filter_map(|event| match event {
            EngineEvent::Task(task) => Some(task.status),
            _ => None,
        })
        .collect();
    assert_eq!(
        statuses,
        [Status::Queued, Status::Running, Status::Succeeded]
    );
    let kept = bench
        .store
        .task(task.id)
        .await
        .expect("a store")
        .expect("it is kept");
    assert_eq!(
        (kept.status, kept.asked_by.as_str()),
        (Status::Succeeded, "mara")
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_not_allowed_fails_at_once_beside_what_is() {
    let (bench, host) = Bench::ready(&[("on", VmState::Running), ("off", VmState::ShutOff)]).await;
    let vms = vec![bench.vm_id("ams", "on"), bench.vm_id("ams", "off")];
    let tasks = bench
        .engine
        .submit(vms, VmCommand::Start)
        .await
        .expect("stored");
    assert_eq!(tasks[0].status, Status::Failed);
    assert_eq!(code(&tasks[0]), Some(ErrorCode::InvalidState));
    let message = tasks[0].error.as_ref().map(|error| error.message.as_str());
    assert_eq!(message, Some("Cannot start on: It is running."));
    assert!(tasks[0].batch.is_some() && tasks[0].batch == tasks[1].batch);
    assert_eq!(bench.ended(&tasks[1], 5).await.status, Status::Succeeded);
    assert_eq!(host.performed(), ["key-off: Start"]);
}

#[tokio::test(start_paused = true)]
async fn a_read_only_or_closed_connection_changes_nothing() {
    let (bench, host) = Bench::ready(&[("web", VmState::ShutOff)]).await;
    let mut settings = bench.view("ams").connection.settings;
    settings.access = Access::ReadOnly;
    bench
        .engine
        .update_connection(bench.id("ams"), settings)
        .await
        .expect("valid");
    bench.settle().await;
    bench.reaches("ams", Phase::Ready, 5).await;
    let task = submit(&bench, "web", VmCommand::Start).await;
    assert_eq!(code(&task), Some(ErrorCode::PermissionDenied));
    bench
        .engine
        .disconnect(bench.id("ams"))
        .expect("configured");
    bench.reaches("ams", Phase::Disconnected, 1).await;
    let task = submit(&bench, "web", VmCommand::Start).await;
    assert_eq!(code(&task), Some(ErrorCode::ConnectionLost));
    assert!(host.performed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn orders_for_one_vm_are_done_in_their_order_though_the_second_is_not_allowed_yet() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    host.set_delay(Duration::from_millis(50));
    let mut tasks = Vec::new();
    for command in [VmCommand::Pause, VmCommand::Resume, VmCommand::Pause] {
        tasks.push(submit(&bench, "web", command).await);
    }
    for task in &tasks {
        let ended = bench.ended(task, 10).await;
        assert_eq!(ended.status, Status::Succeeded, "{:?}", ended.error);
    }
    let done = ["key-web: Pause", "key-web: Resume", "key-web: Pause"];
    assert_eq!(host.performed(), done);
}

#[tokio::test(start_paused = true)]
async fn a_batch_runs_four_at_a_time_on_each_host() {
    let names: Vec<String> = (0..20).map(|n| format!("vm{n}")).collect();
    let vms: Vec<(&str, VmState)> = names
        .iter()
        .map(|name| (name.as_str(), VmState::ShutOff))
        .collect();
    let (bench, host) = Bench::ready(&vms).await;
    bench.pass(seconds(5)).await;
    host.set_delay(seconds(1));
    let ids = names.iter().map(|name| bench.vm_id("ams", name)).collect();
    let tasks = bench
        .engine
        .submit(ids, VmCommand::Start)
        .await
        .expect("stored");
    let mut most = 0;
    let engine = bench.engine.clone();
    for _ in 0..150 {
        bench.pass(Duration::from_millis(100)).await;
        let now = engine
            .tasks(store::TaskFilter::default())
            .await
            .expect("a store");
        let running = now
            .iter()
            .filter(|task| task.status == Status::Running)
            .count();
        most = most.max(running);
    }
    for task in &tasks {
        assert_eq!(bench.ended(task, 30).await.status, Status::Succeeded);
    }
    assert_eq!(most, 4);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_obeys_is_waited_for_and_seen_off() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    host.change(&key("web"), None, |vm| vm.obeys = false);
    let task = submit(&bench, "web", VmCommand::ShutDown).await;
    bench.pass(seconds(38)).await;
    let now = bench.engine.task(task.id).await.expect("it is there");
    let step = now.step.expect("it says what it waits for");
    assert!(
        step.starts_with("Waiting for guest, 3") && step.ends_with(" of 120 s"),
        "{step}"
    );
    assert_eq!(now.fraction, None, "nobody knows how far a guest is");
    host.change(&key("web"), Some(Aspect::State), |vm| {
        vm.summary.state = VmState::ShutOff
    });
    let ended = bench.ended(&task, 1).await;
    assert_eq!(ended.status, Status::Succeeded);
    assert_eq!(host.performed(), ["key-web: ShutDown(Acpi)"]);
}

#[tokio::test(start_paused = true)]
async fn a_guest_that_does_not_obey_fails_the_task_after_the_users_time() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    bench
        .engine
        .set_setting("shutdown_timeout_s", "20")
        .await
        .expect("a number");
    host.change(&key("web"), None, |vm| vm.obeys = false);
    let task = submit(&bench, "web", VmCommand::ShutDown).await;
    let ended = bench.ended(&task, 25).await;
    assert_eq!(ended.status, Status::Failed);
    let error = ended.error.expect("it says why");
    assert_eq!(error.code, ErrorCode::TimeoutStillRunning);
    assert_eq!(
        error.message,
        "Cannot shut down web: It still runs after 20 s."
    );
    assert!(error.hint.is_some_and(|hint| hint.contains("force it off")));
    for wrong in ["0", "-3", "soon", "86401"] {
        let error = bench
            .engine
            .set_setting("shutdown_timeout_s", wrong)
            .await
            .expect_err(wrong);
        assert_eq!(error.code, ErrorCode::InvalidInput);
    }
}

#[tokio::test(start_paused = true)]
async fn the_agent_is_asked_first_where_there_is_one_also_before_anything_was_read_of_it() {
    let store = store::Store::in_memory().await.expect("a store");
    let bench = Bench::over(store, &["ams"], Definitions::WhenNeeded).await;
    let host = bench.host("ams");
    let mut vm = FakeVm::new("web", VmState::Running);
    vm.details.has_agent_channel = true;
    host.put(vm);
    bench.engine.connect_automatic();
    bench.reaches("ams", Phase::Ready, 1).await;
    bench.pass(seconds(1)).await;
    let details = bench.vm("ams", "web").expect("listed").details.clone();
    assert_eq!(details, None, "a command reads what it needs");
    let task = submit(&bench, "web", VmCommand::ShutDown).await;
    assert_eq!(bench.ended(&task, 5).await.status, Status::Succeeded);
    assert_eq!(host.performed(), ["key-web: ShutDown(Agent)"]);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_waits_can_be_cancelled_and_one_at_work_says_why_not() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running), ("db", VmState::Running)]).await;
    bench.pass(seconds(1)).await;
    host.set_delay(seconds(3));
    let pause = submit(&bench, "web", VmCommand::Pause).await;
    let resume = submit(&bench, "web", VmCommand::Resume).await;
    bench.settle().await;
    let refused = bench
        .engine
        .cancel(pause.id)
        .await
        .expect_err("the host is at work");
    assert_eq!(refused.code, ErrorCode::InvalidState);
    assert_eq!(
        bench.engine.cancel(resume.id).await,
        Ok(engine::Cancelled::Done)
    );
    assert_eq!(bench.ended(&pause, 10).await.status, Status::Succeeded);
    assert_eq!(bench.ended(&resume, 1).await.status, Status::Cancelled);
    assert_eq!(
        host.performed(),
        ["key-web: Pause"],
        "what was cancelled did not happen"
    );
    let late = bench
        .engine
        .cancel(pause.id)
        .await
        .expect_err("it has ended");
    assert_eq!(late.code, ErrorCode::InvalidState);

    host.set_delay(Duration::ZERO);
    host.change(&key("db"), None, |vm| vm.obeys = false);
    let down = submit(&bench, "db", VmCommand::ShutDown).await;
    bench.pass(seconds(5)).await;
    assert_eq!(
        bench.engine.cancel(down.id).await,
        Ok(engine::Cancelled::Done)
    );
    let ended = bench.engine.task(down.id).await.expect("kept");
    assert_eq!(ended.status, Status::Cancelled);
    assert_eq!(ended.step.as_deref(), Some("The guest may still shut down"));
}

#[tokio::test(start_paused = true)]
async fn no_task_is_left_running_when_its_connection_is_lost() {
    let (bench, host) = Bench::ready(&[
        ("a", VmState::Running),
        ("b", VmState::Running),
        ("c", VmState::Running),
    ])
    .await;
    host.change(&key("a"), None, |vm| vm.obeys = false);
    let waiting = submit(&bench, "a", VmCommand::ShutDown).await;
    bench.pass(seconds(2)).await;
    host.set_frozen(true);
    let acting = submit(&bench, "b", VmCommand::Pause).await;
    let queued = submit(&bench, "b", VmCommand::Resume).await;
    for task in [&waiting, &acting, &queued] {
        let ended = bench.ended(task, 12).await;
        assert_eq!(
            (ended.status, code(&ended)),
            (Status::Failed, Some(ErrorCode::ConnectionLost))
        );
    }
    host.set_frozen(false);
    bench.reaches("ams", Phase::Ready, 6).await;
    let again = bench.engine.retry(&[acting.id]).await.expect("it failed");
    assert_ne!(again[0].id, acting.id);
    assert_eq!(bench.ended(&again[0], 5).await.status, Status::Succeeded);
    let refused = bench
        .engine
        .retry(&[again[0].id])
        .await
        .expect_err("it has succeeded");
    assert_eq!(refused.code, ErrorCode::InvalidState);
}

#[tokio::test(start_paused = true)]
async fn closing_interrupts_what_has_not_ended() {
    let (bench, host) = Bench::ready(&[("a", VmState::Running)]).await;
    host.change(&key("a"), None, |vm| vm.obeys = false);
    let waiting = submit(&bench, "a", VmCommand::ShutDown).await;
    let queued = submit(&bench, "a", VmCommand::Start).await;
    bench.pass(seconds(2)).await;
    let mut events = bench.engine.subscribe();
    bench.engine.close().await;
    let mut interrupted = Vec::new();
    while let engine::bus::Next::Event(event) = events.next().await {
        if let EngineEvent::Task(task) = event
            && task.status == Status::Interrupted
        {
            interrupted.push(task.id);
        }
        if interrupted.len() == 2 {
            break;
        }
    }
    assert!(interrupted.contains(&waiting.id) && interrupted.contains(&queued.id));
}

#[tokio::test(start_paused = true)]
async fn a_failure_says_what_was_attempted_and_keeps_the_hosts_words() {
    let (bench, host) = Bench::ready(&[("web", VmState::ShutOff)]).await;
    let error = DriverError::new(ErrorCode::StorageFull, "No space is left on the host.");
    host.set_operation_error(Some(error.with_detail("write: ENOSPC")));
    let task = submit(&bench, "web", VmCommand::Start).await;
    let error = bench.ended(&task, 5).await.error.expect("it says why");
    assert_eq!(error.code, ErrorCode::StorageFull);
    assert_eq!(
        error.message,
        "Cannot start web: No space is left on the host."
    );
    assert_eq!(error.detail.as_deref(), Some("write: ENOSPC"));
}

#[tokio::test(start_paused = true)]
async fn texts_and_names_are_changed_and_read_back() {
    let (bench, _host) = Bench::ready(&[("web", VmState::ShutOff)]).await;
    let edit = VmCommand::EditText {
        title: Some("<b>Web</b>".to_owned()),
        description: None,
        tags: Some(vec!["prod".to_owned(), "eu".to_owned(), "prod".to_owned()]),
    };
    let task = submit(&bench, "web", edit).await;
    assert_eq!(bench.ended(&task, 5).await.status, Status::Succeeded);
    let details = bench
        .vm("ams", "web")
        .expect("there")
        .details
        .clone()
        .expect("read");
    assert_eq!(
        (details.title.as_str(), &details.tags[..]),
        ("<b>Web</b>", &["eu".to_owned(), "prod".to_owned()][..])
    );
    let rename = VmCommand::Rename {
        name: "front".to_owned(),
    };
    let task = submit(&bench, "web", rename.clone()).await;
    assert_eq!(bench.ended(&task, 5).await.status, Status::Succeeded);
    assert_eq!(
        bench.vm("ams", "web").expect("same key").summary.name,
        "front"
    );
    let two = vec![bench.vm_id("ams", "web"), bench.vm_id("ams", "web")];
    let error = bench
        .engine
        .submit(two, rename)
        .await
        .expect_err("two of one name");
    assert_eq!(error.code, ErrorCode::InvalidInput);
    let gone = vec![bench.vm_id("ams", "never")];
    let error = bench
        .engine
        .submit(gone, VmCommand::Start)
        .await
        .expect_err("no such VM");
    assert_eq!(error.code, ErrorCode::VmNotFound);
}

#[tokio::test(start_paused = true)]
async fn a_vm_that_is_gone_fails_its_task_and_loses_its_row() {
    let (bench, host) = Bench::ready(&[("web", VmState::ShutOff)]).await;
    host.set_delay(Duration::from_millis(100));
    let error = DriverError::new(ErrorCode::VmNotFound, "The VM is gone.");
    host.set_operation_error(Some(error));
    let task = submit(&bench, "web", VmCommand::Start).await;
    host.remove(&key("web"));
    let ended = bench.ended(&task, 5).await;
    assert_eq!(code(&ended), Some(ErrorCode::VmNotFound));
    bench
        .until("its row is gone", 5, || bench.vm("ams", "web").is_none())
        .await;
}
