//! Connections, notes, names, history and one-time reading, with fake hosts.

mod support;

use std::time::Duration;

use driver::fake::FakeVm;
use driver::{Aspect, DriverError, Outcome, Step};
use engine::{Cancelled, Definitions, DoctorTarget, EngineEvent, Notice};
use model::{
    Access, ConnectionPhase as Phase, ErrorCode, Startup, TaskStatus, VmCommand, VmId, VmState,
};
use store::Store;
use support::{Bench, key, seconds, settings};

#[tokio::test(start_paused = true)]
async fn names_are_distinct_and_wrong_fields_are_all_named() {
    let bench = Bench::new(&["ams"]).await;
    let error = bench
        .engine
        .add_connection(settings("AMS"))
        .await
        .expect_err("taken");
    assert_eq!(
        (error.code, error.wrong[0].part.as_str()),
        (ErrorCode::NameInUse, "name")
    );
    let mut wrong = settings("a/b");
    wrong.uri = "gopher://x".to_owned();
    let error = bench
        .engine
        .add_connection(wrong.clone())
        .await
        .expect_err("wrong");
    let parts: Vec<&str> = error
        .wrong
        .iter()
        .map(|wrong| wrong.part.as_str())
        .collect();
    assert_eq!(
        (error.code, &parts[..]),
        (ErrorCode::InvalidInput, &["name", "driver"][..])
    );
    assert_eq!(bench.engine.check_connection(&wrong, None).len(), 2);
    // its own name is not taken
    let id = bench.id("ams");
    assert!(
        bench
            .engine
            .check_connection(&settings("Ams"), Some(id))
            .is_empty()
    );
    assert_eq!(bench.engine.connections().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_rename_keeps_a_session_and_another_uri_opens_a_new_one() {
    let bench = Bench::new(&["ams", "fra"]).await;
    bench
        .host("fra")
        .put(FakeVm::new("other", VmState::Running));
    let id = bench.id("ams");
    bench.engine.connect(id).expect("configured");
    bench.reaches("ams", Phase::Ready, 1).await;
    let mut changed = settings("ams");
    changed.name = "amsterdam".to_owned();
    changed.folder = "Site".to_owned();
    bench
        .engine
        .update_connection(id, changed.clone())
        .await
        .expect("valid");
    bench.settle().await;
    assert_eq!(bench.phase("amsterdam"), Phase::Ready);
    assert_eq!(bench.host("ams").connects(), 1);
    changed.uri = "fake://fra".to_owned();
    bench
        .engine
        .update_connection(id, changed)
        .await
        .expect("valid");
    bench
        .until("the other host's VMs", 2, || {
            bench.vm("amsterdam", "other").is_some()
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_removed_connection_takes_its_rows_along() {
    let (mut bench, _host) = Bench::ready(&[("web", VmState::Running)]).await;
    let id = bench.id("ams");
    bench.told().await;
    bench
        .engine
        .remove_connection(id)
        .await
        .expect("configured");
    assert!(bench.engine.snapshot().vms.is_empty());
    assert_eq!(bench.store.vms().await, Ok(Vec::new()));
    let told = bench.told().await;
    let gone = |event: &EngineEvent| matches!(event, EngineEvent::Connections { removed, .. } if removed == &[id]);
    assert!(told.iter().any(gone));
    let error = bench.engine.connect(id).expect_err("gone");
    assert_eq!(error.code, ErrorCode::ConnectionNotFound);
}

#[tokio::test(start_paused = true)]
async fn an_import_takes_all_or_nothing_and_an_export_imports_as_it_was() {
    let bench = Bench::new(&["ams"]).await;
    let text = "[[connection]]\nname = \"AMS\"\nuri = \"fake://ams\"\nfolder = \"Site/Room\"\n\
        [[connection]]\nname = \"fra\"\nuri = \"fake://fra\"\naccess = \"read_only\"\nstartup = \"manual\"\n";
    let broken = text.replace("fake://fra", "gopher://fra");
    let error = bench
        .engine
        .import_connections(&broken)
        .await
        .expect_err("wrong");
    assert!(
        error.message.starts_with("Line 5, ‘fra’: "),
        "{}",
        error.message
    );
    let twice = text.replace("\"fra\"", "\"ams\"");
    let error = bench
        .engine
        .import_connections(&twice)
        .await
        .expect_err("twice");
    assert!(error.message.contains("listed twice"), "{}", error.message);
    assert_eq!(
        bench.view("ams").connection.settings.folder,
        "",
        "nothing was taken"
    );

    let report = bench.engine.import_connections(text).await.expect("right");
    assert_eq!(
        (report.added, report.updated),
        (vec!["fra".to_owned()], vec!["AMS".to_owned()])
    );
    bench.settle().await;
    let fra = bench.view("fra").connection.settings;
    assert_eq!(
        (fra.access, fra.startup),
        (Access::ReadOnly, Startup::Manual)
    );
    let report = bench
        .engine
        .import_connections(&bench.engine.export_connections())
        .await
        .expect("right");
    assert_eq!(report.unchanged, ["AMS", "fra"]);
}

#[tokio::test(start_paused = true)]
async fn manual_connections_wait_for_the_user() {
    let bench = Bench::new(&["ams"]).await;
    let mut manual = settings("ams");
    manual.startup = Startup::Manual;
    bench
        .engine
        .update_connection(bench.id("ams"), manual)
        .await
        .expect("valid");
    bench.settle().await;
    bench.engine.connect_automatic();
    bench.engine.retry_all();
    bench.pass(seconds(5)).await;
    assert_eq!(bench.phase("ams"), Phase::Disconnected);
    bench.engine.connect(bench.id("ams")).expect("configured");
    bench.reaches("ams", Phase::Ready, 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_note_is_found_and_outlives_its_vm() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    let id = bench.vm_id("ams", "web");
    bench
        .engine
        .set_note(&id, "ask Mara")
        .await
        .expect("it is there");
    assert_eq!(bench.vm("ams", "web").expect("there").note, "ask Mara");
    assert_eq!(bench.engine.search_text("mara").await, Ok(vec![id.clone()]));
    let vm = host.vm(&key("web")).expect("there");
    host.remove(&key("web"));
    bench
        .until("it is gone", 1, || bench.vm("ams", "web").is_none())
        .await;
    let error = bench.engine.set_note(&id, "late").await.expect_err("gone");
    assert_eq!(error.code, ErrorCode::VmNotFound);
    host.put(vm);
    bench
        .until("it is back", 1, || bench.vm("ams", "web").is_some())
        .await;
    assert_eq!(bench.vm("ams", "web").expect("back").note, "ask Mara");
}

#[tokio::test(start_paused = true)]
async fn vms_are_found_by_what_people_call_them() {
    let bench = Bench::new(&["ams", "fra"]).await;
    for (host, vm) in [
        ("ams", "web"),
        ("fra", "web"),
        ("ams", "Db"),
        ("ams", "a/b"),
        ("ams", "case"),
        ("ams", "CASE"),
    ] {
        bench.host(host).put(FakeVm::new(vm, VmState::ShutOff));
    }
    bench.engine.connect_automatic();
    bench
        .until("six VMs", 2, || bench.engine.snapshot().vms.len() == 6)
        .await;
    let found = |text: &str| bench.engine.find_vm(text);
    for (text, host, vm) in [
        ("ams/web", "ams", "web"),
        ("FRA/web", "fra", "web"),
        ("db", "ams", "Db"),
        ("key-Db", "ams", "Db"),
        ("ams/a/b", "ams", "a/b"),
        ("a/b", "ams", "a/b"),
        ("case", "ams", "case"),
        ("ams/CASE", "ams", "CASE"),
    ] {
        assert_eq!(found(text), Ok(bench.vm_id(host, vm)), "{text}");
    }
    let id: VmId = bench.vm_id("ams", "web");
    assert_eq!(found(&id.to_string()), Ok(id));
    let error = found("web").expect_err("two");
    assert_eq!(error.code, ErrorCode::Ambiguous);
    assert_eq!(error.hint.as_deref(), Some("Name one of ams/web, fra/web."));
    for (text, code) in [
        ("nothing", ErrorCode::VmNotFound),
        ("ams/nothing", ErrorCode::VmNotFound),
        ("nowhere/web", ErrorCode::ConnectionNotFound),
    ] {
        assert_eq!(found(text).expect_err(text).code, code, "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn history_keeps_each_definition_and_shows_what_changed() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    let id = bench.vm_id("ams", "web");
    bench
        .until("it is read", 2, || {
            bench
                .vm("ams", "web")
                .is_some_and(|vm| vm.details.is_some())
        })
        .await;
    assert_eq!(bench.engine.versions(&id).await.expect("a store").len(), 1);
    bench.pass(seconds(2)).await;
    host.change(&key("web"), Some(Aspect::Definition), |vm| {
        vm.details.title = "New".to_owned()
    });
    bench.pass(seconds(1)).await;
    let versions = bench.engine.versions(&id).await.expect("a store");
    assert_eq!(versions.len(), 2, "each distinct one is kept");
    let diff = bench
        .engine
        .diff(&id, versions[1].id, versions[0].id)
        .await
        .expect("both are kept");
    assert_eq!((diff.added, diff.removed), (1, 1));
    let hardware = bench.engine.hardware(&id).await.expect("it can be read");
    assert_eq!(hardware[0].title, "Memory");
}

#[tokio::test(start_paused = true)]
async fn a_sync_reads_each_host_and_one_that_fails_does_not_fail_the_others() {
    let store = Store::in_memory().await.expect("a store");
    let bench = Bench::over(store, &["ams", "fra"], Definitions::WhenNeeded).await;
    for n in 0..30 {
        bench
            .host("ams")
            .put(FakeVm::new(&format!("vm{n}"), VmState::Running));
    }
    bench
        .host("fra")
        .set_connect_error(Some(DriverError::new(ErrorCode::AuthFailed, "Wrong key.")));
    bench.host("ams").set_delay(Duration::from_millis(50));
    for (details, calls, versions) in [(false, 2, 0), (true, 32, 1)] {
        let engine = bench.engine.clone();
        let sync = tokio::spawn(async move { engine.sync(&[], details).await });
        bench.until("it has ended", 5, || sync.is_finished()).await;
        let reports = sync.await.expect("no panic").expect("both are configured");
        assert_eq!(
            (reports[0].state, reports[0].vms, reports[0].calls),
            (Phase::Ready, 30, calls)
        );
        assert_eq!(reports[1].state, Phase::Lost);
        let error = reports[1].error.as_ref().expect("it says why");
        assert_eq!(
            (error.code, error.message.as_str()),
            (ErrorCode::AuthFailed, "Cannot read fra: Wrong key.")
        );
        let kept = bench
            .engine
            .versions(&bench.vm_id("ams", "vm7"))
            .await
            .expect("a store");
        assert_eq!(kept.len(), versions);
    }
    // four at a time: 30 definitions of 50 ms in 8 rounds
    let names = ["ams".to_owned()];
    let engine = bench.engine.clone();
    let sync = tokio::spawn(async move { engine.sync(&names, true).await });
    let took = bench.until("it has ended", 5, || sync.is_finished()).await;
    assert!(took < Duration::from_millis(600), "{took:?}");
    let error = bench
        .engine
        .sync(&["nowhere".to_owned()], false)
        .await
        .expect_err("unknown");
    assert_eq!(error.code, ErrorCode::ConnectionNotFound);
}

#[tokio::test(start_paused = true)]
async fn a_doctors_round_tells_its_steps_and_its_end() {
    let mut bench = Bench::new(&["ams"]).await;
    bench.told().await;
    bench
        .host("ams")
        .set_connect_error(Some(DriverError::new(ErrorCode::AuthFailed, "Wrong key.")));
    let run = bench
        .engine
        .diagnose(DoctorTarget::Settings(Box::new(settings("ams"))))
        .expect("a URI");
    bench.pass(seconds(1)).await;
    let told = bench.told().await;
    let failed = |event: &EngineEvent| {
        matches!(
            event,
            EngineEvent::Doctor {
                step: Step {
                    outcome: Outcome::Failed { .. },
                    ..
                },
                ..
            }
        )
    };
    assert!(told.iter().any(failed));
    assert!(matches!(told.last(), Some(EngineEvent::DoctorEnded { run: ended }) if *ended == run));
    // one that hangs can be ended
    bench.host("ams").set_connect_error(None);
    bench.host("ams").set_frozen(true);
    let run = bench
        .engine
        .diagnose(DoctorTarget::Connection(bench.id("ams")))
        .expect("a URI");
    bench.settle().await;
    bench.engine.cancel_diagnosis(run);
    bench.settle().await;
    assert!(
        matches!(bench.told().await.last(), Some(EngineEvent::DoctorEnded { run: ended }) if *ended == run)
    );
}

#[tokio::test(start_paused = true)]
async fn what_another_process_writes_is_taken_over() {
    let dir = tempfile::tempdir().expect("a folder");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let open = || async {
        Store::open(dir.path(), now)
            .await
            .expect("a new file")
            .store
    };
    let window = Bench::over(open().await, &["ams"], Definitions::InBackground).await;
    let command = Bench::over(open().await, &["ams"], Definitions::WhenNeeded).await;
    command
        .engine
        .add_connection(settings("fra"))
        .await
        .expect("a free name");
    command
        .host("ams")
        .put(FakeVm::new("web", VmState::Running));
    let names = ["ams".to_owned()];
    let reports = command
        .engine
        .sync(&names, false)
        .await
        .expect("configured");
    assert_eq!(reports[0].vms, 1);
    window
        .until("the new connection", 3, || {
            window.engine.find_connection("fra").is_ok()
        })
        .await;
    window
        .until("its VM", 3, || window.vm("ams", "web").is_some())
        .await;
    window
        .until("what the host said of itself", 3, || {
            window.view("ams").status.host.is_some()
        })
        .await;
    command
        .engine
        .remove_connection(command.id("ams"))
        .await
        .expect("configured");
    window
        .until("it is gone", 3, || {
            window.engine.find_connection("ams").is_err()
        })
        .await;
    assert!(window.engine.snapshot().vms.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_task_can_be_cancelled_and_waited_for_from_another_process() {
    let dir = tempfile::tempdir().expect("a folder");
    let now = jiff::Timestamp::UNIX_EPOCH;
    let open = || async {
        let opened = Store::open(dir.path(), now).await;
        opened.expect("a new file").store
    };
    let window = Bench::over(open().await, &["ams"], Definitions::InBackground).await;
    let mut vm = FakeVm::new("web", VmState::Running);
    vm.obeys = false;
    window.host("ams").put(vm);
    window.engine.connect_automatic();
    window.reaches("ams", Phase::Ready, 1).await;
    let vms = vec![window.vm_id("ams", "web")];
    let tasks = window.engine.submit(vms, VmCommand::ShutDown).await;
    let task = tasks.expect("it is stored").remove(0);
    window.pass(seconds(2)).await;

    let command = Bench::over(open().await, &["ams"], Definitions::WhenNeeded).await;
    let seen = command.engine.task(task.id).await.expect("both see it");
    assert_eq!(
        seen.status,
        TaskStatus::Running,
        "another process's task is left alone"
    );
    assert_eq!(command.engine.cancel(task.id).await, Ok(Cancelled::Asked));
    assert_eq!(window.ended(&task, 3).await.status, TaskStatus::Cancelled);
    assert_eq!(command.ended(&task, 3).await.status, TaskStatus::Cancelled);
    let late = command
        .engine
        .cancel(task.id)
        .await
        .expect_err("it has ended");
    assert_eq!(late.code, ErrorCode::InvalidState);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_kept_is_shown_all_the_same_and_said_once() {
    let (mut bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    bench.pass(seconds(1)).await;
    bench.told().await;
    // from here on every write fails, as with a full disk
    bench.store.close().await;
    for state in [VmState::Paused, VmState::Running, VmState::Paused] {
        host.change(&key("web"), Some(Aspect::State), |vm| {
            vm.summary.state = state
        });
        for _ in 0..50 {
            tokio::time::advance(Duration::from_millis(10)).await;
            tokio::task::yield_now().await;
        }
        assert_eq!(
            bench.state("ams", "web"),
            Some(state),
            "the window shows what is"
        );
    }
    let told = bench.told().await;
    let notices = told
        .iter()
        .filter(|event| matches!(event, EngineEvent::Notice(Notice::InventoryNotSaved(_))));
    assert_eq!(notices.count(), 1, "nobody wants to hear it each time");
}
