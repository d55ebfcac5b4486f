//! `/agent-releases`: what was published, for which platforms, how many devices run it, and until when its signatures count.

use askama::Template;
use axum::extract::State;
use axum::http::Method;
use kernel::db::Tx;
use kernel::i18n::{InstantStyle, format_instant};
use web::{App, Need, Page, Routes, Shell, html, urlencoded};

use super::listing::{self, Listed, Releases};
use super::{Standing, Trust};
use crate::{CHANGE, READ};

/// The list.
const PATH: &str = "/agent-releases";

pub(super) fn routes() -> Routes {
    Routes::new().page(Method::GET, PATH, Need::permission(READ), show)
}

#[derive(Template)]
#[template(path = "release/views/releases.html")]
struct List {
    shell: Shell,
    trust: Option<Trust>,
    items: Vec<Listed>,
    standing: Option<Standing>,
    may_roll_out: bool,
}

impl List {
    /// The platforms of a release, in one line.
    fn platforms(&self, one: &Listed) -> String {
        let names: Vec<&str> = one
            .programs
            .iter()
            .map(|program| program.platform.as_str())
            .collect();
        names.join(", ")
    }

    fn devices_href(&self, one: &Listed) -> String {
        let query = format!("agent:{}", one.release.version);
        format!("/devices?{}", urlencoded::join(&[("q", &query)]))
    }

    fn roll_out_href(&self, one: &Listed) -> String {
        format!(
            "/rollouts/new?{}",
            urlencoded::join(&[("agent", &one.release.version)])
        )
    }

    fn is_over(&self) -> bool {
        self.standing == Some(Standing::Over)
    }

    /// What is wrong or soon will be: the colour and the words.
    fn warning(&self) -> Option<(&'static str, String)> {
        let trust = self.trust.as_ref()?;
        let cx = &self.shell.cx;
        let at = format_instant(trust.expires_at, cx.locale, &cx.time_zone, InstantStyle::Full);
        match self.standing? {
            Standing::Good => None,
            Standing::Soon => Some(("warning", self.shell.w("fleet-release-soon", "at", at))),
            Standing::Over => Some(("danger", self.shell.w("fleet-release-over", "at", at))),
        }
    }
}

/// `GET /agent-releases`
async fn show(State(app): State<App>, page: Page) -> web::Result {
    let cx = page.cx.clone();
    let Releases { trust, items } = app.db.read(move |tx: &mut Tx<'_>| listing::list(tx, &cx)).await?;
    html(List {
        shell: page.shell(&app, page.t("fleet-releases-title")).await?,
        standing: trust.as_ref().map(|trust| trust.standing(page.cx.now())),
        trust,
        items,
        may_roll_out: page.cx.may(CHANGE).is_some(),
    })
}

#[cfg(test)]
mod tests {
    use kernel::Locale;
    use kernel::cx::Cx;
    use kernel::time::{Clock, Timestamp};

    use super::*;
    use crate::release::{Program, Release};

    #[test]
    fn the_page_is_whole_in_both_languages_with_releases_and_without() {
        kernel::i18n::register(crate::LOCALES);
        let now = Timestamp::from_secs(1_772_445_600);
        let listed = Listed {
            release: Release {
                version: "1.2.3".to_owned(),
                published_at: now,
                published_name: "shen".to_owned(),
            },
            programs: vec![Program {
                version: "1.2.3".to_owned(),
                platform: "linux-x86_64".to_owned(),
                size: 1,
                raw_hash: String::new(),
                bundle_size: 2,
                hash: String::new(),
            }],
            devices: 7,
        };
        let trust = Trust {
            root: String::new(),
            root_version: 2,
            expires_at: now.add_secs(86_400),
            published_at: now,
        };
        for locale in Locale::ALL {
            let mut cx = Cx::system(Clock::manual(now), "test");
            cx.locale = locale;
            for (items, standing) in [
                (Vec::new(), None),
                (vec![listed.clone()], Some(Standing::Soon)),
                (vec![listed.clone()], Some(Standing::Over)),
            ] {
                let view = List {
                    shell: Shell::plain(&cx),
                    trust: standing.map(|_| trust.clone()),
                    may_roll_out: true,
                    items,
                    standing,
                };
                let html = view.render().unwrap();
                let missing = html.split('⟨').nth(1).filter(|text| text.starts_with("fleet"));
                assert_eq!(missing, None, "{locale}");
                assert_eq!(
                    html.contains("/rollouts/new?agent=1.2.3"),
                    standing == Some(Standing::Soon),
                    "{locale}"
                );
            }
        }
    }
}
