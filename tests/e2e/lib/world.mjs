// Devices for rollouts: worlds of their own with real apt, dpkg, and agents, whose roots lie over this machine's; and a crowd of
// simulated ones. Needs root.
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { start } from "./process.mjs";
import { built } from "./server.mjs";

const run = promisify(execFile);
const FLOOR = "scripts = true\ncommands = true\npackages = true\nview_only = false\nsessions_most = 4\n";

/** A repository of one package in several versions; each version's scripts are given. */
export async function repository(name, versions) {
  const folder = await mkdtemp("/dev/shm/mainstay-repository-");
  for (const [version, scripts] of Object.entries(versions)) {
    const root = join(folder, `build-${version}`);
    await mkdir(join(root, "DEBIAN"), { recursive: true });
    const control = [`Package: ${name}`, `Version: ${version}`, "Architecture: all", "Maintainer: Journey <journey@example.test>", "Description: what a journey rolls out", ""];
    await writeFile(join(root, "DEBIAN/control"), control.join("\n"));
    for (const [script, text] of Object.entries(scripts)) await writeFile(join(root, "DEBIAN", script), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    await run("dpkg-deb", ["--root-owner-group", "--build", root, join(folder, `${name}_${version}_all.deb`)]);
    await rm(root, { recursive: true });
  }
  const { stdout } = await run("apt-ftparchive", ["packages", "."], { cwd: folder });
  await writeFile(join(folder, "Packages"), stdout);
  return { folder, name, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** As a service manager keeps it: started anew whenever it ends. A trial is shorter than a person would wait for. */
const KEPT = (agent) => ["sh", "-c", `export MAINSTAY_AGENT_SETTLE_MILLIS=2000; while :; do ${agent} run --one-process; sleep 0.5; done`];

/** A device with a package in a version, and an agent that can be killed and started again; `kept`: and comes back by itself. */
export async function startWorld(hostname, document, store, version, { kept = false } = {}) {
  const folder = await mkdtemp(`/dev/shm/mainstay-world-`);
  const shared = join(folder, "shared");
  await mkdir(shared);
  await cp(store.folder, join(shared, "repository"), { recursive: true });
  // apt fetches as a user of its own.
  for (const open of [folder, shared, join(shared, "repository")]) await chmod(open, 0o755);
  await writeFile(join(shared, "floor.toml"), FLOOR);
  await writeFile(join(shared, "enrolment.json"), document, { mode: 0o600 });
  await writeFile(join(shared, "sources"), `deb [trusted=yes] file:${shared}/repository ./\n`);
  // A machine has an id and a serial number of its own; three of them over one root must not be held to be one.
  const first = [
    "rm -rf /etc/apt/sources.list.d/* /etc/apt/preferences.d/* /etc/apt/apt.conf.d/docker-clean",
    `cp ${shared}/sources /etc/apt/sources.list`,
    "head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \\n' > /etc/machine-id",
    `dpkg -i ${shared}/repository/${store.name}_${version}_all.deb`,
    `mkdir -p /etc/mainstay-agent && cp ${shared}/floor.toml /etc/mainstay-agent/floor.toml`,
    "echo ready",
    "exec sleep infinity",
  ];
  const world = await start(built("device-world"), [folder, hostname, "--", "sh", "-euc", first.join("\n")], { ready: /^ready$/m });
  const inside = (...words) => run(built("device-world"), ["--enter", folder, "--", ...words]);
  await inside(built("mainstay-agent"), "enrol", join(shared, "enrolment.json"));
  const words = kept ? KEPT(built("mainstay-agent")) : [built("mainstay-agent"), "run", "--one-process"];
  const begin = () => start(built("device-world"), ["--enter", folder, "--", ...words], { ready: /linked as device (\w+), admitted/ });
  let agent = await begin();
  const killAgent = async () => {
    await inside("pkill", "-KILL", "-f", "mainstay-agent run --one-process");
    await agent.kill();
  };
  return {
    device: agent.match[1],
    inside: async (...words) => (await inside(...words)).stdout,
    /** The agent dies at once; what it began outside of itself goes on. */
    kill: killAgent,
    back: async () => {
      agent = await begin();
    },
    /** The repository has these versions, and the device knows it. */
    offer: async (...versions) => {
      const offered = await Promise.all(versions.map((version) => run("apt-ftparchive", ["packages", `./${store.name}_${version}_all.deb`], { cwd: join(shared, "repository") })));
      await writeFile(join(shared, "repository/Packages"), offered.map(({ stdout }) => stdout).join(""));
      await inside("apt-get", "update");
      // Inventory is taken when an agent begins.
      await killAgent();
      agent = await begin();
    },
    output: () => agent.output(),
    stop: async () => {
      await agent.kill().catch(() => {});
      await world.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** So many simulated devices at version 1.0. */
export async function startCrowd(address, document, count) {
  const folder = await mkdtemp("/dev/shm/mainstay-crowd-");
  const paper = join(folder, "enrolment.json");
  await writeFile(paper, document, { mode: 0o600 });
  const crowd = await start(built("device-crowd"), [address, paper, String(count), folder], { ready: /^linked$/m });
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  return {
    /** What each device is like: version, whether a change was cut short, and what was done, by act and step. */
    look: () => Promise.all(numbers.map(async (number) => JSON.parse(await readFile(join(folder, `${number}.json`), "utf8").catch(() => '{"version":"1.0","half":false,"done":[]}')))),
    leave: (number) => writeFile(join(folder, `${number}.away`), ""),
    back: (number) => rm(join(folder, `${number}.away`)),
    stop: async () => {
      await crowd.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
