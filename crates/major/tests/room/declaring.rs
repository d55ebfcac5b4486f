//! From the key to the room: what changes on the ticket, who may, and what is refused.

use desk::article::ArticleKind;
use desk::ticket::Priority;
use kernel::Locale;
use kernel::error::Kind;
use major::incident::declaring::declare;
use major::incident::steering::{self, Done};
use major::incident::{Role, State, store};
use testkit::TestApp;

use crate::house::{BASE, declaration, incident, now, replies, said, t, two_tickets, view};

#[tokio::test]
async fn the_ticket_becomes_p0_with_a_note_and_the_room_has_its_plan_and_its_commander() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let ticket = view(&app, first.number).await.ticket;
    assert_eq!(ticket.priority, Priority::P0);
    let notes = said(&app, first.number, ArticleKind::Note).await;
    assert_eq!(notes.len(), 1);
    assert!(
        notes[0].body.contains("Mail is down") && notes[0].body.contains("P0"),
        "{}",
        notes[0].body
    );
    let id = incident.id;
    let (holders, steps, links) = app
        .read(move |tx| {
            Ok((
                store::holders(tx, id)?,
                store::steps(tx, id)?,
                store::links(tx, id)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(
        (holders[0].role, holders[0].person),
        (Role::Commander, app.cast.cheng_li.id)
    );
    assert!(steps.len() >= 8);
    assert_eq!(links, [second.number]);
    assert_eq!(incident.state, State::Declared);
}

#[tokio::test]
async fn one_key_leads_from_the_ticket_to_the_room() {
    let app = TestApp::open().await;
    let (first, second) = two_tickets(&app).await;
    app.settle().await;
    let mut engineer = app.engineer().await;
    let page = engineer.get(&format!("/tickets/{}", first.number)).await;
    assert!(page.text.contains("data-key=\"I\""), "{}", page.text);
    let path = format!("/tickets/{}/major", first.number);
    let form = engineer.get(&path).await;
    assert_eq!(form.status, 200, "{}", form.text);
    let number = second.number.to_string();
    let fields = [
        ("title", "邮件无法使用"),
        ("impact", "无法收发邮件"),
        ("services", "邮件、日历"),
        ("update_minutes", "20"),
        ("plan", "core-system-down"),
        ("links", number.as_str()),
        ("words", "正在排查，20 分钟内通报进展。"),
    ];
    let made = engineer.post(&path, &fields).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let room_path = made.header("location").to_owned();
    let room = engineer.get(&room_path).await;
    assert_eq!(room.status, 200);
    for text in [
        "邮件无法使用",
        "邮件</span>",
        "日历",
        "程立",
        "I cannot send mail",
    ] {
        assert!(room.text.contains(text), "no {text} in {}", room.text);
    }
    app.settle().await;
    assert_eq!(
        replies(&app, second.number).await,
        ["正在排查，20 分钟内通报进展。"]
    );
    assert_eq!(
        replies(&app, first.number).await.len(),
        1,
        "its own requester hears it too"
    );
    // The key now leads to the room, from either ticket.
    assert_eq!(engineer.get(&path).await.header("location"), room_path);
    let other = engineer.get(&format!("/tickets/{}", second.number)).await;
    assert!(other.text.contains(&room_path) && !other.text.contains("data-key=\"I\""));
    let list = engineer.get("/major").await;
    assert!(
        list.text.contains("邮件无法使用") && list.text.contains("0/10"),
        "{}",
        list.text
    );
}

#[tokio::test]
async fn a_ticket_is_declared_once_and_belongs_to_one_incident() {
    let app = TestApp::open().await;
    let (_, first, second) = incident(&app).await;
    let cx = app.cx();
    for (number, code) in [
        (first.number, "major.already_declared"),
        (second.number, "major.belongs_already"),
    ] {
        let cx = cx.clone();
        let again = app
            .write(move |tx| declare(tx, &cx, BASE, number, &declaration(&[])))
            .await
            .unwrap_err();
        assert_eq!((again.kind(), again.code()), (Kind::Conflict, code));
    }
    let mut engineer = app.engineer().await;
    let path = format!("/tickets/{}/major", first.number);
    assert_eq!(engineer.post(&path, &[("title", "Again")]).await.status, 409);
    let bruno = app.cast.bruno.clone();
    let third = app.reported(&bruno, "The calendar is empty").await.number;
    let taken = second.number;
    let cx = app.cx();
    let refused = app
        .write(move |tx| declare(tx, &cx, BASE, third, &declaration(&[taken])))
        .await
        .unwrap_err();
    assert_eq!(refused.fields()[0].field, "links");
    assert_eq!(refused.fields()[0].code, "major.link_taken");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_what_was_filled_stays() {
    let app = TestApp::open().await;
    let (first, _) = two_tickets(&app).await;
    let mut engineer = app.engineer().await;
    let path = format!("/tickets/{}/major", first.number);
    let fields = [
        ("title", " "),
        ("impact", "kept as it was"),
        ("update_minutes", "3"),
    ];
    let refused = engineer.post(&path, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("kept as it was"));
    assert!(
        refused.text.contains("id=\"title-error\"") && refused.text.contains("id=\"update_minutes-error\"")
    );
    let minutes = [("title", "Mail"), ("update_minutes", "soon")];
    let refused = engineer.post(&path, &minutes).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("id=\"update_minutes-error\""),
        "{}",
        refused.text
    );
    let plan = [("title", "Mail"), ("update_minutes", "30"), ("plan", "no-such")];
    assert!(
        engineer
            .post(&path, &plan)
            .await
            .text
            .contains("id=\"plan-error\"")
    );
}

#[tokio::test]
async fn in_the_room_a_wrong_number_an_empty_update_and_nobody_as_commander_are_refused() {
    let app = TestApp::open().await;
    let (incident, first, _) = incident(&app).await;
    let mut engineer = app.engineer().await;
    let room = format!("/major/{}", incident.id);
    let own = first.number.to_string();
    for number in ["abc", "999999", own.as_str()] {
        let refused = engineer
            .post(&format!("{room}/links"), &[("number", number)])
            .await;
        assert_eq!(refused.status, 422, "{number}");
        assert!(
            refused.text.contains(&format!("value=\"{number}\"")),
            "{number} stays"
        );
    }
    let refused = engineer
        .post(&format!("{room}/updates"), &[("en", " "), ("zh", "")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"en-error\""), "{}", refused.text);
    let refused = engineer
        .post(&format!("{room}/roles"), &[("role", "commander"), ("person", "")])
        .await;
    assert_eq!(refused.status, 422);
    let stranger = app.cast.li_na.id.to_string();
    let role = [("role", "support"), ("person", stranger.as_str())];
    assert_eq!(engineer.post(&format!("{room}/roles"), &role).await.status, 422);
    let refused = engineer.post(&format!("{room}/steps"), &[("step", "")]).await;
    assert_eq!(refused.status, 422);
    let refused = engineer
        .post(&format!("{room}/resolution"), &[("en", "It works.")])
        .await;
    assert_eq!(
        refused.status, 303,
        "without tickets to resolve no test is asked for: {}",
        refused.text
    );
}

#[tokio::test]
async fn only_the_second_line_declares_and_only_the_department_looks_in() {
    let app = TestApp::open().await;
    let (incident, first, second) = incident(&app).await;
    let room = format!("/major/{}", incident.id);
    let mut requester = app.requester().await;
    for path in [room.as_str(), "/major", "/settings/major"] {
        assert_eq!(requester.get(path).await.status, 403, "{path}");
    }
    assert_eq!(
        requester
            .get(&format!("/tickets/{}/major", first.number))
            .await
            .status,
        403
    );
    let mut technician = app.technician().await;
    assert_eq!(technician.get(&room).await.status, 200);
    assert_eq!(
        technician
            .get(&format!("/tickets/{}/major", second.number))
            .await
            .status,
        403
    );
    for act in ["updates", "state", "links", "steps", "resolution"] {
        let fields = [
            ("en", "Hello"),
            ("state", "identified"),
            ("number", "1"),
            ("step", "x"),
        ];
        assert_eq!(
            technician.post(&format!("{room}/{act}"), &fields).await.status,
            403,
            "{act}"
        );
    }
    let mut auditor = app.auditor().await;
    assert_eq!(auditor.get(&room).await.status, 200);
    assert_eq!(
        auditor
            .post(&format!("{room}/updates"), &[("en", "Hello")])
            .await
            .status,
        403
    );
    let mut engineer = app.engineer().await;
    assert_eq!(engineer.get("/tickets/999999/major").await.status, 404);
    assert_eq!(engineer.get("/major/nothing").await.status, 404);
    let unknown = incident
        .id
        .to_string()
        .replace(|letter: char| letter.is_ascii_digit(), "0");
    assert_eq!(engineer.get(&format!("/major/{unknown}")).await.status, 404);
}

#[tokio::test]
async fn whoever_has_a_role_takes_part_but_does_not_lead() {
    let app = TestApp::open().await;
    let (incident, _, second) = incident(&app).await;
    let (id, amy) = (incident.id, app.cast.amy.id);
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::assign(tx, cx, BASE, id, Role::Support, Some(amy))
    })
    .await;
    let mut technician = app.technician().await;
    let room = format!("/major/{id}");
    assert_eq!(
        technician
            .post(&format!("{room}/updates"), &[("en", "We are on it.")])
            .await
            .status,
        303
    );
    app.settle().await;
    assert_eq!(
        replies(&app, second.number).await,
        ["We are on it."],
        "beyond her own team's tickets"
    );
    assert_eq!(
        technician
            .post(&format!("{room}/state"), &[("state", "identified")])
            .await
            .status,
        403
    );
    let step = app.read(move |tx| store::steps(tx, id)).await.unwrap()[0].id;
    assert_eq!(
        technician
            .post(&format!("{room}/steps/{step}"), &[("done", "yes")])
            .await
            .status,
        303
    );
    let page = technician.get(&room).await;
    assert!(
        page.text.contains("checklist-done") && page.text.contains(&app.cast.amy.name),
        "{}",
        page.text
    );
    app.act(&app.cast.amy, move |tx, cx| {
        steering::tick(tx, cx, id, step, Done::No)
    })
    .await;
    assert!(!technician.get(&room).await.text.contains("checklist-done"));
}

#[tokio::test]
async fn the_timeline_is_the_record_in_the_readers_language() {
    let app = TestApp::open().await;
    let (incident, ..) = incident(&app).await;
    let id = incident.id;
    app.act(&app.cast.cheng_li, move |tx, cx| {
        steering::move_to(tx, cx, id, State::Identified)
    })
    .await;
    assert_eq!(now(&app, id).await.state, State::Identified);
    let lines = |locale| app.read(move |tx| timeline_of(tx, id, locale));
    let chinese = lines(Locale::ZhCn).await.unwrap();
    assert!(
        chinese.iter().any(|line| line.contains("状态变为已定位")),
        "{chinese:?}"
    );
    assert!(
        chinese.iter().any(|line| line.contains("优先级 P0")),
        "what happened to the ticket: {chinese:?}"
    );
    let english = lines(Locale::En).await.unwrap();
    assert!(
        english
            .iter()
            .any(|line| line.contains("declared a major incident: Mail is down")),
        "{english:?}"
    );
    assert!(!t(Locale::En, "major-title").is_empty());
}

fn timeline_of(
    tx: &mut kernel::db::Tx<'_>,
    id: major::incident::IncidentId,
    locale: Locale,
) -> kernel::Result<Vec<String>> {
    let incident = store::find(tx, id)?.unwrap();
    let lines = major::timeline::lines(tx, None, &incident, locale)?;
    Ok(lines.into_iter().map(|line| line.text).collect())
}
