//! What is found beyond the typed words: pinyin, slips, synonyms, typed filters, and what is offered instead; within rights.

use super::tests::{ask, ask_as, document, index, question};
use super::*;

const EVERYBODY: &str = "all";

fn secret(key: &str, title: &str, body: &str) -> Document {
    Document {
        rights: vec!["team:hr".to_owned()],
        ..document(key, title, body)
    }
}

fn desk() -> Search {
    index(vec![
        document("1", "打印机无法打印", "三楼的打印机卡纸。"),
        document("2", "Printer prints blank pages", "Replaced the toner."),
        document("3", "重启后无法登录", "服务器需要重启。"),
        document("4", "VPN disconnects", "The tunnel drops."),
        document("5", "虚拟专用网很慢", "在家办公。"),
        document(
            "6",
            "Remote access for a partner",
            "They need access from outside.",
        ),
        document("7", "Authentication fails", "After the password was changed."),
        document("8", "打印机驱动", "安装打印机驱动程序。"),
    ])
}

fn meant(search: &Search, text: &str, rights: &[&str]) -> Option<String> {
    search.answer_now(&question(text, rights)).unwrap().did_you_mean
}

#[test]
fn pinyin_and_its_initials_find_chinese_words_and_mark_them() {
    let search = desk();
    for letters in ["dayinji", "dyj", "DYJ", "dayin", "dayinj"] {
        let found = ask(&search, letters);
        assert!(
            found.contains(&"1".to_owned()) && found.contains(&"8".to_owned()),
            "{letters}: {found:?}"
        );
    }
    assert_eq!(ask(&search, "chongqi"), ["3"]);
    assert_eq!(ask(&search, "zhongqi"), ["3"], "the other reading");
    let hits = search.query_now(&question("dyj", &[EVERYBODY])).unwrap();
    assert!(
        hits[0].title_html.contains("<mark>打印机"),
        "{}",
        hits[0].title_html
    );
}

#[test]
fn a_word_written_so_comes_before_one_that_sounds_so() {
    let search = index(vec![
        document("sound", "打印机坏了", "打印机 打印机"),
        document(
            "word",
            "A long story in which the abbreviation dyj is mentioned once",
            "Nothing more.",
        ),
    ]);
    assert_eq!(ask(&search, "dyj"), ["word", "sound"]);
}

#[test]
fn a_slip_finds_the_word_that_was_meant() {
    let search = desk();
    assert_eq!(ask(&search, "pritner")[0], "2");
    assert_eq!(ask(&search, "authentcaton")[0], "7", "two slips in a long word");
    assert!(ask(&search, "vnp ").is_empty(), "three letters hold no slip");
}

#[test]
fn a_better_known_word_is_offered_in_either_language() {
    let search = desk();
    assert_eq!(
        meant(&search, "Pritner toner", &[EVERYBODY]).as_deref(),
        Some("printer toner")
    );
    assert_eq!(meant(&search, "打应机", &[EVERYBODY]).as_deref(), Some("打印机"));
    assert_eq!(
        meant(&search, "打应机驱动", &[EVERYBODY]).as_deref(),
        Some("打印机驱动")
    );
    assert_eq!(meant(&search, "printer toner", &[EVERYBODY]), None);
    assert_eq!(meant(&search, "打印机", &[EVERYBODY]), None);
}

#[test]
fn a_word_of_forbidden_documents_alone_gives_nothing_away() {
    let search = index(vec![
        document("1", "Printer", "打卡机"),
        secret(
            "2",
            "Redundancies in Leipzig",
            "裁员名单 Leipzig Leipzig redundancies",
        ),
        secret("3", "裁员名单", "redundancies"),
    ]);
    for text in [
        "redundancies",
        "redundancis",
        "redundancie",
        "redund",
        "Leipzg",
        "裁员",
        "财源",
        "caiyuan",
        "cy",
        "裁原名单",
    ] {
        let query = question(text, &[EVERYBODY]);
        let answer = search.answer_now(&query).unwrap();
        assert_eq!(answer, Answer::default(), "{text}");
        assert_eq!(search.count_now(&query).unwrap(), 0, "{text}");
        assert!(search.suggest_now(&query).unwrap().is_empty(), "{text}");
    }
    assert_eq!(ask_as(&search, "redundancis", &["team:hr"]).len(), 2);
    assert_eq!(meant(&search, "Leipzg", &["team:hr"]).as_deref(), Some("leipzig"));
    assert_eq!(ask_as(&search, "caiyuan", &["team:hr"]).len(), 2);
}

#[test]
fn what_the_department_calls_the_same_is_found_across_languages_after_the_word_itself() {
    let search = desk();
    assert_eq!(ask(&search, "VPN"), ["4"]);
    let group = ["VPN", "虚拟专用网", "remote access"].map(str::to_owned).to_vec();
    search.keep_synonyms(vec![group]);
    let found = ask(&search, "VPN");
    assert_eq!(found[0], "4");
    assert!(
        found.contains(&"5".to_owned()) && found.contains(&"6".to_owned()),
        "{found:?}"
    );
    assert_eq!(ask(&search, "remote access")[0], "6");
    assert!(ask(&search, "虚拟专用网").contains(&"4".to_owned()));
    assert_eq!(search.count_now(&question("VPN", &[EVERYBODY])).unwrap(), 3);
    search.keep_synonyms(Vec::new());
    assert_eq!(ask(&search, "VPN"), ["4"], "a group that is gone counts no more");
}

#[test]
fn facets_and_times_narrow_within_rights() {
    let with = |document: Document, facets: &[&str], millis| Document {
        facets: facets.iter().map(|facet| (*facet).to_owned()).collect(),
        time: Timestamp::from_millis(millis),
        ..document
    };
    let search = index(vec![
        with(
            document("old", "printer", ""),
            &["type:incident", "state:closed"],
            1_000,
        ),
        with(
            document("new", "printer", ""),
            &["type:incident", "state:open"],
            2_000,
        ),
        with(
            document("asked", "printer", ""),
            &["type:request", "state:open"],
            3_000,
        ),
        with(
            secret("secret", "printer", ""),
            &["type:problem", "state:open"],
            4_000,
        ),
    ]);
    let asked = |text: &str, facets: &[&[&str]]| SearchQuery {
        facets: facets
            .iter()
            .map(|any| any.iter().map(|facet| (*facet).to_owned()).collect())
            .collect(),
        ..question(text, &[EVERYBODY])
    };
    let keys = |query: &SearchQuery| -> Vec<String> {
        let hits = search.query_now(query).unwrap().into_iter();
        hits.map(|hit| hit.key).collect()
    };
    assert_eq!(keys(&asked("printer", &[&["type:incident"]])), ["new", "old"]);
    assert_eq!(
        keys(&asked("printer", &[&["type:incident"], &["state:open"]])),
        ["new"]
    );
    assert_eq!(
        keys(&asked("", &[&["type:incident", "type:request"]])),
        ["asked", "new", "old"]
    );
    assert!(keys(&asked("printer", &[&["type:problem"]])).is_empty());
    assert!(keys(&asked("", &[&["type:problem"]])).is_empty());
    assert_eq!(search.count_now(&asked("", &[&["state:open"]])).unwrap(), 2);
    let between = SearchQuery {
        since: Some(Timestamp::from_millis(2_000)),
        until: Some(Timestamp::from_millis(3_000)),
        ..question("printer", &[EVERYBODY])
    };
    assert_eq!(keys(&between), ["new"]);
}

#[test]
fn while_somebody_types_the_last_word_is_unfinished() {
    let search = index(vec![
        document("1", "Print server", ""),
        document("2", "Printer driver", ""),
        document("3", "Scanner", ""),
    ]);
    let typed = |text: &str| -> Vec<String> {
        let hits = search
            .suggest_now(&question(text, &[EVERYBODY]))
            .unwrap()
            .into_iter();
        hits.map(|hit| hit.key).collect()
    };
    assert_eq!(typed("print").len(), 2);
    assert_eq!(typed("printer dri"), ["2"]);
    assert_eq!(typed("scanner"), ["3"], "a word may be finished");
    assert_eq!(typed("scaner"), ["3"]);
}

#[test]
fn where_words_tie_the_younger_comes_first() {
    let at = |key: &str, millis| Document {
        time: Timestamp::from_millis(millis),
        ..document(
            key,
            "Docking station does not charge the laptop",
            "Charging stops.",
        )
    };
    let search = index(vec![at("a", 1), at("c", 3), at("b", 2)]);
    assert_eq!(ask(&search, "docking station charge"), ["c", "b", "a"]);
}
