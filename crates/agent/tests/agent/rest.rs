//! What the agent costs when it has nothing to do, with the server there and with the server away.

use crate::house::{DEVICE, House};
use protocol::message::{Admission, FromAgent};
use std::time::Duration;

/// Clock ticks of all its processes so far, and bytes of memory that are only theirs or their share of it.
fn cost(house: &House) -> (u64, u64) {
    let read = |path: String| std::fs::read_to_string(path).unwrap_or_default();
    let parent = house.process();
    let mut ids = vec![parent];
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let id = entry.file_name().to_str().and_then(|name| name.parse().ok());
        ids.extend(
            id.filter(|id: &u32| read(format!("/proc/{id}/status")).contains(&format!("PPid:\t{parent}\n"))),
        );
    }
    let ticks = |id: &u32| -> u64 {
        let stat = read(format!("/proc/{id}/stat"));
        let fields = stat
            .rsplit_once(')')
            .map(|(_, rest)| rest.split_whitespace().skip(11).take(4));
        fields.unwrap().map(|field| field.parse::<u64>().unwrap()).sum()
    };
    let memory = |id: &u32| -> u64 {
        let rollup = read(format!("/proc/{id}/smaps_rollup"));
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix("Pss:"))
            .unwrap_or("0");
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    };
    (ids.iter().map(ticks).sum(), ids.iter().map(memory).sum())
}

/// What an agent may take while it waits, in any build; a release takes some 19 MB.
const MOST: f64 = 40.0;
/// How much more it may hold because its server went away.
const MORE: f64 = 4.0;

/// `MAINSTAY_REST_SECONDS` says how long each half is watched. What it costs is printed: processor time is a figure to read, not one
/// to fail for.
#[tokio::test]
async fn an_agent_at_rest_stays_small_while_its_server_is_away() {
    let seconds = std::env::var("MAINSTAY_REST_SECONDS").map_or(3, |text| text.parse().unwrap());
    let mut house = House::new().await;
    house.start(if agent::processes::is_root() {
        &["run"]
    } else {
        &["run", "--one-process"]
    });
    let mut line = house.welcome_to_beat(DEVICE, Admission::Admitted, 60).await;
    line.wait(|said| matches!(said, FromAgent::Inventory(_)).then_some(()))
        .await;
    let mut line = Some(line);
    let mut held = Vec::new();
    for server in ["there", "away"] {
        let (ticks, _) = cost(&house);
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        let (after, memory) = cost(&house);
        // A tick is a hundredth of a second everywhere that this runs.
        let percent = (after - ticks) as f64 / seconds as f64;
        let megabytes = memory as f64 / 1_048_576.0;
        println!("server {server}: {megabytes:.1} MB, {percent:.3} % of one processor");
        held.push(megabytes);
        line.take();
        house.go_away();
    }
    assert!(held[0] <= MOST && held[1] <= held[0] + MORE, "{held:?}");
}
