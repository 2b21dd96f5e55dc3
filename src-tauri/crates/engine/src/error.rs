//! What the engine says when something fails: a driver's or the store's words, with what was
//! attempted put in front.

use driver::DriverError;
use model::address::WrongPart;
use model::{ErrorCode, Failure, Forbidden};
use store::StoreError;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, EngineError>;

/// A use case that failed. The same shape as [`Failure`], and the fields of a form that are wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// What did not happen, to what, and why: `Cannot start win11: It is running.`
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// The provider's or ssh's own words.
    pub detail: Option<String>,
    /// The fields that are wrong, when a form was handed in (`invalid_input`, `name_in_use`).
    pub wrong: Vec<WrongPart>,
}

impl EngineError {
    /// A failure of this kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            detail: None,
            wrong: Vec::new(),
        }
    }

    /// The same, with what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Wrong fields of a form. The first one is the message.
    pub fn wrong_parts(wrong: Vec<WrongPart>) -> Self {
        let message = wrong.first().map_or_else(
            || "The input is wrong.".to_owned(),
            |part| part.message.clone(),
        );
        Self {
            wrong,
            ..Self::new(ErrorCode::InvalidInput, message)
        }
    }

    /// One wrong field.
    pub fn wrong(part: &str, message: impl Into<String>) -> Self {
        Self::wrong_parts(vec![WrongPart::new(part, message)])
    }

    /// The same, with what was attempted in front: `start win11` gives `Cannot start win11: …`.
    #[must_use]
    pub fn attempted(mut self, what: impl std::fmt::Display) -> Self {
        self.message = format!("Cannot {what}: {}", self.message);
        self
    }

    /// A forbidden action, as the failure that reports it.
    pub fn forbidden(reason: Forbidden) -> Self {
        let code = match reason {
            Forbidden::NotConnected => ErrorCode::ConnectionLost,
            Forbidden::ReadOnly => ErrorCode::PermissionDenied,
            Forbidden::Unsupported => ErrorCode::Unsupported,
            Forbidden::Running
            | Forbidden::Paused
            | Forbidden::ShutOff
            | Forbidden::Saved
            | Forbidden::Crashed
            | Forbidden::StateUnknown
            | Forbidden::Transient
            | Forbidden::AlreadySo => ErrorCode::InvalidState,
        };
        Self::new(code, format!("{reason}."))
    }
}

impl From<DriverError> for EngineError {
    fn from(error: DriverError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            hint: error.hint,
            detail: error.detail,
            wrong: Vec::new(),
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self {
            hint: error.hint,
            ..Self::new(error.code, error.message)
        }
    }
}

impl From<Failure> for EngineError {
    fn from(failure: Failure) -> Self {
        Self {
            code: failure.code,
            message: failure.message,
            hint: failure.hint,
            detail: failure.detail,
            wrong: Vec::new(),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            hint: error.hint,
            detail: error.detail,
        }
    }
}
