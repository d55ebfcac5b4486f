//! The program on a socket, with a signer's key beside its data.

use std::net::SocketAddr;

use fleet::device::{DeviceId, Kind};
use fleet::enrolment::{self, NewEnrolment, Rule, making::Made};
use fleet::link;
use protocol::enrolment::Document;
use protocol::key::KeyPair;
use server::house::House as Program;
use testkit::TestApp;
use tokio::net::TcpListener;

/// A program that serves.
pub struct House {
    pub app: TestApp,
    pub address: SocketAddr,
}

impl House {
    pub async fn open() -> Self {
        let app = TestApp::open().await;
        let address = serve(&app.house).await;
        Self { app, address }
    }

    /// A document of Noor's for so many devices.
    pub async fn document(&self, rule: Rule, uses: i64) -> Document {
        let made = self.made(rule, uses).await;
        protocol::enrolment::open(&made.document, self.app.clock.now().millis()).unwrap()
    }

    /// The same with what is kept of it.
    pub async fn made(&self, rule: Rule, uses: i64) -> Made {
        let new = NewEnrolment {
            name: "Laptops".to_owned(),
            rule,
            kind: Kind::Computer,
            team: None,
            uses,
            hours: 24,
            servers: Vec::new(),
            authority: None,
        };
        let base = format!("http://{}", self.address);
        let signer = fleet::signing::client::public_key(&self.app.house.kernel.config).unwrap();
        self.app
            .act(&self.app.cast.noor, move |tx, cx| {
                enrolment::make(tx, cx, &base, signer, &new)
            })
            .await
    }

    /// Writes what waits in memory.
    pub async fn flush(&self) {
        link::keeping::flush(&self.app.house.kernel).await.unwrap();
    }

    pub async fn device(&self, id: &str) -> fleet::device::Device {
        let id: DeviceId = id.parse().unwrap();
        self.app
            .act(&self.app.cast.noor, move |tx, cx| fleet::device::find(tx, cx, id))
            .await
    }

    pub async fn devices(&self) -> usize {
        let filter = fleet::device::Filter::default();
        self.app
            .act(&self.app.cast.noor, move |tx, cx| {
                fleet::device::list(tx, cx, &filter, None, 100)
            })
            .await
            .len()
    }
}

/// Puts a program on a socket, with a signer's key beside its data.
pub async fn serve(program: &Program) -> SocketAddr {
    let folder = fleet::signing::folder(&program.kernel.config.data);
    std::fs::create_dir_all(&folder).unwrap();
    let key = KeyPair::generate().unwrap().public();
    let file = fleet::signing::public_key_file(&folder);
    if !file.exists() {
        std::fs::write(file, serde_json::to_string(&key).unwrap()).unwrap();
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    program.kernel.shelf.get::<link::Listening>().set(address);
    let router = web::router(program.app.clone());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    address
}

/// Waits until something is so.
pub async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..2_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("it never came to be: {what}");
}
