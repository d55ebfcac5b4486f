//! The commands, one file each. A command opens what it needs, does one thing, and says in words what went wrong.

mod agent_release;
mod assist_program;
mod audit;
mod backup;
mod bench;
mod calendar;
mod clerk;
mod demo;
mod device_import;
mod devices;
mod disk;
mod doctor;
mod exporting;
mod figures;
mod import;
mod import_desk;
mod init;
mod inventory;
mod knowledge;
mod mail;
mod moving;
mod quiet;
mod reading_back;
mod restore;
mod search;
mod serve;
mod signer;
mod sla;
mod token;
mod triage;
mod user;

use std::future::Future;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use kernel::Locale;
use kernel::config::{Config, Overrides};

/// Mainstay: the software an IT department runs on.
#[derive(Debug, Parser)]
#[command(name = "mainstay", version)]
pub struct CommandLine {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Command,
}

/// Where the data lies; every command takes these.
#[derive(Clone, Debug, Args)]
pub struct Place {
    /// Folder of the data.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// A SQLite file or postgres://…; default: mainstay.db inside the data folder.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Settings file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<std::path::PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start with realistic content in a temporary folder.
    Demo(demo::Arguments),
    /// Make the database and its first administrator.
    Init(init::Arguments),
    /// Serve pages, API, mail, and jobs.
    Serve(serve::Arguments),
    /// Sign what devices are told to do, as a process of its own.
    Signer(signer::Arguments),
    /// Enrol devices.
    #[command(subcommand)]
    Devices(devices::Command),
    /// Sign releases of the agent, and publish them.
    #[command(subcommand)]
    AgentRelease(agent_release::Command),
    /// The program that is handed out to devices without the agent.
    #[command(subcommand)]
    AssistProgram(assist_program::Command),
    /// The devices as a dynamic inventory for Ansible.
    Inventory(inventory::Arguments),
    /// Add and list people.
    #[command(subcommand)]
    User(user::Command),
    /// Make API tokens.
    #[command(subcommand)]
    Token(token::Command),
    /// Take in and look at mail.
    #[command(subcommand)]
    Mail(mail::Command),
    /// Check working-time arithmetic.
    #[command(subcommand)]
    Calendar(calendar::Command),
    /// Take over tickets or people from another desk.
    Import(import::Arguments),
    /// Leave another desk: take over its export.
    ImportDesk(import_desk::Arguments),
    /// Write everything into one file, while the server works.
    Backup(backup::Arguments),
    /// Take everything from a backup into an empty place.
    Restore(restore::Arguments),
    /// Write everything as JSON lines with files, for people and other programs, while the server works.
    Export(exporting::Arguments),
    /// Take everything from an export into an empty place.
    ReadBack(reading_back::Arguments),
    /// Move to another, empty database.
    Move(moving::Arguments),
    /// Look whether all is well; change nothing.
    Doctor(doctor::Arguments),
    /// Count from the record.
    Figures(figures::Arguments),
    /// Measure search, or build its index anew.
    #[command(subcommand)]
    Search(search::Command),
    /// Prove that the event log is untouched.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Measure the budgets on this machine.
    Bench(bench::Arguments),
    /// Recompute clocks from history.
    #[command(subcommand)]
    Sla(sla::Command),
    /// Measure learned triage and likeness on a table of texts.
    #[command(subcommand)]
    Triage(triage::Command),
    /// Bring articles over from other systems, and write them out as Markdown.
    #[command(subcommand)]
    Knowledge(knowledge::Command),
    /// Measure how precise the clerk would be.
    #[command(subcommand)]
    Clerk(clerk::Command),
}

/// What a command answers: its exit code, or why it could not do its work.
pub type Outcome = Result<ExitCode, Trouble>;

/// Why a command could not do its work, in words for the terminal.
#[derive(Debug)]
pub struct Trouble(String);

impl From<kernel::Error> for Trouble {
    fn from(error: kernel::Error) -> Self {
        let locale = terminal_locale();
        let mut words = vec![error.message(locale)];
        words.extend(
            error
                .fields()
                .iter()
                .map(|field| format!("  {}: {}", field.field, field.message(locale))),
        );
        words.push(format!("  ({error})"));
        Self(words.join("\n"))
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<String> for Trouble {
    fn from(words: String) -> Self {
        Self(words)
    }
}

/// The language of the terminal, by the usual variables.
fn terminal_locale() -> Locale {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    if set.is_some_and(|value| value.starts_with("zh")) {
        Locale::ZhCn
    } else {
        Locale::En
    }
}

/// Runs the command and answers its exit code.
pub fn run(line: CommandLine) -> ExitCode {
    crate::house::register_texts();
    let outcome = match line.command {
        Command::Demo(arguments) => block_on(demo::run(arguments)),
        Command::Init(arguments) => block_on(init::run(line.place, arguments)),
        Command::Serve(arguments) => block_on(serve::run(line.place, arguments)),
        Command::Signer(arguments) => block_on(signer::run(line.place, arguments)),
        Command::Devices(command) => block_on(devices::run(line.place, command)),
        Command::AgentRelease(command) => block_on(agent_release::run(line.place, command)),
        Command::AssistProgram(command) => block_on(assist_program::run(line.place, command)),
        Command::Inventory(arguments) => block_on(inventory::run(line.place, arguments)),
        Command::User(command) => block_on(user::run(line.place, command)),
        Command::Token(command) => block_on(token::run(line.place, command)),
        Command::Mail(command) => block_on(mail::run(line.place, command)),
        Command::Calendar(command) => calendar::run(&command),
        Command::Import(arguments) => block_on(import::run(line.place, arguments)),
        Command::ImportDesk(arguments) => block_on(import_desk::run(line.place, arguments)),
        Command::Backup(arguments) => block_on(backup::run(line.place, arguments)),
        Command::Restore(arguments) => block_on(restore::run(line.place, arguments)),
        Command::Export(arguments) => block_on(exporting::run(line.place, arguments)),
        Command::ReadBack(arguments) => block_on(reading_back::run(line.place, arguments)),
        Command::Move(arguments) => block_on(moving::run(line.place, arguments)),
        Command::Doctor(arguments) => block_on(doctor::run(line.place, arguments)),
        Command::Figures(arguments) => block_on(figures::run(line.place, arguments)),
        Command::Search(command) => search::run(line.place, &command),
        Command::Audit(command) => block_on(audit::run(line.place, command)),
        Command::Bench(arguments) => block_on(bench::run(line.place, arguments)),
        Command::Sla(command) => block_on(sla::run(line.place, command)),
        Command::Triage(command) => triage::run(&command),
        Command::Knowledge(command) => block_on(knowledge::run(line.place, command)),
        Command::Clerk(command) => block_on(clerk::run(line.place, &command)),
    };
    outcome.unwrap_or_else(|Trouble(words)| {
        eprintln!("mainstay: {words}");
        ExitCode::FAILURE
    })
}

fn block_on(work: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    // Threads that wait for the network must not hold the end of the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    outcome
}

impl Place {
    /// The settings: file, environment, then flags.
    fn config(&self, overrides: Overrides) -> Result<Config, Trouble> {
        let overrides = Overrides {
            data: self.data.clone(),
            database: self.database.clone(),
            ..overrides
        };
        Config::load(self.config.as_deref(), std::env::vars(), &overrides)
            .map_err(|error| Trouble(error.to_string()))
    }
}

/// A secret from standard input: one line, without its line break.
fn secret_from_stdin() -> Result<String, Trouble> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    let secret = line.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(Trouble(
            "standard input is empty; write the password as its first line".to_owned(),
        ));
    }
    Ok(secret.to_owned())
}
