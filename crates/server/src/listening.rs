//! The listener: takes connections and gives each to the router.
//!
//! `axum::serve` waits for a request's head as long as the other side likes; a few hundred idle connections would then hold
//! all the places there are. Here a head must come in time. What a body may take is the router's to say.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use kernel::stop::Stop;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// How long others may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, from the opening of the connection or the end of the answer before.
    pub head: Duration,
    /// For requests under way when the process is to end.
    pub end: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(30),
            end: Duration::from_secs(30),
        }
    }
}

/// Lets this process hold as many connections as the system allows it: each device has one open all day, and most systems begin
/// with a thousand.
pub fn make_room() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current == limit.maximum {
        return;
    }
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the number of connections stays as it is");
    }
}

/// Serves until `stop`, then until the requests under way are answered.
pub async fn serve(listener: TcpListener, router: Router, stop: Stop, patience: Patience) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.stopped() => break,
        };
        match accepted {
            Ok((stream, from)) => attend(stream, from, router.clone(), patience, &graceful),
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                // Mostly: no file handles left. They come back when connections end.
                tracing::error!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(patience.end, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests were cut off because the process ends");
    }
}

fn is_of_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

fn attend(
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
    patience: Patience,
    graceful: &GracefulShutdown,
) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "small answers may be held back on this connection");
    }
    let service = hyper::service::service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        let router = router.clone();
        async move { Ok::<_, Infallible>(answered(router, request).await) }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(patience.head)
        .keep_alive_timeout(patience.head);
    let connection = builder
        .serve_connection_with_upgrades(TokioIo::new(stream), service)
        .into_owned();
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::trace!(%error, "a connection ended early");
        }
    });
}

async fn answered(router: Router, request: Request<Body>) -> axum::response::Response {
    match router.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    async fn start(head: Duration) -> (SocketAddr, Stop, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), Stop::default());
        let router = Router::new().route(
            "/who",
            get(|ConnectInfo(from): ConnectInfo<SocketAddr>| async move { from.ip().to_string() }),
        );
        let patience = Patience {
            head,
            end: Duration::from_secs(5),
        };
        let task = tokio::spawn(serve(listener, router, stop.clone(), patience));
        (address, stop, task)
    }

    #[tokio::test]
    async fn a_head_that_does_not_come_ends_the_connection() {
        let (address, _stop, _task) = start(Duration::from_millis(100)).await;
        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET /who HTTP/1.1\r\nHost: a").await.unwrap();
        let mut said = Vec::new();
        // Without the limit this would wait for ever.
        let read = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut said)).await;
        read.unwrap().unwrap();
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{said:?}");
    }

    #[tokio::test]
    async fn a_request_is_answered_and_knows_where_it_comes_from() {
        let (address, stop, task) = start(Duration::from_secs(20)).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(b"GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut said = String::new();
        client.read_to_string(&mut said).await.unwrap();
        assert!(
            said.starts_with("HTTP/1.1 200") && said.ends_with("127.0.0.1"),
            "{said}"
        );
        stop.stop();
        task.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
