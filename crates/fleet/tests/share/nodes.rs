//! Two nodes on one database: the browser on one, whoever looks on at the other.

use fleet::link::{self, node};
use kernel::Kernel;
use server::house::House as Program;

use crate::house::Scene;
use crate::linked::{serve, until};

const SIZE: (u16, u16) = (640, 480);

/// Another node on the database of the first.
async fn another(scene: &Scene) -> (Program, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let app = scene.app();
    let mut config = (*app.house.kernel.config).clone();
    config.data = folder.path().to_owned();
    let node = Program::open_at(config, app.clock.clone()).await.unwrap();
    (node, folder)
}

/// A node says that it is there.
async fn beat(kernel: &Kernel) {
    let (cx, this) = (kernel.cx_system("test"), node::this(kernel));
    kernel
        .db
        .write(move |tx| link::node::beat(tx, &cx, &this, 0))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_viewer_on_another_node_sees_it() {
    let scene = Scene::open().await;
    let (other, _folder) = another(&scene).await;
    let address = serve(&other).await;
    beat(&scene.app().house.kernel).await;
    let mut sharer = scene.li_na_shares().await;
    let id = sharer.opened().await;
    sharer.shows(true, SIZE, 1).await;
    let amy = scene.app().cast.amy.clone();
    let mut window = scene.watched_at(address, &amy, id).await;
    window.greeted().await;
    sharer.watched_by(&[amy.name.as_str()]).await;
    sharer.hears("whole").await;
    let whole = sharer.shows(true, SIZE, 2).await;
    window.sees(&whole).await;
}

#[tokio::test]
async fn whoever_comes_back_to_another_node_takes_it_along_and_the_first_writes_nothing_more() {
    let scene = Scene::open().await;
    let (other, _folder) = another(&scene).await;
    let address = serve(&other).await;
    let mut first = scene.li_na_shares().await;
    let id = first.opened().await;
    first.shows(true, SIZE, 1).await;
    until("the first piece is kept", async || {
        scene.stands(id).await["bytes"] != 0
    })
    .await;
    let before = scene.stands(id).await;
    let mut second = scene.shares(address, scene.ticket).await;
    assert_eq!(second.opened().await, id);
    // The first node learns of it with the next thing that it wants to write, and that is not written.
    first.shows(true, SIZE, 9).await;
    first.hears("taken").await;
    first.is_closed().await;
    let after = second.shows(true, SIZE, 2).await;
    second.stops().await;
    second.hears("ended").await;
    // The files lie in two folders here, so what was written is counted.
    let now = scene.stands(id).await;
    let written = now["bytes"].as_i64().unwrap() - before["bytes"].as_i64().unwrap();
    assert_eq!(
        usize::try_from(written).unwrap(),
        rfb::recording::block(&after, 0).len()
    );
    assert_eq!((&now["generation"], &now["pieces"]), (&2.into(), &2.into()));
}
