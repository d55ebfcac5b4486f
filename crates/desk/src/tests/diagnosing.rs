//! Diagnosis and close gates by their operations, on whichever database is tried.

use kernel::error::Kind;

use crate::diagnosis::{
    self, Answering, EvidenceKind, NewCause, NewEvidence, NewRiskyStep, Outcome, Question,
};
use crate::events;
use crate::fixture::{Desk, Who};
use crate::gate::{self, Definition, Needs};
use crate::ticket::{self, NewAttachment, Resolve};

fn demanding() -> Definition {
    let mut definition = Definition {
        needs: Needs {
            category: true,
            questions: [Question::Why, Question::Where].into(),
            evidence: 1,
            cause: true,
            solution: 10,
            tested: true,
            risky_steps: true,
            tag: true,
            device: true,
            ..Needs::default()
        },
        ..Definition::default()
    };
    definition.name.insert("en".to_owned(), "Everything".to_owned());
    definition
}

fn resolve(solution: &str) -> Resolve {
    Resolve {
        solution: solution.to_owned(),
        tested: true,
        untested_reason: None,
    }
}

fn cause(outcome: Outcome, version: Option<i64>) -> NewCause {
    NewCause {
        cause: "worn roller".to_owned(),
        tested_how: "a new one feeds".to_owned(),
        outcome,
        place: None,
        expected_version: version,
    }
}

fn step(backup: &str) -> NewRiskyStep {
    NewRiskyStep {
        step: "flash the firmware".to_owned(),
        risk: "it never starts again".to_owned(),
        backup: backup.to_owned(),
        way_back: "flash the image".to_owned(),
        ..NewRiskyStep::default()
    }
}

#[tokio::test]
async fn a_ticket_passes_its_gate_once_everything_is_there_and_the_record_tells_how() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager) = (desk.bob.cx(), desk.manager.cx());
    let told = desk
        .write(move |tx| {
            ticket::start(tx, &bob, number)?;
            gate::save_gate(tx, &manager, None, None, demanding())?;
            let refused = ticket::resolve(tx, &bob, number, resolve("Short")).unwrap_err();
            assert_eq!(refused.code(), "desk.gate_closed");
            let fields: Vec<&str> = refused
                .fields()
                .iter()
                .map(|field| field.field.as_str())
                .collect();
            assert_eq!(
                fields,
                [
                    "environment.device",
                    "tags",
                    "diagnosis.where",
                    "diagnosis.why",
                    "evidence",
                    "causes",
                    "solution"
                ]
            );
            let both = Answering {
                answers: vec![
                    (Question::Why, "worn roller".to_owned(), None),
                    (Question::Where, "floor 3".to_owned(), None),
                ],
                expected_version: Some(0),
            };
            diagnosis::answer(tx, &bob, number, &both)?;
            let mut log = NewEvidence::new(EvidenceKind::Log);
            log.text = "E13\npaper feed".to_owned();
            log.file = Some(NewAttachment {
                hash: "ab12".to_owned(),
                name: "../e13.log".to_owned(),
                media_type: "text/plain".to_owned(),
                size: 4,
                content_id: None,
            });
            let log = diagnosis::add_evidence(tx, &bob, number, &log)?;
            assert_eq!(log.title, "e13.log");
            let noted = diagnosis::add_cause(tx, &bob, number, &cause(Outcome::Open, None))?;
            diagnosis::change_cause(tx, &bob, number, noted.id, &cause(Outcome::Confirmed, Some(1)))?;
            let planned = diagnosis::add_risky_step(tx, &bob, number, &step(""))?;
            let change = ticket::Change {
                tags: Some(vec!["printer".to_owned()]),
                environment: Some(ticket::Environment {
                    device: Some("HP 4250".to_owned()),
                    ..ticket::Environment::default()
                }),
                ..ticket::Change::default()
            };
            ticket::change(tx, &bob, number, change)?;
            let standing = gate::standing(tx, &bob, number)?;
            let gaps: Vec<String> = standing.missing.iter().map(gate::Missing::field).collect();
            assert_eq!(gaps, ["risky_steps"]);
            diagnosis::change_risky_step(tx, &bob, number, planned.id, &step("image on nas2"))?;
            ticket::resolve(tx, &bob, number, resolve("The roller was replaced."))?;
            assert!(
                diagnosis::store::words(tx, &[number])?[&number]
                    .join(" ")
                    .contains("nas2")
            );
            assert!(diagnosis::store::is_begun(tx, number)?);
            let tried = gate::preview(tx, &manager, &demanding())?;
            assert_eq!((tried.looked, tried.stopped), (1, 0));
            kernel::event::of_subject(tx, &ticket::subject(number), 0, 100)
        })
        .await
        .unwrap();
    let kinds: Vec<&str> = told.iter().map(|event| event.kind.as_str()).collect();
    for kind in [
        events::TICKET_DIAGNOSED,
        events::TICKET_EVIDENCE_ADDED,
        events::TICKET_CAUSE_NOTED,
        events::TICKET_RISK_NOTED,
        events::TICKET_RESOLVED,
    ] {
        assert!(kinds.contains(&kind) && (kind == events::TICKET_RESOLVED || !events::is_public(kind)));
    }
}

#[tokio::test]
async fn who_is_not_of_the_desk_neither_reads_nor_writes_a_diagnosis() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (ann, carol, bob) = (desk.ann.cx(), desk.carol.cx(), desk.bob.cx());
    desk.write(move |tx| {
        let why = Answering::one(Question::Why, "worn roller", None);
        diagnosis::answer(tx, &bob, number, &why)?;
        for stranger in [&ann, &carol] {
            let read = diagnosis::load(tx, stranger, number).unwrap_err();
            assert_eq!(read.kind(), Kind::NotFound);
            let gate = gate::standing(tx, stranger, number).unwrap_err();
            assert_eq!(gate.kind(), Kind::NotFound);
            let write = diagnosis::answer(tx, stranger, number, &why).unwrap_err();
            assert!(matches!(write.kind(), Kind::NotFound | Kind::Forbidden));
        }
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn only_who_may_passes_a_closed_gate_and_only_with_a_reason() {
    let desk = Desk::open().await;
    let number = desk.printer().await.number;
    let (bob, manager): (_, kernel::Cx) = (desk.bob.cx(), Who::manager().at(&desk.clock).cx());
    desk.write(move |tx| {
        ticket::start(tx, &bob, number)?;
        gate::save_gate(tx, &manager, None, None, demanding())?;
        let solution = || resolve("The roller was replaced.");
        let technician = ticket::resolve_past_gate(tx, &bob, number, solution(), "scrapped").unwrap_err();
        assert_eq!(technician.kind(), Kind::Forbidden);
        let blank = ticket::resolve_past_gate(tx, &manager, number, solution(), "  ").unwrap_err();
        assert_eq!(blank.fields()[0].field, "override_reason");
        ticket::resolve_past_gate(tx, &manager, number, solution(), "scrapped")?;
        let told = kernel::event::of_subject(tx, &ticket::subject(number), 0, 100)?;
        let passed = told
            .iter()
            .find(|event| event.kind == events::TICKET_GATE_OVERRIDDEN);
        let passed = passed.unwrap();
        assert_eq!(passed.personal.as_ref().unwrap()["reason"], "scrapped");
        assert!(passed.data["missing"].as_array().unwrap().len() > 3);
        Ok(())
    })
    .await
    .unwrap();
}
