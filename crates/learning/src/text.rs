//! Cutting text into words: Han by jieba's dictionary, everything else where letters and digits end.
//!
//! The search index cuts text by the same rules (`kernel::search`), but must keep positions and stems for its own ends;
//! here a word only needs its folded form and how it was written. jieba's dictionary is loaded at the first Chinese text.

use std::sync::LazyLock;

use jieba_rs::Jieba;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The dictionary of Chinese words, loaded at the first call: 33 MB and 0.15 s. The search index cuts by this one too, so that a
/// process holds it once.
#[must_use]
pub fn dictionary() -> &'static Jieba {
    &JIEBA
}

/// Of a text, no more than this is looked at: a pasted log says little more in its second half.
const LETTERS_AT_MOST: usize = 4_000;
/// Longer runs of letters are data, not words.
const LONGEST_WORD: usize = 40;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'a> {
    /// As it was written.
    pub written: &'a str,
    /// In lower case, compatibility forms made plain, without accents.
    pub folded: String,
    pub script: Script,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    /// Chinese, cut by dictionary.
    Han,
    /// Any script that writes words with gaps between them.
    Spaced,
    /// Digits, perhaps with letters: an amount, a code.
    Number,
}

/// The words of a text in order.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let end = text
        .char_indices()
        .nth(LETTERS_AT_MOST)
        .map_or(text.len(), |(at, _)| at);
    let text = text.get(..end).unwrap_or_default();
    let mut words = Vec::with_capacity(text.len() / 5 + 1);
    let mut letters = text.char_indices().peekable();
    while let Some((start, first)) = letters.next() {
        let Some(han) = is_han(first) else { continue };
        let mut end = start + first.len_utf8();
        while let Some(&(at, letter)) = letters.peek() {
            let goes_on = is_han(letter) == Some(han) || (!han && is_combining_mark(letter));
            if !goes_on {
                break;
            }
            end = at + letter.len_utf8();
            letters.next();
        }
        let run = text.get(start..end).unwrap_or_default();
        if han {
            words.extend(dictionary().cut(run, true).into_iter().map(|token| Word {
                written: token.word,
                folded: token.word.nfkc().collect(),
                script: Script::Han,
            }));
        } else {
            spaced(run, &mut words);
        }
    }
    words
}

fn spaced<'a>(run: &'a str, words: &mut Vec<Word<'a>>) {
    let folded = fold(run);
    if folded.chars().count() > LONGEST_WORD {
        return;
    }
    let script = if folded.chars().any(|letter| letter.is_ascii_digit()) {
        Script::Number
    } else {
        Script::Spaced
    };
    words.push(Word {
        written: run,
        folded,
        script,
    });
}

/// Whether it is Han; nothing for what belongs to no word.
fn is_han(letter: char) -> Option<bool> {
    match letter {
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Some(true),
        _ => letter.is_alphanumeric().then_some(false),
    }
}

fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let plain: String = word.nfkc().flat_map(char::to_lowercase).collect();
    if plain.chars().any(|letter| letter.is_ascii_alphabetic()) {
        plain.nfd().filter(|letter| !is_combining_mark(*letter)).collect()
    } else {
        plain
    }
}

/// An English word without its commonest endings, so that "printers" is like "printer". It may make no word at all of
/// it ("printing" and "prints" meet in "print", "using" becomes "us"); only that like words meet counts.
pub(crate) fn stem(word: &str) -> &str {
    if !word.is_ascii() {
        return word;
    }
    let cut = |ending: &str, rest: usize| word.strip_suffix(ending).filter(|stem| stem.len() >= rest);
    cut("ing", 4)
        .or_else(|| cut("ies", 3))
        .or_else(|| cut("ed", 4))
        .or_else(|| cut("es", 4))
        .or_else(|| cut("s", 3).filter(|stem| !stem.ends_with('s')))
        .or_else(|| cut("e", 4))
        .or_else(|| cut("y", 3))
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn both_languages_are_cut_in_one_sentence() {
        assert_eq!(
            folded("重启Outlook后VPN断开！"),
            ["重启", "outlook", "后", "vpn", "断开"]
        );
        assert_eq!(folded("Ｃafé, MÜLLER's 2.5"), ["cafe", "muller", "s", "2", "5"]);
    }

    #[test]
    fn a_key_of_a_thousand_letters_is_no_word_and_a_book_is_cut_short() {
        assert_eq!(folded(&format!("see {} here", "a".repeat(1000))), ["see", "here"]);
        assert!(words(&"word ".repeat(100_000)).len() <= 800);
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (one, other) in [
            ("printers", "printer"),
            ("failing", "failed"),
            ("policies", "policy"),
            ("charges", "charge"),
        ] {
            assert_eq!(stem(one), stem(other), "{one} {other}");
        }
        assert_eq!(stem("access"), "access");
        assert_eq!(stem("打印机"), "打印机");
    }
}
