//! Shapes of numbers: of telephones, identity cards, and payment cards.
//!
//! A text is read as groups of digits. Groups with a short gap between them may be one number, so each few neighbours are looked at
//! together: a date or an identifier in front of a number does not hide it. Which lengths of groups are a number is said exactly,
//! for logs are full of columns of digits.

use crate::{Kind, Piece};

/// Groups of the longest number that is known.
const GROUPS_MOST: usize = 5;
/// Letters between two groups of one number.
const GAP_MOST: usize = 2;

/// Digits that stand together; the last may be the `X` of an identity card.
struct Group {
    digits: String,
    start: usize,
    /// `+` stands before it.
    plus: bool,
    /// A hyphen or a bracket, not only a space, parts it from the one before.
    parted: bool,
}

/// What the numbers of a text seem to be; pieces may overlap.
pub(super) fn found(text: &str) -> Vec<Piece> {
    let mut reading = Reading::default();
    for (at, letter) in text.char_indices() {
        reading.take(at, letter);
    }
    reading.end(text.len());
    reading.found
}

#[derive(Default)]
struct Reading {
    /// Groups that may be one number, the latest last.
    run: Vec<Group>,
    digits: String,
    start: usize,
    /// What stands behind the last group, as far as it may be a gap.
    gap: String,
    /// A `+` was read last.
    plus: bool,
    found: Vec<Piece>,
}

impl Reading {
    fn take(&mut self, at: usize, letter: char) {
        let is_check = matches!(letter, 'X' | 'x') && matches!(self.digits.len(), 3 | 17);
        if letter.is_ascii_digit() || is_check {
            if self.digits.is_empty() {
                self.start = at;
            }
            self.digits.push(letter.to_ascii_uppercase());
            return;
        }
        self.end(at);
        self.plus = letter == '+';
        // A longer one parts whatever it is made of.
        if self.gap.chars().count() <= GAP_MOST {
            self.gap.push(letter);
        }
    }

    /// A group has ended, if one was there.
    fn end(&mut self, at: usize) {
        if self.digits.is_empty() {
            return;
        }
        if self.plus || !is_gap(&self.gap) {
            self.run.clear();
        }
        self.run.push(Group {
            digits: std::mem::take(&mut self.digits),
            start: self.start,
            plus: std::mem::take(&mut self.plus),
            parted: self.gap.contains(|letter: char| letter != ' '),
        });
        self.gap.clear();
        if self.run.len() > GROUPS_MOST {
            self.run.remove(0);
        }
        for from in 0..self.run.len() {
            let Some(groups) = self.run.get(from..) else {
                continue;
            };
            let (Some(first), Some(kind)) = (groups.first(), number(groups)) else {
                continue;
            };
            self.found.push(Piece {
                start: first.start - usize::from(first.plus),
                end: at,
                kind,
            });
        }
    }
}

fn is_gap(text: &str) -> bool {
    let count = text.chars().count();
    (1..=GAP_MOST).contains(&count)
        && text
            .chars()
            .all(|letter| matches!(letter, ' ' | '-' | '(' | ')' | '（' | '）'))
}

/// What some groups seem to be together.
fn number(groups: &[Group]) -> Option<Kind> {
    let lengths: Vec<usize> = groups.iter().map(|group| group.digits.len()).collect();
    let whole: String = groups.iter().map(|group| group.digits.as_str()).collect();
    match lengths.as_slice() {
        [18] | [6, 8, 4] if is_identity(&whole) => return Some(Kind::IdentityNumber),
        [15..=19] | [4, 4, 4, 4] | [4, 6, 4 | 5] | [4, 4, 4, 4, 1..=3] | [6, 13] if is_card(&whole) => {
            return Some(Kind::CardNumber);
        }
        _ => {}
    }
    let is_number = whole.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && is_phone(groups, &lengths, &whole)).then_some(Kind::Phone)
}
fn is_phone(groups: &[Group], lengths: &[usize], whole: &str) -> bool {
    // China: mobile, also with the country before it; and with the code of the town.
    let is_mobile = |digits: &str| {
        let bytes = digits.as_bytes();
        digits.len() == 11 && bytes.first() == Some(&b'1') && matches!(bytes.get(1), Some(b'3'..=b'9'))
    };
    let begins = |prefix: &str| {
        whole
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.starts_with('0'))
    };
    let parted = groups.iter().skip(1).any(|group| group.parted);
    let is_known = match lengths {
        [11] | [3, 4, 4] => is_mobile(whole),
        [13] => whole.strip_prefix("86").is_some_and(is_mobile),
        [3..=4, 7..=8] => begins("0"),
        [2..=4, 3..=4, 4] if parted && begins("0") => true,
        // North America: no area begins with 0 or 1.
        [3, 3, 4] => parted && !whole.starts_with(['0', '1']),
        _ => false,
    };
    // From abroad: `+`, or `00` before more than one group.
    let first = lengths.first().copied().unwrap_or_default();
    let is_plus = groups.first().is_some_and(|group| group.plus) && (9..=15).contains(&whole.len());
    let is_dialled =
        lengths.len() > 1 && (3..=5).contains(&first) && begins("00") && (11..=17).contains(&whole.len());
    is_known || is_plus || is_dialled
}

/// GB 11643: weights of the first seventeen digits, the eighteenth is the check.
fn is_identity(text: &str) -> bool {
    const CHECKS: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    let mut weight = 1_usize;
    let mut sum = 0_usize;
    // 2^(17-i) modulo 11, from the last of the seventeen to the first.
    for byte in bytes.iter().take(17).rev() {
        weight = weight * 2 % 11;
        if !byte.is_ascii_digit() {
            return false;
        }
        sum += usize::from(byte - b'0') * weight;
    }
    bytes.get(17) == CHECKS.get(sum % 11)
}

/// ISO/IEC 7812: payment cards begin with 2 to 6, and their last digit is a check.
fn is_card(text: &str) -> bool {
    let sum: u32 = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            match (place % 2, digit * 2) {
                (0, _) => digit,
                (_, double) if double > 9 => double - 9,
                (_, double) => double,
            }
        })
        .sum();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    is_number && text.starts_with(['2', '3', '4', '5', '6']) && sum.is_multiple_of(10)
}
