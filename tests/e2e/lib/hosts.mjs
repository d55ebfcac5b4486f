// Hosts for Ansible: worlds in network namespaces of their own behind one bridge, each with an sshd and an agent; a control node on this
// machine's own network; and the proxy with TLS that stands before the house, as an agent wants it over a network. Needs root.
import { userInfo } from "node:os";
import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { promisify } from "node:util";
import { start } from "./process.mjs";
import { built } from "./server.mjs";

/** Where root is at home: in the worlds as on this machine. */
export const HOME = userInfo().homedir;

const run = promisify(execFile);
const ip = (...words) => run("ip", words);
// Nothing is left on this machine's network, not even when the run is broken off.
const left = new Set();
process.on("exit", () => left.forEach((words) => quietly(words.split(" "))));

function quietly(words) {
  try {
    execFileSync("ip", words, { stdio: "ignore" });
  } catch {
    // It is gone.
  }
}

/** A bridge with the first address of a net of its own; `host` adds a namespace behind it. */
export async function startNetwork() {
  const third = 2 + (process.pid % 250);
  const [bridge, address] = [`msbr${third}`, (last) => `10.77.${third}.${last}`];
  const undo = [];
  const make = async (undoing, ...words) => {
    await ip(...words);
    undo.push(undoing);
    left.add(undoing);
  };
  const forget = async (undoing) => {
    left.delete(undoing);
    await ip(...undoing.split(" ")).catch(() => {});
  };
  await make(`link del ${bridge}`, "link", "add", bridge, "type", "bridge");
  await ip("addr", "add", `${address(1)}/24`, "dev", bridge);
  await ip("link", "set", bridge, "up");
  return {
    address: address(1),
    host: async (number) => {
      const [space, near] = [`ms${third}-${number}`, `msve${third}-${number}`];
      await make(`netns del ${space}`, "netns", "add", space);
      await ip("link", "add", near, "type", "veth", "peer", "name", "eth0", "netns", space);
      await ip("link", "set", near, "master", bridge, "up");
      await ip("-n", space, "addr", "add", `${address(10 + number)}/24`, "dev", "eth0");
      for (const device of ["lo", "eth0"]) await ip("-n", space, "link", "set", device, "up");
      return { space, address: address(10 + number), stop: () => forget(`netns del ${space}`) };
    },
    stop: async () => {
      for (const undoing of undo.reverse()) await forget(undoing);
    },
  };
}

/** A proxy with TLS on an address, under an authority of its own; each connection carries one request, the link of an agent. */
export async function startGate(address, port) {
  const folder = await mkdtemp("/dev/shm/mainstay-gate-");
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const openssl = (...words) => run("openssl", words, { cwd: folder });
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Journey", "-addext", "keyUsage=critical,keyCertSign");
  await openssl("req", ...key, "-keyout", "gate.key", "-out", "gate.csr", "-subj", "/CN=gate");
  await writeFile(join(folder, "names"), `subjectAltName=IP:${address}\nbasicConstraints=CA:FALSE\n`);
  await openssl("x509", "-req", "-in", "gate.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "gate.pem", "-extfile", "names");
  const [authority, cert, secret] = await Promise.all(["ca.pem", "gate.pem", "gate.key"].map((file) => readFile(join(folder, file), "utf8")));
  await rm(folder, { recursive: true });
  const open = new Set();
  const gate = createServer({ cert, key: secret }, (near) => {
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.setNoDelay(true).on("error", () => {}).on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
    let head = "";
    const hear = (chunk) => {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      near.off("data", hear);
      far.write(`${head.slice(0, end)}\r\nX-Forwarded-For: ${near.remoteAddress}${head.slice(end)}`, "latin1");
      near.pipe(far);
    };
    near.on("data", hear);
    far.pipe(near);
  });
  gate.on("tlsClientError", () => {});
  gate.listen(0, address);
  await once(gate, "listening");
  return {
    authority,
    address: `wss://${address}:${gate.address().port}`,
    stop: () => {
      gate.close();
      open.forEach((socket) => socket.destroy());
    },
  };
}

/** A pair of keys for ssh: the words of the public one and the text of the private one. */
export async function sshKey() {
  const folder = await mkdtemp("/dev/shm/mainstay-key-");
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "journey", "-f", join(folder, "key")]);
  const [secret, open] = await Promise.all(["key", "key.pub"].map((file) => readFile(join(folder, file), "utf8")));
  await rm(folder, { recursive: true });
  return { secret, open: open.trim() };
}

/** A device: a world in a network namespace, or in this machine's own, with files put into it before its first words and its agent. */
async function startDevice({ hostname, document, space, floor, files, first = [] }) {
  const folder = await mkdtemp("/dev/shm/mainstay-host-");
  const shared = join(folder, "shared");
  await mkdir(shared);
  for (const open of [folder, shared]) await chmod(open, 0o755);
  const within = (words) => (space ? ["ip", ["netns", "exec", space, ...words]] : [words[0], words.slice(1)]);
  const put = { ...files, "/etc/mainstay-agent/floor.toml": floor, "/etc/mainstay-agent/first.json": document };
  const words = [
    "head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n' > /etc/machine-id",
    `cp -r --preserve=mode ${shared}/files/. /`,
    ...first,
    "echo ready",
    "exec sleep infinity",
  ];
  let agent;
  let world;
  const stop = async () => {
    await agent?.kill().catch(() => {});
    await world?.kill();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    for (const [path, text] of Object.entries(put)) {
      const to = join(shared, "files", path);
      await mkdir(join(to, ".."), { recursive: true });
      await writeFile(to, text, { mode: text.startsWith("#!") ? 0o755 : 0o600 });
    }
    await chmod(join(shared, "files"), 0o755);
    const begin = (...said) => start(...within([built("device-world"), ...said.slice(0, -1)]), said.at(-1));
    world = await begin(folder, hostname, "--", "sh", "-euc", words.join("\n"), { ready: /^ready$/m });
    // Whoever enters stands outside of the world's root until the first step, and Python asks where it stands.
    const inside = (...said) => run(...within([built("device-world"), "--enter", folder, "--", "sh", "-c", 'cd / && exec "$@"', "sh", ...said]));
    await inside(built("mainstay-agent"), "enrol", "/etc/mainstay-agent/first.json");
    agent = await begin("--enter", folder, "--", built("mainstay-agent"), "run", "--one-process", { ready: /linked as device (\w+), admitted/ });
    return { hostname, device: agent.match[1], output: agent.output, inside: async (...said) => (await inside(...said)).stdout, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A host with an sshd that lets this key in as root; the agent's own floor allows nothing but to be looked at. */
export async function startHost({ network, number, hostname, document, key }) {
  const place = await network.host(number);
  const own = await sshKey();
  const files = {
    [`${HOME}/.ssh/authorized_keys`]: `${key.open}\n`,
    "/etc/ssh/host_key": own.secret,
    "/etc/ssh/sshd_config": "HostKey /etc/ssh/host_key\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nSubsystem sftp internal-sftp\n",
  };
  const first = [`chmod 700 ${HOME}/.ssh`, "mkdir -p /run/sshd", "/usr/sbin/sshd"];
  const floor = "scripts = false\ncommands = false\nterminal = false\nfiles_put = false\nview_only = true\n";
  const host = await startDevice({ hostname, document, space: place.space, floor, files, first }).catch(async (error) => {
    await place.stop();
    throw error;
  });
  return {
    ...host,
    address: place.address,
    known: `${place.address} ${own.open.split(" ").slice(0, 2).join(" ")}`,
    stop: async () => {
      await host.stop();
      await place.stop();
    },
  };
}

/** The control node: a device on this machine's own network that has the program and the data of the house, and Ansible. */
export function startControl({ hostname, document, data, files }) {
  const floor = "scripts = true\ncommands = false\nterminal = false\nfiles_put = false\nview_only = false\nsessions_most = 4\n";
  const first = [`ln -s ${built("mainstay")} /usr/local/bin/mainstay`, `ln -s ${data} /var/lib/mainstay`, `chmod 700 ${HOME}/.ssh`];
  return startDevice({ hostname, document, floor, files, first });
}
