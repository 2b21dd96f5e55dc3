//! An open session over one libvirt connection.
//!
//! ```text
//! open ──▶ events registered ──▶ [ list, summary, definition, perform … ] ──▶ closed
//!                                   each on the pool, each failing once closed
//! ```
//!
//! Invariants: events are registered before the session is handed out. The connection is dropped on
//! a crew thread, after its tunnel was cut, because closing makes remote calls. Whatever ends the
//! session is said once, in `closed`.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use driver::{
    Chord, Consoles, Definition, DisplayOffer, DriverError, DriverSession, EventReceiver, KeySet,
    Operation, Pipe, Result, Screenshot, Takeover,
};
use model::action::Capabilities;
use model::{ErrorCode, HostInfo, ProviderKind, VmKey, VmSummary};
use tokio::sync::OnceCell;
use uuid::Uuid;
use virt::domain::Domain;
use virt_sys as c;

use crate::calls::{Calls, PATIENCE, gone};
use crate::console::Desk;
use crate::crew::{Crew, Lane};
use crate::numbered::networks_are_numbered;
use crate::origin::Origin;
use crate::sys::{self, AddressSource, Connection, EventKind, checked};
use crate::tunnel::{Bridge, Traffic};
use crate::uri::Driver;
use crate::{domain, error, events, host, listing, new_display, xml};

/// How long a long one may take. The task says afterwards that it is still running.
const LONG_PATIENCE: Duration = Duration::from_secs(30 * 60);
/// How long a guest's agent may take to tell addresses.
const AGENT_PATIENCE: Duration = Duration::from_secs(3);

/// The way's last words, for a session that was open: whatever ended it, it is a lost connection.
pub(crate) fn lost(reason: DriverError) -> DriverError {
    if reason.code == ErrorCode::ConnectionLost {
        return reason;
    }
    DriverError {
        detail: reason.detail,
        ..DriverError::connection_lost("libvirt on the host closed the connection.")
    }
}

/// What a session is made of.
pub(crate) struct Parts {
    pub(crate) connection: Connection,
    pub(crate) driver: Driver,
    pub(crate) crew: Crew,
    /// `None` where libvirt makes the way itself.
    pub(crate) bridge: Option<Bridge>,
}

/// An open session.
pub(crate) struct LibvirtSession {
    // before the calls: dropped first, so that the connection's last calls fail at once
    bridge: Option<Arc<Bridge>>,
    calls: Arc<Calls>,
    driver: Driver,
    traffic: Option<Arc<Traffic>>,
    events: Mutex<Option<EventReceiver>>,
    sink: sys::EventSink,
    later_events: OnceCell<()>,
    host: Mutex<HostInfo>,
    desk: Desk,
    /// Handles of the domains last listed, so that reading one needs no look-up.
    handles: Mutex<HashMap<Uuid, Arc<Domain>>>,
}

impl LibvirtSession {
    /// Registers events and reads what the host says of itself.
    pub(crate) async fn begin(parts: Parts, origin: Origin) -> Result<Arc<Self>> {
        let bridge = parts.bridge.map(Arc::new);
        let calls = Arc::new(Calls::new(parts.connection, parts.crew, bridge.is_some()));
        let (sink, events) = events::channel();
        let session = Arc::new(Self {
            traffic: bridge.as_ref().map(|bridge| bridge.traffic()),
            driver: parts.driver,
            events: Mutex::new(Some(events)),
            sink,
            later_events: OnceCell::new(),
            host: Mutex::default(),
            desk: Desk::new(origin),
            handles: Mutex::default(),
            bridge,
            calls,
        });
        let sink = Arc::clone(&session.sink);
        let hear = session
            .calls
            .quick(move |c| c.on_event(EventKind::Lifecycle, sink));
        let (host, ()) = tokio::try_join!(host::read(&session.calls, session.driver), hear)?;
        *session.host.lock().unwrap_or_else(PoisonError::into_inner) = host;
        session.watch_the_end().await;
        Ok(session)
    }

    /// Ends the session when its way ends.
    async fn watch_the_end(&self) {
        let calls = Arc::downgrade(&self.calls);
        match &self.bridge {
            Some(bridge) => {
                let end = bridge.end();
                tokio::spawn(async move {
                    let reason = end.reason().await;
                    if let Some(calls) = calls.upgrade() {
                        calls.close(lost(reason));
                    }
                });
            }
            None if self.driver.is_embedded() => {}
            None => {
                let told = Box::new(move || {
                    if let Some(calls) = calls.upgrade() {
                        calls.close(DriverError::connection_lost(
                            "The host closed the connection.",
                        ));
                    }
                });
                // a hypervisor that does not tell is noticed by the next call
                let _ = self.calls.quick(move |c| c.on_close(told)).await;
            }
        }
    }

    /// Events beyond life and death, which nothing in a list depends on: registered when the first
    /// definition is read, so that the list comes first.
    async fn hear_of_definitions(&self) {
        self.later_events
            .get_or_init(|| async {
                let hear = |kind| {
                    let sink = Arc::clone(&self.sink);
                    self.calls.quick(move |c| c.on_event(kind, sink))
                };
                // a hypervisor that knows one of them not simply has no such events
                let _ = tokio::join!(
                    hear(EventKind::Metadata),
                    hear(EventKind::DeviceAdded),
                    hear(EventKind::DeviceRemoved),
                    hear(EventKind::Agent),
                    hear(EventKind::Tray),
                    hear(EventKind::Reboot),
                );
            })
            .await;
    }

    /// A handle of the domain, or `vm_not_found`.
    async fn handle(&self, key: &VmKey) -> Result<Arc<Domain>> {
        let uuid = known(key)?;
        let known = self.handles().get(&uuid).cloned();
        if let Some(domain) = known {
            return Ok(domain);
        }
        let domain = self
            .calls
            .quick(move |c| checked(Domain::lookup_by_uuid(c.safe(), uuid)))
            .await?;
        let domain = Arc::new(domain);
        self.handles().insert(uuid, Arc::clone(&domain));
        Ok(domain)
    }

    fn handles(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, Arc<Domain>>> {
        self.handles.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn forget_if_gone<T>(&self, key: &VmKey, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code == ErrorCode::VmNotFound => {
                if let Some(uuid) = uuid_of(key) {
                    self.handles().remove(&uuid);
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn or_gone<T>(&self, key: &VmKey, result: Result<T>) -> Result<T> {
        self.forget_if_gone(key, result)?.ok_or_else(not_found)
    }

    async fn read_definition(&self, key: &VmKey) -> Result<Definition> {
        let domain = self.handle(key).await?;
        let text = self
            .calls
            // of a transient domain libvirt gives the live definition
            .quick(move |_| checked(domain.get_xml_desc(c::VIR_DOMAIN_XML_INACTIVE)))
            .await?;
        let details = xml::details(&text).map_err(|error| DriverError {
            code: ErrorCode::Internal,
            ..error
        })?;
        Ok(Definition { text, details })
    }

    async fn ask_addresses(&self, key: &VmKey, source: AddressSource) -> Result<Vec<IpAddr>> {
        let domain = self.handle(key).await?;
        let (lane, patience) = match source {
            AddressSource::Agent => (Lane::Long, AGENT_PATIENCE),
            AddressSource::Lease => (Lane::Quick, PATIENCE),
        };
        let is_test = self.driver == Driver::Test;
        let ask = move |connection: &Connection| {
            if is_test && !networks_are_numbered(connection.safe(), &domain) {
                return Ok(Vec::new());
            }
            sys::addresses(&domain, source).map_err(|e| error::of_call(&e))
        };
        let interfaces = self.calls.call(lane, patience, ask).await?;
        Ok(interfaces
            .iter()
            .flat_map(|(_, addresses)| addresses)
            .filter_map(|address| address.parse().ok())
            .filter(is_worth_showing)
            .collect())
    }
}

fn not_found() -> DriverError {
    DriverError::new(ErrorCode::VmNotFound, "The VM is not there any more.")
}

fn known(key: &VmKey) -> Result<Uuid> {
    uuid_of(key).ok_or_else(not_found)
}

fn uuid_of(key: &VmKey) -> Option<Uuid> {
    Uuid::parse_str(key.as_str()).ok()
}

/// Addresses by which somebody else can reach a guest.
fn is_worth_showing(address: &IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_unspecified() && !v4.is_link_local(),
        IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unspecified() && !v6.is_unicast_link_local(),
    }
}

#[async_trait]
impl DriverSession for LibvirtSession {
    fn provider(&self) -> ProviderKind {
        self.driver.provider()
    }

    fn capabilities(&self) -> Capabilities {
        domain::capabilities(self.driver)
    }

    fn host(&self) -> HostInfo {
        self.host
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn calls(&self) -> u64 {
        match &self.traffic {
            Some(traffic) => traffic.calls(),
            None => self.calls.made(),
        }
    }

    fn take_events(&self) -> Option<EventReceiver> {
        self.events
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    async fn list(&self) -> Result<Vec<VmSummary>> {
        let listed = listing::list(&self.calls).await?;
        let mut handles = HashMap::with_capacity(listed.len());
        let mut summaries = Vec::with_capacity(listed.len());
        for (summary, domain) in listed {
            if let Some(uuid) = uuid_of(&summary.key) {
                handles.insert(uuid, domain);
            }
            summaries.push(summary);
        }
        *self.handles() = handles;
        Ok(summaries)
    }

    async fn summary(&self, key: &VmKey) -> Result<Option<VmSummary>> {
        let Some(uuid) = uuid_of(key) else {
            return Ok(None);
        };
        let found = listing::one(&self.calls, uuid).await?;
        let mut handles = self.handles();
        Ok(match found {
            Some((summary, domain)) => {
                handles.insert(uuid, domain);
                Some(summary)
            }
            None => {
                handles.remove(&uuid);
                None
            }
        })
    }

    async fn definition(&self, key: &VmKey) -> Result<Option<Definition>> {
        self.hear_of_definitions().await;
        let read = self.read_definition(key).await;
        self.forget_if_gone(key, read)
    }

    async fn addresses(&self, key: &VmKey) -> Result<Vec<String>> {
        let mut found = Vec::new();
        for source in [AddressSource::Agent, AddressSource::Lease] {
            match self.ask_addresses(key, source).await {
                Ok(addresses) => found.extend(addresses),
                Err(error) if error.code == ErrorCode::ConnectionLost => return Err(error),
                // off, without an agent, on nobody's network, or slow: nobody to ask
                Err(_) => {}
            }
            if !found.is_empty() {
                break;
            }
        }
        found.sort();
        found.dedup();
        Ok(found.iter().map(IpAddr::to_string).collect())
    }

    async fn perform(&self, key: &VmKey, operation: Operation) -> Result<()> {
        domain::check(&operation)?;
        let domain = self.handle(key).await?;
        let lane = domain::lane_of(&operation);
        let patience = match lane {
            Lane::Quick => 2 * PATIENCE,
            Lane::Long => LONG_PATIENCE,
        };
        let driver = self.driver;
        let done = self
            .calls
            .call(lane, patience, move |connection| {
                domain::perform(connection, &domain, &operation, driver)
            })
            .await;
        self.or_gone(key, done)
    }

    async fn consoles(&self, key: &VmKey) -> Result<Consoles> {
        let (uuid, domain) = (known(key)?, self.handle(key).await?);
        let read = self.desk.consoles(&self.calls, &domain, uuid).await;
        self.or_gone(key, read)
    }

    async fn open_display(&self, key: &VmKey, index: u8) -> Result<Pipe> {
        let (uuid, domain) = (known(key)?, self.handle(key).await?);
        let opened = self.desk.open_display(&self.calls, &domain, uuid, index);
        self.or_gone(key, opened.await)
    }

    async fn open_line(&self, key: &VmKey, alias: &str, takeover: Takeover) -> Result<Pipe> {
        let (uuid, domain) = (known(key)?, self.handle(key).await?);
        let opened = self
            .desk
            .open_line(&self.calls, &domain, uuid, alias, takeover);
        self.or_gone(key, opened.await)
    }

    async fn display_offers(&self, key: &VmKey) -> Result<Vec<DisplayOffer>> {
        let domain = self.handle(key).await?;
        let offered = self
            .calls
            .call(Lane::Quick, PATIENCE, move |connection| {
                new_display::offers(connection, &domain)
            })
            .await;
        self.or_gone(key, offered)
    }

    async fn screenshot(&self, key: &VmKey, screen: u32) -> Result<Screenshot> {
        let (uuid, domain) = (known(key)?, self.handle(key).await?);
        let taken = self.desk.screenshot(&self.calls, &domain, uuid, screen);
        self.or_gone(key, taken.await)
    }

    async fn send_keys(&self, key: &VmKey, set: KeySet, chord: Chord) -> Result<()> {
        let domain = self.handle(key).await?;
        let sent = self.desk.send_keys(&self.calls, domain, set, chord).await;
        self.or_gone(key, sent)
    }

    async fn ping(&self) -> Result<()> {
        self.calls
            .quick(|c| checked(c.safe().get_lib_version()))
            .await
            .map(drop)
    }

    async fn closed(&self) -> DriverError {
        self.calls.ended().await
    }

    async fn close(&self) {
        if let Some(bridge) = &self.bridge {
            bridge.cut();
        }
        self.calls.close(gone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_others_can_use_are_shown() {
        let shown = |text: &str| is_worth_showing(&text.parse().expect("an address"));
        assert!(shown("192.168.122.7") && shown("2001:db8::7") && shown("fd00::1"));
        assert!(!shown("127.0.0.1") && !shown("::1") && !shown("fe80::1") && !shown("169.254.9.9"));
    }
}
