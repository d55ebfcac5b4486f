//! What keeps two machines from writing to each other for ever.
//!
//! [`crate::message::classify`] recognises machines by what they say; this counts, in case they do not say it: no
//! sender gets more than a few automatic answers in an hour, whatever their mail looks like.

mod store;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::secret;

use crate::message::threading::Keys;
use crate::receiver::Arrival;

/// Name of the key that signs our Message-IDs and reply addresses.
pub const THREAD_KEY: &str = "mail.thread";
/// Name of the key that our loop mark is made of.
pub const LOOP_KEY: &str = "mail.loop";

const HOUR_MILLIS: i64 = 3_600_000;

/// Whether a mail may be answered automatically. A yes is counted, so ask only when the answer is really sent.
pub fn answer_allowed(tx: &mut Tx<'_>, cx: &Cx, arrival: &Arrival) -> Result<bool> {
    let Some(sender) = arrival.message.reply_to.first().or_else(|| arrival.sender()) else {
        return Ok(false);
    };
    if !arrival.class.may_answer_automatically || crate::mailbox::is_ours(tx, &sender.email)? {
        return Ok(false);
    }
    count_answer(tx, cx, &sender.email, arrival.answers_per_hour)
}

/// Counts an automatic answer to an address; `false` when it had enough of them in this hour.
pub(crate) fn count_answer(tx: &mut Tx<'_>, cx: &Cx, address: &str, most: i64) -> Result<bool> {
    let hour = cx.now().millis().div_euclid(HOUR_MILLIS);
    let count: i64 = store::count(tx, &address.trim().to_lowercase(), hour)?;
    Ok(count <= most)
}

/// Forgets what was counted long ago.
pub(crate) fn forget_old(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    store::delete_before(tx, cx.now().millis().div_euclid(HOUR_MILLIS) - 48)
}

/// The keys by which our own Message-IDs and reply addresses are known.
pub fn thread_keys(tx: &mut Tx<'_>, cx: &Cx) -> Result<Keys> {
    Ok(Keys::new(secret::get(tx, cx, THREAD_KEY)?.to_vec(), []))
}

/// The mark that all our letters carry.
pub(crate) fn loop_mark(tx: &mut Tx<'_>, cx: &Cx) -> Result<String> {
    let key = secret::get(tx, cx, LOOP_KEY)?;
    Ok(data_encoding::HEXLOWER.encode(&key[..12]))
}
