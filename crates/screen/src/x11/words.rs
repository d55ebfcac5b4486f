//! What the windows say, in Chinese and in English, each written for its reader.

/// In which language a person is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// 简体中文.
    Chinese,
    /// English.
    English,
    /// Nobody knows which, so both.
    Both,
}

impl Language {
    /// Reads a locale ("`zh_CN.UTF-8`", "`en-GB`"); anything else, also "`C`", means both.
    #[must_use]
    pub fn of(locale: &str) -> Self {
        let word = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match word.to_ascii_lowercase().as_str() {
            "zh" => Self::Chinese,
            "en" => Self::English,
            _ => Self::Both,
        }
    }

    /// One or both of two texts, the Chinese one first.
    fn pick<'a>(self, chinese: &'a str, english: &'a str) -> Vec<&'a str> {
        match self {
            Self::Chinese => vec![chinese],
            Self::English => vec![english],
            Self::Both => vec![chinese, english],
        }
    }
}

/// What a viewer may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// See the screen.
    Watching,
    /// See it and use the pointer and the keys.
    Controlling,
}

/// A name or a subject as it may stand in a window: one line, and nothing that turns the direction of the text around.
pub(crate) fn plain(text: &str) -> String {
    let turns = |letter: &char| matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{feff}');
    let words: String = text
        .chars()
        .filter(|letter| !turns(letter))
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(200)
        .collect();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is asked, one text for each language.
pub(crate) fn question(language: Language, part: Part, who: &str) -> Vec<String> {
    let (chinese, english) = match part {
        Part::Watching => (
            format!("{who} 请求查看您的屏幕"),
            format!("{who} asks to see your screen"),
        ),
        Part::Controlling => (
            format!("{who} 请求操作您的电脑"),
            format!("{who} asks to control your computer"),
        ),
    };
    owned(&language.pick(&chinese, &english))
}

/// What follows from allowing it.
pub(crate) fn consequences(language: Language, part: Part, clipboard: bool) -> Vec<String> {
    let (chinese, english) = match part {
        Part::Watching => ("对方只能看，不能操作。", "They can look, but not touch anything."),
        Part::Controlling => (
            "对方能看到屏幕，并使用您的鼠标和键盘。",
            "They see the screen and use your mouse and keyboard.",
        ),
    };
    let mut said = owned(&language.pick(chinese, english));
    if clipboard {
        said.extend(owned(&language.pick(
            "双方可以互相粘贴复制的文字。",
            "Copied text can be pasted on both sides.",
        )));
    }
    said
}

/// That it is recorded, and that it can be ended.
pub(crate) fn recorded(language: Language) -> Vec<String> {
    owned(&language.pick(
        "全程录像，您可以随时停止。",
        "It is recorded. You can stop it at any time.",
    ))
}

/// What happens when nobody answers.
pub(crate) fn countdown(language: Language, seconds: u64) -> Vec<String> {
    let chinese = format!("{seconds} 秒后自动拒绝");
    let english = format!("Refused in {seconds} s");
    owned(&language.pick(&chinese, &english))
}

/// What the question is about.
pub(crate) fn ticket(language: Language) -> String {
    language.pick("工单", "Ticket").join(" ")
}

/// On the button that refuses.
pub(crate) fn refuse(language: Language) -> String {
    language.pick("拒绝", "Refuse").join(" ")
}

/// On the button that allows.
pub(crate) fn allow(language: Language) -> String {
    language.pick("允许", "Allow").join(" ")
}

/// On the button that ends it.
pub(crate) fn stop(language: Language) -> String {
    language.pick("停止", "Stop").join(" ")
}

/// What the sign says after the name, from the longest to the shortest.
pub(crate) fn signs(language: Language, part: Part) -> Vec<String> {
    let (chinese, english, short_chinese, short_english) = match part {
        Part::Watching => (
            "正在查看此屏幕",
            "is viewing this screen",
            "正在查看",
            "is viewing",
        ),
        Part::Controlling => (
            "正在操作此电脑",
            "is controlling this computer",
            "正在操作",
            "in control",
        ),
    };
    let full = match language {
        Language::Chinese => format!("{chinese} · 录像中"),
        Language::English => format!("{english} · recorded"),
        Language::Both => format!("{chinese} · 录像中  |  {english} · recorded"),
    };
    let short = match language {
        Language::Chinese => format!("{short_chinese} · 录像"),
        Language::English => format!("{short_english} · recorded"),
        Language::Both => format!("{short_chinese} · 录像 REC"),
    };
    vec![full, short]
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_says_the_language() {
        assert_eq!(Language::of("zh_CN.UTF-8"), Language::Chinese);
        assert_eq!(Language::of("en-GB"), Language::English);
        assert_eq!(Language::of("C"), Language::Both);
        assert_eq!(Language::of(""), Language::Both);
    }

    #[test]
    fn a_name_is_one_line_in_one_direction() {
        assert_eq!(plain(" Wei\n\u{202e}Zhang \t"), "Wei Zhang");
    }
}
