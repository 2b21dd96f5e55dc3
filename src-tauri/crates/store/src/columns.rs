//! How times, words and lists are kept in columns.

use jiff::Timestamp;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, Value, ValueRef};
use serde::de::IntoDeserializer;
use serde::de::value::{Error as WordError, StrDeserializer};
use serde::{Deserialize, Serialize};

/// A row, or `None` for one that holds what this release does not know, such as a state that a newer
/// one wrote: better a row less than no list at all.
pub(crate) fn if_known<T>(row: rusqlite::Result<T>) -> rusqlite::Result<Option<T>> {
    match row {
        Ok(row) => Ok(Some(row)),
        Err(
            error @ (rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)),
        ) => {
            tracing::warn!(%error, "a row of the inventory is left out");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A time, in nanoseconds since 1970. Good for the years 1678 to 2261.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time(pub Timestamp);

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let nanoseconds = self.0.as_nanosecond();
        let edge = if nanoseconds < 0 { i64::MIN } else { i64::MAX };
        Ok(i64::try_from(nanoseconds).unwrap_or(edge).into())
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_nanosecond(value.as_i64()?.into())
            .map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// An enum without fields, under its name on the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<T>(pub T);

impl<T: Serialize> ToSql for Word<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match serde_json::to_value(&self.0) {
            Ok(serde_json::Value::String(word)) => Ok(ToSqlOutput::Owned(Value::Text(word))),
            Ok(_) => Err(rusqlite::Error::ToSqlConversionFailure("not a word".into())),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        }
    }
}

impl<T: for<'de> Deserialize<'de>> FromSql for Word<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let word: StrDeserializer<'_, WordError> = value.as_str()?.into_deserializer();
        T::deserialize(word)
            .map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// Anything else, as JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Json<T>(pub T);

impl<T: Serialize> ToSql for Json<T> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        serde_json::to_string(&self.0)
            .map(|json| ToSqlOutput::Owned(Value::Text(json)))
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
    }
}

impl<T: for<'de> Deserialize<'de>> FromSql for Json<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        serde_json::from_str(value.as_str()?)
            .map(Self)
            .map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_out_of_range_are_kept_at_the_edge() {
        let connection = rusqlite::Connection::open_in_memory().expect("memory");
        for (time, kept) in [
            (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH),
            (
                Timestamp::MAX,
                Timestamp::from_nanosecond(i64::MAX.into()).expect("in range"),
            ),
            (
                Timestamp::MIN,
                Timestamp::from_nanosecond(i64::MIN.into()).expect("in range"),
            ),
        ] {
            let read: Time = connection
                .query_row("SELECT ?1", [Time(time)], |row| row.get(0))
                .expect("a time");
            assert_eq!(read.0, kept);
        }
    }
}
