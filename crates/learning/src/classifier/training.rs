//! Training: support vector machines, one for each label against all others, by coordinate descent on their duals
//! (Hsieh et al. 2008, "A Dual Coordinate Descent Method for Large-scale Linear SVM", squared hinge loss).
//!
//! All labels are worked on at once: a text's features are read from memory once and their rows, which lie together, are
//! worked on eight labels at a time. The order of texts and the number of rounds are fixed, so the same texts give the
//! same model to the bit.

use super::{
    Checked, FEATURES_AT_MOST, LANES, Model, TEXTS_AT_LEAST, TooFew, WEIGHTS_AT_MOST, best, commonest,
    softmax,
};
use crate::corpus::{Corpus, Rarity};
use crate::measure;
use crate::shuffle::{shuffle, shuffled};

/// Which texts are held back to check the model and to fit its confidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The last ones taken in, a tenth but at most so many: how it would have fared lately, for texts in order of time.
    Last(usize),
    /// The first ones taken in: the same for texts that come latest first.
    First(usize),
    /// A tenth, spread over all: for texts in no order.
    Spread,
}

/// What a mistake costs against large weights.
const COST: f32 = 0.3;
const ROUNDS: usize = 8;
const ROUNDS_AT_LEAST: usize = 4;
/// Multiplications that training may cost; more texts get fewer rounds, and need fewer.
const WORK: usize = 16_000_000_000;
const CHECKED_AT_MOST: usize = 4_000;

pub(super) fn train(
    corpus: &Corpus,
    labels: &[Option<&str>],
    check: Check,
) -> Result<(Model, Checked), TooFew> {
    let known: Vec<usize> = (0..corpus.len().min(labels.len()))
        .filter(|place| labels[*place].is_some())
        .collect();
    if known.len() < TEXTS_AT_LEAST {
        return Err(TooFew::Texts(known.len()));
    }
    let label = |place: usize| labels[place].unwrap_or_default();
    let mut names: Vec<&str> = known.iter().map(|place| label(*place)).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < 2 {
        return Err(TooFew::Labels);
    }
    let width = names.len().div_ceil(LANES) * LANES;
    let rarity = corpus.rarity(FEATURES_AT_MOST.min(WEIGHTS_AT_MOST / width));
    let columns: Vec<usize> = known
        .iter()
        .map(|place| names.binary_search(&label(*place)).unwrap_or(0))
        .collect();
    let vectors: Vectors = Vectors::of(corpus, &known, &rarity);
    let mut trainer = Trainer::new(&vectors, &columns, rarity.features.len(), width, names.len());

    let (held, shown) = split(known.len(), check);
    let rounds = (WORK / (corpus.volume().max(1) * width * 2)).clamp(ROUNDS_AT_LEAST, ROUNDS);
    trainer.run(shown, rounds);
    let margins: Vec<(Vec<f32>, usize)> = held
        .iter()
        .map(|place| {
            let mut margins = trainer.margins(*place);
            margins.truncate(names.len());
            (margins, columns[*place])
        })
        .collect();
    let sharpness = fit_sharpness(&margins);
    let checked = judge(&names, &columns, &held, &margins);
    trainer.run((0..known.len()).collect(), rounds.div_ceil(2));

    let mut shown = vec![0_u32; names.len()];
    columns.iter().for_each(|column| shown[*column] += 1);
    let model = Model {
        labels: names.into_iter().map(str::to_owned).collect(),
        shown,
        weights: trainer.weights,
        rarity,
        width,
        sharpness,
    };
    Ok((model, checked))
}

/// The places held back, and the others.
fn split(count: usize, check: Check) -> (Vec<usize>, Vec<usize>) {
    let tenth = count.div_ceil(10);
    match check {
        Check::Last(most) => {
            let held = tenth.min(most.max(1));
            ((count - held..count).collect(), (0..count - held).collect())
        }
        Check::First(most) => {
            let held = tenth.min(most.max(1));
            ((0..held).collect(), (held..count).collect())
        }
        Check::Spread => {
            let order = shuffled(count, 11);
            let held = tenth.min(CHECKED_AT_MOST);
            (order[..held].to_vec(), order[held..].to_vec())
        }
    }
}

fn judge(names: &[&str], columns: &[usize], held: &[usize], margins: &[(Vec<f32>, usize)]) -> Checked {
    let said = margins
        .iter()
        .filter_map(|(margins, truth)| Some((names[*truth], names[best(margins)?])));
    let truth: Vec<&str> = held.iter().map(|place| names[columns[*place]]).collect();
    let all: Vec<&str> = columns.iter().map(|column| names[*column]).collect();
    Checked {
        model: measure::measure(said),
        commonest: commonest(&all, &truth),
    }
}

/// The vectors of all texts, one behind the other.
struct Vectors {
    items: Vec<(u32, f32)>,
    ends: Vec<usize>,
}

impl Vectors {
    fn of(corpus: &Corpus, places: &[usize], rarity: &Rarity) -> Vectors {
        let mut vectors = Vectors {
            items: Vec::new(),
            ends: Vec::with_capacity(places.len()),
        };
        for place in places {
            vectors.items.extend(rarity.vector(corpus.text(*place)));
            vectors.ends.push(vectors.items.len());
        }
        vectors
    }

    fn of_text(&self, place: usize) -> &[(u32, f32)] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.items[start..self.ends[place]]
    }
}

struct Trainer<'a> {
    vectors: &'a Vectors,
    columns: &'a [usize],
    labels: usize,
    width: usize,
    weights: Vec<f32>,
    /// The dual variable of each text and label.
    duals: Vec<f32>,
}

impl<'a> Trainer<'a> {
    fn new(
        vectors: &'a Vectors,
        columns: &'a [usize],
        features: usize,
        width: usize,
        labels: usize,
    ) -> Trainer<'a> {
        Trainer {
            vectors,
            columns,
            labels,
            width,
            weights: vec![0.0; (features + 1) * width],
            duals: vec![0.0; columns.len() * width],
        }
    }

    fn margins(&self, place: usize) -> Vec<f32> {
        margins(&self.weights, self.width, self.vectors.of_text(place))
    }

    fn run(&mut self, mut places: Vec<usize>, rounds: usize) {
        let mut steps = vec![0.0_f32; self.width];
        for round in 0..rounds {
            shuffle(&mut places, round as u64 + 1);
            for place in &places {
                let vector = self.vectors.of_text(*place);
                let duals = &mut self.duals[place * self.width..(place + 1) * self.width];
                let margins = margins(&self.weights, self.width, vector);
                let moved = step(
                    &margins,
                    duals,
                    self.columns[*place],
                    self.labels,
                    length(vector),
                    &mut steps,
                );
                if moved {
                    apply(&mut self.weights, self.width, vector, &steps);
                }
            }
        }
    }
}

fn margins(weights: &[f32], width: usize, vector: &[(u32, f32)]) -> Vec<f32> {
    let mut margins = weights[..width].to_vec();
    for (row, value) in vector {
        let start = (*row as usize + 1) * width;
        add(&mut margins, &weights[start..start + width], *value);
    }
    margins
}

fn apply(weights: &mut [f32], width: usize, vector: &[(u32, f32)], steps: &[f32]) {
    add(&mut weights[..width], steps, 1.0);
    for (row, value) in vector {
        let start = (*row as usize + 1) * width;
        add(&mut weights[start..start + width], steps, *value);
    }
}

/// `sums += row · factor`, eight at a time: the shape that the compiler makes vector instructions of.
pub(super) fn add(sums: &mut [f32], row: &[f32], factor: f32) {
    for (sums, row) in sums.chunks_exact_mut(LANES).zip(row.chunks_exact(LANES)) {
        for (sum, one) in sums.iter_mut().zip(row) {
            *sum += one * factor;
        }
    }
}

/// The square of the length of a vector with its bias.
fn length(vector: &[(u32, f32)]) -> f32 {
    1.0 + vector.iter().map(|(_, value)| value * value).sum::<f32>()
}

/// The best step of each label's dual variable for one text; gives back whether any moves.
fn step(
    margins: &[f32],
    duals: &mut [f32],
    truth: usize,
    labels: usize,
    length: f32,
    steps: &mut [f32],
) -> bool {
    let softness = 0.5 / COST;
    let curvature = length + softness;
    let mut moved = false;
    for (column, (dual, step)) in duals.iter_mut().zip(steps.iter_mut()).enumerate() {
        let side = if column == truth { 1.0 } else { -1.0 };
        let slope = side * margins[column] - 1.0 + softness * *dual;
        let next = if column < labels {
            (*dual - slope / curvature).max(0.0)
        } else {
            0.0
        };
        let change = next - *dual;
        *dual = next;
        *step = side * change;
        moved |= change.abs() > 1e-6;
    }
    moved
}

/// One new text: its dual variables begin at nought and are brought to rest, those of all earlier texts stay.
pub(super) fn fit_one(model: &mut Model, vector: &[(u32, f32)], truth: usize) {
    let mut duals = vec![0.0; model.width];
    let mut steps = vec![0.0; model.width];
    for _ in 0..3 {
        let margins = margins(&model.weights, model.width, vector);
        if !step(
            &margins,
            &mut duals,
            truth,
            model.labels.len(),
            length(vector),
            &mut steps,
        ) {
            return;
        }
        apply(&mut model.weights, model.width, vector, &steps);
    }
}

/// What the softmax has to be multiplied with so that a confidence of 0.9 is right nine times in ten, as far as the texts
/// held back can tell: the largest likelihood, found by golden section.
fn fit_sharpness(margins: &[(Vec<f32>, usize)]) -> f32 {
    let surprise = |logarithm: f32| -> f64 {
        let sharpness = logarithm.exp();
        margins
            .iter()
            .map(|(margins, truth)| -softmax(margins, sharpness)[*truth].max(1e-12).ln())
            .sum()
    };
    if margins.len() < 5 {
        return USUAL_SHARPNESS;
    }
    let (mut low, mut high) = (0.3_f32.ln(), 40.0_f32.ln());
    for _ in 0..24 {
        let third = (high - low) * 0.381_966;
        if surprise(low + third) < surprise(high - third) {
            high -= third;
        } else {
            low += third;
        }
    }
    f32::midpoint(low, high).exp()
}

const USUAL_SHARPNESS: f32 = 3.0;
