// The screen of a device, from a ticket: whoever sits there is asked and agrees; the technician sees the desktop, types English and
// Chinese into a window there, and clicks; a colleague watches; the person presses stop; the recording on the ticket replays. Then the
// ways it must not go: consent pressed by injected input, a view-only session that presses keys, a refusal.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentDocument, startAgent } from "../lib/agent.mjs";
import { startDesktop } from "../lib/desktop.mjs";

export const title = "A technician sees and controls the screen of a device after the person there agreed, until that person stops it";
export const limit = 300_000;
export const server = { args: ["demo", "--seed", "17", "--tickets", "40"] };

const SHOTS = join(import.meta.dirname, "../shots");
const PASSWORD = "rock in midstream";
// What the agent calls its windows.
const CONSENT = "may they see this screen";
const SIGN = "this screen is seen";
const CHINESE = "打印机已经好了";

export default async function ({ url, open, signIn, step, check, shot, axe, until }) {
  const admin = await open({ locale: "en" });
  const engineer = await open({ locale: "zh-CN" });
  const desktop = await startDesktop();
  const folder = await mkdtemp(join(tmpdir(), "mainstay-desktop-"));
  const notes = join(folder, "notes");
  let agent;
  let device;
  let number;
  let session;

  /** Asks for the screen on the page of the ticket's device. */
  const ask = async (mode, clipboard = false) => {
    await engineer.goto(`${url}/devices/${device}/screens/new?ticket=${number}`);
    await engineer.locator(`main form [name=mode][value=${mode}]`).check();
    if (clipboard) await engineer.locator("main form [name=clipboard]").check();
    await Promise.all([engineer.waitForURL(/\/screens\/[0-9a-z]{26}$/), engineer.locator("main form .button-primary").click()]);
    session = engineer.url();
  };
  const state = (page, word) => page.locator(`[data-screen][data-state="${word}"]`).waitFor({ timeout: 60_000 });
  /** Where a window of the agent is. */
  const place = (name) => until(`${name} is shown`, () => desktop.window(name), 20_000);
  /** The person answers the question: the buttons are its last row, refuse left of allow. */
  const answer = async (word, how = "click") => {
    const { right, bottom } = await place(CONSENT);
    // Presses that come at once were meant for something else, and are ignored.
    await new Promise((resolve) => setTimeout(resolve, 900));
    await desktop.person(how, word === "allow" ? right - 80 : right - 196, bottom - 50);
  };
  const stop = async (how = "click") => {
    const { y, right, bottom } = await place(SIGN);
    await desktop.person(how, right - 40, Math.round((y + bottom) / 2));
  };
  const picture = (page) => page.locator("[data-screen-box] canvas");

  try {
    await step("a device with a desktop comes in, and is named on a ticket", async () => {
      await desktop.program("openbox", []);
      await desktop.program("xterm", ["-u8", "-title", "notes", "-geometry", "80x20+40+120", "-fa", "Noto Sans Mono CJK SC", "-e", "sh", "-c", `cat > ${notes}`], "notes");
      await signIn(admin, "admin@example.test", PASSWORD);
      agent = await startAgent(await enrolmentDocument(admin, url, [url.replace("http", "ws")]), { env: desktop.env });
      ({ device } = agent);
      const employee = await open({ locale: "zh-CN", width: 390 });
      await signIn(employee, "employee@example.test", PASSWORD);
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", "打印机没有反应");
      await employee.fill("[name=body]", "请看一下我的屏幕。");
      await Promise.all([employee.waitForURL(/portal\/requests\/\d+/), employee.locator("main form .button-primary").first().click()]);
      number = employee.url().match(/requests\/(\d+)/)[1];
      await signIn(engineer, "l2@example.test", PASSWORD);
      await engineer.goto(`${url}/devices/${device}/screens/new?ticket=${number}`);
      await shot(engineer, "screen-new");
      await axe(engineer);
    });

    await step("consent pressed by injected input is none", async () => {
      await ask("control", true);
      await state(engineer, "asking");
      await shot(engineer, "screen-asking");
      await axe(engineer, { without: ["[data-screen-box]"] });
      await answer("allow", "xtest-click");
      await desktop.person("xtest-key", "Return");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      check(await engineer.locator("[data-screen]").getAttribute("data-state")).is("asking");
      check(await picture(engineer).count()).is(0);
      await desktop.picture(join(SHOTS, "screen-consent-desktop.png"));
    });

    await step("the person agrees, and the technician sees the desktop", async () => {
      await answer("allow");
      await state(engineer, "open");
      await picture(engineer).waitFor();
      await until("the picture has come", async () => (await colours(engineer)) > 3, 20_000);
      await place(SIGN);
      await desktop.picture(join(SHOTS, "screen-sign-desktop.png"));
      await shot(engineer, "screen-open");
      await axe(engineer, { without: ["[data-screen-box]"] });
    });

    await step("keys, a click, and text in Chinese reach a window there", async () => {
      // A click into the window gives it the keyboard.
      const at = await spot(engineer, 300, 300, 1280);
      await engineer.mouse.click(at.x, at.y);
      await engineer.keyboard.type("Hello, World!");
      await engineer.keyboard.press("Enter");
      await engineer.locator("#screen-type").fill(CHINESE);
      await engineer.locator("[data-screen-type] input[type=checkbox]").check();
      await engineer.locator("[data-screen-type] button").click();
      await until("both lines have come", async () => (await readFile(notes, "utf8")).endsWith(`Hello, World!\n${CHINESE}\n`), 20_000);
      await shot(engineer, "screen-typed");
      await desktop.picture(join(SHOTS, "screen-typed-desktop.png"));
    });

    await step("a colleague watches, and presses nothing", async () => {
      await admin.goto(session);
      await state(admin, "open");
      await until("the colleague sees it", async () => (await colours(admin)) > 3, 20_000);
      await engineer.locator("[data-screen-people] li").nth(1).waitFor();
      const at = await spot(admin, 300, 300, 1280);
      await admin.mouse.click(at.x, at.y);
      await admin.keyboard.type("not mine");
      await shot(admin, "screen-watched", { themes: ["light"] });
      check(await readFile(notes, "utf8")).excludes("mine");
    });

    await step("injected input does not stop it, the person does", async () => {
      await stop("xtest-click");
      const at = await place(SIGN);
      const pressed = await spot(engineer, at.right - 40, Math.round((at.y + at.bottom) / 2), 1280);
      await engineer.mouse.click(pressed.x, pressed.y);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      check(await engineer.locator("[data-screen]").getAttribute("data-state")).is("open");
      await stop();
      for (const page of [engineer, admin]) await state(page, "ended");
      await shot(engineer, "screen-ended", { themes: ["light"] });
      await until("the sign is gone", async () => !(await desktop.window(SIGN)));
    });

    await step("the recording replays what was seen, by keyboard", async () => {
      await engineer.goto(`${url}/tickets/${number}`);
      await engineer.locator(`a[href="${new URL(session).pathname}"]`).first().click();
      await engineer.waitForURL(session);
      check(await engineer.locator("main").innerText()).includes("中止了会话");
      await engineer.locator('[data-screen-player][data-ready="true"]').waitFor({ timeout: 30_000 });
      await engineer.locator("[data-player-place]").focus();
      await engineer.keyboard.press("End");
      await until("the last picture", async () => (await colours(engineer)) > 3, 20_000);
      await shot(engineer, "screen-recording");
      await axe(engineer, { without: ["[data-screen-box]"] });
      await engineer.keyboard.press("Home");
      await engineer.locator("[data-player-speed]").selectOption("8");
      await engineer.locator("[data-player-toggle]").focus();
      await engineer.keyboard.press("Enter");
      await until("it has played", async () => (await engineer.locator("[data-player-toggle]").getAttribute("aria-pressed")) === "false", 60_000);
      await engineer.goto(`${url}/screens`);
      await shot(engineer, "screens");
      await axe(engineer);
    });

    await step("in a session of viewing no key and no click reaches the desktop", async () => {
      await ask("view");
      await state(engineer, "asking");
      await answer("allow");
      await state(engineer, "open");
      await until("the picture has come", async () => (await colours(engineer)) > 3, 20_000);
      const at = await spot(engineer, 300, 300, 1280);
      await engineer.mouse.click(at.x, at.y);
      await engineer.keyboard.type("only looking");
      await engineer.keyboard.press("Enter");
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      check(await readFile(notes, "utf8")).excludes("looking");
      await engineer.locator('form[action$="/end"] button').click();
      // Where the end is quick, the page that follows has the recording already.
      await engineer.locator('[data-screen][data-state="ended"], [data-screen-player]').first().waitFor({ timeout: 60_000 });
    });

    await step("a refusal is final, and nothing was seen", async () => {
      await ask("view");
      await state(engineer, "asking");
      await answer("refuse");
      await state(engineer, "ended");
      await engineer.goto(session);
      check(await engineer.locator("[data-screen-player]").count()).is(0);
      await shot(engineer, "screen-refused", { themes: ["light"] });
    });
  } finally {
    await agent?.stop();
    await desktop.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many colours the picture has, of some thousand points of it. */
async function colours(page) {
  return page.locator("[data-screen-box] canvas").first().evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let at = 0; at < data.length; at += 4 * 97) seen.add((data[at] << 16) | (data[at + 1] << 8) | data[at + 2]);
    return seen.size;
  }).catch(() => 0);
}

/** Where a point of the desktop is in the browser's window. */
async function spot(page, x, y, width) {
  const box = await page.locator("[data-screen-box] canvas").first().boundingBox();
  const scale = box.width / width;
  return { x: box.x + x * scale, y: box.y + y * scale };
}
