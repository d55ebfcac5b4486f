//! What the tests share: an export to read or to break, and what an import says.

use std::path::{Path, PathBuf};

use kernel::error::Result;
use kernel::i18n::Locale;
use migrate::desk::{Desk, Taker};
use migrate::folder::Folder;
use migrate::map::Map;
use migrate::record::{Content, File, Record, Side, Text, Ticket, Who};
use migrate::refusal::Refusal;
use migrate::{Order, Summary, Witness};
use testkit::TestApp;

/// The export of a desk as it lies in this repository.
pub fn export(desk: Desk) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(desk.as_str())
}

/// The same where it can be broken.
pub fn copy(desk: Desk) -> tempfile::TempDir {
    fn over(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let (from, to) = (
                entry.as_ref().unwrap().path(),
                to.join(entry.unwrap().file_name()),
            );
            if from.is_dir() {
                over(&from, &to);
            } else {
                std::fs::copy(from, to).unwrap();
            }
        }
    }
    let folder = tempfile::tempdir().unwrap();
    over(&export(desk), folder.path());
    folder
}

/// Puts other words into a file of an export; they must stand there.
pub fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

/// What a reader hands on, as lines.
#[derive(Default)]
pub struct Heard {
    pub lines: Vec<String>,
    pub refused: Vec<Refusal>,
}

impl Taker for Heard {
    fn take(&mut self, record: Record) -> Result<()> {
        match record {
            Record::Person(_, who) => self.lines.push(person(&who)),
            Record::Ticket(ticket) => told(&ticket, &mut self.lines),
        }
        Ok(())
    }

    fn refuse(&mut self, refusal: Refusal) -> Result<()> {
        self.refused.push(refusal);
        Ok(())
    }
}

/// Reads an export and nothing more.
pub fn read(desk: Desk, folder: &Path, map: Option<&str>) -> Heard {
    let mut heard = Heard::default();
    let map = Map::of(desk, map).unwrap();
    desk.read(&Folder::open(folder).unwrap(), &map, &mut heard)
        .unwrap();
    heard
}

fn person(who: &Who) -> String {
    let staff = if who.staff { " staff" } else { "" };
    let parts = [
        &who.phone,
        &who.organisation,
        &who.department,
        &who.place,
        &who.language,
    ];
    let parts: Vec<&str> = parts.into_iter().map(String::as_str).collect();
    let line = format!(
        "person {} <{}>{staff} | {}",
        who.name,
        who.email,
        parts.join(" | ")
    );
    line.trim_end().to_owned()
}

fn told(ticket: &Ticket, lines: &mut Vec<String>) {
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name}: {value}"));
        }
    };
    let who = |who: &Option<Who>| who.as_ref().map_or_else(String::new, |who| who.email.clone());
    let at = |at: Option<kernel::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let word = |word: &Option<migrate::record::Word>| {
        word.as_ref().map_or_else(String::new, |word| word.said.clone())
    };
    line(
        "ticket",
        format!("{} ({}) {}", ticket.reference, ticket.foreign, ticket.title),
    );
    line("from", format!("{} {}", ticket.place.file, ticket.place.row));
    line("body", text(&ticket.body));
    line("files", files(&ticket.body_files));
    line("requester", who(&ticket.requester));
    line("owner", who(&ticket.owner));
    line("team", ticket.team.clone().unwrap_or_default());
    line("state", ticket.state.said.clone());
    line("priority", word(&ticket.priority));
    line("type", word(&ticket.kind));
    line("urgency", word(&ticket.urgency));
    line("impact", word(&ticket.impact));
    line("channel", word(&ticket.channel));
    line("category", ticket.category.clone().unwrap_or_default());
    line("organisation", ticket.organisation.clone().unwrap_or_default());
    line("opened", at(Some(ticket.opened)));
    line("updated", at(ticket.updated));
    line("first response", at(ticket.first_response));
    line("solved", at(ticket.solved));
    line("closed", at(ticket.closed));
    line("tags", ticket.tags.join(", "));
    for (name, value) in &ticket.fields {
        line("field", format!("{name} = {value}"));
    }
    line(
        "solution",
        ticket.solution.as_ref().map_or_else(String::new, text),
    );
    line("met", ticket.met.map_or_else(String::new, |met| met.to_string()));
    for article in &ticket.articles {
        let side = if article.side == Side::Staff {
            "staff"
        } else {
            "requester"
        };
        let public = if article.public { "public" } else { "internal" };
        let said = format!(
            "{} {side} {public} {} {}",
            article.at,
            who(&article.author),
            text(&article.text)
        );
        line(
            "said",
            format!("{said} {}", files(&article.files)).trim().to_owned(),
        );
    }
    for link in &ticket.links {
        line("link", format!("{} {}", link.relation, link.other));
    }
    for spent in &ticket.times {
        line(
            "time",
            format!(
                "{} {} {} {}",
                spent.at,
                who(&spent.who),
                spent.minutes,
                spent.what
            )
            .trim()
            .to_owned(),
        );
    }
    if let Some(said) = &ticket.satisfaction {
        line(
            "satisfaction",
            format!("{} {}", said.score, said.comment.clone().unwrap_or_default()),
        );
    }
}

fn text(text: &Text) -> String {
    match text {
        Text::Plain(text) => format!("{text:?}"),
        Text::Html(html) => format!("html {html:?}"),
    }
}

fn files(files: &[File]) -> String {
    let one = |file: &File| {
        let bytes = match &file.content {
            Content::At(path) => std::fs::read(path).unwrap(),
            Content::Held(bytes) => bytes.to_vec(),
            Content::Lost(path) => format!("lost {path}").into_bytes(),
        };
        let id = file
            .content_id
            .as_ref()
            .map_or_else(String::new, |id| format!(" <{id}>"));
        format!(
            "[{} {}{id} {}]",
            file.name,
            file.media_type,
            String::from_utf8_lossy(&bytes)
        )
    };
    files.iter().map(one).collect::<Vec<_>>().join(" ")
}

#[derive(Default)]
struct Silent(Vec<(String, u64, String, String, String)>);

impl Witness for Silent {
    fn refused(&mut self, refusal: &Refusal) {
        let reason = refusal.reason(Locale::ZhCn);
        assert!(
            !reason.starts_with("error-") && !reason.is_empty(),
            "{refusal:?} has no text"
        );
        let place = &refusal.place;
        self.0.push((
            place.file.clone(),
            place.row,
            refusal.subject.clone(),
            refusal.field.clone(),
            refusal.value.clone(),
        ));
    }

    fn progress(&mut self, _: u64) {}
}

/// File, row, subject, field, and value of a refusal.
pub type Refused = (String, u64, String, String, String);

/// Takes over an export.
pub async fn take(
    app: &TestApp,
    desk: Desk,
    folder: &Path,
    map: Option<&str>,
    dry: bool,
) -> (Summary, Vec<Refused>) {
    let written = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(written.path(), map.unwrap_or_default()).unwrap();
    let order = Order {
        desk,
        folder: folder.to_owned(),
        map: map.map(|_| written.path().to_owned()),
        dry,
    };
    kernel::i18n::register(migrate::LOCALES);
    let mut heard = Silent::default();
    let summary = migrate::run(&app.house.kernel, &app.cx(), &order, &mut heard)
        .await
        .unwrap();
    (summary, heard.0)
}
