//! What needs no database: the text form and the judgement of conditions.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on must end")]

use automate::matching::{Facts, Value, judge};
use automate::rule::text::{write, write_all};
use automate::rule::text_reading::read;
use automate::rule::word::ActionKind;
use automate::rule::{Action, Definition, Field, Group, Join, Operator, Test, Trigger, checking};
use kernel::Locale;
use proptest::prelude::*;

fn facts() -> Facts {
    let mut facts = Facts::new(480);
    facts.set(Field::Priority, Value::Words(vec!["P2".to_owned()]));
    facts.set(
        Field::Words,
        Value::Text("三楼打印机卡纸 Printer jams, VPN fine".to_owned()),
    );
    facts.set(Field::Tags, Value::Words(vec!["vip".to_owned()]));
    facts.set(Field::InState, Value::Number(1_500));
    facts.set(Field::Tier, Value::Number(2));
    facts.set(Field::WorkingHours, Value::Flag(false));
    facts
}

fn holds(field: Field, operator: Operator, values: &[&str]) -> bool {
    let test = Test {
        field,
        operator,
        values: values.iter().map(|one| (*one).to_owned()).collect(),
    };
    let definition = Definition {
        groups: vec![Group {
            join: Join::All,
            tests: vec![test],
        }],
        ..Definition::default()
    };
    judge(&definition, &facts()).is_some()
}

#[test]
fn words_are_found_in_chinese_anywhere_and_in_latin_as_whole_words() {
    use Operator::{Contains, ContainsNone};
    assert!(holds(Field::Words, Contains, &["打印机"]));
    assert!(holds(Field::Words, Contains, &["scanner", "PRINTER"]));
    assert!(!holds(Field::Words, Contains, &["print"]));
    assert!(holds(Field::Words, Contains, &["print*"]));
    assert!(!holds(Field::Words, ContainsNone, &["扫描仪", "vpn"]));
    assert!(holds(Field::Words, ContainsNone, &["扫描仪"]));
}

#[test]
fn fields_are_compared_as_what_they_are() {
    use Operator::{AtLeast, AtMost, Contains, Empty, Filled, Is, IsNot};
    assert!(holds(Field::Priority, Is, &["P1", "P2"]) && !holds(Field::Priority, IsNot, &["P2"]));
    assert!(holds(Field::Tags, Contains, &["VIP"]) && holds(Field::Tags, Filled, &[]));
    assert!(holds(Field::Team, Empty, &[]) && !holds(Field::Team, Is, &["x"]));
    assert!(holds(Field::Tier, AtLeast, &["2"]) && !holds(Field::Tier, AtMost, &["1"]));
    assert!(holds(Field::WorkingHours, Is, &["no"]));
}

#[test]
fn working_days_are_as_long_as_the_calendars() {
    assert!(holds(Field::InState, Operator::AtLeast, &["3d"]));
    assert!(!holds(Field::InState, Operator::AtLeast, &["4d"]));
    assert!(
        !holds(Field::Age, Operator::AtMost, &["4d"]),
        "what is not known fits no bound"
    );
}

#[test]
fn groups_go_together_as_the_rule_says() {
    let group = |join, values: [&str; 2]| Group {
        join,
        tests: values
            .into_iter()
            .map(|value| Test {
                field: Field::Tags,
                operator: Operator::Contains,
                values: vec![value.to_owned()],
            })
            .collect(),
    };
    let judged = |join, groups| {
        let definition = Definition {
            join,
            groups,
            ..Definition::default()
        };
        judge(&definition, &facts()).map(|matched| matched.len())
    };
    assert_eq!(judged(Join::All, vec![group(Join::Any, ["vip", "x"])]), Some(1));
    assert_eq!(judged(Join::All, vec![group(Join::All, ["vip", "x"])]), None);
    assert_eq!(
        judged(
            Join::Any,
            vec![group(Join::All, ["vip", "x"]), group(Join::All, ["vip", "vip"])]
        ),
        Some(2)
    );
    assert_eq!(
        judged(Join::All, Vec::new()),
        Some(0),
        "a rule without conditions always holds"
    );
}

fn fields_of(definition: &Definition) -> Vec<(String, String)> {
    let error = checking::check(definition).unwrap_err();
    let fields = error.fields().iter();
    fields
        .map(|wrong| (wrong.field.clone(), wrong.code.clone()))
        .collect()
}

#[test]
fn an_empty_rule_is_refused_at_each_field() {
    let fields = fields_of(&Definition::default());
    let names: Vec<&str> = fields.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(names, ["name", "when", "then"]);
}

#[test]
fn an_incomplete_row_is_refused_at_its_field() {
    let definition = Definition {
        name: "x".to_owned(),
        when: vec![Trigger::Opened],
        groups: vec![Group {
            join: Join::All,
            tests: vec![Test {
                field: Field::Priority,
                operator: Operator::Is,
                values: vec!["P9".to_owned()],
            }],
        }],
        then: vec![Action {
            kind: ActionKind::Note,
            value: String::new(),
            text: "Hello {{ nobody_knows }}".to_owned(),
        }],
        ..Definition::default()
    };
    let expected = [
        ("groups.0.tests.0.values", "automate.rule.unknown_word"),
        ("then.0.text", "automate.rule.text_broken"),
    ];
    assert_eq!(
        fields_of(&definition),
        expected.map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
}

#[test]
fn a_mistake_in_the_text_is_told_with_its_line_and_the_remedy() {
    kernel::i18n::register(automate::LOCALES);
    let text = "rule \"x\"\nwhen opened\nif all\n  all\n    priority iz P1\n    colour is red\nthen\n  set_priority P7\n";
    let told = |locale| {
        let error = read(text, locale).unwrap_err();
        error
            .fields()
            .iter()
            .map(|wrong| wrong.message(locale))
            .collect::<Vec<_>>()
    };
    let english = told(Locale::En);
    assert_eq!(english.len(), 2, "{english:?}");
    assert!(
        english[0].contains("ine 5") && english[0].contains("iz") && english[0].contains("is_not"),
        "{english:?}"
    );
    assert!(
        english[1].contains("ine 6") && english[1].contains("colour"),
        "{english:?}"
    );
    assert!(
        told(Locale::ZhCn)[0].contains("第 5 行"),
        "{:?}",
        told(Locale::ZhCn)
    );
    // Once every line can be read, the rule is judged, and what is wrong has its line too.
    let text = text.replace("iz", "is").replace("    colour is red\n", "");
    let error = read(&text, Locale::En).unwrap_err();
    let message = error.fields()[0].message(Locale::En);
    assert!(
        message.contains("ine 7") && message.contains("P7") && message.contains("P0"),
        "{message}"
    );
}

#[test]
fn an_open_quote_and_a_text_without_an_action_are_refused() {
    for (text, code) in [
        ("rule \"x\nwhen opened", "automate.text.line"),
        ("| nobody said this", "automate.text.line"),
        ("# only a comment\n", "automate.text.empty"),
        ("when opened", "automate.text.line"),
    ] {
        assert_eq!(
            read(text, Locale::En).unwrap_err().fields()[0].code,
            code,
            "{text}"
        );
    }
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9 ,\"\\\\|#*:，、。打印机{}]{1,24}", "[a-z]{1,8}"]
        .prop_filter("not blank", |text| !text.trim().is_empty())
}

fn test() -> impl Strategy<Value = Test> {
    let fields = prop::sample::select(vec![
        Field::Title,
        Field::Words,
        Field::Device,
        Field::RequesterJob,
    ]);
    let operators = prop::sample::select(vec![Operator::Contains, Operator::ContainsNone, Operator::Is]);
    (fields, operators, prop::collection::vec(line(), 1..4)).prop_map(|(field, operator, values)| Test {
        field,
        operator,
        values,
    })
}

fn action() -> impl Strategy<Value = Action> {
    let text = prop::collection::vec(
        prop_oneof![Just(String::new()), "[ a-z|#\"打印机，。]{0,20}"],
        1..5,
    )
    .prop_map(|lines| lines.join("\n"))
    .prop_filter("not blank", |text| !text.trim().is_empty());
    prop_oneof![
        text.clone()
            .prop_map(|text| (ActionKind::Note, String::new(), text)),
        text.prop_map(|text| (ActionKind::Wait, "requester".to_owned(), text)),
        line()
            .prop_filter("a tag", |tags| tags.chars().any(char::is_alphanumeric))
            .prop_map(|tags| (ActionKind::AddTags, tags, String::new())),
        Just((ActionKind::Stop, String::new(), String::new())),
    ]
    .prop_map(|(kind, value, text)| Action { kind, value, text })
}

fn definition() -> impl Strategy<Value = Definition> {
    let group = (prop::bool::ANY, prop::collection::vec(test(), 1..4)).prop_map(|(all, tests)| Group {
        join: if all { Join::All } else { Join::Any },
        tests,
    });
    (
        line(),
        prop::bool::ANY,
        0_i64..9_999,
        prop::sample::subsequence(Trigger::ALL.to_vec(), 1..5),
        prop::collection::vec(group, 0..3),
        prop::collection::vec(action(), 1..4),
    )
        .prop_map(|(name, enabled, place, when, groups, then)| Definition {
            name,
            enabled,
            place,
            when,
            join: if place % 2 == 0 { Join::All } else { Join::Any },
            groups,
            then,
        })
}

proptest! {
    #[test]
    fn a_rule_reads_back_from_its_text_as_it_was(rule in definition()) {
        let read = read(&write(&rule), Locale::En).unwrap();
        prop_assert_eq!(read.len(), 1);
        prop_assert_eq!(&read[0].definition, &rule);
    }

    #[test]
    fn several_rules_read_back_from_one_text(rules in prop::collection::vec(definition(), 1..4)) {
        let read = read(&write_all(&rules), Locale::En).unwrap();
        let found: Vec<Definition> = read.into_iter().map(|read| read.definition).collect();
        prop_assert_eq!(found, rules);
    }

    #[test]
    fn no_text_brings_the_reader_down(text in "[a-z_ \",|#\n\\\\打，]{0,300}") {
        let _ = read(&text, Locale::En);
    }
}
