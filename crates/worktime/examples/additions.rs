//! Prints how many additions of working time one thread makes in a second.
//!
//! `cargo run --release -p worktime --example additions [cases.jsonl]`: with a file, on its cases; without, on a
//! Chinese office calendar with durations from minutes to weeks.

use std::fs::File;
use std::hint::black_box;
use std::io::BufReader;
use std::time::Instant;

use worktime::{Calendar, Definition, chinese_holidays, published_chinese_years, vectors};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if let Some(path) = std::env::args().nth(1) {
        let report = vectors::check_lines(BufReader::new(File::open(path)?))?;
        println!("agreed {}, failed {}", report.agreed, report.failed.len());
        for failure in &report.failed {
            println!("line {}: {}", failure.line, failure.what);
        }
        println!("{:.0} additions per second", report.additions_per_second);
        return Ok(());
    }
    let hours = ["09:00-12:00", "13:30-18:00"];
    let mut definition = Definition::weekdays("Asia/Shanghai", &hours);
    let make_up: Vec<String> = hours.iter().map(|span| (*span).to_owned()).collect();
    for plan in published_chinese_years().filter_map(chinese_holidays) {
        plan.apply(&mut definition, &make_up, |festival| festival.chinese);
    }
    let calendar = Calendar::new(&definition)?;
    let count = 5_000_000_i64;
    let mut sum = 0_i64;
    let begun = Instant::now();
    for index in 0..count {
        // Starts spread over 2024 to 2026, durations up to about ten working weeks; both primes, so they never align.
        let start = 1_704_067_200_000 + index * 18_913 % 94_000_000_000;
        let duration = 60_000 + index * 104_729 % 1_350_000_000;
        sum = sum.wrapping_add(calendar.add_millis(black_box(start), black_box(duration))?);
    }
    let seconds = begun.elapsed().as_secs_f64();
    black_box(sum);
    println!("{:.0} additions per second", count as f64 / seconds);
    Ok(())
}
