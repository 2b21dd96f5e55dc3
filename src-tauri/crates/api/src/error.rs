//! Failures as they cross the border.

use model::address::WrongPart;
use model::{ErrorCode, Failure};
use serde::Serialize;
use ts_rs::TS;

/// How bad it is, which decides how loudly it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The user stopped it: shown nowhere.
    Silent,
    /// Something did not happen.
    Error,
}

/// A failed command.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ApiError {
    /// Stable code.
    #[ts(type = "string")]
    pub code: ErrorCode,
    /// What did not happen, to what, and why.
    pub message: String,
    /// How loudly to say it.
    pub severity: Severity,
    /// What to do.
    pub hint: Option<String>,
    /// Whether the same may go well when tried again.
    pub retryable: bool,
    /// The provider's own words.
    pub detail: Option<String>,
    /// Fields that are wrong, each with its sentence.
    pub fields: Vec<WrongPart>,
}

impl ApiError {
    /// A failure whose fault lies in these fields.
    pub fn fields(message: impl Into<String>, fields: Vec<WrongPart>) -> Self {
        Self {
            fields,
            ..Failure {
                code: ErrorCode::InvalidInput,
                message: message.into(),
                hint: None,
                detail: None,
            }
            .into()
        }
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        let silent = matches!(
            failure.code,
            ErrorCode::Cancelled | ErrorCode::AuthCancelled
        );
        Self {
            code: failure.code,
            message: failure.message,
            severity: if silent {
                Severity::Silent
            } else {
                Severity::Error
            },
            hint: failure.hint,
            retryable: failure.code.is_retryable(),
            detail: failure.detail,
            fields: Vec::new(),
        }
    }
}
