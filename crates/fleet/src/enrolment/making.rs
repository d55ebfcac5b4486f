//! How a document is made: checked, signed by the server's key, and its token kept as a hash.

use data_encoding::BASE64URL_NOPAD;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::TeamId;
use kernel::time::Timestamp;
use protocol::VERSION;
use protocol::enrolment::{Document, Unfit, address_fits, fits};
use protocol::key::PublicKey;
use protocol::signed::Signed;
use serde_json::json;

use super::{Enrolment, Rule, hash, note, reaches, store};
use crate::MANAGE;
use crate::device::Kind;
use crate::link::{events, keys};
use crate::release;

const NAME_MAX: usize = 120;
const USES_MOST: i64 = 100_000;
/// Ninety days.
const HOURS_MOST: i64 = 24 * 90;
const SERVERS_MOST: usize = 8;

/// What a person wants of a document.
#[derive(Clone, Debug, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = DeviceEnrolmentWanted)]
pub struct NewEnrolment {
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// What becomes of who comes by it.
    pub rule: Rule,
    /// What sort of devices come by it.
    pub kind: Kind,
    /// The team they belong to.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub team: Option<TeamId>,
    /// How often it counts.
    pub uses: i64,
    /// For how many hours.
    pub hours: i64,
    /// Where agents reach the servers, each `wss://host`; the address of this installation when empty.
    #[serde(default)]
    pub servers: Vec<String>,
    /// The certificate of a private authority as PEM, where the server's comes from one.
    #[serde(default)]
    pub authority: Option<String>,
}

/// A document that was just made. Its token is nowhere else.
#[derive(Clone, Debug)]
pub struct Made {
    /// What is kept of it.
    pub enrolment: Enrolment,
    /// What goes to the devices.
    pub document: Signed<Document>,
}

/// Makes a document. `signer` is the key whose grants the devices will obey, `base_url` where people reach this installation.
///
/// # Errors
/// 403; 422 with the fields that are wrong.
pub fn make(tx: &mut Tx<'_>, cx: &Cx, base_url: &str, signer: PublicKey, new: &NewEnrolment) -> Result<Made> {
    cx.require(MANAGE)?;
    if !reaches(cx, new.team) {
        return Err(Error::invalid("fleet.enrolment.own_team").field("team"));
    }
    let expires_at = cx.now().add_secs(new.hours.clamp(0, HOURS_MOST) * 3600);
    write(tx, cx, base_url, signer, new, expires_at)
}

/// The document of a guest, for whoever may help; the right to manage devices is not needed for a device that is none of ours.
///
/// # Errors
/// As [`make`], without the right.
pub(crate) fn make_for_guest(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base_url: &str,
    signer: PublicKey,
    new: &NewEnrolment,
    expires_at: Timestamp,
) -> Result<Made> {
    write(tx, cx, base_url, signer, new, expires_at)
}

fn write(
    tx: &mut Tx<'_>,
    cx: &Cx,
    base_url: &str,
    signer: PublicKey,
    new: &NewEnrolment,
    expires_at: Timestamp,
) -> Result<Made> {
    let servers = servers(base_url, new);
    check(new, &servers)?;
    let now = cx.now();
    let name = crate::device::clean(&new.name, NAME_MAX);
    let enrolment = Enrolment {
        id: cx.new_id(),
        name: if name.is_empty() {
            now.jiff().strftime("%Y-%m-%d %H:%M").to_string()
        } else {
            name
        },
        rule: new.rule,
        kind: new.kind,
        team: new.team,
        uses_most: new.uses,
        uses: 0,
        made_by: cx.user_id(),
        made_at: now,
        expires_at,
        revoked_at: None,
        has_document: false,
    };
    let token = BASE64URL_NOPAD.encode(&cx.random_bytes::<24>());
    let keys = keys::living(tx, cx)?;
    let document = Document {
        version: VERSION,
        servers,
        server_keys: keys.public(),
        signer_keys: vec![signer],
        authority: new.authority.clone().filter(|pem| !pem.trim().is_empty()),
        update_root: release::store::trust(tx)?.map(|trust| trust.root),
        token: token.clone(),
        expires_at: enrolment.expires_at.millis(),
    };
    fits(&document).map_err(unfit)?;
    let document = Signed::sign(keys.signing()?, &document)?;
    store::insert(tx, &enrolment, &hash(&token))?;
    let data =
        json!({ "rule": enrolment.rule, "uses": enrolment.uses_most, "expires_at": enrolment.expires_at });
    let personal = json!({ "name": enrolment.name });
    note(tx, cx, enrolment.id, events::ENROLMENT_MADE, data, Some(personal))?;
    Ok(Made { enrolment, document })
}

/// What the form offers: this installation, as agents speak to it.
#[must_use]
pub fn own_server(base_url: &str) -> String {
    match base_url.split_once("://") {
        Some(("http", rest)) => format!("ws://{rest}"),
        Some((_, rest)) => format!("wss://{rest}"),
        None => format!("wss://{base_url}"),
    }
}

fn servers(base_url: &str, new: &NewEnrolment) -> Vec<String> {
    let given: Vec<String> = new
        .servers
        .iter()
        .map(|server| server.trim().trim_end_matches('/').to_owned())
        .filter(|server| !server.is_empty())
        .collect();
    if given.is_empty() {
        vec![own_server(base_url)]
    } else {
        given
    }
}

fn check(new: &NewEnrolment, servers: &[String]) -> Result<()> {
    let mut errors = Errors::new();
    if !(1..=USES_MOST).contains(&new.uses) {
        errors.push("uses", "fleet.enrolment.uses");
    }
    if !(1..=HOURS_MOST).contains(&new.hours) {
        errors.push("hours", "fleet.enrolment.hours");
    }
    if servers.len() > SERVERS_MOST || !servers.iter().all(|server| address_fits(server)) {
        errors.push("servers", "fleet.enrolment.servers");
    }
    errors.finish()
}

fn unfit(why: Unfit) -> Error {
    match why {
        Unfit::Authority => Error::invalid("fleet.enrolment.authority").field("authority"),
        Unfit::Servers | Unfit::Address => Error::invalid("fleet.enrolment.servers").field("servers"),
        other => Error::internal(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agents_reach_this_installation_where_people_do() {
        assert_eq!(own_server("https://desk.example.org"), "wss://desk.example.org");
        assert_eq!(own_server("http://127.0.0.1:8080"), "ws://127.0.0.1:8080");
    }
}
