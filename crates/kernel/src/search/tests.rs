//! Search as people meet it: words of both languages, names, rights, and a rebuild under way.

use super::*;
use crate::event::Cursor;

const EVERYBODY: &str = "all";

pub(super) fn document(key: &str, title: &str, body: &str) -> Document {
    Document {
        kind: "ticket".to_owned(),
        key: key.to_owned(),
        title: title.to_owned(),
        body: body.to_owned(),
        rights: vec![EVERYBODY.to_owned()],
        ..Document::default()
    }
}

pub(super) fn index(documents: Vec<Document>) -> Search {
    let search = Search::open_in_ram().unwrap();
    search.upsert(documents).unwrap();
    search.commit().unwrap();
    search
}

fn department() -> Search {
    index(vec![
        document("1", "打印机无法打印", "三楼的打印机卡纸，驱动程序已重新安装。"),
        document(
            "2",
            "Printer prints blank pages",
            "Replaced the toner; printing works again.",
        ),
        document(
            "3",
            "Outlook 无法连接服务器",
            "重启Outlook后提示 error 0x80070005",
        ),
        document(
            "4",
            "VPN disconnects",
            "The VPN client drops after ten minutes on 10.0.0.1 via wifi",
        ),
        document(
            "1042",
            "Screen flickers",
            "An external monitor flickers when docked",
        ),
        document(
            "CHG-17",
            "Upgrade mail gateway",
            "Install version 1042 of the gateway",
        ),
    ])
}

/// A place in the event log.
fn place(seq: i64) -> Cursor {
    format!("0.{seq}").parse().unwrap()
}

pub(super) fn ask(search: &Search, text: &str) -> Vec<String> {
    ask_as(search, text, &[EVERYBODY])
}

pub(super) fn ask_as(search: &Search, text: &str, rights: &[&str]) -> Vec<String> {
    search
        .query_now(&question(text, rights))
        .unwrap()
        .into_iter()
        .map(|hit| hit.key)
        .collect()
}

pub(super) fn question(text: &str, rights: &[&str]) -> SearchQuery {
    let rights = rights.iter().map(|right| (*right).to_owned()).collect();
    SearchQuery {
        text: text.to_owned(),
        kinds: Vec::new(),
        rights,
        limit: 10,
        ..SearchQuery::default()
    }
}

#[test]
fn words_are_found_in_either_language_and_any_form() {
    let search = department();
    assert_eq!(ask(&search, "打印机"), ["1"]);
    assert_eq!(ask(&search, "printers")[0], "2");
    assert_eq!(ask(&search, "installed")[0], "CHG-17");
    assert_eq!(ask(&search, "服务器"), ["3"]);
}

#[test]
fn one_question_may_mix_languages() {
    let search = department();
    assert_eq!(ask(&search, "Outlook 服务器")[0], "3");
    assert_eq!(ask(&search, "outlook无法连接")[0], "3");
    assert_eq!(ask(&search, "ｏｕｔｌｏｏｋ error")[0], "3");
}

#[test]
fn documents_with_all_words_come_before_those_with_some() {
    let search = index(vec![
        document("some", "printer printer printer", "printer"),
        document(
            "all",
            "about offices",
            "a long text in which a printer and further down some toner is mentioned",
        ),
    ]);
    assert_eq!(ask(&search, "printer toner"), ["all", "some"]);
}

#[test]
fn an_unfinished_last_word_is_completed() {
    let search = department();
    assert_eq!(ask(&search, "flick"), ["1042"]);
    assert_eq!(ask(&search, "external moni")[0], "1042");
    assert_eq!(ask(&search, "打"), ["1"]);
    assert!(ask(&search, "flick ").is_empty(), "a gap ends the word");
}

#[test]
fn a_document_is_found_first_by_its_name() {
    let search = department();
    for text in ["1042", "#1042", "＃1042", "flickers #1042"] {
        assert_eq!(ask(&search, text)[0], "1042", "{text}");
    }
    assert_eq!(ask(&search, "chg-17")[0], "CHG-17");
    assert_eq!(
        ask(&search, "version 1042")[0],
        "CHG-17",
        "a bare number among words is not a name"
    );
}

#[test]
fn codes_and_quoted_words_must_stand_together() {
    let search = index(vec![
        document("apart", "reset the error connection", "10 0 1 and 0"),
        document("together", "ERR_CONNECTION_RESET", "gateway 10.0.0.1"),
    ]);
    assert_eq!(ask(&search, "10.0.0.1")[0], "together");
    assert_eq!(ask(&search, "\"connection reset\"")[0], "together");
    assert_eq!(ask(&search, "“connection reset”")[0], "together");
}

#[test]
fn nobody_finds_what_they_may_not_see() {
    let mut secret = document("9", "Salary printer", "打印机 payroll");
    secret.rights = vec!["team:hr".to_owned(), "user:lin".to_owned()];
    let mut orphan = document("10", "Printer of nobody", "");
    orphan.rights.clear();
    let search = index(vec![document("8", "Printer", "打印机"), secret, orphan]);
    assert_eq!(ask_as(&search, "printer", &[EVERYBODY]), ["8"]);
    assert_eq!(ask_as(&search, "payroll", &[EVERYBODY]), Vec::<String>::new());
    assert_eq!(ask_as(&search, "#9", &[EVERYBODY]), Vec::<String>::new());
    assert_eq!(ask_as(&search, "pay", &[EVERYBODY]), Vec::<String>::new());
    assert_eq!(ask_as(&search, "打印机", &["user:lin"]), ["9"]);
    assert_eq!(
        ask_as(
            &search,
            "printer",
            &["team:hr", "user:lin", EVERYBODY, "team:none"]
        )
        .len(),
        2
    );
    assert!(ask_as(&search, "printer", &[]).is_empty());
    assert!(
        ask_as(&search, "printer", &["team:h", "user"]).is_empty(),
        "rights match whole"
    );
    assert_eq!(search.count_now(&question("printer", &[EVERYBODY])).unwrap(), 1);
    assert_eq!(search.count_now(&question("payroll", &[EVERYBODY])).unwrap(), 0);
}

#[test]
fn better_documents_that_one_may_not_see_take_no_place_from_those_one_may() {
    let mut documents: Vec<Document> = (0..300)
        .map(|number| {
            let mut secret = document(&number.to_string(), "printer printer printer", "");
            secret.rights = vec!["team:hr".to_owned()];
            secret
        })
        .collect();
    let others = "one word among many others, which makes it weaker";
    documents.extend((300..310).map(|number| document(&number.to_string(), "printer", others)));
    let search = index(documents);
    let mut seen = ask(&search, "printer");
    seen.sort_unstable();
    let expected: Vec<String> = (300..310).map(|number: u32| number.to_string()).collect();
    assert_eq!(seen, expected);
    // What was known of a segment says nothing of documents that were changed since.
    let mut withdrawn = document("305", "printer", others);
    withdrawn.rights = vec!["team:hr".to_owned()];
    search.upsert(vec![withdrawn]).unwrap();
    search.commit().unwrap();
    let mut seen = ask(&search, "printer");
    seen.sort_unstable();
    assert_eq!(seen.len(), 9);
    assert!(!seen.contains(&"305".to_owned()));
}

#[test]
fn a_right_that_every_document_had_stops_being_enough_when_a_secret_one_comes() {
    let search = index(vec![document("1", "printer", ""), document("2", "printer", "")]);
    assert_eq!(ask(&search, "printer").len(), 2);
    let mut secret = document("3", "printer", "");
    secret.rights = vec!["team:hr".to_owned()];
    search.upsert(vec![secret]).unwrap();
    search.commit().unwrap();
    assert_eq!(ask(&search, "printer").len(), 2);
    let mut withdrawn = document("1", "printer", "");
    withdrawn.rights = vec!["team:hr".to_owned()];
    search.upsert(vec![withdrawn]).unwrap();
    search.commit().unwrap();
    assert_eq!(ask(&search, "printer"), ["2"]);
}

#[test]
fn kinds_narrow_the_answer() {
    let mut article = document("a1", "Printer guide", "");
    article.kind = "article".to_owned();
    let search = index(vec![document("1", "Printer broken", ""), article]);
    let mut asked = question("printer", &[EVERYBODY]);
    asked.kinds = vec!["article".to_owned(), "device".to_owned()];
    let hits = search.query_now(&asked).unwrap();
    assert_eq!(
        hits.iter().map(|hit| hit.key.as_str()).collect::<Vec<_>>(),
        ["a1"]
    );
    asked.kinds = vec!["device".to_owned()];
    assert!(search.query_now(&asked).unwrap().is_empty());
}

#[test]
fn what_people_type_is_never_an_error_and_never_markup() {
    let search = index(vec![document(
        "1",
        "<script>alert(1)</script>",
        "a & b \"打印机\" <img src=x>",
    )]);
    for text in [
        "",
        "   ",
        "AND OR NOT",
        "title:(",
        "\"",
        "*",
        "[1 TO",
        "a:b:c^~",
        "\\",
        "的",
        "🙂",
        "#",
        "\0",
    ] {
        search.query_now(&question(text, &[EVERYBODY])).unwrap();
    }
    let hits = search
        .query_now(&question("script 打印机", &[EVERYBODY]))
        .unwrap();
    assert_eq!(
        hits[0].title_html,
        "&lt;<mark>script</mark>&gt;alert(1)&lt;/<mark>script</mark>&gt;"
    );
    assert_eq!(
        hits[0].snippet_html,
        "a &amp; b &quot;<mark>打印机</mark>&quot; &lt;img src=x&gt;"
    );
}

#[test]
fn among_equals_the_younger_comes_first_and_weight_lifts() {
    let at = |key: &str, millis| Document {
        time: Timestamp::from_millis(millis),
        ..document(key, "printer", "")
    };
    let helpful = Document {
        weight: 1.5,
        ..at("helpful", 1)
    };
    let search = index(vec![at("old", 1_000), at("new", 2_000), helpful]);
    assert_eq!(ask(&search, "printer"), ["helpful", "new", "old"]);
}

#[test]
fn a_changed_document_is_found_by_its_new_words_only() {
    let search = department();
    search.upsert(vec![document("2", "Scanner is slow", "")]).unwrap();
    search.delete("ticket", "4").unwrap();
    search.commit().unwrap();
    assert!(ask(&search, "toner").is_empty());
    assert_eq!(ask(&search, "scanner"), ["2"]);
    assert!(ask(&search, "vpn").is_empty());
    assert_eq!(search.len(), 5);
}

#[test]
fn the_index_remembers_how_far_it_was_fed_and_refuses_a_gap() {
    let folder = tempfile::tempdir().unwrap();
    let change = |key: &str| [Change::Upsert(document(key, "printer", ""))];
    {
        let search = Search::open(folder.path()).unwrap();
        assert_eq!(search.position(), None);
        assert!(search.apply(&change("1"), None, place(7)).unwrap());
        assert!(
            !search.apply(&change("2"), Some(place(5)), place(9)).unwrap(),
            "it stands at 7, not at 5"
        );
        search.commit().unwrap();
        assert!(search.apply(&change("3"), Some(place(7)), place(8)).unwrap());
    }
    let search = Search::open(folder.path()).unwrap();
    assert_eq!(
        search.position(),
        Some(place(7)),
        "what was not committed is fed again"
    );
    assert_eq!(ask(&search, "printer"), ["1"]);
}

#[test]
fn while_it_is_rebuilt_the_old_index_answers_and_changes_are_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let search = Search::open(folder.path()).unwrap();
    search
        .apply(&[Change::Upsert(document("1", "printer", ""))], None, place(1))
        .unwrap();
    search.commit().unwrap();
    let rebuild = search.rebuild().unwrap();
    assert_eq!(search.rebuild().err().unwrap().code(), "kernel.search.rebuilding");
    rebuild.upsert(vec![document("1", "scanner", "")]).unwrap();
    assert!(
        search
            .apply(
                &[Change::Upsert(document("2", "printer", ""))],
                Some(place(1)),
                place(2)
            )
            .unwrap()
    );
    search.commit().unwrap();
    assert_eq!(ask(&search, "printer").len(), 2, "the old index answers");
    rebuild.finish(Some(place(1))).unwrap();
    assert_eq!(ask(&search, "scanner"), ["1"]);
    assert!(ask(&search, "printer").is_empty());
    assert_eq!(
        search.position(),
        Some(place(1)),
        "the feeder goes on from where the rebuild began"
    );
    assert!(!search.apply(&[], Some(place(2)), place(3)).unwrap());
    assert!(
        search
            .apply(
                &[Change::Upsert(document("2", "printer", ""))],
                Some(place(1)),
                place(2)
            )
            .unwrap()
    );
    search.commit().unwrap();
    drop(search);
    let search = Search::open(folder.path()).unwrap();
    assert_eq!((search.len(), search.position()), (2, Some(place(2))));
    let folders = std::fs::read_dir(folder.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(folders.count(), 1, "the old index is removed");
}

#[test]
fn an_abandoned_rebuild_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let search = Search::open(folder.path()).unwrap();
    let rebuild = search.rebuild().unwrap();
    rebuild.upsert(vec![document("1", "printer", "")]).unwrap();
    drop(rebuild);
    assert!(search.is_empty());
    assert!(search.rebuild().is_ok(), "another one may begin");
}

#[test]
fn a_ruined_index_starts_empty_instead_of_stopping_the_house() {
    let folder = tempfile::tempdir().unwrap();
    {
        let search = Search::open(folder.path()).unwrap();
        search
            .apply(&[Change::Upsert(document("1", "printer", ""))], None, place(7))
            .unwrap();
        search.commit().unwrap();
    }
    let name = std::fs::read_to_string(folder.path().join("current")).unwrap();
    std::fs::write(folder.path().join(name).join("meta.json"), "ruined").unwrap();
    let search = Search::open(folder.path()).unwrap();
    assert_eq!((search.len(), search.position()), (0, None));
    search
        .apply(&[Change::Upsert(document("1", "printer", ""))], None, place(7))
        .unwrap();
    search.commit().unwrap();
    assert_eq!(ask(&search, "printer"), ["1"]);
}

#[tokio::test]
async fn changes_become_visible_within_a_second_by_themselves() {
    let search = Search::open_in_ram().unwrap();
    search.upsert(vec![document("1", "printer", "")]).unwrap();
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(3);
    while search
        .query(question("printer", &[EVERYBODY]))
        .await
        .unwrap()
        .is_empty()
    {
        assert!(tokio::time::Instant::now() < deadline, "never committed");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}
