//! Who can read the key that devices obey.

use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use fleet::signing;

use super::finding::Finding;
use super::{Patient, store};

/// Nothing is said while no device would obey anybody.
pub async fn look(patient: &Patient) -> Option<Finding> {
    match patient.db.read(store::has_agents).await {
        Ok(false) => None,
        Ok(true) => {
            let data = &patient.config.data;
            let key = owner(&signing::folder(data).join("private.key"));
            Some(judge(key, owner(data)).with("folder", signing::folder(data).display().to_string()))
        }
        Err(error) => Some(patient.unanswered("signer", &error)),
    }
}

fn owner(path: &Path) -> io::Result<u32> {
    std::fs::metadata(path).map(|known| known.uid())
}

fn judge(key: io::Result<u32>, server: io::Result<u32>) -> Finding {
    match (key, server) {
        (Ok(key), Ok(server)) if key == server => Finding::warning("signer", "doctor-signer-together"),
        (Err(error), _) if error.kind() == ErrorKind::NotFound => {
            Finding::failed("signer", "doctor-signer-missing")
        }
        // Another's, or hidden from us as it should be.
        _ => Finding::ok("signer", "doctor-signer-ok"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn a_key_of_the_servers_own_account_is_a_warning() {
        let state = |key, server| judge(key, server).state;
        assert_eq!(state(Ok(7), Ok(7)), State::Warning);
        assert_eq!(state(Ok(8), Ok(7)), State::Ok);
        assert_eq!(state(Err(ErrorKind::PermissionDenied.into()), Ok(7)), State::Ok);
        assert_eq!(state(Err(ErrorKind::NotFound.into()), Ok(7)), State::Failed);
    }
}
