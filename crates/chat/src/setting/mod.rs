//! How long a silence may be: the one thing about conversations that a department sets.

pub(crate) mod pages;

use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::setting;

use crate::SETTINGS;

/// The name of the setting.
pub const IDLE_MINUTES: &str = "chat.idle_minutes";
/// What holds until somebody says otherwise.
const USUAL: i64 = 15;
/// Below this, nobody can finish a sentence; above, nobody is still there.
const LEAST: i64 = 3;
const MOST: i64 = 240;

/// How long a silence may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A conversation ends after so many minutes without a word.
    pub minutes: i64,
}

impl Patience {
    /// From the warning to the end: a third, so that who sees it has time to write.
    #[must_use]
    pub const fn lead_seconds(self) -> i64 {
        self.minutes * 60 / 3
    }

    /// From the last word to the warning.
    #[must_use]
    pub const fn quiet_seconds(self) -> i64 {
        self.minutes * 60 - self.lead_seconds()
    }
}

/// What holds now.
pub fn patience(tx: &mut Tx<'_>) -> Result<Patience> {
    let minutes = setting::get::<i64>(tx, IDLE_MINUTES)?.unwrap_or(USUAL);
    Ok(Patience { minutes })
}

/// Sets it.
pub fn set(tx: &mut Tx<'_>, cx: &Cx, minutes: Option<i64>) -> Result<Patience> {
    cx.require(SETTINGS)?;
    let minutes = minutes
        .filter(|minutes| (LEAST..=MOST).contains(minutes))
        .ok_or_else(|| {
            Error::invalid("chat.setting.out_of_range")
                .field("idle_minutes")
                .arg("least", LEAST)
                .arg("most", MOST)
        })?;
    setting::put(tx, cx, IDLE_MINUTES, &minutes)?;
    Ok(Patience { minutes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_quarter_of_an_hour_is_ten_minutes_and_a_warning_of_five() {
        let patience = Patience { minutes: USUAL };
        assert_eq!(patience.quiet_seconds(), 600);
        assert_eq!(patience.lead_seconds(), 300);
    }
}
