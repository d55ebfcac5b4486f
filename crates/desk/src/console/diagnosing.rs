//! The diagnosis on a ticket: the card beside the conversation, the page of its own, and the six answers edited in place.
//!
//! The card is fetched when it is unfolded (at once when something stands in it), so that a ticket page costs no more for
//! it than knowing whether there is anything. Evidence, causes, and risky steps have a file each.

pub(super) mod causes;
pub(super) mod evidence;
pub(super) mod risks;

use askama::Template;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use kernel::i18n::{Locale, format_size};
use kernel::id::UserId;
use web::{App, FormData, FormView, Path, Shell, Tone, html, see_other, unprocessable, with_toast};

use super::acting::OnTicket;
use super::gates;
use super::names::Names;
use crate::diagnosis::{self, Answer, Answering, Cause, Diagnosis, Evidence, Question, RiskyStep};
use crate::verification::Resolution;

/// Everything on the card.
pub(super) struct Card {
    pub number: i64,
    pub beside: String,
    pub may_write: bool,
    pub answers: Vec<AnswerLine>,
    pub evidence: Vec<Piece>,
    pub causes: Vec<(Cause, String)>,
    pub risky_steps: Vec<(RiskyStep, Option<String>)>,
    pub resolution: Option<(Resolution, Option<String>)>,
}

/// One of the six answers, with what somebody is writing there.
pub(super) struct AnswerLine {
    pub answer: Answer,
    pub by: Option<String>,
    /// What was typed and refused, and why.
    pub refused: Option<(String, String)>,
    /// Written just now: the reader's place is here.
    pub is_fresh: bool,
}

/// A piece of evidence.
pub(super) struct Piece {
    pub evidence: Evidence,
    pub by: String,
    pub size: String,
    lines: usize,
}

/// Longer texts are folded.
const LINES_SHOWN: usize = 6;
const LETTERS_SHOWN: i64 = 600;

impl Piece {
    fn of(evidence: Evidence, names: &Names, locale: Locale) -> Piece {
        let by = if evidence.taken_by.is_empty() {
            named(names, evidence.added_by).unwrap_or_default()
        } else {
            evidence.taken_by.clone()
        };
        let size = evidence.file.as_ref().map_or(0, |file| file.size);
        Piece {
            by,
            size: format_size(u64::try_from(size).unwrap_or(0), locale),
            lines: evidence.text.lines().count(),
            evidence,
        }
    }

    /// How many lines of its text the list carries.
    pub(super) fn line_count(&self) -> usize {
        self.lines
    }

    /// Whether its text is folded at first.
    pub(super) fn is_long(&self) -> bool {
        self.lines > LINES_SHOWN || self.evidence.text_length > LETTERS_SHOWN
    }

    /// Whether the list carries only the beginning.
    pub(super) fn is_cut(&self) -> bool {
        self.evidence.text_length > diagnosis::TEXT_SHOWN
    }
}

fn named(names: &Names, person: Option<UserId>) -> Option<String> {
    person.map(|person| names.person(person).name)
}

impl Card {
    fn read(tx: &mut Tx<'_>, cx: &Cx, number: i64, beside: String) -> Result<Card> {
        let found = diagnosis::load(tx, cx, number)?;
        let names = Names::load(tx, &people(&found))?;
        let line = |answer: Answer| AnswerLine {
            by: named(&names, answer.by),
            answer,
            refused: None,
            is_fresh: false,
        };
        Ok(Card {
            number,
            beside,
            may_write: found.may_write,
            answers: found.answers.into_iter().map(line).collect(),
            evidence: found
                .evidence
                .into_iter()
                .map(|one| Piece::of(one, &names, cx.locale))
                .collect(),
            causes: found
                .causes
                .into_iter()
                .map(|one| (one.clone(), named(&names, one.by).unwrap_or_default()))
                .collect(),
            risky_steps: found
                .risky_steps
                .into_iter()
                .map(|one| (one.clone(), named(&names, one.done_by)))
                .collect(),
            resolution: found.resolution.map(|one| (one.clone(), named(&names, one.by))),
        })
    }

    /// The address of something that belongs to the ticket.
    pub(super) fn at(&self, path: &str) -> String {
        format!("/tickets/{}/{path}{}", self.number, self.beside)
    }
}

fn people(found: &Diagnosis) -> Vec<UserId> {
    let answers = found.answers.iter().filter_map(|one| one.by);
    let evidence = found.evidence.iter().filter_map(|one| one.added_by);
    let causes = found.causes.iter().filter_map(|one| one.by);
    let steps = found.risky_steps.iter().filter_map(|one| one.done_by);
    let solution = found.resolution.iter().filter_map(|one| one.by);
    let mut people: Vec<UserId> = answers
        .chain(evidence)
        .chain(causes)
        .chain(steps)
        .chain(solution)
        .collect();
    people.sort_unstable();
    people.dedup();
    people
}

#[derive(Template)]
#[template(path = "console/views/diagnosis_panel.html")]
struct Folded {
    shell: Shell,
    number: i64,
    /// Whether anything stands in it.
    begun: bool,
}

/// The card among those beside the conversation, still folded.
pub(super) fn panel(app: App, cx: Cx, subject: String) -> BoxFuture<'static, Result<Option<String>>> {
    Box::pin(async move {
        let Some(number) = subject.strip_prefix("ticket:").and_then(|text| text.parse().ok()) else {
            return Ok(None);
        };
        let context = cx.clone();
        let read = app.db.read(move |tx| {
            diagnosis::reading::see(tx, &context, number)?;
            diagnosis::store::is_begun(tx, number)
        });
        let begun = match read.await {
            Ok(begun) => begun,
            Err(error) if error.kind() == Kind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let shell = Shell::plain(&cx);
        let folded = Folded { shell, number, begun };
        folded.render().map(Some).map_err(Error::internal)
    })
}

#[derive(Template)]
#[template(path = "console/views/diagnosis_page.html")]
struct Whole {
    shell: Shell,
    card: Card,
}

#[derive(Template)]
#[template(path = "console/views/diagnosis_card.html")]
struct Part {
    shell: Shell,
    card: Card,
}

#[derive(Template)]
#[template(path = "console/views/diagnosis_changed.html")]
struct Changed {
    shell: Shell,
    card: Card,
}

async fn read(on: &OnTicket) -> kernel::Result<Card> {
    let beside = on.beside();
    on.read(move |tx, cx, number| Card::read(tx, cx, number, beside.clone()))
        .await
}

/// `GET /tickets/{number}/diagnosis`: the page of its own.
pub(super) async fn show(on: OnTicket) -> web::Result {
    let card = read(&on).await?;
    let shell = on.page.shell(&on.app, on.page.t("desk-page-diagnosis")).await?;
    html(Whole { shell, card })
}

/// `GET /tickets/{number}/diagnosis/card`: the card alone.
pub(super) async fn card(on: OnTicket) -> web::Result {
    let card = read(&on).await?;
    let shell = on.page.bare(&on.app, "");
    html(Part { shell, card })
}

/// Whether the small forms of a gate's list asked. They keep what stands in them when they are refused; the words are a
/// toast.
fn is_of_gate(on: &OnTicket) -> bool {
    on.page.targets(&format!("gate-{}", on.number))
}

/// The answer after something was written: what a script asked for (the gate of the resolve form, the card), else the page.
async fn answered(on: &OnTicket, done: &str) -> web::Result {
    let page = &on.page;
    let response = if !page.partial {
        see_other(&format!("/tickets/{}/diagnosis{}", on.number, on.beside()))?
    } else if is_of_gate(on) {
        gates::part(on).await?
    } else {
        let card = read(on).await?;
        let shell = page.bare(&on.app, "");
        if page.targets(&format!("diagnosis-{}", on.number)) {
            html(Part { shell, card })?
        } else {
            html(Changed { shell, card })?
        }
    };
    Ok(with_toast(response, page, Tone::Success, &page.t(done)))
}

/// The answer for a form of the diagnosis: what was written, or the form once more.
async fn answered_or_mended<T>(
    on: &OnTicket,
    outcome: Result<T>,
    form: &FormData,
    done: &str,
    show: impl AsyncFnOnce(&OnTicket, FormView) -> web::Result,
) -> web::Result {
    match outcome {
        Ok(_) => answered(on, done).await,
        Err(error) if is_of_gate(on) => Err(error.into()),
        Err(error) => show(on, on.mend(form, error)?).await,
    }
}

#[derive(Template)]
#[template(path = "console/views/diagnosis_answer.html")]
struct AnswerPart {
    shell: Shell,
    card: Card,
    line: AnswerLine,
}

/// `POST /tickets/{number}/diagnosis/{question}`: one answer, edited in place. What somebody else wrote meanwhile is shown
/// beside what was typed; sending it again takes the place of theirs.
pub(super) async fn answer(
    on: OnTicket,
    Path((_, question)): Path<(i64, String)>,
    form: FormData,
) -> web::Result {
    let (app, page) = (&on.app, &on.page);
    let question = Question::parse(&question).map_err(|_| Error::not_found())?;
    let typed = form.text("text").to_owned();
    let answering = Answering::one(question, &typed, form.text("version").parse().ok());
    let written = on
        .run(move |tx, cx, number| diagnosis::answer(tx, cx, number, &answering))
        .await;
    let refused = match written {
        Ok(_) => None,
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let words = error.fields().first().map(|field| field.message(page.cx.locale));
            Some((typed, words.unwrap_or_else(|| error.message(page.cx.locale))))
        }
        Err(error) => return Err(error.into()),
    };
    if refused.is_none() && (!page.partial || is_of_gate(&on)) {
        return answered(&on, "desk-page-saved").await;
    }
    let mut card = read(&on).await?;
    let is_refused = refused.is_some();
    if let Some(line) = card
        .answers
        .iter_mut()
        .find(|line| line.answer.question == question)
    {
        (line.refused, line.is_fresh) = (refused, true);
    }
    if !page.partial {
        let shell = page.shell(app, page.t("desk-page-diagnosis")).await?;
        return unprocessable(Whole { shell, card });
    }
    let place = Question::ALL
        .iter()
        .position(|one| *one == question)
        .unwrap_or_default();
    let line = card.answers.remove(place);
    let shell = page.bare(app, "");
    let part = AnswerPart { shell, card, line };
    if is_refused {
        unprocessable(part)
    } else {
        html(part)
    }
}
