//! Tasks through the router: named in the settings, done by two teams on the console, seen in the portal, called as JSON.

use axum::http::{Method, StatusCode};
use desk::catalogue::tasking::TicketTask;
use desk::catalogue::{settings, task_store};
use desk::ticket::value::State;
use kernel::id::{TeamId, UserId};
use people::team::{self, NewTeam};
use people::user::{self, Profile};
use serde_json::json;

use crate::house::{House, call, number_of};

const TYPE: &str = "/settings/desk/catalogue/password-reset";

/// A second team, with Uma and Vic in it.
async fn accounts(house: &House) -> (TeamId, UserId, UserId) {
    let made = house.act(house.max, |tx, _| {
        let cx = kernel::Cx::system(kernel::Clock::System, "test");
        let name = "Accounts".to_owned();
        let new = NewTeam {
            name,
            tier: 1,
            ..NewTeam::default()
        };
        let team = team::add(tx, &cx, &new)?.id;
        let mut person = |name: &str| {
            let profile = Profile {
                email: format!("{}@example.test", name.to_lowercase()),
                name: name.to_owned(),
                locale: "en".to_owned(),
                tier: Some(1),
                roles: vec!["technician".to_owned()],
                teams: vec![team],
                ..Profile::default()
            };
            user::adding::add(tx, &cx, &profile).map(|added| added.id)
        };
        Ok((team, person("Uma")?, person("Vic")?))
    });
    made.await.unwrap()
}

/// Max names two tasks: one of Tim's team, then one of Uma's.
async fn with_tasks(house: &House, second: TeamId) {
    let mut max = house.browser(house.max).await;
    let wrong = [("stage", "1"), ("hours", "0")];
    let refused = max.post(&format!("{TYPE}/tasks"), &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"title-error\"") && refused.text.contains("id=\"hours-error\""));
    let own = house
        .act(house.max, |tx, _| {
            Ok(team::store::find_by_name(tx, "Service desk")?.unwrap().id)
        })
        .await
        .unwrap();
    for (title, team, stage) in [("Check who it is", own, "1"), ("Set the password", second, "2")] {
        let team = team.to_string();
        let fields = [
            ("title.en", title),
            ("title.zh-CN", ""),
            ("team", team.as_str()),
            ("category", ""),
            ("stage", stage),
            ("hours", "4"),
        ];
        let saved = max.post(&format!("{TYPE}/tasks"), &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
    }
    let page = max.get(TYPE).await.text;
    assert!(page.contains("Set the password") && page.contains("Stage 2") && page.contains("Accounts"));
}

/// Ann asks; nobody has to approve it. Gives back the ticket and its tasks.
async fn asked(house: &House) -> (i64, Vec<TicketTask>) {
    let fields = house
        .act(house.max, |tx, cx| {
            settings::change_part(tx, cx, "password-reset", None, |definition| {
                definition.fields.clear();
                Ok(())
            })
        })
        .await;
    fields.unwrap();
    let mut ann = house.browser(house.ann).await;
    let number = number_of(
        &ann.post("/portal/catalogue/password-reset", &[("seen", "")])
            .await,
    );
    (number, tasks(house, number).await)
}

async fn tasks(house: &House, number: i64) -> Vec<TicketTask> {
    let read = house.act(house.max, move |tx, _| task_store::of_ticket(tx, number));
    read.await.unwrap()
}

/// Whose ticket it is does not matter to a task: Tim's team has it.
async fn to_tims_team(house: &House, number: i64) {
    let tim = house.tim;
    let given = house.act(house.max, move |tx, cx| {
        let team = team::store::find_by_name(tx, "Service desk")?.unwrap().id;
        desk::ticket::assign(tx, cx, number, desk::ticket::Assign::PersonInTeam(tim, team))
    });
    given.await.unwrap();
}

#[tokio::test]
async fn two_teams_do_their_part_by_plain_forms_and_the_requester_sees_how_far_it_is() {
    let house = House::open().await;
    let (second, uma, vic) = accounts(&house).await;
    with_tasks(&house, second).await;
    let (number, all) = asked(&house).await;
    to_tims_team(&house, number).await;
    let mut ann = house.browser(house.ann).await;
    let own = ann.get(&format!("/portal/requests/{number}")).await.text;
    assert!(own.contains("0 of 2 steps done") && own.contains("Set the password"));

    let mut tim = house.browser(house.tim).await;
    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(page.contains(&format!("id=\"card-tasks-{number}\"")) && page.contains("Not yet"));
    let solved = [("solution", "Done"), ("tested", "true")];
    let early = tim.post(&format!("/tickets/{number}/resolution"), &solved).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.text.contains("2 tasks of"), "{}", early.text);
    let beside = format!("/tickets/{number}/tasks/{}", all[0].id);
    let taken = tim.post(&beside, &[("act", "take")]).await;
    let place = format!("/tickets/{number}");
    assert!(taken.header("location").starts_with(&place));
    let list = tim.get("/tasks").await.text;
    assert!(list.contains("In my hands") && list.contains("Check who it is"));
    assert_eq!(
        tim.post(&beside, &[("act", "done")]).await.status,
        StatusCode::SEE_OTHER
    );

    // Uma has no right to the ticket; her task shows what was asked for.
    let mut uma = house.browser(uma).await;
    let list = uma.get("/tasks").await.text;
    assert!(list.contains("Set the password") && !list.contains("In my hands"));
    let path = format!("/tasks/{}", all[1].id);
    let one = uma.get(&path).await.text;
    assert!(one.contains("Password reset") && !one.contains(&format!("href=\"/tickets/{number}\"")));
    assert_eq!(
        uma.get(&format!("/tickets/{number}")).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        uma.get(&format!("/tasks/{}", all[0].id)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        uma.post(&path, &[("act", "skip"), ("remark", "No")]).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        uma.post(&path, &[("act", "take")]).await.status,
        StatusCode::SEE_OTHER
    );
    let mut vic = house.browser(vic).await;
    assert_eq!(
        vic.post(&path, &[("act", "take")]).await.status,
        StatusCode::CONFLICT
    );
    let long = "x".repeat(501);
    let refused = uma.post(&path, &[("act", "done"), ("remark", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"remark-error\"") && refused.text.contains(&long));
    let done = [("act", "done"), ("remark", "Sent by letter")];
    assert_eq!(uma.post(&path, &done).await.header("location"), "/tasks");

    let page = tim.get(&format!("/tickets/{number}")).await.text;
    assert!(page.contains("Sent by letter") && page.contains("all tasks are done"));
    let own = ann.get(&format!("/portal/requests/{number}")).await.text;
    assert!(own.contains("2 of 2 steps done"));
    assert!(
        !own.contains("Sent by letter") && !own.contains("Uma") && !own.contains("Accounts"),
        "titles and ticks, no names and no remarks"
    );
    let resolved = tim.post(&format!("/tickets/{number}/resolution"), &solved).await;
    assert_eq!(resolved.status, StatusCode::SEE_OTHER, "{}", resolved.text);
    assert_eq!(house.ticket(number).await.ticket.state, State::Resolved);
}

#[tokio::test]
async fn a_task_is_added_by_a_form_that_names_what_is_wrong() {
    let house = House::open().await;
    let (second, uma, _) = accounts(&house).await;
    let (number, _) = asked(&house).await;
    to_tims_team(&house, number).await;
    let mut tim = house.browser(house.tim).await;
    let path = format!("/tickets/{number}/tasks");
    assert!(tim.get(&format!("/tickets/{number}")).await.text.contains(&path));
    let refused = tim.post(&path, &[("title", ""), ("hours", "5000")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("id=\"title-error\"") && refused.text.contains("id=\"hours-error\""));
    let team = second.to_string();
    let fields = [
        ("title", "Look into the log"),
        ("team", team.as_str()),
        ("hours", ""),
    ];
    assert_eq!(tim.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    let mut uma = house.browser(uma).await;
    assert!(uma.get("/tasks").await.text.contains("Look into the log"));
    assert_eq!(uma.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(uma.post(&path, &fields).await.status, StatusCode::NOT_FOUND);
    let own = house
        .browser(house.ann)
        .await
        .get(&format!("/portal/requests/{number}"))
        .await
        .text;
    assert!(
        !own.contains("Look into the log"),
        "the desk's own tasks are its own"
    );
    let mut bea = house.browser(house.bea).await;
    assert_eq!(bea.get("/tasks").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn programs_list_take_finish_skip_and_add_tasks() {
    let house = House::open().await;
    let (second, uma, _) = accounts(&house).await;
    with_tasks(&house, second).await;
    let (number, all) = asked(&house).await;
    to_tims_team(&house, number).await;
    let mut tim = house.browser(house.tim).await;
    let mut uma = house.browser(uma).await;
    let of_ticket = format!("/api/v1/tickets/{number}/tasks");
    let listed = call(&mut tim, Method::GET, &of_ticket, &json!({})).await.json();
    assert_eq!(listed["items"][0]["state"], "open");
    assert_eq!(listed["items"][1]["title"]["en"], "Set the password");
    assert_eq!(
        call(&mut uma, Method::GET, &of_ticket, &json!({})).await.status,
        StatusCode::NOT_FOUND
    );
    let first = format!("/api/v1/tasks/{}", all[0].id);
    let taken = call(&mut tim, Method::POST, &format!("{first}/taking"), &json!({})).await;
    assert_eq!(taken.json()["assignee"]["name"], "Tim");
    let mine = call(&mut tim, Method::GET, "/api/v1/tasks", &json!({}))
        .await
        .json();
    assert_eq!(mine["items"][0]["id"], all[0].id.to_string());
    assert!(mine["next"].is_null());
    let back = call(&mut tim, Method::DELETE, &format!("{first}/taking"), &json!({})).await;
    assert!(back.json()["assignee"].is_null());
    let foreign = call(&mut uma, Method::POST, &format!("{first}/completion"), &json!({})).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let bare = call(&mut tim, Method::POST, &format!("{first}/skipping"), &json!({})).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text.contains("\"remark\""), "{}", bare.text);
    let why = json!({ "remark": "Known to us" });
    let skipped = call(&mut tim, Method::POST, &format!("{first}/skipping"), &why).await;
    assert_eq!(skipped.json()["state"], "skipped");
    let waiting = call(&mut uma, Method::GET, "/api/v1/tasks?of=teams", &json!({})).await;
    assert_eq!(waiting.json()["items"][0]["ticket"], number);
    let added = json!({ "title": "Call back", "team": "Accounts", "hours": 2 });
    let added = call(&mut tim, Method::POST, &of_ticket, &added).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    assert_eq!(added.json()["of_type"], false);
    for id in [
        all[1].id.to_string(),
        added.json()["id"].as_str().unwrap().to_owned(),
    ] {
        let path = format!("/api/v1/tasks/{id}/completion");
        let done = call(&mut uma, Method::POST, &path, &json!({ "remark": "ok" })).await;
        assert_eq!(done.json()["state"], "done", "{}", done.text);
    }
    let wrong = call(&mut tim, Method::GET, "/api/v1/tasks?cursor=x", &json!({})).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
}
