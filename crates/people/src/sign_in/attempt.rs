//! Slowing down guesses, by address and by account, across restarts and nodes.
//!
//! After [`FREE`] failures each further one blocks for a doubling time. An account is never blocked for longer than
//! [`LONGEST`], so that nobody can lock a colleague out for the day.

use kernel::db::Tx;
use kernel::{Error, Result, Timestamp};

use super::store;

const FREE: i64 = 8;
const LONGEST: i64 = 15 * 60;

/// # Errors
/// `people.sign_in.too_often` while any of the subjects is blocked.
pub(super) fn check(tx: &mut Tx<'_>, subjects: &[String], now: Timestamp) -> Result<()> {
    for subject in subjects {
        if let Some(found) = store::attempts(tx, subject)?
            && found.blocked_until > now
        {
            let seconds = found.blocked_until.since(now) / 1000 + 1;
            return Err(Error::too_many("people.sign_in.too_often").arg("seconds", seconds));
        }
    }
    Ok(())
}

pub(super) fn failed(tx: &mut Tx<'_>, subjects: &[String], now: Timestamp) -> Result<()> {
    for subject in subjects {
        tx.lock("people.attempt", subject)?;
        let failures = store::attempts(tx, subject)?.map_or(0, |found| found.failures) + 1;
        store::save_attempts(tx, subject, failures, now.add_secs(block_seconds(failures)), now)?;
    }
    Ok(())
}

/// A right password forgives the account. The network address is not forgiven: one account of one's own must not buy
/// more guesses at others'.
pub(super) fn forget(tx: &mut Tx<'_>, subjects: &[String]) -> Result<()> {
    subjects
        .iter()
        .filter(|subject| !subject.starts_with("address:"))
        .try_for_each(|s| store::forget_attempts(tx, s))
}

fn block_seconds(failures: i64) -> i64 {
    let over = failures - FREE;
    if over <= 0 {
        0
    } else {
        (1_i64 << over.min(20)).min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_cost_nothing_and_guessing_gets_slow_but_never_for_ever() {
        assert_eq!(block_seconds(FREE), 0);
        assert_eq!(block_seconds(FREE + 1), 2);
        assert_eq!(block_seconds(FREE + 5), 32);
        assert_eq!(block_seconds(1_000_000), LONGEST);
    }
}
