//! One package: what was said of the fault, its evidence, its clock, its issue, its reports; and the file of it all.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use kernel::cx::Cx;
use kernel::db::Tx;
use kernel::error::{Error, Result};
use kernel::id::UserId;
use kernel::time::Timestamp;
use std::collections::BTreeMap;
use web::{App, Page, Path, Shell, download_bytes, html};

use crate::access;
use crate::package::store::Chase;
use crate::package::{Package, PackageId, Piece, State as PackageState, file, listing, store, telling};
use crate::report::{self, Report, Verdict};
use crate::tracker::{self, Message};

const CHASES: i64 = 20;
const REPORTS: i64 = 20;

#[derive(Template)]
#[template(path = "package/views/given.html")]
struct Given {
    shell: Shell,
    package: Package,
    pieces: Vec<Piece>,
    reports: Vec<Report>,
    chases: Vec<Chase>,
    message: Option<Message>,
    receiver: String,
    names: BTreeMap<String, String>,
    may_report: bool,
    may_take: bool,
    may_judge: bool,
    may_withdraw: bool,
    /// Whether the reader may open the ticket.
    may_open: bool,
    now: Timestamp,
}

impl Given {
    fn name(&self, user: &Option<UserId>) -> &str {
        let name = user.as_ref().and_then(|user| self.names.get(&user.to_string()));
        name.map_or("–", String::as_str)
    }

    /// The parts that say something.
    fn parts(&self) -> Vec<(&'static str, &str)> {
        let fault = &self.package.fault;
        let all = [
            ("handover-steps", &fault.steps),
            ("handover-expected", &fault.expected),
            ("handover-actual", &fault.actual),
            ("handover-environment", &fault.environment),
            ("handover-versions", &fault.versions),
            ("handover-found", &fault.found),
            ("handover-tried", &fault.tried),
        ];
        all.into_iter()
            .filter(|(_, words)| !words.is_empty())
            .map(|(key, words)| (key, words.as_str()))
            .collect()
    }

    /// The parts of a report that say something.
    fn findings<'report>(&self, report: &'report Report) -> Vec<(&'static str, &'report str)> {
        let findings = &report.findings;
        let all = [
            ("handover-cause-technical", &findings.cause_technical),
            ("handover-cause-plain", &findings.cause_plain),
            ("handover-fix", &findings.fix),
            ("handover-fixed-in", &findings.fixed_in),
            ("handover-prevention", &findings.prevention),
        ];
        all.into_iter()
            .filter(|(_, words)| !words.is_empty())
            .map(|(key, words)| (key, words.as_str()))
            .collect()
    }

    fn chase_text(&self, chase: &Chase) -> String {
        match chase.step {
            0 => self.shell.t("handover-chase-half"),
            1 => self.shell.t("handover-chase-due"),
            step => self.shell.n("handover-chase-day", step - 1),
        }
    }

    fn mails(&self, chase: &Chase) -> String {
        self.shell.n("handover-mails", chase.mails)
    }

    fn report_title(&self, report: &Report) -> String {
        self.shell.w("handover-report-number", "number", report.number)
    }

    fn reason_tone(&self, report: &Report) -> &'static str {
        match report.verdict {
            Some(Verdict::Accepted) => "info",
            _ => "warning",
        }
    }

    fn size(&self, piece: &Piece) -> String {
        kernel::i18n::format_size(u64::try_from(piece.size).unwrap_or(0), self.shell.cx.locale)
    }
}

fn read(tx: &mut Tx<'_>, cx: &Cx, id: PackageId, shell: Shell) -> Result<Given> {
    let package = listing::load(tx, cx, id)?;
    let reports = report::store::of_package(tx, id, REPORTS)?;
    let people: Vec<UserId> = reports
        .iter()
        .flat_map(|report| [report.reported_by, report.judged_by])
        .chain([package.handed_by, package.developer])
        .flatten()
        .collect();
    let cards = people::user::store::cards(tx, &people)?;
    let ticket = desk::ticket::store::load(tx, package.ticket)?;
    let may_open = ticket.is_some_and(|ticket| desk::ticket::access::sees_internal(cx, &ticket));
    let waits = reports.first().is_some_and(|report| report.verdict.is_none());
    let is_running = package.state.is_running();
    let may_report = is_running && access::may_report(cx, &package);
    let is_free = package.developer.is_none() || package.developer == cx.user_id();
    Ok(Given {
        shell,
        pieces: store::pieces(tx, id)?,
        chases: store::chases(tx, id, CHASES)?,
        message: match package.tracker {
            Some(_) => tracker::store::message_of(tx, id)?,
            None => None,
        },
        receiver: telling::receiver_name(tx, &package)?,
        names: cards
            .into_iter()
            .map(|(id, card)| (id.to_string(), card.name))
            .collect(),
        may_report,
        may_take: may_report && is_free && package.state == PackageState::HandedOver,
        may_judge: waits && package.state == PackageState::Reported && access::may_judge(cx, &package),
        may_withdraw: !package.state.is_settled() && access::may_withdraw(cx, &package),
        may_open,
        now: cx.now(),
        reports,
        package,
    })
}

/// `GET /handovers/{id}`
pub(super) async fn show(State(app): State<App>, page: Page, Path(id): Path<PackageId>) -> web::Result {
    let cx = page.cx.clone();
    let shell = page.shell(&app, "").await?;
    let mut view = app.db.read(move |tx| read(tx, &cx, id, shell.clone())).await?;
    view.shell.title = view.package.fault.title.clone();
    html(view)
}

/// `GET /handovers/{id}/package.zip`
pub(super) async fn archive(State(app): State<App>, page: Page, Path(id): Path<PackageId>) -> web::Result {
    let cx = page.cx.clone();
    let (package, pieces) = app
        .db
        .read(move |tx| Ok((listing::load(tx, &cx, id)?, store::pieces(tx, id)?)))
        .await?;
    let link = telling::link(&app.config.base_url, &package);
    let content = file::packed(&app.files, &package, &pieces, &link).await?;
    let name = format!("handover-{}-{}.zip", package.ticket, package.id);
    let mut answer = download_bytes(content.into(), &name, "application/zip")?;
    answer.headers_mut().insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    );
    Ok(answer)
}

/// `GET /handovers/{id}/evidence/{place}`
pub(super) async fn evidence(
    State(app): State<App>,
    page: Page,
    Path((id, place)): Path<(PackageId, i64)>,
) -> web::Result {
    let cx = page.cx.clone();
    let find = move |tx: &mut Tx<'_>| {
        listing::load(tx, &cx, id)?;
        let pieces = store::pieces(tx, id)?;
        pieces
            .into_iter()
            .find(|piece| piece.place == place)
            .ok_or_else(Error::not_found)
    };
    let piece = app.db.read(find).await?;
    let content = match (&piece.hash, &piece.words) {
        (Some(hash), _) => app.files.get(hash).await?,
        (None, words) => words.clone().unwrap_or_default().into(),
    };
    download_bytes(content, &file::name_of(&piece), &piece.media_type)
}
