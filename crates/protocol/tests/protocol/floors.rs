//! A floor is only ever tightened.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use protocol::floor::{Floor, Forbidden, is_below};
use protocol::hours::{Hours, WeekMinute};
use protocol::verb::{Danger, PackageStep, PackageWanted, Verb};

fn hours() -> impl Strategy<Value = Hours> {
    let line = (0_usize..7, 0_usize..7, 0_u32..24, 0_u32..24).prop_filter_map(
        "an empty span",
        |(from, to, one, two)| {
            const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
            (one != two).then(|| format!("{}-{} {one:02}:00-{two:02}:30", DAYS[from], DAYS[to]))
        },
    );
    vec(line, 0..4).prop_map(|lines| Hours::read(&lines).unwrap())
}

fn minute() -> impl Strategy<Value = WeekMinute> {
    (1_u8..8, 0_u8..24, 0_u8..60).prop_map(|(day, hour, minute)| WeekMinute::new(day, hour, minute).unwrap())
}

const FOLDERS: [&str; 6] = [
    "/",
    "/srv",
    "/srv/data",
    "/srv/database",
    "/var/log",
    "/var/log/nginx/",
];
const USERS: [&str; 3] = ["root", "amy", "www-data"];

fn floor() -> impl Strategy<Value = Floor> {
    let some_of = |names: &'static [&'static str]| {
        option::of(proptest::sample::subsequence(names, 0..=names.len()))
            .prop_map(|list| list.map(|list| list.into_iter().map(str::to_owned).collect::<Vec<String>>()))
    };
    let flags = any::<[bool; 11]>();
    (
        flags,
        option::of(hours()),
        some_of(&USERS),
        some_of(&FOLDERS),
        0_u32..10,
    )
        .prop_map(|(flags, hours, run_as, folders, sessions_most)| Floor {
            scripts: flags[0],
            commands: flags[1],
            terminal: flags[2],
            screen: flags[7],
            screen_unasked: flags[8],
            packages: flags[9],
            agent_updates: flags[10],
            files_put: flags[3],
            view_only: flags[4],
            always_ask: flags[5],
            hours,
            run_as,
            folders,
            sessions_most,
            require_recording: flags[6],
        })
}

fn verb() -> impl Strategy<Value = Verb> {
    let path = proptest::sample::select(
        &[
            "/srv/data/a",
            "/srv/database",
            "/var/log/nginx/error.log",
            "/var/log",
            "/etc/shadow",
            "/srv/../etc",
            "C:\\x",
        ][..],
    );
    let user = proptest::sample::select(&["root", "amy", "www-data", "mallory"][..]);
    (0_usize..10, path, user).prop_map(|(kind, path, user)| {
        let (path, run_as) = (path.to_owned(), user.to_owned());
        match kind {
            0 => Verb::HealthCheck,
            1 => Verb::FileGet { path, offset: 0 },
            2 => Verb::FilePut {
                path,
                size: 0,
                sha256: "0".repeat(64),
                offset: 0,
                overwrite: false,
            },
            3 => Verb::LogRead {
                path,
                lines: 10,
                follow: false,
                filter: None,
            },
            4 => Verb::Terminal {
                columns: 80,
                rows: 24,
                run_as,
            },
            5 => {
                let line = "true".to_owned();
                Verb::CommandRun {
                    line,
                    run_as,
                    timeout_seconds: 1,
                    memory_mb: 64,
                    cpu_percent: 100,
                }
            }
            6 => Verb::ProcessStop {
                pid: 100,
                start: 1,
                force: false,
            },
            7 => Verb::Screen {
                control: run_as == "root",
                clipboard: false,
                ask: true,
            },
            8 => package(PackageStep::Apply),
            _ => Verb::FileList { path },
        }
    })
}

fn package(step: PackageStep) -> Verb {
    Verb::Package {
        step,
        rollout: "patches".to_owned(),
        packages: vec![PackageWanted {
            name: "openssl".to_owned(),
            version: "3.0".to_owned(),
        }],
        install: false,
        downgrade: false,
        timeout_seconds: 60,
    }
}

proptest! {
    #[test]
    fn both_floors_together_allow_nothing_that_one_forbids(
        one in floor(), two in floor(), verbs in vec(verb(), 8), at in minute(),
    ) {
        let both = one.tightened(&two);
        for verb in &verbs {
            let allowed = both.allows(verb, at).is_ok();
            prop_assert_eq!(allowed, one.allows(verb, at).is_ok() && two.allows(verb, at).is_ok()
                && both.allows(verb, at).is_ok());
            if one.allows(verb, at).is_err() || two.allows(verb, at).is_err() {
                prop_assert!(!allowed, "{:?}", verb);
            }
        }
        prop_assert!(both.sessions_most <= one.sessions_most.min(two.sessions_most));
        prop_assert!(both.always_ask || !one.always_ask && !two.always_ask);
        prop_assert!(both.require_recording || !one.require_recording && !two.require_recording);
    }

    #[test]
    fn the_order_of_floors_does_not_matter_and_the_open_one_changes_nothing(one in floor(), two in floor()) {
        let (there, back) = (one.tightened(&two), two.tightened(&one));
        prop_assert_eq!(&there.hours, &back.hours);
        prop_assert_eq!(&there.folders, &back.folders);
        prop_assert_eq!(there.sessions_most, back.sessions_most);
        let same = Floor { sessions_most: u32::MAX, ..Floor::open() };
        prop_assert_eq!(one.tightened(&same), one.clone());
    }

    #[test]
    fn hours_are_cut_minute_by_minute_and_survive_being_written(one in hours(), two in hours(), at in minute()) {
        prop_assert_eq!(one.cut(&two).hold(at), one.hold(at) && two.hold(at));
        prop_assert_eq!(Hours::read(&one.lines()).unwrap(), one);
    }

    #[test]
    fn a_floor_survives_being_sent(one in floor()) {
        let json = serde_json::to_string(&one).unwrap();
        prop_assert_eq!(serde_json::from_str::<Floor>(&json).unwrap(), one);
    }

    #[test]
    fn no_path_leads_out_of_a_folder(path in "[/.a-z\\\\ ]{0,30}") {
        let within = is_below(&format!("/srv/open/{path}"), "/srv/open");
        prop_assert_eq!(within, !format!("/{path}/").contains("/../"));
    }
}

#[test]
fn a_floor_nobody_wrote_allows_all_but_scripts_and_a_broken_one_nothing() {
    let at = WeekMinute::new(1, 9, 0).unwrap();
    let floor: Floor = serde_json::from_str("{}").unwrap();
    assert_eq!(floor, Floor::default());
    assert!(!floor.scripts && floor.commands && floor.terminal);
    assert_eq!(
        Floor::closed().allows(&Verb::HealthCheck, at),
        Err(Forbidden::Hours)
    );
    // What is left out where it holds what older sides assume stands in the other one.
    let written = [Floor::closed(), Floor::open()].map(|floor| serde_json::to_value(floor).unwrap());
    let names: BTreeSet<String> = written
        .iter()
        .flat_map(|floor| floor.as_object().unwrap().keys().cloned())
        .collect();
    let mut fields = Floor::FIELDS.map(str::to_owned).to_vec();
    fields.sort_unstable();
    assert_eq!(
        Vec::from_iter(names),
        fields,
        "a field that is not listed could be misspelt in a file unseen"
    );
}

#[test]
fn a_screen_is_asked_for_unless_the_device_itself_says_otherwise() {
    let at = WeekMinute::new(1, 9, 0).unwrap();
    let screen = |control| Verb::Screen {
        control,
        clipboard: false,
        ask: false,
    };
    let floor = Floor::default();
    assert!(floor.screen && !floor.screen_unasked);
    assert_eq!(floor.allows(&screen(true), at), Ok(()));
    // The server's wish for less asking changes nothing.
    assert!(!floor.tightened(&Floor::open()).screen_unasked);
    let looking = Floor {
        view_only: true,
        ..Floor::default()
    };
    assert_eq!(looking.allows(&screen(false), at), Err(Forbidden::Floor));
    let none = Floor {
        screen: false,
        ..Floor::open()
    };
    assert_eq!(none.allows(&screen(false), at), Err(Forbidden::Floor));
}

#[test]
fn a_floor_without_packages_leaves_looking_at_them() {
    let at = WeekMinute::new(1, 9, 0).unwrap();
    let steps = [
        (PackageStep::DryRun, true),
        (PackageStep::Check, true),
        (PackageStep::Apply, false),
        (PackageStep::Verify, true),
        (PackageStep::RollBack, false),
    ];
    let without = Floor {
        packages: false,
        ..Floor::open()
    };
    let looking = Floor {
        view_only: true,
        ..Floor::open()
    };
    for (step, looks) in steps {
        assert_eq!(Floor::default().allows(&package(step), at), Ok(()));
        for floor in [&without, &looking, &Floor::open().tightened(&without)] {
            assert_eq!(floor.allows(&package(step), at).is_ok(), looks, "{step:?}");
        }
    }
}

#[test]
fn a_floor_without_updates_of_the_agent_leaves_looking_at_them() {
    let at = WeekMinute::new(1, 9, 0).unwrap();
    let without = Floor {
        agent_updates: false,
        ..Floor::open()
    };
    for step in crate::golden::updates() {
        let looks = step.danger() == Danger::View;
        assert_eq!(Floor::default().allows(&step, at), Ok(()));
        for floor in [&without, &Floor::open().tightened(&without), &Floor::closed()] {
            let at_all = floor.hours.is_none();
            assert_eq!(floor.allows(&step, at).is_ok(), looks && at_all, "{step:?}");
        }
    }
}

#[test]
fn two_lists_without_a_common_name_leave_nobody_instead_of_anybody() {
    let only = |name: &str| Floor {
        run_as: Some(vec![name.to_owned()]),
        folders: Some(vec![format!("/{name}")]),
        ..Floor::open()
    };
    let both = only("amy").tightened(&only("root"));
    assert_eq!(
        (both.run_as.as_deref(), both.folders.as_deref()),
        (Some(&[][..]), Some(&[][..]))
    );
    assert!(!both.allows_user("amy") && !both.allows_path("/amy/x"));
}

#[test]
fn folders_are_compared_part_by_part() {
    assert!(is_below("/srv/data/x", "/srv/data/"));
    assert!(!is_below("/srv/database", "/srv/data"));
    assert!(!is_below("/srv/data/../../etc/shadow", "/srv/data"));
    assert!(!is_below("srv/data", "/srv") && !is_below("/srv", "srv"));
    assert!(is_below("c:\\Temp\\A", "C:/temp") && !is_below("C:\\Temp\\.. \\Windows", "C:\\Temp"));
    assert!(!is_below("\\\\?\\C:\\Temp", "C:\\Temp"));
    assert!(!Floor::open().allows_log("/etc/shadow") && Floor::open().allows_log("/var/log/syslog"));
}

#[test]
fn hours_run_over_midnight_and_over_the_end_of_the_week() {
    let night = Hours::read(&["sun 22:00-06:00"]).unwrap();
    let at = |day, hour| WeekMinute::new(day, hour, 0).unwrap();
    assert!(night.hold(at(7, 23)) && night.hold(at(1, 5)) && !night.hold(at(1, 6)) && !night.hold(at(7, 5)));
    assert_eq!(night.lines(), ["mon 00:00-06:00", "sun 22:00-24:00"]);
    assert!(Hours::read(&["fri-mon 00:00-24:00"]).unwrap().hold(at(7, 12)));
    for wrong in [
        "mon",
        "mon 8-12",
        "mon 08:00-08:00",
        "mon 24:00-02:00",
        "day 08:00-09:00",
        "mon 08:00-25:00",
        "mon +8:00-09:00",
    ] {
        assert!(Hours::read(&[wrong]).is_err(), "{wrong}");
    }
}
