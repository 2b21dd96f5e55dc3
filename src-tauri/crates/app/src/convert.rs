//! The engine's answers as wire values.

use api::{
    ApiError, ConnectionDto, DefinitionVersionDto, DiffDto, DiffHunk, DiffLine, DiffMark,
    DoctorStepDto, HardwareDto, HardwareGroupDto, HardwareItemDto, HostDto, PromptDto, PromptKind,
    RemedyDto, SshHost, millis,
};
use driver::{Answer, Outcome, Question, Secret, Step};
use engine::history::{Diff, DiffPart, Side};
use engine::{ConnectionView, Engine, EngineError, PromptView};
use jiff::Timestamp;
use model::{Failure, HardwareGroup, KnownHost, VmId};
use store::DefinitionVersion;

/// A failed use case.
pub fn api_error(error: EngineError) -> ApiError {
    let EngineError {
        code,
        message,
        hint,
        detail,
        wrong,
    } = error;
    let mut wire = ApiError::from(Failure {
        code,
        message,
        hint,
        detail,
    });
    wire.fields = wrong;
    wire
}

/// A connection.
pub fn connection(view: &ConnectionView) -> ConnectionDto {
    let status = &view.status;
    ConnectionDto {
        id: view.connection.id,
        settings: view.connection.settings.clone(),
        state: status.phase,
        since: millis(status.since),
        error: status.error.clone(),
        retry_at: status.retry_at.map(millis),
        prompt: status.prompt,
        progress: status.progress,
        latency_ms: status.latency_ms,
        consoles: view.capabilities.consoles,
        host: status.host.as_ref().map(host),
        as_of: status.as_of.map(millis),
    }
}

fn host(KnownHost { info, as_of }: &KnownHost) -> HostDto {
    HostDto {
        hostname: info.hostname.clone(),
        hypervisor: info.hypervisor.clone(),
        libvirt: info.libvirt.clone(),
        cpus: info.cpus,
        memory_bytes: info.memory.map(model::ByteSize::as_bytes),
        as_of: millis(*as_of),
    }
}

/// A question.
pub fn prompt(view: &PromptView) -> PromptDto {
    let (kind, text, key) = match &view.question {
        Question::NewHostKey {
            host,
            key_type,
            fingerprint,
        } => (
            PromptKind::NewHostKey,
            host.clone(),
            Some((key_type.clone(), fingerprint.clone())),
        ),
        Question::Password { text } => (PromptKind::Password, text.clone(), None),
        Question::Passphrase { key } => (PromptKind::Passphrase, key.clone(), None),
        Question::Other { text } => (PromptKind::Other, text.clone(), None),
    };
    let (key_type, fingerprint) = key.unzip();
    PromptDto {
        id: view.id,
        connection: view.connection_name.clone(),
        kind,
        text,
        key_type,
        fingerprint,
    }
}

/// What the user answered: nothing when the question was closed, trust when nothing was typed.
pub fn question_answer(cancelled: bool, text: Option<String>) -> Option<Answer> {
    if cancelled {
        return None;
    }
    Some(text.map_or(Answer::TrustHostKey, |text| Answer::Text(Secret::new(text))))
}

/// A doctor's step.
pub fn doctor_step(step: Step) -> DoctorStepDto {
    let Step {
        kind,
        outcome,
        duration_ms,
    } = step;
    let name = serde_json::to_value(kind)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned));
    let mut wire = DoctorStepDto {
        kind: name.unwrap_or_default(),
        title: kind.title().to_owned(),
        outcome: "running",
        detail: String::new(),
        why: None,
        remedies: Vec::new(),
        output: None,
        duration_ms,
    };
    match outcome {
        Outcome::Running => {}
        Outcome::NotReached => wire.outcome = "not_reached",
        Outcome::Passed { detail } => {
            wire.outcome = "passed";
            wire.detail = detail;
        }
        Outcome::Failed {
            what,
            why,
            remedies,
            output,
        } => {
            wire.outcome = "failed";
            wire.detail = what;
            wire.why = Some(why);
            wire.output = output;
            wire.remedies = remedies
                .into_iter()
                .map(|remedy| RemedyDto {
                    text: remedy.text,
                    command: remedy.command,
                })
                .collect();
        }
    }
    wire
}

/// Hardware in groups.
pub fn hardware(groups: Vec<HardwareGroup>, as_of: Timestamp) -> HardwareDto {
    HardwareDto {
        as_of: millis(as_of),
        groups: groups
            .into_iter()
            .map(|group| HardwareGroupDto {
                title: group.title,
                items: group
                    .items
                    .into_iter()
                    .map(|item| HardwareItemDto {
                        name: item.name,
                        facts: item.facts,
                    })
                    .collect(),
            })
            .collect(),
    }
}

/// The definitions a VM had, newest first, each with how much it changed from the one before it.
///
/// # Errors
/// The store's.
pub async fn history(
    engine: &Engine,
    vm: &VmId,
) -> std::result::Result<Vec<DefinitionVersionDto>, EngineError> {
    let versions = engine.versions(vm).await?;
    let mut wire = Vec::new();
    for (at, version) in versions.iter().enumerate() {
        let change = match versions.get(at + 1) {
            Some(before) => Some(engine.diff(vm, before.id, version.id).await?),
            None => None,
        };
        wire.push(definition_version(version, change.as_ref()));
    }
    Ok(wire)
}

fn definition_version(version: &DefinitionVersion, change: Option<&Diff>) -> DefinitionVersionDto {
    DefinitionVersionDto {
        id: version.id.number(),
        first_seen: millis(version.first_seen),
        last_seen: millis(version.last_seen),
        bytes: version.bytes,
        added: change.map(|diff| diff.added),
        removed: change.map(|diff| diff.removed),
    }
}

/// What changed, as runs of lines with the number of lines left out between them.
pub fn diff(diff: Diff) -> DiffDto {
    let mut hunks: Vec<DiffHunk> = Vec::new();
    let mut skipped = 0;
    let mut open = false;
    for part in diff.parts {
        match part {
            DiffPart::Unchanged { lines } => {
                skipped = lines;
                open = false;
            }
            DiffPart::Line {
                side,
                old,
                new,
                text,
            } => {
                if !open {
                    hunks.push(DiffHunk {
                        skipped: std::mem::take(&mut skipped),
                        lines: Vec::new(),
                    });
                    open = true;
                }
                let mark = match side {
                    Side::Both => DiffMark::Same,
                    Side::Old => DiffMark::Del,
                    Side::New => DiffMark::Add,
                };
                let line = DiffLine {
                    mark,
                    old,
                    new,
                    text,
                };
                hunks
                    .last_mut()
                    .expect("pushed when the run began")
                    .lines
                    .push(line);
            }
        }
    }
    DiffDto {
        hunks,
        skipped_after: skipped,
    }
}

/// A host of `~/.ssh/config`.
pub fn ssh_host(host: engine::SshHost, used_by: Option<String>) -> SshHost {
    SshHost {
        alias: host.alias,
        host_name: host.host,
        user: host.user,
        port: host.port,
        used_by,
    }
}
