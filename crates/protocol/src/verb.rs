//! What can be done on a device: the verbs, how dangerous each is, and what their texts may hold.
//!
//! An act carries the JSON of its verb verbatim, because the grant is bound to those bytes. It is read by [`Verb::read`],
//! which refuses what it does not know: a field that an older agent passed over could be the one that limits the act.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::inventory::Value;
use crate::strict;

mod checking;

/// How many bytes the JSON of a verb may have. Within an order it stands as a text, in which each quotation mark doubles:
/// the order must still fit into one message.
pub const VERB_MOST: usize = 448 * 1024;
/// How many bytes a script may have.
pub const SCRIPT_MOST: usize = 256 * 1024;
/// How many bytes a command line may have.
pub const LINE_MOST: usize = 8 * 1024;
/// How many bytes a path may have.
pub const PATH_MOST: usize = 4096;
/// How many bytes a file may have that is fetched or put.
pub const FILE_MOST: u64 = 4 * 1024 * 1024 * 1024;
/// How many lines of a log may be asked for at once.
pub const LINES_MOST: u32 = 10_000;
/// How many bytes a throughput test may move.
pub const THROUGHPUT_MOST: u64 = 256 * 1024 * 1024;
/// How long an act may take, in seconds: 4 hours.
pub const TIMEOUT_MOST: u32 = 4 * 60 * 60;
/// How many bytes the bundle of an update of the agent itself may have.
pub const BUNDLE_MOST: u64 = 256 * 1024 * 1024;
/// How many packages one step may name.
pub const PACKAGES_MOST: usize = 50;
/// How many parameters a script may take.
const PARAMETERS_MOST: usize = 50;
/// How many bytes a parameter may have.
const PARAMETER_MOST: usize = 4096;

/// One thing to do on a device.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum Verb {
    /// The standard check (see [`crate::health`]).
    HealthCheck,
    /// The processes.
    ProcessList,
    /// Ends a process.
    ProcessStop {
        /// Its number.
        pid: u32,
        /// When it started, as the list gave it: a number may have been taken by another process since.
        start: u64,
        /// At once, without asking it.
        force: bool,
    },
    /// The services.
    ServiceList,
    /// Starts, stops, or restarts a service.
    Service {
        /// Which.
        name: String,
        /// What to do.
        action: ServiceAction,
    },
    /// Reads the journal of the system.
    Journal {
        /// Of one unit only.
        #[serde(default)]
        unit: Option<String>,
        /// How many of the last lines.
        lines: u32,
        /// Whether to go on as lines come.
        #[serde(default)]
        follow: bool,
        /// Only lines that hold this text.
        #[serde(default)]
        filter: Option<String>,
        /// Only from this time on, in milliseconds.
        #[serde(default)]
        since: Option<i64>,
    },
    /// Reads a log file.
    LogRead {
        /// Which.
        path: String,
        /// How many of the last lines.
        lines: u32,
        /// Whether to go on as lines come.
        #[serde(default)]
        follow: bool,
        /// Only lines that hold this text.
        #[serde(default)]
        filter: Option<String>,
    },
    /// Whether a host answers.
    NetPing {
        /// Name or address.
        host: String,
        /// How often.
        count: u32,
    },
    /// What a name resolves to.
    NetDns {
        /// The name.
        name: String,
        /// What to ask for.
        kind: DnsKind,
        /// Whom to ask; absent: as the system is set.
        #[serde(default)]
        server: Option<String>,
    },
    /// Which way packets take.
    NetRoute {
        /// Name or address.
        host: String,
    },
    /// Whether a port answers.
    NetPort {
        /// Name or address.
        host: String,
        /// The port.
        port: u16,
    },
    /// Which certificate a server shows.
    NetTls {
        /// Name or address.
        host: String,
        /// The port.
        port: u16,
        /// The name to ask for; absent: the host.
        #[serde(default)]
        name: Option<String>,
    },
    /// How fast the way to the server is.
    NetThroughput {
        /// How many bytes to move in each direction.
        bytes: u64,
    },
    /// Disks and volumes.
    DiskList,
    /// What stands in a folder.
    FileList {
        /// Which.
        path: String,
    },
    /// Fetches a file.
    FileGet {
        /// Which.
        path: String,
        /// From which byte on, to resume.
        #[serde(default)]
        offset: u64,
    },
    /// Puts a file.
    FilePut {
        /// Where.
        path: String,
        /// How large it is.
        size: u64,
        /// Its SHA-256 in hexadecimal.
        sha256: String,
        /// From which byte on, to resume.
        #[serde(default)]
        offset: u64,
        /// Whether a file that is there may be replaced.
        #[serde(default)]
        overwrite: bool,
    },
    /// The updates that are to be had.
    UpdateList,
    /// Runs one command.
    CommandRun {
        /// For the shell.
        line: String,
        /// As whom.
        run_as: String,
        /// How long it may take.
        timeout_seconds: u32,
        /// How much memory it may use.
        memory_mb: u32,
        /// How much of one processor it may use: 200 are two.
        cpu_percent: u32,
    },
    /// Runs a script of the library.
    ScriptRun {
        /// Its id in the library.
        script: String,
        /// Its version.
        version: u32,
        /// What runs it.
        shell: Shell,
        /// Its text.
        body: String,
        /// By name; handed over as `MAINSTAY_NAME` in the environment, never put into the text.
        #[serde(default, deserialize_with = "strict::map")]
        parameters: BTreeMap<String, Value>,
        /// As whom.
        run_as: String,
        /// How long it may take.
        timeout_seconds: u32,
        /// How much memory it may use.
        memory_mb: u32,
        /// How much of one processor it may use: 200 are two.
        cpu_percent: u32,
    },
    /// Opens a terminal.
    Terminal {
        /// Columns.
        columns: u16,
        /// Rows.
        rows: u16,
        /// As whom.
        run_as: String,
    },
    /// Shows the screen of whoever sits at the device.
    Screen {
        /// Whether keys and pointer are taken, too.
        control: bool,
        /// Whether texts of the clipboard go both ways; only where there is control.
        clipboard: bool,
        /// Whether that person is asked even where the device's floor does not insist.
        ask: bool,
    },
    /// One step of bringing packages to versions, by the system's package manager.
    Package {
        /// Which.
        step: PackageStep,
        /// Names what the device remembers about how it was before.
        rollout: String,
        /// What is wanted; each name once.
        packages: Vec<PackageWanted>,
        /// Whether a package is also installed where it is absent; otherwise an absent one is left alone.
        install: bool,
        /// Whether a newer version is replaced, too; otherwise newer counts as done.
        downgrade: bool,
        /// How long it may take. What changes packages is never broken off for it: see the agent's `packages`.
        timeout_seconds: u32,
    },
    /// One step of bringing the agent itself to another version.
    AgentUpdate {
        /// Which.
        step: UpdateStep,
        /// Names what the device remembers about how it was before.
        rollout: String,
        /// The version it is to have.
        version: String,
        /// What is sent over the act's channel: of a step that brings the program along, and of no other.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bundle: Option<Bundle>,
        /// How long it may take.
        timeout_seconds: u32,
    },
}

/// One step on the way of the agent to another version, and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpdateStep {
    /// Sees whether it could be done and taken back. The bundle stays, so that it need not come twice.
    DryRun,
    /// Tells whether it is done, not begun, or in between.
    Check,
    /// Puts the program into the free slot and restarts with it, on trial.
    Apply,
    /// Waits until the trial is over and tells how it ended.
    Verify,
    /// Goes back to the program that was there before.
    RollBack,
}

impl UpdateStep {
    /// Whether a bundle comes with it.
    #[must_use]
    pub const fn has_bundle(self) -> bool {
        matches!(self, Self::DryRun | Self::Apply)
    }
}

/// The file that brings a program along with the words that vouch for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// How many bytes it has.
    pub size: u64,
    /// Its SHA-256 in hexadecimal. It only tells one bundle from another: what is trusted is signed inside it.
    pub sha256: String,
}

/// One step on the way of packages to their versions, and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackageStep {
    /// Sees whether it could be done and taken back. Only the lists of what is to be had are fetched.
    DryRun,
    /// Tells whether it is done, not begun, or in between.
    Check,
    /// Remembers how it is, and does it.
    Apply,
    /// Sees that it is done and that the packages are in order.
    Verify,
    /// Goes back to what is remembered.
    RollBack,
}

/// A package and the version that it is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackageWanted {
    /// Its name, with its architecture behind a colon where that is not the system's own.
    pub name: String,
    /// The version, as the package manager writes it.
    pub version: String,
}

impl PackageWanted {
    /// Whether a package can be called so and have this version at all.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        checking::is_wanted(self)
    }
}

/// What to do with a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceAction {
    /// Start it.
    Start,
    /// Stop it.
    Stop,
    /// Stop it and start it again.
    Restart,
}

/// What a name is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DnsKind {
    /// Addresses.
    A,
    /// Addresses of version 6.
    Aaaa,
    /// The true name.
    Cname,
    /// Mail servers.
    Mx,
    /// Name servers.
    Ns,
    /// The name of an address.
    Ptr,
    /// Servers of a service.
    Srv,
    /// Texts.
    Txt,
}

/// What runs a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shell {
    /// The shell of the system.
    Sh,
    /// Python 3.
    Python,
    /// PowerShell.
    Powershell,
}

/// How much an act can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Danger {
    /// It looks.
    View,
    /// It changes something named, or takes a file away.
    Change,
    /// It runs what a person wrote.
    Run,
}

/// Why a verb is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Longer than [`VERB_MOST`].
    Large,
    /// Not JSON, a verb or field that this version does not know, or a value of the wrong type.
    Json,
    /// A field whose value cannot be meant honestly: its name.
    Field(&'static str),
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Large => out.write_str("the verb is longer than allowed"),
            Self::Json => out.write_str("the verb is not one that this version knows"),
            Self::Field(name) => write!(out, "the value of \"{name}\" is not allowed"),
        }
    }
}

impl std::error::Error for Unfit {}

impl Verb {
    /// All names, with their danger.
    pub const NAMES: [(&'static str, Danger); 35] = [
        ("health.check", Danger::View),
        ("process.list", Danger::View),
        ("process.stop", Danger::Change),
        ("service.list", Danger::View),
        ("service.start", Danger::Change),
        ("service.stop", Danger::Change),
        ("service.restart", Danger::Change),
        ("journal", Danger::View),
        ("log.read", Danger::View),
        ("net.ping", Danger::View),
        ("net.dns", Danger::View),
        ("net.route", Danger::View),
        ("net.port", Danger::View),
        ("net.tls", Danger::View),
        ("net.throughput", Danger::View),
        ("disk.list", Danger::View),
        ("file.list", Danger::View),
        ("file.get", Danger::Change),
        ("file.put", Danger::Run),
        ("update.list", Danger::View),
        ("command.run", Danger::Run),
        ("script.run", Danger::Run),
        ("terminal", Danger::Run),
        ("screen.view", Danger::Change),
        ("screen.control", Danger::Run),
        ("package.dry_run", Danger::View),
        ("package.check", Danger::View),
        ("package.apply", Danger::Change),
        ("package.verify", Danger::View),
        ("package.roll_back", Danger::Change),
        ("agent.update_dry_run", Danger::View),
        ("agent.update_check", Danger::View),
        ("agent.update_apply", Danger::Change),
        ("agent.update_verify", Danger::View),
        ("agent.update_roll_back", Danger::Change),
    ];

    /// Reads the JSON of a verb and sees that every text in it is bounded and well formed.
    pub fn read(json: &str) -> Result<Self, Unfit> {
        if json.len() > VERB_MOST {
            return Err(Unfit::Large);
        }
        // Serde would also take the fields as a list, by their order alone.
        if !json.trim_start().starts_with('{') {
            return Err(Unfit::Json);
        }
        let verb: Self = serde_json::from_str(json).map_err(|_| Unfit::Json)?;
        if verb.is_bare() {
            // Serde passes over the fields of a verb without any; this asks for them.
            let fields: BTreeMap<String, serde_json::Value> =
                serde_json::from_str(json).map_err(|_| Unfit::Json)?;
            if fields.len() != 1 {
                return Err(Unfit::Json);
            }
        }
        checking::verb(&verb)?;
        Ok(verb)
    }

    /// The JSON of this verb: to be kept and sent as it is, never to be written again.
    pub fn write(&self) -> Result<String, Unfit> {
        checking::verb(self)?;
        let json = serde_json::to_string(self).map_err(|_| Unfit::Json)?;
        if json.len() > VERB_MOST {
            Err(Unfit::Large)
        } else {
            Ok(json)
        }
    }

    /// The stable name, as grants hold it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::HealthCheck => "health.check",
            Self::ProcessList => "process.list",
            Self::ProcessStop { .. } => "process.stop",
            Self::ServiceList => "service.list",
            Self::Service {
                action: ServiceAction::Start,
                ..
            } => "service.start",
            Self::Service {
                action: ServiceAction::Stop,
                ..
            } => "service.stop",
            Self::Service {
                action: ServiceAction::Restart,
                ..
            } => "service.restart",
            Self::Journal { .. } => "journal",
            Self::LogRead { .. } => "log.read",
            Self::NetPing { .. } => "net.ping",
            Self::NetDns { .. } => "net.dns",
            Self::NetRoute { .. } => "net.route",
            Self::NetPort { .. } => "net.port",
            Self::NetTls { .. } => "net.tls",
            Self::NetThroughput { .. } => "net.throughput",
            Self::DiskList => "disk.list",
            Self::FileList { .. } => "file.list",
            Self::FileGet { .. } => "file.get",
            Self::FilePut { .. } => "file.put",
            Self::UpdateList => "update.list",
            Self::CommandRun { .. } => "command.run",
            Self::ScriptRun { .. } => "script.run",
            Self::Terminal { .. } => "terminal",
            Self::Screen { control: false, .. } => "screen.view",
            Self::Screen { control: true, .. } => "screen.control",
            Self::Package { step, .. } => match step {
                PackageStep::DryRun => "package.dry_run",
                PackageStep::Check => "package.check",
                PackageStep::Apply => "package.apply",
                PackageStep::Verify => "package.verify",
                PackageStep::RollBack => "package.roll_back",
            },
            Self::AgentUpdate { step, .. } => match step {
                UpdateStep::DryRun => "agent.update_dry_run",
                UpdateStep::Check => "agent.update_check",
                UpdateStep::Apply => "agent.update_apply",
                UpdateStep::Verify => "agent.update_verify",
                UpdateStep::RollBack => "agent.update_roll_back",
            },
        }
    }

    /// How much it can do.
    pub fn danger(&self) -> Danger {
        match self {
            // Whoever may put any file anywhere runs what they like: by a timetable, a unit, a key for signing in.
            Self::CommandRun { .. }
            | Self::ScriptRun { .. }
            | Self::Terminal { .. }
            | Self::Screen { control: true, .. }
            | Self::FilePut { .. } => Danger::Run,
            // What stands on a screen leaves the device, as a file does that is fetched.
            Self::ProcessStop { .. }
            | Self::Service { .. }
            | Self::FileGet { .. }
            | Self::Screen { control: false, .. }
            | Self::Package {
                step: PackageStep::Apply | PackageStep::RollBack,
                ..
            }
            | Self::AgentUpdate {
                step: UpdateStep::Apply | UpdateStep::RollBack,
                ..
            } => Danger::Change,
            _ => Danger::View,
        }
    }

    /// As whom it runs, where it says so.
    pub fn run_as(&self) -> Option<&str> {
        match self {
            Self::CommandRun { run_as, .. }
            | Self::ScriptRun { run_as, .. }
            | Self::Terminal { run_as, .. } => Some(run_as),
            _ => None,
        }
    }

    /// Whether it has no fields.
    fn is_bare(&self) -> bool {
        matches!(
            self,
            Self::HealthCheck | Self::ProcessList | Self::ServiceList | Self::DiskList | Self::UpdateList
        )
    }
}

/// Whether a path begins with a drive, as on Windows.
pub(crate) fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 3 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && matches!(bytes[2], b'\\' | b'/')
}
