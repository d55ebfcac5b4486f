//! Sites: places where people work, with their time zone and usual hours.

use kernel::db::Tx;
use kernel::error::Kind;
use kernel::event::{self, New};
use kernel::{Cx, Error, Errors, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::store::{self, Site};
use crate::{events, user};

/// What a form says of a site.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewSite {
    /// Name on screen.
    pub name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Calendar identifier or empty.
    pub calendar: String,
}

/// Adds a site, or changes the one with this identifier.
///
/// # Errors
/// Names the wrong fields.
pub fn save(tx: &mut Tx<'_>, cx: &Cx, id: Option<&str>, new: &NewSite) -> Result<Site> {
    cx.require("people.calendar.manage")?;
    let mut errors = Errors::new();
    if new.name.trim().is_empty() {
        errors.push("name", "people.site.name_missing");
    }
    if !user::is_time_zone(&new.time_zone) {
        errors.push("time_zone", "people.time_zone_unknown");
    }
    errors.finish()?;
    let calendar = Some(new.calendar.trim()).filter(|calendar| !calendar.is_empty());
    if let Some(calendar) = calendar {
        store::load(tx, calendar).map_err(|_| Error::invalid("people.calendar.unknown").field("calendar"))?;
    }
    let id = match id {
        Some(id) => {
            store::sites(tx)?
                .into_iter()
                .find(|site| site.id == id)
                .ok_or_else(Error::not_found)?
                .id
        }
        None => cx.new_id::<Site>().to_string(),
    };
    let site = Site {
        id,
        name: new.name.trim().to_owned(),
        time_zone: new.time_zone.clone(),
        calendar: calendar.map(str::to_owned),
    };
    store::save_site(tx, &site).map_err(|error| {
        if error.kind() == Kind::Conflict {
            Error::invalid("people.site.name_taken").field("name")
        } else {
            error
        }
    })?;
    let data = json!({ "time_zone": site.time_zone, "calendar": site.calendar });
    event::append(
        tx,
        cx,
        New {
            kind: events::SITE_SAVED,
            subject: format!("site:{}", site.id),
            data,
            personal: None,
        },
    )?;
    Ok(site)
}
