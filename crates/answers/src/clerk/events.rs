//! The clerk's events. The subject is `ticket:NUMBER`.

/// It answered: `article`, `confidence` and `threshold` in thousandths [`words`].
pub const ANSWERED: &str = "answers.clerk_answered";
/// What came of it: `article`, `outcome` (`solved`, `refused`, `wrote`, `silent`, `taken`) [`reason`].
pub const SETTLED: &str = "answers.clerk_settled";
/// Somebody set it up anew. Subject `setting:answers.clerk`.
pub const POLICY_SAVED: &str = "answers.clerk_policy_saved";
/// A line of what is missing was given to somebody, drafted, dismissed, or opened again: `did`, `kind`, `article`. Subject
/// `answers.gap:ID` [`reason`].
pub const GAP_CHANGED: &str = "answers.gap_changed";

/// All of them.
pub const ALL: &[&str] = &[ANSWERED, SETTLED, POLICY_SAVED, GAP_CHANGED];
