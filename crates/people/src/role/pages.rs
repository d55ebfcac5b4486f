//! The matrix of permissions and roles, and the department's own roles.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::Kind;
use kernel::{Error, Locale, Permission, Result, Scope};
use web::{
    App, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, see_other, unprocessable,
    with_toast,
};

use super::{Role, permissions, title_of};
use crate::role;

pub(super) fn routes() -> Routes {
    let (read, manage) = (
        Need::permission("people.role.read"),
        Need::permission("people.role.manage"),
    );
    Routes::new()
        .page(Method::GET, "/settings/roles", read, list)
        .page(Method::GET, "/settings/roles/new", manage, new)
        .page(Method::POST, "/settings/roles", manage, create)
        .page(Method::GET, "/settings/roles/{name}", manage, edit)
        .page(Method::POST, "/settings/roles/{name}", manage, save)
        .page(Method::POST, "/settings/roles/{name}/remove", manage, remove)
}

/// A permission with its words.
struct Right {
    name: &'static str,
    title: String,
    scopes: &'static [Scope],
}

impl Right {
    fn of(locale: Locale, permission: &Permission) -> Self {
        Self {
            name: permission.name,
            title: title_of(locale, permission.name),
            scopes: permission.scopes,
        }
    }

    /// How far a role has it, as the key of a text.
    fn reach(&self, role: &Role) -> &'static str {
        match role.grants.get(self.name) {
            None => "people-scope-none",
            // A right that is the same for everything has no reach to speak of: it is had or not.
            Some(_) if self.scopes.len() == 1 => "people-scope-yes",
            Some(scope) => key_of(*scope),
        }
    }

    fn is_in(&self, role: &Role) -> bool {
        role.grants.contains_key(self.name)
    }

    fn choices(&self) -> Vec<(&'static str, &'static str)> {
        let single = self.scopes.len() == 1;
        self.scopes
            .iter()
            .map(|scope| {
                (
                    scope.as_str(),
                    if single {
                        "people-scope-yes"
                    } else {
                        key_of(*scope)
                    },
                )
            })
            .collect()
    }
}

const fn key_of(scope: Scope) -> &'static str {
    match scope {
        Scope::Own => "people-scope-own",
        Scope::Team => "people-scope-team",
        Scope::All => "people-scope-all",
    }
}

/// The rights of one slice, under its name.
struct Section {
    title: String,
    rights: Vec<Right>,
}

fn sections(locale: Locale) -> Vec<Section> {
    let mut by_slice: BTreeMap<&str, Vec<Right>> = BTreeMap::new();
    for permission in permissions() {
        let slice = permission.name.split('.').next().unwrap_or_default();
        by_slice
            .entry(slice)
            .or_default()
            .push(Right::of(locale, permission));
    }
    let title = |slice: &str| {
        let key = format!("people-rights-{slice}");
        if kernel::i18n::has_key(locale, &key) {
            locale.t(&key)
        } else {
            slice.to_owned()
        }
    };
    by_slice
        .into_iter()
        .map(|(slice, rights)| Section {
            title: title(slice),
            rights,
        })
        .collect()
}

#[derive(Template)]
#[template(path = "role/views/list.html")]
struct ListView {
    shell: Shell,
    roles: Vec<Role>,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "role/views/edit.html")]
struct EditView {
    shell: Shell,
    form: FormView,
    /// The role's name; empty on the page that adds one.
    name: String,
    sections: Vec<Section>,
}

async fn list(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let roles = app.db.read(move |tx| role::list(tx, &cx)).await?;
    let shell = page.shell(&app, page.t("people-roles")).await?;
    html(ListView {
        shell,
        roles,
        sections: sections(page.cx.locale),
    })
}

async fn view(app: &App, page: &Page, name: &str, form: FormView) -> web::Result<EditView> {
    let title = page.t(if name.is_empty() {
        "people-role-add"
    } else {
        "people-role-edit"
    });
    let shell = page.shell(app, title).await?;
    Ok(EditView {
        shell,
        form,
        name: name.to_owned(),
        sections: sections(page.cx.locale),
    })
}

async fn new(State(app): State<App>, page: Page) -> web::Result {
    html(view(&app, &page, "", FormView::empty()).await?)
}

async fn edit(State(app): State<App>, page: Page, Path(name): Path<String>) -> web::Result {
    let wanted = name.clone();
    let role = app.db.read(move |tx| super::store::made(tx, &wanted)).await?;
    let mut values = vec![("name", role.name), ("title", role.title)];
    values.extend(
        role.grants
            .into_iter()
            .map(|(permission, scope)| ("grants", format!("{permission}:{}", scope.as_str()))),
    );
    html(view(&app, &page, &name, FormView::of(values)).await?)
}

/// `desk.ticket.read:team` per permission; what is not given is sent as blank.
fn grants(form: &FormData) -> Result<BTreeMap<String, Scope>> {
    let wrong = || Error::invalid("people.role.scope_unknown").field("grants");
    let pairs = form.all("grants").filter(|pair| !pair.is_empty()).map(|pair| {
        let (permission, scope) = pair.rsplit_once(':').ok_or_else(wrong)?;
        Ok((permission.to_owned(), Scope::parse(scope).ok_or_else(wrong)?))
    });
    pairs.collect()
}

async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let (name, title) = (form.text("name").to_owned(), form.text("title").to_owned());
    let outcome = match grants(&form) {
        Ok(grants) => {
            app.db
                .write(move |tx| role::add(tx, &cx, &name, &title, &grants))
                .await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, "", &form, outcome).await
}

async fn save(State(app): State<App>, page: Page, Path(name): Path<String>, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let (wanted, title) = (name.clone(), form.text("title").to_owned());
    let outcome = match grants(&form) {
        Ok(grants) => {
            app.db
                .write(move |tx| role::save(tx, &cx, &wanted, &title, &grants))
                .await
        }
        Err(error) => Err(error),
    };
    answered(&app, &page, &name, &form, outcome).await
}

async fn answered(app: &App, page: &Page, name: &str, form: &FormData, outcome: Result<()>) -> web::Result {
    match outcome {
        Ok(()) => Ok(with_toast(
            see_other("/settings/roles")?,
            page,
            Tone::Success,
            &page.t("people-saved"),
        )),
        Err(error) if error.kind() == Kind::Invalid => {
            unprocessable(view(app, page, name, form.refused(&error, page.cx.locale)).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn remove(State(app): State<App>, page: Page, Path(name): Path<String>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| role::remove(tx, &cx, &name)).await?;
    Ok(with_toast(
        see_other("/settings/roles")?,
        &page,
        Tone::Success,
        &page.t("people-role-removed"),
    ))
}
