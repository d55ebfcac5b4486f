//! What somebody's words ask for, in both languages. Pure.

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// How it works.
    Help,
    /// How one's tickets stand.
    Status,
    /// A new ticket, whatever else is open.
    New(String),
    /// Solved, or not.
    Answer(bool),
    /// A word to this ticket.
    To(i64, String),
    /// Something to report, or to add to what was reported.
    Say(String),
    /// A picture, a voice message: nothing that can be read.
    Nothing,
}

const HELP: [&str; 6] = ["help", "帮助", "？", "?", "hi", "你好"];
const STATUS: [&str; 5] = ["status", "状态", "进度", "我的工单", "查询"];
const NEW: [&str; 4] = ["new", "新建", "新工单", "报障"];

const SOLVED: [&str; 3] = ["solved", "已解决", "解决了"];
const NOT_SOLVED: [&str; 4] = ["not solved", "unsolved", "未解决", "没解决"];

/// What stands on the buttons of a card, written out.
#[must_use]
pub fn answer(text: &str) -> Option<bool> {
    let bare = bare(text.trim());
    let is_among = |words: &[&str]| words.contains(&bare.as_str());
    match (is_among(&SOLVED), is_among(&NOT_SOLVED)) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

fn bare(text: &str) -> String {
    text.trim_start_matches('/')
        .trim_end_matches(['.', '。', '!', '！'])
        .to_lowercase()
}

/// Reads words.
#[must_use]
pub fn read(text: &str) -> Command {
    let text = text.trim();
    if text.is_empty() {
        return Command::Nothing;
    }
    let bare = bare(text);
    if HELP.contains(&bare.as_str()) {
        return Command::Help;
    }
    if STATUS.contains(&bare.as_str()) {
        return Command::Status;
    }
    if let Some(accepted) = answer(text) {
        return Command::Answer(accepted);
    }
    if let Some(rest) = behind(text, &NEW) {
        return match rest.is_empty() {
            true => Command::Help,
            false => Command::New(rest.to_owned()),
        };
    }
    if let Some((number, rest)) = quoted(text) {
        return Command::To(number, rest.to_owned());
    }
    Command::Say(text.to_owned())
}

/// What stands behind one of these words. After an English word something must part it from the rest.
fn behind<'a>(text: &'a str, words: &[&str]) -> Option<&'a str> {
    let text = text.trim_start_matches('/');
    words.iter().find_map(|word| {
        let head = text.get(..word.len())?;
        if !head.eq_ignore_ascii_case(word) {
            return None;
        }
        let rest = &text[word.len()..];
        let is_parted = rest.is_empty() || rest.starts_with([' ', '\n', ':', '：', '\t', '　']);
        let is_chinese = !word.is_ascii();
        (is_parted || is_chinese).then(|| {
            rest.trim_start_matches([' ', '\n', ':', '：', '\t', '　', '，', ','])
                .trim()
        })
    })
}

/// `#1042 it still jams`
fn quoted(text: &str) -> Option<(i64, &str)> {
    let rest = text.strip_prefix(['#', '＃'])?;
    let end = rest
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(rest.len());
    let number = rest[..end].parse().ok()?;
    Some((
        number,
        rest[end..]
            .trim_start_matches([' ', ':', '：', ',', '，', '\n'])
            .trim(),
    ))
}

/// Letters of a title made of words.
const TITLE_LETTERS: usize = 80;

/// The first line, or its beginning.
#[must_use]
pub fn title(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if line.chars().count() <= TITLE_LETTERS {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_LETTERS - 1).collect();
    format!("{}…", cut.trim_end())
}

/// The beginning of words.
#[must_use]
pub fn beginning(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_known_in_both_languages() {
        for text in ["help", "Help", "/help", "帮助", "？", "你好！"] {
            assert_eq!(read(text), Command::Help, "{text}");
        }
        for text in ["status", "/STATUS", "状态", "进度。"] {
            assert_eq!(read(text), Command::Status, "{text}");
        }
        assert_eq!(read("new: the lift"), Command::New("the lift".to_owned()));
        assert_eq!(read("新建打印机坏了"), Command::New("打印机坏了".to_owned()));
        assert_eq!(read("报障：网络不通"), Command::New("网络不通".to_owned()));
        assert_eq!(read("   "), Command::Nothing);
        for text in ["solved", "Solved.", "已解决！", "解决了"] {
            assert_eq!(read(text), Command::Answer(true), "{text}");
        }
        for text in ["not solved", "NOT SOLVED!", "未解决。"] {
            assert_eq!(read(text), Command::Answer(false), "{text}");
        }
        assert_eq!(
            read("solved it myself"),
            Command::Say("solved it myself".to_owned())
        );
    }

    #[test]
    fn words_that_only_begin_like_a_command_are_words() {
        for text in [
            "newspaper is wet",
            "status of the printer?",
            "help me with the printer",
        ] {
            assert_eq!(read(text), Command::Say(text.to_owned()));
        }
        assert_eq!(read("网络"), Command::Say("网络".to_owned()));
    }

    #[test]
    fn a_quoted_number_names_the_ticket() {
        assert_eq!(
            read("#1042 it still jams"),
            Command::To(1042, "it still jams".to_owned())
        );
        assert_eq!(read("＃7：还是不行"), Command::To(7, "还是不行".to_owned()));
        assert_eq!(read("#7"), Command::To(7, String::new()));
        assert_eq!(read("#x"), Command::Say("#x".to_owned()));
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(title("\n  The printer jams \nsince Monday"), "The printer jams");
        assert_eq!(title(&"长".repeat(200)).chars().count(), TITLE_LETTERS);
    }
}
