//! What is measured from outside: a server in a process of its own, asked over loopback by real HTTP.
//!
//! Each figure says what one act takes of processor time (the server's and its database's, not the client's) and how long
//! who asked waited. Everything is bounded in number and in time.

use std::io::{self, BufRead as _};
use std::net::{Shutdown, SocketAddr};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::everything;
use super::fill::World;
use super::http::{Client, Request};
use super::load::{self, Effort, Sample};
use super::process::{Server, Spot};
use super::report::{Figures, Row};
use super::words;

/// How long to ask for each figure.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    pub each: Duration,
    pub most: usize,
    pub lives: usize,
    pub mails: usize,
}

/// Clients that read at the same time.
const READERS: usize = 2;
/// What is reported; one in ten stirs a rule that ships.
const TROUBLES: [&str; 10] = [
    "Printer is dead",
    "Screen stays black",
    "Keyboard misses letters",
    "Docking station loses the mouse",
    "Headset has no sound",
    "Notebook does not wake up",
    "Badge reader beeps",
    "Projector shows no picture",
    "Phone has no line",
    "Scanner jams the lid",
];
/// Clients that create at the same time, as the budget says.
const CREATORS: usize = 16;

/// Measures a filled installation over HTTP.
pub fn over_http(spot: &Spot, world: &World, patience: Patience, figures: &mut Figures) -> io::Result<()> {
    let server = Server::start(spot)?;
    // What the start brings with it is over before the first figure is taken.
    everything::views(&server, world)?;
    server.settle();
    let mut ask = Asking {
        server: &server,
        patience,
        figures,
    };
    ask.pages(world);
    ask.beside(world);
    ask.searches(world);
    ask.api(world);
    ask.live(world)?;
    ask.creating(world);
    figures.set(
        Row::IndexSize,
        megabytes(size_of_files(&spot.folder.join("search"))),
    );
    figures.set(Row::MemoryUnderLoad, megabytes(server.memory_peak()));
    server.stop()
}

#[expect(clippy::cast_precision_loss, reason = "bytes for people to read")]
pub fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Bytes of the files in a folder and the folders in it.
fn size_of_files(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(about) if about.is_dir() => size_of_files(&entry.path()),
        Ok(about) => about.len(),
        Err(_) => 0,
    });
    sizes.sum()
}

struct Asking<'a> {
    server: &'a Server,
    patience: Patience,
    figures: &'a mut Figures,
}

/// What a number of requests came to.
struct Came {
    sample: Sample,
    cpu: Duration,
}

impl Came {
    fn cpu_each(&self) -> f64 {
        each(self.cpu, self.sample.took.len())
    }
}

/// Milliseconds for each of so many.
pub fn each(all: Duration, count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of requests")]
    let count = count as f64;
    all.as_secs_f64() * 1_000.0 / count
}

impl Asking<'_> {
    fn drive(
        &mut self,
        what: &str,
        who: &str,
        clients: usize,
        request: impl Fn(usize) -> Request + Sync,
    ) -> Came {
        let address: SocketAddr = self.server.address;
        // Statements are prepared, pages of the database read.
        let first = Effort {
            clients,
            most: 30,
            time: Duration::from_secs(5),
        };
        load::drive(address, who, first, &request);
        let effort = Effort {
            clients,
            most: self.patience.most,
            time: self.patience.each,
        };
        let before = self.server.cpu();
        // Turns go on where the first ones ended, so that nothing is created twice.
        let sample = load::drive(address, who, effort, |turn| request(turn + first.most));
        let cpu = self.server.cpu().saturating_sub(before);
        if let Some(failure) = &sample.failure {
            self.figures
                .remark(format!("{what}: {} requests failed; {failure}", sample.failed));
        }
        let came = Came { sample, cpu };
        eprintln!(
            "    {what}: {} in {:.1} s, {:.2} ms CPU each, p50 {:.1} ms, p99 {:.1} ms",
            came.sample.took.len(),
            came.sample.elapsed.as_secs_f64(),
            came.cpu_each(),
            came.sample.quantile(0.5),
            came.sample.quantile(0.99)
        );
        came
    }

    fn pages(&mut self, world: &World) {
        let queues = [
            "/queues/open?sort=urgent&type=incident",
            "/queues/open?sort=urgent&priority=P2",
            "/queues/open?sort=updated",
            "/queues/teams?sort=urgent",
            "/queues/closed?sort=updated&type=incident",
        ];
        let came = self.drive("queue page", &world.engineer, READERS, |turn| {
            Request::get(queues[turn % queues.len()])
        });
        self.figures.set(Row::QueueCpu, came.cpu_each());
        self.figures.set(Row::QueueMedian, came.sample.quantile(0.5));
        self.figures.set(Row::QueueSlow, came.sample.quantile(0.99));
        let came = self.drive("ticket page", &world.engineer, READERS, |turn| {
            Request::get(format!("/tickets/{}", long(world, turn)))
        });
        self.figures.set(Row::TicketCpu, came.cpu_each());
        self.figures.set(Row::TicketMedian, came.sample.quantile(0.5));
        self.figures.set(Row::TicketSlow, came.sample.quantile(0.99));
    }

    /// What stands beside a ticket, and what the manager looks at.
    fn beside(&mut self, world: &World) {
        let came = self.drive("similar tickets", &world.engineer, READERS, |turn| {
            Request::get(format!("/tickets/{}/suggestions", long(world, turn)))
        });
        self.figures.set(Row::SimilarCpu, came.cpu_each());
        self.figures.set(Row::SimilarSlow, came.sample.quantile(0.99));
        let pages = [
            ("board", Row::BoardCpu, Row::BoardSlow, "/board"),
            ("figures", Row::FiguresCpu, Row::FiguresSlow, "/figures"),
        ];
        for (what, cpu, slow, path) in pages {
            let came = self.drive(what, &world.manager, READERS, |_| Request::get(path));
            self.figures.set(cpu, came.cpu_each());
            self.figures.set(slow, came.sample.quantile(0.99));
        }
    }

    fn searches(&mut self, world: &World) {
        let kinds = [
            (Row::SearchRare, Row::SearchRareMedian, words::RARE),
            (Row::SearchCommon, Row::SearchCommonMedian, words::COMMON),
            (Row::SearchPair, Row::SearchPairMedian, words::PAIR),
            (Row::SearchChinese, Row::SearchChineseMedian, words::CHINESE),
            (Row::SearchMixed, Row::SearchMixedMedian, words::MIXED),
            (Row::SearchPrefix, Row::SearchPrefixMedian, words::PREFIX),
            (Row::SearchSlip, Row::SearchSlipMedian, words::SLIP),
            (Row::SearchSound, Row::SearchSoundMedian, words::SOUND),
            (Row::SearchFilter, Row::SearchFilterMedian, words::FILTER),
            (Row::SearchPhrase, Row::SearchPhraseMedian, words::PHRASE),
        ];
        let (mut cpu, mut count) = (Duration::ZERO, 0);
        for (slow, median, word) in kinds {
            let query: String = word.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let path = format!("/api/v1/search?q={query}&limit=20");
            let came = self.drive(&format!("search {word}"), &world.token, READERS, |_| {
                Request::get(path.clone())
            });
            self.figures.set(median, came.sample.quantile(0.5));
            self.figures.set(slow, came.sample.quantile(0.99));
            cpu += came.cpu;
            count += came.sample.took.len();
        }
        self.figures.set(Row::SearchCpu, each(cpu, count));
    }

    fn api(&mut self, world: &World) {
        // Tickets all over the past, so that not only what was read before is read.
        let step = 7_919;
        let came = self.drive("API get", &world.token, READERS, |turn| {
            Request::get(format!("/api/v1/tickets/{}", turn * step % world.tickets + 1))
        });
        self.figures.set(Row::GetCpu, came.cpu_each());
        self.figures.set(Row::GetMedian, came.sample.quantile(0.5));
        self.figures.set(Row::GetSlow, came.sample.quantile(0.99));
    }

    fn creating(&mut self, world: &World) {
        let before = self.server.cpu();
        let came = self.drive("create", &world.token, CREATORS, |turn| {
            let requester = &world.requesters[turn % world.requesters.len()];
            let body = serde_json::json!({
                "title": format!("{} on floor {}", TROUBLES[turn % TROUBLES.len()], turn % 12),
                "body": "It does not work at all. Restarting it did not help, the cable is in.",
                "requester": requester, "type": "incident", "category": "hardware", "impact": "person", "urgency": "medium",
                "environment": { "device": format!("NB-{turn:04}"), "os": "Windows 11" }, "tags": ["bench"],
            });
            Request::post("/api/v1/tickets", body.to_string())
        });
        self.figures.set(Row::CreateRate, came.sample.per_second());
        self.figures.set(Row::CreateCpu, came.cpu_each());
        self.figures.set(Row::CreateSlow, came.sample.quantile(0.99));
        self.server.settle();
        let all = self.server.cpu().saturating_sub(before);
        self.figures
            .set(Row::CreateAllCpu, each(all, came.sample.took.len() + 30));
    }

    /// One browser listens, another program replies: from its asking to the other's hearing.
    fn live(&mut self, world: &World) -> io::Result<()> {
        let path = format!("/live?topics=ticket:{}", world.open);
        let stream = Client::new(self.server.address, &world.manager).open(&Request::get(path))?;
        let line = stream.get_ref().try_clone()?;
        let (sender, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let lines = stream.lines().map_while(Result::ok);
            lines
                .filter(|line| line.starts_with("event: change") || line.starts_with("event:change"))
                .try_for_each(|_| sender.send(Instant::now()))
        });
        let mut replier = Client::new(self.server.address, &world.manager_token);
        let mut took = Vec::new();
        for turn in 0..self.patience.lives {
            std::thread::sleep(Duration::from_millis(120));
            while heard.try_recv().is_ok() {}
            let body = serde_json::json!({ "body": format!("Word number {turn}.") }).to_string();
            let asked = Instant::now();
            let answer = replier.ask(&Request::post(
                format!("/api/v1/tickets/{}/replies", world.open),
                body,
            ))?;
            match heard.recv_timeout(Duration::from_secs(3)) {
                Ok(at) => took.push(at.saturating_duration_since(asked)),
                Err(_) => {
                    self.figures.remark(format!(
                        "live: a reply (answered {}) was not heard of within 3 s",
                        answer.status
                    ));
                    break;
                }
            }
        }
        // Ends the listener's thread as closing the browser would.
        line.shutdown(Shutdown::Both)?;
        took.sort_unstable();
        let sample = Sample {
            took,
            ..Sample::default()
        };
        self.figures.set(Row::LiveMedian, sample.quantile(0.5));
        self.figures.set(Row::LiveSlow, sample.quantile(1.0));
        eprintln!(
            "    live: p50 {:.1} ms, worst {:.1} ms",
            sample.quantile(0.5),
            sample.quantile(1.0)
        );
        Ok(())
    }
}

fn long(world: &World, turn: usize) -> i64 {
    world
        .long
        .get(turn % world.long.len().max(1))
        .copied()
        .unwrap_or(1)
}

/// The start over an empty database: the very first, which makes the tables, and the next.
pub fn starting(spot: &Spot, figures: &mut Figures) -> io::Result<()> {
    for row in [Row::FirstStart, Row::Start] {
        let begun = Instant::now();
        let server = Server::start(spot)?;
        let answer = Client::new(server.address, "Accept: text/html").ask(&Request::get("/sign-in"))?;
        figures.set(row, begun.elapsed().as_secs_f64() * 1_000.0);
        if answer.status != 200 {
            figures.remark(format!("the first page answered {}", answer.status));
        }
        std::thread::sleep(Duration::from_secs(2));
        figures.set(Row::MemoryAtRest, megabytes(server.memory()));
        server.stop()?;
    }
    Ok(())
}
