//! How pixels are written (RFC 6143, 7.4). There is one format; whoever asks for another one is sent away.

/// Bytes of a format in a message.
pub const BYTES: usize = 16;

/// The format that is announced, and that browsers' viewers ask for: a number of 32 bits, the smallest byte first, 24 of them
/// used; 256 shades each of red (bit 0 upwards), green (8), and blue (16).
pub const FIXED: [u8; BYTES] = [32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0];

/// Whether pictures look the same in this format. Tight writes red, green, and blue as a byte each in every format of 32 bits
/// with 24 used and 256 shades, so the order of bytes and the shifts do not matter (rfbproto, "Tight Encoding", TPIXEL).
#[must_use]
pub fn is_ours(format: &[u8; BYTES]) -> bool {
    let [bits, depth, _, true_colour, ..] = *format;
    [bits, depth] == FIXED[..2] && true_colour != 0 && format[4..10] == FIXED[4..10]
}
