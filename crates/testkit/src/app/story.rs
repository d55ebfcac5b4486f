//! What happens in most tests: somebody reports, the desk notes and answers, a solution is proposed.

use desk::diagnosis;
use desk::ticket::{self, Category, Channel, NewAttachment, Note, Opening, Reply, Resolve, Ticket};
use kernel::cx::Via;
use kernel::db::Tx;
use kernel::{Cx, Result};

use super::{Person, TestApp, cast};

/// A word that stands in internal notes and nowhere else.
pub const SECRET_WORD: &str = "zinnober";

/// A file that hangs on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOfTicket {
    /// Its identifier.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// Whether the requester may fetch it.
    pub public: bool,
}

impl TestApp {
    /// Lets somebody do something, by a page.
    pub async fn act<T: Send + 'static>(
        &self,
        person: &Person,
        mut act: impl FnMut(&mut Tx<'_>, &Cx) -> Result<T> + Send + 'static,
    ) -> T {
        let (house, id) = (self.cx(), person.id);
        let done = self.write(move |tx| {
            let cx = cast::acting(tx, &house, id, Via::Page)?;
            act(tx, &cx)
        });
        done.await.unwrap()
    }

    /// Stores a text as a file that can be attached.
    pub async fn file(&self, name: &str, content: &str) -> NewAttachment {
        let stored = self
            .house
            .kernel
            .files
            .put(content.as_bytes().to_vec(), 1_000_000)
            .await
            .unwrap();
        NewAttachment {
            hash: stored.hash,
            name: name.to_owned(),
            media_type: "text/plain".to_owned(),
            size: stored.size,
            content_id: None,
        }
    }

    /// Li Na cannot print; a picture of the display comes with it. The service desk has it.
    pub async fn li_na_cannot_print(&self) -> Ticket {
        let picture = self.file("display.txt", "PAPER JAM 49.4C02").await;
        let li_na = self.cast.li_na.clone();
        let (requester, team) = (li_na.id, self.cast.service_desk);
        self.act(&li_na, move |tx, cx| {
            let body = "三楼东侧的打印机 kingfisher 不出纸";
            let mut opening = Opening::new(requester, "打印机 kingfisher 卡纸", body, Channel::Portal);
            opening.category = Category::Hardware;
            opening.team = Some(team);
            opening.attachments = vec![picture.clone()];
            ticket::open(tx, cx, opening)
        })
        .await
    }

    /// Li Na gets no mail; the systems team has it.
    pub async fn li_na_misses_her_mail(&self) -> Ticket {
        let li_na = self.cast.li_na.clone();
        let (requester, team) = (li_na.id, self.cast.systems);
        self.act(&li_na, move |tx, cx| {
            let mut opening =
                Opening::new(requester, "收不到邮件", "从昨天起收不到外部邮件", Channel::Portal);
            opening.team = Some(team);
            ticket::open(tx, cx, opening)
        })
        .await
    }

    /// Somebody reports something in a sentence.
    pub async fn reported(&self, person: &Person, title: &str) -> Ticket {
        let (requester, title) = (person.id, title.to_owned());
        self.act(person, move |tx, cx| {
            ticket::open(
                tx,
                cx,
                Opening::new(requester, title.clone(), "It does not work.", Channel::Portal),
            )
        })
        .await
    }

    /// Amy writes down what is nobody else's business ([`SECRET_WORD`]), with a file.
    pub async fn amy_notes_a_secret(&self, number: i64) {
        let file = self.file("internal.txt", SECRET_WORD).await;
        self.act(&self.cast.amy, move |tx, cx| {
            let body = format!("The contract with the supplier, {SECRET_WORD}, ran out.");
            ticket::note(
                tx,
                cx,
                number,
                Note {
                    body,
                    attachments: vec![file.clone()],
                    ..Note::default()
                },
            )
        })
        .await;
    }

    /// Amy writes the same secret into the diagnosis, with evidence as text and file; answers the evidence's id.
    pub async fn amy_diagnoses(&self, number: i64) -> i64 {
        let file = self.file("evidence.txt", SECRET_WORD).await;
        self.act(&self.cast.amy, move |tx, cx| {
            let why = diagnosis::Answering::one(diagnosis::Question::Why, SECRET_WORD, None);
            diagnosis::answer(tx, cx, number, &why)?;
            let step = diagnosis::NewRiskyStep {
                step: format!("ask {SECRET_WORD}"),
                risk: "they answer".to_owned(),
                ..diagnosis::NewRiskyStep::default()
            };
            diagnosis::add_risky_step(tx, cx, number, &step)?;
            let mut evidence = diagnosis::NewEvidence::new(diagnosis::EvidenceKind::Log);
            evidence.text = format!("contract: {SECRET_WORD}");
            evidence.file = Some(file.clone());
            diagnosis::add_evidence(tx, cx, number, &evidence)
        })
        .await
        .id
    }

    /// Amy answers Li Na.
    pub async fn amy_answers(&self, number: i64, words: &str) {
        let body = words.to_owned();
        self.act(&self.cast.amy, move |tx, cx| {
            ticket::reply(
                tx,
                cx,
                number,
                Reply {
                    body: body.clone(),
                    ..Reply::default()
                },
            )
        })
        .await;
    }

    /// Amy says how it was solved; the secret of the link that asks the requester.
    pub async fn amy_solves(&self, number: i64) -> String {
        self.act(&self.cast.amy, move |tx, cx| {
            if ticket::load(tx, cx, number)?.ticket.state == ticket::State::New {
                ticket::take(tx, cx, number)?;
            }
            let solution = "The roller was replaced.".to_owned();
            ticket::resolve(
                tx,
                cx,
                number,
                Resolve {
                    solution,
                    tested: true,
                    untested_reason: None,
                },
            )?;
            desk::verification::link_token(tx, cx, number)
        })
        .await
        .expect("a question was asked")
    }

    /// Every file of a ticket, as an administrator sees them.
    pub async fn files_of(&self, number: i64) -> Vec<FileOfTicket> {
        self.act(&self.cast.noor, move |tx, cx| {
            let entries = ticket::timeline(tx, cx, number)?.entries;
            let articles = entries.into_iter().filter_map(|entry| match entry {
                ticket::Entry::Article(article) => Some(article),
                ticket::Entry::Event(_) => None,
            });
            let files = articles.flat_map(|article| {
                let public = article.public;
                article.attachments.into_iter().map(move |file| FileOfTicket {
                    id: file.id,
                    name: file.name,
                    public,
                })
            });
            Ok(files.collect())
        })
        .await
    }
}
