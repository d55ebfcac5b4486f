//! How mail programs announce the text they quote, in the languages they do it in.
//!
//! Three forms: a sentence ("On Monday, Ann wrote:", "在 2024年1月2日，张三 写道："), a ruled heading ("-----Original
//! Message-----", "------------------ 原始邮件 ------------------"), and a block of header fields (Outlook, Foxmail).

use super::quote_words as words;

/// What announces a quotation, and over how many lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Announcement {
    /// The quoted lines behind it are expected to be marked; own text may follow them.
    Sentence(usize),
    /// Everything behind it is quoted.
    Heading(usize),
}

const MAX_LINE_BYTES: usize = 1_000;
const MAX_SENTENCE_LINES: usize = 4;

/// The announcement that starts at the first of `lines`.
pub(super) fn announcement(lines: &[&str]) -> Option<Announcement> {
    let first = lines.first().filter(|line| line.len() <= MAX_LINE_BYTES)?;
    let ruled = is_ruled_heading(first).then_some(1);
    if let Some(count) = ruled
        .or_else(|| ruled_block(lines))
        .or_else(|| field_block(lines))
    {
        return Some(Announcement::Heading(count));
    }
    sentence(lines).map(Announcement::Sentence)
}

/// The line with which a program begins a forwarded message.
pub(super) fn is_forward(line: &str) -> bool {
    let text = plain(line);
    if text.len() > MAX_LINE_BYTES {
        return false;
    }
    let lower = text.to_lowercase();
    if lower.starts_with("begin forwarded message") || lower.starts_with("anfang der weitergeleiteten") {
        return true;
    }
    let (inner, rule) = without_rule(&lower);
    rule >= 2 && words::each(words::FORWARDS).any(|word| inner.starts_with(word))
}

fn is_ruled_heading(line: &str) -> bool {
    let lower = plain(line).to_lowercase();
    let (inner, rule) = without_rule(&lower);
    if rule < 2 {
        return false;
    }
    let inner = inner.trim_end_matches([':', '：']);
    // Lotus Notes: `-----"Ann" <ann@example.com> wrote: -----`.
    words::each(words::ORIGINALS).any(|word| word == inner) || (inner.contains('@') && ends_with_verb(inner))
}

/// A line without the rule around its words, and how long the rule in front is.
fn without_rule(line: &str) -> (&str, usize) {
    let is_rule = |letter: char| matches!(letter, '-' | '_' | '=' | '—' | '─' | '–' | '*' | '~');
    let inner = line.trim_start_matches(is_rule);
    let rule = line.chars().count() - inner.chars().count();
    (
        inner
            .trim_end_matches(is_rule)
            .trim_matches(|letter: char| letter.is_whitespace()),
        rule,
    )
}

/// A rule with a block of fields close below it.
fn ruled_block(lines: &[&str]) -> Option<usize> {
    let (inner, rule) = without_rule(lines.first()?.trim());
    if !inner.is_empty() || rule < 5 {
        return None;
    }
    let blanks = lines
        .iter()
        .skip(1)
        .take(2)
        .take_while(|line| plain(line).is_empty())
        .count();
    field_block(lines.get(1 + blanks..)?).map(|count| count + 1 + blanks)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    From,
    Sent,
    To,
    Subject,
    Other,
}

/// From, Sent, To, Subject in any order and language, one below the other.
fn field_block(lines: &[&str]) -> Option<usize> {
    let mut seen: Vec<Key> = Vec::new();
    let (mut count, mut strangers) = (0, 0);
    for (index, line) in lines.iter().take(16).enumerate() {
        let text = plain(line);
        match key_of(text) {
            Some(Key::Other) if index == 0 => return None,
            Some(key) => {
                seen.push(key);
                count = index + 1;
                strangers = 0;
            }
            None if text.is_empty() || index == 0 || strangers >= 3 => break,
            // A long list of recipients goes on in the next line.
            None => strangers += 1,
        }
    }
    let has = |key| seen.contains(&key);
    (has(Key::From) && (has(Key::Sent) || (has(Key::To) && has(Key::Subject)))).then_some(count)
}

fn key_of(line: &str) -> Option<Key> {
    let (key, _) = line.split_once([':', '：'])?;
    if key.len() > 60 {
        return None;
    }
    let key = plain(key).to_lowercase();
    // Programs pad Chinese keys to equal width: `主 题：`.
    let compact: String = if key.is_ascii() {
        key
    } else {
        key.split_whitespace().collect::<Vec<_>>().join("")
    };
    let is = |list| {
        words::each(list)
            .any(|word| word == compact || (!word.is_ascii() && word.replace(' ', "") == compact))
    };
    [
        (Key::From, words::FROM),
        (Key::Sent, words::SENT),
        (Key::To, words::TO),
        (Key::Subject, words::SUBJECT),
        (Key::Other, words::OTHER),
    ]
    .into_iter()
    .find(|(_, list)| is(*list))
    .map(|(key, _)| key)
}

/// "On …, … wrote:" over at most four lines.
fn sentence(lines: &[&str]) -> Option<usize> {
    let reach = lines
        .iter()
        .take(MAX_SENTENCE_LINES)
        .take_while(|line| !plain(line).is_empty() && line.len() <= MAX_LINE_BYTES);
    let reach = reach.count();
    let count = (1..=reach).find(|count| is_sentence(&lines[..*count]))?;
    // Own words just above the sentence are not part of it: the shortest stretch that is one by itself counts.
    let starts_later = (1..count).any(|start| is_sentence(&lines[start..count]));
    if starts_later {
        return None;
    }
    Some(count)
}

fn is_sentence(lines: &[&str]) -> bool {
    let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
        return false;
    };
    if last.trim_start().starts_with('>') || !plain(last).ends_with([':', '：']) || !may_start(plain(first))
    {
        return false;
    }
    let joined = lines.iter().map(|line| plain(line)).collect::<Vec<_>>().join(" ");
    let text = joined.trim_end_matches([':', '：', ' ']);
    if text.chars().count() > 400 || !text.contains(|letter: char| letter.is_ascii_digit()) {
        return false;
    }
    ends_with_verb(text) || (text.contains('@') && has_date(text) && text.contains(['<', '"', '[', '(']))
}

fn may_start(line: &str) -> bool {
    let lower = line.to_lowercase();
    words::each(words::OPENERS).any(|opener| lower.starts_with(opener))
        || lower.starts_with(|letter: char| letter.is_ascii_digit())
        || has_date(&lower)
}

fn ends_with_verb(text: &str) -> bool {
    let lower = text.trim_end_matches([':', '：', ' ', '*']).to_lowercase();
    words::each(words::VERBS).any(|verb| {
        // A European verb is a word of its own; Chinese and Japanese have no spaces to tell.
        lower.strip_suffix(verb).is_some_and(|before| {
            let alone = !before.ends_with(char::is_alphabetic);
            alone
                || !verb.chars().next().is_some_and(|letter| {
                    letter.is_ascii_alphabetic() || ('\u{400}'..'\u{500}').contains(&letter)
                })
        })
    })
}

/// "ann@example.com (Ann) writes:" without a date; only believed when marked lines follow.
pub(super) fn is_attribution(line: &str) -> bool {
    let text = plain(line);
    text.len() <= 300
        && text.ends_with([':', '：'])
        && (ends_with_verb(text) || (text.contains('@') && text.contains('<')))
}

/// A year from 1990 to 2099, or a time of day.
fn has_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    (0..bytes.len()).any(|at| {
        let is_year = (bytes[at..].starts_with(b"19") || bytes[at..].starts_with(b"20"))
            && digit(at + 2)
            && digit(at + 3)
            && !digit(at + 4)
            && (at == 0 || !digit(at - 1));
        is_year || (digit(at) && bytes.get(at + 1) == Some(&b':') && digit(at + 2) && digit(at + 3))
    })
}

/// A line without blanks of any kind, invisible direction marks, and emphasis at its ends.
pub(super) fn plain(line: &str) -> &str {
    line.trim_matches(|letter: char| {
        letter.is_whitespace()
            || matches!(letter, '*' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str) -> Option<Announcement> {
        announcement(&text.lines().collect::<Vec<_>>())
    }

    #[test]
    fn sentences_are_known_in_many_languages() {
        for text in [
            "On Apr 3, 2012, at 4:19 PM, bob <bob@example.com> wrote:",
            "On Tue, Apr 3, 2012 at 4:19 PM,\nbob <bob@example.com>\nwrote:",
            "Am 03.04.2012 um 16:19 schrieb Bob <bob@example.com>:",
            "Le 3 avril 2012 16:19, Bob <bob@example.com> a écrit :",
            "El 3 de abril de 2012, Bob escribió:",
            "Op 3 april 2012 16:19 schreef Bob <bob@example.com>:",
            "W dniu 3 kwietnia 2012 16:19 użytkownik Bob <bob@example.com> napisał:",
            "02.04.2012 14:20 пользователь \"bob@example.com\" <\nbob@example.com> написал:",
            "26.06.2014, 14:41, \"Alexander L\" <abc@example.com>:",
            "Thu, 26 Jun 2014 14:00:51 +0400 от Alexander L <abc@example.com>:",
            "在 2024年1月2日，上午10:11，张三 <zhang@example.com> 写道：",
            "在 2024-01-02 10:11:12，\"张三\" <zhang@example.com> 写道：",
            "张三 <zhang@example.com> 于2024年1月2日周二 10:11写道：",
            "At 2024-01-02 10:11:12, \"zhang\" <zhang@example.com> wrote:",
        ] {
            assert_eq!(
                starts(text),
                Some(Announcement::Sentence(text.lines().count())),
                "{text}"
            );
        }
    }

    #[test]
    fn headings_and_blocks_are_known() {
        for text in [
            "-----Original Message-----",
            "----- Original Message -----",
            "------------------ 原始邮件 ------------------",
            "------------------\u{a0}原始邮件\u{a0}------------------",
            "---- 回复的原邮件 ----",
            "-----Ursprüngliche Nachricht-----",
            "From: Bob\nSent: Monday\nTo: Ann\nSubject: Test",
            "发件人： 张三\n发送时间： 2024年1月2日\n收件人： 李四\n主题： 打印机",
            "发件人: zhang@example.com\n日期: 2024-01-02\n主 题: 打印机",
            "________________________________\nFrom: Bob\nDate: Monday",
            "*From:* Bob\n*Date:* Monday\n*To:* Ann",
            "От: Боб\nОтправлено: четверг\nКому: Анна",
        ] {
            assert_eq!(
                starts(text),
                Some(Announcement::Heading(text.lines().count())),
                "{text}"
            );
        }
    }

    #[test]
    fn ordinary_text_announces_nothing() {
        for text in [
            "Hello\nOn Apr 3, 2012, at 4:19 PM, bob wrote:",
            "From: the printer comes a strange noise",
            "To: do list\nbuy paper",
            "I tried these steps at 10:30:",
            "On Monday I wrote a report.",
            "------------------",
            "Date: today\nTime: now",
            "步骤如下：",
        ] {
            assert_eq!(starts(text), None, "{text}");
        }
    }
}
