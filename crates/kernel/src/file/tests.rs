//! The store on a real folder.

use std::io;

use futures::stream;

use super::*;

const HELLO: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

fn store() -> (tempfile::TempDir, Files) {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::local(folder.path().join("files")).unwrap();
    (folder, files)
}

fn pieces(count: usize, length: usize) -> impl Stream<Item = Result<Bytes, io::Error>> + Send {
    stream::iter(
        (0..count).map(move |index| Ok(Bytes::from(vec![u8::try_from(index % 251).unwrap(); length]))),
    )
}

async fn listed(files: &Files) -> Vec<Listed> {
    files.list().try_collect().await.unwrap()
}

#[tokio::test]
async fn content_is_stored_once_under_its_hash() {
    let (folder, files) = store();
    let first = files.put("hello", 10).await.unwrap();
    let second = files
        .put_stream(stream::iter([Ok::<_, io::Error>(Bytes::from("hello"))]), 10)
        .await
        .unwrap();
    assert_eq!(
        first,
        Stored {
            hash: HELLO.to_owned(),
            size: 5
        }
    );
    assert_eq!(second, first);
    assert!(folder.path().join("files/2c/f2").join(HELLO).is_file());
    assert_eq!(files.get(HELLO).await.unwrap(), "hello");
    let all = listed(&files).await;
    assert_eq!(
        all.iter()
            .map(|file| (file.hash.as_str(), file.size))
            .collect::<Vec<_>>(),
        [(HELLO, 5)]
    );
}

#[tokio::test]
async fn a_large_upload_is_written_in_pieces_and_read_back_whole() {
    let (_folder, files) = store();
    let stored = files
        .put_stream(pieces(13, 1024 * 1024), 20_000_000)
        .await
        .unwrap();
    assert_eq!(stored.size, 13 * 1024 * 1024);
    let content = files.get_stream(&stored.hash).await.unwrap();
    assert_eq!(content.size, stored.size);
    let read: Vec<Bytes> = content.stream.try_collect().await.unwrap();
    assert_eq!(read.iter().map(Bytes::len).sum::<usize>(), 13 * 1024 * 1024);
    assert_eq!(files.get(&stored.hash).await.unwrap()[12 * 1024 * 1024], 12);
    let again = files
        .put_stream(pieces(13, 1024 * 1024), 20_000_000)
        .await
        .unwrap();
    assert_eq!(again, stored);
    assert_eq!(listed(&files).await.len(), 1);
}

#[tokio::test]
async fn what_is_over_the_limit_is_refused_and_leaves_nothing_behind() {
    let (folder, files) = store();
    let whole = files.put("hello", 4).await.unwrap_err();
    let streamed = files
        .put_stream(pieces(13, 1024 * 1024), 12_000_000)
        .await
        .unwrap_err();
    for error in [&whole, &streamed] {
        assert_eq!(
            (error.kind(), error.code()),
            (Kind::TooLarge, "kernel.file.too_large")
        );
    }
    assert_eq!(
        streamed.message(Locale::En),
        "The file is too large. The limit is 12 MB."
    );
    assert!(listed(&files).await.is_empty());
    let left: Vec<_> = std::fs::read_dir(folder.path().join("files/incoming"))
        .unwrap()
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn an_interrupted_upload_is_no_file() {
    let (_folder, files) = store();
    let cut_off = pieces(7, 1024 * 1024).chain(stream::iter([Err(io::Error::other("gone"))]));
    let error = files.put_stream(cut_off, 20_000_000).await.unwrap_err();
    assert_eq!(error.code(), "kernel.file.interrupted");
    assert!(listed(&files).await.is_empty());
}

#[tokio::test]
async fn no_name_leads_out_of_the_folder() {
    let (folder, files) = store();
    std::fs::write(folder.path().join("secret"), "secret").unwrap();
    let upper = HELLO.to_uppercase();
    for name in [
        "../secret",
        "/etc/passwd",
        "",
        "2c/f2/x",
        &HELLO[1..],
        &upper,
        "..%2fsecret",
    ] {
        let error = files.get(name).await.unwrap_err();
        assert_eq!(error.code(), "kernel.file.hash_malformed", "{name}");
        assert!(files.delete(name).await.is_err());
    }
    assert!(folder.path().join("secret").exists());
}

#[tokio::test]
async fn a_deleted_file_is_gone_and_deleting_it_again_is_fine() {
    let (_folder, files) = store();
    files.put("hello", 10).await.unwrap();
    assert!(files.exists(HELLO).await.unwrap());
    files.delete(HELLO).await.unwrap();
    files.delete(HELLO).await.unwrap();
    assert!(!files.exists(HELLO).await.unwrap());
    let error = files.get(HELLO).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::NotFound, "kernel.file.not_found")
    );
}

#[tokio::test]
async fn damage_on_the_disk_is_noticed_and_mended_by_storing_again() {
    let (folder, files) = store();
    files.put("hello", 10).await.unwrap();
    std::fs::write(folder.path().join("files/2c/f2").join(HELLO), "hell").unwrap();
    assert_eq!(files.get(HELLO).await.unwrap_err().code(), "kernel.file.damaged");
    files.put("hello", 10).await.unwrap();
    assert_eq!(files.get(HELLO).await.unwrap(), "hello");
}

#[tokio::test]
async fn when_the_folder_cannot_be_written_nothing_is_acknowledged() {
    let (folder, files) = store();
    std::fs::remove_dir_all(folder.path().join("files")).unwrap();
    std::fs::write(folder.path().join("files"), "a file where the folder was").unwrap();
    let error = files.put("hello", 10).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (Kind::Unavailable, "kernel.file.unavailable")
    );
}

#[tokio::test]
async fn leftovers_of_a_crash_are_removed_when_they_are_old() {
    let (folder, files) = store();
    let incoming = folder.path().join("files/incoming");
    std::fs::create_dir_all(&incoming).unwrap();
    std::fs::write(incoming.join("leftover"), "half").unwrap();
    assert_eq!(
        files.remove_abandoned(Timestamp::from_millis(0)).await.unwrap(),
        0
    );
    assert_eq!(
        files
            .remove_abandoned(Timestamp::from_millis(i64::MAX))
            .await
            .unwrap(),
        1
    );
    assert!(listed(&files).await.is_empty());
}

#[tokio::test]
async fn a_part_of_a_file_is_those_bytes_and_no_others() {
    let (_folder, files) = store();
    let stored = files.put("hello", 10).await.unwrap();
    let part = files.get_part(&stored.hash, 1..4).await.unwrap();
    assert_eq!(part.size, 3);
    let read: Vec<Bytes> = part.stream.try_collect().await.unwrap();
    assert_eq!(read.concat(), b"ell");
}
