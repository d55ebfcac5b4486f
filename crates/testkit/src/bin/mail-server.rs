//! A mail server for tests that are not written in Rust: `mail-server ADDRESS=PASSWORD ...`.
//!
//! Prints one line, `ready` and a JSON object with its addresses, the folder with one Maildir per address, and the
//! certificate to trust; ends, and clears away, when its standard input closes.

use std::io::Read;
use std::process::ExitCode;
use testkit::parts::{Account, MailServer};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match serve(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("mail-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(arguments: &[String]) -> std::io::Result<()> {
    let accounts: Vec<Account> = arguments
        .iter()
        .filter_map(|argument| argument.split_once('='))
        .map(|(address, password)| Account::new(address, password))
        .collect();
    if accounts.is_empty() {
        return Err(std::io::Error::other("name at least one ADDRESS=PASSWORD"));
    }
    let server = MailServer::start(&accounts)?;
    let (smtp, imap) = (server.smtp_address(), server.imap_address());
    let about = serde_json::json!({
        "smtp": smtp.to_string(),
        "smtp_port": smtp.port().to_string(),
        "smtps": server.smtps_address().to_string(),
        "smtps_port": server.smtps_address().port().to_string(),
        "imap": imap.to_string(),
        "imap_port": imap.port().to_string(),
        "imaps": server.imaps_address().to_string(),
        "imaps_port": server.imaps_address().port().to_string(),
        "folder": server.imap.mail_folder(),
        "authority": server.certificate().authority,
    });
    println!("ready {about}");
    std::io::stdin().read_to_end(&mut Vec::new()).map(drop)
}
