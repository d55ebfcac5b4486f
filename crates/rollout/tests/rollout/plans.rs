//! What a plan may say.

use proptest::prelude::*;
use rollout::plan::{Budget, Share, Size, Unfit};
use rollout::{Plan, Position};

use crate::house::{ring, share, ten};

#[test]
fn rings_are_cut_from_the_snapshot_in_order() {
    let plan = ten();
    assert_eq!(plan.ends(), [2, 5, 10]);
    let rings: Vec<usize> = (0..10).map(|at| plan.ring_of(Position(at)).unwrap()).collect();
    assert_eq!(rings, [0, 0, 1, 1, 1, 2, 2, 2, 2, 2]);
    assert!(plan.ring_of(Position(10)).is_err());
}

#[test]
fn a_budget_is_the_smaller_of_count_and_share_and_never_rounded_up() {
    let budget = |count, percent| Budget {
        count,
        share: share(percent),
    };
    assert_eq!(budget(5, 10).of(100), 5);
    assert_eq!(budget(50, 10).of(100), 10);
    assert_eq!(budget(5, 10).of(9), 0);
    assert_eq!(budget(5, 100).of(3), 3);
}

#[test]
fn the_blast_radius_is_the_budget_and_what_is_in_flight() {
    let mut plan = ten();
    assert_eq!([0, 1, 2].map(|ring| plan.blast_radius(ring)), [2, 3, 4]);
    plan.in_flight_most = 1;
    assert_eq!([0, 1, 2].map(|ring| plan.blast_radius(ring)), [1, 2, 2]);
}

#[test]
fn a_plan_has_a_canary_first_and_the_rest_last() {
    let with = |change: fn(&mut Plan)| {
        let mut plan = ten();
        change(&mut plan);
        plan.check()
    };
    assert_eq!(ten().check(), Ok(()));
    assert_eq!(with(|plan| plan.targets = 0), Err(Unfit::Targets));
    assert_eq!(with(|plan| drop(plan.rings.drain(..2))), Err(Unfit::Rings));
    assert_eq!(with(|plan| plan.rings.swap(0, 2)), Err(Unfit::Rings));
    assert_eq!(
        with(|plan| plan.rings[1] = ring(Size::Count(0), 0)),
        Err(Unfit::Empty(1))
    );
    assert_eq!(with(|plan| plan.in_flight_most = 0), Err(Unfit::InFlight));
    assert_eq!(with(|plan| plan.tries.roll_back = 0), Err(Unfit::Tries));
    assert_eq!(with(|plan| plan.sample = 26), Err(Unfit::Sample));
    assert_eq!(with(|plan| plan.rings[0].bake = -1), Err(Unfit::Span));
}

#[test]
fn what_a_plan_does_not_know_refuses_it() {
    let text = serde_json::to_string(&ten()).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), ten());
    let more = text.replacen('{', "{\"only_on_mondays\":true,", 1);
    assert!(serde_json::from_str::<Plan>(&more).is_err());
    assert!(serde_json::from_str::<Share>("101").is_err());
}

proptest! {
    #[test]
    fn every_target_has_exactly_one_ring(targets in 1_u32..500, first in 1_u32..40, second in 1_u8..100) {
        let mut plan = ten();
        plan.targets = targets;
        plan.rings[0].size = Size::Count(first);
        plan.rings[1].size = Size::Share(share(second));
        prop_assert_eq!(plan.check(), Ok(()));
        let ends = plan.ends();
        prop_assert!(ends.is_sorted());
        prop_assert_eq!(ends.last(), Some(&targets));
        prop_assert!((0..targets).all(|at| plan.ring_of(Position(at)).is_ok()));
    }
}
