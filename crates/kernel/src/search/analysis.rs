//! Cutting text into words, the same way for documents and for what people type.
//!
//! Text is split where the script changes: runs of Han characters are cut by jieba in search mode (every word,
//! and the shorter words inside it), everything else at what is neither letter nor digit. Words are folded
//! (compatibility forms, case, accents) and English ones stemmed. jieba's dictionary is loaded at the first Chinese
//! text and not before, once for this and for learning.

use learning::dictionary;
use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longer runs of letters are data, not words: keys, base64, tracking addresses.
const LONGEST_WORD: usize = 64;

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Folded, not stemmed.
    pub text: String,
    /// Where it stands in the original text, in bytes.
    pub start: usize,
    pub end: usize,
    /// Counts words; parts of a longer Chinese word share its position.
    pub position: usize,
    pub script: Script,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Chinese, cut by dictionary.
    Han,
    /// Any script that writes words with gaps between them, and numbers.
    Spaced,
}

/// The words of a text in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::with_capacity(text.len() / 5);
    let mut position = 0;
    for (script, start, end) in runs(text) {
        match script {
            Script::Han => cut_han(&text[start..end], start, &mut position, &mut words),
            Script::Spaced => {
                let folded = fold(&text[start..end]);
                if !folded.is_empty() && folded.len() <= LONGEST_WORD {
                    words.push(Word {
                        text: folded,
                        start,
                        end,
                        position,
                        script,
                    });
                }
                position += 1;
            }
        }
    }
    words
}

/// Maximal stretches of one script as (script, start, end) in bytes; what is neither letter nor digit ends one.
pub(super) fn runs(text: &str) -> impl Iterator<Item = (Script, usize, usize)> {
    let mut characters = text.char_indices().peekable();
    std::iter::from_fn(move || {
        loop {
            let (start, first) = characters.next()?;
            let Some(script) = script_of(first) else { continue };
            let mut end = start + first.len_utf8();
            while let Some(&(at, character)) = characters.peek() {
                let goes_on = script_of(character) == Some(script)
                    || (script == Script::Spaced && is_combining_mark(character))
                    || (script == Script::Spaced && is_inner_apostrophe(text, at, character));
                if !goes_on {
                    break;
                }
                end = at + character.len_utf8();
                characters.next();
            }
            return Some((script, start, end));
        }
    })
}

/// Folds a word: compatibility forms to plain ones, lower case, no accents on Latin letters.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let composed: String = word.nfkc().flat_map(char::to_lowercase).collect();
    let straight = composed.replace('’', "'");
    if straight.chars().any(|character| character.is_ascii_alphabetic()) {
        straight
            .nfd()
            .filter(|character| !is_combining_mark(*character))
            .collect()
    } else {
        straight
    }
}

/// The English stem of a folded word. Words of other scripts stay as they are.
pub(super) struct Stems(TextAnalyzer);

impl Stems {
    pub fn new() -> Stems {
        Stems(
            TextAnalyzer::builder(RawTokenizer::default())
                .filter(Stemmer::new(Language::English))
                .build(),
        )
    }

    pub fn of(&mut self, word: &str) -> String {
        let mut stream = self.0.token_stream(word);
        match stream.next() {
            Some(token) => token.text.clone(),
            None => word.to_owned(),
        }
    }
}

/// The analyzer of the index: words, then stems.
pub(super) fn stemming_analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(MixedTokenizer)
        .filter(Stemmer::new(Language::English))
        .build()
}

/// The analyzer of the dictionary that unfinished words are completed from.
pub(super) fn plain_analyzer() -> TextAnalyzer {
    TextAnalyzer::builder(MixedTokenizer).build()
}

fn script_of(character: char) -> Option<Script> {
    match character {
        '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Some(Script::Han),
        _ if character.is_alphanumeric() => Some(Script::Spaced),
        _ => None,
    }
}

/// Whether a word is written in Han characters.
pub(super) fn is_han(word: &str) -> bool {
    word.chars().next().and_then(script_of) == Some(Script::Han)
}

fn is_inner_apostrophe(text: &str, at: usize, character: char) -> bool {
    matches!(character, '\'' | '’')
        && text[at + character.len_utf8()..].starts_with(|next: char| next.is_ascii_alphabetic())
}

/// jieba's search mode, with positions: a word of more than two characters is preceded by the words inside it.
fn cut_han(run: &str, offset: usize, position: &mut usize, words: &mut Vec<Word>) {
    let folded: String = run.nfkc().collect();
    // Compatibility ideographs keep their length only by chance; then the whole run is the place of its words.
    let same_places = folded == run;
    let place = |start: usize, end: usize| {
        if same_places {
            (offset + start, offset + end)
        } else {
            (offset, offset + run.len())
        }
    };
    let mut add = |text: &str, start: usize, position: usize| {
        let (start, end) = place(start, start + text.len());
        words.push(Word {
            text: text.to_owned(),
            start,
            end,
            position,
            script: Script::Han,
        });
    };
    for token in dictionary().cut(&folded, true) {
        let start = token.byte_start;
        let bounds: Vec<usize> = token
            .word
            .char_indices()
            .map(|(at, _)| at)
            .chain([token.word.len()])
            .collect();
        for length in [2, 3] {
            if bounds.len() - 1 > length {
                for window in bounds.windows(length + 1) {
                    let part = &token.word[window[0]..window[length]];
                    if dictionary().has_word(part) {
                        add(part, start + window[0], *position);
                    }
                }
            }
        }
        add(token.word, start, *position);
        *position += 1;
    }
}

/// [`words`] as tantivy wants it.
#[derive(Clone)]
struct MixedTokenizer;

struct MixedStream {
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for MixedTokenizer {
    type TokenStream<'a> = MixedStream;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> MixedStream {
        MixedStream {
            words: words(text).into_iter(),
            token: Token::default(),
        }
    }
}

impl TokenStream for MixedStream {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else {
            return false;
        };
        self.token = Token {
            offset_from: word.start,
            offset_to: word.end,
            position: word.position,
            text: word.text,
            position_length: 1,
        };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn both_languages_are_cut_in_one_sentence() {
        assert_eq!(
            texts("重启Outlook后VPN断开"),
            ["重启", "outlook", "后", "vpn", "断开"]
        );
        assert_eq!(texts("打印机"), ["打印", "印机", "打印机"]);
    }

    #[test]
    fn parts_of_a_word_share_its_position_and_know_their_place() {
        let text = "the 服务器";
        let found = words(text);
        let place = |word: &Word| (text[word.start..word.end] == word.text, word.position);
        assert!(found.iter().all(|word| place(word).0));
        assert_eq!(
            found.iter().map(|word| word.position).collect::<Vec<_>>(),
            [0, 1, 1, 1]
        );
    }

    #[test]
    fn width_case_and_accents_are_folded() {
        assert_eq!(texts("ＶＰＮ Café MÜLLER"), ["vpn", "cafe", "muller"]);
        assert_eq!(texts("user’s don't 'quoted'"), ["user's", "don't", "quoted"]);
    }

    #[test]
    fn endings_are_cut_from_english_words_only() {
        let mut stems = Stems::new();
        assert_eq!(stems.of("printers"), stems.of("printer"));
        assert_eq!(stems.of("installation"), stems.of("installing"));
        assert_eq!(stems.of("user's"), "user");
        assert_eq!(stems.of("打印机"), "打印机");
        assert_eq!(stems.of("0x80070005"), "0x80070005");
    }

    #[test]
    fn a_key_of_a_thousand_letters_is_not_a_word() {
        assert_eq!(texts(&format!("see {} here", "a".repeat(1000))), ["see", "here"]);
    }
}
