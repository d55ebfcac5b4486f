//! What the tests share: a house with a signer, a simulated department, a reviewed script, and a look at how far a rollout is.

use std::net::SocketAddr;

use ::rollout::plan::{Budget, Probing, Ring, Share, Size};
use ::rollout::{Course, Phase, Resume};
use desk::ticket;
use fleet::enrolment::Rule;
use fleet::rollout::content::{Limits, Scripts};
use fleet::rollout::drafting::{self, Manner, Wish};
use fleet::rollout::store::{self, Placed};
use fleet::rollout::{Content, Rollout, RolloutId, ordering};
use fleet::script::{self, Draft, ScriptId};
use fleet::signing;
use protocol::verb::Shell;
use testkit::{Person, TestApp};

use crate::linked::{House, until};
use crate::simulated::Device;

/// A signer that signs as fast as a test whose clock stands still asks.
pub const QUICK: &str = "all_per_minute = 5000\nper_minute = 5000\n";

/// A department.
pub struct Department {
    pub house: House,
    pub devices: Vec<Device>,
    pub ticket: i64,
    pub script: ScriptId,
}

/// So much of something.
pub fn share(percent: u8) -> Share {
    Share::percent(percent).unwrap()
}

/// A ring of which so many may fail.
pub fn ring(name: &str, size: Size, fails: u32) -> Ring {
    Ring {
        name: name.to_owned(),
        size,
        budget: Budget {
            count: fails,
            share: Share::ALL,
        },
        bake: 0,
        offline: share(100),
        probe: Probing::Optional,
    }
}

/// A canary of three, a middle, and the rest; nothing may fail but one of the last.
pub fn manner() -> Manner {
    Manner {
        rings: vec![
            ring("canary", Size::Count(3), 0),
            ring("early", Size::Share(share(30)), 0),
            ring("all", Size::Rest, 1),
        ],
        budget: Budget {
            count: 1,
            share: Share::ALL,
        },
        in_flight_most: 8,
        ..Manner::default()
    }
}

impl Department {
    /// So many devices whose links are open.
    pub async fn open(count: u32) -> Self {
        Self::within(count, "").await
    }

    /// The same with a file of the signer's.
    pub async fn within(count: u32, policy: &str) -> Self {
        let app = TestApp::open().await;
        let folder = signing::folder(&app.house.kernel.config.data);
        std::fs::create_dir_all(&folder).unwrap();
        if !policy.is_empty() {
            std::fs::write(folder.join("signer.toml"), policy).unwrap();
        }
        sign_beside(&app).await;
        let address = crate::linked::serve(&app.house).await;
        let house = House { app, address };
        let ticket = house.app.li_na_misses_her_mail().await.number;
        let document = house.document(Rule::Admit, i64::from(count)).await;
        let mut devices = Vec::new();
        for number in 1..=count {
            devices.push(Device::enrol(address, &document, number).await);
        }
        house.flush().await;
        let script = reviewed(&house.app).await;
        Self {
            house,
            devices,
            ticket,
            script,
        }
    }

    pub fn app(&self) -> &TestApp {
        &self.house.app
    }

    pub fn address(&self) -> SocketAddr {
        self.house.address
    }

    /// Who plans and begins: an engineer.
    pub fn cheng_li(&self) -> &Person {
        &self.app().cast.cheng_li
    }

    /// Who agrees: the manager.
    pub fn shen(&self) -> &Person {
        &self.app().cast.shen
    }

    /// The change to a version of the program, on every device.
    pub fn wish(&self, version: &str) -> Wish {
        Wish {
            ticket: self.ticket,
            title: format!("Program {version}"),
            query: String::new(),
            first: String::new(),
            content: Content::Script(Scripts {
                dry_run: self.script,
                check: self.script,
                apply: self.script,
                verify: Some(self.script),
                roll_back: Some(self.script),
                values: [("version".to_owned(), version.to_owned())].into(),
                limits: Limits {
                    run_as: "root".to_owned(),
                    timeout_seconds: 60,
                    memory_mb: 64,
                    cpu_percent: 50,
                },
            }),
            manner: manner(),
            patches: Vec::new(),
        }
    }

    /// Keeps a draft.
    pub async fn draft(&self, wish: Wish) -> RolloutId {
        self.app()
            .act(self.cheng_li(), move |tx, cx| drafting::draft(tx, cx, &wish))
            .await
    }

    /// A draft that began.
    pub async fn begun(&self, wish: Wish) -> RolloutId {
        let id = self.draft(wish).await;
        self.start(id).await;
        id
    }

    pub async fn start(&self, id: RolloutId) {
        self.app()
            .act(self.cheng_li(), move |tx, cx| ordering::start(tx, cx, id, 0))
            .await;
    }

    /// The second person agrees.
    pub async fn approve(&self, id: RolloutId) {
        let round = self.now(id).await.head.round;
        self.app()
            .act(self.shen(), move |tx, cx| ordering::approve(tx, cx, id, round))
            .await;
    }

    pub async fn resume(&self, id: RolloutId, how: Resume) {
        let round = self.now(id).await.head.round;
        self.app()
            .act(self.shen(), move |tx, cx| {
                ordering::resume(tx, cx, id, round, how)
            })
            .await;
    }

    pub async fn now(&self, id: RolloutId) -> Rollout {
        let found = self.app().read(move |tx| store::find(tx, id)).await;
        found.unwrap().unwrap()
    }

    pub async fn targets(&self, id: RolloutId) -> Vec<Placed> {
        self.app().read(move |tx| store::targets(tx, id)).await.unwrap()
    }

    /// How many targets have each status.
    pub async fn statuses(&self, id: RolloutId) -> std::collections::BTreeMap<&'static str, usize> {
        let mut counts = std::collections::BTreeMap::new();
        for one in self.targets(id).await {
            *counts.entry(one.target.status.as_str()).or_default() += 1;
        }
        counts
    }

    /// Lets everything happen until a rollout is as wanted.
    pub async fn until(&self, id: RolloutId, what: &str, is_so: impl Fn(&Rollout) -> bool) -> Rollout {
        for _ in 0..3_000 {
            self.app().settle().await;
            let now = self.now(id).await;
            if is_so(&now) {
                return now;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        let now = self.now(id).await;
        panic!(
            "it never came to be: {what}\n{:#?}\n{:#?}",
            now.head,
            self.targets(id)
                .await
                .into_iter()
                .filter(|one| !one.target.status.is_settled())
                .collect::<Vec<_>>()
        );
    }

    pub async fn until_halted(&self, id: RolloutId) -> Rollout {
        let is_halted = |now: &Rollout| {
            let running: u32 = now.head.counts.iter().map(|ring| ring.running).sum();
            matches!(now.head.course, Course::Halted(_)) && running == 0
        };
        self.until(id, "halted, and nothing runs", is_halted).await
    }

    pub async fn until_done(&self, id: RolloutId) -> Rollout {
        self.until(id, "done", |now| now.head.phase == Phase::Done).await
    }

    /// The links of some devices end, and the house knows.
    pub async fn leave(&mut self, which: &[usize]) {
        for at in which {
            self.devices[*at].go().await;
        }
        let hub = fleet::link::hub::of(&self.app().house.kernel);
        until("the links are gone", async || {
            which.iter().all(|at| !hub.is_here(&self.devices[*at].id))
        })
        .await;
        self.house.flush().await;
    }

    /// The ticket is solved.
    pub async fn solve(&self) {
        let number = self.ticket;
        self.app()
            .act(self.cheng_li(), move |tx, cx| {
                if ticket::load(tx, cx, number)?.ticket.state == ticket::State::New {
                    ticket::take(tx, cx, number)?;
                }
                let resolve = ticket::Resolve {
                    solution: "The program was replaced.".to_owned(),
                    tested: true,
                    untested_reason: None,
                };
                ticket::resolve(tx, cx, number, resolve).map(drop)
            })
            .await;
    }

    /// The minute goes round: what a device's absence and an unanswered signer need.
    pub async fn minutes(&self, count: i64) {
        for _ in 0..count {
            self.app().clock.advance_millis(61_000);
            // The node is heard of, as it is every ten seconds.
            self.house.flush().await;
            self.app().settle().await;
        }
    }

    /// No act was done twice on any device, and there are no two applies without a check between them.
    pub fn nothing_ran_twice(&self) {
        for device in &self.devices {
            let disk = device.disk.lock().unwrap();
            let mut acts: Vec<&str> = disk.done.iter().map(|(act, _)| act.as_str()).collect();
            let all = acts.len();
            acts.sort_unstable();
            acts.dedup();
            assert_eq!(acts.len(), all, "device {}: {:?}", device.number, disk.done);
            let mut is_checked = true;
            for (_, step) in &disk.done {
                match step.as_str() {
                    "check" => is_checked = true,
                    "apply" => {
                        assert!(is_checked, "device {}: {:?}", device.number, disk.done);
                        is_checked = false;
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Runs a signer for the house, by the house's clock.
async fn sign_beside(app: &TestApp) {
    let kernel = &app.house.kernel;
    let (folder, clock) = (signing::folder(&kernel.config.data), kernel.clock.clone());
    tokio::spawn(async move { signing::serving::serve(&folder, clock, std::future::pending()).await });
    let data = kernel.config.data.clone();
    until("the signer listens", async || {
        signing::client::is_there(&data).await
    })
    .await;
}

/// A script of the library that is all five steps.
async fn reviewed(app: &TestApp) -> ScriptId {
    let draft = Draft {
        name: "Set the program's version".to_owned(),
        purpose: "All steps of a rollout in one.".to_owned(),
        shell: Shell::Sh,
        body: "exec /usr/local/bin/set-version \"$MAINSTAY_step\" \"$MAINSTAY_version\"\n".to_owned(),
        parameters: "step: choice dry_run, check, apply, verify, roll_back required\nversion: text required"
            .to_owned(),
    };
    let id = app
        .act(&app.cast.noor, move |tx, cx| script::add(tx, cx, &draft))
        .await
        .id;
    app.act(&app.cast.shen, move |tx, cx| script::review(tx, cx, id, 1))
        .await;
    id
}
