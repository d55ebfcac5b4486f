//! In the palette: devices by what is typed, and the list itself.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use kernel::cx::Cx;
use kernel::error::Result;
use web::{App, PaletteEntry, PaletteSource};

use crate::READ;
use crate::device::listing;

/// See the module's text.
pub(crate) const SOURCE: PaletteSource = PaletteSource {
    title: "fleet-title",
    find,
};

const LINES: i64 = 5;

fn find(app: App, cx: Cx, text: String) -> BoxFuture<'static, Result<Vec<PaletteEntry>>> {
    async move {
        let text = text.trim().to_owned();
        if cx.may(READ).is_none() || text.chars().count() < 2 {
            return Ok(Vec::new());
        }
        let reader = cx.clone();
        let devices = app
            .db
            .read(move |tx| {
                let filter = listing::read(tx, &reader, &text)?;
                listing::list(tx, &reader, &filter, None, LINES)
            })
            .await?;
        let entry = |device: crate::device::Device| PaletteEntry {
            note: device.model(),
            href: format!("/devices/{}", device.id),
            icon: device.kind.icon(),
            text: device.name,
        };
        Ok(devices.into_iter().map(entry).collect())
    }
    .boxed()
}
