//! What must be known before anything runs: where to listen, where the data is, how to reach the database.
//!
//! Read once at start from one TOML file, then `MAINSTAY_*` variables, then flags; the later wins. A setting nobody
//! knows is an error, because a misspelt one would silently not apply. Everything else is kept in the database,
//! with a page to change it. The environment is handed in, so that tests need not touch the process's own.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

mod network;
mod setting;

pub use network::Network;
pub use setting::ConfigError;
use setting::{Given, Origin};

/// Start-up settings. Every field has a default except what the data folder gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Address and port to serve HTTP on.
    pub listen: SocketAddr,
    /// How people reach this installation, without a slash at the end: `https://desk.example.org`.
    pub base_url: String,
    /// The folder with everything that must be backed up.
    pub data: PathBuf,
    pub database: DatabaseUrl,
    /// Read connections, SQLite and PostgreSQL alike.
    pub database_readers: usize,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Internal networks that webhooks and the like may reach; those of the internet they may always reach.
    pub outgoing_networks: Vec<Network>,
    /// Whether cookies travel over HTTPS only; follows `base_url` unless set.
    pub secure_cookies: bool,
    /// Largest file or form a person may send, in bytes.
    pub max_upload_bytes: u64,
    /// Largest mail that is taken in, in bytes.
    pub max_mail_bytes: u64,
    /// Automatic answers that one sender may get in an hour; ends loops that no header gives away.
    pub mail_answers_per_hour: u32,
    pub log_format: LogFormat,
    /// Which log lines are written, as `tracing` reads it: `info`, `kernel=debug,info`.
    pub log: String,
}

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres(String),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for a person.
    #[default]
    Text,
    /// Lines for a log collector.
    Json,
}

/// What was said on the command line; `None` leaves file and environment their say.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub listen: Option<String>,
    pub base_url: Option<String>,
    pub data: Option<String>,
    pub database: Option<String>,
    pub log: Option<String>,
    pub log_format: Option<String>,
}

/// Every setting by name; errors list them.
pub const SETTINGS: [&str; 13] = [
    "base_url",
    "data",
    "database",
    "database_readers",
    "listen",
    "log",
    "log_format",
    "mail_answers_per_hour",
    "max_mail_bytes",
    "max_upload_bytes",
    "outgoing_networks",
    "secure_cookies",
    "trusted_proxies",
];

const NETWORKS: &str = "networks such as 10.0.0.0/8, separated by commas";
const PREFIX: &str = "MAINSTAY_";
/// Variables that share the prefix without being settings: the path of the file itself, and switches of the tests.
const NOT_SETTINGS: [&str; 2] = ["CONFIG", "TEST_"];

impl Config {
    /// Reads file, environment, and flags. Without `file`, `MAINSTAY_CONFIG` may name one.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        overrides: &Overrides,
    ) -> Result<Config, ConfigError> {
        let mut variables: Vec<(String, String)> = environment
            .into_iter()
            .filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value)))
            .collect();
        variables.sort();
        let named = variables
            .iter()
            .find(|(name, _)| name == "CONFIG")
            .map(|(_, value)| PathBuf::from(value));
        let mut given = Given::default();
        if let Some(path) = file.map(Path::to_owned).or(named) {
            let text = std::fs::read_to_string(&path).map_err(|source| ConfigError::Unreadable {
                path: path.clone(),
                source,
            })?;
            given.add_toml(&path, &text)?;
        }
        for (name, value) in variables {
            if !NOT_SETTINGS.iter().any(|other| name.starts_with(other)) {
                given.add(
                    &name.to_lowercase(),
                    value,
                    Origin::Variable(format!("{PREFIX}{name}")),
                )?;
            }
        }
        for (name, value) in overrides.named() {
            given.add(name, value.to_owned(), Origin::Flag(name))?;
        }
        Config::from_given(&given)
    }

    /// All defaults over a data folder, for tests and the demo.
    pub fn in_folder(data: impl Into<PathBuf>) -> Config {
        let data = data.into();
        Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: "http://127.0.0.1:8080".to_owned(),
            database: DatabaseUrl::Sqlite(data.join("mainstay.db")),
            data,
            database_readers: 4,
            trusted_proxies: Vec::new(),
            outgoing_networks: Vec::new(),
            secure_cookies: false,
            max_upload_bytes: 25_000_000,
            max_mail_bytes: 50_000_000,
            mail_answers_per_hour: 10,
            log_format: LogFormat::Text,
            log: "info".to_owned(),
        }
    }

    /// Where files are kept.
    pub fn files_folder(&self) -> PathBuf {
        self.data.join("files")
    }

    /// Where the search index is kept; may be deleted at any time while the server is down.
    pub fn search_folder(&self) -> PathBuf {
        self.data.join("search")
    }

    /// Whether a peer is a proxy whose word about the client counts.
    pub fn trusts_proxy(&self, peer: IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }

    fn from_given(given: &Given) -> Result<Config, ConfigError> {
        let base = Config::in_folder(given.text("data").unwrap_or("./mainstay-data"));
        let listen = given
            .parse("listen", "an address and a port such as 127.0.0.1:8080")?
            .unwrap_or(base.listen);
        let base_url = match given.text("base_url") {
            Some(text) => given.check(
                "base_url",
                web_address(text),
                "an address such as https://desk.example.org",
            )?,
            None => format!("http://{listen}"),
        };
        let database = match given.text("database") {
            Some(text) => given.check(
                "database",
                DatabaseUrl::parse(text),
                "sqlite:PATH or postgres://…",
            )?,
            None => base.database,
        };
        let log_format = match given.text("log_format") {
            Some(text) => given.check("log_format", LogFormat::parse(text), "text or json")?,
            None => base.log_format,
        };
        let number = "a whole number above 0";
        let readers = given
            .positive("database_readers", number)?
            .unwrap_or(base.database_readers as u64);
        let answers = given
            .positive("mail_answers_per_hour", number)?
            .unwrap_or(u64::from(base.mail_answers_per_hour));
        Ok(Config {
            listen,
            secure_cookies: given
                .parse("secure_cookies", "true or false")?
                .unwrap_or_else(|| base_url.starts_with("https://")),
            base_url,
            database,
            database_readers: usize::try_from(readers).unwrap_or(usize::MAX),
            trusted_proxies: given.list("trusted_proxies", NETWORKS)?,
            outgoing_networks: given.list("outgoing_networks", NETWORKS)?,
            max_upload_bytes: given
                .positive("max_upload_bytes", number)?
                .unwrap_or(base.max_upload_bytes),
            max_mail_bytes: given
                .positive("max_mail_bytes", number)?
                .unwrap_or(base.max_mail_bytes),
            mail_answers_per_hour: u32::try_from(answers).unwrap_or(u32::MAX),
            log_format,
            log: given.text("log").map_or(base.log, str::to_owned),
            data: base.data,
        })
    }
}

impl Overrides {
    fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("listen", &self.listen),
            ("base_url", &self.base_url),
            ("data", &self.data),
            ("database", &self.database),
            ("log", &self.log),
            ("log_format", &self.log_format),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

impl DatabaseUrl {
    /// Reads `postgres://…`, `postgresql://…`, `sqlite:PATH`, `sqlite://PATH`, or a bare path.
    pub fn parse(text: &str) -> Option<DatabaseUrl> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Some(DatabaseUrl::Postgres(text.to_owned()));
        }
        let path = match text.strip_prefix("sqlite:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            // `mysql://…` is a database we do not speak, not the name of a file.
            None if text.contains("://") => return None,
            None => text,
        };
        (!path.is_empty()).then(|| DatabaseUrl::Sqlite(PathBuf::from(path)))
    }
}

/// Passwords in the address of a database stay out of logs.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatabaseUrl::Sqlite(path) => write!(formatter, "sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let rest = rest.split('?').next().unwrap_or_default();
                let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
                write!(formatter, "{scheme}://{place}")
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl LogFormat {
    fn parse(text: &str) -> Option<LogFormat> {
        match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        }
    }
}

fn web_address(text: &str) -> Option<String> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let tidy = !host.trim_end_matches('/').is_empty() && !host.contains([' ', '?', '#', '@']);
    tidy.then(|| text.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests;
