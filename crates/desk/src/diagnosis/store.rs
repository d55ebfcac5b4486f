//! Every SQL statement about answers, evidence, causes, and risky steps.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, each_listed, params};
use kernel::error::Result;
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{
    Answer, Cause, Evidence, EvidenceFile, EvidenceKind, Outcome, PIECES_MAX, Question, RiskyStep, TEXT_SHOWN,
};

/// All six answers in their order; those that nobody gave are empty.
pub fn answers(tx: &mut Tx, ticket: i64) -> Result<Vec<Answer>> {
    let given = tx.query(
        "SELECT question, body, version, by_person, at FROM desk_diagnosis WHERE ticket = $1",
        params![ticket],
        |row| {
            Ok(Answer {
                question: Question::stored(&row.get::<String>("question")?)?,
                text: row.get("body")?,
                version: row.get("version")?,
                by: row.get("by_person")?,
                at: row.get("at")?,
            })
        },
    )?;
    let of = |question: &Question| {
        given
            .iter()
            .find(|answer| answer.question == *question)
            .cloned()
            .unwrap_or(Answer {
                question: *question,
                text: String::new(),
                version: 0,
                by: None,
                at: None,
            })
    };
    Ok(Question::ALL.iter().map(of).collect())
}

/// Whether anything was written down at all.
pub fn is_begun(tx: &mut Tx, ticket: i64) -> Result<bool> {
    tx.query_one(
        "SELECT EXISTS (SELECT 1 FROM desk_diagnosis WHERE ticket = $1 AND body <> '')
         OR EXISTS (SELECT 1 FROM desk_evidence WHERE ticket = $1 AND removed_at IS NULL)
         OR EXISTS (SELECT 1 FROM desk_cause WHERE ticket = $1)
         OR EXISTS (SELECT 1 FROM desk_risky_step WHERE ticket = $1) AS begun",
        params![ticket],
        |row| row.get("begun"),
    )
}

pub fn save_answer(tx: &mut Tx, ticket: i64, answer: &Answer) -> Result<()> {
    tx.execute(
        "INSERT INTO desk_diagnosis (ticket, question, body, version, by_person, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (ticket, question) DO UPDATE SET body = $3, version = $4, by_person = $5, at = $6",
        params![
            ticket,
            answer.question.as_str(),
            &answer.text,
            answer.version,
            answer.by,
            answer.at
        ],
    )?;
    Ok(())
}

const EVIDENCE: &str = "id, ticket, kind, title, LENGTH(body) AS text_length, hash, name, media_type, size, attachment, \
                        device, taken_at, taken_by, added_at, added_by";

fn read_evidence(row: &Row) -> Result<Evidence> {
    let file = match row.get::<Option<String>>("hash")? {
        Some(hash) => Some(EvidenceFile {
            hash,
            name: row.get("name")?,
            media_type: row.get("media_type")?,
            size: row.get("size")?,
        }),
        None => None,
    };
    Ok(Evidence {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        kind: EvidenceKind::stored(&row.get::<String>("kind")?)?,
        title: row.get("title")?,
        text: row.get("body")?,
        text_length: row.get("text_length")?,
        file,
        attachment: row.get("attachment")?,
        device: row.get("device")?,
        taken_at: row.get("taken_at")?,
        taken_by: row.get("taken_by")?,
        added_at: row.get("added_at")?,
        added_by: row.get("added_by")?,
    })
}

/// The evidence of a ticket, oldest first, with the beginning of each text.
pub fn evidence_of(tx: &mut Tx, ticket: i64) -> Result<Vec<Evidence>> {
    tx.query(
        &format!(
            "SELECT {EVIDENCE}, SUBSTR(body, 1, {TEXT_SHOWN}) AS body FROM desk_evidence
             WHERE ticket = $1 AND removed_at IS NULL ORDER BY id LIMIT {PIECES_MAX}"
        ),
        params![ticket],
        read_evidence,
    )
}

/// One piece with its whole text.
pub fn evidence(tx: &mut Tx, ticket: i64, id: i64) -> Result<Option<Evidence>> {
    tx.query_opt(
        &format!(
            "SELECT {EVIDENCE}, body FROM desk_evidence WHERE id = $1 AND ticket = $2 AND removed_at IS NULL"
        ),
        params![id, ticket],
        read_evidence,
    )
}

pub fn count_evidence(tx: &mut Tx, ticket: i64) -> Result<i64> {
    tx.query_one(
        "SELECT COUNT(*) AS pieces FROM desk_evidence WHERE ticket = $1 AND removed_at IS NULL",
        params![ticket],
        |row| row.get("pieces"),
    )
}

pub fn insert_evidence(tx: &mut Tx, new: &Evidence) -> Result<i64> {
    let file = new.file.as_ref();
    tx.query_one(
        "INSERT INTO desk_evidence (ticket, kind, title, body, hash, name, media_type, size, attachment, device, taken_at,
         taken_by, added_at, added_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        params![
            new.ticket,
            new.kind.as_str(),
            &new.title,
            &new.text,
            file.map(|file| file.hash.clone()),
            file.map(|file| file.name.clone()),
            file.map(|file| file.media_type.clone()),
            file.map(|file| file.size),
            new.attachment,
            &new.device,
            new.taken_at,
            &new.taken_by,
            new.added_at,
            new.added_by
        ],
        |row| row.get("id"),
    )
}

pub fn remove_evidence(tx: &mut Tx, id: i64, at: Timestamp, by: Option<UserId>) -> Result<()> {
    tx.execute(
        "UPDATE desk_evidence SET removed_at = $1, removed_by = $2 WHERE id = $3",
        params![at, by, id],
    )?;
    Ok(())
}

/// Pieces of one ticket that an index entry takes in.
const WORDS_OF_ONE: usize = 400;

/// The words of the evidence and of all that was found out about these tickets, for the desk's own search.
pub fn words(tx: &mut Tx, tickets: &[i64]) -> Result<BTreeMap<i64, Vec<String>>> {
    let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    each_listed(tickets, |list, numbers| {
        let sql = format!(
            "SELECT ticket, body AS words FROM desk_diagnosis WHERE ticket IN ({list}) AND body <> ''
             UNION ALL SELECT ticket, title || ' ' || SUBSTR(body, 1, 4000) FROM desk_evidence
               WHERE ticket IN ({list}) AND removed_at IS NULL
             UNION ALL SELECT ticket, cause || ' ' || tested_how FROM desk_cause WHERE ticket IN ({list})
             UNION ALL SELECT ticket, step || ' ' || risk || ' ' || backup || ' ' || way_back FROM desk_risky_step
               WHERE ticket IN ({list})
             ORDER BY 1 LIMIT {}",
            WORDS_OF_ONE * numbers.len()
        );
        tx.query(&sql, numbers, |row| {
            let of = found.entry(row.get("ticket")?).or_default();
            if of.len() < WORDS_OF_ONE {
                of.push(row.get("words")?);
            }
            Ok(())
        })
        .map(drop)
    })?;
    Ok(found)
}

const CAUSE: &str = "id, ticket, place, cause, tested_how, outcome, version, by_person, at";

fn read_cause(row: &Row) -> Result<Cause> {
    Ok(Cause {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        place: row.get("place")?,
        cause: row.get("cause")?,
        tested_how: row.get("tested_how")?,
        outcome: Outcome::stored(&row.get::<String>("outcome")?)?,
        version: row.get("version")?,
        by: row.get("by_person")?,
        at: row.get("at")?,
    })
}

/// The causes of a ticket in their order.
pub fn causes_of(tx: &mut Tx, ticket: i64) -> Result<Vec<Cause>> {
    tx.query(
        &format!("SELECT {CAUSE} FROM desk_cause WHERE ticket = $1 ORDER BY place, id LIMIT {PIECES_MAX}"),
        params![ticket],
        read_cause,
    )
}

pub fn insert_cause(tx: &mut Tx, new: &Cause) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_cause (ticket, place, cause, tested_how, outcome, version, by_person, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        params![
            new.ticket,
            new.place,
            &new.cause,
            &new.tested_how,
            new.outcome.as_str(),
            new.version,
            new.by,
            new.at
        ],
        |row| row.get("id"),
    )
}

pub fn update_cause(tx: &mut Tx, cause: &Cause) -> Result<()> {
    tx.execute(
        "UPDATE desk_cause SET place = $1, cause = $2, tested_how = $3, outcome = $4, version = $5, by_person = $6, at = $7
         WHERE id = $8",
        params![
            cause.place,
            &cause.cause,
            &cause.tested_how,
            cause.outcome.as_str(),
            cause.version,
            cause.by,
            cause.at,
            cause.id
        ],
    )?;
    Ok(())
}

pub fn remove_cause(tx: &mut Tx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM desk_cause WHERE id = $1", params![id])?;
    Ok(())
}

const STEP: &str = "id, ticket, step, risk, backup, way_back, done_at, done_by, version, by_person, at";

fn read_step(row: &Row) -> Result<RiskyStep> {
    Ok(RiskyStep {
        id: row.get("id")?,
        ticket: row.get("ticket")?,
        step: row.get("step")?,
        risk: row.get("risk")?,
        backup: row.get("backup")?,
        way_back: row.get("way_back")?,
        done_at: row.get("done_at")?,
        done_by: row.get("done_by")?,
        version: row.get("version")?,
        by: row.get("by_person")?,
        at: row.get("at")?,
    })
}

/// The risky steps of a ticket, oldest first.
pub fn risky_steps_of(tx: &mut Tx, ticket: i64) -> Result<Vec<RiskyStep>> {
    tx.query(
        &format!("SELECT {STEP} FROM desk_risky_step WHERE ticket = $1 ORDER BY id LIMIT {PIECES_MAX}"),
        params![ticket],
        read_step,
    )
}

pub fn insert_risky_step(tx: &mut Tx, new: &RiskyStep) -> Result<i64> {
    tx.query_one(
        "INSERT INTO desk_risky_step (ticket, step, risk, backup, way_back, done_at, done_by, version, by_person, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
        params![
            new.ticket,
            &new.step,
            &new.risk,
            &new.backup,
            &new.way_back,
            new.done_at,
            new.done_by,
            new.version,
            new.by,
            new.at
        ],
        |row| row.get("id"),
    )
}

pub fn update_risky_step(tx: &mut Tx, step: &RiskyStep) -> Result<()> {
    tx.execute(
        "UPDATE desk_risky_step SET step = $1, risk = $2, backup = $3, way_back = $4, done_at = $5, done_by = $6,
         version = $7, by_person = $8, at = $9 WHERE id = $10",
        params![
            &step.step,
            &step.risk,
            &step.backup,
            &step.way_back,
            step.done_at,
            step.done_by,
            step.version,
            step.by,
            step.at,
            step.id
        ],
    )?;
    Ok(())
}

pub fn remove_risky_step(tx: &mut Tx, id: i64) -> Result<()> {
    tx.execute("DELETE FROM desk_risky_step WHERE id = $1", params![id])?;
    Ok(())
}
