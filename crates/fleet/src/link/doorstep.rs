//! The bytes under a link's WebSocket, counted until we know who is there.
//!
//! A message may have a megabyte, and whoever knocks may send one before anybody has proved anything: a thousand strangers would
//! fill the memory. So a stranger may send a few kilobytes in all.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What a stranger may send: a greeting, a proof, and a description of the device.
pub const STRANGERS_BYTES: usize = 48 * 1024;

/// A connection that reads only so much until [`Doorstep::open`].
#[derive(Debug)]
pub struct Doorstep<S> {
    inner: S,
    /// None once it is open.
    left: Option<usize>,
}

impl<S> Doorstep<S> {
    /// Somebody knocks.
    pub const fn new(inner: S) -> Self {
        Self {
            inner,
            left: Some(STRANGERS_BYTES),
        }
    }

    /// We know who it is.
    pub const fn open(&mut self) {
        self.left = None;
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Doorstep<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let polled = Pin::new(&mut self.inner).poll_read(context, into);
        let came = into.filled().len() - before;
        if let (Some(left), Poll::Ready(Ok(()))) = (self.left, &polled) {
            match left.checked_sub(came) {
                Some(rest) => self.left = Some(rest),
                None => return Poll::Ready(Err(io::Error::other("a stranger sends too much"))),
            }
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Doorstep<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    #[tokio::test]
    async fn a_stranger_is_cut_off_and_a_guest_is_not() {
        let (mut theirs, ours) = tokio::io::duplex(4 * STRANGERS_BYTES);
        theirs.write_all(&vec![7; STRANGERS_BYTES + 1]).await.unwrap();
        let mut door = Doorstep::new(ours);
        let mut read = vec![0; 2 * STRANGERS_BYTES];
        assert!(door.read(&mut read).await.is_err());

        let (mut theirs, ours) = tokio::io::duplex(4 * STRANGERS_BYTES);
        let mut door = Doorstep::new(ours);
        door.open();
        theirs.write_all(&vec![7; STRANGERS_BYTES + 1]).await.unwrap();
        assert_eq!(door.read(&mut read).await.unwrap(), STRANGERS_BYTES + 1);
    }
}
