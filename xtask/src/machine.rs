//! What the machine must have, and how it gets it: Debian's packages, installed when something is missing.
//!
//! A machine without `apt-get` is told what to install. Nothing is ever removed, and nothing is installed that is there.

use crate::parts::scratch::User;
use crate::shell::{self, Result, command, find, output, root, run};
use std::path::Path;
use std::process::Command;

/// A Debian package and the sign that it is not needed, because what it brings is there.
struct Package {
    name: &'static str,
    present: fn() -> bool,
}

const COMPILER: &[Package] = &[
    Package {
        name: "gcc",
        present: || find("cc").is_some(),
    },
    Package {
        name: "libc6-dev",
        present: c_library,
    },
];

const NODE: &[Package] = &[
    Package {
        name: "nodejs",
        present: || find("node").is_some(),
    },
    Package {
        name: "npm",
        present: || find("npm").is_some(),
    },
];

const SERVERS: &[Package] = &[
    Package {
        name: "postgresql",
        present: postgresql,
    },
    Package {
        name: "dovecot-imapd",
        present: || Path::new("/usr/lib/dovecot/imap").exists(),
    },
    Package {
        name: "postfix",
        present: || find("postfix").is_some(),
    },
    Package {
        name: "openssl",
        present: || find("openssl").is_some(),
    },
    Package {
        name: "curl",
        present: || find("curl").is_some(),
    },
    Package {
        name: "chromium",
        present: || find("chromium").is_some(),
    },
    Package {
        name: "fonts-noto-cjk",
        present: chinese_font,
    },
    // A desktop for the screens of devices: a server without a monitor, a window manager, a terminal, and what looks at them.
    Package {
        name: "xvfb",
        present: || find("Xvfb").is_some(),
    },
    Package {
        name: "x11-xserver-utils",
        present: || find("xrandr").is_some(),
    },
    Package {
        name: "openbox",
        present: || find("openbox").is_some(),
    },
    Package {
        name: "xterm",
        present: || find("xterm").is_some(),
    },
    Package {
        name: "x11-utils",
        present: || find("xwininfo").is_some(),
    },
    Package {
        name: "imagemagick",
        present: || find("import").is_some(),
    },
    // Repositories of small packages, for devices of the tests' own (`testkit`'s `device_world`).
    Package {
        name: "apt-utils",
        present: || find("apt-ftparchive").is_some(),
    },
    Package {
        name: "procps",
        present: || find("pkill").is_some(),
    },
    // Playbooks against hosts in network namespaces of their own.
    Package {
        name: "ansible-core",
        present: || find("ansible-playbook").is_some(),
    },
    Package {
        name: "openssh-client",
        present: || find("ssh-keygen").is_some(),
    },
    Package {
        name: "openssh-server",
        present: || Path::new("/usr/sbin/sshd").exists(),
    },
    Package {
        name: "iproute2",
        present: || find("ip").is_some() || Path::new("/sbin/ip").exists(),
    },
];

/// The oldest Node that the scripts of this repository run on.
const NODE_VERSION: u32 = 20;

/// Makes sure that the product can be built.
pub fn prepare_for_building() -> Result {
    install(COMPILER.iter().chain(NODE))?;
    newer_node()
}

/// Makes sure that the tests have the real servers, the browser, and the fonts they use.
pub fn prepare_for_testing() -> Result {
    install(COMPILER.iter().chain(NODE).chain(SERVERS))?;
    newer_node()
}

fn install<'a>(wanted: impl Iterator<Item = &'a Package>) -> Result {
    let missing: Vec<&str> = wanted
        .filter(|package| !(package.present)())
        .map(|package| package.name)
        .collect();
    if missing.is_empty() {
        println!("   nothing to install");
        return Ok(());
    }
    let names = missing.join(" ");
    if find("apt-get").is_none() {
        return Err(format!(
            "this machine lacks {names} (Debian's names), and has no apt-get; install them by hand"
        ));
    }
    println!("   installing {names}");
    if missing.contains(&"postfix") {
        // Without this answer the package asks on the terminal, and sets up a server for the whole machine.
        let answer =
            "echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections";
        run(as_root("sh")?.args(["-c", answer]))?;
    }
    if missing.contains(&"openssh-server") {
        // Debian's sign that the service stays off: a test must not open this machine to the network. An sshd that a test starts
        // by itself does not look at it.
        let answer = "mkdir -p /etc/ssh && touch /etc/ssh/sshd_not_to_be_run";
        run(as_root("sh")?.args(["-c", answer]))?;
    }
    if apt_install(&missing).is_err() {
        println!("   the package lists may be old; fetching them");
        run(as_root("apt-get")?.arg("update"))?;
        apt_install(&missing)
            .map_err(|error| format!("{error}; install by hand what it could not: {names}"))?;
    }
    Ok(())
}

/// `--no-remove`, because another mail server on a person's machine must not go for the sake of a test.
fn apt_install(names: &[&str]) -> Result {
    let options = [
        "install",
        "--yes",
        "--quiet",
        "--no-install-recommends",
        "--no-remove",
    ];
    run(as_root("apt-get")?.args(options).args(names))
}

fn as_root(program: &str) -> Result<Command> {
    let is_root = User::current().map_err(|error| error.to_string())?.is_root();
    let mut words = command("env");
    if !is_root {
        if find("sudo").is_none() {
            return Err(
                "packages can only be installed by root, and there is no sudo; run this as root once"
                    .to_owned(),
            );
        }
        words = command("sudo");
    }
    words.args(["DEBIAN_FRONTEND=noninteractive", program]);
    Ok(words)
}

/// Debian 12 ships Node 18; npm's own `node` package brings a newer one into our target folder.
fn newer_node() -> Result {
    let version = output(command("node").arg("--version"))?;
    if major(&version).is_some_and(|major| major >= NODE_VERSION) {
        return Ok(());
    }
    let tools = root().join("target/tools");
    std::fs::create_dir_all(&tools).map_err(|error| format!("cannot make {}: {error}", tools.display()))?;
    let programs = tools.join("node_modules/node/bin");
    if !programs.join("node").exists() {
        println!(
            "   node is {}, {NODE_VERSION} is wanted; fetching it by npm",
            version.trim()
        );
        run(command("npm")
            .args(["install", "--no-audit", "--no-fund", "--prefix"])
            .arg(&tools)
            .arg(format!("node@{NODE_VERSION}")))?;
    }
    shell::prefer(&programs);
    Ok(())
}

fn major(version: &str) -> Option<u32> {
    version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()?
        .parse()
        .ok()
}

fn c_library() -> bool {
    Path::new("/usr/include/stdio.h").exists()
}

fn postgresql() -> bool {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    versions
        .filter_map(std::result::Result::ok)
        .any(|version| version.path().join("bin/initdb").exists())
}

fn chinese_font() -> bool {
    let fonts = std::fs::read_dir("/usr/share/fonts/opentype/noto")
        .into_iter()
        .flatten();
    fonts
        .filter_map(std::result::Result::ok)
        .any(|font| font.file_name().to_string_lossy().contains("CJK"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_read_as_it_prints_it() {
        assert_eq!(major("v18.20.4\n"), Some(18));
        assert_eq!(major("nonsense"), None);
    }
}
