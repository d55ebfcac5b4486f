//! What is read, and what is refused.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::write::SimpleFileOptions;

use crate::{Format, Limits, Page, Refusal, Site, What};

fn page(title: &str, id: u32, rest: &str) -> String {
    format!("  <page>\n    <title>{title}</title>\n    <ns>0</ns>\n    <id>{id}</id>\n{rest}\n  </page>\n")
}

fn revision(at: &str, author: &str, text: &str) -> String {
    format!(
        "    <revision>\n      <id>1</id>\n      <timestamp>{at}</timestamp>\n      <contributor><username>{author}</username></contributor>\n      <comment>why</comment>\n      <model>wikitext</model>\n      <text xml:space=\"preserve\">{text}</text>\n    </revision>"
    )
}

fn dump(pages: &str) -> String {
    format!(
        "<mediawiki xml:lang=\"en\">\n  <siteinfo>\n    <sitename>House wiki</sitename>\n    <namespaces>\n      <namespace key=\"0\" case=\"first-letter\" />\n      <namespace key=\"4\" case=\"first-letter\">House</namespace>\n    </namespaces>\n  </siteinfo>\n{pages}</mediawiki>\n"
    )
}

fn read(text: &[u8]) -> Result<Site, Refusal> {
    Site::read(
        Format::MediaWiki,
        &mut Cursor::new(text.to_vec()),
        "dump.xml",
        &Limits::default(),
    )
}

#[test]
fn a_dump_comes_with_its_past_its_redirects_and_its_lines() {
    let first = revision("2026-01-01T08:00:00Z", "Ann", "Old &amp; [[Paper]]");
    let second = revision(
        "2026-02-01T08:00:00Z",
        "Bo",
        "New\n\n[[ink]] [[File:a_b.png]]\n{{Box|x}}\n[[Category:Desk]]",
    );
    let text = dump(
        &[
            page("Printer", 7, &format!("{first}\n{second}")),
            page(
                "Old printer",
                8,
                &format!(
                    "    <redirect title=\"Printer\" />\n{}",
                    revision("2026-01-01T08:00:00Z", "Ann", "#REDIRECT [[Printer]]")
                ),
            ),
            page("User:Ann", 9, "").replace("<ns>0</ns>", "<ns>2</ns>"),
        ]
        .concat(),
    );
    let site = read(text.as_bytes()).unwrap();
    assert_eq!(site.name, "House wiki");
    assert_eq!(site.redirects, [("Old printer".to_owned(), "Printer".to_owned())]);
    assert_eq!(site.passed_over, ["User"]);
    let page = site.page("Printer").unwrap();
    assert_eq!((page.id.as_str(), page.revisions.len(), page.line), ("7", 2, 9));
    assert_eq!(page.revisions[0].markdown, "Old & [Paper](wiki-page:Paper)\n");
    assert_eq!(page.revisions[0].author.as_deref(), Some("Ann"));
    assert_eq!(page.revisions[1].at, Some(1_769_932_800_000));
    assert_eq!(
        (page.tags.as_slice(), page.files.as_slice()),
        (&["Desk".to_owned()][..], &["A b.png".to_owned()][..])
    );
    let (line, _) = text
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains("[[ink]]"))
        .unwrap();
    assert_eq!(page.links[0].line, line + 1);
    assert_eq!(
        (site.complaints[0].what, site.complaints[0].line),
        (What::Template, line + 2)
    );
}

#[test]
fn a_broken_page_is_named_with_its_line_and_the_rest_comes_in() {
    let good = |title: &str| page(title, 1, &revision("2026-01-01T08:00:00Z", "Ann", "fine"));
    let torn = page("Torn", 2, &revision("2026-01-01T08:00:00Z", "Ann", "x &bomb; y"));
    let crossed = page(
        "Crossed",
        3,
        "    <revision>\n    <text>x</comment>\n    </revision>",
    );
    let unended = "  <page>\n    <title>Unended</title>\n".to_owned();
    let large = page(
        "Large",
        4,
        &revision("2026-01-01T08:00:00Z", "Ann", &"x".repeat(500_001)),
    );
    let text = dump(
        &[
            good("A"),
            torn,
            good("B"),
            crossed,
            unended,
            good("C"),
            large,
            good("D"),
        ]
        .concat(),
    );
    let site = read(text.as_bytes()).unwrap();
    let titles: Vec<&str> = site.pages.iter().map(|page| page.title.as_str()).collect();
    assert_eq!(titles, ["A", "B", "C", "D"]);
    let line_of = |words: &str| text.lines().position(|line| line.contains(words)).unwrap() + 1;
    let told: Vec<(&str, What, usize)> = site
        .complaints
        .iter()
        .map(|one| (one.page.as_str(), one.what, one.line))
        .collect();
    assert_eq!(
        told,
        [
            ("Torn", What::Broken, line_of("&bomb;")),
            (
                "Crossed",
                What::Broken,
                line_of("</comment>\n".trim()).max(line_of("<text>x</comment>"))
            ),
            ("Unended", What::Broken, line_of("Unended") - 1),
            ("Large", What::TooLarge, line_of("xxxx")),
        ]
    );
}

#[test]
fn declared_entities_are_not_replaced() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n";
    let text = format!(
        "{bomb}{}",
        dump(&page("A", 1, &revision("2026-01-01T08:00:00Z", "Ann", "&b;")))
    );
    let site = read(text.as_bytes()).unwrap();
    assert_eq!(site.pages, [] as [Page; 0]);
    assert_eq!(
        (site.complaints[0].what, site.complaints[0].detail.as_str()),
        (What::Broken, "&b;")
    );
}

#[test]
fn a_zip_brings_the_pictures_and_refuses_what_leads_out() {
    let text = dump(&page(
        "A",
        1,
        &revision("2026-01-01T08:00:00Z", "Ann", "[[File:Tray 1.png]]"),
    ));
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    };
    add("wiki/dump.xml", text.as_bytes());
    add("wiki/images/a/ab/Tray_1.png", b"png");
    add("wiki/images/thumb/a/ab/Tray_1.png/120px-Tray_1.png", b"small");
    add("../../etc/cron.d/x", b"bad");
    let bytes = zip.finish().unwrap().into_inner();
    let site = read(&bytes).unwrap();
    assert_eq!(site.pages.len(), 1);
    let keys: Vec<&str> = site.files.iter().map(|file| file.key.as_str()).collect();
    assert_eq!(keys, ["Tray 1.png"]);
    assert_eq!(
        (site.complaints[0].what, site.complaints[0].page.as_str()),
        (What::Refused, "../../etc/cron.d/x")
    );
}

#[test]
fn what_is_no_dump_is_refused_as_a_whole() {
    assert!(matches!(
        read(b"<html><page></page></html>"),
        Err(Refusal::OtherKind)
    ));
    assert!(matches!(read(b""), Err(Refusal::OtherKind)));
    assert!(matches!(read(b"PK\x03\x04rest"), Err(Refusal::NotZip(_))));
}

#[test]
fn an_archive_larger_than_the_limits_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("dump.xml", SimpleFileOptions::default()).unwrap();
    zip.write_all(&vec![b' '; 4 << 20]).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    let tight = Limits {
        total: 1 << 20,
        ..Limits::default()
    };
    let outcome = Site::read(
        Format::MediaWiki,
        &mut Cursor::new(bytes.clone()),
        "x.zip",
        &tight,
    );
    assert!(matches!(outcome, Err(Refusal::TooLarge(_))));
    // Four megabytes of blanks pack to a thousandth: more than a text ever does.
    let site = Site::read(
        Format::MediaWiki,
        &mut Cursor::new(bytes),
        "x.zip",
        &Limits::default(),
    );
    assert!(matches!(site, Err(Refusal::OtherKind)));
}

proptest! {
    #[test]
    fn any_dump_can_be_read(middle in "(<page>|</page>|<title>|</title>|<revision>|</revision>|<text>|</text>|x|&amp;|&x;|\n|<!--|<!\\[CDATA\\[|\\]\\]>){0,40}") {
        let text = dump(&middle);
        let site = read(text.as_bytes()).unwrap();
        let lines = text.lines().count();
        for complaint in site.complaints {
            prop_assert!((1..=lines).contains(&complaint.line));
        }
    }
}
