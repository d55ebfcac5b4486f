//! An export without secrets has none of them in any byte; one with secrets has all of them.

use data_encoding::BASE64;
use exchange::Secrets;
use kernel::db::{ColumnKind, Tx, Value, tables};
use people::sign_in::{password, second_factor};
use serde_json::json;
use server::house::program;
use testkit::TestApp;

use crate::house::{NOW, Place, every_file, manifest};

/// Where the secrets of the test stand, and what of them is a secret.
const PLACES: &[(&str, &str, ColumnKind)] = &[
    ("people_user", "password_hash", ColumnKind::Text),
    ("people_user", "totp_secret", ColumnKind::Bytes),
    ("people_session", "secret_hash", ColumnKind::Text),
    ("people_token", "secret_hash", ColumnKind::Text),
    ("people_reset", "secret_hash", ColumnKind::Text),
    ("kernel_secret", "value", ColumnKind::Bytes),
    ("mail_mailbox", "imap_password", ColumnKind::Text),
    ("mail_mailbox", "smtp_password", ColumnKind::Text),
    ("automate_webhook", "secret", ColumnKind::Text),
    ("automate_webhook", "url", ColumnKind::Text),
    ("handover_tracker", "url", ColumnKind::Text),
    ("handover_tracker", "secret_in", ColumnKind::Text),
    ("handover_tracker", "secret_out", ColumnKind::Text),
    ("im_channel", "settings", ColumnKind::Text),
    ("im_channel", "token", ColumnKind::Text),
    ("im_delivery", "body", ColumnKind::Text),
    ("mail_outbound", "letter", ColumnKind::Text),
    ("kernel_setting", "value", ColumnKind::Text),
];

/// One of each.
async fn fill(app: &TestApp) {
    let ticket = app.li_na_cannot_print().await;
    app.amy_solves(ticket.number).await;
    let hash = password::hash_now("rock in midstream").unwrap();
    app.act(&app.cast.amy.clone(), move |tx, cx| {
        let amy = cx.user_id().unwrap();
        password::store_new(tx, cx, amy, &hash, None)?;
        password::new_reset(tx, cx, amy)?;
        second_factor::enrol(tx, cx)
    })
    .await;
    app.session_of(&app.cast.amy.clone()).await;
    let admin = app.token(&["*"]).await;
    let mailbox = json!({
        "name": "IT", "address": "it@example.test", "enabled": true, "purpose": "desk", "locale": "en",
        "imap_host": "imap.example.test", "imap_user": "it", "imap_password": "imap-secret-word",
        "smtp_host": "smtp.example.test", "smtp_user": "it", "smtp_password": "smtp-secret-word",
    });
    let answer = admin.post("/api/v1/mailboxes", &mailbox).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let webhook = json!({ "name": "Intranet", "url": "https://example.test/hooks/a-key-in-a-path", "events": ["opened"] });
    let answer = admin.post("/api/v1/webhooks", &webhook).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let written = app.write(|tx| {
        tx.execute("UPDATE people_user SET totp_confirmed = TRUE WHERE totp_secret IS NOT NULL", &[])?;
        tx.execute(
            "INSERT INTO kernel_setting (name, value, updated_at, actor)
             VALUES ('phone.hook', '{\"token\":\"a-hook-that-opens-doors\"}', 0, 'test')",
            &[],
        )?;
        tx.execute(
            "INSERT INTO mail_outbound (key, purpose, message_id, about, subject, recipients, letter, state, pending,
                 refused, attempts, next_at, give_up_at, created_at)
             VALUES ('a', 'people', 'b@c', 'user:x', 's', '[]', '{\"text\":\"/set-password/a-link-that-opens-doors\"}', 'sent',
                 '[]', '[]', 1, 0, 0, 0)",
            &[],
        )?;
        let tracker = [
            ("url", "https://example.test/?key=a-key-in-a-query"),
            ("secret_out", "sealed-going-out"),
            ("secret_in", "sealed-coming-in"),
        ];
        row(tx, "handover_tracker", &tracker)?;
        let channel = [("settings", "{\"secret\":\"a-sealed-setting\"}"), ("token", "a-sealed-access-token")];
        row(tx, "im_channel", &channel)?;
        let told = "{\"yes_url\":\"/confirm/a-link-that-says-yes?answer=yes\"}";
        row(tx, "im_delivery", &[("body", told)])
    });
    written.await.unwrap();
}

/// A row of a table whose other columns are nothing to this test: switched on, and empty or zero.
fn row(tx: &mut Tx<'_>, table: &str, given: &[(&str, &str)]) -> kernel::Result<()> {
    let found = tables(tx)?.into_iter().find(|one| one.name == table).unwrap();
    let columns: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    let value = |column: &kernel::db::TableColumn| match (
        given.iter().find(|(name, _)| *name == column.name),
        column.kind,
    ) {
        (Some((_, text)), _) => Value::Text((*text).to_owned()),
        (None, ColumnKind::Bool) => Value::Bool(true),
        (None, ColumnKind::Int) => Value::Int(0),
        (None, _) => Value::Text(String::new()),
    };
    let values: Vec<Value> = found.columns.iter().map(value).collect();
    let places: Vec<String> = (1..=values.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        columns.join(", "),
        places.join(", ")
    );
    tx.execute(&sql, &values).map(drop)
}

/// Every secret as it would stand in an export.
async fn secrets(app: &TestApp) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (table, column, kind) in PLACES {
        let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
        let kind = *kind;
        let values = app.read(move |tx| tx.query(&sql, &[], |row| row.value(0, kind)));
        let mut values = values.await.unwrap();
        if *table == "kernel_setting" {
            values.retain(|value| matches!(value, Value::Text(text) if text.contains("opens-doors")));
        }
        assert!(!values.is_empty(), "there is no {table}.{column} to look for");
        for value in values {
            let written = match value {
                Value::Text(text) => serde_json::to_string(&text).unwrap(),
                Value::Bytes(bytes) => BASE64.encode(&bytes),
                other => panic!("{other:?} is no secret"),
            };
            found.push((format!("{table}.{column}"), written.trim_matches('"').to_owned()));
        }
    }
    for word in [
        "a-link-that-opens-doors",
        "a-hook-that-opens-doors",
        "a-key-in-a-path",
        "a-key-in-a-query",
        "a-link-that-says-yes",
    ] {
        found.push((word.to_owned(), word.to_owned()));
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_secrets_none_is_in_any_byte_and_with_them_all_are() {
    let app = TestApp::open().await;
    fill(&app).await;
    let (place, kernel) = (Place::on(testkit::Database::Sqlite), &app.house.kernel);
    let secrets = secrets(&app).await;
    let mut all = Vec::new();
    for (name, kind) in [("with", Secrets::Included), ("without", Secrets::LeftOut)] {
        let (export, program) = (place.path(name), program());
        let made = exchange::export(&kernel.db, &kernel.files, &program, NOW, &export, kind);
        assert_eq!(made.await.unwrap().manifest.with_secrets, name == "with");
        let bytes: Vec<u8> = every_file(&export)
            .into_iter()
            .flat_map(|(_, content)| content)
            .collect();
        all.push(String::from_utf8_lossy(&bytes).into_owned());
    }
    for (place, secret) in &secrets {
        assert!(
            all[0].contains(secret),
            "{place} is not in the export with secrets: {secret}"
        );
        assert!(
            !all[1].contains(secret),
            "{place} is in the export without secrets: {secret}"
        );
    }
    // The readable files never have any.
    for file in ["tickets.jsonl", "people.jsonl", "teams.jsonl"] {
        let text = std::fs::read_to_string(place.path("with").join(file)).unwrap();
        for (place, secret) in &secrets {
            assert!(!text.contains(secret), "{place} is in {file}");
        }
    }
    let left_out = manifest(&place.path("without")).left_out;
    for (table, column, _) in PLACES {
        let named = left_out.iter().find(|left| left.table == *table);
        let named = named.unwrap_or_else(|| panic!("{table} is not named"));
        assert!(named.columns.is_empty() || named.columns.iter().any(|name| name == column));
    }
    assert_eq!(manifest(&place.path("with")).left_out, []);
    nothing_is_half_open(&place).await;
}

/// Nobody is asked for a second factor that is not there, and no mailbox, webhook, channel, or tracker works without its secret.
async fn nothing_is_half_open(place: &Place) {
    place.read_back(&place.path("without")).await;
    let house = place.house().await;
    let open: Vec<i64> = house
        .kernel
        .db
        .read(|tx| {
            let count = "SELECT COUNT(*) AS n FROM";
            [
                format!("{count} people_user WHERE totp_confirmed"),
                format!("{count} mail_mailbox WHERE enabled"),
                format!("{count} automate_webhook WHERE enabled OR url <> '' OR secret <> ''"),
                format!("{count} im_channel WHERE enabled OR token IS NOT NULL"),
                format!("{count} handover_tracker WHERE enabled OR url <> '' OR secret_in <> '' OR secret_out <> ''"),
                format!("{count} people_session"),
                format!("{count} mail_outbound"),
            ]
            .iter()
            .map(|sql| tx.query_one(sql, &[], |row| row.get("n")))
            .collect()
        })
        .await
        .unwrap();
    assert_eq!(open, [0; 7]);
    // A new administrator can be made, and signs in.
    let profile = people::user::Profile {
        email: "new.admin@example.test".to_owned(),
        name: "New Admin".to_owned(),
        roles: vec!["admin".to_owned()],
        ..people::user::Profile::default()
    };
    let cx = house.kernel.cx_command();
    let hash = password::hash_now("stone in the stream").unwrap();
    let added = house.kernel.db.write(move |tx| {
        let added = people::user::adding::add(tx, &cx, &profile)?;
        password::store_new(tx, &cx, added.id, &hash, None)
    });
    added.await.unwrap();
    let (cx, origin) = (house.kernel.cx_command(), people::sign_in::Origin::default());
    let step = people::sign_in::with_password(
        &house.kernel.db,
        &cx,
        "new.admin@example.test",
        "stone in the stream",
        &origin,
    );
    step.await.unwrap();
}

/// A column that is called like a secret is taken out by its name; whoever adds one that is called otherwise must name its table.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_out_is_what_was_looked_at() {
    let app = TestApp::open().await;
    let (place, kernel) = (Place::on(testkit::Database::Sqlite), &app.house.kernel);
    let export = place.path("export");
    let made = exchange::export(
        &kernel.db,
        &kernel.files,
        &program(),
        NOW,
        &export,
        Secrets::LeftOut,
    )
    .await
    .unwrap();
    let named = |table: &str| {
        let left = made.manifest.left_out.iter().find(|left| left.table == table);
        left.unwrap_or_else(|| panic!("{table} is not named"))
            .columns
            .clone()
    };
    assert_eq!(named("people_user"), ["password_hash", "totp_secret"]);
    assert_eq!(named("mail_mailbox"), ["imap_password", "smtp_password"]);
    assert_eq!(named("automate_webhook"), ["former_secret", "secret", "url"]);
    assert_eq!(named("handover_tracker"), ["secret_in", "secret_out", "url"]);
    assert_eq!(named("im_channel"), ["settings", "token"]);
    for table in [
        "people_session",
        "people_token",
        "people_reset",
        "kernel_secret",
        "im_code",
        "im_delivery",
    ] {
        assert!(named(table).is_empty(), "all rows of {table}");
    }
    // Marks of forms are called tokens and are none.
    let whole = |table: &str| !made.manifest.left_out.iter().any(|left| left.table == table);
    assert!(whole("chat_conversation") && whole("chat_message"));
}
