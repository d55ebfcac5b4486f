//! Learning from tickets: which label a text deserves, and which texts are alike. Pure: no files, no clock, no threads.
//!
//! A [`Corpus`] takes texts in and keeps their features; [`Model::train`] learns labels from it, [`Model::propose`] names
//! the label of a new text with a confidence and the words that decided, [`Model::learn`] takes in one more example
//! without beginning anew. [`likeness`] compares texts, [`cluster`] groups them. Nothing is shipped: a model knows only
//! what it was shown. It deliberately understands no meaning; texts that share no words or syllables are strangers to it.
//!
//! | file | about |
//! |---|---|
//! | `text` | cutting text into words, Chinese and English |
//! | `features` | what of a text is counted: words, pairs of words, pieces of words |
//! | `corpus` | many texts, how rare each feature is |
//! | `classifier` | linear separators, their confidence, their words, their bytes |
//! | `likeness` | nearest texts by the angle between their features |
//! | `cluster` | what repeats |
//! | `measure` | accuracy and macro-F1 |

mod classifier;
mod cluster;
mod corpus;
mod features;
pub mod likeness;
mod measure;
mod shuffle;
mod text;

pub use classifier::{Check, Checked, Damaged, Model, Proposal, TooFew, Weighted};
pub use cluster::{Cluster, clusters};
pub use corpus::{Corpus, Rarity};
pub use measure::{Measured, measure};
pub use shuffle::shuffled;
pub use text::dictionary;
