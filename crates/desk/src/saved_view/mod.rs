//! Saved views: a name for "which tickets, in which order, showing what", one's own or shared with one's teams or with all.
//!
//! What a view shows is decided for each reader anew: `me` is whoever looks, and nobody sees more through a view than
//! without it. The figures of queues are the module `view`'s; counting a saved one is in `counting.rs`.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Errors, Result};
use kernel::id::{Id, TeamId, UserId};
use kernel::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ticket::access;
use crate::ticket::listing::Order;
use crate::ticket::saving::Told;
use crate::ticket::value::words;
use crate::{article, events};

pub mod counting;
pub mod criteria;
pub mod store;

pub use criteria::{Criteria, Only};

/// A view's identifier.
pub type ViewId = Id<SavedView>;

words!(
    /// Who may use a view.
    Audience, "audience" { Mine => "mine", Teams => "teams", All => "all" }
);

words!(
    /// What a line of a list shows besides number, title, and priority.
    Column, "column" {
        State => "state", Clock => "clock", Requester => "requester", Assignee => "assignee", Team => "team",
        Tags => "tags", Type => "type", Category => "category", Tier => "tier", Site => "site", Created => "created",
        NextStep => "next_step",
    }
);

impl Column {
    /// What a list shows when nobody chose.
    pub const USUAL: [Column; 5] = [
        Column::State,
        Column::Clock,
        Column::Requester,
        Column::Assignee,
        Column::Tags,
    ];
    /// A line with more is no line.
    pub const MOST: usize = 6;
}

/// What a view is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ViewDefinition)]
#[serde(default, deny_unknown_fields)]
pub struct Definition {
    /// Which tickets.
    pub filter: Criteria,
    /// In which order; left out: the most urgent first where that means something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<Order>,
    /// What a line shows, in this order; left out: the usual.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Column>,
}

/// See the module's text.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedView {
    pub id: ViewId,
    pub owner: UserId,
    pub name: String,
    pub audience: Audience,
    pub definition: Definition,
    pub updated_at: Timestamp,
    /// In the reader's rail.
    pub is_favourite: bool,
}

/// A view as somebody wishes it.
#[derive(Debug, Clone)]
pub struct Wish {
    pub name: String,
    pub audience: Audience,
    pub definition: Definition,
}

/// Where a favourite goes in the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    Up,
    Down,
}

const NAME_MAX: usize = 60;
/// More views than this nobody finds again.
const VIEWS_MOST: i64 = 100;
/// As many as a rail shows.
pub const FAVOURITES_MOST: i64 = 12;

/// The views that the actor may use: the own ones, and what others share.
pub fn list(tx: &mut Tx, cx: &Cx) -> Result<Vec<SavedView>> {
    store::list(tx, &reader(cx)?)
}

/// The views in the actor's rail, in their order.
pub fn favourites(tx: &mut Tx, cx: &Cx) -> Result<Vec<SavedView>> {
    store::favourites(tx, &reader(cx)?, FAVOURITES_MOST)
}

/// A view that the actor may use; any other does not exist.
pub fn load(tx: &mut Tx, cx: &Cx, id: ViewId) -> Result<SavedView> {
    store::load(tx, &reader(cx)?, id)?.ok_or_else(Error::not_found)
}

/// Makes a view; it goes into its owner's rail.
pub fn add(tx: &mut Tx, cx: &Cx, wish: Wish) -> Result<SavedView> {
    let reader = reader(cx)?;
    let wish = clean(wish)?;
    if store::count_of(tx, reader.person)? >= VIEWS_MOST {
        return Err(Error::conflict("desk.view.too_many").arg("most", VIEWS_MOST));
    }
    let view = SavedView {
        id: cx.new_id(),
        owner: reader.person,
        name: wish.name,
        audience: wish.audience,
        definition: wish.definition,
        updated_at: cx.now(),
        is_favourite: true,
    };
    store::insert(tx, &view, &reader.teams)?;
    store::add_favourite(tx, reader.person, view.id)?;
    tell(tx, cx, events::VIEW_SAVED, &view)?;
    Ok(view)
}

/// Changes a view. Only its owner may, and whoever keeps the desk's settings.
pub fn save(tx: &mut Tx, cx: &Cx, id: ViewId, wish: Wish) -> Result<SavedView> {
    let before = begin(tx, cx, id)?;
    let wish = clean(wish)?;
    let view = SavedView {
        name: wish.name,
        audience: wish.audience,
        definition: wish.definition,
        updated_at: cx.now(),
        ..before
    };
    // An administrator who mends a shared view does not move it to other teams.
    let teams = if cx.user_id() == Some(view.owner) {
        cx.team_ids().to_vec()
    } else {
        store::teams_of(tx, id)?
    };
    store::update(tx, &view, &teams)?;
    tell(tx, cx, events::VIEW_SAVED, &view)?;
    Ok(view)
}

/// Removes a view, also from the rails of others.
pub fn remove(tx: &mut Tx, cx: &Cx, id: ViewId) -> Result<()> {
    let view = begin(tx, cx, id)?;
    store::delete(tx, id)?;
    tell(tx, cx, events::VIEW_REMOVED, &view)
}

/// Puts a view into the actor's rail.
pub fn favour(tx: &mut Tx, cx: &Cx, id: ViewId) -> Result<()> {
    let view = load(tx, cx, id)?;
    store::add_favourite(tx, reader(cx)?.person, view.id)
}

/// Takes it out again.
pub fn unfavour(tx: &mut Tx, cx: &Cx, id: ViewId) -> Result<()> {
    let view = load(tx, cx, id)?;
    store::remove_favourite(tx, reader(cx)?.person, view.id)
}

/// Moves a favourite in the actor's rail by one place.
pub fn shift(tx: &mut Tx, cx: &Cx, id: ViewId, shift: Shift) -> Result<()> {
    let reader = reader(cx)?;
    let mut order: Vec<ViewId> = store::favourites(tx, &reader, FAVOURITES_MOST)?
        .into_iter()
        .map(|view| view.id)
        .collect();
    let from = order
        .iter()
        .position(|found| *found == id)
        .ok_or_else(Error::not_found)?;
    let to = match shift {
        Shift::Up => from.saturating_sub(1),
        Shift::Down => (from + 1).min(order.len() - 1),
    };
    order.swap(from, to);
    store::order_favourites(tx, reader.person, &order)
}

/// Whether the actor may change this view.
#[must_use]
pub fn may_change(cx: &Cx, view: &SavedView) -> bool {
    cx.user_id() == Some(view.owner) || cx.may(access::SETTINGS).is_some()
}

/// Who asks, as the store needs it.
#[derive(Debug, Clone)]
pub struct Reader {
    pub person: UserId,
    pub teams: Vec<TeamId>,
}

fn reader(cx: &Cx) -> Result<Reader> {
    cx.require(access::READ)?;
    cx.require(access::INTERNAL)?;
    Ok(Reader {
        person: cx.user_id().ok_or_else(Error::unauthenticated)?,
        teams: cx.team_ids().to_vec(),
    })
}

fn begin(tx: &mut Tx, cx: &Cx, id: ViewId) -> Result<SavedView> {
    let view = load(tx, cx, id)?;
    if !may_change(cx, &view) {
        return Err(Error::forbidden().arg("permission", access::SETTINGS));
    }
    Ok(view)
}

fn clean(mut wish: Wish) -> Result<Wish> {
    let mut errors = Errors::new();
    wish.name = article::line(&mut errors, "name", &wish.name, NAME_MAX);
    if wish.name.is_empty() {
        errors.push("name", "desk.view.name_missing");
    }
    let columns = &mut wish.definition.columns;
    let mut seen = Vec::new();
    columns.retain(|column| {
        let is_new = !seen.contains(column);
        seen.push(*column);
        is_new
    });
    if columns.len() > Column::MOST {
        errors.push("columns", "desk.view.too_many_columns");
    }
    errors.finish()?;
    Ok(wish)
}

fn tell(tx: &mut Tx, cx: &Cx, kind: &'static str, view: &SavedView) -> Result<()> {
    Told::new(kind)
        .with("audience", view.audience.as_str())
        .with_words("name", &view.name)
        .append(tx, cx, format!("desk.view:{}", view.id))
        .map(drop)
}
