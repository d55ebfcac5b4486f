// The agent itself is updated: releases are signed outside of the server, published, and rolled out over three devices with the real program
// in its slots. A bundle that was altered on the server's disk is refused by the device, and the rollout stops there.
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentDocument } from "../lib/agent.mjs";
import { freePort, PASSWORD, run, signIn } from "../lib/house.mjs";
import { built } from "../lib/server.mjs";
import { repository, startWorld } from "../lib/world.mjs";

export const title = "The agent is updated by a rollout; a program that was tampered with on the server is refused by every device";
export const limit = 480_000;
export const server = "none";

const ADMIN = "admin@example.test";
const ENGINEER = "l2@example.test";
const MANAGER = "manager@example.test";
const REAL = ["lab-1", "lab-2", "lab-3"];

/** The built program as if it were of another version: only the text of its version is another one of the same length. */
async function inVersion(folder, before, after) {
  const program = await readFile(built("mainstay-agent"));
  for (let at = program.indexOf(before); at >= 0; at = program.indexOf(before, at + 1)) program.write(after, at);
  const path = join(folder, `agent-${after}`);
  await writeFile(path, program);
  await chmod(path, 0o755);
  return path;
}

export default async function ({ open, step, check, shot, axe, until, startServer, tolerate }) {
  const data = await mkdtemp(join(tmpdir(), "mainstay-agent-update-"));
  const outside = await mkdtemp(join(tmpdir(), "mainstay-release-machine-"));
  const [releases, keys] = [join(outside, "releases"), join(outside, "keys")];
  const port = await freePort();
  const [listen, url] = [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`];
  const command = (words, input = "") => run(["--data", data, ...words], input);
  const release = (...words) => run(["agent-release", ...words], "");
  const engineer = await open({ locale: "zh-CN" });
  const manager = await open({ locale: "en" });
  for (const page of [engineer, manager]) tolerate(page, /INCOMPLETE_CHUNKED_ENCODING.*\/live|ERR_CONNECTION_REFUSED.*\/live/);
  const worlds = [];
  let [house, store, number, rollout, first] = [];
  let versions = [];

  const add = async (version) => {
    const program = await inVersion(outside, first, version);
    await release("add", releases, "--keys", keys, "--release-version", version, "--program", `linux-x86_64=${program}`);
  };
  const now = () => engineer.evaluate(async (path) => (await fetch(path)).json(), `/api/v1/rollouts/${rollout}`);
  const sum = (found, name) => found.counts.reduce((sum, ring) => sum + (ring[name] ?? 0), 0);
  const running = () => engineer.evaluate(async (ids) => Promise.all(ids.map(async (id) => (await (await fetch(`/api/v1/devices/${id}`)).json()).agent_version)), worlds.map((world) => world.device));
  const draft = async (version) => {
    await engineer.goto(`${url}/agent-releases`);
    await engineer.locator(`[id="release-${version}"] .button`).click();
    await engineer.waitForURL(/\/rollouts\/new/);
    await engineer.fill("[name=ticket]", number);
    await engineer.fill("[name=first]", "lab-");
    for (const [row, name, size] of [[0, "金丝雀", "1"], [1, "第一批", "30%"]]) {
      await engineer.fill(`[name="rings.${row}.name"]`, name);
      await engineer.fill(`[name="rings.${row}.size"]`, size);
      await engineer.fill(`[name="rings.${row}.fails"]`, "0");
      await engineer.fill(`[name="rings.${row}.bake"]`, "0");
    }
    await engineer.locator("button[name=do][value=preview]").first().click();
    await engineer.locator("#preview").waitFor();
    await shot(engineer, `agent-update-preview-${version}`);
    await axe(engineer);
    await Promise.all([engineer.waitForURL(/\/rollouts\/[0-9a-z]{26}$/), engineer.locator("#preview button[value=draft]").click()]);
    rollout = new URL(engineer.url()).pathname.split("/").at(-1);
  };
  const press = async (page, action) => {
    await page.goto(`${url}/rollouts/${rollout}`);
    await page.locator(`main form[action="/rollouts/${rollout}/${action}"] button`).first().click();
    await page.waitForLoadState();
  };
  const told = async () => (await Promise.all(worlds.map((world) => engineer.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/devices/${world.device}/acts`)))).join("\n").slice(0, 6_000);
  /** The codes by which devices refused to try an update out. */
  const refusals = async () => {
    const acts = await Promise.all(worlds.map((world) => engineer.evaluate(async (path) => (await (await fetch(path)).json()).acts, `/api/v1/devices/${world.device}/acts`)));
    return acts.flat().filter((act) => act.verb === "agent.update_dry_run" && act.outcome?.outcome === "failed").map((act) => act.outcome.code);
  };

  try {
    await step("keys and the first release are made outside of the server", async () => {
      first = (await run(["--version"], "")).match(/\d+\.\d+\.\d+/)[0];
      versions = [1, 2].map((more) => first.replace(/\d$/, (last) => String((Number(last) + more) % 10)));
      await release("init", releases, "--keys", keys);
      await add(versions[0]);
      check(await release("list", releases)).includes(versions[0]);
    });

    await step("the server takes them only from the root that it was told, and has no key", async () => {
      store = await repository("mainstay-probe", { "1.0": {} });
      await command(["init", "--admin", ADMIN, "--password-stdin"], PASSWORD);
      for (const [address, name, role] of [[ENGINEER, "赵敏", "engineer"], [MANAGER, "Shen Yi", "manager"]]) {
        await command(["user", "add", address, "--name", name, "--role", role, "--password-stdin"], PASSWORD);
      }
      const refused = await command(["agent-release", "publish", releases]).then(() => "published", (error) => error.message);
      check(refused).includes("root");
      const root = join(releases, "metadata/1.root.json");
      await command(["agent-release", "publish", releases, "--root", root]);
      house = await startServer({ args: ["--data", data, "serve", "--listen", listen, "--base-url", url] });
      await until("the signer is there", () => existsSync(join(data, "signer/private.key")), 30_000);
      const names = await readdir(data, { recursive: true });
      check(names.some((name) => /root\.(pem|key)|targets\.(pem|key)/.test(name))).is(false);
    });

    await step("three devices are enrolled, and trust that root by their document", async () => {
      const admin = await open({ locale: "en" });
      await signIn(admin, url, ADMIN);
      const document = await enrolmentDocument(admin, url, [`ws://${listen}`], async () => {}, REAL.length);
      await admin.context().close();
      for (const name of REAL) worlds.push(await startWorld(name, document, store, "1.0", { kept: true }));
      await signIn(engineer, url, ENGINEER);
      await signIn(manager, url, MANAGER);
      check(await running()).is(REAL.map(() => first));
      check(await worlds[0].inside(built("mainstay-agent"), "status")).includes("trust");
      await engineer.goto(`${url}/tickets/new`);
      await engineer.fill("[name=requester]", ENGINEER);
      await engineer.fill("[name=title]", "代理需要更新");
      await engineer.fill("[name=body]", "请更新所有设备上的代理。");
      await Promise.all([engineer.waitForURL(/\/tickets\/\d+/), engineer.locator("form[action='/tickets'] [data-send]").click()]);
      number = new URL(engineer.url()).pathname.match(/\d+/)[0];
      await engineer.goto(`${url}/agent-releases`);
      await shot(engineer, "agent-releases");
      await axe(engineer);
      await manager.goto(`${url}/agent-releases`);
      await shot(manager, "agent-releases-en");
    });

    await step("the release goes through canary and rings, and each device runs it out of a slot", async () => {
      await draft(versions[0]);
      await press(engineer, "start");
      await until("it is done", async () => (await now()).phase === "done", 240_000).catch(async (error) => {
        throw new Error(`${error.message}\n${JSON.stringify((await now()).counts)}\n${await told()}`);
      });
      check(await running()).is(REAL.map(() => versions[0]));
      for (const world of worlds) check(await world.inside(built("mainstay-agent"), "status")).includes(versions[0]);
      await engineer.goto(`${url}/rollouts/${rollout}`);
      await shot(engineer, "agent-update-done");
      await engineer.goto(`${url}/agent-releases`);
      await shot(engineer, "agent-releases-after");
    });

    await step("a bundle that was altered on the server's disk is refused, nothing changes, and the rollout says why", async () => {
      await add(versions[1]);
      await command(["agent-release", "publish", releases]);
      const stored = (await readdir(join(data, "files"), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      let altered = 0;
      for (const entry of stored) {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        const bytes = await readFile(path);
        if (!bytes.includes("mainstay-update 1\n") || !bytes.includes(`mainstay-agent/${versions[1]}/`)) continue;
        bytes[bytes.length - 4096] ^= 1;
        await chmod(path, 0o600);
        await writeFile(path, bytes);
        altered += 1;
      }
      check(altered > 0).isTrue();
      await draft(versions[1]);
      await press(engineer, "start");
      const halted = await until("it stopped", async () => {
        const found = await now();
        return found.course === "halted" ? found : null;
      }, 120_000).catch(async (error) => {
        throw new Error(`${error.message}\n${JSON.stringify(await now())}\n${await told()}`);
      });
      check(sum(halted, "succeeded")).is(0);
      check(await refusals()).is(["hash"]);
      check(await running()).is(REAL.map(() => versions[0]));
      await engineer.goto(`${url}/rollouts/${rollout}`);
      await shot(engineer, "agent-update-refused");
      await axe(engineer);
    });
  } finally {
    for (const world of worlds) await world.stop();
    await store?.remove();
    await house?.kill();
    if (!process.env.KEEP) for (const folder of [data, outside]) await rm(folder, { recursive: true, force: true });
  }
}
