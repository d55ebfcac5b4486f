//! Values on their way into and out of a statement, the same for both databases.

use std::sync::Arc;

use super::catalog::ColumnKind;
use crate::error::{Error, Result};
use crate::id::Id;
use crate::time::Timestamp;

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT; also instants (milliseconds UTC).
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// BOOLEAN.
    Bool(bool),
    /// TEXT; also ids and JSON.
    Text(String),
    /// BYTEA.
    Bytes(Vec<u8>),
}

macro_rules! value_from {
    ($($from:ty => |$name:ident| $make:expr;)*) => { $(
        impl From<$from> for Value { fn from($name: $from) -> Self { $make } }
        impl From<&$from> for Value { fn from(value: &$from) -> Self { let $name = value.clone(); $make } }
    )* };
}

value_from! {
    i64 => |value| Self::Int(value);
    i32 => |value| Self::Int(i64::from(value));
    u32 => |value| Self::Int(i64::from(value));
    u8 => |value| Self::Int(i64::from(value));
    usize => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    u64 => |value| Self::Int(i64::try_from(value).unwrap_or(i64::MAX));
    f64 => |value| Self::Real(value);
    bool => |value| Self::Bool(value);
    String => |value| Self::Text(value);
    Arc<str> => |value| Self::Text(value.to_string());
    Vec<u8> => |value| Self::Bytes(value);
    Timestamp => |value| Self::Int(value.millis());
    serde_json::Value => |value| Self::Text(value.to_string());
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}
impl From<&&str> for Value {
    fn from(value: &&str) -> Self {
        Self::Text((*value).to_owned())
    }
}
impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}
impl<T> From<Id<T>> for Value {
    fn from(value: Id<T>) -> Self {
        Self::Text(value.to_string())
    }
}
impl<T> From<&Id<T>> for Value {
    fn from(value: &Id<T>) -> Self {
        Self::Text(value.to_string())
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
impl<T: Clone + Into<Value>> From<&Option<T>> for Value {
    fn from(value: &Option<T>) -> Self {
        value.clone().map_or(Self::Null, Into::into)
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef as Sqlite};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => Sqlite::Null,
            Self::Int(value) => Sqlite::Integer(*value),
            Self::Real(value) => Sqlite::Real(*value),
            Self::Bool(value) => Sqlite::Integer(i64::from(*value)),
            Self::Text(value) => Sqlite::Text(value.as_bytes()),
            Self::Bytes(value) => Sqlite::Blob(value),
        }))
    }
}

/// A column's value as the database holds it.
#[derive(Clone, Copy, Debug)]
pub enum ValueRef<'a> {
    /// SQL NULL.
    Null,
    /// Any whole number.
    Int(i64),
    /// A floating number.
    Real(f64),
    /// A truth value (SQLite gives [`ValueRef::Int`]).
    Bool(bool),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// A type that can be read from a column.
pub trait FromValue: Sized {
    /// Reads it; the text says what stood there instead.
    ///
    /// # Errors
    /// A sentence for the log.
    fn from_value(value: ValueRef<'_>) -> Result<Self, String>;
}

fn mismatch<T>(wanted: &str, value: ValueRef<'_>) -> Result<T, String> {
    Err(format!("wanted {wanted}, found {value:?}"))
}

impl FromValue for i64 {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Int(number) => Ok(number),
            ValueRef::Bool(truth) => Ok(Self::from(truth)),
            other => mismatch("a whole number", other),
        }
    }
}
impl FromValue for f64 {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Real(number) => Ok(number),
            #[expect(clippy::cast_precision_loss, reason = "a whole number in a floating column")]
            ValueRef::Int(number) => Ok(number as Self),
            other => mismatch("a number", other),
        }
    }
}
impl FromValue for bool {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Bool(truth) => Ok(truth),
            ValueRef::Int(number) => Ok(number != 0),
            other => mismatch("a truth value", other),
        }
    }
}
impl FromValue for String {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Text(text) => Ok(text.to_owned()),
            other => mismatch("text", other),
        }
    }
}
impl FromValue for Vec<u8> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Bytes(bytes) => Ok(bytes.to_vec()),
            ValueRef::Text(text) => Ok(text.as_bytes().to_vec()),
            other => mismatch("bytes", other),
        }
    }
}
impl FromValue for Timestamp {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        i64::from_value(value).map(Self::from_millis)
    }
}
impl FromValue for serde_json::Value {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Text(text) => serde_json::from_str(text).map_err(|error| error.to_string()),
            other => mismatch("JSON text", other),
        }
    }
}
impl<T> FromValue for Id<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Text(text) => text.parse().map_err(|_| format!("wanted an id, found {text:?}")),
            other => mismatch("an id", other),
        }
    }
}
impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: ValueRef<'_>) -> Result<Self, String> {
        match value {
            ValueRef::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// One row of an answer; columns are named as in the statement.
pub enum Row<'a> {
    #[doc(hidden)]
    Sqlite(&'a rusqlite::Row<'a>),
    #[doc(hidden)]
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// The column's value.
    ///
    /// # Errors
    /// `kernel.internal` when there is no such column or it holds another type: a defect of ours.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T> {
        let wrong = |why: String| Error::internal(format!("column {column}: {why}"));
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(column).map_err(|error| wrong(error.to_string()))?;
                T::from_value(from_sqlite(value).map_err(wrong)?).map_err(wrong)
            }
            Self::Postgres(row) => {
                let place = row
                    .columns()
                    .iter()
                    .position(|found| found.name() == column)
                    .ok_or_else(|| wrong("not in the answer".to_owned()))?;
                with_postgres(row, place, |value| T::from_value(value)).map_err(wrong)
            }
        }
    }
}

impl Row<'_> {
    /// The value at a place of the answer, as a column of this kind holds it on either database.
    ///
    /// # Errors
    /// `kernel.internal` when it is of another kind.
    pub fn value(&self, place: usize, kind: ColumnKind) -> Result<Value> {
        let wrong = |why: String| Error::internal(format!("column {place}: {why}"));
        match self {
            Self::Sqlite(row) => {
                let value = row.get_ref(place).map_err(|error| wrong(error.to_string()))?;
                kind.take(from_sqlite(value).map_err(wrong)?).map_err(wrong)
            }
            Self::Postgres(row) if place < row.len() => {
                with_postgres(row, place, |value| kind.take(value)).map_err(wrong)
            }
            Self::Postgres(_) => Err(wrong("not in the answer".to_owned())),
        }
    }
}

fn from_sqlite(value: rusqlite::types::ValueRef<'_>) -> Result<ValueRef<'_>, String> {
    use rusqlite::types::ValueRef as Sqlite;
    Ok(match value {
        Sqlite::Null => ValueRef::Null,
        Sqlite::Integer(number) => ValueRef::Int(number),
        Sqlite::Real(number) => ValueRef::Real(number),
        Sqlite::Text(bytes) => ValueRef::Text(std::str::from_utf8(bytes).map_err(|error| error.to_string())?),
        Sqlite::Blob(bytes) => ValueRef::Bytes(bytes),
    })
}

fn with_postgres<T>(
    row: &postgres::Row,
    place: usize,
    read: impl FnOnce(ValueRef<'_>) -> Result<T, String>,
) -> Result<T, String> {
    use postgres::types::Type;
    let broken = |error: postgres::Error| error.to_string();
    let kind = row.columns()[place].type_();
    if *kind == Type::INT8 {
        let value: Option<i64> = row.try_get(place).map_err(broken)?;
        read(value.map_or(ValueRef::Null, ValueRef::Int))
    } else if *kind == Type::INT4 {
        let value: Option<i32> = row.try_get(place).map_err(broken)?;
        read(value.map_or(ValueRef::Null, |number| ValueRef::Int(i64::from(number))))
    } else if *kind == Type::BOOL {
        let value: Option<bool> = row.try_get(place).map_err(broken)?;
        read(value.map_or(ValueRef::Null, ValueRef::Bool))
    } else if *kind == Type::FLOAT8 {
        let value: Option<f64> = row.try_get(place).map_err(broken)?;
        read(value.map_or(ValueRef::Null, ValueRef::Real))
    } else if *kind == Type::BYTEA {
        let value: Option<&[u8]> = row.try_get(place).map_err(broken)?;
        read(value.map_or(ValueRef::Null, ValueRef::Bytes))
    } else if matches!(
        *kind,
        Type::TEXT | Type::VARCHAR | Type::NAME | Type::BPCHAR | Type::UNKNOWN
    ) {
        let value: Option<&str> = row.try_get(place).map_err(broken)?;
        read(value.map_or(ValueRef::Null, ValueRef::Text))
    } else {
        Err(format!("type {kind} is outside the portable subset"))
    }
}
