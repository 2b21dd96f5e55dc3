//! Keys that are pressed together, by name.

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
/// What Linux' SysRq takes of us.
const SYSRQ_LETTERS: [(&str, u16); 7] = [
    ("b", 48),
    ("e", 18),
    ("i", 23),
    ("k", 37),
    ("r", 19),
    ("s", 31),
    ("u", 22),
];

/// The chord of a name, in Linux' key codes.
pub(super) fn named(name: &str) -> Result<Chord> {
    let keys = match name {
        "ctrl-alt-delete" => Some(vec![CTRL, ALT, 111]),
        "ctrl-alt-backspace" => Some(vec![CTRL, ALT, 14]),
        "print-screen" => Some(vec![SYSRQ]),
        _ => function_key(name).or_else(|| sysrq(name)),
    };
    let keys = keys.ok_or_else(|| {
        EngineError::new(
            ErrorCode::InvalidInput,
            format!("No keys are called ‘{}’.", name.escape_debug()),
        )
        .with_hint(
            "There are ctrl-alt-delete, ctrl-alt-backspace, ctrl-alt-f1 to f12, print-screen, and \
             sysrq-b, e, i, k, r, s and u.",
        )
    })?;
    Ok(Chord { keys, hold: HOLD })
}

fn function_key(name: &str) -> Option<Vec<u16>> {
    let number = name.strip_prefix("ctrl-alt-f")?;
    let at = (1..=12).position(|n: u8| n.to_string() == number)?;
    Some(vec![CTRL, ALT, F[at]])
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
            ("sysrq-s", vec![56, 99, 31]),
            ("print-screen", vec![99]),
        ] {
            assert_eq!(named(name).expect(name).keys, keys);
        }
        for name in [
            "",
            "ctrl-alt-f0",
            "ctrl-alt-f13",
            "ctrl-alt-f01",
            "sysrq-o",
            "a\u{1b}",
        ] {
            let error = named(name).expect_err(name);
            assert_eq!(error.code, ErrorCode::InvalidInput);
            assert!(!error.message.contains('\u{1b}'));
        }
    }
}
