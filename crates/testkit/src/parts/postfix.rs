//! A private Postfix that takes mail by SMTP and lays it into the Maildirs of a `Dovecot`.
//!
//! It knows the accounts' domains and no others: mail to a stranger is refused, or bounces when the sender signed in, and
//! nothing can leave this machine. Postfix gives its parts to several users and therefore has to be started by root.

use super::dovecot::{Account, Dovecot};
use super::process::{Process, accepts, free_port, loopback, run};
use super::scratch::{Scratch, User};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

/// The services of a Postfix that receives, queues, and delivers to mailboxes; `chroot` is off for all of them.
/// `nowhere` fails for good (69 is EX_UNAVAILABLE) after the message was taken: Postfix refuses at the door what would go
/// to its own `error`, and then never sends the bounce that a product has to cope with.
const SERVICES: &str = "\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
nowhere unix - n n - - pipe user=nobody argv=/bin/sh -c {echo 5.1.2 mail to this domain does not leave the test; exit 69}
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
";

/// A running SMTP server.
#[derive(Debug)]
pub struct Smtp {
    process: Option<Process>,
    smtp: u16,
    smtps: u16,
    scratch: Arc<Scratch>,
}

impl Smtp {
    /// Starts a server that delivers to the mailboxes of `dovecot`, in the folder both share.
    pub fn start_in(scratch: Arc<Scratch>, dovecot: &Dovecot, accounts: &[Account]) -> io::Result<Self> {
        if !User::current()?.is_root() {
            return Err(io::Error::other(
                "postfix gives its parts to several users and must be started by root",
            ));
        }
        let mut server = Self {
            process: None,
            smtp: free_port()?,
            smtps: free_port()?,
            scratch,
        };
        for folder in ["postfix", "queue", "data"] {
            std::fs::create_dir(server.path(folder))?;
        }
        std::fs::set_permissions(server.path("data"), std::fs::Permissions::from_mode(0o700))?;
        User::named("postfix")?.own(&server.path("data"))?;
        std::fs::write(server.path("postfix/mailboxes"), mailboxes(accounts))?;
        std::fs::write(
            server.path("postfix/main.cf"),
            server.configuration(dovecot, accounts),
        )?;
        let mut attempts_left = 3;
        while let Err(error) = server.start_again() {
            if attempts_left == 0 {
                return Err(error);
            }
            attempts_left -= 1;
            (server.smtp, server.smtps) = (free_port()?, free_port()?);
        }
        Ok(server)
    }

    /// Starts it after `stop`, at the same addresses with the same queue. Does nothing when it runs.
    pub fn start_again(&mut self) -> io::Result<()> {
        if self.process.as_ref().is_some_and(Process::is_running) {
            return Ok(());
        }
        let (smtp, smtps) = (self.smtp, self.smtps);
        let listeners = format!(
            "127.0.0.1:{smtp} inet n - n - - smtpd\n127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n"
        );
        let configuration = self.path("postfix");
        std::fs::write(configuration.join("master.cf"), format!("{listeners}{SERVICES}"))?;
        // Makes the folders of the queue and finds mistakes of ours.
        run(Command::new("/usr/sbin/postfix")
            .arg("-c")
            .arg(&configuration)
            .arg("check"))?;
        let log = self.path("postfix.log");
        let command = [
            "/usr/lib/postfix/sbin/master".as_ref(),
            "-d".as_ref(),
            "-c".as_ref(),
            configuration.as_os_str(),
        ];
        let process = Process::start(&command, "TERM", self.scratch.path(), &log)?;
        process.wait_until("postfix", &log, || {
            accepts(self.smtp_address()) && accepts(self.smtps_address())
        })?;
        self.process = Some(process);
        Ok(())
    }

    /// Takes it down; what it accepted stays in its queue.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// Where it speaks SMTP in the clear (STARTTLS is offered).
    pub fn smtp_address(&self) -> SocketAddr {
        loopback(self.smtp)
    }

    /// Where it speaks SMTP inside TLS.
    pub fn smtps_address(&self) -> SocketAddr {
        loopback(self.smtps)
    }

    /// What it wrote about each message, for the reader of a failing test.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("postfix.log")).unwrap_or_default()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    fn configuration(&self, dovecot: &Dovecot, accounts: &[Account]) -> String {
        let folder = self.scratch.path().display().to_string();
        let owner = dovecot.owner();
        let domains: BTreeSet<&str> = accounts
            .iter()
            .filter_map(|account| account.address.split_once('@'))
            .map(|(_, domain)| domain)
            .collect();
        let domains = domains.into_iter().collect::<Vec<_>>().join(", ");
        format!(
            "\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.test
mydestination =
mynetworks = 127.0.0.2/32
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
local_transport = error:there are no local users
default_transport = nowhere
disable_dns_lookups = yes
notify_classes =
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {mail}
virtual_mailbox_maps = texthash:{folder}/postfix/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_mailbox_limit = 0
message_size_limit = 52428800
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {passwords}
smtpd_tls_security_level = may
smtpd_tls_cert_file = {folder}/server.crt
smtpd_tls_key_file = {folder}/server.key
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
queue_run_delay = 2s
service_throttle_time = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
",
            mail = dovecot.mail_folder().display(),
            uid = owner.uid,
            gid = owner.gid,
            passwords = dovecot.authentication_socket().display(),
        )
    }
}

/// A slash at the end makes Postfix deliver in the Maildir format.
fn mailboxes(accounts: &[Account]) -> String {
    accounts.iter().fold(String::new(), |mut table, account| {
        // Writing to a string cannot go wrong.
        writeln!(table, "{0} {0}/", account.address).ok();
        table
    })
}
