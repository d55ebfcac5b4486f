//! Fetching what is unseen: store, journal, and only then mark as seen.
//!
//! The order is the promise: whenever the house dies, a mail is either still unseen on its server or in the journal,
//! and being in both is harmless because the journal knows it again.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt as _;
use kernel::Kernel;

use super::connection::{Open, soon, within};
use crate::inbound::{self, Limits, Outcome as Settled, Raw};
use crate::mailbox::{self, Incoming, Mailbox};
use crate::trouble::Outcome;

/// What must be known of the opened folder.
pub(super) struct Folder {
    pub(super) uid_validity: Option<u32>,
    pub(super) can_move: bool,
    pub(super) can_expunge_one: bool,
}

/// Mails that are journaled in one transaction, and their bytes together.
const BATCH_MAILS: usize = 32;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Mails whose sizes are asked for at once.
const LOOK_AHEAD: usize = 256;
const PATIENCE_FOR_BODIES: Duration = Duration::from_secs(300);

/// Fetches unseen mails; how many there were.
pub(super) async fn fetch_new(
    kernel: &Kernel,
    session: &mut Open,
    mailbox: &Mailbox,
    imap: &Incoming,
    folder: &Folder,
) -> Outcome<usize> {
    let mut unseen: Vec<u32> = soon(session.uid_search("UNSEEN UNDELETED"))
        .await?
        .into_iter()
        .collect();
    unseen.sort_unstable();
    unseen.truncate(LOOK_AHEAD);
    if unseen.is_empty() {
        return Ok(0);
    }
    let sizes = sizes(session, &unseen).await?;
    let most = Limits::of(kernel).mail_bytes;
    let (large, usual): (Vec<u32>, Vec<u32>) = unseen
        .iter()
        .copied()
        .partition(|uid| sizes.get(uid).is_some_and(|size| *size as u64 > most));
    for batch in batches(&usual, &sizes) {
        take_batch(kernel, session, mailbox, &batch).await?;
        mark(session, imap, folder, &batch).await?;
    }
    for uid in large {
        let size = sizes.get(&uid).copied().unwrap_or_default();
        refuse_large(kernel, session, mailbox, folder, uid, size).await?;
        mark(session, imap, folder, &[uid]).await?;
    }
    let (id, validity) = (mailbox.id, folder.uid_validity.map(i64::from));
    let last = unseen.last().copied().map_or(0, i64::from);
    kernel
        .db
        .write(move |tx| mailbox::note_place(tx, id, validity, last))
        .await?;
    Ok(unseen.len())
}

async fn sizes(session: &mut Open, uids: &[u32]) -> Outcome<BTreeMap<u32, usize>> {
    let asked = async {
        let answers = session.uid_fetch(set(uids), "(UID RFC822.SIZE)").await?;
        answers.try_collect::<Vec<_>>().await
    };
    let answers = soon(asked).await?;
    let sizes = answers
        .iter()
        .filter_map(|mail| Some((mail.uid?, usize::try_from(mail.size?).ok()?)));
    Ok(sizes.collect())
}

fn set(uids: &[u32]) -> String {
    uids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// Cuts the list so that no piece holds too many mails or bytes; a single mail is always a piece.
fn batches(uids: &[u32], sizes: &BTreeMap<u32, usize>) -> Vec<Vec<u32>> {
    let mut batches: Vec<Vec<u32>> = Vec::new();
    let mut bytes = 0;
    for uid in uids {
        let size = sizes.get(uid).copied().unwrap_or_default();
        let fits = batches
            .last()
            .is_some_and(|batch| batch.len() < BATCH_MAILS && bytes + size <= BATCH_BYTES);
        match batches.last_mut().filter(|_| fits) {
            Some(batch) => batch.push(*uid),
            None => {
                batches.push(vec![*uid]);
                bytes = 0;
            }
        }
        bytes += size;
    }
    batches
}

async fn take_batch(kernel: &Kernel, session: &mut Open, mailbox: &Mailbox, uids: &[u32]) -> Outcome<()> {
    let asked = async {
        let answers = session.uid_fetch(set(uids), "(UID BODY.PEEK[])").await?;
        answers.try_collect::<Vec<_>>().await
    };
    let answers = within(PATIENCE_FOR_BODIES, asked).await?;
    let mut entries = Vec::new();
    for mail in &answers {
        // A server may speak unasked of mails and their flags; those answers have no body.
        let Some(body) = mail
            .body()
            .filter(|_| mail.uid.is_some_and(|uid| uids.contains(&uid)))
        else {
            continue;
        };
        let stored = kernel.files.put(Bytes::copy_from_slice(body), u64::MAX).await?;
        entries.push(Raw::of(mailbox.id, &stored.hash, body));
    }
    let (cx, id) = (inbound::cx(kernel, mailbox), mailbox.id);
    let journaled = kernel
        .db
        .write(move |tx| {
            let mut count = 0_u64;
            for entry in &entries {
                count += u64::from(inbound::journal(tx, &cx, id, entry)?.is_some());
            }
            Ok(count)
        })
        .await?;
    metrics::counter!("mainstay_mail_inbound_total").increment(journaled);
    Ok(())
}

/// A mail that is too large is not fetched: its header goes to quarantine and its sender, if a person, is told.
async fn refuse_large(
    kernel: &Kernel,
    session: &mut Open,
    mailbox: &Mailbox,
    folder: &Folder,
    uid: u32,
    size: usize,
) -> Outcome<()> {
    let asked = async {
        let answers = session
            .uid_fetch(uid.to_string(), "(UID BODY.PEEK[HEADER])")
            .await?;
        answers.try_collect::<Vec<_>>().await
    };
    let answers = soon(asked).await?;
    let header = answers.iter().find_map(|mail| mail.header()).unwrap_or_default();
    let stored = kernel.files.put(Bytes::copy_from_slice(header), u64::MAX).await?;
    let mut entry = Raw::of(mailbox.id, &stored.hash, header);
    entry.header_only = true;
    entry.size = i64::try_from(size).unwrap_or(i64::MAX);
    entry.dedupe_key = format!(
        "{}/large/{}/{uid}",
        mailbox.id,
        folder.uid_validity.unwrap_or_default()
    );
    let (cx, limits, mailbox) = (inbound::cx(kernel, mailbox), Limits::of(kernel), mailbox.clone());
    kernel
        .db
        .write(move |tx| {
            let Some(id) = inbound::journal(tx, &cx, mailbox.id, &entry)? else {
                return Ok(());
            };
            inbound::settle(
                tx,
                &cx,
                id,
                &Settled::Quarantine {
                    reason: "too_large".to_owned(),
                },
            )?;
            inbound::refuse_politely(tx, &cx, limits, &mailbox, id, &entry)
        })
        .await?;
    Ok(())
}

/// Marks as seen, or moves away, what is in the journal by now.
async fn mark(session: &mut Open, imap: &Incoming, folder: &Folder, uids: &[u32]) -> Outcome<()> {
    let set = set(uids);
    store_flags(session, &set, "+FLAGS.SILENT (\\Seen)").await?;
    let Some(target) = &imap.move_to else {
        return Ok(());
    };
    if folder.can_move {
        if soon(session.uid_mv(&set, target)).await.is_err() {
            // Most likely the folder does not exist yet; when it cannot be made, the second try says why.
            let _made = soon(session.create(target)).await;
            soon(session.uid_mv(&set, target)).await?;
        }
        return Ok(());
    }
    if soon(session.uid_copy(&set, target)).await.is_err() {
        let _made = soon(session.create(target)).await;
        soon(session.uid_copy(&set, target)).await?;
    }
    store_flags(session, &set, "+FLAGS.SILENT (\\Deleted)").await?;
    // Without UIDPLUS an EXPUNGE would also remove what others have marked as deleted; then the marks must do.
    if folder.can_expunge_one {
        let removed = async { session.uid_expunge(&set).await?.try_collect::<Vec<_>>().await };
        soon(removed).await?;
    }
    Ok(())
}

async fn store_flags(session: &mut Open, set: &str, flags: &str) -> Outcome<()> {
    let stored = async { session.uid_store(set, flags).await?.try_collect::<Vec<_>>().await };
    soon(stored).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_hold_neither_too_many_mails_nor_too_many_bytes() {
        let uids: Vec<u32> = (1..=70).collect();
        let small: BTreeMap<u32, usize> = uids.iter().map(|uid| (*uid, 1_000)).collect();
        let counts: Vec<usize> = batches(&uids, &small).iter().map(Vec::len).collect();
        assert_eq!(counts, [32, 32, 6]);
        let large: BTreeMap<u32, usize> = [(1, 7_000_000), (2, 2_000_000), (3, 20_000_000), (4, 10)].into();
        assert_eq!(
            batches(&[1, 2, 3, 4], &large),
            [vec![1], vec![2], vec![3], vec![4]]
        );
        assert_eq!(batches(&[1, 4], &large), [vec![1, 4]]);
    }
}
