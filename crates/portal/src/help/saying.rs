//! "This solved it", or not: once each, from whoever reads.

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
    if page.cx.identity().is_none() {
        app.rates.take(VOTES, &page.client_address, page.cx.now())?;
    }
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

/// Whose word it is. A visitor is known by address and browser, under a key of the house.
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
    hash.update(page.client_address.as_bytes());
    hash.update([0]);
    hash.update(page.user_agent.as_bytes());
    let name = HEXLOWER.encode(&hash.finalize());
    Ok(Voter::Visitor(name.get(..32).unwrap_or(&name).to_owned()))
}
