//! The last day of a device as small charts, drawn as SVG on the server. Pure.

use kernel::time::Timestamp;

use crate::device::seeing::Measure;

/// Width and height of a chart in its own measure.
pub const WIDTH: i64 = 288;
/// See [`WIDTH`].
pub const HEIGHT: i64 = 40;
const DAY_MILLIS: i64 = 86_400_000;
/// A longer silence between two measures is a gap, not a line: a little more than two of them.
const GAP_MILLIS: i64 = 11 * 60_000;

/// What a chart shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// How busy the processors were.
    Cpu,
    /// How much memory was in use.
    Memory,
    /// How full the fullest disk was.
    Disk,
    /// The load of the system.
    Load,
}

impl Shows {
    /// In the order of the page.
    pub const ALL: [Self; 4] = [Self::Cpu, Self::Memory, Self::Disk, Self::Load];

    /// The key of its name.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::Cpu => "fleet-chart-cpu",
            Self::Memory => "fleet-chart-memory",
            Self::Disk => "fleet-chart-disk",
            Self::Load => "fleet-chart-load",
        }
    }

    /// The value in thousandths of what is full; the load as hundredths.
    pub fn of(self, measure: &Measure) -> i64 {
        match self {
            Self::Cpu => measure.cpu,
            Self::Memory => {
                let used = i128::from(measure.memory_used) * 1000;
                i64::try_from(used / i128::from(measure.memory_total.max(1))).unwrap_or(0)
            }
            Self::Disk => measure.disk,
            Self::Load => measure.load,
        }
    }

    /// The value as it is read: `12.5 %`, `0.42`.
    pub fn written(self, value: i64) -> String {
        match self {
            Self::Load => format!("{}.{:02}", value / 100, value % 100),
            _ => format!("{}.{} %", value / 10, value % 10),
        }
    }
}

/// A chart, ready to be drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub shows: Shows,
    /// The area under the line, as an SVG path.
    pub path: String,
    /// The latest value.
    pub now: String,
    /// The highest of the day.
    pub most: String,
}

/// The chart of a day that ends now; none without measures.
pub fn draw(shows: Shows, measures: &[Measure], now: Timestamp) -> Option<Chart> {
    let last = measures.last()?;
    let values: Vec<(i64, i64)> = measures
        .iter()
        .map(|measure| (measure.at.millis(), shows.of(measure)))
        .collect();
    let highest = values.iter().map(|(_, value)| *value).max().unwrap_or(0);
    // A share is drawn against the whole, the load against its highest, but never against less than one.
    let top = if shows == Shows::Load {
        highest.max(100)
    } else {
        1000
    };
    let begin = now.millis() - DAY_MILLIS;
    let place = |at: i64| (at - begin).clamp(0, DAY_MILLIS) * WIDTH * 10 / DAY_MILLIS;
    let height = |value: i64| HEIGHT * 10 - (value.clamp(0, top) * HEIGHT * 10 / top);
    let mut path = String::new();
    let mut before: Option<i64> = None;
    for (at, value) in &values {
        let (x, y) = (tenths(place(*at)), tenths(height(*value)));
        let is_going_on = before.is_some_and(|last| at - last <= GAP_MILLIS);
        path.push_str(&match (is_going_on, before) {
            (true, _) => format!("L{x} {y}"),
            (false, Some(_)) => format!("V{HEIGHT}ZM{x} {HEIGHT}V{y}"),
            (false, None) => format!("M{x} {HEIGHT}V{y}"),
        });
        before = Some(*at);
    }
    path.push_str(&format!("h1V{HEIGHT}Z"));
    Some(Chart {
        shows,
        path,
        now: shows.written(shows.of(last)),
        most: shows.written(highest),
    })
}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, value % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(minute: i64, cpu: i64) -> Measure {
        Measure {
            at: Timestamp::from_secs(minute * 60),
            load: 0,
            cpu,
            memory_used: 1,
            memory_total: 2,
            disk: 0,
        }
    }

    #[test]
    fn a_silence_is_a_gap() {
        let measures = [measure(0, 100), measure(5, 200), measure(60, 300)];
        let chart = draw(Shows::Cpu, &measures, Timestamp::from_secs(3600)).unwrap();
        assert_eq!(chart.path.matches('M').count(), 2);
        assert_eq!((chart.now.as_str(), chart.most.as_str()), ("30.0 %", "30.0 %"));
    }

    #[test]
    fn without_measures_there_is_no_chart() {
        assert_eq!(draw(Shows::Cpu, &[], Timestamp::from_secs(0)), None);
    }
}
