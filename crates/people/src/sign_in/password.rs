//! Passwords: Argon2id (RFC 9106), checked and made off the async threads.
//!
//! What is asked of a password follows NIST SP 800-63B: length, not composition; a few notorious ones are refused.

use std::sync::{Arc, LazyLock, Mutex, PoisonError, mpsc};
use std::thread;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use kernel::db::{Db, Tx};
use kernel::event::{self, New};
use kernel::id::UserId;
use kernel::{Cx, Error, Result};
use serde_json::json;
use tokio::sync::oneshot;

use super::store;
use crate::{events, role, user};

const SHORTEST: usize = 10;
/// Longer input only costs time.
const LONGEST: usize = 500;
/// How long a link to set a password serves, in seconds.
const RESET: i64 = 2 * 3600;

/// OWASP's second recommendation for Argon2id: 19 MiB, two passes, one lane.
static ARGON: LazyLock<Argon2<'static>> = LazyLock::new(|| {
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19_456, 2, 1, None).unwrap_or_default(),
    )
});

/// Checked against when there is no such account, so that the answer takes as long.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    ARGON
        .hash_password(b"nobody's")
        .map(|hash| hash.to_string())
        .unwrap_or_default()
});

/// Whether the password is the one of this hash; without a hash it takes as long and says no.
pub(super) async fn check(hash: Option<String>, password: String) -> Result<bool> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    off_thread(move || {
        let known = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&text) else {
            return Ok(false);
        };
        Ok(ARGON.verify_password(password.as_bytes(), &parsed).is_ok() && known)
    })
    .await
}

/// The hash to store.
///
/// # Errors
/// Internal when hashing fails.
pub async fn hash(password: String) -> Result<String> {
    off_thread(move || hash_now(&password)).await
}

/// [`hash`] on this thread, for commands and demo data.
///
/// # Errors
/// Internal when hashing fails.
pub fn hash_now(password: &str) -> Result<String> {
    ARGON
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|e| Error::internal(e.to_string()))
}

type Work = Box<dyn FnOnce() + Send>;

/// How many are checked at the same time. Strangers decide how many come, and each takes 19 MiB.
const AT_ONCE: usize = 2;

/// Threads of our own, because an allocator keeps what was freed for the thread that had it (glibc up to 200 MiB each):
/// on tokio's many blocking threads, forty sign-ins would leave 700 MiB behind.
static WORKERS: LazyLock<mpsc::Sender<Work>> = LazyLock::new(|| {
    let (sender, receiver) = mpsc::channel::<Work>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..AT_ONCE {
        let receiver = Arc::clone(&receiver);
        let worker = thread::Builder::new().name("password".to_owned());
        if let Err(error) = worker.spawn(move || work_on(&receiver)) {
            tracing::error!(%error, "no thread for checking passwords");
        }
    }
    sender
});

fn work_on(receiver: &Mutex<mpsc::Receiver<Work>>) {
    loop {
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        work();
    }
}

async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let (sender, receiver) = oneshot::channel();
    let work = move || {
        // Whoever asked may have gone away while others were served.
        if !sender.is_closed() {
            let _gone = sender.send(work());
        }
    };
    WORKERS
        .send(Box::new(work))
        .map_err(|_| Error::internal("no thread checks passwords"))?;
    receiver.await.map_err(Error::internal)?
}

/// Whether a new password will do.
///
/// # Errors
/// `people.password.too_short`, `.too_long`, `.too_common` on `password`.
pub fn check_new(password: &str, email: &str) -> Result<()> {
    let length = password.chars().count();
    let folded = password.to_lowercase();
    let common = [
        "password",
        "qwerty",
        "12345678",
        "11111111",
        "88888888",
        "mainstay",
        "administrator",
        "welcome",
    ];
    let distinct: std::collections::BTreeSet<char> = folded.chars().collect();
    if length < SHORTEST {
        Err(Error::invalid("people.password.too_short")
            .field("password")
            .arg("min", SHORTEST))
    } else if password.len() > LONGEST {
        Err(Error::invalid("people.password.too_long")
            .field("password")
            .arg("max", LONGEST))
    } else if folded == email || distinct.len() < 4 || common.iter().any(|word| folded.starts_with(word)) {
        Err(Error::invalid("people.password.too_common").field("password"))
    } else {
        Ok(())
    }
}

/// Stores a new password, and ends every other session of the person and every link that could set another.
///
/// # Errors
/// The database's.
pub fn store_new(tx: &mut Tx<'_>, cx: &Cx, user: UserId, hash: &str, keep: Option<&str>) -> Result<()> {
    store::set_password(tx, user, hash, cx.now())?;
    store::end_all(tx, user, keep)?;
    store::end_resets(tx, user)?;
    let subject = format!("user:{user}");
    event::append(
        tx,
        cx,
        New {
            kind: events::PASSWORD_CHANGED,
            subject,
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}

/// A person changes their own password.
///
/// # Errors
/// `people.password.wrong` on `current`; what [`check_new`] says.
pub async fn change_own(db: &Db, cx: &Cx, current: &str, new: &str, keep_session: &str) -> Result<()> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    let (user, email) = (identity.user, identity.email.clone());
    let before = db.read(move |tx| store::hash_of(tx, user)).await?;
    if !check(before, current.to_owned()).await? {
        return Err(Error::invalid("people.password.wrong").field("current"));
    }
    check_new(new, &email)?;
    let hash = hash(new.to_owned()).await?;
    let (cx, keep) = (cx.clone(), keep_session.to_owned());
    db.write(move |tx| store_new(tx, &cx, user, &hash, Some(&keep)))
        .await
}

/// Makes a one-time link's secret for setting a password.
///
/// # Errors
/// The database's.
pub fn new_reset(tx: &mut Tx<'_>, cx: &Cx, user: UserId) -> Result<String> {
    let secret = super::new_secret(cx);
    store::insert_reset(tx, &super::secret_hash(&secret), user, cx.now().add_secs(RESET))?;
    let subject = format!("user:{user}");
    event::append(
        tx,
        cx,
        New {
            kind: events::PASSWORD_RESET_ASKED,
            subject,
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(secret)
}

/// The same, made by an administrator for a person who cannot be reached by mail.
///
/// # Errors
/// Without the right; when the person may do more than whoever asks; not found.
pub fn new_reset_for(tx: &mut Tx<'_>, cx: &Cx, user: UserId) -> Result<String> {
    cx.require("people.user.manage")?;
    if !user::store::load(tx, user)?.active {
        return Err(Error::conflict("people.user.inactive"));
    }
    role::guard_not_above(tx, cx, user)?;
    new_reset(tx, cx, user)
}

/// Whose one-time link this is; `None` when it serves no more.
///
/// # Errors
/// The database's.
pub async fn link_serves(db: &Db, cx: &Cx, secret: &str) -> Result<Option<String>> {
    let (secret_hash, now) = (super::secret_hash(secret), cx.now());
    db.read(move |tx| store::reset_email(tx, &secret_hash, now)).await
}

/// Sets a password by a one-time link.
///
/// # Errors
/// `people.password.link_spent`; what [`check_new`] says.
pub async fn set_by_link(db: &Db, cx: &Cx, secret: &str, new: &str) -> Result<()> {
    let (cx, secret_hash) = (cx.clone(), super::secret_hash(secret));
    let spent = || Error::invalid("people.password.link_spent");
    let email = link_serves(db, &cx, secret).await?.ok_or_else(spent)?;
    check_new(new, &email)?;
    let hash = hash(new.to_owned()).await?;
    db.write(move |tx| {
        let user = store::take_reset(tx, &secret_hash, cx.now())?.ok_or_else(spent)?;
        store_new(tx, &cx, user, &hash, None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let stored = hash("correct horse battery".to_owned()).await.unwrap();
        assert!(
            check(Some(stored.clone()), "correct horse battery".to_owned())
                .await
                .unwrap()
        );
        assert!(
            !check(Some(stored), "correct horse batterz".to_owned())
                .await
                .unwrap()
        );
        assert!(!check(None, "nobody's".to_owned()).await.unwrap());
    }

    #[test]
    fn short_long_and_notorious_passwords_are_refused_and_phrases_are_not() {
        for bad in [
            "short",
            "password123!",
            "aaaaaaaaaaaa",
            "11111111abc",
            "li.na@example.com",
            &"x1y2".repeat(200),
        ] {
            assert!(check_new(bad, "li.na@example.com").is_err(), "{bad}");
        }
        for good in ["correct horse battery", "中流砥柱 2026 年的岩石", "tK9#mmPq2w"] {
            assert!(check_new(good, "li.na@example.com").is_ok(), "{good}");
        }
    }
}
