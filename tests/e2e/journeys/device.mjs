// From a ticket into its device and back: health check, a service, a log, a file, the terminal with a colleague who watches and a link
// that drops; the ticket holds what was done; closing it ends what still runs. The device is a real agent, as a plain process in a
// folder of its own, behind a wire that can be cut.
import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { enrolmentDocument, startAgent } from "../lib/agent.mjs";
import { wire } from "../lib/wire.mjs";

export const title = "A ticket leads into its device: health, service, log, file, terminal, and the evidence on the ticket";
export const limit = 400_000;
export const server = { args: ["demo", "--seed", "17", "--tickets", "40"] };

const PASSWORD = "rock in midstream";
const LINES = ["打印服务启动", "缺纸：三号纸盒", "打印服务停止"];

/** An agent, and a log of the device for the technician to look at. */
async function agentOf(document) {
  // An agent reads logs where logs lie, and nowhere else.
  const logs = await mkdtemp("/var/log/mainstay-journey-");
  const log = join(logs, "print.log");
  await writeFile(log, `${LINES.join("\n")}\n`);
  const agent = await startAgent(document);
  const stop = async () => {
    await agent.stop();
    await rm(logs, { recursive: true, force: true });
  };
  return { log, device: agent.device, stop };
}

export default async function ({ url, open, signIn, step, check, shot, axe, press, until, tolerate }) {
  const admin = await open({ locale: "en" });
  const technician = await open({ locale: "zh-CN" });
  const engineer = await open({ locale: "zh-CN" });
  const line = await wire(url);
  let agent;
  let device;
  let number;
  let terminal;

  const screen = (page) => page.locator(".xterm-rows");
  /** Types a line into the terminal and waits for what it shows. */
  const types = async (page, text, shown) => {
    await page.keyboard.type(`${text}\n`);
    await screen(page).filter({ hasText: shown }).waitFor();
  };
  /** A form in a dialog, opened by its link. */
  const dialog = async (page, path, fill) => {
    await page.goto(`${url}/tickets/${number}/${path}`);
    await fill(page.locator("main form").filter({ has: page.locator(".button-primary, [data-send]") }).first());
  };
  /** Asks for something on the page that leads to the device, and waits for the page of what was asked. */
  const ask = async (page, verb, fields = {}) => {
    await page.goto(`${url}/devices/${device}/connect?ticket=${number}`);
    const form = page.locator("main form", { has: page.locator(`[name=verb][value="${verb}"]`) }).first();
    for (const [name, value] of Object.entries(fields)) {
      const field = form.locator(`[name="${name}"]`).first();
      await (value === true ? field.check() : field.fill(value));
    }
    await Promise.all([page.waitForURL(/\/acts\/[0-9a-z]{26}$/), form.locator(`[name=verb][value="${verb}"]`).click()]);
  };

  try {
    await step("an administrator makes an enrolment document, and a device comes in by it", async () => {
      await signIn(admin, "admin@example.test", PASSWORD);
      const look = async () => {
        await shot(admin, "enrolment");
        await axe(admin);
      };
      agent = await agentOf(await enrolmentDocument(admin, url, [line.address], look));
      ({ device } = agent);
      await admin.goto(`${url}/devices?q=${encodeURIComponent(hostname())}`);
      await admin.locator(`#rows a[href="/devices/${device}"]`).waitFor();
      await until("its inventory has come", async () => {
        await admin.goto(`${url}/devices/${device}/software`);
        return (await admin.locator("#rows tr").count()) > 0;
      }, 60_000);
    });

    await step("an employee reports, and a technician takes the ticket and names the device on it", async () => {
      const employee = await open({ locale: "zh-CN", width: 390 });
      await signIn(employee, "employee@example.test", PASSWORD);
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", "电脑很慢，打印服务没有反应");
      await employee.fill("[name=body]", "从今天早上开始。");
      await Promise.all([employee.waitForURL(/portal\/requests\/\d+/), employee.locator("main form .button-primary").first().click()]);
      number = employee.url().match(/requests\/(\d+)/)[1];
      await signIn(technician, "l1@example.test", PASSWORD);
      await technician.goto(`${url}/tickets/${number}`);
      const take = technician.locator("form[action*='assignment/mine'] button").first();
      if (await take.count()) await take.click();
      const card = technician.locator(`#devices-${number}`);
      await card.locator("details summary.small").click();
      await card.locator("[name=q]").fill(hostname());
      await press(technician, "Enter");
      await card.locator("details form", { hasText: hostname() }).locator("button").first().click();
      await card.locator(`article a[href="/devices/${device}"]`).waitFor();
      await shot(technician, "ticket-device");
      await axe(technician);
    });

    await step("from the ticket to the device: the health check, a service, a log, a file", async () => {
      const over = () => until("the act is over", async () => (await technician.locator("main .chip-info").count()) === 0, 60_000);
      await technician.locator(`#devices-${number} a[href="/devices/${device}/connect?ticket=${number}"]`).first().click();
      await technician.waitForURL(/connect/);
      await shot(technician, "connect");
      await axe(technician);
      await ask(technician, "health.check");
      await technician.locator("#health").waitFor({ timeout: 60_000 });
      check(await technician.locator("section[aria-labelledby=health] tbody tr").count()).is(25, "each of the 25 points has a verdict");
      await shot(technician, "health");
      await axe(technician);
      // Where systemd does not run the answer is a plain reason, which is as much an answer.
      await ask(technician, "service.restart", { name: "cron" });
      await over();
      await ask(technician, "log.read", { path: agent.log });
      await technician.locator(".output", { hasText: LINES[1] }).waitFor({ timeout: 30_000 });
      await over();
      await shot(technician, "log");
      await ask(technician, "log.read", { path: agent.log, follow: true });
      await technician.locator(".output", { hasText: LINES[2] }).waitFor({ timeout: 30_000 });
      await appendFile(agent.log, "打印服务恢复\n");
      await technician.locator(".output", { hasText: "打印服务恢复" }).waitFor({ timeout: 30_000 });
      await technician.locator('form[action$="/cancellation"] button').click();
      await over();
      await ask(technician, "file.get", { path: agent.log });
      await technician.locator('a[href$="/file"]').waitFor({ timeout: 30_000 });
      check(await technician.locator("main").innerText()).matches(/SHA-256 [0-9a-f]{64}/);
      await shot(technician, "file");
      await axe(technician);
    });

    await step("a terminal is not the first line's: it is handed on", async () => {
      tolerate(technician, /status of 403/);
      check((await technician.goto(`${url}/devices/${device}/terminals/new?ticket=${number}`)).status()).is(403);
      await dialog(technician, "escalation", async (form) => {
        for (const part of ["tried", "known", "boundary"]) await form.locator(`[name='handoff.${part}']`).fill("健康检查、日志与服务已看过，需要终端。");
        await Promise.all([technician.waitForURL((to) => !to.pathname.endsWith("escalation")), form.locator("[data-send], .button-primary").first().click()]);
      });
      await signIn(engineer, "l2@example.test", PASSWORD);
      await engineer.goto(`${url}/tickets/${number}`);
      const take = engineer.locator("form[action*='assignment/mine'] button").first();
      if (await take.count()) await take.click();
    });

    await step("the terminal: a real shell, Chinese letters, another size", async () => {
      await engineer.goto(`${url}/tickets/${number}/devices`);
      await engineer.locator(`a[href="/devices/${device}/terminals/new?ticket=${number}"]`).first().click();
      await engineer.waitForURL(/terminals\/new/);
      await shot(engineer, "terminal-new");
      await axe(engineer);
      await Promise.all([engineer.waitForURL(/\/terminals\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
      terminal = engineer.url();
      await engineer.locator('[data-terminal][data-state="open"]').waitFor({ timeout: 30_000 });
      await types(engineer, "PS1='> '; echo $((6 * 7)) seen", "42 seen");
      // As an input method does it: letters that are not sent yet, then the words.
      const hands = await engineer.context().newCDPSession(engineer);
      await engineer.keyboard.type("echo ");
      await hands.send("Input.imeSetComposition", { text: "da yin", selectionStart: 6, selectionEnd: 6 });
      await hands.send("Input.insertText", { text: "打印机" });
      await screen(engineer).filter({ hasText: "echo 打印机" }).waitFor();
      await types(engineer, "正常 | wc -m", "打印机正常 | wc -m6");
      await types(engineer, "echo 打印机正常 | sed s/正/很正/", "打印机很正常");
      await types(engineer, "echo wide: $(stty size | cut -d' ' -f2)", /wide: \d+/);
      const wide = Number((await screen(engineer).innerText()).match(/wide: (\d+)/)[1]);
      await engineer.setViewportSize({ width: 900, height: 700 });
      await types(engineer, "echo less: $(stty size | cut -d' ' -f2)", /less: \d+/);
      const less = Number((await screen(engineer).innerText()).match(/less: (\d+)/)[1]);
      check(less > 20 && less < wide).isTrue(`${wide} columns became ${less}`);
      await engineer.setViewportSize({ width: 1440, height: 900 });
    });

    await step("a colleague watches, and sees no password", async () => {
      await types(engineer, "stty -echo; read secret; stty echo; echo ${#secret} letters", "read secret");
      await engineer.keyboard.type("hunter2\n");
      await screen(engineer).filter({ hasText: "7 letters" }).waitFor();
      await admin.goto(terminal);
      await screen(admin).filter({ hasText: "7 letters" }).waitFor();
      await engineer.locator("[data-terminal-people] li").nth(1).waitFor();
      await shot(engineer, "terminal");
      await axe(engineer, { without: [".xterm"] });
      await shot(admin, "terminal-watched", { themes: ["light"] });
    });

    await step("the link of the device drops, both are told, and the session goes on where it was", async () => {
      await types(engineer, "kept=$$; (sleep 3; echo wh''ile away) &", "ile away) &");
      line.cut();
      for (const page of [engineer, admin]) await page.locator('[data-terminal][data-state="away"]').waitFor({ timeout: 30_000 });
      await shot(engineer, "terminal-away", { themes: ["light"] });
      line.mend();
      for (const page of [engineer, admin]) await page.locator('[data-terminal][data-state="open"]').waitFor({ timeout: 90_000 });
      await screen(engineer).filter({ hasText: "while away" }).waitFor();
      await engineer.locator(".xterm-helper-textarea").focus();
      await types(engineer, "test $kept = $$ && echo the same $((40 + 2))", "the same 42");
      await screen(admin).filter({ hasText: "the same 42" }).waitFor();
    });

    await step("a page of another site cannot open the stream", async () => {
      const answer = await engineer.request.get(`${terminal}/stream`, {
        headers: { Origin: "https://evil.example", Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" },
      });
      check(answer.status()).is(403);
    });

    await step("the recording plays, holds what was shown, and no password", async () => {
      await engineer.locator(".xterm-helper-textarea").focus();
      await engineer.keyboard.type("exit\n");
      await engineer.locator('[data-terminal][data-state="ended"]').waitFor();
      await shot(engineer, "terminal-ended", { themes: ["light"] });
      await engineer.goto(terminal);
      await engineer.locator('[data-player][data-ready="true"]').waitFor();
      const file = await (await engineer.request.get(`${terminal}/recording`)).text();
      check(JSON.parse(file.split("\n")[0]).version).is(3);
      for (const words of ["42 seen", "打印机很正常", "while away", "the same 42"]) check(file).includes(words);
      check(file).excludes("hunter2");
      check(await engineer.locator(".terminal-words").innerText()).includes("7 letters");
      await shot(engineer, "recording");
      await axe(engineer, { without: [".xterm"] });
      // From the beginning, by keyboard, as fast as it goes: it ends where the session ended.
      await engineer.locator("[data-player-speed]").selectOption("8");
      await engineer.locator("[data-player-place]").focus();
      await press(engineer, "Home");
      await screen(engineer).filter({ hasNotText: "42 seen" }).waitFor();
      await engineer.locator("[data-player-toggle]").focus();
      await press(engineer, "Enter");
      await screen(engineer).filter({ hasText: "the same 42" }).waitFor({ timeout: 60_000 });
      await engineer.goto(`${url}/terminals?q=${encodeURIComponent("很正常")}`);
      check(await engineer.locator("main").innerText()).includes("打印机很正常");
      await shot(engineer, "terminals");
      await axe(engineer);
    });

    await step("without scripts the words of the recording can be read", async () => {
      const plain = await open({ locale: "en", scripts: false, state: await engineer.context().storageState() });
      await plain.goto(terminal);
      check(await plain.locator(".terminal-words").innerText()).includes("42 seen");
    });

    await step("the ticket holds the session, the output, and the file with its hash", async () => {
      await engineer.goto(`${url}/tickets/${number}`);
      await engineer.locator(`a[href="${new URL(terminal).pathname}"]`).first().waitFor();
      check(await engineer.locator("main").innerText()).includes("print.log");
      await shot(engineer, "ticket-evidence");
      await axe(engineer);
    });

    await step("the device shows its tickets and what was done on it", async () => {
      for (const [name, path] of [["now", ""], ["inventory", "/inventory"], ["software", "/software"], ["history", "/changes"]]) {
        await engineer.goto(`${url}/devices/${device}${path}`);
        await shot(engineer, `device-${name}`);
        await axe(engineer);
      }
    });

    await step("closing the ticket ends the terminal that still runs, and nothing more can be asked", async () => {
      await engineer.goto(`${url}/devices/${device}/terminals/new?ticket=${number}`);
      await Promise.all([engineer.waitForURL(/\/terminals\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
      await engineer.locator('[data-terminal][data-state="open"]').waitFor({ timeout: 30_000 });
      const other = await open({ locale: "en", state: await engineer.context().storageState() });
      await other.goto(`${url}/tickets/${number}/resolution`);
      await other.fill("main form [name=solution]", "重启打印服务\n清空打印队列\n打印测试页确认");
      for (const box of await other.locator("main form [name=tested][type=checkbox]").all()) await box.check();
      await other.locator("main form .button-primary").first().click();
      await engineer.locator('[data-terminal][data-state="ended"]').waitFor({ timeout: 30_000 });
      const csrf = await other.getAttribute("meta[name=csrf-token]", "content");
      const asked = await other.request.post(`${url}/devices/${device}/acts`, { form: { csrf, ticket: number, verb: "health.check" }, headers: { Origin: url } });
      check(await asked.text()).includes(`#${number} `);
      check(asked.status() >= 400 && asked.status() < 500).isTrue(`answered ${asked.status()}`);
    });
  } finally {
    await agent?.stop();
    line.stop();
  }
}
