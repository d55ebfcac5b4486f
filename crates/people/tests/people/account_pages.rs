//! Signing in and the pages about oneself, as a browser sees them.

use crate::house::{House, PASSWORD};

#[tokio::test]
async fn a_technician_lands_in_the_console_an_employee_in_the_portal_and_both_where_they_wanted_to_go() {
    let house = House::open().await;
    house.add("lina@example.com", "李娜", &["technician"]).await;
    house.add("wang@example.com", "王芳", &["requester"]).await;
    for (email, next, lands) in [
        ("lina@example.com", "", "/"),
        ("wang@example.com", "", "/portal"),
        ("wang@example.com", "/portal/requests/7", "/portal/requests/7"),
        ("wang@example.com", "//evil.example", "/portal"),
    ] {
        let mut browser = house.stranger();
        browser.get("/sign-in").await;
        let answer = browser
            .post(
                "/sign-in",
                &[("email", email), ("password", PASSWORD), ("next", next)],
            )
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, lands),
            "{email} {next}"
        );
        assert_eq!(browser.get("/account").await.status, 200);
    }
}

#[tokio::test]
async fn a_refused_sign_in_keeps_the_address_and_speaks_the_readers_language() {
    let house = House::open().await;
    let mut browser = house.stranger().with("accept-language", "zh-CN");
    let page = browser.get("/sign-in?next=/settings/people").await;
    assert!(page.text.contains("忘记密码") && page.text.contains("value=\"/settings/people\""));
    let fields = [
        ("email", "Ada@example.com"),
        ("password", "wrong wrong"),
        ("next", "/settings/people"),
    ];
    let refused = browser.post("/sign-in", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("邮箱或密码不正确"));
    assert!(
        refused.text.contains("value=\"Ada@example.com\"")
            && refused.text.contains("value=\"/settings/people\"")
    );
    assert!(
        !refused.text.contains("wrong wrong"),
        "a password is never sent back"
    );
}

#[tokio::test]
async fn the_second_factor_is_switched_on_asked_for_and_switched_off_by_pages() {
    let house = House::open().await;
    let mut browser = house.browser("ada@example.com").await;
    let page = browser.get("/account/second-factor").await;
    assert!(page.text.contains("<svg role=\"img\"") && !page.text.contains("style="));
    let secret = page
        .text
        .split("<code>")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .replace(' ', "");
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(bytes).build().unwrap();
    let code = |house: &House| {
        totp.generate(u64::try_from(house.app.clock.now().secs()).unwrap())
            .to_string()
    };
    let wrong = browser
        .post("/account/second-factor", &[("code", "000000")])
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text.contains(&secret[..4]),
        "the same secret is shown again"
    );
    let on = browser
        .post("/account/second-factor", &[("code", &code(&house))])
        .await;
    assert_eq!(
        on.text
            .split("<pre class=\"mono\">")
            .nth(1)
            .unwrap()
            .split("</pre>")
            .next()
            .unwrap()
            .lines()
            .count(),
        10
    );

    house.later(60);
    let mut other = house.stranger();
    other.get("/sign-in").await;
    let half = other
        .post(
            "/sign-in",
            &[
                ("email", "ada@example.com"),
                ("password", PASSWORD),
                ("next", "/account"),
            ],
        )
        .await;
    assert_eq!(half.header("location"), "/sign-in/code?next=%2Faccount");
    assert_eq!(
        other.get("/account").await.status,
        303,
        "half a sign-in opens nothing"
    );
    other.get("/sign-in/code?next=%2Faccount").await;
    let whole = other
        .post("/sign-in/code", &[("code", &code(&house)), ("next", "/account")])
        .await;
    assert_eq!(
        (whole.status.as_u16(), whole.header("location")),
        (303, "/account")
    );
    assert_eq!(other.get("/account").await.status, 200);

    house.later(60);
    let off = browser
        .post("/account/second-factor/off", &[("code", &code(&house))])
        .await;
    assert_eq!(off.status, 303, "{}", off.text);
    assert!(!house.user("ada@example.com").await.second_factor);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let house = House::open().await;
    let session = house.session("ada@example.com").await;
    let mut browser = house.stranger();
    browser.sign_in_with_session(&session);
    browser.get("/account").await;
    let out = browser.post("/sign-out", &[]).await;
    assert_eq!(out.header("location"), "/sign-in");
    assert!(house.who_is(&session).await.is_none());
}

#[tokio::test]
async fn language_and_time_zone_are_kept_and_a_wrong_zone_is_named() {
    let house = House::open().await;
    let mut browser = house.browser("ada@example.com").await;
    let refused = browser
        .post(
            "/account/preferences",
            &[("locale", "zh-CN"), ("time_zone", "Mars/Base")],
        )
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"time_zone-error\"") && refused.text.contains("value=\"Mars/Base\""));
    let saved = browser
        .post(
            "/account/preferences",
            &[("locale", "zh-CN"), ("time_zone", "Asia/Shanghai")],
        )
        .await;
    assert_eq!(saved.status, 303);
    assert!(browser.get("/account").await.text.contains("我的账户"));
    assert_eq!(
        house.user("ada@example.com").await.time_zone.as_deref(),
        Some("Asia/Shanghai")
    );
}

#[tokio::test]
async fn sessions_are_listed_and_one_or_all_others_are_ended() {
    let house = House::open().await;
    let mut browser = house.browser("ada@example.com").await;
    let (second, third) = (
        house.session("ada@example.com").await,
        house.session("ada@example.com").await,
    );
    let page = browser.get("/account").await;
    let ends: Vec<&str> = page
        .text
        .split("action=\"")
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| path.ends_with("/end"))
        .collect();
    assert_eq!(ends.len(), 2, "one's own session has no such button");
    assert_eq!(browser.post(ends[0], &[]).await.status, 303);
    let alive = [
        house.who_is(&second).await.is_some(),
        house.who_is(&third).await.is_some(),
    ];
    assert_eq!(alive.iter().filter(|alive| **alive).count(), 1);
    browser.post("/account/sessions/end-others", &[]).await;
    assert!(house.who_is(&second).await.is_none() && house.who_is(&third).await.is_none());
    assert_eq!(browser.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_token_is_shown_once_with_scopes_from_what_one_may() {
    let house = House::open().await;
    house.add("lina@example.com", "李娜", &["technician"]).await;
    let mut browser = house.browser("lina@example.com").await;
    let page = browser.get("/account/tokens/new").await;
    assert!(page.text.contains("people.user.read") && !page.text.contains("people.user.manage"));
    let refused = browser
        .post("/account/tokens", &[("name", "monitoring"), ("days", "30")])
        .await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("id=\"scopes-error\"") && refused.text.contains("value=\"monitoring\""));
    let fields = [
        ("name", "monitoring"),
        ("days", "30"),
        ("scopes", "people.user.read"),
    ];
    let made = browser.post("/account/tokens", &fields).await;
    let secret = made
        .text
        .split("<pre class=\"mono\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    assert!(secret.starts_with("mst_"));
    assert!(house.whose_token(&secret).await.is_some());
    assert!(!browser.get("/account").await.text.contains(&secret));
}

#[tokio::test]
async fn an_own_absence_is_entered_in_local_time() {
    let house = House::open().await;
    let mut browser = house.browser("ada@example.com").await;
    browser
        .post(
            "/account/preferences",
            &[("locale", "en"), ("time_zone", "Asia/Shanghai")],
        )
        .await;
    let wrong = browser
        .post(
            "/account/absences",
            &[("starts_at", "2026-12-01T09:00"), ("ends_at", "2026-11-30T09:00")],
        )
        .await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("id=\"ends_at-error\""));
    let fields = [
        ("starts_at", "2026-12-01T09:00"),
        ("ends_at", "2026-12-02T18:00"),
        ("note", "training"),
    ];
    assert_eq!(browser.post("/account/absences", &fields).await.status, 303);
    let page = browser.get("/account").await;
    assert!(page.text.contains("2026-12-01T01:00:00Z") && page.text.contains("training"));
}

#[tokio::test]
async fn without_a_mailbox_the_forgotten_password_page_says_whom_to_ask() {
    let house = House::open().await;
    let mut browser = house.stranger();
    let page = browser.get("/forgot").await;
    assert!(page.text.contains("Ask an administrator") && !page.text.contains("<input class=\"input\""));
}

#[tokio::test]
async fn a_link_to_set_the_password_is_a_page_that_serves_once() {
    let house = House::open().await;
    let lina = house.add("lina@example.com", "李娜", &["requester"]).await;
    let mut ada = house.browser("ada@example.com").await;
    let made = ada
        .post(&format!("/settings/people/{}/password-link", lina.id), &[])
        .await;
    let link = made
        .text
        .split("<pre class=\"mono\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap()
        .to_owned();
    let path = link.strip_prefix("http://desk.test").unwrap();
    let mut browser = house.stranger();
    let page = browser.get(path).await;
    // The address is a secret, so no other site may learn it from a link.
    assert_eq!(page.header("referrer-policy"), "same-origin");
    let refused = browser.post(path, &[("password", "short")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("at least 10") || refused.text.contains("At least 10"));
    assert_eq!(
        browser
            .post(path, &[("password", "a new long phrase")])
            .await
            .header("location"),
        "/sign-in"
    );
    assert!(browser.get(path).await.text.contains("used already"));
    assert!(
        house
            .try_password("lina@example.com", "a new long phrase")
            .await
            .is_ok()
    );
}
