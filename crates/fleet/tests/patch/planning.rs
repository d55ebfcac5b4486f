//! From approved patches to a rollout: only what is approved, and looked at again when the draft is made.

use fleet::patch::{PatchId, State};
use fleet::rollout::content::{Content, Packages};
use fleet::rollout::drafting::{self, Manner, Wish};
use fleet::rollout::{RolloutId, ordering, store};
use kernel::error::Error;
use protocol::verb::PackageWanted;
use serde_json::json;
use testkit::TestApp;

use crate::house::{NEW, OLD, decide, device, patch, patches, reports, update};

/// Two devices that report openssl, one of them curl as well.
async fn reported() -> (TestApp, PatchId, PatchId) {
    let app = TestApp::open().await;
    let (one, two) = (device(&app, 1, None).await, device(&app, 2, None).await);
    reports(
        &app,
        one,
        &[update("openssl", OLD, NEW), update("curl", "8.4", "8.5")],
    )
    .await;
    reports(&app, two, &[update("openssl", OLD, NEW)]).await;
    let (openssl, curl) = (patch(&app, "openssl").await.id, patch(&app, "curl").await.id);
    (app, openssl, curl)
}

fn wish(ticket: i64, name: &str, version: &str, patches: &[PatchId]) -> Wish {
    Wish {
        ticket,
        title: format!("Update {name}"),
        query: format!("update:{name}={version}"),
        first: String::new(),
        content: Content::Package(Packages {
            packages: vec![PackageWanted {
                name: name.to_owned(),
                version: version.to_owned(),
            }],
            install: false,
            downgrade: false,
            timeout_seconds: 600,
        }),
        manner: Manner::default(),
        patches: patches.to_vec(),
    }
}

/// An engineer makes a draft.
async fn draft(app: &TestApp, wish: Wish) -> Result<RolloutId, Error> {
    app.act(&app.cast.cheng_li, move |tx, cx| {
        Ok(drafting::draft(tx, cx, &wish))
    })
    .await
}

async fn rollouts_of(app: &TestApp, patch: PatchId) -> Vec<RolloutId> {
    let found = app.read(move |tx| store::of_patch(tx, patch, 10)).await.unwrap();
    found.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn the_form_begins_with_approved_patches_and_with_no_others() {
    let (app, openssl, curl) = reported().await;
    let mut cheng = app.engineer().await;
    let path = format!("/rollouts/new?patches={openssl},{curl}");
    let refused = cheng.get(&path).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    decide(&app, &app.cast.shen, &[openssl], State::Approved, "").await;
    assert_eq!(cheng.get(&path).await.status, 409);
    decide(&app, &app.cast.shen, &[curl], State::Approved, "").await;
    let page = cheng.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for words in [
        format!("openssl = {NEW}"),
        "curl = 8.5".to_owned(),
        format!("update:openssl={NEW},curl=8.5"),
        format!("value=\"{openssl},{curl}\""),
    ] {
        assert!(page.text.contains(&words), "{words}: {}", page.text);
    }
    let nothing = "/rollouts/new?patches=00000000000000000000000000";
    assert_eq!(cheng.get(nothing).await.status, 404);
    assert_eq!(cheng.get("/rollouts/new?patches=x").await.status, 422);
    // The list leads there, and says why when it does not.
    let (one, two) = (openssl.to_string(), curl.to_string());
    let form = [
        ("tab", "approved"),
        ("patch", one.as_str()),
        ("patch", two.as_str()),
    ];
    let led = cheng.post("/patches/plan", &form).await;
    assert_eq!(led.header("location"), path, "{}", led.text);
    decide(&app, &app.cast.shen, &[curl], State::Waiting, "").await;
    let back = cheng.post("/patches/plan", &form).await;
    assert_eq!(back.header("location"), "/patches?state=approved");
    let said = cheng.get("/patches?state=approved").await.text;
    assert!(said.contains("curl 8.5"), "{said}");
    let mut shen = app.manager().await;
    assert_eq!(shen.post("/patches/plan", &form).await.status, 403);
}

#[tokio::test]
async fn two_versions_of_a_package_are_not_planned_together() {
    let (app, openssl, _) = reported().await;
    let three = device(&app, 3, None).await;
    reports(&app, three, &[update("openssl", OLD, "3.0.18-1")]).await;
    let all: Vec<PatchId> = patches(&app, "openssl").await.iter().map(|one| one.id).collect();
    assert!(all.len() == 2 && all.contains(&openssl));
    decide(&app, &app.cast.shen, &all, State::Approved, "").await;
    let mut cheng = app.engineer().await;
    let path = format!("/rollouts/new?patches={},{}", all[0], all[1]);
    assert_eq!(cheng.get(&path).await.status, 409);
}

#[tokio::test]
async fn a_package_that_comes_anew_is_installed_where_it_is_absent() {
    let (app, openssl, _) = reported().await;
    let three = device(&app, 3, None).await;
    let name = "linux-image-6.1.0-40-amd64";
    reports(&app, three, &[update(name, "", "6.1.153-1")]).await;
    // One device that has it does not keep it from the others.
    let four = device(&app, 4, None).await;
    reports(&app, four, &[update(name, "6.1.150-1", "6.1.153-1")]).await;
    let kernel = patch(&app, name).await.id;
    decide(&app, &app.cast.shen, &[openssl, kernel], State::Approved, "").await;
    let mut cheng = app.engineer().await;
    let ticked = "id=\"install\" name=\"install\" value=\"true\" checked";
    let alone = cheng.get(&format!("/rollouts/new?patches={kernel}")).await.text;
    assert!(alone.contains(ticked), "{alone}");
    let both = cheng
        .get(&format!("/rollouts/new?patches={kernel},{openssl}"))
        .await
        .text;
    assert!(!both.contains(ticked), "{both}");
}

#[tokio::test]
async fn a_draft_keeps_the_patches_that_it_holds() {
    let (app, openssl, curl) = reported().await;
    let ticket = app.li_na_misses_her_mail().await.number;
    decide(&app, &app.cast.shen, &[openssl, curl], State::Approved, "").await;
    // The line of curl was taken out of the form.
    let id = draft(&app, wish(ticket, "openssl", NEW, &[openssl, curl]))
        .await
        .unwrap();
    assert_eq!(rollouts_of(&app, openssl).await, [id]);
    assert!(rollouts_of(&app, curl).await.is_empty());
    let rollout = app.read(move |tx| store::find(tx, id)).await.unwrap().unwrap();
    assert_eq!(rollout.plan.targets, 2);
    let mut cheng = app.engineer().await;
    let page = cheng.get(&format!("/patches/{openssl}")).await.text;
    assert!(page.contains(&format!("/rollouts/{id}")), "{page}");
}

#[tokio::test]
async fn a_draft_of_a_patch_that_is_not_approved_any_more_is_refused() {
    let (app, openssl, _) = reported().await;
    let ticket = app.li_na_misses_her_mail().await.number;
    let early = draft(&app, wish(ticket, "openssl", NEW, &[openssl])).await;
    assert_eq!(early.unwrap_err().code(), "fleet.patch_not_approved");
    decide(&app, &app.cast.shen, &[openssl], State::Approved, "").await;
    decide(&app, &app.cast.shen, &[openssl], State::Waiting, "Wait.").await;
    let late = draft(&app, wish(ticket, "openssl", NEW, &[openssl])).await;
    assert_eq!(late.unwrap_err().code(), "fleet.patch_not_approved");
    let unknown = app.cx().new_id();
    let nothing = draft(&app, wish(ticket, "openssl", NEW, &[unknown])).await;
    assert_eq!(nothing.unwrap_err().kind(), kernel::error::Kind::NotFound);
    // The form itself is free: whoever may plan rollouts may name any version.
    draft(&app, wish(ticket, "openssl", NEW, &[])).await.unwrap();
    assert!(rollouts_of(&app, openssl).await.is_empty());
}

#[tokio::test]
async fn a_draft_of_a_patch_that_was_taken_back_does_not_start() {
    let (app, openssl, _) = reported().await;
    let ticket = app.li_na_misses_her_mail().await.number;
    decide(&app, &app.cast.shen, &[openssl], State::Approved, "").await;
    let id = draft(&app, wish(ticket, "openssl", NEW, &[openssl]))
        .await
        .unwrap();
    decide(
        &app,
        &app.cast.shen,
        &[openssl],
        State::Declined,
        "It broke the mail.",
    )
    .await;
    let round = app
        .read(move |tx| store::find(tx, id))
        .await
        .unwrap()
        .unwrap()
        .head
        .round;
    let started = app
        .act(&app.cast.cheng_li, move |tx, cx| {
            Ok(ordering::start(tx, cx, id, round))
        })
        .await;
    assert_eq!(started.unwrap_err().code(), "fleet.patch_not_approved");
    // Another like it knows where it came from.
    let mut cheng = app.engineer().await;
    let page = cheng.get(&format!("/rollouts/new?from={id}")).await.text;
    assert!(
        page.contains(&format!("name=\"patches\" value=\"{openssl}\"")),
        "{page}"
    );
}

#[tokio::test]
async fn programs_plan_from_approved_patches() {
    let (app, openssl, _) = reported().await;
    let ticket = app.li_na_misses_her_mail().await.number;
    let content = json!({
        "kind": "package",
        "packages": [{ "name": "openssl", "version": NEW }],
        "install": false,
        "downgrade": false,
        "timeout_seconds": 600,
    });
    let wish = json!({
        "ticket": ticket,
        "title": "Update openssl",
        "query": format!("update:openssl={NEW}"),
        "content": content,
        "patches": [openssl],
    });
    let token = app.token_of(&app.cast.cheng_li, &["*"]).await;
    let refused = token.post("/api/v1/rollouts", &wish).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    decide(&app, &app.cast.shen, &[openssl], State::Approved, "").await;
    let made = token.post("/api/v1/rollouts", &wish).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let id: RolloutId = made.json()["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(rollouts_of(&app, openssl).await, [id]);
}
