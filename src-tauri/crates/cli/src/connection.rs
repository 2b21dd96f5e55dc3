//! `innkeeperctl connection …`.

use std::io::Read as _;
use std::path::Path;

use driver::{Outcome, Step};
use engine::{ConnectionView, DoctorTarget, Engine, EngineError};
use model::{Access, ConnectionPhase, ConnectionSettings, ErrorCode, Startup};
use serde_json::json;

use crate::Done;
use crate::arguments::ConnectionCommand;
use crate::output::{Output, printable, table};

pub async fn run(engine: &Engine, command: &ConnectionCommand) -> Done {
    match command {
        ConnectionCommand::Add {
            name,
            uri,
            folder,
            read_only,
            manual,
            key_file,
            remote_socket,
        } => {
            let settings = ConnectionSettings {
                name: name.clone(),
                uri: uri.clone(),
                folder: folder.clone(),
                access: if *read_only {
                    Access::ReadOnly
                } else {
                    Access::ReadWrite
                },
                startup: if *manual {
                    Startup::Manual
                } else {
                    Startup::Automatic
                },
                key_file: key_file.clone(),
                remote_socket: remote_socket.clone(),
            };
            let view = engine.add_connection(settings).await?;
            Ok(one(&view, format!("Added {name}.")))
        }
        ConnectionCommand::List => Ok(list(&engine.connections())),
        ConnectionCommand::Show { name } => {
            let view = engine.find_connection(name)?;
            let settings = &view.connection.settings;
            let text = format!(
                "{}\n  URI     {}\n  folder  {}\n  access  {:?}\n  start   {:?}\n  as of   {}",
                printable(&settings.name),
                printable(&settings.uri),
                printable(&settings.folder),
                settings.access,
                settings.startup,
                view.status
                    .as_of
                    .map_or_else(|| "never read".to_owned(), |time| time.to_string()),
            );
            Ok(one(&view, text))
        }
        ConnectionCommand::Remove { name } => {
            let view = engine.find_connection(name)?;
            engine.remove_connection(view.connection.id).await?;
            let name = &view.connection.settings.name;
            Ok(Output::new(
                &json!({ "removed": name }),
                format!("Removed {name}."),
            ))
        }
        ConnectionCommand::Doctor { target } => doctor(engine, target).await,
        ConnectionCommand::Import { file } => {
            let report = engine.import_connections(&read(file)?).await?;
            let text = format!(
                "{} added, {} changed, {} as they were.",
                report.added.len(),
                report.updated.len(),
                report.unchanged.len()
            );
            let json = json!({
                "added": report.added, "updated": report.updated, "unchanged": report.unchanged,
            });
            Ok(Output::new(&json, text))
        }
        ConnectionCommand::Export => {
            let toml = engine.export_connections();
            Ok(Output::new(&json!({ "toml": toml }), toml.trim_end()))
        }
    }
}

fn one(view: &ConnectionView, text: String) -> Output {
    Output::new(&json!({ "connection": app::connection(view) }), text)
}

fn list(views: &[ConnectionView]) -> Output {
    let wire: Vec<_> = views.iter().map(app::connection).collect();
    let rows: Vec<Vec<String>> = views
        .iter()
        .map(|view| {
            let settings = &view.connection.settings;
            vec![
                settings.name.clone(),
                settings.folder.clone(),
                settings.uri.clone(),
                view.status
                    .as_of
                    .map(|time| time.to_string())
                    .unwrap_or_default(),
            ]
        })
        .collect();
    let text = if rows.is_empty() {
        "No connections. Add one: innkeeperctl connection add NAME URI".to_owned()
    } else {
        table(&["NAME", "FOLDER", "URI", "AS OF"], &rows)
    };
    Output::new(&json!({ "connections": wire }), text)
}

async fn doctor(engine: &Engine, target: &str) -> Done {
    let seen = match engine.find_connection(target) {
        Ok(view) => DoctorTarget::Connection(view.connection.id),
        Err(_) if target.contains(':') => {
            DoctorTarget::Settings(Box::new(ConnectionSettings::new(target, target)))
        }
        Err(error) => return Err(error),
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut sink = |step: Step| match steps.iter_mut().find(|known| known.kind == step.kind) {
        Some(known) => *known = step,
        None => steps.push(step),
    };
    engine.diagnose_into(seen, &mut sink).await?;
    let failure = steps.iter().find_map(|step| match &step.outcome {
        Outcome::Failed {
            what,
            remedies,
            output,
            ..
        } => Some(model::Failure {
            code: ErrorCode::ConnectionRefused,
            message: what.clone(),
            hint: remedies.first().map(|remedy| remedy.text.clone()),
            detail: output.clone(),
        }),
        Outcome::Running | Outcome::Passed { .. } | Outcome::NotReached => None,
    });
    let text = steps.iter().map(line).collect::<Vec<_>>().join("\n");
    let wire: Vec<_> = steps.into_iter().map(app::doctor_step).collect();
    let output = Output::new(&json!({ "steps": wire, "ok": failure.is_none() }), text);
    Ok(match failure {
        Some(failure) => output.failed_by(&failure),
        None => output,
    })
}

fn line(step: &Step) -> String {
    let title = step.kind.title();
    match &step.outcome {
        Outcome::Running => format!("…  {title}"),
        Outcome::NotReached => format!("-  {title}: not reached"),
        Outcome::Passed { detail } => {
            format!(
                "✓  {title}: {} ({} ms)",
                printable(detail),
                step.duration_ms
            )
        }
        Outcome::Failed {
            what,
            why,
            remedies,
            ..
        } => {
            let mut text = format!("✗  {title}: {what}\n     {why}");
            for (number, remedy) in remedies.iter().enumerate() {
                text.push_str(&format!("\n     {}. {}", number + 1, remedy.text));
                if let Some(command) = &remedy.command {
                    text.push_str(&format!("\n          {command}"));
                }
            }
            text
        }
    }
}

fn read(file: &Path) -> Result<String, EngineError> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .lock()
            .read_to_string(&mut text)
            .map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    text.map_err(|error| {
        EngineError::wrong("file", format!("Cannot read {}: {error}.", file.display()))
    })
}

/// Whether a phase means that the host can be used.
pub fn is_usable(phase: ConnectionPhase) -> bool {
    matches!(phase, ConnectionPhase::Ready | ConnectionPhase::Syncing)
}
