//! Values computed from rows that seldom change (who is in a team, what the policies say), kept between transactions.
//!
//! Slices name such tables ([`Watched`]). A write to one of them changes a stamp in the same transaction, and whoever asks
//! for a kept value reads that stamp first: what was kept under another stamp is not used. So a change counts from its
//! commit on, on every node, and nobody has to remember to forget. A transaction that wrote to a watched table neither uses
//! nor keeps anything, for it may yet be rolled back; a stamp is drawn at random, so that one rolled back never comes again.
//!
//! That is for settings and people, not for tickets: every write to a watched table makes all kept values old. What is computed
//! from tickets is kept only while nothing happens at all ([`Tx::kept_while_still`]): between two changes of a desk its pages ask
//! for the same figures many times.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::tx::{Backend, Tx};
use crate::db_params as params;
use crate::error::Result;

/// A table whose values may be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// Every write makes kept values old.
    Table(&'static str),
    /// Every write but a new row: for tables in which new rows touch nothing that is kept.
    Changes(&'static str),
}

impl Watched {
    const fn name(self) -> &'static str {
        match self {
            Self::Table(name) | Self::Changes(name) => name,
        }
    }
}

/// Kept values beyond this are all forgotten.
const AT_MOST: usize = 10_000;
const STAMP: &str = "kept";

/// What one [`super::Db`] keeps.
#[derive(Default)]
pub(super) struct Kept {
    watched: RwLock<Vec<Watched>>,
    values: Mutex<Values<i64>>,
    still: Mutex<Values<Sight>>,
}

#[derive(Default)]
struct Values<S> {
    stamp: S,
    by_key: HashMap<String, Arc<dyn Any + Send + Sync>>,
}

impl Kept {
    pub(super) fn watch(&self, tables: &[Watched]) {
        let mut watched = self.watched.write().unwrap_or_else(PoisonError::into_inner);
        for table in tables {
            if !watched.contains(table) {
                watched.push(*table);
            }
        }
    }

    fn watches(&self, tables: &[&str]) -> bool {
        let watched = self.watched.read().unwrap_or_else(PoisonError::into_inner);
        tables
            .iter()
            .all(|table| watched.iter().any(|one| one.name() == *table))
    }

    /// Whether this statement makes kept values old.
    fn is_touched_by(&self, sql: &str) -> bool {
        let Some(written) = Written::of(sql) else {
            return false;
        };
        let watched = self.watched.read().unwrap_or_else(PoisonError::into_inner);
        watched.iter().any(|one| match (written, one) {
            (Written::Inserted(name), Watched::Table(table)) => name == *table,
            (Written::Inserted(_), Watched::Changes(_)) => false,
            (Written::Changed(name), one) => name == one.name(),
            (Written::Somewhere(text), one) => text.contains(one.name()),
        })
    }
}

/// How far the event log had come as a transaction sees it: equal ones see the same log.
pub(super) type Sight = String;

fn get<S: PartialEq, T: Any + Send + Sync>(among: &Mutex<Values<S>>, stamp: &S, key: &str) -> Option<Arc<T>> {
    let values = among.lock().unwrap_or_else(PoisonError::into_inner);
    if values.stamp != *stamp {
        return None;
    }
    values.by_key.get(key).cloned()?.downcast().ok()
}

fn put<S: PartialEq>(among: &Mutex<Values<S>>, stamp: S, key: &str, value: Arc<dyn Any + Send + Sync>) {
    let mut values = among.lock().unwrap_or_else(PoisonError::into_inner);
    if values.stamp != stamp || values.by_key.len() >= AT_MOST {
        values.by_key.clear();
        values.stamp = stamp;
    }
    values.by_key.insert(key.to_owned(), value);
}

/// What a statement writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Written<'a> {
    Inserted(&'a str),
    Changed(&'a str),
    /// A statement that begins with its own tables (`WITH`); the name stands somewhere in it.
    Somewhere(&'a str),
}

impl<'a> Written<'a> {
    fn of(sql: &'a str) -> Option<Self> {
        let mut words = sql
            .split(|letter: char| letter.is_ascii_whitespace() || letter == '(')
            .filter(|word| !word.is_empty());
        let verb = words.next()?;
        if verb.eq_ignore_ascii_case("INSERT") {
            return words.nth(1).map(Written::Inserted);
        }
        if verb.eq_ignore_ascii_case("UPDATE") {
            return words.next().map(Written::Changed);
        }
        if verb.eq_ignore_ascii_case("DELETE") {
            return words.nth(1).map(Written::Changed);
        }
        let may_write = verb.eq_ignore_ascii_case("WITH")
            && ["INSERT", "UPDATE", "DELETE"]
                .iter()
                .any(|verb| sql.contains(verb));
        may_write.then_some(Written::Somewhere(sql))
    }
}

/// What a transaction knows of the stamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Seen {
    #[default]
    Nothing,
    Stamp(i64),
    /// This transaction wrote to a watched table.
    Wrote,
}

impl Tx<'_> {
    /// The value under `key`, kept since an earlier transaction or loaded now; `tables` are those it is computed from. It
    /// is loaded every time where one of them is not watched.
    ///
    /// # Errors
    /// The loader's, or the database's.
    pub fn kept<T, F>(&mut self, key: &str, tables: &[&'static str], load: F) -> Result<Arc<T>>
    where
        T: Any + Send + Sync,
        F: FnOnce(&mut Self) -> Result<T>,
    {
        let kept = self.kept;
        if self.seen == Seen::Wrote || !kept.watches(tables) {
            return load(self).map(Arc::new);
        }
        let stamp = self.stamp()?;
        if let Some(found) = get(&kept.values, &stamp, key) {
            return Ok(found);
        }
        let value = Arc::new(load(self)?);
        if self.seen == Seen::Stamp(stamp) {
            put(&kept.values, stamp, key, Arc::<T>::clone(&value));
        }
        Ok(value)
    }

    /// The value under `key`, kept since an earlier transaction that saw the event log as this one does, or loaded now. It
    /// must follow from what is in the database alone, and from tables that are not written without an event. A transaction
    /// that may write loads it every time, for its own events may yet be rolled back.
    ///
    /// # Errors
    /// The loader's, or the database's.
    pub fn kept_while_still<T, F>(&mut self, key: &str, load: F) -> Result<Arc<T>>
    where
        T: Any + Send + Sync,
        F: FnOnce(&mut Self) -> Result<T>,
    {
        if !self.only_reads {
            return load(self).map(Arc::new);
        }
        let (kept, sight) = (self.kept, self.sight()?);
        if let Some(found) = get(&kept.still, &sight, key) {
            return Ok(found);
        }
        let value = Arc::new(load(self)?);
        put(&kept.still, sight, key, Arc::<T>::clone(&value));
        Ok(value)
    }

    /// On SQLite events become visible in the order of their numbers. On PostgreSQL an earlier number may be committed later,
    /// and only an equal snapshot sees the same.
    fn sight(&mut self) -> Result<Sight> {
        if let Some(sight) = &self.sight {
            return Ok(sight.clone());
        }
        let sql = match self.backend() {
            Backend::Sqlite => "SELECT CAST(COALESCE(MAX(seq), 0) AS TEXT) AS sight FROM kernel_event",
            Backend::Postgres => "SELECT pg_current_snapshot()::text AS sight",
        };
        let sight: Sight = self.query_one(sql, params![], |row| row.get("sight"))?;
        self.sight = Some(sight.clone());
        Ok(sight)
    }

    fn stamp(&mut self) -> Result<i64> {
        if let Seen::Stamp(stamp) = self.seen {
            return Ok(stamp);
        }
        let stamp = self
            .query_opt(
                "SELECT value FROM kernel_stamp WHERE name = $1",
                params![STAMP],
                |row| row.get("value"),
            )?
            .unwrap_or(0);
        self.seen = Seen::Stamp(stamp);
        Ok(stamp)
    }

    /// Called with every statement before it runs.
    pub(super) fn heed(&mut self, sql: &str) -> Result<()> {
        if self.seen == Seen::Wrote || !self.kept.is_touched_by(sql) {
            return Ok(());
        }
        self.seen = Seen::Wrote;
        self.execute(
            "INSERT INTO kernel_stamp (name, value) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![STAMP, rand::random::<i64>()],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_table_is_found_in_every_form_the_stores_use() {
        assert_eq!(
            Written::of("INSERT INTO people_team (id) VALUES ($1)"),
            Some(Written::Inserted("people_team"))
        );
        assert_eq!(
            Written::of("INSERT INTO people_team(id) VALUES ($1)"),
            Some(Written::Inserted("people_team"))
        );
        assert_eq!(
            Written::of("\n  UPDATE people_team\n SET name = $1"),
            Some(Written::Changed("people_team"))
        );
        assert_eq!(
            Written::of("DELETE FROM people_team WHERE id = $1"),
            Some(Written::Changed("people_team"))
        );
        assert_eq!(Written::of("SELECT 1 FROM people_team"), None);
        assert_eq!(
            Written::of("WITH a AS (SELECT 1) SELECT 1 FROM people_team"),
            None
        );
        let with = "WITH a AS (SELECT 1) DELETE FROM people_team";
        assert_eq!(Written::of(with), Some(Written::Somewhere(with)));
    }

    #[test]
    fn a_new_row_matters_only_where_it_was_said_so() {
        let kept = Kept::default();
        kept.watch(&[Watched::Table("a_team"), Watched::Changes("a_user")]);
        assert!(kept.is_touched_by("INSERT INTO a_team (id) VALUES (1)"));
        assert!(!kept.is_touched_by("INSERT INTO a_user (id) VALUES (1)"));
        assert!(kept.is_touched_by("UPDATE a_user SET id = 1"));
        assert!(!kept.is_touched_by("UPDATE a_user_role SET id = 1"));
    }
}
