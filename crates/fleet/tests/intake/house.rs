//! An agent at the door, as the tests play it.

use std::io::Write as _;

use axum::body::Body;
use axum::http::Request;
use data_encoding::BASE64;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use fleet::device::{self, Device, Filter};
use testkit::app::TestApp;
use web::testing::{Answer, send};

/// A program with the right to hand in inventories.
pub async fn token(app: &TestApp) -> String {
    app.token_secret_of(&app.cast.noor, &["fleet.intake"]).await
}

/// What an agent posts, with this password or none.
pub async fn post(app: &TestApp, path: &str, password: Option<&str>, body: Vec<u8>) -> Answer {
    let mut request = Request::post(path).header("content-type", "application/x-compress-zlib");
    if let Some(password) = password {
        let pair = BASE64.encode(format!("agent:{password}").as_bytes());
        request = request.header("authorization", format!("Basic {pair}"));
    }
    send(&app.router, request.body(Body::from(body)).unwrap()).await
}

/// As agents pack it.
pub fn packed(text: &str) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap()
}

/// A computer of this name in XML, with these packages and a serial number.
pub fn computer(name: &str, serial: &str, packages: &[(&str, &str)]) -> String {
    let packages: String = packages
        .iter()
        .map(|(name, version)| {
            format!("<SOFTWARES><NAME>{name}</NAME><VERSION>{version}</VERSION><ARCH>amd64</ARCH><FROM>deb</FROM></SOFTWARES>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?><REQUEST><CONTENT>
        <BIOS><SSN>{serial}</SSN><SMANUFACTURER>Dell Inc.</SMANUFACTURER><SMODEL>XPS 13</SMODEL></BIOS>
        <HARDWARE><NAME>{name}</NAME><MEMORY>8000</MEMORY><CHASSIS_TYPE>Laptop</CHASSIS_TYPE></HARDWARE>
        <OPERATINGSYSTEM><NAME>Debian GNU/Linux</NAME><VERSION>12</VERSION></OPERATINGSYSTEM>{packages}
        <VERSIONCLIENT>FusionInventory-Agent_v2.6</VERSIONCLIENT></CONTENT>
        <DEVICEID>{name}-2026-03-02-10-00-00</DEVICEID><QUERY>INVENTORY</QUERY></REQUEST>"
    )
}

/// All devices, by name.
pub async fn devices(app: &TestApp) -> Vec<Device> {
    let cx = app.cx();
    app.read(move |tx| device::list(tx, &cx, &Filter::default(), None, 100))
        .await
        .unwrap()
}
