//! Telling what somebody wrote from what they quote. Every line goes somewhere; none is dropped.
//!
//! The method is that of mailgun's talon: mark every line as text, quoted, announcement, or forward, and decide on the
//! pattern of marks. Where quoted and own lines alternate (answers between the lines) nothing is folded, because the
//! answers mean nothing without the questions. Where a message is forwarded nothing is folded either: what was
//! forwarded is what they wanted to say.

use super::html::Line;
use super::quote_rules::{self, Announcement};
use super::signature;

/// The three parts of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    pub reply: String,
    pub quoted: String,
    pub signature: String,
}

/// What the header says about the text: it changes how a quotation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    New,
    Reply,
    Forward,
}

impl Occasion {
    /// Reads the occasion from the subject's prefix and from whether the message says what it answers.
    pub fn of(subject: &str, answers_something: bool) -> Occasion {
        const FORWARDS: [&str; 14] = [
            "fw", "fwd", "wg", "tr", "rv", "enc", "转发", "轉寄", "轉發", "i", "doorst", "vs", "pd", "转",
        ];
        const REPLIES: [&str; 12] = [
            "re",
            "aw",
            "回复",
            "回覆",
            "答复",
            "答覆",
            "回信",
            "sv",
            "antw",
            "res",
            "odp",
            "ответ",
        ];
        let prefix = subject
            .split_once([':', '：'])
            .map(|(prefix, _)| prefix.trim().to_lowercase())
            .unwrap_or_default();
        if FORWARDS.contains(&prefix.as_str()) {
            Occasion::Forward
        } else if answers_something || REPLIES.contains(&prefix.as_str()) {
            Occasion::Reply
        } else {
            Occasion::New
        }
    }
}

/// Splits plain text.
pub fn fold_text(text: &str, occasion: Occasion) -> Folded {
    let lines: Vec<Line> = text
        .lines()
        .map(|line| Line {
            text: line.to_owned(),
            quoted: false,
        })
        .collect();
    fold(&lines, occasion)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Empty,
    Text,
    /// Marked with `>`.
    Quoted,
    /// Declared as quoted by the HTML.
    Declared,
    Sentence,
    Heading,
    Forward,
}

impl Mark {
    fn is_quoted(self) -> bool {
        matches!(self, Mark::Quoted | Mark::Declared)
    }
}

pub(crate) fn fold(lines: &[Line], occasion: Occasion) -> Folded {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let mut marks = mark(lines, &texts);
    distrust_lonely_quotes(&mut marks);
    let keep: Vec<bool> = decide(&marks, occasion);
    let own: Vec<&str> = texts
        .iter()
        .zip(&keep)
        .filter(|(_, keep)| **keep)
        .map(|(text, _)| *text)
        .collect();
    let quoted: Vec<&str> = texts
        .iter()
        .zip(&keep)
        .filter(|(_, keep)| !**keep)
        .map(|(text, _)| *text)
        .collect();
    if occasion != Occasion::Reply && own.iter().all(|line| line.trim().is_empty()) {
        // Nothing of their own and no answer to anything: the quotation is the message.
        return Folded {
            reply: join(&texts),
            ..Folded::default()
        };
    }
    let split = signature::start(&own);
    Folded {
        reply: join(&own[..split]),
        quoted: join(&quoted),
        signature: join(&own[split..]),
    }
}

fn mark(lines: &[Line], texts: &[&str]) -> Vec<Mark> {
    let mut marks = Vec::with_capacity(lines.len());
    while marks.len() < lines.len() {
        let at = marks.len();
        let line = &lines[at];
        let shown = quote_rules::plain(&line.text);
        let is_marked = line.text.trim_start().starts_with('>');
        if shown.is_empty() {
            marks.push(Mark::Empty);
        } else if !is_marked && quote_rules::is_forward(shown) {
            marks.push(Mark::Forward);
        } else if line.quoted {
            marks.push(Mark::Declared);
        } else if is_marked {
            marks.push(Mark::Quoted);
        } else {
            match quote_rules::announcement(&texts[at..]) {
                Some(Announcement::Sentence(count)) => {
                    marks.extend(std::iter::repeat_n(Mark::Sentence, count))
                }
                Some(Announcement::Heading(count)) => marks.extend(std::iter::repeat_n(Mark::Heading, count)),
                None if quote_rules::is_attribution(shown) && quote_follows(&lines[at + 1..]) => {
                    marks.push(Mark::Sentence)
                }
                None => marks.push(Mark::Text),
            }
        }
    }
    marks
}

fn quote_follows(lines: &[Line]) -> bool {
    let next = lines.iter().take(3).find(|line| !line.text.trim().is_empty());
    next.is_some_and(|line| line.quoted || line.text.trim_start().starts_with('>'))
}

/// One or two lines that begin with `>` and nothing else that speaks of quoting are more likely just text.
fn distrust_lonely_quotes(marks: &mut [Mark]) {
    let announced = marks
        .iter()
        .any(|mark| matches!(mark, Mark::Sentence | Mark::Heading | Mark::Declared));
    if announced {
        return;
    }
    let (mut run, mut longest) = (0, 0);
    for mark in marks.iter() {
        match mark {
            Mark::Quoted => run += 1,
            Mark::Empty => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    if longest < 3 {
        marks
            .iter_mut()
            .filter(|mark| **mark == Mark::Quoted)
            .for_each(|mark| *mark = Mark::Text);
    }
}

/// For every line, whether it stays in sight.
fn decide(marks: &[Mark], occasion: Occasion) -> Vec<bool> {
    let mut keep = vec![true; marks.len()];
    let first_of =
        |wanted: fn(Mark) -> bool| marks.iter().position(|mark| wanted(*mark)).unwrap_or(marks.len());
    let forward = first_of(|mark| mark == Mark::Forward);
    let quotation = first_of(|mark| mark.is_quoted() || matches!(mark, Mark::Sentence | Mark::Heading));
    if occasion == Occasion::Forward || forward < quotation {
        return keep;
    }
    let end = hard_end(marks);
    keep[end..].fill(false);
    let before = &marks[..end];
    let Some(start) = before
        .iter()
        .position(|mark| mark.is_quoted() || *mark == Mark::Sentence)
    else {
        return keep;
    };
    let last = before.iter().rposition(|mark| mark.is_quoted()).unwrap_or(start);
    if last < start || answers_between_lines(&before[start..=last]) {
        return keep;
    }
    keep[start..=last].fill(false);
    keep
}

/// Where everything from here on is quoted: a heading, or a sentence followed by unmarked text.
fn hard_end(marks: &[Mark]) -> usize {
    for (at, mark) in marks.iter().enumerate() {
        match mark {
            Mark::Heading => return at,
            Mark::Sentence if at == 0 || marks[at - 1] != Mark::Sentence => {
                let follows = marks[at..]
                    .iter()
                    .find(|mark| !matches!(mark, Mark::Sentence | Mark::Empty));
                if follows.is_none_or(|mark| !mark.is_quoted()) {
                    return at;
                }
            }
            _ => {}
        }
    }
    marks.len()
}

fn answers_between_lines(marks: &[Mark]) -> bool {
    let first_quoted = marks
        .iter()
        .position(|mark| mark.is_quoted())
        .unwrap_or(marks.len());
    marks[first_quoted.min(marks.len())..].contains(&Mark::Text)
}

/// Lines joined, without the blank ones at both ends.
fn join(lines: &[&str]) -> String {
    let is_blank = |line: &&str| line.trim().is_empty();
    let Some(first) = lines.iter().position(|line| !is_blank(line)) else {
        return String::new();
    };
    let last = lines.iter().rposition(|line| !is_blank(line)).unwrap_or(first);
    lines[first..=last]
        .iter()
        .map(|line| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n")
}
