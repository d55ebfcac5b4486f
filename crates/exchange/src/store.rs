//! Every SQL statement of an export and of reading one back. All of them run on a copy that is ours alone and always SQLite:
//! an export is made from a copy of the database, and what is read back is put together in one before it goes anywhere.

use kernel::db::{self, ColumnKind, Row, Table, TableColumn, Tx, Value, params};
use kernel::error::Result;
use kernel::keeping::Numbered;

use crate::secrets::{self, Instead, Plan};

/// What must be switched off with the secrets, so that nothing half open is left: by table.
const SWITCHED_OFF: &[(&str, &str)] = &[
    (
        "people_user",
        "UPDATE people_user SET totp_confirmed = FALSE, totp_last_step = 0",
    ),
    ("im_channel", "UPDATE im_channel SET enabled = FALSE"),
    ("mail_mailbox", "UPDATE mail_mailbox SET enabled = FALSE"),
    (
        "automate_webhook",
        "UPDATE automate_webhook SET enabled = FALSE, former_until = NULL",
    ),
    ("handover_tracker", "UPDATE handover_tracker SET enabled = FALSE"),
];

fn listed(columns: &[TableColumn]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|column| format!("\"{}\"", column.name))
        .collect();
    names.join(", ")
}

/// The values of a row, as the columns stand.
fn values(row: &Row<'_>, columns: &[TableColumn]) -> Result<Vec<Value>> {
    let each = columns.iter().enumerate();
    each.map(|(place, column)| row.value(place, column.kind))
        .collect()
}

/// Hands over every row of a table as it comes.
pub fn each_row(tx: &mut Tx<'_>, table: &Table, mut take: impl FnMut(&[Value]) -> Result<()>) -> Result<()> {
    let sql = format!("SELECT {} FROM \"{}\"", listed(&table.columns), table.name);
    tx.each(&sql, &[], |row| take(&values(row, &table.columns)?))
}

/// The next rows of a table by its key, after one of them.
pub fn page(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[TableColumn],
    key: &str,
    after: Option<&Value>,
    limit: i64,
) -> Result<Vec<Vec<Value>>> {
    let columns_listed = listed(columns);
    let (condition, parameters) = match after {
        Some(after) => (format!("WHERE \"{key}\" > $1 "), vec![after.clone()]),
        None => (String::new(), Vec::new()),
    };
    let sql = format!("SELECT {columns_listed} FROM \"{table}\" {condition}ORDER BY \"{key}\" LIMIT {limit}");
    tx.query(&sql, &parameters, |row| values(row, columns))
}

/// The rows of a table that belong to a run of keys, oldest first.
pub fn belonging(
    tx: &mut Tx<'_>,
    table: &str,
    columns: &[TableColumn],
    owner: &str,
    (first, last): (&Value, &Value),
) -> Result<Vec<Vec<Value>>> {
    let sql = format!(
        "SELECT {} FROM \"{table}\" WHERE \"{owner}\" >= $1 AND \"{owner}\" <= $2 ORDER BY \"{owner}\", rowid",
        listed(columns)
    );
    tx.query(&sql, &[first.clone(), last.clone()], |row| values(row, columns))
}

/// An index for [`belonging`]: tables that nobody asks by ticket have none.
pub fn index(tx: &mut Tx<'_>, table: &str, owner: &str) -> Result<()> {
    tx.batch(&format!(
        "CREATE INDEX IF NOT EXISTS \"exchange_{table}\" ON \"{table}\" (\"{owner}\")"
    ))
}

/// A link as its row says.
pub struct LinkRow {
    /// Where it begins.
    pub source: String,
    /// Where it leads.
    pub target: String,
    /// What it says.
    pub kind: String,
    /// When it was made.
    pub at: kernel::Timestamp,
    /// Who made it.
    pub actor: String,
}

/// The links that begin or end at some things; one between two of them comes once.
pub fn links(tx: &mut Tx<'_>, things: &[String]) -> Result<Vec<LinkRow>> {
    let mut found = Vec::new();
    db::each_listed(things, |list, named| {
        let sql = format!(
            "SELECT source, target, kind, at, actor FROM kernel_link WHERE source IN ({list}) OR target IN ({list})
             ORDER BY at, source, target, kind"
        );
        found.extend(tx.query(&sql, named, |row| {
            Ok(LinkRow {
                source: row.get("source")?,
                target: row.get("target")?,
                kind: row.get("kind")?,
                at: row.get("at")?,
                actor: row.get("actor")?,
            })
        })?);
        Ok(())
    })?;
    Ok(found)
}

/// Somebody or a team, as they are named wherever they stand.
pub struct Named {
    /// Identifier.
    pub id: String,
    /// On screen.
    pub name: String,
    /// Mail address; teams have none.
    pub email: Option<String>,
}

/// Everybody and every team.
pub fn named(tx: &mut Tx<'_>) -> Result<Vec<Named>> {
    let sql =
        "SELECT id, name, email FROM people_user UNION ALL SELECT id, name, NULL AS email FROM people_team";
    tx.query(sql, &[], |row| {
        Ok(Named {
            id: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
        })
    })
}

/// Takes out what a plan says, and secret settings; answers whether there were such settings.
pub fn take_out(tx: &mut Tx<'_>, plan: &Plan, tables: &[Table]) -> Result<bool> {
    for table in &plan.tables {
        tx.execute(&format!("DELETE FROM \"{table}\""), &[])?;
    }
    for one in &plan.columns {
        let update = format!("UPDATE \"{}\" SET \"{}\" = ", one.table, one.column);
        match one.instead {
            Instead::Null => tx.execute(&format!("{update} NULL"), &[])?,
            Instead::Random => tx.execute(&format!("{update} lower(hex(randomblob(32)))"), &[])?,
            Instead::Always(text) => tx.execute(&format!("{update} $1"), params![text])?,
        };
    }
    for (table, statement) in SWITCHED_OFF {
        if tables.iter().any(|known| known.name == *table) {
            tx.execute(statement, &[])?;
        }
    }
    let settings: Vec<(String, String)> = tx.query("SELECT name, value FROM kernel_setting", &[], |row| {
        Ok((row.get("name")?, row.get("value")?))
    })?;
    let mut found = false;
    for (name, value) in settings {
        if secrets::is_secret_setting(&name, &value) {
            tx.execute("DELETE FROM kernel_setting WHERE name = $1", params![name])?;
            found = true;
        }
    }
    Ok(found)
}

/// How far the key of a table has counted.
pub fn numbered(tx: &mut Tx<'_>, table: &Table) -> Result<Option<Numbered>> {
    let Some(column) = table.numbered.clone() else {
        return Ok(None);
    };
    let last: Option<i64> = tx.query_opt(
        "SELECT seq AS last FROM sqlite_sequence WHERE name = $1",
        params![&table.name],
        |row| row.get("last"),
    )?;
    Ok(Some(Numbered {
        column,
        last: last.unwrap_or(0),
    }))
}

/// Lets the key of a table go on behind a number.
pub fn count_from(tx: &mut Tx<'_>, table: &str, last: i64) -> Result<()> {
    tx.execute("DELETE FROM sqlite_sequence WHERE name = $1", params![table])?;
    if last > 0 {
        tx.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)",
            params![table, last],
        )?;
    }
    Ok(())
}

/// The largest number that a key has in the rows; 0 when there is none.
pub fn largest(tx: &mut Tx<'_>, table: &str, column: &str) -> Result<i64> {
    let sql = format!("SELECT COALESCE(MAX(\"{column}\"), 0) AS largest FROM \"{table}\"");
    tx.query_one(&sql, &[], |row| row.get("largest"))
}

/// Rows that migrations wrote give way to those that are read.
pub fn clear(tx: &mut Tx<'_>, table: &str) -> Result<()> {
    tx.execute(&format!("DELETE FROM \"{table}\""), &[]).map(drop)
}

/// Writes rows; their values one behind the other.
pub fn insert(tx: &mut Tx<'_>, table: &str, columns: &[TableColumn], values: &[Value]) -> Result<()> {
    let insert = format!("INSERT INTO \"{table}\" ({}) VALUES", listed(columns));
    db::insert_many(tx, &insert, columns.len(), values)
}

/// Whether a column is one of whole numbers of this name.
pub fn has_column(table: &Table, name: &str, kind: ColumnKind) -> bool {
    table
        .columns
        .iter()
        .any(|column| column.name == name && column.kind == kind)
}
