//! A client that costs next to nothing: one connection, one request at a time, no more of HTTP/1.1 than our own server
//! speaks. What a client takes of the two cores would otherwise be measured as the server's.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any answer may take, so that a measurement ends even when the server does not answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// What to ask.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    /// JSON to post; without it the request is a GET.
    pub body: Option<String>,
    /// The status of success.
    pub wanted: u16,
}

impl Request {
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            body: None,
            wanted: 200,
        }
    }

    pub fn post(path: impl Into<String>, body: String) -> Self {
        Self {
            path: path.into(),
            body: Some(body),
            wanted: 201,
        }
    }
}

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

impl Answer {
    /// Enough of the body to see what is wrong.
    pub fn beginning(&self) -> String {
        String::from_utf8_lossy(&self.body)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(200)
            .collect()
    }
}

/// One connection, kept open.
pub struct Client {
    address: SocketAddr,
    /// Who asks: a whole header line.
    who: String,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    pub fn new(address: SocketAddr, who: &str) -> Self {
        Self {
            address,
            who: who.to_owned(),
            stream: None,
        }
    }

    /// Asks and reads the whole answer.
    pub fn ask(&mut self, request: &Request) -> io::Result<Answer> {
        let mut stream = self.send(request)?;
        let head = head(&mut stream)?;
        let body = body(&mut stream, &head)?;
        if !head.closes {
            self.stream = Some(stream);
        }
        Ok(Answer {
            status: head.status,
            body,
        })
    }

    /// Asks and gives the connection with all that comes behind the head of the answer.
    pub fn open(mut self, request: &Request) -> io::Result<BufReader<TcpStream>> {
        let mut stream = self.send(request)?;
        match head(&mut stream)?.status {
            status if status == request.wanted => Ok(stream),
            status => Err(io::Error::other(format!("{} answered {status}", request.path))),
        }
    }

    fn send(&mut self, request: &Request) -> io::Result<BufReader<TcpStream>> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                BufReader::new(stream)
            }
        };
        let (Request { path, .. }, Self { address, who, .. }) = (request, &*self);
        let message = match &request.body {
            None => format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n{who}\r\n\r\n"),
            Some(body) => format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\n{who}\r\nContent-Type: application/json\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            ),
        };
        stream.get_mut().write_all(message.as_bytes())?;
        Ok(stream)
    }
}

struct Head {
    status: u16,
    length: Option<usize>,
    is_chunked: bool,
    closes: bool,
}

fn head(stream: &mut BufReader<TcpStream>) -> io::Result<Head> {
    let mut line = String::new();
    read_line(stream, &mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|word| word.parse().ok())
        .ok_or_else(malformed)?;
    let mut head = Head {
        status,
        length: None,
        is_chunked: false,
        closes: false,
    };
    loop {
        read_line(stream, &mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            return Ok(head);
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().ok(),
            "transfer-encoding" => head.is_chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => head.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
}

fn body(stream: &mut BufReader<TcpStream>, head: &Head) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if !head.is_chunked {
        body.resize(head.length.unwrap_or(0), 0);
        stream.read_exact(&mut body)?;
        return Ok(body);
    }
    let mut line = String::new();
    loop {
        read_line(stream, &mut line)?;
        let size = usize::from_str_radix(line.trim(), 16).map_err(|_| malformed())?;
        let start = body.len();
        body.resize(start + size, 0);
        stream.read_exact(&mut body[start..])?;
        read_line(stream, &mut line)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn read_line(stream: &mut BufReader<TcpStream>, line: &mut String) -> io::Result<()> {
    line.clear();
    match stream.read_line(line)? {
        0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the server hung up")),
        _ => Ok(()),
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "this is not HTTP/1.1")
}
