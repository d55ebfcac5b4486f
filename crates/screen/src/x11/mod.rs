//! The X11 desktop: the question before a session, the sign during it, and the pointer, keys, and clipboard of who takes part.
//!
//! All of these share one connection ([`desktop::Desktop`]); whoever reads its events hands each to every module that is alive, and
//! each ignores what is not its own. Nothing here reads events itself but [`ear`].
//!
//! What this cannot do: on X11 every program of the desktop's user may inject input as any device, cover any window, and
//! kill any client. The rules here keep the *viewer's* pointer and keys from answering for the person; they do not protect
//! against programs that already run as the person.

pub mod area;
mod canvas;
pub mod clipboard;
pub mod desktop;
pub mod dialog;
pub mod ear;
pub mod hand;
pub mod opening;
mod pane;
pub mod sign;
mod text;
pub mod words;

#[cfg(test)]
mod tests;
