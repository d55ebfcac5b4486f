//! The texts that ship with the house: articles, templates, guides, and synonyms, as their files say. `crate::installing` brings
//! them in.
//!
//! An article is a file for each language, with its facts in front (`front.rs`). Links between articles name them (`article:vpn-connect`);
//! once they have numbers, the links do too.

mod front;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::Locale;
use kernel::error::{Error, Result};
use serde::Deserialize;

use crate::article::Kind;
use crate::guide::Definition;
use crate::space::Space;
use crate::text::Words;

include!(concat!(env!("OUT_DIR"), "/content.rs"));

/// Where templates stand.
const DEPARTMENT: &str = "department";

/// Spaces in their order: name, English and Chinese title, icon.
const SPACES: &[(&str, &str, &str, &str)] = &[
    ("accounts", "Accounts and sign-in", "账号与登录", "key-round"),
    ("devices", "Computers and devices", "电脑与设备", "laptop"),
    ("printing", "Printing and scanning", "打印与扫描", "printer"),
    ("network", "Network and VPN", "网络与 VPN", "wifi"),
    ("mail", "Mail and calendar", "邮件与日历", "mail"),
    ("meetings", "Meetings", "会议", "video"),
    ("software", "Software and files", "软件与文件", "hard-drive"),
    ("security", "Security", "信息安全", "shield"),
    ("joining", "Joining and leaving", "入职与离职", "users"),
    (DEPARTMENT, "IT department", "信息部门", "book-open"),
];

/// An article or a template in its languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// Its name: `vpn-connect`.
    pub slug: &'static str,
    /// What sort.
    pub kind: Kind,
    /// The space it stands in.
    pub space: &'static str,
    /// A category of tickets.
    pub category: Option<&'static str>,
    /// Who may read it.
    pub audience: &'static str,
    /// Its words, the original first.
    pub texts: Vec<(Locale, Words)>,
}

/// Names the texts of this release.
#[must_use]
pub fn hash() -> &'static str {
    HASH
}

/// The articles by name.
///
/// # Errors
/// When a file is not as it should be: a defect that tests find.
pub fn articles() -> Result<Vec<Shipped>> {
    let mut found: BTreeMap<&'static str, Shipped> = BTreeMap::new();
    for (slug, tag, text) in ARTICLES {
        let file = front::read(text).map_err(|what| broken(slug, tag, &what))?;
        let get = |key: &str| {
            file.get(key)
                .ok_or_else(|| broken(slug, tag, &format!("no {key}")))
        };
        let audience = get("audience")?;
        let shipped = Shipped {
            slug,
            kind: kind(get("kind")?).ok_or_else(|| broken(slug, tag, "no such kind"))?,
            space: get("space")?,
            category: Some(get("category")?),
            audience,
            texts: vec![(locale(slug, tag)?, file.words())],
        };
        join(&mut found, shipped, tag)?;
    }
    Ok(found.into_values().collect())
}

/// The templates by name.
///
/// # Errors
/// As [`articles`].
pub fn templates() -> Result<Vec<Shipped>> {
    let mut found: BTreeMap<&'static str, Shipped> = BTreeMap::new();
    for (slug, tag, text) in TEMPLATES {
        let file = front::read(text).map_err(|what| broken(slug, tag, &what))?;
        let word = file.get("kind").unwrap_or_default();
        let kind = kind(word).ok_or_else(|| broken(slug, tag, "no such kind"))?;
        let is_for_staff = matches!(kind, Kind::Procedure | Kind::EmergencyPlan | Kind::ReleaseNote);
        let shipped = Shipped {
            slug,
            kind,
            space: DEPARTMENT,
            category: None,
            // What is begun with it is meant for the same people.
            audience: if is_for_staff { "staff" } else { "everyone" },
            texts: vec![(locale(slug, tag)?, file.words())],
        };
        join(&mut found, shipped, tag)?;
    }
    Ok(found.into_values().collect())
}

/// Puts the languages of one together; they say the same of it.
fn join(found: &mut BTreeMap<&'static str, Shipped>, one: Shipped, tag: &str) -> Result<()> {
    let Some(known) = found.get_mut(one.slug) else {
        found.insert(one.slug, one);
        return Ok(());
    };
    let facts = |one: &Shipped| (one.kind, one.space, one.category, one.audience);
    if facts(known) != facts(&one) {
        return Err(broken(
            one.slug,
            tag,
            "its facts differ from those of the other language",
        ));
    }
    known.texts.extend(one.texts);
    known.texts.sort_by_key(|(locale, _)| *locale);
    Ok(())
}

fn kind(word: &str) -> Option<Kind> {
    Kind::parse(word)
}

fn locale(slug: &str, tag: &str) -> Result<Locale> {
    let known = Locale::ALL.into_iter().find(|locale| locale.tag() == tag);
    known.ok_or_else(|| broken(slug, tag, "no such language"))
}

fn broken(slug: &str, tag: &str, what: &str) -> Error {
    Error::internal(format!("content/{slug}.{tag}.md: {what}"))
}

/// The spaces the articles stand in, in their order.
#[must_use]
pub fn spaces() -> Vec<Space> {
    let spaces = (1_i64..).zip(SPACES).map(|(place, (id, en, zh, icon))| Space {
        id: (*id).to_owned(),
        title_en: (*en).to_owned(),
        title_zh: (*zh).to_owned(),
        icon: (*icon).to_owned(),
        parent: None,
        place,
    });
    spaces.collect()
}

/// The guides in their order, by key.
///
/// # Errors
/// As [`articles`].
pub fn guides() -> Result<Vec<(String, Definition)>> {
    #[derive(Deserialize)]
    struct Keyed {
        key: String,
        #[serde(flatten)]
        definition: Definition,
    }
    let all: Vec<Keyed> = serde_json::from_str(GUIDES)?;
    Ok(all.into_iter().map(|one| (one.key, one.definition)).collect())
}

/// Groups of words that mean the same.
#[must_use]
pub fn synonyms() -> Vec<Vec<String>> {
    let lines = SYNONYMS.lines().map(str::trim);
    let groups = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    groups
        .map(|line| {
            line.split(',')
                .map(|word| word.trim().to_owned())
                .filter(|word| !word.is_empty())
                .collect()
        })
        .collect()
}
