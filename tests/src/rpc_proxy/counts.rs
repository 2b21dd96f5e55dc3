//! What a proxy has seen, as numbers a test can compare.

use std::collections::BTreeMap;

use tokio::time::Instant;

use super::{
    frame::{Header, MessageKind},
    procedure::{Procedure, Program},
};

/// What went through a proxy, since it started or since an earlier copy (see [`Counts::since`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls of clients, by procedure. Keepalive is not among them.
    pub calls: BTreeMap<Procedure, u64>,
    /// Events of the server, by procedure. Keepalive is not among them.
    pub events: BTreeMap<Procedure, u64>,
    /// Connections accepted.
    pub connections: u64,
    /// Streams of bytes in which no messages could be found (TLS, SASL): calls in them are not counted.
    pub opaque: u64,
    /// Bytes from clients.
    pub bytes_up: u64,
    /// Bytes from the server.
    pub bytes_down: u64,
    /// When the first call came in.
    pub first_call: Option<Instant>,
    /// When the last reply came in.
    pub last_reply: Option<Instant>,
}

impl Counts {
    /// All calls together.
    #[must_use]
    pub fn total_calls(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Calls of the procedure with this libvirt name.
    ///
    /// # Panics
    /// When the name is not in [`Procedure::named`]: a misspelt name must not count as zero.
    #[must_use]
    pub fn of(&self, name: &str) -> u64 {
        let procedure = Procedure::named(name).expect("a procedure name that procedure.rs knows");
        self.calls.get(&procedure).copied().unwrap_or(0)
    }

    /// What was added after `earlier`, a copy of the same proxy's counts. The two instants stay those of this copy.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        Self {
            calls: minus(&self.calls, &earlier.calls),
            events: minus(&self.events, &earlier.events),
            connections: self.connections - earlier.connections,
            opaque: self.opaque - earlier.opaque,
            bytes_up: self.bytes_up - earlier.bytes_up,
            bytes_down: self.bytes_down - earlier.bytes_down,
            first_call: self.first_call,
            last_reply: self.last_reply,
        }
    }

    /// The calls as one line, most frequent first: `1000 × domain_lookup_by_id, 1 × connect_open`.
    #[must_use]
    pub fn calls_line(&self) -> String {
        let mut calls: Vec<_> = self.calls.iter().collect();
        calls.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        calls
            .iter()
            .map(|(procedure, n)| format!("{n} × {procedure}"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    pub(super) fn note(&mut self, header: Header, now: Instant) {
        // pings say nothing about what a client asks for
        if header.program == Program::Keepalive {
            return;
        }
        let procedure = Procedure {
            program: header.program,
            number: header.procedure,
        };
        match header.kind {
            MessageKind::Call => {
                *self.calls.entry(procedure).or_default() += 1;
                self.first_call.get_or_insert(now);
            }
            MessageKind::Event => *self.events.entry(procedure).or_default() += 1,
            MessageKind::Reply => self.last_reply = Some(now),
            MessageKind::Stream | MessageKind::Other(_) => (),
        }
    }
}

fn minus(
    now: &BTreeMap<Procedure, u64>,
    earlier: &BTreeMap<Procedure, u64>,
) -> BTreeMap<Procedure, u64> {
    now.iter()
        .map(|(procedure, n)| (*procedure, n - earlier.get(procedure).copied().unwrap_or(0)))
        .filter(|(_, n)| *n > 0)
        .collect()
}
