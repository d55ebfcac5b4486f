//! Who may see an article. Pure: an article says for whom it is, a reader holds terms, and the two must meet.
//!
//! | term | holders |
//! |---|---|
//! | `public` | everybody, signed in or not |
//! | `everyone` | whoever may read knowledge |
//! | `staff` | whoever works in the department |
//! | `team:ID`, `role:NAME`, `organisation:NAME` | whoever belongs there |
//!
//! Whoever writes sees every state of what is for everyone; what is for some only, still only among them, as its owner, or with
//! the right to manage. The same terms are the rights of the search (`crate::searching`).

use kernel::cx::{Actor, Cx};

use crate::article::Article;
use crate::{INTERNAL, MANAGE, READ, WRITE};

/// Everybody, signed in or not.
pub const PUBLIC: &str = "public";
/// Whoever may read knowledge.
pub const EVERYONE: &str = "everyone";
/// Whoever works in the department.
pub const STAFF: &str = "staff";

/// Groups that an article can be meant for.
const GROUPS: [&str; 2] = ["role:", "organisation:"];

/// What the reader holds.
#[must_use]
pub fn terms(cx: &Cx) -> Vec<String> {
    let mut terms = vec![PUBLIC.to_owned()];
    if cx.may(READ).is_none() {
        return terms;
    }
    terms.push(EVERYONE.to_owned());
    if cx.may(INTERNAL).is_some() {
        terms.push(STAFF.to_owned());
    }
    terms.extend(cx.team_ids().iter().map(|team| format!("team:{team}")));
    let groups = cx.groups().iter();
    terms.extend(
        groups
            .filter(|group| GROUPS.iter().any(|prefix| group.starts_with(prefix)))
            .cloned(),
    );
    terms
}

/// Whether a term can stand in an audience.
#[must_use]
pub fn is_term(term: &str) -> bool {
    let named = |prefix: &str| {
        term.strip_prefix(prefix)
            .is_some_and(|name| !name.trim().is_empty())
    };
    matches!(term, PUBLIC | EVERYONE | STAFF) || named("team:") || GROUPS.iter().any(|prefix| named(prefix))
}

/// Whether an audience is some people only.
#[must_use]
pub fn is_restricted(audience: &[String]) -> bool {
    !audience
        .iter()
        .any(|term| matches!(term.as_str(), PUBLIC | EVERYONE | STAFF))
}

fn meets(audience: &[String], terms: &[String]) -> bool {
    audience.iter().any(|term| terms.contains(term))
}

/// Whether the reader may see it; the terms are theirs.
#[must_use]
pub fn sees(cx: &Cx, terms: &[String], article: &Article) -> bool {
    let meets = meets(&article.audience, terms);
    if !article.is_template && article.state.is_read() && meets {
        return true;
    }
    cx.may(WRITE).is_some() && (!is_restricted(&article.audience) || meets || has_hand_in(cx, article))
}

/// Whether it is the reader's own, or they manage all.
fn has_hand_in(cx: &Cx, article: &Article) -> bool {
    let is_owner = cx.user_id().is_some_and(|user| article.owner == Some(user));
    is_owner || cx.may(MANAGE).is_some() || matches!(cx.actor, Actor::System(_))
}

/// [`sees`] for one article.
#[must_use]
pub fn may_see(cx: &Cx, article: &Article) -> bool {
    sees(cx, &terms(cx), article)
}

/// Whether the reader may change its words: whoever writes and sees it.
#[must_use]
pub fn may_write(cx: &Cx, article: &Article) -> bool {
    cx.may(WRITE).is_some() && may_see(cx, article)
}
