//! What a viewer reads is what was seen.

use proptest::prelude::*;

use super::*;

#[path = "../../tests/screen/decoder.rs"]
mod decoder;
use decoder::Decoder;

struct Wall {
    width: usize,
    pixels: Vec<u32>,
}

impl Seen for Wall {
    fn read(&self, area: Area, out: &mut Vec<u32>) {
        for y in usize::from(area.y)..usize::from(area.y) + usize::from(area.height) {
            let from = y * self.width + usize::from(area.x);
            out.extend_from_slice(&self.pixels[from..from + usize::from(area.width)]);
        }
    }
}

impl Wall {
    fn of(width: u16, height: u16, pixel: impl Fn(usize, usize) -> u32) -> Self {
        let width = usize::from(width);
        let pixels = (0..width * usize::from(height))
            .map(|at| pixel(at % width, at / width))
            .collect();
        Self { width, pixels }
    }
}

/// A viewer, and who tells it.
struct Scene {
    picture: Picture,
    decoder: Decoder,
    wall: Wall,
    now: Instant,
}

impl Scene {
    fn of(width: u16, height: u16, wall: Wall) -> Self {
        Self {
            picture: Picture::new(width, height),
            decoder: Decoder::new(width, height),
            wall,
            now: Instant::now(),
        }
    }

    /// Bytes that one frame takes.
    fn show(&mut self) -> usize {
        let all = 0..self.picture.grid().tiles();
        self.picture.look(&self.wall, all, self.now);
        let told = self.picture.write_changes().unwrap_or_default();
        self.decoder.read(&told);
        told.len()
    }

    fn settle(&mut self) {
        self.now += STILL;
        while let Some(told) = self.picture.write_settled(self.now) {
            self.decoder.read(&told);
        }
        assert_eq!(self.picture.settles_at(), None);
        assert!(self.decoder.pixels == self.wall.pixels);
    }

    /// The largest difference of a shade, and the mean one.
    fn difference(&self) -> (u8, f64) {
        let shades = |pixels: &[u32]| {
            pixels
                .iter()
                .flat_map(|pixel| pixel.to_le_bytes())
                .collect::<Vec<_>>()
        };
        let (a, b) = (shades(&self.decoder.pixels), shades(&self.wall.pixels));
        let each = a.iter().zip(&b).map(|(a, b)| a.abs_diff(*b));
        let sum: u64 = each.clone().map(u64::from).sum();
        (each.max().unwrap_or(0), sum as f64 / a.len() as f64)
    }
}

/// Looks random, and is always the same.
fn noise(x: usize, y: usize) -> u32 {
    let mut number = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77);
    for _ in 0..3 {
        number ^= number >> 15;
        number = number.wrapping_mul(0x2C1B_3C6D);
    }
    number & 0xFF_FFFF
}

/// As a photograph: shades that go over into one another.
fn meadow(x: usize, y: usize) -> u32 {
    let wave = |length: f64| ((x as f64 / length).sin() * (y as f64 / length).cos() * 60.0 + 128.0) as u32;
    wave(91.0) << 16 | wave(47.0) << 8 | (y as u32 / 3).min(255)
}

/// As a window full of text: two colours, a title of one, and a shade at the edges of letters.
fn letters(x: usize, y: usize) -> u32 {
    match (y, noise(x / 3, y / 5) % 5) {
        (0..24, _) => 0x33_66_99,
        (_, 0) if y % 16 < 10 => 0x11_11_11,
        (_, 1) if y > 300 && y % 16 < 10 => noise(x, y) % 7 * 0x20_20_20,
        _ => 0xFF_FF_FF,
    }
}

#[test]
fn a_window_full_of_text_is_exact_at_once_and_small() {
    let wall = Wall::of(1280, 720, letters);
    let mut scene = Scene::of(1280, 720, wall);
    let size = scene.show();
    assert!(scene.decoder.pixels == scene.wall.pixels);
    assert!(scene.decoder.painted.iter().all(|painted| *painted));
    let [_, two, few, all, photos] = scene.decoder.kinds;
    assert!(
        two > 0 && few > 0 && all == 0 && photos == 0,
        "{:?}",
        scene.decoder.kinds
    );
    assert!(size < 100_000, "{size}");
    // One letter more is one tile.
    scene.wall.pixels[200 * 1280 + 200] ^= 0xFF;
    let size = scene.show();
    assert!(size > 0 && size < 1000, "{size}");
    assert!(scene.decoder.pixels == scene.wall.pixels);
    assert_eq!(scene.show(), 0);
}

#[test]
fn a_photograph_comes_nearly_and_is_exact_when_it_stands_still() {
    let mut scene = Scene::of(700, 500, Wall::of(700, 500, meadow));
    scene.show();
    assert!(scene.decoder.kinds[4] > 0);
    let (most, mean) = scene.difference();
    assert!(most > 0 && most < 40 && mean < 3.0, "{most} {mean}");
    assert_eq!(scene.picture.settles_at(), Some(scene.now + STILL));
    assert_eq!(scene.picture.write_settled(scene.now + STILL / 2), None);
    scene.settle();
    // Something small on it is exact at once, and something that moves is not.
    scene.wall.pixels[100 * 700 + 100] = 0;
    scene.show();
    assert!(scene.decoder.pixels == scene.wall.pixels);
    scene.now += STILL / 10;
    scene.wall.pixels[100 * 700 + 101] = 0xFF_FFFF;
    scene.show();
    assert!(scene.decoder.pixels != scene.wall.pixels);
    scene.settle();
}

#[test]
fn somebody_who_comes_later_reads_from_the_beginning_on() {
    let wall = |x: usize, y: usize| if x < 300 { letters(x, y) } else { meadow(x, y) };
    let mut scene = Scene::of(640, 480, Wall::of(640, 480, wall));
    scene.show();
    scene.settle();
    // A new viewer knows nothing, not even what is packed.
    scene.decoder = Decoder::new(640, 480);
    scene.picture.begin();
    scene.show();
    assert!(scene.decoder.painted.iter().all(|painted| *painted));
    scene.settle();
}

#[test]
fn one_colour_takes_a_few_bytes() {
    let mut scene = Scene::of(1920, 1080, Wall::of(1920, 1080, |_, _| 0x12_34_56));
    // There are more pixels than one may have.
    assert_eq!(scene.show(), 4 + 3 * 16);
    assert_eq!(scene.decoder.kinds, [3, 0, 0, 0, 0]);
    let mut scene = Scene::of(5000, 70, Wall::of(5000, 70, |_, _| 0));
    scene.show();
    // Viewers have black from the start, but they have to be told.
    assert_eq!(scene.decoder.kinds, [3, 0, 0, 0, 0]);
}

#[test]
fn noise_as_large_as_can_be_is_exact() {
    let mut scene = Scene::of(2200, 700, Wall::of(2200, 700, noise));
    scene.show();
    scene.settle();
}

fn any_pixel() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0_u32), Just(0xFF_FFFF), 0..0x1_00_00_00_u32]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_painted_is_seen_exactly_in_the_end(
        width in 1..200_u16, height in 1..150_u16,
        strokes in proptest::collection::vec((0..3_u8, any::<[u8; 4]>(), any_pixel(), 0..200_u64), 1..20),
    ) {
        let mut scene = Scene::of(width, height, Wall::of(width, height, |_, _| 0xFF_FFFF));
        for (kind, [x, y, across, down], colour, later) in strokes {
            let (right, bottom) = (x.saturating_add(across), y.saturating_add(down));
            for row in usize::from(y)..usize::from(bottom).min(usize::from(height)) {
                for column in usize::from(x)..usize::from(right).min(usize::from(width)) {
                    scene.wall.pixels[row * usize::from(width) + column] = match kind {
                        0 => colour,
                        1 => colour ^ (noise(column, row) & 0x3F),
                        _ => noise(column, row) ^ colour,
                    };
                }
            }
            scene.show();
            scene.now += Duration::from_millis(later);
            if kind == 2 && later % 3 == 0 {
                scene.decoder = Decoder::new(width, height);
                scene.picture.begin();
            }
        }
        scene.show();
        scene.settle();
    }
}
