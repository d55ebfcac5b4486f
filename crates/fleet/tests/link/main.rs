//! Links and enrolment, spoken by a WebSocket client that knows the protocol and nothing of the server.

mod agent;
mod between;
mod door;
mod enrolling;
mod house;
mod linking;
mod pages;
