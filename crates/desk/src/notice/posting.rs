//! Putting a letter on its thread and into the outbox.
//!
//! A letter's Message-ID carries the ticket and, signed with it, for whom it is and whether an answer to it is for the
//! desk alone (the mark). So an answer proves that its writer got the letter, and a requester who writes a technician's name
//! into From cannot speak for the desk. All letters of a ticket name the same root, by which mail programs put them together.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::id::{TeamId, UserId};
use mail::message::Address;
use mail::message::threading::{self, Keys};
use mail::{AutoSubmitted, Letter, LetterFile, Mailbox, Sender};
use sha2::{Digest, Sha256};

use super::people::Reader;
use super::template::Rendered;
use super::{Notice, store};
use crate::ticket::Ticket;

/// What is needed to write letters.
#[derive(Debug)]
pub(crate) struct Post {
    mailboxes: Vec<Mailbox>,
    keys: Keys,
    pub(crate) base_url: String,
}

/// Mail programs look at the first and the last few; what is between them helps nobody.
const REFERENCES: i64 = 10;
/// 40 bits stand for a person: eight letters in base 32.
const TAG_BYTES: usize = 5;
/// The article of the identifier that all letters of a ticket refer to.
const ROOT: &str = "root";

/// Opens the post; none when no mailbox can send.
pub(crate) fn open(tx: &mut Tx, cx: &Cx, base_url: &str) -> Result<Option<Post>> {
    let Some(first) = mail::mailbox::for_sending(tx, &Sender::Purpose(mail::DESK.to_owned()))? else {
        return Ok(None);
    };
    let able = |mailbox: &Mailbox| mailbox.enabled && mailbox.smtp.is_some() && mailbox.purpose == mail::DESK;
    let mut mailboxes = vec![first];
    mailboxes.extend(mail::mailbox::list(tx)?.into_iter().filter(able));
    let base_url = base_url.trim_end_matches('/').to_owned();
    Ok(Some(Post {
        mailboxes,
        keys: mail::thread_keys(tx, cx)?,
        base_url,
    }))
}

impl Post {
    /// The mailbox of the ticket's team; when it has none, the desk's first.
    pub(crate) fn mailbox(&self, team: Option<TeamId>) -> &Mailbox {
        let team = team.map(|team| team.to_string());
        let of_team =
            |mailbox: &&Mailbox| team.is_some() && mailbox.settings["team"].as_str() == team.as_deref();
        self.mailboxes.iter().find(of_team).unwrap_or(&self.mailboxes[0])
    }
}

/// Whom a letter was written to, as its Message-ID says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    tag: String,
    /// An answer to it is for the desk alone.
    pub(crate) is_internal: bool,
}

impl Mark {
    /// Whether the letter was written to this person.
    pub(crate) fn is_for(&self, user: UserId) -> bool {
        self.tag == tag(user)
    }
}

fn tag(user: UserId) -> String {
    let hash = Sha256::digest(user.to_string().as_bytes());
    data_encoding::BASE32_NOPAD
        .encode(&hash[..TAG_BYTES])
        .to_ascii_lowercase()
}

fn marked(seq: i64, user: UserId, is_internal: bool) -> String {
    format!("{seq}-{}{}", tag(user), if is_internal { "-n" } else { "" })
}

/// The mark of a Message-ID that is ours and about this ticket.
pub(crate) fn mark_of(id: &str, ticket: i64, keys: &Keys) -> Option<Mark> {
    let number = threading::verify(id, keys)?;
    (i64::try_from(number) == Ok(ticket)).then_some(())?;
    let article = id.trim_start_matches('<').split('.').nth(2)?.to_ascii_lowercase();
    let mut pieces = article.split('-').skip(1);
    let tag = pieces.next()?.to_owned();
    Some(Mark {
        tag,
        is_internal: pieces.next() == Some("n"),
    })
}

/// What a letter is made of besides its words.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) ticket: &'a Ticket,
    pub(super) notice: Notice,
    pub(super) reader: &'a Reader,
    /// The event it tells of; 0 for the acknowledgement, of which there is one.
    pub(super) seq: i64,
    pub(super) auto_submitted: AutoSubmitted,
    pub(super) files: Vec<LetterFile>,
}

/// Writes a letter into the outbox; gives back its Message-ID.
pub(super) fn send(tx: &mut Tx, cx: &Cx, post: &Post, draft: Draft, words: Rendered) -> Result<String> {
    let (ticket, reader) = (draft.ticket, draft.reader);
    let mailbox = post.mailbox(ticket.team);
    let number = u64::try_from(ticket.number).unwrap_or_default();
    let id = |article: &str| threading::message_id(number, article, mailbox.domain(), &post.keys);
    let message_id = id(&marked(draft.seq, reader.user, is_internal(draft.notice)));
    let mut references = vec![id(ROOT)];
    let thread = store::thread(tx, ticket.number, REFERENCES)?;
    references.extend(
        thread
            .into_iter()
            .filter(|known| *known != message_id && is_plain(known)),
    );
    let to = Address {
        name: Some(reader.name.clone()).filter(|name| !name.is_empty()),
        email: reader.email.clone(),
    };
    let subject = numbered(ticket.number, words.subject);
    let key = format!(
        "desk.notice:{}:{}:{}",
        ticket.number,
        marked(draft.seq, reader.user, false),
        draft.notice
    );
    let mut letter = Letter::new(mail::DESK, to, subject, words.text, ticket.subject(), key);
    letter.from = Sender::Mailbox(mailbox.id);
    letter.reply_to = Some(address_of(mailbox));
    letter.in_reply_to = references.last().cloned();
    letter.references = references;
    letter.html = Some(super::as_html::of(&letter.text, &post.base_url));
    letter.message_id = Some(message_id.clone());
    letter.auto_submitted = draft.auto_submitted;
    letter.files = draft.files;
    mail::send(tx, cx, &letter)?;
    Ok(message_id)
}

/// An answer to what the desk tells itself stays with the desk; an answer to what somebody said goes to them. What an
/// approver answers is the desk's to read: it may be about the requester, and it quotes a link that is the approver's.
fn is_internal(notice: Notice) -> bool {
    notice == Notice::ApprovalAsked
        || (super::context::is_for_desk(notice) && notice != Notice::RequesterReplied)
}

pub(super) fn address_of(mailbox: &Mailbox) -> Address {
    let name = if mailbox.display_name.is_empty() {
        &mailbox.name
    } else {
        &mailbox.display_name
    };
    Address {
        name: Some(name.clone()),
        email: mailbox.address.clone(),
    }
}

/// An answer is found by the number when a mail program drops everything else, so no template can lose it.
fn numbered(number: i64, subject: String) -> String {
    let mark = format!("[#{number}]");
    if subject.contains(&mark) {
        subject
    } else {
        format!("{mark} {subject}")
    }
}

/// Identifiers of others go into our header only when they can stand there as they are.
fn is_plain(id: &str) -> bool {
    id.len() <= 250
        && id.contains('@')
        && id
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Who;

    #[test]
    fn the_mark_of_a_letter_says_for_whom_it_is_and_cannot_be_altered() {
        let keys = Keys::new(vec![7; 32], []);
        let (ann, bob) = (Who::requester(1).user, Who::technician(1, 1).user);
        let id = threading::message_id(42, &marked(9, bob, true), "desk.example", &keys);
        let mark = mark_of(&id, 42, &keys).unwrap();
        assert!(mark.is_for(bob) && !mark.is_for(ann) && mark.is_internal);
        assert!(mark_of(&id, 43, &keys).is_none());
        assert!(mark_of(&id.replace(&tag(bob), &tag(ann)), 42, &keys).is_none());
        let root = threading::message_id(42, ROOT, "desk.example", &keys);
        assert!(mark_of(&root, 42, &keys).is_none());
    }

    #[test]
    fn no_template_can_lose_the_number() {
        assert_eq!(numbered(7, "Hello".to_owned()), "[#7] Hello");
        assert_eq!(numbered(7, "Re: [#7] Hello".to_owned()), "Re: [#7] Hello");
    }
}
