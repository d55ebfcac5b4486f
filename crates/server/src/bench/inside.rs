//! What has no door to the network is measured in this process: mail handed in by a pipe, and the sweep of the clocks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use kernel::{Error, Result};
use mail::inbound::{Filter, State};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::fill::World;
use super::load::Sample;
use super::measure::{Patience, each};
use super::process::Spot;
use super::report::{Figures, Row};
use super::words;
use crate::house::House;

/// Pipes that deliver at the same time.
const PIPES: usize = 16;
/// Times the sweep asks what is due.
const SWEEPS: usize = 200;
/// Mail that takes longer than this is given up, so that the measurement ends.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long the sweep takes to find what is due.
pub async fn sweep(house: &House, figures: &mut Figures) -> Result<()> {
    let (db, now) = (&house.kernel.db, house.kernel.clock.now());
    let mut took = Vec::with_capacity(SWEEPS);
    for _ in 0..SWEEPS {
        let asked = Instant::now();
        db.read(move |tx| desk::service_level::store::due(tx, now, (i64::MIN, i64::MIN), 100))
            .await?;
        took.push(asked.elapsed());
    }
    took.sort_unstable();
    let sample = Sample {
        took,
        ..Sample::default()
    };
    figures.set(Row::Sweep, sample.quantile(0.99));
    eprintln!(
        "    sweep: p50 {:.2} ms, p99 {:.2} ms",
        sample.quantile(0.5),
        sample.quantile(0.99)
    );
    Ok(())
}

/// From the pipe to the ticket. The house does everything beside it that it does when it serves.
pub async fn mail(
    house: Arc<House>,
    spot: &Spot,
    world: &World,
    patience: Patience,
    figures: &mut Figures,
) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::internal)?;
    let serving = Arc::clone(&house);
    let served = tokio::spawn(async move { serving.serve(listener).await });
    let kernel = house.kernel.clone();
    let cx = kernel.cx_command();
    mail::deliver(&kernel, None, letter(world, usize::MAX)).await;
    wait_until_taken(&house).await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = spot.cpu_with(std::process::id());
    let begun = Instant::now();
    let turn = Arc::new(AtomicUsize::new(0));
    let mut pipes = JoinSet::new();
    for _ in 0..PIPES {
        let (kernel, world, turn) = (kernel.clone(), world.clone(), Arc::clone(&turn));
        pipes.spawn(async move {
            loop {
                let place = turn.fetch_add(1, Ordering::Relaxed);
                if place >= patience.mails {
                    return;
                }
                mail::deliver(&kernel, None, letter(&world, place)).await;
            }
        });
    }
    while pipes.join_next().await.is_some() {}
    let journaled = begun.elapsed();
    wait_until_taken(&house).await?;
    let taken = begun.elapsed();
    let cpu = spot.cpu_with(std::process::id()).saturating_sub(before);
    let quarantined = kernel.db.read(mail::inbound::count_quarantined).await?;
    let waiting = kernel.db.read(move |tx| waiting(tx, &cx)).await?;
    if quarantined > 0 || waiting {
        figures.remark(format!(
            "mail: {quarantined} in quarantine, {} left waiting",
            if waiting { "some" } else { "none" }
        ));
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of mails")]
    let rate = patience.mails as f64 / taken.as_secs_f64();
    figures.set(Row::MailRate, rate);
    figures.set(Row::MailCpu, each(cpu, patience.mails));
    eprintln!(
        "    mail: {} journaled in {:.1} s, tickets after {:.1} s, {:.2} ms CPU each",
        patience.mails,
        journaled.as_secs_f64(),
        taken.as_secs_f64(),
        each(cpu, patience.mails)
    );
    kernel.stop.stop();
    served.await.map_err(Error::internal)?
}

async fn wait_until_taken(house: &House) -> Result<()> {
    let cx = house.kernel.cx_command();
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let cx = cx.clone();
        if !house.kernel.db.read(move |tx| waiting(tx, &cx)).await? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn waiting(tx: &mut kernel::db::Tx<'_>, cx: &kernel::Cx) -> Result<bool> {
    let filter = Filter {
        state: Some(State::Journaled),
    };
    Ok(!mail::inbound::list(tx, cx, &filter, i64::MAX, 1)?.is_empty())
}

/// A mail as people write them: a few sentences, Chinese in one of three.
fn letter(world: &World, place: usize) -> Vec<u8> {
    let from = world
        .requesters
        .get(place % world.requesters.len().max(1))
        .map_or("somebody@example.test", String::as_str);
    let (subject, text) = if place.is_multiple_of(3) {
        (
            format!("{}无法连接", words::CHINESE),
            "今天早上开始就不能用了，重启也没有解决。麻烦安排人来看一下，谢谢。\r\n".repeat(4),
        )
    } else {
        (
            "Printer offline again".to_owned(),
            "Since this morning nothing works any more. Please have a look.\r\n".repeat(6),
        )
    };
    format!(
        "From: <{from}>\r\nTo: <support@localhost>\r\nSubject: {subject} {place}\r\nMessage-ID: <bench.{place}@example.test>\r\n\
         Date: Mon, 2 Mar 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n{text}"
    )
    .into_bytes()
}
