//! The people of the demo: 200 employees at three sites, twelve technicians on three tiers, their calendars and skills.

use std::collections::BTreeMap;

use desk::neighbours::CALENDAR_SETTING;
use desk::ticket::Category;
use desk::triage::{self, Route};
use kernel::cx::{Credential, Identity};
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use kernel::{Cx, Locale, Result, Timestamp, setting};
use people::calendar::{self, store::Site};
use people::sign_in::password;
use people::team::{self, NewTeam};
use people::user::{self, Profile};
use people::{skill, user::store as users};
use rand::RngExt as _;
use rand::rngs::StdRng;
use worktime::{Definition, chinese_holidays, published_chinese_years};

use super::names::{CHINESE_FAMILY, CHINESE_GIVEN, DEPARTMENTS, LATIN_FAMILY, LATIN_GIVEN};
use super::{PASSWORD, SignIn, system_at};
use crate::house::House;

const EMPLOYEES: usize = 200;
const DOMAIN: &str = "example.test";

/// What the history needs of the department.
pub struct Department {
    pub employees: Vec<Person>,
    pub staff: BTreeMap<UserId, Identity>,
    /// The desk's own hours.
    pub hours: worktime::Calendar,
    pub sign_ins: Vec<SignIn>,
}

/// Somebody who reports.
#[derive(Clone)]
pub struct Person {
    pub identity: Identity,
    pub locale: Locale,
    pub device: String,
}

/// Address, name, role, tier, team, skills: everybody who works in the IT department.
type Colleague = (
    &'static str,
    &'static str,
    &'static str,
    Option<i64>,
    Option<usize>,
    &'static [(&'static str, i64)],
);

const TEAMS: [(&str, i64); 4] = [
    ("服务台 Service Desk", 1),
    ("系统 Systems", 2),
    ("网络 Network", 2),
    ("安全 Security", 3),
];

const COLLEAGUES: [Colleague; 15] = [
    ("admin", "Noor Hadley", "admin", None, None, &[]),
    ("manager", "沈知远", "manager", None, None, &[]),
    ("auditor", "Ottilie Brandt", "auditor", None, None, &[]),
    (
        "l1",
        "林小满",
        "technician",
        Some(1),
        Some(0),
        &[("account", 2), ("software", 2), ("hardware", 1)],
    ),
    (
        "amy",
        "Amy Lindqvist",
        "technician",
        Some(1),
        Some(0),
        &[("account", 2), ("hardware", 2)],
    ),
    (
        "he.qing",
        "何清",
        "technician",
        Some(1),
        Some(0),
        &[("software", 2), ("network", 1)],
    ),
    (
        "marco",
        "Marco Bellini",
        "technician",
        Some(1),
        Some(0),
        &[("hardware", 3), ("software", 1)],
    ),
    (
        "tang.yue",
        "唐悦",
        "technician",
        Some(1),
        Some(0),
        &[("account", 3), ("software", 1)],
    ),
    (
        "petra",
        "Petra Sommer",
        "technician",
        Some(1),
        Some(0),
        &[("software", 2), ("account", 1)],
    ),
    (
        "l2",
        "程立",
        "engineer",
        Some(2),
        Some(1),
        &[("software", 3), ("hardware", 3), ("account", 3)],
    ),
    (
        "dmitri",
        "Dmitri Volkov",
        "engineer",
        Some(2),
        Some(1),
        &[("software", 3), ("account", 2)],
    ),
    (
        "gu.yan",
        "顾言",
        "engineer",
        Some(2),
        Some(2),
        &[("network", 3), ("security", 2)],
    ),
    (
        "soren",
        "Søren Lund",
        "engineer",
        Some(2),
        Some(2),
        &[("network", 3)],
    ),
    (
        "l3",
        "Irene Castellan",
        "engineer",
        Some(3),
        Some(3),
        &[("security", 3), ("network", 3), ("software", 3)],
    ),
    (
        "bai.lu",
        "白露",
        "engineer",
        Some(3),
        Some(3),
        &[("security", 3), ("account", 3)],
    ),
];

/// Makes the department as it was at the start.
///
/// # Errors
/// The database's.
pub async fn make(house: &House, random: &mut StdRng, start: Timestamp) -> Result<Department> {
    let hash = password::hash(PASSWORD.to_owned()).await?;
    let mut employees: Vec<(Profile, String)> = (0..EMPLOYEES).map(|place| employee(random, place)).collect();
    let named = Profile {
        email: format!("employee@{DOMAIN}"),
        name: "叶青".to_owned(),
        locale: "zh-CN".to_owned(),
        ..employees[0].0.clone()
    };
    employees[0].0 = named;
    house
        .kernel
        .db
        .write(move |tx| install(tx, &system_at(start), &employees, &hash))
        .await
}

fn employee(random: &mut StdRng, place: usize) -> (Profile, String) {
    let chinese = place % 10 < 7;
    let (name, address) = if chinese {
        let (family, family_letters) = CHINESE_FAMILY[random.random_range(0..CHINESE_FAMILY.len())];
        let (given, given_letters) = CHINESE_GIVEN[random.random_range(0..CHINESE_GIVEN.len())];
        (
            format!("{family}{given}"),
            format!("{given_letters}.{family_letters}"),
        )
    } else {
        let given = LATIN_GIVEN[random.random_range(0..LATIN_GIVEN.len())];
        let family = LATIN_FAMILY[random.random_range(0..LATIN_FAMILY.len())];
        (
            format!("{given} {family}"),
            format!("{given}.{family}").to_lowercase(),
        )
    };
    let (department, department_chinese) = DEPARTMENTS[random.random_range(0..DEPARTMENTS.len())];
    let site = if chinese {
        ["shanghai", "shanghai", "chengdu"][random.random_range(0..3)]
    } else {
        "berlin"
    };
    let floor = random.random_range(1..9);
    let profile = Profile {
        email: format!("{address}{place}@{DOMAIN}"),
        name,
        locale: if chinese { "zh-CN" } else { "en" }.to_owned(),
        phone: if chinese {
            format!("+86 21 5555 {:04}", 1000 + place)
        } else {
            format!("+49 30 555 {:04}", 1000 + place)
        },
        organisation: "Example Works".to_owned(),
        department: if chinese { department_chinese } else { department }.to_owned(),
        site: site.to_owned(),
        place: if chinese {
            format!("{floor} 楼 {} 区", ["东", "西", "南"][place % 3])
        } else {
            format!("Floor {floor}, {}", ["east", "west", "south"][place % 3])
        },
        roles: vec!["requester".to_owned()],
        ..Profile::default()
    };
    (profile, format!("NB-{:04}", 2000 + place))
}

fn install(tx: &mut Tx<'_>, cx: &Cx, employees: &[(Profile, String)], hash: &str) -> Result<Department> {
    let hours = calendars_and_sites(tx, cx)?;
    let teams = TEAMS
        .iter()
        .map(|(name, tier)| {
            let new = NewTeam {
                name: (*name).to_owned(),
                tier: *tier,
                calendar: hours.0.clone(),
                ..NewTeam::default()
            };
            team::add(tx, cx, &new).map(|team| team.id)
        })
        .collect::<Result<Vec<TeamId>>>()?;
    for name in ["hardware", "software", "network", "account", "security"] {
        skill::save(tx, cx, name, &title(name))?;
    }
    let mut staff = BTreeMap::new();
    for colleague in &COLLEAGUES {
        let identity = add_colleague(tx, cx, colleague, &teams, hash)?;
        staff.insert(identity.user, identity);
    }
    routes(tx, cx, &teams)?;
    let mut people = Vec::new();
    for (profile, device) in employees {
        let added = user::adding::add(tx, cx, profile)?;
        password::store_new(tx, cx, added.id, hash, None)?;
        let identity = identity(tx, &added)?;
        let locale = Locale::parse(&profile.locale).unwrap_or_default();
        people.push(Person {
            identity,
            locale,
            device: device.clone(),
        });
    }
    Ok(Department {
        employees: people,
        staff,
        hours: hours.1,
        sign_ins: sign_ins(),
    })
}

fn title(skill: &str) -> String {
    match skill {
        "hardware" => "硬件 Hardware",
        "software" => "软件 Software",
        "network" => "网络 Network",
        "account" => "账号 Accounts",
        _ => "安全 Security",
    }
    .to_owned()
}

fn calendars_and_sites(tx: &mut Tx<'_>, cx: &Cx) -> Result<(String, worktime::Calendar)> {
    let mut china = Definition::weekdays("Asia/Shanghai", &["08:30-12:00", "13:00-17:30"]);
    let make_up = ["08:30-12:00".to_owned(), "13:00-17:30".to_owned()];
    // Those that ninety days back and a year ahead can touch.
    let years: Vec<i16> = published_chinese_years().collect();
    for year in years.into_iter().rev().take(3) {
        if let Some(plan) = chinese_holidays(year) {
            plan.apply(&mut china, &make_up, |festival| festival.chinese);
        }
    }
    let china_id = calendar::add(tx, cx, "中国办公时间", &china)?.to_string();
    let berlin = Definition::weekdays("Europe/Berlin", &["08:00-17:00"]);
    let berlin_id = calendar::add(tx, cx, "Berlin office hours", &berlin)?.to_string();
    for (id, name, zone, calendar) in [
        ("shanghai", "上海总部", "Asia/Shanghai", &china_id),
        ("chengdu", "成都分公司", "Asia/Shanghai", &china_id),
        ("berlin", "Berlin", "Europe/Berlin", &berlin_id),
    ] {
        let site = Site {
            id: id.to_owned(),
            name: name.to_owned(),
            time_zone: zone.to_owned(),
            calendar: Some(calendar.clone()),
        };
        calendar::store::save_site(tx, &site)?;
    }
    setting::put(tx, cx, CALENDAR_SETTING, &china_id)?;
    let hours = calendar::load(tx, &china_id)?;
    Ok((china_id, hours))
}

fn add_colleague(
    tx: &mut Tx<'_>,
    cx: &Cx,
    colleague: &Colleague,
    teams: &[TeamId],
    hash: &str,
) -> Result<Identity> {
    let (address, name, role, tier, team, skills) = colleague;
    let profile = Profile {
        email: format!("{address}@{DOMAIN}"),
        name: (*name).to_owned(),
        locale: if name.is_ascii() || name.contains('ø') {
            "en"
        } else {
            "zh-CN"
        }
        .to_owned(),
        tier: *tier,
        // Whoever is in a team is led by the manager, who stands before them in the list.
        manager: team.map_or_else(String::new, |_| format!("manager@{DOMAIN}")),
        roles: vec![(*role).to_owned()],
        teams: team.map(|place| teams[place]).into_iter().collect(),
        department: "IT".to_owned(),
        site: if name.is_ascii() || name.contains('ø') {
            "berlin"
        } else {
            "shanghai"
        }
        .to_owned(),
        phone: format!("+86 21 5555 0{:03}", address.len() * 37),
        ..Profile::default()
    };
    let added = user::adding::add(tx, cx, &profile)?;
    password::store_new(tx, cx, added.id, hash, None)?;
    let skills: BTreeMap<String, i64> = skills
        .iter()
        .map(|(skill, level)| ((*skill).to_owned(), *level))
        .collect();
    skill::set_of_user(tx, cx, added.id, &skills)?;
    identity(tx, &added)
}

fn identity(tx: &mut Tx<'_>, added: &user::User) -> Result<Identity> {
    let person = users::load(tx, added.id)?;
    people::identity_of(
        tx,
        &person,
        Credential::Session {
            session: "demo".to_owned(),
            elevated: false,
        },
    )
}

fn routes(tx: &mut Tx<'_>, cx: &Cx, teams: &[TeamId]) -> Result<()> {
    for category in Category::ALL {
        let (team, skill, level, complexity) = match category {
            Category::Hardware => (0, Some("hardware"), 1, 1),
            Category::Software => (0, Some("software"), 1, 2),
            Category::Network => (2, Some("network"), 2, 2),
            Category::Account => (0, Some("account"), 1, 1),
            Category::Security => (3, Some("security"), 2, 3),
            Category::Other => (0, None, 1, 1),
        };
        let route = Route {
            category: *category,
            team: Some(teams[team]),
            skill: skill.map(str::to_owned),
            level,
            complexity,
            automatic: true,
        };
        triage::save_route(tx, cx, &route)?;
    }
    Ok(())
}

fn sign_ins() -> Vec<SignIn> {
    [
        ("l1", "L1 technician, Chinese · 一线"),
        ("amy", "L1 technician, English"),
        ("l2", "L2 engineer · 二线"),
        ("l3", "L3 engineer, English · 三线"),
        ("manager", "support manager · 经理"),
        ("admin", "administrator"),
        ("auditor", "auditor"),
        ("employee", "employee · 员工"),
    ]
    .iter()
    .map(|(address, what)| SignIn {
        email: format!("{address}@{DOMAIN}"),
        what,
    })
    .collect()
}
