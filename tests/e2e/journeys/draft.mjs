// What was begun is there again: after a colleague's change, in a second window, after the server was killed.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signIn } from "../lib/browser.mjs";
import { built } from "../lib/server.mjs";

export const title = "A draft survives another's change, a second window, and a killed server; the list shows it";
export const server = "none";

const PASSWORD = "rock in midstream";
const TEXT = "写到一半的回复，请勿清除";

/** Runs a command of the program, the password on its standard input. */
function run(args, input) {
  return new Promise((resolve, reject) => {
    const child = spawn(built("mainstay"), args, { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (said += chunk));
    child.on("close", (code) => (code === 0 ? resolve(said) : reject(new Error(`${args.join(" ")}: ${said}`))));
    child.stdin.end(`${input}\n`);
  });
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

export default async function ({ open, step, check, shot, until, startServer, tolerate }) {
  const data = await mkdtemp(join(tmpdir(), "mainstay-draft-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const serve = () => startServer({ args: ["--data", data, "serve", "--listen", `127.0.0.1:${port}`, "--base-url", url] });
  let house;
  try {
    await run(["--data", data, "init", "--admin", "admin@example.test", "--password-stdin"], PASSWORD);
    await run(["--data", data, "user", "add", "lin@example.test", "--name", "林小满", "--role", "manager", "--password-stdin"], PASSWORD);
    house = await serve();
    const lin = await open({ locale: "zh-CN" });
    const admin = await open({ locale: "en" });
    for (const page of [lin, admin]) tolerate(page, /ERR_CONNECTION|ERR_EMPTY_RESPONSE|live: could not refresh|Failed to load resource|ERR_INCOMPLETE/);
    const kept = (page) => until("the draft is kept", async () => (await page.locator("[data-draft-status]").innerText()) !== "");
    let path;

    await step("begins a reply", async () => {
      await signIn(lin, url, "lin@example.test", PASSWORD);
      await signIn(admin, url, "admin@example.test", PASSWORD);
      await lin.goto(`${url}/tickets/new`);
      await lin.fill("[name=requester]", "lin@example.test");
      await lin.fill("[name=title]", "打印机卡纸");
      await lin.fill("[name=body]", "三楼");
      await Promise.all([lin.waitForURL(/\/tickets\/\d+/), lin.locator("form[action='/tickets'] [data-send]").click()]);
      path = `${new URL(lin.url()).pathname}?from=open`;
      await lin.goto(url + path);
      await lin.locator(".composer textarea").pressSequentially(TEXT);
      await kept(lin);
    });

    await step("a colleague's note comes in beside it, and does not touch it", async () => {
      await admin.goto(url + path);
      check(await admin.inputValue(".composer textarea")).is("", "a draft is its writer's alone");
      await admin.locator(".composer [name=kind][value=note]").check();
      await admin.fill(".composer textarea", "Checked the cable.");
      await admin.locator(".composer [data-send]").click();
      await lin.locator(".entry-note", { hasText: "Checked the cable." }).waitFor();
      check(await lin.inputValue(".composer textarea")).is(TEXT);
    });

    await step("the list shows that something was begun", async () => {
      await lin.goto(`${url}/queues/open`);
      check(await lin.locator("#rows [data-row]").first().innerText()).includes("草稿");
      await shot(lin, "drafted");
    });

    await step("a second window that writes over it is told so", async () => {
      await lin.goto(url + path);
      const second = await open({ locale: "zh-CN", state: await lin.context().storageState() });
      await second.goto(url + path);
      await lin.locator(".composer textarea").pressSequentially("！");
      await kept(lin);
      await second.locator(".composer textarea").pressSequentially("？");
      await until("the second window is told", async () => (await second.locator("[data-draft-status]").innerText()).includes("另一个窗口"));
      await second.close();
    });

    await step("the form of the resolution is kept too", async () => {
      await lin.goto(url + path.replace("?", "/resolution?"));
      await Promise.all([
        lin.waitForResponse((answer) => answer.url().includes("/forms/resolution/draft")),
        lin.fill("[name=solution]", "换了搓纸轮"),
      ]);
    });

    await step("the server is killed and comes back; both are there", async () => {
      await house.kill();
      house = await serve();
      await lin.goto(url + path);
      check(await lin.inputValue(".composer textarea")).includes(TEXT);
      await lin.goto(url + path.replace("?", "/resolution?"));
      check(await lin.inputValue("[name=solution]")).is("换了搓纸轮");
    });

    await step("sent is sent: it does not come back", async () => {
      await lin.goto(url + path);
      await lin.locator(".composer [data-send]").click();
      await lin.locator(".entry", { hasText: TEXT }).first().waitFor();
      await lin.reload();
      check(await lin.inputValue(".composer textarea")).is("");
    });
  } finally {
    // It writes to the folder until it is gone.
    await house?.stop();
    await rm(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
