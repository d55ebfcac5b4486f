//! Whether rows fit this program: every migration known, every table with the same columns.
//!
//! It is judged from the migrations alone, in memory, so that nothing is touched before it is known.

use crate::db::{Applied, Table, blueprint, digest_of};
use crate::error::{Error, Result};

use super::{Outline, Program, TableOutline};

/// The migrations are all this program's own. Fewer are fine: the rest runs afterwards.
///
/// `made_by` is the version of the program that wrote a backup; a database does not remember it.
pub(super) fn knows(program: &Program, applied: &[Applied], made_by: Option<&str>) -> Result<()> {
    for one in applied {
        let known = program
            .migrations
            .iter()
            .filter(|(slice, _)| *slice == one.slice)
            .flat_map(|(_, migrations)| migrations.iter())
            .find(|migration| migration.name == one.name);
        let refused = |code: &str| {
            Error::invalid(code)
                .arg("name", format!("{}/{}", one.slice, one.name))
                .arg("program", made_by.unwrap_or_default())
                .arg("own", program.version)
        };
        match known {
            None if made_by.is_none() => return Err(refused("kernel.backup.database_newer")),
            None => return Err(refused("kernel.backup.newer")),
            Some(migration) if digest_of(migration) != one.digest => {
                return Err(refused("kernel.backup.other_text"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The tables of an installation on which these migrations have run.
pub(super) fn expected(program: &Program, applied: &[Applied]) -> Result<Vec<Table>> {
    blueprint(&program.migrations, applied)
}

/// A backup can be restored by this program.
pub(super) fn check(program: &Program, outline: &Outline) -> Result<()> {
    knows(program, &outline.migrations, Some(&outline.program))?;
    let expected = expected(program, &outline.migrations)?;
    let differing = differing(&expected, &outline.tables);
    differing.map_or(Ok(()), |table| {
        Err(Error::invalid("kernel.backup.table_differs").arg("table", table))
    })
}

/// The first table that is not the same on both sides.
fn differing(expected: &[Table], found: &[TableOutline]) -> Option<String> {
    let is_like = |table: &Table, outline: &TableOutline| {
        table.name == outline.name
            && table.columns == outline.columns
            && table.numbered.as_deref() == outline.numbered.as_ref().map(|numbered| numbered.column.as_str())
    };
    let missing = expected
        .iter()
        .find(|table| !found.iter().any(|outline| is_like(table, outline)))
        .map(|table| table.name.clone());
    let unknown = || {
        let outline = found
            .iter()
            .find(|outline| !expected.iter().any(|table| is_like(table, outline)));
        outline.map(|outline| outline.name.clone())
    };
    // The same name twice would be loaded twice.
    let twice = || (found.len() != expected.len()).then(|| "?".to_owned());
    missing.or_else(unknown).or_else(twice)
}
