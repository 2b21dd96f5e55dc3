//! What users may ask for: names and texts that a host can take.

use model::VmCommand;

use crate::error::{EngineError, Result};

const LONGEST_NAME: usize = 255;
const LONGEST_TAG: usize = 64;

/// The command with its texts tidied.
pub(super) fn checked(command: VmCommand) -> Result<VmCommand> {
    match command {
        VmCommand::Rename { name } => Ok(VmCommand::Rename {
            name: checked_name(&name)?,
        }),
        VmCommand::EditText {
            title,
            description,
            tags,
        } => {
            if title.is_none() && description.is_none() && tags.is_none() {
                return Err(EngineError::wrong("title", "There is nothing to change."));
            }
            let title = title.map(|title| title.trim().to_owned());
            if title
                .as_deref()
                .is_some_and(|title| title.contains(['\n', '\r']))
            {
                return Err(EngineError::wrong("title", "A title is one line."));
            }
            for (part, text) in [("title", &title), ("description", &description)] {
                if text.as_deref().is_some_and(unwritable) {
                    return Err(EngineError::wrong(
                        part,
                        format!("A {part} has no control characters."),
                    ));
                }
            }
            Ok(VmCommand::EditText {
                title,
                description,
                tags: tags.map(checked_tags).transpose()?,
            })
        }
        VmCommand::Start
        | VmCommand::ShutDown
        | VmCommand::Reboot
        | VmCommand::Reset
        | VmCommand::ForceOff
        | VmCommand::Pause
        | VmCommand::Resume
        | VmCommand::Save
        | VmCommand::DiscardSaved
        | VmCommand::SetAutostart { .. }
        | VmCommand::AddDisplay { .. }
        | VmCommand::SendNmi => Ok(command),
    }
}

fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let wrong = |message: String| Err(EngineError::wrong("name", message));
    if name.is_empty() {
        return wrong("A VM needs a name.".to_owned());
    }
    if name.contains('/') || name.chars().any(char::is_control) {
        return wrong("A name is one line without ‘/’.".to_owned());
    }
    if name == "." || name == ".." {
        return wrong(format!("‘{name}’ is no name: hosts keep files under it."));
    }
    if name.len() > LONGEST_NAME {
        return wrong(format!("A name has at most {LONGEST_NAME} bytes."));
    }
    Ok(name.to_owned())
}

fn checked_tags(tags: Vec<String>) -> Result<Vec<String>> {
    let mut checked = Vec::new();
    for tag in tags {
        let tag = tag.trim();
        let wrong = |message: String| Err(EngineError::wrong("tags", message));
        if tag.is_empty() {
            return wrong("A tag is not empty.".to_owned());
        }
        if tag.contains(',') || tag.chars().any(char::is_control) {
            return wrong(format!(
                "‘{}’ is no tag: a tag is one line without commas.",
                tag.escape_debug()
            ));
        }
        if tag.chars().count() > LONGEST_TAG {
            return wrong(format!("A tag has at most {LONGEST_TAG} characters."));
        }
        checked.push(tag.to_owned());
    }
    checked.sort();
    checked.dedup();
    Ok(checked)
}

/// Characters that XML, in which libvirt keeps texts, cannot hold.
fn unwritable(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rename(name: &str) -> VmCommand {
        VmCommand::Rename {
            name: name.to_owned(),
        }
    }

    fn tag(tag: &str) -> VmCommand {
        VmCommand::EditText {
            title: None,
            description: None,
            tags: Some(vec!["b".to_owned(), tag.to_owned()]),
        }
    }

    fn texts(title: Option<&str>, description: Option<&str>) -> VmCommand {
        VmCommand::EditText {
            title: title.map(str::to_owned),
            description: description.map(str::to_owned),
            tags: None,
        }
    }

    #[test]
    fn what_a_host_cannot_take_is_refused_naming_the_field() {
        for (command, part) in [
            (rename(""), "name"),
            (rename("  "), "name"),
            (rename("a/b"), "name"),
            (rename("a\nb"), "name"),
            (rename(".."), "name"),
            (rename(&"x".repeat(256)), "name"),
            (tag(""), "tags"),
            (tag("a,b"), "tags"),
            (tag("a\nb"), "tags"),
            (tag(&"x".repeat(65)), "tags"),
            (texts(Some("a\nb"), None), "title"),
            (texts(None, Some("a\u{1}b")), "description"),
            (texts(None, None), "title"),
        ] {
            let error = checked(command.clone()).expect_err("it is wrong");
            assert_eq!(error.code, model::ErrorCode::InvalidInput);
            assert_eq!(error.wrong[0].part, part, "{command:?}");
        }
    }

    #[test]
    fn unusual_texts_are_kept_as_they_are() {
        let name = "<b>\"fun\" & \u{202e}rtl 🦀";
        assert_eq!(checked(rename(name)), Ok(rename(name)));
        let hostile = "</b>\t'\u{202e}rtl 🦀";
        let long = texts(Some(hostile), Some("several\nlines\n"));
        assert_eq!(checked(long.clone()), Ok(long));
    }

    #[test]
    fn tags_are_sorted_and_distinct() {
        let Ok(VmCommand::EditText { tags, .. }) = checked(tag(" b ")) else {
            panic!("a tag with spaces around is a tag");
        };
        assert_eq!(tags, Some(vec!["b".to_owned()]));
    }
}
