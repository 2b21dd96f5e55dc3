//! Connections come up, are lost, and come back: seen from outside, with fake hosts.

mod support;

use std::net::IpAddr;
use std::time::Duration;

use driver::fake::FakeVm;
use driver::{Answer, Aspect, DriverError, DriverEvent, Question, Secret};
use engine::inventory::{Freshness, freshness};
use engine::{Definitions, EngineEvent};
use model::{ConnectionPhase as Phase, ErrorCode, VmState};
use support::{Bench, key, seconds};

#[tokio::test(start_paused = true)]
async fn first_truth_is_shown_kept_and_live() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running), ("db", VmState::ShutOff)]).await;
    assert_eq!(bench.state("ams", "web"), Some(VmState::Running));
    assert_eq!(bench.state("ams", "db"), Some(VmState::ShutOff));
    let view = bench.view("ams");
    assert!(view.live && view.status.error.is_none());
    assert_eq!(
        view.status.host.expect("it has said so").info.hostname,
        "ams"
    );
    assert_eq!(host.connects(), 1);
    let kept = bench.store.vms().await.expect("a store in memory");
    assert_eq!(kept.len(), 2, "what is seen is kept");
    bench
        .until("definitions are read", 5, || {
            let vm = bench.vm("ams", "web").expect("it is there");
            vm.details
                .as_ref()
                .is_some_and(|details| details.vcpus == Some(2))
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn the_estate_is_there_before_anything_connects_and_says_how_old_it_is() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    bench.pass(seconds(30)).await;
    bench
        .engine
        .disconnect(bench.id("ams"))
        .expect("it is configured");
    bench.reaches("ams", Phase::Disconnected, 1).await;

    let later = Bench::over(bench.store.clone(), &["ams"], Definitions::InBackground).await;
    later.pass(seconds(60)).await;
    let snapshot = later.engine.snapshot();
    assert_eq!(snapshot.vms.len(), 1);
    let status = &snapshot.connections[0].status;
    let known = status.host.as_ref().expect("it said so when it was open");
    assert_eq!(
        (known.info.hostname.as_str(), known.as_of.as_second()),
        ("ams", 1_800_000_000)
    );
    let list = status.as_of.expect("its list was read");
    let age = freshness(&snapshot.vms[0], &snapshot.connections[0]);
    let Freshness::AsOf(as_of) = age else {
        panic!("nothing claims to be live that is not");
    };
    assert_eq!(list, as_of, "the host is as old as its rows");
    let first = snapshot.vms[0].summary.name.clone();
    assert_eq!(first, "web");
    let read_at = jiff::Timestamp::from_second(1_800_000_000).expect("in 2027");
    let until = as_of.duration_since(read_at).as_secs();
    assert!(
        (25..=30).contains(&until),
        "true until it was closed, {until} s after it was read"
    );
    assert_eq!(later.host("ams").connects(), 0, "offline means offline");
    assert_eq!(host.connects(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_frozen_host_is_lost_within_ten_seconds_and_the_others_notice_nothing() {
    let bench = Bench::new(&["ams", "fra"]).await;
    for name in ["ams", "fra"] {
        bench.host(name).put(FakeVm::new("web", VmState::Running));
    }
    bench.engine.connect_automatic();
    bench.reaches("ams", Phase::Ready, 1).await;
    bench.reaches("fra", Phase::Ready, 1).await;
    bench.pass(seconds(7)).await;

    bench.host("ams").set_frozen(true);
    let mut lost = None;
    for half in 0..24_u32 {
        let state = if half % 2 == 0 {
            VmState::Paused
        } else {
            VmState::Running
        };
        let fra = bench.host("fra");
        fra.change(&key("web"), Some(Aspect::State), |vm| {
            vm.summary.state = state
        });
        let what = "an event on the other host is seen";
        let took = bench
            .until(what, 1, || bench.state("fra", "web") == Some(state))
            .await;
        assert!(took <= Duration::from_millis(100), "{took:?}");
        bench.pass(Duration::from_millis(500)).await;
        if lost.is_none() && bench.phase("ams") == Phase::Lost {
            lost = Some(half);
        }
    }
    let half_seconds = lost.expect("a frozen host is lost");
    assert!(half_seconds <= 18, "after {half_seconds} half seconds");
    let view = bench.view("ams");
    assert!(!view.live, "its rows are old now");
    assert_eq!(bench.phase("fra"), Phase::Ready);
    assert_eq!(bench.host("fra").connects(), 1);
}

#[tokio::test(start_paused = true)]
async fn healing_brings_a_host_back_within_five_seconds_whenever_it_comes() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    for (frozen, outage) in [
        (false, 1),
        (false, 37),
        (false, 200),
        (true, 12),
        (true, 41),
        (true, 63),
    ] {
        if frozen {
            host.set_frozen(true);
        } else {
            host.set_connect_error(Some(DriverError::new(ErrorCode::ConnectionRefused, "No.")));
            host.cut();
        }
        bench.reaches("ams", Phase::Lost, 10).await;
        assert!(
            bench.view("ams").status.error.is_some(),
            "a loss has its reason"
        );
        bench.pass(seconds(outage)).await;
        host.change(&key("web"), None, |vm| vm.summary.state = VmState::Paused);
        host.set_frozen(false);
        host.set_connect_error(None);
        let took = bench.reaches("ams", Phase::Ready, 6).await;
        assert!(
            took <= seconds(5),
            "frozen: {frozen}, after {outage} s: {took:?}"
        );
        assert_eq!(
            bench.state("ams", "web"),
            Some(VmState::Paused),
            "what changed meanwhile"
        );
        host.change(&key("web"), Some(Aspect::State), |vm| {
            vm.summary.state = VmState::Running
        });
        bench.pass(seconds(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_the_user_must_mend_is_not_tried_again_by_itself() {
    let bench = Bench::new(&["ams"]).await;
    let host = bench.host("ams");
    host.set_connect_error(Some(DriverError::new(
        ErrorCode::HostKeyChanged,
        "Another key.",
    )));
    bench.engine.connect_automatic();
    bench.reaches("ams", Phase::Lost, 1).await;
    let status = bench.view("ams").status;
    let error = status.error.expect("it says why");
    assert_eq!(error.code, ErrorCode::HostKeyChanged);
    assert_eq!(error.message, "Cannot connect to ams: Another key.");
    assert_eq!(status.retry_at, None);
    host.set_connect_error(None);
    bench.pass(seconds(120)).await;
    assert_eq!(bench.phase("ams"), Phase::Lost);
    bench
        .engine
        .retry_now(bench.id("ams"))
        .expect("it is configured");
    bench.reaches("ams", Phase::Ready, 1).await;
}

#[tokio::test(start_paused = true)]
async fn events_show_within_a_tenth_of_a_second_and_a_burst_costs_few_batches() {
    let (mut bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    bench.pass(seconds(2)).await;
    bench.told().await;
    for round in 0..1000 {
        let state = if round % 2 == 0 {
            VmState::Paused
        } else {
            VmState::Running
        };
        host.change(&key("web"), Some(Aspect::State), |vm| {
            vm.summary.state = state
        });
        if round % 100 == 0 {
            bench.settle().await;
        }
    }
    let what = "the last state is seen";
    let took = bench
        .until(what, 1, || {
            bench.state("ams", "web") == Some(VmState::Running)
        })
        .await;
    assert!(took <= Duration::from_millis(100), "{took:?}");
    bench.pass(seconds(1)).await;
    let batches = bench
        .told()
        .await
        .iter()
        .filter(|event| matches!(event, EngineEvent::Inventory { .. }))
        .count();
    assert!(batches <= 4, "{batches} batches for a thousand events");
}

#[tokio::test(start_paused = true)]
async fn what_others_do_to_vms_is_seen() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    host.put(FakeVm::new("new", VmState::ShutOff));
    bench
        .until("an unknown VM", 1, || bench.vm("ams", "new").is_some())
        .await;
    host.change(&key("new"), Some(Aspect::Definition), |vm| {
        vm.summary.name = "renamed".to_owned();
        vm.details.title = "Title".to_owned();
    });
    bench
        .until("a rename", 1, || {
            let vm = bench.vm("ams", "new").expect("it keeps its key");
            let title = vm.details.as_ref().map(|details| details.title.clone());
            vm.summary.name == "renamed" && title.as_deref() == Some("Title")
        })
        .await;
    host.remove(&key("new"));
    bench
        .until("it is gone", 1, || bench.vm("ams", "new").is_none())
        .await;
    host.send(DriverEvent::Vm {
        key: key("never-was"),
        aspect: Aspect::Definition,
    });
    bench.pass(seconds(1)).await;
    assert_eq!(bench.engine.snapshot().vms.len(), 1);
    // and what no event told
    host.change(&key("web"), None, |vm| vm.summary.state = VmState::Crashed);
    let crashed = || bench.state("ams", "web") == Some(VmState::Crashed);
    bench.until("the reconcile finds it", 61, crashed).await;
    host.change(&key("web"), None, |vm| vm.summary.state = VmState::ShutOff);
    host.send(DriverEvent::Overflow);
    let off = || bench.state("ams", "web") == Some(VmState::ShutOff);
    bench.until("an overflow reads everything", 1, off).await;
}

#[tokio::test(start_paused = true)]
async fn an_address_is_shown_while_its_guest_runs() {
    let (bench, host) = Bench::ready(&[("web", VmState::ShutOff)]).await;
    host.change(&key("web"), Some(Aspect::State), |vm| {
        vm.summary.state = VmState::Running;
        vm.ips = vec!["10.0.0.7".to_owned()];
    });
    let ips = || {
        bench
            .vm("ams", "web")
            .map(|vm| vm.ips.clone())
            .unwrap_or_default()
    };
    bench
        .until("its address", 30, || ips() == ["10.0.0.7"])
        .await;
    host.change(&key("web"), Some(Aspect::State), |vm| {
        vm.summary.state = VmState::ShutOff
    });
    bench.until("it is nobody's", 1, || ips().is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn waking_up_finds_out_at_once_what_is_still_there() {
    let (bench, host) = Bench::ready(&[("web", VmState::Running)]).await;
    bench.pass(seconds(1)).await;
    host.set_frozen(true);
    bench.clock.jump(seconds(3600));
    let took = bench.reaches("ams", Phase::Lost, 10).await;
    assert!(took <= seconds(7), "{took:?}");
    host.set_frozen(false);
    bench.reaches("ams", Phase::Ready, 5).await;
}

#[tokio::test(start_paused = true)]
async fn another_network_is_a_reason_to_try_at_once() {
    let (bench, host) = Bench::ready(&[]).await;
    host.set_connect_error(Some(DriverError::new(ErrorCode::ConnectionRefused, "No.")));
    host.cut();
    bench.pass(seconds(900)).await;
    host.set_connect_error(None);
    let home = IpAddr::from([192, 168, 1, 7]);
    bench
        .surroundings
        .0
        .lock()
        .expect("no panic in there")
        .insert(home);
    let took = bench.reaches("ams", Phase::Ready, 5).await;
    assert!(
        took <= seconds(4),
        "{took:?}, though waits have grown to half a minute"
    );
}

#[tokio::test(start_paused = true)]
async fn questions_come_one_at_a_time_and_closing_one_leaves_its_host_alone() {
    let mut bench = Bench::new(&["ams", "fra"]).await;
    for name in ["ams", "fra"] {
        bench.host(name).set_question(Some(Question::Password {
            text: format!("{name}’s password:"),
        }));
    }
    bench.engine.connect_automatic();
    bench.pass(seconds(60)).await;
    let first = bench.engine.prompt().expect("a question is shown");
    let shown = bench
        .told()
        .await
        .into_iter()
        .filter(|event| matches!(event, EngineEvent::Prompt(_)));
    assert_eq!(shown.count(), 1, "the second one waits");
    let asking = bench.view(&first.connection_name).status;
    assert_eq!(
        (asking.phase, asking.prompt),
        (Phase::Connecting, Some(first.id)),
        "thinking takes no time"
    );

    bench
        .engine
        .answer(first.id, Some(Answer::Text(Secret::new("secret"))));
    bench.reaches(&first.connection_name, Phase::Ready, 1).await;
    let second = bench.engine.prompt().expect("now the other one asks");
    assert_ne!(second.connection_name, first.connection_name);
    bench.engine.answer(second.id, None);
    bench.reaches(&second.connection_name, Phase::Lost, 1).await;
    let status = bench.view(&second.connection_name).status;
    assert_eq!(
        status.error.map(|error| error.code),
        Some(ErrorCode::AuthCancelled)
    );
    assert_eq!((status.retry_at, status.prompt), (None, None));
    assert_eq!(bench.engine.prompt(), None);
}

#[tokio::test(start_paused = true)]
async fn a_question_is_taken_back_when_its_connection_is_closed() {
    let bench = Bench::new(&["ams"]).await;
    bench.host("ams").set_question(Some(Question::Passphrase {
        key: "id".to_owned(),
    }));
    bench.engine.connect_automatic();
    bench
        .until("a question", 1, || bench.engine.prompt().is_some())
        .await;
    bench
        .engine
        .remove_connection(bench.id("ams"))
        .await
        .expect("it is configured");
    bench.settle().await;
    assert_eq!(bench.engine.prompt(), None);
}

#[tokio::test(start_paused = true)]
async fn ready_waits_for_the_first_truth_or_says_why_there_is_none() {
    let bench = Bench::new(&["ams"]).await;
    let host = bench.host("ams");
    let (engine, id) = (bench.engine.clone(), bench.id("ams"));
    let asking = || {
        let engine = engine.clone();
        tokio::spawn(async move { engine.ready(id).await })
    };
    host.set_connect_error(Some(DriverError::new(ErrorCode::AuthFailed, "Wrong key.")));
    let refused = asking();
    bench.until("an answer", 1, || refused.is_finished()).await;
    let error = refused
        .await
        .expect("no panic")
        .expect_err("it cannot be opened");
    assert_eq!(error.code, ErrorCode::AuthFailed);
    host.set_connect_error(None);
    host.set_delay(Duration::from_millis(100));
    let ready = asking();
    let took = bench.until("an answer", 1, || ready.is_finished()).await;
    assert!(ready.await.expect("no panic").expect("it opens").live);
    assert!(
        took >= Duration::from_millis(200),
        "not before the list is read: {took:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_hundred_definitions_are_read_in_the_background_and_told_in_few_batches() {
    let names: Vec<String> = (0..100).map(|n| format!("vm{n}")).collect();
    let mut bench = Bench::new(&["ams"]).await;
    let host = bench.host("ams");
    host.set_delay(Duration::from_millis(20));
    for name in &names {
        host.put(FakeVm::new(name, VmState::ShutOff));
    }
    bench.engine.connect_automatic();
    bench.reaches("ams", Phase::Ready, 1).await;
    bench.told().await;
    let read = || {
        let snapshot = bench.engine.snapshot();
        snapshot.vms.iter().all(|vm| vm.details.is_some())
    };
    let took = bench.until("all are read", 5, read).await;
    // four at a time, 20 ms each
    assert!(took <= Duration::from_millis(900), "{took:?}");
    let told = bench.told().await;
    let batches = told
        .iter()
        .filter(|event| matches!(event, EngineEvent::Inventory { .. }));
    assert!((3..=10).contains(&batches.count()));
}
