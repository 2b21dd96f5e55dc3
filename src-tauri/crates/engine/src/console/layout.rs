//! Keyboard layouts of guests: which keys type a text.
//!
//! The tables are files: `layouts/NAME.txt` has one key a line with what it types alone, with Shift,
//! with AltGr and with both; `layouts/compose.txt` says what dead keys make of the letter after them.
//!
//! Invariant: a text is either typed as it is or refused with the characters that cannot be.

use std::collections::HashMap;
use std::str::SplitWhitespace;

use model::ErrorCode;

use crate::error::{EngineError, Result};

const SHIFT: u16 = 42;
const ALT_GR: u16 = 100;
const ENTER: u16 = 28;
const TAB: u16 = 15;

const COMPOSE: &str = include_str!("layouts/compose.txt");

macro_rules! layouts {
    ($($id:literal,)*) => {
        const LAYOUTS: &[(&str, &str)] =
            &[$(($id, include_str!(concat!("layouts/", $id, ".txt"))),)*];
    };
}

layouts! { "us", "gb", "de", "fr", "es", "it", "se", "ch-de", }

/// A layout that texts can be typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyboardLayout {
    /// `us`, `ch-de`.
    pub id: &'static str,
    /// For people.
    pub name: &'static str,
}

/// How a text would be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextCheck {
    /// What has no keys, each once, in the text's order.
    pub unmappable: Vec<char>,
    /// How often a key is pressed for the rest, with those that go with it.
    pub keys: u32,
}

/// Keys that are pressed together, those that are held first.
pub(super) type Keys = Vec<u16>;

/// All layouts.
pub(super) fn all() -> Vec<KeyboardLayout> {
    let named = |(id, table): &(&'static str, &'static str)| KeyboardLayout {
        id,
        name: table.lines().next().unwrap_or(id),
    };
    LAYOUTS.iter().map(named).collect()
}

/// What each character is typed with.
pub(super) struct Layout(HashMap<char, Vec<Keys>>);

impl Layout {
    /// The layout of this name.
    ///
    /// # Errors
    /// `invalid_input` with the names there are.
    pub fn named(id: &str) -> Result<Self> {
        let table = LAYOUTS.iter().find(|(known, _)| *known == id);
        table.map(|(_, table)| Self::read(table)).ok_or_else(|| {
            let known: Vec<&str> = LAYOUTS.iter().map(|(id, _)| *id).collect();
            EngineError::new(
                ErrorCode::InvalidInput,
                format!("No keyboard layout is called ‘{}’.", id.escape_debug()),
            )
            .with_hint(format!("There are {}.", known.join(", ")))
        })
    }

    fn read(table: &str) -> Self {
        let mut typed: HashMap<char, Vec<Keys>> =
            HashMap::from([('\n', vec![vec![ENTER]]), ('\t', vec![vec![TAB]])]);
        let mut dead: HashMap<&str, Keys> = HashMap::new();
        let rows: Vec<(u16, Vec<&str>)> = table.lines().skip(2).filter_map(row).collect();
        // the fewest held keys first: what can be typed without AltGr is
        for (level, held) in [&[][..], &[SHIFT], &[ALT_GR], &[SHIFT, ALT_GR]]
            .into_iter()
            .enumerate()
        {
            for (key, words) in &rows {
                let Some(word) = words.get(level) else {
                    continue;
                };
                let keys: Keys = held.iter().copied().chain([*key]).collect();
                match character(word) {
                    _ if *word == "none" => {}
                    Some(character) => {
                        typed.entry(character).or_insert_with(|| vec![keys]);
                    }
                    None => {
                        dead.entry(word).or_insert(keys);
                    }
                }
            }
        }
        for (name, alone, pairs) in COMPOSE.lines().skip(1).filter_map(composition) {
            let Some(dead) = dead.get(name) else {
                continue;
            };
            let space = character(alone).map(|accent| (' ', accent));
            let letters = pairs.filter_map(|pair| {
                let mut pair = pair.chars();
                Some((pair.next()?, pair.next()?))
            });
            for (base, composed) in space.into_iter().chain(letters) {
                let Some(base) = typed.get(&base).cloned() else {
                    continue;
                };
                let keys = || [dead.clone()].into_iter().chain(base).collect();
                typed.entry(composed).or_insert_with(keys);
            }
        }
        Self(typed)
    }

    /// The keys that type `text`, one after the other; line ends of every kind are Enter.
    ///
    /// # Errors
    /// The characters that have none.
    pub fn keys(&self, text: &str) -> std::result::Result<Vec<Keys>, TextCheck> {
        let (mut keys, mut unmappable) = (Vec::new(), Vec::new());
        let mut before = None;
        for character in text.chars() {
            let meant = if character == '\r' { '\n' } else { character };
            let second_half = before == Some('\r') && character == '\n';
            before = Some(character);
            match self.0.get(&meant) {
                _ if second_half => {}
                Some(presses) => keys.extend_from_slice(presses),
                None if unmappable.contains(&character) => {}
                None => unmappable.push(character),
            }
        }
        if unmappable.is_empty() {
            return Ok(keys);
        }
        Err(TextCheck {
            unmappable,
            keys: count(&keys),
        })
    }

    pub fn check(&self, text: &str) -> TextCheck {
        self.keys(text).map_or_else(
            |wrong| wrong,
            |keys| TextCheck {
                unmappable: Vec::new(),
                keys: count(&keys),
            },
        )
    }
}

pub(super) fn count(keys: &[Keys]) -> u32 {
    u32::try_from(keys.len()).unwrap_or(u32::MAX)
}

fn row(line: &str) -> Option<(u16, Vec<&str>)> {
    let mut words = line.split_whitespace();
    let key = words.next()?.parse().ok()?;
    Some((key, words.collect()))
}

/// A dead key, the accent it types with a space or none, and pairs of a letter and what comes of it.
fn composition(line: &str) -> Option<(&str, &str, SplitWhitespace<'_>)> {
    let mut words = line.split_whitespace();
    Some((words.next()?, words.next()?, words))
}

/// The character a word of a table stands for; `None` for a dead key.
fn character(word: &str) -> Option<char> {
    let mut characters = word.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) => Some(one),
        _ if word == "space" => Some(' '),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
