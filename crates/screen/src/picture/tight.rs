//! Writes rectangles as Tight does (rfbproto, "Tight Encoding"): one colour, a list of colours with a number for each pixel, all
//! colours, or a JPEG. What is not a JPEG is exact, and packed by one of three zlib streams that go on from rectangle to
//! rectangle: each kind of content has its own, so that it finds its like in what came before.

use flate2::{Compress, Compression, FlushCompress, Status};
use jpeg_encoder::{ColorType, Encoder};

use crate::picture::colours::Colours;

/// What a rectangle is written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// These colours (`0x00RRGGBB`), rising; one to 256.
    Few(Vec<u32>),
    /// More than that, written exactly.
    Exact,
    /// More than that, written nearly.
    Nearly,
}

/// No rectangle may be wider (in pixels).
pub const WIDTH_MOST: u16 = 2048;
/// No rectangle may have more pixels: a length has 22 bits, and three bytes for each pixel may not become smaller.
pub const PIXELS_MOST: usize = 1024 * 1024;

/// Of 100; colours of two by two pixels are taken together. Text stays readable until it is sent again exactly.
const QUALITY: u8 = 80;
/// Of 9. More effort costs much more time than it spares bytes.
const EFFORT: u32 = 2;
/// Less than so many bytes are not packed.
const PACKED_LEAST: usize = 12;

const FILL: u8 = 0x80;
const JPEG: u8 = 0x90;
/// The number of a filter follows.
const FILTERED: u8 = 0x40;
const PALETTE: u8 = 1;

/// The streams; Tight has four, of which we use three.
const STREAMS: usize = 3;
const ALL_COLOURS: u8 = 0;
const TWO_COLOURS: u8 = 1;
const FEW_COLOURS: u8 = 2;

/// What is remembered from rectangle to rectangle.
pub struct Tight {
    streams: [Compress; STREAMS],
    /// The reader has to forget its streams with the next rectangle.
    anew: bool,
    /// Bytes of a rectangle before they are packed.
    plain: Vec<u8>,
}

impl Tight {
    pub fn new() -> Self {
        Self {
            streams: std::array::from_fn(|_| Compress::new(Compression::new(EFFORT), true)),
            anew: true,
            plain: Vec::new(),
        }
    }

    /// What is written next can be read by somebody who read nothing before.
    pub fn begin(&mut self) {
        self.streams.iter_mut().for_each(Compress::reset);
        self.anew = true;
    }

    /// Writes what follows the head of a rectangle, from its pixels in rows of `width`.
    pub fn write(&mut self, pixels: &[u32], width: u16, look: &Look, out: &mut Vec<u8>) {
        let reset = if std::mem::take(&mut self.anew) { 0x0F } else { 0 };
        match look {
            Look::Few(list) => match list[..] {
                [one] => {
                    out.push(FILL | reset);
                    out.extend(shades(one));
                }
                [zero, one] => {
                    out.extend([FILTERED | TWO_COLOURS << 4 | reset, PALETTE, 1]);
                    out.extend([shades(zero), shades(one)].concat());
                    self.plain_bits(pixels, width, one);
                    self.pack(TWO_COLOURS, out);
                }
                _ => {
                    let last = u8::try_from(list.len().saturating_sub(1)).unwrap_or(u8::MAX);
                    out.extend([FILTERED | FEW_COLOURS << 4 | reset, PALETTE, last]);
                    out.extend(list.iter().flat_map(|colour| shades(*colour)));
                    self.plain_numbers(pixels, list);
                    self.pack(FEW_COLOURS, out);
                }
            },
            Look::Exact => self.write_exact(pixels, reset, out),
            Look::Nearly => match self.photo(pixels, width) {
                Some(photo) => {
                    out.push(JPEG | reset);
                    length(photo.len(), out);
                    out.extend(photo);
                }
                None => self.write_exact(pixels, reset, out),
            },
        }
    }

    fn write_exact(&mut self, pixels: &[u32], reset: u8, out: &mut Vec<u8>) {
        out.push(ALL_COLOURS << 4 | reset);
        self.plain.clear();
        self.plain.extend(pixels.iter().flat_map(|pixel| shades(*pixel)));
        self.pack(ALL_COLOURS, out);
    }

    /// A bit for each pixel, the first one in the highest; rows begin with a byte of their own.
    fn plain_bits(&mut self, pixels: &[u32], width: u16, one: u32) {
        self.plain.clear();
        for row in pixels.chunks(usize::from(width)) {
            self.plain.extend(row.chunks(8).map(|eight| {
                let bit = |(at, pixel): (usize, &u32)| u8::from(*pixel == one) << (7 - at);
                eight.iter().enumerate().map(bit).fold(0, |byte, bit| byte | bit)
            }));
        }
    }

    fn plain_numbers(&mut self, pixels: &[u32], list: &[u32]) {
        let colours = Colours::of(list);
        self.plain.clear();
        let mut last = None;
        self.plain.extend(pixels.iter().map(|pixel| match last {
            Some((like, number)) if like == *pixel => number,
            _ => {
                let number = colours.number(*pixel);
                last = Some((*pixel, number));
                number
            }
        }));
    }

    fn pack(&mut self, stream: u8, out: &mut Vec<u8>) {
        if self.plain.len() < PACKED_LEAST {
            out.extend(&self.plain);
            return;
        }
        let packed = flushed(&mut self.streams[usize::from(stream)], &self.plain);
        length(packed.len(), out);
        out.extend(packed);
    }

    /// None when the encoder cannot; a rectangle has always a size that it can.
    fn photo(&mut self, pixels: &[u32], width: u16) -> Option<Vec<u8>> {
        self.plain.clear();
        self.plain
            .extend(pixels.iter().flat_map(|pixel| pixel.to_le_bytes()));
        let height = u16::try_from(pixels.len() / usize::from(width)).ok()?;
        let mut photo = Vec::with_capacity(pixels.len() / 4);
        let encoder = Encoder::new(&mut photo, QUALITY);
        encoder.encode(&self.plain, width, height, ColorType::Bgra).ok()?;
        Some(photo)
    }
}

/// Red, green, blue.
fn shades(colour: u32) -> [u8; 3] {
    let [_, red, green, blue] = colour.to_be_bytes();
    [red, green, blue]
}

/// Everything packed, so that the reader can unpack it without what follows, and without what came before: the unpacker within noVNC
/// (pako's, up to 1.0) remembers nothing any more once its stream was reset, and a beginning resets all.
fn flushed(stream: &mut Compress, plain: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(plain.len() / 4 + 64);
    let before = stream.total_in();
    loop {
        let read = usize::try_from(stream.total_in() - before).unwrap_or(plain.len());
        // It has no error to give but a misuse of its own.
        let status = stream.compress_vec(&plain[read..], &mut packed, FlushCompress::Full);
        let all_read = stream.total_in() - before == plain.len() as u64;
        // When there is room left, nothing waits inside.
        if !matches!(status, Ok(Status::Ok)) || all_read && packed.len() < packed.capacity() {
            return packed;
        }
        packed.reserve(packed.capacity());
    }
}

/// Seven bits, seven bits, eight bits, the lowest first.
fn length(length: usize, out: &mut Vec<u8>) {
    let bits = |from: u32, most: usize| u8::try_from(length >> from & most).unwrap_or(0);
    match length {
        0..0x80 => out.push(bits(0, 0x7F)),
        0x80..0x4000 => out.extend([bits(0, 0x7F) | 0x80, bits(7, 0x7F)]),
        _ => out.extend([bits(0, 0x7F) | 0x80, bits(7, 0x7F) | 0x80, bits(14, 0xFF)]),
    }
}
