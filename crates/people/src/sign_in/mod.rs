//! Signing in: password, second factor, sessions.
//!
//! Checking a password is meant to be slow, so it never runs inside a transaction: an operation here is a short read,
//! the check on a blocking thread, a short write. A session's cookie carries 256 random bits; only their hash is
//! stored. The cookie changes at each step (password, second factor), so a planted one is worth nothing.

mod attempt;
pub(crate) mod letter;
pub mod pages;
pub mod password;
pub mod second_factor;
pub mod store;

use std::sync::Arc;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use kernel::cx::{Credential, Identity};
use kernel::db::{Db, Tx};
use kernel::event::{self, New};
use kernel::id::{Id, UserId};
use kernel::{Cx, Error, Result, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Credentials, SignedIn};

use crate::{events, role, team, token, user};
use attempt::Subject;

pub use letter::ask_for as ask_for_letter;

/// Marks identifiers of sessions.
#[derive(Debug)]
pub enum SessionKind {}
/// A session's identifier; not its secret.
pub type SessionId = Id<SessionKind>;

/// How long a session lasts, in seconds: two weeks.
pub const LIFETIME: i64 = 14 * 86_400;
/// How long a password counts as just given, in seconds.
const ELEVATED: i64 = 15 * 60;
/// How long a half-done sign-in waits for its second factor, in seconds.
const PENDING: i64 = 10 * 60;
/// Wrong codes that end a half-done sign-in.
const CODE_FAILURES: i64 = 5;

/// Where a sign-in comes from, for the list of sessions.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Network address.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

/// How far a sign-in got.
#[derive(Debug)]
pub enum Step {
    /// Signed in; the value for the cookie.
    SignedIn(String),
    /// The password was right; the second factor is due. The value for the cookie.
    SecondFactor(String),
}

/// The hash under which a secret is stored. The secrets are random, so a fast hash is enough.
pub(crate) fn secret_hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

pub(crate) fn new_secret(cx: &Cx) -> String {
    BASE64URL_NOPAD.encode(&cx.random_bytes::<32>())
}

/// Checks address and password and begins a session.
///
/// # Errors
/// `people.sign_in.wrong` whatever was wrong; `people.sign_in.too_often` after many failures.
pub async fn with_password(db: &Db, cx: &Cx, email: &str, password: &str, origin: &Origin) -> Result<Step> {
    let email = user::normal_email(email);
    // What cannot be an address belongs to nobody; it is neither counted nor written down, for it may be of any length.
    if !user::is_email(&email) {
        return Err(Error::invalid("people.sign_in.wrong").field("password"));
    }
    let now = cx.now();
    let address = origin.address.clone();
    let subjects = Subject::of_password(&email, &address);
    let found = {
        let (email, subjects) = (email.clone(), subjects.clone());
        db.read(move |tx| {
            attempt::check(tx, &subjects, now)?;
            store::password_of(tx, &email)
        })
        .await?
    };
    let right = password::check(
        found.as_ref().map(|found| found.hash.clone()),
        password.to_owned(),
    )
    .await?;
    let Some(found) = found.filter(|found| right && found.active) else {
        let cx = cx.clone();
        db.write(move |tx| {
            attempt::failed(tx, &subjects, cx.now())?;
            let personal = Some(json!({ "email": email, "address": address }));
            let data = json!({});
            event::append(
                tx,
                &cx,
                New {
                    kind: events::SIGN_IN_FAILED,
                    subject: "sign-in".into(),
                    data,
                    personal,
                },
            )?;
            Ok(())
        })
        .await?;
        return Err(Error::invalid("people.sign_in.wrong").field("password"));
    };
    let (cx, origin) = (cx.clone(), origin.clone());
    db.write(move |tx| {
        attempt::forget(tx, &subjects)?;
        let pending = found.second_factor;
        let secret = begin(tx, &cx, found.user, &origin, pending)?;
        Ok(if pending {
            Step::SecondFactor(secret)
        } else {
            Step::SignedIn(secret)
        })
    })
    .await
}

/// Answers the second factor of a half-done sign-in; the value for the new cookie.
///
/// # Errors
/// `people.sign_in.code_wrong` on `code`; unauthenticated when there is no half-done sign-in (any more).
pub async fn with_code(db: &Db, cx: &Cx, pending: &str, code: &str, origin: &Origin) -> Result<String> {
    let (hash, code, cx, origin) = (
        secret_hash(pending),
        code.trim().to_owned(),
        cx.clone(),
        origin.clone(),
    );
    // The failure is counted in the same transaction, so the outcome is a value and not an error that would undo it.
    let outcome = db
        .write(move |tx| {
            let session = store::pending(tx, &hash, cx.now())?.ok_or_else(Error::unauthenticated)?;
            tx.lock("people.user", session.user)?;
            // Counted by person, for whoever knows the password could begin one half-done sign-in after another.
            let subjects = [Subject::Code { user: session.user }];
            attempt::check(tx, &subjects, cx.now())?;
            if second_factor::accept(tx, session.user, &code, cx.now())? {
                attempt::forget(tx, &subjects)?;
                store::end(tx, session.id)?;
                return begin(tx, &cx, session.user, &origin, false).map(Some);
            }
            attempt::failed(tx, &subjects, cx.now())?;
            if session.failures + 1 >= CODE_FAILURES {
                store::end(tx, session.id)?;
            } else {
                store::count_failure(tx, session.id)?;
            }
            Ok(None)
        })
        .await?;
    outcome.ok_or_else(|| Error::invalid("people.sign_in.code_wrong").field("code"))
}

/// Begins a session for a person; the value for the cookie.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut Tx<'_>, cx: &Cx, user: UserId, origin: &Origin, pending: bool) -> Result<String> {
    let secret = new_secret(cx);
    let id: SessionId = cx.new_id();
    let now = cx.now();
    let life = if pending { PENDING } else { LIFETIME };
    let row = store::NewSession {
        id,
        user,
        secret_hash: secret_hash(&secret),
        now,
        expires_at: now.add_secs(life),
        elevated_until: now.add_secs(ELEVATED),
        pending,
    };
    store::insert(tx, &row, origin)?;
    if !pending {
        store::note_sign_in(tx, user, now)?;
        let personal = Some(json!({ "address": origin.address }));
        let data = json!({ "user": user });
        let subject = format!("user:{user}");
        event::append(
            tx,
            cx,
            New {
                kind: events::SIGN_IN_SUCCEEDED,
                subject,
                data,
                personal,
            },
        )?;
    }
    Ok(secret)
}

/// Ends the session of a cookie.
///
/// # Errors
/// The database's.
pub fn sign_out(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
    store::end_by_secret(tx, &secret_hash(secret))
}

/// Ends one of a person's own sessions.
///
/// # Errors
/// Not found, also for others' sessions.
pub fn end_own(tx: &mut Tx<'_>, cx: &Cx, id: SessionId) -> Result<()> {
    let user = cx.user_id().ok_or_else(Error::unauthenticated)?;
    if !store::end_of_user(tx, user, id)? {
        return Err(Error::not_found());
    }
    note_ended(tx, cx, user)
}

/// Ends all of a person's own sessions but the one they act in.
///
/// # Errors
/// The database's.
pub fn end_others(tx: &mut Tx<'_>, cx: &Cx) -> Result<()> {
    let identity = cx.identity().ok_or_else(Error::unauthenticated)?;
    let Credential::Session { session, .. } = &identity.credential else {
        return Err(Error::forbidden());
    };
    store::end_all(tx, identity.user, Some(session))?;
    note_ended(tx, cx, identity.user)
}

fn note_ended(tx: &mut Tx<'_>, cx: &Cx, user: UserId) -> Result<()> {
    let subject = format!("user:{user}");
    event::append(
        tx,
        cx,
        New {
            kind: events::SESSION_ENDED,
            subject,
            data: json!({}),
            personal: None,
        },
    )?;
    Ok(())
}

/// Who a cookie or a token stands for; `None` when it stands for nobody (any more).
///
/// # Errors
/// The database's.
pub fn authenticate(tx: &mut Tx<'_>, credentials: &Credentials, now: Timestamp) -> Result<Option<SignedIn>> {
    match credentials {
        Credentials::Session(secret) => {
            let Some(session) = store::live(tx, &secret_hash(secret), now)? else {
                return Ok(None);
            };
            let credential = Credential::Session {
                session: session.id.to_string(),
                elevated: session.elevated_until > now,
            };
            signed_in(tx, session.user, credential, None)
        }
        Credentials::Bearer(secret) => {
            let Some(found) = token::store::live(tx, &secret_hash(secret), now)? else {
                return Ok(None);
            };
            let credential = Credential::Token {
                token: found.id.to_string(),
            };
            signed_in(tx, found.user, credential, Some(&found.scopes))
        }
    }
}

/// What an identity is computed from.
const IDENTITY_TABLES: &[&str] = &[
    "people_user",
    "people_role",
    "people_role_grant",
    "people_user_role",
    "people_team",
    "people_member",
];

fn signed_in(
    tx: &mut Tx<'_>,
    user: UserId,
    credential: Credential,
    scopes: Option<&[String]>,
) -> Result<Option<SignedIn>> {
    let known = tx.kept(&format!("people.identity:{user}"), IDENTITY_TABLES, |tx| {
        let Some(person) = user::store::find(tx, user)?.filter(|person| person.active) else {
            return Ok(None);
        };
        let grants = identity_of(tx, &person, credential.clone())?;
        Ok(Some((person, grants)))
    })?;
    let Some((person, identity)) = known.as_ref() else {
        return Ok(None);
    };
    let mut identity = Identity {
        credential,
        ..identity.clone()
    };
    if let Some(scopes) = scopes {
        identity
            .grants
            .retain(|permission, _| token::covers(scopes, permission));
    }
    Ok(Some(SignedIn {
        identity: Arc::new(identity),
        locale: person.locale,
        time_zone: person.shown_time_zone.as_deref().map(Arc::from),
    }))
}

/// A person with all their rights: for what acts in their name (a session, a token, a mail, a signed link).
///
/// # Errors
/// The database's.
pub fn identity_of(tx: &mut Tx<'_>, person: &user::User, credential: Credential) -> Result<Identity> {
    let roles = role::store::of_user(tx, person.id)?;
    Ok(Identity {
        user: person.id,
        name: person.name.clone(),
        email: person.email.clone(),
        teams: team::store::of_user(tx, person.id)?,
        groups: groups_of(person, &roles),
        grants: role::grants_of(tx, &roles)?,
        credential,
    })
}

/// What a person belongs to besides teams.
fn groups_of(person: &user::User, roles: &[String]) -> Vec<String> {
    let mut groups: Vec<String> = roles.iter().map(|role| format!("role:{role}")).collect();
    for (name, value) in [
        ("organisation", &person.organisation),
        ("department", &person.department),
    ] {
        if !value.is_empty() {
            groups.push(format!("{name}:{value}"));
        }
    }
    groups
}
