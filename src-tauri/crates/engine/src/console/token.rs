//! A console's token: who knows it is its client.
//!
//! Invariant: never shown by `Debug`, and compared in a time that does not tell how much is right.

use std::fmt;
use std::hint::black_box;

use crate::clock::Ids;

/// 244 random bits.
#[derive(Clone)]
pub(super) struct Token(String);

impl Token {
    /// A new one.
    pub fn new(ids: &dyn Ids) -> Self {
        Self(format!("{}{}", ids.uuid().simple(), ids.uuid().simple()))
    }

    /// Its text, for the one address it belongs into.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether `text` is this token.
    pub fn is(&self, text: &str) -> bool {
        let (ours, theirs) = (self.0.as_bytes(), text.as_bytes());
        if ours.len() != theirs.len() {
            return false;
        }
        let pairs = ours.iter().zip(theirs);
        black_box(pairs.fold(0, |differs, (a, b)| differs | black_box(a ^ b))) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::RandomIds;

    #[test]
    fn tokens_are_long_differ_and_fit_only_themselves() {
        let (one, other) = (Token::new(&RandomIds), Token::new(&RandomIds));
        assert_eq!(one.expose().len(), 64);
        assert!(one.is(one.expose()) && !one.is(other.expose()));
        assert!(!one.is("") && !one.is(&one.expose()[1..]));
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
