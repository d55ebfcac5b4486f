//! What is read, and what is refused.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use super::marks::{Meaning, neutral};
use crate::{Format, Limits, Refusal, Site, What};

fn read(entries: &[(&str, &[u8])]) -> Result<Site, Refusal> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    Site::read(
        Format::Markdown,
        &mut Cursor::new(bytes),
        "handbook.zip",
        &Limits::default(),
    )
}

#[test]
fn a_folder_comes_with_its_tree_front_matter_and_addresses() {
    let page = "---\ntitle: \"Tray one\"\ntags: [paper, tray]\nauthor: Ann\ndate: 2026-03-01\n---\n# Tray one\n\nSee [ink](../ink.md#blue \"t\"), ![p](pics/tray%201.png), [out](https://example.org/a.md), [gone](nowhere.md)\nand [[Ink|colour]].\n\n```\n[code](../ink.md)\n```\n\n!!! warning \"Mind\"\n    Hot\n\n    Very\nBehind `[x](../ink.md)` <img src=\"pics/tray 1.png\" alt=\"t\">\n";
    let site = read(&[
        ("book/index.md", b"# Handbook\n\n[tray](trays/one.md)"),
        ("book/ink.md", b"Blue\n"),
        ("book/ink.zh-CN.md", "# 墨\n\n蓝".as_bytes()),
        ("book/trays/one.md", page.as_bytes()),
        ("book/trays/pics/tray 1.png", b"png"),
        ("book/.git/config.md", b"x"),
        ("__MACOSX/book/ink.md", b"x"),
    ])
    .unwrap();
    let order: Vec<(&str, &str, Option<&str>)> = site
        .pages
        .iter()
        .map(|page| (page.key.as_str(), page.title.as_str(), page.parent.as_deref()))
        .collect();
    assert_eq!(
        order,
        [
            ("book/index.md", "Handbook", None),
            ("book/ink.md", "ink", Some("book/index.md")),
            ("book/ink.zh-CN.md", "墨", Some("book/index.md")),
            ("book/trays/one.md", "Tray one", None),
        ]
    );
    let other = site.page("book/ink.zh-CN.md").unwrap();
    assert_eq!(
        (other.language.as_deref(), other.original.as_deref()),
        (Some("zh-CN"), Some("book/ink.md"))
    );
    let tray = site.page("book/trays/one.md").unwrap();
    assert_eq!(
        (tray.tags.as_slice(), tray.files.as_slice()),
        (
            &["paper".to_owned(), "tray".to_owned()][..],
            &["book/trays/pics/tray 1.png".to_owned()][..]
        )
    );
    assert_eq!(
        (tray.revisions[0].author.as_deref(), tray.revisions[0].at),
        (Some("Ann"), Some(1_772_323_200_000))
    );
    assert_eq!(
        tray.revisions[0].markdown,
        "See [ink](wiki-page:book/ink.md \"t\"), ![p](wiki-file:book/trays/pics/tray%201.png), [out](https://example.org/a.md), [gone](wiki-page:book/trays/nowhere.md)\nand [colour](wiki-page:book/ink.zh-CN.md).\n\n```\n[code](../ink.md)\n```\n\n> [!WARNING]\n> **Mind**\n>\n> Hot\n>\n> Very\n\nBehind `[x](../ink.md)` ![t](wiki-file:book/trays/pics/tray%201.png)\n"
            .replace("wiki-page:book/ink.zh-CN.md)", &format!("{})", site.pages.iter().find(|page| page.key == tray.links[2].key).map(|page| crate::address::page(&page.key)).unwrap()))
    );
    let lines: Vec<usize> = tray.links.iter().map(|link| link.line).collect();
    assert_eq!(lines, [9, 9, 10]);
}

#[test]
fn broken_pages_are_named_and_the_rest_comes_in() {
    let large = vec![b'x'; 500_001];
    let site = read(&[
        ("a.md", b"---\ntitle: x\nno end"),
        ("b.md", b"fine\n\xff\xfe\n"),
        ("c.md", &large),
        ("d.md", b"one\n```\ncode"),
        ("../e.md", b"x"),
        ("f.md", b"fine"),
    ])
    .unwrap();
    let told: Vec<(&str, What, usize)> = site
        .complaints
        .iter()
        .map(|one| (one.page.as_str(), one.what, one.line))
        .collect();
    assert_eq!(
        told,
        [
            ("../e.md", What::Refused, 0),
            ("a.md", What::Unclosed, 1),
            ("b.md", What::NotUtf8, 2),
            ("c.md", What::TooLarge, 1),
            ("d.md", What::Unclosed, 2),
        ]
    );
    assert_eq!(site.pages.len(), 4);
    assert!(matches!(read(&[("a.txt", b"x")]), Err(Refusal::OtherKind)));
}

#[test]
fn a_bomb_is_refused() {
    let mut bomb = Vec::new();
    bomb.resize(64 << 20, b'a');
    let site = read(&[("a.md", b"x"), ("bomb.png", &bomb), ("bomb.md", &bomb)]).unwrap();
    let told: Vec<(&str, What)> = site
        .complaints
        .iter()
        .map(|one| (one.page.as_str(), one.what))
        .collect();
    assert_eq!(told, [("bomb.png", What::Refused), ("bomb.md", What::Refused)]);
}

proptest! {
    #[test]
    fn any_text_can_be_gone_over(text in "(\\[|\\]|\\(|\\)|\\]\\(|`|```|\n|a|打|<img |>|\\[\\[|\\]\\]|!!! x|    |:::|\\]: |---| ){0,50}") {
        let marked = neutral(&text, &mut |_| Meaning::Page("p".to_owned()), &|_| Some("p".to_owned()));
        let lines = text.lines().count().max(1);
        for (_, line, _) in marked.found {
            prop_assert!((1..=lines).contains(&line));
        }
        let _ = super::front::split(&text);
    }
}
