//! Evidence: added as text, as a file, or from an attachment; removed with a trace.
//!
//! Nothing here is ever shown as HTML. A file's bytes are put into the kernel's files first, as attachments' are; whoever
//! reads the desk's own side of the ticket may fetch it.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use kernel::time::Timestamp;

use super::reading::{begin, see};
use super::{Evidence, EvidenceFile, EvidenceKind, TEXT_MAX, plain, room, short, store};
use crate::events;
use crate::ticket::attaching::{self, NewAttachment};
use crate::ticket::saving::Told;
use crate::{article, ticket};

/// What is to be added.
#[derive(Debug, Clone)]
pub struct NewEvidence {
    pub kind: EvidenceKind,
    /// Empty: the name of the file, or the first line of the text.
    pub title: String,
    pub text: String,
    pub file: Option<NewAttachment>,
    /// An attachment of this ticket to take the file of.
    pub attachment: Option<i64>,
    pub device: String,
    /// None: now.
    pub taken_at: Option<Timestamp>,
    /// Empty: whoever adds it.
    pub taken_by: String,
}

impl NewEvidence {
    /// With nothing but its kind.
    #[must_use]
    pub fn new(kind: EvidenceKind) -> NewEvidence {
        NewEvidence {
            kind,
            title: String::new(),
            text: String::new(),
            file: None,
            attachment: None,
            device: String::new(),
            taken_at: None,
            taken_by: String::new(),
        }
    }
}

/// Adds a piece of evidence.
pub fn add_evidence(tx: &mut Tx, cx: &Cx, number: i64, new: &NewEvidence) -> Result<Evidence> {
    let ticket = begin(tx, cx, number)?;
    room(store::count_evidence(tx, number)?)?;
    let mut piece = read(cx, number, new)?;
    if let Some(id) = new.attachment {
        let unknown = || Error::invalid("desk.diagnosis.attachment_unknown").field("attachment");
        let found = match ticket::attachment(tx, cx, id) {
            Ok(found) if found.ticket == number => found,
            Ok(_) => return Err(unknown()),
            Err(error) if error.kind() == Kind::NotFound => return Err(unknown()),
            Err(error) => return Err(error),
        };
        piece.file = Some(EvidenceFile {
            hash: found.hash,
            name: found.name,
            media_type: found.media_type,
            size: found.size,
        });
    }
    if piece.title.is_empty() {
        piece.title = title_of(&piece);
    }
    if piece.text.is_empty() && piece.file.is_none() {
        return Err(Error::invalid("desk.diagnosis.evidence_empty").field("text"));
    }
    piece.id = store::insert_evidence(tx, &piece)?;
    let file = piece.file.as_ref();
    Told::new(events::TICKET_EVIDENCE_ADDED)
        .with("evidence", piece.id)
        .with("kind", piece.kind.as_str())
        .with("hash", file.map(|file| file.hash.clone()))
        .with("size", file.map(|file| file.size))
        .with_words("title", &piece.title)
        .append(tx, cx, ticket.subject())?;
    Ok(piece)
}

fn read(cx: &Cx, number: i64, new: &NewEvidence) -> Result<Evidence> {
    let mut errors = Errors::new();
    let text = plain(&new.text);
    if text.chars().count() > TEXT_MAX {
        let max = i64::try_from(TEXT_MAX).unwrap_or(i64::MAX);
        let arguments = vec![("max".to_owned(), max.into())];
        errors.push_with("text", "desk.diagnosis.text_too_long", arguments);
    }
    let now = cx.now();
    let taken_at = new.taken_at.unwrap_or(now);
    if taken_at > now.add_secs(CLOCKS_DIFFER_SECONDS) {
        errors.push("taken_at", "desk.diagnosis.taken_in_future");
    }
    let file = match new.file.as_ref().map(attaching::clean) {
        Some(Ok(file)) => Some(EvidenceFile {
            hash: file.hash,
            name: file.name,
            media_type: file.media_type,
            size: file.size,
        }),
        Some(Err(error)) => {
            errors.absorb(&error);
            None
        }
        None => None,
    };
    let piece = Evidence {
        id: 0,
        ticket: number,
        kind: new.kind,
        title: short(&mut errors, "title", &new.title),
        text_length: i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
        text,
        file,
        attachment: new.attachment,
        device: short(&mut errors, "device", &new.device),
        taken_at,
        taken_by: short(&mut errors, "taken_by", &new.taken_by),
        added_at: now,
        added_by: cx.user_id(),
    };
    errors.finish()?;
    Ok(piece)
}

/// The machine that took it may run ahead a little.
const CLOCKS_DIFFER_SECONDS: i64 = 300;
const TITLE_TAKEN: usize = 80;

/// A piece without a title is called after its file, or by the first words of its text.
fn title_of(piece: &Evidence) -> String {
    if let Some(file) = &piece.file {
        return file.name.clone();
    }
    let line = piece.text.lines().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(TITLE_TAKEN).collect()
}

/// Makes evidence of an attachment: its file, under its name; a picture is a screenshot until somebody says better.
pub fn evidence_of_attachment(tx: &mut Tx, cx: &Cx, number: i64, attachment: i64) -> Result<Evidence> {
    let found = article::store::attachment(tx, attachment)?.filter(|found| found.ticket == number);
    let found = found.ok_or_else(Error::not_found)?;
    let kind = if found.media_type.starts_with("image/") {
        EvidenceKind::Screenshot
    } else if found.media_type.starts_with("text/") || found.name.ends_with(".log") {
        EvidenceKind::Log
    } else {
        EvidenceKind::Other
    };
    let new = NewEvidence {
        attachment: Some(attachment),
        ..NewEvidence::new(kind)
    };
    add_evidence(tx, cx, number, &new)
}

/// One piece with its whole text, for who may fetch it.
pub fn evidence(tx: &mut Tx, cx: &Cx, number: i64, id: i64) -> Result<Evidence> {
    see(tx, cx, number)?;
    store::evidence(tx, number, id)?.ok_or_else(Error::not_found)
}

/// Takes a piece out of the list; that it was there, and who took it out, stays in the record.
pub fn remove_evidence(tx: &mut Tx, cx: &Cx, number: i64, id: i64) -> Result<()> {
    let ticket = begin(tx, cx, number)?;
    let piece = store::evidence(tx, number, id)?.ok_or_else(Error::not_found)?;
    store::remove_evidence(tx, id, cx.now(), cx.user_id())?;
    Told::new(events::TICKET_EVIDENCE_REMOVED)
        .with("evidence", id)
        .with("kind", piece.kind.as_str())
        .with("hash", piece.file.map(|file| file.hash))
        .with_words("title", &piece.title)
        .append(tx, cx, ticket.subject())?;
    Ok(())
}
