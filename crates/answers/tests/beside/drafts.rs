//! A solved ticket becomes a draft without what is private in it, when somebody has looked.

use desk::finding::{self, Wanted};
use desk::ticket::{self, Channel, Opening};
use kernel::Locale;
use testkit::TestApp;

use crate::house::{solve, space};

const REPORT: &str =
    "您好：\n打印机 kingfisher 不出纸，我是李娜，电话 138 1234 5678，邮箱 li.na@example.test。\n谢谢\n李娜";

async fn solved_ticket(app: &TestApp) -> i64 {
    let (requester, team) = (app.cast.li_na.id, app.cast.service_desk);
    let number = app
        .act(&app.cast.li_na, move |tx, cx| {
            let mut opening = Opening::new(requester, "李娜的打印机卡纸", REPORT, Channel::Portal);
            opening.team = Some(team);
            ticket::open(tx, cx, opening)
        })
        .await
        .number;
    app.act(&app.cast.amy, move |tx, cx| {
        ticket::take(tx, cx, number)?;
        let wanted = Wanted {
            technical: "Roller worn at 10.20.30.40".to_owned(),
            plain: "滚轮磨损".to_owned(),
        };
        finding::write(tx, cx, number, &wanted).map(drop)
    })
    .await;
    space(app).await;
    solve(app, number, "打开上盖\n让 Amy Lindqvist 更换滚轮").await;
    number
}

/// What a form shows: names and values, as a browser would send them.
fn fields(page: &str) -> Vec<(String, String)> {
    let unescaped = |text: &str| {
        text.replace("&#34;", "\"")
            .replace("&#39;", "'")
            .replace("&#60;", "<")
            .replace("&#62;", ">")
            .replace("&#38;", "&")
    };
    let attribute = |tag: &str, name: &str| {
        let behind = tag.split(&format!(" {name}=\"")).nth(1)?;
        behind.split('"').next().map(unescaped)
    };
    let mut found = Vec::new();
    for tag in page
        .split("<input")
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap())
    {
        let kind = attribute(tag, "type").unwrap_or_default();
        if (kind == "hidden" || kind == "text") && !tag.contains("name=\"csrf\"") {
            found.push((
                attribute(tag, "name").unwrap(),
                attribute(tag, "value").unwrap_or_default(),
            ));
        }
    }
    for area in page.split("<textarea").skip(1) {
        let (tag, rest) = area.split_once('>').unwrap();
        let text = rest.split("</textarea>").next().unwrap();
        found.push((
            attribute(tag, "name").unwrap(),
            unescaped(text.trim_start_matches('\n')),
        ));
    }
    found.retain(|field| field.0 != "q");
    found
}

async fn post(
    browser: &mut web::testing::Browser,
    path: &str,
    fields: &[(String, String)],
) -> web::testing::Answer {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

#[tokio::test]
async fn one_key_leads_to_a_draft_in_which_nothing_private_stands() {
    let app = TestApp::open().await;
    let ticket = solved_ticket(&app).await;
    app.settle().await;
    let mut manager = app.manager().await;
    let path = format!("/tickets/{ticket}/draft");
    let card = manager.get(&format!("/tickets/{ticket}/articles")).await.text;
    assert!(card.contains("data-key=\"D\""), "{card}");
    let page = manager.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let shown = fields(&page.text);
    let text = |name: &str| shown.iter().find(|field| field.0 == name).unwrap().1.clone();
    assert_eq!(text("title"), "[姓名 1]的打印机卡纸");
    assert_eq!(
        text("symptom"),
        "打印机 kingfisher 不出纸，我是[姓名 1]，电话 [电话 1]，邮箱 [邮箱 1]。"
    );
    assert_eq!(text("cause"), "滚轮磨损\n\nRoller worn at [网络地址 1]");
    assert_eq!(text("solution"), "1. 打开上盖\n2. 让 [姓名 2] 更换滚轮");
    assert!(
        page.text.contains("<del>138 1234 5678</del>"),
        "each piece is shown to whoever decides"
    );
    let mut sent = shown.clone();
    sent.push(("space".to_owned(), "tests".to_owned()));
    let refused = post(&mut manager, &path, &sent).await;
    assert_eq!(refused.status, 422, "nobody looked");
    sent.push(("checked".to_owned(), "true".to_owned()));
    sent.push(("keep".to_owned(), "[网络地址 1]".to_owned()));
    let made = post(&mut manager, &path, &sent).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let number: i64 = made
        .header("location")
        .rsplit('/')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let cx = app.cx();
    let (article, words, links) = app
        .read(move |tx| {
            let article = knowledge::reading::article(tx, &cx, number)?;
            let (words, _) = knowledge::reading::open_draft(tx, &cx, number, Locale::ZhCn)?;
            Ok((
                article,
                words,
                kernel::link::of(tx, &format!("article:{number}"), 10)?,
            ))
        })
        .await
        .unwrap();
    assert_eq!(
        (article.kind, article.state),
        (knowledge::Kind::Fault, knowledge::State::Draft)
    );
    assert_eq!(words.title, "[姓名]的打印机卡纸");
    assert!(
        words
            .body
            .contains("## 解决办法\n\n1. 打开上盖\n2. 让 [姓名] 更换滚轮"),
        "{}",
        words.body
    );
    assert!(
        words.body.contains("10.20.30.40"),
        "somebody let it stand: {}",
        words.body
    );
    for private in ["李娜", "Amy", "138 1234", "li.na@"] {
        assert!(!words.body.contains(private), "{private} in {}", words.body);
    }
    assert!(
        links
            .iter()
            .any(|link| link.to == format!("ticket:{ticket}") && link.kind == "drafted_from")
    );
    let again = manager.get(&format!("/tickets/{ticket}/articles")).await.text;
    assert!(again.contains(&format!("KB-{number}")), "{again}");
}

#[tokio::test]
async fn what_somebody_types_is_struck_and_shown_before_anything_is_made() {
    let app = TestApp::open().await;
    let ticket = solved_ticket(&app).await;
    let mut manager = app.manager().await;
    let path = format!("/tickets/{ticket}/draft");
    let page = manager.get(&path).await;
    let mut sent = fields(&page.text);
    for field in &mut sent {
        if field.0 == "verification" {
            field.1 = "Ask marta@example.test".to_owned();
        }
    }
    sent.push(("space".to_owned(), "tests".to_owned()));
    sent.push(("checked".to_owned(), "true".to_owned()));
    let refused = post(&mut manager, &path, &sent).await;
    assert_eq!(refused.status, 422);
    let shown = fields(&refused.text);
    assert!(
        shown.contains(&("verification".to_owned(), "Ask [邮箱 2]".to_owned())),
        "{shown:?}"
    );
    assert!(refused.text.contains("<del>marta@example.test</del>"));
}

#[tokio::test]
async fn an_open_ticket_has_no_draft_and_a_requester_makes_none() {
    let app = TestApp::open().await;
    let ticket = app.li_na_cannot_print().await.number;
    let path = format!("/tickets/{ticket}/draft");
    let mut amy = app.technician().await;
    assert_eq!(amy.get(&path).await.status, 409);
    // The systems team has it.
    let theirs = app.li_na_misses_her_mail().await.number;
    assert_eq!(amy.get(&format!("/tickets/{theirs}/draft")).await.status, 404);
    assert_eq!(app.requester().await.get(&path).await.status, 403);
    assert_eq!(app.auditor().await.get(&path).await.status, 403);
}
