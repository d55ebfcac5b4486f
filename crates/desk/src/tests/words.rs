//! Words to the requester over a real database: the glossary, the finding, satisfaction, promised news.

use kernel::error::Kind;
use kernel::event;
use kernel::i18n::Locale;

use crate::fixture::{DAY, Desk, HOUR, MINUTE};
use crate::gate::{self, Definition, Needs};
use crate::glossary::{self, Asked, Wanted};
use crate::rating::{self, Rate, summary};
use crate::service_level;
use crate::ticket::changing::Pin;
use crate::ticket::value::{Priority, State};
use crate::ticket::{
    Change, Reply, Resolve, Verify, change, close_silent, reopen, reply, resolve, take, verify, without_news,
};
use crate::{events, finding, install_defaults};

fn solved() -> Resolve {
    Resolve {
        solution: "A new fuser was put in.".to_owned(),
        tested: true,
        ..Resolve::default()
    }
}

fn wanted(language: Locale, term: &str, plain: &str) -> Wanted {
    Wanted {
        language,
        term: term.to_owned(),
        plain: plain.to_owned(),
        read: None,
    }
}

fn finding_of(technical: &str, plain: &str) -> finding::Wanted {
    finding::Wanted {
        technical: technical.to_owned(),
        plain: plain.to_owned(),
    }
}

fn stars(score: i64) -> Rate {
    Rate { score, comment: None }
}

/// Ann's printer, solved by Bob and confirmed by Ann.
async fn confirmed(desk: &Desk) -> i64 {
    let number = desk.printer().await.number;
    let (ann, bob, system) = (desk.ann.cx(), desk.bob.cx(), desk.system());
    desk.write(move |tx| {
        install_defaults(tx, &system)?;
        take(tx, &bob, number)?;
        resolve(tx, &bob, number, solved())?;
        let yes = Verify {
            accepted: true,
            comment: None,
        };
        verify(tx, &ann, number, yes)
    })
    .await
    .unwrap();
    number
}

#[tokio::test]
async fn the_glossary_comes_with_120_terms_in_each_language_under_the_key_that_is_looked_up() {
    let desk = Desk::open().await;
    let terms = desk.read(glossary::store::all).await.unwrap();
    for language in Locale::ALL {
        let own: Vec<_> = terms.iter().filter(|term| term.language == language).collect();
        assert!(own.len() >= 120, "{language:?}: {}", own.len());
        for term in own {
            assert_eq!(term.key, glossary::key(&term.term));
            assert!(term.plain.ends_with(['.', '。']), "{}", term.plain);
            assert!(
                term.plain.chars().count() <= glossary::PLAIN_MAX,
                "{}",
                term.plain
            );
        }
    }
}

#[tokio::test]
async fn a_term_that_was_changed_or_removed_stays_so() {
    let desk = Desk::open().await;
    let cx = desk.manager.cx();
    let (changed, removed) = desk
        .write(move |tx| {
            let all = glossary::store::all(tx)?;
            let mine = all.iter().find(|term| term.term == "deadlock").cloned().unwrap();
            let gone = all.iter().find(|term| term.term == "failover").cloned().unwrap();
            glossary::save(
                tx,
                &cx,
                Some(mine.id),
                &wanted(Locale::En, "deadlock", "Two jobs blocked each other."),
            )?;
            glossary::remove(tx, &cx, gone.id)?;
            Ok((mine.id, gone.id))
        })
        .await
        .unwrap();
    let slices = [("desk", crate::MIGRATIONS)];
    kernel::db::migrate(&desk.db, &slices, desk.clock.now())
        .await
        .unwrap();
    let terms = desk.read(glossary::store::all).await.unwrap();
    let deadlock = terms.iter().find(|term| term.id == changed).unwrap();
    assert_eq!(
        (deadlock.plain.as_str(), deadlock.version),
        ("Two jobs blocked each other.", 2)
    );
    assert!(
        terms
            .iter()
            .all(|term| term.id != removed && term.key != "failover")
    );
}

#[tokio::test]
async fn a_term_is_known_once_in_a_language_and_only_those_who_keep_the_glossary_write_it() {
    let desk = Desk::open().await;
    let (manager, bob) = (desk.manager.cx(), desk.bob.cx());
    let cx = manager.clone();
    let twice = desk
        .write(move |tx| glossary::save(tx, &cx, None, &wanted(Locale::En, "Dead-Lock", "x.")))
        .await;
    assert!(twice.is_ok(), "another word: {twice:?}");
    let cx = manager.clone();
    let twice = desk
        .write(move |tx| glossary::save(tx, &cx, None, &wanted(Locale::En, "DEADLOCK", "")))
        .await
        .unwrap_err();
    let codes: Vec<&str> = twice.fields().iter().map(|field| field.code.as_str()).collect();
    assert_eq!(codes, ["desk.glossary.plain_missing", "desk.glossary.term_known"]);
    let cx = manager.clone();
    let other_language = desk
        .write(move |tx| {
            glossary::save(
                tx,
                &cx,
                None,
                &wanted(Locale::ZhCn, "deadlock", "两个操作互相等待。"),
            )
        })
        .await;
    assert!(other_language.is_ok());
    let refused = desk
        .write(move |tx| glossary::save(tx, &bob, None, &wanted(Locale::En, "new", "x.")))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::Forbidden);
    let stale = desk
        .write(move |tx| {
            let page = glossary::list(
                tx,
                &manager,
                &Asked {
                    q: "deadlock".to_owned(),
                    ..Asked::default()
                },
            )?;
            let old = Wanted {
                read: Some(99),
                ..wanted(Locale::En, "deadlock", "x.")
            };
            glossary::save(tx, &manager, Some(page.items[0].id), &old)
        })
        .await
        .unwrap_err();
    assert_eq!(stale.code(), "desk.glossary.changed_meanwhile");
}

#[tokio::test]
async fn the_plain_text_is_offered_and_never_written_by_itself() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let bob = desk.bob.cx();
    let (terms, language, plain) = desk
        .write(move |tx| {
            let text = "订单表发生死锁；connection pool exhausted on db2, deadlocks seen";
            finding::write(tx, &bob, number, &finding_of(text, ""))?;
            let (terms, language) = finding::offered(tx, &bob, number, text)?;
            Ok((terms, language, finding::plain(tx, number)?))
        })
        .await
        .unwrap();
    // Nobody knows which language Ann reads: it is the writer's.
    assert_eq!(language, Locale::En);
    let names: Vec<&str> = terms.iter().map(|term| term.term.as_str()).collect();
    assert_eq!(names, ["connection pool exhausted", "deadlock"]);
    assert_eq!(plain, None);
}

#[tokio::test]
async fn a_finding_is_told_once_for_each_change_and_a_requester_reads_the_plain_text_alone() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (ann, bob) = (desk.ann.cx(), desk.bob.cx());
    let told = desk
        .write(move |tx| {
            finding::write(
                tx,
                &bob,
                number,
                &finding_of("fuser at 12 Ω", "The oven was worn."),
            )?;
            finding::write(
                tx,
                &bob,
                number,
                &finding_of("fuser at 12 Ω ", "The oven was worn.\n"),
            )?;
            let events = event::of_subject(tx, &crate::ticket::subject(number), 0, 100)?;
            Ok(events
                .iter()
                .filter(|event| event.kind == events::TICKET_FINDING_WRITTEN)
                .count())
        })
        .await
        .unwrap();
    assert_eq!(told, 1);
    let plain = desk.read(move |tx| finding::plain(tx, number)).await.unwrap();
    assert_eq!(plain.as_deref(), Some("The oven was worn."));
    let hidden = desk.read(move |tx| finding::load(tx, &ann, number)).await;
    assert_eq!(hidden.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_gate_can_demand_both_texts_and_the_ready_one_does() {
    let desk = Desk::open().await;
    let needs = gate::ready().needs;
    assert!(needs.technical && needs.plain);
    let number = desk.printer().await.number;
    let (manager, bob) = (desk.manager.cx(), desk.bob.cx());
    let cx = bob.clone();
    let refused = desk
        .write(move |tx| {
            let mut definition = Definition {
                needs: Needs {
                    technical: true,
                    plain: true,
                    ..Needs::default()
                },
                ..Definition::default()
            };
            definition.name.insert("en".to_owned(), "Both".to_owned());
            gate::save_gate(tx, &manager, None, None, definition)?;
            take(tx, &cx, number)?;
            finding::write(tx, &cx, number, &finding_of("fuser", ""))
        })
        .await;
    assert!(refused.is_ok(), "{refused:?}");
    let cx = bob.clone();
    let refused = desk
        .write(move |tx| resolve(tx, &cx, number, solved()))
        .await
        .unwrap_err();
    let told: Vec<(&str, &str)> = refused
        .fields()
        .iter()
        .map(|field| (field.field.as_str(), field.code.as_str()))
        .collect();
    assert_eq!(told, [("plain", "desk.gate.plain_missing")]);
    let passed = desk
        .write(move |tx| {
            finding::write(tx, &bob, number, &finding_of("fuser", "The oven was worn."))?;
            resolve(tx, &bob, number, solved())
        })
        .await
        .unwrap();
    assert_eq!(passed.state, State::Resolved);
}

#[tokio::test]
async fn a_rating_is_one_for_each_confirmation_can_be_changed_for_a_week_and_keeps_the_sums_true() {
    let desk = Desk::open().await;
    let number = confirmed(&desk).await;
    let (ann, manager) = (desk.ann.cx(), desk.manager.cx());
    let cx = ann.clone();
    let token = desk
        .read(move |tx| rating::token(tx, &cx, number))
        .await
        .unwrap()
        .unwrap();
    let (cx, of) = (ann.clone(), token.clone());
    desk.write(move |tx| {
        rating::peek(tx, &cx, &of)?;
        assert!(
            rating::store::of_ticket(tx, number)?.is_empty(),
            "looking changes nothing"
        );
        rating::rate(tx, &cx, &of, &stars(5))
    })
    .await
    .unwrap();
    desk.clock.advance_millis(6 * DAY);
    let (cx, of) = (ann.clone(), token.clone());
    let changed = desk
        .write(move |tx| {
            let worse = Rate {
                score: 2,
                comment: Some(" It broke again. ".to_owned()),
            };
            rating::rate(tx, &cx, &of, &worse)
        })
        .await
        .unwrap();
    assert_eq!((changed.score, changed.comment.as_str()), (2, "It broke again."));
    let cx = manager.clone();
    let found = desk
        .read(move |tx| summary::read(tx, &cx, &summary::Asked::default()))
        .await
        .unwrap();
    assert_eq!((found.all.count, found.all.average), (1, 200));
    assert_eq!((found.by_team.len(), found.by_person.len()), (1, 1));
    desk.clock.advance_millis(2 * DAY);
    let late = desk
        .write(move |tx| rating::rate(tx, &ann, &token, &stars(4)))
        .await
        .unwrap_err();
    assert_eq!(late.code(), "desk.rating.settled");
    let events = desk
        .read(move |tx| event::of_subject(tx, &crate::ticket::subject(number), 0, 100))
        .await
        .unwrap();
    let scores: Vec<i64> = events
        .iter()
        .filter(|event| event.kind == events::TICKET_RATED)
        .filter_map(|event| event.data["score"].as_i64())
        .collect();
    assert_eq!(scores, [5, 2]);
}

#[tokio::test]
async fn a_forged_or_foreign_link_and_a_wrong_score_rate_nothing() {
    let desk = Desk::open().await;
    let number = confirmed(&desk).await;
    let ann = desk.ann.cx();
    let cx = ann.clone();
    let token = desk
        .read(move |tx| rating::token(tx, &cx, number))
        .await
        .unwrap()
        .unwrap();
    for forged in [
        token.replacen("rate.", "verify.", 1),
        token.replacen(&format!(".{number}."), ".999.", 1),
        "rate".to_owned(),
    ] {
        let cx = ann.clone();
        let refused = desk
            .write(move |tx| rating::rate(tx, &cx, &forged, &stars(5)))
            .await
            .unwrap_err();
        assert_eq!(refused.kind(), Kind::NotFound);
    }
    for score in [0, 6] {
        let (cx, token) = (ann.clone(), token.clone());
        let refused = desk
            .write(move |tx| rating::rate(tx, &cx, &token, &stars(score)))
            .await
            .unwrap_err();
        assert_eq!(refused.fields()[0].code, "desk.rating.score_missing");
    }
    let bob = desk.bob.cx();
    let refused = desk
        .write(move |tx| rating::rate_own(tx, &bob, number, &stars(5)))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), Kind::NotFound, "Bob is not its requester");
}

#[tokio::test]
async fn a_ticket_that_came_back_is_rated_anew_when_it_is_closed_anew() {
    let desk = Desk::open().await;
    let number = confirmed(&desk).await;
    let (ann, bob) = (desk.ann.cx(), desk.bob.cx());
    let cx = ann.clone();
    let first = desk
        .write(move |tx| {
            let token = rating::token(tx, &cx, number)?;
            rating::rate_own(tx, &cx, number, &stars(1))?;
            reopen(tx, &cx, number, "It is dead again.")?;
            Ok(token.unwrap())
        })
        .await
        .unwrap();
    let (cx, of) = (ann.clone(), first.clone());
    let open = desk
        .write(move |tx| rating::rate(tx, &cx, &of, &stars(5)))
        .await
        .unwrap_err();
    assert_eq!(open.code(), "desk.rating.not_asked");
    desk.clock.advance_millis(HOUR);
    let (cx, system) = (bob.clone(), desk.system());
    desk.write(move |tx| resolve(tx, &cx, number, solved()))
        .await
        .unwrap();
    desk.clock.advance_millis(30 * DAY);
    desk.write(move |tx| close_silent(tx, &system, number))
        .await
        .unwrap();
    let cx = ann.clone();
    let ratings = desk
        .write(move |tx| {
            assert!(rating::rate(tx, &cx, &first, &stars(5)).is_err(), "the old link");
            rating::rate_own(tx, &cx, number, &stars(4))?;
            rating::store::of_ticket(tx, number)
        })
        .await
        .unwrap();
    assert_eq!(ratings.iter().map(|one| one.score).collect::<Vec<_>>(), [4, 1]);
}

#[tokio::test]
async fn a_comment_is_for_those_who_may_read_comments() {
    let desk = Desk::open().await;
    let number = confirmed(&desk).await;
    let (ann, bob, manager) = (desk.ann.cx(), desk.bob.cx(), desk.manager.cx());
    let (of_bob, of_manager) = desk
        .write(move |tx| {
            let rate = Rate {
                score: 1,
                comment: Some("Bob was rude.".to_owned()),
            };
            rating::rate_own(tx, &ann, number, &rate)?;
            Ok((
                rating::of_ticket(tx, &bob, number)?,
                rating::of_ticket(tx, &manager, number)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!((of_bob[0].score, of_bob[0].comment.as_str()), (1, ""));
    assert_eq!(of_manager[0].comment, "Bob was rude.");
}

#[tokio::test]
async fn promised_news_begins_anew_with_each_word_and_is_found_when_it_is_overdue() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let cx = bob.clone();
    let urgent = Change {
        priority: Some(Pin::To(Priority::P0)),
        ..Change::default()
    };
    desk.write(move |tx| {
        take(tx, &cx, number)?;
        change(tx, &cx, number, urgent.clone())
    })
    .await
    .unwrap();
    desk.clock.advance_millis(20 * MINUTE);
    let cx = bob.clone();
    desk.write(move |tx| {
        let said = Reply {
            body: "We are on it.".to_owned(),
            ..Reply::default()
        };
        reply(tx, &cx, number, said)
    })
    .await
    .unwrap();
    desk.clock.advance_millis(29 * MINUTE);
    let cx = manager.clone();
    let quiet = desk.read(move |tx| without_news(tx, &cx, 10)).await.unwrap();
    assert!(quiet.is_empty(), "29 minutes after the last word: {quiet:?}");
    desk.clock.advance_millis(2 * MINUTE);
    let quiet = desk.read(move |tx| without_news(tx, &manager, 10)).await.unwrap();
    assert_eq!(quiet.len(), 1);
    assert_eq!(quiet[0].0.number, number);
    assert_eq!(quiet[0].1, crate::fixture::MONDAY.add_millis(50 * MINUTE));
    let report = service_level::replay_all(&desk.db).await.unwrap();
    assert_eq!(report.differences, []);
}
