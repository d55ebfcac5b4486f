//! Embeds the texts that ship with the house, so that the binary needs no files beside it, and names them by a hash, so that a
//! start knows without reading them whether there is anything new.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let content = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("content");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", content.display());
    let mut hash = Hash::default();
    let mut code = String::new();
    for (name, folder) in [("ARTICLES", "articles"), ("TEMPLATES", "templates")] {
        writeln!(code, "static {name}: &[(&str, &str, &str)] = &[")?;
        for path in files(&content.join(folder))? {
            let file = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default()
                .to_owned();
            let Some((slug, locale)) = file.strip_suffix(".md").and_then(|name| name.rsplit_once('.')) else {
                return Err(format!("{file} is not named SLUG.LANGUAGE.md").into());
            };
            hash.add(slug.as_bytes());
            hash.add(&fs::read(&path)?);
            writeln!(
                code,
                "    ({slug:?}, {locale:?}, include_str!({:?})),",
                path.display().to_string()
            )?;
        }
        code.push_str("];\n");
    }
    for (name, file) in [("GUIDES", "guides.json"), ("SYNONYMS", "synonyms.txt")] {
        let path = content.join(file);
        hash.add(&fs::read(&path)?);
        writeln!(
            code,
            "static {name}: &str = include_str!({:?});",
            path.display().to_string()
        )?;
    }
    writeln!(code, "static HASH: &str = \"{:016x}\";", hash.0)?;
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("content.rs"), code)?;
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        found.push(entry?.path());
    }
    found.sort();
    Ok(found)
}

/// FNV-1a: it only has to tell one release's texts from another's.
struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
