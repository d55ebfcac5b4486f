// Runs the journeys one after the other and counts them. Arguments name journeys; none means all.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { launch, Pages, press, signIn } from "./lib/browser.mjs";
import { check, until } from "./lib/check.mjs";
import { startMail } from "./lib/mail.mjs";
import { startServer } from "./lib/server.mjs";

/** No walk of a person takes longer, unless it says so (`limit`); one that hangs must not hold up the rest. */
const LIMIT = 300_000;

const folder = join(import.meta.dirname, "journeys");
const wanted = process.argv.slice(2);
const files = (await readdir(folder)).filter((file) => file.endsWith(".mjs")).sort();
const chosen = files.filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)));
if (chosen.length === 0) {
  console.error(`no journey is called ${wanted.join(", ")}; there are ${files.join(", ")}`);
  process.exit(1);
}

const browser = await launch();
let shared;
let passed = 0;
const failed = [];
for (const file of chosen) {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  const name = file.slice(0, -".mjs".length);
  try {
    const walks = await walkAgain(name);
    passed += 1;
    console.log(`ok    ${name} (${seconds()})${walks > 1 ? `, flaky: walked ${walks} times` : ""}`);
  } catch (error) {
    failed.push(name);
    console.log(`FAIL  ${name} (${seconds()})\n${String(error.stack ?? error).replace(/^/gm, "      ")}`);
  }
}
await browser.close();
await shared?.stop();
if (failed.length > 0) console.log(`failed: ${failed.join(", ")}`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);

/** A journey that says so (`tries`) is walked again when it fails; whoever reads the table sees that it was. */
async function walkAgain(name) {
  const { tries = 1 } = await import(`./journeys/${name}.mjs`);
  for (let walks = 1; ; walks += 1) {
    try {
      await walk(name);
      return walks;
    } catch (error) {
      if (walks >= tries) throw error;
      console.log(`      walked once more, for:\n${String(error.stack ?? error).replace(/^/gm, "        ")}`);
    }
  }
}

async function walk(name) {
  const journey = await import(`./journeys/${name}.mjs`);
  console.log(`\n      ${journey.title ?? name}`);
  const kind = journey.server ?? "shared";
  const own = [];
  const begin = async (starting) => {
    const started = await starting;
    own.push(started);
    return started;
  };
  const pages = new Pages(browser, name);
  let server;
  try {
    const mail = kind.mail ? await begin(startMail(kind.mail)) : undefined;
    if (kind === "shared") server = shared ??= await startServer();
    else if (kind !== "none") server = await begin(startServer(kind, mail));
    await limited(
      journey.default({
        url: server?.url,
        server,
        mail,
        open: pages.open,
        shot: pages.shot,
        axe: pages.axe,
        tolerate: pages.tolerate,
        faults: pages.faults,
        signIn: (page, address, password) => signIn(page, server.url, address, password),
        startServer: (options) => begin(startServer(options, mail)),
        startMail: (accounts) => begin(startMail(accounts)),
        press,
        check,
        until,
        step,
      }),
      journey.limit ?? LIMIT,
    );
    if (pages.faults.length > 0) throw new Error(`the browser complained:\n  ${pages.faults.join("\n  ")}`);
  } catch (error) {
    await pages.shootFailure();
    if (pages.faults.length > 0) console.log(`      the browser said:\n        ${pages.faults.join("\n        ")}`);
    if (server) console.log(`      the server's last words:\n${server.output().split("\n").slice(-20).join("\n").replace(/^/gm, "        ")}`);
    throw error;
  } finally {
    await pages.close();
    for (const started of own.reverse()) await started.stop();
  }
}

async function step(what, work) {
  const began = performance.now();
  try {
    const result = await work();
    console.log(`      - ${what} (${Math.round(performance.now() - began)} ms)`);
    return result;
  } catch (error) {
    console.log(`      x ${what}`);
    throw error;
  }
}

function limited(work, limit) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`took longer than ${limit / 1000} s`)), limit);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
