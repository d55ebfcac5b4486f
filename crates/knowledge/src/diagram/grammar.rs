//! Reads the language of Graphviz (<https://graphviz.org/doc/info/lang.html>) as far as pictures of boxes and arrows need it: nodes,
//! edges and chains of them, groups, defaults, labels, shapes, dashed lines, directions. Other attributes are passed over. Pure.

use std::collections::HashMap;

use kernel::error::{Error, Result};

use super::{EDGES_MAX, Edge, Graph, LABEL_MAX, NODES_MAX, Node, Shape};

/// Groups within groups.
const DEEPEST: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    /// A word in quotes is never a keyword.
    Quoted(String),
    Sign(char),
    /// `->`
    Arrow,
    /// `--`
    Line,
    End,
}

/// Attributes that are looked at; all others are passed over.
const KEYS: [&str; 5] = ["label", "shape", "style", "dir", "rankdir"];

/// Attributes as they are written: those of [`KEYS`], each shorter than a label, so that a copy is small.
type Attributes = HashMap<String, String>;

/// What holds for nodes and edges that say nothing themselves.
#[derive(Clone, Default)]
struct Defaults {
    node: Attributes,
    edge: Attributes,
}

pub(super) fn read(text: &str) -> Result<Graph> {
    let mut reader = Reader {
        tokens: tokens(text)?,
        at: 0,
        graph: Graph::default(),
        known: HashMap::new(),
        is_directed: true,
    };
    reader.graph()?;
    Ok(reader.graph)
}

fn wrong(code: &str, line: usize) -> Error {
    Error::invalid(format!("knowledge.diagram.{code}")).arg("line", line)
}

fn tokens(text: &str) -> Result<Vec<(Token, usize)>> {
    let letters: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied().unwrap_or('\0');
        match letter {
            '\n' => (at, line) = (at + 1, line + 1),
            letter if letter.is_whitespace() => at += 1,
            '#' => at = until(&letters, at, |rest| rest.first() == Some(&'\n')),
            '/' if next == '/' => at = until(&letters, at, |rest| rest.first() == Some(&'\n')),
            '/' if next == '*' => {
                let end = until(&letters, at + 2, |rest| rest.starts_with(&['*', '/']));
                line += lines(&letters[at..end]);
                at = end + 2;
            }
            '"' => {
                let (word, end) = quoted(&letters, at + 1).ok_or_else(|| wrong("quote_open", line))?;
                found.push((Token::Quoted(word), line));
                line += lines(&letters[at..end]);
                at = end;
            }
            '-' if next == '>' => (at, _) = (at + 2, found.push((Token::Arrow, line))),
            '-' if next == '-' => (at, _) = (at + 2, found.push((Token::Line, line))),
            '{' | '}' | '[' | ']' | ';' | ',' | '=' | ':' => {
                found.push((Token::Sign(letter), line));
                at += 1;
            }
            '<' => return Err(wrong("html_label", line)),
            letter if is_of_word(letter) || letter == '-' => {
                let end = until(&letters, at + 1, |rest| {
                    rest.first().is_none_or(|letter| !is_of_word(*letter))
                });
                found.push((Token::Word(letters[at..end].iter().collect()), line));
                at = end;
            }
            _ => return Err(wrong("sign_unknown", line)),
        }
    }
    found.push((Token::End, line));
    Ok(found)
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || letter == '_'
        || letter == '.'
        || (!letter.is_ascii() && !letter.is_whitespace())
}

/// The first place from here on where it holds, or the end.
fn until(letters: &[char], from: usize, holds: impl Fn(&[char]) -> bool) -> usize {
    let from = from.min(letters.len());
    (from..letters.len())
        .find(|place| holds(&letters[*place..]))
        .unwrap_or(letters.len())
}

fn lines(letters: &[char]) -> usize {
    letters.iter().filter(|letter| **letter == '\n').count()
}

/// A word in quotes and the place behind it.
fn quoted(letters: &[char], from: usize) -> Option<(String, usize)> {
    let mut word = String::new();
    let mut at = from;
    loop {
        match letters.get(at)? {
            '"' => return Some((word, at + 1)),
            '\\' => {
                match letters.get(at + 1)? {
                    'n' | 'l' | 'r' => word.push('\n'),
                    '\n' => {}
                    other => word.push(*other),
                }
                at += 2;
            }
            letter => {
                word.push(*letter);
                at += 1;
            }
        }
    }
}

struct Reader {
    tokens: Vec<(Token, usize)>,
    at: usize,
    graph: Graph,
    known: HashMap<String, usize>,
    is_directed: bool,
}

impl Reader {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(token, _)| token)
    }

    fn line(&self) -> usize {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get(self.at.min(last)).map_or(1, |(_, line)| *line)
    }

    fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn takes(&mut self, sign: char) -> bool {
        let is_it = *self.peek() == Token::Sign(sign);
        self.at += usize::from(is_it);
        is_it
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let is_it = matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word));
        self.at += usize::from(is_it);
        is_it
    }

    fn expects(&mut self, sign: char) -> Result<()> {
        let line = self.line();
        if self.takes(sign) {
            return Ok(());
        }
        Err(wrong("sign_missing", line).arg("sign", sign.to_string()))
    }

    fn name(&mut self) -> Result<String> {
        let line = self.line();
        match self.take() {
            Token::Word(word) | Token::Quoted(word) => Ok(word),
            _ => Err(wrong("name_missing", line)),
        }
    }

    fn graph(&mut self) -> Result<()> {
        self.takes_word("strict");
        self.is_directed = self.takes_word("digraph");
        if !self.is_directed && !self.takes_word("graph") {
            return Err(wrong("no_graph", self.line()));
        }
        if matches!(self.peek(), Token::Word(_) | Token::Quoted(_)) {
            self.at += 1;
        }
        self.expects('{')?;
        self.statements(&Defaults::default(), 0)?;
        if *self.peek() == Token::End {
            return Ok(());
        }
        Err(wrong("more_behind", self.line()))
    }

    /// Statements up to the brace that closes them; the nodes they name.
    fn statements(&mut self, outer: &Defaults, depth: usize) -> Result<Vec<usize>> {
        if depth > DEEPEST {
            return Err(wrong("too_deep", self.line()));
        }
        let mut defaults = outer.clone();
        let mut named = Vec::new();
        loop {
            if self.takes('}') {
                return Ok(named);
            }
            if self.takes(';') || self.takes(',') {
                continue;
            }
            if *self.peek() == Token::End {
                return Err(wrong("brace_open", self.line()));
            }
            self.statement(&mut defaults, depth, &mut named)?;
        }
    }

    fn statement(&mut self, defaults: &mut Defaults, depth: usize, named: &mut Vec<usize>) -> Result<()> {
        let follows = self.tokens.get(self.at + 1).map(|(token, _)| token);
        if matches!(self.peek(), Token::Word(_) | Token::Quoted(_)) && follows == Some(&Token::Sign('=')) {
            let key = self.name()?;
            self.at += 1;
            let value = self.name()?;
            self.set(depth, &key, &value);
            return Ok(());
        }
        if follows == Some(&Token::Sign('[')) {
            if self.takes_word("node") {
                defaults.node.extend(self.attributes()?);
                return Ok(());
            }
            if self.takes_word("edge") {
                defaults.edge.extend(self.attributes()?);
                return Ok(());
            }
            if self.takes_word("graph") {
                for (key, value) in self.attributes()? {
                    self.set(depth, &key, &value);
                }
                return Ok(());
            }
        }
        self.chain(defaults, depth, named)
    }

    fn set(&mut self, depth: usize, key: &str, value: &str) {
        if depth == 0 && key.eq_ignore_ascii_case("rankdir") {
            self.graph.is_sideways = matches!(value.to_ascii_uppercase().as_str(), "LR" | "RL");
        }
    }

    /// `a`, `a [label=x]`, `a -> {b c} -> d [label=y]`
    fn chain(&mut self, defaults: &Defaults, depth: usize, named: &mut Vec<usize>) -> Result<()> {
        let mut ends = vec![self.operand(defaults, depth)?];
        loop {
            let line = self.line();
            match self.peek() {
                Token::Arrow if self.is_directed => {}
                Token::Line if !self.is_directed => {}
                Token::Arrow | Token::Line => return Err(wrong("arrow_kind", line)),
                _ => break,
            }
            self.at += 1;
            ends.push(self.operand(defaults, depth)?);
        }
        let own = if *self.peek() == Token::Sign('[') {
            self.attributes()?
        } else {
            Attributes::new()
        };
        if ends.len() == 1 && !own.is_empty() {
            for node in ends.iter().flatten() {
                self.dress(*node, &own)?;
            }
        }
        if ends.len() > 1 {
            let mut attributes = defaults.edge.clone();
            attributes.extend(own);
            for pair in ends.windows(2) {
                self.connect(&pair[0], &pair[1], &attributes)?;
            }
        }
        named.extend(ends.into_iter().flatten());
        Ok(())
    }

    fn operand(&mut self, defaults: &Defaults, depth: usize) -> Result<Vec<usize>> {
        if self.takes_word("subgraph") && matches!(self.peek(), Token::Word(_) | Token::Quoted(_)) {
            self.at += 1;
        }
        if self.takes('{') {
            return self.statements(defaults, depth + 1);
        }
        let line = self.line();
        let name = self.name()?;
        // Where on the box the arrow begins.
        for _ in 0..2 {
            if self.takes(':') {
                self.name()?;
            }
        }
        if let Some(known) = self.known.get(&name) {
            return Ok(vec![*known]);
        }
        if self.graph.nodes.len() >= NODES_MAX {
            return Err(wrong("too_many_nodes", line).arg("max", NODES_MAX));
        }
        let node = self.graph.nodes.len();
        self.graph.nodes.push(Node {
            label: shortened(&name, line)?,
            shape: Shape::default(),
        });
        self.known.insert(name, node);
        self.dress(node, &defaults.node)?;
        Ok(vec![node])
    }

    fn attributes(&mut self) -> Result<Attributes> {
        let mut found = Attributes::new();
        while self.takes('[') {
            loop {
                if self.takes(']') {
                    break;
                }
                if self.takes(',') || self.takes(';') {
                    continue;
                }
                let key = self.name()?;
                let value = if self.takes('=') {
                    self.name()?
                } else {
                    "true".to_owned()
                };
                let key = key.to_ascii_lowercase();
                if !KEYS.contains(&key.as_str()) {
                    continue;
                }
                if value.chars().count() <= LABEL_MAX {
                    found.insert(key, value);
                } else if key == "label" {
                    return Err(wrong("label_too_long", self.line()).arg("max", LABEL_MAX));
                }
            }
        }
        Ok(found)
    }

    fn dress(&mut self, node: usize, attributes: &Attributes) -> Result<()> {
        let line = self.line();
        let Some(node) = self.graph.nodes.get_mut(node) else {
            return Ok(());
        };
        let is_record = attributes
            .get("shape")
            .is_some_and(|shape| shape.to_ascii_lowercase().ends_with("record"));
        if let Some(label) = attributes.get("label") {
            node.label = shortened(label, line)?;
        }
        if is_record {
            node.label = of_record(&node.label);
        }
        if let Some(shape) = attributes.get("shape") {
            node.shape = shape_of(shape);
        }
        if attributes
            .get("style")
            .is_some_and(|style| style.contains("rounded"))
            && node.shape == Shape::Box
        {
            node.shape = Shape::Rounded;
        }
        Ok(())
    }

    fn connect(&mut self, from: &[usize], to: &[usize], attributes: &Attributes) -> Result<()> {
        let line = self.line();
        let says = |key: &str, value: &str| {
            attributes
                .get(key)
                .is_some_and(|found| found.eq_ignore_ascii_case(value))
        };
        if says("style", "invis") {
            return Ok(());
        }
        let heads = match attributes
            .get("dir")
            .map(|dir| dir.to_ascii_lowercase())
            .as_deref()
        {
            Some("both") => (true, true),
            Some("back") => (true, false),
            Some("none") => (false, false),
            Some("forward") => (false, true),
            _ => (false, self.is_directed),
        };
        let label = attributes
            .get("label")
            .map_or(Ok(String::new()), |label| shortened(label, line))?;
        for from in from {
            for to in to {
                if self.graph.edges.len() >= EDGES_MAX {
                    return Err(wrong("too_many_edges", line).arg("max", EDGES_MAX));
                }
                self.graph.edges.push(Edge {
                    from: *from,
                    to: *to,
                    label: label.clone(),
                    is_dashed: says("style", "dashed") || says("style", "dotted"),
                    heads,
                });
            }
        }
        Ok(())
    }
}

fn shortened(label: &str, line: usize) -> Result<String> {
    if label.chars().count() > LABEL_MAX {
        return Err(wrong("label_too_long", line).arg("max", LABEL_MAX));
    }
    Ok(label.trim().to_owned())
}

/// The fields of a record, one a line: `{Name|{<p>port|port}}`.
fn of_record(label: &str) -> String {
    let mut out = String::new();
    let mut is_port = false;
    for letter in label.chars() {
        match letter {
            '<' => is_port = true,
            '>' => is_port = false,
            '|' => out.push('\n'),
            '{' | '}' => {}
            letter if !is_port => out.push(letter),
            _ => {}
        }
    }
    out.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

fn shape_of(name: &str) -> Shape {
    match name.to_ascii_lowercase().as_str() {
        "ellipse" | "oval" | "circle" | "egg" => Shape::Ellipse,
        "doublecircle" | "doubleoctagon" => Shape::Double,
        "diamond" | "mdiamond" => Shape::Diamond,
        "cylinder" => Shape::Cylinder,
        "plaintext" | "plain" | "none" | "point" => Shape::Bare,
        "mrecord" => Shape::Rounded,
        _ => Shape::Box,
    }
}
