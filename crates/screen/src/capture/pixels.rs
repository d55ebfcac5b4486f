//! Reads pixels: through shared memory where the display is on the same machine, else over the connection.
//!
//! Shared memory is a file without a name that the display writes to and we read with `pread`: mapping it would spare one
//! copy, but is `unsafe`, since the other side could shorten the file while we look at it. For a whole screen of
//! 1920 x 1080 the copy takes about a millisecond.

use std::fs::File;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::FileExt as _;

use rfb::area::Area;
use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use x11rb::connection::Connection as _;
use x11rb::protocol::shm::{ConnectionExt as _, Seg};
use x11rb::protocol::xproto::{ConnectionExt as _, ImageFormat, Window};
use x11rb::rust_connection::RustConnection;

use crate::x11::desktop::Fault;

/// Bytes of a pixel.
const WIDE: usize = 4;
/// All bits of a pixel.
const ALL_PLANES: u32 = u32::MAX;

/// Where pixels come from.
pub enum Source {
    /// Over the connection.
    Plain,
    /// A piece of memory that the display knows under this number.
    Shared {
        memory: File,
        segment: Seg,
        scratch: Vec<u8>,
    },
}

impl Source {
    /// One for up to so many pixels at once.
    pub fn new(connection: &RustConnection, pixels: usize) -> Result<Self, Fault> {
        if pixels == 0 || !super::shares(connection)? {
            return Ok(Self::Plain);
        }
        let size = pixels * WIDE;
        let Ok((memory, theirs)) = memory(size) else {
            return Ok(Self::Plain);
        };
        let segment = connection.generate_id()?;
        // A display that is not on this machine takes no file.
        let attached = connection
            .shm_attach_fd(segment, theirs, false)
            .map(|sent| sent.check());
        Ok(match attached {
            Ok(Ok(())) => Self::Shared {
                memory,
                segment,
                scratch: vec![0; size],
            },
            _ => Self::Plain,
        })
    }

    /// Reads parts of a view of the root window, which do not overlap, into the pixels of the view.
    pub fn read(
        &mut self,
        connection: &RustConnection,
        root: Window,
        view: Area,
        parts: &[Area],
        pixels: &mut [u32],
    ) -> Result<(), Fault> {
        match self {
            Self::Plain => read_plain(connection, root, view, parts, pixels),
            Self::Shared {
                memory,
                segment,
                scratch,
            } => {
                let size = ask(connection, root, *segment, view, parts)?;
                if memory.read_exact_at(&mut scratch[..size], 0).is_err() {
                    *self = Self::Plain;
                    return read_plain(connection, root, view, parts, pixels);
                }
                let mut rest = &scratch[..size];
                for part in parts {
                    let (bytes, behind) = rest.split_at(part.pixels() * WIDE);
                    place(bytes, view, *part, pixels);
                    rest = behind;
                }
                Ok(())
            }
        }
    }

    /// Gives the memory back to the display.
    pub fn close(&self, connection: &RustConnection) {
        if let Self::Shared { segment, .. } = self {
            // A display that is gone has given it back already.
            let _sent = connection.shm_detach(*segment).map(|sent| sent.ignore_error());
        }
    }
}

fn memory(size: usize) -> rustix::io::Result<(File, OwnedFd)> {
    let memory = memfd_create("screen", MemfdFlags::CLOEXEC)?;
    ftruncate(&memory, size as u64)?;
    let theirs = rustix::io::dup(memory.as_fd())?;
    Ok((File::from(memory), theirs))
}

/// Has all parts written one behind the other; gives back how many bytes they are.
fn ask(
    connection: &RustConnection,
    root: Window,
    segment: Seg,
    view: Area,
    parts: &[Area],
) -> Result<usize, Fault> {
    let (mut asked, mut at) = (Vec::with_capacity(parts.len()), 0);
    for part in parts {
        let (x, y) = corner(view, *part);
        let offset = u32::try_from(at).unwrap_or(u32::MAX);
        let form = ImageFormat::Z_PIXMAP.into();
        asked.push(connection.shm_get_image(
            root,
            x,
            y,
            part.width,
            part.height,
            ALL_PLANES,
            form,
            segment,
            offset,
        )?);
        at += part.pixels() * WIDE;
    }
    // All were asked before the first is waited for.
    for one in asked {
        one.reply()?;
    }
    Ok(at)
}

fn read_plain(
    connection: &RustConnection,
    root: Window,
    view: Area,
    parts: &[Area],
    pixels: &mut [u32],
) -> Result<(), Fault> {
    let mut asked = Vec::with_capacity(parts.len());
    for part in parts {
        let (x, y) = corner(view, *part);
        asked.push(connection.get_image(
            ImageFormat::Z_PIXMAP,
            root,
            x,
            y,
            part.width,
            part.height,
            ALL_PLANES,
        )?);
    }
    for (part, one) in parts.iter().zip(asked) {
        place(&one.reply()?.data, view, *part, pixels);
    }
    Ok(())
}

/// Of a part, on the root window. X counts with a sign, and has no larger windows than that allows.
fn corner(view: Area, part: Area) -> (i16, i16) {
    let at = |view: u16, part: u16| i16::try_from(view + part).unwrap_or(i16::MAX);
    (at(view.x, part.x), at(view.y, part.y))
}

fn place(bytes: &[u8], view: Area, part: Area, pixels: &mut [u32]) {
    let (width, across) = (usize::from(part.width), usize::from(view.width));
    let first = usize::from(part.y) * across + usize::from(part.x);
    let rows = pixels[first..].chunks_mut(across);
    for (row, bytes) in rows.zip(bytes.chunks_exact(width * WIDE)) {
        for (pixel, bytes) in row.iter_mut().zip(bytes.chunks_exact(WIDE)) {
            // The fourth byte means nothing, and is not always zero.
            *pixel = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
        }
    }
}
