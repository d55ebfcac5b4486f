//! Where a link or a picture leads: the few kinds there are. Pure.

use super::Hrefs;
use crate::article::Number;
use crate::file::media;

/// Schemes that leave the house.
const OUTSIDE: [&str; 4] = ["http://", "https://", "mailto:", "tel:"];
/// Longer addresses are nobody's.
const LONGEST: usize = 2_000;

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Leads {
    /// Out of the house.
    Out(String),
    /// Within it.
    In(String),
    /// To an article.
    Article(Number),
}

/// Reads what stands in a link; none for whatever is not known to be harmless.
pub(super) fn read(address: &str, hrefs: &Hrefs) -> Option<Leads> {
    let address = address.trim();
    let is_odd = |letter: char| letter.is_control() || letter == '\\';
    if address.is_empty() || address.len() > LONGEST || address.contains(is_odd) {
        return None;
    }
    if let Some(name) = after(address, "article:") {
        let name = after(name, "KB-").unwrap_or(name);
        return number(name).map(Leads::Article);
    }
    if let Some(place) = after(address, "file:") {
        return file(place).map(|place| Leads::In(format!("{}{place}", hrefs.file)));
    }
    if let Some(name) = address.strip_prefix('#') {
        return Some(Leads::In(format!("#{}", fragment(name))));
    }
    if address.starts_with('/') {
        let own = ["/knowledge/", "/help/"]
            .iter()
            .find_map(|prefix| address.strip_prefix(prefix));
        if let Some(number) = own.and_then(number) {
            return Some(Leads::Article(number));
        }
        return (!address.starts_with("//")).then(|| Leads::In(address.to_owned()));
    }
    OUTSIDE
        .iter()
        .any(|scheme| after(address, scheme).is_some_and(|rest| !rest.is_empty()))
        .then(|| Leads::Out(address.to_owned()))
}

/// What stands behind a prefix, in whatever case that is written.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// A number as people write them. Pure.
pub(super) fn number(text: &str) -> Option<Number> {
    let is_number = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| is_number && *number > 0)
}

/// The id of a file with its ending.
pub(super) fn file(place: &str) -> Option<&str> {
    let (id, ending) = place.split_once('.').unwrap_or((place, ""));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (id.len() == 26 && ending.len() <= 5 && is_plain(id) && is_plain(ending)).then_some(place)
}

/// What a picture shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shows {
    Picture(String),
    Video(String),
}

/// Reads what stands in a picture: only files of the house are shown.
pub(super) fn shown(address: &str, hrefs: &Hrefs) -> Option<Shows> {
    let place = file(after(address.trim(), "file:")?)?;
    let href = format!("{}{place}", hrefs.file);
    Some(if media::names_video(place) {
        Shows::Video(href)
    } else {
        Shows::Picture(href)
    })
}

/// What a heading is called in a link. Its prefix keeps it apart from everything else that a page calls by name.
pub(super) fn anchor(text: &str) -> String {
    let mut out = String::from("h-");
    for letter in text.chars().take(80) {
        if letter.is_alphanumeric() {
            out.extend(letter.to_lowercase());
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

/// The heading that a fragment names: as it is written, or as browsers write it.
fn fragment(text: &str) -> String {
    let pair = format!("a={}", text.replace('+', "%2B").replace('&', "%26"));
    let decoded = web::urlencoded::parse(pair.as_bytes()).pop();
    anchor(decoded.as_ref().map_or(text, |(_, value)| value))
}

#[cfg(test)]
mod tests {
    use kernel::Locale;

    use super::*;

    fn hrefs() -> Hrefs {
        Hrefs::help(Locale::En)
    }

    #[test]
    fn links_lead_to_articles_files_places_and_out() {
        let read = |address| read(address, &hrefs());
        assert_eq!(read("article:12"), Some(Leads::Article(12)));
        assert_eq!(read("article:KB-12"), Some(Leads::Article(12)));
        assert_eq!(read("/knowledge/12"), Some(Leads::Article(12)));
        assert_eq!(read("/portal"), Some(Leads::In("/portal".to_owned())));
        assert_eq!(read("#%E7%97%87%E7%8A%B6"), Some(Leads::In("#h-症状".to_owned())));
        assert_eq!(
            read("https://example.org/"),
            Some(Leads::Out("https://example.org/".to_owned()))
        );
        let id = "01jabcdefghjkmnpqrstvwxyz0";
        assert_eq!(
            read(&format!("file:{id}")),
            Some(Leads::In(format!("/knowledge/files/{id}")))
        );
    }

    #[test]
    fn nothing_else_is_a_link() {
        for address in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " javascript:alert(1)",
            "java\tscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "//evil.example",
            "/\\evil.example",
            "file:///etc/passwd",
            "file:../../x",
            "article:../x",
            "article:",
            "https://",
            "relative/path",
            "",
        ] {
            assert_eq!(read(address, &hrefs()), None, "{address}");
        }
        assert_eq!(shown("https://evil.example/pixel.gif", &hrefs()), None);
        assert_eq!(shown("data:image/svg+xml,<svg>", &hrefs()), None);
    }
}
