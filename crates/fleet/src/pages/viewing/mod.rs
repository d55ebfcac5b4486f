//! Lists of devices that people keep under a name: what is asked for, and which columns are shown. What a view shows is decided
//! for each reader anew.

mod store;

use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::{Id, UserId};
use kernel::time::Timestamp;
use web::{App, FormData, Need, Page, Path, Routes, see_other};

use super::listing::Column;
use super::{PATH, done};
use crate::READ;
use crate::device::clean;

/// A view's identifier.
pub type ViewId = Id<Saved>;

const NAME_MAX: usize = 60;
const QUERY_MAX: usize = 500;
/// Views of one person.
const MOST: i64 = 50;

/// A list that somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// Identifier.
    pub id: ViewId,
    /// Whose it is.
    pub owner: UserId,
    /// As they call it.
    pub name: String,
    /// What is asked for.
    pub query: String,
    /// Which columns are shown.
    pub columns: String,
    /// Whether everybody who may see devices has it.
    pub is_shared: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Saved {
    /// The list.
    #[must_use]
    pub fn href(&self) -> String {
        let pairs = [("q", self.query.as_str()), ("columns", self.columns.as_str())];
        format!("{PATH}?{}", web::urlencoded::join(&pairs))
    }
}

pub(super) fn routes() -> Routes {
    let needed = Need::permission(READ);
    Routes::new()
        .page(Method::POST, "/devices/columns", needed, choose)
        .page(Method::POST, "/devices/views", needed, keep)
        .page(Method::POST, "/devices/views/{id}/removal", needed, remove)
}

/// The reader's own views and those that are shared, by name.
pub(super) fn of_reader(tx: &mut Tx<'_>, cx: &Cx) -> Result<Vec<Saved>> {
    match cx.user_id() {
        Some(person) => store::of_reader(tx, person, MOST),
        None => Ok(Vec::new()),
    }
}

fn asked(form: &FormData) -> (String, String) {
    let chosen: Vec<&str> = form.all("columns").collect();
    (
        clean(form.text("q"), QUERY_MAX),
        Column::written(&Column::read(&chosen.join(","))),
    )
}

/// `POST /devices/columns`: the same list with other columns; nothing is kept.
async fn choose(form: FormData) -> web::Result {
    let (query, columns) = asked(&form);
    let pairs = [("q", query.as_str()), ("columns", columns.as_str())];
    see_other(&format!("{PATH}?{}", web::urlencoded::join(&pairs)))
}

/// `POST /devices/views`
async fn keep(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let (query, columns) = asked(&form);
    let view = Saved {
        id: page.cx.new_id(),
        owner: page.cx.user_id().ok_or_else(Error::unauthenticated)?,
        name: clean(form.text("name"), NAME_MAX),
        query,
        columns,
        is_shared: form.checked("shared"),
        created_at: page.cx.now(),
    };
    if view.name.is_empty() {
        return Err(Error::invalid("web.form.missing").field("name").into());
    }
    let href = view.href();
    app.db
        .write(move |tx| {
            if store::count(tx, view.owner)? >= MOST {
                return Err(Error::conflict("fleet.view.too_many"));
            }
            store::insert(tx, &view)
        })
        .await?;
    done(&page, &href, "fleet-view-kept")
}

/// `POST /devices/views/{id}/removal`
async fn remove(State(app): State<App>, page: Page, Path(id): Path<ViewId>) -> web::Result {
    let owner = page.cx.user_id().ok_or_else(Error::unauthenticated)?;
    let removed = app.db.write(move |tx| store::remove(tx, id, owner)).await?;
    if !removed {
        return Err(Error::not_found().into());
    }
    done(&page, PATH, "fleet-view-removed")
}
