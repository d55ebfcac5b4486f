//! `mainstay init`: the database, its first administrator, and working hours for the clocks to run by.

use std::process::ExitCode;

use clap::Args;
use desk::neighbours::CALENDAR_SETTING;
use kernel::config::Overrides;
use kernel::setting;
use people::user::{Profile, name_from_email};
use worktime::{Definition, chinese_holidays, published_chinese_years};

use super::{Outcome, Place, Trouble, secret_from_stdin, user};
use crate::house::House;

/// Who administers.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Mail address of the first administrator.
    #[arg(long, value_name = "EMAIL")]
    admin: String,
    /// Name on screen; default: what stands before the @.
    #[arg(long)]
    name: Option<String>,
    /// Time zone of the working hours, such as Asia/Shanghai; default: this machine's.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    password_stdin: bool,
}

/// Runs the command.
///
/// # Errors
/// When there is somebody already, or names the wrong field.
pub async fn run(place: Place, arguments: Arguments) -> Outcome {
    let Arguments {
        admin,
        name,
        time_zone,
        password_stdin: _,
    } = arguments;
    let zone = time_zone.unwrap_or_else(machine_zone);
    let hours = hours(&zone);
    // Before anything is stored: a zone that nobody knows is told of at once.
    worktime::Calendar::new(&hours).map_err(|error| Trouble::from(format!("--time-zone {zone}: {error}")))?;
    let house = House::open(place.config(Overrides::default())?).await?;
    if house.kernel.db.read(people::user::store::exists_any).await? {
        return Err(Trouble::from(
            "this installation has people already; use `mainstay user add`".to_owned(),
        ));
    }
    let name = name.unwrap_or_else(|| name_from_email(&admin));
    let profile = Profile {
        email: admin.clone(),
        name,
        roles: vec!["admin".to_owned()],
        ..Profile::default()
    };
    user::add(&house, profile, Some(secret_from_stdin()?)).await?;
    house.install().await?;
    let cx = house.kernel.cx_command();
    house
        .kernel
        .db
        .write(move |tx| {
            let calendar = people::calendar::add(tx, &cx, "Office hours", &hours)?;
            setting::put(tx, &cx, CALENDAR_SETTING, &calendar.to_string())
        })
        .await?;
    println!(
        "clocks run Monday to Friday {} ({zone}); change it under Settings, Calendars",
        SPANS.join(" and ")
    );
    println!("{admin} administers this installation; start it with `mainstay serve`");
    Ok(ExitCode::SUCCESS)
}

/// The hours of most offices; a department edits them to its own.
const SPANS: [&str; 2] = ["09:00-12:00", "13:00-18:00"];

fn machine_zone() -> String {
    let zone = jiff::tz::TimeZone::system();
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// In China the published holidays and make-up days belong to the hours.
fn hours(zone: &str) -> Definition {
    let mut hours = Definition::weekdays(zone, &SPANS);
    if matches!(zone, "Asia/Shanghai" | "Asia/Chongqing" | "Asia/Harbin" | "PRC") {
        let make_up = SPANS.map(str::to_owned);
        for year in published_chinese_years() {
            if let Some(plan) = chinese_holidays(year) {
                plan.apply(&mut hours, &make_up, |festival| festival.chinese);
            }
        }
    }
    hours
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_china_know_its_holidays_and_make_up_days() {
        let china = worktime::Calendar::new(&hours("Asia/Shanghai")).unwrap();
        // The National Day of 2025 and the Sunday worked instead, at ten in the morning of Shanghai.
        let (holiday, make_up) = (1_759_284_000_000, 1_759_024_800_000);
        assert!(!china.is_open_millis(holiday).unwrap());
        assert!(china.is_open_millis(make_up).unwrap());
        let berlin = worktime::Calendar::new(&hours("Europe/Berlin")).unwrap();
        assert!(berlin.is_open_millis(holiday + 6 * 3_600_000).unwrap());
    }

    #[test]
    fn a_zone_nobody_knows_is_refused() {
        assert!(worktime::Calendar::new(&hours("Mars/Olympus")).is_err());
    }
}
