//! Waiting for what another process does. Inside this process tests move the clock instead.

use std::future::Future;
use std::time::{Duration, Instant};

/// How long anything may take before it is held to be broken.
pub const PATIENCE: Duration = Duration::from_secs(45);
const PAUSE: Duration = Duration::from_millis(50);

/// Asks again and again until there is an answer, and gives how long that took.
///
/// # Panics
/// When patience ends.
pub async fn eventually<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> (T, Duration) {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return (answer, began.elapsed());
        }
        assert!(
            began.elapsed() < PATIENCE,
            "{what} did not happen within {PATIENCE:?}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}
