//! Slowing down guesses across restarts and nodes.
//!
//! Failures are counted three ways: for an account from one network address, for an account from everywhere, and for a
//! network address on all accounts. The first is strict. The others are lenient and never block for long, because a
//! whole office may stand behind one address, and because nobody may be able to lock a colleague out for the day.

use kernel::db::Tx;
use kernel::id::UserId;
use kernel::{Error, Result, Timestamp};

use super::store;

/// A quiet hour, and what came before is forgotten.
const QUIET: i64 = 3600;

/// What failures are counted for.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// This account, tried from this network address.
    Account { email: String, address: String },
    /// This account, tried from anywhere.
    AccountAnywhere { email: String },
    /// Any account, tried from this network address.
    Address { address: String },
    /// The second factor of a person whose password is known already.
    Code { user: UserId },
}

impl Subject {
    /// Those of a sign-in by password.
    pub fn of_password(email: &str, address: &str) -> [Self; 3] {
        let (email, address) = (email.to_owned(), address.to_owned());
        [
            Self::Account {
                email: email.clone(),
                address: address.clone(),
            },
            Self::AccountAnywhere { email },
            Self::Address { address },
        ]
    }

    fn key(&self) -> String {
        match self {
            Self::Account { email, address } => format!("account:{email} {address}"),
            Self::AccountAnywhere { email } => format!("anywhere:{email}"),
            Self::Address { address } => format!("address:{address}"),
            Self::Code { user } => format!("code:{user}"),
        }
    }

    /// How many failures cost nothing, and the longest block in seconds.
    fn patience(&self) -> (i64, i64) {
        match self {
            Self::Account { .. } | Self::Code { .. } => (8, 15 * 60),
            Self::AccountAnywhere { .. } => (50, 60),
            Self::Address { .. } => (100, 60),
        }
    }

    /// After the free ones each further failure blocks twice as long as the one before.
    fn block_seconds(&self, failures: i64) -> i64 {
        let (free, longest) = self.patience();
        let over = failures - free;
        if over <= 0 {
            0
        } else {
            (1_i64 << over.min(20)).min(longest)
        }
    }
}

/// # Errors
/// `people.sign_in.too_often` while any of the subjects is blocked.
pub(super) fn check(tx: &mut Tx<'_>, subjects: &[Subject], now: Timestamp) -> Result<()> {
    for subject in subjects {
        if let Some(found) = store::attempts(tx, &subject.key())?
            && found.blocked_until > now
        {
            let seconds = found.blocked_until.since(now) / 1000 + 1;
            return Err(Error::too_many("people.sign_in.too_often").arg("seconds", seconds));
        }
    }
    Ok(())
}

pub(super) fn failed(tx: &mut Tx<'_>, subjects: &[Subject], now: Timestamp) -> Result<()> {
    for subject in subjects {
        let key = subject.key();
        tx.lock("people.attempt", &key)?;
        let lately = store::attempts(tx, &key)?.filter(|found| now.since(found.updated_at) < QUIET * 1000);
        let failures = lately.map_or(0, |found| found.failures) + 1;
        store::save_attempts(
            tx,
            &key,
            failures,
            now.add_secs(subject.block_seconds(failures)),
            now,
        )?;
    }
    Ok(())
}

/// A right answer forgives the account. The network address is not forgiven: one account of one's own must not buy
/// more guesses at others'.
pub(super) fn forget(tx: &mut Tx<'_>, subjects: &[Subject]) -> Result<()> {
    let of_account = subjects
        .iter()
        .filter(|subject| !matches!(subject, Subject::Address { .. }));
    of_account
        .into_iter()
        .try_for_each(|subject| store::forget_attempts(tx, &subject.key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_errors_cost_nothing_and_guessing_gets_slow_but_never_for_ever() {
        let [account, anywhere, address] = Subject::of_password("li@example.com", "10.0.0.7");
        assert_eq!(account.block_seconds(8), 0);
        assert_eq!(account.block_seconds(9), 2);
        assert_eq!(account.block_seconds(13), 32);
        assert_eq!(account.block_seconds(1_000_000), 15 * 60);
        assert_eq!((anywhere.block_seconds(50), address.block_seconds(100)), (0, 0));
        assert_eq!(
            (
                anywhere.block_seconds(1_000_000),
                address.block_seconds(1_000_000)
            ),
            (60, 60)
        );
    }
}
