//! Whether an export fits this program: format, migrations, tables, columns. Judged from the manifest and the program alone.

use kernel::db::{Table, blueprint, digest_of};
use kernel::error::{Error, Result};
use kernel::keeping::Program;

use super::layout::shown;
use crate::format::{DATABASES, FORMAT, MANIFEST, Manifest, TablePart, VERSION, is_hash, table_file};

/// The manifest of a program that can be read by this one; answers the tables as its migrations make them.
pub fn check(program: &Program, manifest: &Manifest) -> Result<Vec<Table>> {
    if manifest.format != FORMAT {
        return Err(refused("format"));
    }
    // Both are told to the person before anything else is known of it.
    if shown(&manifest.program) != manifest.program {
        return Err(refused("program"));
    }
    if !DATABASES.contains(&manifest.database.as_str()) {
        return Err(refused("database"));
    }
    if manifest.format_version != VERSION {
        return Err(Error::invalid("exchange.other_version")
            .arg("version", i64::from(manifest.format_version))
            .arg("known", i64::from(VERSION)));
    }
    migrations(program, manifest)?;
    let expected = blueprint(&program.migrations, &manifest.migrations)?;
    for part in &manifest.tables {
        let Some(table) = expected.iter().find(|table| table.name == part.name) else {
            return Err(Error::invalid("exchange.unknown_table").arg("table", shown(&part.name)));
        };
        columns(table, part)?;
    }
    let names: Vec<&str> = manifest.tables.iter().map(|part| part.name.as_str()).collect();
    for table in &expected {
        let times = names.iter().filter(|name| **name == table.name).count();
        if times != 1 {
            return Err(Error::invalid("exchange.table_absent").arg("table", table.name.as_str()));
        }
    }
    if !manifest.missing.iter().all(|name| is_hash(name)) {
        return Err(refused("missing"));
    }
    Ok(expected)
}

fn refused(field: &str) -> Error {
    Error::invalid("exchange.manifest_broken")
        .arg("file", MANIFEST)
        .arg("why", field)
}

/// All of them this program's own. Fewer are fine: the rest runs afterwards.
fn migrations(program: &Program, manifest: &Manifest) -> Result<()> {
    for one in &manifest.migrations {
        let known = program
            .migrations
            .iter()
            .filter(|(slice, _)| *slice == one.slice)
            .flat_map(|(_, migrations)| migrations.iter())
            .find(|migration| migration.name == one.name);
        let told = |code: &str| {
            Error::invalid(code)
                .arg("name", shown(&format!("{}/{}", one.slice, one.name)))
                .arg("program", manifest.program.as_str())
                .arg("own", program.version)
        };
        match known {
            None => return Err(told("exchange.newer")),
            Some(migration) if digest_of(migration) != one.digest => return Err(told("exchange.other_text")),
            Some(_) => {}
        }
    }
    Ok(())
}

fn columns(table: &Table, part: &TablePart) -> Result<()> {
    let told = |code: &str, column: &str| {
        Error::invalid(code)
            .arg("table", table.name.as_str())
            .arg("column", shown(column))
    };
    let unknown = part.columns.iter().find(|column| !table.columns.contains(column));
    if let Some(column) = unknown {
        return Err(told("exchange.unknown_column", &column.name));
    }
    let absent = table.columns.iter().find(|column| !part.columns.contains(column));
    if let Some(column) = absent {
        return Err(told("exchange.column_absent", &column.name));
    }
    let counted = part.numbered.as_ref();
    let counts_alike = table.numbered.as_deref() == counted.map(|numbered| numbered.column.as_str());
    if part.columns.len() != table.columns.len()
        || !counts_alike
        || part.part.file != table_file(&table.name)
        || counted.is_some_and(|numbered| numbered.last < 0)
    {
        return Err(told("exchange.table_differs", ""));
    }
    Ok(())
}
