//! The lines of a file, one at a time and none too long, with the sum over all of them.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use data_encoding::HEXLOWER;
use kernel::error::{Error, Result};
use sha2::{Digest as _, Sha256};

use super::layout;
use crate::format::{LONGEST_LINE, Part};
use crate::row::Broken;

/// Hands over each line with its number; then number and sum must be what the manifest says. Answers the bytes.
pub fn each(
    folder: &Path,
    part: &Part,
    longest: usize,
    mut take: impl FnMut(u64, &[u8]) -> Result<()>,
) -> Result<u64> {
    let name = part.file.as_str();
    let path = layout::require(folder, name, false)?;
    let file = File::open(path).map_err(|error| layout::unreadable(name, error))?;
    let mut input = BufReader::with_capacity(1 << 18, file);
    let (mut hasher, mut line, mut number, mut bytes) = (Sha256::new(), Vec::new(), 0_u64, 0_u64);
    loop {
        line.clear();
        // Grows with what really comes, and one byte past the longest at most.
        let most = longest as u64 + 1;
        let read = (&mut input).take(most).read_until(b'\n', &mut line);
        let read = read.map_err(|error| layout::unreadable(name, error))?;
        if read == 0 {
            break;
        }
        number += 1;
        bytes += read as u64;
        hasher.update(&line);
        if line.pop() != Some(b'\n') {
            let code = if read > longest {
                "exchange.line.too_long"
            } else {
                "exchange.line.cut_off"
            };
            return Err(at(code, name, number).arg("most", longest as u64));
        }
        take(number, &line)?;
    }
    if number != part.rows || HEXLOWER.encode(&hasher.finalize()) != part.sha256 {
        return Err(Error::invalid("exchange.sum_differs")
            .arg("file", name)
            .arg("rows", part.rows)
            .arg("found", number));
    }
    Ok(bytes)
}

/// The usual longest.
pub fn each_line(folder: &Path, part: &Part, take: impl FnMut(u64, &[u8]) -> Result<()>) -> Result<u64> {
    each(folder, part, LONGEST_LINE, take)
}

/// Something is wrong with a line.
pub fn at(code: &str, file: &str, line: u64) -> Error {
    Error::invalid(code).arg("file", file).arg("line", line)
}

/// Why a line is refused, for a person who may mend it.
pub fn refused(file: &str, line: u64, broken: Broken) -> Error {
    match broken {
        Broken::NotAnObject(why) => {
            at("exchange.line.not_an_object", file, line).arg("why", layout::shown(&why))
        }
        Broken::Twice(field) => at("exchange.line.twice", file, line).arg("field", layout::shown(&field)),
        Broken::Unknown(field) => at("exchange.line.unknown", file, line).arg("field", layout::shown(&field)),
        Broken::Absent(field) => at("exchange.line.absent", file, line).arg("field", field),
        Broken::Kind(field, kind) => {
            let kind = format!("{kind:?}").to_lowercase();
            at("exchange.line.kind", file, line)
                .arg("field", field)
                .arg("kind", kind)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8], longest: usize) -> Result<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.jsonl"), content).unwrap();
        let part = Part {
            file: "a.jsonl".to_owned(),
            rows: 2,
            sha256: HEXLOWER.encode(&Sha256::digest(content)),
        };
        let mut lines = Vec::new();
        each(folder.path(), &part, longest, |number, line| {
            lines.push(format!("{number}:{}", String::from_utf8_lossy(line)));
            Ok(())
        })?;
        Ok(lines)
    }

    #[test]
    fn lines_come_one_by_one_and_none_too_long_or_cut_off() {
        assert_eq!(read(b"abc\nde\n", 3).unwrap(), ["1:abc", "2:de"]);
        let code = |content: &[u8]| read(content, 3).unwrap_err().code().to_owned();
        assert_eq!(code(b"abcd\nde\n"), "exchange.line.too_long");
        assert_eq!(code(b"abc\nde"), "exchange.line.cut_off");
        assert_eq!(code(b"abc\n"), "exchange.sum_differs");
    }
}
