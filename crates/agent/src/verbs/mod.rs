//! What can be done on a device, one file for each kind of deed.
//!
//! Whether it may be done at all was decided before (grant, floor). Here is decided what depends on the disk and the
//! moment: where a path really leads, whether a process is still the one that was meant.

mod command;
mod failure;
mod files;
mod held;
mod logs;
mod looking;
pub mod net;
mod packages;
mod processes;
mod streaming;
mod updates;

pub use logs::errors_of_the_day;
pub use processes::{Process, all as processes, read as process};

use std::path::Path;

use protocol::message::Outcome;
use protocol::verb::Verb;

use crate::executing::{Channel, Surroundings, Teller};
use crate::inventory::Place;
use command::Limits;
use failure::{Answer, Failure};
use files::Putting;
use logs::Wanted;

/// Does what a verb says and answers with what came of it.
pub async fn perform(verb: Verb, teller: &Teller, transfer: Option<Channel>, here: &Surroundings) -> Outcome {
    let answer = match verb {
        Verb::ProcessList
        | Verb::ProcessStop { .. }
        | Verb::ServiceList
        | Verb::Service { .. }
        | Verb::DiskList
        | Verb::UpdateList => machine(verb, teller, here).await,
        Verb::Journal { .. } | Verb::LogRead { .. } => log(verb, teller, here).await,
        Verb::FileList { .. } | Verb::FileGet { .. } | Verb::FilePut { .. } => {
            file(verb, transfer, teller, here).await
        }
        Verb::CommandRun { .. } | Verb::ScriptRun { .. } => run(verb, teller, here).await,
        Verb::Package { .. } => packages::perform(verb, teller, here).await,
        Verb::AgentUpdate { .. } => updates::perform(verb, transfer, teller, here).await,
        other => network(other, transfer, teller, here).await,
    };
    answer.unwrap_or_else(Outcome::from)
}

async fn machine(verb: Verb, teller: &Teller, here: &Surroundings) -> Answer {
    match verb {
        Verb::ProcessList => processes::list(here).await,
        Verb::ProcessStop { pid, start, force } => processes::stop(pid, start, force, here).await,
        Verb::Service { name, action } => looking::service(&name, action, teller, here).await,
        Verb::ServiceList => looked(here, looking::services).await,
        Verb::DiskList => looked(here, looking::disks).await,
        Verb::UpdateList => looked(here, looking::updates).await,
        other => Err(unknown(&other)),
    }
}

async fn log(verb: Verb, teller: &Teller, here: &Surroundings) -> Answer {
    match &verb {
        Verb::Journal {
            unit,
            lines,
            follow,
            filter,
            since,
        } => {
            let wanted = Wanted {
                lines: *lines,
                follow: *follow,
                filter: filter.as_deref(),
            };
            logs::journal(unit.as_deref(), *since, wanted, teller, here).await
        }
        Verb::LogRead {
            path,
            lines,
            follow,
            filter,
        } => {
            let wanted = Wanted {
                lines: *lines,
                follow: *follow,
                filter: filter.as_deref(),
            };
            logs::read(path, wanted, teller, here).await
        }
        other => Err(unknown(other)),
    }
}

async fn file(verb: Verb, transfer: Option<Channel>, teller: &Teller, here: &Surroundings) -> Answer {
    match &verb {
        Verb::FileList { path } => {
            let path = path.clone();
            looked(here, move |here| files::list(&path, here)).await
        }
        Verb::FileGet { path, offset } => files::get(path, *offset, transfer, teller, here).await,
        Verb::FilePut {
            path,
            size,
            sha256,
            offset,
            overwrite,
        } => {
            let order = Putting {
                path,
                size: *size,
                sha256,
                offset: *offset,
                overwrite: *overwrite,
            };
            files::put(order, transfer, teller, here).await
        }
        other => Err(unknown(other)),
    }
}

async fn run(verb: Verb, teller: &Teller, here: &Surroundings) -> Answer {
    match &verb {
        Verb::CommandRun {
            line,
            run_as,
            timeout_seconds,
            memory_mb,
            cpu_percent,
        } => {
            let limits = Limits {
                timeout_seconds: *timeout_seconds,
                memory_mb: *memory_mb,
                cpu_percent: *cpu_percent,
            };
            command::line(line, run_as, limits, teller, here).await
        }
        Verb::ScriptRun {
            shell,
            body,
            parameters,
            run_as,
            timeout_seconds,
            memory_mb,
            cpu_percent,
            ..
        } => {
            let limits = Limits {
                timeout_seconds: *timeout_seconds,
                memory_mb: *memory_mb,
                cpu_percent: *cpu_percent,
            };
            command::script(*shell, body, parameters, run_as, limits, teller, here).await
        }
        other => Err(unknown(other)),
    }
}

async fn network(verb: Verb, transfer: Option<Channel>, teller: &Teller, here: &Surroundings) -> Answer {
    match &verb {
        Verb::NetPing { host, count } => net::icmp::ping(host, *count, teller).await,
        Verb::NetDns { name, kind, server } => {
            net::dns::check(name, *kind, server.as_deref(), teller, here).await
        }
        Verb::NetRoute { host } => net::route::check(host, teller, here).await,
        Verb::NetPort { host, port } => net::port::check(host, *port, teller).await,
        Verb::NetTls { host, port, name } => net::tls::check(host, *port, name.as_deref(), teller).await,
        Verb::NetThroughput { bytes } => net::throughput::measure(*bytes, transfer, teller).await,
        other => Err(unknown(other)),
    }
}

/// Looks on a thread of its own: files and programs of the system may take their time.
async fn looked(here: &Surroundings, look: impl FnOnce(&Surroundings) -> Answer + Send + 'static) -> Answer {
    let here = here.clone();
    blocking(move || look(&here)).await?
}

/// Runs what blocks beside everything else.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Failure::new("system", "the look at the machine broke off"))
}

/// The place that these surroundings stand for.
#[must_use]
pub fn place(here: &Surroundings) -> Place {
    if here.is_real() {
        Place::machine()
    } else {
        Place::at(Path::new(here.root()))
    }
}

fn unknown(verb: &Verb) -> Failure {
    Failure::new("unknown_verb", format!("{} is not done here", verb.name()))
}
