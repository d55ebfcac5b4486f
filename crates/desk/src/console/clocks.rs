//! Clocks as chips, and a clock explained: every span of its time with the reason why it counted or not, and the moment
//! at which it will break.

use askama::Template;
use axum::extract::State;
use kernel::i18n::{InstantStyle, Locale, format_duration, format_instant, format_working_time};
use kernel::time::Timestamp;
use web::{App, Page, Path, Query, Shell, html};

use super::asked::Asked;
use super::wording;
use crate::service_level::clock::{Clock, ClockState};
use crate::service_level::explaining::{Explanation, Part, PartKind};
use crate::service_level::{self, ClockKind};

/// A clock as a chip.
#[derive(Debug, Clone)]
pub(super) struct Chip {
    pub kind: ClockKind,
    /// `running`, `warning`, `paused`, `met`, `breached`: the word in the class.
    pub class: &'static str,
    pub icon: &'static str,
    /// Shown as time from now; none when the clock stands.
    pub deadline: Option<Timestamp>,
    /// Shown instead of a deadline.
    pub words: String,
}

impl Chip {
    pub(super) fn of(clock: &Clock, now: Timestamp, locale: Locale) -> Chip {
        let late = clock.is_late(now);
        let warned = clock.warn_at.is_some_and(|at| at <= now);
        let (class, icon) = match (clock.state, late, warned) {
            (ClockState::Met, ..) => ("met", "check"),
            (ClockState::Breached, ..) | (_, true, _) => ("breached", "triangle-alert"),
            (ClockState::Paused, ..) => ("paused", "pause"),
            (ClockState::Running, _, true) => ("warning", "hourglass"),
            (ClockState::Running, ..) => ("running", "play"),
        };
        let left = (clock.target - clock.elapsed).max(0) / 1000;
        let words = match class {
            "met" => locale.t("desk-page-clock-met"),
            "breached" if !clock.is_alive() => locale.t("desk-page-clock-breached"),
            "paused" => locale.t_with(
                "desk-page-clock-paused",
                &[("left", format_working_time(left, 0, locale).into())],
            ),
            _ => String::new(),
        };
        let deadline = if words.is_empty() { clock.deadline } else { None };
        Chip {
            kind: clock.kind,
            class,
            icon,
            deadline,
            words,
        }
    }

    /// The key of the word for how it stands.
    pub(super) fn state_key(&self) -> String {
        format!("desk-page-clock-state-{}", self.class)
    }

    /// The one that a row of a list shows: of those that still run or stand, the one that is due first.
    pub(super) fn most_urgent(clocks: &[Clock], now: Timestamp, locale: Locale) -> Option<Chip> {
        let alive = clocks.iter().filter(|clock| clock.is_alive());
        let first = alive.min_by_key(|clock| clock.deadline.map_or(i64::MAX, |at| at.millis()))?;
        Some(Chip::of(first, now, locale))
    }
}

/// A span of a clock's time, in words.
struct Span {
    class: &'static str,
    when: String,
    what: String,
    length: String,
    /// For the bar, in a width of 1,000.
    start: i64,
    width: i64,
}

#[derive(Template)]
#[template(path = "console/views/clock.html", blocks = ["explanation"])]
struct Explained {
    shell: Shell,
    back: String,
    chip: Chip,
    promised: String,
    counted: String,
    left: String,
    deadline: Option<Timestamp>,
    zone: Option<String>,
    spans: Vec<Span>,
    dialog: bool,
}

/// `GET /tickets/{number}/clocks/{kind}`
pub(super) async fn explain(
    State(app): State<App>,
    page: Page,
    Path((number, kind)): Path<(i64, String)>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let kind = ClockKind::parse(&kind).map_err(|_| kernel::Error::not_found())?;
    let cx = page.cx.clone();
    let found = app
        .db
        .read(move |tx| service_level::explain(tx, &cx, number, kind))
        .await?;
    let title = format!("#{number} · {}", page.t(kind.text_key()));
    let shell = page.shell(&app, title).await?;
    let view = describe(
        shell,
        &page,
        &found,
        format!("/tickets/{number}{}", asked.beside(asked.queue())),
    );
    if page.partial {
        html(view.as_explanation())
    } else {
        html(view)
    }
}

fn describe(shell: Shell, page: &Page, found: &Explanation, back: String) -> Explained {
    let cx = &page.cx;
    let locale = cx.locale;
    // Round the clock a day has 24 hours; in working time it is as long as the calendar's.
    let working = |millis: i64| match &found.time_zone {
        Some(_) => format_working_time(millis / 1000, found.day / 1000, locale),
        None => format_duration(millis / 1000, locale),
    };
    let clock = &found.clock;
    Explained {
        chip: Chip::of(clock, cx.now(), locale),
        promised: working(clock.target),
        counted: working(found.elapsed),
        left: working((clock.target - found.elapsed).max(0)),
        deadline: clock.deadline,
        zone: found.time_zone.clone(),
        spans: spans(found, cx, &working),
        dialog: page.partial,
        back,
        shell,
    }
}

fn spans(found: &Explanation, cx: &kernel::Cx, working: &dyn Fn(i64) -> String) -> Vec<Span> {
    let locale = cx.locale;
    let start = found.clock.started_at.millis();
    let end = found.parts.last().map_or(start, |part| part.to.millis());
    let whole = (end - start).max(1);
    // Nights and holidays are told in the calendar's zone, where they are; everything else would be puzzling.
    let zone = found.time_zone.as_deref().unwrap_or(&cx.time_zone);
    let one = |part: &Part| {
        let millis = part.to.millis() - part.from.millis();
        let from = format_instant(part.from, locale, zone, InstantStyle::Short);
        let to = format_instant(part.to, locale, zone, InstantStyle::Short);
        Span {
            class: class_of(&part.kind),
            when: format!("{from} – {to}"),
            what: what(&part.kind, locale),
            length: if part.kind.counts() {
                working(millis)
            } else {
                format_duration(millis / 1000, locale)
            },
            start: (part.from.millis() - start) * 1000 / whole,
            width: (millis * 1000 / whole).max(1),
        }
    };
    found.parts.iter().map(one).collect()
}

const fn class_of(kind: &PartKind) -> &'static str {
    match kind {
        PartKind::Running | PartKind::MakeUp(_) => "run",
        PartKind::Paused(_) | PartKind::Awaiting(_) => "pause",
        PartKind::Night | PartKind::Break | PartKind::Weekend | PartKind::Holiday(_) => "closed",
    }
}

fn what(kind: &PartKind, locale: Locale) -> String {
    match kind {
        PartKind::MakeUp(name) | PartKind::Holiday(name) => {
            locale.t_with(kind.text_key(), &[("name", name.clone().into())])
        }
        PartKind::Paused(state) | PartKind::Awaiting(state) => locale.t_with(
            kind.text_key(),
            &[("state", wording::state(*state, locale).into())],
        ),
        PartKind::Running | PartKind::Night | PartKind::Break | PartKind::Weekend => {
            locale.t(kind.text_key())
        }
    }
}
