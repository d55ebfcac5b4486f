//! What the parts of a request type (questions, steps of the approval, tasks) have in common in the settings: keeping one at its
//! place, its form once more with what is wrong, taking one out, and their addresses.
//!
//! Steps and tasks are named by their place in a list, so whoever changes or takes out one says which version of the type they
//! read: a list that somebody else changed meanwhile has other things at these places.

use askama::Template;
use axum::handler::Handler;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, FieldError, Kind, Result};
use web::{App, FormData, FormView, Need, Page, Routes, unprocessable};

use super::settings::{keep, saved};
use super::settings_catalogue::PATH;
use crate::catalogue::{Definition, settings};
use crate::ticket::access;

/// A list of parts in a definition, and what its errors and addresses call it.
pub(super) struct Parts<T: 'static> {
    /// `approval`: how errors name it.
    pub name: &'static str,
    pub list: fn(&mut Definition) -> &mut Vec<T>,
}

/// Which part of which type.
pub(super) struct At {
    /// The type.
    pub id: String,
    /// Its place in the list; the length of the list for a new one.
    pub index: usize,
}

impl<T: Send + 'static> Parts<T> {
    /// Keeps what a form says: back to the type; or the form once more with what is wrong in it.
    pub(super) async fn keep<W: Send + 'static, V: Template>(
        &self,
        (app, page): (&App, &Page),
        at: At,
        (form, wanted): (FormData, Result<W>),
        found: impl Fn(&mut Tx<'_>, &W) -> Result<T> + Send + 'static,
        again: impl AsyncFnOnce(FormView) -> web::Result<V>,
    ) -> web::Result {
        let (list, version, id) = (self.list, version(&form), at.id.clone());
        let keeping = keep(app, page, wanted, move |tx, cx: &Cx, wanted: &W| {
            cx.require(access::SETTINGS)?;
            let part = found(tx, wanted)?;
            settings::change_part(tx, cx, &id, version, |definition| {
                let list = list(definition);
                match list.get_mut(at.index) {
                    Some(place) => *place = part,
                    None => list.push(part),
                }
                Ok(())
            })
        });
        match keeping.await {
            Ok(_) => saved(page, &format!("{PATH}/{}", at.id)),
            Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
                let error = of_part(error, &format!("{}[{}].", self.name, at.index));
                unprocessable(again(form.refused(&error, page.cx.locale)).await?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Takes one out; what was asked goes on as it was asked.
    pub(super) async fn remove(&self, (app, page): (&App, &Page), at: At, form: &FormData) -> web::Result {
        let (list, version, cx, id) = (self.list, version(form), page.cx.clone(), at.id.clone());
        let removing = app.db.write(move |tx| {
            settings::change_part(tx, &cx, &id, version, |definition| {
                let list = list(definition);
                if at.index >= list.len() {
                    return Err(Error::not_found());
                }
                list.remove(at.index);
                Ok(())
            })
        });
        removing.await?;
        saved(page, &format!("{PATH}/{}", at.id))
    }
}

/// The version of the type that a form was made from.
pub(super) fn version(form: &FormData) -> Option<i64> {
    form.text("version").parse().ok()
}

/// Place in a list, from its number on the page, which begins with one.
pub(super) fn index(number: usize) -> Result<usize> {
    number.checked_sub(1).ok_or_else(Error::not_found)
}

/// What is wrong with the part under this name is what is wrong with its form.
fn of_part(error: Error, part: &str) -> Error {
    if error.fields().is_empty() {
        return error;
    }
    let own = |one: &FieldError| FieldError {
        field: one.field.strip_prefix(part).unwrap_or(&one.field).to_owned(),
        ..one.clone()
    };
    let fields = error.fields().iter().map(own).collect();
    Error::new(error.kind(), error.code()).with_fields(fields)
}

/// The addresses of a list of parts: the form of a new one and adding it, the form of one, saving it, and taking it out.
pub(super) fn routes<A: 'static, B: 'static, C: 'static, D: 'static, E: 'static>(
    (list, part): (&str, &str),
    (new, add): (impl Handler<A, App>, impl Handler<B, App>),
    (edit, save, remove): (impl Handler<C, App>, impl Handler<D, App>, impl Handler<E, App>),
) -> Routes {
    let need = Need::permission(access::SETTINGS);
    let all = format!("{PATH}/{{id}}/{list}");
    let one = format!("{all}/{{{part}}}");
    Routes::new()
        .page(Method::GET, &format!("{all}/new"), need, new)
        .page(Method::POST, &all, need, add)
        .page(Method::GET, &one, need, edit)
        .page(Method::POST, &one, need, save)
        .page(Method::POST, &format!("{one}/removal"), need, remove)
}
