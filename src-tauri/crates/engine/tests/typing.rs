//! Texts and named keys, as they arrive at fake hosts.

mod support;

use std::time::Duration;

use driver::KeySet;
use driver::fake::FakeHost;
use engine::{EngineEvent, Pace, TypingProgress, TypingRun};
use model::{Access, ConnectionPhase, ErrorCode, VmState};
use support::{Bench, key, seconds, settings};

const SHIFT: u16 = 42;

async fn running() -> (Bench, FakeHost) {
    Bench::ready(&[("web", VmState::Running), ("db", VmState::Running)]).await
}

fn pressed(host: &FakeHost) -> Vec<Vec<u16>> {
    host.keys()
        .into_iter()
        .map(|sent| sent.chord.keys)
        .collect()
}

fn start(bench: &Bench, vm: &str, text: &str) -> engine::Result<TypingRun> {
    let vm = bench.vm_id("ams", vm);
    bench.engine.type_text(&vm, text, "us", Pace::USUAL)
}

/// What was told of a text, once it has ended.
async fn told(bench: &mut Bench, run: TypingRun) -> Vec<TypingProgress> {
    let mut all = Vec::new();
    for _ in 0..3000 {
        bench.pass(Duration::from_millis(10)).await;
        for event in bench.told().await {
            if let EngineEvent::Typing { run: of, progress } = event
                && of == run
            {
                all.push(progress);
            }
        }
        if all.last().is_some_and(|last| last.ended.is_some()) {
            return all;
        }
    }
    panic!("it never ended: {all:?}");
}

#[tokio::test(start_paused = true)]
async fn a_text_arrives_key_by_key_at_the_pace_and_says_how_far_it_is() {
    let (mut bench, host) = running().await;
    let text = "Ab 1\n".repeat(10);
    let started = tokio::time::Instant::now();
    let run = start(&bench, "web", &text).expect("it can be typed");
    let told = told(&mut bench, run).await;
    let took = started.elapsed();
    let line = [vec![SHIFT, 30], vec![48], vec![57], vec![2], vec![28]];
    assert_eq!(pressed(&host), vec![line; 10].concat());
    // 60 keys of 20 ms, Shift among them
    assert!(
        took >= Duration::from_millis(1200) && took < seconds(3),
        "{took:?}"
    );
    assert!(told.len() > 5, "more than the end was told");
    assert!(told.windows(2).all(|two| two[0].done <= two[1].done));
    let last = told.last().expect("it ended");
    assert_eq!(
        (last.done, last.total, &last.ended),
        (50, 50, &Some(Ok(())))
    );
    let sent = &host.keys()[0];
    assert_eq!((sent.set, &sent.vm), (KeySet::Linux, &key("web")));
    assert_eq!(
        sent.chord.hold,
        Duration::from_millis(10),
        "QEMU holds twice"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stopped_text_ends_between_two_keys_and_the_next_one_may_begin() {
    let (mut bench, host) = running().await;
    let run = start(&bench, "web", &"x".repeat(1000)).expect("it can be typed");
    let again = start(&bench, "web", "y").expect_err("one text at a time");
    assert_eq!(again.code, ErrorCode::Conflict);
    start(&bench, "db", "z").expect("into another VM at the same time");
    bench.pass(seconds(1)).await;
    bench.engine.cancel_typing(run);
    let told = told(&mut bench, run).await;
    let last = told.last().expect("it ended");
    let failure = last
        .ended
        .clone()
        .expect("over")
        .expect_err("not all of it");
    assert_eq!(failure.code, ErrorCode::Cancelled);
    let xs = pressed(&host).iter().filter(|keys| **keys == [45]).count();
    assert_eq!(
        u32::try_from(xs),
        Ok(last.done),
        "what was told is what was pressed"
    );
    assert!((40..=60).contains(&xs), "{xs} in a second");
    let run = start(&bench, "web", "y").expect("the VM is free");
    assert_eq!(
        self::told(&mut bench, run)
            .await
            .last()
            .map(|last| last.done),
        Some(1)
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_pressed_when_a_character_has_no_key() {
    let (bench, host) = running().await;
    let error = start(&bench, "web", "pässword→").expect_err("not on this keyboard");
    assert_eq!(error.code, ErrorCode::InvalidInput);
    assert!(error.message.contains("ä →"), "{error}");
    assert!(
        !error.message.contains("ssword"),
        "the rest is not told: {error}"
    );
    bench.pass(seconds(1)).await;
    assert_eq!(pressed(&host), Vec::<Vec<u16>>::new());
    let vm = bench.vm_id("ams", "web");
    let other = bench.engine.type_text(&vm, "x", "klingon", Pace::USUAL);
    assert_eq!(other.expect_err("no layout").code, ErrorCode::InvalidInput);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_lost_while_typing_ends_it_and_says_where() {
    let (mut bench, host) = running().await;
    let run = start(&bench, "web", &"x".repeat(100)).expect("it can be typed");
    bench.pass(Duration::from_millis(500)).await;
    host.cut();
    let told = told(&mut bench, run).await;
    let last = told.last().expect("it ended");
    let failure = last
        .ended
        .clone()
        .expect("over")
        .expect_err("not all of it");
    assert_eq!(failure.code, ErrorCode::ConnectionLost);
    let so_far = format!("beyond key {} of 100", last.done);
    assert!(failure.message.contains(&so_far), "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn named_keys_are_pressed_together_and_only_where_changes_are_allowed() {
    let (bench, host) = running().await;
    let vm = bench.vm_id("ams", "web");
    bench
        .engine
        .send_chord(&vm, "ctrl-alt-delete")
        .await
        .expect("it runs");
    assert_eq!(pressed(&host), [[29, 56, 111]]);
    let unknown = bench.engine.send_chord(&vm, "ctrl-alt-q").await;
    assert_eq!(
        unknown.expect_err("no such keys").code,
        ErrorCode::InvalidInput
    );

    let mut read_only = settings("ams");
    read_only.access = Access::ReadOnly;
    let changed = bench
        .engine
        .update_connection(bench.id("ams"), read_only)
        .await;
    changed.expect("right settings");
    bench.reaches("ams", ConnectionPhase::Ready, 5).await;
    let refused = bench.engine.send_chord(&vm, "ctrl-alt-delete").await;
    assert_eq!(
        refused.expect_err("read-only").code,
        ErrorCode::PermissionDenied
    );
    let refused = start(&bench, "web", "x").expect_err("read-only");
    assert_eq!(refused.code, ErrorCode::PermissionDenied);
    assert_eq!(pressed(&host).len(), 1, "nothing more was pressed");
}
