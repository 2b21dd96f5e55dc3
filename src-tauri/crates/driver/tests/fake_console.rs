//! What the engine's tests rely on in the fake driver's displays and lines.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use driver::fake::{FakeDriver, FakeHost, FakeVm, FakeWorld};
use driver::{
    Chord, ConnectContext, ConnectTarget, DriverSession, KeySet, NoPrompts, Takeover, VmDriver,
};
use model::{ConnectionId, ConnectionSettings, VmKey, VmState};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn session() -> (FakeHost, VmKey, Arc<dyn DriverSession>) {
    let world = FakeWorld::default();
    let host = world.add_host("a");
    let key = host.put(FakeVm::new("vm", VmState::Running));
    let target = ConnectTarget {
        id: ConnectionId::from_uuid(uuid::Uuid::from_u128(1)),
        settings: ConnectionSettings::new("fake", "fake://a"),
    };
    let context = ConnectContext {
        prompter: Arc::new(NoPrompts),
        cancel: Default::default(),
        deadline: Duration::from_secs(5),
    };
    let session = FakeDriver::new(world).connect(&target, &context).await;
    (host, key, session.expect("it answers"))
}

#[tokio::test(start_paused = true)]
async fn the_display_speaks_rfb_and_shows_its_picture() {
    let (_host, key, session) = session().await;
    let mut pipe = session.open_display(&key, 0).await.expect("a display");
    let mut version = [0; 12];
    pipe.read_exact(&mut version).await.expect("a greeting");
    assert_eq!(&version, b"RFB 003.008\n");
    pipe.write_all(&version).await.expect("it reads");
    let mut types = [0; 2];
    pipe.read_exact(&mut types).await.expect("types");
    assert_eq!(types, [1, 1], "one way in, without a password");
    pipe.write_all(&[1]).await.expect("it reads");
    assert_eq!(pipe.read_u32().await.ok(), Some(0), "let in");
    pipe.write_all(&[1]).await.expect("it reads");
    let mut greeting = [0; 24];
    pipe.read_exact(&mut greeting).await.expect("a size");
    assert_eq!(greeting[..4], [1, 64, 0, 200], "320 by 200");
    let mut name = vec![0; 2];
    pipe.read_exact(&mut name).await.expect("a name");
    assert_eq!(name, b"vm");
    // keys and pointers are taken; then the whole picture is asked for
    let mut asked = vec![4, 1, 0, 0, 0, 0, 0, 65, 5, 0, 0, 0, 0, 0];
    asked.extend([3, 0, 0, 0, 0, 0, 1, 64, 0, 200]);
    pipe.write_all(&asked).await.expect("it reads");
    let mut update = vec![0; 16 + 320 * 200 * 4];
    pipe.read_exact(&mut update).await.expect("a picture");
    assert_eq!(
        update[..16],
        [0, 0, 0, 1, 0, 0, 0, 0, 1, 64, 0, 200, 0, 0, 0, 0]
    );
    assert_eq!(update[16..20], [128, 0, 0, 0], "blue in the first corner");
    let last = update.len() - 4;
    assert_eq!(update[last..], [128, 255, 255, 0], "white in the last");
}

#[tokio::test(start_paused = true)]
async fn a_line_echoes_and_ends_as_its_vm_or_its_host_does() {
    let (host, key, session) = session().await;
    let mut line = session
        .open_line(&key, "serial0", Takeover::Refuse)
        .await
        .expect("a line");
    line.write_all(b"uname\r").await.expect("it is taken");
    let mut said = [0; 6];
    line.read_exact(&mut said).await.expect("an echo");
    assert_eq!(&said, b"uname\r");
    host.change(&key, None, |vm| vm.summary.state = VmState::ShutOff);
    assert_eq!(line.read(&mut said).await.ok(), Some(0), "the VM ended it");

    host.change(&key, None, |vm| vm.summary.state = VmState::Running);
    let mut display = session.open_display(&key, 0).await.expect("a display");
    host.cut();
    let mut all = Vec::new();
    let error = display.read_to_end(&mut all).await.expect_err("a cut");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset, "the way broke");
}

#[tokio::test(start_paused = true)]
async fn keys_can_be_looked_up() {
    let (host, key, session) = session().await;
    let chord = Chord {
        keys: vec![29, 56, 111],
        hold: Duration::from_millis(100),
    };
    session
        .send_keys(&key, KeySet::Linux, chord.clone())
        .await
        .expect("they are taken");
    let sent = host.keys();
    assert_eq!((&sent[0].vm, &sent[0].chord), (&key, &chord));
}
