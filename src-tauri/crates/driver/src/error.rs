//! What a driver says when something fails.

use model::{ErrorCode, Failure};

/// The result of a driver's call.
pub type Result<T> = std::result::Result<T, DriverError>;

/// A failed call: a code for programs, a sentence for people, the provider's own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DriverError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// Why, as a sentence: `No answer for 10 s.`
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// The provider's or ssh's own words, cut to a size a person reads.
    pub detail: Option<String>,
}

impl DriverError {
    /// A failure of this kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            hint: None,
            detail: None,
        }
    }

    /// The same, with what to do.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, with the provider's own words. Long texts are cut: hosts are not trusted.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        const LONGEST: usize = 4000;
        let mut detail = detail.into();
        if detail.len() > LONGEST {
            let end = (0..=LONGEST)
                .rev()
                .find(|at| detail.is_char_boundary(*at))
                .unwrap_or(0);
            detail.truncate(end);
            detail.push('…');
        }
        self.detail = Some(detail);
        self
    }

    /// The peer stopped answering or closed.
    pub fn connection_lost(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::ConnectionLost, message)
    }

    /// The user cancelled.
    pub fn cancelled() -> Self {
        Self::new(ErrorCode::Cancelled, "Cancelled.")
    }
}

impl From<DriverError> for Failure {
    fn from(error: DriverError) -> Self {
        Self {
            code: error.code,
            message: error.message,
            hint: error.hint,
            detail: error.detail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_detail_is_cut_between_characters() {
        let error = DriverError::connection_lost("x").with_detail("ü".repeat(9000));
        let detail = error.detail.expect("set above");
        assert!(
            detail.len() <= 4004 && detail.ends_with("ü…"),
            "{} bytes",
            detail.len()
        );
    }
}
