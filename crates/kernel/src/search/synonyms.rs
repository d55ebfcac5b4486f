//! Words that mean the same, as the department keeps them: VPN, 虚拟专用网, remote access.
//!
//! They are applied when a question is read, never when a document is stored, so that a changed group counts at once and
//! nothing is indexed anew. Pure.

use super::analysis::{self, Script, Stems, Word};
use super::meaning::{Slot, Way};

/// More members of a group than these make a question slow and vague.
const MOST_MEMBERS: usize = 16;
const MOST_GROUPS: usize = 5_000;

/// Groups of words and phrases that mean the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Synonyms {
    groups: Vec<Vec<Member>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Member {
    /// Its stems in a row, as they stand in the index.
    stems: Vec<String>,
    /// Folded, when it holds Chinese: those are looked for as letters, for a longer text may be cut elsewhere.
    han: Option<String>,
}

impl Synonyms {
    pub fn of(groups: &[Vec<String>]) -> Synonyms {
        let mut stems = Stems::new();
        let groups = groups.iter().take(MOST_GROUPS).map(|group| {
            let mut members: Vec<Member> = Vec::new();
            for text in group.iter().take(MOST_MEMBERS) {
                let member = Member::of(text, &mut stems);
                if !member.stems.is_empty() && !members.contains(&member) {
                    members.push(member);
                }
            }
            members
        });
        Synonyms {
            groups: groups.filter(|members| members.len() > 1).collect(),
        }
    }

    /// Adds to the words of a question what means the same as they do.
    pub fn apply(&self, text: &str, slots: &mut [Slot]) {
        if self.groups.is_empty() || slots.is_empty() {
            return;
        }
        let mut stems = Stems::new();
        let words = analysis::words(text);
        let row = row(&words, &mut stems);
        let folded = analysis::fold(text);
        for group in &self.groups {
            for (index, member) in group.iter().enumerate() {
                let spoken_of = member.in_question(&row, &folded);
                for slot in slots
                    .iter_mut()
                    .filter(|slot| spoken_of.iter().any(|stem| stem == slot.stem()))
                {
                    let others = group.iter().enumerate().filter(|(other, _)| *other != index);
                    for (_, other) in others {
                        slot.add(other.stems.clone(), Way::Alike);
                    }
                }
            }
        }
    }
}

impl Member {
    fn of(text: &str, stems: &mut Stems) -> Member {
        let words = analysis::words(text);
        let han = words.iter().any(|word| word.script == Script::Han);
        Member {
            stems: row(&words, stems),
            han: han.then(|| analysis::fold(text.trim())),
        }
    }

    /// The stems of the question that this member covers; empty when it is not in the question.
    fn in_question(&self, row: &[String], folded: &str) -> Vec<String> {
        let found = row.windows(self.stems.len()).any(|part| part == self.stems);
        if found {
            return self.stems.clone();
        }
        match &self.han {
            // Cut otherwise in the question: every Chinese word of it that lies in the member is meant.
            Some(han) if folded.contains(han.as_str()) => row
                .iter()
                .filter(|stem| han.contains(stem.as_str()))
                .cloned()
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// One stem for each place: of a word and its parts the word.
pub(super) fn row(words: &[Word], stems: &mut Stems) -> Vec<String> {
    let mut row: Vec<String> = Vec::with_capacity(words.len());
    let mut at = None;
    for word in words {
        if at == Some(word.position) {
            row.pop();
        }
        row.push(stems.of(&word.text));
        at = Some(word.position);
    }
    row
}

#[cfg(test)]
mod tests {
    use super::super::meaning::slots;
    use super::super::question::Question;
    use super::*;

    fn groups() -> Synonyms {
        let group = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        Synonyms::of(&[
            group(&["VPN", "虚拟专用网", "remote access"]),
            group(&["laptop", "notebook", "笔记本电脑"]),
            group(&["alone"]),
        ])
    }

    fn alike(text: &str) -> Vec<String> {
        let mut slots = slots(&Question::read(text));
        groups().apply(text, &mut slots);
        let mut found: Vec<String> = slots
            .iter()
            .flat_map(|slot| &slot.alternatives)
            .filter(|alternative| alternative.way == Way::Alike)
            .map(|alternative| alternative.stems.join(" "))
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    #[test]
    fn a_word_brings_the_others_of_its_group_across_languages() {
        let found = alike("VPN drops");
        assert!(found.contains(&"remot access".to_owned()), "{found:?}");
        assert!(found.iter().any(|stems| stems.contains("虚拟")), "{found:?}");
    }

    #[test]
    fn a_phrase_counts_only_when_all_of_it_is_there() {
        assert!(alike("remote access is slow").contains(&"vpn".to_owned()));
        assert!(alike("remote printer").is_empty());
        assert!(alike("access denied").is_empty());
    }

    #[test]
    fn chinese_words_are_recognised_inside_a_sentence() {
        assert!(alike("我的虚拟专用网连不上").contains(&"vpn".to_owned()));
        assert!(alike("笔记本电脑很慢").contains(&"notebook".to_owned()));
    }

    #[test]
    fn a_group_of_one_means_nothing() {
        assert!(alike("alone").is_empty());
    }
}
