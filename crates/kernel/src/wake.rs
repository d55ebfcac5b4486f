//! Wake-ups: "there is a new event", "there is a new job".
//!
//! A wake carries nothing and may be lost or come twice; whoever waits looks into the database and also looks from
//! time to time unasked. The database fires the wakes that a transaction noted after its commit; on PostgreSQL they
//! come from the other nodes too.

use std::time::Duration;

use tokio::sync::watch;

/// What there may be something new of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wake {
    /// The event log grew.
    Events,
    /// A job was enqueued.
    Jobs,
}

impl Wake {
    /// Every wake, for whoever listens to all.
    pub const ALL: [Self; 2] = [Self::Events, Self::Jobs];

    /// The word that travels between nodes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Jobs => "jobs",
        }
    }

    /// Reads [`Wake::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wake| wake.as_str() == text)
    }
}

/// The bells of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Wakes {
    events: watch::Sender<u64>,
    jobs: watch::Sender<u64>,
}

impl Default for Wakes {
    fn default() -> Self {
        Self::new()
    }
}

impl Wakes {
    /// Bells that nobody hears yet.
    pub fn new() -> Self {
        Self {
            events: watch::Sender::new(0),
            jobs: watch::Sender::new(0),
        }
    }

    /// Rings. Never waits.
    pub fn fire(&self, wake: Wake) {
        self.bell(wake)
            .send_modify(|count| *count = count.wrapping_add(1));
    }

    /// Begins to listen: what rings from now on is heard, even when nobody waits at that moment.
    pub fn listen(&self, wake: Wake) -> Listener {
        Listener {
            receiver: self.bell(wake).subscribe(),
        }
    }

    const fn bell(&self, wake: Wake) -> &watch::Sender<u64> {
        match wake {
            Wake::Events => &self.events,
            Wake::Jobs => &self.jobs,
        }
    }
}

/// One listener; rings that came while it was busy are heard once.
#[derive(Debug)]
pub struct Listener {
    receiver: watch::Receiver<u64>,
}

impl Listener {
    /// Waits for a ring, at most this long.
    pub async fn wait(&mut self, at_most: Duration) {
        let rung = tokio::time::timeout(at_most, self.receiver.changed()).await;
        // All bells are gone only when the process ends; waiting the time out keeps a loop from spinning.
        if matches!(rung, Ok(Err(_))) {
            tokio::time::sleep(at_most).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ring_while_nobody_waits_is_heard_once() {
        let wakes = Wakes::new();
        let mut listener = wakes.listen(Wake::Jobs);
        wakes.fire(Wake::Jobs);
        wakes.fire(Wake::Jobs);
        wakes.fire(Wake::Events);
        tokio::time::timeout(Duration::from_secs(5), listener.wait(Duration::from_secs(60)))
            .await
            .unwrap();
        let second =
            tokio::time::timeout(Duration::from_millis(20), listener.wait(Duration::from_secs(60))).await;
        assert!(second.is_err(), "two rings were heard as two");
    }

    #[test]
    fn every_wake_reads_back_what_it_is_called() {
        for wake in Wake::ALL {
            assert_eq!(Wake::parse(wake.as_str()), Some(wake));
        }
        assert_eq!(Wake::parse("mail"), None);
    }
}
