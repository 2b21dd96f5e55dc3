//! Text from hosts and guests on its way to people: never trusted, never endless.

/// Longest sentence an error message is made of.
const LONGEST_SENTENCE: usize = 400;

/// One line that ends like a sentence: control characters become spaces, too long texts are cut.
pub(crate) fn sentence(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > LONGEST_SENTENCE {
            line = cut(&line, LONGEST_SENTENCE).to_owned();
            line.push('…');
            return capital(line);
        }
    }
    if !line.is_empty() && !line.ends_with(['.', '!', '?', '…']) {
        line.push('.');
    }
    capital(line)
}

fn capital(line: String) -> String {
    let mut chars = line.chars();
    match chars.next() {
        Some(first) if first.is_lowercase() => first.to_uppercase().chain(chars).collect(),
        _ => line,
    }
}

/// The first `longest` bytes or fewer, cut between characters.
pub(crate) fn cut(text: &str, longest: usize) -> &str {
    if text.len() <= longest {
        return text;
    }
    let end = (0..=longest).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_becomes_one_short_sentence() {
        assert_eq!(sentence("no such\n\tdomain\u{7}"), "No such domain.");
        assert_eq!(sentence(""), "");
        let long = sentence(&"ü ".repeat(9000));
        assert!(
            long.len() < 500 && long.ends_with('…'),
            "{} bytes",
            long.len()
        );
        assert_eq!(cut("aü", 2), "a");
    }
}
