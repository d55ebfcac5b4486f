// The screen of a device without the agent: the technician offers help on a ticket, the person enters the code, downloads one file and
// runs it, and agrees; the technician types into a window there; the person presses stop; and then nothing is left of it, neither the
// folder nor the device.
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startDesktop } from "../lib/desktop.mjs";
import { start } from "../lib/process.mjs";
import { built } from "../lib/server.mjs";

export const title = "A person without the agent shows the screen by a code, and nothing stays on the device or in the records";
export const limit = 300_000;
export const server = { args: ["demo", "--seed", "17", "--tickets", "40"] };

const SHOTS = join(import.meta.dirname, "../shots");
const PASSWORD = "rock in midstream";
const CONSENT = "may they see this screen";
const SIGN = "this screen is seen";

export default async function ({ url, server, open, signIn, step, check, shot, axe, until }) {
  const engineer = await open({ locale: "zh-CN" });
  const admin = await open({ locale: "en" });
  const person = await open({ locale: "en", width: 390 });
  const desktop = await startDesktop();
  const folder = await mkdtemp(join(tmpdir(), "mainstay-assist-"));
  const [notes, kept, file] = ["notes", "run", "mainstay-help"].map((name) => join(folder, name));
  let help;
  let number;
  let page;
  let code;

  const place = (name) => until(`${name} is shown`, () => desktop.window(name), 20_000);
  const state = (word) => engineer.locator(`[data-screen][data-state="${word}"]`).waitFor({ timeout: 60_000 });
  const offer = () => engineer.locator(`form[action="/tickets/${number}/assists"] button`);

  try {
    await mkdir(kept);
    await step("without a program the technician sees no offer, and the administrator is told how to put one", async () => {
      const employee = await open({ locale: "zh-CN" });
      await signIn(employee, "employee@example.test", PASSWORD);
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", "家里的电脑连不上");
      await employee.fill("[name=body]", "这台电脑没有安装代理。");
      await Promise.all([employee.waitForURL(/portal\/requests\/\d+/), employee.locator("main form .button-primary").first().click()]);
      number = employee.url().match(/requests\/(\d+)/)[1];
      await signIn(engineer, "l2@example.test", PASSWORD);
      await signIn(admin, "admin@example.test", PASSWORD);
      await engineer.goto(`${url}/tickets/${number}/devices`);
      check(await offer().count()).is(0);
      await admin.goto(`${url}/tickets/${number}/devices`);
      check(await admin.locator("main").innerText()).includes("assist-program put");
      await shot(admin, "assist-no-program");
      await promisify(execFile)(built("mainstay"), ["--data", await dataOf(server.pid), "assist-program", "put", "--platform", "linux-x86_64", built("mainstay-agent")]);
    });

    await step("the technician gets a code", async () => {
      await engineer.goto(`${url}/tickets/${number}/devices`);
      await Promise.all([engineer.waitForURL(/\/assists\/[0-9a-z]{26}$/), offer().click()]);
      page = engineer.url();
      code = (await engineer.locator("#assist-code").innerText()).trim();
      check(/^\d{3} \d{3} \d{3}$/.test(code)).isTrue();
      check(await engineer.locator("main").innerText()).includes(`${url}/assist`);
      await shot(engineer, "assist-code");
      await axe(engineer);
    });

    await step("a wrong code gives nothing, the right one gives one file", async () => {
      await person.goto(`${url}/assist`);
      await shot(person, "assist-public");
      await axe(person);
      await person.fill("[name=code]", code === "111 111 111" ? "222 222 222" : "111 111 111");
      await person.locator("main form .button-primary").click();
      await person.locator(".field-invalid").waitFor();
      await shot(person, "assist-wrong");
      await person.fill("[name=code]", code);
      const [download] = await Promise.all([person.waitForEvent("download"), person.locator("main form .button-primary").click()]);
      check(download.suggestedFilename()).is("mainstay-help");
      await download.saveAs(file);
      await chmod(file, 0o700);
      await engineer.locator("[id^=assist-] .chip", { hasText: "程序已下载" }).waitFor({ timeout: 30_000 });
    });

    await step("the person runs it, and the technician's page says which computer it is", async () => {
      await desktop.program("openbox", []);
      await desktop.program("xterm", ["-title", "notes", "-geometry", "80x20+40+120", "-e", "sh", "-c", `cat > ${notes}`], "notes");
      help = await start(file, [], { env: { ...desktop.env, LC_ALL: "zh_CN.UTF-8", XDG_RUNTIME_DIR: kept }, ready: /已连接/ });
      check((await readdir(kept)).length).is(1);
      await engineer.locator('main a[href*="/screens/new"]').waitFor({ timeout: 30_000 });
      check(await engineer.locator("main").innerText()).includes("(guest)");
      await shot(engineer, "assist-connected");
      await axe(engineer);
    });

    await step("the person agrees, and a word is typed on their desktop", async () => {
      await engineer.locator('main a[href*="/screens/new"]').click();
      await engineer.locator("main form [name=mode][value=control]").check();
      await Promise.all([engineer.waitForURL(/\/screens\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
      await state("asking");
      const { right, bottom } = await place(CONSENT);
      // Presses that come at once were meant for something else, and are ignored.
      await new Promise((resolve) => setTimeout(resolve, 900));
      await desktop.picture(join(SHOTS, "assist-consent-desktop.png"));
      await desktop.person("click", right - 80, bottom - 50);
      await state("open");
      const canvas = engineer.locator("[data-screen-box] canvas").first();
      await canvas.waitFor();
      const box = await canvas.boundingBox();
      const scale = box.width / 1280;
      await engineer.mouse.click(box.x + 300 * scale, box.y + 300 * scale);
      await engineer.keyboard.type("seen");
      await engineer.keyboard.press("Enter");
      await until("it has come", async () => (await readFile(notes, "utf8")) === "seen\n", 20_000);
      await shot(engineer, "assist-open", { themes: ["light"] });
    });

    await step("stop ends it, and nothing is left", async () => {
      const { y, right, bottom } = await place(SIGN);
      await desktop.person("click", right - 40, Math.round((y + bottom) / 2));
      await state("ended");
      await until("the program has ended", () => /协助已结束/.test(help.output()), 60_000);
      await until("its folder is gone", async () => (await readdir(kept)).length === 0, 20_000);
      await engineer.goto(page);
      await engineer.locator("[id^=assist-] .chip", { hasText: "已结束" }).waitFor({ timeout: 90_000 });
      await shot(engineer, "assist-ended", { themes: ["light"] });
      await engineer.goto(`${url}/devices?q=guest`);
      check(await engineer.locator("main").innerText()).excludes("(guest)");
    });
  } finally {
    await help?.kill();
    await desktop.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a demonstration keeps its data: the folder in which its files are open. */
async function dataOf(pid) {
  for (const name of await readdir(`/proc/${pid}/fd`)) {
    const path = await readlink(`/proc/${pid}/fd/${name}`).catch(() => "");
    const found = path.match(/^.*\/mainstay-demo-[^/]+/);
    if (found) return found[0];
  }
  throw new Error("the demonstration has no data");
}
