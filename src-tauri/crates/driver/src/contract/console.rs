//! Displays and lines: the promises of [`crate::console`].

use std::time::Duration;

use model::{ErrorCode, VmKey, VmState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{PATIENCE, find, reaches};
use crate::console::{Chord, Consoles, DisplayKind, DisplayPlace, KeySet, Pipe, Takeover};
use crate::error::{DriverError, Result};
use crate::session::{DriverSession, Operation};

/// The left shift key, which a guest takes without doing anything.
const SHIFT: u16 = 42;

/// The cases that leave the session open. Skipped by drivers without consoles.
pub(super) async fn run(session: &dyn DriverSession) {
    if !session.capabilities().consoles {
        return;
    }
    what_does_not_run_has_nothing_to_look_at(session).await;
    let key = find(session, VmState::Running).await.key;
    let consoles = session.consoles(&key).await.expect("it runs");
    what_is_not_there_is_named(session, &key).await;
    a_display_is_opened_as_often_as_one_likes(session, &key, &consoles).await;
    a_line_has_one_user(session, &key, &consoles).await;
    a_screen_is_a_picture(session, &key, &consoles).await;
    keys_are_taken_up_to_the_bound(session, &key).await;
    pipes_end_with_the_vm(session, &key, &consoles).await;
}

/// Everything that is open, for whoever closes the session.
pub(super) async fn open_all(session: &dyn DriverSession) -> Vec<Pipe> {
    if !session.capabilities().consoles {
        return Vec::new();
    }
    let key = find(session, VmState::Running).await.key;
    let consoles = session.consoles(&key).await.expect("it runs");
    open(session, &key, &consoles).await
}

async fn open(session: &dyn DriverSession, key: &VmKey, consoles: &Consoles) -> Vec<Pipe> {
    let mut pipes = Vec::new();
    for index in open_displays(consoles) {
        pipes.push(session.open_display(key, index).await.expect("a display"));
    }
    for alias in open_lines(consoles) {
        let line = session.open_line(key, alias, Takeover::Refuse).await;
        pipes.push(line.expect("a line nobody uses"));
    }
    pipes
}

fn open_displays(consoles: &Consoles) -> impl Iterator<Item = u8> {
    let open =
        |place: &DisplayPlace| !matches!(place, DisplayPlace::Closed | DisplayPlace::Starting);
    (consoles.displays.iter())
        .filter(move |display| display.kind == DisplayKind::Vnc && open(&display.place))
        .map(|display| display.index)
}

fn open_lines(consoles: &Consoles) -> impl Iterator<Item = &str> {
    (consoles.lines.iter())
        .filter(|line| line.unusable.is_none())
        .map(|line| line.alias.as_str())
}

/// The error of each call about one VM.
async fn errors(session: &dyn DriverSession, key: &VmKey) -> Vec<DriverError> {
    let chord = Chord {
        keys: vec![SHIFT],
        hold: Duration::ZERO,
    };
    fn error<T>(result: Result<T>) -> DriverError {
        result.err().expect("it does not run")
    }
    vec![
        error(session.consoles(key).await),
        error(session.open_display(key, 0).await),
        error(session.open_line(key, "serial0", Takeover::Refuse).await),
        error(session.screenshot(key, 0).await),
        error(session.send_keys(key, KeySet::Linux, chord).await),
    ]
}

async fn what_does_not_run_has_nothing_to_look_at(session: &dyn DriverSession) {
    let off = find(session, VmState::ShutOff).await.key;
    let nobody = VmKey::new("00000000-0000-4000-8000-00000000dead");
    for (key, code) in [
        (off, ErrorCode::InvalidState),
        (nobody, ErrorCode::VmNotFound),
    ] {
        for (call, error) in errors(session, &key).await.into_iter().enumerate() {
            assert_eq!(error.code, code, "call {call}: {error:?}");
        }
    }
}

async fn what_is_not_there_is_named(session: &dyn DriverSession, key: &VmKey) {
    let display = session.open_display(key, 200).await.err();
    let line = session.open_line(key, "no <such>", Takeover::Force).await;
    for error in [display, line.err()] {
        let error = error.expect("it has none of these");
        assert_eq!(error.code, ErrorCode::InvalidInput, "{error:?}");
    }
}

async fn a_display_is_opened_as_often_as_one_likes(
    session: &dyn DriverSession,
    key: &VmKey,
    consoles: &Consoles,
) {
    for index in open_displays(consoles) {
        let mut both = Vec::new();
        for _ in 0..2 {
            both.push(session.open_display(key, index).await.expect("a display"));
        }
        for pipe in &mut both {
            let mut greeting = [0; 12];
            within(pipe.read_exact(&mut greeting))
                .await
                .expect("a display greets");
            assert!(
                greeting.starts_with(b"RFB 003."),
                "the pipe begins with the display's first byte: {greeting:?}"
            );
        }
    }
}

async fn a_line_has_one_user(session: &dyn DriverSession, key: &VmKey, consoles: &Consoles) {
    for alias in open_lines(consoles) {
        let mut first = session
            .open_line(key, alias, Takeover::Refuse)
            .await
            .expect("a line nobody uses");
        let refused = session.open_line(key, alias, Takeover::Refuse).await;
        let error = refused.err().expect("somebody uses it");
        assert_eq!(error.code, ErrorCode::Conflict, "{error:?}");
        let mut second = session
            .open_line(key, alias, Takeover::Force)
            .await
            .expect("it can be taken over");
        // an error or not: what matters is that it says no more
        let _ = ends(&mut first, "a line that was taken over").await;
        second
            .write_all(b"\r")
            .await
            .expect("the new user can type");
        drop(second);
        let again = session.open_line(key, alias, Takeover::Refuse).await;
        drop(again.expect("a dropped pipe has freed its line"));
    }
}

async fn a_screen_is_a_picture(session: &dyn DriverSession, key: &VmKey, consoles: &Consoles) {
    if consoles.displays.is_empty() {
        return;
    }
    let picture = session.screenshot(key, 0).await.expect("it has a screen");
    let begins: &[u8] = match picture.mime.as_str() {
        "image/png" => b"\x89PNG\r\n\x1a\n",
        "image/x-portable-pixmap" => b"P6",
        other => panic!("a screenshot is no {other}"),
    };
    assert!(
        picture.bytes.starts_with(begins),
        "the bytes are what the mime says"
    );
}

async fn keys_are_taken_up_to_the_bound(session: &dyn DriverSession, key: &VmKey) {
    let send = |count| {
        let chord = Chord {
            keys: vec![SHIFT; count],
            hold: Duration::from_millis(20),
        };
        session.send_keys(key, KeySet::Linux, chord)
    };
    assert_eq!(send(1).await, Ok(()));
    for count in [0, Chord::MOST_KEYS + 1] {
        let error = send(count).await.expect_err("no host takes that");
        assert_eq!(error.code, ErrorCode::InvalidInput, "{count}: {error:?}");
    }
}

async fn pipes_end_with_the_vm(session: &dyn DriverSession, key: &VmKey, consoles: &Consoles) {
    let mut pipes = open(session, key, consoles).await;
    session
        .perform(key, Operation::ForceOff)
        .await
        .expect("force off");
    for pipe in &mut pipes {
        let end = ends(pipe, "a pipe of a VM that stopped").await;
        assert!(end.is_ok(), "the VM ended it, not the way: {end:?}");
    }
    session.perform(key, Operation::Start).await.expect("start");
    reaches(session, key, VmState::Running, "start").await;
    drop(pipes);
    let pipes = open(session, key, consoles).await;
    assert!(!pipes.is_empty() || consoles.displays.is_empty() && consoles.lines.is_empty());
}

/// Reads what is left of a pipe until it ends.
pub(super) async fn ends(pipe: &mut Pipe, what: &str) -> std::io::Result<()> {
    let mut rest = tokio::io::sink();
    tokio::time::timeout(PATIENCE, tokio::io::copy(pipe, &mut rest))
        .await
        .unwrap_or_else(|_| panic!("{what} does not end"))
        .map(drop)
}

async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work)
        .await
        .expect("the VM says something")
}
