//! What is read, and what is refused.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use crate::{Format, Limits, Refusal, Site, What};

fn portable(data: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("data.json", SimpleFileOptions::default()).unwrap();
    zip.write_all(data.as_bytes()).unwrap();
    for (name, content) in files {
        zip.start_file(format!("files/{name}"), SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn read(bytes: Vec<u8>, name: &str) -> Result<Site, Refusal> {
    Site::read(
        Format::BookStack,
        &mut Cursor::new(bytes),
        name,
        &Limits::default(),
    )
}

#[test]
fn a_portable_book_comes_with_its_tree_pictures_and_links() {
    let data = serde_json::json!({
        "instance": { "id": "x", "version": "v24.12" },
        "exported_at": "2026-03-01T00:00:00Z",
        "book": {
            "id": 8, "name": "Printing", "description_html": "<p>All about <b>paper</b></p>", "tags": [{ "name": "team", "value": "desk" }],
            "chapters": [{ "id": 2, "name": "Trays", "priority": 5, "pages": [
                { "id": 40, "name": "Tray one", "html": "<h2 id=\"bkmrk-x\">Fill</h2><p class=\"callout warning\">Mind <a href=\"[[bsexport:page:41]]\">ink</a></p><p><a href=\"[[bsexport:image:7]]\"><img src=\"[[bsexport:image:7]]\" alt=\"tray\"></a></p><script>x</script>",
                  "images": [{ "id": 7, "name": "Tray.png", "file": "abc.png" }],
                  "attachments": [{ "id": 3, "name": "Manual", "file": "man.pdf" }, { "name": "Maker", "link": "https://example.org" }] }
            ]}],
            "pages": [{ "id": 41, "name": "Ink", "priority": 1, "markdown": "# Colours\n\nSee [tray]([[bsexport:page:40]]) and [[bsexport:other:1]]\n" }]
        }
    });
    let site = read(
        portable(&data.to_string(), &[("abc.png", b"png"), ("man.pdf", b"pdf")]),
        "export.zip",
    )
    .unwrap();
    let order: Vec<(&str, Option<&str>)> = site
        .pages
        .iter()
        .map(|page| (page.key.as_str(), page.parent.as_deref()))
        .collect();
    assert_eq!(
        order,
        [
            ("book:8", None),
            ("page:41", Some("book:8")),
            ("chapter:2", Some("book:8")),
            ("page:40", Some("chapter:2"))
        ]
    );
    assert_eq!(site.page("book:8").unwrap().tags, ["team: desk"]);
    assert_eq!(
        site.page("page:40").unwrap().revisions[0].markdown,
        "## Fill\n\n> [!WARNING]\n> Mind [ink](wiki-page:page%3A41)\n\n![tray](wiki-file:abc.png)\n\n- [Manual](wiki-file:man.pdf)\n- [Maker](https://example.org)\n"
    );
    assert_eq!(site.page("page:40").unwrap().files, ["abc.png", "man.pdf"]);
    let ink = site.page("page:41").unwrap();
    assert_eq!(
        ink.revisions[0].markdown,
        "# Colours\n\nSee [tray](wiki-page:page%3A40) and [[bsexport:other:1]]\n"
    );
    assert_eq!((ink.links[0].key.as_str(), ink.links[0].line), ("page:40", 3));
    assert_eq!(ink.revisions[0].at, Some(1_772_323_200_000));
    assert_eq!(site.files.len(), 2);
}

#[test]
fn one_html_file_is_cut_at_its_pages() {
    let html = "<!doctype html><html><head><title>Printing</title></head>\n<body><div class=\"page-content\"><h1>Printing</h1><p>Intro</p>\n<div class=\"page-break\"></div><h1 id=\"chapter-2\">Trays</h1><p>About</p>\n<h1 id=\"page-40\">Tray one</h1><p>Text <img src=\"data:image/png;base64,aGVsbG8=\" alt=\"x\"> <a href=\"#page-41\">ink</a></p>\n<h1 id=\"page-41\">Ink</h1><p>Blue</p></div></body></html>";
    let site = read(html.as_bytes().to_vec(), "printing.html").unwrap();
    let order: Vec<(&str, Option<&str>, usize)> = site
        .pages
        .iter()
        .map(|page| (page.key.as_str(), page.parent.as_deref(), page.line))
        .collect();
    assert_eq!(
        order,
        [
            ("book:Printing", None, 1),
            ("chapter:2", None, 3),
            ("page:40", Some("chapter:2"), 4),
            ("page:41", Some("chapter:2"), 5)
        ]
    );
    assert_eq!(
        site.page("book:Printing").unwrap().revisions[0].markdown,
        "Intro\n"
    );
    assert_eq!(
        site.page("page:40").unwrap().revisions[0].markdown,
        "Text ![x](wiki-file:page-40-1.png) [ink](wiki-page:page%3A41)\n"
    );
}

#[test]
fn one_markdown_file_is_cut_at_its_headings() {
    let text = "# Printing\n\nAbout\n\n# Tray\n\n```\n# no page\n```\n\n# Ink\n\nBlue\n";
    let site = read(text.as_bytes().to_vec(), "printing.md").unwrap();
    let titles: Vec<(&str, usize)> = site
        .pages
        .iter()
        .map(|page| (page.title.as_str(), page.line))
        .collect();
    assert_eq!(titles, [("Printing", 1), ("Tray", 5), ("Ink", 11)]);
}

#[test]
fn pages_that_are_too_deep_or_too_large_are_named() {
    let deep = "<div>".repeat(5_000);
    let data = serde_json::json!({ "book": { "name": "B", "pages": [
        { "id": 1, "name": "Deep", "html": deep }, { "id": 2, "name": "Large", "markdown": "x".repeat(600_000) }, { "id": 3, "name": "Fine", "html": "<p>x</p>" }
    ] } });
    let site = read(portable(&data.to_string(), &[]), "x.zip").unwrap();
    let told: Vec<(&str, What)> = site
        .complaints
        .iter()
        .map(|one| (one.page.as_str(), one.what))
        .collect();
    assert_eq!(told, [("Deep", What::TooDeep), ("Large", What::TooLarge)]);
    assert!(site.page("page:3").is_some());
    assert!(matches!(
        read(portable("{}", &[]), "x.zip"),
        Err(Refusal::OtherKind)
    ));
    assert!(matches!(
        read(portable("{", &[]), "x.zip"),
        Err(Refusal::Unreadable(_))
    ));
}
