//! Handing a ticket over by a form: filled with what the ticket and its diagnosis say, evidence to choose, warned about where it
//! seems to hold private data.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use kernel::db::Tx;
use kernel::error::{Errors, Kind};
use web::{
    App, Choice, FormData, FormView, Page, Path, Shell, Tone, html, see_other, unprocessable, with_toast,
};

use crate::package::giving::{self, Giving};
use crate::package::looking::{self, Seen};
use crate::package::picking::{self, Basis, Offer};
use crate::package::privacy::{self, Warning};
use crate::package::{Fault, Severity};
use crate::tracker;

#[derive(Template)]
#[template(path = "package/views/new.html")]
struct New {
    shell: Shell,
    number: i64,
    form: FormView,
    severities: Vec<Choice>,
    teams: Vec<Choice>,
    trackers: Vec<Choice>,
    offers: Vec<Offer>,
    chosen: Vec<String>,
    /// What the words in the fields seem to hold.
    marks: BTreeMap<&'static str, Vec<Warning>>,
}

/// The fields whose words leave the house.
const FIELDS: [&str; 8] = [
    "title",
    "steps",
    "expected",
    "actual",
    "environment",
    "versions",
    "found",
    "tried",
];

impl New {
    fn marks(&self, field: &str) -> &[Warning] {
        self.marks.get(field).map_or(&[], Vec::as_slice)
    }

    fn is_chosen(&self, offer: &Offer) -> bool {
        self.chosen.contains(&offer.source)
    }

    fn size(&self, offer: &Offer) -> String {
        kernel::i18n::format_size(u64::try_from(offer.size).unwrap_or(0), self.shell.cx.locale)
    }
}

/// What the form offers besides the ticket's own.
struct Around {
    basis: Basis,
    teams: Vec<Choice>,
    trackers: Vec<Choice>,
}

async fn around(app: &App, page: &Page, number: i64) -> web::Result<Around> {
    let (cx, nobody) = (page.cx.clone(), page.t("handover-nobody"));
    let read = move |tx: &mut Tx<'_>| {
        let basis = picking::basis(tx, &cx, number)?;
        let mut teams = vec![Choice::new("", nobody.clone())];
        let known = people::team::store::list(tx)?;
        teams.extend(
            known
                .into_iter()
                .map(|team| Choice::new(team.id.to_string(), team.name)),
        );
        let known = tracker::store::list(tx)?;
        let mut trackers = vec![Choice::new("", nobody.clone())];
        trackers.extend(
            known
                .into_iter()
                .filter(|one| one.definition.enabled)
                .map(|one| Choice::new(one.id.to_string(), one.definition.name)),
        );
        Ok(Around {
            basis,
            teams,
            trackers,
        })
    };
    let mut around = app.db.read(read).await?;
    let seen = looking::look(&app.files, &around.basis.offers).await?;
    for offer in &mut around.basis.offers {
        offer.mark(&seen);
    }
    Ok(around)
}

async fn view(
    app: &App,
    page: &Page,
    number: i64,
    sent: Option<(FormView, Vec<String>)>,
) -> web::Result<New> {
    let Around {
        basis,
        teams,
        trackers,
    } = around(app, page, number).await?;
    let (form, chosen) = sent.unwrap_or_else(|| {
        let chosen = basis.offers.iter().filter(|offer| offer.is_chosen);
        (
            filled(&basis.fault),
            chosen.map(|offer| offer.source.clone()).collect(),
        )
    });
    let severities = Severity::ALL.map(|one| Choice::new(one.as_str(), page.t(one.text_key())));
    Ok(New {
        shell: page.shell(app, page.t("handover-new")).await?,
        number,
        marks: FIELDS
            .into_iter()
            .map(|field| (field, privacy::warnings(form.value(field))))
            .collect(),
        form,
        severities: severities.into(),
        teams,
        trackers,
        offers: basis.offers,
        chosen,
    })
}

fn filled(fault: &Fault) -> FormView {
    FormView::of([
        ("title", fault.title.as_str()),
        ("severity", fault.severity.as_str()),
        ("steps", &fault.steps),
        ("expected", &fault.expected),
        ("actual", &fault.actual),
        ("environment", &fault.environment),
        ("found", &fault.found),
        ("tried", &fault.tried),
        ("versions", &fault.versions),
    ])
}

/// `GET /tickets/{number}/handover/new`
pub(super) async fn form(State(app): State<App>, page: Page, Path(number): Path<i64>) -> web::Result {
    html(view(&app, &page, number, None).await?)
}

fn read(form: &FormData, seen: Seen) -> kernel::Result<Giving> {
    let text = |name: &str| form.text(name).to_owned();
    let mut errors = Errors::new();
    let team = form
        .optional("team")
        .and_then(|_| form.parse("team", &mut errors));
    let tracker = form
        .optional("tracker")
        .and_then(|_| form.parse("tracker", &mut errors));
    let severity = giving::severity(form.text("severity")).map_err(|error| errors.absorb(&error));
    errors.finish()?;
    Ok(Giving {
        fault: Fault {
            title: text("title"),
            severity: severity.unwrap_or(Severity::Medium),
            steps: text("steps"),
            expected: text("expected"),
            actual: text("actual"),
            environment: text("environment"),
            found: text("found"),
            tried: text("tried"),
            versions: text("versions"),
        },
        team,
        developer: text("developer"),
        tracker,
        evidence: form.all("evidence").map(str::to_owned).collect(),
        checked: form.checked("checked"),
        seen,
    })
}

/// `POST /tickets/{number}/handover`
pub(super) async fn send(
    State(app): State<App>,
    page: Page,
    Path(number): Path<i64>,
    form: FormData,
) -> web::Result {
    let wanted: Vec<String> = form.all("evidence").map(str::to_owned).collect();
    let seen = looking::at_ticket(&app, &page.cx, number, &wanted).await?;
    let (cx, base) = (page.cx.clone(), app.config.base_url.clone());
    let outcome = match read(&form, seen) {
        Ok(giving) => {
            app.db
                .write(move |tx| giving::hand_over(tx, &cx, number, &giving, &base))
                .await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(package) => {
            let answer = see_other(&format!("/handovers/{}", package.id))?;
            Ok(with_toast(
                answer,
                &page,
                Tone::Success,
                &page.t("handover-handed-over"),
            ))
        }
        Err(error) if matches!(error.kind(), Kind::Invalid | Kind::Conflict) => {
            let sent = (form.refused(&error, page.cx.locale), wanted);
            unprocessable(view(&app, &page, number, Some(sent)).await?)
        }
        Err(error) => Err(error.into()),
    }
}
