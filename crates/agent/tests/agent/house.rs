//! A server played by the test, and the real program as its agent.

use data_encoding::BASE64;
use futures::{SinkExt, StreamExt};
use protocol::enrolment::Document;
use protocol::frame::Frame;
use protocol::grant::{Grant, Order, hash_of};
use protocol::handshake::{Greeting, nonce};
use protocol::key::KeyPair;
use protocol::message::{self, Admission, Enrol, FromAgent, FromServer, Outcome};
use protocol::signed::Signed;
use protocol::verb::{Danger, Verb};
use std::collections::BTreeMap;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

#[path = "../../../testkit/src/device_world.rs"]
mod device_world;

pub const DEVICE: &str = "device-1";
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, its signer, and a folder in which an agent is at home.
pub struct House {
    /// Where the agent is at home.
    home: PathBuf,
    world: Option<World>,
    /// Goes after the world, which lies in it.
    _folder: TempDir,
    pub server: KeyPair,
    pub signer: KeyPair,
    listener: Option<TcpListener>,
    address: SocketAddr,
    agent: Option<Child>,
}

/// A device of its own; it goes when this does.
struct World {
    keeper: Child,
    first: u32,
}

impl World {
    fn new(folder: &Path) -> Self {
        let made = device_world::making(folder, "device-1", &["/usr/bin/sleep", "infinity"]);
        let mut keeper = made.unwrap().stderr(Stdio::piped()).spawn().unwrap();
        for _ in 0..500 {
            if let Some(first) = device_world::first_process(keeper.id()) {
                return Self { keeper, first };
            }
            if keeper.try_wait().unwrap().is_some() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        keeper.kill().ok();
        let said = keeper.wait_with_output().unwrap().stderr;
        panic!(
            "no world for a device can be made here; that takes root, unshare, and an overlay on /dev/shm: {}",
            String::from_utf8_lossy(&said)
        );
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.keeper.kill().ok();
        self.keeper.wait().ok();
    }
}

/// One link, as the server sees it.
pub struct Line {
    socket: WebSocketStream<TcpStream>,
    /// What the agent sent to enrol.
    pub enrol: Option<Box<Enrol>>,
}

impl House {
    /// A house whose agent has taken its document and does not run yet.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_owned();
        Self::at(folder, home, None).await
    }

    /// The same on a device of its own, whose packages can be changed.
    pub async fn in_a_world() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").unwrap();
        let world = World::new(folder.path());
        let home = folder.path().join("shared");
        Self::at(folder, home, Some(world)).await
    }

    async fn at(folder: TempDir, home: PathBuf, world: Option<World>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let house = Self {
            home,
            world,
            _folder: folder,
            server: KeyPair::generate().unwrap(),
            signer: KeyPair::generate().unwrap(),
            address: listener.local_addr().unwrap(),
            listener: Some(listener),
            agent: None,
        };
        std::fs::write(
            house.path("given.json"),
            serde_json::to_vec(&house.document()).unwrap(),
        )
        .unwrap();
        let given = house.path("given.json");
        assert!(
            house
                .command(&["enrol", given.to_str().unwrap()])
                .status()
                .unwrap()
                .success()
        );
        house
    }

    pub fn document(&self) -> Signed<Document> {
        let document = Document {
            version: protocol::VERSION,
            servers: vec![format!("ws://{}/", self.address)],
            server_keys: vec![self.server.public()],
            signer_keys: vec![self.signer.public()],
            authority: None,
            update_root: None,
            token: "a token".to_owned(),
            expires_at: agent::processes::now() + 60_000,
        };
        Signed::sign(&self.server, &document).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.home.join(name)
    }

    /// The program, with these words.
    pub fn command(&self, words: &[&str]) -> Command {
        let program = env!("CARGO_BIN_EXE_mainstay-agent");
        let mut command = match &self.world {
            None => Command::new(program),
            Some(world) => device_world::entering(world.first, &[program]),
        };
        command
            .arg("--root")
            .arg(&self.home)
            .args(words)
            .stdout(Stdio::null());
        command
    }

    /// Starts the agent; what it says goes to a file beside it.
    pub fn start(&mut self, words: &[&str]) {
        self.start_with(words, &[]);
    }

    /// The same, with more in its environment.
    pub fn start_with(&mut self, words: &[&str], environment: &[(&str, String)]) {
        let log = File::options()
            .append(true)
            .create(true)
            .open(self.path("log"))
            .unwrap();
        self.agent = Some(
            self.command(words)
                .envs(environment.iter().cloned())
                .stderr(log)
                .spawn()
                .unwrap(),
        );
    }

    /// The agent's process.
    pub fn process(&self) -> u32 {
        self.agent.as_ref().unwrap().id()
    }

    /// Nobody answers any more.
    pub fn go_away(&mut self) {
        self.listener = None;
    }

    /// Kills the agent as a crash would.
    pub fn kill(&mut self) {
        let mut agent = self.agent.take().unwrap();
        match &self.world {
            None => agent.kill().unwrap(),
            // What was started only leads into the world.
            Some(_) => {
                let id = agent.id();
                let inside = std::fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
                let killed = Command::new("kill")
                    .args(["-KILL", inside.trim()])
                    .status()
                    .unwrap();
                assert!(killed.success());
            }
        }
        agent.wait().unwrap();
    }

    /// Runs something beside the agent and answers with what it printed.
    pub fn inside(&self, words: &[&str]) -> String {
        let world = self.world.as_ref().unwrap();
        let ran = device_world::entering(world.first, words).output().unwrap();
        assert!(
            ran.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
        String::from_utf8(ran.stdout).unwrap()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// The agent knocks and is greeted by a server with this key; it has not proved itself.
    pub async fn knock(&self, key: &KeyPair) -> (WebSocketStream<TcpStream>, Greeting) {
        let (stream, _) = match timeout(PATIENCE, self.listener.as_ref().unwrap().accept()).await {
            Ok(accepted) => accepted.unwrap(),
            Err(_) => panic!("nobody knocked: {}", self.log()),
        };
        let mut socket = accept_async(stream).await.unwrap();
        let Some(FromAgent::Hello {
            key: agent,
            nonce: agent_nonce,
            ..
        }) = hear(&mut socket).await
        else {
            panic!("no greeting")
        };
        let greeting = Greeting {
            agent_nonce,
            agent,
            server_nonce: nonce().unwrap(),
            server: key.public(),
            at: agent::processes::now(),
        };
        let challenge = FromServer::Challenge {
            nonce: greeting.server_nonce.clone(),
            key: key.public(),
            signature: greeting.sign_as_server(key),
            at: greeting.at,
        };
        say(&mut socket, &challenge).await;
        (socket, greeting)
    }

    /// The agent knocks and is welcomed under this name.
    pub async fn welcome_as(&self, device: &str, state: Admission) -> Line {
        self.welcome_to_beat(device, state, 1).await
    }

    /// As `welcome_as`, with a beat of so many seconds.
    pub async fn welcome_to_beat(&self, device: &str, state: Admission, beat_seconds: u32) -> Line {
        let (mut socket, greeting) = self.knock(&self.server).await;
        let Some(FromAgent::Proof { signature, enrol }) = hear(&mut socket).await else {
            panic!("no proof")
        };
        assert!(greeting.agent_is_proved(&signature));
        let welcome = FromServer::Welcome {
            device: device.to_owned(),
            state,
            beat_seconds,
            hashes: BTreeMap::new(),
            floor: None,
        };
        say(&mut socket, &welcome).await;
        Line { socket, enrol }
    }

    /// The agent knocks and is welcomed.
    pub async fn welcome(&self) -> Line {
        self.welcome_as(DEVICE, Admission::Admitted).await
    }

    /// A grant for everything of this verb that may be asked for now.
    pub fn grant(&self, act: &str, verb: &Verb, text: &str) -> Grant {
        let now = agent::processes::now();
        Grant {
            id: act.to_owned(),
            device: DEVICE.to_owned(),
            person: "7".to_owned(),
            person_name: "Wang Fang".to_owned(),
            subject: "ticket:1042".to_owned(),
            verbs: vec![verb.name().to_owned()],
            act: (verb.danger() != Danger::View).then(|| hash_of(text)),
            issued_at: now,
            expires_at: now + 60_000,
            approved_by: None,
            fan_out: 1,
        }
    }

    /// An order under a grant that is bent first.
    pub fn order_with(&self, act: &str, verb: &Verb, bend: impl FnOnce(&mut Grant)) -> Order {
        let text = serde_json::to_string(verb).unwrap();
        let mut grant = self.grant(act, verb, &text);
        bend(&mut grant);
        Order {
            act: act.to_owned(),
            grant: Signed::sign(&self.signer, &grant).unwrap(),
            verb: text,
            channel: None,
        }
    }

    /// An order as it should be.
    pub fn order(&self, act: &str, verb: &Verb) -> Order {
        self.order_with(act, verb, |_| {})
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(agent) = &mut self.agent {
            agent.kill().ok();
            agent.wait().ok();
        }
    }
}

impl Line {
    pub async fn say(&mut self, said: &FromServer) {
        say(&mut self.socket, said).await;
    }

    /// Bytes of a channel.
    pub async fn send(&mut self, frame: Frame) {
        self.socket
            .send(Message::Binary(frame.encode().into()))
            .await
            .unwrap();
    }

    pub async fn act(&mut self, order: Order) {
        self.say(&FromServer::Act(order)).await;
    }

    /// The next thing the agent says, but for signs of life and inventory.
    pub async fn hear(&mut self) -> FromAgent {
        loop {
            match hear(&mut self.socket).await {
                Some(FromAgent::Beat(_) | FromAgent::Inventory(_)) => {}
                Some(said) => return said,
                None => panic!("the agent hung up"),
            }
        }
    }

    /// The next thing of this kind.
    pub async fn wait<T>(&mut self, mut of: impl FnMut(FromAgent) -> Option<T>) -> T {
        loop {
            match hear(&mut self.socket).await {
                Some(said) => {
                    if let Some(found) = of(said) {
                        return found;
                    }
                }
                None => panic!("the agent hung up"),
            }
        }
    }

    /// What ran, as the agent says after a welcome.
    pub async fn acts(&mut self) -> (Vec<String>, Vec<(String, Outcome)>) {
        self.wait(|said| match said {
            FromAgent::Acts { running, known } => Some((running, known)),
            _ => None,
        })
        .await
    }

    /// How an act ended, and what it wrote, taking everything.
    pub async fn outcome(&mut self, act: &str) -> (Outcome, String) {
        let mut output = BTreeMap::new();
        loop {
            match self.hear().await {
                FromAgent::Output {
                    act: of,
                    seq,
                    text_b64,
                    ..
                } if of == act => {
                    output.insert(seq, BASE64.decode(text_b64.as_bytes()).unwrap());
                    let act = act.to_owned();
                    self.say(&FromServer::Took { act, seq }).await;
                }
                FromAgent::Done { act: of, outcome } if of == act => {
                    let act = act.to_owned();
                    self.say(&FromServer::TookDone { act }).await;
                    let bytes: Vec<u8> = output.into_values().flatten().collect();
                    return (outcome, String::from_utf8_lossy(&bytes).into_owned());
                }
                _ => {}
            }
        }
    }

    /// Whether the agent hangs up without another word of this kind.
    pub async fn ends(mut self) -> bool {
        loop {
            match hear(&mut self.socket).await {
                Some(_) => {}
                None => return true,
            }
        }
    }
}

/// One word of the agent; none when it hung up.
pub async fn hear(socket: &mut WebSocketStream<TcpStream>) -> Option<FromAgent> {
    loop {
        let heard = timeout(PATIENCE, socket.next())
            .await
            .unwrap_or_else(|_| panic!("the agent is silent"));
        match heard? {
            Ok(Message::Binary(bytes)) => {
                if let Ok(Frame::Control(json)) = Frame::decode(&bytes) {
                    return Some(message::read(&json).unwrap());
                }
            }
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

pub async fn say(socket: &mut WebSocketStream<TcpStream>, said: &FromServer) {
    let bytes = Frame::Control(message::write(said).unwrap()).encode();
    socket.send(Message::Binary(bytes.into())).await.unwrap();
}

/// A command that the agent's own user may run.
pub fn command(line: &str) -> Verb {
    Verb::CommandRun {
        line: line.to_owned(),
        run_as: agent::processes::ourselves().unwrap().name,
        timeout_seconds: 60,
        memory_mb: 256,
        cpu_percent: 100,
    }
}
