//! What a requester cannot reach, by any operation.

use kernel::db::Tx;
use kernel::error::{Kind, Result};

use crate::fixture::{Desk, Who};
use crate::ticket::attaching::NewAttachment;
use crate::ticket::{
    Assign, Call, Change, Entry, Escalate, Filter, Note, Opening, Reply, Resolve, Tier, Verify, Wait,
    WaitingFor, assign, attach, attachment, change, draft, escalate, list, load, log_call, note, open,
    reopen, reply, resolve, save_draft, timeline, verify, wait, watch, watchers,
};
use crate::{search, service_level};

type Act = (&'static str, fn(&mut Tx<'_>, &kernel::cx::Cx, i64) -> Result<()>);

const ACTS: &[Act] = &[
    ("load", |tx, cx, number| load(tx, cx, number).map(drop)),
    ("timeline", |tx, cx, number| timeline(tx, cx, number).map(drop)),
    ("explain", |tx, cx, number| {
        service_level::explain(tx, cx, number, service_level::ClockKind::Solution).map(drop)
    }),
    ("reply", |tx, cx, number| {
        reply(
            tx,
            cx,
            number,
            Reply {
                body: "x".to_owned(),
                ..Reply::default()
            },
        )
        .map(drop)
    }),
    ("note", |tx, cx, number| {
        note(
            tx,
            cx,
            number,
            Note {
                body: "x".to_owned(),
                ..Note::default()
            },
        )
        .map(drop)
    }),
    ("call", |tx, cx, number| {
        log_call(
            tx,
            cx,
            number,
            Call {
                body: "x".to_owned(),
                minutes: None,
            },
        )
        .map(drop)
    }),
    ("change", |tx, cx, number| {
        change(tx, cx, number, Change::default()).map(drop)
    }),
    ("assign", |tx, cx, number| {
        assign(tx, cx, number, Assign::Nobody).map(drop)
    }),
    ("why", |tx, cx, number| {
        crate::ticket::assigning::why(tx, cx, number).map(drop)
    }),
    ("escalate", |tx, cx, number| {
        let escalation = Escalate {
            tier: Tier::LAST,
            handoff: Default::default(),
            team: None,
            assignee: None,
        };
        escalate(tx, cx, number, escalation).map(drop)
    }),
    ("wait", |tx, cx, number| {
        wait(
            tx,
            cx,
            number,
            Wait {
                whom: WaitingFor::Supplier,
                reason: "x".to_owned(),
                until: None,
            },
        )
        .map(drop)
    }),
    ("resolve", |tx, cx, number| {
        resolve(
            tx,
            cx,
            number,
            Resolve {
                solution: "x".to_owned(),
                tested: true,
                untested_reason: None,
            },
        )
        .map(drop)
    }),
    ("verify", |tx, cx, number| {
        verify(
            tx,
            cx,
            number,
            Verify {
                accepted: true,
                comment: None,
            },
        )
        .map(drop)
    }),
    ("reopen", |tx, cx, number| reopen(tx, cx, number, "x").map(drop)),
    ("watch", |tx, cx, number| {
        watch(tx, cx, number, cx.user_id().unwrap_or_else(|| cx.new_id()))
    }),
    ("watchers", |tx, cx, number| watchers(tx, cx, number).map(drop)),
    ("draft", |tx, cx, number| draft(tx, cx, number).map(drop)),
    ("save_draft", |tx, cx, number| {
        save_draft(tx, cx, number, "x", false)
    }),
    ("attachment", |tx, cx, _| attachment(tx, cx, 1).map(drop)),
];

fn file() -> NewAttachment {
    NewAttachment {
        hash: "ab".repeat(32),
        name: "../../etc/screen.png".to_owned(),
        media_type: "image/png".to_owned(),
        size: 3,
        content_id: None,
    }
}

#[tokio::test]
async fn another_persons_ticket_does_not_exist_for_a_requester_whatever_they_try() {
    let desk = Desk::open().await;
    let mut opening = desk.ann_reports("Printer");
    opening.attachments = vec![file()];
    let number = desk.report(opening).await.number;
    let eve = Who::requester(9).at(&desk.clock).cx();
    for (name, act) in ACTS.iter().copied() {
        let (cx, act) = (eve.clone(), act);
        let error = desk.write(move |tx| act(tx, &cx, number)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound, "{name}: {error:?}");
        let (cx, act) = (eve.clone(), act);
        let absent = desk
            .write(move |tx| act(tx, &cx, number + 100))
            .await
            .unwrap_err();
        assert_eq!(
            error.code(),
            absent.code(),
            "{name}: a ticket of others looks like none"
        );
    }
    let nobody = kernel::cx::Cx {
        actor: kernel::cx::Actor::Anonymous,
        ..eve
    };
    for (name, act) in ACTS.iter().copied() {
        let (cx, act) = (nobody.clone(), act);
        let error = desk.write(move |tx| act(tx, &cx, number)).await.unwrap_err();
        assert_eq!(error.kind(), Kind::Unauthenticated, "{name}: {error:?}");
    }
}

#[tokio::test]
async fn the_requester_sees_no_note_no_file_on_a_note_and_no_trace_of_either() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let secret = Note {
        body: "The requester spilled coffee".to_owned(),
        attachments: vec![file()],
        mentions: vec![desk.carol.user],
    };
    let noted = desk
        .write(move |tx| note(tx, &bob, number, secret.clone()))
        .await
        .unwrap()
        .1;
    let ann = desk.ann.cx();
    let (view, line, rights) = desk
        .read(move |tx| {
            Ok((
                load(tx, &ann, number)?,
                timeline(tx, &ann, number)?,
                search::rights(&ann),
            ))
        })
        .await
        .unwrap();
    assert!(!view.internal && view.watchers.is_empty() && view.escalations.is_empty());
    let shown = format!("{:?}", line.entries);
    assert!(!shown.contains("coffee") && !shown.contains("noted"), "{shown}");
    assert!(line.entries.iter().all(|entry| match entry {
        Entry::Article(article) => article.public,
        Entry::Event(event) => event.personal.is_none(),
    }));
    let ann = desk.ann.cx();
    let file_on_note = desk.read(move |tx| attachment(tx, &ann, 1)).await.unwrap_err();
    assert_eq!(file_on_note.kind(), Kind::NotFound);
    let ann = desk.ann.cx();
    let onto_note = desk
        .write(move |tx| attach(tx, &ann, number, noted, &file()))
        .await
        .unwrap_err();
    assert_eq!(onto_note.kind(), Kind::NotFound);
    let documents = desk
        .read(move |tx| search::documents(tx, &[number]))
        .await
        .unwrap();
    for document in documents {
        let found = document.rights.iter().any(|right| rights.contains(right));
        assert_eq!(found, document.kind == "ticket", "{document:?}");
        assert!(!found || !document.body.contains("coffee"));
    }
}

#[tokio::test]
async fn a_file_keeps_its_name_but_not_its_path() {
    let desk = Desk::open().await;
    let mut opening = desk.ann_reports("Printer");
    opening.attachments = vec![file()];
    desk.report(opening).await;
    let ann = desk.ann.cx();
    assert_eq!(
        desk.read(move |tx| attachment(tx, &ann, 1)).await.unwrap().name,
        "screen.png"
    );
}

#[tokio::test]
async fn a_requester_opens_for_nobody_else_and_sets_no_priority() {
    let desk = Desk::open().await;
    let ann = desk.ann.cx();
    let mut foreign = desk.ann_reports("For Eve");
    foreign.requester = Who::requester(9).user;
    let error = desk
        .write(move |tx| open(tx, &ann, foreign.clone()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), Kind::Forbidden);
    let mut loud = desk.ann_reports("Most urgent!");
    loud.priority = Some(crate::ticket::Priority::P0);
    let opened = desk.report(loud).await;
    assert_eq!(
        (opened.priority, opened.priority_pinned),
        (crate::ticket::Priority::P2, false)
    );
}

#[tokio::test]
async fn lists_show_each_only_what_they_may_see() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let mut other = desk.ann_reports("VPN");
    other.team = Some(crate::fixture::team(2));
    let vpn = desk.report(other).await.number;
    let mut loose = Opening {
        team: None,
        ..desk.ann_reports("Loose")
    };
    loose.category = crate::ticket::Category::Other;
    let loose = desk.report(loose).await.number;
    let everybody = [
        (desk.ann.clone(), vec![number, vpn, loose]),
        (Who::requester(9).at(&desk.clock), vec![]),
        (desk.bob.clone(), vec![number, loose]),
        (desk.carol.clone(), vec![vpn, loose]),
        (desk.manager.clone(), vec![number, vpn, loose]),
    ];
    for (who, expected) in everybody {
        let cx = who.cx();
        let page = desk
            .read(move |tx| list(tx, &cx, &Filter::default(), None, 50))
            .await
            .unwrap();
        let mut seen: Vec<i64> = page.items.iter().map(|row| row.number).collect();
        seen.sort_unstable();
        assert_eq!(seen, expected);
    }
}
