//! `enrol DOCUMENT`: checks the document, keeps it, and makes the key.

use super::words;
use crate::executing::Surroundings;
use crate::{enrolment, identity, processes, updating};
use std::fs;
use std::path::Path;

/// The command.
pub(super) fn run(document: &Path, here: &Surroundings) -> Result<(), String> {
    let (settings, state) = (here.settings(), here.state());
    fs::create_dir_all(&settings).map_err(words)?;
    private_folder(&state)?;
    let document = enrolment::install(document, &settings, &state, processes::now()).map_err(words)?;
    let key = identity::load_or_make(&state).map_err(words)?;
    println!("This device's key:  {}", key.public());
    println!("It will knock at:   {}", document.servers.join(", "));
    println!(
        "Servers prove themselves by one of these keys; compare them with those on the page where the document came from:"
    );
    for key in &document.server_keys {
        println!("  {key}");
    }
    println!("Grants count when they are signed by one of these:");
    for key in &document.signer_keys {
        println!("  {key}");
    }
    if updating::trust::take_first(&state, document.update_root.as_deref()).map_err(words)? {
        let (_, trust) = updating::trust::load(&state).map_err(words)?;
        println!("Updates of this agent count when they are signed as this root of trust has it:");
        super::trust::tell(&trust);
    }
    println!("Now start it: systemctl enable --now mainstay-agent, or mainstay-agent run");
    Ok(())
}

/// Makes the folder where there is none, and shuts it to others.
pub(crate) fn private_folder(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(words)?;
    private(folder)
}

#[cfg(unix)]
fn private(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(words)
}

/// Not yet run there: the installer sets the rights of the folder.
#[cfg(not(unix))]
fn private(_folder: &Path) -> Result<(), String> {
    Ok(())
}
