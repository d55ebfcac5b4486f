// A real agent on this machine, as a plain process in a folder of its own, and the enrolment document that lets it in.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { start } from "./process.mjs";
import { built } from "./server.mjs";

const FLOOR = "scripts = true\ncommands = true\nterminal = true\nfiles_put = true\nview_only = false\nsessions_most = 4\nrequire_recording = true\n";

/** An administrator makes a document on the page of enrolment, for agents that reach these servers, and takes it home. */
export async function enrolmentDocument(page, url, servers, look = async () => {}, uses = 0, authority = "") {
  await page.goto(`${url}/devices/enrolment`);
  await page.fill("main form [name=name]", "journey");
  await page.selectOption("main form [name=rule]", "admit");
  await page.fill("main form [name=servers]", servers.join("\n"));
  if (uses) await page.fill("main form [name=uses]", String(uses));
  if (authority) await page.fill("main form [name=authority]", authority);
  await page.locator('form[action^="/devices/enrolment#new"] .button-primary').click();
  const fetching = page.locator('form[action$="/document"] button').first();
  await fetching.waitFor();
  await look();
  const [download] = await Promise.all([page.waitForEvent("download"), fetching.click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** Enrols an agent that allows everything but screens unasked, and waits until it is linked; `device` is the id it was given. */
export async function startAgent(document, { env = {} } = {}) {
  const root = await mkdtemp(join(tmpdir(), "mainstay-agent-"));
  const settings = join(root, "etc/mainstay-agent");
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, "floor.toml"), FLOOR);
  const paper = join(root, "enrolment.json");
  await writeFile(paper, document, { mode: 0o600 });
  await promisify(execFile)(built("mainstay-agent"), ["--root", root, "enrol", paper]);
  const agent = await start(built("mainstay-agent"), ["--root", root, "run", "--one-process"], { env, ready: /linked as device (\w+), admitted/ });
  const stop = async () => {
    await agent.stop();
    await rm(root, { recursive: true, force: true });
  };
  return { device: agent.match[1], pid: agent.pid, output: agent.output, stop };
}
