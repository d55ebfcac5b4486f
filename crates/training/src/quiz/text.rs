//! Tests as people write them: a line with the question, then a line for each answer, `[x]` before the right ones. Pure.
//!
//! ```text
//! Which of these mails is not what it says?
//! [ ] The invitation to the meeting on Monday
//! [x] The one that asks for your password
//! ```
//!
//! The two languages stand in two fields, the same questions in the same order; one of them may be empty.

use kernel::Locale;
use kernel::error::{Error, Result};

use super::{Choice, Question};

struct Written {
    text: String,
    choices: Vec<(String, bool)>,
}

/// Reads both fields.
///
/// # Errors
/// 422 when a line stands nowhere, or the two differ in their questions, answers, or right ones.
pub fn read(en: &str, zh: &str) -> Result<Vec<Question>> {
    let (en, zh) = (one(en, "questions_en")?, one(zh, "questions_zh")?);
    if en.is_empty() || zh.is_empty() {
        let is_english = zh.is_empty();
        let questions = if is_english { en } else { zh };
        return Ok(questions
            .iter()
            .map(|written| alone(written, is_english))
            .collect());
    }
    if en.len() != zh.len() {
        return Err(Error::invalid("training.questions_differ")
            .field("questions_zh")
            .arg("en", en.len())
            .arg("zh", zh.len()));
    }
    let both = (1_usize..).zip(en.iter().zip(&zh));
    both.map(|(number, (en, zh))| together(en, zh, number)).collect()
}

fn alone(written: &Written, is_english: bool) -> Question {
    let place = |text: &str| {
        if is_english {
            (text.to_owned(), String::new())
        } else {
            (String::new(), text.to_owned())
        }
    };
    let (en, zh) = place(&written.text);
    let choices = written.choices.iter().map(|(text, right)| {
        let (en, zh) = place(text);
        Choice {
            en,
            zh,
            right: *right,
        }
    });
    Question {
        en,
        zh,
        choices: choices.collect(),
    }
}

fn together(en: &Written, zh: &Written, number: usize) -> Result<Question> {
    let rights =
        |written: &Written| -> Vec<bool> { written.choices.iter().map(|(_, right)| *right).collect() };
    if rights(en) != rights(zh) {
        return Err(Error::invalid("training.answers_differ")
            .field("questions_zh")
            .arg("number", number));
    }
    let choices = en
        .choices
        .iter()
        .zip(&zh.choices)
        .map(|((en, right), (zh, _))| Choice {
            en: en.clone(),
            zh: zh.clone(),
            right: *right,
        });
    Ok(Question {
        en: en.text.clone(),
        zh: zh.text.clone(),
        choices: choices.collect(),
    })
}

fn one(text: &str, field: &str) -> Result<Vec<Written>> {
    let mut questions: Vec<Written> = Vec::new();
    let lines = (1_usize..).zip(text.lines().map(str::trim));
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        match (choice(line), questions.last_mut()) {
            (Some(choice), Some(question)) => question.choices.push(choice),
            (Some(_), None) => {
                return Err(Error::invalid("training.answer_first")
                    .field(field)
                    .arg("line", number));
            }
            (None, _) => questions.push(Written {
                text: line.to_owned(),
                choices: Vec::new(),
            }),
        }
    }
    Ok(questions)
}

/// An answer: `[x] text`, also as an item of a list, and with brackets of a Chinese keyboard.
fn choice(line: &str) -> Option<(String, bool)> {
    let line = line.strip_prefix("- ").unwrap_or(line).trim_start();
    let rest = line.strip_prefix(['[', '【', '［'])?;
    let end = rest.find([']', '】', '］'])?;
    let (mark, rest) = rest.split_at(end);
    let mut after = rest.chars();
    after.next();
    let right = match mark.trim() {
        "" => false,
        "x" | "X" | "✓" | "√" => true,
        _ => return None,
    };
    Some((after.as_str().trim().to_owned(), right))
}

/// Writes the field of one language; empty when nothing stands in it.
#[must_use]
pub fn write(questions: &[Question], locale: Locale) -> String {
    let pick = |en: &str, zh: &str| match locale {
        Locale::En => en.to_owned(),
        Locale::ZhCn => zh.to_owned(),
    };
    let question = |question: &Question| {
        let mut lines = vec![pick(&question.en, &question.zh)];
        lines.extend(question.choices.iter().map(|choice| {
            let mark = if choice.right { "[x]" } else { "[ ]" };
            format!("{mark} {}", pick(&choice.en, &choice.zh))
        }));
        lines.join("\n")
    };
    let is_written = |one: &&Question| !pick(&one.en, &one.zh).is_empty();
    let all: Vec<String> = questions.iter().filter(is_written).map(question).collect();
    all.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "Which mail is false?\n[ ] From Monday\n[x] Asks for a password\n\nWhom do you tell?\n[x] The service desk\n[ ] Nobody";
    const ZH: &str = "哪封邮件是假的？\n【 】周一的邮件\n【x】索要密码的邮件\n\n告诉谁？\n- [X] 服务台\n- [ ] 不告诉任何人";

    #[test]
    fn both_languages_become_one_test_and_are_written_back() {
        let questions = read(EN, ZH).unwrap();
        assert_eq!(questions.len(), 2);
        assert_eq!(questions[0].zh, "哪封邮件是假的？");
        assert_eq!(questions[0].choices[1].zh, "索要密码的邮件");
        assert!(questions[1].choices[0].right && !questions[1].choices[1].right);
        assert_eq!(write(&questions, Locale::En), EN);
        assert_eq!(
            read(&write(&questions, Locale::En), &write(&questions, Locale::ZhCn)).unwrap(),
            questions
        );
    }

    #[test]
    fn one_language_is_enough() {
        let questions = read("", ZH).unwrap();
        assert_eq!(questions[0].text(Locale::En), "哪封邮件是假的？");
        assert_eq!(write(&questions, Locale::En), "");
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_place() {
        let code = |en: &str, zh: &str| read(en, zh).unwrap_err().code().to_owned();
        assert_eq!(code("[x] right", ""), "training.answer_first");
        assert_eq!(code(EN, "哪封？\n[x] 一\n[ ] 二"), "training.questions_differ");
        assert_eq!(code(EN, &ZH.replace("【x】", "【 】")), "training.answers_differ");
    }

    #[test]
    fn a_question_may_begin_with_a_bracket() {
        assert_eq!(
            read("[VPN] What is it?\n[x] a\n[ ] b", "").unwrap()[0].en,
            "[VPN] What is it?"
        );
    }
}
