//! A device of its own on this machine: its root lies over this machine's root, so that real apt and dpkg can do there what they
//! like. Nothing reaches this machine but what is put into `shared`.
//!
//! A world has its own mounts, processes, and host name, and shares the network. It is there as long as its first process, and
//! the first process ends with whoever started it. What it wrote lies in `upper` of its folder, and another start goes on from there.
//! Only root can make one. The folder must lie where an upper layer can: on a tmpfs, such as /dev/shm. What lies on other file systems
//! than the root's is not in it, but for `/dev` and `/sys`.
//!
//! This file uses nothing but the standard library: the program `device-world` and tests of other crates have it in common.

use std::path::Path;
use std::process::Command;

/// Run inside the new namespaces, with the folder, the name, and the words of the first process.
const MAKING: &str = r#"
folder=$1 name=$2; shift 2
mkdir -p "$folder/upper" "$folder/work" "$folder/root" "$folder/shared"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount --rbind /dev dev
mount --rbind /sys sys
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p ".$folder/shared"
mount --bind "$folder/shared" ".$folder/shared"
hostname "$name"
exec chroot . "$@"
"#;

/// Starts a world with this as its first process; it ends with the thread that starts it.
pub fn making(folder: &Path, hostname: &str, words: &[&str]) -> Result<Command, String> {
    let path = folder
        .to_str()
        .filter(|path| path.starts_with('/') && !path.contains([',', ':', '\\']));
    let path = path.ok_or("the folder of a world is an absolute path without comma, colon, or backslash")?;
    let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
    if words.is_empty() || hostname.is_empty() || !hostname.chars().all(is_name) {
        return Err("a world has a host name and a first process".to_owned());
    }
    let mut command = Command::new("setpriv");
    command
        .args([
            "--pdeathsig",
            "KILL",
            "--",
            "unshare",
            "--mount",
            "--pid",
            "--uts",
            "--fork",
        ])
        .args(["--kill-child=KILL", "--propagation", "private", "--"])
        .args(["/bin/sh", "-euc", MAKING, "device-world", path, hostname])
        .args(words);
    Ok(command)
}

/// Runs this in a world whose first process has this number outside.
pub fn entering(first: u32, words: &[&str]) -> Command {
    let mut command = Command::new("nsenter");
    command
        .args([
            "--target",
            &first.to_string(),
            "--mount",
            "--pid",
            "--uts",
            "--root",
            "--wd=/",
            "--",
        ])
        .args(words);
    command
}

/// The number, outside, of the first process of a world that this process made; none until it is made.
pub fn first_process(maker: u32) -> Option<u32> {
    let children = |of: u32| std::fs::read_to_string(format!("/proc/{of}/task/{of}/children"));
    let first: u32 = children(maker).ok()?.split_whitespace().next()?.parse().ok()?;
    // The root of whoever makes the world is this machine's until the last step.
    let root = std::fs::read_link(format!("/proc/{first}/root")).ok()?;
    (root.as_path() != Path::new("/")).then_some(first)
}
