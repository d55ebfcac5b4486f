//! The way back: each version that goes must be to be had again, in the lists, in apt's own store, or among what was kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::memory::{self, Kept};
use super::running::{Manner, apt};
use super::{Stop, Work};
use crate::verbs::failure::Failure;

/// Where a version can be had from.
#[derive(Debug)]
pub enum Source {
    /// The lists name it.
    Lists,
    /// It lies on the disk already.
    File(PathBuf),
}

impl Work<'_> {
    /// Whether the lists have this version.
    pub async fn is_listed(&self, name: &str, version: &str) -> Result<bool, Stop> {
        let word = format!("{name}={version}");
        let ran = self.ask(&["apt-cache", "show", "--", &word]).await?;
        // What is only installed is shown, too, without a file that could be fetched.
        Ok(ran.is_good()
            && ran.out.split("\n\n").any(|stanza| {
                let has = |start: &str| stanza.lines().any(|line| line.starts_with(start));
                has("Filename: ")
                    && stanza
                        .lines()
                        .any(|line| line.strip_prefix("Version: ") == Some(version))
            }))
    }

    /// Where a version that is installed can be had from again.
    pub async fn source(
        &self,
        name: &str,
        version: &str,
        architecture: &str,
    ) -> Result<Option<Source>, Stop> {
        let full = full_name(name, architecture);
        if self.is_listed(&full, version).await? {
            return Ok(Some(Source::Lists));
        }
        let file = file_name(name, version, architecture);
        let mut places = vec![self.paths.archives.clone()];
        if let Ok(entries) = fs::read_dir(&self.folder) {
            places.extend(entries.flatten().map(|entry| entry.path()));
        }
        for place in places {
            let path = place.join(&file);
            if path.is_file() && self.is_that(&path, name, version, architecture).await? {
                return Ok(Some(Source::File(path)));
            }
        }
        Ok(None)
    }

    /// Puts an installed version into a folder of ours. None when it is not to be had.
    pub async fn keep(
        &self,
        folder: &Path,
        name: &str,
        version: &str,
        architecture: &str,
    ) -> Result<Option<Kept>, Stop> {
        let failed = |error: io::Error| Failure::io("keeping the old package", &error);
        let file = file_name(name, version, architecture);
        let path = folder.join(&file);
        match self.source(name, version, architecture).await? {
            None => return Ok(None),
            Some(Source::File(found)) if found == path => {}
            Some(Source::File(found)) => {
                fs::copy(&found, &path).map_err(failed)?;
            }
            Some(Source::Lists) => {
                let fetched = tempfile::tempdir_in(folder).map_err(failed)?;
                let word = format!("{}={version}", full_name(name, architecture));
                let ran = self
                    .run(&apt(&["download", "--", &word]), fetched.path(), Manner::Looking)
                    .await?;
                let mut files = fs::read_dir(fetched.path()).map_err(failed)?.flatten();
                let found = files.find(|entry| entry.path().extension().is_some_and(|end| end == "deb"));
                let Some(found) = found.filter(|_| ran.is_good()) else {
                    let text = format!("{word} could not be fetched:\n{}", ran.last_words());
                    return Err(Failure::new("no_way_back", text).into());
                };
                fs::rename(found.path(), &path).map_err(failed)?;
            }
        }
        if !self.is_that(&path, name, version, architecture).await? {
            let text = format!("what was fetched as {name} {version} is another package");
            return Err(Failure::new("no_way_back", text).into());
        }
        let sha256 = memory::hash(&path).map_err(failed)?;
        Ok(Some(Kept { file, sha256 }))
    }

    /// Whether a file is this very package.
    async fn is_that(
        &self,
        path: &Path,
        name: &str,
        version: &str,
        architecture: &str,
    ) -> Result<bool, Stop> {
        let path = path.to_string_lossy();
        let format = "--showformat=${Package}\\t${Version}\\t${Architecture}";
        let ran = self.ask(&["dpkg-deb", "--show", format, &path]).await?;
        let expected = format!("{}\t{version}\t{architecture}", plain(name));
        Ok(ran.is_good() && ran.out.trim_end() == expected)
    }
}

/// The name without an architecture.
fn plain(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

/// The name with the architecture it is installed in.
fn full_name(name: &str, architecture: &str) -> String {
    format!("{}:{architecture}", plain(name))
}

/// As apt names it in its own store.
fn file_name(name: &str, version: &str, architecture: &str) -> String {
    format!(
        "{}_{}_{architecture}.deb",
        plain(name),
        version.replace(':', "%3a")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_name_that_apt_gives_it() {
        assert_eq!(
            file_name("libc6:i386", "1:2.0-1", "i386"),
            "libc6_1%3a2.0-1_i386.deb"
        );
        assert_eq!(full_name("libc6:native", "amd64"), "libc6:amd64");
    }
}
