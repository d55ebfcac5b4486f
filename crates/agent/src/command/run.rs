//! `run`: link and executor, until it is stopped.

use super::words;
use crate::executing::{End, Executor, Surroundings};
use crate::link::{self, Address, QUEUE, Settings};
use crate::updating::{self, notes::Slots};
use crate::{enrolment, identity, logging, processes};
use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc;

/// The command.
pub(super) fn run(here: Surroundings, one_process: bool) -> Result<ExitCode, String> {
    #[cfg(unix)]
    if here.origin.guard.is_none() && Slots::new(&here.state()).exist() {
        let words = words_of(one_process);
        return on_one_thread(async { updating::guard::run(&here, words).await });
    }
    follow_the_guard(&here)?;
    let again = here.clone();
    match serve(here, one_process)? {
        End::Restart => restart(&again, one_process),
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn words_of(one_process: bool) -> Vec<std::ffi::OsString> {
    let words = ["run"].into_iter().chain(one_process.then_some("--one-process"));
    words.map(Into::into).collect()
}

/// An agent whose guard dies ends, too: the next guard starts another one.
fn follow_the_guard(here: &Surroundings) -> Result<(), String> {
    #[cfg(target_os = "linux")]
    if here.origin.guard.is_some() {
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::TERM))
            .map_err(words)?;
    }
    #[cfg(not(target_os = "linux"))]
    let _ = here;
    Ok(())
}

/// Makes room for another program: by the guard where there is one, else by becoming the guard.
fn restart(here: &Surroundings, one_process: bool) -> Result<ExitCode, String> {
    logging::note("the agent makes room for another program");
    if here.origin.guard.is_some() {
        return Ok(ExitCode::from(updating::AGAIN));
    }
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let installed = here.origin.installed().map_err(words)?;
        let mut command = std::process::Command::new(installed);
        command.arg("--root").arg(here.home()).args(words_of(one_process));
        Err(format!("cannot begin again: {}", command.exec()))
    }
    #[cfg(not(unix))]
    {
        let _ = one_process;
        Err("nothing begins again by itself on this system yet".to_owned())
    }
}

fn serve(mut here: Surroundings, one_process: bool) -> Result<End, String> {
    let document = enrolment::load(&here.settings()).map_err(words)?;
    // A document that was put in its place by whoever sets many devices up is enough: `enrol` is for people.
    super::enrol::private_folder(&here.state())?;
    let key = identity::load_or_make(&here.state()).map_err(words)?;
    if let Err(error) = updating::trust::take_first(&here.state(), document.update_root.as_deref()) {
        logging::warn(&error.to_string());
    }
    let server = document.servers.first().and_then(|server| Address::read(server));
    here.server = server.map(|server| (server.host, server.port));
    let is_apart = here.is_root && !one_process && cfg!(unix);
    here.has_helpers = is_apart;
    let is_enrolled = enrolment::enrolled(&here.state()).is_some();
    let _only = only(&here)?;
    on_one_thread(async move {
        let identity = if is_enrolled {
            None
        } else {
            Some(enrolment::of_this_machine().await)
        };
        let settings = Settings {
            document: document.clone(),
            key,
            boot: protocol::handshake::nonce().map_err(words)?,
            enrol: identity,
        };
        let mut executor = Executor::open(here, document).map_err(words)?;
        logging::note(&format!(
            "the agent begins, version {}",
            env!("CARGO_PKG_VERSION")
        ));
        if is_apart {
            apart(executor, settings).await
        } else {
            together(&mut executor, settings).await
        }
    })
}

/// Two tasks of one process.
async fn together(executor: &mut Executor, settings: Settings) -> Result<End, String> {
    let (to, from_executor) = mpsc::channel(QUEUE);
    let (to_executor, from) = mpsc::channel(QUEUE);
    let link = tokio::spawn(link::keep(settings, to_executor, from_executor));
    let ended = executor.run(to, from).await.map_err(words);
    // The queue is closed now; the link says goodbye to the server.
    tokio::time::timeout(Duration::from_secs(2), link).await.ok();
    ended
}

/// The link in a process without rights, started anew when it dies.
#[cfg(unix)]
async fn apart(mut executor: Executor, mut settings: Settings) -> Result<End, String> {
    loop {
        let (number, to, from) = processes::network::start(&settings).map_err(words)?;
        executor.beside(number);
        match executor.run(to, from).await.map_err(words)? {
            End::LinkGone => {}
            end => return Ok(end),
        }
        logging::warn("the network process ended; it is started anew");
        if executor.is_enrolled() {
            settings.enrol = None;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

#[cfg(not(unix))]
async fn apart(mut executor: Executor, settings: Settings) -> Result<End, String> {
    together(&mut executor, settings).await
}

/// The network process.
pub(super) fn network() -> Result<(), String> {
    #[cfg(unix)]
    return on_one_thread(async { processes::network::run().await.map_err(words) });
    #[cfg(not(unix))]
    Err("there is no network process on this system yet".to_owned())
}

/// A session helper.
pub(super) fn session() -> Result<(), String> {
    #[cfg(unix)]
    return on_one_thread(async { processes::session::run().await.map_err(words) });
    #[cfg(not(unix))]
    Err("there is no session helper on this system yet".to_owned())
}

pub(crate) fn on_one_thread<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(8)
        .thread_keep_alive(Duration::from_secs(2))
        .build()
        .map_err(words)?;
    let outcome = runtime.block_on(work);
    // A collector that hangs must not keep the agent from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

/// Two agents on one state would each run what the other did.
fn only(here: &Surroundings) -> Result<std::fs::File, String> {
    let path = here.state().join("lock");
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| format!("cannot open {}: {error}", path.display()))?;
    file.try_lock()
        .map_err(|_| format!("another agent runs here ({} is locked)", path.display()))?;
    Ok(file)
}
