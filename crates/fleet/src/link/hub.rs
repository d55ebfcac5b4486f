//! The open links of this node: who is here, and how to speak to them.
//!
//! It lies on the kernel's shelf ([`of`]). Sending never waits: what a device cannot take in time ends its link, and whoever sent
//! it has its row in the database and sends it again on the next. A device's node is found by `lease::holder`.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use bytes::Bytes;
use kernel::Kernel;
use protocol::frame::Frame;
use protocol::message::{self, Admission, FromServer};
use tokio::sync::{Notify, Semaphore, mpsc};

use super::beats::Beats;
use super::channel::{Channel, Channels};
use super::door::Waiting;
use super::lease::Epoch;
use crate::device::DeviceId;

/// Frames that may wait for one device.
pub(super) const FRAMES_MOST: usize = 256;
/// Large messages read and written at the same time: inventories, mostly. Each may be a megabyte, and ten while it is looked at.
const LARGE_AT_ONCE: usize = 4;

/// The hub of this process.
#[must_use]
pub fn of(kernel: &Kernel) -> Arc<Hub> {
    kernel.shelf.get::<Hub>()
}

/// What a link is asked to do.
#[derive(Debug)]
pub enum Out {
    /// Send this frame.
    Bytes(Bytes),
    /// End, and say why.
    End(&'static str),
}

/// How to reach one open link.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    pub epoch: Epoch,
    pub admission: Admission,
    pub out: mpsc::Sender<Box<Out>>,
    pub channels: Arc<Channels>,
}

impl Handle {
    /// False when the device takes nothing and its queue is full.
    pub fn say(&self, frame: &Frame) -> bool {
        let bytes = Bytes::from(frame.encode());
        self.out.try_send(Box::new(Out::Bytes(bytes))).is_ok()
    }
}

/// See the module's text.
#[derive(Debug)]
pub struct Hub {
    links: RwLock<HashMap<DeviceId, Handle>>,
    /// Tasks of links that have not ended, greeted or not.
    tasks: AtomicUsize,
    is_kept: AtomicBool,
    is_draining: AtomicBool,
    released: Mutex<Vec<(DeviceId, Epoch)>>,
    pub(super) beats: Beats,
    pub(super) waiting: Waiting,
    pub(super) in_turn: Semaphore,
    pub(super) done: Notify,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            links: RwLock::default(),
            tasks: AtomicUsize::new(0),
            is_kept: AtomicBool::new(false),
            is_draining: AtomicBool::new(false),
            released: Mutex::default(),
            beats: Beats::default(),
            waiting: Waiting::default(),
            in_turn: Semaphore::new(LARGE_AT_ONCE),
            done: Notify::new(),
        }
    }
}

impl Hub {
    /// Whether this node has the link of a device.
    pub fn is_here(&self, device: &DeviceId) -> bool {
        self.read().contains_key(device)
    }

    /// The epoch of a device's link on this node.
    pub fn epoch(&self, device: &DeviceId) -> Option<Epoch> {
        self.read().get(device).map(|handle| handle.epoch)
    }

    /// Whether a device that is here was admitted when it came.
    pub fn admission(&self, device: &DeviceId) -> Option<Admission> {
        self.read().get(device).map(|handle| handle.admission)
    }

    /// How many links are open.
    pub fn count(&self) -> usize {
        self.read().len()
    }

    /// Every device that is here.
    pub fn here(&self) -> Vec<DeviceId> {
        self.read().keys().copied().collect()
    }

    /// Says something to a device. False when it is not here, or cannot keep up and is cut off for that.
    pub fn send(&self, device: &DeviceId, message: &FromServer) -> bool {
        let Some(handle) = self.find(device) else {
            return false;
        };
        let json = match message::write(message) {
            Ok(json) => json,
            Err(error) => {
                tracing::error!(%device, %error, "a message for a device could not be written");
                return false;
            }
        };
        let is_said = handle.say(&Frame::Control(json));
        if let FromServer::Act(order) = message
            && let Some(channel) = order.channel
        {
            handle.channels.release(channel);
        }
        if !is_said {
            self.cut(device, handle.epoch, "slow");
        }
        is_said
    }

    /// Says something to every device that is here; answers how many were told.
    pub fn send_all(&self, message: &FromServer) -> usize {
        self.here()
            .iter()
            .filter(|device| self.send(device, message))
            .count()
    }

    /// Opens a channel to a device; none when it is not here or has too many.
    pub fn open_channel(&self, device: &DeviceId) -> Option<Channel> {
        let handle = self.find(device)?;
        handle.channels.begin(handle.out)
    }

    /// A channel that the device opened, under the number it gave; none for numbers that we give, and when it is not here.
    pub fn take_channel(&self, device: &DeviceId, id: u32) -> Option<Channel> {
        let handle = self.find(device)?;
        handle.channels.take(id, handle.out)
    }

    /// Ends the link of a device; it may come back at once.
    pub fn end(&self, device: &DeviceId, code: &'static str) {
        if let Some(epoch) = self.epoch(device) {
            self.cut(device, epoch, code);
        }
    }

    /// Ends this link of a device and no other.
    pub(super) fn cut(&self, device: &DeviceId, epoch: Epoch, code: &'static str) {
        let removed = {
            let mut links = self.write();
            let is_this = links.get(device).is_some_and(|handle| handle.epoch == epoch);
            if is_this { links.remove(device) } else { None }
        };
        if let Some(handle) = removed {
            // One whose queue is full is not being read from, and is ended for that soon.
            let _full = handle.out.try_send(Box::new(Out::End(code)));
            handle.channels.end_all(code);
        }
    }

    /// A link was welcomed. False when a later one of the same device is here already.
    pub(super) fn join(&self, device: DeviceId, handle: Handle) -> bool {
        let before = {
            let mut links = self.write();
            if links
                .get(&device)
                .is_some_and(|other| other.epoch.0 >= handle.epoch.0)
            {
                return false;
            }
            links.insert(device, handle)
        };
        if let Some(before) = before {
            let _full = before.out.try_send(Box::new(Out::End("replaced")));
            before.channels.end_all("replaced");
        }
        true
    }

    /// A link is over: it is forgotten, and its lease given back with the next batch.
    pub(super) fn leave(&self, device: DeviceId, epoch: Epoch) {
        {
            let mut links = self.write();
            if links.get(&device).is_some_and(|handle| handle.epoch == epoch) {
                links.remove(&device);
            }
        }
        let mut released = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        released.push((device, epoch));
    }

    /// Leases to give back.
    pub(super) fn take_released(&self, most: usize) -> Vec<(DeviceId, Epoch)> {
        let mut released = self.released.lock().unwrap_or_else(PoisonError::into_inner);
        let from = released.len().saturating_sub(most);
        released.split_off(from)
    }

    /// True for the first who asks: they keep this hub (see `keeping`).
    pub(super) fn begin_keeping(&self) -> bool {
        !self.is_kept.swap(true, Ordering::SeqCst)
    }

    pub(super) fn begin_draining(&self) {
        self.is_draining.store(true, Ordering::SeqCst);
    }

    /// Whether this node takes no new links.
    pub fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::SeqCst)
    }

    /// A task begins.
    pub(super) fn enter(self: &Arc<Self>) -> Task {
        self.tasks.fetch_add(1, Ordering::SeqCst);
        Task(Arc::clone(self))
    }

    pub(super) fn tasks(&self) -> usize {
        self.tasks.load(Ordering::SeqCst)
    }

    fn find(&self, device: &DeviceId) -> Option<Handle> {
        self.read().get(device).cloned()
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<DeviceId, Handle>> {
        self.links.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<DeviceId, Handle>> {
        self.links.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task of a link that has not ended.
#[derive(Debug)]
pub(super) struct Task(Arc<Hub>);

impl Drop for Task {
    fn drop(&mut self) {
        if self.0.tasks.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.done.notify_one();
        }
    }
}
