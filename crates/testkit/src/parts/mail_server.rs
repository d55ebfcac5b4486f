//! SMTP and IMAP over the same mailboxes: what the product sends can be read by a person, and the other way round.
//!
//! Also the small mail program of the person in a test: sends by real SMTP, waits for what arrives.

use super::certificate::Certificate;
use super::dovecot::{Account, Dovecot};
use super::postfix::Smtp;
use super::process::PATIENCE;
use super::scratch::Scratch;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Postfix and Dovecot together.
#[derive(Debug)]
pub struct MailServer {
    /// The side that receives; public so that a test can take it down.
    pub smtp: Smtp,
    /// The side that is read; public so that a test can take it down.
    pub imap: Dovecot,
    accounts: Vec<Account>,
}

impl MailServer {
    /// Starts both with these accounts.
    pub fn start(accounts: &[Account]) -> io::Result<Self> {
        let scratch = Arc::new(Scratch::new("mail")?);
        let imap = Dovecot::start_in(Arc::clone(&scratch), accounts)?;
        let smtp = Smtp::start_in(scratch, &imap, accounts)?;
        Ok(Self {
            smtp,
            imap,
            accounts: accounts.to_vec(),
        })
    }

    /// Where to read mail in the clear.
    pub fn imap_address(&self) -> SocketAddr {
        self.imap.imap_address()
    }

    /// Where to read mail inside TLS.
    pub fn imaps_address(&self) -> SocketAddr {
        self.imap.imaps_address()
    }

    /// Where to hand in mail in the clear; STARTTLS and signing in are offered.
    pub fn smtp_address(&self) -> SocketAddr {
        self.smtp.smtp_address()
    }

    /// Where to hand in mail inside TLS.
    pub fn smtps_address(&self) -> SocketAddr {
        self.smtp.smtps_address()
    }

    /// The certificate of both, and the authority to trust.
    pub fn certificate(&self) -> &Certificate {
        self.imap.certificate()
    }

    /// The password of an account made at the start.
    pub fn password(&self, address: &str) -> io::Result<&str> {
        let found = self.accounts.iter().find(|account| account.address == address);
        found
            .map(|account| account.password.as_str())
            .ok_or_else(|| io::Error::other(format!("no account {address}")))
    }

    /// Sends a message by SMTP as the program of a person would; an error tells what the server answered.
    pub fn send(&self, from: &str, to: &[&str], message: &[u8]) -> io::Result<()> {
        let mut session = Session::open(self.smtp_address())?;
        session.say("EHLO person.test", "250")?;
        session.say(&format!("MAIL FROM:<{from}>"), "250")?;
        for recipient in to {
            session.say(&format!("RCPT TO:<{recipient}>"), "250")?;
        }
        session.say("DATA", "354")?;
        session.stream.write_all(&stuffed(message))?;
        session.say(".", "250")?;
        session.say("QUIT", "221")
    }

    /// Lays a message straight into an inbox, for mail that no decent server would take.
    pub fn deliver(&self, address: &str, message: &[u8]) -> io::Result<()> {
        self.imap.deliver(address, message)
    }

    /// Every message in an inbox, in the order of arrival.
    pub fn messages(&self, address: &str) -> io::Result<Vec<Vec<u8>>> {
        self.imap.messages(address)
    }

    /// Waits until an inbox holds at least `count` messages, and gives them all.
    pub fn wait_for(&self, address: &str, count: usize) -> io::Result<Vec<Vec<u8>>> {
        let began = Instant::now();
        loop {
            let messages = self.messages(address)?;
            if messages.len() >= count {
                return Ok(messages);
            }
            if began.elapsed() > PATIENCE {
                let (arrived, log) = (messages.len(), self.smtp.log());
                return Err(io::Error::other(format!(
                    "{arrived} of {count} messages reached {address}; log:\n{log}"
                )));
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

struct Session {
    stream: TcpStream,
    answers: BufReader<TcpStream>,
}

impl Session {
    fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut session = Self {
            answers: BufReader::new(stream.try_clone()?),
            stream,
        };
        session.expect("the greeting", "220")?;
        Ok(session)
    }

    fn say(&mut self, words: &str, wanted: &str) -> io::Result<()> {
        self.stream.write_all(format!("{words}\r\n").as_bytes())?;
        self.expect(words, wanted)
    }

    /// An answer may have several lines; a space after the number marks the last.
    fn expect(&mut self, about: &str, wanted: &str) -> io::Result<()> {
        loop {
            let mut line = String::new();
            self.answers.read_line(&mut line)?;
            if !line.starts_with(wanted) {
                return Err(io::Error::other(format!(
                    "{about} was answered with {}",
                    line.trim_end()
                )));
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return Ok(());
            }
        }
    }
}

/// A line that is only a dot would end the message, so lines that begin with a dot get another one (RFC 5321, 4.5.2).
fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(message.len() + 64);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        let body = line.strip_suffix(b"\n").unwrap_or(line);
        wire.extend_from_slice(body.strip_suffix(b"\r").unwrap_or(body));
        wire.extend_from_slice(b"\r\n");
    }
    wire
}
