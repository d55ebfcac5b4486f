//! Rows in a form that is the same whichever database they come from, and sums that show whether two tables hold the same.
//!
//! A value is a letter for its kind and its content. The sum of a table is the number of its rows and the SHA-256 of each
//! row, added up modulo 2^256: it does not depend on the order, in which the two databases differ. It guards against
//! accidents; against forgery stands the digest over a whole backup, and against that nothing but keeping it elsewhere.

use sha2::{Digest as _, Sha256};

use crate::db::{ColumnKind, Value};

const NULL: u8 = 0;
const INT: u8 = 1;
const REAL: u8 = 2;
const BOOL: u8 = 3;
const TEXT: u8 = 4;
const BYTES: u8 = 5;

/// Writes a value behind the others of its row.
pub(super) fn encode(value: &Value, row: &mut Vec<u8>) -> Result<(), String> {
    match value {
        Value::Null => row.push(NULL),
        Value::Int(number) => {
            row.push(INT);
            row.extend_from_slice(&number.to_le_bytes());
        }
        Value::Real(number) => {
            row.push(REAL);
            row.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::Bool(truth) => row.extend_from_slice(&[BOOL, u8::from(*truth)]),
        Value::Text(text) => sized(TEXT, text.as_bytes(), row)?,
        Value::Bytes(bytes) => sized(BYTES, bytes, row)?,
    }
    Ok(())
}

fn sized(kind: u8, content: &[u8], row: &mut Vec<u8>) -> Result<(), String> {
    let length = u32::try_from(content.len()).map_err(|_| "a value of more than 4 GB".to_owned())?;
    row.push(kind);
    row.extend_from_slice(&length.to_le_bytes());
    row.extend_from_slice(content);
    Ok(())
}

/// Reads rows back, trusting nothing.
pub(super) struct Decoder<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Decoder<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Puts the next row's values behind the others; gives the bytes it was written with.
    pub fn row(&mut self, kinds: &[ColumnKind], values: &mut Vec<Value>) -> Result<&'a [u8], String> {
        let start = self.at;
        for kind in kinds {
            values.push(self.value(*kind)?);
        }
        Ok(&self.bytes[start..self.at])
    }

    pub fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    fn value(&mut self, kind: ColumnKind) -> Result<Value, String> {
        let [letter] = self.array::<1>()?;
        let value = match (letter, kind) {
            (NULL, _) => Value::Null,
            (INT, ColumnKind::Int) => Value::Int(i64::from_le_bytes(self.array()?)),
            (REAL, ColumnKind::Real) => Value::Real(f64::from_bits(u64::from_le_bytes(self.array()?))),
            (BOOL, ColumnKind::Bool) => match self.array()? {
                [0] => Value::Bool(false),
                [1] => Value::Bool(true),
                [other] => return Err(format!("{other} is no truth value")),
            },
            (TEXT, ColumnKind::Text) => {
                let text = std::str::from_utf8(self.content()?).map_err(|error| error.to_string())?;
                Value::Text(text.to_owned())
            }
            (BYTES, ColumnKind::Bytes) => Value::Bytes(self.content()?.to_vec()),
            (letter, kind) => return Err(format!("a value of kind {letter} where {kind:?} belongs")),
        };
        Ok(value)
    }

    fn content(&mut self) -> Result<&'a [u8], String> {
        let length = u32::from_le_bytes(self.array()?);
        self.slice(usize::try_from(length).map_err(|error| error.to_string())?)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let slice = self.slice(N)?;
        slice.try_into().map_err(|_| "a row is cut off".to_owned())
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let Some(end) = end else {
            return Err("a row is cut off".to_owned());
        };
        let slice = &self.bytes[self.at..end];
        self.at = end;
        Ok(slice)
    }
}

/// How many rows a table has, and what they add up to.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TableSum {
    /// The table.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// What they add up to, in hexadecimal digits.
    pub checksum: String,
}

/// A sum while it is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    rows: u64,
    sum: [u64; 4],
}

impl Tally {
    pub fn add(&mut self, row: &[u8]) {
        self.rows += 1;
        let digest = Sha256::digest(row);
        let digest = digest.as_slice();
        let mut carry = 0_u128;
        for (place, word) in self.sum.iter_mut().enumerate() {
            let mut bytes = [0_u8; 8];
            bytes.copy_from_slice(&digest[place * 8..place * 8 + 8]);
            let total = u128::from(*word) + u128::from(u64::from_le_bytes(bytes)) + carry;
            *word = (total & u128::from(u64::MAX)) as u64;
            carry = total >> 64;
        }
    }

    pub fn of(&self, table: &str) -> TableSum {
        let bytes: Vec<u8> = self.sum.iter().flat_map(|word| word.to_le_bytes()).collect();
        TableSum {
            name: table.to_owned(),
            rows: self.rows,
            checksum: data_encoding::HEXLOWER.encode(&bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_row() -> impl Strategy<Value = Vec<(ColumnKind, Value)>> {
        let value = prop_oneof![
            any::<i64>().prop_map(|number| (ColumnKind::Int, Value::Int(number))),
            prop_oneof![Just(i64::MIN), Just(i64::MAX)]
                .prop_map(|number| (ColumnKind::Int, Value::Int(number))),
            any::<f64>()
                .prop_filter("a number", |number| !number.is_nan())
                .prop_map(|number| (ColumnKind::Real, Value::Real(number))),
            any::<bool>().prop_map(|truth| (ColumnKind::Bool, Value::Bool(truth))),
            any::<String>().prop_map(|text| (ColumnKind::Text, Value::Text(text))),
            any::<Vec<u8>>().prop_map(|bytes| (ColumnKind::Bytes, Value::Bytes(bytes))),
            Just((ColumnKind::Text, Value::Null)),
        ];
        proptest::collection::vec(value, 1..8)
    }

    proptest! {
        #[test]
        fn a_row_reads_back_what_was_written(row in any_row()) {
            let (kinds, values): (Vec<_>, Vec<_>) = row.into_iter().unzip();
            let mut bytes = Vec::new();
            for value in &values {
                encode(value, &mut bytes).unwrap();
            }
            let mut decoder = Decoder::new(&bytes);
            let mut found = Vec::new();
            prop_assert_eq!(decoder.row(&kinds, &mut found).unwrap(), &bytes[..]);
            prop_assert!(decoder.is_at_end());
            prop_assert_eq!(found, values);
        }

        #[test]
        fn bytes_that_nobody_wrote_are_refused_and_never_a_crash(bytes in any::<Vec<u8>>(), row in any_row()) {
            let kinds: Vec<ColumnKind> = row.into_iter().map(|(kind, _)| kind).collect();
            let mut decoder = Decoder::new(&bytes);
            let mut values = Vec::new();
            while !decoder.is_at_end() && decoder.row(&kinds, &mut values).is_ok() {}
        }
    }

    #[test]
    fn the_sum_of_a_table_does_not_depend_on_the_order_and_shows_every_change() {
        let sum = |rows: &[&[u8]]| {
            let mut tally = Tally::default();
            rows.iter().for_each(|row| tally.add(row));
            tally.of("t")
        };
        assert_eq!(sum(&[b"a", b"b", b"c"]), sum(&[b"c", b"a", b"b"]));
        assert_ne!(sum(&[b"a", b"b"]), sum(&[b"a", b"c"]));
        assert_ne!(sum(&[b"a"]), sum(&[b"a", b"a"]));
        assert_eq!(sum(&[]).rows, 0);
    }
}
