//! A person at an Xvfb, for journeys: `desktop-person DISPLAY click X Y`, and what else the tests of `screen` let one do there.

use std::env;
use std::error::Error;

#[path = "../../../screen/src/x11/tests/person.rs"]
mod person;

fn main() -> Result<(), Box<dyn Error>> {
    let said: Vec<String> = env::args().skip(1).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    let (display, words) = said
        .split_first()
        .ok_or("desktop-person DISPLAY click X Y, for example")?;
    person::act(display, words)
}
