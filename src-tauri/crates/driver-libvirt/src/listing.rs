//! The first truth: every domain's summary in five calls, however many domains there are.
//!
//! ```text
//! bulk STATE ─────┐  (uuid, name, state, reason; never asks a hypervisor process)
//! PERSISTENT ─────┤
//! AUTOSTART ──────┼──▶ summaries
//! MANAGEDSAVE ────┤
//! HAS_SNAPSHOT ───┘
//! ```
//!
//! The calls run at the same time. A domain that comes or goes in between is told by an event, which
//! was registered before.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use driver::DriverError;
use model::{ErrorCode, VmKey, VmSummary};
use uuid::Uuid;
use virt::domain::Domain;
use virt_sys as c;

use crate::calls::Calls;
use crate::domain::state_of;
use crate::sys::{self, Connection, StateRecord, checked};

/// Every domain with its handle.
pub(crate) async fn list(calls: &Calls) -> Result<Vec<(VmSummary, Arc<Domain>)>, DriverError> {
    let flagged = |flag| calls.quick(move |connection| uuids(connection, flag));
    let (records, persistent, autostart, saved, snapshots) = tokio::try_join!(
        states(calls),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_PERSISTENT),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_AUTOSTART),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT),
    )?;
    Ok(records
        .into_iter()
        .map(|record| {
            let has = |set: &HashSet<Uuid>| set.contains(&record.uuid);
            let (state, reason) = state_of(record.state, record.reason, has(&saved));
            let summary = VmSummary {
                key: key_of(record.uuid),
                name: record.name,
                state,
                reason,
                persistent: has(&persistent),
                autostart: Some(has(&autostart)),
                has_snapshots: Some(has(&snapshots)),
            };
            (summary, record.domain)
        })
        .collect())
}

/// A domain's key: its UUID as libvirt writes it.
pub(crate) fn key_of(uuid: Uuid) -> VmKey {
    VmKey::new(uuid.hyphenated().to_string())
}

async fn states(calls: &Calls) -> Result<Vec<StateRecord>, DriverError> {
    match calls.quick(Connection::all_states).await {
        Err(error) if error.code == ErrorCode::Unsupported => states_from_lists(calls).await,
        result => result,
    }
}

/// For hypervisors without the bulk call: one list per state, and a question for what is in none.
async fn states_from_lists(calls: &Calls) -> Result<Vec<StateRecord>, DriverError> {
    let flagged = |flag| calls.quick(move |connection| uuids(connection, flag));
    let (all, running, paused, off) = tokio::try_join!(
        calls.quick(|connection| checked(connection.safe().list_all_domains(0))),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_RUNNING),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_PAUSED),
        flagged(c::VIR_CONNECT_LIST_DOMAINS_SHUTOFF),
    )?;
    let known: HashMap<Uuid, c::virDomainState> = [
        (running, c::VIR_DOMAIN_RUNNING),
        (paused, c::VIR_DOMAIN_PAUSED),
        (off, c::VIR_DOMAIN_SHUTOFF),
    ]
    .into_iter()
    .flat_map(|(set, state)| set.into_iter().map(move |uuid| (uuid, state)))
    .collect();
    let mut records = Vec::with_capacity(all.len());
    for domain in all {
        let domain = Arc::new(domain);
        let asked = Arc::clone(&domain);
        let Ok((uuid, name)) = identity(&domain) else {
            continue;
        };
        let (state, reason) = match known.get(&uuid) {
            Some(state) => (*state as i32, 0),
            None => calls
                .quick(move |_| checked(asked.get_state()))
                .await
                .map(|(state, reason)| (state as i32, reason))?,
        };
        records.push(StateRecord {
            uuid,
            name,
            state,
            reason,
            domain,
        });
    }
    Ok(records)
}

/// UUID and name, which come with every handle.
fn identity(domain: &Domain) -> sys::Result<(Uuid, String)> {
    Ok((checked(domain.get_uuid())?, checked(domain.get_name())?))
}

fn uuids(
    connection: &Connection,
    flag: c::virConnectListAllDomainsFlags,
) -> sys::Result<HashSet<Uuid>> {
    let domains = checked(connection.safe().list_all_domains(flag))?;
    domains
        .iter()
        .map(|domain| checked(domain.get_uuid()))
        .collect()
}

/// One domain read again, with a fresh handle (its name may have changed); `None` when it is gone.
pub(crate) async fn one(
    calls: &Calls,
    uuid: Uuid,
) -> Result<Option<(VmSummary, Arc<Domain>)>, DriverError> {
    let found = calls
        .quick(move |connection| {
            let domain = checked(Domain::lookup_by_uuid(connection.safe(), uuid))?;
            let name = checked(domain.get_name())?;
            Ok((Arc::new(domain), name))
        })
        .await;
    let (domain, name) = match found {
        Err(error) if error.code == ErrorCode::VmNotFound => return Ok(None),
        result => result?,
    };
    let about = |read: fn(&Domain) -> sys::Result<bool>| {
        let domain = Arc::clone(&domain);
        calls.quick(move |_| or_unsupported(read(&domain)))
    };
    let handle = Arc::clone(&domain);
    let read = tokio::try_join!(
        calls.quick(move |_| checked(handle.get_state())),
        about(|d| checked(d.has_managed_save(0))),
        about(|d| checked(d.is_persistent())),
        about(|d| checked(d.get_autostart())),
        about(|d| sys::snapshot_count(d).map(|count| count > 0)),
    );
    let ((state, reason), saved, persistent, autostart, snapshots) = match read {
        // it went between two of the calls
        Err(error) if error.code == ErrorCode::VmNotFound => return Ok(None),
        result => result?,
    };
    let (state, reason) = state_of(state as i32, reason, saved.unwrap_or(false));
    let summary = VmSummary {
        key: key_of(uuid),
        name,
        state,
        reason,
        persistent: persistent.unwrap_or(true),
        // as the list has it: a hypervisor without the feature has none with it
        autostart: Some(autostart.unwrap_or(false)),
        has_snapshots: Some(snapshots.unwrap_or(false)),
    };
    Ok(Some((summary, domain)))
}

/// `None` for what a hypervisor does not know.
fn or_unsupported(result: sys::Result<bool>) -> sys::Result<Option<bool>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code == virt::error::ErrorNumber::NoSupport => Ok(None),
        Err(error) => Err(error),
    }
}
