//! What a value is compared with: patterns of texts, numbers and sizes.

use super::fold;

/// What a text has to be like. Holds folded text, compares folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Pattern {
    /// It is somewhere in the text.
    Part(String),
    /// It is the text.
    Whole(String),
    /// The pieces between the stars, in their order; the first begins and the last ends the text.
    Glob(Vec<String>),
}

impl Pattern {
    /// The pattern of a value that has stars, if it has.
    pub(super) fn glob(value: &str) -> Option<Self> {
        value
            .contains('*')
            .then(|| Self::Glob(fold(value).split('*').map(str::to_owned).collect()))
    }

    /// Whether `text`, which is folded, is like that.
    pub(super) fn fits(&self, text: &str) -> bool {
        match self {
            Self::Part(part) => text.contains(part.as_str()),
            Self::Whole(whole) => text == whole,
            Self::Glob(pieces) => fits_glob(pieces, text),
        }
    }
}

fn fits_glob(pieces: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = pieces else {
        return false;
    };
    let Some(mut rest) = text
        .strip_prefix(first.as_str())
        .and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    for piece in middle {
        match rest.split_once(piece.as_str()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// A number and how to compare with it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Comparison {
    relation: Relation,
    number: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

/// How a comparison begins; longer ones first.
const RELATIONS: [(&str, Relation); 5] = [
    ("<=", Relation::AtMost),
    (">=", Relation::AtLeast),
    ("<", Relation::Less),
    (">", Relation::More),
    ("=", Relation::Equal),
];

impl Comparison {
    /// Reads `16G`, `>16G`; `number` reads what follows the relation.
    pub(super) fn parse(value: &str, number: impl Fn(&str) -> Option<f64>) -> Option<Self> {
        let with =
            |relation: Relation, rest: &str| number(rest).map(|number| Self { relation, number });
        for (sign, relation) in RELATIONS {
            if let Some(rest) = value.strip_prefix(sign) {
                return with(relation, rest);
            }
        }
        with(Relation::Equal, value)
    }

    /// Whether it holds for `value`.
    pub(super) fn holds(self, value: f64) -> bool {
        match self.relation {
            Relation::Less => value < self.number,
            Relation::AtMost => value <= self.number,
            Relation::Equal => value == self.number,
            Relation::AtLeast => value >= self.number,
            Relation::More => value > self.number,
        }
    }
}

/// A whole number: `4`.
pub(super) fn count(text: &str) -> Option<f64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A size in bytes: `16G`, `1.5GiB`, `512 MB` without the space. All units are binary.
pub(super) fn size(text: &str) -> Option<f64> {
    let text = fold(text);
    let at = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
    let (digits, unit) = text.split_at(at);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    count(whole)?;
    count(part)?;
    let exponent = match unit {
        "k" | "kb" | "kib" => 1,
        "m" | "mb" | "mib" => 2,
        "g" | "gb" | "gib" => 3,
        "t" | "tb" | "tib" => 4,
        _ => return None,
    };
    let number: f64 = digits.parse().ok()?;
    Some(number * 1024_f64.powi(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_glob_keeps_the_order_and_never_uses_a_letter_twice() {
        for (glob, text, fits) in [
            ("*", "", true),
            ("web-*", "web-01", true),
            ("web-*", "my-web-01", false),
            ("*-01", "web-01", true),
            ("w*b*1", "web-01", true),
            ("a*b*a", "aba", true),
            ("a*a", "a", false),
            ("ab*bc", "abc", false),
            ("*b*a*", "ab", false),
            ("w**1", "web-01", true),
        ] {
            let pattern = Pattern::glob(glob).expect(glob);
            assert_eq!(pattern.fits(text), fits, "{glob} on {text}");
        }
        assert_eq!(Pattern::glob("web"), None, "no star, no glob");
    }

    #[test]
    fn sizes_are_binary_and_need_a_unit() {
        for (text, bytes) in [
            ("16G", Some(17_179_869_184.0)),
            ("1.5gib", Some(1_610_612_736.0)),
            ("512MB", Some(536_870_912.0)),
            ("16", None),
            ("G", None),
            ("1.G", None),
            (".5G", None),
            ("1.2.3G", None),
            ("1x", None),
            ("-1G", None),
        ] {
            assert_eq!(size(text), bytes, "{text}");
        }
    }
}
