//! The connection doctor's findings.

use serde::{Deserialize, Serialize};

/// A step of the doctor's round, in the order they are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// The address can be understood.
    Address,
    /// The name resolves.
    NameResolves,
    /// Something listens on the port.
    PortAnswers,
    /// The host's key is known and unchanged.
    HostKeyKnown,
    /// The login works.
    LoginWorks,
    /// virt-ssh-helper or nc is there.
    HelperFound,
    /// libvirt answers.
    LibvirtAnswers,
    /// Version and hypervisor.
    VersionAndHypervisor,
    /// What this user may do.
    Permissions,
}

impl StepKind {
    /// What the step is called.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Address => "Address understood",
            Self::NameResolves => "Name resolves",
            Self::PortAnswers => "Port answers",
            Self::HostKeyKnown => "Host key known",
            Self::LoginWorks => "Login works",
            Self::HelperFound => "Helper found",
            Self::LibvirtAnswers => "Libvirt answers",
            Self::VersionAndHypervisor => "Version and hypervisor",
            Self::Permissions => "What this user may do",
        }
    }
}

/// One thing to do about a failed step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remedy {
    /// What to do, as a sentence.
    pub text: String,
    /// The command that does it, to copy.
    pub command: Option<String>,
}

/// How a step came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Under way.
    Running,
    /// As it should be.
    Passed {
        /// What was found: `10.20.0.13`.
        detail: String,
    },
    /// Not as it should be.
    Failed {
        /// What is wrong: `mara may not open libvirt's socket on ams-kvm-03.`
        what: String,
        /// Why.
        why: String,
        /// What to do, first thing first.
        remedies: Vec<Remedy>,
        /// ssh's or libvirt's own words.
        output: Option<String>,
    },
    /// An earlier step failed.
    NotReached,
}

/// A step and how it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which step.
    pub kind: StepKind,
    /// How it came out.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// How long it took.
    pub duration_ms: u32,
}

/// Receives steps as they begin and end. A later step of the same kind replaces the earlier one.
pub trait StepSink: Send {
    /// Takes a step.
    fn step(&mut self, step: Step);
}

impl<F: FnMut(Step) + Send> StepSink for F {
    fn step(&mut self, step: Step) {
        self(step);
    }
}
