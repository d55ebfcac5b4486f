//! `/knowledge/new`: an article is begun with a kind, which brings its headings, or with a template of the department.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use serde::Deserialize;
use web::{
    App, Choice, FormData, FormView, Need, Page, Query, Routes, Shell, html, see_other, unprocessable,
};

use super::{languages, locale_of, mend, spaces};
use crate::reading::{self, Filter, Line};
use crate::writing::{self, Save};
use crate::{Article, Facts, Kind, Number, WRITE, Words, visibility};

/// Templates that are offered.
const TEMPLATES_MOST: usize = 60;

pub(super) fn routes() -> Routes {
    let needed = Need::permission(WRITE);
    Routes::new()
        .page(Method::GET, "/knowledge/new", needed, ask)
        .page(Method::POST, "/knowledge", needed, make)
}

/// Something to begin with.
struct Beginning {
    value: String,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "pages/views/new.html")]
struct New {
    shell: Shell,
    form: FormView,
    kinds: Vec<Beginning>,
    templates: Vec<Beginning>,
    spaces: Vec<Choice>,
    languages: Vec<Choice>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wish {
    space: String,
    title: String,
    template: Option<Number>,
}

async fn view(app: &App, page: &Page, form: FormView) -> web::Result<New> {
    let cx = page.cx.clone();
    let read = move |tx: &mut Tx<'_>| {
        let filter = Filter {
            is_template: true,
            ..Filter::default()
        };
        let templates = reading::list(tx, &cx, &filter, None, TEMPLATES_MOST)?;
        Ok((templates.items, spaces(tx, cx.locale)?))
    };
    let (mut templates, spaces) = app.db.read(read).await?;
    templates.sort_by(|one, other| one.title.cmp(&other.title));
    let kind = |kind: &Kind| Beginning {
        value: format!("kind:{}", kind.as_str()),
        title: page.t(kind.text_key()),
        text: page.t(&format!("knowledge-page-kind-{}-text", kind.as_str())),
    };
    let template = |line: Line| Beginning {
        value: format!("template:{}", line.number),
        title: line.title,
        text: line.summary,
    };
    Ok(New {
        shell: page.shell(app, page.t("knowledge-page-new-title")).await?,
        form,
        kinds: Kind::ALL.iter().map(kind).collect(),
        templates: templates.into_iter().map(template).collect(),
        spaces,
        languages: languages(page),
    })
}

/// `GET /knowledge/new`
async fn ask(State(app): State<App>, page: Page, Query(wish): Query<Wish>) -> web::Result {
    let begin = wish.template.map_or_else(
        || format!("kind:{}", Kind::HowTo.as_str()),
        |number| format!("template:{number}"),
    );
    let form = FormView::of([
        ("title", wish.title),
        ("space", wish.space),
        ("begin", begin),
        ("locale", page.cx.locale.tag().to_owned()),
    ]);
    html(view(&app, &page, form).await?)
}

/// What was chosen to begin with.
enum Begin {
    Kind(Kind),
    Template(Number),
}

fn begin(form: &FormData) -> Result<Begin> {
    let found = match form.text("begin").split_once(':') {
        Some(("kind", word)) => Kind::parse(word).map(Begin::Kind),
        Some(("template", number)) => number.parse().ok().map(Begin::Template),
        _ => None,
    };
    found.ok_or_else(|| Error::invalid("web.form.choice").field("begin"))
}

/// `POST /knowledge`
async fn make(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let locale = locale_of(&page, form.text("locale"));
    let (title, space) = (form.text("title").to_owned(), form.text("space").to_owned());
    let making = match begin(&form) {
        Ok(begin) => {
            let write = move |tx: &mut Tx<'_>| begun(tx, &cx, &begin, locale, &title, &space);
            app.db.write(write).await
        }
        Err(error) => Err(error),
    };
    match making {
        Ok(article) => see_other(&format!(
            "/knowledge/{}/edit?locale={}",
            article.number,
            locale.tag()
        )),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, form).await?)
        }
    }
}

fn begun(
    tx: &mut Tx<'_>,
    cx: &Cx,
    begin: &Begin,
    locale: Locale,
    title: &str,
    space: &str,
) -> Result<Article> {
    match begin {
        Begin::Kind(kind) => {
            let facts = Facts {
                kind: *kind,
                space: space.to_owned(),
                audience: vec![visibility::EVERYONE.to_owned()],
                owner: cx.user_id(),
                ..Facts::default()
            };
            let words = Words {
                title: title.to_owned(),
                body: skeleton(*kind, locale),
                ..Words::default()
            };
            writing::create(tx, cx, &facts, locale, &words)
        }
        Begin::Template(number) => {
            if title.trim().is_empty() {
                return Err(Error::invalid("knowledge.title_missing").field("title"));
            }
            let article = writing::from_template(tx, cx, *number, locale, space)?;
            let (base, step) = reading::open_draft(tx, cx, article.number, locale)?;
            let save = Save {
                words: Words {
                    title: title.to_owned(),
                    ..base.clone()
                },
                base,
                step,
                by_itself: true,
                note: String::new(),
            };
            writing::save(tx, cx, article.number, locale, &save)?;
            Ok(article)
        }
    }
}

/// The headings that an article of a kind has.
fn skeleton(kind: Kind, locale: Locale) -> String {
    let keys: &[&str] = match kind {
        Kind::HowTo => &["before", "steps"],
        Kind::Fault | Kind::KnownError => &["symptom", "environment", "cause", "solution", "verification"],
        Kind::Faq | Kind::Policy => &[],
        Kind::Procedure => &["purpose", "who", "steps", "records"],
        Kind::EmergencyPlan => &["trigger", "first", "roles", "recovery", "contacts"],
        Kind::ReleaseNote => &["new", "mended", "compatibility", "known"],
    };
    let heading = |key: &&str| {
        let words = locale.t(&format!("knowledge-page-section-{key}"));
        let begin = if *key == "steps" || *key == "solution" {
            "1. "
        } else {
            ""
        };
        format!("## {words}\n\n{begin}\n")
    };
    keys.iter().map(heading).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_begins_with_headings_in_both_languages() {
        kernel::i18n::register(crate::LOCALES);
        for locale in Locale::ALL {
            for kind in Kind::ALL {
                let body = skeleton(*kind, locale);
                assert!(!body.contains("knowledge-page"), "{body}");
            }
            assert!(skeleton(Kind::Fault, locale).matches("## ").count() == 5);
        }
    }
}
