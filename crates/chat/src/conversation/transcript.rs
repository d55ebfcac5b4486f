//! The transcript: what was said and what happened, with times and names, as one text. Pure.

use kernel::i18n::{InstantStyle, Locale, format_instant};
use kernel::id::UserId;
use kernel::time::Timestamp;

use super::{Kind, Message};

/// In whose words it is written.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The language.
    pub locale: Locale,
    /// The zone of its times.
    pub time_zone: String,
}

impl Reader {
    fn instant(&self, at: Timestamp, style: InstantStyle) -> String {
        format_instant(at, self.locale, &self.time_zone, style)
    }
}

/// What happened, in words; empty for words of a person.
#[must_use]
pub fn happening(locale: Locale, message: &Message, author: &str, person: &str) -> String {
    let named = |key: &str, name: &str| locale.t_with(key, &[("name", name.into())]);
    match message.kind {
        Kind::Said | Kind::Aside | Kind::HandOff => String::new(),
        Kind::Taken | Kind::HandedOver => named("chat-told-taken", person),
        Kind::Returned => named("chat-told-returned", author),
        Kind::Warned => locale.t("chat-told-warned"),
        Kind::Ended => locale.t("chat-told-ended"),
    }
}

/// A name as it stands in a transcript: short enough for what [`super::weight`] keeps free for it.
fn short(name: &str) -> String {
    name.chars().take(60).collect()
}

/// The messages of some kinds as one text, each with its time and who said it.
#[must_use]
pub fn text(
    reader: &Reader,
    messages: &[Message],
    wanted: fn(Kind) -> bool,
    name: impl Fn(Option<UserId>) -> String,
) -> String {
    let Some(first) = messages.first() else {
        return String::new();
    };
    let began = reader.instant(first.at, InstantStyle::Full);
    let mut lines = vec![
        reader
            .locale
            .t_with("chat-transcript-head", &[("at", began.into())]),
    ];
    for message in messages.iter().filter(|message| wanted(message.kind)) {
        let time = reader.instant(message.at, InstantStyle::Time);
        let author = short(&name(message.author));
        let line = if message.kind.is_spoken() {
            format!("[{time}] {author}\n{}", message.body)
        } else {
            let person = short(&name(message.person));
            format!("[{time}] {}", happening(reader.locale, message, &author, &person))
        };
        lines.push(line);
    }
    lines.join("\n\n")
}

#[cfg(test)]
mod tests {
    use kernel::Clock;
    use kernel::cx::Cx;

    use super::*;
    use crate::conversation::{LETTERS_MOST, WORDS_MOST, weight};

    fn said(place: i64, author: UserId, body: &str, kind: Kind) -> Message {
        Message {
            place,
            kind,
            author: Some(author),
            person: Some(author),
            body: body.to_owned(),
            at: Timestamp::from_secs(1_772_445_600 + place * 60),
        }
    }

    fn people() -> (UserId, UserId) {
        let cx = Cx::system(Clock::manual(Timestamp::from_secs(1_772_445_600)), "test");
        (cx.new_id(), cx.new_id())
    }

    fn reader() -> Reader {
        kernel::i18n::register(crate::LOCALES);
        Reader {
            locale: Locale::En,
            time_zone: "Asia/Shanghai".to_owned(),
        }
    }

    #[test]
    fn everything_said_is_in_it_in_order_with_name_and_local_time_and_asides_are_not() {
        let (ann, bob) = people();
        let name = |one: Option<UserId>| if one == Some(ann) { "Ann" } else { "Bob" }.to_owned();
        let messages = [
            said(0, ann, "VPN is down\nsince nine", Kind::Said),
            said(1, bob, "", Kind::Taken),
            said(2, bob, "she is in Berlin", Kind::Aside),
            said(3, bob, "Try again, please", Kind::Said),
        ];
        let text = text(&reader(), &messages, Kind::is_public, name);
        let (first, second) = (
            text.find("VPN is down\nsince nine").unwrap(),
            text.find("Try again").unwrap(),
        );
        assert!(first < second, "{text}");
        assert!(
            text.contains("[18:00] Ann") && text.contains("[18:03] Bob"),
            "{text}"
        );
        assert!(text.contains("Bob has taken over"), "{text}");
        assert!(!text.contains("Berlin"), "{text}");
    }

    #[test]
    fn the_fullest_conversation_fits_into_one_record_of_a_ticket() {
        let (ann, _) = people();
        let long_name = "N".repeat(500);
        for size in [1, WORDS_MOST] {
            let body = "字".repeat(size);
            let most = LETTERS_MOST / weight(&body);
            let messages: Vec<Message> = (0..most)
                .map(|place| said(place, ann, &body, Kind::Said))
                .collect();
            let text = text(&reader(), &messages, Kind::is_public, |_| long_name.clone());
            assert!(text.chars().count() < desk::ticket::BODY_MAX, "{size}");
        }
    }
}
