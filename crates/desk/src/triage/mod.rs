//! Triage: which priority a ticket has, where its category goes, and what it asks of a person.
//!
//! Priority is a table of impact and urgency that the department fills; a route says per category which team takes it,
//! which skill it asks for, and whether a person is chosen at once. Proposing type and team from words is not done here.

use std::collections::BTreeMap;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Errors, Result};
use kernel::event::{self, New};
use kernel::id::TeamId;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::events;
use crate::ticket::access;
use crate::ticket::value::{Category, Impact, Priority, Urgency};

pub mod store;

/// Priority by impact and urgency.
pub type Matrix = BTreeMap<(Impact, Urgency), Priority>;

/// Where tickets of a category go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub category: Category,
    pub team: Option<TeamId>,
    /// The skill that people's matrix knows by this name; none when anybody can do it.
    pub skill: Option<String>,
    /// The level it takes, 1 to 3.
    pub level: i64,
    /// How much work it usually is, 1 to 3.
    pub complexity: i64,
    /// Whether a person is chosen at once, or the team's queue takes it.
    pub automatic: bool,
}

/// The matrix in force.
pub fn matrix(tx: &mut Tx, cx: &Cx) -> Result<Matrix> {
    cx.require(access::READ)?;
    store::matrix(tx)
}

/// Sets cells of the matrix. Tickets that are open keep their priority until impact or urgency changes: yesterday's promise
/// stands.
pub fn save_matrix(tx: &mut Tx, cx: &Cx, matrix: &Matrix) -> Result<()> {
    cx.require(access::SETTINGS)?;
    for ((impact, urgency), priority) in matrix {
        store::save_cell(tx, *impact, *urgency, *priority)?;
    }
    let cells: Vec<_> = matrix
        .iter()
        .map(|((impact, urgency), priority)| json!([impact, urgency, priority]))
        .collect();
    let saved = New {
        kind: events::MATRIX_SAVED,
        subject: "desk.matrix".to_owned(),
        data: json!({ "cells": cells }),
        personal: None,
    };
    event::append(tx, cx, saved)?;
    Ok(())
}

/// The routes of all categories.
pub fn routes(tx: &mut Tx, cx: &Cx) -> Result<Vec<Route>> {
    cx.require(access::READ)?;
    Category::ALL
        .iter()
        .map(|category| store::route(tx, *category))
        .collect()
}

/// Saves the route of a category.
pub fn save_route(tx: &mut Tx, cx: &Cx, route: &Route) -> Result<()> {
    cx.require(access::SETTINGS)?;
    let mut errors = Errors::new();
    if !(1..=3).contains(&route.level) {
        errors.push("level", "desk.route.level_out_of_range");
    }
    if !(1..=3).contains(&route.complexity) {
        errors.push("complexity", "desk.ticket.complexity_out_of_range");
    }
    errors.finish()?;
    store::save_route(tx, route)?;
    let saved = New {
        kind: events::ROUTE_SAVED,
        subject: format!("desk.route:{}", route.category),
        data: json!(route),
        personal: None,
    };
    event::append(tx, cx, saved)?;
    Ok(())
}
