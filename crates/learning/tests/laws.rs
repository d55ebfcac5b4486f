//! What holds for all texts: repeatability, bounds, and a way through bytes and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]

use learning::likeness::{Features, Nearest, alike};
use learning::{Check, Corpus, Model, Proposal, Rarity, TooFew, clusters};
use proptest::prelude::*;

const THINGS: [(&str, &[&str]); 3] = [
    (
        "printer",
        &[
            "The printer jams again",
            "打印机卡纸了",
            "no toner in the printer",
            "printing is slow",
            "打印机缺墨",
        ],
    ),
    (
        "network",
        &[
            "VPN drops every hour",
            "无法连接VPN",
            "wifi is slow on floor 2",
            "the network share is gone",
            "网络很慢",
        ],
    ),
    (
        "account",
        &[
            "I forgot my password",
            "密码过期了",
            "my account is locked",
            "cannot sign in",
            "账号被锁定，无法登录",
        ],
    ),
];

fn trained() -> Model {
    let (corpus, labels) = shown();
    Model::train(&corpus, &labels, Check::Spread).unwrap().0
}

fn shown() -> (Corpus, Vec<Option<&'static str>>) {
    let mut corpus = Corpus::new();
    let mut labels = Vec::new();
    for round in 0..12 {
        for (label, texts) in THINGS {
            for text in texts {
                corpus.add(&format!("{text} {round}"));
                labels.push(Some(label));
            }
        }
    }
    (corpus, labels)
}

fn label_of(model: &Model, text: &str) -> String {
    model.propose(text).unwrap().label
}

#[test]
fn what_was_shown_in_either_language_is_known_again() {
    let model = trained();
    assert_eq!(label_of(&model, "my printer has a paper jam"), "printer");
    assert_eq!(label_of(&model, "办公室的打印机又卡纸"), "printer");
    assert_eq!(label_of(&model, "登录不了，密码忘记了"), "account");
    assert_eq!(label_of(&model, "VPN 一直断开"), "network");
}

#[test]
fn the_words_that_decided_are_the_texts_own_and_the_telling_ones() {
    let proposal = trained().propose("Good morning, the Printer jams").unwrap();
    let words: Vec<&str> = proposal.words.iter().map(|word| word.word.as_str()).collect();
    assert_eq!(proposal.label, "printer");
    assert!(words[..2].contains(&"Printer"), "{words:?}");
    let chinese = trained().propose("早上好，打印机卡纸了").unwrap();
    assert!(
        chinese.words.iter().any(|word| word.word == "打印机"),
        "{chinese:?}"
    );
}

#[test]
fn the_same_texts_give_the_same_model_to_the_bit() {
    assert_eq!(trained().to_bytes(), trained().to_bytes());
}

#[test]
fn a_correction_teaches_at_once_and_a_label_never_seen_can_be_learned() {
    let mut model = trained();
    assert!(label_of(&model, "the badge reader at the gate beeps") != "door");
    for _ in 0..3 {
        model.learn("the badge reader at the gate beeps", "door");
        model.learn("badge does not open the gate", "door");
    }
    assert_eq!(label_of(&model, "the badge reader at the gate is dead"), "door");
    assert_eq!(label_of(&model, "the printer jams"), "printer");
    let again = Model::from_bytes(&model.to_bytes()).unwrap();
    assert_eq!(label_of(&again, "the badge reader at the gate is dead"), "door");
}

#[test]
fn many_new_labels_find_room() {
    let mut model = trained();
    for number in 0..40 {
        let label = format!("new{number}");
        for _ in 0..3 {
            model.learn(&format!("zebra{number} quagga{number} okapi{number}"), &label);
        }
        assert_eq!(label_of(&model, &format!("zebra{number} okapi{number}")), label);
    }
    assert_eq!(model.labels().count(), 43);
}

#[test]
fn too_little_to_learn_from_is_said() {
    let mut corpus = Corpus::new();
    corpus.add("one");
    assert_eq!(
        Model::train(&corpus, &[Some("a")], Check::Spread).unwrap_err(),
        TooFew::Texts(1)
    );
    (0..20).for_each(|number| corpus.add(&format!("text {number}")));
    let same = vec![Some("a"); 21];
    assert_eq!(
        Model::train(&corpus, &same, Check::Spread).unwrap_err(),
        TooFew::Labels
    );
    assert!(Model::train(&corpus, &[None; 21], Check::Last(5)).is_err());
}

#[test]
fn the_check_judges_what_was_held_back_and_the_commonest_label_beside_it() {
    let (corpus, labels) = shown();
    let (_, checked) = Model::train(&corpus, &labels, Check::Last(15)).unwrap();
    assert_eq!(checked.model.count, 15);
    assert!(checked.model.accuracy > checked.commonest.accuracy);
    let (_, spread) = Model::train(&corpus, &labels, Check::Spread).unwrap();
    assert_eq!(spread.model.count, 18);
}

#[test]
fn bytes_that_are_no_model_are_refused() {
    let bytes = trained().to_bytes();
    assert!(Model::from_bytes(b"").is_err());
    assert!(Model::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    let mut other = bytes.clone();
    other[7] = b'9';
    assert!(Model::from_bytes(&other).is_err());
    let mut longer = bytes;
    longer.push(0);
    assert!(Model::from_bytes(&longer).is_err());
}

#[test]
fn an_unknown_language_gets_no_proposal() {
    assert_eq!(trained().propose("ქართული"), None);
    assert_eq!(trained().propose(""), None);
}

#[test]
fn like_texts_are_nearest() {
    let texts: Vec<&str> = THINGS.iter().flat_map(|thing| thing.1.iter().copied()).collect();
    let nearest = Nearest::of(texts.iter().copied(), Features::All);
    assert_eq!(texts[nearest.to("打印机总是卡纸", 1)[0].0], "打印机卡纸了");
    assert_eq!(
        texts[nearest.to("forgotten passwords", 1)[0].0],
        "I forgot my password"
    );
}

#[test]
fn what_repeats_is_grouped_and_named() {
    let texts: Vec<String> = (0..30)
        .map(|number| match number % 3 {
            0 => format!("VPN certificate expired for user {number}"),
            1 => format!("打印机卡纸 {number} 楼"),
            _ => format!("something quite of its own {} {}", "x".repeat(number + 3), number),
        })
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = clusters(&texts, 3, 10);
    let holds = |rest: usize| {
        found
            .iter()
            .find(|cluster| cluster.texts.iter().all(|text| text % 3 == rest))
            .unwrap()
    };
    assert_eq!(holds(0).texts.len(), 10);
    assert!(holds(0).words.contains(&"certificate".to_owned()), "{found:?}");
    assert!(holds(1).words.contains(&"打印机".to_owned()), "{found:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_gets_shares_that_add_up_and_words_of_its_own(text in "\\PC{0,80}") {
        let model = trained();
        let whole: f64 = model.probabilities(&text).iter().map(|one| one.1).sum();
        prop_assert!((whole - 1.0).abs() < 1e-6);
        if let Some(Proposal { confidence, words, .. }) = model.propose(&text) {
            prop_assert!((0.0..=1.0).contains(&confidence));
            prop_assert!(words.iter().all(|word| text.contains(&word.word) && word.weight > 0.0 && word.weight <= 1.0));
        }
    }

    #[test]
    fn a_model_comes_back_from_its_bytes_with_the_same_mind(texts in prop::collection::vec(("[a-f一-五]{1,6} [a-f一-五]{1,6}", 0..3_usize), 12..40)) {
        let mut corpus = Corpus::new();
        texts.iter().for_each(|(text, _)| corpus.add(text));
        let names = ["x", "y", "z"];
        let labels: Vec<Option<&str>> = texts.iter().map(|(_, label)| Some(names[*label])).collect();
        if let Ok((model, _)) = Model::train(&corpus, &labels, Check::Spread) {
            let again = Model::from_bytes(&model.to_bytes()).unwrap();
            for (text, _) in &texts {
                for ((name, one), (its_name, other)) in model.probabilities(text).iter().zip(again.probabilities(text)) {
                    prop_assert!((one - other).abs() < 0.2, "{name} {one} {its_name} {other}");
                }
            }
        }
    }

    #[test]
    fn bytes_of_noise_are_no_model_and_no_disaster(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut bytes = trained().to_bytes();
        let at = noise.len() % bytes.len();
        for (place, byte) in noise.iter().enumerate() {
            let place = (at + place * 7) % bytes.len();
            bytes[place] ^= byte;
        }
        if let Ok(model) = Model::from_bytes(&bytes) {
            let _ = model.propose("the printer jams");
        }
    }

    #[test]
    fn likeness_lies_between_nought_and_one_and_a_text_is_most_like_itself(text in "[a-z打印机网络 ]{3,60}", other in "\\PC{0,60}") {
        let rarity = Rarity::of(["the printer jams", "网络 很慢"].into_iter());
        let found = alike(&rarity, &text, &[&text, &other]);
        prop_assert!(found.iter().all(|one| (0.0..=1.0).contains(one)));
        prop_assert!(found[0] + 1e-6 >= found[1]);
    }

    #[test]
    fn every_text_is_in_at_most_one_group(texts in prop::collection::vec("[a-d]{1,3}( [a-d]{1,3}){0,4}", 0..40)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut seen = std::collections::BTreeSet::new();
        for cluster in clusters(&texts, 2, 100) {
            prop_assert!(cluster.texts.len() >= 2);
            for text in cluster.texts {
                prop_assert!(seen.insert(text));
            }
        }
    }
}
