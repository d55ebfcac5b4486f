//! What hides in a stretch of plain text: articles named by their key, and bare addresses. Pure.

use super::links;
use crate::article::Number;

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    /// `KB-12`
    Key(&'a str, Number),
    Address(&'a str),
}

/// Takes a text apart, handing out the pieces in their order.
pub(super) fn each<'a>(text: &'a str, take: &mut impl FnMut(Piece<'a>)) {
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text[at..].find(['K', 'h']).map(|found| at + found) {
        let before = text[..found].chars().next_back();
        let begins = before.is_none_or(|letter| !letter.is_ascii_alphanumeric() && !"-_/".contains(letter));
        let piece = begins
            .then(|| key(&text[found..]).or_else(|| address(&text[found..])))
            .flatten();
        let Some((length, piece)) = piece else {
            at = found + 1;
            continue;
        };
        if done < found {
            take(Piece::Text(&text[done..found]));
        }
        take(piece);
        done = found + length;
        at = done;
    }
    if done < text.len() {
        take(Piece::Text(&text[done..]));
    }
}

fn key(text: &str) -> Option<(usize, Piece<'_>)> {
    let digits = text.strip_prefix("KB-")?;
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let number = links::number(&digits[..length])?;
    let goes_on = digits[length..].chars().next();
    if goes_on.is_some_and(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        return None;
    }
    let length = length + 3;
    Some((length, Piece::Key(&text[..length], number)))
}

fn address(text: &str) -> Option<(usize, Piece<'_>)> {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    let ends = |letter: char| {
        letter.is_whitespace() || letter.is_control() || !letter.is_ascii() || "<>\"'`|\\^{}".contains(letter)
    };
    let end = text.find(ends).unwrap_or(text.len());
    // What closes the sentence is not part of the address.
    let end = text[..end]
        .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '_', '~'])
        .len();
    (end > scheme.len()).then(|| (end, Piece::Address(&text[..end])))
}
