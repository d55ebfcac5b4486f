//! Rings with their bars, and the chips above the targets: all from the counts, no row is counted.

use ::rollout::{Phase, Status};
use kernel::cx::Cx;

use super::{drafting, listing};
use crate::rollout::bar::{self, Part};
use crate::rollout::{Rollout, wording};

/// The words of all statuses, in the order of their chips.
pub(super) const ALL_STATUSES: [&str; 11] = [
    Status::Failed.as_str(),
    Status::RollBackFailed.as_str(),
    Status::Expired.as_str(),
    Status::RolledBack.as_str(),
    "unknown",
    "offline",
    "running",
    Status::Succeeded.as_str(),
    Status::Compliant.as_str(),
    Status::Pending.as_str(),
    Status::Cancelled.as_str(),
];

/// A chip above the targets.
pub(super) struct Chip {
    pub word: &'static str,
    pub text: String,
    pub count: u32,
    pub is_current: bool,
}

/// A ring as the page shows it.
pub(super) struct Ring {
    pub name: String,
    pub size: u32,
    pub parts: Vec<Part>,
    pub counts: String,
    pub harm: String,
    pub worst: String,
    pub is_present: bool,
    pub wants_probe: bool,
    /// For how long it is still only watched.
    pub left: Option<String>,
}

/// A ring as it stands.
pub(super) fn ring(cx: &Cx, rollout: &Rollout, at: usize) -> Ring {
    let locale = cx.locale;
    let counts = rollout.head.counts.get(at).copied().unwrap_or_default();
    let size = counts.all();
    let budget = rollout.plan.rings.get(at).map_or(0, |ring| ring.budget.of(size));
    Ring {
        name: wording::ring_name(rollout, at),
        size,
        parts: bar::parts(&counts),
        counts: bar::words(locale, &counts),
        harm: listing::harm(locale, counts.harm, budget),
        worst: drafting::worst(locale, rollout.plan.blast_radius(at), size),
        is_present: rollout.head.phase == (Phase::Ring { ring: at }),
        wants_probe: wording::wants_probe(rollout, at),
        left: wording::bake_left(rollout, at, cx.now())
            .filter(|left| *left > 0)
            .map(|left| {
                let time = kernel::i18n::format_duration(left, locale);
                locale.t_with("fleet-rollout-bake-left", &[("time", time.into())])
            }),
    }
}

/// The chips above the targets: what there is, from the counts.
pub(super) fn chips(cx: &Cx, rollout: &Rollout, current: &str) -> Vec<Chip> {
    let sum = bar::sum(&rollout.head);
    let count = |word: &str| match word {
        "pending" => sum.pending,
        "offline" => sum.offline,
        "running" => sum.running,
        "unknown" => sum.unknown,
        "compliant" => sum.compliant,
        "succeeded" => sum.succeeded,
        "failed" => sum.failed,
        "rolled_back" => sum.rolled_back,
        "roll_back_failed" => sum.roll_back_failed,
        "expired" => sum.expired,
        _ => sum.cancelled,
    };
    let all = Chip {
        word: "",
        text: cx.locale.t("fleet-rollout-all"),
        count: sum.all(),
        is_current: current.is_empty(),
    };
    let each = ALL_STATUSES.into_iter().map(|word| Chip {
        word,
        text: cx.locale.t(&wording::key("status", word)),
        count: count(word),
        is_current: word == current,
    });
    std::iter::once(all)
        .chain(each.filter(|chip| chip.count > 0 || chip.is_current))
        .collect()
}

#[cfg(test)]
mod tests {
    use ::rollout::Step;

    use super::*;

    #[test]
    fn every_status_has_a_chip() {
        let statuses = [
            Status::Pending,
            Status::Offline { step: Step::Check },
            Status::Running {
                step: Step::Check,
                attempt: 1,
            },
            Status::Unknown { step: Step::Check },
            Status::Compliant,
            Status::Succeeded,
            Status::Failed,
            Status::RolledBack,
            Status::RollBackFailed,
            Status::Expired,
            Status::Cancelled,
        ];
        for status in statuses {
            assert!(ALL_STATUSES.contains(&status.as_str()), "{status:?}");
        }
    }
}
