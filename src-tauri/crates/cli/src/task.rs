//! `innkeeperctl task …`.

use api::TaskDto;
use engine::{Cancelled, Engine, EngineError};
use model::TaskId;
use serde_json::json;
use store::TaskFilter;

use crate::Done;
use crate::act;
use crate::arguments::TaskCommand;
use crate::output::Output;

pub async fn run(engine: &Engine, command: &TaskCommand) -> Done {
    match command {
        TaskCommand::List { limit } => {
            let filter = TaskFilter {
                limit: *limit as usize,
                ..TaskFilter::default()
            };
            let tasks = engine.tasks(filter).await?;
            let tasks: Vec<TaskDto> = tasks.into_iter().map(TaskDto::from).collect();
            Ok(Output::new(&json!({ "tasks": tasks }), act::text(&tasks)))
        }
        TaskCommand::Show { id } => {
            let task = TaskDto::from(engine.task(parse(id)?).await?);
            let text = act::text(std::slice::from_ref(&task));
            Ok(Output::new(&json!({ "task": task }), text))
        }
        TaskCommand::Cancel { id } => {
            let id = parse(id)?;
            let how = engine.cancel(id).await?;
            let text = match how {
                Cancelled::Done => "Cancelled.",
                Cancelled::Asked => "Asked the process that runs it to cancel it.",
            };
            let task = TaskDto::from(engine.task(id).await?);
            Ok(Output::new(&json!({ "task": task }), text))
        }
    }
}

fn parse(id: &str) -> Result<TaskId, EngineError> {
    id.parse()
        .map_err(|error| EngineError::wrong("id", format!("‘{id}’ is {error}.")))
}
