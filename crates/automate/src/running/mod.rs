//! Rules at work: hearing events (`hearing`), looking at what lasts (`hourly`), firing once and within limits
//! (`firing`), doing the actions (`acting`), and the words they say (`words`).

pub mod acting;
pub mod firing;
pub mod hearing;
pub mod hourly;
pub mod limits;
pub mod switching_off;
pub mod words;
