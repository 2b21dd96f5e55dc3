//! Table `setting`: what the user chose, under the engine's own keys.

use rusqlite::{OptionalExtension, Transaction, params};
use serde_json::Value;

use crate::columns::Json;
use crate::error::Fault;

pub(crate) const CREATE: &str = "
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;";

pub(crate) fn get(transaction: &Transaction<'_>, key: &str) -> Result<Option<Value>, Fault> {
    Ok(transaction
        .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
        .query_row([key], |row| row.get::<_, Json<Value>>(0))
        .optional()?
        .map(|json| json.0))
}

pub(crate) fn set(transaction: &Transaction<'_>, key: &str, value: &Value) -> Result<(), Fault> {
    transaction
        .prepare_cached(
            "INSERT INTO setting (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute(params![key, Json(value)])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::Store;

    #[tokio::test]
    async fn settings_are_kept_under_their_keys() {
        let store = Store::in_memory().await.expect("memory");
        assert_eq!(store.setting("a").await.expect("read"), None);
        for value in [json!(120), json!({"deep": [null, "ü"]})] {
            store.set_setting("a", value.clone()).await.expect("set");
            assert_eq!(store.setting("a").await.expect("read"), Some(value));
        }
        assert_eq!(store.setting("b").await.expect("read"), None);
    }
}
