//! Lets everything happen that follows from what was done: subscribers, jobs, the search index.

use kernel::job::{self, State};

use super::TestApp;

/// Rounds after which jobs and events that beget each other are held to be endless.
const ROUNDS: usize = 100;

impl TestApp {
    /// Drains subscribers, jobs, and the search index until nothing is due.
    ///
    /// # Panics
    /// When a job was given up, or it never ends.
    pub async fn settle(&self) {
        let kernel = &self.house.kernel;
        for _ in 0..ROUNDS {
            let heard = self.subscribers.drain(kernel).await.unwrap();
            let done = self.jobs.drain(kernel).await.unwrap();
            if heard + done == 0 {
                web::indexing::catch_up(&self.house.app).await.unwrap();
                return self.no_job_is_dead().await;
            }
        }
        panic!("after {ROUNDS} rounds there are still jobs or events to handle");
    }

    /// Moves the clock and lets happen what falls due.
    pub async fn pass_hours(&self, hours: i64) {
        self.clock.advance_millis(hours * 3_600_000);
        self.settle().await;
    }

    async fn no_job_is_dead(&self) {
        let dead = self
            .read(|tx| job::list(tx, State::Dead, None, 20))
            .await
            .unwrap();
        let told: Vec<String> = dead
            .iter()
            .map(|dead| {
                format!(
                    "{}: {}",
                    dead.job.kind,
                    dead.last_error.as_deref().unwrap_or_default()
                )
            })
            .collect();
        assert!(told.is_empty(), "jobs were given up: {told:#?}");
    }
}
