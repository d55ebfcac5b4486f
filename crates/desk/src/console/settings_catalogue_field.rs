//! One question of a request type in the settings: what it takes, its words, its limits, and on what it depends.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::error::{Error, Errors, Kind};
use kernel::i18n::Locale;
use web::{App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, html, see_other, unprocessable};

use super::settings::{Tab, keep, saved, tabs};
use super::settings_catalogue::{PATH, known, of_part, texts};
use super::wording::choices;
use crate::catalogue::{Definition, Field, FieldKind, Offer, RequestType, ShownWhen, Texts, said, settings};
use crate::ticket::access;

#[derive(Template)]
#[template(path = "console/views/settings_catalogue_field.html")]
struct Form {
    shell: Shell,
    tabs: Vec<Tab>,
    form: FormView,
    id: String,
    type_name: String,
    /// The address of the field; none for a new one.
    action: Option<String>,
    kinds: Vec<Choice>,
    conditions: Vec<Choice>,
}

async fn view(
    app: &App,
    page: &Page,
    of: &RequestType,
    key: Option<&str>,
    form: FormView,
) -> web::Result<Form> {
    let locale = page.cx.locale;
    let title = page.t(if key.is_some() {
        "desk-catalogue-field-edit"
    } else {
        "desk-catalogue-field-new"
    });
    Ok(Form {
        shell: page.shell(app, title).await?,
        tabs: tabs(page, PATH),
        form,
        type_name: of.name(locale).to_owned(),
        action: key.map(|key| format!("{PATH}/{}/fields/{key}", of.id)),
        kinds: choices!(FieldKind, locale),
        conditions: conditions(&of.definition, key, locale),
        id: of.id.clone(),
    })
}

/// Everything that another field can be answered with.
fn conditions(definition: &Definition, key: Option<&str>, locale: Locale) -> Vec<Choice> {
    let mut found = vec![Choice::new("", locale.t("desk-catalogue-always"))];
    for field in definition
        .fields
        .iter()
        .filter(|field| Some(field.key.as_str()) != key)
    {
        for value in field.values() {
            let offer = field.choices.iter().find(|choice| choice.value == value);
            let word = match offer {
                Some(offer) => said(&offer.label, locale).to_owned(),
                None => locale.t(if value == "yes" {
                    "desk-catalogue-yes"
                } else {
                    "desk-catalogue-no"
                }),
            };
            let words = [
                ("field", said(&field.label, locale).into()),
                ("value", word.into()),
            ];
            found.push(Choice::new(
                format!("{}={value}", field.key),
                locale.t_with("desk-catalogue-when", &words),
            ));
        }
    }
    found
}

fn filled(of: &RequestType, field: &Field) -> FormView {
    let text = |texts: &Texts, tag: &str| texts.get(tag).cloned().unwrap_or_default();
    let number = |limit: Option<i64>| limit.map(|limit| limit.to_string()).unwrap_or_default();
    let line = |choice: &Offer| {
        format!(
            "{} | {} | {}",
            choice.value,
            text(&choice.label, "en"),
            text(&choice.label, "zh-CN")
        )
    };
    let when = field.shown_when.as_ref();
    FormView::of([
        ("version", of.version.to_string()),
        ("key", field.key.clone()),
        ("kind", field.kind.to_string()),
        ("label.zh-CN", text(&field.label, "zh-CN")),
        ("label.en", text(&field.label, "en")),
        ("help.zh-CN", text(&field.help, "zh-CN")),
        ("help.en", text(&field.help, "en")),
        ("required", field.required.to_string()),
        ("min", number(field.min)),
        ("max", number(field.max)),
        (
            "choices",
            field.choices.iter().map(line).collect::<Vec<_>>().join("\n"),
        ),
        (
            "shown_when",
            when.map(|when| format!("{}={}", when.field, when.is))
                .unwrap_or_default(),
        ),
    ])
}

fn read(form: &FormData) -> kernel::Result<Field> {
    let mut errors = Errors::new();
    let mut number = |name: &str| match form.optional(name) {
        None => None,
        Some(_) => form.parse::<i64>(name, &mut errors),
    };
    let (min, max) = (number("min"), number("max"));
    errors.finish()?;
    let when = form.optional("shown_when").and_then(|text| text.split_once('='));
    Ok(Field {
        key: form.text("key").to_owned(),
        kind: FieldKind::parse(form.text("kind"))?,
        label: texts(form, "label"),
        help: texts(form, "help"),
        required: form.checked("required"),
        min,
        max,
        choices: form.text("choices").lines().filter_map(offer).collect(),
        shown_when: when.map(|(field, is)| ShownWhen {
            field: field.to_owned(),
            is: is.to_owned(),
        }),
    })
}

/// A line of choices: the value, then its words in English and Chinese; the value stands for words that are missing.
fn offer(line: &str) -> Option<Offer> {
    let mut parts = line.split(['|', '｜']).map(str::trim);
    let value = parts.next().filter(|value| !value.is_empty())?;
    let english = parts.next().filter(|words| !words.is_empty()).unwrap_or(value);
    let mut label = Texts::from([("en".to_owned(), english.to_owned())]);
    if let Some(chinese) = parts.next().filter(|words| !words.is_empty()) {
        label.insert("zh-CN".to_owned(), chinese.to_owned());
    }
    Some(Offer {
        value: value.to_owned(),
        label,
    })
}

/// `GET /settings/desk/catalogue/{id}/fields/new`
async fn new(State(app): State<App>, page: Page, Path(id): Path<String>) -> web::Result {
    let of = known(&app, &page, &id).await?;
    let form = FormView::of([
        ("kind", FieldKind::Text.to_string()),
        ("version", of.version.to_string()),
    ]);
    html(view(&app, &page, &of, None, form).await?)
}

fn find<'a>(of: &'a RequestType, key: &str) -> kernel::Result<(usize, &'a Field)> {
    let found = of
        .definition
        .fields
        .iter()
        .enumerate()
        .find(|(_, field)| field.key == key);
    found.ok_or_else(Error::not_found)
}

/// `GET /settings/desk/catalogue/{id}/fields/{key}`
async fn edit(State(app): State<App>, page: Page, Path((id, key)): Path<(String, String)>) -> web::Result {
    let of = known(&app, &page, &id).await?;
    let form = filled(&of, find(&of, &key)?.1);
    html(view(&app, &page, &of, Some(&key), form).await?)
}

/// `POST /settings/desk/catalogue/{id}/fields`
async fn add(State(app): State<App>, page: Page, Path(id): Path<String>, form: FormData) -> web::Result {
    store(&app, &page, (id, None), form).await
}

/// `POST /settings/desk/catalogue/{id}/fields/{key}`
async fn save(
    State(app): State<App>,
    page: Page,
    Path((id, key)): Path<(String, String)>,
    form: FormData,
) -> web::Result {
    store(&app, &page, (id, Some(key)), form).await
}

async fn store(app: &App, page: &Page, (id, key): (String, Option<String>), form: FormData) -> web::Result {
    let of = known(app, page, &id).await?;
    let index = match &key {
        Some(key) => find(&of, key)?.0,
        None => of.definition.fields.len(),
    };
    let (version, wanted_id) = (form.text("version").parse().ok(), id.clone());
    let keeping = keep(app, page, read(&form), move |tx, cx, field| {
        settings::change_part(tx, cx, &wanted_id, version, |definition| {
            match definition.fields.get_mut(index) {
                Some(found) => *found = field.clone(),
                None => definition.fields.push(field.clone()),
            }
            Ok(())
        })
    });
    match keeping.await {
        Ok(_) => saved(page, &format!("{PATH}/{id}")),
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let error = of_part(error, &format!("fields[{index}]."));
            let form = form.refused(&error, page.cx.locale);
            unprocessable(view(app, page, &of, key.as_deref(), form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/desk/catalogue/{id}/fields/{key}/place`: up or down.
async fn place(
    State(app): State<App>,
    page: Page,
    Path((id, key)): Path<(String, String)>,
    form: FormData,
) -> web::Result {
    let (cx, is_up, of) = (page.cx.clone(), form.text("to") == "up", id.clone());
    let moving = app.db.write(move |tx| {
        settings::change_part(tx, &cx, &of, None, |definition| {
            let fields = &mut definition.fields;
            let index = fields
                .iter()
                .position(|field| field.key == key)
                .ok_or_else(Error::not_found)?;
            let other = if is_up {
                index.checked_sub(1)
            } else {
                Some(index + 1)
            };
            if let Some(other) = other.filter(|other| *other < fields.len()) {
                fields.swap(index, other);
            }
            Ok(())
        })
    });
    moving.await?;
    see_other(&format!("{PATH}/{id}#questions"))
}

/// `POST /settings/desk/catalogue/{id}/fields/{key}/removal`: refused while another field depends on it.
async fn remove(State(app): State<App>, page: Page, Path((id, key)): Path<(String, String)>) -> web::Result {
    let (cx, of, gone) = (page.cx.clone(), id.clone(), key.clone());
    let removing = app.db.write(move |tx| {
        settings::change_part(tx, &cx, &of, None, |definition| {
            definition.fields.retain(|field| field.key != gone);
            Ok(())
        })
    });
    match removing.await {
        Ok(_) => saved(&page, &format!("{PATH}/{id}")),
        Err(error) if error.kind() == Kind::Invalid => {
            let of = known(&app, &page, &id).await?;
            let form = filled(&of, find(&of, &key)?.1).refused(&error, page.cx.locale);
            unprocessable(view(&app, &page, &of, Some(&key), form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) fn routes() -> Routes {
    let need = Need::permission(access::SETTINGS);
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .page(get.clone(), "/settings/desk/catalogue/{id}/fields/new", need, new)
        .page(post.clone(), "/settings/desk/catalogue/{id}/fields", need, add)
        .page(get, "/settings/desk/catalogue/{id}/fields/{key}", need, edit)
        .page(
            post.clone(),
            "/settings/desk/catalogue/{id}/fields/{key}",
            need,
            save,
        )
        .page(
            post.clone(),
            "/settings/desk/catalogue/{id}/fields/{key}/place",
            need,
            place,
        )
        .page(
            post,
            "/settings/desk/catalogue/{id}/fields/{key}/removal",
            need,
            remove,
        )
}
