//! The settings of people, teams, roles, skills, and shifts, as a browser sees them.

use crate::house::House;

#[tokio::test]
async fn no_page_or_endpoint_is_open_to_nobody() {
    let house = House::open().await;
    assert_eq!(
        web::testing::routes_open_to_nobody(&house.app).await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn every_settings_page_opens_for_the_administrator_and_none_for_an_employee() {
    let house = House::open().await;
    house.add("wang@example.com", "王芳", &["requester"]).await;
    let mut ada = house.browser("ada@example.com").await;
    let mut wang = house.browser("wang@example.com").await;
    let pages = house.app.route_table().iter().filter(|route| {
        route.slice == "people"
            && route.method == "GET"
            && route.path.starts_with("/settings")
            && !route.path.contains('{')
    });
    let mut seen = 0;
    for page in pages {
        let answer = ada.get(&page.path).await;
        assert_eq!(answer.status, 200, "{}: {}", page.path, answer.text);
        assert_eq!(wang.get(&page.path).await.status, 403, "{}", page.path);
        seen += 1;
    }
    assert!(seen >= 11, "only {seen} pages");
}

#[tokio::test]
async fn a_refused_person_keeps_what_was_typed_with_each_error_beside_its_field() {
    let house = House::open().await;
    let mut ada = house.browser("ada@example.com").await;
    let fields = [
        ("name", ""),
        ("email", "not an address"),
        ("department", "财务部"),
        ("time_zone", "Mars/Base"),
        ("roles", "technician"),
    ];
    let refused = ada.post("/settings/people", &fields).await;
    assert_eq!(refused.status, 422);
    for field in ["name", "email", "time_zone"] {
        assert!(refused.text.contains(&format!("id=\"{field}-error\"")), "{field}");
    }
    assert!(refused.text.contains("value=\"财务部\"") && refused.text.contains("value=\"not an address\""));
    assert!(refused.text.contains("value=\"technician\" checked"));
}

#[tokio::test]
async fn a_person_is_added_changed_with_skills_and_put_out_by_pages() {
    let house = House::open().await;
    let mut ada = house.browser("ada@example.com").await;
    assert_eq!(
        ada.post("/settings/skills", &[("name", "network"), ("title", "网络")])
            .await
            .status,
        303
    );
    assert_eq!(
        ada.post("/settings/teams", &[("name", "服务台"), ("tier", "1")])
            .await
            .status,
        303
    );
    let team = house
        .read(people::team::store::list)
        .await
        .remove(0)
        .id
        .to_string();
    let fields = [
        ("name", "李娜"),
        ("email", "lina@example.com"),
        ("tier", "2"),
        ("roles", "technician"),
        ("teams", team.as_str()),
        ("skills", "network:3"),
    ];
    let added = ada.post("/settings/people", &fields).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let path = added.header("location").to_owned();
    let page = ada.get(&path).await;
    for word in ["李娜", "服务台", "网络 · Senior", "Technician"] {
        assert!(page.text.contains(word), "{word}");
    }
    let form = ada.get(&format!("{path}/edit")).await;
    assert!(form.text.contains("value=\"network:3\" selected"));
    assert!(ada.get("/settings/skills").await.text.contains("Senior"));
    assert_eq!(ada.post(&format!("{path}/deactivate"), &[]).await.status, 303);
    assert!(!house.user("lina@example.com").await.active);
    assert!(
        !ada.get("/settings/people")
            .await
            .text
            .contains("lina@example.com")
    );
    assert!(
        ada.get("/settings/people?inactive=true")
            .await
            .text
            .contains("lina@example.com")
    );
}

#[tokio::test]
async fn the_list_of_people_is_searched_and_read_page_by_page() {
    let house = House::open().await;
    let cx = house.system();
    house
        .write(move |tx| {
            for number in 0..60 {
                let profile = people::user::Profile {
                    email: format!("p{number:02}@example.com"),
                    name: format!("Person {number:02}"),
                    ..people::user::Profile::default()
                };
                people::user::adding::add(tx, &cx, &profile)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let mut ada = house.browser("ada@example.com").await;
    let first = ada.get("/settings/people").await;
    assert_eq!(first.text.matches("<tr data-row").count(), 50);
    let more = first
        .text
        .split("class=\"load-more\" href=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&");
    let second = ada.get(&more).await;
    assert_eq!(second.text.matches("<tr data-row").count(), 11);
    assert!(second.text.contains("Person 59") && !second.text.contains("Person 00"));
    let found = ada.get("/settings/people?q=PERSON+07").await;
    assert_eq!(found.text.matches("<tr data-row").count(), 1);
    assert!(
        ada.get("/settings/people?q=nobody-like-this")
            .await
            .text
            .contains("Nobody found")
    );
}

#[tokio::test]
async fn a_role_of_ones_own_is_made_shown_in_the_matrix_and_removed() {
    let house = House::open().await;
    let mut ada = house.browser("ada@example.com").await;
    let refused = ada
        .post("/settings/roles", &[("name", "Night Watch"), ("title", "")])
        .await;
    assert_eq!(refused.status, 422);
    let fields = [
        ("name", "night_watch"),
        ("title", "Night watch"),
        ("grants", ""),
        ("grants", "people.user.read:all"),
    ];
    assert_eq!(ada.post("/settings/roles", &fields).await.status, 303);
    let matrix = ada.get("/settings/roles").await;
    assert!(
        matrix.text.contains("href=\"/settings/roles/night_watch\"") && matrix.text.contains("Administrator")
    );
    let form = ada.get("/settings/roles/night_watch").await;
    assert!(form.text.contains("value=\"people.user.read:all\" selected"));
    assert_eq!(
        ada.post("/settings/roles/night_watch/remove", &[]).await.status,
        303
    );
    assert_eq!(ada.get("/settings/roles/night_watch").await.status, 404);
}

#[tokio::test]
async fn shifts_are_added_listed_and_taken_back() {
    let house = House::open().await;
    let mut ada = house.browser("ada@example.com").await;
    let id = house.user("ada@example.com").await.id.to_string();
    let fields = [
        ("of", "shift"),
        ("user", id.as_str()),
        ("starts_at", "2026-12-01T18:00"),
        ("ends_at", "2026-12-02T06:00"),
        ("note", "on call"),
    ];
    assert_eq!(ada.post("/settings/shifts", &fields).await.status, 303);
    let page = ada.get("/settings/shifts").await;
    assert!(page.text.contains("on call") && page.text.contains(">Ada<"));
    assert!(
        !ada.get("/settings/shifts?of=absence")
            .await
            .text
            .contains("on call")
    );
    let remove = page
        .text
        .split("action=\"/settings/shifts/shift/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(
        ada.post(&format!("/settings/shifts/shift/{remove}"), &[])
            .await
            .status,
        303
    );
    assert!(ada.get("/settings/shifts").await.text.contains("No shifts ahead"));
}

#[tokio::test]
async fn people_are_found_in_the_palette_by_whoever_may_look_them_up() {
    let house = House::open().await;
    house.add("wang@example.com", "王芳", &["requester"]).await;
    let mut ada = house.browser("ada@example.com").await;
    let found = ada.get("/palette?q=%E7%8E%8B").await;
    assert!(found.text.contains("王芳") && found.text.contains("/settings/people/"));
    let mut wang = house.browser("wang@example.com").await;
    assert!(!wang.get("/palette?q=ada").await.text.contains("ada@example.com"));
}
