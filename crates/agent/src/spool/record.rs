//! One record of a segment as bytes: number, stream, length, content. What is torn at the end is not a record.

use protocol::message::Stream;

const HEAD: usize = 8 + 1 + 4;

/// A piece of an act's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub number: u64,
    pub stream: Stream,
    pub bytes: Vec<u8>,
}

pub(super) fn encode(number: u64, stream: Stream, bytes: &[u8]) -> Vec<u8> {
    let mut encoded = Vec::with_capacity(HEAD + bytes.len());
    encoded.extend(number.to_be_bytes());
    encoded.push(match stream {
        Stream::Out => 0,
        Stream::Err => 1,
        Stream::Note => 2,
    });
    encoded.extend((bytes.len() as u32).to_be_bytes());
    encoded.extend(bytes);
    encoded
}

/// The whole records, and how many bytes they take.
pub(super) fn decode(content: &[u8]) -> (Vec<Record>, usize) {
    let mut records = Vec::new();
    let mut rest = content;
    while let Some((record, after)) = first(rest) {
        records.push(record);
        rest = after;
    }
    (records, content.len() - rest.len())
}

fn first(content: &[u8]) -> Option<(Record, &[u8])> {
    let (number, rest) = content.split_first_chunk::<8>()?;
    let (stream, rest) = rest.split_first()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let bytes = rest.get(..u32::from_be_bytes(*length) as usize)?;
    let stream = match stream {
        0 => Stream::Out,
        1 => Stream::Err,
        2 => Stream::Note,
        _ => return None,
    };
    let record = Record {
        number: u64::from_be_bytes(*number),
        stream,
        bytes: bytes.to_vec(),
    };
    Some((record, &rest[bytes.len()..]))
}
