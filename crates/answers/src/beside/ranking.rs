//! Which of the articles that the search found fit a ticket best. Pure.
//!
//! Words decide first. What is known besides them moves an article by steps that are smaller than the difference between a good
//! and a poor match of words: the category, the software with its version, the device. What an article is worth scales it all, so
//! that of two that say the same the one that solved more stands first.

use knowledge::Number;

/// What is known of a ticket besides its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matter {
    /// Its category, as the word in the database.
    pub category: String,
    /// What it is about, technically.
    pub application: String,
    /// The version of that.
    pub version: String,
    /// The device, or what sort of one.
    pub device: String,
    /// The system that runs there.
    pub system: String,
}

/// An article that the search found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Candidate {
    /// Which.
    pub number: Number,
    /// How well its words match.
    pub found: f64,
    /// The category it is about.
    pub category: Option<String>,
    /// The software it is about.
    pub software: Option<String>,
    /// The version it holds for.
    pub version: Option<String>,
    /// Its title and tags.
    pub words: String,
    /// 0 to 1.
    pub worth: f64,
    /// It may no longer hold.
    pub is_outdated: bool,
}

/// As many as fit beside a ticket, one for each key.
pub const SHOWN: usize = 5;
/// Of the best match of words, what another must have.
const MATCH_LEAST: f64 = 0.35;
const CATEGORY: f64 = 0.15;
const SOFTWARE: f64 = 0.2;
const VERSION: f64 = 0.1;
const DEVICE: f64 = 0.1;
/// What an article without a single voice keeps of its points.
const WITHOUT_VOICE: f64 = 0.6;
const OUTDATED: f64 = 0.6;
/// Letters of a word that can name a device.
const WORD_LEAST: usize = 3;

/// The best first, at most [`SHOWN`].
#[must_use]
pub fn rank(matter: &Matter, candidates: &[Candidate]) -> Vec<Number> {
    let best = candidates.iter().map(|one| one.found).fold(0.0, f64::max);
    if best <= 0.0 {
        return Vec::new();
    }
    let mut ranked: Vec<(f64, Number)> = candidates
        .iter()
        .filter(|one| one.found >= best * MATCH_LEAST)
        .map(|one| (points(matter, one, best), one.number))
        .collect();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    ranked.into_iter().map(|(_, number)| number).take(SHOWN).collect()
}

fn points(matter: &Matter, one: &Candidate, best: f64) -> f64 {
    let mut points = one.found / best;
    if one
        .category
        .as_deref()
        .is_some_and(|category| category == matter.category)
    {
        points += CATEGORY;
    }
    if one
        .software
        .as_deref()
        .is_some_and(|software| is_about(matter, software))
    {
        points += SOFTWARE;
        points += match &one.version {
            Some(version) if !matter.version.is_empty() => {
                if is_version(&matter.version, version) {
                    VERSION
                } else {
                    -VERSION
                }
            }
            _ => 0.0,
        };
    }
    let words = one.words.to_lowercase();
    if [&matter.device, &matter.system]
        .iter()
        .any(|text| names(&words, text))
    {
        points += DEVICE;
    }
    let outdated = if one.is_outdated { OUTDATED } else { 1.0 };
    points * (WITHOUT_VOICE + (1.0 - WITHOUT_VOICE) * one.worth.clamp(0.0, 1.0)) * outdated
}

fn is_about(matter: &Matter, software: &str) -> bool {
    let software = software.trim().to_lowercase();
    let within = |text: &str| {
        let text = text.trim().to_lowercase();
        !text.is_empty() && (text.contains(&software) || software.contains(&text))
    };
    !software.is_empty() && (within(&matter.application) || within(&matter.system))
}

/// 4.2 holds for 4.2.1, and not for 4.20.
fn is_version(given: &str, held: &str) -> bool {
    let parts = |text: &str| -> Vec<String> {
        text.trim()
            .trim_start_matches(['v', 'V'])
            .split('.')
            .map(str::to_owned)
            .collect()
    };
    parts(given).starts_with(&parts(held))
}

fn names(words: &str, text: &str) -> bool {
    text.to_lowercase()
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() >= WORD_LEAST || !word.is_ascii() && word.chars().count() > 1)
        .any(|word| words.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(number: Number, found: f64) -> Candidate {
        Candidate {
            number,
            found,
            worth: 0.5,
            ..Candidate::default()
        }
    }

    #[test]
    fn words_decide_and_what_hardly_matches_is_left_out() {
        let candidates = [candidate(1, 3.0), candidate(2, 9.0), candidate(3, 8.0)];
        assert_eq!(rank(&Matter::default(), &candidates), [2, 3]);
        assert_eq!(rank(&Matter::default(), &[]), Vec::<Number>::new());
    }

    #[test]
    fn category_software_and_version_lift_what_matches_nearly_as_well() {
        let matter = Matter {
            category: "software".to_owned(),
            application: "ERP client".to_owned(),
            version: "4.2.1".to_owned(),
            ..Matter::default()
        };
        let mut right = candidate(1, 8.0);
        right.category = Some("software".to_owned());
        right.software = Some("ERP".to_owned());
        right.version = Some("4.2".to_owned());
        let mut other = right.clone();
        (other.number, other.version) = (2, Some("4.20".to_owned()));
        assert_eq!(rank(&matter, &[candidate(3, 9.0), other, right]), [1, 2, 3]);
    }

    #[test]
    fn of_two_that_say_the_same_the_one_that_solves_stands_first_and_an_outdated_one_last() {
        let mut proven = candidate(1, 5.0);
        proven.worth = 0.9;
        let mut outdated = candidate(2, 5.5);
        outdated.is_outdated = true;
        assert_eq!(
            rank(&Matter::default(), &[outdated, candidate(3, 5.2), proven]),
            [1, 3, 2]
        );
    }

    #[test]
    fn the_device_counts_when_the_title_names_it() {
        let matter = Matter {
            device: "HP LaserJet M404".to_owned(),
            ..Matter::default()
        };
        let mut right = candidate(2, 5.0);
        right.words = "LaserJet prints blank pages".to_owned();
        assert_eq!(rank(&matter, &[candidate(1, 5.2), right]), [2, 1]);
    }
}
