//! Rows put together by ticket without holding a file in memory.
//!
//! The rows of a ticket may stand anywhere in a log. One walk over the file writes each row into the drawer of its ticket:
//! a nameless temporary file for some thousand tickets in the order in which they first appear. Drawers are then emptied one by one.
//! What is held is a few bytes for each ticket and the rows of one drawer. Nameless files vanish with the process, however it ends.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;

use kernel::error::{Error, Result};

use super::row::Row;

/// Tickets in one drawer.
const TICKETS: usize = 4_000;
/// A process may not open files without end; the last drawer takes what comes behind.
const DRAWERS_AT_MOST: usize = 400;

/// The rows of one ticket, in the order of the file.
pub type Rows = (String, Vec<Row>);

/// The drawers while they are filled.
pub struct Spool {
    folder: PathBuf,
    drawers: Vec<BufWriter<File>>,
    /// The place of each ticket, by the hash of its id: tickets that share one share a drawer, no more.
    places: HashMap<u64, usize>,
}

impl Spool {
    /// An empty one; the folder is where its files lie.
    #[must_use]
    pub fn new(folder: PathBuf) -> Spool {
        Spool {
            folder,
            drawers: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Puts a row to its ticket's.
    pub fn put(&mut self, ticket: &str, row: &Row) -> Result<()> {
        let mut hasher = DefaultHasher::new();
        ticket.hash(&mut hasher);
        let next = self.places.len();
        let place = *self.places.entry(hasher.finish()).or_insert(next);
        let drawer = (place / TICKETS).min(DRAWERS_AT_MOST - 1);
        while self.drawers.len() <= drawer {
            let file = tempfile::tempfile_in(&self.folder).map_err(Error::internal)?;
            self.drawers.push(BufWriter::with_capacity(1 << 16, file));
        }
        let line = serde_json::to_string(&(ticket, row))?;
        let drawer = &mut self.drawers[drawer];
        writeln!(drawer, "{line}").map_err(Error::internal)?;
        Ok(())
    }

    /// How many tickets they are of.
    #[must_use]
    pub fn tickets(&self) -> usize {
        self.places.len()
    }

    /// The drawers, ready to be emptied in their order.
    pub fn finish(self) -> Result<Vec<File>> {
        let drawers = self.drawers.into_iter().map(|drawer| {
            let mut file = drawer
                .into_inner()
                .map_err(|error| Error::internal(error.into_error()))?;
            file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
            Ok(file)
        });
        drawers.collect()
    }
}

/// The tickets of a drawer, in the order in which they first appear.
pub fn empty(drawer: File) -> Result<Vec<Rows>> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut tickets: Vec<Rows> = Vec::new();
    for line in BufReader::with_capacity(1 << 16, drawer).lines() {
        let (ticket, row): (String, Row) = serde_json::from_str(&line.map_err(Error::internal)?)?;
        let next = tickets.len();
        let place = *places.entry(ticket.clone()).or_insert(next);
        if place == next {
            tickets.push((ticket, Vec::new()));
        }
        tickets[place].1.push(row);
    }
    Ok(tickets)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: u64) -> Row {
        serde_json::from_value(serde_json::json!({ "line": line, "broken": null, "values": ["x"] })).unwrap()
    }

    #[test]
    fn rows_of_a_ticket_meet_wherever_they_stand() {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(folder.path().to_owned());
        for (line, ticket) in ["B", "A", "B", "C", "A"].into_iter().enumerate() {
            spool.put(ticket, &row(line as u64)).unwrap();
        }
        assert_eq!(spool.tickets(), 3);
        let drawers = spool.finish().unwrap();
        let tickets: Vec<Rows> = drawers
            .into_iter()
            .flat_map(|drawer| empty(drawer).unwrap())
            .collect();
        let lines: Vec<(String, Vec<u64>)> = tickets
            .into_iter()
            .map(|(ticket, rows)| (ticket, rows.iter().map(|row| row.line).collect()))
            .collect();
        let wanted = [("B", vec![0, 2]), ("A", vec![1, 4]), ("C", vec![3])];
        assert_eq!(lines, wanted.map(|(ticket, lines)| (ticket.to_owned(), lines)));
    }
}
