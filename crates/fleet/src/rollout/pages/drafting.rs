//! `/rollouts/new`: the form of a rollout. It is worked out before it is kept, as often as one likes.

use askama::Template;
use axum::extract::State;
use kernel::Locale;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::i18n::Arg;
use serde::Deserialize;
use web::{App, Choice, FormData, FormView, Page, Query, Shell, html, unprocessable};

use super::reading::{self, Asked};
use super::scripting::{self, Named, Offered};
use super::{PATH, done, mend};
use crate::patch::planning;
use crate::rollout::drafting::{self, Planned};
use crate::rollout::{RolloutId, seeing, store};

/// Names of devices that a preview shows of each ring.
const NAMES: usize = 8;

/// What the address asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct For {
    q: String,
    ticket: String,
    from: Option<RolloutId>,
    /// Approved patches, parted by commas.
    patches: String,
    /// A version of the agent.
    agent: String,
}

/// A plan that was worked out and not kept.
struct Preview {
    count: usize,
    needs_second_person: bool,
    has_way_back: bool,
    rings: Vec<PreviewRing>,
    steps: Vec<Named>,
}

struct PreviewRing {
    name: String,
    size: u32,
    /// The first of its devices.
    first: String,
    /// How many more there are.
    more: u32,
    /// What can go wrong in it at worst, in words.
    worst: String,
}

#[derive(Template)]
#[template(path = "rollout/views/new.html")]
struct New {
    shell: Shell,
    form: FormView,
    rows: usize,
    /// Scripts for the steps that must be, for the verification, for the way back.
    needed: Vec<Choice>,
    verify: Vec<Choice>,
    roll_back: Vec<Choice>,
    has_scripts: bool,
    /// Versions of the agent.
    releases: Vec<Choice>,
    has_releases: bool,
    preview: Option<Preview>,
}

impl New {
    /// The rows for rings, each with its number and how its fields begin; the last is for the rest.
    fn ring_rows(&self) -> Vec<(String, String)> {
        let row = |at: usize| {
            let name = self.shell.w("fleet-rollout-ring-number", "number", at + 1);
            (name, format!("rings.{at}"))
        };
        let rest = (self.shell.t("fleet-rollout-ring-rest"), "rings.rest".to_owned());
        (0..self.rows).map(row).chain(std::iter::once(rest)).collect()
    }

    fn is_rest(&self, row: &str) -> bool {
        row == "rings.rest"
    }

    fn field(&self, row: &str, name: &str) -> String {
        format!("{row}.{name}")
    }

    /// The steps for which a script must be chosen, with their hints.
    fn needed_steps(&self) -> [(&'static str, &'static str, &'static str); 3] {
        [
            (
                "check",
                "fleet-rollout-script-check",
                "fleet-rollout-script-check-hint",
            ),
            (
                "dry_run",
                "fleet-rollout-script-dry-run",
                "fleet-rollout-script-dry-run-hint",
            ),
            (
                "apply",
                "fleet-rollout-script-apply",
                "fleet-rollout-script-apply-hint",
            ),
        ]
    }

    fn tries(&self) -> [(&'static str, &'static str); 5] {
        [
            ("tries_dry_run", "fleet-rollout-step-dry-run"),
            ("tries_check", "fleet-rollout-step-check"),
            ("tries_apply", "fleet-rollout-step-apply"),
            ("tries_verify", "fleet-rollout-step-verify"),
            ("tries_roll_back", "fleet-rollout-step-roll-back"),
        ]
    }

    /// Whether something within the part that is folded away is wrong.
    fn is_more_wrong(&self) -> bool {
        let folded = ["tries", "offline_most", "memory_mb", "cpu_percent", "undo"];
        let tries = self.tries().map(|(name, _)| name);
        folded
            .iter()
            .chain(&tries)
            .any(|name| self.form.error(name).is_some())
    }
}

async fn view(
    app: &App,
    page: &Page,
    form: FormView,
    rows: usize,
    preview: Option<Preview>,
) -> web::Result<New> {
    let cx = page.cx.clone();
    let offered = app.db.read(move |tx| Offered::read(tx, &cx)).await?;
    let shell = page.shell(app, page.t("fleet-rollout-new")).await?;
    Ok(New {
        form,
        rows,
        needed: offered.choices(&shell, "fleet-rollout-script-choose"),
        verify: offered.choices(&shell, "fleet-rollout-script-as-check"),
        roll_back: offered.choices(&shell, "fleet-rollout-script-no-way-back"),
        has_scripts: !offered.is_empty(),
        releases: offered.releases(&shell),
        has_releases: offered.has_releases(),
        preview,
        shell,
    })
}

/// `GET /rollouts/new`
pub(super) async fn new(State(app): State<App>, page: Page, Query(from): Query<For>) -> web::Result {
    let cx = page.cx.clone();
    let mut pairs = match from.from {
        Some(id) => {
            let read = move |tx: &mut Tx<'_>| Ok((seeing::load(tx, &cx, id)?, store::patches_of(tx, id)?));
            let (other, patches) = app.db.read(read).await?;
            let mut pairs = reading::like(&other);
            pairs.push(("patches".to_owned(), planning::written(&patches)));
            pairs
        }
        None if !from.patches.is_empty() => {
            let ids = planning::read(&from.patches)?;
            let begin = app.db.read(move |tx| planning::begin(tx, &cx, &ids)).await?;
            reading::of_patches(page.cx.locale, begin)
        }
        None if !from.agent.is_empty() => reading::of_agent(page.cx.locale, &from.agent),
        None => reading::fresh(page.cx.locale),
    };
    for (name, value) in [("query", from.q), ("ticket", from.ticket)] {
        if !value.is_empty() {
            pairs.retain(|(found, _)| found != name);
            pairs.push((name.to_owned(), value));
        }
    }
    let form = FormData::from_pairs(pairs);
    let rows = reading::rows_of(&form);
    html(view(&app, &page, form.view(), rows, None).await?)
}

/// `POST /rollouts`: works the plan out and shows it, or keeps it.
pub(super) async fn create(State(app): State<App>, page: Page, form: FormData) -> web::Result {
    let rows = reading::rows_of(&form);
    let wanted = match reading::asked(&form, page.cx.locale) {
        Ok(asked) if form.text("do") == "draft" => keep(&app, &page, asked).await.map(Wanted::Kept),
        Ok(asked) => preview(&app, &page, asked).await.map(Wanted::Shown),
        Err(error) => Err(error),
    };
    match wanted {
        Ok(Wanted::Kept(id)) => done(&page, &format!("{PATH}/{id}"), "fleet-rollout-kept"),
        Ok(Wanted::Shown(preview)) => html(view(&app, &page, form.view(), rows, Some(preview)).await?),
        Err(error) => {
            let form = mend(&page, &form, error)?;
            unprocessable(view(&app, &page, form, rows, None).await?)
        }
    }
}

enum Wanted {
    Kept(RolloutId),
    Shown(Preview),
}

async fn keep(app: &App, page: &Page, asked: Asked) -> Result<RolloutId> {
    let (cx, wish) = (page.cx.clone(), asked.wish.clone());
    let write = move |tx: &mut Tx<'_>| drafting::draft(tx, &cx, &wish);
    app.db.write(write).await.map_err(|error| asked.mended(error))
}

async fn preview(app: &App, page: &Page, asked: Asked) -> Result<Preview> {
    let (cx, wish) = (page.cx.clone(), asked.wish.clone());
    let read = move |tx: &mut Tx<'_>| {
        let planned = drafting::plan(tx, &cx, &wish)?;
        worked_out(tx, &cx, &planned)
    };
    app.db.read(read).await.map_err(|error| asked.mended(error))
}

fn worked_out(tx: &mut Tx<'_>, cx: &Cx, planned: &Planned) -> Result<Preview> {
    let plan = &planned.plan;
    let mut begin = 0;
    let mut rings = Vec::with_capacity(plan.rings.len());
    for (at, end) in plan.ends().into_iter().enumerate() {
        let size = end - begin;
        let names: Vec<&str> = planned
            .devices
            .iter()
            .skip(begin as usize)
            .take((size as usize).min(NAMES))
            .map(|device| device.name.as_str())
            .collect();
        rings.push(PreviewRing {
            name: plan
                .rings
                .get(at)
                .map_or_else(String::new, |ring| ring.name.clone()),
            size,
            more: size - u32::try_from(names.len()).unwrap_or(size),
            first: names.join(", "),
            worst: worst(cx.locale, plan.blast_radius(at), size),
        });
        begin = end;
    }
    Ok(Preview {
        count: planned.devices.len(),
        needs_second_person: ::rollout::needs_second_person(plan),
        has_way_back: plan.way_back == ::rollout::plan::WayBack::Scripted,
        rings,
        steps: scripting::named(tx, cx, &planned.steps)?,
    })
}

/// What can go wrong in a ring at worst.
pub(super) fn worst(locale: Locale, count: u32, size: u32) -> String {
    let args = [("count", Arg::from(count)), ("size", size.into())];
    locale.t_with("fleet-rollout-worst", &args)
}

#[cfg(test)]
mod tests {
    use kernel::time::{Clock, Timestamp};

    use super::*;

    fn form(locale: Locale, pairs: Vec<(String, String)>) -> String {
        let mut cx = Cx::system(Clock::manual(Timestamp::from_secs(0)), "test");
        cx.locale = locale;
        let choices = || vec![Choice::new("", "–"), Choice::new("01", "Set the greeting")];
        let form = FormData::from_pairs(pairs);
        let refused = kernel::error::Error::invalid("rollout.plan_ring_empty").field("rings.1.size");
        let view = New {
            shell: Shell::plain(&cx),
            rows: reading::rows_of(&form),
            form: form.refused(&refused, locale),
            needed: choices(),
            verify: choices(),
            roll_back: choices(),
            has_scripts: false,
            releases: choices(),
            has_releases: false,
            preview: Some(Preview {
                count: 40,
                needs_second_person: true,
                has_way_back: false,
                rings: vec![PreviewRing {
                    name: "canary".to_owned(),
                    size: 9,
                    first: "laptop-1, laptop-2".to_owned(),
                    more: 7,
                    worst: worst(locale, 2, 9),
                }],
                steps: vec![Named {
                    step: "check".to_owned(),
                    what: "Set the greeting".to_owned(),
                    href: None,
                }],
            }),
        };
        view.render().unwrap()
    }

    #[test]
    fn the_form_is_whole_in_both_languages_and_says_what_is_wrong_at_its_field() {
        kernel::i18n::register(crate::LOCALES);
        for locale in Locale::ALL {
            let html = form(locale, reading::fresh(locale));
            let missing = html.split('⟨').nth(1).filter(|text| text.starts_with("fleet"));
            assert_eq!(missing, None, "{locale}");
            assert!(html.contains("id=\"rings.1.size-error\""), "{locale}: {html}");
            assert!(html.contains("name=\"rings.4.size\"") && !html.contains("name=\"rings.5.size\""));
            assert!(html.contains("name=\"rings.rest.fails\"") && !html.contains("name=\"rings.rest.size\""));
        }
    }

    #[test]
    fn a_form_has_room_for_as_many_rings_as_there_are() {
        kernel::i18n::register(crate::LOCALES);
        let mut pairs = reading::fresh(Locale::En);
        pairs.push(("rings.6.size".to_owned(), "3".to_owned()));
        assert!(form(Locale::En, pairs).contains("name=\"rings.6.size\""));
    }
}
