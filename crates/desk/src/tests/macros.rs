//! Macros and templates: several changes and a word in one step, or nothing.

use kernel::error::Kind;
use kernel::id::Id;

use crate::fixture::Desk;
use crate::macros::{self, Definition, Macro, Move, Planned, Receiver, Say, Voice, Wanted};
use crate::reply_template::{self, Both, ReplyTemplate};
use crate::ticket::value::{Category, Impact, State, Urgency};
use crate::ticket::{Entry, load, timeline};

fn both(text: &str) -> Both {
    Both {
        en: text.to_owned(),
        zh: String::new(),
    }
}

/// A template and a macro of everybody.
async fn shared(desk: &Desk, text: &str, definition: impl Fn(Id<ReplyTemplate>) -> Definition) -> Macro {
    let manager = desk.manager.cx();
    let wanted = reply_template::Wanted {
        shared: true,
        name: both("Standard"),
        body: both(text),
    };
    let cx = manager.clone();
    let template = desk
        .write(move |tx| reply_template::save(tx, &cx, None, &wanted))
        .await
        .unwrap();
    let wanted = Wanted {
        shared: true,
        name: both("Standard"),
        definition: definition(template.id),
    };
    desk.write(move |tx| macros::save(tx, &manager, None, &wanted))
        .await
        .unwrap()
}

#[tokio::test]
async fn a_macro_changes_says_and_waits_in_one_step() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let one = shared(&desk, "Ticket {{ ticket.number }}: which floor?", |template| {
        Definition {
            category: Some(Category::Network),
            impact: Some(Impact::Site),
            urgency: Some(Urgency::High),
            tags_add: vec!["Printer".to_owned()],
            assign: Some(Receiver::Me),
            next_step: Some(Planned {
                what: "Ask again".to_owned(),
                in_days: 2,
            }),
            say: Some(Say {
                voice: Voice::Reply,
                template,
            }),
            step: Some(Move::WaitRequester),
            ..Definition::default()
        }
    })
    .await;
    let bob = desk.bob.cx();
    let (plan, view, entries) = desk
        .write(move |tx| {
            let ticket = load(tx, &bob, number)?.ticket;
            let plan = macros::plan(tx, &bob, &ticket, &one)?;
            macros::run(tx, &bob, number, one.id)?;
            Ok((plan, load(tx, &bob, number)?, timeline(tx, &bob, number)?.entries))
        })
        .await
        .unwrap();
    assert_eq!(plan.lines.len(), 8, "{:?}", plan.lines);
    assert_eq!(plan.text.unwrap(), format!("Ticket {number}: which floor?"));
    let ticket = view.ticket;
    assert_eq!(
        (ticket.state, ticket.priority.as_str()),
        (State::WaitingRequester, "P0")
    );
    assert_eq!(
        (ticket.assignee, ticket.category),
        (Some(desk.bob.user), Category::Network)
    );
    assert_eq!(view.tags, ["printer"]);
    assert_eq!(ticket.next_step.as_deref(), Some("Ask again"));
    assert!(ticket.first_response_at.is_some());
    let said = entries
        .iter()
        .any(|entry| matches!(entry, Entry::Article(article) if article.body.contains("which floor")));
    assert!(said);
}

#[tokio::test]
async fn a_macro_that_is_refused_in_the_middle_did_nothing() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let one = shared(&desk, "Solved by a restart.", |template| Definition {
        tags_add: vec!["restart".to_owned()],
        say: Some(Say {
            voice: Voice::Reply,
            template,
        }),
        step: Some(Move::Resolve),
        ..Definition::default()
    })
    .await;
    let (bob, id) = (desk.bob.cx(), one.id);
    let cx = bob.clone();
    let resolved = desk
        .write(move |tx| macros::run(tx, &cx, number, id))
        .await
        .unwrap();
    assert_eq!(resolved.state, State::Resolved);
    let cx = bob.clone();
    desk.write(move |tx| crate::ticket::store::remove_tag(tx, number, "restart").and(load(tx, &cx, number)))
        .await
        .unwrap();
    let cx = bob.clone();
    let refused = desk
        .write(move |tx| macros::run(tx, &cx, number, id))
        .await
        .unwrap_err();
    assert_eq!(refused.code(), "desk.ticket.already_resolved");
    let view = desk.read(move |tx| load(tx, &bob, number)).await.unwrap();
    assert!(
        view.tags.is_empty(),
        "the tag was set before the refusal and is gone with it"
    );
}

#[tokio::test]
async fn what_is_mine_is_nobody_elses_and_what_is_everybodys_takes_the_right_to_set_up() {
    let desk = Desk::open().await;
    let wanted = reply_template::Wanted {
        shared: false,
        name: both("Mine"),
        body: both("Hello {{ requester.name }}"),
    };
    let (bob, carol) = (desk.bob.cx(), desk.carol.cx());
    let (cx, mine) = (bob.clone(), wanted.clone());
    let kept = desk
        .write(move |tx| reply_template::save(tx, &cx, None, &mine))
        .await
        .unwrap();
    let (cx, id) = (carol.clone(), kept.id);
    let hidden = desk
        .read(move |tx| reply_template::load(tx, &cx, id))
        .await
        .unwrap_err();
    assert_eq!(hidden.kind(), Kind::NotFound);
    assert!(
        desk.read(move |tx| reply_template::list(tx, &carol))
            .await
            .unwrap()
            .is_empty()
    );
    let (cx, shared) = (
        bob.clone(),
        reply_template::Wanted {
            shared: true,
            ..wanted
        },
    );
    let refused = desk
        .write(move |tx| reply_template::save(tx, &cx, None, &shared))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);
    let wanted = Wanted {
        shared: true,
        name: both("Everybody's"),
        definition: Definition {
            say: Some(Say {
                voice: Voice::Note,
                template: kept.id,
            }),
            ..Definition::default()
        },
    };
    let manager = desk.manager.cx();
    let refused = desk
        .write(move |tx| macros::save(tx, &manager, None, &wanted))
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].code, "desk.macro.template_not_shared");
}

#[tokio::test]
async fn a_macro_that_does_nothing_or_cannot_be_done_is_refused_when_it_is_saved() {
    let desk = Desk::open().await;
    let manager = desk.manager.cx();
    let save = |definition: Definition| {
        let cx = manager.clone();
        let wanted = Wanted {
            shared: true,
            name: both("x"),
            definition,
        };
        desk.write(move |tx| macros::save(tx, &cx, None, &wanted))
    };
    let codes = |error: kernel::Error| {
        error
            .fields()
            .iter()
            .map(|field| field.code.clone())
            .collect::<Vec<_>>()
    };
    let nothing = save(Definition::default()).await.unwrap_err();
    assert_eq!(codes(nothing), ["desk.macro.does_nothing"]);
    let mute = save(Definition {
        step: Some(Move::Resolve),
        ..Definition::default()
    });
    assert_eq!(codes(mute.await.unwrap_err()), ["desk.macro.resolve_needs_words"]);
}
