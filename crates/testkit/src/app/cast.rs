//! The people of the tests: two who report, and one of every role behind the desk.

use kernel::cx::{Credential, Via};
use kernel::db::Tx;
use kernel::id::{TeamId, UserId};
use kernel::{Cx, Result};
use people::team::{self, NewTeam};
use people::user::{self, Profile};
use server::house::House;

/// Somebody.
#[derive(Clone, Debug)]
pub struct Person {
    /// Identifier.
    pub id: UserId,
    /// Mail address.
    pub email: String,
    /// Name on screen.
    pub name: String,
    /// Built-in role.
    pub role: &'static str,
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct Cast {
    /// Reports things, in Chinese.
    pub li_na: Person,
    /// Reports things too, in English, and has nothing to do with Li Na's.
    pub bruno: Person,
    /// First line, in the service desk.
    pub amy: Person,
    /// Second line, in the systems team.
    pub cheng_li: Person,
    /// Manages the department.
    pub shen: Person,
    /// Administers.
    pub noor: Person,
    /// Audits.
    pub ottilie: Person,
    /// The first line's team.
    pub service_desk: TeamId,
    /// The second line's.
    pub systems: TeamId,
}

impl Cast {
    /// Puts everybody into a fresh installation.
    pub(super) async fn hire(house: &House) -> Self {
        let cx = house.kernel.cx_command();
        house.kernel.db.write(move |tx| hire(tx, &cx)).await.unwrap()
    }

    /// One of each built-in role.
    pub fn by_role(&self, role: &str) -> &Person {
        let all = [
            &self.li_na,
            &self.amy,
            &self.cheng_li,
            &self.shen,
            &self.noor,
            &self.ottilie,
        ];
        all.into_iter()
            .find(|person| person.role == role)
            .unwrap_or_else(|| panic!("nobody is {role}"))
    }
}

fn hire(tx: &mut Tx<'_>, cx: &Cx) -> Result<Cast> {
    let team = |tx: &mut Tx<'_>, name: &str, tier: i64| {
        let new = NewTeam {
            name: name.to_owned(),
            tier,
            ..NewTeam::default()
        };
        team::add(tx, cx, &new).map(|team| team.id)
    };
    let service_desk = team(tx, "服务台 Service Desk", 1)?;
    let systems = team(tx, "系统 Systems", 2)?;
    let mut person =
        |email: &str, name: &str, role: &'static str, tier: Option<i64>, team: Option<TeamId>| {
            let profile = Profile {
                email: format!("{email}@example.test"),
                name: name.to_owned(),
                locale: if name.is_ascii() { "en" } else { "zh-CN" }.to_owned(),
                tier,
                roles: vec![role.to_owned()],
                teams: team.into_iter().collect(),
                ..Profile::default()
            };
            let added = user::adding::add(tx, cx, &profile)?;
            Ok::<_, kernel::Error>(Person {
                id: added.id,
                email: added.email,
                name: added.name,
                role,
            })
        };
    Ok(Cast {
        li_na: person("li.na", "李娜", "requester", None, None)?,
        bruno: person("bruno", "Bruno Keller", "requester", None, None)?,
        amy: person("amy", "Amy Lindqvist", "technician", Some(1), Some(service_desk))?,
        cheng_li: person("cheng.li", "程立", "engineer", Some(2), Some(systems))?,
        shen: person("shen", "沈知远", "manager", None, None)?,
        noor: person("noor", "Noor Hadley", "admin", None, None)?,
        ottilie: person("ottilie", "Ottilie Brandt", "auditor", None, None)?,
        service_desk,
        systems,
    })
}

/// The context of a person who acts by some way.
pub(super) fn acting(tx: &mut Tx<'_>, house: &Cx, person: UserId, via: Via) -> Result<Cx> {
    let person = user::store::load(tx, person)?;
    let credential = Credential::Session {
        session: "test".to_owned(),
        elevated: true,
    };
    Ok(house.acting_as(people::identity_of(tx, &person, credential)?, via))
}
