// The same change on 53 devices: three with real apt and dpkg, fifty simulated. A broken package stops at the canary, is taken back, and
// says why; a good one goes through all rings, while the server and an agent are killed in the middle, and two devices that are away
// follow when they return. Nothing runs twice, and every device ends as its row says.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentDocument } from "../lib/agent.mjs";
import { freePort, PASSWORD, run, signIn } from "../lib/house.mjs";
import { repository, startCrowd, startWorld } from "../lib/world.mjs";

export const title = "A broken package stops at the canary and is taken back; a good one reaches 53 devices through kills and absences";
export const limit = 600_000;
export const server = "none";

const ADMIN = "admin@example.test";
const ENGINEER = "l2@example.test";
const MANAGER = "manager@example.test";
const PROBE = "mainstay-probe";
const [OLD, GOOD, BROKEN] = ["1.0", "2.0", "3.0+broken"];
const CROWD = 50;
const REAL = ["lab-1", "lab-2", "lab-3"];
// Each time a version is configured, it says so on its device.
const SAYS = (version, more = "") => ({ postinst: `echo "${version} $1" >> /var/log/${PROBE}.log\n${more}` });

export default async function ({ open, step, check, shot, axe, until, startServer, tolerate }) {
  const data = await mkdtemp(join(tmpdir(), "mainstay-rollout-"));
  const port = await freePort();
  const [listen, url] = [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`];
  const command = (words, input = "") => run(["--data", data, ...words], input);
  const engineer = await open({ locale: "zh-CN" });
  const manager = await open({ locale: "en" });
  // While the server is dead, what is open knocks in vain.
  for (const page of [engineer, manager]) tolerate(page, /Failed to load resource|ERR_CONNECTION|status of 50/);
  const begin = () => startServer({ args: ["--data", data, "serve", "--listen", listen, "--base-url", url] });
  const worlds = [];
  let house;
  let store;
  let crowd;
  let number;
  let rollout;

  const versions = async () => {
    const real = await Promise.all(worlds.map((world) => world.inside("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", PROBE)));
    const simulated = (await crowd.look()).map((one) => `ii ${one.version}${one.half ? " half" : ""}`);
    return [...real, ...simulated];
  };
  const all = async (version) => (await versions()).every((found) => found === `ii ${version}`);
  /** The JSON of the rollout, as its page's reader sees it. */
  const now = () => engineer.evaluate(async (path) => {
    const found = await (await fetch(path)).json();
    const sum = (name) => found.counts.reduce((sum, ring) => sum + (ring[name] ?? 0), 0);
    return { ...found, sum: Object.fromEntries(["running", "rolled_back", "succeeded", "compliant", "offline"].map((name) => [name, sum(name)])) };
  }, `/api/v1/rollouts/${rollout}`);
  const draft = async (title, version) => {
    await engineer.goto(`${url}/rollouts/new?ticket=${number}`);
    await engineer.fill("[name=title]", title);
    await engineer.fill("[name=first]", "lab-");
    await engineer.locator("[name=kind][value=package]").check();
    await engineer.fill("[name=packages]", `${PROBE} = ${version}`);
    for (const [row, name, size] of [[0, "金丝雀", "3"], [1, "第一批", "30%"]]) {
      await engineer.fill(`[name="rings.${row}.name"]`, name);
      await engineer.fill(`[name="rings.${row}.size"]`, size);
      await engineer.fill(`[name="rings.${row}.fails"]`, "0");
      await engineer.fill(`[name="rings.${row}.bake"]`, "0");
    }
    await engineer.locator("button[name=do][value=preview]").first().click();
    await engineer.locator("#preview").waitFor();
    await shot(engineer, `preview-${version}`);
    await Promise.all([engineer.waitForURL(/\/rollouts\/[0-9a-z]{26}$/), engineer.locator("#preview button[value=draft]").click()]);
    rollout = new URL(engineer.url()).pathname.split("/").at(-1);
  };
  const press = async (page, action) => {
    await page.goto(`${url}/rollouts/${rollout}`);
    await page.locator(`main form[action="/rollouts/${rollout}/${action}"] button`).first().click();
    await page.waitForLoadState();
  };
  const phase = (word) => until(`phase ${word}`, async () => (await now()).phase === word, 60_000).catch(async (error) => {
    const told = await Promise.all(worlds.map((world) => engineer.evaluate(async (path) => (await fetch(path)).text(), `/api/v1/devices/${world.device}/acts`)));
    throw new Error(`${error.message}\n${told.join("\n").slice(0, 6_000)}`);
  });

  try {
    await step("a department of 53 devices, three of them with real apt", async () => {
      store = await repository(PROBE, { [OLD]: SAYS(OLD), [GOOD]: SAYS(GOOD, "sleep 4"), [BROKEN]: SAYS(BROKEN, "exit 1") });
      await command(["init", "--admin", ADMIN, "--password-stdin"], PASSWORD);
      for (const [address, name, role] of [[ENGINEER, "赵敏", "engineer"], [MANAGER, "Shen Yi", "manager"]]) {
        await command(["user", "add", address, "--name", name, "--role", role, "--password-stdin"], PASSWORD);
      }
      house = await begin();
      await until("the signer is there", () => existsSync(join(data, "signer/private.key")), 30_000);
      const admin = await open({ locale: "en" });
      await signIn(admin, url, ADMIN);
      const document = await enrolmentDocument(admin, url, [`ws://${listen}`], async () => {}, CROWD + REAL.length);
      await admin.context().close();
      for (const name of REAL) worlds.push(await startWorld(name, document, store, OLD));
      crowd = await startCrowd(listen, document, CROWD);
      check(new Set(worlds.map((world) => world.device)).size === REAL.length).isTrue("three worlds are three devices");
      await signIn(engineer, url, ENGINEER);
      await signIn(manager, url, MANAGER);
      await engineer.goto(`${url}/tickets/new`);
      await engineer.fill("[name=requester]", ENGINEER);
      await engineer.fill("[name=title]", "探针软件有安全更新");
      await engineer.fill("[name=body]", "请在所有设备上更新。");
      await Promise.all([engineer.waitForURL(/\/tickets\/\d+/), engineer.locator("form[action='/tickets'] [data-send]").click()]);
      number = new URL(engineer.url()).pathname.match(/\d+/)[0];
    });

    await step("a package is never changed but by a rollout", async () => {
      const body = { ticket: Number(number), verb: { verb: "package", step: "apply", rollout: "x", packages: [{ name: PROBE, version: BROKEN }], install: false, downgrade: false, timeout_seconds: 60 } };
      const status = await engineer.evaluate(async ([path, body]) => {
        const token = document.querySelector("[name=csrf], [name=_csrf]")?.value ?? "";
        const answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json", "x-csrf-token": token }, body: JSON.stringify(body) });
        return { status: answer.status, text: await answer.text() };
      }, [`/api/v1/devices/${worlds[0].device}/acts`, body]);
      check(status.status >= 400).isTrue(`refused: ${JSON.stringify(status)}`);
    });

    await step("a broken package is tried out on one device after a second person agreed, and stops there", async () => {
      await draft("探针 3.0", BROKEN);
      await shot(engineer, "draft");
      await axe(engineer);
      await press(engineer, "start");
      await phase("rehearsal");
      await manager.goto(`${url}/rollouts/${rollout}`);
      await shot(manager, "waits-for-second-person");
      await press(manager, "approval");
      const halted = await until("it halted", async () => {
        const found = await now();
        return found.course === "halted" && found.sum.running === 0 ? found : null;
      }, 120_000);
      check(halted.sum.rolled_back === 1).isTrue(`one device was taken back: ${JSON.stringify(halted.sum)}`);
      check(await all(OLD)).isTrue(`all are at the old version: ${(await versions()).join(", ")}`);
      for (const world of worlds) check((await world.inside("dpkg", "--audit")) === "").isTrue("dpkg has nothing to complain about");
      await engineer.reload();
      await shot(engineer, "halted");
      await axe(engineer);
      await manager.reload();
      await shot(manager, "halted-en");
      await engineer.goto(`${url}/tickets/${number}`);
      await engineer.locator("main").filter({ hasText: "探针 3.0" }).waitFor();
      await shot(engineer, "ticket");
    });

    await step("it is cancelled, and a good one begins while two devices are away", async () => {
      await engineer.goto(`${url}/rollouts/${rollout}`);
      await engineer.click("#rollout-cancel summary");
      await engineer.fill("#cancel-reason", "3.0 的安装脚本有错误");
      await engineer.press("#cancel-reason", "Enter");
      await phase("cancelled");
      for (const away of [7, 41]) await crowd.leave(away);
      await draft("探针 2.0", GOOD);
      await press(engineer, "start");
      await phase("rehearsal");
      await press(manager, "approval");
    });

    await step("in the middle the server and an agent are killed, and both come back", async () => {
      await until("a real device is in its apply", async () => {
        for (const [at, world] of worlds.entries()) {
          const log = await world.inside("cat", `/var/log/${PROBE}.log`).catch(() => "");
          const applied = log.split("\n").filter((line) => line.startsWith(GOOD)).length;
          const state = await world.inside("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", PROBE).catch(() => "");
          if (applied > 0 && state.endsWith(GOOD) && !state.startsWith("ii")) return String(at);
        }
        return null;
      }, 120_000).then(async (at) => {
        await worlds[Number(at)].kill();
        await house.kill();
        house = await begin();
        await worlds[Number(at)].back();
      });
      await until("some of the crowd have it", async () => (await crowd.look()).filter((one) => one.version === GOOD).length > 3, 180_000);
      await house.kill();
      house = await begin();
    });

    await step("all that are here get it, and those that are away follow when they return", async () => {
      await until("51 have it", async () => {
        const found = await now().catch(() => null);
        return found?.sum.succeeded + found?.sum.compliant === CROWD + REAL.length - 2;
      }, 240_000);
      await engineer.goto(`${url}/rollouts/${rollout}`);
      await shot(engineer, "two-away");
      await axe(engineer);
      for (const away of [7, 41]) await crowd.back(away);
      await phase("done");
      check(await all(GOOD)).isTrue(`all are at the new version: ${(await versions()).join(", ")}`);
      for (const world of worlds) check((await world.inside("dpkg", "--audit")) === "").isTrue("dpkg has nothing to complain about");
      await engineer.reload();
      await shot(engineer, "done");
      await engineer.goto(`${url}/rollouts`);
      await shot(engineer, "list");
      await axe(engineer);
    });

    await step("nothing ran twice, and each apply was asked for", async () => {
      for (const device of await crowd.look()) {
        const acts = device.done.map(([act]) => act);
        check(new Set(acts).size === acts.length).isTrue(`no act ran twice: ${JSON.stringify(device.done)}`);
        let checked = true;
        for (const [, step] of device.done) {
          if (step === "check") checked = true;
          if (step === "apply") {
            check(checked).isTrue(`a check stands before each apply: ${JSON.stringify(device.done)}`);
            checked = false;
          }
        }
      }
      for (const world of worlds) {
        const log = await world.inside("cat", `/var/log/${PROBE}.log`);
        const times = log.split("\n").filter((line) => line.startsWith(GOOD)).length;
        check(times >= 1 && times <= 2).isTrue(`the package was set up once, and once more where the way back was rehearsed: ${log}`);
      }
    });
  } finally {
    await crowd?.stop();
    for (const world of worlds) await world.stop();
    await store?.remove();
    await house?.kill();
    if (!process.env.KEEP) await rm(data, { recursive: true, force: true });
  }
}
