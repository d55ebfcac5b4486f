//! JSON as a tree, refused before it is read when it holds more values than any inventory does.

use serde_json::Value;

use crate::Broken;

/// The largest inventory known has about 200,000.
const VALUES_MOST: usize = 2_000_000;

/// The tree of a text.
///
/// # Errors
/// When it is not JSON, or too much.
pub fn tree(text: &str) -> Result<Value, Broken> {
    // A value of two letters takes thirty times its length in memory, so they are counted first. Those in texts are counted
    // too, which refuses nothing real.
    let values = text
        .bytes()
        .filter(|byte| matches!(byte, b',' | b'[' | b'{'))
        .count();
    if values > VALUES_MOST {
        return Err(Broken::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| Broken::Json)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_nothing_but_brackets_is_refused() {
        assert_eq!(
            tree(&format!("[{}[]]", "[],".repeat(3_000_000))),
            Err(Broken::TooLarge)
        );
        assert_eq!(tree(&"[".repeat(100_000)), Err(Broken::Json));
        assert_eq!(tree("{\"a\": 1"), Err(Broken::Json));
        assert!(tree("{\"a\": [1, 2]}").is_ok());
    }
}
