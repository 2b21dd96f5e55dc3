//! The search grammar: what the filter line and `innkeeperctl list --search` take.
//!
//! ```text
//! query = { term }                      every term has to fit
//! term  = [ "!" | "-" ] ( text | field ":" value { "," value } )      one of the values has to fit
//! text  = word | "quoted text"          anywhere in the VM's texts; a word with * is a name
//! ```
//!
//! | field | value |
//! |---|---|
//! | name, title, description, note, os, uuid, ip, mac, disk | a part of it; with `*`, all of it |
//! | host, folder, tag | all of it, with `*` for any run of characters |
//! | state, provider, has | one of a few words |
//! | mem | `16G`, `>16G`, `<=512M` |
//! | vcpus | `4`, `>=8` |
//! | autostart, persistent, live | `yes` or `no` |
//!
//! Capitals never matter. In quotes, nothing but `\"` and `\\` is special. A VM of which a value is
//! not known fits no term about it.
//!
//! Architecture Invariant: the window has a twin of this in TypeScript. Both are held to
//! `tests/fixtures/query-cases.json`.

mod field;
mod parse;
mod pattern;

use crate::units::ByteSize;
use crate::vm::{ProviderKind, Vm, VmState};

use field::{Flag, TextField, Thing};
use pattern::{Comparison, Pattern};

/// A parsed query. The empty one fits every VM.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    terms: Vec<Term>,
}

/// One term of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Whether it has not to fit.
    pub negated: bool,
    /// Where it begins in the query, in UTF-16 units as text fields count.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    test: Test,
}

/// Text that is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong: `No field ‘hsot’. Did you mean host?`
    pub message: String,
    /// Where the wrong part begins, in UTF-16 units as text fields count.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// A VM with what it takes from its connection.
#[derive(Debug, Clone, Copy)]
pub struct QueryRow<'a> {
    /// The VM.
    pub vm: &'a Vm,
    /// Its connection's name.
    pub host: &'a str,
    /// Its connection's folder.
    pub folder: &'a str,
    /// Whether what is known of it is true now.
    pub live: bool,
}

/// What a term asks. Of several values, one has to fit.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    Text(String),
    Part(TextField, Vec<Pattern>),
    State(Vec<VmState>),
    Provider(Vec<ProviderKind>),
    Has(Vec<Thing>),
    Memory(Vec<Comparison>),
    Vcpus(Vec<Comparison>),
    Flag(Flag, Vec<bool>),
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// The first part that is wrong.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parse::terms(text).map(|terms| Self { terms })
    }

    /// Its terms, in the order they were typed.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The texts that [`Query::matches`] will ask for, so that they can be looked up first.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter_map(|term| {
            if let Test::Text(text) = &term.test {
                Some(text.as_str())
            } else {
                None
            }
        })
    }

    /// Whether `row` fits. `text_hits` says whether a plain text is found in the row's VM.
    pub fn matches(&self, row: &QueryRow<'_>, text_hits: &dyn Fn(&str) -> bool) -> bool {
        self.terms
            .iter()
            .all(|term| term.test.fits(row, text_hits) != term.negated)
    }
}

impl Test {
    fn fits(&self, row: &QueryRow<'_>, text_hits: &dyn Fn(&str) -> bool) -> bool {
        let details = row.vm.details.as_ref();
        match self {
            Self::Text(text) => text_hits(text),
            Self::Part(field, patterns) => field.any(row, |text| {
                let text = fold(text);
                patterns.iter().any(|pattern| pattern.fits(&text))
            }),
            Self::State(states) => states.contains(&row.vm.summary.state),
            Self::Provider(providers) => providers.contains(&row.vm.provider),
            Self::Has(things) => things.iter().any(|thing| thing.is_there(row.vm)),
            Self::Memory(comparisons) => {
                let memory = details.and_then(|details| details.memory);
                is_any(
                    comparisons,
                    memory.map(ByteSize::as_bytes).map(|bytes| bytes as f64),
                )
            }
            Self::Vcpus(comparisons) => {
                let vcpus = details.and_then(|details| details.vcpus);
                is_any(comparisons, vcpus.map(f64::from))
            }
            Self::Flag(flag, wanted) => flag.of(row).is_some_and(|value| wanted.contains(&value)),
        }
    }
}

fn is_any(comparisons: &[Comparison], value: Option<f64>) -> bool {
    value.is_some_and(|value| comparisons.iter().any(|comparison| comparison.holds(value)))
}

/// Every text of a VM that plain text is looked for in, besides its connection's name and folder.
pub fn texts(vm: &Vm) -> impl Iterator<Item = &str> {
    let details = vm.details.as_ref();
    [vm.summary.name.as_str(), vm.note.as_str()]
        .into_iter()
        .chain(vm.ips.iter().map(String::as_str))
        .chain(details.into_iter().flat_map(|details| {
            [details.title.as_str(), details.description.as_str()]
                .into_iter()
                .chain(details.uuid.as_deref())
                .chain(details.os.as_deref())
                .chain(details.tags.iter().map(String::as_str))
                .chain(details.nics.iter().filter_map(|nic| nic.mac.as_deref()))
                .chain(
                    details
                        .disks
                        .iter()
                        .filter_map(|disk| disk.source.as_deref()),
                )
        }))
}

/// `text` as it is compared: without regard to capitals, also the two forms of a Greek sigma.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ς' { 'σ' } else { letter })
        .collect()
}
