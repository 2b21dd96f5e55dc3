//! From text to terms.

use super::field::{
    self, ANSWERS, FIELDS, Field, PROVIDERS, STATES, THINGS, TextField, meaning, nearest, proposals,
};
use super::pattern::{Comparison, Pattern, count, size};
use super::{QueryError, Term, Test, fold};

type Result<T> = std::result::Result<T, QueryError>;

/// All terms of `text`.
pub(super) fn terms(text: &str) -> Result<Vec<Term>> {
    let mut scanner = Scanner { text, at: 0 };
    let mut terms = Vec::new();
    while scanner.skip_spaces() {
        terms.push(scanner.term()?);
    }
    Ok(terms)
}

/// A value as it was typed, and where.
struct Value {
    text: String,
    start: usize,
    end: usize,
    quoted: bool,
}

/// Walks through the text; `at` is a byte offset.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl Scanner<'_> {
    /// To the next term; whether there is one.
    fn skip_spaces(&mut self) -> bool {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
        self.at < self.text.len()
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Where the word that begins here ends.
    fn word_end(&self) -> usize {
        let length = self.rest().find(char::is_whitespace);
        length.map_or(self.text.len(), |length| self.at + length)
    }

    fn term(&mut self) -> Result<Term> {
        let start = self.at;
        let sign = self.rest().starts_with(['!', '-']);
        // alone, it is a text like any other
        let negated = sign && self.word_end() > self.at + 1;
        if negated {
            self.at += 1;
        }
        let test = match self.key() {
            Some(key) => self.field_test(&key)?,
            None => self.text_test()?,
        };
        Ok(Term {
            negated,
            start: self.units(start),
            end: self.units(self.at),
            test,
        })
    }

    /// The field's name that begins here, if it is one: letters up to a colon. A hardware or IPv6
    /// address is none, though its first group may be letters.
    fn key(&self) -> Option<String> {
        let word = &self.text[self.at..self.word_end()];
        let (key, _) = word.split_once(':')?;
        let is_key = key.len() > 1 && key.bytes().all(|byte| byte.is_ascii_alphabetic());
        let is_address = word
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        (is_key && !is_address).then(|| key.to_owned())
    }

    fn text_test(&mut self) -> Result<Test> {
        let value = self.value()?;
        Ok(match Pattern::glob(&value.text) {
            Some(glob) if !value.quoted => Test::Part(TextField::Name, vec![glob]),
            _ => Test::Text(value.text),
        })
    }

    fn field_test(&mut self, key: &str) -> Result<Test> {
        let start = self.at;
        self.at += key.len();
        let Some(field) = meaning(FIELDS, key) else {
            let advice = match nearest(&proposals(FIELDS), key) {
                Some(name) => format!("Did you mean {name}?"),
                None => "Put it in quotes to search for the text.".to_owned(),
            };
            return Err(self.error(start, self.at, format!("No field ‘{key}’. {advice}")));
        };
        self.at += 1;
        let value = self.value()?;
        let values = if value.quoted {
            vec![value]
        } else {
            split(&value)
        };
        if values.iter().any(|value| value.text.is_empty()) {
            let message = format!("Field ‘{}’ needs a value.", fold(key));
            return Err(self.error(start, self.at, message));
        }
        let key = fold(key);
        Ok(match field {
            Field::Text(field) => Test::Part(
                field,
                values.iter().map(|value| pattern(field, value)).collect(),
            ),
            Field::State => Test::State(self.words(&key, STATES, &values)?),
            Field::Provider => Test::Provider(self.words(&key, PROVIDERS, &values)?),
            Field::Has => Test::Has(self.words(&key, THINGS, &values)?),
            Field::Flag(flag) => Test::Flag(flag, self.words(&key, ANSWERS, &values)?),
            Field::Memory => Test::Memory(self.comparisons(&values, size, |value| {
                format!("‘{value}’ is no size. Write it like 16G or >512M.")
            })?),
            Field::Vcpus => Test::Vcpus(self.comparisons(&values, count, |value| {
                format!("‘{value}’ is no number. Write it like 4 or >=8.")
            })?),
        })
    }

    fn words<T: Copy + PartialEq>(
        &self,
        key: &str,
        words: &[(&'static str, T)],
        values: &[Value],
    ) -> Result<Vec<T>> {
        let word = |value: &Value| {
            meaning(words, &value.text).ok_or_else(|| {
                let proposals = proposals(words);
                let advice = match field::nearest(&proposals, &value.text) {
                    Some(word) => format!("Did you mean {word}?"),
                    None => format!("There are {}.", proposals.join(", ")),
                };
                let message = format!("Field ‘{key}’ has no value ‘{}’. {advice}", value.text);
                self.error(value.start, value.end, message)
            })
        };
        values.iter().map(word).collect()
    }

    fn comparisons(
        &self,
        values: &[Value],
        number: fn(&str) -> Option<f64>,
        wrong: impl Fn(&str) -> String,
    ) -> Result<Vec<Comparison>> {
        let comparison = |value: &Value| {
            Comparison::parse(&value.text, number)
                .ok_or_else(|| self.error(value.start, value.end, wrong(&value.text)))
        };
        values.iter().map(comparison).collect()
    }

    /// The quoted text or the word that begins here.
    fn value(&mut self) -> Result<Value> {
        let start = self.at;
        if !self.rest().starts_with('"') {
            self.at = self.word_end();
            return Ok(Value {
                text: self.text[start..self.at].to_owned(),
                start,
                end: self.at,
                quoted: false,
            });
        }
        let mut text = String::new();
        let mut letters = self.rest().char_indices().skip(1).peekable();
        while let Some((offset, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at = start + offset + 1;
                    return Ok(Value {
                        text,
                        start,
                        end: self.at,
                        quoted: true,
                    });
                }
                '\\' => {
                    let special = letters.next_if(|(_, next)| matches!(next, '"' | '\\'));
                    text.push(special.map_or('\\', |(_, next)| next));
                }
                _ => text.push(letter),
            }
        }
        let message = "The quote is not closed.".to_owned();
        Err(self.error(start, self.text.len(), message))
    }

    fn error(&self, start: usize, end: usize, message: String) -> QueryError {
        QueryError {
            message,
            start: self.units(start),
            end: self.units(end),
        }
    }

    /// A byte offset in UTF-16 units.
    fn units(&self, at: usize) -> usize {
        self.text[..at].encode_utf16().count()
    }
}

/// The values between the commas.
fn split(value: &Value) -> Vec<Value> {
    let mut start = value.start;
    let mut values = Vec::new();
    for text in value.text.split(',') {
        let end = start + text.len();
        values.push(Value {
            text: text.to_owned(),
            start,
            end,
            quoted: false,
        });
        start = end + 1;
    }
    values
}

fn pattern(field: TextField, value: &Value) -> Pattern {
    match Pattern::glob(&value.text) {
        Some(glob) if !value.quoted => glob,
        _ if field.is_whole() => Pattern::Whole(fold(&value.text)),
        _ => Pattern::Part(fold(&value.text)),
    }
}
