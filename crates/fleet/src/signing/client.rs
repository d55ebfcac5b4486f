//! How the web process asks the signer.

use std::path::Path;
use std::time::Duration;

use kernel::config::Config;
use kernel::error::{Error, Result};
use protocol::grant::Grant;
use protocol::key::PublicKey;
use protocol::signed::Signed;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

use super::approval::Wish;
use super::{Answer, LINE_MOST, Question, folder, public_key_file, socket};

const PATIENCE: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_millis(100);

/// What came of asking for a signature.
#[derive(Debug, Clone)]
pub enum Asked {
    /// It was signed.
    Signed(Box<Signed<Grant>>),
    /// The signer's policy says no, with its word.
    Refused(String),
}

/// The key that devices shall trust, as the signer left it beside its socket.
///
/// # Errors
/// `fleet.signer_away` while no signer ever ran here.
pub fn public_key(config: &Config) -> Result<PublicKey> {
    let path = public_key_file(&folder(&config.data));
    let text = std::fs::read_to_string(path).map_err(away)?;
    serde_json::from_str(&text).map_err(away)
}

/// Asks for a signature under a grant for one act.
///
/// # Errors
/// `fleet.signer_away` when no signer answers in time.
pub async fn sign(config: &Config, grant: &Grant, verb: &str) -> Result<Asked> {
    let question = Question::Sign {
        grant: Box::new(grant.clone()),
        verb: verb.to_owned(),
    };
    match ask_patiently(&folder(&config.data), &question).await? {
        Answer::Signed(signed) => Ok(Asked::Signed(signed)),
        Answer::Refused(word) => Ok(Asked::Refused(word)),
        _ => Err(away("the signer answered something else")),
    }
}

/// Whether second persons must give a code; where no signer answers nothing is signed either.
pub async fn wants_codes(config: &Config) -> bool {
    let answer = ask(&folder(&config.data), &Question::Terms).await;
    matches!(answer, Ok(Answer::Terms(true)))
}

/// Tells the signer that a second person agrees. The answer is its word where it does not believe it.
///
/// # Errors
/// `fleet.signer_away` when no signer answers in time.
pub async fn approve(config: &Config, wish: Wish) -> Result<Option<String>> {
    match ask(&folder(&config.data), &Question::Approve(wish)).await? {
        Answer::Approved => Ok(None),
        Answer::Refused(word) => Ok(Some(word)),
        _ => Err(away("the signer answered something else")),
    }
}

/// Whether a signer listens.
pub async fn is_there(data: &Path) -> bool {
    ask(&folder(data), &Question::Key).await.is_ok()
}

/// Asks one question.
///
/// # Errors
/// `fleet.signer_away` when no signer answers in time.
pub async fn ask(folder: &Path, question: &Question) -> Result<Answer> {
    tokio::time::timeout(PATIENCE, exchange(folder, question))
        .await
        .map_err(away)?
        .map_err(away)
}

/// As [`ask`], but for a moment in which one signer has gone and the next is not there yet.
async fn ask_patiently(folder: &Path, question: &Question) -> Result<Answer> {
    let trying = async {
        loop {
            match exchange(folder, question).await {
                Err(error) if is_between(&error) => tokio::time::sleep(AGAIN).await,
                answer => return answer,
            }
        }
    };
    tokio::time::timeout(PATIENCE, trying)
        .await
        .map_err(away)?
        .map_err(away)
}

/// Whether nobody took the question: then it may be asked again.
fn is_between(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::ConnectionRefused
    )
}

async fn exchange(folder: &Path, question: &Question) -> std::io::Result<Answer> {
    let stream = UnixStream::connect(socket(folder)).await?;
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_vec(question)?;
    text.push(b'\n');
    write.write_all(&text).await?;
    let mut line = Vec::new();
    let most = u64::try_from(LINE_MOST).unwrap_or(u64::MAX);
    BufReader::new(read)
        .take(most)
        .read_until(b'\n', &mut line)
        .await?;
    Ok(serde_json::from_slice(&line)?)
}

fn away(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::unavailable("fleet.signer_away").caused_by(source)
}
