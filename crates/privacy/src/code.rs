//! Numbers of people and of things that belong to somebody, known by the word before them.

use crate::{Kind, Piece, stands_alone};

/// Words before such a number, in small letters; the longer of two that begin alike first.
const WORDS: [&str; 30] = [
    "verification code",
    "one-time code",
    "one time code",
    "access code",
    "employee number",
    "employee no",
    "employee id",
    "staff number",
    "staff id",
    "serial number",
    "serial no",
    "service tag",
    "asset number",
    "asset tag",
    "asset no",
    "badge number",
    "otp",
    "pin",
    "s/n",
    "imei",
    "验证码",
    "校验码",
    "员工编号",
    "员工号",
    "工号",
    "序列号",
    "服务编号",
    "资产编号",
    "资产号",
    "学号",
];
/// Words between the name and the number.
const BETWEEN: [char; 9] = [' ', ':', '：', '=', '.', '#', '是', '为', '"'];
/// Letters of the shortest number.
const LEAST: usize = 3;
const MOST: usize = 40;

/// The numbers that a text names; pieces may overlap.
pub(super) fn found(text: &str) -> Vec<Piece> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for word in WORDS {
        for (at, _) in lower.match_indices(word) {
            let from = at + word.len();
            // "pin" is in "pinned", "otp" in "footprint".
            if word.is_ascii() && !stands_alone(text, at, from) {
                continue;
            }
            let behind = text.get(from..).unwrap_or_default();
            let rest = behind.trim_start_matches(BETWEEN);
            let length = rest
                .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
                .unwrap_or(rest.len());
            let code = rest.get(..length).unwrap_or_default();
            let has_digit = code.contains(|letter: char| letter.is_ascii_digit());
            if has_digit && (LEAST..=MOST).contains(&length) {
                let start = from + (behind.len() - rest.len());
                found.push(Piece {
                    start,
                    end: start + length,
                    kind: Kind::Code,
                });
            }
        }
    }
    found
}
