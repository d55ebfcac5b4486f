//! Texts of Jira: Atlassian's document format of the Cloud (developer.atlassian.com, «Atlassian Document Format») as lines of
//! text, plain text of Data Center as it is. Marks such as bold are left out; links keep their address.

use serde_json::Value;

use crate::record::Text;

/// The text of a field.
pub(super) fn read(value: Option<&Value>) -> Text {
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(document @ Value::Object(_)) => {
            let mut out = String::new();
            node(document, 0, &mut out);
            out.trim().to_owned()
        }
        _ => String::new(),
    };
    Text::Plain(text)
}

/// No document nests deeper; a file from outside might.
const DEPTH: usize = 40;

fn node(value: &Value, depth: usize, out: &mut String) {
    if depth > DEPTH {
        return;
    }
    let attribute = |name: &str| value.pointer(&format!("/attrs/{name}")).and_then(Value::as_str);
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    match kind {
        "text" => {
            let words = value.get("text").and_then(Value::as_str).unwrap_or_default();
            out.push_str(words);
            let marks = value
                .get("marks")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            let address = marks
                .iter()
                .find_map(|mark| mark.pointer("/attrs/href")?.as_str());
            if let Some(address) = address.filter(|address| *address != words) {
                out.push_str(&format!(" ({address})"));
            }
        }
        "hardBreak" => out.push('\n'),
        "rule" => out.push_str("—\n\n"),
        "mention" | "emoji" | "status" => out.push_str(attribute("text").unwrap_or_default()),
        "inlineCard" | "blockCard" | "embedCard" => out.push_str(attribute("url").unwrap_or_default()),
        "date" => out.push_str(attribute("timestamp").unwrap_or_default()),
        "listItem" | "taskItem" => {
            out.push_str("- ");
            children(value, depth, out);
            end(out, "\n");
        }
        "tableRow" => {
            children(value, depth, out);
            end(out, "\n");
        }
        "tableCell" | "tableHeader" => {
            children(value, depth, out);
            end(out, " | ");
        }
        "paragraph" | "heading" | "codeBlock" | "blockquote" | "panel" | "bulletList" | "orderedList"
        | "taskList" | "table" => {
            children(value, depth, out);
            end(out, "\n\n");
        }
        _ => children(value, depth, out),
    }
}

fn children(value: &Value, depth: usize, out: &mut String) {
    for child in value
        .get("content")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        node(child, depth + 1, out);
    }
}

/// Ends a block: what the last block inside of it left is taken back.
fn end(out: &mut String, with: &str) {
    out.truncate(out.trim_end().len());
    out.push_str(with);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_becomes_lines_with_its_lists_and_addresses() {
        let document = json!({ "type": "doc", "version": 1, "content": [
            { "type": "paragraph", "content": [
                { "type": "text", "text": "See " },
                { "type": "text", "text": "the wiki", "marks": [{ "type": "link", "attrs": { "href": "https://wiki.example.com" } }] },
                { "type": "hardBreak" }, { "type": "mention", "attrs": { "text": "@Ada" } } ] },
            { "type": "bulletList", "content": [
                { "type": "listItem", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "one" }] }] },
                { "type": "listItem", "content": [{ "type": "paragraph", "content": [{ "type": "text", "text": "two" }] }] } ] },
            { "type": "codeBlock", "content": [{ "type": "text", "text": "ping" }] } ] });
        let wanted = "See the wiki (https://wiki.example.com)\n@Ada\n\n- one\n- two\n\nping";
        assert_eq!(read(Some(&document)), Text::Plain(wanted.to_owned()));
        assert_eq!(
            read(Some(&json!("h1. As it is"))),
            Text::Plain("h1. As it is".to_owned())
        );
        assert_eq!(read(None), Text::default());
    }

    #[test]
    fn a_document_without_end_is_cut_and_not_followed() {
        let mut document = json!({ "type": "text", "text": "deep" });
        for _ in 0..100 {
            document = json!({ "type": "panel", "content": [document] });
        }
        assert_eq!(read(Some(&document)), Text::default());
    }
}
