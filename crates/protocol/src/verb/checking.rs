//! What the fields of a verb may hold: bounded, without control characters, and never readable as an option of a program.

use super::{
    BUNDLE_MOST, Bundle, FILE_MOST, LINE_MOST, LINES_MOST, PACKAGES_MOST, PARAMETER_MOST, PARAMETERS_MOST,
    PATH_MOST, PackageWanted, SCRIPT_MOST, THROUGHPUT_MOST, TIMEOUT_MOST, Unfit, UpdateStep, Verb, has_drive,
};
use std::collections::BTreeSet;

use crate::inventory::Value;

/// Sees that every field can be meant honestly.
pub(super) fn verb(verb: &Verb) -> Result<(), Unfit> {
    match verb {
        Verb::HealthCheck | Verb::ProcessList | Verb::ServiceList | Verb::DiskList | Verb::UpdateList => {
            Ok(())
        }
        // 0 and 1 are the kernel and the first process of all; more than 31 bits would turn into a group of processes.
        Verb::ProcessStop { pid, .. } => must("pid", (2..=i32::MAX as u32).contains(pid)),
        Verb::Service { name, .. } => must("name", is_unit(name)),
        Verb::Journal {
            unit, lines, filter, ..
        } => {
            must("unit", unit.as_deref().is_none_or(is_unit))?;
            must("lines", *lines <= LINES_MOST)?;
            must("filter", filter.as_deref().is_none_or(is_filter))
        }
        Verb::LogRead {
            path, lines, filter, ..
        } => {
            must("path", is_path(path))?;
            must("lines", *lines <= LINES_MOST)?;
            must("filter", filter.as_deref().is_none_or(is_filter))
        }
        Verb::NetPing { host, count } => {
            must("host", is_host(host))?;
            must("count", (1..=100).contains(count))
        }
        Verb::NetDns { name, server, .. } => {
            must("name", is_host(name))?;
            must("server", server.as_deref().is_none_or(is_host))
        }
        Verb::NetRoute { host } => must("host", is_host(host)),
        Verb::NetPort { host, port } => {
            must("host", is_host(host))?;
            must("port", *port > 0)
        }
        Verb::NetTls { host, port, name } => {
            must("host", is_host(host))?;
            must("port", *port > 0)?;
            must("name", name.as_deref().is_none_or(is_host))
        }
        Verb::NetThroughput { bytes } => must("bytes", (1..=THROUGHPUT_MOST).contains(bytes)),
        Verb::FileList { path } => must("path", is_path(path)),
        Verb::FileGet { path, offset } => {
            must("path", is_path(path))?;
            must("offset", *offset <= FILE_MOST)
        }
        Verb::FilePut {
            path,
            size,
            sha256,
            offset,
            ..
        } => {
            must("path", is_path(path))?;
            must("size", *size <= FILE_MOST)?;
            must("sha256", is_hash(sha256))?;
            must("offset", offset <= size)
        }
        Verb::CommandRun {
            line,
            run_as,
            timeout_seconds,
            memory_mb,
            cpu_percent,
        } => {
            must(
                "line",
                !line.trim().is_empty() && line.len() <= LINE_MOST && !line.contains('\0'),
            )?;
            must("run_as", is_user(run_as))?;
            limits(*timeout_seconds, *memory_mb, *cpu_percent)
        }
        Verb::ScriptRun { .. } => script(verb),
        Verb::Terminal {
            columns,
            rows,
            run_as,
        } => {
            must("columns", (2..=1000).contains(columns))?;
            must("rows", (2..=1000).contains(rows))?;
            must("run_as", is_user(run_as))
        }
        // Whoever only looks on has no business with what is copied.
        Verb::Screen {
            control, clipboard, ..
        } => must("clipboard", *control || !*clipboard),
        Verb::Package {
            rollout,
            packages,
            timeout_seconds,
            ..
        } => package(rollout, packages, *timeout_seconds),
        Verb::AgentUpdate {
            step,
            rollout,
            version,
            bundle,
            timeout_seconds,
        } => {
            must("rollout", is_rollout(rollout))?;
            must("version", is_release(version))?;
            must("bundle", is_bundle(*step, bundle.as_ref()))?;
            must("timeout_seconds", (1..=TIMEOUT_MOST).contains(timeout_seconds))
        }
    }
}

fn script(verb: &Verb) -> Result<(), Unfit> {
    let Verb::ScriptRun {
        script,
        body,
        parameters,
        run_as,
        timeout_seconds,
        memory_mb,
        cpu_percent,
        ..
    } = verb
    else {
        return Ok(());
    };
    must("script", crate::message::is_id(script))?;
    must(
        "body",
        !body.trim().is_empty() && body.len() <= SCRIPT_MOST && !body.contains('\0'),
    )?;
    must("parameters", parameters.len() <= PARAMETERS_MOST)?;
    for (name, value) in parameters {
        must("parameters", is_parameter(name))?;
        must(
            "parameters",
            match value {
                Value::Text(text) => text.len() <= PARAMETER_MOST && !text.contains('\0'),
                Value::Number(number) => number.is_finite(),
                Value::Bool(_) => true,
            },
        )?;
    }
    must("run_as", is_user(run_as))?;
    limits(*timeout_seconds, *memory_mb, *cpu_percent)
}

fn limits(timeout_seconds: u32, memory_mb: u32, cpu_percent: u32) -> Result<(), Unfit> {
    must("timeout_seconds", (1..=TIMEOUT_MOST).contains(&timeout_seconds))?;
    must("memory_mb", (16..=1024 * 1024).contains(&memory_mb))?;
    must("cpu_percent", (1..=100_000).contains(&cpu_percent))
}

fn must(field: &'static str, holds: bool) -> Result<(), Unfit> {
    if holds { Ok(()) } else { Err(Unfit::Field(field)) }
}

/// An absolute path that does not climb.
fn is_path(path: &str) -> bool {
    let absolute = path.starts_with('/') || has_drive(path);
    absolute
        && path.len() <= PATH_MOST
        && !path.chars().any(char::is_control)
        && !path.split(['/', '\\']).any(|part| part == "..")
}

/// A name or an address, with a zone where it has one.
fn is_host(host: &str) -> bool {
    (1..=253).contains(&host.len())
        && !host.starts_with('-')
        && host
            .chars()
            .all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_' | ':' | '%'))
}

/// The name of a service or unit.
fn is_unit(name: &str) -> bool {
    (1..=256).contains(&name.len())
        && !name.starts_with('-')
        && name.chars().all(|sign| {
            sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | ':' | '@' | '\\' | ' ' | '$')
        })
}

/// The name of an account, with its domain where it has one.
fn is_user(name: &str) -> bool {
    (1..=128).contains(&name.len())
        && !name.starts_with('-')
        && name
            .chars()
            .all(|sign| sign.is_alphanumeric() || matches!(sign, '.' | '-' | '_' | '@' | '\\' | '$'))
}

/// A text to look for in lines.
fn is_filter(text: &str) -> bool {
    text.len() <= 256 && !text.chars().any(char::is_control)
}

/// SHA-256 in lower hexadecimal.
fn is_hash(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The name of a parameter: it becomes part of a variable's name.
fn is_parameter(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn package(rollout: &str, packages: &[PackageWanted], timeout_seconds: u32) -> Result<(), Unfit> {
    must("rollout", is_rollout(rollout))?;
    must("packages", are_packages(packages))?;
    must("timeout_seconds", (1..=TIMEOUT_MOST).contains(&timeout_seconds))
}

/// The name of a rollout: it becomes the name of a folder.
fn is_rollout(name: &str) -> bool {
    // A device notes under this name what runs.
    name != "running"
        && (1..=64).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn are_packages(packages: &[PackageWanted]) -> bool {
    let names: BTreeSet<&str> = packages.iter().map(|one| one.name.as_str()).collect();
    (1..=PACKAGES_MOST).contains(&packages.len())
        && names.len() == packages.len()
        && packages.iter().all(is_wanted)
}

/// Whether a package can be called so and have this version.
pub(super) fn is_wanted(one: &PackageWanted) -> bool {
    is_package(&one.name) && is_version(&one.version)
}

/// The name of a package as Debian's policy has it (5.6.7), with an architecture where it names one. The last sign is none that
/// apt would read as what to do: `name-` removes, `name+` installs.
fn is_package(name: &str) -> bool {
    let (name, architecture) = match name.split_once(':') {
        Some((name, architecture)) => (name, Some(architecture)),
        None => (name, None),
    };
    let is_small = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (2..=128).contains(&name.len())
        && name.starts_with(|sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| is_small(byte) || matches!(byte, b'+' | b'.' | b'-'))
        && !name.ends_with('-')
        && architecture.is_none_or(|word| {
            (2..=32).contains(&word.len())
                && word.starts_with(|sign: char| sign.is_ascii_lowercase())
                && word.bytes().all(|byte| is_small(byte) || byte == b'-')
                && !word.ends_with('-')
        })
}

/// A version as Debian's policy has it (5.6.12).
fn is_version(version: &str) -> bool {
    (1..=128).contains(&version.len())
        && version.starts_with(|sign: char| sign.is_ascii_alphanumeric())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b':' | b'~' | b'-'))
}

/// A version of the agent: three numbers, and a word behind a hyphen where it is not final.
fn is_release(version: &str) -> bool {
    let (numbers, word) = match version.split_once('-') {
        Some((numbers, word)) => (numbers, Some(word)),
        None => (version, None),
    };
    let is_number = |text: &str| {
        (1..=9).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && (text.len() == 1 || !text.starts_with('0'))
    };
    version.len() <= 64
        && numbers.split('.').count() == 3
        && numbers.split('.').all(is_number)
        && word.is_none_or(|word| {
            word.split('.').all(|part| {
                !part.is_empty()
                    && part
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
        })
}

/// Whether the bundle is there just when the step takes one.
fn is_bundle(step: UpdateStep, bundle: Option<&Bundle>) -> bool {
    bundle.is_some() == step.has_bundle()
        && bundle.is_none_or(|one| (1..=BUNDLE_MOST).contains(&one.size) && is_hash(&one.sha256))
}
