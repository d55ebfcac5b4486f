//! What is put into a reply: a link to an article, or its steps as text, in the language of whoever asked. Pure.
//!
//! A reply is plain text, so the marks of Markdown go and what they say stays: numbers of steps, code, the text of links.

use kernel::Locale;

/// Headings under which articles say what to do, in both languages.
pub const SOLUTION: &[&str] = &[
    "Solution",
    "Solutions",
    "Workaround",
    "Steps",
    "What to do",
    "解决办法",
    "解决方案",
    "解决方法",
    "临时办法",
    "步骤",
    "操作步骤",
];
/// Letters of an article that has no such heading.
const LETTERS_MOST: usize = 3_000;
/// Of a hundred letters, so many Chinese ones make a text Chinese.
const HAN_SHARE: usize = 20;

/// The language of a text; none for one that has no letters.
#[must_use]
pub fn language(text: &str) -> Option<Locale> {
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    let han = text.chars().filter(|letter| is_han(*letter)).count();
    if letters == 0 {
        return None;
    }
    Some(if han * 100 >= letters * HAN_SHARE {
        Locale::ZhCn
    } else {
        Locale::En
    })
}

const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{4e00}'..='\u{9fff}')
}

/// The title and the address.
#[must_use]
pub fn link(locale: Locale, title: &str, address: &str) -> String {
    let arguments = [("title", title.into()), ("address", address.into())];
    locale.t_with("answers-insert-link", &arguments)
}

/// The steps, and where the whole article is.
#[must_use]
pub fn text(locale: Locale, title: &str, steps: &str, address: &str) -> String {
    let (first, last) = (
        locale.t_with("answers-insert-text", &[("title", title.into())]),
        locale.t_with("answers-insert-more", &[("address", address.into())]),
    );
    format!("{first}\n\n{steps}\n\n{last}")
}

/// The steps of an article: its solution, else all of it.
#[must_use]
pub fn steps(body: &str) -> String {
    let steps = knowledge::rendering::section(body, SOLUTION).unwrap_or_else(|| body.to_owned());
    let steps = readable(&steps);
    match steps.char_indices().nth(LETTERS_MOST) {
        Some((end, _)) => {
            let whole = steps.get(..end).unwrap_or_default();
            let end = whole.rfind('\n').unwrap_or(end);
            format!("{}\n…", steps.get(..end).unwrap_or_default().trim_end())
        }
        None => steps,
    }
}

/// Markdown as plain text that keeps its lines.
#[must_use]
pub fn readable(markdown: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_code = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        let line = if is_code { line.to_owned() } else { plain(line) };
        let is_empty = line.trim().is_empty();
        if is_empty && lines.last().is_none_or(|last| last.trim().is_empty()) {
            continue;
        }
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n").trim().to_owned()
}

fn plain(line: &str) -> String {
    let mut line = line;
    while let Some(rest) = line.trim_start().strip_prefix('>') {
        line = rest.trim_start();
    }
    if line.starts_with("[!") && line.trim_end().ends_with(']') {
        return String::new();
    }
    let line = line.trim_start_matches('#');
    let line = line.replace("- [ ] ", "- ").replace("- [x] ", "- ");
    without_links(&line.replace("**", "").replace('`', ""))
        .trim_end()
        .to_owned()
}

/// `[text](address)` as `text`; an address outside is kept behind it, a picture goes.
fn without_links(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(open) = rest.find('[') {
        let behind = rest.get(open + 1..).unwrap_or_default();
        let parts = behind
            .split_once("](")
            .and_then(|(text, rest)| rest.split_once(')').map(|(address, rest)| (text, address, rest)))
            .filter(|(text, ..)| !text.contains('['));
        let Some((text, address, tail)) = parts else {
            out.push_str(rest.get(..=open).unwrap_or_default());
            rest = behind;
            continue;
        };
        let before = rest.get(..open).unwrap_or_default();
        match before.strip_suffix('!') {
            Some(before) => out.push_str(before),
            None => {
                out.push_str(before);
                out.push_str(text);
                if address.starts_with("http") && address != text {
                    out.push_str(&format!(" ({address})"));
                }
            }
        }
        rest = tail;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_in_the_language_of_most_of_its_letters() {
        assert_eq!(language("打印机 kingfisher 不出纸"), Some(Locale::ZhCn));
        assert_eq!(language("VPN 连不上"), Some(Locale::ZhCn));
        assert_eq!(
            language("The printer says 缺纸 and nothing comes out of it"),
            Some(Locale::En)
        );
        assert_eq!(language("404 !"), None);
    }

    #[test]
    fn steps_stay_steps_without_their_marks() {
        let body = "1. Open **Settings**, then `Wi-Fi`.\n2. See [the guide](article:wifi) or [the site](https://example.test/x).\n\n\n> [!TIP]\n> Restart it.\n\n```\nipconfig /all\n```\n![a picture](file:7)\n- [ ] done";
        assert_eq!(
            readable(body),
            "1. Open Settings, then Wi-Fi.\n2. See the guide or the site (https://example.test/x).\n\nRestart it.\n\nipconfig /all\n\n- done"
        );
        assert_eq!(readable("an array[0] of [things"), "an array[0] of [things");
    }
}
