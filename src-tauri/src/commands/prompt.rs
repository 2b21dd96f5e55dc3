//! Hosts' questions.

use api::PromptDto;
use api::command::{AnswerPrompt, Nothing};
use tauri::State;

use super::Answer;
use crate::state::Shell;

#[tauri::command]
pub async fn prompt_current(shell: State<'_, Shell>) -> Answer<Option<PromptDto>> {
    Ok(shell.engine().await?.prompt().as_ref().map(app::prompt))
}

#[tauri::command]
pub async fn prompt_answer(shell: State<'_, Shell>, request: AnswerPrompt) -> Answer<Nothing> {
    let answer = app::question_answer(request.cancelled, request.text);
    shell.engine().await?.answer(request.id, answer);
    Ok(Nothing {})
}
