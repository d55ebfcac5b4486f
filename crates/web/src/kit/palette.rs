//! `GET /palette?q=`: where the reader may go and what slices find, as the lines of the palette.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use crate::answer::html;
use crate::app::App;
use crate::extract::Query;
use crate::failure::Result;
use crate::page::Page;
use crate::shell::Shell;
use crate::slice::PaletteEntry;

const ENTRIES_PER_GROUP: usize = 8;
const LETTERS_AT_MOST: usize = 200;

#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    q: String,
}

struct Group {
    title: String,
    entries: Vec<PaletteEntry>,
}

#[derive(Template)]
#[template(path = "palette.html")]
struct View {
    shell: Shell,
    groups: Vec<Group>,
}

pub(super) async fn show(State(app): State<App>, page: Page, Query(typed): Query<Typed>) -> Result {
    let text: String = typed.q.trim().chars().take(LETTERS_AT_MOST).collect();
    let mut groups = vec![Group {
        title: page.t("web-palette-go"),
        entries: places(&app, &page, &text),
    }];
    for source in app.palette_sources() {
        match (source.find)(app.clone(), page.cx.clone(), text.clone()).await {
            Ok(mut entries) => {
                entries.truncate(ENTRIES_PER_GROUP);
                groups.push(Group {
                    title: page.t(source.title),
                    entries,
                });
            }
            // One source that fails must not take the keyboard from everybody.
            Err(error) => tracing::warn!(source = source.title, error = %error, "a palette source failed"),
        }
    }
    groups.retain(|group| !group.entries.is_empty());
    html(View {
        shell: page.bare(&app, ""),
        groups,
    })
}

/// Entries of the menu whose words contain what was typed.
fn places(app: &App, page: &Page, text: &str) -> Vec<PaletteEntry> {
    let wanted = text.to_lowercase();
    let visible = app.navigation(&page.cx).map(|item| PaletteEntry {
        text: page.t(item.key),
        note: String::new(),
        href: item.href.to_owned(),
        icon: item.icon,
    });
    visible
        .filter(|entry| entry.text.to_lowercase().contains(&wanted))
        .take(ENTRIES_PER_GROUP)
        .collect()
}
