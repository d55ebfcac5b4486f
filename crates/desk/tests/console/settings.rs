//! The desk's settings.

use axum::http::StatusCode;
use desk::ticket::value::{Impact, Priority, Urgency};

use crate::house::House;

#[tokio::test]
async fn a_technician_may_not_change_the_settings() {
    let house = House::open().await;
    let mut tim = house.browser(house.tim).await;
    for path in [
        "",
        "/priorities",
        "/assignment",
        "/service-levels",
        "/service-levels/p1",
    ] {
        assert_eq!(
            tim.get(&format!("/settings/desk{path}")).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(
        tim.post("/settings/desk", &[("close_after_days", "1")])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_policy_is_saved_as_a_new_version_and_a_wrong_one_keeps_its_form() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let page = max.get("/settings/desk/service-levels/p1").await;
    assert!(
        page.text.contains("value=\"working_day\" selected"),
        "the form shows what is in force"
    );
    let fields = |amount: &'static str| {
        [
            ("name.en", "P1 in two days"),
            ("place", "20"),
            ("calendar", "default"),
            ("priorities", "P1"),
            ("pauses", "waiting_requester"),
            ("solution.amount", amount),
            ("solution.unit", "working_day"),
            ("solution.step0.percent", "80"),
            ("solution.step0.notify_owner", "true"),
        ]
    };
    let wrong = max.post("/settings/desk/service-levels/p1", &fields("0")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("P1 in two days") && wrong.text.contains("id=\"solution.amount-error\""));
    let right = max.post("/settings/desk/service-levels/p1", &fields("2")).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
    let policies = house.act(house.max, desk::service_level::policies).await;
    let saved = policies.iter().find(|policy| policy.id == "p1").unwrap();
    assert_eq!((saved.version, saved.definition.targets[0].amount), (3, 2));
    assert_eq!(
        max.post("/settings/desk/service-levels/nothing", &fields("2"))
            .await
            .status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_matrix_and_the_days_of_silence_are_saved() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let mut cells = Vec::new();
    for impact in Impact::ALL {
        for urgency in Urgency::ALL {
            cells.push((format!("{impact}.{urgency}"), "P1"));
        }
    }
    let fields: Vec<(&str, &str)> = cells
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    assert_eq!(
        max.post("/settings/desk/priorities", &fields).await.status,
        StatusCode::SEE_OTHER
    );
    let matrix = house.act(house.max, desk::triage::matrix).await;
    assert!(matrix.values().all(|priority| *priority == Priority::P1));

    let general = |close, reopen| {
        [
            ("calendar", ""),
            ("close_after_days", close),
            ("reopen_within_days", reopen),
        ]
    };
    let wrong = max.post("/settings/desk", &general("0", "4000")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text.contains("id=\"close_after_days-error\""));
    assert!(wrong.text.contains("id=\"reopen_within_days-error\""));
    assert_eq!(
        max.post("/settings/desk", &general("7", "45")).await.status,
        StatusCode::SEE_OTHER
    );
    let shown = max.get("/settings/desk").await.text;
    assert!(shown.contains("value=\"7\"") && shown.contains("value=\"45\""));
}

#[tokio::test]
async fn a_route_sends_a_category_to_its_team() {
    let house = House::open().await;
    let mut max = house.browser(house.max).await;
    let team = house.team.to_string();
    let mut fields = Vec::new();
    for category in desk::ticket::Category::ALL {
        for (part, value) in [
            ("team", team.as_str()),
            ("skill", ""),
            ("level", "1"),
            ("complexity", "2"),
        ] {
            fields.push((format!("{category}.{part}"), value));
        }
    }
    let pairs: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    assert_eq!(
        max.post("/settings/desk/assignment", &pairs).await.status,
        StatusCode::SEE_OTHER
    );
    let routes = house.act(house.max, desk::triage::routes).await;
    assert!(
        routes
            .iter()
            .all(|route| route.team == Some(house.team) && !route.automatic && route.complexity == 2)
    );
}
