//! Every SQL statement about parts.

use std::collections::BTreeMap;

use kernel::db::{Row, Tx, Value, each_listed, params};
use kernel::error::Result;
use knowledge::file::FileId;

use super::{NewPart, Part, What, damaged};
use crate::course::CourseId;
use crate::quiz::Quiz;

const COLUMNS: &str =
    "id, course, place, kind, title_en, title_zh, article, file, pass_percent, questions, removed_at";

fn part(row: &Row<'_>) -> Result<Part> {
    Ok(Part {
        id: row.get("id")?,
        course: row.get("course")?,
        place: row.get("place")?,
        title_en: row.get("title_en")?,
        title_zh: row.get("title_zh")?,
        what: what(row)?,
        removed_at: row.get("removed_at")?,
    })
}

fn what(row: &Row<'_>) -> Result<What> {
    let kind: String = row.get("kind")?;
    let article: Option<i64> = row.get("article")?;
    let file: Option<FileId> = row.get("file")?;
    let questions: Option<String> = row.get("questions")?;
    match (kind.as_str(), article, file, questions) {
        ("article", Some(article), ..) => Ok(What::Article(article)),
        ("file", Some(article), Some(file), _) => Ok(What::File { article, file }),
        ("session", ..) => Ok(What::Session),
        ("test", _, _, Some(questions)) => Ok(What::Test(Quiz {
            pass_percent: row.get::<Option<i64>>("pass_percent")?.unwrap_or(100),
            questions: serde_json::from_str(&questions)?,
        })),
        _ => Err(damaged(&kind)),
    }
}

/// What `kind`, `article`, `file`, `pass_percent`, and `questions` hold.
fn columns(what: &What) -> Result<[Value; 4]> {
    let file = match what {
        What::File { file, .. } => Value::from(file),
        _ => Value::Null,
    };
    let (pass, questions) = match what {
        What::Test(quiz) => (
            Value::from(quiz.pass_percent),
            Value::from(serde_json::to_string(&quiz.questions)?),
        ),
        _ => (Value::Null, Value::Null),
    };
    Ok([Value::from(what.article()), file, pass, questions])
}

/// Writes a new one; gives back its id.
pub fn insert(tx: &mut Tx<'_>, course: CourseId, place: i64, new: &NewPart) -> Result<i64> {
    let [article, file, pass, questions] = columns(&new.what)?;
    tx.query_one(
        "INSERT INTO training_part (course, place, kind, title_en, title_zh, article, file, pass_percent, questions)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
        &[
            course.into(),
            place.into(),
            new.what.as_str().into(),
            Value::from(&new.title_en),
            Value::from(&new.title_zh),
            article,
            file,
            pass,
            questions,
        ],
        |row| row.get("id"),
    )
}

/// Writes one that was changed.
pub fn update(tx: &mut Tx<'_>, part: &Part) -> Result<()> {
    let [article, file, pass, questions] = columns(&part.what)?;
    tx.execute(
        "UPDATE training_part SET place = $2, title_en = $3, title_zh = $4, article = $5, file = $6, pass_percent = $7,
             questions = $8, removed_at = $9 WHERE id = $1",
        &[
            part.id.into(),
            part.place.into(),
            Value::from(&part.title_en),
            Value::from(&part.title_zh),
            article,
            file,
            pass,
            questions,
            part.removed_at.into(),
        ],
    )?;
    Ok(())
}

/// One of a course, unless it was taken out.
pub fn find(tx: &mut Tx<'_>, course: CourseId, id: i64) -> Result<Option<Part>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM training_part WHERE id = $1 AND course = $2 AND removed_at IS NULL"),
        params![id, course],
        part,
    )
}

/// Those of a course, in their order.
pub fn of_course(tx: &mut Tx<'_>, course: CourseId) -> Result<Vec<Part>> {
    tx.query(
        &format!(
            "SELECT {COLUMNS} FROM training_part WHERE course = $1 AND removed_at IS NULL ORDER BY place, id LIMIT 200"
        ),
        params![course],
        part,
    )
}

/// How many parts several courses have.
pub fn counts(tx: &mut Tx<'_>, courses: &[CourseId]) -> Result<BTreeMap<CourseId, i64>> {
    let mut found = BTreeMap::new();
    each_listed(courses, |list, values| {
        let sql = format!(
            "SELECT course, COUNT(*) AS parts FROM training_part WHERE course IN ({list}) AND removed_at IS NULL GROUP BY course"
        );
        let rows: Vec<(CourseId, i64)> =
            tx.query(&sql, values, |row| Ok((row.get("course")?, row.get("parts")?)))?;
        found.extend(rows);
        Ok(())
    })?;
    Ok(found)
}
