//! The real program against a server played by the test.

mod acts;
mod house;
mod link;
mod rest;
