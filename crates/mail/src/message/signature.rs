//! Where the signature begins: behind the separator of RFC 3676 section 4.3, or with the line a phone adds.
//!
//! Names and telephone numbers without a separator are left in the text; guessing them costs more than it gives.

use super::quote_rules::plain;

/// How many lines may follow `--` without the prescribed space; more is a ruled text, not a signature.
const MAX_LOOSE_LINES: usize = 12;
/// How many lines may follow what a phone adds.
const MAX_DEVICE_LINES: usize = 3;

/// The index of the first line of the signature; the number of lines when there is none.
pub(super) fn start(lines: &[&str]) -> usize {
    let is_blank = |line: &&str| plain(line).is_empty();
    let filled_after = |at: usize| lines[at + 1..].iter().filter(|line| !is_blank(line)).count();
    let separator = lines
        .iter()
        .rposition(|line| matches!(line.trim_end_matches('\r'), "-- " | "--" | "--\u{a0}"));
    let candidate = separator
        .filter(|at| lines[*at] == "-- " || filled_after(*at) <= MAX_LOOSE_LINES)
        .or_else(|| {
            let tail = lines
                .iter()
                .enumerate()
                .rev()
                .filter(|(_, line)| !is_blank(line))
                .take(MAX_DEVICE_LINES + 1);
            tail.filter(|(_, line)| is_device_line(line))
                .map(|(at, _)| at)
                .last()
        });
    // A text that is nothing but a signature would leave nothing to read.
    candidate
        .filter(|at| lines[..*at].iter().any(|line| !is_blank(line)))
        .unwrap_or(lines.len())
}

/// How the lines begin, and how those end that have their verb last.
const STARTS: [&str; 32] = [
    "sent from my ",
    "sent from mail for ",
    "sent from yahoo",
    "sent from outlook",
    "sent from a ",
    "sent from samsung",
    "sent via ",
    "sent with ",
    "sent by my ",
    "get outlook for ",
    "get bluemail for ",
    "发自我的",
    "发自",
    "发送自",
    "来自我的",
    "從我的",
    "获取 outlook for",
    "下载 outlook for",
    "取得 outlook for",
    "通过网易邮箱",
    "von meinem ",
    "von meiner ",
    "gesendet mit",
    "gesendet von",
    "envoyé de mon ",
    "envoyé depuis ",
    "enviado desde ",
    "enviado do meu ",
    "inviato da",
    "verzonden vanaf ",
    "отправлено с",
    "отправлено из",
];
const ENDS: [&str; 8] = [
    "から送信",
    "에서 보냄",
    "gesendet",
    "发送",
    "傳送",
    "von meinem iphone gesendet",
    "via mobile",
    "发出",
];

fn is_device_line(line: &str) -> bool {
    let text = plain(line).trim_matches(['[', ']', '<', '>', '(', ')']);
    if text.chars().count() > 80 {
        return false;
    }
    let lower = text.to_lowercase();
    if STARTS.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    // "从我的华为手机发送": the verb at the end needs a device before it, or any sentence would do.
    let names_device = [
        "iphone", "ipad", "android", "手机", "手機", "邮箱", "mobile", "windows", "outlook", "小米", "华为",
    ];
    ENDS.iter().any(|end| lower.ends_with(end))
        && text.chars().count() <= 40
        && names_device.iter().any(|device| lower.contains(device))
}

#[cfg(test)]
mod tests {
    use super::start;

    #[test]
    fn separators_and_device_lines_begin_a_signature() {
        assert_eq!(start(&["hi", "-- ", "Ann"]), 1);
        assert_eq!(start(&["hi", "--", "Ann"]), 1);
        assert_eq!(start(&["hi", "", "Sent from my iPhone"]), 2);
        assert_eq!(start(&["好的", "", "发自我的iPhone"]), 2);
        assert_eq!(start(&["好的", "从我的华为手机发送"]), 1);
    }

    #[test]
    fn text_without_a_signature_is_left_alone() {
        assert_eq!(start(&["-- ", "only this"]), 2);
        assert_eq!(start(&["the mail was sent", "and then nothing"]), 2);
        assert_eq!(start(&["附件已发送"]), 1);
        let long: Vec<String> = (0..40).map(|number| format!("line {number}")).collect();
        let mut lines = vec!["a", "--"];
        lines.extend(long.iter().map(String::as_str));
        assert_eq!(start(&lines), lines.len());
    }
}
