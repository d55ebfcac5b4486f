//! What is read, and what is refused.

use proptest::prelude::*;

use super::names::Namespaces;
use super::{convert, redirect};
use crate::What;

fn markdown(text: &str) -> String {
    convert("Printers", &Namespaces::default(), text).markdown
}

#[test]
fn headings_emphasis_and_lists_are_markdown() {
    let text = "== Paper '''jam''' ==\nOpen the ''front'' door,\nthen wait.\n\n* one\n** two\n*# three\n* four\n# first\n# second\n; Tray\n: Where paper lies\n----\n end\n  of it\n";
    let wanted = "## Paper **jam**\n\nOpen the *front* door, then wait.\n\n- one\n  - two\n  1. three\n- four\n\n1. first\n2. second\n\n**Tray**\n\nWhere paper lies\n\n---\n\n```\nend\n of it\n```\n";
    assert_eq!(markdown(text), wanted);
}

#[test]
fn links_files_and_categories_are_found_with_their_lines() {
    let text = "See [[vpn client|the client]]s and [[:Category:Network]].\n\n[[File:tray_1.png|thumb|200px|The [[Tray|lower]] tray]] [[Media:list.pdf]]\n[[Category:Hardware|x]][[分类:打印]] [https://example.org/a_(b) there] and https://example.org/x.";
    let found = convert("Printers", &Namespaces::default(), text);
    assert_eq!(
        found.markdown,
        "See [the clients](wiki-page:Vpn%20client) and [Category:Network](wiki-page:Category%3ANetwork).\n\n![The lower tray](wiki-file:Tray%201.png) [List.pdf](wiki-file:List.pdf) [there](https://example.org/a_%28b%29) and <https://example.org/x>.\n"
    );
    assert_eq!(found.tags, ["Hardware", "打印"]);
    assert_eq!(found.files, ["List.pdf", "Tray 1.png"]);
    let links: Vec<(&str, usize)> = found
        .links
        .iter()
        .map(|(key, line)| (key.as_str(), *line))
        .collect();
    assert_eq!(links, [("Vpn client", 1), ("Category:Network", 1)]);
}

#[test]
fn code_is_kept_as_it_is() {
    let text = "Run <code>ls ''x''</code>:\n<syntaxhighlight lang=\"bash\">\nls [[x]] '''y'''\n</syntaxhighlight>\n<pre>a &lt; b</pre>\n<nowiki>[[no link]]</nowiki><!-- hidden\nlines -->";
    assert_eq!(
        markdown(text),
        "Run `ls x`:\n\n```bash\nls [[x]] '''y'''\n```\n\n```\na < b\n```\n\n\\[\\[no link\\]\\]\n"
    );
}

#[test]
fn tables_become_tables() {
    let text = "{| class=\"wikitable\"\n|+ Ports\n! Name !! Port\n|-\n| style=\"x\" | SSH || 22\n|-\n| rowspan=2 | Web\n| 80\n|-\n| 443\n|}\nbehind";
    assert_eq!(
        markdown(text),
        "**Ports**\n\n| Name | Port |\n| --- | --- |\n| SSH | 22 |\n| Web | 80 |\n|  | 443 |\n\nbehind\n"
    );
}

#[test]
fn templates_are_notes_with_their_words_and_named_with_their_line() {
    let text = "Intro\n\n{{Warning|Do not [[unplug]] it\n|colour=red}}\n\nUse {{key|Ctrl|{{shy}}C}} now. {{DEFAULTSORT:x}}{{!}}";
    let found = convert("Printers", &Namespaces::default(), text);
    assert_eq!(
        found.markdown,
        "Intro\n\n> [!WARNING]\n> Do not [unplug](wiki-page:Unplug) it\n>\n> colour: red\n\nUse (key: Ctrl, (shy)C) now. |\n"
    );
    let told: Vec<(usize, What, &str)> = found
        .complaints
        .iter()
        .map(|(line, what, name)| (*line, *what, name.as_str()))
        .collect();
    let template = What::Template;
    assert_eq!(
        told,
        [
            (3, template, "Warning"),
            (6, template, "key"),
            (6, template, "shy")
        ]
    );
}

#[test]
fn what_is_never_closed_is_named_and_kept() {
    let found = convert("P", &Namespaces::default(), "a\n<pre>b\n\n{{c\n\n{|\n| d");
    let told: Vec<(usize, What)> = found
        .complaints
        .iter()
        .map(|(line, what, _)| (*line, *what))
        .collect();
    assert_eq!(
        told,
        [(2, What::Unclosed), (4, What::Unclosed), (6, What::Unclosed)]
    );
    for word in ["b", "c", "d"] {
        assert!(found.markdown.contains(word), "{}", found.markdown);
    }
}

#[test]
fn redirects_are_read_in_both_languages() {
    let names = Namespaces::default();
    assert_eq!(
        redirect(&names, "#REDIRECT [[vpn_client#Setup]]").as_deref(),
        Some("Vpn client")
    );
    assert_eq!(redirect(&names, "#重定向 [[打印机]]").as_deref(), Some("打印机"));
    assert_eq!(redirect(&names, "# first\n# second"), None);
}

#[test]
fn script_and_markdown_in_the_words_do_nothing() {
    let out = markdown("<script>alert(1)</script> [x](javascript:1) *no* <img src=x onerror=y>");
    assert_eq!(out, "alert(1) \\[x\\](javascript:1) \\*no\\*\n");
}

/// Half a megabyte of what is read with most care, in a time that nobody notices.
#[test]
fn bad_pages_take_no_longer_than_good_ones() {
    let begun = std::time::Instant::now();
    for piece in [
        "[[",
        "{{",
        "{{a|",
        "<!--",
        "<pre>",
        "'''",
        "[http://",
        "&#",
        "* ",
        "{|\n|",
        "__",
        "[[File:a|",
        "|}",
        ":::::::",
        "<ref>",
        "<",
        "{{{",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let out = convert("P", &Namespaces::default(), &text);
        assert!(out.markdown.len() < 3_000_000, "{piece}");
    }
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

proptest! {
    #[test]
    fn any_text_can_be_read(text in "(\\[\\[|\\]\\]|\\{\\{|\\}\\}|\\||'''|''|=|\n|\\*|#|:|;|\\{\\||\\|\\}|\\|-|!|<pre>|</pre>|<nowiki>|</nowiki>|<b>|</i>|<!--|-->|a|打|File:|&amp;|http://x| |\u{e000}|0|\u{e001}){0,60}") {
        let found = convert("P", &Namespaces::default(), &text);
        let holds_mark = found.markdown.contains([super::strip::OPEN, super::strip::CLOSE]);
        prop_assert!(!holds_mark);
        let lines = text.matches('\n').count() + 1;
        for (line, _, _) in &found.complaints {
            prop_assert!((1..=lines).contains(line));
        }
        for (_, line) in &found.links {
            prop_assert!((1..=lines).contains(line));
        }
    }

    #[test]
    fn plain_words_come_through(words in "[a-z0-9 打印机]{1,60}") {
        let shown = markdown(&format!("x{words}"));
        let plain: Vec<&str> = words.split_whitespace().collect();
        for word in plain {
            prop_assert!(shown.contains(word));
        }
    }
}
