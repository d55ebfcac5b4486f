//! From a form to a verb: what people fill in, typed. Whether it may be meant is the protocol's to know.

use kernel::error::{Error, Errors, Result};
use protocol::verb::{DnsKind, ServiceAction, Verb};
use web::FormData;

use crate::script::{self, Running};

/// Lines of a log unless somebody says otherwise.
const LINES: u32 = 200;
const PINGS: u32 = 4;
const THROUGHPUT: u64 = 16 * 1024 * 1024;
const TIMEOUT: u32 = 300;
const MEMORY_MB: u32 = 512;
const CPU_PERCENT: u32 = 100;

/// The verb that a form names, with what stands in its fields. Files that are put come apart, by their content.
///
/// # Errors
/// 422 with the fields that cannot be read.
pub(super) fn verb(form: &FormData) -> Result<Verb> {
    let mut errors = Errors::new();
    let verb = read(form, &mut errors);
    errors.finish()?;
    verb.ok_or_else(|| Error::invalid("fleet.verb_malformed").field("verb"))
}

fn read(form: &FormData, errors: &mut Errors) -> Option<Verb> {
    let text = |name: &str| form.text(name).to_owned();
    let given = |name: &str| form.optional(name).map(str::to_owned);
    let verb = match form.text("verb") {
        "health.check" => Verb::HealthCheck,
        "process.list" => Verb::ProcessList,
        "process.stop" => Verb::ProcessStop {
            pid: number(form, "pid", 0, errors),
            start: number(form, "start", 0, errors),
            force: form.checked("force"),
        },
        "service.list" => Verb::ServiceList,
        "service.start" => service(form, ServiceAction::Start),
        "service.stop" => service(form, ServiceAction::Stop),
        "service.restart" => service(form, ServiceAction::Restart),
        "journal" => Verb::Journal {
            unit: given("unit"),
            lines: number(form, "lines", LINES, errors),
            follow: form.checked("follow"),
            filter: given("filter"),
            since: None,
        },
        "log.read" => Verb::LogRead {
            path: text("path"),
            lines: number(form, "lines", LINES, errors),
            follow: form.checked("follow"),
            filter: given("filter"),
        },
        "net.ping" => Verb::NetPing {
            host: text("host"),
            count: PINGS,
        },
        "net.dns" => Verb::NetDns {
            name: text("host"),
            kind: kind(form.text("kind")),
            server: given("server"),
        },
        "net.route" => Verb::NetRoute { host: text("host") },
        "net.port" => Verb::NetPort {
            host: text("host"),
            port: number(form, "port", 0, errors),
        },
        "net.tls" => Verb::NetTls {
            host: text("host"),
            port: number(form, "port", 443, errors),
            name: given("name"),
        },
        "net.throughput" => Verb::NetThroughput { bytes: THROUGHPUT },
        "disk.list" => Verb::DiskList,
        "file.list" => Verb::FileList { path: text("path") },
        "file.get" => Verb::FileGet {
            path: text("path"),
            offset: 0,
        },
        "update.list" => Verb::UpdateList,
        "command.run" => {
            let running = limits(form, errors);
            Verb::CommandRun {
                line: text("line"),
                run_as: running.run_as,
                timeout_seconds: running.timeout_seconds,
                memory_mb: running.memory_mb,
                cpu_percent: running.cpu_percent,
            }
        }
        _ => return None,
    };
    Some(verb)
}

/// What somebody may use who runs something, and the parameters of a script.
pub(crate) fn limits(form: &FormData, errors: &mut Errors) -> script::Running {
    Running {
        values: Vec::new(),
        run_as: form.optional("run_as").unwrap_or("root").to_owned(),
        timeout_seconds: number(form, "timeout_seconds", TIMEOUT, errors),
        memory_mb: number(form, "memory_mb", MEMORY_MB, errors),
        cpu_percent: number(form, "cpu_percent", CPU_PERCENT, errors),
    }
}

fn service(form: &FormData, action: ServiceAction) -> Verb {
    Verb::Service {
        name: form.text("name").to_owned(),
        action,
    }
}

fn kind(word: &str) -> DnsKind {
    match word {
        "AAAA" => DnsKind::Aaaa,
        "CNAME" => DnsKind::Cname,
        "MX" => DnsKind::Mx,
        "NS" => DnsKind::Ns,
        "PTR" => DnsKind::Ptr,
        "SRV" => DnsKind::Srv,
        "TXT" => DnsKind::Txt,
        _ => DnsKind::A,
    }
}

fn number<T: std::str::FromStr>(form: &FormData, name: &str, usual: T, errors: &mut Errors) -> T {
    if form.text(name).is_empty() {
        return usual;
    }
    form.parse(name, errors).unwrap_or(usual)
}
