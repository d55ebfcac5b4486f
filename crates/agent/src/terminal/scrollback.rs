//! The last records of a session, numbered by their bytes, for a server that was away.

use protocol::recording::Record;
use std::collections::VecDeque;

/// So much is kept.
const KEPT_MOST: usize = 1024 * 1024;

/// When so much was not sent yet, the shell is not read on. Less than is kept, so that what a server received and lost
/// with its last second is still here.
const UNSENT_MOST: u64 = 384 * 1024;

/// See the module's text.
#[derive(Debug, Default)]
pub struct Scrollback {
    records: VecDeque<(u64, Vec<u8>)>,
    end: u64,
    kept: usize,
    sent: u64,
}

impl Scrollback {
    /// Keeps a record; the oldest go.
    pub fn push(&mut self, record: &Record) {
        let bytes = record.encode();
        let place = self.end;
        self.end += bytes.len() as u64;
        self.kept += bytes.len();
        self.records.push_back((place, bytes));
        while self.kept > KEPT_MOST
            && let Some((_, oldest)) = self.records.pop_front()
        {
            self.kept -= oldest.len();
        }
    }

    /// Whether more may be read from the shell.
    pub fn has_room(&self) -> bool {
        self.end - self.sent < UNSENT_MOST
    }

    /// Whether everything was sent.
    pub fn is_sent(&self) -> bool {
        self.sent == self.end
    }

    /// Begins again where a server asks; the answer is where it really begins. Records are never cut, so a place within
    /// one means its end: the server has all of it or none.
    pub fn rewind(&mut self, place: u64) -> u64 {
        let first = self.records.iter().map(|(at, _)| *at).find(|at| *at >= place);
        self.sent = first.unwrap_or(self.end);
        self.sent
    }

    /// The next record to send.
    pub fn next(&self) -> Option<Vec<u8>> {
        let index = self.records.partition_point(|(at, _)| *at < self.sent);
        self.records.get(index).map(|(_, bytes)| bytes.clone())
    }

    /// The next record was sent.
    pub fn advance(&mut self, bytes: usize) {
        self.sent = (self.sent + bytes as u64).min(self.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::recording::Kind;

    fn record(letter: u8, length: usize) -> Record {
        Record {
            at: 0,
            kind: Kind::Output,
            bytes: vec![letter; length],
        }
    }

    #[test]
    fn a_server_that_was_away_gets_what_it_has_not() {
        let mut kept = Scrollback::default();
        kept.push(&record(b'a', 100));
        kept.push(&record(b'b', 100));
        let one = kept.next().unwrap().len();
        kept.advance(one);
        kept.advance(one);
        assert!(kept.is_sent());
        assert_eq!(kept.rewind(one as u64), one as u64);
        assert_eq!(kept.next().unwrap().last(), Some(&b'b'));
        assert_eq!(kept.rewind(2 * one as u64), 2 * one as u64);
        assert_eq!(kept.next(), None);
    }

    #[test]
    fn what_is_too_old_is_gone_and_the_answer_says_so() {
        let mut kept = Scrollback::default();
        for _ in 0..40 {
            kept.push(&record(b'x', 60_000));
            let length = kept.next().unwrap().len();
            kept.advance(length);
        }
        assert!(kept.rewind(0) > 0);
        assert!(kept.kept <= KEPT_MOST);
    }

    #[test]
    fn a_shell_is_not_read_on_while_nobody_listens() {
        let mut kept = Scrollback::default();
        while kept.has_room() {
            kept.push(&record(b'x', 10_000));
        }
        assert_eq!(kept.rewind(0), 0);
        assert!(!kept.has_room());
    }
}
