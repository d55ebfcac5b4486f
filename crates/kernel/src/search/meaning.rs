//! What each word of a question may stand for: itself, its parts, and what the index or the department knows of it.
//!
//! A word becomes a [`Slot`] with alternatives, each of them one or several stems in a row, and each less worth than the word
//! itself, so that exact words win. Pure; where alternatives come from is told by the files beside this one.

use super::analysis::Script;
use super::question::{Asked, Question};

/// How an alternative is related to the word that was typed; the nearer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// The word itself.
    Whole,
    /// The word is its beginning, and the person may still be typing.
    Completed,
    /// The department says that it means the same.
    Alike,
    /// It is written nearly like it.
    Near,
    /// A shorter word inside it.
    Part,
    /// It is its pinyin.
    Sounding,
}

impl Way {
    /// What a find is worth against the word itself.
    pub const fn nearness(self) -> f64 {
        match self {
            Way::Whole => 1.0,
            Way::Completed => 0.8,
            Way::Alike => 0.7,
            Way::Near | Way::Part => 0.5,
            Way::Sounding => 0.4,
        }
    }
}

/// Something that answers a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alternative {
    /// One stem, or several that must stand in a row.
    pub stems: Vec<String>,
    pub way: Way,
}

/// One word of the question with everything that answers it.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// As typed, folded.
    pub plain: String,
    pub script: Script,
    /// Where it stands in what was typed, in bytes.
    pub span: (usize, usize),
    /// The nearest first; the word itself is always the first.
    pub alternatives: Vec<Alternative>,
}

impl Slot {
    fn of(asked: &Asked) -> Slot {
        let (whole, parts) = match asked.terms.split_last() {
            Some((whole, parts)) => (whole.clone(), parts),
            None => (asked.plain.clone(), asked.terms.as_slice()),
        };
        let mut slot = Slot {
            plain: asked.plain.clone(),
            script: asked.script,
            span: asked.span,
            alternatives: vec![Alternative {
                stems: vec![whole],
                way: Way::Whole,
            }],
        };
        for part in parts {
            slot.add(vec![part.clone()], Way::Part);
        }
        slot
    }

    /// Adds an alternative unless it is there already.
    pub fn add(&mut self, stems: Vec<String>, way: Way) {
        let is_known = self.alternatives.iter().any(|known| known.stems == stems);
        if stems.is_empty() || is_known {
            return;
        }
        let place = self.alternatives.partition_point(|known| known.way <= way);
        self.alternatives.insert(place, Alternative { stems, way });
    }

    /// The stem of the word itself.
    pub fn stem(&self) -> &str {
        self.alternatives
            .first()
            .and_then(|whole| whole.stems.first())
            .map_or("", String::as_str)
    }

    pub fn has(&self, way: Way) -> bool {
        self.alternatives.iter().any(|known| known.way == way)
    }
}

/// The words of a question, each once.
pub(super) fn slots(question: &Question) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::with_capacity(question.asked.len());
    for asked in &question.asked {
        let slot = Slot::of(asked);
        if slots.iter().all(|known| known.stem() != slot.stem()) {
            slots.push(slot);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_itself_comes_first_and_nearer_ways_before_farther_ones() {
        let question = Question::read("打印机");
        let mut slots = slots(&question);
        slots[0].add(vec!["printer".to_owned()], Way::Alike);
        slots[0].add(vec!["打印".to_owned()], Way::Alike);
        let ways: Vec<(String, Way)> = slots[0]
            .alternatives
            .iter()
            .map(|known| (known.stems.join(" "), known.way))
            .collect();
        let expected = [
            ("打印机", Way::Whole),
            ("printer", Way::Alike),
            ("打印", Way::Part),
            ("印机", Way::Part),
        ];
        assert_eq!(ways, expected.map(|(stem, way)| (stem.to_owned(), way)));
    }

    #[test]
    fn a_word_asked_twice_is_one() {
        assert_eq!(slots(&Question::read("printer printers printing jam")).len(), 3);
        assert_eq!(slots(&Question::read("jam JAM jams")).len(), 1);
    }
}
