//! `innkeeperctl sync`.

use engine::Engine;
use serde_json::{Value, json};

use crate::Done;
use crate::connection::is_usable;
use crate::output::{Output, table};

pub async fn run(engine: &Engine, names: &[String], details: bool) -> Done {
    let reports = engine.sync(names, details).await?;
    let mut wire = Vec::<Value>::new();
    let mut rows = Vec::new();
    for report in &reports {
        wire.push(json!({
            "name": report.name, "state": report.state, "vms": report.vms,
            "duration_ms": report.duration_ms, "calls": report.calls, "error": report.error,
        }));
        rows.push(vec![
            report.name.clone(),
            report
                .error
                .as_ref()
                .map_or("ready".to_owned(), |error| error.message.clone()),
            report.vms.to_string(),
            format!("{} ms", report.duration_ms),
            report.calls.to_string(),
        ]);
    }
    let text = table(&["CONNECTION", "STATE", "VMS", "TIME", "CALLS"], &rows);
    let output = Output::new(&json!({ "connections": wire }), text);
    let failed = reports
        .iter()
        .find(|report| report.error.is_some() || !is_usable(report.state));
    Ok(match failed.and_then(|report| report.error.as_ref()) {
        Some(error) => output.failed_by(error),
        None => output,
    })
}
