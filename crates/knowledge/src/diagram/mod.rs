//! Diagrams from text: boxes and arrows written in the language of Graphviz, drawn as SVG that carries nothing but lines and words.
//!
//! `grammar.rs` reads the part of the language that architecture pictures need, `layout.rs` puts nodes into layers, `drawing.rs` writes
//! the SVG. All of it is ours because it is drawn for everybody who opens an article: the work is bounded by the numbers below,
//! whatever was written (a published layout crate looks at every path through the graph, of which a picture of sixty boxes can
//! have a thousand million). Colours are the page's: the lines take that of the text.

use kernel::error::{Error, Result};

mod drawing;
mod grammar;
mod layout;
#[cfg(test)]
mod tests;

/// Bytes of one diagram.
pub const BYTES_MAX: usize = 20_000;
/// Boxes of one diagram.
pub const NODES_MAX: usize = 150;
/// Arrows of one diagram.
pub const EDGES_MAX: usize = 300;
/// Letters of one label.
pub const LABEL_MAX: usize = 200;
/// Layers that all long arrows cross together.
const CROSSED_MAX: usize = 3_000;

/// A diagram as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawing {
    /// Lines and words, nothing else.
    pub svg: String,
    /// What it says, for who cannot see it, and for the search.
    pub words: String,
}

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Graph {
    is_sideways: bool,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    label: String,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Box,
    Rounded,
    Ellipse,
    Double,
    Diamond,
    Cylinder,
    Bare,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    from: usize,
    to: usize,
    label: String,
    is_dashed: bool,
    /// Whether there is a head at its beginning and at its end.
    heads: (bool, bool),
}

/// Draws a diagram.
///
/// # Errors
/// 422 `knowledge.diagram.*`, saying in which line.
pub fn draw(text: &str) -> Result<Drawing> {
    if text.len() > BYTES_MAX {
        return Err(Error::invalid("knowledge.diagram.too_long").arg("max", BYTES_MAX));
    }
    let graph = grammar::read(text)?;
    if graph.nodes.is_empty() {
        return Err(Error::invalid("knowledge.diagram.empty"));
    }
    let placed = layout::place(&graph)?;
    Ok(Drawing {
        svg: drawing::svg(&graph, &placed),
        words: words(&graph),
    })
}

/// Boxes and arrows as a sentence each.
fn words(graph: &Graph) -> String {
    let name = |at: usize| {
        graph
            .nodes
            .get(at)
            .map_or("", |node| node.label.as_str())
            .replace('\n', " ")
    };
    let mut said: Vec<String> = Vec::new();
    let mut mute = vec![true; graph.nodes.len()];
    for edge in &graph.edges {
        for end in [edge.from, edge.to] {
            if let Some(one) = mute.get_mut(end) {
                *one = false;
            }
        }
        let sign = if edge.heads.1 || edge.heads.0 {
            "\u{2192}"
        } else {
            "\u{2013}"
        };
        let (from, to) = if edge.heads == (true, false) {
            (edge.to, edge.from)
        } else {
            (edge.from, edge.to)
        };
        let label = if edge.label.is_empty() {
            String::new()
        } else {
            format!(" ({})", edge.label.replace('\n', " "))
        };
        said.push(format!("{} {sign} {}{label}", name(from), name(to)));
    }
    let alone = mute
        .iter()
        .enumerate()
        .filter(|(_, mute)| **mute)
        .map(|(at, _)| name(at));
    said.extend(alone);
    said.join("; ")
}
