// From a ticket into its device and back: health check, a service, a log, a file, the terminal with a colleague who watches; the
// ticket holds what was done; closing it ends what still runs. The device is a real agent, as a plain process in a folder of its own.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "../lib/process.mjs";
import { built } from "../lib/server.mjs";

export const title = "A ticket leads into its device: health, service, log, file, terminal, and the evidence on the ticket";
export const limit = 300_000;
export const server = { args: ["demo", "--seed", "17", "--tickets", "40"] };

const PASSWORD = "rock in midstream";
const FLOOR = "scripts = true\ncommands = true\nterminal = true\nfiles_put = true\nview_only = false\nsessions_most = 4\nrequire_recording = true\n";

/** An agent with a floor that allows a terminal, enrolled by a document that the page gave. */
async function agentOf(document) {
  const root = await mkdtemp(join(tmpdir(), "mainstay-agent-"));
  const settings = join(root, "etc/mainstay-agent");
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, "floor.toml"), FLOOR);
  await writeFile(join(settings, "enrolment.json"), document, { mode: 0o600 });
  const agent = await start(built("mainstay-agent"), ["--root", root, "run", "--one-process"], { ready: /./ });
  return { stop: async () => { await agent.stop(); await rm(root, { recursive: true, force: true }); } };
}

export default async function ({ url, open, signIn, step, check, shot, axe, press, until }) {
  const page = await open({ locale: "zh-CN" });
  const admin = await open({ locale: "en" });
  let agent;
  let device;
  let number;
  let terminal;

  try {
    await step("an administrator makes an enrolment document, and a device comes in by it", async () => {
      await signIn(admin, "admin@example.test", PASSWORD);
      await admin.goto(`${url}/devices/enrolment`);
      await admin.fill("main form [name=name]", "journey");
      await admin.selectOption("main form [name=rule]", "admit");
      await admin.fill("main form [name=servers]", url.replace("http", "ws"));
      await admin.locator('form[action^="/devices/enrolment#new"] .button-primary').click();
      const fetching = admin.locator('form[action$="/document"] button').first();
      await fetching.waitFor();
      await shot(admin, "enrolment");
      const [download] = await Promise.all([admin.waitForEvent("download"), fetching.click()]);
      const chunks = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk);
      agent = await agentOf(Buffer.concat(chunks).toString("utf8"));
      device = await until("the device is in the list", async () => {
        await admin.goto(`${url}/devices`);
        const link = admin.locator('main a[href^="/devices/0"]').first();
        return (await link.count()) > 0 && (await link.getAttribute("href")).match(/devices\/([0-9a-z]{26})/)?.[1];
      }, 60_000);
    });

    await step("an employee reports, and the engineer names the device on the ticket", async () => {
      const employee = await open({ locale: "zh-CN", width: 390 });
      await signIn(employee, "employee@example.test", PASSWORD);
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", "电脑很慢，打印服务没有反应");
      await employee.fill("[name=body]", "从今天早上开始。");
      await Promise.all([employee.waitForURL(/portal\/requests\/\d+/), employee.locator("main form .button-primary").first().click()]);
      number = employee.url().match(/requests\/(\d+)/)[1];
      await signIn(page, "l2@example.test", PASSWORD);
      await page.goto(`${url}/tickets/${number}/devices?q=`);
      const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
      await page.request.post(`${url}/tickets/${number}/devices`, { form: { csrf, device, do: "add" }, headers: { Origin: url } });
      await page.goto(`${url}/tickets/${number}/devices`);
      await page.locator(`a[href="/devices/${device}"]`).first().waitFor();
      await shot(page, "ticket-device");
      await axe(page);
    });

    await step("from the ticket to the device: the health check, a service, a log, a file", async () => {
      const connect = `${url}/devices/${device}/connect?ticket=${number}`;
      const ask = async (verb, fields = {}) => {
        await page.goto(connect);
        const form = page.locator("main form", { has: page.locator(`[name=verb][value="${verb}"]`) }).first();
        for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).first().fill(value);
        await Promise.all([page.waitForURL(/\/acts\/[0-9a-z]{26}$/), form.locator(`[name=verb][value="${verb}"]`).click()]);
      };
      const over = () => until("the act is over", async () => (await page.locator("main .chip-info").count()) === 0, 60_000);
      await page.goto(connect);
      await shot(page, "connect");
      await ask("health.check");
      await page.locator("#health").waitFor({ timeout: 60_000 });
      await shot(page, "health");
      await axe(page);
      // Where systemd does not run the answer is a plain reason, which is as much an answer.
      await ask("service.restart", { name: "cron" });
      await over();
      await ask("log.read", { path: "/var/log/dpkg.log" });
      await over();
      await ask("file.get", { path: "/etc/hostname" });
      await page.locator('a[href$="/file"]').waitFor({ timeout: 30_000 });
      check(await page.locator("main").innerText()).matches(/SHA-256 [0-9a-f]{64}/);
      await shot(page, "file");
    });

    await step("the terminal: recorded, typed into, and a colleague watches", async () => {
      await page.goto(`${url}/tickets/${number}/devices`);
      await page.locator(`a[href="/devices/${device}/terminals/new?ticket=${number}"]`).first().click();
      await Promise.all([page.waitForURL(/\/terminals\/[0-9a-z]{26}$/), page.locator("main form .button-primary").click()]);
      terminal = page.url();
      await page.locator('[data-terminal][data-state="open"]').waitFor({ timeout: 30_000 });
      await page.keyboard.type("echo $((6 * 7)) seen; stty -echo; read secret; stty echo; echo ${#secret} letters\n");
      await page.locator(".xterm-rows", { hasText: "42 seen" }).waitFor();
      await page.keyboard.type("hunter2\n");
      await page.locator(".xterm-rows", { hasText: "7 letters" }).waitFor();
      const colleague = await open({ locale: "en" });
      await signIn(colleague, "admin@example.test", PASSWORD);
      await colleague.goto(terminal);
      await colleague.locator(".xterm-rows", { hasText: "7 letters" }).waitFor();
      await page.locator("[data-terminal-people] li").nth(1).waitFor();
      await shot(page, "terminal");
      await axe(page, { without: [".xterm"] });
    });

    await step("a page of another site cannot open the stream", async () => {
      const answer = await page.request.get(`${terminal}/stream`, {
        headers: { Origin: "https://evil.example", Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" },
      });
      check(answer.status()).is(403);
    });

    await step("the recording plays, holds what was shown, and no password", async () => {
      await page.locator(".xterm-helper-textarea").focus();
      await page.keyboard.type("exit\n");
      await page.locator('[data-terminal][data-state="ended"]').waitFor();
      await page.goto(terminal);
      await page.locator('[data-player][data-ready="true"]').waitFor();
      const file = await (await page.request.get(`${terminal}/recording`)).text();
      check(JSON.parse(file.split("\n")[0]).version).is(3);
      check(file).includes("42 seen");
      check(file).excludes("hunter2");
      check(await page.locator(".terminal-words").innerText()).includes("7 letters");
      await page.locator("[data-player-toggle]").click();
      await shot(page, "recording");
      await axe(page, { without: [".xterm"] });
      await page.goto(`${url}/terminals?q=7 letters`);
      check(await page.locator("main").innerText()).includes("7 letters");
      await press(page, "Escape");
    });

    await step("without scripts the words of the recording can be read", async () => {
      const plain = await open({ locale: "en", scripts: false, state: await page.context().storageState() });
      await plain.goto(terminal);
      check(await plain.locator(".terminal-words").innerText()).includes("42 seen");
    });

    await step("the ticket holds the session", async () => {
      await page.goto(`${url}/tickets/${number}`);
      await page.locator(`a[href="${new URL(terminal).pathname}"]`).first().waitFor();
      await shot(page, "ticket-evidence");
      await axe(page);
    });

    await step("closing the ticket ends the terminal that still runs", async () => {
      await page.goto(`${url}/devices/${device}/terminals/new?ticket=${number}`);
      await Promise.all([page.waitForURL(/\/terminals\/[0-9a-z]{26}$/), page.locator("main form .button-primary").click()]);
      await page.locator('[data-terminal][data-state="open"]').waitFor({ timeout: 30_000 });
      const other = await open({ locale: "en", state: await page.context().storageState() });
      await other.goto(`${url}/tickets/${number}/resolution`);
      await other.fill("main form [name=solution]", "重启打印服务\n清空打印队列\n打印测试页确认");
      for (const box of await other.locator("main form [name=tested][type=checkbox]").all()) await box.check();
      await other.locator("main form .button-primary").first().click();
      await page.locator('[data-terminal][data-state="ended"]').waitFor({ timeout: 30_000 });
    });
  } finally {
    await agent?.stop();
  }
}
