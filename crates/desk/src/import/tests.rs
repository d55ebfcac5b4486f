//! Files with faults: what is wrong is named, and a ticket is taken whole or not at all.

use std::io::Write as _;
use std::sync::Arc;

use kernel::db::Tx;
use kernel::i18n::Locale;
use kernel::time::Timestamp;

use super::mapping::Mapping;
use super::refusal::{Progress, Refusal, Summary, Witness};
use super::{Order, run};
use crate::fixture::Desk;
use crate::tests::figures::assert_equal_to_a_scan;
use crate::ticket::value::{Priority, State};
use crate::ticket::{Filter, Ticket, list, load};
use crate::{figures, service_level};

const LOG: &str = r#"
source = "old"
format = "csv"
missing = ["?"]
time_zone = "Asia/Shanghai"
dates = ["%d/%m/%Y %H:%M", "iso"]
[log]
at = "at"
by = { email = "{by|slug}@old.invalid", create = true, role = "technician" }
[ticket]
id = "id"
title = "{title}"
opened = "opened"
[ticket.state]
column = "state"
values = { Open = "in_progress", Done = "resolved", Shut = "closed", "-100" = "" }
[ticket.priority]
column = "prio"
values = { "1 - Critical" = "P0", "4 - Low" = "P3" }
[ticket.requester]
email = "{who|slug}@old.invalid"
create = true
[ticket.team]
name = "{team}"
create = true
"#;

const HEAD: &str = "id,title,opened,at,by,state,prio,who,team\n";

#[derive(Default)]
struct Heard(Vec<Refusal>);

impl Witness for Heard {
    fn progress(&mut self, _: Progress) {}

    fn refused(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }
}

async fn take(desk: &Desk, mapping: &str, text: &str, dry: bool) -> (Summary, Vec<Refusal>) {
    kernel::i18n::register(crate::LOCALES);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    std::fs::File::create(&file)
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let order = Order {
        file,
        mapping: Arc::new(Mapping::parse(mapping).unwrap()),
        dry,
        folder: folder.path().to_owned(),
    };
    let mut heard = Heard::default();
    let summary = run(&desk.db, &desk.system(), &order, &mut heard).await.unwrap();
    (summary, heard.0)
}

async fn tickets(desk: &Desk) -> Vec<Ticket> {
    let cx = desk.manager.cx();
    desk.read(move |tx: &mut Tx<'_>| {
        let page = list(tx, &cx, &Filter::default(), None, 200)?;
        let mut all = Vec::new();
        for row in page.items {
            all.push(load(tx, &cx, row.number)?.ticket);
        }
        all.sort_by_key(|ticket| ticket.number);
        Ok(all)
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn a_log_becomes_tickets_with_their_true_times() {
    let desk = Desk::open().await;
    let text = format!(
        "{HEAD}A,Printer,5/1/2026 09:00,5/1/2026 09:10,Bo,Open,4 - Low,Ann,Desk\n\
         B,VPN,5/1/2026 09:30,5/1/2026 09:30,?,-100,1 - Critical,Cy,?\n\
         A,Printer,5/1/2026 09:00,6/1/2026 11:00,Bo,Done,?,Ann,?\n\
         A,Printer,5/1/2026 09:00,6/1/2026 10:00,Bo,Open,1 - Critical,Ann,Network\n"
    );
    let (summary, refused) = take(&desk, LOG, &text, false).await;
    assert!(refused.is_empty(), "{refused:?}");
    assert_eq!(
        (summary.taken, summary.people_added, summary.teams_added),
        (2, 3, 2)
    );
    let all = tickets(&desk).await;
    let at = |text: &str| Some(Timestamp::from(text.parse::<jiff::Timestamp>().unwrap()));
    assert_eq!(Some(all[0].created_at), at("2026-01-05T01:00:00Z"));
    assert_eq!(all[0].resolved_at, at("2026-01-06T03:00:00Z"));
    assert_eq!((all[0].state, all[0].priority), (State::Resolved, Priority::P0));
    assert_eq!((all[1].state, all[1].team), (State::New, None));
    // No service level holds for what was, so nothing becomes late and nothing is swept.
    assert!(
        all.iter()
            .all(|ticket| ticket.policy.is_none() && !ticket.overdue)
    );
    let number = all[0].number;
    let fact = desk
        .read(move |tx| Ok(figures::store::load(tx, &[number])?.remove(&number)))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((fact.team_changes, fact.solved_ms), (1, Some(26 * 3_600_000)));
    let replayed = service_level::replay_all(&desk.db).await.unwrap();
    assert_eq!((replayed.differing, replayed.clocks), (0, 0));
    assert_equal_to_a_scan(&desk).await;
}

#[tokio::test]
async fn a_ticket_is_taken_whole_or_refused_whole_with_row_field_value_and_remedy() {
    let desk = Desk::open().await;
    let text = format!(
        "{HEAD}A,Printer,5/1/2026 09:00,5/1/2026 09:10,Bo,Open,4 - Low,Ann,Desk\n\
         A,Printer,5/1/2026 09:00,5/1/2026 10:10,Bo,Lost,4 - Low,Ann,Desk\n\
         B,VPN,31/2/2026 09:30,5/1/2026 09:30,?,Open,4 - Low,Cy,Desk\n\
         C,Mail,5/1/2026 09:30,5/1/2026 09:30,?,Open,4 - Low,Cy\n\
         ,Mail,5/1/2026 09:30,5/1/2026 09:30,?,Open,4 - Low,Cy,Desk\n\
         D,Mail,5/1/2126 09:30,5/1/2026 09:30,?,Open,4 - Low,Cy,Desk\n\
         E,Disk,5/1/2026 09:30,5/1/2026 09:30,?,Open,4 - Low,Cy,Desk\n"
    );
    for dry in [true, false] {
        let (summary, refused) = take(&desk, LOG, &text, dry).await;
        assert_eq!((summary.taken, summary.refused), (1, 5));
        let mut told: Vec<_> = refused
            .iter()
            .map(|refusal| (refusal.line, refusal.field.as_str(), refusal.value.as_str()))
            .collect();
        told.sort_unstable();
        let wanted = [
            (3, "ticket.state", "Lost"),
            (4, "ticket.opened", "31/2/2026 09:30"),
            (5, "row", ""),
            (6, "ticket.id", ""),
            (7, "ticket.opened", "5/1/2126 09:30"),
        ];
        assert_eq!(told, wanted);
        assert!(refused.iter().all(|refusal| {
            let reason = refusal.reason(Locale::ZhCn);
            !reason.is_empty() && !reason.starts_with("error-")
        }));
        assert_eq!(tickets(&desk).await.len(), usize::from(!dry));
    }
    let (again, _) = take(&desk, LOG, &text, false).await;
    assert_eq!((again.taken, again.known), (0, 1));
}

#[tokio::test]
async fn whoever_is_not_known_is_refused_unless_the_mapping_makes_people() {
    let desk = Desk::open().await;
    let strict = LOG.replace(
        "email = \"{who|slug}@old.invalid\"\ncreate = true",
        "email = \"{who|slug}@old.invalid\"",
    );
    let text = format!("{HEAD}A,Printer,5/1/2026 09:00,5/1/2026 09:10,Bo,Open,4 - Low,Ann,Desk\n");
    let (summary, refused) = take(&desk, &strict, &text, false).await;
    assert_eq!((summary.taken, summary.refused, summary.people_added), (0, 1, 0));
    assert_eq!(refused[0].value, "ann@old.invalid");
}

#[tokio::test]
async fn whole_tickets_come_from_json_lines_with_their_conversation() {
    let desk = Desk::open().await;
    let mapping = r#"
source = "zendesk"
format = "jsonl"
dates = ["iso", "epoch"]
[conversation]
list = "comments"
body = "text"
at = "created"
author = { email = "{from.email}", create = true }
public = "public"
[ticket]
id = "id"
title = "{subject}"
opened = "created_at"
resolved = "solved_at"
[ticket.state]
column = "status"
values = { solved = "resolved", open = "in_progress" }
[ticket.requester]
email = "{requester.email}"
create = true
"#;
    let text = r#"{"id":7,"subject":"No sound","created_at":"2026-01-05T01:00:00Z","solved_at":1767607200,"status":"solved","requester":{"email":"ann@x.test"},"comments":[{"text":"Try the other jack","created":"2026-01-05T02:00:00Z","public":true,"from":{"email":"bo@x.test"}},{"text":"She is hard of hearing","created":"2026-01-05T02:30:00Z","public":false,"from":{"email":"bo@x.test"}}]}
not json
{"id":7,"subject":"again","created_at":"2026-01-05T01:00:00Z","status":"open","requester":{"email":"ann@x.test"}}
{"id":8,"subject":"Open one","created_at":"2026-01-05T01:00:00Z","status":"open","requester":{"email":"ann@x.test"}}
"#;
    let (summary, refused) = take(&desk, mapping, text, false).await;
    let told: Vec<_> = refused
        .iter()
        .map(|refusal| (refusal.line, refusal.field.as_str()))
        .collect();
    assert_eq!(told, [(2, "row"), (3, "ticket.id")]);
    assert_eq!((summary.taken, summary.refused), (1, 2));
    let one = text.lines().next().unwrap();
    let (summary, refused) = take(&desk, mapping, one, false).await;
    assert_eq!((summary.taken, refused.len()), (1, 0));
    let all = tickets(&desk).await;
    let first = all.iter().find(|ticket| ticket.title == "No sound").unwrap();
    assert_eq!(first.state, State::Resolved);
    assert_eq!(
        first.first_response_at.map(Timestamp::millis),
        Some(1_767_578_400_000)
    );
    let (number, cx) = (first.number, desk.manager.cx());
    let timeline = desk
        .read(move |tx| crate::ticket::timeline(tx, &cx, number))
        .await
        .unwrap();
    let words: Vec<bool> = timeline
        .entries
        .iter()
        .filter_map(|entry| match entry {
            crate::ticket::Entry::Article(article) => Some(article.public),
            crate::ticket::Entry::Event(_) => None,
        })
        .collect();
    assert_eq!(words, [true, true, false]);
}

#[tokio::test]
async fn a_file_of_people_adds_whom_nobody_knows() {
    let desk = Desk::open().await;
    let mapping = r#"
source = "hr"
kind = "people"
format = "csv"
delimiter = ";"
[person]
email = "{mail}"
name = "{name}"
department = "{dept}"
[person.role]
column = "role"
default = "requester"
values = { IT = "technician" }
"#;
    let text = "mail;name;dept;role\nli@x.test;Li Na;销售;\nbad;Bo;;\nwu@x.test;Wu;IT;IT\n";
    let (summary, refused) = take(&desk, mapping, text, false).await;
    assert_eq!((summary.taken, summary.refused), (2, 1));
    assert_eq!((refused[0].line, refused[0].field.as_str()), (3, "email"));
    let (again, _) = take(&desk, mapping, text, false).await;
    assert_eq!((again.taken, again.known), (0, 2));
}

#[test]
fn a_mapping_with_a_wrong_word_or_an_unknown_key_is_refused_before_a_row_is_read() {
    let wrong = LOG.replace("Done = \"resolved\"", "Done = \"finished\"");
    assert!(Mapping::parse(&wrong).is_err());
    let unknown = format!("colour = \"red\"\n{LOG}");
    let error = Mapping::parse(&unknown).unwrap_err();
    assert_eq!(error.code(), "desk.import.mapping_unreadable");
}
