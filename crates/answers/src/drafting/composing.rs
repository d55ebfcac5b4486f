//! What a draft says, from what a ticket and its diagnosis say. Pure.

use kernel::Locale;

/// The parts of a fault, as articles of that kind have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fault {
    /// What people see, in a line.
    pub title: String,
    /// What people see.
    pub symptom: String,
    /// On what.
    pub environment: String,
    /// Why.
    pub cause: String,
    /// What helps.
    pub solution: String,
    /// How one knows that it helped.
    pub verification: String,
}

/// What is known of a ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Its title.
    pub title: String,
    /// What was reported.
    pub report: String,
    /// What led there.
    pub steps: String,
    /// What the screen said.
    pub error_text: String,
    /// System, application, version: key of the name, value.
    pub environment: Vec<(&'static str, String)>,
    /// The cause, for the requester and for the desk; and causes that were confirmed.
    pub causes: Vec<String>,
    /// What solved it.
    pub solution: String,
    /// Whether somebody tried it before the ticket was resolved.
    pub is_tested: bool,
}

/// The parts with the fields of a form they stand in.
pub const PARTS: [&str; 5] = ["symptom", "environment", "cause", "solution", "verification"];

impl Fault {
    /// A part by its field; the title too.
    #[must_use]
    pub fn part(&self, field: &str) -> &str {
        match field {
            "title" => &self.title,
            "symptom" => &self.symptom,
            "environment" => &self.environment,
            "cause" => &self.cause,
            "solution" => &self.solution,
            _ => &self.verification,
        }
    }

    /// Each part and the title, changed.
    #[must_use]
    pub fn map(&self, mut change: impl FnMut(&str) -> String) -> Fault {
        Fault {
            title: change(&self.title),
            symptom: change(&self.symptom),
            environment: change(&self.environment),
            cause: change(&self.cause),
            solution: change(&self.solution),
            verification: change(&self.verification),
        }
    }

    /// The body of the article, with the headings of its language.
    #[must_use]
    pub fn body(&self, locale: Locale) -> String {
        let section = |field: &&str| {
            let heading = locale.t(&format!("answers-section-{field}"));
            let text = self.part(field).trim();
            format!("## {heading}\n\n{text}").trim_end().to_owned()
        };
        PARTS.iter().map(section).collect::<Vec<_>>().join("\n\n")
    }
}

/// Puts a draft together.
#[must_use]
pub fn compose(known: &Known, locale: Locale) -> Fault {
    let error = known.error_text.trim();
    let quoted = if error.is_empty() {
        String::new()
    } else {
        format!("```\n{}\n```", error.replace("```", "'''"))
    };
    let environment = known
        .environment
        .iter()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(key, value)| {
            let arguments = [("name", locale.t(key).into()), ("value", value.trim().into())];
            format!("- {}", locale.t_with("answers-draft-pair", &arguments))
        });
    let verification = if known.is_tested {
        "answers-draft-verified"
    } else {
        "answers-draft-verify"
    };
    Fault {
        title: known.title.trim().to_owned(),
        symptom: joined(&[
            without_manners(&known.report),
            known.steps.trim().to_owned(),
            quoted,
        ]),
        environment: environment.collect::<Vec<_>>().join("\n"),
        cause: joined(&known.causes),
        solution: numbered(known.solution.trim()),
        verification: locale.t(verification),
    }
}

/// Texts one below the other, each once.
fn joined(texts: &[String]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for text in texts.iter().map(|text| text.trim()) {
        if !text.is_empty() && !kept.contains(&text) {
            kept.push(text);
        }
    }
    kept.join("\n\n")
}

/// Several lines are steps; what has marks of its own stays as it is.
fn numbered(text: &str) -> String {
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let is_marked = |line: &&str| {
        line.starts_with(['-', '*', '#', '>', '|', '`'])
            || line.starts_with(|letter: char| letter.is_ascii_digit())
    };
    if lines.len() < 2 || lines.iter().any(is_marked) {
        return text.to_owned();
    }
    let steps = lines
        .iter()
        .enumerate()
        .map(|(place, line)| format!("{}. {line}", place + 1));
    steps.collect::<Vec<_>>().join("\n")
}

/// First words of a greeting, in small letters; a line that is no more than that tells nothing.
const GREETINGS: [&str; 12] = [
    "hi",
    "hello",
    "dear",
    "good morning",
    "good afternoon",
    "hey",
    "您好",
    "你好",
    "各位好",
    "老师好",
    "大家好",
    "早上好",
];
/// First words of an ending.
const ENDINGS: [&str; 12] = [
    "regards",
    "best regards",
    "kind regards",
    "thanks",
    "many thanks",
    "thank you",
    "best,",
    "cheers",
    "谢谢",
    "多谢",
    "此致",
    "祝好",
];
const MANNERS_MOST: usize = 24;

/// A report without its greeting and everything from its ending on.
fn without_manners(report: &str) -> String {
    let is_short = |line: &str| line.chars().count() <= MANNERS_MOST;
    let begins = |line: &str, words: &[&str]| {
        let line = line.trim().to_lowercase();
        words.iter().any(|word| line.starts_with(word)) && is_short(&line)
    };
    let mut lines: Vec<&str> = report.trim().lines().collect();
    if lines.len() > 1 && lines.first().is_some_and(|line| begins(line, &GREETINGS)) {
        lines.remove(0);
    }
    let ending = lines.iter().skip(1).position(|line| begins(line, &ENDINGS));
    if let Some(place) = ending {
        lines.truncate(place + 1);
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Known {
        Known {
            title: "VPN stays at Connecting ".to_owned(),
            report: "Hi team,\n\nsince Monday the VPN stays at Connecting.\n\nBest regards,\nMarta"
                .to_owned(),
            error_text: "Error 809".to_owned(),
            environment: vec![
                ("desk-page-field-os", "Windows 11".to_owned()),
                ("desk-page-field-application", String::new()),
            ],
            causes: vec![
                "The router drops UDP 500.".to_owned(),
                "The router drops UDP 500.".to_owned(),
            ],
            solution: "Open the settings.\nChoose SSTP.".to_owned(),
            is_tested: true,
            ..Known::default()
        }
    }

    #[test]
    fn each_part_comes_from_its_place_and_manners_stay_behind() {
        kernel::i18n::register(crate::LOCALES);
        kernel::i18n::register(desk::LOCALES);
        let fault = compose(&known(), Locale::En);
        assert_eq!(fault.title, "VPN stays at Connecting");
        assert_eq!(
            fault.symptom,
            "since Monday the VPN stays at Connecting.\n\n```\nError 809\n```"
        );
        assert!(fault.environment.starts_with("- ") && fault.environment.contains("Windows 11"));
        assert!(!fault.environment.contains('\n'));
        assert_eq!(fault.cause, "The router drops UDP 500.");
        assert_eq!(fault.solution, "1. Open the settings.\n2. Choose SSTP.");
    }

    #[test]
    fn the_body_has_the_five_headings_of_its_language_in_order() {
        kernel::i18n::register(crate::LOCALES);
        let headings = |locale| {
            let body = Fault::default().body(locale);
            let lines = body.lines().filter_map(|line| line.strip_prefix("## "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(
            headings(Locale::En),
            ["Symptom", "Environment", "Cause", "Solution", "Verification"]
        );
        assert_eq!(
            headings(Locale::ZhCn),
            ["症状", "环境", "原因", "解决办法", "验证"]
        );
    }

    #[test]
    fn a_report_that_is_all_manners_is_kept() {
        assert_eq!(without_manners("Hello"), "Hello");
        assert_eq!(without_manners("谢谢，打印机又好了"), "谢谢，打印机又好了");
        assert_eq!(without_manners("您好：\n打不开邮箱\n谢谢！\n李娜"), "打不开邮箱");
    }
}
