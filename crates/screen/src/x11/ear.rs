//! Listens to a connection on a thread of its own, so that the session can wait for the display and for the server at once,
//! and needs no processor while neither says anything.

use std::sync::Arc;
use std::thread;

use crossbeam_channel::Sender;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::x11::desktop::Fault;

/// A thread that hands on events until it is dropped or the display is gone.
pub struct Ear {
    connection: Arc<RustConnection>,
    /// Nobody sees it; a message to it ends the thread.
    window: Window,
}

impl Ear {
    /// Hands on each event as `wrap` makes it, and none when the display is gone.
    pub fn open<T: Send + 'static>(
        connection: &Arc<RustConnection>,
        root: Window,
        heard: Sender<T>,
        wrap: fn(Option<Event>) -> T,
    ) -> Result<Self, Fault> {
        let window = connection.generate_id()?;
        let kind = WindowClass::INPUT_ONLY;
        let plain = CreateWindowAux::new();
        connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                window,
                root,
                -1,
                -1,
                1,
                1,
                0,
                kind,
                x11rb::COPY_FROM_PARENT,
                &plain,
            )?
            .check()?;
        let theirs = Arc::clone(connection);
        let listen = move || {
            loop {
                let event = theirs.wait_for_event().ok();
                let is_over = match &event {
                    Some(Event::ClientMessage(message)) => message.window == window,
                    Some(_) => false,
                    None => true,
                };
                if heard.send(wrap(event)).is_err() || is_over {
                    return;
                }
            }
        };
        // Without a thread nothing would ever be heard.
        let spawned = thread::Builder::new()
            .name("screen events".to_owned())
            .spawn(listen);
        spawned.map_err(|_| Fault::Lacks("thread left"))?;
        Ok(Self {
            connection: Arc::clone(connection),
            window,
        })
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let word = ClientMessageEvent::new(32, self.window, AtomEnum::WM_NAME, [0; 5]);
        // A display that is gone ended the thread already.
        let _sent = self
            .connection
            .send_event(false, self.window, EventMask::NO_EVENT, word)
            .map(|sent| sent.ignore_error());
        let _sent = self.connection.flush();
    }
}
