//! Whether conditions hold. Pure: `facts` is what is known of a ticket at a moment, `judge` compares; loading the facts
//! is `scene`'s.

pub mod facts;
pub mod judging;
pub mod scene;

pub use facts::{Facts, Value};
pub use judging::{Matched, judge};
