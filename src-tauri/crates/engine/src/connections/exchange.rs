//! Connections as a TOML text, out and in. docs/connections.template.toml explains every key.

use model::{Access, Connection, ConnectionSettings, ErrorCode, Startup};
use serde::{Deserialize, Serialize};

use super::{ImportReport, check};
use crate::engine::Engine;
use crate::error::{EngineError, Result};

const HEAD: &str = "# Innkeeper connections. Nothing in this file is secret.\n";

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    connection: Vec<toml::Spanned<Entry>>,
}

#[derive(Serialize)]
struct Export {
    connection: Vec<Entry>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    uri: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    folder: String,
    #[serde(default, skip_serializing_if = "is_default")]
    access: Access,
    #[serde(default, skip_serializing_if = "is_default")]
    startup: Startup,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_file: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remote_socket: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl From<ConnectionSettings> for Entry {
    fn from(settings: ConnectionSettings) -> Self {
        Self {
            name: settings.name,
            uri: settings.uri,
            folder: settings.folder,
            access: settings.access,
            startup: settings.startup,
            key_file: settings.key_file,
            remote_socket: settings.remote_socket,
        }
    }
}

impl From<Entry> for ConnectionSettings {
    fn from(entry: Entry) -> Self {
        Self {
            name: entry.name,
            uri: entry.uri,
            folder: entry.folder,
            access: entry.access,
            startup: entry.startup,
            key_file: entry.key_file,
            remote_socket: entry.remote_socket,
        }
    }
}

/// What is in a text, each with the line it begins in.
fn parse(text: &str) -> Result<Vec<(usize, ConnectionSettings)>> {
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| {
        let place = error
            .span()
            .map_or_else(String::new, |span| format!("Line {}: ", line(span.start)));
        EngineError::wrong(
            "toml",
            format!("{place}{}.", error.message().trim_end_matches('.')),
        )
    })?;
    let entries = file.connection.into_iter();
    Ok(entries
        .map(|entry| (line(entry.span().start), entry.into_inner().into()))
        .collect())
}

impl Engine {
    /// Adds or changes the connections that a TOML text lists (docs/connections.template.toml):
    /// all of them, or none when anything is wrong. A connection is known by its name.
    ///
    /// # Errors
    /// `invalid_input` naming the line, or the connection and the field.
    pub async fn import_connections(&self, text: &str) -> Result<ImportReport> {
        let _editing = self.shared.directory.edit().await;
        let entries = self.check_import(parse(text)?)?;
        let mut report = ImportReport::default();
        let mut undo = Vec::new();
        for settings in entries {
            let name = settings.name.clone();
            let before = self
                .shared
                .directory
                .named(&name)
                .map(|view| view.connection);
            if before
                .as_ref()
                .is_some_and(|before| before.settings == settings)
            {
                report.unchanged.push(name);
                continue;
            }
            let list = match before {
                Some(_) => &mut report.updated,
                None => &mut report.added,
            };
            list.push(name);
            let id = before
                .as_ref()
                .map_or_else(|| self.new_connection_id(), |before| before.id);
            if let Err(error) = self.put(Connection { id, settings }).await {
                self.undo(undo).await;
                return Err(error.attempted("import connections"));
            }
            undo.push((id, before));
        }
        Ok(report)
    }

    /// All connections as a TOML text that [`Engine::import_connections`] takes. Nothing in it is
    /// secret.
    pub fn export_connections(&self) -> String {
        let views = self.connections().into_iter();
        let export = Export {
            connection: views.map(|view| view.connection.settings.into()).collect(),
        };
        if export.connection.is_empty() {
            return HEAD.to_owned();
        }
        let body =
            toml::to_string(&export).expect("texts and names of enums can be written as TOML");
        format!("{HEAD}\n{body}")
    }

    fn check_import(
        &self,
        entries: Vec<(usize, ConnectionSettings)>,
    ) -> Result<Vec<ConnectionSettings>> {
        let mut wrong = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut checked = Vec::new();
        for (line, settings) in entries {
            let settings = check::trimmed(settings);
            for mut part in check::wrong_parts(&settings, &self.shared.drivers) {
                part.message = format!("Line {line}, ‘{}’: {}", settings.name, part.message);
                wrong.push(part);
            }
            let name = settings.name.to_lowercase();
            if seen.contains(&name) {
                let message = format!("Line {line}: ‘{}’ is listed twice.", settings.name);
                wrong.push(model::address::WrongPart::new("name", message));
            }
            seen.push(name);
            checked.push(settings);
        }
        if wrong.is_empty() {
            Ok(checked)
        } else {
            Err(EngineError::wrong_parts(wrong))
        }
    }

    /// Puts back what an import that failed half-way had changed.
    async fn undo(&self, changed: Vec<(model::ConnectionId, Option<Connection>)>) {
        for (id, before) in changed.into_iter().rev() {
            let undone = match before {
                Some(before) => self.put(before).await.map(drop),
                None => {
                    self.drop_connection(id).await;
                    self.shared
                        .store
                        .remove_connection(id)
                        .await
                        .map_err(EngineError::from)
                }
            };
            if let Err(error) = undone {
                debug_assert_ne!(error.code, ErrorCode::NameInUse, "names were checked");
                tracing::warn!(%error, "an import could not be undone");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_text_is_named_with_its_line() {
        for (text, message) in [
            ("[[connection]]\nname = \"a\"\nuri = \n", "Line 3: "),
            (
                "[[connection]]\nname = \"a\"\n",
                "Line 1: missing field `uri`.",
            ),
            (
                "\n[[connection]]\nname = \"a\"\nuri = \"x:\"\npassword = \"y\"\n",
                "Line 5: unknown field `password`",
            ),
            (
                "[[connection]]\nname = \"a\"\nuri = \"x:\"\naccess = \"write\"\n",
                "Line 4: unknown variant `write`",
            ),
        ] {
            let error = parse(text).expect_err(text);
            assert!(
                error.message.starts_with(message),
                "{:?} for {text:?}",
                error.message
            );
            assert_eq!(error.code, ErrorCode::InvalidInput);
        }
    }

    #[test]
    fn the_template_is_a_text_that_imports() {
        let template = include_str!("../../../../../docs/connections.template.toml");
        let entries = parse(template).expect("the template is right");
        assert!(entries.len() >= 2, "it shows what can be said");
        // every key that there is, is explained
        for key in [
            "name",
            "uri",
            "folder",
            "access",
            "startup",
            "key_file",
            "remote_socket",
        ] {
            assert!(template.contains(&format!("{key} = ")), "{key}");
        }
    }
}
