//! Roots of trust: which keys count for what. The first is signed by its own key, each that follows also by the one before.

use super::keys::{ROLES, SigningKey};
use super::{Lifetime, Trouble, write_whole};
use crate::repository::{metadata_folder, root_name};
use std::collections::HashMap;
use std::num::NonZeroU64;
use std::path::Path;
use tough::schema::{Role as _, RoleKeys, RoleType, Root, Signature, Signed};

/// One signature of each role is enough.
const THRESHOLD: NonZeroU64 = NonZeroU64::MIN;

/// Writes the root of a number, which names these keys; `also` signs it, too.
pub(super) fn write(
    folder: &Path,
    number: NonZeroU64,
    keys: &HashMap<RoleType, SigningKey>,
    also: Option<&SigningKey>,
    lifetime: Lifetime,
) -> Result<(), Trouble> {
    let signing = |error: String| Trouble::Signing(error);
    let mut root = Root {
        spec_version: "1.0.0".to_owned(),
        consistent_snapshot: true,
        version: number,
        expires: lifetime.root_expires(),
        keys: HashMap::new(),
        roles: HashMap::new(),
        _extra: HashMap::new(),
    };
    for role in ROLES {
        let key = keys
            .get(&role)
            .ok_or_else(|| signing(format!("there is no key for {role}")))?;
        root.keys.insert(key.id()?, key.public());
        let own = RoleKeys {
            keyids: vec![key.id()?],
            threshold: THRESHOLD,
            _extra: HashMap::new(),
        };
        root.roles.insert(role, own);
    }
    let message = root
        .canonical_form()
        .map_err(|error| signing(error.to_string()))?;
    let mut signatures = Vec::new();
    let mut seen = Vec::new();
    for key in keys.get(&RoleType::Root).into_iter().chain(also) {
        let id = key.id()?;
        if !seen.contains(&id) {
            seen.push(id.clone());
            signatures.push(Signature {
                keyid: id,
                sig: key.sign(&message).into(),
            });
        }
    }
    let signed = Signed {
        signed: root,
        signatures,
    };
    let mut text = serde_json::to_vec_pretty(&signed).map_err(|error| signing(error.to_string()))?;
    text.push(b'\n');
    write_whole(&metadata_folder(folder).join(root_name(number.get())), &text)
}
