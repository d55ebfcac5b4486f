//! "This solved it", or not: once each, from whoever reads.

use std::net::{IpAddr, Ipv6Addr};

use axum::extract::State;
use data_encoding::HEXLOWER;
use kernel::error::{Error, Result};
use kernel::secret;
use knowledge::voting::{self, Place, Voter};
use sha2::{Digest, Sha256};
use web::{App, FormData, Page, see_other};

use super::VOTES;
use super::searching::shortened;

/// The key under which visitors are remembered, so that what is kept leads back to nobody.
const VISITORS: &str = "portal.visitors";

pub async fn say(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (number, solved) = match (form.optional("solved"), form.optional("unsolved")) {
        (Some(number), _) => (number, true),
        (None, Some(number)) => (number, false),
        (None, None) => return Err(Error::not_found().into()),
    };
    let number: i64 = number.parse().map_err(|_| Error::not_found())?;
    let by = match page.cx.user_id() {
        Some(user) => format!("user:{user}"),
        None => network(&page.client_address),
    };
    app.rates.take(VOTES, &by, page.cx.now())?;
    let (who, cx) = (voter(&app, &page).await?, page.cx.clone());
    let place = Place::parse(super::reading::place(form.text("place"))).unwrap_or(Place::Article);
    let (reason, asked) = (form.text("reason").to_owned(), shortened(form.text("asked")));
    let word = asked.clone();
    app.db
        .write(move |tx| voting::vote(tx, &cx, number, &who, solved, &reason, place, &word))
        .await?;
    let heard = if solved { "solved" } else { "unsolved" };
    let pairs = [("heard", heard), ("place", place.as_str()), ("asked", &asked)];
    see_other(&format!("/help/{number}?{}#said", web::urlencoded::join(&pairs)))
}

/// Whose word it is. A visitor is known by address, under a key of the house.
pub(super) async fn voter(app: &App, page: &Page) -> Result<Voter> {
    if let Some(user) = page.cx.user_id() {
        return Ok(Voter::User(user));
    }
    let cx = page.cx.clone();
    let key = match app.db.read(move |tx| secret::get(tx, &cx, VISITORS)).await {
        Ok(key) => key,
        Err(_) => {
            let cx = page.cx.clone();
            app.db.write(move |tx| secret::get(tx, &cx, VISITORS)).await?
        }
    };
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update(network(&page.client_address).as_bytes());
    let name = HEXLOWER.encode(&hash.finalize());
    Ok(Voter::Visitor(name.get(..32).unwrap_or(&name).to_owned()))
}

/// An address as far as it stands for somebody: a household has a whole /64 of IPv6 to choose from.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn a_visitor_is_an_ipv4_address_or_a_network_of_ipv6() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::9"), network("2001:db8:1:2:ffff::1"));
        assert_eq!(network("unknown"), "unknown");
    }
}
