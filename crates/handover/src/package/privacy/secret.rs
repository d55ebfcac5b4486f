//! Shapes of secrets: what stands behind words like `password`, and keys that are known by how they begin. Pure.

/// Words behind which a secret stands, in small letters.
const WORDS: [&str; 21] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secret_key",
    "access_key",
    "private_key",
    "token",
    "api_key",
    "api-key",
    "apikey",
    "authorization",
    "cookie",
    "sessionid",
    "session_id",
    "sessid",
    "密码",
    "口令",
    "密钥",
    "令牌",
];

/// How keys of widely used services begin.
const BEGINNINGS: [&str; 16] = [
    "AKIA",
    "ASIA",
    "AIza",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "github_pat_",
    "glpat-",
    "xoxa-",
    "xoxb-",
    "xoxp-",
    "npm_",
    "sk-",
    "eyJ",
    "whsec_",
];
const KEY_LEAST: usize = 20;
/// Letters of the shortest secret.
const LEAST: usize = 3;

/// Whether a text seems to hold a secret.
pub(super) fn is_named(text: &str) -> bool {
    text.contains("-----BEGIN ")
        || text.lines().any(is_given)
        || text.split(|letter: char| !is_of_key(letter)).any(is_key)
}

fn is_of_key(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

/// A key has digits; a word that begins like one has none.
fn is_key(word: &str) -> bool {
    word.len() >= KEY_LEAST
        && word.contains(|letter: char| letter.is_ascii_digit())
        && BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
}

fn is_given(line: &str) -> bool {
    let line = line.to_lowercase();
    WORDS.iter().any(|word| {
        line.match_indices(word).any(|(at, _)| {
            let before = line.get(..at).unwrap_or_default();
            let behind = line.get(at + word.len()..).unwrap_or_default();
            is_value(behind) || (is_option(before) && behind.starts_with(' ') && is_long(behind))
        })
    })
}

/// `=` or `:` and a value, with the quotes of JSON or of a program; or in Chinese, where it reads `密码是abc123`.
fn is_value(behind: &str) -> bool {
    let behind = behind.trim_start_matches(['"', '\'', '\\', '`', ' ']);
    if let Some(value) = behind.strip_prefix(['=', ':', '：']) {
        return is_long(value);
    }
    behind.strip_prefix(['是', '为']).is_some_and(|value| {
        let letters = value.trim_start().chars();
        letters.take_while(char::is_ascii_graphic).count() >= LEAST
    })
}

/// The word is the end of `--db-password` or the like.
fn is_option(before: &str) -> bool {
    before
        .rsplit(char::is_whitespace)
        .next()
        .is_some_and(|start| start.starts_with('-'))
}

fn is_long(value: &str) -> bool {
    let letters = value.trim().chars();
    letters.take_while(|letter| !letter.is_whitespace()).count() >= LEAST
}
