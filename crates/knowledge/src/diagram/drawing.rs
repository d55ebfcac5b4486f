//! Writes the SVG: boxes, curves, heads, words. No style, no script, no address, no name of anything.

use std::fmt::Write as _;

use super::layout::{FONT, LINE, Placed, words_size};
use super::{Edge, Graph, Shape, words};
use crate::rendering::escaping::attribute;
use crate::rendering::escaping::push;

/// A place or a direction.
type Point = (f64, f64);

pub(super) fn svg(graph: &Graph, placed: &Placed) -> String {
    let (width, height) = placed.size;
    let mut out = String::from("<svg role=\"img\"");
    attribute(&mut out, "aria-label", &words(graph));
    let _ = write!(
        out,
        " viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" fill=\"none\" \
         stroke=\"currentColor\" stroke-width=\"1.5\" font-size=\"{FONT}\" text-anchor=\"middle\">"
    );
    for (edge, way) in graph.edges.iter().zip(&placed.ways) {
        arrow(&mut out, edge, way, placed, graph.is_sideways);
    }
    for (node, (middle, size)) in graph.nodes.iter().zip(&placed.boxes) {
        shape(&mut out, node.shape, *middle, *size);
        label(&mut out, "diagram-node", &node.label, *middle);
    }
    out.push_str("</svg>");
    out
}

fn shape(out: &mut String, shape: Shape, (x, y): Point, (width, height): Point) {
    let (left, top, right, bottom) = (
        x - width / 2.0,
        y - height / 2.0,
        x + width / 2.0,
        y + height / 2.0,
    );
    let _ = match shape {
        Shape::Bare => Ok(()),
        Shape::Box | Shape::Rounded => {
            let round = if shape == Shape::Box { 3 } else { 12 };
            write!(
                out,
                "<rect class=\"diagram-shape\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{round}\"/>"
            )
        }
        Shape::Ellipse => ellipse(out, (x, y), (width / 2.0, height / 2.0)),
        Shape::Double => ellipse(out, (x, y), (width / 2.0, height / 2.0))
            .and_then(|()| ellipse(out, (x, y), (width / 2.0 - 4.0, height / 2.0 - 4.0))),
        Shape::Diamond => write!(
            out,
            "<path class=\"diagram-shape\" d=\"M{left:.1} {y:.1}L{x:.1} {top:.1}L{right:.1} {y:.1}L{x:.1} {bottom:.1}Z\"/>"
        ),
        Shape::Cylinder => {
            let (lid, floor, half) = (top + 8.0, bottom - 8.0, width / 2.0);
            write!(
                out,
                "<path class=\"diagram-shape\" d=\"M{left:.1} {lid:.1}A{half:.1} 8 0 0 1 {right:.1} {lid:.1}V{floor:.1}\
                 A{half:.1} 8 0 0 1 {left:.1} {floor:.1}ZM{left:.1} {lid:.1}A{half:.1} 8 0 0 0 {right:.1} {lid:.1}\"/>"
            )
        }
    };
}

fn ellipse(out: &mut String, (x, y): Point, (wide, high): Point) -> std::fmt::Result {
    write!(
        out,
        "<ellipse class=\"diagram-shape\" cx=\"{x:.1}\" cy=\"{y:.1}\" rx=\"{wide:.1}\" ry=\"{high:.1}\"/>"
    )
}

fn label(out: &mut String, class: &str, words: &str, (x, y): Point) {
    let (_, height) = words_size(words);
    let mut line_at = y - height / 2.0 + LINE * 0.75;
    for line in words.lines().filter(|line| !line.trim().is_empty()) {
        let _ = write!(
            out,
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{line_at:.1}\" fill=\"currentColor\" stroke=\"none\">"
        );
        push(out, line);
        out.push_str("</text>");
        line_at += LINE;
    }
}

fn arrow(out: &mut String, edge: &Edge, way: &[Point], placed: &Placed, is_sideways: bool) {
    let ends = (placed.boxes.get(edge.from), placed.boxes.get(edge.to));
    let (Some(from), Some(to)) = ends else {
        return;
    };
    if edge.from == edge.to {
        return around(out, edge, *from);
    }
    let mut places = way.to_vec();
    let count = places.len();
    if count < 2 {
        return;
    }
    places[0] = rim(*from, places[1]);
    places[count - 1] = rim(*to, places[count - 2]);
    curve(out, edge, &places, is_sideways);
    heads(
        out,
        edge,
        (places[1], places[0]),
        (places[count - 2], places[count - 1]),
    );
    if !edge.label.is_empty() {
        beside(out, &edge.label, &places);
    }
}

/// Words beside the middle of a line: on its right, or above one that lies.
fn beside(out: &mut String, words: &str, places: &[Point]) {
    let half = places.len() / 2;
    let (before, behind) = (places[half - 1], places[half]);
    let middle = if places.len() % 2 == 1 {
        behind
    } else {
        between(before, behind)
    };
    let is_lying = (behind.0 - before.0).abs() > 2.0 * (behind.1 - before.1).abs();
    let (width, height) = words_size(words);
    let at = if is_lying {
        (middle.0, middle.1 - height / 2.0 - 3.0)
    } else {
        (middle.0 + width / 2.0 + 7.0, middle.1)
    };
    label(out, "diagram-label", words, at);
}

fn dashes(edge: &Edge) -> &'static str {
    if edge.is_dashed {
        " stroke-dasharray=\"5 4\""
    } else {
        ""
    }
}

/// A line through places between layers: it crosses each layer straight, so that it touches nothing that stands there.
fn curve(out: &mut String, edge: &Edge, places: &[Point], is_sideways: bool) {
    let Some(((x, y), _)) = places.split_first() else {
        return;
    };
    let _ = write!(out, "<path{} d=\"M{x:.1} {y:.1}", dashes(edge));
    let last = places.len().saturating_sub(2);
    for (at, pair) in places.windows(2).enumerate() {
        let ((from_x, from_y), (to_x, to_y)) = (pair[0], pair[1]);
        let (wide, high) = (to_x - from_x, to_y - from_y);
        let straight = if is_sideways {
            (wide / 2.0, 0.0)
        } else {
            (0.0, high / 2.0)
        };
        let towards = (wide * 0.35, high * 0.35);
        let begin = if at == 0 { towards } else { straight };
        let end = if at == last { towards } else { straight };
        let _ = write!(
            out,
            "C{:.1} {:.1} {:.1} {:.1} {to_x:.1} {to_y:.1}",
            from_x + begin.0,
            from_y + begin.1,
            to_x - end.0,
            to_y - end.1
        );
    }
    out.push_str("\"/>");
}

fn between(one: Point, other: Point) -> Point {
    (one.0.midpoint(other.0), one.1.midpoint(other.1))
}

/// Where the line from a place to the middle of a box meets its rim.
fn rim((middle, size): (Point, Point), from: Point) -> Point {
    let (x, y) = (from.0 - middle.0, from.1 - middle.1);
    let times = (2.0 * x.abs() / size.0).max(2.0 * y.abs() / size.1);
    if times <= 1.0 {
        return middle;
    }
    (middle.0 + x / times, middle.1 + y / times)
}

fn heads(out: &mut String, edge: &Edge, begin: (Point, Point), end: (Point, Point)) {
    for (is_there, (from, tip)) in [(edge.heads.0, begin), (edge.heads.1, end)] {
        if is_there {
            head(out, from, tip);
        }
    }
}

fn head(out: &mut String, from: Point, tip: Point) {
    let (x, y) = (tip.0 - from.0, tip.1 - from.1);
    let length = x.hypot(y);
    if length < 0.1 {
        return;
    }
    let (x, y) = (x / length * 9.0, y / length * 9.0);
    let (back_x, back_y) = (tip.0 - x, tip.1 - y);
    let _ = write!(
        out,
        "<path fill=\"currentColor\" stroke=\"none\" d=\"M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}Z\"/>",
        tip.0,
        tip.1,
        back_x - y * 0.45,
        back_y + x * 0.45,
        back_x + y * 0.45,
        back_y - x * 0.45
    );
}

/// From a box to itself, on its right.
fn around(out: &mut String, edge: &Edge, ((x, y), (width, height)): (Point, Point)) {
    let (right, up, down) = (x + width / 2.0, y - height / 4.0, y + height / 4.0);
    let far = right + 30.0;
    let _ = write!(
        out,
        "<path{} d=\"M{right:.1} {up:.1}C{far:.1} {:.1} {far:.1} {:.1} {right:.1} {down:.1}\"/>",
        dashes(edge),
        up - 10.0,
        down + 10.0
    );
    heads(
        out,
        edge,
        ((far, up), (right, up)),
        ((far, down + 6.0), (right, down)),
    );
    label(out, "diagram-label", &edge.label, (far, y - height / 2.0));
}
