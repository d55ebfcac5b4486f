//! Whether bytes are a plain JPEG of a size (ITU-T T.81, annex B), as far as that can be said without decoding it.
//!
//! Pictures that browsers make are passed on as they are, to viewers and into recordings. A viewer that cannot read one picture stops,
//! so everything that can be told from the structure is looked at here: the markers in their order, the frame's size and parts, that
//! every table that is used was told before, and that nothing stands behind the end. Segments that carry anything but the picture
//! (Exif, profiles, comments) are refused.

use crate::Fault;

/// The head of JFIF, without a small picture in it, has exactly this length.
const JFIF: usize = 16;
/// No picture is longer: Tight could not say it (22 bits).
pub const BYTES_MOST: usize = 0x3F_FFFF;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const DQT: u8 = 0xDB;
const DRI: u8 = 0xDD;
const DHT: u8 = 0xC4;
const APP0: u8 = 0xE0;

/// Looks at a picture that should have this size in pixels.
///
/// # Errors
/// [`Fault::Picture`] for what is none, or is one of another size; [`Fault::Long`].
pub fn check(bytes: &[u8], width: u16, height: u16) -> Result<(), Fault> {
    if bytes.len() > BYTES_MOST {
        return Err(Fault::Long);
    }
    let mut reading = Reading {
        rest: bytes,
        seen: Seen::default(),
    };
    if reading.marker()? != SOI {
        return Err(Fault::Picture);
    }
    loop {
        match reading.marker()? {
            EOI => break,
            SOS => reading.scan()?,
            kind => reading.segment(kind, (width, height))?,
        }
    }
    let is_whole = reading.seen.has_scan && reading.rest.is_empty();
    is_whole.then_some(()).ok_or(Fault::Picture)
}

/// What was told by now.
#[derive(Default)]
struct Seen {
    /// The parts of the picture, with the table of quantities that each uses.
    parts: Vec<(u8, u8)>,
    is_progressive: bool,
    has_scan: bool,
    /// A bit for each table that was told.
    quantities: u8,
    direct: u8,
    alternating: u8,
}

struct Reading<'a> {
    rest: &'a [u8],
    seen: Seen,
}

impl<'a> Reading<'a> {
    fn take(&mut self, size: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(size).ok_or(Fault::Picture)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Exactly one marker: no filling is written before it by any browser.
    fn marker(&mut self) -> Result<u8, Fault> {
        match self.take(2)? {
            [0xFF, kind] => Ok(*kind),
            _ => Err(Fault::Picture),
        }
    }

    /// What a segment holds.
    fn body(&mut self) -> Result<&'a [u8], Fault> {
        let length = match self.take(2)? {
            [high, low] => usize::from(u16::from_be_bytes([*high, *low])),
            _ => 0,
        };
        self.take(length.checked_sub(2).ok_or(Fault::Picture)?)
    }

    fn segment(&mut self, kind: u8, size: (u16, u16)) -> Result<(), Fault> {
        let body = self.body()?;
        let is_fine = match kind {
            APP0 => body.len() + 2 == JFIF && body.starts_with(b"JFIF\0") && body.ends_with(&[0, 0]),
            DQT => self.quantities(body),
            DHT => self.codes(body),
            DRI => body.len() == 2,
            // Baseline, extended, progressive; none of them lossless or arithmetic.
            0xC0..=0xC2 => self.frame(kind, body, size),
            _ => false,
        };
        is_fine.then_some(()).ok_or(Fault::Picture)
    }

    fn quantities(&mut self, mut body: &[u8]) -> bool {
        while let Some((&head, rest)) = body.split_first() {
            let length = match head >> 4 {
                0 => 64,
                1 => 128,
                _ => return false,
            };
            let Some((_, rest)) = rest.split_at_checked(length).filter(|_| head & 0x0F < 4) else {
                return false;
            };
            self.seen.quantities |= 1 << (head & 0x0F);
            body = rest;
        }
        true
    }

    fn codes(&mut self, mut body: &[u8]) -> bool {
        while let Some((&head, rest)) = body.split_first() {
            let Some((counts, rest)) = rest.split_at_checked(16) else {
                return false;
            };
            let length: usize = counts.iter().map(|count| usize::from(*count)).sum();
            let is_fine = head & 0x0F < 4 && head >> 4 < 2 && (1..=256).contains(&length) && fits(counts);
            let Some((_, rest)) = rest.split_at_checked(length).filter(|_| is_fine) else {
                return false;
            };
            let tables = if head >> 4 == 0 {
                &mut self.seen.direct
            } else {
                &mut self.seen.alternating
            };
            *tables |= 1 << (head & 0x0F);
            body = rest;
        }
        true
    }

    fn frame(&mut self, kind: u8, body: &[u8], (width, height): (u16, u16)) -> bool {
        let Some((&[bits, h1, h2, w1, w2, count], parts)) = body.split_first_chunk::<6>() else {
            return false;
        };
        let is_of_size = [h1, h2] == height.to_be_bytes() && [w1, w2] == width.to_be_bytes();
        let is_first = self.seen.parts.is_empty();
        let is_known = matches!(count, 1 | 3) && parts.len() == 3 * usize::from(count);
        if bits != 8 || !is_of_size || !is_first || !is_known {
            return false;
        }
        self.seen.is_progressive = kind == 0xC2;
        for part in parts.chunks_exact(3) {
            let [name, sampling, table] = *part else {
                return false;
            };
            let samples = |side: u8| (1..=4).contains(&side);
            let is_new = self.seen.parts.iter().all(|(known, _)| *known != name);
            if !samples(sampling >> 4) || !samples(sampling & 0x0F) || table > 3 || !is_new {
                return false;
            }
            self.seen.parts.push((name, table));
        }
        true
    }

    /// The head of a scan, and the picture's bits up to the next marker.
    fn scan(&mut self) -> Result<(), Fault> {
        let body = self.body()?;
        if !self.may_scan(body) {
            return Err(Fault::Picture);
        }
        self.seen.has_scan = true;
        let mut at = 0;
        while let Some(found) = self
            .rest
            .get(at..)
            .and_then(|rest| rest.iter().position(|one| *one == 0xFF))
        {
            at += found;
            match self.rest.get(at + 1) {
                // A byte of the picture that looks like a marker, and places where decoding may begin anew.
                Some(0 | 0xD0..=0xD7) => at += 2,
                Some(_) => {
                    self.take(at)?;
                    return if at > 0 { Ok(()) } else { Err(Fault::Picture) };
                }
                None => break,
            }
        }
        Err(Fault::Picture)
    }

    fn may_scan(&self, body: &[u8]) -> bool {
        let Some((&count, rest)) = body.split_first() else {
            return false;
        };
        let count = usize::from(count);
        if count == 0 || count > self.seen.parts.len() || rest.len() != 2 * count + 3 {
            return false;
        }
        let (parts, ranges) = rest.split_at(2 * count);
        let is_told = |tables: u8, which: u8| which < 4 && tables & (1 << which) != 0;
        let is_fine = |part: &[u8]| {
            let [name, tables] = *part else {
                return false;
            };
            let known = self.seen.parts.iter().find(|(known, _)| *known == name);
            let has_codes =
                is_told(self.seen.direct, tables >> 4) && is_told(self.seen.alternating, tables & 0x0F);
            // A scan of a progressive picture needs the tables of its own range only.
            let has_codes = has_codes || self.seen.is_progressive;
            known.is_some_and(|(_, quantities)| is_told(self.seen.quantities, *quantities)) && has_codes
        };
        let is_range = self.seen.is_progressive || ranges == [0, 63, 0];
        is_range && parts.chunks_exact(2).all(is_fine)
    }
}

/// Whether so many codes of each length can stand beside each other (T.81, annex C).
fn fits(counts: &[u8]) -> bool {
    let mut free = 1_u32;
    for count in counts {
        free *= 2;
        match free.checked_sub(u32::from(*count)) {
            Some(left) => free = left,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A grey picture of 8 x 8, as encoders write it; the tables hold one code each.
    fn grey() -> Vec<u8> {
        let mut bytes = vec![0xFF, SOI, 0xFF, APP0, 0, 16];
        bytes.extend(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
        bytes.extend([0xFF, DQT, 0, 67, 0]);
        bytes.extend([1; 64]);
        bytes.extend([0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0]);
        for class in [0x00, 0x10] {
            bytes.extend([0xFF, DHT, 0, 20, class, 1]);
            bytes.extend([0; 15]);
            bytes.push(0);
        }
        bytes.extend([0xFF, SOS, 0, 8, 1, 1, 0, 0, 63, 0, 0x3F, 0xFF, 0, 0xFF, EOI]);
        bytes
    }

    /// The same with a segment behind the first.
    fn with(segment: &[u8]) -> Vec<u8> {
        let mut bytes = grey();
        bytes.splice(20..20, segment.iter().copied());
        bytes
    }

    #[test]
    fn a_plain_picture_of_its_size_passes() {
        assert_eq!(check(&grey(), 8, 8), Ok(()));
        assert_eq!(check(&with(&[0xFF, DRI, 0, 4, 0, 1]), 8, 8), Ok(()));
    }

    #[test]
    fn a_picture_of_another_size_does_not() {
        assert_eq!(check(&grey(), 8, 16), Err(Fault::Picture));
        assert_eq!(check(&grey(), 16, 8), Err(Fault::Picture));
    }

    #[test]
    fn nothing_but_the_picture_is_carried() {
        for kind in (0xE1..=0xEF).chain([0xFE, 0xC3, 0xC9, 0xDC, 0x01]) {
            assert_eq!(check(&with(&[0xFF, kind, 0, 4, 1, 2]), 8, 8), Err(Fault::Picture));
        }
        let thumbnail = [0xFF, APP0, 0, 6, b'J', b'F', b'X', b'X'];
        assert_eq!(check(&with(&thumbnail), 8, 8), Err(Fault::Picture));
        let behind = [grey(), b"and more".to_vec()].concat();
        assert_eq!(check(&behind, 8, 8), Err(Fault::Picture));
    }

    #[test]
    fn a_picture_that_uses_what_was_not_told_does_not_pass() {
        let mut bytes = grey();
        let at = bytes.len() - 9;
        // The scan names the second table of codes.
        bytes[at] = 0x11;
        assert_eq!(check(&bytes, 8, 8), Err(Fault::Picture));
    }

    proptest! {
        #[test]
        fn a_picture_that_was_cut_does_not_pass(length in 0..200_usize) {
            let bytes = grey();
            let length = length.min(bytes.len() - 1);
            prop_assert_eq!(check(&bytes[..length], 8, 8), Err(Fault::Picture));
        }

        #[test]
        fn whatever_comes_is_read_or_refused(body in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _read_or_refused = check(&[&[0xFF, SOI][..], &body].concat(), 8, 8);
        }
    }
}
