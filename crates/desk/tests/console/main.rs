//! The technician's console through the router: who gets in, what a refused form keeps, what a page costs.
#![expect(clippy::unwrap_used, reason = "fixtures stop the test they belong to")]

mod acting;
mod calling;
mod cost;
mod diagnosing;
mod figures;
mod gating;
mod hand;
mod house;
mod many;
mod refusals;
mod ringing;
mod secrecy;
mod settings;
mod suggestions;
mod texts;
mod together;
mod views;
mod words;
