//! What comes from the services: the door (`api`), who it is and what becomes of it (`taking`, `commanding`), what the words
//! mean (`words`, pure), what they answer (`answering`), who is asked after (`introducing`), and what was refused (`refusing`).

mod answering;
pub(crate) mod api;
pub(crate) mod commanding;
pub mod introducing;
pub mod refusing;
pub mod store;
pub mod taking;
pub mod words;
