//! Clients that ask one after the other, for a while, and what it took them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::http::{Client, Request};

/// How hard and how long to ask; whichever ends first ends it.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub clients: usize,
    pub most: usize,
    pub time: Duration,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    /// From asking to the last byte of the answer, the shortest first.
    pub took: Vec<Duration>,
    pub elapsed: Duration,
    pub failed: usize,
    /// What the first that failed heard.
    pub failure: Option<String>,
}

impl Sample {
    /// The time within which this share was answered, in milliseconds.
    pub fn quantile(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place in a list"
        )]
        let place = (share * self.took.len() as f64).ceil() as usize;
        let found = self.took.get(place.clamp(1, self.took.len().max(1)) - 1);
        found.map_or(f64::NAN, |took| took.as_secs_f64() * 1_000.0)
    }

    pub fn per_second(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
        let count = self.took.len() as f64;
        count / self.elapsed.as_secs_f64()
    }

    fn join(mut self, other: Self) -> Self {
        self.took.extend(other.took);
        self.failed += other.failed;
        self.failure = self.failure.or(other.failure);
        self
    }
}

/// Asks as hard as that; `request` makes the request of each turn.
pub fn drive(
    address: SocketAddr,
    who: &str,
    effort: Effort,
    request: impl Fn(usize) -> Request + Sync,
) -> Sample {
    let turn = AtomicUsize::new(0);
    let started = Instant::now();
    let one = || {
        let mut client = Client::new(address, who);
        let mut sample = Sample::default();
        while started.elapsed() < effort.time {
            let place = turn.fetch_add(1, Ordering::Relaxed);
            if place >= effort.most {
                break;
            }
            let request = request(place);
            let asked = Instant::now();
            match client.ask(&request) {
                Ok(answer) if answer.status == request.wanted => sample.took.push(asked.elapsed()),
                Ok(answer) => sample.miss(format!(
                    "{} answered {}: {}",
                    request.path,
                    answer.status,
                    answer.beginning()
                )),
                Err(error) => sample.miss(format!("{}: {error}", request.path)),
            }
        }
        sample
    };
    let samples: Vec<Sample> = std::thread::scope(|scope| {
        let clients: Vec<_> = (0..effort.clients).map(|_| scope.spawn(one)).collect();
        clients
            .into_iter()
            .filter_map(|client| client.join().ok())
            .collect()
    });
    let mut all = samples.into_iter().fold(Sample::default(), Sample::join);
    all.elapsed = started.elapsed();
    all.took.sort_unstable();
    all
}

impl Sample {
    fn miss(&mut self, what: String) {
        self.failed += 1;
        self.failure.get_or_insert(what);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_time_that_was_taken() {
        let took: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        let sample = Sample {
            took,
            ..Sample::default()
        };
        assert!((sample.quantile(0.5) - 50.0).abs() < 1e-9);
        assert!((sample.quantile(0.99) - 99.0).abs() < 1e-9);
        assert!(Sample::default().quantile(0.99).is_nan());
    }
}
