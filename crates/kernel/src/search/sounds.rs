//! How Chinese words sound: pinyin in full, by its initials, and with the sounds that many speakers do not tell apart made one.
//!
//! The index keeps these as a dictionary from sound to word (`dayinji` and `dyj` lead to 打印机), never as text: what is typed in
//! letters is turned into words, and those are looked for, so that places, ranking, and marks are those of the words. A
//! character of several readings brings each of them. Pure; the readings come with the `pinyin` crate.

use pinyin::{ToPinyin, ToPinyinMulti};

use super::analysis::{self, Script};

/// Between a sound and its word in the index's dictionary; no word holds it.
const GAP: char = '\u{1f}';
/// Before a sound whose likenesses were made one: only a Chinese question is compared so.
const BLURRED: char = '~';
/// A word of several many-voiced characters brings no more than so many readings.
const MOST_READINGS: usize = 4;
/// Characters of the longest word or name that is kept by sound.
const LONGEST: usize = 6;

/// Everything the index's dictionary of sounds holds of a text that is short and telling: a title, keywords.
pub(super) fn entries(text: &str) -> Vec<String> {
    let mut words: Vec<&str> = analysis::runs(text)
        .filter(|(script, ..)| *script == Script::Han)
        .map(|(_, start, end)| &text[start..end])
        .filter(|run| run.chars().count() <= LONGEST)
        .collect();
    let cut = analysis::words(text);
    let han = cut.iter().filter(|word| word.script == Script::Han);
    words.extend(han.map(|word| word.text.as_str()));
    words.sort_unstable();
    words.dedup();
    let mut entries = Vec::with_capacity(words.len() * 3);
    for word in words {
        for sound in sounds(word) {
            entries.push(format!("{sound}{GAP}{word}"));
        }
        if let Some(blurred) = blurred(word) {
            entries.push(format!("{blurred}{GAP}{word}"));
        }
    }
    entries.sort_unstable();
    entries.dedup();
    entries
}

/// An entry of the dictionary as (sound, word).
pub(super) fn entry(term: &str) -> Option<(&str, &str)> {
    term.split_once(GAP)
}

/// What has to stand at the beginning of an entry that sounds exactly so.
pub(super) fn exactly(sound: &str) -> String {
    format!("{sound}{GAP}")
}

/// Whether letters may be pinyin at all.
pub(super) fn may_be(word: &str) -> bool {
    word.len() >= 2 && word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The sound of a Chinese word with likenesses made one; none for one character, and for what has no reading.
pub(super) fn blurred(word: &str) -> Option<String> {
    let count = word.chars().count();
    if !(2..=LONGEST).contains(&count) {
        return None;
    }
    let mut sound = String::from(BLURRED);
    for character in word.chars() {
        sound.push_str(&alike(character.to_pinyin()?.plain()));
        sound.push(' ');
    }
    Some(sound)
}

/// Full pinyin and initials of a word in each of its readings.
fn sounds(word: &str) -> Vec<String> {
    let count = word.chars().count();
    if !(2..=LONGEST).contains(&count) {
        return Vec::new();
    }
    let mut readings: Vec<(String, String)> = vec![(String::new(), String::new())];
    for character in word.chars() {
        let Some(several) = character.to_pinyin_multi() else {
            return Vec::new();
        };
        let mut syllables: Vec<String> = several.into_iter().map(|one| letters(one.plain())).collect();
        // The first reading is the usual one; the order of the others is kept.
        let mut known = Vec::new();
        syllables.retain(|syllable| {
            let is_new = !known.contains(syllable);
            known.push(syllable.clone());
            is_new
        });
        let grown: Vec<(String, String)> = syllables
            .iter()
            .flat_map(|syllable| {
                readings.iter().map(move |(full, initials)| {
                    let initial = syllable.chars().next().map(String::from).unwrap_or_default();
                    (format!("{full}{syllable}"), format!("{initials}{initial}"))
                })
            })
            .take(MOST_READINGS)
            .collect();
        readings = grown;
    }
    let mut sounds: Vec<String> = readings
        .into_iter()
        .flat_map(|(full, initials)| [full, initials])
        .collect();
    sounds.sort_unstable();
    sounds.dedup();
    sounds
}

/// A syllable as it is typed: ü is v.
fn letters(syllable: &str) -> String {
    syllable.replace('ü', "v").replace('ê', "e")
}

/// A syllable with the likenesses of many southern speakers made one: zh is z, ch is c, sh is s, ing is in, eng is en, ang is an.
fn alike(syllable: &str) -> String {
    let typed = letters(syllable);
    let mut sound = typed.as_str();
    let mut made = String::with_capacity(sound.len());
    for (long, short) in [("zh", "z"), ("ch", "c"), ("sh", "s")] {
        if let Some(rest) = sound.strip_prefix(long) {
            made.push_str(short);
            sound = rest;
        }
    }
    let nasal = ["ang", "eng", "ing"].iter().any(|end| sound.ends_with(end));
    made.push_str(if nasal { &sound[..sound.len() - 1] } else { sound });
    made
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn leads(sound: &str, word: &str) -> bool {
        entries(word).contains(&format!("{sound}{GAP}{word}"))
    }

    #[test]
    fn a_word_is_kept_by_its_pinyin_and_its_initials() {
        assert!(leads("dayinji", "打印机"));
        assert!(leads("dyj", "打印机"));
        assert!(leads("lvse", "绿色"), "ü is typed as v");
    }

    #[test]
    fn a_character_of_two_readings_brings_both() {
        assert!(leads("chongqi", "重启"));
        assert!(leads("zhongqi", "重启"));
    }

    #[test]
    fn likenesses_of_speech_are_made_one() {
        assert_eq!(blurred("打应机"), blurred("打印机"));
        assert_eq!(blurred("账号"), blurred("帐号"));
        assert_ne!(blurred("打印机"), blurred("打卡机"));
        assert_eq!(blurred("机"), None);
    }

    #[test]
    fn names_and_short_titles_are_kept_whole() {
        assert!(leads("zhangsan", "张三"));
        assert!(entries("Printer").is_empty());
    }

    proptest! {
        #[test]
        fn any_text_has_sounds_without_trouble(text in "\\PC{0,40}|[打印机重启行长乐的A-z 0-9]{0,30}") {
            for entry in entries(&text) {
                let (sound, word) = super::entry(&entry).unwrap();
                prop_assert!(text.contains(word) || !word.is_empty());
                prop_assert!(!sound.is_empty());
            }
        }
    }
}
