//! The rules of close gates.

use proptest::prelude::*;

use super::*;

fn bare() -> Facts {
    Facts {
        number: 7,
        title: "Printer".to_owned(),
        ticket_type: TicketType::Incident,
        priority: Priority::P1,
        category: Category::Other,
        has_device: false,
        tags: 0,
        answered: BTreeSet::new(),
        evidence: 0,
        causes: 0,
        confirmed: 0,
        bare_steps: 1,
        technical: 0,
        plain: 0,
    }
}

fn full() -> Facts {
    Facts {
        category: Category::Network,
        has_device: true,
        tags: 1,
        answered: Question::ALL.iter().copied().collect(),
        evidence: EVIDENCE_MAX,
        causes: 1,
        confirmed: 1,
        bare_steps: 0,
        technical: 1,
        plain: 1,
        ..bare()
    }
}

const ATTEMPT: Attempt = Attempt {
    solution_letters: SOLUTION_MAX,
    tested_or_reason: true,
};
const POOR: Attempt = Attempt {
    solution_letters: 0,
    tested_or_reason: false,
};

prop_compose! {
    fn needs()(
        flags in prop::array::uniform8(any::<bool>()),
        questions in prop::collection::btree_set(prop::sample::select(Question::ALL), 0..6),
        evidence in 0..=EVIDENCE_MAX,
        solution in 0..=SOLUTION_MAX,
    ) -> Needs {
        let [category, cause, tested, risky_steps, tag, device, technical, plain] = flags;
        Needs { category, questions, evidence, cause, solution, tested, risky_steps, tag, device, technical, plain }
    }
}

proptest! {
    #[test]
    fn a_full_ticket_passes_every_gate(needs in needs()) {
        prop_assert_eq!(missing(&needs, &full(), Some(ATTEMPT)), Vec::new());
    }

    #[test]
    fn a_bare_ticket_misses_exactly_what_is_asked_for(needs in needs()) {
        let asked = [needs.category, needs.cause, needs.tested, needs.risky_steps, needs.tag, needs.device,
            needs.technical, needs.plain,
            needs.evidence > 0, needs.solution > 0].into_iter().filter(|asked| *asked).count() + needs.questions.len();
        prop_assert_eq!(missing(&needs, &bare(), Some(POOR)).len(), asked);
    }

    #[test]
    fn two_gates_together_stop_whoever_one_of_them_stops(one in needs(), other in needs()) {
        let both = missing(&together([&one, &other]), &bare(), Some(POOR));
        for single in [&one, &other] {
            for gap in missing(single, &bare(), Some(POOR)) {
                prop_assert!(both.iter().any(|found| found.field() == gap.field() && found.needed >= gap.needed));
            }
        }
    }

    #[test]
    fn a_gate_is_read_back_as_it_was_written(needs in needs()) {
        let text = serde_json::to_string(&needs).unwrap();
        prop_assert_eq!(serde_json::from_str::<Needs>(&text).unwrap(), needs);
    }
}

#[test]
fn a_gate_stands_for_its_types_and_priorities_and_an_empty_list_for_any() {
    let mut gate = Definition::default();
    assert!(gate.holds(TicketType::Question, Priority::P3));
    gate.priorities = vec![Priority::P0, Priority::P1];
    assert!(
        gate.holds(TicketType::Question, Priority::P1) && !gate.holds(TicketType::Question, Priority::P2)
    );
    gate.types = vec![TicketType::Incident];
    assert!(!gate.holds(TicketType::Question, Priority::P1));
}

#[test]
fn a_gate_that_asks_for_nothing_or_has_no_name_is_refused_with_its_fields() {
    let error = Definition::default().check().unwrap_err();
    let fields: Vec<&str> = error.fields().iter().map(|field| field.field.as_str()).collect();
    assert_eq!(fields, ["name", "needs"]);
    let mut gate = Definition::default();
    gate.name.insert("en".to_owned(), "Incidents".to_owned());
    gate.needs.evidence = EVIDENCE_MAX + 1;
    assert_eq!(gate.check().unwrap_err().fields()[0].field, "needs.evidence");
    gate.needs.evidence = 1;
    assert!(gate.check().is_ok());
}

#[test]
fn the_refusal_has_one_entry_with_a_link_for_each_missing_thing() {
    let needs = Needs {
        questions: BTreeSet::from([Question::Why]),
        evidence: 2,
        ..Needs::default()
    };
    let gaps = missing(&needs, &bare(), Some(POOR));
    let error = refusal(7, &[], &gaps, Locale::En);
    assert_eq!(error.code(), "desk.gate_closed");
    let told: Vec<(&str, &str)> = error
        .fields()
        .iter()
        .map(|field| (field.field.as_str(), field.code.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("diagnosis.why", "desk.gate.question_missing"),
            ("evidence", "desk.gate.evidence_missing"),
        ]
    );
    assert_eq!(gaps[0].place(7), "/tickets/7/diagnosis#answer-why");
    assert!(error.fields()[1].args.iter().any(|(name, _)| name == "link"));
}
