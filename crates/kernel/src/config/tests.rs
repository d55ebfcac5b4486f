//! Settings from file, environment, and flags.

use super::*;

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mainstay.toml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

fn load(text: &str, environment: &[(&str, &str)], overrides: &Overrides) -> Result<Config, ConfigError> {
    let (_folder, path) = file(text);
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(&path), environment, overrides)
}

fn complaint(text: &str, environment: &[(&str, &str)]) -> String {
    load(text, environment, &Overrides::default())
        .unwrap_err()
        .to_string()
}

#[test]
fn without_settings_everything_has_its_default() {
    let config = Config::load(None, [], &Overrides::default()).unwrap();
    assert_eq!(config, Config::in_folder("./mainstay-data"));
    assert_eq!(config.max_upload_bytes, 25_000_000);
    assert_eq!(
        config.database,
        DatabaseUrl::Sqlite("./mainstay-data/mainstay.db".into())
    );
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let text = "listen = \"0.0.0.0:1000\"\ndata = \"/srv/one\"\nlog = \"warn\"\n";
    let overrides = Overrides {
        data: Some("/srv/three".to_owned()),
        ..Overrides::default()
    };
    let variables = [
        ("MAINSTAY_DATA", "/srv/two"),
        ("MAINSTAY_LOG", "debug"),
        ("HOME", "/root"),
    ];
    let config = load(text, &variables, &overrides).unwrap();
    assert_eq!(config.listen.to_string(), "0.0.0.0:1000");
    assert_eq!(config.data, PathBuf::from("/srv/three"));
    assert_eq!(
        config.database,
        DatabaseUrl::Sqlite("/srv/three/mainstay.db".into())
    );
    assert_eq!(config.log, "debug");
}

#[test]
fn a_full_file_is_understood() {
    let text = r#"
        base_url = "https://desk.example.org/"
        database = "postgres://desk:secret@db/desk"
        database_readers = 8
        trusted_proxies = ["10.0.0.0/8", "::1"]
        max_upload_bytes = 1_000
        log_format = "json"
    "#;
    let config = load(text, &[], &Overrides::default()).unwrap();
    assert_eq!(config.base_url, "https://desk.example.org");
    assert!(config.secure_cookies, "an https address makes cookies secure");
    assert_eq!(config.database_readers, 8);
    assert!(config.trusts_proxy("10.1.2.3".parse().unwrap()));
    assert!(!config.trusts_proxy("192.168.0.1".parse().unwrap()));
    assert_eq!(
        (config.max_upload_bytes, config.log_format),
        (1_000, LogFormat::Json)
    );
}

#[test]
fn an_unknown_setting_is_named_with_its_place_and_those_that_exist() {
    let text = complaint("lissten = \"1\"", &[]);
    assert!(
        text.contains("unknown setting `lissten`") && text.contains("mainstay.toml"),
        "{text}"
    );
    assert!(
        text.contains("did you mean `listen`?") && text.contains("max_mail_bytes"),
        "{text}"
    );
    let text = complaint("", &[("MAINSTAY_COLOUR", "red")]);
    assert!(
        text.contains("`colour` in the environment variable MAINSTAY_COLOUR;"),
        "{text}"
    );
    assert!(load("", &[("MAINSTAY_TEST_POSTGRES", "x")], &Overrides::default()).is_ok());
}

#[test]
fn a_wrong_value_says_what_it_must_be() {
    for (text, part) in [
        ("listen = \"8080\"", "`listen`"),
        ("database = \"mysql://x\"", "sqlite:PATH or postgres://"),
        ("base_url = \"desk.example.org\"", "https://desk.example.org"),
        ("secure_cookies = \"maybe\"", "true or false"),
        ("trusted_proxies = [\"10.0.0.0/99\"]", "10.0.0.0/8"),
        ("outgoing_networks = [\"intranet\"]", "10.0.0.0/8"),
        ("max_upload_bytes = -1", "above 0"),
        ("log_format = \"xml\"", "text or json"),
        ("listen = ", "not valid TOML"),
    ] {
        let complaint = complaint(text, &[]);
        assert!(complaint.contains(part), "{complaint}");
    }
    let missing = Config::load(
        Some(Path::new("/nowhere/mainstay.toml")),
        [],
        &Overrides::default(),
    )
    .unwrap_err();
    assert!(
        missing
            .to_string()
            .starts_with("cannot read the settings in /nowhere/mainstay.toml")
    );
}

#[test]
fn a_database_password_is_never_shown() {
    let url = DatabaseUrl::parse("postgres://desk:p@ss@db:5432/desk?password=other").unwrap();
    assert_eq!(
        format!("{url} {url:?}"),
        "postgres://db:5432/desk postgres://db:5432/desk"
    );
}
