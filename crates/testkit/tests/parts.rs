//! The real servers of the test kit do what tests rely on: start, serve, survive an outage, and go away.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed; clippy sees that in #[test] only"
)]

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use testkit::parts::postgres::Durability;
use testkit::parts::{Account, Dovecot, MailServer, Postgres};

const MESSAGE: &[u8] = b"From: lin@example.test\r\nTo: helpdesk@example.test\r\nSubject: The printer hums\r\n\r\nIt hums.\r\n.\r\n";

fn psql(url: &str, statement: &str) -> Result<String, String> {
    let output = Command::new("psql")
        .args(["-X", "-A", "-t", "-d", url, "-c", statement])
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn accounts() -> Vec<Account> {
    vec![
        Account::new("helpdesk@example.test", "open-sesame"),
        Account::new("lin@example.test", "lin's secret"),
    ]
}

/// As much of an IMAP client as one test needs.
struct Reader {
    stream: TcpStream,
    lines: BufReader<TcpStream>,
}

impl Reader {
    fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut reader = Self {
            lines: BufReader::new(stream.try_clone().unwrap()),
            stream,
        };
        let greeting = reader.line();
        assert!(greeting.contains("OK") && greeting.contains("IDLE"), "{greeting}");
        reader
    }

    fn sign_in(address: SocketAddr, account: &Account) -> Self {
        let mut reader = Self::connect(address);
        let answer = reader.ask(&format!("LOGIN {} \"{}\"", account.address, account.password));
        assert!(answer.contains("Logged in"), "{answer}");
        reader
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// Everything up to and including the line that ends the answer.
    fn ask(&mut self, command: &str) -> String {
        write!(self.stream, "a1 {command}\r\n").unwrap();
        let mut answer = String::new();
        loop {
            let line = self.line();
            assert!(!line.is_empty(), "the server hung up after {command}: {answer}");
            answer.push_str(&line);
            if line.starts_with("a1 ") {
                return answer;
            }
        }
    }
}

#[test]
fn postgres_gives_each_test_its_own_database() {
    let server = Postgres::start_own(Durability::None).unwrap();
    let (first, second) = (
        server.create_database().unwrap(),
        server.create_database().unwrap(),
    );
    assert_ne!(first, second);
    psql(&first, "CREATE TABLE note (body TEXT)").unwrap();
    assert!(
        psql(&second, "SELECT * FROM note")
            .unwrap_err()
            .contains("does not exist")
    );
    server.drop_database(&first).unwrap();
    assert!(psql(&first, "SELECT 1").is_err());
}

#[test]
fn postgres_keeps_its_data_and_its_address_over_an_outage() {
    let mut server = Postgres::start_own(Durability::Full).unwrap();
    let url = server.create_database().unwrap();
    psql(
        &url,
        "CREATE TABLE note (body TEXT); INSERT INTO note VALUES ('kept')",
    )
    .unwrap();
    assert_eq!(psql(&url, "SHOW fsync").unwrap(), "on");
    server.stop().unwrap();
    assert!(psql(&url, "SELECT 1").is_err());
    server.start_again().unwrap();
    assert_eq!(psql(&url, "SELECT body FROM note").unwrap(), "kept");
}

#[test]
fn postgres_copies_a_prepared_database() {
    let server = Postgres::start_own(Durability::None).unwrap();
    let prepared = server.create_database().unwrap();
    psql(&prepared, "CREATE TABLE note (body TEXT)").unwrap();
    let copy = server
        .create_database_from(prepared.rsplit('/').next().unwrap())
        .unwrap();
    assert_eq!(psql(&copy, "SELECT count(*) FROM note").unwrap(), "0");
}

#[test]
fn dovecot_tells_an_idle_reader_about_new_mail_at_once() {
    let accounts = accounts();
    let server = Dovecot::start(&accounts).unwrap();
    let mut reader = Reader::sign_in(server.imap_address(), &accounts[0]);
    assert!(reader.ask("SELECT INBOX").contains("* 0 EXISTS"));
    write!(reader.stream, "a2 IDLE\r\n").unwrap();
    assert!(reader.line().starts_with('+'));
    server.deliver("helpdesk@example.test", MESSAGE).unwrap();
    let heard = reader.line();
    assert!(heard.contains("1 EXISTS"), "{heard}");
}

#[test]
fn dovecot_refuses_a_wrong_password_and_an_unknown_authority() {
    let server = Dovecot::start(&accounts()).unwrap();
    let mut stranger = Reader::connect(server.imap_address());
    let answer = stranger.ask("LOGIN lin@example.test wrong");
    assert!(answer.contains("AUTHENTICATIONFAILED"), "{answer}");

    let handshake = |trusted: &[&str]| {
        Command::new("openssl")
            .args([
                "s_client",
                "-verify_return_error",
                "-verify_ip",
                "127.0.0.1",
                "-connect",
            ])
            .arg(server.imaps_address().to_string())
            .args(trusted)
            .stdin(Stdio::null())
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(handshake(&[
        "-CAfile",
        server.certificate().authority.to_str().unwrap()
    ]));
    assert!(!handshake(&[]));
}

#[test]
fn mail_sent_by_smtp_is_read_by_imap() {
    let accounts = accounts();
    let server = MailServer::start(&accounts).unwrap();
    server
        .send("lin@example.test", &["helpdesk@example.test"], MESSAGE)
        .unwrap();
    server.wait_for("helpdesk@example.test", 1).unwrap();
    let mut reader = Reader::sign_in(server.imap_address(), &accounts[0]);
    assert!(reader.ask("SELECT INBOX").contains("* 1 EXISTS"));
    let message = reader.ask("FETCH 1 BODY[]");
    assert!(message.contains("Subject: The printer hums"), "{message}");
    assert!(message.contains("It hums.\r\n.\r\n"), "{message}");
}

#[test]
fn smtp_refuses_strangers_and_waits_out_an_outage() {
    let mut server = MailServer::start(&accounts()).unwrap();
    let refused = server
        .send("lin@example.test", &["nobody@example.test"], MESSAGE)
        .unwrap_err();
    assert!(refused.to_string().contains("550"), "{refused}");
    let relayed = server
        .send("lin@example.test", &["somebody@elsewhere.test"], MESSAGE)
        .unwrap_err();
    assert!(relayed.to_string().contains("Relay access denied"), "{relayed}");
    server.smtp.stop();
    assert!(
        server
            .send("lin@example.test", &["helpdesk@example.test"], MESSAGE)
            .is_err()
    );
    server.smtp.start_again().unwrap();
    server
        .send("lin@example.test", &["helpdesk@example.test"], MESSAGE)
        .unwrap();
    assert_eq!(server.wait_for("helpdesk@example.test", 1).unwrap().len(), 1);
}

#[test]
fn smtp_takes_the_password_of_a_mailbox_and_bounces_what_cannot_leave() {
    let server = MailServer::start(&accounts()).unwrap();
    let sent = |password: &str| {
        let login = format!("smtp://{}", server.smtp_address());
        let mut program = Command::new("curl")
            .args([
                "--silent",
                "--ssl-reqd",
                "--cacert",
                server.certificate().authority.to_str().unwrap(),
            ])
            .args(["--url", &login, "--user", &format!("lin@example.test:{password}")])
            .args([
                "--mail-from",
                "lin@example.test",
                "--mail-rcpt",
                "somebody@elsewhere.test",
                "--upload-file",
                "-",
            ])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        // The program may have hung up before it read the message.
        program.stdin.take().unwrap().write_all(MESSAGE).ok();
        program.wait().unwrap().success()
    };
    assert!(!sent("wrong"));
    assert!(sent("lin's secret"), "{}", server.smtp.log());
    let bounce = server.wait_for("lin@example.test", 1).unwrap().remove(0);
    assert!(String::from_utf8_lossy(&bounce).contains("does not leave the test"));
}

#[test]
fn a_dropped_server_is_gone_with_its_files() {
    let server = Dovecot::start(&accounts()).unwrap();
    let (address, files) = (server.imap_address(), server.mail_folder());
    assert!(files.exists());
    drop(server);
    assert!(!files.exists());
    // Its helpers hold the port until they notice that it is gone, a moment later.
    let refused = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        TcpStream::connect(address).is_err()
    });
    assert!(refused);
}

/// Names this test to its own copy, which starts a server and waits to be killed.
const VICTIM: &str = "MAINSTAY_TEST_VICTIM";

#[test]
fn a_killed_test_takes_its_server_and_files_along() {
    if std::env::var_os(VICTIM).is_some() {
        let server = Dovecot::start(&accounts()).unwrap();
        println!("\nfiles {}", server.mail_folder().display());
        std::io::stdin().read_line(&mut String::new()).unwrap();
        return;
    }
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "--nocapture",
            "a_killed_test_takes_its_server_and_files_along",
        ])
        .env(VICTIM, "yes")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let said = BufReader::new(victim.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let files = said
        .into_iter()
        .find_map(|line| line.strip_prefix("files ").map(PathBuf::from))
        .unwrap();
    assert!(files.exists());
    victim.kill().unwrap();
    victim.wait().unwrap();
    let began = Instant::now();
    while files.exists() {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "{} is still there",
            files.display()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}
