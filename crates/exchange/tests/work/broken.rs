//! Broken exports are refused in words, before anything is touched.

use std::os::unix::fs::symlink;
use std::path::Path;

use exchange::Secrets;
use kernel::Locale;
use serde_json::{Value, json};
use server::house::{program, register_texts};
use testkit::Database;

use crate::house::{Place, change_lines, change_manifest, copy_of, department, every_file};

type Damage = fn(&Path);

/// What is done to an export, and what is said to it.
const SEEN_AT_ONCE: &[(&str, Damage)] = &[
    ("exchange.not_one", |export| {
        std::fs::remove_file(export.join("manifest.json")).unwrap();
    }),
    ("exchange.manifest_broken", |export| {
        std::fs::write(export.join("manifest.json"), "{\"format\":1}").unwrap();
    }),
    ("exchange.manifest_broken", |export| {
        change_manifest(export, |manifest| manifest["format"] = json!("zammad"));
    }),
    ("exchange.manifest_broken", |export| {
        change_manifest(export, |manifest| manifest["extra"] = json!(1));
    }),
    ("exchange.manifest_broken", |export| {
        change_manifest(export, |manifest| {
            manifest["program"] = json!("1.0\u{1b}[2J\nThe export is whole")
        });
    }),
    ("exchange.manifest_broken", |export| {
        change_manifest(export, |manifest| manifest["database"] = json!("\u{1b}[2J"));
    }),
    ("exchange.manifest_broken", |export| {
        change_manifest(export, |manifest| {
            manifest["missing"] = json!(["../../etc/passwd"])
        });
    }),
    ("exchange.other_version", |export| {
        change_manifest(export, |manifest| manifest["format_version"] = json!(2));
    }),
    ("exchange.newer", |export| {
        change_manifest(export, |manifest| {
            manifest["migrations"][0]["name"] = json!("9999_later");
        });
    }),
    ("exchange.other_text", |export| {
        change_manifest(export, |manifest| {
            manifest["migrations"][0]["digest"] = json!("00");
        });
    }),
    ("exchange.unknown_table", |export| {
        change_manifest(export, |manifest| {
            manifest["tables"][0]["name"] = json!("../desk_ticket");
        });
    }),
    ("exchange.table_absent", |export| {
        change_manifest(export, |manifest| {
            manifest["tables"].as_array_mut().unwrap().remove(3);
        });
    }),
    ("exchange.table_absent", |export| {
        change_manifest(export, |manifest| {
            let tables = manifest["tables"].as_array_mut().unwrap();
            tables.push(tables[3].clone());
        });
    }),
    ("exchange.unknown_column", |export| {
        of_table(export, "desk_ticket", |table| {
            table["columns"][0]["name"] = json!("colour");
        });
    }),
    ("exchange.unknown_column", |export| {
        of_table(export, "desk_ticket", |table| {
            let columns = table["columns"].as_array_mut().unwrap();
            let title = columns.iter_mut().find(|column| column["name"] == "title");
            title.unwrap()["kind"] = json!("bytes");
        });
    }),
    ("exchange.column_absent", |export| {
        of_table(export, "desk_ticket", |table| {
            table["columns"].as_array_mut().unwrap().remove(0);
        });
    }),
    ("exchange.table_differs", |export| {
        of_table(export, "desk_ticket", |table| {
            table["file"] = json!("../../secret.jsonl");
        });
    }),
    ("exchange.table_differs", |export| {
        of_table(export, "desk_ticket", |table| {
            table["numbered"]["last"] = json!(-1)
        });
    }),
    ("exchange.strange_name", |export| {
        change_manifest(export, |manifest| {
            manifest["nested"][0]["file"] = json!("../tickets.jsonl");
        });
    }),
    ("exchange.strange_name", |export| {
        std::fs::write(export.join("run.sh"), "echo").unwrap();
    }),
    ("exchange.strange_name", |export| {
        std::fs::write(export.join("\u{1b}[2J"), "").unwrap();
    }),
    ("exchange.strange_name", |export| {
        std::fs::write(export.join("tables/desk_spell.jsonl"), "").unwrap();
    }),
    ("exchange.strange_name", |export| {
        std::fs::write(export.join("files/readme"), "").unwrap();
    }),
    ("exchange.strange_name", |export| {
        let (name, content) = file_of(export);
        let other = if name.starts_with("00") { "01" } else { "00" };
        std::fs::create_dir_all(export.join("files").join(other)).unwrap();
        std::fs::write(
            export
                .join("files")
                .join(other)
                .join(name.rsplit('/').next().unwrap()),
            content,
        )
        .unwrap();
    }),
    ("exchange.not_regular", |export| {
        let path = export.join("tables/desk_tag.jsonl");
        std::fs::rename(&path, export.with_extension("away")).unwrap();
        symlink(export.with_extension("away"), path).unwrap();
    }),
    ("exchange.not_regular", |export| {
        let (name, content) = file_of(export);
        let path = export.join("files").join(name);
        std::fs::write(export.with_extension("file"), content).unwrap();
        std::fs::remove_file(&path).unwrap();
        symlink(export.with_extension("file"), path).unwrap();
    }),
    ("exchange.not_regular", |export| {
        let path = export.join("files");
        std::fs::rename(&path, export.with_extension("files")).unwrap();
        symlink(export.with_extension("files"), path).unwrap();
    }),
    ("exchange.file_absent", |export| {
        std::fs::remove_file(export.join("tables/desk_tag.jsonl")).unwrap();
    }),
    ("exchange.file_differs", |export| {
        let (name, _) = file_of(export);
        std::fs::write(export.join("files").join(name), "PAPER JAM 49.4C03").unwrap();
    }),
    ("exchange.files_differ", |export| {
        let (name, _) = file_of(export);
        std::fs::remove_file(export.join("files").join(name)).unwrap();
    }),
    ("exchange.sum_differs", |export| {
        let path = export.join("tables/desk_ticket.jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("\"title\":\"", "\"title\":\"x", 1)).unwrap();
    }),
    ("exchange.sum_differs", |export| {
        let path = export.join("tickets.jsonl");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            &path,
            text.lines()
                .skip(1)
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
        )
        .unwrap();
    }),
    ("exchange.line.cut_off", |export| {
        let path = export.join("tables/desk_ticket.jsonl");
        let mut content = std::fs::read(&path).unwrap();
        content.truncate(content.len() - 20);
        std::fs::write(&path, content).unwrap();
    }),
    ("exchange.line.not_an_object", |export| {
        change_lines(export, "desk_ticket", |lines| lines[1] = "[1, 2]".to_owned());
    }),
    ("exchange.line.not_an_object", |export| {
        change_lines(export, "desk_ticket", |lines| lines[1].push_str(" {}"));
    }),
    ("exchange.line.twice", |export| {
        change_lines(export, "desk_ticket", |lines| {
            lines[1] = lines[1].replacen('{', "{\"title\":\"twice\",", 1);
        });
    }),
    ("exchange.line.unknown", |export| {
        change_lines(export, "desk_ticket", |lines| {
            lines[1] = lines[1].replacen('{', "{\"colour\":\"red\",", 1);
        });
    }),
    ("exchange.line.absent", |export| {
        change_lines(export, "desk_ticket", |lines| {
            change_line(&mut lines[1], |row| drop(row.remove("title")))
        });
    }),
    ("exchange.line.kind", |export| {
        change_lines(export, "desk_ticket", |lines| {
            change_line(&mut lines[1], |row| {
                row.insert("created_at".to_owned(), json!("2026-03-02T10:00:00Z"));
            });
        });
    }),
];

/// What only the database can judge; seen while the rows are put together beside the installation.
const SEEN_BY_THE_DATABASE: &[(&str, Damage)] = &[
    ("exchange.rows_refused", |export| {
        change_lines(export, "desk_ticket", |lines| lines.push(lines[0].clone()));
    }),
    ("exchange.rows_refused", |export| {
        change_lines(export, "desk_ticket", |lines| {
            change_line(&mut lines[1], |row| {
                drop(row.insert("title".to_owned(), Value::Null))
            });
        });
    }),
    ("exchange.not_unique", |export| {
        change_lines(export, "automate_rule", |lines| {
            let mut other = lines[0].clone();
            change_line(&mut other, |row| {
                drop(row.insert("id".to_owned(), json!("another")))
            });
            lines.push(other);
        });
    }),
    ("exchange.reference_broken", |export| {
        change_lines(export, "desk_article", |lines| {
            change_line(&mut lines[0], |row| {
                drop(row.insert("ticket".to_owned(), json!(999_999)))
            });
        });
    }),
    ("exchange.migrations_differ", |export| {
        change_lines(export, "kernel_migration", |lines| drop(lines.pop()));
    }),
    ("exchange.counted_wrong", |export| {
        of_table(export, "desk_ticket", |table| {
            table["numbered"]["last"] = json!(1)
        });
    }),
];

fn change_line(line: &mut String, change: impl FnOnce(&mut serde_json::Map<String, Value>)) {
    let mut row = serde_json::from_str(line).unwrap();
    change(&mut row);
    *line = serde_json::to_string(&row).unwrap();
}

fn of_table(export: &Path, table: &str, change: impl FnOnce(&mut Value)) {
    change_manifest(export, |manifest| {
        let tables = manifest["tables"].as_array_mut().unwrap();
        change(tables.iter_mut().find(|part| part["name"] == table).unwrap());
    });
}

/// The first stored file.
fn file_of(export: &Path) -> (String, Vec<u8>) {
    every_file(&export.join("files")).into_iter().next().unwrap()
}

/// In both languages, with the file where there is one, and what to do.
fn is_told(error: &kernel::Error) {
    for locale in [Locale::En, Locale::ZhCn] {
        let words = error.message(locale);
        assert!(
            !words.contains('⟨') && !words.contains("error-exchange") && words.len() > 40,
            "{error}: {words}"
        );
        assert!(!words.contains(char::is_control), "{words:?}");
    }
    if error.code().starts_with("exchange.line.") {
        let words = error.message(Locale::En);
        assert!(
            words.contains("tables/desk_ticket.jsonl, line ") && words.contains("Nothing was touched"),
            "{words}"
        );
    }
}

async fn with_rule() -> Place {
    let place = department(Database::Sqlite, 5).await;
    let house = place.house().await;
    let written = house.kernel.db.write(|tx| {
        tx.execute(
            "INSERT INTO automate_rule (id, place, name, enabled, version, definition, failures, updated_at)
             VALUES ('one', 1, 'a rule of the test', FALSE, 1, '{}', 0, 0)",
            &[],
        )
    });
    written.await.unwrap();
    place
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_export_is_refused_before_anything_is_touched() {
    register_texts();
    let first = with_rule().await;
    first.export("whole", Secrets::Included).await;
    let whole = first.path("whole");
    let target = Place::on(Database::of_this_run());
    for (place, (code, damage)) in SEEN_AT_ONCE.iter().enumerate() {
        let broken = first.path(&format!("broken-{place}"));
        copy_of(&whole, &broken);
        damage(&broken);
        let refused = exchange::check(&broken, &program()).await;
        let refused = refused.expect_err(&format!("{place}, {code}"));
        assert_eq!(refused.code(), *code, "{place}: {refused}");
        is_told(&refused);
        assert!(!target.path("data").exists(), "{code}: nothing was touched");
    }
    for (place, (code, damage)) in SEEN_BY_THE_DATABASE.iter().enumerate() {
        let broken = first.path(&format!("judged-{place}"));
        copy_of(&whole, &broken);
        damage(&broken);
        let checked = exchange::check(&broken, &program()).await.unwrap();
        let refused = target.load(&checked).await.expect_err(code);
        assert_eq!(refused.code(), *code, "{place}: {refused}");
        is_told(&refused);
        assert!(target.is_empty().await, "{code}: the installation is empty");
        assert!(
            every_file(&target.path("data/files")).is_empty(),
            "{code}: no file came"
        );
        assert!(!target.path("work").exists(), "{code}: the copy is gone");
    }
    // It was the damage.
    target.read_back(&whole).await;
    assert_eq!(target.sums().await, first.sums().await);
}
