//! The words of an article, checked and put into the form they are kept in. Pure.

use kernel::error::{Error, Errors, Result};

use super::Words;

/// Longest title, in characters.
pub const TITLE_MAX: usize = 200;
/// Longest summary.
pub const SUMMARY_MAX: usize = 500;
/// Longest body, in bytes.
pub const BODY_MAX: usize = 500_000;
/// Tags of an article.
pub const TAGS_MAX: usize = 40;
/// Longest tag.
pub const TAG_MAX: usize = 80;
/// Longest note about a change.
pub const NOTE_MAX: usize = 500;

/// The words as they are kept.
///
/// # Errors
/// Names each field that is wrong: a title that is missing, what is too long.
pub fn checked(words: &Words) -> Result<Words> {
    let mut kept = tidied(words);
    let mut errors = Errors::new();
    if kept.title.is_empty() {
        errors.push("title", "knowledge.title_missing");
    }
    limit(&mut errors, "title", kept.title.chars().count(), TITLE_MAX);
    limit(&mut errors, "summary", kept.summary.chars().count(), SUMMARY_MAX);
    limit(&mut errors, "tags", kept.tags.len(), TAGS_MAX);
    let longest = kept.tags.iter().map(|tag| tag.chars().count()).max();
    limit(&mut errors, "tags", longest.unwrap_or(0), TAG_MAX);
    limit_body(&mut errors, &kept.body);
    errors.finish()?;
    kept.tags.truncate(TAGS_MAX);
    Ok(kept)
}

/// [`checked`] for a working copy that saves itself: a title may still be missing.
pub fn checked_draft(words: &Words) -> Result<Words> {
    if words.title.trim().is_empty() {
        let mut kept = checked(&Words {
            title: "-".to_owned(),
            ..words.clone()
        })?;
        kept.title.clear();
        return Ok(kept);
    }
    checked(words)
}

/// The words that somebody began from: tidied, and no longer than what is kept, for they are compared with it.
///
/// # Errors
/// Names each field that is too long.
pub fn checked_base(words: &Words) -> Result<Words> {
    let kept = tidied(words);
    let mut errors = Errors::new();
    limit(&mut errors, "title", kept.title.chars().count(), TITLE_MAX);
    limit(&mut errors, "summary", kept.summary.chars().count(), SUMMARY_MAX);
    limit_body(&mut errors, &kept.body);
    errors.finish()?;
    Ok(kept)
}

/// A note about a change.
///
/// # Errors
/// When it is too long.
pub fn note(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > NOTE_MAX {
        return Err(Error::invalid("knowledge.too_long")
            .field("note")
            .arg("max", number(NOTE_MAX)));
    }
    Ok(text.to_owned())
}

/// One line for what is a line, one way of ending lines, no character that a database cannot keep.
#[must_use]
pub fn tidied(words: &Words) -> Words {
    let mut tags: Vec<String> = Vec::new();
    // A comma parts tags where they are kept.
    let parts = words.tags.iter().flat_map(|tag| tag.split([',', '，', '\n']));
    for part in parts {
        let part = line(part);
        if !part.is_empty() && !tags.contains(&part) {
            tags.push(part);
        }
        // One too many is enough to refuse them all.
        if tags.len() > TAGS_MAX {
            break;
        }
    }
    Words {
        title: line(&words.title),
        summary: line(&words.summary),
        tags,
        body: words.body.replace("\r\n", "\n").replace(['\r', '\0'], "\n"),
    }
}

/// The tags of a line that people fill in.
#[must_use]
pub fn tags(text: &str) -> Vec<String> {
    tidied(&Words {
        tags: vec![text.to_owned()],
        ..Words::default()
    })
    .tags
}

fn line(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn limit(errors: &mut Errors, field: &str, length: usize, max: usize) {
    if length > max {
        errors.push_with(
            field,
            "knowledge.too_long",
            vec![("max".to_owned(), number(max).into())],
        );
    }
}

fn limit_body(errors: &mut Errors, body: &str) {
    if body.len() > BODY_MAX {
        errors.push_with(
            "body",
            "knowledge.body_too_long",
            vec![("max".to_owned(), number(BODY_MAX / 1000).into())],
        );
    }
}

fn number(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_in_one_form() {
        let words = Words {
            title: "  VPN \n does not\tconnect ".to_owned(),
            summary: String::new(),
            tags: vec!["vpn, tunnel".to_owned(), "远程，vpn".to_owned()],
            body: "a\r\nb\rc\0".to_owned(),
        };
        let kept = checked(&words).unwrap();
        assert_eq!(kept.title, "VPN does not connect");
        assert_eq!(kept.tags, ["vpn", "tunnel", "远程"]);
        assert_eq!(kept.body, "a\nb\nc\n");
    }

    #[test]
    fn what_is_too_long_is_named_and_a_draft_may_lack_its_title() {
        let words = Words {
            body: "x".repeat(BODY_MAX + 1),
            ..Words::default()
        };
        let fields: Vec<String> = checked(&words)
            .unwrap_err()
            .fields()
            .iter()
            .map(|field| field.field.clone())
            .collect();
        assert_eq!(fields, ["title", "body"]);
        assert_eq!(checked_draft(&Words::default()).unwrap(), Words::default());
        assert!(checked_base(&words).is_err());
        assert!(checked_base(&Words::default()).is_ok());
    }

    #[test]
    fn more_tags_than_are_kept_are_not_collected() {
        let many: Vec<String> = (0..1_000).map(|at| format!("tag{at}")).collect();
        assert_eq!(tags(&many.join(",")).len(), TAGS_MAX + 1);
        let doubled = format!("{0},{0}", many[..TAGS_MAX].join(","));
        assert_eq!(tags(&doubled).len(), TAGS_MAX);
    }
}
