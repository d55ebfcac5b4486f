//! Cleaned HTML as a tree.

/// A tag or a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Text(String),
    Element(Element),
}

/// A tag with what stands in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Node>,
}

impl Element {
    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether it has this class.
    #[must_use]
    pub fn has_class(&self, class: &str) -> bool {
        self.attribute("class")
            .is_some_and(|classes| classes.split_whitespace().any(|one| one == class))
    }
}

/// Deeper tags are left out, their content is not.
const DEEPEST: usize = 60;
/// Tags without an end.
const SINGLE: [&str; 6] = ["br", "img", "hr", "input", "col", "source"];

/// Reads what ammonia wrote.
pub(super) fn parse(html: &str) -> Vec<Node> {
    let mut stack: Vec<Element> = vec![Element::default()];
    let mut left_out = 0_usize;
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, behind) = rest.split_at(at);
        push_text(&mut stack, text);
        let end = tag_end(behind);
        let tag = behind.get(1..end).unwrap_or_default();
        rest = behind.get(end + 1..).unwrap_or_default();
        if tag.starts_with('/') {
            if left_out > 0 {
                left_out -= 1;
            } else if stack.len() > 1 {
                close(&mut stack);
            }
            continue;
        }
        if tag.starts_with('!') {
            continue;
        }
        let element = element(tag);
        let is_single = SINGLE.contains(&element.name.as_str());
        if is_single {
            push(&mut stack, Node::Element(element));
        } else if stack.len() >= DEEPEST {
            left_out += 1;
        } else {
            stack.push(element);
        }
    }
    push_text(&mut stack, rest);
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().map(|root| root.children).unwrap_or_default()
}

/// Where a tag ends: `>` may stand in the value of an attribute.
fn tag_end(text: &str) -> usize {
    let mut is_quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'>' if !is_quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_at(tag.find(char::is_whitespace).unwrap_or(tag.len()));
    let mut attributes = Vec::new();
    while let Some((name, behind)) = rest.split_once("=\"") {
        let (value, behind) = behind.split_once('"').unwrap_or((behind, ""));
        attributes.push((name.trim().to_ascii_lowercase(), decode(value)));
        rest = behind;
    }
    Element {
        name: name.trim_end_matches('/').to_ascii_lowercase(),
        attributes,
        children: Vec::new(),
    }
}

/// ammonia writes no others.
fn decode(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

fn push(stack: &mut [Element], node: Node) {
    if let Some(top) = stack.last_mut() {
        top.children.push(node);
    }
}

fn push_text(stack: &mut [Element], text: &str) {
    if !text.is_empty() {
        push(stack, Node::Text(decode(text)));
    }
}

fn close(stack: &mut Vec<Element>) {
    if let Some(element) = stack.pop() {
        push(stack, Node::Element(element));
    }
}

/// The words in nodes.
#[must_use]
pub fn text_of(nodes: &[Node]) -> String {
    let mut out = String::new();
    for node in nodes {
        match node {
            Node::Text(text) => out.push_str(text),
            Node::Element(element) if element.name == "br" => out.push('\n'),
            Node::Element(element) => out.push_str(&text_of(&element.children)),
        }
    }
    out
}

/// The elements that fit, outer ones first.
pub fn find_all<'a>(nodes: &'a [Node], fits: &dyn Fn(&Element) -> bool) -> Vec<&'a Element> {
    let mut found = Vec::new();
    for node in nodes {
        if let Node::Element(element) = node {
            if fits(element) {
                found.push(element);
            }
            found.extend(find_all(&element.children, fits));
        }
    }
    found
}

/// The element with this id.
#[must_use]
pub fn find_id<'a>(nodes: &'a [Node], id: &str) -> Option<&'a Element> {
    find_all(nodes, &|element| element.attribute("id") == Some(id))
        .into_iter()
        .next()
}

/// The first element of this class.
#[must_use]
pub fn find_class<'a>(nodes: &'a [Node], class: &str) -> Option<&'a Element> {
    find_all(nodes, &|element| element.has_class(class))
        .into_iter()
        .next()
}
