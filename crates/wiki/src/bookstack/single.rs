//! A book, chapter, or page as one HTML or Markdown file.

use super::{find, from_nodes, whole};
use crate::html::{self, Element, Node};
use crate::{Complaint, Item, PAGE_MAX, Page, Refusal, Revision, Source, Take, What, give};

/// The largest file: pictures are written in it.
const MOST: u64 = 200 << 20;
/// The largest without its pictures.
const WORDS_MAX: usize = 20 << 20;

/// Reads the file.
pub fn read(source: &mut dyn Source, name: &str, take: &mut Take<'_>) -> Result<(), Refusal> {
    let (text, is_utf8) = whole(source, MOST)?;
    if !is_utf8 {
        give(take, complaint(name, 1, What::NotUtf8))?;
    }
    let start: String = text.trim_start().chars().take(200).collect();
    if start.to_lowercase().starts_with("<!doctype") || start.starts_with("<html") {
        from_html(&text, name, take)
    } else if start.starts_with('<') || start.trim().is_empty() || start.contains('\0') {
        Err(Refusal::OtherKind)
    } else {
        from_markdown(&text, name, take)
    }
}

fn complaint(page: &str, line: usize, what: What) -> Item {
    Item::Complaint(Complaint {
        page: page.to_owned(),
        line,
        what,
        detail: String::new(),
    })
}

/// What begins a page in such a file: its kind and number, and its title.
fn start_of(element: &Element) -> Option<(String, String)> {
    let id = element.attribute("id")?;
    let (kind, number) = id.split_once('-')?;
    let is_start = element.name == "h1"
        && matches!(kind, "page" | "chapter" | "book")
        && number.bytes().all(|byte| byte.is_ascii_digit());
    is_start.then(|| {
        (
            format!("{kind}:{number}"),
            html::text_of(&element.children).trim().to_owned(),
        )
    })
}

fn holds_start(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Element(element) => start_of(element).is_some() || holds_start(&element.children),
        Node::Text(_) => false,
    })
}

/// The nodes of the file one after another, without the boxes around whole pages.
fn unboxed(nodes: Vec<Node>, out: &mut Vec<Node>) {
    for node in nodes {
        match node {
            Node::Element(element) if start_of(&element).is_none() && holds_start(&element.children) => {
                unboxed(element.children, out)
            }
            node => out.push(node),
        }
    }
}

fn from_html(text: &str, name: &str, take: &mut Take<'_>) -> Result<(), Refusal> {
    let pictures: usize = text
        .split("base64,")
        .skip(1)
        .map(|part| part.find('"').unwrap_or(0))
        .sum();
    if text.len() - pictures.min(text.len()) > WORDS_MAX {
        return give(take, complaint(name, 1, What::TooLarge));
    }
    let title = html::title(text);
    give(take, Item::Name(title.clone()))?;
    let body = text.split_once("<body").map_or(text, |(_, body)| body);
    let body = body.split_once('>').map_or(body, |(_, body)| body);
    let Some(nodes) = html::parse(body) else {
        return give(take, complaint(name, 1, What::TooDeep));
    };
    let mut flat = Vec::new();
    unboxed(nodes, &mut flat);
    let is_page = |node: &Node| matches!(node, Node::Element(element) if start_of(element).is_some());
    let first = flat.iter().position(is_page).unwrap_or(flat.len());
    let rest = flat.split_off(first);
    let head = html::text_of(&flat);
    if rest.is_empty() || !head.trim().is_empty() {
        let key = if rest.is_empty() { "page" } else { "book" };
        without_title(&mut flat);
        let title = if title.is_empty() { name.to_owned() } else { title };
        hand_over(&format!("{key}:{title}"), &title, None, &flat, text, take)?;
    }
    let (mut parent, mut key, mut page_title, mut nodes) = (None, String::new(), String::new(), Vec::new());
    for node in rest {
        let start = match &node {
            Node::Element(element) => start_of(element),
            Node::Text(_) => None,
        };
        let Some((next, next_title)) = start else {
            nodes.push(node);
            continue;
        };
        if !key.is_empty() {
            hand_over(
                &key,
                &page_title,
                parent.clone().filter(|_| key.starts_with("page:")),
                &nodes,
                text,
                take,
            )?;
        }
        if key.starts_with("chapter:") {
            parent = Some(key);
        }
        (key, page_title) = (next, next_title);
        nodes.clear();
    }
    if !key.is_empty() {
        hand_over(
            &key,
            &page_title,
            parent.filter(|_| key.starts_with("page:")),
            &nodes,
            text,
            take,
        )?;
    }
    Ok(())
}

/// The heading of a single page is its title.
fn without_title(nodes: &mut Vec<Node>) {
    let is_title = |node: &Node| matches!(node, Node::Element(element) if element.name == "h1");
    if let Some(place) = nodes.iter().position(is_title) {
        nodes.remove(place);
        return;
    }
    for node in nodes {
        if let Node::Element(element) = node {
            without_title(&mut element.children);
            return;
        }
    }
}

fn hand_over(
    key: &str,
    title: &str,
    parent: Option<String>,
    nodes: &[Node],
    text: &str,
    take: &mut Take<'_>,
) -> Result<(), Refusal> {
    let line = html::line_of(text, title);
    let mut inline = Vec::new();
    let markdown = from_nodes(nodes, key, &mut inline);
    if markdown.len() > PAGE_MAX {
        return give(take, complaint(title, line, What::TooLarge));
    }
    for file in inline {
        give(take, Item::File(file))?;
    }
    let mut page = Page {
        id: key.to_owned(),
        key: key.to_owned(),
        title: title.to_owned(),
        parent,
        line,
        revisions: vec![Revision {
            markdown,
            ..Revision::default()
        }],
        ..Page::default()
    };
    find(&mut page, text);
    for link in &mut page.links {
        link.line = line;
    }
    give(take, Item::Page(Box::new(page)))
}

/// Each heading of the first level begins a page; the first is the book or chapter when nothing else is said under it.
fn from_markdown(text: &str, name: &str, take: &mut Take<'_>) -> Result<(), Refusal> {
    let mut pages: Vec<(String, usize, String)> = Vec::new();
    let mut is_code = false;
    for (place, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            is_code = !is_code;
        }
        match line.strip_prefix("# ").filter(|_| !is_code) {
            Some(title) => pages.push((title.trim().to_owned(), place + 1, String::new())),
            None => {
                if pages.is_empty() && !line.trim().is_empty() {
                    pages.push((
                        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned(),
                        place + 1,
                        String::new(),
                    ));
                }
                if let Some((_, _, body)) = pages.last_mut() {
                    body.push_str(line);
                    body.push('\n');
                }
            }
        }
    }
    let book = pages.first().map(|(title, _, _)| title.clone());
    give(take, Item::Name(book.clone().unwrap_or_else(|| name.to_owned())))?;
    let is_book = pages.len() > 1;
    for (place, (title, line, body)) in pages.into_iter().enumerate() {
        let body = body.trim();
        if body.len() > PAGE_MAX {
            give(take, complaint(&title, line, What::TooLarge))?;
            continue;
        }
        let key = format!("page:{title}");
        let parent = book
            .as_ref()
            .filter(|_| is_book && place > 0)
            .map(|book| format!("page:{book}"));
        let page = Page {
            id: key.clone(),
            key,
            title,
            parent,
            line,
            revisions: vec![Revision {
                markdown: format!("{body}\n"),
                ..Revision::default()
            }],
            ..Page::default()
        };
        give(take, Item::Page(Box::new(page)))?;
    }
    Ok(())
}
