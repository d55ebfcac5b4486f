//! SQLite and PostgreSQL end up with the same tables, columns, keys, and indexes after all migrations.

use std::collections::BTreeSet;

use kernel::Result;
use kernel::db::{Backend, Tx, table_columns};
use testkit::{Database, TestApp};

/// An index or key: table, whether it is unique, whether it covers a part of the rows only, columns in order. Named when
/// a migration named it; keys that stand within a table's definition are named by each database in its own way.
type Index = (String, Option<String>, bool, bool, String);

const SQLITE_INDEXES: &str = "
    SELECT m.name AS t, CASE l.origin WHEN 'c' THEN l.name END AS named, l.\"unique\" = 1 AS is_unique,
        l.partial = 1 AS is_partial,
        (SELECT group_concat(c, ',') FROM (SELECT coalesce(i.name, '?') AS c FROM pragma_index_info(l.name) i ORDER BY i.seqno)) AS columns
    FROM sqlite_schema m, pragma_index_list(m.name) l
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND l.origin <> 'pk'";

const SQLITE_KEYS: &str = "
    SELECT m.name AS t, (SELECT group_concat(c, ',') FROM
        (SELECT c.name AS c FROM pragma_table_info(m.name) c WHERE c.pk > 0 ORDER BY c.pk)) AS columns
    FROM sqlite_schema m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'";

const POSTGRES_INDEXES: &str = "
    SELECT t.relname::text AS t,
        CASE WHEN k.oid IS NULL THEN i.relname::text END AS named,
        x.indisunique AS is_unique, x.indpred IS NOT NULL AS is_partial,
        (SELECT string_agg(coalesce(a.attname::text, '?'), ',' ORDER BY p.place)
            FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS p (number, place)
            LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.number AND p.number > 0) AS columns
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u')
    WHERE n.nspname = current_schema() AND NOT x.indisprimary";

const POSTGRES_KEYS: &str = "
    SELECT t.relname::text AS t,
        (SELECT string_agg(a.attname::text, ',' ORDER BY p.place)
            FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS p (number, place)
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.number) AS columns
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace
    WHERE n.nspname = current_schema() AND x.indisprimary";

fn indexes(tx: &mut Tx<'_>) -> Result<BTreeSet<Index>> {
    let (indexes, keys) = match tx.backend() {
        Backend::Sqlite => (SQLITE_INDEXES, SQLITE_KEYS),
        Backend::Postgres => (POSTGRES_INDEXES, POSTGRES_KEYS),
    };
    let mut found = tx.query(indexes, &[], |row| {
        Ok((
            row.get("t")?,
            row.get("named")?,
            row.get("is_unique")?,
            row.get("is_partial")?,
            row.get("columns")?,
        ))
    })?;
    let keys = tx.query(keys, &[], |row| {
        Ok((
            row.get("t")?,
            Some("primary key".to_owned()),
            true,
            false,
            row.get::<Option<String>>("columns")?.unwrap_or_default(),
        ))
    })?;
    found.extend(keys);
    Ok(found.into_iter().collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_make_the_same_tables_on_both_databases() {
    let (sqlite, postgres) = (
        TestApp::on(Database::Sqlite).await,
        TestApp::on(Database::Postgres).await,
    );
    let (here, there) = (
        sqlite.read(table_columns).await.unwrap(),
        postgres.read(table_columns).await.unwrap(),
    );
    assert!(here.len() > 100, "the tables were not found: {here:?}");
    let only = |these: &[kernel::db::Column], others: &[kernel::db::Column]| -> Vec<String> {
        these
            .iter()
            .filter(|column| !others.contains(column))
            .map(|column| format!("{column:?}"))
            .collect()
    };
    assert_eq!(
        (only(&here, &there), only(&there, &here)),
        (Vec::new(), Vec::new()),
        "only SQLite, only PostgreSQL"
    );

    let (here, there) = (
        sqlite.read(indexes).await.unwrap(),
        postgres.read(indexes).await.unwrap(),
    );
    assert!(here.len() > 40, "the indexes were not found: {here:?}");
    let only_here: Vec<&Index> = here.difference(&there).collect();
    let only_there: Vec<&Index> = there.difference(&here).collect();
    assert!(
        only_here.is_empty() && only_there.is_empty(),
        "only SQLite: {only_here:#?}\nonly PostgreSQL: {only_there:#?}"
    );
}
