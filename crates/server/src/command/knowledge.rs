//! `mainstay knowledge import FILE` and `mainstay knowledge export DIR`: articles in from other systems, and out as Markdown.
//!
//! 0: all of it is here. 3: something was left out, the rest is here. 1: it could not run.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use ::knowledge::exporting::{self, Folder};
use ::knowledge::importing::{self, Format, Options, Order, Progress, Witness};
use clap::{Args, Subcommand};
use kernel::config::Overrides;
use kernel::{Error, Locale, Result};

use super::{Outcome, Place, terminal_locale};
use crate::house::House;

/// What is done with articles.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Bring over the articles of another system, with their history, pictures, and links.
    Import(Import),
    /// Write all published articles as a folder of Markdown that MkDocs builds as it stands.
    Export(Export),
}

/// What to bring from where.
#[derive(Debug, Args)]
pub struct Import {
    /// The export: an XML dump, a ZIP, an HTML or Markdown file; docs/import-articles.md tells how each is made.
    file: PathBuf,
    /// mediawiki, bookstack, confluence, or markdown.
    #[arg(long, value_parser = format)]
    format: Format,
    /// The space the articles come to stand in, by its short name.
    #[arg(long)]
    space: String,
    /// Who may read them: public, everyone, staff, team:ID, role:NAME, organisation:NAME; several with commas.
    #[arg(long, default_value = "staff", value_delimiter = ',')]
    audience: Vec<String>,
    /// Their language (en, zh-CN); without it, it is told from the words.
    #[arg(long)]
    language: Option<String>,
    /// Their kind, where the export does not say.
    #[arg(long, default_value = "how_to", value_parser = kind)]
    kind: ::knowledge::Kind,
    /// What the other system is called here; without it, as the export calls itself.
    #[arg(long)]
    name: Option<String>,
    /// Bring them as drafts.
    #[arg(long)]
    draft: bool,
    /// Write the report as JSON into this file as well.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

/// Where to write.
#[derive(Debug, Args)]
pub struct Export {
    /// A folder that does not exist yet, or is empty.
    folder: PathBuf,
    /// Only the articles of this space.
    #[arg(long)]
    space: Option<String>,
}

/// Something was left out, the rest is here.
const LEFT_OUT: u8 = 3;

fn format(word: &str) -> std::result::Result<Format, String> {
    Format::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
        format!("one of {}", known.join(", "))
    })
}

fn kind(word: &str) -> std::result::Result<::knowledge::Kind, String> {
    ::knowledge::Kind::parse(word).ok_or_else(|| {
        let known: Vec<&str> = ::knowledge::Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("one of {}", known.join(", "))
    })
}

/// Runs the command.
///
/// # Errors
/// When the file is no such export, the folder is not empty, or the database cannot be reached.
pub async fn run(place: Place, command: Command) -> Outcome {
    match command {
        Command::Import(arguments) => import(place, arguments).await,
        Command::Export(arguments) => export(place, arguments).await,
    }
}

async fn import(place: Place, arguments: Import) -> Outcome {
    let locale = terminal_locale();
    let house = House::open(place.config(Overrides::default())?).await?;
    let name = arguments
        .file
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let order = Order {
        format: arguments.format,
        path: arguments.file,
        name,
        options: Options {
            space: arguments.space,
            audience: arguments.audience,
            is_published: !arguments.draft,
            kind: arguments.kind,
            locale: arguments.language,
            name: arguments.name,
        },
    };
    let cx = house.kernel.cx_system("knowledge.import");
    let report = importing::run(&house.kernel, &cx, &order, &mut Bar(locale)).await?;
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
    print!("{}", report.text(locale));
    if let Some(file) = arguments.report {
        let json = serde_json::to_string_pretty(&report).map_err(Error::from)?;
        std::fs::write(file, json)?;
    }
    Ok(if report.is_whole() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(LEFT_OUT)
    })
}

async fn export(place: Place, arguments: Export) -> Outcome {
    let locale = terminal_locale();
    let house = House::open(place.config(Overrides::default())?).await?;
    let mut cx = house.kernel.cx_system("knowledge.export");
    cx.locale = locale;
    let shown = arguments.folder.display().to_string();
    let mut folder = Folder::new(arguments.folder)?;
    let summary = exporting::export(&house.kernel, &cx, arguments.space.as_deref(), &mut folder).await?;
    println!(
        "{}",
        locale.t_with(
            "knowledge-import-command-done",
            &[
                ("articles", summary.articles.into()),
                ("pages", summary.pages.into()),
                ("files", summary.files.into()),
                ("folder", shown.into()),
            ]
        )
    );
    if summary.missing > 0 {
        eprintln!(
            "{}",
            locale.t_with(
                "knowledge-import-command-missing",
                &[("count", summary.missing.into())]
            )
        );
        return Ok(ExitCode::from(LEFT_OUT));
    }
    Ok(ExitCode::SUCCESS)
}

/// One line that is written over, for who watches.
struct Bar(Locale);

impl Witness for Bar {
    async fn progress(&mut self, progress: Progress) -> Result<bool> {
        if std::io::stderr().is_terminal() {
            let words = self.0.t_with(
                "knowledge-import-so-far",
                &[("done", progress.done.into()), ("of", progress.of.into())],
            );
            eprint!("\r{words}");
            // A terminal that is gone is no reason to end.
            let _ = std::io::stderr().flush();
        }
        Ok(true)
    }
}
