//! The search grammar against the table that its TypeScript twin is held to as well.

use std::collections::BTreeSet;

use model::query::{Query, QueryRow, fold, texts};
use model::{
    ByteSize, ConnectionId, Disk, Nic, ProviderKind, Vm, VmDetails, VmId, VmKey, VmState, VmSummary,
};
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    rows: Vec<Row>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Row {
    name: String,
    title: String,
    description: String,
    note: String,
    uuid: Option<String>,
    state: VmState,
    provider: ProviderKind,
    connection: String,
    folder: String,
    os: Option<String>,
    ips: Vec<String>,
    macs: Vec<String>,
    disks: Vec<DiskRow>,
    tags: Vec<String>,
    memory_bytes: Option<u64>,
    vcpus: Option<u32>,
    autostart: Option<bool>,
    persistent: bool,
    stale: bool,
    has_snapshots: Option<bool>,
    has_agent: bool,
    details_as_of: Option<jiff::Timestamp>,
}

#[derive(Deserialize)]
struct DiskRow {
    target: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Case {
    query: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Matches(BTreeSet<String>),
    Error {
        message: String,
        start: usize,
        end: usize,
    },
}

fn vm(row: &Row) -> Vm {
    let key = VmKey::new(row.name.as_str());
    let connection = ConnectionId::from_uuid(uuid::Uuid::nil());
    let summary = VmSummary {
        key: key.clone(),
        name: row.name.clone(),
        state: row.state,
        reason: None,
        persistent: row.persistent,
        autostart: row.autostart,
        has_snapshots: row.has_snapshots,
    };
    let mut vm = Vm::first_seen(
        VmId::new(connection, key),
        row.provider,
        summary,
        jiff::Timestamp::UNIX_EPOCH,
    );
    vm.note = row.note.clone();
    vm.ips = row.ips.clone();
    vm.details_as_of = row.details_as_of;
    vm.details = row.details_as_of.map(|_| VmDetails {
        title: row.title.clone(),
        description: row.description.clone(),
        tags: row.tags.clone(),
        uuid: row.uuid.clone(),
        vcpus: row.vcpus,
        memory: row.memory_bytes.map(ByteSize::bytes),
        os: row.os.clone(),
        disks: row
            .disks
            .iter()
            .map(|disk| Disk {
                target: disk.target.clone(),
                source: disk.source.clone(),
                device: "disk".to_owned(),
            })
            .collect(),
        nics: row
            .macs
            .iter()
            .map(|mac| Nic {
                mac: Some(mac.clone()),
                source: None,
                model: None,
            })
            .collect(),
        has_agent_channel: row.has_agent,
        ..VmDetails::default()
    });
    vm
}

#[test]
fn the_grammar_is_what_the_table_says() {
    let table: Table =
        serde_json::from_str(include_str!("../../../../tests/fixtures/query-cases.json"))
            .expect("the table is well formed");
    for case in table.cases {
        let query = case.query.as_str();
        match (Query::parse(query), case.outcome) {
            (Ok(parsed), Outcome::Matches(expected)) => {
                let found: BTreeSet<String> = table
                    .rows
                    .iter()
                    .filter(|row| fits(&parsed, row))
                    .map(|row| row.name.clone())
                    .collect();
                assert_eq!(found, expected, "rows that fit {query:?}");
            }
            (
                Err(error),
                Outcome::Error {
                    message,
                    start,
                    end,
                },
            ) => {
                assert_eq!(error.message, message, "message for {query:?}");
                assert_eq!((error.start, error.end), (start, end), "place in {query:?}");
            }
            (parsed, _) => panic!("{query:?} gave {parsed:?}"),
        }
    }
}

fn fits(query: &Query, row: &Row) -> bool {
    let vm = vm(row);
    let all = texts(&vm).chain([row.connection.as_str(), row.folder.as_str()]);
    let all: Vec<String> = all.map(fold).collect();
    let asked_for: BTreeSet<&str> = query.texts().collect();
    query.matches(
        &QueryRow {
            vm: &vm,
            host: &row.connection,
            folder: &row.folder,
            live: !row.stale,
        },
        &|text| {
            assert!(asked_for.contains(text), "texts() leaves out {text:?}");
            all.iter().any(|one| one.contains(&fold(text)))
        },
    )
}

#[test]
fn terms_say_where_they_are_so_that_they_can_become_chips() {
    let text = "😀 -tag:\"a b\"  web";
    let query = Query::parse(text).expect("a good query");
    let units: Vec<u16> = text.encode_utf16().collect();
    let terms: Vec<(String, bool)> = query
        .terms()
        .iter()
        .map(|term| {
            let part = String::from_utf16(&units[term.start..term.end]).expect("whole letters");
            (part, term.negated)
        })
        .collect();
    assert_eq!(
        terms,
        [
            ("😀".to_owned(), false),
            ("-tag:\"a b\"".to_owned(), true),
            ("web".to_owned(), false)
        ]
    );
}
