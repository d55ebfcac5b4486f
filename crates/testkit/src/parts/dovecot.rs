//! A private Dovecot: IMAP in the clear and with TLS, mailboxes as Maildir, IDLE as real servers do it.
//!
//! Runs as root, with Dovecot's own accounts for its parts, and as any other user, who then owns everything.
//! It does not receive mail by itself: `deliver` lays a message into a mailbox, and Postfix does when both stand together
//! in a `MailServer`.

use super::certificate::Certificate;
use super::process::{Process, accepts, free_port, loopback};
use super::scratch::{Scratch, User, unique};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A mailbox and the password that opens it.
#[derive(Clone, Debug)]
pub struct Account {
    /// The full mail address, which is the name to sign in with as well.
    pub address: String,
    /// The password.
    pub password: String,
}

impl Account {
    /// An account; the address must be `name@domain`.
    pub fn new(address: &str, password: &str) -> Self {
        Self {
            address: address.to_owned(),
            password: password.to_owned(),
        }
    }
}

/// A running IMAP server.
#[derive(Debug)]
pub struct Dovecot {
    process: Option<Process>,
    imap: u16,
    imaps: u16,
    certificate: Certificate,
    owner: User,
    scratch: Arc<Scratch>,
}

impl Dovecot {
    /// Starts a server with these accounts.
    pub fn start(accounts: &[Account]) -> io::Result<Self> {
        Self::start_in(Arc::new(Scratch::new("dovecot")?), accounts)
    }

    /// Starts a server whose files lie in a folder shared with another server.
    pub fn start_in(scratch: Arc<Scratch>, accounts: &[Account]) -> io::Result<Self> {
        let certificate = Certificate::make(scratch.path())?;
        // Mail belongs to nobody when we could give it to anybody, and to us when we could not.
        let current = User::current()?;
        let owner = if current.is_root() {
            User::named("nobody")?
        } else {
            current
        };
        let mut server = Self {
            process: None,
            imap: free_port()?,
            imaps: free_port()?,
            certificate,
            owner,
            scratch,
        };
        std::fs::write(server.path("users"), users(accounts))?;
        server.make_folder(&server.path("mail"))?;
        for account in accounts {
            server.make_mailbox(&account.address)?;
        }
        let mut attempts_left = 3;
        while let Err(error) = server.start_again() {
            if attempts_left == 0 {
                return Err(error);
            }
            attempts_left -= 1;
            (server.imap, server.imaps) = (free_port()?, free_port()?);
        }
        Ok(server)
    }

    /// Starts it after `stop`, at the same addresses with the same mail. Does nothing when it runs.
    pub fn start_again(&mut self) -> io::Result<()> {
        if self.process.as_ref().is_some_and(Process::is_running) {
            return Ok(());
        }
        let configuration = self.path("dovecot.conf");
        std::fs::write(&configuration, self.configuration()?)?;
        let log = self.path("dovecot.log");
        let command = [
            "dovecot".as_ref(),
            "-F".as_ref(),
            "-c".as_ref(),
            configuration.as_os_str(),
        ];
        let process = Process::start(&program(command), "TERM", self.scratch.path(), &log)?;
        process.wait_until("dovecot", &log, || {
            accepts(self.imap_address())
                && accepts(self.imaps_address())
                && self.authentication_socket().exists()
        })?;
        self.process = Some(process);
        Ok(())
    }

    /// Takes it down; connections break, the mail stays.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Where it speaks IMAP in the clear (STARTTLS is offered).
    pub fn imap_address(&self) -> SocketAddr {
        loopback(self.imap)
    }

    /// Where it speaks IMAP inside TLS.
    pub fn imaps_address(&self) -> SocketAddr {
        loopback(self.imaps)
    }

    /// Its certificate and the authority that a client must trust.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Who owns the mail.
    pub fn owner(&self) -> &User {
        &self.owner
    }

    /// The folder under which each address has its Maildir.
    pub fn mail_folder(&self) -> PathBuf {
        self.path("mail")
    }

    /// Where another server may ask whether a password is right.
    pub fn authentication_socket(&self) -> PathBuf {
        self.path("run").join("passwords")
    }

    /// Lays a message into an inbox, whole or not at all, as Maildir prescribes.
    pub fn deliver(&self, address: &str, message: &[u8]) -> io::Result<()> {
        let mailbox = self.mailbox(address)?;
        let name = format!("{}.mainstay", unique());
        let being_written = mailbox.join("tmp").join(&name);
        std::fs::write(&being_written, message)?;
        self.owner.own(&being_written)?;
        std::fs::rename(being_written, mailbox.join("new").join(name))
    }

    /// Every message in an inbox, read or not, in the order of arrival.
    pub fn messages(&self, address: &str) -> io::Result<Vec<Vec<u8>>> {
        let mailbox = self.mailbox(address)?;
        let mut found = Vec::new();
        for folder in ["new", "cur"] {
            for entry in std::fs::read_dir(mailbox.join(folder))? {
                let entry = entry?;
                found.push((
                    entry.metadata()?.modified()?,
                    entry.file_name(),
                    std::fs::read(entry.path())?,
                ));
            }
        }
        found.sort();
        Ok(found.into_iter().map(|(_, _, message)| message).collect())
    }

    fn mailbox(&self, address: &str) -> io::Result<PathBuf> {
        let mailbox = self.mail_folder().join(address);
        if mailbox.is_dir() {
            Ok(mailbox)
        } else {
            Err(io::Error::other(format!("there is no mailbox {address}")))
        }
    }

    fn make_mailbox(&self, address: &str) -> io::Result<()> {
        let mailbox = self.mail_folder().join(address);
        self.make_folder(&mailbox)?;
        ["cur", "new", "tmp"]
            .iter()
            .try_for_each(|part| self.make_folder(&mailbox.join(part)))
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        std::fs::create_dir(path)?;
        self.owner.own(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    fn configuration(&self) -> io::Result<String> {
        let folder = self.scratch.path().display();
        let (imap, imaps, uid, gid) = (self.imap, self.imaps, self.owner.uid, self.owner.gid);
        let users = self.internal_users()?;
        Ok(format!(
            "\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
instance_name = mainstay-test
protocols = imap
listen = 127.0.0.1
{users}
ssl = yes
ssl_cert = <{folder}/server.crt
ssl_key = <{folder}/server.key
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = create
    special_use = \\Sent
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener passwords {{
    mode = 0666
  }}
}}
"
        ))
    }

    /// Dovecot hands its parts to accounts of its own; somebody who is not root can only use theirs.
    fn internal_users(&self) -> io::Result<String> {
        let current = User::current()?;
        if current.is_root() {
            return Ok(String::new());
        }
        let (name, group) = (&current.name, current.group()?);
        Ok(format!(
            "default_internal_user = {name}\ndefault_internal_group = {group}\ndefault_login_user = {name}\n"
        ))
    }
}

/// `dovecot` lies where only root's search path leads.
fn program<const N: usize>(mut command: [&std::ffi::OsStr; N]) -> [&std::ffi::OsStr; N] {
    if Path::new("/usr/sbin/dovecot").exists() {
        command[0] = "/usr/sbin/dovecot".as_ref();
    }
    command
}

fn users(accounts: &[Account]) -> String {
    accounts
        .iter()
        .map(|account| format!("{}:{{PLAIN}}{}::::::\n", account.address, account.password))
        .collect()
}
