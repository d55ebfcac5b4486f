//! Finding terms in a technical text. Pure.
//!
//! Longer terms come first and take their place in the text, so that "connection pool exhausted" is not also a "connection
//! pool". A term in letters that are written with spaces between words begins and ends where a word does (a plural s may
//! follow); one in Chinese is found wherever it stands, for Chinese has no such borders. Case, hyphens, and the space that
//! many write between Chinese and Latin letters make no difference.

use super::Term;
use kernel::i18n::Locale;

/// As many terms as are offered for one text: more would be a lecture.
pub const OFFERED_MAX: usize = 4;
/// As much of a text as is looked at.
const LOOKED_AT: usize = 4_000;

const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// A letter of a script that puts spaces between its words.
fn is_spaced(letter: char) -> bool {
    letter.is_alphanumeric() && !is_han(letter)
}

/// A text as terms are looked up in it.
#[must_use]
pub fn key(text: &str) -> String {
    let lower: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if matches!(letter, '-' | '_') { ' ' } else { letter })
        .collect();
    let mut found = String::with_capacity(lower.len());
    for word in lower.split_whitespace() {
        let beside_han =
            found.chars().next_back().is_some_and(is_han) || word.chars().next().is_some_and(is_han);
        if !found.is_empty() && !beside_han {
            found.push(' ');
        }
        found.push_str(word);
    }
    found
}

/// The terms that stand in the text, in the order in which they first stand there.
pub fn offer<'a>(terms: impl IntoIterator<Item = &'a Term>, text: &str) -> Vec<&'a Term> {
    let head: String = text.chars().take(LOOKED_AT).collect();
    let text: Vec<char> = key(&head).chars().collect();
    let mut longest: Vec<(Vec<char>, &Term)> = terms
        .into_iter()
        .map(|term| (term.key.chars().collect(), term))
        .filter(|(letters, _): &(Vec<char>, _)| !letters.is_empty())
        .collect();
    longest.sort_by(|(one, first), (other, second)| (other.len(), &first.key).cmp(&(one.len(), &second.key)));
    let mut taken = vec![false; text.len()];
    let mut found: Vec<(usize, &Term)> = Vec::new();
    for (letters, term) in longest {
        let mut first = None;
        for start in 0..=text.len().saturating_sub(letters.len()) {
            if stands_at(&text, start, &letters) && !taken[start..start + letters.len()].contains(&true) {
                taken[start..start + letters.len()].fill(true);
                first = first.or(Some(start));
            }
        }
        found.extend(first.map(|start| (start, term)));
    }
    found.sort_by_key(|(start, _)| *start);
    found.truncate(OFFERED_MAX);
    found.into_iter().map(|(_, term)| term).collect()
}

fn stands_at(text: &[char], start: usize, term: &[char]) -> bool {
    let Some(rest) = text.get(start..).and_then(|rest| rest.strip_prefix(term)) else {
        return false;
    };
    let begins = !term.first().copied().is_some_and(is_spaced)
        || start.checked_sub(1).is_none_or(|before| !is_spaced(text[before]));
    let goes_on = |rest: &[char]| rest.first().copied().is_some_and(is_spaced);
    let is_plural = rest.first() == Some(&'s') && !goes_on(&rest[1..]);
    let ends = !term.last().copied().is_some_and(is_spaced) || !goes_on(rest) || is_plural;
    begins && ends
}

/// The sentences of these terms as one text, each once.
#[must_use]
pub fn together(terms: &[Term], language: Locale) -> String {
    let mut sentences: Vec<&str> = Vec::new();
    for term in terms {
        if !sentences.contains(&term.plain.as_str()) {
            sentences.push(&term.plain);
        }
    }
    sentences.join(match language {
        Locale::En => " ",
        Locale::ZhCn => "",
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn terms(words: &[&str]) -> Vec<Term> {
        let made = words.iter().zip(1..).map(|(word, id)| Term {
            id,
            language: Locale::En,
            term: (*word).to_owned(),
            key: key(word),
            plain: format!("About {word}."),
            version: 1,
        });
        made.collect()
    }

    fn found(words: &[&str], text: &str) -> Vec<String> {
        let terms = terms(words);
        offer(&terms, text)
            .into_iter()
            .map(|term| term.term.clone())
            .collect()
    }

    #[test]
    fn the_longer_term_wins_its_place_and_the_order_is_that_of_the_text() {
        let known = ["connection pool", "connection pool exhausted", "failover"];
        assert_eq!(
            found(&known, "After the failover: Connection pool exhausted on db2."),
            ["failover", "connection pool exhausted"]
        );
        assert_eq!(
            found(
                &known,
                "Connection pool exhausted; the connection pools were raised."
            ),
            ["connection pool exhausted", "connection pool"]
        );
    }

    #[test]
    fn english_terms_are_whole_words_and_chinese_ones_stand_anywhere() {
        assert_eq!(found(&["NAT"], "a national matter"), [""; 0]);
        assert_eq!(found(&["NAT"], "the NAT table"), ["NAT"]);
        assert_eq!(
            found(&["self-signed certificate"], "Self signed certificates!").len(),
            1
        );
        assert_eq!(found(&["死锁"], "订单表发生死锁后回滚"), ["死锁"]);
        assert_eq!(found(&["DNS解析失败"], "办公网 DNS 解析失败"), ["DNS解析失败"]);
        assert_eq!(found(&["DNS"], "办公网DNS异常"), ["DNS"]);
        assert_eq!(found(&["DNS"], "mDNS"), [""; 0]);
    }

    #[test]
    fn a_sentence_that_two_terms_share_is_said_once() {
        let mut two = terms(&["a", "b"]);
        two[1].plain = two[0].plain.clone();
        assert_eq!(together(&two, Locale::En), "About a.");
        let two = terms(&["a", "b"]);
        assert_eq!(together(&two, Locale::En), "About a. About b.");
        assert_eq!(together(&two, Locale::ZhCn), "About a.About b.");
    }

    proptest! {
        #[test]
        fn looking_up_twice_is_looking_up_once(text in ".{0,80}") {
            prop_assert_eq!(key(&key(&text)), key(&text));
        }

        #[test]
        fn a_term_between_other_words_is_found_and_one_inside_a_word_is_not(
            term in "[a-z]{3,8}( [a-z]{3,8})?", before in "[A-Z ]{0,12}", after in "[0-9.,]{0,6}",
        ) {
            let known = [term.as_str()];
            let between = format!("{before} {} {after}", term.to_uppercase());
            prop_assert_eq!(found(&known, &between).len(), 1);
            let inside = format!("x{term}x");
            prop_assert!(found(&known, &inside).is_empty());
        }

        #[test]
        fn no_text_is_too_strange_and_no_more_is_offered_than_anybody_reads(
            words in prop::collection::btree_set("[a-z死锁证书 -]{1,6}", 0..12), text in ".{0,200}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !key(word).is_empty()).collect();
            prop_assert!(found(&words, &text).len() <= OFFERED_MAX);
            let all = words.join(" ");
            prop_assert!(words.is_empty() || !found(&words, &all).is_empty());
        }
    }
}
