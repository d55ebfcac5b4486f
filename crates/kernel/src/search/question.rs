//! Reading a question: its words, what must stand together, and names of documents in it. Pure; knows no index.

use std::collections::BTreeSet;

use super::analysis::{self, Script, Stems, Word};

/// Longer questions are pasted texts; their first words say enough.
const MOST_WORDS: usize = 32;

/// Words that stand in every text; left out of questions that have others.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "a", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "for", "from",
    "had", "has", "have", "he", "her", "his", "how", "i", "if", "in", "into", "is", "it", "its", "me", "my", "of", "on", "or",
    "our", "she", "should", "so", "some", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this",
    "those", "to", "us", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you",
    "your",
    "的", "了", "和", "是", "在", "我", "你", "您", "我们", "你们", "他们", "这", "那", "这个", "那个", "吗", "呢", "吧", "啊", "请",
    "请问", "如何", "怎么", "怎么办", "怎样", "什么", "为什么", "哪里", "哪个", "一个", "一下", "一些", "与", "及", "以及", "或",
    "或者", "把", "被", "就", "都", "也", "还", "很", "对", "从", "到", "给", "让", "用", "上", "里", "时", "后", "并", "而", "但",
    "有", "可以", "能", "会", "要", "想",
];

/// One word of the question with everything it stands for.
#[derive(Debug)]
pub(super) struct Asked {
    /// Stemmed terms that a matching document must all have: a Chinese word and the words inside it.
    pub terms: Vec<String>,
    /// The word as typed, folded.
    pub plain: String,
    pub script: Script,
    /// Where it stands in what was typed, in bytes.
    pub span: (usize, usize),
}

/// The question, understood.
#[derive(Debug, Default)]
pub(super) struct Question {
    pub asked: Vec<Asked>,
    /// Stems that must stand next to each other: "in quotes", and codes such as `10.0.0.1` or `ERR_RESET`.
    pub phrases: Vec<Vec<String>>,
    /// Names of documents in lower case: `1042`, `chg-17`.
    pub keys: Vec<String>,
    /// Whether the last word may be unfinished.
    pub open_end: bool,
}

impl Question {
    /// Understands what was typed, whatever it is.
    pub fn read(text: &str) -> Question {
        let mut stems = Stems::new();
        let mut words = analysis::words(text);
        let cut = words
            .iter()
            .position(|word| word.position >= MOST_WORDS)
            .unwrap_or(words.len());
        words.truncate(cut);
        let phrases = phrases(text, &words, &mut stems);
        let mut asked: Vec<Asked> = Vec::new();
        let mut at = None;
        for word in &words {
            let stem = stems.of(&word.text);
            match asked.last_mut() {
                // The longest comes last and is the word itself.
                Some(last) if at == Some(word.position) => {
                    last.terms.push(stem);
                    last.plain.clone_from(&word.text);
                    last.span = (last.span.0.min(word.start), last.span.1.max(word.end));
                }
                _ => asked.push(Asked {
                    terms: vec![stem],
                    plain: word.text.clone(),
                    script: word.script,
                    span: (word.start, word.end),
                }),
            }
            at = Some(word.position);
        }
        let open_end = words.last().is_some_and(|last| last.end == text.len());
        let is_telling = |word: &Asked| !STOP_WORDS.contains(&word.plain.as_str());
        if asked.iter().any(is_telling) {
            asked.retain(is_telling);
        }
        Question {
            asked,
            phrases,
            keys: keys(text),
            open_end,
        }
    }
}

/// What was typed in quotes, and words of several parts written without a gap.
fn phrases(text: &str, words: &[Word], stems: &mut Stems) -> Vec<Vec<String>> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut quote = None;
    for (at, character) in text.char_indices() {
        if matches!(character, '"' | '“' | '”') {
            match quote.take() {
                Some(start) => spans.push((start, at)),
                None => quote = Some(at),
            }
        }
    }
    let mut start = 0;
    for piece in text.split(char::is_whitespace) {
        let end = start + piece.len();
        let parts = words.iter().filter(|word| word.start >= start && word.end <= end);
        if parts.clone().count() > 1 && parts.clone().all(|word| word.script == Script::Spaced) {
            spans.push((start, end));
        }
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    let mut phrases = Vec::new();
    for (start, end) in spans {
        let mut phrase: Vec<String> = Vec::new();
        let mut at = None;
        for word in words.iter().filter(|word| word.start >= start && word.end <= end) {
            // Of the words at one position the last is the longest, and the only one that fills it.
            if at == Some(word.position) {
                phrase.pop();
            }
            phrase.push(stems.of(&word.text));
            at = Some(word.position);
        }
        if phrase.len() > 1 {
            phrases.push(phrase);
        }
    }
    phrases
}

/// Names of documents in a question: the whole of it, and pieces that look like one (`#1042`, `CHG-17`). A bare
/// number among words is no name: "windows 10" does not ask for number 10.
fn keys(text: &str) -> Vec<String> {
    let mut keys = BTreeSet::new();
    let clean = |piece: &str| piece.trim_start_matches(['#', '＃']).to_lowercase();
    let pieces: Vec<&str> = text.split_whitespace().collect();
    for piece in &pieces {
        let marked = piece.starts_with(['#', '＃']);
        let name = clean(piece);
        let dashed = name.split_once('-').is_some_and(|(letters, digits)| {
            letters.chars().all(char::is_alphabetic) && digits.chars().all(|digit| digit.is_ascii_digit())
        });
        if (pieces.len() == 1 || marked || dashed) && name.chars().any(|digit| digit.is_ascii_digit()) {
            keys.insert(name);
        }
    }
    keys.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<String> {
        Question::read(text)
            .asked
            .into_iter()
            .map(|word| word.plain)
            .collect()
    }

    #[test]
    fn words_that_stand_everywhere_are_left_out_unless_there_are_no_others() {
        assert_eq!(plain("how to reset the password"), ["reset", "password"]);
        assert_eq!(plain("如何重置密码"), ["重置", "密码"]);
        assert_eq!(plain("what is this"), ["what", "is", "this"]);
    }

    #[test]
    fn a_chinese_word_brings_the_words_inside_it() {
        let question = Question::read("打印机");
        assert_eq!(question.asked.len(), 1);
        assert_eq!(question.asked[0].terms, ["打印", "印机", "打印机"]);
        assert_eq!(question.asked[0].plain, "打印机");
    }

    #[test]
    fn names_of_documents_are_recognised() {
        assert_eq!(Question::read("1042").keys, ["1042"]);
        assert_eq!(Question::read("see #1042 and chg-17").keys, ["1042", "chg-17"]);
        assert!(Question::read("windows 10").keys.is_empty());
        assert!(Question::read("printer").keys.is_empty());
    }

    #[test]
    fn a_gap_or_more_text_ends_the_last_word() {
        assert!(Question::read("print").open_end);
        assert!(!Question::read("print ").open_end);
        assert!(!Question::read("print!").open_end);
    }

    #[test]
    fn a_pasted_page_is_cut_short() {
        assert_eq!(plain(&"word ".repeat(500)).len(), MOST_WORDS);
    }
}
