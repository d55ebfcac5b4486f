//! `/settings/knowledge/import`: hand an export in, watch it come, read what came of it.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::Locale;
use kernel::db::Tx;
use kernel::error::{Error, Kind as ErrorKind, Result};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, html, unprocessable, with_toast,
};
use wiki::Format;

use super::job::{Import, ImportId};
use super::report::{Line, Tally};
use super::{Options, begin, list, load, stop};
use crate::{Kind, MANAGE, space, visibility};

const PATH: &str = "/settings/knowledge/import";
/// Complaints on a page.
const SHOWN: usize = 500;

pub(crate) fn routes() -> Routes {
    let needed = Need::permission(MANAGE);
    Routes::new()
        .page(Method::GET, PATH, needed, overview)
        .page(Method::POST, PATH, needed, start)
        .page(Method::GET, "/settings/knowledge/import/{id}", needed, show)
        .page(
            Method::GET,
            "/settings/knowledge/import/{id}/progress",
            needed,
            progress,
        )
        .page(Method::POST, "/settings/knowledge/import/{id}/end", needed, end)
}

#[derive(Template)]
#[template(path = "importing/views/import.html")]
struct Overview {
    shell: Shell,
    form: FormView,
    formats: Vec<Choice>,
    spaces: Vec<Choice>,
    audiences: Vec<Choice>,
    kinds: Vec<Choice>,
    languages: Vec<Choice>,
    imports: Vec<Import>,
    upload_limit: String,
}

impl Overview {
    fn state(&self, import: &Import) -> String {
        self.shell.t(&format!("knowledge-import-state-{}", import.state))
    }

    fn format(&self, import: &Import) -> String {
        self.shell
            .t(&format!("knowledge-import-format-{}", import.format))
    }

    fn articles(&self, import: &Import) -> u64 {
        import
            .report
            .as_ref()
            .map_or(0, |report| report.pages.here.saturating_sub(report.pages.known))
    }

    fn complaints(&self, import: &Import) -> u64 {
        import.report.as_ref().map_or(0, super::Report::complaint_count)
    }
}

async fn page_of(app: &App, page: &Page, form: FormView) -> web::Result<Overview> {
    let cx = page.cx.clone();
    let locale = cx.locale;
    let read = move |tx: &mut Tx<'_>| Ok((list(tx, &cx)?, space::all(tx)?));
    let (imports, spaces) = app.db.read(read).await?;
    let choices = |words: &[&str], prefix: &str| -> Vec<Choice> {
        words
            .iter()
            .map(|word| Choice::new(*word, page.t(&format!("{prefix}-{word}"))))
            .collect()
    };
    let mut languages = vec![Choice::new("", page.t("knowledge-import-language-told"))];
    languages.extend(Locale::ALL.map(|locale| {
        Choice::new(
            locale.tag(),
            page.t(&format!("knowledge-import-language-{}", locale.tag())),
        )
    }));
    Ok(Overview {
        shell: page.shell(app, page.t("knowledge-import-title")).await?,
        form,
        formats: choices(&Format::ALL.map(Format::as_str), "knowledge-import-format"),
        spaces: spaces
            .iter()
            .map(|space| Choice::new(&space.id, space.title(locale)))
            .collect(),
        audiences: choices(
            &[visibility::STAFF, visibility::EVERYONE, visibility::PUBLIC],
            "knowledge-import-audience",
        ),
        kinds: Kind::ALL
            .iter()
            .map(|kind| Choice::new(kind.as_str(), page.t(kind.text_key())))
            .collect(),
        languages,
        imports,
        upload_limit: kernel::i18n::format_size(app.upload_limit(), locale),
    })
}

/// `GET /settings/knowledge/import`
async fn overview(State(app): State<App>, page: Page) -> web::Result {
    let form = FormView::of([
        ("is_published", "true"),
        ("audience", visibility::STAFF),
        ("kind", Kind::HowTo.as_str()),
    ]);
    html(page_of(&app, &page, form).await?)
}

/// What the form asks for.
fn wanted(form: &FormData) -> Result<(Format, Options)> {
    let malformed = |field: &'static str| Error::invalid("web.form.choice").field(field);
    let format = Format::parse(form.text("format")).ok_or_else(|| malformed("format"))?;
    let options = Options {
        space: form.text("space").to_owned(),
        audience: form
            .all("audience")
            .filter(|term| !term.is_empty())
            .map(str::to_owned)
            .collect(),
        is_published: form.checked("is_published"),
        kind: Kind::parse(form.text("kind")).ok_or_else(|| malformed("kind"))?,
        locale: form.optional("locale").map(str::to_owned),
        name: form.optional("name").map(str::to_owned),
    };
    Ok((format, options))
}

/// `POST /settings/knowledge/import`
async fn start(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let cx = page.cx.clone();
    let file = form
        .files("file")
        .next()
        .filter(|file| file.stored.size > 0)
        .cloned();
    let begun = match (wanted(&form), file) {
        (Ok((format, options)), Some(file)) => {
            app.db
                .write(move |tx| begin(tx, &cx, format, &file.name, &file.stored, &options))
                .await
        }
        (Ok(_), None) => Err(Error::invalid("knowledge.import_file_missing").field("file")),
        (Err(error), _) => Err(error),
    };
    match begun {
        Ok(import) => {
            let response = web::go_to(&page, &format!("{PATH}/{}", import.id))?;
            Ok(with_toast(
                response,
                &page,
                Tone::Success,
                &page.t("knowledge-import-begun"),
            ))
        }
        Err(error) if matches!(error.kind(), ErrorKind::Invalid | ErrorKind::TooLarge) => {
            let form = form.refused(&error, page.cx.locale);
            unprocessable(page_of(&app, &page, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "importing/views/one.html")]
struct One {
    shell: Shell,
    import: Import,
}

#[derive(Template)]
#[template(path = "importing/views/progress.html")]
struct Moving {
    shell: Shell,
    import: Import,
}

/// What both show.
trait Shown {
    fn shell(&self) -> &Shell;
    fn import(&self) -> &Import;

    fn state(&self) -> String {
        self.shell()
            .t(&format!("knowledge-import-state-{}", self.import().state))
    }

    fn percent(&self) -> u64 {
        let progress = self.import().progress.unwrap_or_default();
        (progress.done * 100)
            .checked_div(progress.of)
            .unwrap_or(0)
            .min(100)
    }

    fn so_far(&self) -> String {
        let progress = self.import().progress.unwrap_or_default();
        let locale = self.shell().cx.locale;
        locale.t_with(
            "knowledge-import-so-far",
            &[("done", progress.done.into()), ("of", progress.of.into())],
        )
    }

    fn failure(&self) -> String {
        let code = self.import().failure.as_deref().unwrap_or_default();
        Error::invalid(code)
            .arg("why", "")
            .message(self.shell().cx.locale)
    }

    fn rows(&self) -> Vec<(String, Tally)> {
        let report = self.import().report.clone().unwrap_or_default();
        report
            .rows()
            .into_iter()
            .map(|(key, tally)| (self.shell().t(key), tally))
            .collect()
    }

    fn passed_over(&self) -> Vec<(String, u64)> {
        let report = self.import().report.clone().unwrap_or_default();
        report.passed_over.into_iter().collect()
    }

    fn complaint_count(&self) -> u64 {
        self.import()
            .report
            .as_ref()
            .map_or(0, super::Report::complaint_count)
    }

    /// Pages that stayed out first, then what is only to be looked at.
    fn complaints(&self) -> Vec<Told> {
        let report = self.import().report.clone().unwrap_or_default();
        let mut lines = report.complaints;
        lines.sort_by_key(|line| (!line.refuses_page(), line.what == wiki::What::Template.as_str()));
        let locale = self.shell().cx.locale;
        lines
            .into_iter()
            .take(SHOWN)
            .map(|line| Told {
                words: line.words(locale),
                is_left_out: line.refuses_page(),
                line,
            })
            .collect()
    }

    fn more(&self) -> u64 {
        self.complaint_count().saturating_sub(SHOWN as u64)
    }
}

/// A complaint in words.
struct Told {
    line: Line,
    words: String,
    is_left_out: bool,
}

impl Shown for One {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn import(&self) -> &Import {
        &self.import
    }
}

impl Shown for Moving {
    fn shell(&self) -> &Shell {
        &self.shell
    }

    fn import(&self) -> &Import {
        &self.import
    }
}

async fn read(app: &App, page: &Page, id: ImportId) -> Result<Import> {
    let cx = page.cx.clone();
    app.db.read(move |tx| load(tx, &cx, id)).await
}

/// `GET /settings/knowledge/import/{id}`
async fn show(State(app): State<App>, page: Page, Path(id): Path<ImportId>) -> web::Result {
    let import = read(&app, &page, id).await?;
    let title = page.t("knowledge-import-one");
    html(One {
        shell: page.shell(&app, title).await?,
        import,
    })
}

/// `GET /settings/knowledge/import/{id}/progress`: the part of the page that moves.
async fn progress(State(app): State<App>, page: Page, Path(id): Path<ImportId>) -> web::Result {
    let import = read(&app, &page, id).await?;
    let title = page.t("knowledge-import-one");
    html(Moving {
        shell: page.shell(&app, title).await?,
        import,
    })
}

/// `POST /settings/knowledge/import/{id}/end`
async fn end(State(app): State<App>, page: Page, Path(id): Path<ImportId>) -> web::Result {
    let cx = page.cx.clone();
    app.db.write(move |tx| stop(tx, &cx, id)).await?;
    let response = web::go_to(&page, &format!("{PATH}/{id}"))?;
    Ok(with_toast(
        response,
        &page,
        Tone::Success,
        &page.t("knowledge-import-ended"),
    ))
}

#[cfg(test)]
mod tests {
    use kernel::i18n::{has_key, register};

    use super::*;

    #[test]
    fn keys_that_are_put_together_have_their_texts() {
        register(crate::LOCALES);
        let formats = Format::ALL.map(|format| format!("knowledge-import-format-{}", format.as_str()));
        let states =
            ["waiting", "done", "failed", "stopped"].map(|state| format!("knowledge-import-state-{state}"));
        let audiences = [visibility::STAFF, visibility::EVERYONE, visibility::PUBLIC]
            .map(|term| format!("knowledge-import-audience-{term}"));
        let languages = Locale::ALL.map(|locale| format!("knowledge-import-language-{}", locale.tag()));
        for key in formats
            .into_iter()
            .chain(states)
            .chain(audiences)
            .chain(languages)
        {
            assert!(
                Locale::ALL.into_iter().all(|locale| has_key(locale, &key)),
                "{key}"
            );
        }
    }
}
