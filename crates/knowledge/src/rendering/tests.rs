//! Markdown on pages: what it shows, and that nothing in it runs or takes long.

use std::time::{Duration, Instant};

use kernel::i18n::register;
use proptest::prelude::*;

use super::*;

fn shown(markdown: &str) -> Page {
    register(crate::LOCALES);
    page(markdown, &Hrefs::console(Locale::En))
}

const FILE: &str = "01jabcdefghjkmnpqrstvwxyz0";

#[test]
fn headings_have_ids_of_their_own_and_begin_at_the_second_level() {
    let page = shown("# VPN\n## 症状 `x`\n## 症状 x\n### A & B");
    let ids: Vec<_> = page
        .headings
        .iter()
        .map(|one| (one.level, one.id.as_str(), one.text.as_str()))
        .collect();
    assert_eq!(
        ids,
        [
            (2, "h-vpn", "VPN"),
            (2, "h-症状-x", "症状 x"),
            (2, "h-症状-x-2", "症状 x"),
            (3, "h-a-b", "A & B")
        ]
    );
    assert!(
        page.html.contains("<h3 id=\"h-a-b\">A &amp; B</h3>"),
        "{}",
        page.html
    );
}

#[test]
fn callouts_tables_tasks_and_steps_are_what_they_say() {
    let page = shown(
        "> [!WARNING]\n> Back up first.\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n1. one\n2. two\n   1. inner\n\n- [x] done\n- [ ] open\n\n~~old~~ <kbd>Ctrl</kbd> x<br>y",
    );
    for part in [
        "<div class=\"callout callout-warning\" role=\"note\"><p class=\"callout-title\">Warning</p>",
        "<div class=\"table-scroll\" tabindex=\"0\"><table>",
        "<th scope=\"col\" class=\"align-right\">b</th>",
        "<ol class=\"steps\">",
        "<ol>\n<li>inner</li>",
        "<span class=\"task\">\u{2611}</span> done",
        "<del>old</del> <kbd>Ctrl</kbd> x<br>y",
    ] {
        assert!(page.html.contains(part), "{part}\n{}", page.html);
    }
}

#[test]
fn articles_are_linked_by_number_key_and_name_once_each() {
    let page = shown(
        "See [this](article:12), KB-7, KB-12, `KB-9`, XKB-3, KB-1x, [KB-8](https://example.org), https://example.org/KB-5.",
    );
    assert_eq!(page.links, [12, 7]);
    assert!(
        page.html.contains("<a href=\"/knowledge/7\">KB-7</a>"),
        "{}",
        page.html
    );
    assert!(
        page.html.contains("href=\"https://example.org/KB-5\""),
        "{}",
        page.html
    );
    assert!(
        !page.html.contains("</a></a>") && !page.html.contains("<a href=\"/knowledge/8\""),
        "{}",
        page.html
    );
    let help = super::page("KB-7", &Hrefs::help(Locale::En));
    assert!(help.html.contains("href=\"/help/7\""));
}

#[test]
fn pictures_and_videos_come_from_the_house_and_nothing_is_fetched_from_elsewhere() {
    let page = shown(&format!(
        "![net](file:{FILE}.png \"the net\") ![how](file:{FILE}.mp4) [log](file:{FILE}) ![x](https://evil.example/p.gif) ![y](data:image/png;base64,x)"
    ));
    assert!(
        page.html.contains(&format!(
            "<img src=\"/knowledge/files/{FILE}.png\" alt=\"net\" title=\"the net\""
        )),
        "{}",
        page.html
    );
    assert!(page.html.contains(&format!("<video controls preload=\"metadata\" src=\"/knowledge/files/{FILE}.mp4\" aria-label=\"how\"></video>")), "{}", page.html);
    assert!(
        page.html
            .contains(&format!("<a href=\"/knowledge/files/{FILE}\">log</a>"))
    );
    assert_eq!(page.html.matches("<img").count(), 1);
    assert!(page.html.contains("<a href=\"https://evil.example/p.gif\" rel="));
}

#[test]
fn bold_words_of_chinese_are_bold_and_lines_of_chinese_join() {
    let page = shown("点**“确定”**后\n等一下，再点**“取消”**。**注意：**`x`**后**\nA\nB **c** 2 \\*\\*“3”中");
    let html = &page.html;
    assert!(
        html.contains("点<strong>“确定”</strong>后等一下，再点<strong>“取消”</strong>。"),
        "{html}"
    );
    assert!(html.contains("<strong>注意：</strong>"), "{html}");
    assert!(html.contains("A\nB <strong>c</strong> 2 **“3”中"), "{html}");
    assert!(!html.contains('\u{fdd0}') && !page.plain.contains('\u{fdd0}'));
    assert!(page.plain.starts_with("点“确定”后"), "{}", page.plain);
}

#[test]
fn a_diagram_is_drawn_and_a_broken_one_says_what_is_wrong() {
    let page =
        shown("```dot\ndigraph { a -> b }\n```\n\n```dot\ndigraph { a -> \n```\n\n```sh\nrm -rf <x>\n```");
    assert!(
        page.html.contains("<figure class=\"diagram\"><svg role=\"img\""),
        "{}",
        page.html
    );
    assert!(
        page.html.contains("This diagram cannot be drawn"),
        "{}",
        page.html
    );
    assert!(
        page.html.contains("<code class=\"language-sh\">rm -rf &lt;x&gt;"),
        "{}",
        page.html
    );
    assert!(plain("```dot\ndigraph { a -> b }\n```").is_empty());
    assert!(page.plain.contains("a \u{2192} b") && page.plain.contains("rm -rf"));
}

/// What must not stand in a page, as a browser would see it: tags we do not write, handlers, addresses that run.
fn complaint(html: &str) -> Option<String> {
    const KNOWN: &[&str] = &[
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "ellipse",
        "em",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "kbd",
        "li",
        "ol",
        "p",
        "path",
        "pre",
        "rect",
        "span",
        "strong",
        "sub",
        "sup",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
    ];
    const ATTRIBUTES: &[&str] = &[
        "alt",
        "aria-label",
        "class",
        "controls",
        "cx",
        "cy",
        "d",
        "decoding",
        "fill",
        "font-size",
        "height",
        "href",
        "id",
        "loading",
        "preload",
        "rel",
        "role",
        "rx",
        "ry",
        "scope",
        "src",
        "start",
        "stroke",
        "stroke-dasharray",
        "stroke-width",
        "tabindex",
        "text-anchor",
        "title",
        "viewBox",
        "width",
        "x",
        "y",
    ];
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>')?;
        let (tag, behind) = rest.split_at(end);
        rest = behind;
        let tag = tag.trim_start_matches('/').trim_end_matches('/');
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        if !KNOWN.contains(&name) {
            return Some(format!("tag {name}"));
        }
        while !attributes.trim().is_empty() {
            attributes = attributes.trim_start();
            let length = attributes.find(['=', ' ']).unwrap_or(attributes.len());
            let (key, value) = attributes.split_at(length);
            if !ATTRIBUTES.contains(&key) {
                return Some(format!("attribute {key}"));
            }
            let Some(quoted) = value.strip_prefix("=\"") else {
                attributes = value;
                continue;
            };
            let Some((value, behind)) = quoted.split_once('"') else {
                return Some("an open quotation".to_owned());
            };
            attributes = behind;
            let leads = key == "href" || key == "src";
            let harmless = ["/", "#", "http://", "https://", "mailto:", "tel:"];
            if leads
                && !harmless
                    .iter()
                    .any(|start| value.to_ascii_lowercase().starts_with(start))
            {
                return Some(format!("{key} {value}"));
            }
            if key == "src" && !value.starts_with("/knowledge/files/") {
                return Some(format!("{key} {value}"));
            }
        }
    }
    None
}

#[test]
fn nothing_that_is_known_to_run_runs() {
    let hostile = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JAVASCRIPT:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\nscript:alert(1))",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
        "![x\" onerror=\"alert(1)](file:01jabcdefghjkmnpqrstvwxyz0.png)",
        "![x](file:01jabcdefghjkmnpqrstvwxyz0.png \"t\\\" onload=\\\"alert(1)\")",
        "[a](/x \"t' onclick='x\")",
        "<style>*{}</style>",
        "<div style=\"position:fixed\">x</div>",
        "<iframe src=//evil></iframe>",
        "<a href='javascript:1'>x</a>",
        "`<script>`",
        "```\"><script>\n</code></pre><script>\n```",
        "# <script>x</script>",
        "| <script> |\n|---|\n| <img onerror=x src=y> |",
        "<!-- --><script>x</script>",
        "<kbd onclick=x>a</kbd>",
        "<kbd>**a</kbd>** <sub>x",
    ];
    for markdown in hostile {
        let html = shown(markdown).html;
        assert_eq!(complaint(&html), None, "{markdown}\n{html}");
        assert!(
            !html.contains("<script") && !html.contains("javascript:alert(1)\""),
            "{html}"
        );
    }
}

#[test]
fn marks_are_closed_where_they_were_opened() {
    assert_eq!(
        shown("<kbd>**a</kbd>** b").html,
        "<p><kbd><strong>a&lt;/kbd&gt;</strong> b</kbd></p>\n"
    );
    assert_eq!(
        shown("**<kbd>a** b</kbd>").html,
        "<p><strong><kbd>a</kbd></strong> b&lt;/kbd&gt;</p>\n"
    );
    assert_eq!(shown("x<sub>2").html, "<p>x<sub>2</sub></p>\n");
    // The words of a tight list stand in no paragraph: a block behind them ends their marks.
    assert_eq!(
        shown("- <sub>x\n  # y").html,
        "<ul>\n<li><sub>x</sub><h2 id=\"h-y\">y</h2>\n</li>\n</ul>\n"
    );
    assert_eq!(
        shown("- <sub>x\n  ***\n  <kbd>y\n  > z").html,
        "<ul>\n<li><sub>x</sub><hr><kbd>y</kbd><blockquote>\n<p>z</p>\n</blockquote>\n</li>\n</ul>\n"
    );
}

/// Half a megabyte of everything that makes readers of Markdown sweat.
#[test]
fn the_nastiest_text_is_rendered_soon_and_has_an_end() {
    const SIZE: usize = 500_000;
    let many = |part: &str| part.repeat(SIZE / part.len());
    let texts = [
        many("> "),
        many("- "),
        many("* a\n"),
        many("[a]("),
        many("[a][b]"),
        many("![["),
        many("**a *b "),
        many("*a_ "),
        many("`"),
        many("`a``b"),
        many("<a "),
        many("<!-- "),
        many("<![CDATA["),
        many("# a\n"),
        many("|a"),
        format!(
            "{}\n{}\n{}",
            many("|a").get(..200_000).unwrap(),
            "|-".repeat(100_000),
            "|\n".repeat(100_000)
        ),
        format!("[a]: /{}\n\n{}", "x".repeat(20_000), "[a] ".repeat(100_000)),
        many("1. a\n   "),
        many("KB-1 https://a KB-"),
        many("**“a”**中"),
        many("&#x3c;"),
        many("```dot\ndigraph{a->b}\n```\n"),
        many("~~"),
        many("\\"),
        many("> [!NOTE]\n> - > 1. "),
        (0..700)
            .map(|depth| format!("{}- a\n", "  ".repeat(depth)))
            .collect::<String>(),
        many("<kbd>"),
    ];
    register(crate::LOCALES);
    for text in texts {
        let started = Instant::now();
        let page = shown(&text);
        let head: String = text.chars().take(20).collect();
        // Tests are not optimised; a release is some ten times faster.
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{head:?}: {:?}",
            started.elapsed()
        );
        eprintln!("{head:?} {:?} {}", started.elapsed(), page.html.len());
        assert!(page.html.len() < 12_000_000, "{head:?}: {}", page.html.len());
        assert_eq!(complaint(&page.html), None, "{head:?}");
    }
}

fn balanced(html: &str) -> bool {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = rest.find('>').unwrap();
        let tag = &rest[..end];
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return false;
            }
        } else if !tag.ends_with('/') && !["br", "hr", "img"].contains(&name) {
            open.push(name);
        }
    }
    open.is_empty()
}

const PARTS: &[&str] = &[
    "a",
    "打印机",
    " ",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "# ",
    "**",
    "*",
    "_",
    "`",
    "```\n",
    "```dot\n",
    "|",
    "\n|-|-|\n",
    "[",
    "](",
    ")",
    "![",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&lt;",
    "<kbd>",
    "</kbd>",
    "<sub>",
    "</sub>",
    "<br>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<img onerror=x>",
    "javascript:",
    "data:",
    "file:01jabcdefghjkmnpqrstvwxyz0.mp4",
    "article:3",
    "https://e.org/",
    "KB-12",
    "[!NOTE]",
    "- [ ] ",
    "~~",
    "\\",
    "digraph { a -> b }",
    "  ",
    "\t",
    "\0",
    "::",
    "onclick=",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn whatever_is_written_is_harmless_and_closed(parts in prop::collection::vec(prop::sample::select(PARTS), 0..60)) {
        let markdown = parts.concat();
        let page = shown(&markdown);
        prop_assert_eq!(complaint(&page.html), None, "{}", page.html);
        prop_assert!(balanced(&page.html), "{}", page.html);
        let ids: std::collections::HashSet<_> = page.headings.iter().map(|one| &one.id).collect();
        prop_assert_eq!(ids.len(), page.headings.len());
        let _ = plain(&markdown);
        let _ = section(&markdown, &["a"]);
    }

    #[test]
    fn any_text_at_all_is_harmless(markdown in "\\PC{0,200}") {
        prop_assert_eq!(complaint(&shown(&markdown).html), None);
    }
}

#[test]
fn a_line_that_begins_with_marks_keeps_its_distance_from_the_one_before() {
    assert!(shown("one\n**two**").html.contains("one\n<strong>two"));
    assert!(shown("一。\n**二**").html.contains("一。<strong>二"));
}
