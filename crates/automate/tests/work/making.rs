//! Making rules by pages and by JSON; the ready-made ones.

use automate::rule::checking;
use automate::template;
use kernel::Locale;
use serde_json::json;
use testkit::TestApp;

use crate::house::{log, report, rule, view};

const FORM: [(&str, &str); 12] = [
    ("do", "save"),
    ("name", "Tag VPN"),
    ("place", "10"),
    ("enabled", "yes"),
    ("when", "opened"),
    ("join", "all"),
    ("groups.0.join", "any"),
    ("groups.0.tests.0.field", "title"),
    ("groups.0.tests.0.operator", "contains"),
    ("groups.0.tests.0.values", "vpn, \"remote access\""),
    ("then.0.kind", "add_tags"),
    ("then.0.value", "vpn"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form: Vec<(&str, &str)> = FORM.to_vec();
    for (name, value) in changes {
        match form.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => form.push((name, value)),
        }
    }
    form
}

#[tokio::test]
async fn a_rule_is_made_by_the_form_and_fires() {
    let app = TestApp::open().await;
    let mut manager = app.manager().await;
    let answer = manager.post("/settings/rules", &FORM).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert!(manager.get("/settings/rules").await.text.contains("Tag VPN"));
    let ticket = report(&app, "Remote access is slow").await;
    app.settle().await;
    assert_eq!(view(&app, ticket.number).await.tags, ["vpn"]);
    let page = manager.get(&format!("/tickets/{}", ticket.number)).await;
    assert!(
        page.text.contains("Tag VPN") && page.text.contains("/settings/rules/firings/"),
        "the ticket names the rule"
    );
    assert_eq!(
        manager
            .get(&format!("/tickets/{}/rules", ticket.number))
            .await
            .status,
        200
    );
    // The requester learns nothing of it, not even that there is something.
    let mut requester = app.requester().await;
    assert_eq!(
        requester
            .get(&format!("/tickets/{}/rules", ticket.number))
            .await
            .status,
        403
    );
}

#[tokio::test]
async fn rows_come_and_go_by_buttons_and_nothing_is_lost() {
    let app = TestApp::open().await;
    let mut manager = app.manager().await;
    let more = manager
        .post("/settings/rules", &with(&[("do", "add_condition:0")]))
        .await;
    assert_eq!(more.status, 200);
    assert!(more.text.contains("groups.0.tests.1.values") && more.text.contains("remote access"));
    let less = manager
        .post("/settings/rules", &with(&[("do", "remove_action:0")]))
        .await;
    assert!(!less.text.contains("then.0.kind") && less.text.contains("Tag VPN"));
}

#[tokio::test]
async fn a_wrong_row_is_refused_at_its_field_and_the_form_keeps_what_was_filled() {
    let app = TestApp::open().await;
    let mut manager = app.manager().await;
    let wrong = [
        ("groups.0.tests.0.values", ""),
        ("then.0.kind", "assign_team"),
        ("then.0.value", "Nowhere"),
    ];
    let answer = manager.post("/settings/rules", &with(&wrong)).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("groups.0.tests.0.values-error") && answer.text.contains("Tag VPN"));
    let answer = manager.post("/settings/rules", &with(&wrong[1..])).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("then.0.value-error") && answer.text.contains("Nowhere"));
}

#[tokio::test]
async fn the_dry_run_of_the_form_shows_past_tickets_and_saves_nothing() {
    let app = TestApp::open().await;
    let ticket = report(&app, "My VPN drops").await;
    app.settle().await;
    let mut manager = app.manager().await;
    let answer = manager
        .post("/settings/rules", &with(&[("do", "dry_run"), ("days", "30")]))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(
        answer.text.contains(&format!("/tickets/{}\"", ticket.number))
            && answer.text.contains("My VPN drops")
    );
    assert!(!manager.get("/settings/rules").await.text.contains("Tag VPN"));
}

#[tokio::test]
async fn rules_go_out_as_text_and_come_back() {
    let app = TestApp::open().await;
    let kept = rule(
        &app,
        "rule \"Kept\"\nwhen opened\nif all\nthen\n  assign_team \"系统 Systems\"\n",
    )
    .await;
    let mut manager = app.manager().await;
    let text = manager.get("/settings/rules/export").await.text;
    assert!(text.contains("系统 Systems"), "teams go by name: {text}");
    let changed =
        text.replace("opened", "opened, changed") + "\nrule \"Added\"\nwhen closed\nif all\nthen\n  stop\n";
    let answer = manager
        .post("/settings/rules/import", &[("text", changed.as_str())])
        .await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let list = manager.get("/settings/rules").await.text;
    assert!(list.contains("Added") && list.contains("Kept"));
    let broken = changed.replace("系统 Systems", "Nowhere");
    let answer = manager
        .post("/settings/rules/import", &[("text", broken.as_str())])
        .await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Nowhere"));
    let page = manager.get(&format!("/settings/rules/{}", kept.id)).await;
    assert_eq!(page.status, 200);
}

#[tokio::test]
async fn only_who_manages_rules_sees_them() {
    let app = TestApp::open().await;
    for mut browser in [app.technician().await, app.engineer().await, app.auditor().await] {
        assert_eq!(browser.get("/settings/rules").await.status, 403);
    }
    assert_eq!(app.admin().await.get("/settings/rules").await.status, 200);
}

#[tokio::test]
async fn programs_make_try_and_read_rules() {
    let app = TestApp::open().await;
    let api = app.token(&["automate.rules"]).await;
    let definition = json!({ "name": "By program", "enabled": true, "when": ["opened"], "then": [{ "kind": "add_tags", "value": "seen" }] });
    let added = api.post("/api/v1/rules", &definition).await;
    assert_eq!(added.status, 201, "{}", added.text);
    let rule: serde_json::Value = serde_json::from_str(&added.text).unwrap();
    let place = format!("/api/v1/rules/{}", rule["id"].as_str().unwrap());
    report(&app, "For the program").await;
    app.settle().await;
    let firings: serde_json::Value =
        serde_json::from_str(&api.get(&format!("{place}/firings")).await.text).unwrap();
    assert_eq!(firings["items"][0]["actions"][0]["changed"], true, "{firings}");
    let tried = api.post(&format!("{place}/dry-run"), &json!({ "days": 7 })).await;
    let tried: serde_json::Value = serde_json::from_str(&tried.text).unwrap();
    assert_eq!(tried["firings"], 1, "{tried}");
    let unknown =
        json!({ "name": "x", "when": ["opened"], "then": [{ "kind": "set_priority", "value": "P9" }] });
    let refused = api.post("/api/v1/rules", &unknown).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("then.0.value"), "{}", refused.text);
}

#[tokio::test]
async fn every_ready_made_rule_is_off_and_lacks_at_most_a_team() {
    for locale in [Locale::En, Locale::ZhCn] {
        let names = template::names(locale);
        assert!(names.len() >= 10);
        for (key, name) in names {
            let found = template::find(key, locale).unwrap();
            assert!(!found.enabled && found.name == name, "{key}");
            if let Err(error) = checking::check(&found) {
                let fields: Vec<&str> = error.fields().iter().map(|wrong| wrong.code.as_str()).collect();
                assert_eq!((key, fields), ("printer", vec!["automate.rule.value_missing"]));
            }
        }
    }
}

#[tokio::test]
async fn two_who_edit_one_rule_do_not_overwrite_one_another() {
    let app = TestApp::open().await;
    let kept = rule(&app, "rule \"Tag VPN\"\nwhen opened\nif all\nthen\n  stop\n").await;
    let mut manager = app.manager().await;
    let path = format!("/settings/rules/{}", kept.id);
    assert_eq!(manager.post(&path, &with(&[("version", "1")])).await.status, 303);
    let late = manager
        .post(&path, &with(&[("version", "1"), ("then.0.value", "mine")]))
        .await;
    assert_eq!(late.status, 422);
    assert!(late.text.contains("mine"));
    assert!(log(&app, kept.id).await.is_empty());
}
