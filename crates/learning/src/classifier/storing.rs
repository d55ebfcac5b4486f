//! A model as bytes: the labels, the features in ascending steps, and each row as one number and a byte for each label.
//!
//! A weight needs no more than a byte beside the largest of its row: the decision moves by less than a hundredth of a
//! margin. Rows that say nothing are left out. A byte order and a version stand in front, so that a model of another
//! version is not misread but trained anew.

use super::{FEATURES_AT_MOST, LANES, Model, WEIGHTS_AT_MOST};
use crate::corpus::Rarity;

/// The bytes are not a model of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored model is damaged or of another version")]
pub struct Damaged;

const MARK: &[u8; 8] = b"MSLEARN1";

impl Model {
    /// The model as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MARK.to_vec();
        let labels = self.labels.len();
        number(&mut bytes, labels);
        for (label, shown) in self.labels() {
            number(&mut bytes, label.len());
            bytes.extend_from_slice(label.as_bytes());
            bytes.extend_from_slice(&shown.to_le_bytes());
        }
        bytes.extend_from_slice(&self.rarity.texts.to_le_bytes());
        bytes.extend_from_slice(&self.sharpness.to_le_bytes());
        for bias in self.weights.iter().take(labels) {
            bytes.extend_from_slice(&bias.to_le_bytes());
        }
        let mut order: Vec<usize> = (0..self.rarity.features.len()).collect();
        order.sort_unstable_by_key(|row| self.rarity.features[*row]);
        number(&mut bytes, order.len());
        for row in order {
            bytes.extend_from_slice(&self.rarity.features[row].to_le_bytes());
            number(&mut bytes, self.rarity.seen[row] as usize);
            bytes.extend_from_slice(&self.rarity.weight[row].to_le_bytes());
            let start = (row + 1) * self.width;
            pack(&mut bytes, &self.weights[start..start + labels]);
        }
        bytes
    }

    /// Reads a model back.
    ///
    /// # Errors
    /// When the bytes are no model of this version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Model, Damaged> {
        let mut reader = Reader(bytes);
        if reader.take(MARK.len())? != MARK {
            return Err(Damaged);
        }
        let labels = reader.number()?;
        if labels > bytes.len() {
            return Err(Damaged);
        }
        let mut model = Model {
            width: labels.div_ceil(LANES) * LANES,
            ..Model::default()
        };
        for _ in 0..labels {
            let length = reader.number()?;
            let label = std::str::from_utf8(reader.take(length)?).map_err(|_| Damaged)?;
            model.labels.push(label.to_owned());
            model.shown.push(u32::from_le_bytes(reader.four()?));
        }
        let texts = u32::from_le_bytes(reader.four()?);
        model.sharpness = f32::from_le_bytes(reader.four()?);
        for _ in 0..labels {
            model.weights.push(f32::from_le_bytes(reader.four()?));
        }
        model.weights.resize(model.width, 0.0);
        let features = reader.number()?;
        if features > FEATURES_AT_MOST || features.saturating_mul(model.width) > WEIGHTS_AT_MOST * 2 {
            return Err(Damaged);
        }
        model.rarity = Rarity::new(texts, Vec::new());
        for _ in 0..features {
            let feature = u32::from_le_bytes(reader.four()?);
            let seen = u32::try_from(reader.number()?).map_err(|_| Damaged)?;
            let row = model.rarity.admit(feature, seen);
            model.rarity.weight[row as usize] = f32::from_le_bytes(reader.four()?);
            reader.unpack(labels, &mut model.weights)?;
            model.weights.resize((row as usize + 2) * model.width, 0.0);
        }
        if !reader.0.is_empty() || model.rarity.rows.len() != features {
            return Err(Damaged);
        }
        Ok(model)
    }
}

fn pack(bytes: &mut Vec<u8>, row: &[f32]) {
    let largest = row.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    bytes.extend_from_slice(&largest.to_le_bytes());
    if largest > 0.0 {
        bytes.extend(
            row.iter()
                .map(|weight| small(weight / largest * 127.0).to_le_bytes()[0]),
        );
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "what it is given lies between -127 and 127"
)]
fn small(value: f32) -> i8 {
    value.round() as i8
}

/// A whole number in as few bytes as it needs.
fn number(bytes: &mut Vec<u8>, value: usize) {
    let mut rest = value;
    while rest >= 0x80 {
        bytes.push(u8::try_from(rest & 0x7F).unwrap_or(0) | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).unwrap_or(0));
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn four(&mut self) -> Result<[u8; 4], Damaged> {
        self.take(4)?.try_into().map_err(|_| Damaged)
    }

    fn number(&mut self) -> Result<usize, Damaged> {
        let mut value = 0_usize;
        for shift in (0..35).step_by(7) {
            let byte = self.take(1)?[0];
            value |= usize::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Damaged)
    }

    fn unpack(&mut self, labels: usize, weights: &mut Vec<f32>) -> Result<(), Damaged> {
        let largest = f32::from_le_bytes(self.four()?);
        if largest > 0.0 {
            let row = self.take(labels)?;
            weights.extend(
                row.iter()
                    .map(|byte| f32::from(i8::from_le_bytes([*byte])) / 127.0 * largest),
            );
        } else {
            weights.extend(std::iter::repeat_n(0.0, labels));
        }
        Ok(())
    }
}
