//! Embeds the built frontend: every file of `frontend/dist` with its media type and, where it pays, gzipped at the
//! highest level, so that nothing is compressed while serving and the binary needs no files beside it.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let dist = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../frontend/dist");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={}", dist.display());
    let manifest = dist.join("manifest.json");
    let code = if manifest.exists() {
        embed(&dist, &manifest, &out)?
    } else if env::var("PROFILE").as_deref() == Ok("release") {
        return Err(
            "frontend/dist is missing: run `cargo xtask web` first, it builds the pages' styles and scripts"
                .into(),
        );
    } else {
        println!(
            "cargo::warning=frontend/dist is missing: pages have no styles or scripts until `cargo xtask web` was run"
        );
        "static MANIFEST: &[(&str, &str)] = &[];\nstatic FILES: &[File] = &[];\n".to_owned()
    };
    fs::write(out.join("assets.rs"), code)?;
    Ok(())
}

fn embed(dist: &Path, manifest: &Path, out: &Path) -> Result<String, Failure> {
    let names: std::collections::BTreeMap<String, String> = serde_json::from_slice(&fs::read(manifest)?)?;
    let mut code = String::from("static MANIFEST: &[(&str, &str)] = &[\n");
    for (logical, hashed) in &names {
        writeln!(code, "    ({logical:?}, {hashed:?}),")?;
    }
    code.push_str("];\nstatic FILES: &[File] = &[\n");
    let mut files = Vec::new();
    walk(dist, dist, &mut files)?;
    files.sort();
    for (number, name) in files.iter().filter(|name| *name != "manifest.json").enumerate() {
        let path = dist.join(name).canonicalize()?;
        let bytes = fs::read(&path)?;
        let gzip = match zipped(name, &bytes)? {
            Some(zipped) => {
                let target = out.join(format!("asset-{number}.gz"));
                fs::write(&target, zipped)?;
                format!("Some(include_bytes!({target:?}))")
            }
            None => "None".to_owned(),
        };
        writeln!(
            code,
            "    File {{ name: {name:?}, media_type: {:?}, bytes: include_bytes!({path:?}), gzip: {gzip} }},",
            media_type(name)
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<String>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else {
            files.push(path.strip_prefix(root)?.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

fn zipped(name: &str, bytes: &[u8]) -> Result<Option<Vec<u8>>, Failure> {
    if matches!(extension(name), "woff2" | "png" | "webp" | "jpg") {
        return Ok(None);
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    let zipped = encoder.finish()?;
    Ok((zipped.len() < bytes.len()).then_some(zipped))
}

fn media_type(name: &str) -> &'static str {
    match extension(name) {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "jpg" => "image/jpeg",
        "woff2" => "font/woff2",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}
