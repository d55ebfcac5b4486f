//! API tokens: a person's own rights, narrowed by scopes, for programs.
//!
//! The secret is shown once; only its hash is stored. A token never has more rights than its person has now.

pub(crate) mod api;
pub mod store;

use kernel::cx::Credential;
use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::id::{Id, UserId};
use kernel::{Cx, Error, Result, Timestamp};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use web::Routes;

use crate::{events, role, sign_in};

/// Marks identifiers of tokens.
#[derive(Debug)]
pub enum TokenKind {}
/// A token's identifier; not its secret.
pub type TokenId = Id<TokenKind>;

/// What stands before each secret, so that leaked ones can be found by scanners.
const PREFIX: &str = "mst_";

/// The endpoints of one's own tokens.
pub fn routes() -> Routes {
    api::routes()
}

/// A token as its owner sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Token {
    /// Identifier.
    #[schema(value_type = String)]
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// A permission, a prefix ending in `.*`, or `*`.
    pub scopes: Vec<String>,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Until when; `None` means until revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// Whether scopes let a permission through.
pub fn covers(scopes: &[String], permission: &str) -> bool {
    scopes.iter().any(|scope| {
        scope == "*"
            || scope == permission
            || scope.strip_suffix(".*").is_some_and(|prefix| {
                permission
                    .strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with('.'))
            })
    })
}

/// Makes a token of a person; answers the secret, shown once.
///
/// # Errors
/// Names the wrong field.
pub fn create(
    tx: &mut Tx<'_>,
    cx: &Cx,
    user: UserId,
    name: &str,
    scopes: &[String],
    expires_at: Option<Timestamp>,
) -> Result<(TokenId, String)> {
    // A token that could make tokens would outlive its own end and outgrow its own scopes.
    if cx
        .identity()
        .is_some_and(|identity| matches!(identity.credential, Credential::Token { .. }))
    {
        return Err(Error::new(Kind::Forbidden, "people.token.not_by_token"));
    }
    if cx.user_id() != Some(user) {
        cx.require("people.user.manage")?;
        role::guard_not_above(tx, cx, user)?;
    }
    let known = |scope: &String| {
        role::permissions()
            .iter()
            .any(|permission| covers(std::slice::from_ref(scope), permission.name))
    };
    let mut errors = kernel::Errors::new();
    if name.trim().is_empty() {
        errors.push("name", "people.token.name_missing");
    }
    if scopes.is_empty() {
        errors.push("scopes", "people.token.scopes_missing");
    } else if let Some(scope) = scopes.iter().find(|scope| !known(scope)) {
        errors.push_with(
            "scopes",
            "people.token.scope_unknown",
            vec![("scope".to_owned(), scope.as_str().into())],
        );
    }
    if expires_at.is_some_and(|at| at <= cx.now()) {
        errors.push("expires_at", "people.token.expires_in_the_past");
    }
    errors.finish()?;
    let secret = format!("{PREFIX}{}", sign_in::new_secret(cx));
    let id: TokenId = cx.new_id();
    let row = store::NewToken {
        id,
        user,
        name: name.trim(),
        scopes,
        secret_hash: sign_in::secret_hash(&secret),
        expires_at,
    };
    store::insert(tx, &row, cx.now())?;
    let data = json!({ "token": id, "scopes": scopes });
    event::append(
        tx,
        cx,
        New {
            kind: events::TOKEN_CREATED,
            subject: format!("user:{user}"),
            data,
            personal: None,
        },
    )?;
    Ok((id, secret))
}

/// Ends a token: its owner, or an administrator.
///
/// # Errors
/// Not found, also for others' tokens.
pub fn revoke(tx: &mut Tx<'_>, cx: &Cx, id: TokenId) -> Result<()> {
    let owner = store::owner(tx, id)?.ok_or_else(Error::not_found)?;
    if cx.user_id() != Some(owner) && cx.may("people.user.manage").is_none() {
        return Err(Error::not_found());
    }
    store::delete(tx, id)?;
    let data = json!({ "token": id });
    event::append(
        tx,
        cx,
        New {
            kind: events::TOKEN_REVOKED,
            subject: format!("user:{owner}"),
            data,
            personal: None,
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_lets_through_what_it_names_and_nothing_beside_it() {
        let scopes = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(covers(&scopes(&["*"]), "desk.ticket.read"));
        assert!(covers(&scopes(&["desk.*"]), "desk.ticket.read"));
        assert!(covers(&scopes(&["desk.ticket.read"]), "desk.ticket.read"));
        assert!(!covers(&scopes(&["desk.ticket.*"]), "desk.ticketing.read"));
        assert!(!covers(&scopes(&["desk.ticket.read"]), "desk.ticket.reply"));
        assert!(!covers(&scopes(&[]), "desk.ticket.read"));
    }
}
