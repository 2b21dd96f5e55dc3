//! What a VM's definition was and is: versions, differences, hardware.

use model::{ErrorCode, HardwareGroup, VmId};
use similar::{ChangeTag, TextDiff};
use store::{DefinitionVersion, StoredDefinition, VersionId};

use crate::engine::Engine;
use crate::error::{EngineError, Result};

/// Lines shown around each change.
const CONTEXT: usize = 3;

/// What changed between two definitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// The parts, in order; together they are the whole text.
    pub parts: Vec<DiffPart>,
    /// Lines only in the newer one.
    pub added: u32,
    /// Lines only in the older one.
    pub removed: u32,
}

/// A part of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiffPart {
    /// A run of lines that are the same and far from any change.
    Unchanged {
        /// How many.
        lines: u32,
    },
    /// A line.
    Line {
        /// Which text it is in.
        side: Side,
        /// Its number in the older text, from 1.
        old: Option<u32>,
        /// Its number in the newer text, from 1.
        new: Option<u32>,
        /// The line without its end.
        text: String,
    },
}

/// Which text a line of a difference is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Both,
    /// Only in the older one.
    Old,
    /// Only in the newer one.
    New,
}

impl Engine {
    /// The kept versions of a VM's definition, newest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn versions(&self, vm: &VmId) -> Result<Vec<DefinitionVersion>> {
        Ok(self.shared.store.versions(vm.clone()).await?)
    }

    /// A kept definition, the newest when `version` is `None`; `None` when none was read yet.
    ///
    /// # Errors
    /// The store's.
    pub async fn definition(
        &self,
        vm: &VmId,
        version: Option<VersionId>,
    ) -> Result<Option<StoredDefinition>> {
        Ok(self.shared.store.definition(vm.clone(), version).await?)
    }

    /// What changed from one version to another.
    ///
    /// # Errors
    /// `vm_not_found` when a version is not kept; the store's.
    pub async fn diff(&self, vm: &VmId, from: VersionId, to: VersionId) -> Result<Diff> {
        let gone = || EngineError::new(ErrorCode::VmNotFound, "That version is not kept.");
        let old = self.definition(vm, Some(from)).await?.ok_or_else(gone)?;
        let new = self.definition(vm, Some(to)).await?.ok_or_else(gone)?;
        Ok(diff(&old.text, &new.text))
    }

    /// The hardware in the newest kept definition, in groups; empty when none was read yet.
    ///
    /// # Errors
    /// `vm_not_found`, `invalid_input`; the store's.
    pub async fn hardware(&self, vm: &VmId) -> Result<Vec<HardwareGroup>> {
        let Some(view) = self.connection(vm.connection) else {
            return Err(EngineError::new(ErrorCode::VmNotFound, "The VM is gone."));
        };
        let Some(definition) = self.definition(vm, None).await? else {
            return Ok(Vec::new());
        };
        let driver = self.shared.drivers.for_uri(&view.connection.settings.uri);
        let driver = driver.map_err(|wrong| EngineError::wrong_parts(vec![wrong]))?;
        Ok(driver.hardware(&definition.text)?)
    }
}

/// What changed from one text to another.
pub(crate) fn diff(old: &str, new: &str) -> Diff {
    let compared = TextDiff::from_lines(old, new);
    let lines: Vec<DiffPart> = compared
        .iter_all_changes()
        .map(|change| DiffPart::Line {
            side: match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Old,
                ChangeTag::Insert => Side::New,
            },
            old: change.old_index().map(number),
            new: change.new_index().map(number),
            text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
        })
        .collect();
    let count = |wanted| lines.iter().filter(|line| side(line) == wanted).count();
    Diff {
        added: small(count(Side::New)),
        removed: small(count(Side::Old)),
        parts: fold(lines),
    }
}

/// Replaces what is far from any change by its number of lines.
fn fold(lines: Vec<DiffPart>) -> Vec<DiffPart> {
    let mut near = vec![false; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        if side(line) != Side::Both {
            let end = (at + CONTEXT + 1).min(lines.len());
            near[at.saturating_sub(CONTEXT)..end].fill(true);
        }
    }
    let mut parts = Vec::new();
    for (line, near) in lines.into_iter().zip(near) {
        match parts.last_mut() {
            _ if near => parts.push(line),
            Some(DiffPart::Unchanged { lines }) => *lines += 1,
            Some(DiffPart::Line { .. }) | None => parts.push(DiffPart::Unchanged { lines: 1 }),
        }
    }
    parts
}

const fn side(part: &DiffPart) -> Side {
    match part {
        DiffPart::Unchanged { .. } => Side::Both,
        DiffPart::Line { side, .. } => *side,
    }
}

fn number(index: usize) -> u32 {
    small(index).saturating_add(1)
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(diff: &Diff) -> String {
        let parts = diff.parts.iter().map(|part| match part {
            DiffPart::Unchanged { lines } => format!("~{lines}"),
            DiffPart::Line { side, text, .. } => match side {
                Side::Both => format!(" {text}"),
                Side::Old => format!("-{text}"),
                Side::New => format!("+{text}"),
            },
        });
        parts.collect::<Vec<_>>().join("|")
    }

    fn numbered(range: std::ops::RangeInclusive<u32>) -> String {
        range.map(|n| format!("{n}\n")).collect()
    }

    #[test]
    fn a_change_is_shown_with_three_lines_around_and_the_rest_is_counted() {
        let old = numbered(1..=20);
        let new = old.replace("10\n", "ten\nand a half\n");
        let diff = diff(&old, &new);
        assert_eq!(
            show(&diff),
            "~6| 7| 8| 9|-10|+ten|+and a half| 11| 12| 13|~7"
        );
        assert_eq!((diff.added, diff.removed), (2, 1));
        let line = DiffPart::Line {
            side: Side::Both,
            old: Some(11),
            new: Some(12),
            text: "11".to_owned(),
        };
        assert!(diff.parts.contains(&line), "both numbers are given");
    }

    #[test]
    fn equal_texts_have_no_difference_and_line_ends_are_no_text() {
        assert_eq!(show(&diff("a\nb\n", "a\nb\n")), "~2");
        assert_eq!(show(&diff("", "")), "");
        assert_eq!(show(&diff("a\r\n", "b")), "-a|+b");
    }
}
