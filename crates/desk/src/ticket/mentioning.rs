//! Mentions: whom a text names with a sign before the name, `@Amy Wong` or `@amy@example.test`.
//!
//! Only people of the desk are found. Where one name begins with another the longer one is meant; a name that two people
//! have names neither, for them there is the address.

use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::UserId;
use people::user::Card;

/// The people of the desk whom a text names, each once.
pub(crate) fn named(tx: &mut Tx, text: &str) -> Result<Vec<UserId>> {
    if !text.contains(['@', '＠']) {
        return Ok(Vec::new());
    }
    Ok(find(text, &people::user::store::staff(tx)?))
}

fn find(text: &str, staff: &[Card]) -> Vec<UserId> {
    let mut found: Vec<UserId> = Vec::new();
    for (at, sign) in text.match_indices(['@', '＠']) {
        // The sign inside of a mail address names nobody.
        let before = text[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_ascii_alphanumeric() || "._-+".contains(letter)) {
            continue;
        }
        if let Some(person) = meant(&text[at + sign.len()..], staff)
            && !found.contains(&person)
        {
            found.push(person);
        }
    }
    found
}

fn meant(rest: &str, staff: &[Card]) -> Option<UserId> {
    if let Some(card) = staff.iter().find(|card| begins(rest, &card.email)) {
        return Some(card.id);
    }
    let longest = staff
        .iter()
        .filter(|card| begins(rest, &card.name))
        .map(|card| card.name.len())
        .max()?;
    let mut fitting = staff
        .iter()
        .filter(|card| card.name.len() == longest && begins(rest, &card.name));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first.id)
}

/// Whether a text begins with a name that ends there. Chinese puts no space behind a name.
fn begins(rest: &str, name: &str) -> bool {
    if name.is_empty() {
        return false;
    }
    let Some(head) = rest.get(..name.len()) else {
        return false;
    };
    let after = rest[name.len()..].chars().next();
    head.to_lowercase() == name.to_lowercase() && !after.is_some_and(|letter| letter.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use kernel::id::Id;

    use super::*;

    fn card(number: u8, name: &str, email: &str) -> Card {
        Card {
            id: Id::from_parts(1, &[number; 10]),
            name: name.to_owned(),
            email: email.to_owned(),
            phone: String::new(),
            department: String::new(),
            place: String::new(),
            locale: None,
            tier: None,
        }
    }

    fn found(text: &str) -> Vec<u8> {
        let staff = [
            card(1, "Amy", "amy@example.test"),
            card(2, "Amy Wong", "wong@example.test"),
            card(3, "林小满", "lin@example.test"),
            card(4, "Bob", "bob1@example.test"),
            card(5, "Bob", "bob2@example.test"),
        ];
        let names = find(text, &staff);
        (1..=5)
            .filter(|number| names.contains(&Id::from_parts(1, &[*number; 10])))
            .collect()
    }

    #[test]
    fn the_longer_name_is_meant_and_chinese_needs_no_space() {
        assert_eq!(found("@Amy Wong, look"), [2]);
        assert_eq!(found("@amy look"), [1]);
        assert_eq!(found("请@林小满看一下"), [3]);
        assert_eq!(found("@Amy @林小满 @Amy"), [1, 3]);
    }

    #[test]
    fn a_name_of_two_people_names_neither_and_an_address_one() {
        assert_eq!(found("@Bob"), [] as [u8; 0]);
        assert_eq!(found("@bob2@example.test please"), [5]);
    }

    #[test]
    fn an_address_in_a_sentence_and_the_beginning_of_another_word_name_nobody() {
        assert_eq!(found("write to x@amy"), [] as [u8; 0]);
        assert_eq!(found("@Amyx"), [] as [u8; 0]);
    }
}
