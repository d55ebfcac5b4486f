//! A fleet that does everything a fleet can do to a rollout: devices fail, lose acts in the middle, go away and come back; answers are
//! late, doubled, and in disorder; the driver dies between deciding and doing. Whatever happens, the rules hold.

mod device;
mod ending;
mod watching;
mod world;

use proptest::collection::vec;
use proptest::prelude::*;
use rollout::plan::{Budget, Probing, Ring, Size, Tries, Undo, WayBack};
use rollout::{Gate, Phase, Plan, Resume, State, Status};

use crate::house::{MINUTE, share};
use device::{Luck, Nature};
use world::{Death, Move, World};

fn budget() -> impl Strategy<Value = Budget> {
    (0_u32..4, 30_u8..=100).prop_map(|(count, percent)| Budget {
        count,
        share: share(percent),
    })
}

fn ring(size: impl Strategy<Value = Size>) -> impl Strategy<Value = Ring> {
    let probe = prop_oneof![4 => Just(Probing::Optional), 1 => Just(Probing::Needed)];
    (size, budget(), 0_i64..30, 0_u8..=100, probe).prop_map(|(size, budget, bake, offline, probe)| Ring {
        name: String::new(),
        size,
        budget,
        bake: bake * MINUTE,
        offline: share(offline),
        probe,
    })
}

fn rings() -> impl Strategy<Value = Vec<Ring>> {
    let size = prop_oneof![
        (1_u32..5).prop_map(Size::Count),
        (1_u8..50).prop_map(|percent| Size::Share(share(percent))),
    ];
    (vec(ring(size), 1..4), ring(Just(Size::Rest))).prop_map(|(mut rings, rest)| {
        rings.push(rest);
        rings
    })
}

fn tries() -> impl Strategy<Value = Tries> {
    [1_u8..4, 1..4, 1..4, 1..4, 1..4].prop_map(|[dry_run, check, apply, verify, roll_back]| Tries {
        dry_run,
        check,
        apply,
        verify,
        roll_back,
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let targets = prop_oneof![5 => 1_u32..14, 1 => 26_u32..30];
    let undo = prop_oneof![Just(Undo::Failed), Just(Undo::Ring)];
    let way_back = prop_oneof![6 => Just(WayBack::Scripted), 1 => Just(WayBack::Missing)];
    (
        targets,
        rings(),
        budget(),
        1_u32..6,
        tries(),
        1_u32..4,
        (undo, way_back),
        10_i64..200,
    )
        .prop_map(
            |(targets, rings, budget, in_flight_most, tries, sample, (undo, way_back), offline)| Plan {
                targets,
                rings,
                budget,
                in_flight_most,
                tries,
                sample,
                undo,
                way_back,
                offline_most: offline * MINUTE,
            },
        )
}

/// A fleet on which one command in so many goes wrong in some way.
fn luck(well: u32) -> impl Strategy<Value = Luck> {
    prop_oneof![
        well => Just(Luck::Well),
        1 => Just(Luck::Fails),
        1 => Just(Luck::FailsHalf),
        1 => Just(Luck::LostBefore),
        1 => Just(Luck::LostHalf),
        1 => Just(Luck::LostAfter),
        1 => Just(Luck::Stopped),
        1 => Just(Luck::Refused),
    ]
}

fn a_move(well: u32, quiet: u32) -> impl Strategy<Value = Move> {
    let which = any::<usize>;
    let how = prop_oneof![3 => Just(Resume::GoOn), 1 => Just(Resume::OnlyFailed)];
    let gate = prop_oneof![Just(Gate::DryRun), Just(Gate::WayBack)];
    let death = prop_oneof![Just(Death::BeforeKeeping), Just(Death::BeforeDoing)];
    prop_oneof![
        24 => (which(), luck(well)).prop_map(|(which, luck)| Move::Run(which, luck)),
        24 => which().prop_map(Move::Hear),
        quiet => which().prop_map(Move::AllGoesWell),
        4 => (which(), death).prop_map(|(which, death)| Move::HearAndDie(which, death)),
        4 => which().prop_map(Move::HearAgain),
        2 => which().prop_map(Move::Leave),
        3 => which().prop_map(Move::Return),
        4 => which().prop_map(Move::NotTakenUp),
        4 => (1_i64..40).prop_map(Move::Wait),
        1 => Just(Move::Halt),
        4 => how.prop_map(Move::Resume),
        1 => any::<bool>().prop_map(Move::Probe),
        1 => gate.prop_map(Move::Except),
        2 => Just(Move::Approve),
    ]
}

/// A rough fleet, or a mild one in which rollouts come further.
fn moves(most: usize) -> impl Strategy<Value = Vec<Move>> {
    prop_oneof![vec(a_move(14, 1), 0..most), vec(a_move(60, 6), 0..most)]
}

fn natures() -> impl Strategy<Value = Vec<Nature>> {
    let nature = prop_oneof![
        12 => Just(Nature::Plain),
        2 => Just(Nature::HasIt),
        1 => Just(Nature::HalfHasIt),
        2 => Just(Nature::Ailing),
    ];
    vec(nature, 30)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, max_shrink_iters: 3_000, ..ProptestConfig::default() })]

    /// The rules are watched at every step (see `watching`); then everything is led to its end, and the end is looked at.
    #[test]
    fn whatever_happens_the_rules_hold(
        plan in plan(),
        natures in natures(),
        ring in 0_usize..4,
        cancelled_at in proptest::option::weighted(0.2, 0_usize..200),
        moves in moves(300),
    ) {
        let mut world = World::new(plan, &natures);
        world.start();
        world.lead_into_ring(ring);
        for (at, one) in moves.into_iter().enumerate() {
            if cancelled_at == Some(at) {
                world.make(Move::Cancel);
            }
            world.make(one);
        }
        world.lead_to_the_end();
        prop_assert!(world.state.is_over());
        prop_assert_eq!(world.state.progress().unsettled(), 0);
        world.nothing_moves_any_more();
    }

    /// Heard once or twice, by one process or by many that died: the same events at the same times are the same state.
    #[test]
    fn a_log_that_is_replayed_with_every_event_doubled_ends_the_same(
        plan in plan(),
        natures in natures(),
        moves in moves(150),
    ) {
        let mut world = World::new(plan.clone(), &natures);
        world.start();
        for one in moves {
            world.make(one);
        }
        let mut state = State::new(&plan).unwrap();
        for (now, event) in &world.log {
            for _ in 0..2 {
                // The second time an order is stale, and that is the point.
                drop(rollout::step(&plan, &mut state, *now, event));
            }
        }
        prop_assert_eq!(state, world.state);
    }

    /// Where nothing goes wrong, nothing is left undone and nothing halts.
    #[test]
    fn where_nothing_goes_wrong_every_target_gets_the_change(mut plan in plan(), natures in natures()) {
        plan.way_back = WayBack::Scripted;
        let well = |nature| if nature == Nature::Ailing { Nature::Plain } else { nature };
        let mut natures: Vec<Nature> = natures.into_iter().map(well).collect();
        // Somebody in the canary has to need it, or there is nothing to rehearse on.
        natures[0] = Nature::Plain;
        let mut world = World::new(plan, &natures);
        world.start();
        world.lead_to_the_end();
        prop_assert_eq!(world.state.head().phase, Phase::Done);
        prop_assert_eq!(world.halts, 0);
        let is_good = |status| matches!(status, Status::Succeeded | Status::Compliant);
        prop_assert!(world.state.targets().iter().all(|target| is_good(target.status)));
    }
}
