//! Every SQL statement of this slice: which ticket here is which over there, read from the desk's list of imports.

use std::collections::BTreeMap;

use kernel::db::{Tx, Value, each_listed};
use kernel::error::Result;

/// The numbers of these tickets of a source, by their ids over there.
pub fn numbers(tx: &mut Tx, source: &str, foreign: &[String]) -> Result<BTreeMap<String, i64>> {
    let mut found = BTreeMap::new();
    each_listed(foreign, |list, ids| {
        // The list takes the first places; the source comes behind it.
        let place = ids.len() + 1;
        let sql = format!(
            "SELECT foreign_id, ticket FROM desk_import WHERE foreign_id IN ({list}) AND source = ${place}"
        );
        let mut values: Vec<Value> = ids.to_vec();
        values.push(source.into());
        found.extend(tx.query(&sql, &values, |row| {
            Ok((row.get("foreign_id")?, row.get("ticket")?))
        })?);
        Ok(())
    })?;
    Ok(found)
}
