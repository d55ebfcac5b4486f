//! A tree of HTML as blocks, with the boxes, task lists, and code of BookStack and Confluence.

use super::tree::{Element, Node, text_of};
use crate::document::{self, Block, Callout, Entry, Inline, Table};
use crate::wikitext::lay;

/// What an address belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference<'a> {
    Link(&'a str),
    Picture(&'a str),
}

/// Gives the address that is written; none when only the words stay.
pub type Resolve<'a> = dyn FnMut(Reference<'_>) -> Option<String> + 'a;

const CONTAINERS: [&str; 23] = [
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "details",
    "figure",
    "center",
    "nav",
    "dl",
    "dd",
    "dt",
    "figcaption",
    "summary",
    "caption",
    "tbody",
    "thead",
    "tr",
    "td",
    "label",
    "li",
];
const BLOCKS: [&str; 12] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "blockquote",
    "pre",
    "table",
];
/// Parts that Confluence adds and nobody wrote.
const HIDDEN: [&str; 6] = [
    "toc-macro",
    "hidden",
    "aui-icon",
    "expand-control-icon",
    "page-metadata",
    "expand-icon",
];

/// Reads nodes as blocks.
pub fn blocks(nodes: &[Node], resolve: &mut Resolve<'_>) -> Vec<Block> {
    let mut out = Vec::new();
    let mut words = Vec::new();
    for node in nodes {
        match node {
            Node::Element(element) if HIDDEN.iter().any(|class| element.has_class(class)) => {}
            Node::Element(element) if stands_alone(element) => {
                flush(&mut words, &mut out);
                block(element, resolve, &mut out);
            }
            node => inline(node, resolve, &mut words),
        }
    }
    flush(&mut words, &mut out);
    out
}

fn stands_alone(element: &Element) -> bool {
    let name = element.name.as_str();
    BLOCKS.contains(&name) || CONTAINERS.contains(&name) || name == "hr" || holds_blocks(&element.children)
}

fn holds_blocks(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match node {
        Node::Element(element) => {
            let name = element.name.as_str();
            BLOCKS.contains(&name) || CONTAINERS.contains(&name) || holds_blocks(&element.children)
        }
        Node::Text(_) => false,
    })
}

fn flush(words: &mut Vec<Inline>, out: &mut Vec<Block>) {
    let is_blank = words.iter().all(|inline| match inline {
        Inline::Text(text) => text.trim().is_empty(),
        Inline::Break => true,
        _ => false,
    });
    let words = std::mem::take(words);
    if !is_blank {
        out.push(Block::Paragraph(words));
    }
}

fn block(element: &Element, resolve: &mut Resolve<'_>, out: &mut Vec<Block>) {
    if let Some(kind) = callout(element) {
        let inner = blocks(&element.children, resolve);
        if !inner.is_empty() {
            out.push(Block::Callout(kind, inner));
        }
        return;
    }
    match element.name.as_str() {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let level = element.name.bytes().last().map_or(2, |digit| digit - b'0');
            out.push(Block::Heading(level, inlines(&element.children, resolve)));
        }
        "ul" | "ol" => out.push(list(element, resolve)),
        "blockquote" => out.push(Block::Quote(blocks(&element.children, resolve))),
        "pre" => out.push(code(element)),
        "table" => out.push(Block::Table(table(element, resolve))),
        "hr" => out.push(Block::Rule),
        "dt" | "summary" => out.push(Block::Paragraph(vec![Inline::Strong(inlines(
            &element.children,
            resolve,
        ))])),
        "div" if element.has_class("panelHeader") || element.has_class("expand-control") => {
            let words = text_of(&element.children).trim().to_owned();
            if !words.is_empty() {
                out.push(Block::Paragraph(vec![Inline::Strong(vec![Inline::Text(words)])]));
            }
        }
        _ => out.extend(blocks(&element.children, resolve)),
    }
}

/// The boxes of both systems.
fn callout(element: &Element) -> Option<Callout> {
    const CONFLUENCE: &str = "confluence-information-macro-";
    if element.has_class("callout") {
        return element.attribute("class").map(Callout::of);
    }
    if !element.has_class("confluence-information-macro") {
        return None;
    }
    // Confluence calls yellow a note and red a warning.
    let class = element.attribute("class")?;
    let kind = class
        .split_whitespace()
        .find_map(|class| class.strip_prefix(CONFLUENCE))?;
    Some(match kind {
        "tip" => Callout::Tip,
        "note" => Callout::Warning,
        "warning" => Callout::Caution,
        _ => Callout::Note,
    })
}

fn list(element: &Element, resolve: &mut Resolve<'_>) -> Block {
    let is_tasks = element.has_class("inline-task-list");
    let mut items = Vec::new();
    for node in &element.children {
        let Node::Element(item) = node else { continue };
        if item.name != "li" {
            // A list that stands in a list without a point of its own.
            let inner = blocks(std::slice::from_ref(node), resolve);
            match items.last_mut() {
                Some(Entry { blocks, .. }) => blocks.extend(inner),
                None => items.push(Entry {
                    done: None,
                    blocks: inner,
                }),
            }
            continue;
        }
        let done = match checkbox(&item.children) {
            Some(is_checked) => Some(is_checked),
            None => is_tasks.then(|| item.has_class("checked")),
        };
        items.push(Entry {
            done,
            blocks: blocks(&item.children, resolve),
        });
    }
    let first = (element.name == "ol").then(|| {
        let start = element.attribute("start").and_then(|start| start.parse().ok());
        start.filter(|start| *start < 1_000_000).unwrap_or(1)
    });
    Block::List { first, items }
}

fn checkbox(nodes: &[Node]) -> Option<bool> {
    nodes.iter().take(3).find_map(|node| match node {
        Node::Element(element)
            if element.name == "input" && element.attribute("type") == Some("checkbox") =>
        {
            Some(element.attribute("checked").is_some())
        }
        Node::Element(element) if matches!(element.name.as_str(), "p" | "label" | "span") => {
            checkbox(&element.children)
        }
        _ => None,
    })
}

fn code(element: &Element) -> Block {
    let of_class = |element: &Element| {
        let class = element.attribute("class")?;
        class
            .split_whitespace()
            .find_map(|class| {
                class
                    .strip_prefix("language-")
                    .or_else(|| class.strip_prefix("lang-"))
            })
            .map(str::to_owned)
    };
    let inner = element.children.iter().find_map(|node| match node {
        Node::Element(inner) if inner.name == "code" => of_class(inner),
        _ => None,
    });
    let brush = || {
        let parameters = element.attribute("data-syntaxhighlighter-params")?;
        parameters
            .split(';')
            .find_map(|part| part.trim().strip_prefix("brush:"))
            .map(|brush| brush.trim().to_owned())
    };
    let language = of_class(element).or(inner).or_else(brush).unwrap_or_default();
    let text = text_of(&element.children).replace('\u{a0}', " ");
    Block::Code {
        language,
        text: text.trim_start_matches('\n').trim_end().to_owned(),
    }
}

fn table(element: &Element, resolve: &mut Resolve<'_>) -> Table {
    let mut table = Table::default();
    let mut from_above = Vec::new();
    rows(&element.children, resolve, &mut table, &mut from_above);
    table
}

fn rows(nodes: &[Node], resolve: &mut Resolve<'_>, table: &mut Table, from_above: &mut Vec<usize>) {
    for node in nodes {
        let Node::Element(element) = node else { continue };
        match element.name.as_str() {
            "caption" => table.caption = inlines(&element.children, resolve),
            "thead" | "tbody" | "tfoot" => rows(&element.children, resolve, table, from_above),
            "tr" => {
                let cells: Vec<&Element> = element
                    .children
                    .iter()
                    .filter_map(|node| match node {
                        Node::Element(cell) if matches!(cell.name.as_str(), "td" | "th") => Some(cell),
                        _ => None,
                    })
                    .collect();
                if cells.is_empty() {
                    continue;
                }
                let is_head = cells.iter().all(|cell| cell.name == "th");
                if table.rows.is_empty() {
                    table.has_head = is_head;
                }
                let laid = cells.into_iter().map(|cell| {
                    let words = document::flat(blocks(&cell.children, resolve));
                    let is_strong = cell.name == "th" && !is_head && !words.is_empty();
                    let words = if is_strong {
                        vec![Inline::Strong(words)]
                    } else {
                        words
                    };
                    (words, span(cell, "colspan"), span(cell, "rowspan"))
                });
                let laid = laid.collect();
                table.rows.push(lay(laid, from_above));
            }
            _ => {}
        }
    }
}

fn span(cell: &Element, name: &str) -> usize {
    cell.attribute(name)
        .and_then(|value| value.trim().parse().ok())
        .unwrap_or(1)
        .clamp(1, 200)
}

fn inlines(nodes: &[Node], resolve: &mut Resolve<'_>) -> Vec<Inline> {
    let mut out = Vec::new();
    for node in nodes {
        inline(node, resolve, &mut out);
    }
    out
}

fn inline(node: &Node, resolve: &mut Resolve<'_>, out: &mut Vec<Inline>) {
    let element = match node {
        Node::Text(text) => {
            let text = one_blank(text);
            let begins = matches!(out.last(), None | Some(Inline::Break));
            match out.last_mut() {
                Some(Inline::Text(before)) => before.push_str(&text),
                _ if begins && text == " " => {}
                _ => out.push(Inline::Text(text)),
            }
            return;
        }
        Node::Element(element) => element,
    };
    if HIDDEN.iter().any(|class| element.has_class(class)) {
        return;
    }
    match element.name.as_str() {
        "br" => out.push(Inline::Break),
        "strong" | "b" => marked(Inline::Strong, element, resolve, out),
        "em" | "i" | "cite" | "dfn" => marked(Inline::Emphasis, element, resolve, out),
        "s" | "del" | "strike" => marked(Inline::Strike, element, resolve, out),
        "code" | "tt" | "kbd" | "samp" | "var" => out.push(Inline::Code(text_of(&element.children))),
        "a" => link(element, resolve, out),
        "img" => picture(element, resolve, out),
        "video" | "audio" | "source" => {
            let source = element.attribute("src");
            if let Some(address) = source.and_then(|source| resolve(Reference::Link(source))) {
                out.push(Inline::Link {
                    address,
                    text: vec![Inline::text(element.name.clone())],
                });
            }
            out.extend(inlines(&element.children, resolve));
        }
        "sup" => {
            out.push(Inline::text("^"));
            out.extend(inlines(&element.children, resolve));
        }
        "input" => {}
        _ => out.extend(document::flat(blocks(&element.children, resolve))),
    }
}

fn marked(
    mark: fn(Vec<Inline>) -> Inline,
    element: &Element,
    resolve: &mut Resolve<'_>,
    out: &mut Vec<Inline>,
) {
    let inner = inlines(&element.children, resolve);
    if !inner.is_empty() {
        out.push(mark(inner));
    }
}

fn link(element: &Element, resolve: &mut Resolve<'_>, out: &mut Vec<Inline>) {
    let text = inlines(&element.children, resolve);
    // A picture that leads to itself is a picture.
    let is_picture = !text.is_empty()
        && text.iter().all(|inline| {
            matches!(inline, Inline::Picture { .. })
                || matches!(inline, Inline::Text(text) if text.trim().is_empty())
        });
    let address = element.attribute("href").filter(|_| !is_picture);
    match address.and_then(|address| resolve(Reference::Link(address))) {
        Some(address) if !text.is_empty() => out.push(Inline::Link { address, text }),
        _ => out.extend(text),
    }
}

fn picture(element: &Element, resolve: &mut Resolve<'_>, out: &mut Vec<Inline>) {
    // Confluence shows a small one and names the large one.
    let source = element
        .attribute("data-image-src")
        .or_else(|| element.attribute("src"));
    let Some(source) = source else { return };
    let named = ["alt", "title", "data-linked-resource-default-alias"]
        .into_iter()
        .find_map(|name| element.attribute(name));
    let text = named.unwrap_or_default().to_owned();
    match resolve(Reference::Picture(source)) {
        Some(address) => out.push(Inline::Picture { address, text }),
        None if !text.is_empty() => out.push(Inline::Text(text)),
        None => {}
    }
}

fn one_blank(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut was_blank = false;
    for letter in text.chars() {
        let is_blank = letter.is_whitespace();
        if !is_blank {
            out.push(letter);
        } else if !was_blank {
            out.push(' ');
        }
        was_blank = is_blank;
    }
    out
}
