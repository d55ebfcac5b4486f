//! Puts boxes into layers, after Sugiyama, Tagawa, and Toda ("Methods for visual understanding of hierarchical system structures", 1981):
//! circles are broken, each box stands one layer behind what leads to it, long arrows get a place in every layer they cross, layers are
//! ordered by where their neighbours stand, and boxes are moved towards them without touching each other. Pure; the work is a small
//! multiple of boxes, arrows, and crossed layers.

use kernel::error::{Error, Result};

use super::{CROSSED_MAX, Graph, Shape};

/// Between boxes of a layer, and between layers.
const GAP: f64 = 28.0;
const LAYER_GAP: f64 = 54.0;
/// The size of letters.
pub(super) const FONT: f64 = 14.0;
pub(super) const LINE: f64 = 18.0;
/// Orderings and movings.
const ROUNDS: usize = 12;

/// Where everything stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub size: (f64, f64),
    /// The middle and the size of each box.
    pub boxes: Vec<((f64, f64), (f64, f64))>,
    /// The places each arrow goes through, from box to box.
    pub ways: Vec<Vec<(f64, f64)>>,
}

/// A box, or a place where a long arrow crosses a layer.
struct Spot {
    layer: usize,
    /// Along the layer, and across it.
    extent: (f64, f64),
    along: f64,
    before: Vec<usize>,
    after: Vec<usize>,
}

pub(super) fn place(graph: &Graph) -> Result<Placed> {
    let sizes: Vec<(f64, f64)> = graph
        .nodes
        .iter()
        .map(|node| size_of(&node.label, node.shape))
        .collect();
    let turned = |(x, y): (f64, f64)| if graph.is_sideways { (y, x) } else { (x, y) };
    let layers = layers(graph);
    let mut spots: Vec<Spot> = sizes
        .iter()
        .zip(&layers)
        .map(|(size, layer)| Spot {
            layer: *layer,
            extent: turned(*size),
            along: 0.0,
            before: Vec::new(),
            after: Vec::new(),
        })
        .collect();
    let chains = chains(graph, &mut spots)?;
    let mut rows: Vec<Vec<usize>> =
        vec![Vec::new(); spots.iter().map(|spot| spot.layer + 1).max().unwrap_or(1)];
    for (at, spot) in spots.iter().enumerate() {
        rows[spot.layer].push(at);
    }
    order(&mut rows, &spots);
    spread(&rows, &mut spots);
    gather(&mut spots);
    let across = depths(&rows, &spots);
    let put = |at: usize| turned((spots[at].along, across[spots[at].layer]));
    let boxes: Vec<_> = sizes
        .iter()
        .enumerate()
        .map(|(at, size)| (put(at), *size))
        .collect();
    let ways = chains
        .iter()
        .map(|chain| chain.iter().map(|at| put(*at)).collect())
        .collect();
    Ok(framed(
        graph,
        Placed {
            size: (0.0, 0.0),
            boxes,
            ways,
        },
    ))
}

/// How large a box must be for its label. Wide letters take a whole square, others a bit more than half.
pub(super) fn size_of(label: &str, shape: Shape) -> (f64, f64) {
    let (width, height) = words_size(label);
    match shape {
        Shape::Bare => (width + 8.0, height + 8.0),
        Shape::Box | Shape::Rounded => (width + 28.0, height + 20.0),
        Shape::Ellipse | Shape::Double => (width * 1.25 + 36.0, height * 1.25 + 24.0),
        Shape::Diamond => (width * 1.6 + 40.0, height * 1.6 + 36.0),
        Shape::Cylinder => (width + 32.0, height + 36.0),
    }
}

pub(super) fn words_size(label: &str) -> (f64, f64) {
    let width_of = |line: &str| {
        line.chars()
            .map(|letter| if letter >= '\u{2e80}' { 1.0 } else { 0.6 })
            .sum::<f64>()
    };
    let widest = label.lines().map(width_of).fold(1.0, f64::max);
    let lines = label.lines().map(|_| 1.0).sum::<f64>().max(1.0);
    (widest * FONT, lines * LINE)
}

/// The layer of each box: one behind the last of those that lead to it. Arrows that would close a circle are taken the other way.
fn layers(graph: &Graph) -> Vec<usize> {
    let count = graph.nodes.len();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for edge in graph.edges.iter().filter(|edge| edge.from != edge.to) {
        next[edge.from].push(edge.to);
    }
    // Depth first, with a stack of our own; what is found behind a box that is still open closes a circle.
    let (mut state, mut finished) = (vec![0_u8; count], Vec::with_capacity(count));
    let mut back: Vec<(usize, usize)> = Vec::new();
    for root in 0..count {
        let mut stack = vec![(root, 0_usize)];
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        while let Some((at, place)) = stack.pop() {
            match next[at].get(place) {
                None => {
                    state[at] = 2;
                    finished.push(at);
                }
                Some(&to) => {
                    stack.push((at, place + 1));
                    match state[to] {
                        0 => {
                            state[to] = 1;
                            stack.push((to, 0));
                        }
                        1 => back.push((at, to)),
                        _ => {}
                    }
                }
            }
        }
    }
    let mut layers = vec![0_usize; count];
    let mut forward: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (from, targets) in next.iter().enumerate() {
        for &to in targets {
            if !back.contains(&(from, to)) {
                forward[from].push(to);
            }
        }
    }
    for &at in finished.iter().rev() {
        for &to in &forward[at] {
            layers[to] = layers[to].max(layers[at] + 1);
        }
    }
    layers
}

/// The spots each arrow goes through, in its own direction; makes those in between.
fn chains(graph: &Graph, spots: &mut Vec<Spot>) -> Result<Vec<Vec<usize>>> {
    let mut crossed = 0;
    let mut chains = Vec::with_capacity(graph.edges.len());
    for edge in &graph.edges {
        let (one, other) = (spots[edge.from].layer, spots[edge.to].layer);
        let (low, high) = if one <= other {
            (edge.from, edge.to)
        } else {
            (edge.to, edge.from)
        };
        let mut chain = vec![low];
        let (label, _) = if edge.label.is_empty() {
            (2.0, 2.0)
        } else {
            words_size(&edge.label)
        };
        for layer in one.min(other) + 1..one.max(other) {
            crossed += 1;
            if crossed > CROSSED_MAX {
                return Err(Error::invalid("knowledge.diagram.too_tangled"));
            }
            let is_middle = layer == (one + other) / 2;
            let extent = match (is_middle, graph.is_sideways) {
                (true, false) => (label, 2.0),
                (true, true) => (LINE, label),
                (false, _) => (2.0, 2.0),
            };
            spots.push(Spot {
                layer,
                extent,
                along: 0.0,
                before: Vec::new(),
                after: Vec::new(),
            });
            chain.push(spots.len() - 1);
        }
        if low != high {
            chain.push(high);
        }
        // Boxes of one layer are not each other's neighbours in the next.
        for pair in chain.windows(2).filter(|_| one != other) {
            spots[pair[0]].after.push(pair[1]);
            spots[pair[1]].before.push(pair[0]);
        }
        if low != edge.from {
            chain.reverse();
        }
        chains.push(chain);
    }
    Ok(chains)
}

/// Orders each layer by where its neighbours stand, down and up again.
fn order(rows: &mut [Vec<usize>], spots: &[Spot]) {
    let mut places = vec![0.0_f64; spots.len()];
    let number = |rows: &[Vec<usize>], places: &mut Vec<f64>, row: usize| {
        let mut place = 0.0;
        for &at in &rows[row] {
            places[at] = place;
            place += 1.0;
        }
    };
    for row in 0..rows.len() {
        number(rows, &mut places, row);
    }
    for round in 0..ROUNDS {
        let is_down = round % 2 == 0;
        for step in 0..rows.len() {
            let row = if is_down { step } else { rows.len() - 1 - step };
            let wish = |at: usize| {
                let near = if is_down {
                    &spots[at].before
                } else {
                    &spots[at].after
                };
                mean(near.iter().map(|one| places[*one])).unwrap_or(places[at])
            };
            let mut wished: Vec<(f64, usize)> = rows[row].iter().map(|at| (wish(*at), *at)).collect();
            wished.sort_by(|one, other| one.0.total_cmp(&other.0));
            rows[row] = wished.into_iter().map(|(_, at)| at).collect();
            number(rows, &mut places, row);
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Moves boxes towards their neighbours, keeping order and gaps.
fn spread(rows: &[Vec<usize>], spots: &mut [Spot]) {
    for row in rows {
        let wishes = vec![0.0; row.len()];
        settle(row, &wishes, spots);
    }
    for round in 0..ROUNDS {
        let is_down = round % 2 == 0;
        for step in 0..rows.len() {
            let row = &rows[if is_down { step } else { rows.len() - 1 - step }];
            let wishes: Vec<f64> = row
                .iter()
                .map(|at| {
                    let spot = &spots[*at];
                    let near = if is_down { &spot.before } else { &spot.after };
                    mean(near.iter().map(|one| spots[*one].along)).unwrap_or(spot.along)
                })
                .collect();
            settle(row, &wishes, spots);
        }
    }
}

/// Puts a layer as near to its wishes as gaps allow: the least sum of squares, by pooling neighbours that would overlap.
fn settle(row: &[usize], wishes: &[f64], spots: &mut [Spot]) {
    let mut offset = 0.0;
    let mut last = 0.0;
    // Each pool: sum of wishes, how many, and where its members begin.
    let mut pools: Vec<(f64, f64)> = Vec::new();
    let mut offsets = Vec::with_capacity(row.len());
    for (place, (&at, wish)) in row.iter().zip(wishes).enumerate() {
        let half = spots[at].extent.0 / 2.0;
        if place > 0 {
            offset += last + GAP + half;
        }
        last = half;
        offsets.push(offset);
        pools.push((wish - offset, 1.0));
        while let [.., before, now] = pools.as_slice()
            && before.0 / before.1 >= now.0 / now.1
        {
            let merged = (before.0 + now.0, before.1 + now.1);
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    let mut members = row.iter().zip(offsets);
    for (sum, count) in pools {
        let mut left = count;
        while left > 0.5 {
            if let Some((&at, offset)) = members.next() {
                spots[at].along = sum / count + offset;
            }
            left -= 1.0;
        }
    }
}

/// Puts what hangs together beside what does not, without the room that layers of the one made in the other.
fn gather(spots: &mut [Spot]) {
    let mut group = vec![usize::MAX; spots.len()];
    // The reach of each group along the layers.
    let mut groups: Vec<(f64, f64)> = Vec::new();
    for root in 0..spots.len() {
        if group[root] != usize::MAX {
            continue;
        }
        let (mut least, mut most) = (f64::MAX, f64::MIN);
        let mut waiting = vec![root];
        while let Some(at) = waiting.pop() {
            if group[at] != usize::MAX {
                continue;
            }
            group[at] = groups.len();
            let half = spots[at].extent.0 / 2.0;
            (least, most) = (
                least.min(spots[at].along - half),
                most.max(spots[at].along + half),
            );
            waiting.extend(spots[at].before.iter().chain(&spots[at].after));
        }
        groups.push((least, most));
    }
    let mut shifts = vec![0.0; groups.len()];
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order.sort_by(|one, other| groups[*one].0.total_cmp(&groups[*other].0));
    let mut edge = 0.0;
    for at in order {
        shifts[at] = edge - groups[at].0;
        edge += groups[at].1 - groups[at].0 + GAP;
    }
    for (spot, group) in spots.iter_mut().zip(group) {
        spot.along += shifts[group];
    }
}

/// The middle of each layer.
fn depths(rows: &[Vec<usize>], spots: &[Spot]) -> Vec<f64> {
    let mut depths = Vec::with_capacity(rows.len());
    let mut edge = 0.0;
    for row in rows {
        let thick = row.iter().map(|at| spots[*at].extent.1).fold(0.0, f64::max);
        depths.push(edge + thick / 2.0);
        edge += thick + LAYER_GAP;
    }
    depths
}

/// Moves everything so that it begins at nothing, with room for what hangs at the sides.
fn framed(graph: &Graph, mut placed: Placed) -> Placed {
    const MARGIN: f64 = 12.0;
    /// Arrows that lead back to their box stand out on the right.
    const AROUND: f64 = 34.0;
    let (mut least, mut most) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    let mut reach = |x: f64, y: f64| {
        least = (least.0.min(x), least.1.min(y));
        most = (most.0.max(x), most.1.max(y));
    };
    for ((x, y), (width, height)) in &placed.boxes {
        reach(x - width / 2.0, y - height / 2.0);
        reach(x + width / 2.0, y + height / 2.0);
    }
    for (edge, way) in graph.edges.iter().zip(&placed.ways) {
        // Words stand on the right of their line.
        let (words, _) = if edge.label.is_empty() {
            (0.0, 0.0)
        } else {
            words_size(&edge.label)
        };
        let ((x, y), (width, _)) = placed.boxes[edge.from];
        if edge.from == edge.to {
            reach(x + width / 2.0 + AROUND + words / 2.0, y);
        }
        for (x, y) in way {
            reach(x + words, *y);
            reach(*x, *y);
        }
    }
    let shift = |(x, y): (f64, f64)| (x - least.0 + MARGIN, y - least.1 + MARGIN);
    for (middle, _) in &mut placed.boxes {
        *middle = shift(*middle);
    }
    for place in placed.ways.iter_mut().flatten() {
        *place = shift(*place);
    }
    placed.size = (most.0 - least.0 + 2.0 * MARGIN, most.1 - least.1 + 2.0 * MARGIN);
    placed
}
