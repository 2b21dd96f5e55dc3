//! Texts and times as they cross the border.

use jiff::{Timestamp, Unit};

/// A time to the millisecond: nothing the user sees is finer, and rows carry many of them.
pub fn millis(time: Timestamp) -> Timestamp {
    time.round(Unit::Millisecond).unwrap_or(time)
}

/// `text`, cut to `limit` characters with an ellipsis, and whether it was cut.
pub(crate) fn cut(text: &str, limit: Option<usize>) -> (String, bool) {
    let Some((end, _)) = limit.and_then(|limit| text.char_indices().nth(limit)) else {
        return (text.to_owned(), false);
    };
    let mut short = text[..end].to_owned();
    short.push('…');
    (short, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters_and_say_so() {
        assert_eq!(cut("añb", None), ("añb".to_owned(), false));
        assert_eq!(cut("añb", Some(3)), ("añb".to_owned(), false));
        assert_eq!(cut("añb", Some(2)), ("añ…".to_owned(), true));
    }
}
