//! HTML from outside (mail, pasted text) made safe to show inside our pages.
//!
//! Nothing in it runs, nothing is fetched from elsewhere (a tracking picture would tell the sender who reads when),
//! and nothing reaches out of its box (no ids, classes, forms, or positions).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ammonia::{Builder, UrlRelative, UrlRelativeEvaluate};

/// Where links may lead.
const LINK_SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Text with simple marks, links, lists, and tables. Pictures are dropped.
pub fn html(untrusted: &str) -> String {
    let mut builder = builder();
    builder.rm_tags(["img"]);
    builder.clean(untrusted).to_string()
}

/// The body of a mail. Pictures inside the mail (`cid:…`) are shown from `pictures`, a map from Content-ID (without
/// angle brackets) to a path of ours; all others become their alternative text or vanish.
pub fn html_mail(untrusted: &str, pictures: &HashMap<String, String>) -> String {
    let pictures = pictures.clone();
    let ours: HashSet<String> = pictures.values().cloned().collect();
    let mut builder = builder();
    // A mail must not link into our pages; the only paths it may have are those just put in for its pictures.
    builder.url_relative(UrlRelative::Custom(Box::new(OnlyThese(ours))));
    let mut schemes: HashSet<&str> = LINK_SCHEMES.into();
    schemes.insert("cid");
    builder.url_schemes(schemes);
    builder.attribute_filter(move |element, attribute, value| match (element, attribute) {
        ("img", "src") => {
            let name = value.strip_prefix("cid:")?.trim_matches(['<', '>']);
            pictures.get(name).map(|path| Cow::Owned(path.clone()))
        }
        (_, "href") if value.trim_start().to_ascii_lowercase().starts_with("cid:") => None,
        (_, "src" | "srcset" | "background" | "cite") => None,
        _ => Some(Cow::Borrowed(value)),
    });
    let cleaned = builder.clean(untrusted).to_string();
    without_empty_pictures(&cleaned)
}

struct OnlyThese(HashSet<String>);

impl UrlRelativeEvaluate<'_> for OnlyThese {
    fn evaluate<'url>(&self, url: &'url str) -> Option<Cow<'url, str>> {
        self.0.contains(url).then_some(Cow::Borrowed(url))
    }
}

fn builder() -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .url_schemes(LINK_SCHEMES.into())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank")
        .rm_tags(["map", "area"])
        .rm_tag_attributes("img", ["srcset", "height", "width"])
        // What was only styled away was not meant to be read; its text would confuse.
        .clean_content_tags(["script", "style", "title", "head", "template", "noscript"].into());
    builder
}

/// Pictures that lost their source say what they were, when the mail said so.
fn without_empty_pictures(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<img") {
        let Some(length) = rest[start..].find('>') else {
            break;
        };
        let tag = &rest[start..=start + length];
        out.push_str(&rest[..start]);
        if tag.contains(" src=\"") {
            out.push_str(tag);
        } else if let Some((_, tail)) = tag.split_once(" alt=\"")
            && let Some((text, _)) = tail.split_once('"')
        {
            out.push_str(text);
        }
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(untrusted: &str) -> String {
        let pictures = HashMap::from([("logo@mail".to_owned(), "/files/7".to_owned())]);
        html_mail(untrusted, &pictures)
    }

    #[test]
    fn nothing_in_a_mail_runs_or_phones_home() {
        let hostile = r#"<p onclick="x()" style="background:url(//evil)">Hi</p><script>x()</script>
            <img src="https://evil/pixel.gif"><img src="//evil/p"><img srcset="https://evil/2x 2x">
            <a href="javascript:x()">a</a><iframe src="https://evil"></iframe><form action="https://evil"><input></form>
            <link rel="stylesheet" href="https://evil/x.css"><svg onload="x()"></svg><video poster="https://evil/p"></video>
            <base href="https://evil/"><meta http-equiv="refresh" content="0;url=https://evil"><object data="https://evil"></object>
            <table background="https://evil/b.gif"><tr><td background="https://evil/c.gif">cell</td></tr></table>
            <blockquote cite="https://evil/q">q</blockquote><style>@import url(https://evil)</style>"#;
        let safe = shown(hostile);
        assert!(!safe.contains("evil"), "{safe}");
        for word in [
            "script",
            "onclick",
            "style",
            "iframe",
            "form",
            "svg",
            "javascript",
            "<base",
            "<meta",
            "x()",
        ] {
            assert!(!safe.contains(word), "{word}: {safe}");
        }
        assert!(safe.contains("Hi") && safe.contains("cell"));
    }

    #[test]
    fn pictures_inside_the_mail_are_shown_and_others_say_what_they_were() {
        let safe = shown(
            r#"<img src="cid:logo@mail" alt="Logo"><img src="cid:unknown" alt="Chart"><img src="https://x/y">"#,
        );
        assert!(safe.contains(r#"src="/files/7""#), "{safe}");
        assert!(safe.contains("Chart"), "{safe}");
        assert_eq!(safe.matches("<img").count(), 1, "{safe}");
    }

    #[test]
    fn links_lead_out_without_telling_where_from() {
        let safe = shown(r#"<a href="https://example.org/a?b=1&amp;c=2">docs</a>"#);
        assert!(
            safe.contains(r#"href="https://example.org/a?b=1&amp;c=2""#),
            "{safe}"
        );
        assert!(
            safe.contains("noreferrer") && safe.contains(r#"target="_blank""#),
            "{safe}"
        );
        assert!(
            !shown(r#"<a href="/sign-out">x</a>"#).contains("href"),
            "a mail must not link into our pages"
        );
    }
}
