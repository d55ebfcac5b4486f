//! Diagrams: what is drawn, what is refused, and that nothing takes long or gets out.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use kernel::i18n::{Locale, register};
use proptest::prelude::*;

use super::*;

fn refusal(text: &str) -> String {
    draw(text).unwrap_err().code().replace("knowledge.diagram.", "")
}

#[test]
fn boxes_and_arrows_are_drawn_with_their_words() {
    let text = r#"digraph net {
        rankdir=LR; node [shape=box];
        fw [label="防火墙\nFirewall"]; db [shape=cylinder]
        internet -> fw -> {web api} [label="443", style=dashed]
        web -> db; api -> db; db -> fw // a circle
        db -> db [dir=both]
    }"#;
    let drawing = draw(text).unwrap();
    assert_eq!(drawing.svg.matches("<rect").count(), 4, "{}", drawing.svg);
    assert!(drawing.svg.contains(">防火墙</text>") && drawing.svg.contains(">Firewall</text>"));
    assert!(
        drawing.words.contains("internet \u{2192} 防火墙 Firewall (443)"),
        "{}",
        drawing.words
    );
    assert!(
        !drawing.svg.contains("NaN") && !drawing.svg.contains("inf"),
        "{}",
        drawing.svg
    );
    let undirected = draw("graph { a -- b -- c }").unwrap();
    assert_eq!(
        undirected
            .svg
            .matches("fill=\"currentColor\" stroke=\"none\" d=")
            .count(),
        0
    );
}

#[test]
fn words_in_a_diagram_stay_words() {
    let text = r#"digraph { a [label="<script>alert(1)</script>\" onload=\"x"] "b</svg><img src=x>" -> a [URL="javascript:1", style="x"] }"#;
    let svg = draw(text).unwrap().svg;
    assert!(
        !svg.contains("<script") && !svg.contains("<img") && !svg.contains("javascript"),
        "{svg}"
    );
    assert_eq!(svg.matches("</svg>").count(), 1);
    assert!(!svg.contains(" onload=\""), "{svg}");
}

#[test]
fn what_cannot_be_read_says_what_and_where() {
    for (text, code) in [
        ("", "no_graph"),
        ("digraph {", "brace_open"),
        ("digraph { a -> }", "name_missing"),
        ("digraph { a [label=\"x }", "quote_open"),
        ("digraph { a [label=<b>x</b>] }", "html_label"),
        ("digraph { a -- b }", "arrow_kind"),
        ("digraph { a } digraph { b }", "more_behind"),
        ("digraph { a [label] ; ( }", "sign_unknown"),
        ("digraph { }", "empty"),
        ("digraph { { { { { { { { { { a } } } } } } } } } }", "too_deep"),
    ] {
        assert_eq!(refusal(text), code, "{text}");
    }
    register(crate::LOCALES);
    let error = draw("digraph {\n a ->\n}").unwrap_err();
    assert!(
        error.message(Locale::En).contains('3'),
        "{}",
        error.message(Locale::En)
    );
}

#[test]
fn what_is_too_large_is_refused_and_what_is_tangled_is_drawn_soon() {
    assert_eq!(refusal(&"x".repeat(BYTES_MAX + 1)), "too_long");
    let many: String = (0..=NODES_MAX).fold(String::new(), |mut text, at| {
        let _ = write!(text, "n{at};");
        text
    });
    assert_eq!(refusal(&format!("digraph {{{many}}}")), "too_many_nodes");
    let group: String = (0..20).map(|at| format!("a{at} ")).collect();
    assert_eq!(
        refusal(&format!("digraph {{ {{{group}}} -> {{{group}}} }}")),
        "too_many_edges"
    );
    assert_eq!(
        refusal(&format!("digraph {{ {} }}", "a".repeat(LABEL_MAX + 1))),
        "label_too_long"
    );

    // Long attributes, and groups and arrows that each take them over.
    let started = Instant::now();
    let keys: String = (0..800).map(|at| format!("k{at}=v ")).collect();
    let groups = "{}".repeat(3_000);
    let hidden = "a->".repeat(1_500);
    draw(&format!(
        "digraph {{node[{keys}] edge[style=invis] {groups} {hidden} a}}"
    ))
    .unwrap();
    assert!(started.elapsed() < Duration::from_secs(2));

    // Layers of two boxes with all arrows between them: a path for each way to choose.
    let started = Instant::now();
    let ladder: String = (0..70).fold(String::new(), |mut text, at| {
        let _ = write!(text, "{{a{at} b{at}}} -> {{a{0} b{0}}};", at + 1);
        text
    });
    draw(&format!("digraph {{{ladder}}}")).unwrap();
    // A chain, and arrows from its beginning to each of its links.
    let fan: String = (1..140).fold(String::new(), |mut text, at| {
        let _ = write!(text, "n{} -> n{at}; n0 -> n{at};", at - 1);
        text
    });
    assert_eq!(refusal(&format!("digraph {{{fan}}}")), "too_tangled");
    let wide: String = (0..149).map(|at| format!("r -> n{at};")).collect();
    draw(&format!("digraph {{{wide}}}")).unwrap();
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
}

fn tangle() -> impl Strategy<Value = String> {
    prop::collection::vec((0_u8..30, 0_u8..30, 0_u8..4), 1..80).prop_map(|edges| {
        let mut text = String::from("digraph {");
        for (from, to, kind) in edges {
            let label =
                ["", "[label=\"网关 gw\"]", "[dir=both]", "[style=dashed label=x]"][usize::from(kind)];
            let _ = write!(text, "n{from} -> n{to} {label};");
        }
        text + "}"
    })
}

proptest! {
    #[test]
    fn nothing_that_is_typed_breaks_it(text in "(digraph|graph)? ?\\{[a-c \"\\\\\\[\\]{};:=,<>\n/*#-]{0,80}\\}?") {
        let _ = draw(&text);
    }

    #[test]
    fn boxes_never_touch_and_every_number_is_one(text in tangle()) {
        let graph = grammar::read(&text).unwrap();
        let placed = layout::place(&graph).unwrap();
        for (at, ((x, y), (width, height))) in placed.boxes.iter().enumerate() {
            prop_assert!(x.is_finite() && y.is_finite());
            prop_assert!(x - width / 2.0 >= 0.0 && y + height / 2.0 <= placed.size.1);
            for ((other_x, other_y), (other_width, other_height)) in placed.boxes.iter().skip(at + 1) {
                let apart = (x - other_x).abs() * 2.0 >= width + other_width - 0.01
                    || (y - other_y).abs() * 2.0 >= height + other_height - 0.01;
                prop_assert!(apart);
            }
        }
        let svg = draw(&text).unwrap().svg;
        prop_assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
