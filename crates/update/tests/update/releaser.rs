//! Whoever releases, played by the test: TUF's metadata written and signed by hand, so that it can also be wrong.

use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

pub const LATER: &str = "2100-01-01T00:00:00Z";
pub const BEFORE: &str = "2020-01-01T00:00:00Z";

/// A key.
pub struct Key(Ed25519KeyPair);

impl Key {
    pub fn new() -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&ring::rand::SystemRandom::new()).unwrap();
        Self(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap())
    }

    fn public(&self) -> Value {
        let public = hex(self.0.public_key().as_ref());
        json!({ "keytype": "ed25519", "keyval": { "public": public }, "scheme": "ed25519" })
    }

    fn id(&self) -> String {
        hash(canonical(&self.public()).as_bytes())
    }
}

/// Whoever releases.
pub struct Releaser {
    root: Key,
    online: Key,
    roots: Vec<String>,
    targets: BTreeMap<String, Value>,
    /// The number of all metadata but the roots.
    pub version: u64,
    /// Until when it counts, by role.
    pub expires: BTreeMap<&'static str, &'static str>,
}

impl Releaser {
    pub fn new() -> Self {
        let (root, online) = (Key::new(), Key::new());
        let first = root_of(1, &root, &online, &[&root]);
        Self {
            root,
            online,
            roots: vec![first],
            targets: BTreeMap::new(),
            version: 1,
            expires: BTreeMap::new(),
        }
    }

    /// The first root of trust.
    pub fn root(&self) -> &str {
        &self.roots[0]
    }

    /// The newest root of trust.
    pub fn newest_root(&self) -> &str {
        self.roots.last().unwrap()
    }

    /// Exchanges all keys.
    pub fn rotate(&mut self) {
        let (root, online) = (Key::new(), Key::new());
        let next = root_of(self.roots.len() as u64 + 1, &root, &online, &[&self.root, &root]);
        self.roots.push(next);
        (self.root, self.online) = (root, online);
        self.version += 1;
    }

    /// A root that the old keys did not sign.
    pub fn usurp(&mut self) {
        let (root, online) = (Key::new(), Key::new());
        let next = root_of(self.roots.len() as u64 + 1, &root, &online, &[&root]);
        self.roots.push(next);
        (self.root, self.online) = (root, online);
    }

    /// Lists a program.
    pub fn list(&mut self, name: &str, program: &[u8]) {
        let target = json!({ "length": program.len(), "hashes": { "sha256": hash(program) } });
        self.targets.insert(name.to_owned(), target);
    }

    /// All metadata, as it stands in a bundle.
    pub fn metadata(&self) -> BTreeMap<String, String> {
        let number = self.version;
        let targets = self.signed("targets", json!({ "targets": self.targets }));
        let meta = json!({ "targets.json": { "version": number } });
        let snapshot = self.signed("snapshot", json!({ "meta": meta }));
        let of = json!({
            "version": number,
            "length": snapshot.len(),
            "hashes": { "sha256": hash(snapshot.as_bytes()) },
        });
        let timestamp = self.signed("timestamp", json!({ "meta": { "snapshot.json": of } }));
        let mut files = BTreeMap::from([
            (format!("{number}.targets.json"), targets),
            (format!("{number}.snapshot.json"), snapshot),
            ("timestamp.json".to_owned(), timestamp),
        ]);
        for (place, root) in self.roots.iter().enumerate() {
            files.insert(format!("{}.root.json", place + 1), root.clone());
        }
        files
    }

    fn signed(&self, role: &'static str, more: Value) -> String {
        let mut body = more;
        body["_type"] = role.into();
        body["spec_version"] = "1.0.0".into();
        body["version"] = self.version.into();
        body["expires"] = (*self.expires.get(role).unwrap_or(&LATER)).into();
        sign(&body, &[&self.online])
    }

    /// Writes a bundle with this program under this name.
    pub fn bundle(&self, path: &Path, name: &str, program: &[u8]) {
        write(path, &self.metadata(), name, program);
    }
}

/// Writes a bundle.
pub fn write(path: &Path, metadata: &BTreeMap<String, String>, name: &str, program: &[u8]) {
    let mut out = std::fs::File::create(path).unwrap();
    update::bundle::write(&mut out, metadata, name, &mut &program[..], program.len() as u64).unwrap();
}

fn root_of(version: u64, root: &Key, online: &Key, signers: &[&Key]) -> String {
    let role = |key: &Key| json!({ "keyids": [key.id()], "threshold": 1 });
    let body = json!({
        "_type": "root",
        "spec_version": "1.0.0",
        "consistent_snapshot": true,
        "version": version,
        "expires": LATER,
        "keys": { root.id(): root.public(), online.id(): online.public() },
        "roles": {
            "root": role(root),
            "timestamp": role(online),
            "snapshot": role(online),
            "targets": role(online),
        },
    });
    sign(&body, signers)
}

fn sign(body: &Value, keys: &[&Key]) -> String {
    let bytes = canonical(body);
    let signatures = keys.iter().map(|key| {
        let signature = key.0.sign(bytes.as_bytes());
        json!({ "keyid": key.id(), "sig": hex(signature.as_ref()) })
    });
    let signatures: Vec<Value> = signatures.collect();
    json!({ "signed": body, "signatures": signatures }).to_string()
}

/// JSON as TUF signs it: names in order, nothing between.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let ordered: BTreeMap<&String, &Value> = fields.iter().collect();
            let fields = ordered.iter().map(|(name, value)| {
                let name = Value::String((*name).clone());
                format!("{name}:{}", canonical(value))
            });
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(all) => {
            let all = all.iter().map(canonical);
            format!("[{}]", all.collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}

pub fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}
