//! The desks that can be left, one file each: it reads the export by the documented format and makes records of it.
//!
//! A reader knows the fields and codes of its desk and nothing of ours; it holds one ticket at a time, and the people.

pub mod glpi;
pub mod jira;
pub mod osticket;
pub mod people;
pub mod rt;
pub mod zammad;

use kernel::error::Result;

use crate::folder::Folder;
use crate::map::{Map, Words};
use crate::record::{Place, Record, Ticket};
use crate::refusal::{Refusal, Wrong};

/// A desk that can be left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Desk {
    Zammad,
    Glpi,
    Osticket,
    Rt,
    Jira,
}

impl Desk {
    /// Every one.
    pub const ALL: &'static [Desk] = &[Desk::Zammad, Desk::Glpi, Desk::Osticket, Desk::Rt, Desk::Jira];

    /// The word for it on the command line; also the source of what comes from it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Desk::Zammad => "zammad",
            Desk::Glpi => "glpi",
            Desk::Osticket => "osticket",
            Desk::Rt => "rt",
            Desk::Jira => "jira",
        }
    }

    /// Its name as people write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Desk::Zammad => "Zammad",
            Desk::Glpi => "GLPI",
            Desk::Osticket => "osTicket",
            Desk::Rt => "RT",
            Desk::Jira => "Jira Service Management",
        }
    }

    /// The desk that this word means.
    #[must_use]
    pub fn parse(word: &str) -> Option<Desk> {
        Desk::ALL.iter().copied().find(|desk| desk.as_str() == word)
    }

    /// What its words mean.
    #[must_use]
    pub const fn words(self) -> &'static Words {
        match self {
            Desk::Zammad => &zammad::WORDS,
            Desk::Glpi => &glpi::WORDS,
            Desk::Osticket => &osticket::WORDS,
            Desk::Rt => &rt::WORDS,
            Desk::Jira => &jira::WORDS,
        }
    }

    /// Reads the whole export.
    pub fn read(self, folder: &Folder, map: &Map, taker: &mut dyn Taker) -> Result<()> {
        match self {
            Desk::Zammad => zammad::read(folder, map, taker),
            Desk::Glpi => glpi::read(folder, map, taker),
            Desk::Osticket => osticket::read(folder, map, taker),
            Desk::Rt => rt::read(folder, map, taker),
            Desk::Jira => jira::read(folder, map, taker),
        }
    }
}

/// Who takes what a reader finds. An error ends the reading.
pub trait Taker {
    fn take(&mut self, record: Record) -> Result<()>;
    fn refuse(&mut self, refusal: Refusal) -> Result<()>;
}

/// Hands on a ticket, or what is wrong with it.
pub(crate) fn hand_on(
    taker: &mut dyn Taker,
    place: &Place,
    reference: &str,
    read: std::result::Result<Ticket, Failed>,
) -> Result<()> {
    match read {
        Ok(ticket) => taker.take(Record::Ticket(Box::new(ticket))),
        Err(Failed::Wrong(wrong)) => taker.refuse(wrong.at(place, reference)),
        Err(Failed::Elsewhere(refusal)) => taker.refuse(refusal),
        Err(Failed::Error(error)) => Err(error),
    }
}

/// Why a ticket could not be read.
#[derive(Debug)]
pub(crate) enum Failed {
    /// A field of the ticket's own object.
    Wrong(Wrong),
    /// A field of something that belongs to it and stands elsewhere.
    Elsewhere(Refusal),
    /// The export cannot be read any further.
    Error(kernel::error::Error),
}

impl From<Wrong> for Failed {
    fn from(wrong: Wrong) -> Failed {
        Failed::Wrong(wrong)
    }
}

impl From<kernel::error::Error> for Failed {
    fn from(error: kernel::error::Error) -> Failed {
        Failed::Error(error)
    }
}

/// What belongs to a ticket and stands elsewhere: its fault is told where it stands.
pub(crate) fn elsewhere<T>(
    read: crate::refusal::Read<T>,
    place: &Place,
    reference: &str,
) -> std::result::Result<T, Failed> {
    read.map_err(|wrong| Failed::Elsewhere(wrong.at(place, reference)))
}
