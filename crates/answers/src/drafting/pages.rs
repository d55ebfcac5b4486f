//! `/tickets/{number}/draft`: the draft as it would be, each piece of private data that was struck out, and who looked at it.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use knowledge::{Number, space};
use web::{
    App, Choice, FormData, FormView, Need, Page, Path, Routes, Shell, Tone, go_to, html, unprocessable,
    with_toast,
};

use super::Fault;
use super::composing::PARTS;
use super::making::{self, Basis, Made, Wanted};
use super::striking::{self, Struck};
use crate::{USE, beside};

/// Pieces of one draft.
const PIECES_MOST: usize = 500;

/// The routes.
pub(crate) fn routes() -> Routes {
    let need = Need::permission(USE);
    Routes::new()
        .page(Method::GET, "/tickets/{number}/draft", need, show)
        .page(Method::POST, "/tickets/{number}/draft", need, make)
}

#[derive(Template)]
#[template(path = "drafting/views/draft.html")]
struct Draft {
    shell: Shell,
    number: i64,
    spaces: Vec<Choice>,
    drafts: Vec<Number>,
    struck: Vec<Struck>,
    language: String,
    form: FormView,
}

impl Draft {
    fn kind(&self, one: &Struck) -> String {
        striking::word(one.kind, self.shell.cx.locale)
    }

    fn is_kept(&self, one: &Struck) -> bool {
        self.form.has("keep", &one.mark)
    }

    fn rows(field: &str) -> usize {
        if field == "symptom" || field == "solution" {
            8
        } else {
            3
        }
    }
}

/// What the form needs besides the draft.
struct Around {
    basis: Basis,
    spaces: Vec<Choice>,
    drafts: Vec<Number>,
}

fn around(tx: &mut Tx<'_>, cx: &Cx, number: i64) -> Result<Around> {
    let basis = making::basis(tx, cx, number)?;
    let spaces = space::all(tx)?;
    Ok(Around {
        basis,
        spaces: spaces
            .iter()
            .map(|space| Choice::new(&space.id, space.title(cx.locale)))
            .collect(),
        drafts: beside::drafts(tx, number)?,
    })
}

async fn read(app: &App, page: &Page, number: i64) -> Result<Around> {
    let cx = page.cx.clone();
    app.db.read(move |tx| around(tx, &cx, number)).await
}

async fn view(
    app: &App,
    page: &Page,
    around: Around,
    struck: Vec<Struck>,
    form: FormView,
) -> web::Result<Draft> {
    let shell = page.shell(app, page.t("answers-draft-title")).await?;
    Ok(Draft {
        number: around.basis.ticket.number,
        language: page.t(&format!("answers-language-{}", around.basis.locale.tag())),
        spaces: around.spaces,
        drafts: around.drafts,
        shell,
        struck,
        form,
    })
}

fn filled(fault: &Fault, space: &str, keep: &[String], is_checked: bool) -> FormView {
    let mut values: Vec<(&'static str, String)> =
        vec![("title", fault.title.clone()), ("space", space.to_owned())];
    values.extend(PARTS.map(|field| (field, fault.part(field).to_owned())));
    values.push(("checked", is_checked.to_string()));
    values.extend(keep.iter().map(|mark| ("keep", mark.clone())));
    FormView::of(values)
}

/// `GET /tickets/{number}/draft`
async fn show(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    let around = read(&app, &page, number).await?;
    let (basis, mut struck) = (&around.basis, Vec::new());
    let fault = striking::strike(&basis.fault, &basis.known(), basis.locale, &[], &mut struck);
    let wanted = making::usual_space(basis.ticket.category.as_str());
    let form = filled(&fault, wanted, &[], false);
    html(view(&app, &page, around, struck, form).await?)
}

fn wanted(form: &FormData) -> Result<Wanted> {
    let text = |field: &str| form.text(field).replace("\r\n", "\n").trim().to_owned();
    let lists: [Vec<&str>; 3] = ["mark", "piece", "kind"].map(|name| form.all(name).collect());
    let [marks, pieces, kinds] = &lists;
    let malformed = || Error::invalid("web.form.malformed").field("piece");
    if marks.len() != pieces.len() || marks.len() != kinds.len() || marks.len() > PIECES_MOST {
        return Err(malformed());
    }
    let mut struck = Vec::new();
    for ((mark, piece), kind) in marks.iter().zip(pieces).zip(kinds) {
        struck.push(Struck {
            mark: (*mark).to_owned(),
            piece: (*piece).to_owned(),
            kind: striking::kind(kind).ok_or_else(malformed)?,
        });
    }
    Ok(Wanted {
        fault: Fault {
            title: text("title"),
            symptom: text("symptom"),
            environment: text("environment"),
            cause: text("cause"),
            solution: text("solution"),
            verification: text("verification"),
        },
        struck,
        keep: form.all("keep").map(str::to_owned).collect(),
        is_checked: form.checked("checked"),
        space: text("space"),
    })
}

/// `POST /tickets/{number}/draft`
async fn make(State(app): State<App>, page: Page, Path(number): Path<i64>, form: FormData) -> web::Result {
    let wanted = wanted(&form)?;
    let (cx, asked) = (page.cx.clone(), wanted.clone());
    let made = app
        .db
        .write(move |tx| making::make(tx, &cx, number, &asked))
        .await;
    match made {
        Ok(Made::Article(article)) => {
            let response = go_to(&page, &format!("/knowledge/{}", article.number))?;
            Ok(with_toast(
                response,
                &page,
                Tone::Success,
                &page.t("answers-draft-made"),
            ))
        }
        Ok(Made::Look(fault, struck)) => {
            let is_new = struck.len() > wanted.struck.len() || wanted.is_checked;
            let code = if is_new {
                "answers.look_again"
            } else {
                "answers.not_looked"
            };
            let error = Error::invalid(code).field("checked");
            // What was found since has to be looked at as well.
            let form = filled(&fault, &wanted.space, &wanted.keep, false).refused(&error, page.cx.locale);
            let around = read(&app, &page, number).await?;
            unprocessable(view(&app, &page, around, struck, form).await?)
        }
        Err(error) if error.kind() == Kind::Invalid => {
            let form = form.refused(&error, page.cx.locale);
            let around = read(&app, &page, number).await?;
            unprocessable(view(&app, &page, around, wanted.struck, form).await?)
        }
        Err(error) => Err(error.into()),
    }
}
