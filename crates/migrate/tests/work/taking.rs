//! Exports taken over whole: what stands here afterwards, that it stands once, and that nobody hears of it.

use std::collections::BTreeMap;

use desk::article::Article;
use desk::figures;
use desk::ticket::family::{self, Relation};
use desk::ticket::value::{Channel, Priority, State, TicketType, Voice};
use desk::ticket::{self, Category, Entry, Filter, View};
use desk::view;
use kernel::Timestamp;
use kernel::db::params;
use migrate::Desk;
use testkit::TestApp;

use crate::house::{export, take};

const GLPI: &str = "time_zone = \"Asia/Shanghai\"\n[categories]\n\"hardware > printers\" = \"hardware\"\n[teams]\n\"IT > Print Team\" = \"Printing\"\n";

/// Every ticket by its title, with what was said.
async fn all(app: &TestApp) -> BTreeMap<String, (View, Vec<Article>)> {
    let cx = app.cx();
    app.read(move |tx| {
        let mut found = BTreeMap::new();
        for row in ticket::list(tx, &cx, &Filter::default(), None, 200)?.items {
            let view = ticket::load(tx, &cx, row.number)?;
            let line = ticket::timeline(tx, &cx, row.number)?;
            let said = line.entries.into_iter().filter_map(|entry| match entry {
                Entry::Article(article) => Some(article),
                Entry::Event(_) => None,
            });
            found.insert(view.ticket.title.clone(), (view, said.collect()));
        }
        Ok(found)
    })
    .await
    .unwrap()
}

async fn links(app: &TestApp, title: &str) -> Vec<(Relation, String)> {
    let (cx, number) = (app.cx(), all(app).await[title].0.ticket.number);
    app.read(move |tx| {
        let ticket = ticket::load(tx, &cx, number)?.ticket;
        let linked = family::linked(tx, &cx, &ticket)?;
        Ok(linked
            .into_iter()
            .map(|one| (one.relation, one.ticket.title))
            .collect())
    })
    .await
    .unwrap()
}

async fn count(app: &TestApp, table: &'static str) -> i64 {
    app.read(move |tx| {
        tx.query_one(
            &format!("SELECT COUNT(*) AS many FROM {table}"),
            params![],
            |row| row.get("many"),
        )
    })
    .await
    .unwrap()
}

async fn counts_are_right(app: &TestApp) {
    let (stored, scanned) = app
        .read(|tx| Ok((view::store::stored(tx)?, view::store::scan(tx)?)))
        .await
        .unwrap();
    assert_eq!(stored, scanned);
}

fn at(text: &str) -> Option<Timestamp> {
    // Fixtures are in UTC and written with a T and a Z.
    Some(serde_json::from_value(serde_json::json!(text)).unwrap())
}

#[tokio::test]
async fn a_zammad_is_taken_over_with_texts_files_people_times_and_links() {
    let app = TestApp::open().await;
    let (summary, refused) = take(&app, Desk::Zammad, &export(Desk::Zammad), None, false).await;
    assert_eq!(refused, []);
    assert_eq!(
        (
            summary.tickets,
            summary.known,
            summary.people_added,
            summary.teams_added
        ),
        (3, 0, 3, 2)
    );
    assert_eq!(
        (summary.articles, summary.files, summary.linked, summary.unlinked),
        (7, 2, 2, 0)
    );
    let all = all(&app).await;
    let (view, said) = &all["VPN drops every hour"];
    let ticket = &view.ticket;
    assert_eq!(
        (ticket.state, ticket.priority, ticket.ticket_type),
        (State::Closed, Priority::P1, TicketType::Incident)
    );
    assert_eq!(
        (ticket.channel, ticket.organisation.as_deref()),
        (Channel::Mail, Some("Example Works"))
    );
    assert_eq!(Some(ticket.created_at), at("2026-01-12T09:00:00Z"));
    assert_eq!(ticket.first_response_at, at("2026-01-12T09:20:00Z"));
    assert_eq!(
        (ticket.resolved_at, ticket.closed_at),
        (at("2026-01-13T15:00:00Z"), at("2026-01-13T15:00:00Z"))
    );
    assert_eq!(ticket.last_voice, Voice::Staff);
    assert!(ticket.team.is_some() && ticket.assignee.is_some() && ticket.policy.is_none());
    assert_eq!(view.tags, ["office berlin", "vpn"]);
    let shown: Vec<(&str, bool, Voice)> = said
        .iter()
        .map(|one| (one.body.as_str(), one.public, one.voice))
        .collect();
    assert_eq!(
        shown[..5],
        [
            ("The VPN drops every hour.", true, Voice::Requester),
            ("Which client do you use?", true, Voice::Staff),
            ("Router log says rekey failed.", false, Voice::Staff),
            ("The blue one.", true, Voice::Requester),
            ("New firmware is on it.", true, Voice::Staff),
        ]
    );
    let html = said[2].body_html.as_deref().unwrap();
    assert_eq!(html, "<div>Router log says <i>rekey failed</i>.</div>");
    let (note, public) = (shown[5].0, shown[5].1);
    assert!(!public, "what was over there is for the desk alone");
    for words in [
        "Zammad",
        "22050",
        "affected_floor",
        "Floor 2",
        "LT-0042",
        "keep an eye on it",
        "45",
        "On site",
    ] {
        assert!(note.contains(words), "{words}: {note}");
    }
    let file = &said[0].attachments[0];
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str(), file.size),
        ("vpn.log", "text/plain", 20)
    );
    assert_eq!(
        app.house.kernel.files.get(&file.hash).await.unwrap(),
        "09:00 tunnel is down"
    );
    let picture = &said[2].attachments[0];
    assert_eq!(picture.content_id.as_deref(), Some("screen@zammad.example.com"));
    assert_eq!(all["New monitor 显示器"].0.ticket.state, State::WaitingRequester);
    assert_eq!(
        all["New monitor 显示器"].0.ticket.ticket_type,
        TicketType::ChangeRequest
    );
    assert_eq!(
        links(&app, "VPN drops every hour").await,
        [
            (Relation::Related, "New monitor 显示器".to_owned()),
            (Relation::ParentOf, "VPN again".to_owned())
        ]
    );
}

#[tokio::test]
async fn people_come_with_what_is_known_of_them_and_get_no_work() {
    let app = TestApp::open().await;
    take(&app, Desk::Zammad, &export(Desk::Zammad), None, false).await;
    let (nora, emil, otto, roles) = app
        .read(|tx| {
            let find =
                |tx: &mut kernel::db::Tx<'_>, email: &str| people::user::store::find_by_email(tx, email);
            let nora = find(tx, "nora.keller@example.com")?.unwrap();
            let emil = find(tx, "emil.brandt@example.com")?.unwrap();
            let otto = find(tx, "otto.alt@example.com")?.unwrap();
            let roles = [nora.id, emil.id, otto.id]
                .into_iter()
                .map(|id| people::role::store::of_user(tx, id))
                .collect::<kernel::Result<Vec<_>>>()?;
            Ok((nora, emil, otto, roles))
        })
        .await
        .unwrap();
    assert_eq!(
        (nora.name.as_str(), nora.phone.as_str(), nora.department.as_str()),
        ("Nora Keller", "+49 30 5550101", "Purchasing")
    );
    assert_eq!(
        (nora.organisation.as_str(), nora.place.as_str()),
        ("Example Works", "House 3 Floor 2")
    );
    assert_eq!(
        (nora.locale, emil.locale),
        (Some(kernel::Locale::En), Some(kernel::Locale::ZhCn))
    );
    assert!(!nora.has_password && !emil.has_password && emil.tier.is_none() && otto.tier.is_none());
    // Who has left over there is nobody's technician here.
    assert_eq!(roles, [vec!["requester"], vec!["technician"], vec!["requester"]]);
}

#[tokio::test]
async fn a_glpi_is_taken_over_by_its_numbers_and_the_departments_mapping() {
    let app = TestApp::open().await;
    let (summary, refused) = take(&app, Desk::Glpi, &export(Desk::Glpi), Some(GLPI), false).await;
    assert_eq!(refused, []);
    assert_eq!(
        (
            summary.tickets,
            summary.people_added,
            summary.teams_added,
            summary.files
        ),
        (3, 3, 1, 2)
    );
    let all = all(&app).await;
    let (view, said) = &all["Printer & scanner jam"];
    let ticket = &view.ticket;
    assert_eq!(
        (ticket.state, ticket.priority, ticket.category),
        (State::Closed, Priority::P1, Category::Hardware)
    );
    assert_eq!(
        (ticket.impact.as_str(), ticket.urgency.as_str()),
        ("team", "high")
    );
    assert_eq!(
        (ticket.resolved_at, ticket.closed_at),
        (at("2026-01-13T03:00:00Z"), at("2026-01-14T08:00:00Z"))
    );
    assert_eq!(view.resolutions[0].solution, "Rollers replaced.");
    let bodies: Vec<&str> = said.iter().map(|one| one.body.as_str()).collect();
    // Followups, solutions, and tasks are lists of their own over there; here they stand by their time.
    assert_eq!(
        bodies[..7],
        [
            "It jams on tray 2.",
            "Which paper?",
            "80 g",
            "Rollers are old.",
            "Cleaned.",
            "On site",
            "Rollers replaced."
        ]
    );
    assert!(
        bodies[7].contains("4 · Quick & kind") && bodies[7].contains("90") && bodies[7].contains("ERP-99")
    );
    let names: Vec<(usize, &str)> = said
        .iter()
        .enumerate()
        .flat_map(|(place, one)| {
            one.attachments
                .iter()
                .map(move |file| (place, file.name.as_str()))
        })
        .collect();
    assert_eq!(
        names,
        [(0, "jam.txt"), (6, "bill.pdf")],
        "each file hangs where it hung"
    );
    let share = &all["Access to the share"].0;
    assert_eq!(
        (share.ticket.state, share.ticket.ticket_type),
        (State::WaitingRequester, TicketType::Request)
    );
    let hardware = &all["Printer jams too"].0;
    assert_eq!(
        (hardware.ticket.category, hardware.tags.clone()),
        (Category::Other, vec!["hardware".to_owned()])
    );
    assert_eq!(
        links(&app, "Printer jams too").await,
        [(Relation::DuplicateOf, "Printer & scanner jam".to_owned())]
    );
    let number = ticket.number;
    let fact = app
        .read(move |tx| Ok(figures::store::load(tx, &[number])?.remove(&number)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (fact.source.as_deref(), fact.met, fact.solved_ms),
        (Some("glpi"), Some(true), Some(26 * 3_600_000))
    );
    counts_are_right(&app).await;
}

#[tokio::test]
async fn every_desk_is_taken_once_however_often_it_comes_and_nobody_is_written_to() {
    let app = TestApp::open().await;
    let letters = count(&app, "mail_outbound").await;
    for (desk, tickets) in [
        (Desk::Zammad, 3),
        (Desk::Glpi, 3),
        (Desk::Osticket, 2),
        (Desk::Rt, 3),
        (Desk::Jira, 2),
    ] {
        let before = tables(&app).await;
        let (would, refused) = take(&app, desk, &export(desk), None, true).await;
        assert_eq!((would.tickets, refused), (tickets, vec![]), "{desk:?}");
        assert_eq!(
            tables(&app).await,
            before,
            "a dry run of {desk:?} wrote something"
        );
        let (first, _) = take(&app, desk, &export(desk), None, false).await;
        assert_eq!(first.mapped, would.mapped, "{desk:?}");
        assert_eq!(
            (first.tickets, first.files, first.people_added, first.linked),
            (would.tickets, would.files, would.people_added, would.linked)
        );
        let after = tables(&app).await;
        let (again, _) = take(&app, desk, &export(desk), None, false).await;
        assert_eq!(
            (again.tickets, again.known, again.people_added, again.linked),
            (0, tickets, 0, 0),
            "{desk:?}"
        );
        assert_eq!(tables(&app).await, after, "{desk:?} was taken twice");
    }
    counts_are_right(&app).await;
    app.settle().await;
    assert_eq!(count(&app, "mail_outbound").await, letters);
    let rebuilt = app
        .write(|tx| {
            view::store::rebuild(tx)?;
            view::store::stored(tx)
        })
        .await
        .unwrap();
    assert_eq!(rebuilt, app.read(view::store::scan).await.unwrap());
}

async fn tables(app: &TestApp) -> Vec<i64> {
    let mut counts = Vec::new();
    for table in [
        "desk_ticket",
        "desk_article",
        "desk_attachment",
        "desk_import",
        "people_user",
        "people_team",
        "kernel_link",
        "kernel_event",
    ] {
        counts.push(count(app, table).await);
    }
    counts
}

#[tokio::test]
async fn an_import_that_was_cut_short_goes_on_where_it_stood() {
    let app = TestApp::open().await;
    let folder = crate::house::copy(Desk::Zammad);
    std::fs::remove_file(folder.path().join("tickets-2.json")).unwrap();
    let (first, _) = take(&app, Desk::Zammad, folder.path(), None, false).await;
    assert_eq!((first.tickets, first.unlinked), (2, 1));
    let (second, _) = take(&app, Desk::Zammad, &export(Desk::Zammad), None, false).await;
    assert_eq!((second.tickets, second.known, second.unlinked), (1, 2, 0));
    let parent = (Relation::ChildOf, "VPN drops every hour".to_owned());
    assert_eq!(links(&app, "VPN again").await, [parent]);
}

#[tokio::test]
async fn the_report_says_what_each_word_became_in_the_readers_language() {
    let app = TestApp::open().await;
    let (summary, _) = take(&app, Desk::Zammad, &export(Desk::Zammad), None, true).await;
    let order = migrate::Order {
        desk: Desk::Zammad,
        folder: export(Desk::Zammad),
        map: None,
        dry: true,
    };
    let english = migrate::report::text(&order, &summary, kernel::Locale::En);
    assert!(
        english.contains("pending reminder → waiting_requester  (1)"),
        "{english}"
    );
    assert!(english.contains("Nothing was written"), "{english}");
    let chinese = migrate::report::text(&order, &summary, kernel::Locale::ZhCn);
    assert!(
        chinese.contains("状态") && chinese.contains("没有写入"),
        "{chinese}"
    );
}
