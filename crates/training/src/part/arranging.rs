//! Parts are added, changed, moved, and taken out.

use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Kind, Result};
use knowledge::Number;
use knowledge::file::FileId;
use serde_json::json;

use super::{NewPart, Part, What, store};
use crate::course::making::{TITLE_MOST, line};
use crate::course::{self, CourseId, State};
use crate::{events, learner, quiz, tell};

/// Parts of one course.
const PARTS_MOST: usize = 60;

/// Where a part goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Before the one that stands before it.
    Up,
    /// After the one that stands after it.
    Down,
}

/// Adds a part at the end.
///
/// # Errors
/// 403, 404, 409 when there are too many, 422 with the fields.
pub fn add(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, new: &NewPart) -> Result<Part> {
    course::begin(tx, cx, id)?;
    let parts = store::of_course(tx, id)?;
    if parts.len() >= PARTS_MOST {
        return Err(Error::conflict("training.parts_most").arg("most", PARTS_MOST));
    }
    let new = checked(tx, cx, new)?;
    let place = parts.last().map_or(1, |last| last.place + 1);
    let part = store::insert(tx, id, place, &new)?;
    let data = json!({ "part": part, "kind": new.what.as_str() });
    tell(tx, cx, id, events::PART_ADDED, data, None)?;
    store::find(tx, id, part)?.ok_or_else(Error::not_found)
}

/// Changes a part. What sort it is stays: who has done it did that.
///
/// # Errors
/// 403, 404, 422 with the fields.
pub fn change(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, part: i64, new: &NewPart) -> Result<Part> {
    course::begin(tx, cx, id)?;
    let mut found = store::find(tx, id, part)?.ok_or_else(Error::not_found)?;
    if found.what.as_str() != new.what.as_str() {
        return Err(Error::invalid("web.form.choice").field("kind"));
    }
    let new = checked(tx, cx, new)?;
    (found.title_en, found.title_zh, found.what) = (new.title_en, new.title_zh, new.what);
    store::update(tx, &found)?;
    tell(tx, cx, id, events::PART_CHANGED, json!({ "part": part }), None)?;
    Ok(found)
}

/// Moves a part by one place; at the end it stays.
///
/// # Errors
/// 403, 404.
pub fn shift(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, part: i64, step: Step) -> Result<()> {
    course::begin(tx, cx, id)?;
    let mut parts = store::of_course(tx, id)?;
    let at = parts
        .iter()
        .position(|one| one.id == part)
        .ok_or_else(Error::not_found)?;
    let to = match step {
        Step::Up => at.checked_sub(1),
        Step::Down => Some(at + 1).filter(|to| *to < parts.len()),
    };
    let Some(to) = to else {
        return Ok(());
    };
    parts.swap(at, to);
    for (place, one) in (1..).zip(&mut parts) {
        if one.place != place {
            one.place = place;
            store::update(tx, one)?;
        }
    }
    tell(tx, cx, id, events::PART_CHANGED, json!({ "part": part }), None)
}

/// Takes a part out. What people did in it is kept; who has done all the rest is done.
///
/// # Errors
/// 403, 404, 409 when it is the last one of an open course.
pub fn remove(tx: &mut Tx<'_>, cx: &Cx, id: CourseId, part: i64) -> Result<()> {
    let course = course::begin(tx, cx, id)?;
    let mut found = store::find(tx, id, part)?.ok_or_else(Error::not_found)?;
    if course.state == State::Open && store::of_course(tx, id)?.len() == 1 {
        return Err(Error::conflict("training.last_part"));
    }
    found.removed_at = Some(cx.now());
    store::update(tx, &found)?;
    tell(tx, cx, id, events::PART_REMOVED, json!({ "part": part }), None)?;
    for person in learner::store::under_way(tx, id)? {
        learner::finish(tx, cx, &course, person)?;
    }
    Ok(())
}

fn checked(tx: &mut Tx<'_>, cx: &Cx, new: &NewPart) -> Result<NewPart> {
    let mut errors = Errors::new();
    let mut new = NewPart {
        title_en: line(&new.title_en),
        title_zh: line(&new.title_zh),
        what: new.what.clone(),
    };
    for (field, text) in [("title_en", &new.title_en), ("title_zh", &new.title_zh)] {
        if text.chars().count() > TITLE_MOST {
            errors.push_with(
                field,
                "training.too_long",
                vec![("most".to_owned(), TITLE_MOST.into())],
            );
        }
    }
    match &new.what {
        What::Article(article) => seen(tx, cx, *article, &mut errors)?,
        What::File { article, file } => {
            seen(tx, cx, *article, &mut errors)?;
            belongs(tx, cx, *article, *file, &mut errors)?;
        }
        What::Session => {}
        What::Test(quiz) => quiz::check(quiz, &mut errors),
    }
    if new.title_en.is_empty() && new.title_zh.is_empty() {
        match new.what.article() {
            Some(article) if errors.is_empty() => take_title(tx, cx, article, &mut new)?,
            Some(_) => {}
            None => errors.push("title_en", "training.title_missing"),
        }
    }
    errors.finish()?;
    Ok(new)
}

/// Whoever makes a course puts into it only what they may read themselves.
fn seen(tx: &mut Tx<'_>, cx: &Cx, article: Number, errors: &mut Errors) -> Result<()> {
    match knowledge::reading::see(tx, cx, article, None) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == Kind::NotFound => {
            let number = vec![("number".to_owned(), article.to_string().into())];
            errors.push_with("article", "training.article_unknown", number);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn belongs(tx: &mut Tx<'_>, cx: &Cx, article: Number, file: FileId, errors: &mut Errors) -> Result<()> {
    match knowledge::file::open(tx, cx, file) {
        Ok(found) if found.article == article => Ok(()),
        Ok(_) => {
            errors.push("file", "training.file_unknown");
            Ok(())
        }
        Err(error) if error.kind() == Kind::NotFound => {
            errors.push("file", "training.file_unknown");
            Ok(())
        }
        Err(error) => Err(error),
    }
}

fn take_title(tx: &mut Tx<'_>, cx: &Cx, article: Number, new: &mut NewPart) -> Result<()> {
    for locale in Locale::ALL {
        let seen = knowledge::reading::see(tx, cx, article, Some(locale))?;
        let title: String = seen.text.words.title.chars().take(TITLE_MOST).collect();
        match seen.text.locale {
            Locale::En => new.title_en = title,
            Locale::ZhCn => new.title_zh = title,
        }
    }
    Ok(())
}
