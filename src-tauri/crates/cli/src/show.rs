//! `innkeeperctl show`.

use api::TextLimit;
use engine::Engine;
use model::ErrorCode;
use serde_json::json;

use crate::Done;
use crate::arguments::Show;
use crate::output::{Output, printable};

pub async fn run(engine: &Engine, show: &Show) -> Done {
    let id = engine.find_vm(&show.vm)?;
    let (Some(vm), Some(view)) = (engine.vm(&id), engine.connection(id.connection)) else {
        return Err(engine::EngineError::new(
            ErrorCode::VmNotFound,
            "The VM is gone.",
        ));
    };
    let row = app::row(&vm, &view, 0, TextLimit::Whole);
    let mut lines = vec![
        format!(
            "{}  {:?}{}",
            printable(&row.name),
            row.state,
            if row.stale { " (not live)" } else { "" }
        ),
        format!("  as of   {}", row.as_of),
        format!("  uuid    {}", row.uuid.as_deref().unwrap_or("–")),
        format!("  title   {}", printable(&row.title)),
        format!("  tags    {}", printable(&row.tags.join(" "))),
        format!("  IPs     {}", row.ips.join(" ")),
    ];
    let mut document = json!({ "vm": row });
    if show.xml {
        let definition = engine.definition(&id, None).await?.ok_or_else(|| {
            engine::EngineError::new(
                ErrorCode::InvalidState,
                format!("The definition of {} was not read yet.", row.name),
            )
            .with_hint("Read it: innkeeperctl sync --details")
        })?;
        lines.push(definition.text.clone());
        document["xml"] = json!(definition.text);
    }
    if show.history {
        let versions = app::history(engine, &id).await?;
        for version in &versions {
            lines.push(format!("  version {}  {}", version.id, version.first_seen));
        }
        document["history"] = json!(versions);
    }
    Ok(Output::new(&document, lines.join("\n")))
}
