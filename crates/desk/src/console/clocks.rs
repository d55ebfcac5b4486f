//! Clocks as chips, and a clock explained: every span of its time with the reason why it counted or not, and the moment
//! at which it will break.

use askama::Template;
use kernel::i18n::{InstantStyle, Locale, format_duration, format_instant, format_working_time};
use kernel::time::Timestamp;
use web::{Page, Path, Shell, html};

use super::acting::OnTicket;
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
    /// The first after the deadline: the moment of the break stands before it.
    follows_break: bool,
    /// For the bar, in a width of 1,000.
    fill: &'static str,
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
    /// The deadline as the spans are told: in the calendar's zone.
    breaks: String,
    zone: Option<String>,
    spans: Vec<Span>,
    dialog: bool,
}

impl Explained {
    /// Whether the moment of the break stands among the spans already.
    fn is_broken(&self) -> bool {
        self.spans.iter().any(|span| span.follows_break)
    }
}

/// `GET /tickets/{number}/clocks/{kind}`
pub(super) async fn explain(on: OnTicket, Path((_, kind)): Path<(i64, String)>) -> web::Result {
    let kind = ClockKind::parse(&kind).map_err(|_| kernel::Error::not_found())?;
    let found = on
        .read(move |tx, cx, number| service_level::explain(tx, cx, number, kind))
        .await?;
    let title = format!("#{} · {}", on.number, on.page.t(kind.text_key()));
    let shell = on.page.shell(&on.app, title).await?;
    let back = format!("/tickets/{}{}", on.number, on.beside());
    let view = describe(shell, &on.page, &found, back);
    if on.page.partial {
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
        breaks: clock
            .deadline
            .map(|at| format_instant(at, locale, zone_of(found, cx), InstantStyle::Short))
            .unwrap_or_default(),
        zone: found.time_zone.clone(),
        spans: spans(found, cx, &working),
        dialog: page.partial,
        back,
        shell,
    }
}

/// Nights and holidays are told in the calendar's zone, where they are; everything else would be puzzling.
fn zone_of<'a>(found: &'a Explanation, cx: &'a kernel::Cx) -> &'a str {
    found.time_zone.as_deref().unwrap_or(&cx.time_zone)
}

fn spans(found: &Explanation, cx: &kernel::Cx, working: &dyn Fn(i64) -> String) -> Vec<Span> {
    let locale = cx.locale;
    let start = found.clock.started_at.millis();
    let end = found.parts.last().map_or(start, |part| part.to.millis());
    let whole = (end - start).max(1);
    let zone = zone_of(found, cx);
    let breaks = found.clock.deadline.filter(|at| at.millis() < end);
    let parts = cut_at(&found.parts, breaks);
    let first_late = breaks.and_then(|at| parts.iter().position(|part| part.from >= at));
    let one = |(index, part): (usize, &Part)| {
        let is_late = first_late.is_some_and(|first| index >= first);
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
            follows_break: first_late == Some(index),
            fill: if is_late && part.kind.counts() {
                "late"
            } else {
                class_of(&part.kind)
            },
            start: (part.from.millis() - start) * 1000 / whole,
            width: (millis * 1000 / whole).max(1),
        }
    };
    parts.iter().enumerate().map(one).collect()
}

/// The parts with the one that holds the instant cut in two there.
fn cut_at(parts: &[Part], at: Option<Timestamp>) -> Vec<Part> {
    let Some(at) = at else { return parts.to_vec() };
    let mut cut = Vec::with_capacity(parts.len() + 1);
    for part in parts {
        if part.from < at && at < part.to {
            cut.push(Part {
                to: at,
                ..part.clone()
            });
            cut.push(Part {
                from: at,
                ..part.clone()
            });
        } else {
            cut.push(part.clone());
        }
    }
    cut
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

#[cfg(test)]
mod tests {
    use super::*;

    fn part(from: i64, to: i64) -> Part {
        Part {
            from: Timestamp::from_millis(from),
            to: Timestamp::from_millis(to),
            kind: PartKind::Running,
        }
    }

    #[test]
    fn the_part_in_which_a_promise_breaks_is_cut_there() {
        let parts = [part(0, 10), part(10, 20)];
        let at = |millis| Some(Timestamp::from_millis(millis));
        assert_eq!(cut_at(&parts, at(15)), [part(0, 10), part(10, 15), part(15, 20)]);
        assert_eq!(cut_at(&parts, at(10)), parts);
        assert_eq!(cut_at(&parts, None), parts);
    }
}
