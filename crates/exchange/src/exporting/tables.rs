//! The lossless half: every row of a table as a line.

use kernel::db::{Table, Tx, Value};
use kernel::error::Result;
use kernel::keeping::is_file_column;

use super::content::Stock;
use super::folder::Folder;
use crate::format::{Part, table_file};
use crate::{row, store};

/// Writes a table and notes which stored files its rows name.
pub fn write(tx: &mut Tx<'_>, folder: &Folder, table: &Table, stock: &mut Stock) -> Result<Part> {
    let mut lines = folder.lines(&table_file(&table.name))?;
    let of_files: Vec<usize> = (0..table.columns.len())
        .filter(|place| is_file_column(&table.name, &table.columns[*place].name))
        .collect();
    let mut line = Vec::new();
    store::each_row(tx, table, |values| {
        line.clear();
        row::write(&table.columns, values, &mut line)?;
        stock.mark(&line);
        for place in &of_files {
            if let Value::Text(name) = &values[*place] {
                stock.must_have(name);
            }
        }
        lines.put(&mut line)
    })?;
    lines.finish()
}
