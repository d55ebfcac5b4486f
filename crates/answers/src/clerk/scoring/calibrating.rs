//! From what a model says of itself to the share that is right: a logistic curve through judgements whose truth is known.
//!
//! One number goes in. Others were tried on requests with known answers (the distance to the next article, the likeness to
//! the nearest solved request, how many of the five nearest were the article's): none moved the precision at any threshold
//! by more than the error of the measurement.

/// The curve.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Calibration {
    pub slope: f64,
    pub offset: f64,
}

const STEPS: usize = 40;
/// Keeps the curve flat where nearly all judgements are right, or nearly all wrong.
const HOLD: f64 = 1.0;

impl Calibration {
    /// What was said is taken as it is.
    pub const PLAIN: Calibration = Calibration {
        slope: 1.0,
        offset: 0.0,
    };

    /// The curve that makes these judgements likeliest, by Newton's method.
    #[must_use]
    pub fn fit(judged: &[(f64, bool)]) -> Calibration {
        let mut fitted = Calibration::PLAIN;
        for _ in 0..STEPS {
            let mut slopes = (HOLD * (fitted.slope - 1.0), HOLD * fitted.offset);
            let (mut first, mut mixed, mut second) = (HOLD, 0.0, HOLD);
            for (said, is_right) in judged {
                let place = odds(*said);
                let confidence = fitted.confidence(*said);
                let error = confidence - if *is_right { 1.0 } else { 0.0 };
                let bend = (confidence * (1.0 - confidence)).max(1e-9);
                slopes.0 += error * place;
                slopes.1 += error;
                first += bend * place * place;
                mixed += bend * place;
                second += bend;
            }
            let whole = first * second - mixed * mixed;
            if whole.abs() < 1e-12 {
                break;
            }
            let (slope, offset) = (
                (second * slopes.0 - mixed * slopes.1) / whole,
                (first * slopes.1 - mixed * slopes.0) / whole,
            );
            fitted.slope = (fitted.slope - slope).clamp(0.05, 5.0);
            fitted.offset = (fitted.offset - offset).clamp(-10.0, 10.0);
            if slope.abs() + offset.abs() < 1e-9 {
                break;
            }
        }
        fitted
    }

    /// The share that is right among judgements of this probability.
    #[must_use]
    pub fn confidence(&self, probability: f64) -> f64 {
        logistic(self.slope * odds(probability) + self.offset)
    }
}

/// The logarithm of the odds, bounded so that certainty is no infinity.
pub(super) fn odds(probability: f64) -> f64 {
    let bounded = probability.clamp(1e-4, 1.0 - 1e-4);
    (bounded / (1.0 - bounded)).ln()
}

pub(super) fn logistic(value: f64) -> f64 {
    1.0 / (1.0 + (-value).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_boasts_is_taken_down() {
        // Of what it holds for 0.95 sure, three quarters are right; of what it holds for 0.5 sure, a fifth.
        let mut judged = Vec::new();
        for place in 0..2_000 {
            judged.push((0.95, place % 4 != 0));
            judged.push((0.5, place % 5 == 0));
        }
        let fitted = Calibration::fit(&judged);
        assert!((fitted.confidence(0.95) - 0.75).abs() < 0.01, "{fitted:?}");
        assert!((fitted.confidence(0.5) - 0.2).abs() < 0.01, "{fitted:?}");
    }

    #[test]
    fn with_nothing_to_go_by_it_stays_what_it_was() {
        assert_eq!(Calibration::fit(&[]), Calibration::PLAIN);
        let all_right: Vec<(f64, bool)> = (0..100).map(|_| (0.9, true)).collect();
        assert!(Calibration::fit(&all_right).confidence(0.9) < 1.0);
    }
}
