//! `format=flowed` text (RFC 3676): lines that end in a space go on in the next one.

/// Joins flowed lines back into paragraphs. Quote marks are kept, one `>` per level.
pub(crate) fn unfold(text: &str, delete_space: bool) -> String {
    let mut output = String::with_capacity(text.len());
    let mut open_depth: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let content = &line[depth..];
        // Section 4.4: a space after the quote marks was stuffed in by the sender.
        let content = content.strip_prefix(' ').unwrap_or(content);
        // Section 4.3: the signature separator ends in a space and is nevertheless a fixed line.
        let is_separator = content == "-- ";
        if open_depth != Some(depth) || is_separator {
            if !output.is_empty() || open_depth.is_some() {
                end_line(&mut output);
            }
            output.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !content.is_empty() {
                output.push(' ');
            }
        }
        if content.ends_with(' ') && !is_separator {
            output.push_str(if delete_space {
                &content[..content.len() - 1]
            } else {
                content
            });
            open_depth = Some(depth);
        } else {
            output.push_str(content);
            output.push('\n');
            open_depth = None;
        }
    }
    // Splitting at line ends yields one empty piece too many.
    if open_depth.is_none() && output.ends_with('\n') {
        output.pop();
    }
    output
}

fn end_line(output: &mut String) {
    if !output.ends_with('\n') {
        output.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::unfold;

    #[test]
    fn paragraphs_are_joined_and_quotes_kept_apart() {
        assert_eq!(unfold("one \ntwo\nthree\n", false), "one two\nthree\n");
        assert_eq!(unfold(">> a \n>> b\n> c\nd", false), ">> a b\n> c\nd");
        assert_eq!(unfold("> a \nreply\n", false), "> a \nreply\n");
        assert_eq!(unfold("text \n-- \nme", false), "text \n-- \nme");
        assert_eq!(unfold("中 \n文\n", true), "中文\n");
        assert_eq!(unfold(" >not a quote\n", false), ">not a quote\n");
        assert_eq!(unfold("\n\na\n", false), "\n\na\n");
    }
}
