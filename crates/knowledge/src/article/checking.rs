//! What people say of an article, checked: every wrong field is named at once.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};

use super::{Article, Facts, Number, store};
use crate::{space, visibility};

/// Longest name of a software or a version.
const NAME_MAX: usize = 80;
/// Longest word of a category.
const CATEGORY_MAX: usize = 40;
/// Terms of an audience.
const TERMS_MAX: usize = 40;
/// Longest term.
const TERM_MAX: usize = 120;
/// Ten years.
const MONTHS_MAX: i64 = 120;
/// How deep the tree is.
pub const DEEP_MAX: usize = 8;

/// The facts as they are kept; the article as it is now when it exists.
///
/// # Errors
/// Names each field that is wrong.
pub fn checked(tx: &mut Tx<'_>, cx: &Cx, now: Option<&Article>, facts: &Facts) -> Result<Facts> {
    let mut errors = Errors::new();
    let mut kept = facts.clone();
    kept.audience = audience(&mut errors, &facts.audience);
    kept.category = line(&mut errors, "category", facts.category.as_deref(), CATEGORY_MAX);
    kept.software = line(&mut errors, "software", facts.software.as_deref(), NAME_MAX);
    kept.software_version = line(
        &mut errors,
        "software_version",
        facts.software_version.as_deref(),
        NAME_MAX,
    );
    if kept.software.is_none() {
        kept.software_version = None;
    }
    if facts
        .review_months
        .is_some_and(|months| !(1..=MONTHS_MAX).contains(&months))
    {
        errors.push_with(
            "review_months",
            "knowledge.months_out_of_range",
            vec![("max".to_owned(), MONTHS_MAX.into())],
        );
    }
    if !space::all(tx)?.iter().any(|space| space.id == facts.space) {
        errors.push("space", "knowledge.space_unknown");
    }
    if let Some(parent) = facts.parent
        && let Some(code) = wrong_parent(tx, cx, now, parent, &facts.space)?
    {
        errors.push("parent", code);
    }
    if let Some(owner) = facts.owner
        && !people::user::store::find(tx, owner)?.is_some_and(|person| person.active)
    {
        errors.push("owner", "knowledge.person_unknown");
    }
    errors.finish()?;
    Ok(kept)
}

fn audience(errors: &mut Errors, terms: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = terms.iter().map(|term| term.trim().to_owned()).collect();
    kept.retain(|term| !term.is_empty());
    kept.sort_unstable();
    kept.dedup();
    if kept.is_empty() {
        errors.push("audience", "knowledge.audience_missing");
    }
    let is_wrong = |term: &String| !visibility::is_term(term) || term.chars().count() > TERM_MAX;
    if kept.len() > TERMS_MAX || kept.iter().any(is_wrong) {
        errors.push("audience", "knowledge.audience_unknown");
    }
    kept
}

fn line(errors: &mut Errors, field: &str, text: Option<&str>, max: usize) -> Option<String> {
    let text = text.map(str::trim).filter(|text| !text.is_empty())?;
    if text.chars().count() > max || text.chars().any(char::is_control) {
        errors.push_with(
            field,
            "knowledge.too_long",
            vec![("max".to_owned(), i64::try_from(max).unwrap_or(i64::MAX).into())],
        );
    }
    Some(text.to_owned())
}

/// Why an article cannot stand under another: not there, in another space, under itself, or too deep.
fn wrong_parent(
    tx: &mut Tx<'_>,
    cx: &Cx,
    now: Option<&Article>,
    parent: Number,
    space: &str,
) -> Result<Option<&'static str>> {
    let number = now.map(|article| article.number);
    let is_kept = now.is_some_and(|article| article.parent == Some(parent));
    let mut above = Some(parent);
    for step in 0..DEEP_MAX {
        let Some(one) = above else { return Ok(None) };
        if Some(one) == number {
            return Ok(Some("knowledge.parent_under_itself"));
        }
        let Some(found) = store::find(tx, one)? else {
            return Ok((step == 0).then_some("knowledge.parent_unknown"));
        };
        // One that this person may not see is answered like one that is not there; where it stands already, it stays.
        if step == 0 && !is_kept && !visibility::may_see(cx, &found) {
            return Ok(Some("knowledge.parent_unknown"));
        }
        if step == 0 && found.space != space {
            return Ok(Some("knowledge.parent_elsewhere"));
        }
        above = found.parent;
    }
    Ok(Some("knowledge.parent_too_deep"))
}
