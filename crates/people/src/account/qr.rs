//! A QR code as the path of an SVG element, so that it needs neither a picture nor a style.

use kernel::{Error, Result};
use qrcodegen::{QrCode, QrCodeEcc};

/// A code ready to draw: `<svg viewBox="0 0 SIZE SIZE"><path d="PATH"/>`.
#[derive(Clone, Debug)]
pub(super) struct Drawing {
    /// Width and height in modules, with the quiet zone of four around it that readers need.
    pub size: i32,
    /// The dark modules.
    pub path: String,
}

const QUIET: i32 = 4;

/// # Errors
/// Internal when the text is too long for a code.
pub(super) fn draw(text: &str) -> Result<Drawing> {
    let code =
        QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|error| Error::internal(error.to_string()))?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    Ok(Drawing {
        size: code.size() + 2 * QUIET,
        path,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_stands_in_its_corner_inside_the_quiet_zone() {
        let drawing = draw("otpauth://totp/Mainstay:li@example.com?secret=ABC").unwrap();
        assert!(
            drawing.path.starts_with("M4,4h1v1h-1zM5,4h1v1h-1z"),
            "{}",
            &drawing.path[..40]
        );
        assert!(drawing.size > 21 + 2 * QUIET - 1);
    }
}
