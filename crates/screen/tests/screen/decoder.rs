//! A viewer as simple as can be: reads what it is told and keeps the picture. Everything that should not be panics.

use flate2::{Decompress, FlushDecompress};

/// The picture, `0x00RRGGBB`.
pub struct Decoder {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u32>,
    /// Rectangles so far: of one colour, of two, of few, of all, and JPEG.
    pub kinds: [usize; 5],
    /// Whether something was painted since a beginning.
    pub painted: Vec<bool>,
    streams: [Option<Decompress>; 4],
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take(&mut self, count: usize) -> Vec<u8> {
        let (taken, rest) = self.0.split_at(count);
        self.0 = rest;
        taken.to_vec()
    }

    fn one(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn pair(&mut self) -> u16 {
        u16::from_be_bytes([self.one(), self.one()])
    }

    fn colour(&mut self) -> u32 {
        let shades = self.take(3);
        u32::from_be_bytes([0, shades[0], shades[1], shades[2]])
    }

    fn length(&mut self) -> usize {
        let mut length = 0;
        for at in 0..3 {
            let byte = usize::from(self.one());
            let bits = if at == 2 { byte } else { byte & 0x7F };
            length |= bits << (7 * at);
            if at < 2 && byte < 0x80 {
                break;
            }
        }
        length
    }
}

impl Decoder {
    pub fn new(width: u16, height: u16) -> Self {
        let (width, height) = (usize::from(width), usize::from(height));
        Self {
            width,
            height,
            pixels: vec![0xDEAD_BEEF; width * height],
            kinds: [0; 5],
            painted: vec![false; width * height],
            // Nothing can be unpacked before a beginning.
            streams: [const { None }; 4],
        }
    }

    /// Reads whole messages; gives back the fences in them.
    pub fn read(&mut self, told: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let (mut bytes, mut fences) = (Bytes(told), Vec::new());
        while !bytes.0.is_empty() {
            match bytes.one() {
                0 => self.update(&mut bytes),
                248 => {
                    bytes.take(3);
                    let flags = u32::from_be_bytes(bytes.take(4).try_into().unwrap());
                    let length = usize::from(bytes.one());
                    fences.push((flags, bytes.take(length)));
                }
                kind => panic!("a message of kind {kind}"),
            }
        }
        fences
    }

    fn update(&mut self, bytes: &mut Bytes) {
        bytes.one();
        for _ in 0..bytes.pair() {
            let [x, y, width, height] = std::array::from_fn(|_| usize::from(bytes.pair()));
            assert_eq!(bytes.take(4), [0, 0, 0, 7], "Tight");
            assert!(width > 0 && height > 0 && width <= 2048);
            assert!(x + width <= self.width && y + height <= self.height);
            let pixels = self.rectangle(bytes, width, height);
            assert_eq!(pixels.len(), width * height);
            for (row, pixels) in pixels.chunks(width).enumerate() {
                let from = (y + row) * self.width + x;
                self.pixels[from..from + width].copy_from_slice(pixels);
                self.painted[from..from + width].fill(true);
            }
        }
    }

    fn rectangle(&mut self, bytes: &mut Bytes, width: usize, height: usize) -> Vec<u32> {
        let control = bytes.one();
        for (at, stream) in self.streams.iter_mut().enumerate() {
            if control >> at & 1 == 1 {
                *stream = Some(Decompress::new(true));
            }
        }
        match control >> 4 {
            8 => {
                self.kinds[0] += 1;
                vec![bytes.colour(); width * height]
            }
            9 => {
                self.kinds[4] += 1;
                let length = bytes.length();
                let photo = bytes.take(length);
                let mut decoder = jpeg_decoder::Decoder::new(&photo[..]);
                let shades = decoder.decode().unwrap();
                let info = decoder.info().unwrap();
                assert_eq!(
                    (usize::from(info.width), usize::from(info.height)),
                    (width, height)
                );
                shades
                    .chunks(3)
                    .map(|shade| u32::from_be_bytes([0, shade[0], shade[1], shade[2]]))
                    .collect()
            }
            basic @ 0..8 => self.basic(bytes, width, height, basic),
            other => panic!("a rectangle of kind {other}"),
        }
    }

    fn basic(&mut self, bytes: &mut Bytes, width: usize, height: usize, basic: u8) -> Vec<u32> {
        let stream = usize::from(basic & 3);
        let filter = if basic & 4 == 4 { bytes.one() } else { 0 };
        if filter == 0 {
            self.kinds[3] += 1;
            let plain = self.unpack(bytes, stream, width * height * 3);
            return plain
                .chunks(3)
                .map(|shade| u32::from_be_bytes([0, shade[0], shade[1], shade[2]]))
                .collect();
        }
        assert_eq!(filter, 1, "a list of colours");
        let count = usize::from(bytes.one()) + 1;
        let list: Vec<u32> = (0..count).map(|_| bytes.colour()).collect();
        if count == 2 {
            self.kinds[1] += 1;
            let across = width.div_ceil(8);
            let plain = self.unpack(bytes, stream, across * height);
            let pixel = |at: usize| {
                let (row, column) = (at / width, at % width);
                list[usize::from(plain[row * across + column / 8] >> (7 - column % 8) & 1)]
            };
            return (0..width * height).map(pixel).collect();
        }
        self.kinds[2] += 1;
        let plain = self.unpack(bytes, stream, width * height);
        plain.iter().map(|number| list[usize::from(*number)]).collect()
    }

    fn unpack(&mut self, bytes: &mut Bytes, stream: usize, size: usize) -> Vec<u8> {
        if size < 12 {
            return bytes.take(size);
        }
        let length = bytes.length();
        let packed = bytes.take(length);
        let stream = self.streams[stream].as_mut().expect("a beginning came first");
        // One byte more than there should be.
        let mut plain = Vec::with_capacity(size + 1);
        let before = stream.total_in();
        stream
            .decompress_vec(&packed, &mut plain, FlushDecompress::Sync)
            .unwrap();
        assert_eq!(
            stream.total_in() - before,
            packed.len() as u64,
            "all of it is read"
        );
        assert_eq!(plain.len(), size);
        plain
    }
}
