//! Planning: from approved patches to a rollout that installs them. The form can be changed before it is kept, so what it names is
//! looked at again when the draft is made.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::i18n::Arg;
use protocol::verb::PACKAGES_MOST;

use super::{Patch, PatchId, State, store};
use crate::device::listing::{self, Update};
use crate::rollout::Content;
use crate::{CHANGE, READ};

/// What the form of a rollout begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beginning {
    /// What it could be called, in the reader's language.
    pub title: String,
    /// The devices that report one of them, as a filter.
    pub query: String,
    /// The packages, a line each.
    pub packages: String,
    /// Their ids, parted by commas.
    pub patches: String,
    /// Whether it is one that some of its devices do not have yet: it comes to them only where it is installed anew. Of several each goes
    /// to the devices of all, where nothing may come anew that nobody asked for.
    pub install: bool,
}

/// The filter that finds the devices which report one of some patches.
#[must_use]
pub fn query(patches: &[Patch]) -> String {
    let each: Vec<String> = patches
        .iter()
        .map(|patch| format!("{}={}", patch.name, patch.version))
        .collect();
    format!("update:{}", each.join(","))
}

/// The same as the list of devices understands it.
#[must_use]
pub fn update(patch: &Patch) -> Update {
    Update {
        name: patch.name.clone(),
        version: Some(patch.version.clone()),
    }
}

/// Ids parted by commas, as they stand in addresses and in the form.
///
/// # Errors
/// 422 when one of them is none.
pub fn read(text: &str) -> Result<Vec<PatchId>> {
    let ids = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    ids.map(str::parse)
        .collect::<Result<_>>()
        .map_err(|_| Error::invalid("web.form.malformed").field("patches"))
}

/// Reads [`read`] back.
#[must_use]
pub fn written(ids: &[PatchId]) -> String {
    let each: Vec<String> = ids.iter().map(PatchId::to_string).collect();
    each.join(",")
}

/// What a rollout of some patches begins with.
///
/// # Errors
/// 403 without the right to change something on devices; 404 for a patch that is not there; 409 `fleet.patch_not_approved`,
/// `fleet.patch_same_name` for two versions of one package; 422 when there is none, or there are too many for one rollout.
pub fn begin(tx: &mut Tx<'_>, cx: &Cx, ids: &[PatchId]) -> Result<Beginning> {
    cx.require(READ)?;
    cx.require(CHANGE)?;
    let patches = in_order(tx, ids)?;
    if !(1..=PACKAGES_MOST).contains(&patches.len()) {
        return Err(too_many());
    }
    for (at, patch) in patches.iter().enumerate() {
        must_be_approved(patch)?;
        if patches.iter().take(at).any(|other| other.name == patch.name) {
            return Err(Error::conflict("fleet.patch_same_name").arg("name", patch.name.as_str()));
        }
    }
    let query = query(&patches);
    if query.chars().count() > listing::LINE_MAX {
        return Err(too_many());
    }
    let lines: Vec<String> = patches
        .iter()
        .map(|patch| format!("{} = {}", patch.name, patch.version))
        .collect();
    let ids: Vec<PatchId> = patches.iter().map(|patch| patch.id).collect();
    Ok(Beginning {
        title: title(cx, &patches),
        query,
        packages: lines.join("\n"),
        patches: written(&ids),
        install: match ids.as_slice() {
            [one] => store::is_anew_somewhere(tx, *one)?,
            _ => false,
        },
    })
}

fn too_many() -> Error {
    Error::invalid("fleet.patch_plan_none")
        .field("patches")
        .arg("most", PACKAGES_MOST)
}

/// The patches of some ids, each once, in their order.
fn in_order(tx: &mut Tx<'_>, ids: &[PatchId]) -> Result<Vec<Patch>> {
    let mut ids: Vec<PatchId> = ids.to_vec();
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(*id));
    let mut found = store::find_many(tx, &ids)?;
    ids.iter()
        .map(|id| {
            found
                .remove(id)
                .ok_or_else(|| Error::not_found().field("patches"))
        })
        .collect()
}

/// That all patches of some ids are approved still, until this transaction is over.
///
/// # Errors
/// 409 `fleet.patch_not_approved`.
pub fn hold_approved(tx: &mut Tx<'_>, ids: &[PatchId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    tx.lock("fleet.patches", "all")?;
    in_order(tx, ids)?.iter().try_for_each(must_be_approved)
}

fn must_be_approved(patch: &Patch) -> Result<()> {
    if patch.state == State::Approved {
        Ok(())
    } else {
        Err(Error::conflict("fleet.patch_not_approved").arg("name", patch.title()))
    }
}

fn title(cx: &Cx, patches: &[Patch]) -> String {
    let args = [
        (
            "name",
            Arg::from(patches.first().map_or("", |first| first.name.as_str())),
        ),
        ("count", patches.len().into()),
    ];
    cx.locale.t_with("fleet-patch-plan-title", &args)
}

/// The patches that a rollout is planned from and holds indeed: whoever filled in the form may have taken lines out.
///
/// # Errors
/// 404 for a patch that is not there, 409 `fleet.patch_not_approved` for one that nobody approved, or not any more.
pub fn held(tx: &mut Tx<'_>, ids: &[PatchId], content: &Content) -> Result<Vec<PatchId>> {
    let Content::Package(packages) = content else {
        return Ok(Vec::new());
    };
    let mut held = Vec::new();
    for patch in in_order(tx, ids)? {
        let is_held = packages
            .packages
            .iter()
            .any(|one| one.name == patch.name && one.version == patch.version);
        if is_held {
            must_be_approved(&patch)?;
            held.push(patch.id);
        }
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_read_as_they_are_written() {
        let ids: Vec<PatchId> = (1..4)
            .map(|number| PatchId::from_parts(number, &[0; 10]))
            .collect();
        assert_eq!(read(&written(&ids)).unwrap(), ids);
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read("x,y").unwrap_err().fields()[0].field, "patches");
    }
}
