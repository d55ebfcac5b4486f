//! A file of people: somebody whose address is here already stays as they are.

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Kind, Result};
use people::user::{self, Profile};

use super::draft::NamedTeam;
use super::mapping::{ProfileMap, ValueMap};
use super::naming;
use super::refusal::{Refusal, Summary};
use super::row::{Columns, Row};
use super::template::Template;

/// Takes a batch of rows; what is wrong with one is told and does not hold up the others.
pub fn write(
    tx: &mut Tx,
    cx: &Cx,
    map: &ProfileMap,
    columns: &Columns,
    rows: &[Row],
    dry: bool,
) -> Result<(Summary, Vec<Refusal>)> {
    let mut summary = Summary::default();
    let mut refused = Vec::new();
    for row in rows {
        match one(tx, cx, map, columns, row, dry, &mut summary) {
            Ok(()) => {}
            Err(error) if error.kind() == Kind::Invalid => {
                summary.refused += 1;
                refused.push(Refusal {
                    line: row.line,
                    subject: map.email.fill(columns, row).unwrap_or_default(),
                    field: error
                        .fields()
                        .first()
                        .map_or_else(|| "person".to_owned(), |field| field.field.clone()),
                    value: String::new(),
                    error,
                });
            }
            Err(error) => return Err(error),
        }
    }
    Ok((summary, refused))
}

fn one(
    tx: &mut Tx,
    cx: &Cx,
    map: &ProfileMap,
    columns: &Columns,
    row: &Row,
    dry: bool,
    summary: &mut Summary,
) -> Result<()> {
    if let Some(broken) = row.broken {
        return Err(Error::invalid(broken.code()));
    }
    let text = |template: Option<&Template>| {
        template
            .and_then(|template| template.fill(columns, row))
            .unwrap_or_default()
    };
    let role = word(&map.role, columns, row);
    let mut profile = Profile {
        email: text(Some(&map.email)),
        name: text(Some(&map.name)),
        locale: word(&map.locale, columns, row),
        phone: text(map.phone.as_ref()),
        organisation: text(map.organisation.as_ref()),
        department: text(map.department.as_ref()),
        job_title: text(map.job_title.as_ref()),
        place: text(map.place.as_ref()),
        tier: Some(word(&map.tier, columns, row))
            .filter(|word| !word.is_empty())
            .map(|word| super::mapping::tier(&word).map(|tier| tier.level()))
            .transpose()?,
        roles: vec![if role.is_empty() {
            people::role::REQUESTER.to_owned()
        } else {
            role
        }],
        ..Profile::default()
    };
    profile.check()?;
    people::role::check_known(tx, &profile.roles)?;
    if user::store::find_by_email(tx, &profile.email)?.is_some() {
        summary.known += 1;
        return Ok(());
    }
    if let Some((map, name)) = map
        .team
        .as_ref()
        .and_then(|team| Some((team, team.name.fill(columns, row)?)))
    {
        match people::team::store::find_by_name(tx, &name)? {
            Some(team) => profile.teams.push(team.id),
            None if !map.create => {
                return Err(Error::invalid("desk.import.team_unknown").field("person.team"));
            }
            None => {
                summary.teams_added += 1;
                if !dry {
                    let named = NamedTeam {
                        name,
                        tier: map.tier,
                        create: true,
                    };
                    profile.teams.push(naming::add_team(tx, cx, &named)?);
                }
            }
        }
    }
    if !dry {
        user::adding::add(tx, cx, &profile)?;
    }
    summary.taken += 1;
    summary.people_added += 1;
    Ok(())
}

fn word(map: &ValueMap, columns: &Columns, row: &Row) -> String {
    let text = map.column.as_ref().and_then(|column| row.get(columns, column));
    let word = text.map(|text| map.values.get(text).map_or(text, String::as_str));
    word.or(map.default.as_deref()).unwrap_or_default().to_owned()
}
