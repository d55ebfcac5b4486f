//! Lists with a cursor: every article once, and only those that are for the reader.

use std::collections::BTreeSet;

use knowledge::reading::{self, Filter};
use knowledge::{Kind, Number, State};
use testkit::{Person, TestApp};

use crate::house::{SPACE, draft, facts, open, published, words};

async fn all(app: &TestApp, person: &Person, filter: &Filter) -> Vec<Number> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let (filter, from) = (filter.clone(), after);
        let page = app
            .act(person, move |tx, cx| reading::list(tx, cx, &filter, from, 3))
            .await;
        found.extend(page.items.iter().map(|line| line.number));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_and_hold_what_the_reader_may_see() {
    let app = open().await;
    let systems = format!("team:{}", app.cast.systems);
    let (mut open_to_all, mut drafts, mut of_team) = (Vec::new(), Vec::new(), Vec::new());
    for place in 0..5 {
        let title = format!("Article {place}");
        open_to_all.push(
            published(&app, facts(&["everyone"]), words(&title, "x"))
                .await
                .number,
        );
        drafts.push(draft(&app, facts(&["everyone"]), words(&title, "x")).await.number);
        of_team.push(
            published(&app, facts(&[&systems]), words(&title, "x"))
                .await
                .number,
        );
        app.clock.advance_millis(1_000);
    }
    let filter = Filter {
        space: Some(SPACE.to_owned()),
        ..Filter::default()
    };
    let mut newest = open_to_all.clone();
    newest.reverse();
    assert_eq!(all(&app, &app.cast.li_na, &filter).await, newest);
    let amys: BTreeSet<Number> = all(&app, &app.cast.amy, &filter).await.into_iter().collect();
    let expected: BTreeSet<Number> = open_to_all.iter().chain(&drafts).copied().collect();
    assert_eq!(amys, expected);
    assert_eq!(all(&app, &app.cast.cheng_li, &filter).await.len(), 15);
    let narrowed = Filter {
        state: Some(State::Draft),
        kind: Some(Kind::Fault),
        ..filter.clone()
    };
    assert_eq!(all(&app, &app.cast.amy, &narrowed).await.len(), 5);
    assert!(all(&app, &app.cast.li_na, &narrowed).await.is_empty());
    let other = Filter {
        kind: Some(Kind::Policy),
        ..filter
    };
    assert!(all(&app, &app.cast.cheng_li, &other).await.is_empty());
}
