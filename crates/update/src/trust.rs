//! What a root of trust says: which keys count, how many must sign, and until when.

use crate::verifying::Fault;
use tough::schema::{RoleType, Root, Signed};

/// How long a root of trust may be.
pub const ROOT_MOST: usize = 64 * 1024;

/// What a root of trust says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// Its number; each one that follows is signed by the one before.
    pub version: u64,
    /// Until when it counts, as RFC 3339 has it.
    pub expires: String,
    /// The ids of the keys that may sign the next root.
    pub root_keys: Vec<String>,
    /// How many of them must.
    pub threshold: u64,
    /// The ids of the keys that may sign which programs there are.
    pub targets_keys: Vec<String>,
}

/// Reads a root of trust and sees that it is signed as it demands itself.
pub fn read(root: &[u8]) -> Result<Trust, Fault> {
    let unreadable = |text: String| Fault::Unreadable(text);
    if root.len() > ROOT_MOST {
        return Err(unreadable("the root of trust is too long".to_owned()));
    }
    let signed: Signed<Root> = serde_json::from_slice(root)
        .map_err(|error| unreadable(format!("the root of trust cannot be understood: {error}")))?;
    signed.signed.verify_role(&signed).map_err(|error| {
        Fault::Untrusted(format!("the root of trust is not signed as it demands: {error}"))
    })?;
    let ids = |role: RoleType| {
        let keys = signed.signed.roles.get(&role);
        let mut ids: Vec<String> = keys
            .into_iter()
            .flat_map(|keys| &keys.keyids)
            .map(|id| data_encoding::HEXLOWER.encode(id))
            .collect();
        ids.sort_unstable();
        ids
    };
    Ok(Trust {
        version: signed.signed.version.get(),
        expires: signed.signed.expires.to_string(),
        root_keys: ids(RoleType::Root),
        threshold: signed
            .signed
            .roles
            .get(&RoleType::Root)
            .map_or(0, |keys| keys.threshold.get()),
        targets_keys: ids(RoleType::Targets),
    })
}
