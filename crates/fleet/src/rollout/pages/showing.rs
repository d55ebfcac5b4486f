//! `/rollouts/{id}`: how one stands, what it waits for, its rings, and its targets. Three parts of it follow the rollout live.

use ::rollout::{Phase, Position, Reason, Step};
use askama::Template;
use axum::extract::State;
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::Result;
use protocol::verb::Verb;
use serde::Deserialize;
use web::{App, FormView, Page, Path, Query, Shell, html};

use super::counting::{self, ALL_STATUSES, Chip, Ring};
use super::deciding::{self, Lack, May, Names, Past, halt_of, name_of};
use super::scripting::{self, Named};
use super::target::{self, Row};
use super::{listing, reading};
use crate::CHANGE;
use crate::act::stopping;
use crate::rollout::seeing::{self, Shown};
use crate::rollout::{Rollout, RolloutId, bar, wording};

/// Targets of a page; a live list asks for as many as it shows.
const PIECE: usize = 50;
const ROWS_MOST: usize = 500;

/// What the address asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    status: String,
    after: Option<u32>,
    rows: Option<usize>,
}

impl Wanted {
    /// The status whose targets are wanted.
    fn status(&self) -> Option<&'static str> {
        ALL_STATUSES.into_iter().find(|word| *word == self.status)
    }

    fn limit(&self) -> usize {
        self.rows.unwrap_or(PIECE).clamp(PIECE, ROWS_MOST)
    }
}

struct Read {
    rollout: Rollout,
    steps: Vec<(Step, Verb)>,
    named: Vec<Named>,
    names: Names,
    /// The target that a halt is about.
    culprit: Option<Shown>,
    rows: Vec<Row>,
    last: Option<u32>,
    is_stopped: bool,
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: RolloutId, wanted: &Wanted) -> Result<Read> {
    let rollout = seeing::load(tx, cx, id)?;
    let steps = seeing::steps(tx, id)?;
    let limit = wanted.limit();
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut shown = seeing::targets(tx, cx, id, wanted.status(), wanted.after, most)?;
    let is_more = shown.len() > limit;
    shown.truncate(limit);
    let last = shown
        .last()
        .filter(|_| is_more)
        .map(|last| last.placed.position.0);
    let culprit = match culprit(&rollout) {
        Some(position) => Some(seeing::target(tx, cx, id, position)?),
        None => None,
    };
    Ok(Read {
        named: scripting::named(tx, cx, &steps)?,
        names: deciding::names(tx, &rollout)?,
        rows: target::rows(tx, cx, &rollout, shown)?,
        is_stopped: stopping::is_stopped(tx)?,
        steps,
        culprit,
        last,
        rollout,
    })
}

fn culprit(rollout: &Rollout) -> Option<Position> {
    match halt_of(rollout)?.reason {
        Reason::DryRun { target } | Reason::Rehearsal { target } => Some(target),
        _ => None,
    }
}

/// The target that a halt is about.
struct Culprit {
    href: String,
    name: String,
    notes: Vec<String>,
}

#[derive(Template)]
#[template(
    path = "rollout/views/show.html",
    blocks = ["standing", "rings", "targets", "rows"]
)]
pub(super) struct Show {
    shell: Shell,
    form: FormView,
    rollout: Rollout,
    chip: String,
    tone: &'static str,
    sentence: String,
    reason: Option<String>,
    culprit: Option<Culprit>,
    lacks: Vec<Lack>,
    past: Past,
    rings: Vec<Ring>,
    total: String,
    steps: Vec<Named>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    more: Option<String>,
    status: &'static str,
    is_stopped: bool,
    may: May,
    may_probe: bool,
    may_draft: bool,
}

impl Show {
    /// The address of the live parts: the same page, with the targets that are looked at.
    fn live_url(&self) -> String {
        self.targets_url(self.status)
    }

    fn targets_url(&self, status: &str) -> String {
        if status.is_empty() {
            self.rollout.href()
        } else {
            format!("{}?status={status}", self.rollout.href())
        }
    }

    /// Whether something may change by time alone.
    fn is_moving(&self) -> bool {
        !self.rollout.is_over() && self.rollout.head.phase != Phase::Draft
    }

    /// Whether the form that was refused is this one.
    fn was(&self, which: &str) -> bool {
        self.form.value("which") == which
    }

    /// What was typed into this form before it was refused.
    fn typed(&self, which: &str) -> &str {
        if self.was(which) {
            self.form.value("reason")
        } else {
            ""
        }
    }

    fn limits(&self) -> String {
        let plan = &self.rollout.plan;
        let budget = reading::budget_text(plan.budget);
        self.shell.cx.locale.t_with(
            "fleet-rollout-limits",
            &[
                ("budget", budget.into()),
                ("flight", plan.in_flight_most.into()),
                ("sample", plan.sample.into()),
                ("hours", (plan.offline_most / 3_600_000).into()),
            ],
        )
    }

    fn undo_key(&self) -> &'static str {
        match self.rollout.plan.undo {
            ::rollout::plan::Undo::Failed => "fleet-rollout-undo-is-failed",
            ::rollout::plan::Undo::Ring => "fleet-rollout-undo-is-ring",
        }
    }
}

/// The page as it stands; `form` is the one that was refused, if any.
pub(super) async fn view(
    app: &App,
    page: &Page,
    id: RolloutId,
    wanted: Wanted,
    form: FormView,
) -> web::Result<Show> {
    let (cx, asked) = (page.cx.clone(), wanted.clone());
    let found = app.db.read(move |tx| read(tx, &cx, id, &asked)).await?;
    let shell = page.shell(app, found.rollout.title.clone()).await?;
    Ok(shown(shell, form, found, &wanted))
}

fn shown(shell: Shell, form: FormView, found: Read, wanted: &Wanted) -> Show {
    let (cx, rollout) = (&shell.cx, &found.rollout);
    let (locale, now) = (cx.locale, cx.now());
    let may = May::of(cx, rollout, &found.steps);
    let sum = bar::sum(&rollout.head);
    let status = wanted.status().unwrap_or_default();
    Show {
        chip: wording::chip(locale, rollout),
        tone: wording::standing(&rollout.head).1,
        sentence: wording::sentence(locale, rollout, now),
        reason: halt_of(rollout).map(|halt| {
            let by = match &halt.reason {
                Reason::Person { by, .. } => name_of(&found.names, by),
                _ => String::new(),
            };
            wording::reason(locale, rollout, &halt.reason, &by)
        }),
        culprit: found.culprit.as_ref().map(|shown| culprit_of(cx, rollout, shown)),
        lacks: deciding::lacks(cx, rollout),
        past: Past::of(&shell, rollout, &found.names),
        rings: (0..rollout.plan.rings.len())
            .map(|at| counting::ring(cx, rollout, at))
            .collect(),
        total: listing::harm(locale, sum.harm, rollout.plan.budget.of(rollout.plan.targets)),
        chips: counting::chips(cx, rollout, status),
        more: found.last.map(|last| more(rollout, status, last)),
        status,
        is_stopped: found.is_stopped,
        may_probe: cx.may(CHANGE).is_some(),
        may,
        may_draft: listing::may_draft(cx),
        steps: found.named,
        rows: found.rows,
        rollout: found.rollout,
        form,
        shell,
    }
}

fn culprit_of(cx: &Cx, rollout: &Rollout, shown: &Shown) -> Culprit {
    Culprit {
        href: format!("{}/targets/{}", rollout.href(), shown.placed.position.0),
        name: shown.device.as_ref().map_or_else(
            || cx.locale.t("fleet-rollout-out-of-reach"),
            |device| device.name.clone(),
        ),
        notes: target::notes(cx.locale, &shown.placed.target),
    }
}

fn more(rollout: &Rollout, status: &str, last: u32) -> String {
    let last = last.to_string();
    let mut pairs = vec![("after", last.as_str())];
    if !status.is_empty() {
        pairs.insert(0, ("status", status));
    }
    format!("{}?{}", rollout.href(), web::urlencoded::join(&pairs))
}

/// `GET /rollouts/{id}`
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Path(id): Path<RolloutId>,
    Query(wanted): Query<Wanted>,
) -> web::Result {
    let view = view(&app, &page, id, wanted, FormView::empty()).await?;
    if page.is_live && page.targets("rollout-rings") {
        html(view.as_rings())
    } else if page.is_live && page.targets("rollout-targets") {
        html(view.as_targets())
    } else if page.is_live {
        html(view.as_standing())
    } else if page.partial {
        html(view.as_rows())
    } else {
        html(view)
    }
}

#[cfg(test)]
mod tests {
    use ::rollout::plan::{Plan, WayBack};
    use ::rollout::state::{Exception, Head};
    use ::rollout::{Course, Gate, Halt, Person, State as Machine, Status, Target, Trace};
    use kernel::Locale;
    use kernel::id::UserId;
    use kernel::time::{Clock, Timestamp};

    use super::*;
    use crate::rollout::drafting::Manner;
    use crate::rollout::store::Placed;

    const NOW: i64 = 1_772_445_600_000;

    fn rollout(head: impl FnOnce(&mut Head)) -> Rollout {
        let manner = Manner::default();
        let plan = Plan {
            targets: 40,
            rings: manner.rings,
            budget: manner.budget,
            in_flight_most: manner.in_flight_most,
            tries: manner.tries,
            sample: manner.sample,
            undo: manner.undo,
            way_back: WayBack::Scripted,
            offline_most: manner.offline_most,
        };
        let mut state = Machine::new(&plan).unwrap().head().clone();
        head(&mut state);
        Rollout {
            id: RolloutId::from_parts(1, &[0; 10]),
            ticket: 7,
            title: "Mail <b>client</b>".to_owned(),
            query: "os:debian".to_owned(),
            first: String::new(),
            content: scripting::sample(),
            plan,
            head: state,
            person: UserId::from_parts(1, &[0; 10]),
            person_name: "Noor".to_owned(),
            created_at: Timestamp::from_millis(NOW),
            ended_at: None,
        }
    }

    fn halted(reason: Reason) -> Course {
        Course::Halted(Halt { at: NOW, reason })
    }

    /// One of each sort of page.
    fn heads() -> Vec<Rollout> {
        let by = || Person("nobody".to_owned());
        let text = || "too early".to_owned();
        let ring = Phase::Ring { ring: 0 };
        vec![
            rollout(|_| {}),
            rollout(|head| head.phase = Phase::DryRun),
            rollout(|head| {
                head.phase = Phase::Rehearsal;
                head.exceptions.push(Exception {
                    gate: Gate::DryRun,
                    by: by(),
                    reason: text(),
                    at: NOW,
                });
            }),
            rollout(|head| (head.phase, head.bakes_since) = (ring, Some(NOW - 1_000))),
            rollout(|head| (head.phase, head.course) = (ring, Course::Retrying)),
            rollout(|head| {
                (head.phase, head.course) = (ring, halted(Reason::RingBudget { ring: 0 }));
                head.counts[0].pending -= 2;
                (
                    head.counts[0].failed,
                    head.counts[0].succeeded,
                    head.counts[0].harm,
                ) = (1, 1, 1);
            }),
            rollout(|head| {
                (head.phase, head.course) = (Phase::DryRun, halted(Reason::DryRun { target: Position(0) }));
            }),
            rollout(|head| {
                (head.phase, head.course) = (
                    ring,
                    halted(Reason::Person {
                        by: by(),
                        text: text(),
                    }),
                )
            }),
            rollout(|head| head.phase = Phase::Done),
            rollout(|head| head.phase = Phase::Cancelled),
        ]
    }

    fn target() -> Shown {
        Shown {
            placed: Placed {
                position: Position(0),
                device: crate::device::DeviceId::from_parts(1, &[0; 10]),
                ring: 0,
                target: Target {
                    status: Status::Failed,
                    trace: Trace::Applied,
                    ..Target::default()
                },
            },
            device: None,
        }
    }

    fn page(cx: &Cx, rollout: Rollout) -> String {
        let found = Read {
            culprit: deciding::halt_of(&rollout).map(|_| target()),
            rows: vec![target::row(
                cx.locale,
                &rollout,
                target(),
                &std::collections::BTreeMap::new(),
            )],
            steps: Vec::new(),
            named: Vec::new(),
            names: Names::new(),
            last: Some(0),
            is_stopped: true,
            rollout,
        };
        let view = shown(Shell::plain(cx), FormView::empty(), found, &Wanted::default());
        view.render().unwrap()
    }

    #[test]
    fn each_sort_of_page_is_whole_in_both_languages() {
        kernel::i18n::register(crate::LOCALES);
        let mut cx = Cx::system(Clock::manual(Timestamp::from_millis(NOW)), "test");
        for locale in Locale::ALL {
            cx.locale = locale;
            for one in heads() {
                let name = format!("{locale} {:?} {:?}", one.head.phase, one.head.course);
                let html = page(&cx, one);
                let missing = html.split('⟨').nth(1).filter(|text| text.starts_with("fleet"));
                assert_eq!(missing, None, "{name}");
                assert!(html.contains("Mail &#60;b&#62;client"), "{name}: {html}");
            }
        }
    }

    #[test]
    fn what_is_halted_says_why_and_offers_to_go_on() {
        kernel::i18n::register(crate::LOCALES);
        let cx = Cx::system(Clock::manual(Timestamp::from_millis(NOW)), "test");
        let html = page(&cx, heads().swap_remove(5));
        for part in [
            "/resumption",
            "only_failed",
            "More devices of the ring canary",
            "harm 1 of 0",
        ] {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("/start\""), "{html}");
        let draft = page(&cx, heads().swap_remove(0));
        assert!(
            draft.contains("/start\"") && !draft.contains("/resumption"),
            "{draft}"
        );
    }

    #[test]
    fn a_status_that_nobody_knows_and_a_wild_number_of_rows_do_no_harm() {
        let wanted = Wanted {
            status: "' OR 1=1".to_owned(),
            rows: Some(usize::MAX),
            after: None,
        };
        assert_eq!(wanted.status(), None);
        assert_eq!(wanted.limit(), ROWS_MOST);
        assert_eq!(Wanted::default().limit(), PIECE);
    }
}
