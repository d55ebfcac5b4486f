//! How many requests would be answered above a threshold, and how many of these answers would be right.
//!
//! The threshold is the lowest one at which the precision is at least the target even if luck was good: the lower end of
//! Wilson's interval is taken, one-sided at 95 %. With little past the interval is wide, and so the threshold high or none.

use std::collections::BTreeMap;

/// A request that was judged, and whether that was right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Its place in the past.
    pub lesson: usize,
    /// What would have been answered with.
    pub article: i64,
    pub confidence: f64,
    pub is_right: bool,
    /// Its own article was kept from the judge.
    pub is_stranger: bool,
}

/// What a threshold gives.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Point {
    pub threshold: f64,
    /// Requests answered.
    pub answered: usize,
    /// Of these, rightly.
    pub right: usize,
}

/// Precision and share over all thresholds.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Curve {
    /// Requests judged.
    pub requests: usize,
    /// From the highest threshold down, a hundredth each.
    pub points: Vec<Point>,
    /// Per article, above the lowest threshold there is: answered and right.
    pub articles: BTreeMap<i64, (usize, usize)>,
}

/// So precise an answer must be.
pub const TARGET: f64 = 0.95;
/// Below this nothing is answered whatever was measured.
pub const LOWEST: f64 = 0.5;
/// So many answers a measurement needs.
const ANSWERS_AT_LEAST: usize = 40;
/// The quantile of the normal distribution at 95 %.
const LUCK: f64 = 1.645;

impl Curve {
    /// Counts judgements above each hundredth.
    #[must_use]
    pub fn of(judged: &[Judgement]) -> Curve {
        let mut curve = Curve {
            requests: judged.len(),
            ..Curve::default()
        };
        for hundredth in (50..=99_u32).rev() {
            let threshold = f64::from(hundredth) / 100.0;
            let above = judged.iter().filter(|one| one.confidence >= threshold);
            curve.points.push(Point {
                threshold,
                answered: above.clone().count(),
                right: above.filter(|one| one.is_right).count(),
            });
        }
        for one in judged.iter().filter(|one| one.confidence >= LOWEST) {
            let counts = curve.articles.entry(one.article).or_default();
            counts.0 += 1;
            counts.1 += usize::from(one.is_right);
        }
        curve
    }

    /// What this threshold gives.
    #[must_use]
    pub fn at(&self, threshold: f64) -> Option<Point> {
        self.points
            .iter()
            .rev()
            .find(|point| point.threshold + 1e-9 >= threshold)
            .copied()
    }
}

impl Point {
    /// The share of the answers that is right.
    #[must_use]
    pub fn precision(&self) -> f64 {
        share(self.right, self.answered)
    }

    /// What the precision is at least, even if luck was good.
    #[must_use]
    pub fn precision_at_least(&self) -> f64 {
        if self.answered == 0 {
            return 0.0;
        }
        let (count, share) = (number(self.answered), self.precision());
        let square = LUCK * LUCK;
        let spread = (share * (1.0 - share) / count + square / (4.0 * count * count)).sqrt();
        (share + square / (2.0 * count) - LUCK * spread) / (1.0 + square / count)
    }
}

/// The lowest threshold whose precision is sure to reach the target, and at every higher one too; none when no threshold
/// has so many answers.
#[must_use]
pub fn threshold(curve: &Curve, target: f64) -> Option<f64> {
    curve
        .points
        .iter()
        .skip_while(|point| point.answered < ANSWERS_AT_LEAST)
        .take_while(|point| point.precision_at_least() >= target)
        .last()
        .map(|point| point.threshold)
}

/// A part of a whole, 0 for nothing of nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        0.0
    } else {
        number(part) / number(whole)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^53")]
fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(confidence: f64, right: usize, wrong: usize) -> Vec<Judgement> {
        let one = |is_right| Judgement {
            lesson: 0,
            article: 1,
            confidence,
            is_right,
            is_stranger: false,
        };
        let mut all = vec![one(true); right];
        all.extend(vec![one(false); wrong]);
        all
    }

    #[test]
    fn the_threshold_is_where_the_precision_ends() {
        let mut all = judged(0.955, 300, 2);
        all.extend(judged(0.805, 300, 6));
        all.extend(judged(0.605, 200, 60));
        let curve = Curve::of(&all);
        let chosen = threshold(&curve, TARGET).unwrap();
        assert!((0.60..=0.81).contains(&chosen), "{chosen}");
        assert!(chosen > 0.605, "the sixty wrong ones stay unanswered: {chosen}");
        assert_eq!(curve.at(chosen).unwrap().answered, 608);
    }

    #[test]
    fn few_answers_prove_nothing() {
        assert_eq!(threshold(&Curve::of(&judged(0.99, 30, 0)), TARGET), None);
        assert_eq!(threshold(&Curve::of(&[]), TARGET), None);
        // All right, and still not sure enough: fifty answers leave room for one in twenty.
        assert_eq!(threshold(&Curve::of(&judged(0.99, 50, 0)), TARGET), None);
        assert!(threshold(&Curve::of(&judged(0.99, 60, 0)), TARGET).is_some());
    }
}
