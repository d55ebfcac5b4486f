//! One command, or one script of the library.
//!
//! A line goes to the shell as one argument, a script into a file of its own that only its user may read. Parameters go
//! into the environment as `MAINSTAY_NAME`, never into the text, so that a value can never be read as code. Whoever we
//! should run as, we usually are already (a session helper was started for it); where the agent is one process and root,
//! `setpriv` takes the step down.

use std::collections::BTreeMap;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use protocol::inventory::Value;
use protocol::message::Outcome;
use protocol::verb::Shell;
use serde_json::json;
use tokio::process::Command;

use super::failure::{Answer, Failure};
use super::streaming::{self, Ended, Keep};
use crate::executing::{Surroundings, Teller};
use crate::inventory::Place;
use crate::inventory::program;

/// Sets limits of the process and becomes the program that follows. A shell does it, because a process can only limit
/// itself and its future children; the numbers come as arguments.
const LIMITING: &str = r#"[ "$1" = - ] || ulimit -v "$1"; shift; exec "$@""#;

/// What a program may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long it may take.
    pub timeout_seconds: u32,
    /// How much memory it may use.
    pub memory_mb: u32,
    /// How much of one processor.
    pub cpu_percent: u32,
}

/// Runs one line by the shell.
pub async fn line(line: &str, run_as: &str, limits: Limits, teller: &Teller, here: &Surroundings) -> Answer {
    let words = ["/bin/sh", "-c", line].map(str::to_owned).to_vec();
    run(words, BTreeMap::new(), run_as, limits, teller, here).await
}

/// Runs a script.
pub async fn script(
    shell: Shell,
    body: &str,
    parameters: &BTreeMap<String, Value>,
    run_as: &str,
    limits: Limits,
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let environment = environment(parameters)?;
    let account = Account::find(&Place::at(here.root()), run_as)?;
    let folder = tempfile::Builder::new()
        .prefix("mainstay-script-")
        .tempdir()
        .map_err(|error| Failure::io("a folder for the script", &error))?;
    let (interpreter, arguments, name) = interpreter(shell)?;
    let file = folder.path().join(name);
    write_script(&file, body, &account).map_err(|error| Failure::io("the script", &error))?;
    let mut words = vec![interpreter];
    words.extend(arguments.iter().map(|word| (*word).to_owned()));
    words.push(file.to_string_lossy().into_owned());
    run(words, environment, run_as, limits, teller, here).await
}

fn interpreter(shell: Shell) -> Result<(String, &'static [&'static str], &'static str), Failure> {
    let (names, arguments, name): (&[&str], &'static [&'static str], _) = match shell {
        Shell::Sh => (&["sh"], &[], "script.sh"),
        // Neither the caller's folder nor a user's own modules stand before those of the system.
        Shell::Python => (&["python3"], &["-I"], "script.py"),
        Shell::Powershell => (
            &["pwsh", "powershell"],
            &["-NoProfile", "-NonInteractive", "-File"],
            "script.ps1",
        ),
    };
    let found = names.iter().find_map(|name| program::find(name));
    let found =
        found.ok_or_else(|| Failure::new("not_installed", format!("{} is not installed", names[0])))?;
    Ok((found.to_string_lossy().into_owned(), arguments, name))
}

fn write_script(file: &Path, body: &str, account: &Account) -> std::io::Result<()> {
    let mut written = std::fs::File::create_new(file)?;
    written.write_all(body.as_bytes())?;
    written.set_permissions(std::fs::Permissions::from_mode(0o500))?;
    if let Some(folder) = file.parent()
        && !account.is_ours()
    {
        let (uid, gid) = (Some(account.uid), Some(account.gid));
        std::os::unix::fs::chown(file, uid, gid)?;
        std::os::unix::fs::chown(folder, uid, gid)?;
    }
    Ok(())
}

/// Parameters as the environment holds them. A name that no shell could read is refused.
fn environment(parameters: &BTreeMap<String, Value>) -> Result<BTreeMap<String, String>, Failure> {
    let mut environment = BTreeMap::new();
    for (name, value) in parameters {
        let fits = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            && !name.is_empty();
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(is) => is.to_string(),
        };
        if !fits || text.contains('\0') {
            return Err(Failure::new(
                "parameter",
                format!("parameter {name} cannot be handed over"),
            ));
        }
        let name = format!("MAINSTAY_{}", name.to_ascii_uppercase());
        if name == streaming::MARK {
            return Err(Failure::new("parameter", "a parameter cannot be called act"));
        }
        environment.insert(name, text);
    }
    Ok(environment)
}

async fn run(
    words: Vec<String>,
    environment: BTreeMap<String, String>,
    run_as: &str,
    limits: Limits,
    teller: &Teller,
    here: &Surroundings,
) -> Answer {
    let account = Account::find(&Place::at(here.root()), run_as)?;
    let kept_by_scope = scope_memory().is_some();
    let memory = (!kept_by_scope).then(|| u64::from(limits.memory_mb) * 1024);
    let mut all = account.step_down(here)?;
    all.extend(["/bin/sh", "-c", LIMITING, "sh"].map(str::to_owned));
    all.push(memory.map_or_else(|| "-".to_owned(), |kilobytes| kilobytes.to_string()));
    all.extend(words);
    let mut command = Command::new(&all[0]);
    command.args(&all[1..]).env_clear().envs(environment);
    command
        .env(
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        )
        .env("LANG", "C.UTF-8")
        .env("TERM", "dumb")
        .env("HOME", &account.home)
        .env("USER", &account.name)
        .env("LOGNAME", &account.name)
        .env("SHELL", "/bin/sh")
        .current_dir(if Path::new(&account.home).is_dir() && account.is_ours() {
            account.home.as_str()
        } else {
            "/"
        });
    if limits.cpu_percent < 100 && !kept_by_scope {
        teller
            .note("no service manager here: the limit on the processor does not hold")
            .await;
    }
    let within = Duration::from_secs(u64::from(limits.timeout_seconds).max(1));
    let ended = streaming::run(command, teller, Keep::All, within).await;
    match ended.map_err(|error| Failure::io("the program", &error))? {
        Ended::Cancelled => Ok(Outcome::Cancelled),
        Ended::TooSlow => Err(Failure::new(
            "timeout",
            format!("ended after {} seconds", within.as_secs()),
        )),
        Ended::Exited(status) => {
            use std::os::unix::process::ExitStatusExt;
            let summary = json!({ "signal": status.signal(), "user": account.name });
            Ok(Outcome::Done {
                code: status.code(),
                summary,
                hash: None,
            })
        }
    }
}

/// The memory that the scope around us allows, where there is one (cgroup v2).
fn scope_memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/cgroup").ok()?;
    let path = text.lines().find_map(|line| line.strip_prefix("0::"))?;
    if !path.ends_with(".scope") {
        return None;
    }
    std::fs::read_to_string(format!("/sys/fs/cgroup{path}/memory.max"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Whom a program runs as.
#[derive(Debug)]
struct Account {
    name: String,
    uid: u32,
    gid: u32,
    home: String,
}

impl Account {
    /// The account of this name; an empty name means whoever we are.
    fn find(place: &Place, name: &str) -> Result<Self, Failure> {
        let own = rustix::process::geteuid().as_raw();
        let text = place.text("etc/passwd", 4 * 1024 * 1024).unwrap_or_default();
        // A made-up device need not have accounts of its own.
        let text = if text.is_empty() {
            std::fs::read_to_string("/etc/passwd").unwrap_or_default()
        } else {
            text
        };
        for line in text.lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let [user, _, uid, gid, _, home, _] = fields[..] else {
                continue;
            };
            let (Ok(uid), Ok(gid)) = (uid.parse(), gid.parse()) else {
                continue;
            };
            if user == name || (name.is_empty() && uid == own) {
                return Ok(Self {
                    name: user.to_owned(),
                    uid,
                    gid,
                    home: home.to_owned(),
                });
            }
        }
        if let Some(uid) = id_by_service(name, "-u") {
            let gid = id_by_service(name, "-g").unwrap_or(uid);
            return Ok(Self {
                name: name.to_owned(),
                uid,
                gid,
                home: "/".to_owned(),
            });
        }
        Err(Failure::new("no_user", format!("there is no user {name}")))
    }

    fn is_ours(&self) -> bool {
        rustix::process::geteuid().as_raw() == self.uid
    }

    /// The words before a program that make it run as this account; none when we are it.
    fn step_down(&self, here: &Surroundings) -> Result<Vec<String>, Failure> {
        if self.is_ours() {
            return Ok(Vec::new());
        }
        if !here.is_root {
            return Err(Failure::new(
                "run_as",
                format!("this agent may not run programs as {}", self.name),
            ));
        }
        let setpriv = program::find("setpriv")
            .ok_or_else(|| Failure::new("not_installed", "setpriv is not installed"))?;
        let mut words = vec![setpriv.to_string_lossy().into_owned()];
        words.push(format!("--reuid={}", self.uid));
        words.push(format!("--regid={}", self.gid));
        words.extend(["--init-groups", "--inh-caps=-all", "--"].map(str::to_owned));
        Ok(words)
    }
}

/// Accounts of a directory service do not stand in the file.
fn id_by_service(name: &str, what: &str) -> Option<u32> {
    if name.is_empty() || name.starts_with('-') {
        return None;
    }
    let ran = program::run("id", &[what, "--", name], Duration::from_secs(10), 100).ok()?;
    if ran.code == Some(0) {
        ran.out.trim().parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::executing::Telling;

    fn limits(timeout_seconds: u32, memory_mb: u32) -> Limits {
        Limits {
            timeout_seconds,
            memory_mb,
            cpu_percent: 100,
        }
    }

    async fn told(mut receiver: tokio::sync::mpsc::Receiver<Telling>) -> String {
        let mut text = String::new();
        while let Ok(telling) = receiver.try_recv() {
            if let Telling::Output { bytes, .. } = telling {
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        text
    }

    #[tokio::test]
    async fn a_parameter_is_never_read_as_code() {
        let (teller, receiver) = Teller::aside("act-script");
        let hostile = "$(touch /tmp/x); `id` \"'\n".to_owned();
        let parameters = BTreeMap::from([("target".to_owned(), Value::Text(hostile.clone()))]);
        let body = "printf '%s' \"$MAINSTAY_TARGET\"";
        let here = Surroundings::new("/");
        let outcome = script(Shell::Sh, body, &parameters, "", limits(10, 1024), &teller, &here)
            .await
            .unwrap();
        assert!(
            matches!(outcome, Outcome::Done { code: Some(0), .. }),
            "{outcome:?}"
        );
        assert_eq!(told(receiver).await, hostile);
    }

    #[tokio::test]
    async fn memory_and_time_are_limited() {
        let (teller, _receiver) = Teller::aside("act-limits");
        let here = Surroundings::new("/");
        let hungry = "x=$(head -c 400000000 /dev/zero | tr '\\0' x); echo ${#x}";
        let outcome = line(hungry, "", limits(60, 64), &teller, &here).await.unwrap();
        assert!(
            !matches!(outcome, Outcome::Done { code: Some(0), .. }),
            "{outcome:?}"
        );
        let slow = line("sleep 60", "", limits(1, 1024), &teller, &here).await;
        assert_eq!(slow.unwrap_err().code, "timeout");
    }

    #[tokio::test]
    async fn whoever_is_named_runs_it_or_nobody_does() {
        let here = Surroundings::new("/");
        let (teller, receiver) = Teller::aside("act-user");
        let nobody = line("no-such-user", "no-such-user", limits(10, 1024), &teller, &here).await;
        assert_eq!(nobody.unwrap_err().code, "no_user");
        let outcome = line("id -un; id -Gn", "nobody", limits(10, 1024), &teller, &here).await;
        if here.is_root {
            assert!(matches!(outcome.unwrap(), Outcome::Done { code: Some(0), .. }));
            let text = told(receiver).await;
            assert!(text.starts_with("nobody\n") && !text.contains("root"), "{text}");
        } else {
            assert_eq!(outcome.unwrap_err().code, "run_as");
        }
    }

    #[test]
    fn a_parameter_with_a_strange_name_is_refused() {
        for name in ["", "a b", "x=y", "act"] {
            let parameters = BTreeMap::from([(name.to_owned(), Value::Text("1".to_owned()))]);
            assert!(environment(&parameters).is_err(), "{name}");
        }
    }
}
