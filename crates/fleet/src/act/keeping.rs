//! When an act is over, all it wrote becomes one file.

use futures::future::BoxFuture;
use kernel::Kernel;
use kernel::db::Tx;
use kernel::error::Result;
use kernel::job::{Job, JobHandler, New};
use serde_json::json;

use super::store::Piece;
use super::{ActId, store};

const NAME: &str = "fleet.keep_output";
const FILE_MOST: u64 = 64 * 1024 * 1024;
const PIECES: i64 = 500;

/// Does it.
pub const HANDLER: JobHandler = JobHandler { kind: NAME, run };

/// The job that keeps the output of an act.
#[must_use]
pub fn job_of(act: ActId) -> New {
    New::now(NAME, json!({ "act": act })).key(act.to_string())
}

#[derive(serde::Deserialize)]
struct Data {
    act: ActId,
}

fn run(kernel: Kernel, job: Job) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let id = job.data_as::<Data>()?.act;
        let content = content(&kernel, id).await?;
        if content.is_empty() {
            return Ok(());
        }
        let stored = kernel.files.put(content, FILE_MOST).await?;
        let write = move |tx: &mut Tx<'_>| {
            tx.lock("fleet.act", id)?;
            let Some(mut act) = store::find(tx, id)? else {
                return Ok(());
            };
            act.hash = Some(stored.hash.clone());
            store::update(tx, &act)?;
            store::forget_pieces(tx, id)
        };
        kernel.db.write(write).await
    })
}

/// All pieces, one after the other.
async fn content(kernel: &Kernel, id: ActId) -> Result<Vec<u8>> {
    let (mut content, mut after) = (Vec::new(), -1);
    loop {
        let pieces = kernel
            .db
            .read(move |tx| store::pieces(tx, id, after, PIECES))
            .await?;
        let Some(last) = pieces.last() else {
            return Ok(content);
        };
        after = last.seq;
        pieces.iter().for_each(|piece| append(&mut content, piece));
    }
}

/// Puts a piece behind what came before it; a word of the agent's own has a line to itself.
pub(super) fn append(text: &mut Vec<u8>, piece: &Piece) {
    let is_note = piece.stream == "note";
    if is_note && text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
    text.extend_from_slice(&piece.body);
    if is_note && text.last().is_some_and(|last| *last != b'\n') {
        text.push(b'\n');
    }
}

#[cfg(test)]
mod tests {
    use kernel::time::Timestamp;

    use super::*;

    #[test]
    fn a_note_has_a_line_to_itself() {
        let mut text = Vec::new();
        for (seq, (stream, body)) in [
            ("note", "no limit"),
            ("out", "a"),
            ("note", "cut\n"),
            ("out", "b"),
        ]
        .into_iter()
        .enumerate()
        {
            append(
                &mut text,
                &Piece {
                    seq: i64::try_from(seq).unwrap(),
                    stream: stream.to_owned(),
                    at: Timestamp::from_millis(0),
                    body: body.as_bytes().to_vec(),
                },
            );
        }
        assert_eq!(String::from_utf8(text).unwrap(), "no limit\na\ncut\nb");
    }
}
