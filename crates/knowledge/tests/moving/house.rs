//! What the tests share: a space, an export, and an import that is run.

use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use kernel::Result;
use knowledge::importing::{self, Format, Options, Order, Progress, Report, Witness};
use knowledge::space::{self, Space};
use testkit::TestApp;
use zip::write::SimpleFileOptions;

/// A picture that browsers know.
pub const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";

/// Opens the house with two spaces.
pub async fn open() -> TestApp {
    let app = TestApp::open().await;
    for (place, id) in [(1, "workshop"), (2, "attic")] {
        let wanted = Space {
            id: id.to_owned(),
            title_en: id.to_owned(),
            title_zh: String::new(),
            icon: "wrench".to_owned(),
            parent: None,
            place,
        };
        app.act(&app.cast.shen.clone(), move |tx, cx| space::save(tx, cx, &wanted))
            .await;
    }
    app
}

/// A ZIP with these entries.
pub fn packed(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A revision of a page in a dump.
pub fn revision(at: &str, author: &str, text: &str) -> String {
    format!(
        "<revision><timestamp>{at}</timestamp><contributor><username>{author}</username></contributor><comment>a note</comment><text>{text}</text></revision>\n"
    )
}

/// A wiki with two pages that lead to each other, a picture, a redirect, a dead link, and a broken page.
pub fn wiki() -> Vec<u8> {
    let first = revision("2024-01-02T03:04:05Z", "Ann", "Old words");
    let last = revision(
        "2024-02-02T03:04:05Z",
        "Bo",
        "== Steps ==\nSee [[marmalade jar]], [[Jam]], [[Nowhere]].\n\n[[File:Jar one.png|A jar]] [[File:Lost.png]]\n\n[[Category:Kitchen]]",
    );
    let jar = revision(
        "2024-01-02T03:04:05Z",
        "Ann",
        "Back to [[Toast/Burnt|burnt toast]].",
    );
    let dump = format!(
        "<mediawiki>\n<siteinfo><sitename>Kitchen wiki</sitename></siteinfo>\n\
         <page>\n<title>Toast/Burnt</title><ns>0</ns><id>11</id>\n{first}{last}</page>\n\
         <page>\n<title>Torn</title><ns>0</ns><id>12</id>\n<revision><text>&broken;</text></revision></page>\n\
         <page>\n<title>Jam</title><ns>0</ns><id>13</id><redirect title=\"Marmalade jar\" />\n{jar}</page>\n\
         <page>\n<title>Marmalade jar</title><ns>0</ns><id>14</id>\n{jar}</page>\n\
         <page>\n<title>Toast</title><ns>0</ns><id>15</id>\n{jar}</page>\n\
         <page>\n<title>Talk:Toast</title><ns>1</ns><id>16</id>\n{jar}</page>\n</mediawiki>\n"
    );
    packed(&[
        ("dump.xml", dump.as_bytes()),
        ("images/a/ab/Jar_one.png", PNG),
        ("images/a/ac/Unused.png", PNG),
    ])
}

/// A file on the disk for as long as the test runs.
pub fn on_disk(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("export.zip");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

/// Does not watch.
pub struct Nobody;

impl Witness for Nobody {
    async fn progress(&mut self, _: Progress) -> Result<bool> {
        Ok(true)
    }
}

/// Runs an import, as the command does.
pub async fn import(app: &TestApp, format: Format, content: &[u8], space: &str) -> Result<Report> {
    let (_folder, path) = on_disk(content);
    let order = Order {
        format,
        path,
        name: "export.zip".to_owned(),
        options: Options {
            space: space.to_owned(),
            audience: vec!["everyone".to_owned()],
            ..Options::default()
        },
    };
    let cx = app.house.kernel.cx_system("knowledge.import");
    importing::run(&app.house.kernel, &cx, &order, &mut Nobody).await
}
