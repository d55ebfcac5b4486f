//! Confluence: a space as a ZIP of HTML. `index.html` holds the tree, each page is a file, attachments lie beside them.
//!
//! Such an export has no history: each page comes with who changed it last and on which day.

use std::collections::HashMap;

use crate::archive::{Archive, beside, text};
use crate::bookstack::outward;
use crate::html::{self, Element, Node, Reference, find_all, find_class, find_id, text_of};
use crate::{
    Complaint, File, HTML_MAX, Item, Limits, Link, PAGE_MAX, Page, Place, Refusal, Revision, Source, Take,
    What, address, date, give, markdown, percent,
};

/// Folders of an export that hold no pages.
const OTHERS: [&str; 3] = ["attachments/", "images/", "styles/"];

/// The space while it is read.
struct Space {
    /// The folder of `index.html`, with its slash.
    base: String,
    name: String,
    /// The file of the page that a page stands under.
    parents: HashMap<String, String>,
    /// The file of each page, by its number.
    by_number: HashMap<String, String>,
}

/// Reads an export.
pub(crate) fn read(
    source: &mut dyn Source,
    _name: &str,
    limits: &Limits,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    let mut zip = Archive::open(source, limits)?;
    for complaint in zip.take_refused() {
        give(take, Item::Complaint(complaint))?;
    }
    let index = zip
        .names()
        .iter()
        .filter(|name| name.ends_with("index.html"))
        .min_by_key(|name| name.matches('/').count())
        .cloned();
    let index = index.ok_or(Refusal::OtherKind)?;
    let base = index.strip_suffix("index.html").unwrap_or_default().to_owned();
    let is_page = |name: &&String| {
        let inside = name.strip_prefix(&base);
        inside.is_some_and(|inside| {
            inside.ends_with(".html")
                && inside != "index.html"
                && !OTHERS.iter().any(|folder| inside.starts_with(folder))
        })
    };
    let pages: Vec<String> = zip.names().iter().filter(is_page).cloned().collect();
    let by_number = pages
        .iter()
        .filter_map(|page| Some((number(page)?.to_owned(), page.clone())))
        .collect();
    let content = zip.content(&index, HTML_MAX as u64)?.unwrap_or_default();
    let (content, _) = text(content);
    let Some(nodes) = html::parse(&content) else {
        return Err(Refusal::OtherKind);
    };
    let mut space = Space {
        name: html::title(&content),
        base,
        parents: HashMap::new(),
        by_number,
    };
    space.tree(&nodes, None);
    give(take, Item::Name(space.name.clone()))?;
    let mut names = HashMap::new();
    for entry in space.order(&nodes, pages) {
        space.page(&mut zip, &entry, &mut names, take)?;
    }
    let folder = format!("{}attachments/", space.base);
    let entries: Vec<String> = zip
        .names()
        .iter()
        .filter(|name| name.starts_with(&folder))
        .cloned()
        .collect();
    for entry in entries {
        let name = names
            .remove(&entry)
            .unwrap_or_else(|| entry.rsplit('/').next().unwrap_or_default().to_owned());
        give(
            take,
            Item::File(File {
                key: entry.clone(),
                name,
                place: Place::Entry(entry),
            }),
        )?;
    }
    Ok(())
}

/// The number in `Page-title_123.html` or `123.html`.
fn number(file: &str) -> Option<&str> {
    let stem = file.rsplit('/').next()?.strip_suffix(".html")?;
    let number = stem.rsplit('_').next()?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

impl Space {
    /// Reads who stands under whom out of the nested lists of the index.
    fn tree(&mut self, nodes: &[Node], above: Option<&str>) {
        let mut last: Option<String> = None;
        for node in nodes {
            let Node::Element(element) = node else { continue };
            match element.name.as_str() {
                "a" => {
                    if let Some(file) = element.attribute("href").and_then(|href| self.entry(href)) {
                        if let Some(above) = above.filter(|above| *above != file) {
                            self.parents
                                .entry(file.clone())
                                .or_insert_with(|| above.to_owned());
                        }
                        last = Some(file);
                    }
                }
                "ul" | "ol" => self.tree(&element.children, last.as_deref().or(above)),
                "li" => self.tree(&element.children, above),
                _ => self.tree(&element.children, last.as_deref().or(above)),
            }
        }
    }

    /// The pages in the order of the index; those it does not name come behind.
    fn order(&self, nodes: &[Node], mut pages: Vec<String>) -> Vec<String> {
        let links = find_all(nodes, &|element| element.name == "a");
        let mut place: HashMap<String, usize> = HashMap::new();
        for (at, link) in links.into_iter().enumerate() {
            if let Some(file) = link.attribute("href").and_then(|href| self.entry(href)) {
                place.entry(file).or_insert(at);
            }
        }
        pages.sort_by_key(|page| place.get(page).copied().unwrap_or(usize::MAX));
        pages
    }

    /// The entry of the archive that an address in a page leads to.
    fn entry(&self, href: &str) -> Option<String> {
        let path = href.split(['#', '?']).next()?;
        if path.is_empty() || path.contains("://") {
            return None;
        }
        let path = percent::decode(path);
        beside(&format!("{}index.html", self.base), &path)
    }

    fn page(
        &self,
        zip: &mut Archive<'_>,
        entry: &str,
        names: &mut HashMap<String, String>,
        take: &mut Take<'_>,
    ) -> Result<(), Refusal> {
        let file = entry.strip_prefix(&self.base).unwrap_or(entry);
        let mut complain = |page: &str, line, what| {
            give(
                take,
                Item::Complaint(Complaint {
                    page: page.to_owned(),
                    line,
                    what,
                    detail: file.to_owned(),
                }),
            )
        };
        let Some(content) = zip.content(entry, HTML_MAX as u64)? else {
            return complain(file, 1, What::TooLarge);
        };
        let (content, is_utf8) = text(content);
        if !is_utf8 {
            complain(file, 1, What::NotUtf8)?;
        }
        let Some(nodes) = html::parse(&content) else {
            return complain(file, 1, What::TooDeep);
        };
        let title = self.title(&nodes, &content);
        let Some(main) = find_id(&nodes, "main-content") else {
            return complain(&title, content.lines().count().max(1), What::Broken);
        };
        let mut page = self.converted(zip, entry, main, &content);
        attached(self, &nodes, &mut page, names);
        let Some(revision) = page.revisions.last_mut() else {
            return Ok(());
        };
        if revision.markdown.len() > PAGE_MAX {
            return complain(&title, html::line_of(&content, "main-content"), What::TooLarge);
        }
        (revision.author, revision.at) = last_change(&nodes);
        page.title = title;
        page.tags = labels(&nodes);
        page.parent = self
            .parents
            .get(entry)
            .cloned()
            .or_else(|| self.above(&nodes, entry));
        give(take, Item::Page(Box::new(page)))
    }

    fn title(&self, nodes: &[Node], content: &str) -> String {
        let title = match find_id(nodes, "title-text") {
            Some(heading) => text_of(&heading.children),
            None => html::title(content),
        };
        let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
        // `Space : Page`
        match title.split_once(" : ") {
            Some((_, page)) if !page.is_empty() => page.to_owned(),
            _ => title,
        }
    }

    /// The page above by its path, when the index does not tell.
    fn above(&self, nodes: &[Node], entry: &str) -> Option<String> {
        let path = find_id(nodes, "breadcrumbs")?;
        let links = find_all(&path.children, &|element| element.name == "a");
        let last = links
            .last()?
            .attribute("href")
            .and_then(|href| self.entry(href))?;
        (last != entry && !last.ends_with("index.html")).then_some(last)
    }

    fn converted(&self, zip: &Archive<'_>, entry: &str, main: &Element, content: &str) -> Page {
        let (mut links, mut files) = (Vec::new(), Vec::new());
        let blocks = html::blocks(&main.children, &mut |reference| match reference {
            Reference::Link(to) => self.link(zip, to, content, &mut links, &mut files),
            Reference::Picture(from) => {
                let file = self.entry(from)?;
                if file.starts_with(&format!("{}images/icons/", self.base)) {
                    return None;
                }
                files.push(file.clone());
                Some(address::file(&file))
            }
        });
        let id = number(entry).unwrap_or_else(|| entry.strip_prefix(&self.base).unwrap_or(entry));
        Page {
            id: id.to_owned(),
            key: entry.to_owned(),
            line: html::line_of(content, "main-content"),
            links,
            files,
            revisions: vec![Revision {
                markdown: markdown::render(&blocks),
                ..Revision::default()
            }],
            ..Page::default()
        }
    }

    fn link(
        &self,
        zip: &Archive<'_>,
        to: &str,
        content: &str,
        links: &mut Vec<Link>,
        files: &mut Vec<String>,
    ) -> Option<String> {
        // Links that the export left as they were lead by the number of the page.
        let number = to
            .split_once("pageId=")
            .map(|(_, rest)| rest.split(['&', '#']).next().unwrap_or_default());
        let by_number = number.and_then(|number| self.by_number.get(number)).cloned();
        let Some(file) = by_number.or_else(|| self.entry(to)) else {
            return outward(to);
        };
        if file.ends_with("index.html") {
            return None;
        }
        if file.ends_with(".html") && !file.contains("attachments/") {
            links.push(Link {
                key: file.clone(),
                line: html::line_of(content, to),
            });
            return Some(address::page(&file));
        }
        if zip.has(&file) || file.contains("attachments/") {
            files.push(file.clone());
            return Some(address::file(&file));
        }
        None
    }
}

/// The files that a page offers; those its text does not show are named behind it.
fn attached(space: &Space, nodes: &[Node], page: &mut Page, names: &mut HashMap<String, String>) {
    let mut lines = String::new();
    for list in find_all(nodes, &|element| element.has_class("greybox")) {
        for link in find_all(&list.children, &|element| element.name == "a") {
            let Some(file) = link.attribute("href").and_then(|href| space.entry(href)) else {
                continue;
            };
            if !file.contains("attachments/") {
                continue;
            }
            let name = text_of(&link.children).trim().to_owned();
            if !page.files.contains(&file) {
                lines.push_str(&format!(
                    "- [{}]({})\n",
                    markdown::escape(&name),
                    address::file(&file)
                ));
                page.files.push(file.clone());
            }
            names.insert(file, name);
        }
    }
    if let Some(revision) = page.revisions.last_mut().filter(|_| !lines.is_empty()) {
        if !revision.markdown.is_empty() {
            revision.markdown.push('\n');
        }
        revision.markdown.push_str(&lines);
    }
    page.files.sort_unstable();
    page.files.dedup();
}

/// Who changed the page last, and when.
fn last_change(nodes: &[Node]) -> (Option<String>, Option<i64>) {
    let Some(metadata) = find_class(nodes, "page-metadata") else {
        return (None, None);
    };
    let named =
        |class| find_class(&metadata.children, class).map(|name| text_of(&name.children).trim().to_owned());
    let words = text_of(&metadata.children);
    let day = words.rsplit_once(" on ").and_then(|(_, day)| date::english(day));
    (
        named("editor")
            .or_else(|| named("author"))
            .filter(|name| !name.is_empty()),
        day,
    )
}

fn labels(nodes: &[Node]) -> Vec<String> {
    let Some(list) = find_class(nodes, "label-list").or_else(|| find_id(nodes, "labels-section")) else {
        return Vec::new();
    };
    let links = find_all(&list.children, &|element| element.name == "a");
    let words = links
        .into_iter()
        .map(|link| text_of(&link.children).trim().to_owned());
    words.filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use zip::write::SimpleFileOptions;

    use crate::{Format, Limits, Refusal, Site, What};

    fn read(entries: &[(&str, &str)]) -> Result<Site, Refusal> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        Site::read(
            Format::Confluence,
            &mut Cursor::new(bytes),
            "space.zip",
            &Limits::default(),
        )
    }

    const INDEX: &str = "<html><head><title>IT Handbook (IT)</title></head><body><div class=\"pageSection\"><ul><li><a href=\"Home_1.html\">Home</a>\n<ul><li><a href=\"Printing_2.html\">Printing</a></li></ul></li></ul></div></body></html>";

    fn page(title: &str, body: &str, rest: &str) -> String {
        format!(
            "<html><head><title>IT Handbook : {title}</title></head>\n<body><h1 id=\"title-heading\"><span id=\"title-text\">\n IT Handbook : {title}\n </span></h1>\n<div id=\"content\"><div class=\"page-metadata\">Created by <span class='author'> Ann</span>, last modified by <span class='editor'> Bo</span> on Mar 01, 2026</div>\n<div id=\"main-content\" class=\"wiki-content group\">\n{body}\n</div>{rest}</div></body></html>"
        )
    }

    #[test]
    fn a_space_comes_with_its_tree_boxes_code_and_attachments() {
        let body = "<p>See <a href=\"Home_1.html#x\">home</a>, <a href=\"https://wiki/pages/viewpage.action?pageId=1\">again</a>, <a href=\"Gone_9.html\">gone</a></p>\n<div class=\"confluence-information-macro confluence-information-macro-note\"><span class=\"aui-icon\">i</span><div class=\"confluence-information-macro-body\"><p>Mind</p></div></div>\n<div class=\"code panel\"><div class=\"codeContent\"><pre class=\"syntaxhighlighter-pre\" data-syntaxhighlighter-params=\"brush: bash; gutter: false\">ls &lt;x&gt;</pre></div></div>\n<span class=\"confluence-embedded-file-wrapper\"><img src=\"attachments/thumbnails/2/5\" data-image-src=\"attachments/2/5.png?version=1\" alt=\"tray\"></span><ul class=\"inline-task-list\"><li class=\"checked\">done</li><li>open</li></ul><div class=\"table-wrap\"><table><tbody><tr><th>A</th><th>B</th></tr><tr><td><ul><li>x</li><li>y</li></ul></td><td>1</td></tr></tbody></table></div>";
        let rest = "<div id=\"labels-section\"><ul class=\"label-list\"><li><a href=\"#\">paper</a></li></ul></div><div class=\"greybox\"><a href=\"attachments/2/5.png\">tray.png</a> (image/png)<br/><a href=\"attachments/2/6.pdf\">manual.pdf</a></div>";
        let site = read(&[
            ("IT/index.html", INDEX),
            ("IT/Home_1.html", &page("Home", "<p>Hi</p>", "")),
            ("IT/Printing_2.html", &page("Printing", body, rest)),
            ("IT/Torn_3.html", "<html><body>\n<p>no content"),
            ("IT/attachments/2/5.png", "png"),
            ("IT/attachments/2/6.pdf", "pdf"),
        ])
        .unwrap();
        assert_eq!(site.name, "IT Handbook (IT)");
        let page = site.page("IT/Printing_2.html").unwrap();
        assert_eq!(
            (page.id.as_str(), page.title.as_str(), page.parent.as_deref()),
            ("2", "Printing", Some("IT/Home_1.html"))
        );
        assert_eq!(
            (page.revisions[0].author.as_deref(), page.revisions[0].at),
            (Some("Bo"), Some(1_772_323_200_000))
        );
        assert_eq!(page.tags, ["paper"]);
        assert_eq!(
            page.revisions[0].markdown,
            "See [home](wiki-page:IT/Home_1.html), [again](wiki-page:IT/Home_1.html), [gone](wiki-page:IT/Gone_9.html)\n\n> [!WARNING]\n> Mind\n\n```bash\nls <x>\n```\n\n![tray](wiki-file:IT/attachments/2/5.png)\n\n- [x] done\n- [ ] open\n\n| A | B |\n| --- | --- |\n| • x<br>• y | 1 |\n\n- [manual.pdf](wiki-file:IT/attachments/2/6.pdf)\n"
        );
        let names: Vec<&str> = site.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["tray.png", "manual.pdf"]);
        assert_eq!(
            (page.links[2].key.as_str(), page.links[2].line),
            ("IT/Gone_9.html", 7)
        );
        assert_eq!(
            (site.complaints[0].what, site.complaints[0].line),
            (What::Broken, 2)
        );
    }

    #[test]
    fn a_zip_without_an_index_is_no_space() {
        assert!(matches!(read(&[("a.html", "x")]), Err(Refusal::OtherKind)));
    }
}
