//! The page on which the words of letters are changed.

use people::sign_in::{Origin, begin};

use crate::house::{ANN, House, STRANGER, mail_of};

async fn browser(house: &House, user: kernel::UserId) -> web::testing::Browser {
    let app = web::build(
        house.kernel.clone(),
        vec![people::slice(), mail::slice(), desk::slice()],
    );
    let cx = house.cx();
    let secret = house
        .write(move |tx| begin(tx, &cx, user, &Origin::default(), false))
        .await;
    let mut browser = web::testing::Browser::new(web::router(app));
    browser.sign_in_with_session(&secret);
    browser
}

const PAGE: &str = "/settings/notices/received/en";

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_changes_previews_and_takes_back_the_words_of_a_letter() {
    let house = House::open().await;
    let mut browser = browser(&house, house.carol.id).await;
    assert!(
        browser
            .get("/settings/notices")
            .await
            .text
            .contains("Received (to the requester)")
    );
    assert!(browser.get(PAGE).await.text.contains("we have your request"));

    let words = [
        ("subject", "[#{{ number }}] Got it"),
        ("body", "Dear {{ recipient }}, **thanks**."),
    ];
    let preview = browser.post(&format!("{PAGE}/preview"), &words).await;
    assert!(
        preview.text.contains("[#1042] Got it") && preview.text.contains("Dear Ann Miller"),
        "{}",
        preview.text
    );
    assert_eq!(browser.post(PAGE, &words).await.status, 303);
    house
        .receive(&mail_of(STRANGER, "Printer", "It does not print.", "<a@x.test>"))
        .await;
    let letter = house.letters_to(STRANGER).await.pop().unwrap().letter;
    assert!(
        letter.subject.ends_with("Got it") && letter.text.contains("**thanks**"),
        "{letter:?}"
    );

    let broken = browser
        .post(PAGE, &[("subject", "{{ nobody }}"), ("body", "kept")])
        .await;
    assert_eq!(broken.status, 422);
    assert!(
        broken.text.contains("kept") && broken.text.contains("cannot be filled in"),
        "{}",
        broken.text
    );

    assert_eq!(browser.post(&format!("{PAGE}/reset"), &[]).await.status, 303);
    assert!(browser.get(PAGE).await.text.contains("we have your request"));
    assert_eq!(browser.get("/settings/notices/nothing/en").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requester_may_not_change_words() {
    let house = House::open().await;
    let mut browser = browser(&house, house.ann.id).await;
    assert_eq!(house.ann.email, ANN);
    assert_eq!(browser.get(PAGE).await.status, 403);
    assert_eq!(
        browser
            .post(PAGE, &[("subject", "x"), ("body", "y")])
            .await
            .status,
        403
    );
}
