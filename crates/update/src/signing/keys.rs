//! Keys in files that only their owner may read: one for each role, and the root's in a folder of its own that can be taken away.

use super::{Trouble, make_folder};
use data_encoding::BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use tough::async_trait;
use tough::key_source::KeySource;
use tough::schema::RoleType;
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::key::{Ed25519Key, Ed25519Scheme, Key};
use tough::sign::{Sign, parse_keypair};

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";
/// No file of a key is longer.
const FILE_MOST: u64 = 4096;

/// The roles that have a key.
pub const ROLES: [RoleType; 4] = [
    RoleType::Root,
    RoleType::Targets,
    RoleType::Snapshot,
    RoleType::Timestamp,
];

/// A key that signs.
pub(super) struct SigningKey {
    path: PathBuf,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// Makes the key of a role; a file that is there is never written over.
    pub(super) fn make(folder: &Path, role: RoleType) -> Result<Self, Trouble> {
        let path = path_of(folder, role);
        let spoiled = |what: &str| Trouble::Spoiled(path.clone(), what.to_owned());
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map_err(|_| spoiled("none could be made"))?;
        make_private_folder(path.parent().unwrap_or(folder))?;
        let text = format!("{BEGIN}\n{}\n{END}\n", BASE64.encode(made.as_ref()));
        let mut file = private_file(&path)?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| Trouble::File(path.clone(), error))?;
        Self::read(folder, role)
    }

    /// The key of a role.
    pub(super) fn read(folder: &Path, role: RoleType) -> Result<Self, Trouble> {
        let path = path_of(folder, role);
        let bytes = read_file(&path)?;
        let pair = Ed25519KeyPair::from_pkcs8(&bytes)
            .map_err(|error| Trouble::Spoiled(path.clone(), error.to_string()))?;
        Ok(Self { path, pair })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The public half, as TUF writes it.
    pub(super) fn public(&self) -> Key {
        Key::Ed25519 {
            keyval: Ed25519Key {
                public: self.pair.public_key().as_ref().to_vec().into(),
                _extra: HashMap::new(),
            },
            scheme: Ed25519Scheme::Ed25519,
            _extra: HashMap::new(),
        }
    }

    /// Its id.
    pub(super) fn id(&self) -> Result<Decoded<Hex>, Trouble> {
        self.public()
            .key_id()
            .map_err(|error| Trouble::Spoiled(self.path.clone(), error.to_string()))
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// Puts the file aside, for a key that is used no more.
    pub(super) fn put_aside(folder: &Path, role: RoleType, number: u64) -> Result<Self, Trouble> {
        let key = Self::read(folder, role)?;
        let aside = folder.join("old").join(number.to_string());
        make_private_folder(&aside)?;
        let to = aside.join(file_name(role));
        fs::rename(&key.path, &to).map_err(|error| Trouble::File(to.clone(), error))?;
        Ok(Self { path: to, ..key })
    }
}

/// Where the key of a role lies.
fn path_of(folder: &Path, role: RoleType) -> PathBuf {
    match role {
        RoleType::Root => folder.join("root").join(file_name(role)),
        _ => folder.join(file_name(role)),
    }
}

fn file_name(role: RoleType) -> String {
    format!("{role}.key")
}

/// The keys that sign everything but the root.
pub(super) fn sources(folder: &Path) -> Vec<Box<dyn KeySource>> {
    let source = |role| -> Box<dyn KeySource> {
        Box::new(FileSource {
            path: path_of(folder, role),
        })
    };
    ROLES
        .into_iter()
        .filter(|role| *role != RoleType::Root)
        .map(source)
        .collect()
}

/// A key in a file, as `tough` takes it.
#[derive(Debug)]
struct FileSource {
    path: PathBuf,
}

type Cause = Box<dyn std::error::Error + Send + Sync + 'static>;

#[async_trait]
impl KeySource for FileSource {
    async fn as_sign(&self) -> Result<Box<dyn Sign>, Cause> {
        Ok(Box::new(parse_keypair(&read_file(&self.path)?)?))
    }

    async fn write(&self, _value: &str, _key_id_hex: &str) -> Result<(), Cause> {
        Err("keys are made by `init` and `rotate` only".into())
    }
}

fn read_file(path: &Path) -> Result<Vec<u8>, Trouble> {
    let failed = |error| Trouble::File(path.to_owned(), error);
    let file = File::open(path).map_err(failed)?;
    if !is_private(&file).map_err(failed)? {
        return Err(Trouble::Open(path.to_owned()));
    }
    let mut text = String::new();
    file.take(FILE_MOST).read_to_string(&mut text).map_err(failed)?;
    let inner = text
        .trim()
        .strip_prefix(BEGIN)
        .and_then(|rest| rest.strip_suffix(END));
    let spoiled = |what: &str| Trouble::Spoiled(path.to_owned(), what.to_owned());
    let inner = inner.ok_or_else(|| spoiled("it does not begin and end as one"))?;
    let inner: String = inner.split_whitespace().collect();
    BASE64
        .decode(inner.as_bytes())
        .map_err(|error| spoiled(&error.to_string()))
}

#[cfg(unix)]
fn is_private(file: &File) -> std::io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(file.metadata()?.mode() & 0o077 == 0)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "the same for every system")]
fn is_private(_file: &File) -> std::io::Result<bool> {
    Ok(true)
}

fn private_file(path: &Path) -> Result<File, Trouble> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => Trouble::Exists(path.to_owned()),
        _ => Trouble::File(path.to_owned(), error),
    })
}

fn make_private_folder(path: &Path) -> Result<(), Trouble> {
    if path.is_dir() {
        return Ok(());
    }
    make_folder(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))
            .map_err(|error| Trouble::File(path.to_owned(), error))?;
    }
    Ok(())
}
