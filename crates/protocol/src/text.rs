//! Text from the other side: shortened and made harmless before it is kept or shown.

/// The beginning of a text, at most so many bytes, never half a character.
pub fn start(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// One line of text: control and direction characters out, at most so many bytes, no blanks at the ends.
pub fn line(text: &str, most: usize) -> String {
    let kept: String = text.chars().filter(|sign| !is_hidden(*sign)).collect();
    start(kept.trim(), most).trim_end().to_owned()
}

/// Characters that say nothing, steer terminals, or turn the direction of what follows.
pub fn is_hidden(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
        || matches!(sign, '\u{061c}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
