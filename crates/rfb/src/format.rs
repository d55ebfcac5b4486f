//! How pixels are written (RFC 6143, 7.4).

use crate::Fault;

/// Bytes of a format in a message.
pub const BYTES: usize = 16;

/// How one pixel is written: a number of 8, 16, or 32 bits in which red, green, and blue have their places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// 8, 16, or 32.
    pub bits: u8,
    /// How many of them mean something.
    pub depth: u8,
    /// Whether the number's first byte is its largest.
    pub big_endian: bool,
    /// The largest value of red, green, and blue: one less than a power of two.
    pub most: [u16; 3],
    /// How many bits to the left of the lowest each stands.
    pub shift: [u8; 3],
}

impl Format {
    /// What we offer, and what X servers keep: blue in the first byte, then green, then red, then nothing.
    pub const OURS: Self = Self {
        bits: 32,
        depth: 24,
        big_endian: false,
        most: [255; 3],
        shift: [16, 8, 0],
    };

    /// Reads one. Colours out of a table are of another time and not written.
    ///
    /// # Errors
    /// When there is no such format, or colours would come out of a table.
    pub fn read(bytes: &[u8; BYTES]) -> Result<Self, Fault> {
        let [bits, depth, big_endian, true_colour, rest @ ..] = *bytes;
        let pair = |at: usize| u16::from_be_bytes([rest[at], rest[at + 1]]);
        let format = Self {
            bits,
            depth,
            big_endian: big_endian != 0,
            most: [pair(0), pair(2), pair(4)],
            shift: [rest[6], rest[7], rest[8]],
        };
        let fits = |(most, shift): (&u16, &u8)| {
            let width = (u32::from(*most) + 1).trailing_zeros();
            (u32::from(*most) + 1).is_power_of_two() && width + u32::from(*shift) <= u32::from(bits)
        };
        let is_one = matches!(bits, 8 | 16 | 32)
            && depth <= bits
            && true_colour != 0
            && format.most.iter().zip(&format.shift).all(fits);
        if is_one { Ok(format) } else { Err(Fault::Format) }
    }

    /// Writes it.
    #[must_use]
    pub fn write(&self) -> [u8; BYTES] {
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&[self.bits, self.depth, u8::from(self.big_endian), 1]);
        for (at, most) in self.most.iter().enumerate() {
            bytes[4 + 2 * at..6 + 2 * at].copy_from_slice(&most.to_be_bytes());
        }
        bytes[10..13].copy_from_slice(&self.shift);
        bytes
    }

    /// Bytes of one pixel.
    #[must_use]
    pub const fn width(&self) -> usize {
        self.bits as usize / 8
    }

    /// Writes pixels of [`Format::OURS`] in this format behind what is there.
    pub fn translate(&self, ours: &[u8], out: &mut Vec<u8>) {
        if *self == Self::OURS {
            out.extend_from_slice(ours);
            return;
        }
        for pixel in ours.chunks_exact(4) {
            let colours = [pixel[2], pixel[1], pixel[0]];
            let mut number = 0_u32;
            for ((colour, most), shift) in colours.into_iter().zip(self.most).zip(self.shift) {
                // Rounded, so that white stays white in every format.
                let value = (u32::from(colour) * u32::from(most) + 127) / 255;
                number |= value << shift;
            }
            let bytes = number.to_le_bytes();
            let bytes = &bytes[..self.width()];
            if self.big_endian {
                out.extend(bytes.iter().rev());
            } else {
                out.extend(bytes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_format_is_read_as_it_was_written() {
        let small = Format {
            bits: 16,
            depth: 16,
            big_endian: true,
            most: [31, 63, 31],
            shift: [11, 5, 0],
        };
        for format in [Format::OURS, small] {
            assert_eq!(Format::read(&format.write()), Ok(format));
        }
    }

    #[test]
    fn white_is_white_and_each_colour_is_in_its_place() {
        let small = Format {
            bits: 16,
            depth: 16,
            big_endian: true,
            most: [31, 63, 31],
            shift: [11, 5, 0],
        };
        let mut out = Vec::new();
        small.translate(&[255, 255, 255, 0, 0, 0, 255, 0, 255, 0, 0, 9], &mut out);
        assert_eq!(out, [0xFF, 0xFF, 0xF8, 0x00, 0x00, 0x1F]);
    }

    proptest! {
        #[test]
        fn whatever_is_said_of_a_format_it_can_be_written(bytes: [u8; BYTES], pixels in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(format) = Format::read(&bytes) {
                let mut out = Vec::new();
                format.translate(&pixels, &mut out);
                prop_assert_eq!(out.len(), pixels.len() / 4 * format.width());
            }
        }
    }
}
