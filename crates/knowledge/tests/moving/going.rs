//! Articles that go out as a folder of Markdown, and come back the same.

use kernel::Locale;
use knowledge::exporting::{Folder, Zip, export};
use knowledge::importing::{Format, store};
use knowledge::text;

use crate::house::{PNG, import, open, packed, wiki};

#[tokio::test]
async fn an_export_is_relative_whole_and_can_be_read_again() {
    let app = open().await;
    import(&app, Format::MediaWiki, &wiki(), "workshop")
        .await
        .unwrap();
    let other = packed(&[
        (
            "jar.md",
            "# Jar\n\n> [!TIP]\n> Turn it.\n\n1. one\n   - two\n\n<script>alert(1)</script>\n".as_bytes(),
        ),
        ("jar.zh-CN.md", "# 罐子\n\n![罐](jar.png)\n".as_bytes()),
        ("jar.png", PNG),
    ]);
    import(&app, Format::Markdown, &other, "attic").await.unwrap();

    let kernel = &app.house.kernel;
    let cx = kernel.cx_system("knowledge.export");
    let folder = tempfile::tempdir().unwrap();
    let mut into = Folder::new(folder.path().join("out")).unwrap();
    let summary = export(kernel, &cx, Some("workshop"), &mut into).await.unwrap();
    assert_eq!(
        (summary.articles, summary.pages, summary.files, summary.missing),
        (3, 3, 1, 0)
    );
    let summary = export(kernel, &cx, Some("attic"), &mut into).await.unwrap();
    assert_eq!((summary.articles, summary.pages, summary.files), (1, 2, 1));
    assert!(Folder::new(folder.path().join("out")).is_err());

    let numbers = app.read(|tx| store::known(tx, "markdown:export")).await.unwrap();
    let jar = numbers["jar.md"];
    let docs = folder.path().join("out/docs");
    let english = std::fs::read_to_string(docs.join(format!("attic/{jar}-jar.md"))).unwrap();
    assert!(
        english.contains("# Jar\n\n!!! tip \"Tip\"\n    Turn it.\n\n1. one\n    - two\n\n&lt;script>"),
        "{english}"
    );
    let chinese = std::fs::read_to_string(docs.join(format!("attic/{jar}-jar.zh-CN.md"))).unwrap();
    assert!(chinese.contains("![罐](files/"), "{chinese}");
    let settings = std::fs::read_to_string(folder.path().join("out/mkdocs.yml")).unwrap();
    assert!(
        settings.contains(&format!("- \"罐子\": \"attic/{jar}-jar.zh-CN.md\"")),
        "{settings}"
    );

    // All of it, as the page sends it, read by another space of another name.
    let mut zip = Zip::new(tempfile::tempfile().unwrap());
    export(kernel, &cx, None, &mut zip).await.unwrap();
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut zip.finish().unwrap(), &mut bytes).unwrap();
    let mut named = import_as(&app, &bytes, "copy").await;
    assert_eq!(named.complaint_count(), 0, "{:?}", named.complaints);
    assert_eq!(named.links.missing(), 0);
    named.complaints.clear();
    let copies = app.read(|tx| store::known(tx, "markdown:copy")).await.unwrap();
    let copy = copies[&format!("docs/attic/{jar}-jar.md")];
    let (original, copied) = app
        .read(move |tx| {
            Ok((
                text::store::find(tx, jar, Locale::ZhCn)?,
                text::store::find(tx, copy, Locale::ZhCn)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(original.unwrap().words.title, copied.unwrap().words.title);
}

async fn import_as(app: &testkit::TestApp, content: &[u8], name: &str) -> knowledge::importing::Report {
    use knowledge::importing::{Options, Order, run};
    let (_folder, path) = crate::house::on_disk(content);
    let options = Options {
        space: "attic".to_owned(),
        name: Some(name.to_owned()),
        ..Options::default()
    };
    let order = Order {
        format: Format::Markdown,
        path,
        name: "knowledge.zip".to_owned(),
        options,
    };
    let cx = app.house.kernel.cx_system("knowledge.import");
    run(&app.house.kernel, &cx, &order, &mut crate::house::Nobody)
        .await
        .unwrap()
}
