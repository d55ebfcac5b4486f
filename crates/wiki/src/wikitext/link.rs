//! Links: to pages, categories, files, and outward.

use super::inline::{Cursor, PROTOCOLS};
use super::names::{CATEGORY, FILE, MEDIA};
use super::{DEEPEST, Reading, entity};
use crate::address;
use crate::document::{self, Inline};

/// Words beside a file that say how it is laid out.
const LAYOUT: [&str; 34] = [
    "thumb",
    "thumbnail",
    "frame",
    "framed",
    "frameless",
    "border",
    "left",
    "right",
    "center",
    "centre",
    "none",
    "baseline",
    "sub",
    "super",
    "top",
    "text-top",
    "middle",
    "bottom",
    "text-bottom",
    "upright",
    "缩略图",
    "缩略圖",
    "有框",
    "无框",
    "边框",
    "左",
    "右",
    "居中",
    "无",
    "中",
    "顶部",
    "底部",
    "替代文本",
    "upright=1",
];
/// Endings of what can be looked at.
const PICTURES: [&str; 9] = ["png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "mp4", "webm"];

impl Reading<'_> {
    /// `[[…]]` at the cursor: its pieces, and how many bytes it has.
    pub(super) fn link(&mut self, cursor: &mut Cursor<'_>) -> Option<(Vec<Inline>, usize)> {
        let place = cursor
            .pairs
            .binary_search_by_key(&cursor.at, |(start, _)| *start)
            .ok()?;
        let (start, end) = *cursor.pairs.get(place)?;
        let inner = cursor.text.get(start + 2..end - 2)?;
        let (target, words) = inner
            .split_once('|')
            .map_or((inner, None), |(target, words)| (target, Some(words)));
        let target = entity::decode(target.trim());
        if target.is_empty() || target.contains([super::strip::OPEN, '[', ']', '{', '}', '<', '>', '\n']) {
            return None;
        }
        let is_plain = target.starts_with(':');
        let (space, name) = self.names.split(target.trim_start_matches(':'));
        let pieces = match space {
            CATEGORY if !is_plain => {
                let tag = self.names.file(name.split('|').next().unwrap_or_default());
                if !tag.is_empty() && !self.found.tags.contains(&tag) {
                    self.found.tags.push(tag);
                }
                Vec::new()
            }
            FILE if !is_plain => vec![self.file(name, words.unwrap_or_default(), cursor, true)],
            FILE | MEDIA => vec![self.file(name, words.unwrap_or_default(), cursor, false)],
            _ => {
                let trail = trail(cursor.text.get(end..).unwrap_or_default());
                let piece = self.page_link(&target, words, trail, cursor);
                return Some((vec![piece], end - start + trail.len()));
            }
        };
        Some((pieces, end - start))
    }

    fn page_link(&mut self, target: &str, words: Option<&str>, trail: &str, cursor: &Cursor<'_>) -> Inline {
        let (page, section) = target.split_once('#').unwrap_or((target, ""));
        let words = words.map(str::trim).filter(|words| !words.is_empty());
        let mut text = match words {
            Some(words) => self.inline(words, cursor.line, cursor.depth + 1),
            None => vec![Inline::text(
                target.trim_start_matches(':').trim_matches('/').replace('_', " "),
            )],
        };
        if !trail.is_empty() {
            text.push(Inline::text(trail));
        }
        let page = match page.strip_prefix('/') {
            Some(below) => format!("{}/{}", self.title, below.trim_end_matches('/')),
            None => page.to_owned(),
        };
        let key = self.names.key(&page);
        if key.is_empty() {
            // A place on the same page.
            let text = if words.is_some() {
                text
            } else {
                vec![Inline::text(section.replace('_', " "))]
            };
            return Inline::Link {
                address: format!("#{}", section.replace('_', " ")),
                text,
            };
        }
        self.found.links.push((key.clone(), cursor.line));
        Inline::Link {
            address: address::page(&key),
            text,
        }
    }

    fn file(&mut self, name: &str, options: &str, cursor: &Cursor<'_>, is_shown: bool) -> Inline {
        let key = self.names.file(name);
        self.found.files.push(key.clone());
        let (mut caption, mut instead) = (String::new(), String::new());
        let mut depth = 0_usize;
        // Bars inside a link of the caption do not end it.
        let parts = options.split(|letter: char| {
            match letter {
                '[' => depth += 1,
                ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            letter == '|' && depth == 0
        });
        for part in parts.map(str::trim) {
            if let Some(words) = part.strip_prefix("alt=").or_else(|| part.strip_prefix("替代=")) {
                instead = words.to_owned();
            } else if !part.is_empty() && !is_layout(part) {
                caption = part.to_owned();
            }
        }
        let before = self.found.links.len();
        let words = if cursor.depth + 1 < DEEPEST {
            self.inline(&caption, cursor.line, cursor.depth + 1)
        } else {
            vec![Inline::Text(caption)]
        };
        // What stands under a picture is words here, and leads nowhere.
        self.found.links.truncate(before);
        let mut text = document::words(&words);
        if text.trim().is_empty() {
            text = instead;
        }
        if text.trim().is_empty() {
            text.clone_from(&key);
        }
        let address = address::file(&key);
        let ending = key.rsplit('.').next().unwrap_or_default().to_lowercase();
        if is_shown && PICTURES.contains(&ending.as_str()) {
            Inline::Picture { address, text }
        } else {
            Inline::Link {
                address,
                text: vec![Inline::Text(text)],
            }
        }
    }

    /// `[https://… words]` at the cursor.
    pub(super) fn outward(&mut self, cursor: &mut Cursor<'_>) -> Option<(Vec<Inline>, usize)> {
        let rest = cursor.text.get(cursor.at + 1..)?;
        let starts = |protocol: &&str| {
            rest.get(..protocol.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(protocol))
        };
        let is_address = PROTOCOLS.iter().any(starts) || rest.starts_with("//");
        if !is_address {
            return None;
        }
        let close = match cursor.next_close {
            Some(place) if place > cursor.at => place,
            _ => {
                let place = rest.find(']').map_or(usize::MAX, |found| cursor.at + 1 + found);
                cursor.next_close = Some(place);
                place
            }
        };
        if close == usize::MAX {
            return None;
        }
        let inner = cursor.text.get(cursor.at + 1..close)?;
        if inner.len() > 10_000 || inner.contains('\n') {
            return None;
        }
        let (address, words) = inner.split_once([' ', '\t']).unwrap_or((inner, ""));
        if address.contains(super::strip::OPEN) {
            return None;
        }
        let address = entity::decode(address);
        let address = if address.starts_with("//") {
            format!("https:{address}")
        } else {
            address
        };
        let text = self.inline(words.trim(), cursor.line, cursor.depth + 1);
        Some((vec![Inline::Link { address, text }], close + 1 - cursor.at))
    }
}

/// `[[printer]]s` is one word.
fn trail(text: &str) -> &str {
    let length = text.bytes().take(30).take_while(u8::is_ascii_lowercase).count();
    text.get(..length).unwrap_or_default()
}

fn is_layout(part: &str) -> bool {
    let is_size = part
        .strip_suffix("px")
        .or_else(|| part.strip_suffix("像素"))
        .is_some_and(|size| size.bytes().all(|byte| byte.is_ascii_digit() || byte == b'x'));
    let is_set = ["link=", "page=", "lang=", "class=", "upright", "thumb="]
        .iter()
        .any(|name| part.starts_with(name));
    is_size || is_set || LAYOUT.contains(&part)
}
