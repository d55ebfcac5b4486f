//! Token buckets per key, in the memory of this node.
//!
//! They stop a guesser or a runaway script; they are no quota. N nodes allow N times as much, which is fine for
//! that purpose and costs no shared state.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use data_encoding::HEXLOWER;
use kernel::error::{Error, Result};
use kernel::time::Timestamp;
use sha2::{Digest, Sha256};

/// How many at once, and how many a minute after that.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Names the bucket: the same key under two names is counted apart.
    pub name: &'static str,
    /// So many may come at once.
    pub burst: f64,
    /// So many come back a minute.
    pub per_minute: f64,
}

/// Attempts to sign in to one account.
pub const SIGN_IN: Limit = Limit {
    name: "sign_in",
    burst: 10.0,
    per_minute: 6.0,
};
/// Changes by browsers nobody has signed in to, by address. A whole office may stand behind one address.
pub const ANONYMOUS: Limit = Limit {
    name: "anonymous",
    burst: 120.0,
    per_minute: 120.0,
};
/// Calls of programs that prove themselves to the route they call (`Surface::Machine`), by address. A chat service calls from a few
/// addresses, and when the mail is down a whole house writes to it: what is refused here is lost.
pub const MACHINE: Limit = Limit {
    name: "machine",
    burst: 3_000.0,
    per_minute: 6_000.0,
};
/// Refused bearer tokens, by address.
pub const BAD_TOKEN: Limit = Limit {
    name: "bad_token",
    burst: 30.0,
    per_minute: 30.0,
};
/// Calls of the API by one person or token. High: it exists so that one runaway script cannot starve the others.
pub const API: Limit = Limit {
    name: "api",
    burst: 20_000.0,
    per_minute: 300_000.0,
};

/// More keys than this are not remembered; full buckets are forgotten first.
const KEYS_AT_MOST: usize = 50_000;
/// A mail address and a network address fit; longer keys are kept by their hash.
const KEY_BYTES_AT_MOST: usize = 320;

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// The buckets of this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Rates {
    buckets: Arc<Mutex<HashMap<(&'static str, String), Bucket>>>,
}

impl Rates {
    /// Takes one token.
    ///
    /// # Errors
    /// 429 `web.rate.exceeded` with `seconds` until the next one is free.
    pub fn take(&self, limit: Limit, key: &str, now: Timestamp) -> Result<()> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEYS_AT_MOST {
            // An hour refills every bucket there is, so what is older says nothing any more.
            buckets.retain(|_, bucket| now.since(bucket.at) < 3_600_000);
            if buckets.len() >= KEYS_AT_MOST {
                buckets.clear();
            }
        }
        let fresh = Bucket {
            tokens: limit.burst,
            at: now,
        };
        let bucket = buckets.entry((limit.name, short(key))).or_insert(fresh);
        *bucket = refilled(*bucket, limit, now);
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let seconds = seconds_until_next(bucket.tokens, limit);
        Err(Error::too_many("web.rate.exceeded").arg("seconds", seconds))
    }
}

/// Keys are made of what callers send; a long one must not take its length in memory for an hour.
fn short(key: &str) -> String {
    if key.len() <= KEY_BYTES_AT_MOST {
        key.to_owned()
    } else {
        HEXLOWER.encode(&Sha256::digest(key.as_bytes()))
    }
}

fn refilled(bucket: Bucket, limit: Limit, now: Timestamp) -> Bucket {
    let elapsed = i32::try_from(now.since(bucket.at).clamp(0, 3_600_000)).unwrap_or(0);
    let gained = f64::from(elapsed) * limit.per_minute / 60_000.0;
    Bucket {
        tokens: (bucket.tokens + gained).min(limit.burst),
        at: now,
    }
}

fn seconds_until_next(tokens: f64, limit: Limit) -> i64 {
    let mut seconds = 1;
    let mut gained = tokens + limit.per_minute / 60.0;
    while gained < 1.0 && seconds < 3600 {
        seconds += 1;
        gained += limit.per_minute / 60.0;
    }
    seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guesser_is_stopped_and_may_try_again_later_and_others_are_not_touched() {
        let rates = Rates::default();
        let limit = Limit {
            name: "test",
            burst: 3.0,
            per_minute: 6.0,
        };
        let start = Timestamp::from_secs(1_000);
        for _ in 0..3 {
            rates.take(limit, "10.0.0.1", start).unwrap();
        }
        let refused = rates.take(limit, "10.0.0.1", start).unwrap_err();
        assert_eq!(refused.kind(), kernel::error::Kind::TooMany);
        rates.take(limit, "10.0.0.2", start).unwrap();
        assert!(rates.take(limit, "10.0.0.1", start.add_secs(9)).is_err());
        rates.take(limit, "10.0.0.1", start.add_secs(11)).unwrap();
    }

    #[test]
    fn a_long_key_is_counted_but_not_kept() {
        let rates = Rates::default();
        let limit = Limit {
            name: "test",
            burst: 1.0,
            per_minute: 1.0,
        };
        let (long, now) = ("a".repeat(1_000_000), Timestamp::from_secs(1_000));
        rates.take(limit, &long, now).unwrap();
        assert!(rates.take(limit, &long, now).is_err());
        rates.take(limit, &format!("{long}b"), now).unwrap();
        let kept: usize = rates
            .buckets
            .lock()
            .unwrap()
            .keys()
            .map(|(_, key)| key.len())
            .sum();
        assert!(kept < 1_000, "{kept}");
    }

    #[test]
    fn an_idle_bucket_never_holds_more_than_its_burst() {
        let rates = Rates::default();
        let limit = Limit {
            name: "test",
            burst: 2.0,
            per_minute: 60.0,
        };
        let start = Timestamp::from_secs(1_000);
        rates.take(limit, "a", start).unwrap();
        let later = start.add_secs(86_400);
        rates.take(limit, "a", later).unwrap();
        rates.take(limit, "a", later).unwrap();
        assert!(rates.take(limit, "a", later).is_err());
    }
}
