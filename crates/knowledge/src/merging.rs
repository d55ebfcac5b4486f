//! Two people's changes to one text become one, line by line. Pure, and nobody's words are lost.
//!
//! Where both changed the same lines, both stand: theirs (who saved first), then mine. Lines that one added just beside a change
//! of the other's are no conflict: they follow each other. A line that one removed and the other changed stays as changed.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::text::Words;

/// Longer changes of the same place than this, in lines, are not compared with each other: both stand whole.
const LOOKED_AT: usize = 4_000;
/// Lines compared in one tangle of changes; what comes behind them stands whole.
const LOOKED_AT_TOGETHER: usize = 100_000;

/// The text that holds both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The text.
    pub text: String,
    /// How often both had changed the same lines.
    pub conflicts: usize,
}

/// A place where one side says something else than the base.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Change {
    base: Range<usize>,
    side: Range<usize>,
}

/// Merges two sets of changes to a text. Lines end with `\n`.
#[must_use]
pub fn three_way(base: &str, mine: &str, theirs: &str) -> Merged {
    if mine == theirs || base == theirs {
        return settled(mine);
    }
    if base == mine {
        return settled(theirs);
    }
    let (base, mine, theirs) = (lines(base), lines(mine), lines(theirs));
    let (lines, conflicts) = merge(&base, &mine, &theirs);
    Merged {
        text: lines.join("\n"),
        conflicts,
    }
}

/// Merges the words of an article: title and summary word by word, tags as a set, the body line by line.
#[must_use]
pub fn words(base: &Words, mine: &Words, theirs: &Words) -> (Words, usize) {
    let title = of_a_line(&base.title, &mine.title, &theirs.title);
    let summary = of_a_line(&base.summary, &mine.summary, &theirs.summary);
    let body = three_way(&base.body, &mine.body, &theirs.body);
    let mut tags: Vec<String> = theirs.tags.clone();
    // What I took out goes, what I put in comes; the rest is as they left it.
    tags.retain(|tag| mine.tags.contains(tag) || !base.tags.contains(tag));
    for tag in mine.tags.iter().filter(|tag| !base.tags.contains(tag)) {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    let conflicts = title.conflicts + summary.conflicts + body.conflicts;
    let words = Words {
        title: title.text,
        summary: summary.text,
        tags,
        body: body.text,
    };
    (words, conflicts)
}

fn settled(text: &str) -> Merged {
    Merged {
        text: text.to_owned(),
        conflicts: 0,
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').collect()
}

/// [`three_way`] for what is one line: its words are what lines are to a text.
fn of_a_line(base: &str, mine: &str, theirs: &str) -> Merged {
    if mine == theirs || base == theirs {
        return settled(mine);
    }
    if base == mine {
        return settled(theirs);
    }
    let (base, mine, theirs) = (pieces(base), pieces(mine), pieces(theirs));
    let (pieces, conflicts) = merge(&base, &mine, &theirs);
    let mut text = String::new();
    for piece in pieces {
        // Words that did not stand beside each other before need a space between them now.
        let meet = (text.chars().next_back(), piece.chars().next());
        if let (Some(before), Some(after)) = meet
            && before.is_ascii_alphanumeric()
            && after.is_ascii_alphanumeric()
        {
            text.push(' ');
        }
        text.push_str(piece);
    }
    Merged { text, conflicts }
}

/// Words of Latin letters whole, spaces and everything else by the character.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut from = 0;
    let mut in_word = false;
    for (place, letter) in text.char_indices() {
        let is_word = letter.is_ascii_alphanumeric();
        if place > from && !(is_word && in_word) {
            pieces.push(&text[from..place]);
            from = place;
        }
        in_word = is_word;
    }
    if from < text.len() {
        pieces.push(&text[from..]);
    }
    pieces
}

fn merge<'a>(base: &[&'a str], mine: &[&'a str], theirs: &[&'a str]) -> (Vec<&'a str>, usize) {
    let mut names = HashMap::new();
    let base_names = named(&mut names, base);
    let my_changes = changes(&base_names, &named(&mut names, mine));
    let their_changes = changes(&base_names, &named(&mut names, theirs));
    let mut weave = Weave {
        base,
        mine,
        theirs,
        at: 0,
        out: Vec::with_capacity(mine.len().max(theirs.len())),
        conflicts: 0,
    };
    let (mut my, mut their) = (my_changes.as_slice(), their_changes.as_slice());
    loop {
        match (my.first(), their.first()) {
            (None, None) => break,
            (Some(first), None) => {
                weave.take(first, mine);
                my = &my[1..];
            }
            (None, Some(first)) => {
                weave.take(first, theirs);
                their = &their[1..];
            }
            (Some(one), Some(other)) if is_before(one, other) => {
                weave.take(one, mine);
                my = &my[1..];
            }
            (Some(one), Some(other)) if is_before(other, one) => {
                weave.take(other, theirs);
                their = &their[1..];
            }
            (Some(_), Some(_)) => {
                let (my_count, their_count) = weave.tangle(my, their);
                (my, their) = (&my[my_count..], &their[their_count..]);
            }
        }
    }
    weave.keep_to(base.len());
    (weave.out, weave.conflicts)
}

/// Whether a change ends where the other begins, or earlier; two that only add, at the same place, do not.
const fn is_before(one: &Change, other: &Change) -> bool {
    let both_add = one.base.start == one.base.end && other.base.start == other.base.end;
    one.base.end <= other.base.start && !(both_add && one.base.start == other.base.start)
}

struct Weave<'a, 'b> {
    base: &'b [&'a str],
    mine: &'b [&'a str],
    theirs: &'b [&'a str],
    /// How far of the base is settled.
    at: usize,
    out: Vec<&'a str>,
    conflicts: usize,
}

impl<'a, 'b> Weave<'a, 'b> {
    fn keep_to(&mut self, end: usize) {
        if self.at < end {
            self.out.extend_from_slice(&self.base[self.at..end]);
            self.at = end;
        }
    }

    fn take(&mut self, change: &Change, side: &'b [&'a str]) {
        self.keep_to(change.base.start);
        self.out.extend_from_slice(&side[change.side.clone()]);
        self.at = self.at.max(change.base.end);
    }

    /// Settles all changes that hang together here; gives back how many of each side.
    fn tangle(&mut self, my: &[Change], their: &[Change]) -> (usize, usize) {
        let (mut my_count, mut their_count) = (1, 1);
        let mut end = my[0].base.end.max(their[0].base.end);
        loop {
            let is_in = |change: &&Change| change.base.start < end;
            if let Some(more) = my.get(my_count).filter(is_in) {
                end = end.max(more.base.end);
                my_count += 1;
            } else if let Some(more) = their.get(their_count).filter(is_in) {
                end = end.max(more.base.end);
                their_count += 1;
            } else {
                break;
            }
        }
        let (my, their) = (&my[..my_count], &their[..their_count]);
        let start = my[0].base.start.min(their[0].base.start);
        self.keep_to(start);
        // Their text of this stretch as they left it, then whatever I added; equal changes stand once.
        let theirs_from = self.out.len();
        let mut at = start;
        for change in their {
            self.out.extend_from_slice(&self.base[at..change.base.start]);
            self.out.extend_from_slice(&self.theirs[change.side.clone()]);
            at = change.base.end;
        }
        self.out.extend_from_slice(&self.base[at..end]);
        let known: HashSet<(&Range<usize>, &[&str])> = their
            .iter()
            .map(|change| (&change.base, &self.theirs[change.side.clone()]))
            .collect();
        let is_theirs = |change: &Change| known.contains(&(&change.base, &self.mine[change.side.clone()]));
        let own: Vec<&Change> = my.iter().filter(|change| !is_theirs(change)).collect();
        let from = self.out.len();
        let mut looked_at = 0;
        for change in &own {
            let mine = &self.mine[change.side.clone()];
            looked_at += from - theirs_from + mine.len();
            if looked_at > LOOKED_AT_TOGETHER {
                self.out.extend_from_slice(mine);
                continue;
            }
            // What both wrote in their otherwise different changes stands once, too.
            let added = added(&self.out[theirs_from..from], mine);
            self.out.extend(added);
        }
        let contradicts = |change: &&&Change| !change.base.is_empty();
        if own.iter().any(|change| contradicts(&change)) {
            self.conflicts += 1;
        }
        self.at = end;
        (my_count, their_count)
    }
}

/// The lines of the second text that the first does not have, in their order.
fn added<'a>(first: &[&str], second: &[&'a str]) -> Vec<&'a str> {
    if first.len() + second.len() > LOOKED_AT {
        return second.to_vec();
    }
    let ops = capture_diff_slices(Algorithm::Myers, first, second);
    let fresh = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    fresh
        .flat_map(|op| second[op.new_range()].iter().copied())
        .collect()
}

/// A number for each different line, so that comparing two is comparing numbers.
fn named<'a>(names: &mut HashMap<&'a str, u32>, lines: &[&'a str]) -> Vec<u32> {
    lines
        .iter()
        .map(|line| {
            let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
            *names.entry(line).or_insert(next)
        })
        .collect()
}

fn changes(base: &[u32], side: &[u32]) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, base, side) {
        let (base, side) = match op {
            DiffOp::Equal { .. } => continue,
            _ => (op.old_range(), op.new_range()),
        };
        match found.last_mut() {
            Some(last) if last.base.end == base.start && last.side.end == side.start => {
                last.base.end = base.end;
                last.side.end = side.end;
            }
            _ => found.push(Change { base, side }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn text(base: &str, mine: &str, theirs: &str) -> String {
        three_way(base, mine, theirs).text
    }

    #[test]
    fn changes_in_different_places_are_both_there() {
        let merged = three_way("a\nb\nc\nd", "A\nb\nc\nd", "a\nb\nc\nD");
        assert_eq!(merged.text, "A\nb\nc\nD");
        assert_eq!(merged.conflicts, 0);
    }

    #[test]
    fn changes_to_the_same_line_both_stand_mine_after_theirs() {
        let merged = three_way("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc");
        assert_eq!(merged.text, "a\ntheirs\nmine\nc");
        assert_eq!(merged.conflicts, 1);
    }

    #[test]
    fn what_both_wrote_stands_once() {
        assert_eq!(text("a\nb", "a\nx\nb", "a\nx\nb\ny"), "a\nx\nb\ny");
    }

    #[test]
    fn what_both_wrote_in_different_changes_stands_once() {
        let merged = three_way("old\ntext", "new\nwords\nhere\n", "new\nwords\nthere");
        assert_eq!(merged.text, "new\nwords\nthere\nhere\n");
    }

    #[test]
    fn two_who_write_on_at_the_end_get_both_paragraphs() {
        let mut kept = "start".to_owned();
        let (mut anna, mut bert) = (kept.clone(), kept.clone());
        let (mut anna_base, mut bert_base) = (kept.clone(), kept.clone());
        for step in 0..20 {
            // Each writes on in the last line of the own, and saves.
            anna = if step == 0 {
                format!("{anna}\nanna0")
            } else {
                anna.replace(&format!("anna{}", step - 1), &format!("anna{step}"))
            };
            kept = text(&anna_base, &anna, &kept);
            (anna, anna_base) = (kept.clone(), kept.clone());
            bert = if step == 0 {
                format!("{bert}\nbert0")
            } else {
                bert.replace(&format!("bert{}", step - 1), &format!("bert{step}"))
            };
            kept = text(&bert_base, &bert, &kept);
            (bert, bert_base) = (kept.clone(), kept.clone());
        }
        let mut last: Vec<&str> = kept.lines().collect();
        last.sort_unstable();
        assert_eq!(last, ["anna19", "bert19", "start"]);
    }

    #[test]
    fn a_removed_line_that_the_other_changed_stays_changed() {
        let merged = three_way("a\nb\nc", "a\nc", "a\nB\nc");
        assert_eq!(merged.text, "a\nB\nc");
        assert_eq!(merged.conflicts, 1);
    }

    #[test]
    fn titles_are_merged_by_words_and_tags_as_a_set() {
        let base = Words {
            title: "VPN does not connect".to_owned(),
            tags: vec!["vpn".to_owned(), "old".to_owned()],
            ..Words::default()
        };
        let mine = Words {
            title: "VPN does not connect at home".to_owned(),
            tags: vec!["vpn".to_owned(), "home".to_owned()],
            ..Words::default()
        };
        let theirs = Words {
            title: "The VPN does not connect".to_owned(),
            tags: vec!["vpn".to_owned(), "old".to_owned(), "tunnel".to_owned()],
            ..Words::default()
        };
        let (merged, conflicts) = words(&base, &mine, &theirs);
        assert_eq!(merged.title, "The VPN does not connect at home");
        assert_eq!(merged.tags, ["vpn", "tunnel", "home"]);
        assert_eq!(conflicts, 0);
    }

    #[test]
    fn the_largest_texts_are_merged_while_nobody_waits() {
        // Half a megabyte that shares nothing, line by line, and the same on the other side.
        let text = |word: &str| {
            (0..25_000)
                .map(|line| format!("{word} {line:08}"))
                .collect::<Vec<_>>()
                .join("\n")
        };
        let (base, mine, theirs) = (text("base"), text("mine"), text("them"));
        let merged = three_way(&base, &mine, &theirs);
        assert_eq!(merged.text.lines().count(), 50_000);
        let shuffled = |step: usize| {
            let lines: Vec<&str> = base.lines().collect();
            let moved = (0..lines.len()).map(|place| lines[place * step % lines.len()]);
            moved.collect::<Vec<_>>().join("\n")
        };
        assert!(three_way(&base, &shuffled(7_919), &shuffled(104_729)).text.len() >= base.len());
    }

    fn document() -> impl Strategy<Value = String> {
        proptest::collection::vec("[a-d]{0,2}", 0..12).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn every_line_that_either_added_is_in_the_result(base in document(), mine in document(), theirs in document()) {
            let merged = three_way(&base, &mine, &theirs);
            let known: BTreeSet<&str> = base.split('\n').collect();
            let there: BTreeSet<&str> = merged.text.split('\n').collect();
            for side in [&mine, &theirs] {
                for line in side.split('\n').filter(|line| !known.contains(line)) {
                    prop_assert!(there.contains(line), "{line:?} is missing from {:?}", merged.text);
                }
            }
        }

        #[test]
        fn who_changed_nothing_changes_nothing(base in document(), other in document()) {
            prop_assert_eq!(text(&base, &other, &base), other.clone());
            prop_assert_eq!(text(&base, &base, &other), other.clone());
            prop_assert_eq!(text(&base, &other, &other), other);
        }

        #[test]
        fn a_line_that_neither_touched_stays(base in document(), mine in document(), theirs in document()) {
            let merged = three_way(&base, &mine, &theirs);
            let there: BTreeSet<&str> = merged.text.split('\n').collect();
            let (mine, theirs): (Vec<&str>, Vec<&str>) = (mine.split('\n').collect(), theirs.split('\n').collect());
            let count = |text: &[&str], line: &str| text.iter().filter(|one| **one == line).count();
            let base: Vec<&str> = base.split('\n').collect();
            for line in &base {
                if count(&mine, line) >= count(&base, line) && count(&theirs, line) >= count(&base, line) {
                    prop_assert!(there.contains(line));
                }
            }
        }

        #[test]
        fn titles_lose_no_letters_that_either_added(base in "[a-c ]{0,8}", mine in "[a-e ]{0,8}", theirs in "[a-c夏秋 ]{0,8}") {
            let merged = of_a_line(&base, &mine, &theirs).text;
            for letter in ['d', 'e'] {
                prop_assert!(!mine.contains(letter) || merged.contains(letter));
            }
            for letter in ['夏', '秋'] {
                prop_assert!(!theirs.contains(letter) || merged.contains(letter));
            }
        }
    }
}
