// Updates as devices report them: a person approves one and a rule the next, both are rolled out from the list of patches over three
// devices with real apt. The good one reaches all and leaves the list; the broken one is taken back by apt and stays on it.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentDocument } from "../lib/agent.mjs";
import { freePort, PASSWORD, run, signIn } from "../lib/house.mjs";
import { repository, startWorld } from "../lib/world.mjs";

export const title = "An update is seen, approved, and rolled out; the next is approved by a rule, is broken, and is taken back";
export const limit = 480_000;
export const server = "none";

const ADMIN = "admin@example.test";
const ENGINEER = "l2@example.test";
const MANAGER = "manager@example.test";
const PROBE = "mainstay-probe";
const [OLD, GOOD, BROKEN] = ["1.0", "2.0", "3.0+broken"];
const REAL = ["lab-1", "lab-2", "lab-3"];

export default async function ({ open, step, check, shot, axe, until, startServer, tolerate }) {
  const data = await mkdtemp(join(tmpdir(), "mainstay-patches-"));
  const port = await freePort();
  const [listen, url] = [`127.0.0.1:${port}`, `http://127.0.0.1:${port}`];
  const command = (words, input = "") => run(["--data", data, ...words], input);
  const engineer = await open({ locale: "en" });
  const manager = await open({ locale: "zh-CN" });
  // At the end the server goes before the pages do.
  for (const page of [engineer, manager]) tolerate(page, /INCOMPLETE_CHUNKED_ENCODING.*\/live|ERR_CONNECTION_REFUSED.*\/live/);
  const worlds = [];
  let house;
  let store;
  let number;

  const versions = async () => (await Promise.all(worlds.map((world) => world.inside("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", PROBE)))).join(", ");
  const all = (version) => REAL.map(() => `ii ${version}`).join(", ");
  /** The patch of a version as the JSON says; null while no device reports it. */
  const patch = (page, version) => page.evaluate(async ([name, version]) => {
    const found = await (await fetch(`/api/v1/patches?state=all&q=${name}`)).json();
    return found.items.find((one) => one.name === name && one.version === version) ?? null;
  }, [PROBE, version]);
  const rows = (page, version) => page.locator("tr[data-row]").filter({ hasText: PROBE }).filter({ hasText: version });
  const see = async (version, ...offered) => {
    for (const world of worlds) await world.offer(...offered, version);
    return until(`${version} is reported by all`, async () => {
      const found = await patch(engineer, version);
      return found?.devices === REAL.length ? found : null;
    }, 60_000);
  };
  /** The form that stands before the reader becomes a draft and is started. */
  const rollOut = async () => {
    await engineer.fill("[name=ticket]", number);
    for (const [row, size] of [[0, "1"], [1, "100%"]]) {
      await engineer.fill(`[name="rings.${row}.size"]`, size);
      await engineer.fill(`[name="rings.${row}.fails"]`, "0");
      await engineer.fill(`[name="rings.${row}.bake"]`, "0");
    }
    await engineer.locator("button[name=do][value=preview]").first().click();
    await engineer.locator("#preview").waitFor();
    await Promise.all([engineer.waitForURL(/\/rollouts\/[0-9a-z]{26}$/), engineer.locator("#preview button[value=draft]").click()]);
    const id = new URL(engineer.url()).pathname.split("/").at(-1);
    await engineer.locator(`main form[action="/rollouts/${id}/start"] button`).first().click();
    await engineer.waitForLoadState();
    return () => engineer.evaluate(async (path) => (await fetch(path)).json(), `/api/v1/rollouts/${id}`);
  };

  try {
    await step("three devices with real apt", async () => {
      store = await repository(PROBE, { [OLD]: {}, [GOOD]: {}, [BROKEN]: { postinst: "exit 1" } });
      await command(["init", "--admin", ADMIN, "--password-stdin"], PASSWORD);
      for (const [address, name, role] of [[ENGINEER, "赵敏", "engineer"], [MANAGER, "Shen Yi", "manager"]]) {
        await command(["user", "add", address, "--name", name, "--role", role, "--password-stdin"], PASSWORD);
      }
      house = await startServer({ args: ["--data", data, "serve", "--listen", listen, "--base-url", url] });
      await until("the signer is there", () => existsSync(join(data, "signer/private.key")), 30_000);
      const admin = await open({ locale: "en" });
      await signIn(admin, url, ADMIN);
      const document = await enrolmentDocument(admin, url, [`ws://${listen}`], async () => {}, REAL.length);
      await admin.context().close();
      for (const name of REAL) worlds.push(await startWorld(name, document, store, OLD));
      await signIn(engineer, url, ENGINEER);
      await signIn(manager, url, MANAGER);
      await engineer.goto(`${url}/tickets/new`);
      await engineer.fill("[name=requester]", ENGINEER);
      await engineer.fill("[name=title]", "Updates of this month");
      await engineer.fill("[name=body]", "As every month.");
      await Promise.all([engineer.waitForURL(/\/tickets\/\d+/), engineer.locator("form[action='/tickets'] [data-send]").click()]);
      number = new URL(engineer.url()).pathname.match(/\d+/)[0];
    });

    await step("an update waits for a decision, which an engineer cannot make", async () => {
      const found = await see(GOOD, OLD);
      check(found.state).is("waiting");
      await engineer.goto(`${url}/patches`);
      await rows(engineer, GOOD).waitFor();
      check(await engineer.locator("#bulk button[name=state]").count()).is(0, "no button to decide");
      await axe(engineer);
    });

    await step("the manager approves it by keyboard", async () => {
      await manager.goto(`${url}/patches?q=${PROBE}`);
      await rows(manager, GOOD).locator("input[data-select]").focus();
      await manager.keyboard.press("Space");
      await manager.locator("#bulk").waitFor({ state: "visible" });
      await shot(manager, "to-decide");
      await manager.locator("#bulk button[value=approved]").focus();
      await Promise.all([manager.waitForNavigation(), manager.keyboard.press("Enter")]);
      await until("it is approved", async () => (await patch(manager, GOOD))?.state === "approved");
      await manager.goto(`${url}/patches?state=approved`);
      await rows(manager, GOOD).locator("a.row-name").click();
      await manager.locator("#patch-about").waitFor();
      await shot(manager, "one");
      await axe(manager);
    });

    await step("it is rolled out to the devices that report it, and leaves the list", async () => {
      await engineer.goto(`${url}/patches?state=approved`);
      await rows(engineer, GOOD).locator("input[data-select]").check();
      await engineer.locator("#bulk button[formaction='/patches/plan']").click();
      await engineer.waitForURL(/\/rollouts\/new/);
      check(await engineer.inputValue("[name=packages]")).includes(`${PROBE} = ${GOOD}`);
      check(await engineer.inputValue("[name=query]")).includes(`update:${PROBE}=${GOOD}`);
      await shot(engineer, "plan");
      const now = await rollOut();
      await until("it is done", async () => (await now()).phase === "done", 180_000);
      check(await versions()).is(all(GOOD));
      await until("no device reports it any more", async () => (await patch(engineer, GOOD))?.devices === 0, 60_000);
      await engineer.goto(`${url}/patches/${(await patch(engineer, GOOD)).id}`);
      await engineer.locator("#patch-about").waitFor();
      await shot(engineer, "gone");
    });

    await step("a rule approves the next as soon as it is seen", async () => {
      await manager.goto(`${url}/patches/rules`);
      await manager.fill("[name=pattern]", "mainstay-*");
      await manager.fill("[name=after_days]", "0");
      await manager.selectOption("[name=verdict]", "approve");
      await manager.locator("[name=security_only]").uncheck();
      await Promise.all([manager.waitForLoadState(), manager.locator("#rule button").last().click()]);
      await manager.locator("table").filter({ hasText: "mainstay-*" }).waitFor();
      await shot(manager, "rules");
      await axe(manager);
      const found = await see(BROKEN, OLD, GOOD);
      check(found.state).is("approved");
    });

    await step("it is broken: it stops at its first device, is taken back, and is reported on", async () => {
      await engineer.goto(`${url}/patches?state=approved`);
      await rows(engineer, BROKEN).locator("a.row-name").click();
      await engineer.locator("a[href*='/rollouts/new?patches=']").click();
      await engineer.waitForURL(/\/rollouts\/new/);
      const now = await rollOut();
      await until("it halted", async () => {
        const found = await now();
        return found.course === "halted" && found.counts.every((ring) => !ring.running);
      }, 120_000);
      check(await versions()).is(all(GOOD));
      for (const world of worlds) check(await world.inside("dpkg", "--audit")).is("", "dpkg has nothing to complain about");
      check((await patch(engineer, BROKEN)).devices).is(REAL.length);
      await engineer.reload();
      await shot(engineer, "halted");
      await engineer.goto(`${url}/patches/${(await patch(engineer, BROKEN)).id}`);
      await engineer.locator("section[aria-labelledby=patch-rollouts]").waitFor();
      await shot(engineer, "reported");
      await axe(engineer);
    });
  } finally {
    for (const world of worlds) await world.stop();
    await store?.remove();
    await house?.kill();
    if (!process.env.KEEP) await rm(data, { recursive: true, force: true });
  }
}
