//! Calendars through their pages: hours, holidays, make-up days, files.

use axum::http::Method;

use crate::house::House;

const OFFICE: [(&str, &str); 8] = [
    ("name", "Office"),
    ("time_zone", "Asia/Shanghai"),
    ("weekly.monday", "09:00-12:00, 13:30-18:00"),
    ("weekly.tuesday", "09:00-18:00"),
    ("weekly.wednesday", "09:00-18:00"),
    ("weekly.thursday", "09:00-18:00"),
    ("weekly.friday", "09:00-18:00"),
    ("holidays", "2026-12-25 Christmas"),
];

async fn with_office(house: &House) -> (web::testing::Browser, String) {
    let mut browser = house.browser("ada@example.com").await;
    let made = browser.post("/settings/calendars", &OFFICE).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let path = made.header("location").to_owned();
    (browser, path)
}

async fn definition(house: &House, path: &str) -> worktime::Definition {
    let id = path.rsplit('/').next().unwrap().to_owned();
    house
        .read(move |tx| people::calendar::store::load(tx, &id))
        .await
        .definition
}

#[tokio::test]
async fn a_calendar_is_shown_with_its_next_sixty_days_and_whether_it_is_open() {
    let house = House::open().await;
    let (mut browser, path) = with_office(&house).await;
    let page = browser.get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Open now"), "Monday at ten in Shanghai");
    assert!(page.text.contains("2026-12-25") && page.text.contains("Christmas"));
    assert_eq!(page.text.matches("<td class=\"nums nowrap\">").count(), 60);
    let list = browser.get("/settings/calendars").await;
    assert!(list.text.contains("Office") && list.text.contains("Asia/Shanghai"));
}

#[tokio::test]
async fn wrong_hours_are_named_beside_their_day_and_the_form_stays_as_filled() {
    let house = House::open().await;
    let mut browser = house.browser("ada@example.com").await;
    let mut fields = OFFICE;
    fields[2] = ("weekly.monday", "18:00-09:00");
    let refused = browser.post("/settings/calendars", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("id=\"weekly.monday-error\""),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("18:00-09:00") && refused.text.contains("2026-12-25 Christmas"));
    fields[2] = ("weekly.monday", "");
    fields[7] = ("holidays", "Christmas");
    let refused = browser.post("/settings/calendars", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"holidays-error\""), "{}", refused.text);
}

#[tokio::test]
async fn chinese_holidays_of_a_year_come_with_their_make_up_days() {
    let house = House::open().await;
    let (mut browser, path) = with_office(&house).await;
    let added = browser
        .post(
            &format!("{path}/chinese-holidays"),
            &[("year", "2026"), ("hours", "10:00-16:00")],
        )
        .await;
    assert_eq!(added.status, 303, "{}", added.text);
    let definition = definition(&house, &path).await;
    assert_eq!(definition.holidays["2026-10-01"], "National Day");
    assert_eq!(definition.replaced["2026-10-10"].hours, ["10:00-16:00"]);
    assert_eq!(definition.known_until.as_deref(), Some("2026-12-31"));
    let unknown = browser
        .post(
            &format!("{path}/chinese-holidays"),
            &[("year", "1990"), ("hours", "")],
        )
        .await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.text.contains("not published yet"));
}

#[tokio::test]
async fn an_icalendar_file_becomes_holidays_and_what_was_left_out_is_said() {
    let house = House::open().await;
    let (mut browser, path) = with_office(&house).await;
    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nSUMMARY:Company day\r\nEND:VEVENT\r\n\
        BEGIN:VEVENT\r\nDTSTART:20261223T090000\r\nSUMMARY:Meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let answer = send_file(&mut browser, &format!("{path}/import"), file).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(
        answer.text.contains("Meeting"),
        "the event with hours was left out and named"
    );
    assert_eq!(
        definition(&house, &path).await.holidays["2026-12-24"],
        "Company day"
    );
    let refused = send_file(&mut browser, &format!("{path}/import"), "not a calendar").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("not an iCalendar file"));
}

async fn send_file(browser: &mut web::testing::Browser, path: &str, file: &str) -> web::testing::Answer {
    let part = |head: &str, body: &str| {
        format!("--edge\r\ncontent-disposition: form-data; {head}\r\n\r\n{body}\r\n")
    };
    let csrf = browser.csrf.clone();
    let body = [
        part("name=\"csrf\"", &csrf),
        part("name=\"hours\"", "09:00-18:00"),
        part("name=\"file\"; filename=\"days.ics\"", file),
        "--edge--\r\n".to_owned(),
    ];
    let kind = [("content-type", "multipart/form-data; boundary=edge")];
    browser.send(Method::POST, path, &body.concat(), &kind).await
}

#[tokio::test]
async fn a_person_without_own_hours_works_those_of_their_site() {
    let house = House::open().await;
    let (mut browser, path) = with_office(&house).await;
    let calendar = path.rsplit('/').next().unwrap().to_owned();
    let fields = [
        ("name", "Shanghai"),
        ("time_zone", "Asia/Shanghai"),
        ("calendar", calendar.as_str()),
    ];
    assert_eq!(browser.post("/settings/sites", &fields).await.status, 303);
    let site = house.read(people::calendar::store::sites).await.remove(0).id;
    let lina = house
        .add_with(people::user::Profile {
            email: "lina@example.com".to_owned(),
            name: "李娜".to_owned(),
            site,
            ..people::user::Profile::default()
        })
        .await;
    assert_eq!(lina.shown_time_zone.as_deref(), Some("Asia/Shanghai"));
    let hours = house
        .read(move |tx| people::calendar::of_user(tx, lina.id))
        .await
        .unwrap();
    assert!(hours.is_open_millis(house.app.clock.now().millis()).unwrap());
    let wrong = browser
        .post(
            "/settings/sites",
            &[("name", "Shanghai"), ("time_zone", "Mars/Base")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("id=\"time_zone-error\""));
}
