//! That handles end: what is not freed keeps a connection open at the host.

use std::sync::mpsc;
use std::sync::{Arc, Weak};
use std::time::Duration;

use super::*;
use crate::sys::events::EventKind;

const PATIENCE: Duration = Duration::from_secs(30);

fn estate() -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let xml = "<node><domain type='test'><name>t</name><memory>1</memory><os><type>hvm</type></os>\
               </domain></node>";
    std::fs::write(file.path(), xml).expect("a file");
    file
}

fn open(estate: &tempfile::NamedTempFile) -> Connection {
    start_event_loop();
    let uri = format!("test://{}", estate.path().display());
    Connection::open(&uri, Mode::ReadWrite, &mut |_| None).expect("the test driver opens")
}

fn domain(connection: &Connection) -> Domain {
    Domain::lookup_by_name(connection.safe(), "t").expect("it is in the estate")
}

/// Waits until nobody holds what `gone` points to.
fn ends(gone: &Weak<impl ?Sized>) -> bool {
    let (_never, ticks) = mpsc::channel::<()>();
    (0..3000).any(|_| {
        let _ = ticks.recv_timeout(Duration::from_millis(10));
        gone.strong_count() == 0
    })
}

#[test]
fn events_arrive_and_their_sink_ends_with_the_connection() {
    let estate = estate();
    let connection = open(&estate);
    let (heard, events) = mpsc::channel();
    let sink: EventSink = Arc::new(move |uuid, kind| {
        let _ = heard.send((uuid, kind));
    });
    let held = Arc::downgrade(&sink);
    connection
        .on_event(EventKind::Lifecycle, Arc::clone(&sink))
        .expect("it has events");
    connection
        .on_event(EventKind::Metadata, sink)
        .expect("it has events");
    let domain = domain(&connection);
    domain.suspend().expect("it runs");
    let (uuid, kind) = events.recv_timeout(PATIENCE).expect("told");
    assert_eq!(
        (uuid, kind),
        (domain.get_uuid().expect("local"), EventKind::Lifecycle)
    );
    drop((domain, connection));
    assert!(
        ends(&held),
        "a sink that stays is a connection that stays open"
    );
}

#[test]
fn states_come_with_handles_that_work_after_the_list_is_freed() {
    let estate = estate();
    let connection = open(&estate);
    let records = connection
        .all_states()
        .expect("the test driver has the bulk call");
    assert_eq!(records.len(), 1);
    let record = &records[0];
    assert_eq!((record.name.as_str(), record.state), ("t", 1));
    assert_eq!(record.domain.get_uuid().expect("local"), record.uuid);
    record.domain.suspend().expect("the handle is of use");
    assert_eq!(connection.all_states().expect("again")[0].state, 3);
}

#[test]
fn addresses_are_copied_out() {
    let estate = estate();
    let connection = open(&estate);
    let domain = domain(&connection);
    let none = addresses(&domain, AddressSource::Lease).expect("it has no interface");
    assert_eq!(none, []);
}

#[test]
fn an_error_keeps_number_and_origin() {
    let estate = estate();
    let connection = open(&estate);
    let missing = checked(Domain::lookup_by_name(connection.safe(), "nobody"));
    let error = missing.expect_err("there is no such domain");
    assert_eq!(
        (error.code, error.domain),
        (ErrorNumber::NoDomain, ErrorDomain::Test)
    );
    let uri = "qemu+unix:///system?socket=/nonexistent/libvirt-sock";
    let refused = Connection::open(uri, Mode::ReadWrite, &mut |_| None);
    let error = refused.err().expect("there is no socket");
    assert_eq!(
        (error.code, error.os_error),
        (ErrorNumber::SystemError, 2),
        "errno is kept"
    );
}
