//! Hosts' questions.

use api::PromptDto;
use api::command::{AnswerPrompt, Nothing};
use tauri::{State, WebviewWindow};

use super::Answer;
use crate::state::Shell;

#[tauri::command]
pub async fn prompt_current(
    window: WebviewWindow,
    shell: State<'_, Shell>,
) -> Answer<Option<PromptDto>> {
    // asked in the main window, once
    if shell.pages.only(window.label()).is_some() {
        return Ok(None);
    }
    Ok(shell.engine().await?.prompt().as_ref().map(app::prompt))
}

#[tauri::command]
pub async fn prompt_answer(shell: State<'_, Shell>, request: AnswerPrompt) -> Answer<Nothing> {
    let answer = app::question_answer(request.cancelled, request.text);
    shell.engine().await?.answer(request.id, answer);
    Ok(Nothing {})
}
