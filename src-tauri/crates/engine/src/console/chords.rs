//! Keys that are pressed together, by name: the ones of the console's menu.

use std::time::Duration;

use driver::Chord;
use model::ErrorCode;

use crate::error::{EngineError, Result};

/// How long they are held: long enough for a guest that looks at its keyboard now and then.
const HOLD: Duration = Duration::from_millis(60);

const CTRL: u16 = 29;
const ALT: u16 = 56;
const SYSRQ: u16 = 99;
const F: [u16; 12] = [59, 60, 61, 62, 63, 64, 65, 66, 67, 68, 87, 88];
const NAMED: [(&str, &[u16]); 11] = [
    ("ctrl-alt-delete", &[CTRL, ALT, 111]),
    ("ctrl-alt-backspace", &[CTRL, ALT, 14]),
    ("print-screen", &[SYSRQ]),
    ("super", &[125]),
    ("mute", &[113]),
    ("volume-down", &[114]),
    ("volume-up", &[115]),
    ("play-pause", &[164]),
    ("previous-track", &[165]),
    ("next-track", &[163]),
    ("stop", &[166]),
];
/// What Linux' SysRq takes.
const SYSRQ_LETTERS: [(&str, u16); 13] = [
    ("b", 48),
    ("c", 46),
    ("e", 18),
    ("f", 33),
    ("h", 35),
    ("i", 23),
    ("k", 37),
    ("o", 24),
    ("r", 19),
    ("s", 31),
    ("t", 20),
    ("u", 22),
    ("w", 17),
];

/// The chord of a name, in Linux' key codes.
pub(super) fn named(name: &str) -> Result<Chord> {
    let known = NAMED.iter().find(|(known, _)| *known == name);
    let keys = known
        .map(|(_, keys)| keys.to_vec())
        .or_else(|| function_key(name))
        .or_else(|| sysrq(name));
    let keys = keys.ok_or_else(|| {
        EngineError::new(
            ErrorCode::InvalidInput,
            format!("No keys are called ‘{}’.", name.escape_debug()),
        )
        .with_hint(format!("There are {}.", names()))
    })?;
    Ok(Chord { keys, hold: HOLD })
}

fn names() -> String {
    let named: Vec<&str> = NAMED.iter().map(|(name, _)| *name).collect();
    let letters: Vec<&str> = SYSRQ_LETTERS.iter().map(|(letter, _)| *letter).collect();
    format!(
        "{}, f1 to f12, ctrl-alt-f1 to f12, and sysrq- with one of {}",
        named.join(", "),
        letters.join(" ")
    )
}

fn function_key(name: &str) -> Option<Vec<u16>> {
    let (first, number) = match name.strip_prefix("ctrl-alt-f") {
        Some(number) => (vec![CTRL, ALT], number),
        None => (Vec::new(), name.strip_prefix('f')?),
    };
    let at = (1..=12).position(|n: u8| n.to_string() == number)?;
    Some([first, vec![F[at]]].concat())
}

fn sysrq(name: &str) -> Option<Vec<u16>> {
    let letter = name.strip_prefix("sysrq-")?;
    let (_, key) = SYSRQ_LETTERS.iter().find(|(known, _)| *known == letter)?;
    Some(vec![ALT, SYSRQ, *key])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_their_keys_and_others_are_refused() {
        for (name, keys) in [
            ("ctrl-alt-delete", vec![29, 56, 111]),
            ("ctrl-alt-f1", vec![29, 56, 59]),
            ("ctrl-alt-f12", vec![29, 56, 88]),
            ("f11", vec![87]),
            ("sysrq-s", vec![56, 99, 31]),
            ("print-screen", vec![99]),
            ("super", vec![125]),
            ("volume-up", vec![115]),
            ("play-pause", vec![164]),
        ] {
            assert_eq!(named(name).expect(name).keys, keys);
        }
        for name in [
            "",
            "f",
            "f13",
            "ctrl-alt-f0",
            "ctrl-alt-f13",
            "ctrl-alt-f01",
            "sysrq-",
            "sysrq-x",
            "volume",
            "a\u{1b}",
        ] {
            let error = named(name).expect_err(name);
            assert_eq!(error.code, ErrorCode::InvalidInput);
            assert!(!error.message.contains('\u{1b}'));
        }
    }

    #[test]
    fn the_hint_names_what_there_is() {
        let hint = named("x").expect_err("no such keys").hint.expect("a hint");
        for name in ["ctrl-alt-delete", "mute", "sysrq- with one of b c"] {
            assert!(hint.contains(name), "{hint}");
        }
    }
}
