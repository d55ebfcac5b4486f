// Somebody shares their browser's screen from their own report: the browser's dialog is answered, a technician on the ticket sees the
// very colours, at a desk and on a phone, also while the sharing page lies behind others; the person stops; the recording replays. On a
// phone, which has nothing to share with, the page says so.
import { createServer } from "node:http";

export const title = "An employee shares a screen from the portal; the technician sees it in the ticket, live and replayed";
export const limit = 240_000;
export const server = { args: ["demo", "--seed", "23", "--tickets", "20"] };

const PASSWORD = "rock in midstream";
/** The page that is shared: two halves of known colours, of which the left one changes. */
const SHARED = `<!doctype html><title>The broken page</title><style>body{margin:0;background:#c03030}div{width:50vw;height:100vh;background:#3030c0}</style><div></div>`;
const [RED, BLUE, GREEN] = [[192, 48, 48], [48, 48, 192], [48, 160, 48]];
/** Colours pass through a capture, a JPEG, and a scaled canvas. */
const NEARLY = 40;

export default async function ({ url, open, signIn, step, check, shot, axe, until, tolerate }) {
  const broken = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end(SHARED)).listen(0, "127.0.0.1");
  const employee = await open({ locale: "zh-CN" });
  const technician = await open({ locale: "en" });
  // Chromium says so of every getDisplayMedia where cameras are forbidden, and shares all the same.
  tolerate(employee, /Permissions policy violation: camera is not allowed/);
  const phone = await open({ locale: "zh-CN", width: 390 });
  let number;
  let share;
  let problem;

  const state = (page, word) => page.locator(`[data-state="${word}"]`).waitFor({ timeout: 30_000 });
  /** The colour of the picture at a part of its width, in the middle of its height. */
  const colour = (page, part) =>
    page.evaluate((at) => {
      const canvas = document.querySelector("[data-screen-box] canvas");
      if (!canvas?.width) return null;
      return [...canvas.getContext("2d").getImageData(Math.floor(canvas.width * at), canvas.height >> 1, 1, 1).data].slice(0, 3);
    }, part);
  const near = (found, wanted) => found !== null && found.every((shade, index) => Math.abs(shade - wanted[index]) <= NEARLY);
  const shows = (page, left, right) => until(`the picture is ${left} | ${right}`, async () => near(await colour(page, 0.25), left) && near(await colour(page, 0.75), right), 30_000);

  try {
    await step("an employee reports a problem and finds how to share", async () => {
      await signIn(employee, "employee@example.test", PASSWORD);
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", "报销页面打不开");
      await employee.fill("[name=body]", "请看一下我的屏幕。");
      await Promise.all([employee.waitForURL(/portal\/requests\/\d+/), employee.locator("main form .button-primary").first().click()]);
      number = employee.url().match(/requests\/(\d+)/)[1];
      await employee.locator(`a[href="/portal/requests/${number}/share"]`).click();
      await employee.locator("[data-share-begin]").waitFor();
      await shot(employee, "ready");
      await axe(employee);
    });

    await step("the desk asks for it in a reply with the link", async () => {
      await signIn(technician, "l1@example.test", PASSWORD);
      // A person's language is theirs, wherever they sit: chosen as they would.
      const csrf = await technician.getAttribute("meta[name=csrf-token]", "content");
      await technician.request.post(`${url}/locale`, { form: { csrf, locale: "en", next: "/" }, headers: { Origin: url } });
      await technician.goto(`${url}/tickets/${number}`);
      const card = technician.locator(`#card-shares-${number}`);
      await card.locator("summary").click();
      await card.scrollIntoViewIfNeeded();
      await shot(technician, "card", { whole: false });
      await card.locator(`a[href="/tickets/${number}/shares/asking"]`).click();
      await technician.locator("main form textarea[name=body]").waitFor();
      await shot(technician, "asking");
      await axe(technician);
      await Promise.all([technician.waitForURL(new RegExp(`/tickets/${number}$`)), technician.locator("main form .button-primary").click()]);
      await technician.getByText(`/portal/requests/${number}/share`).first().waitFor();
    });

    await step("a phone has nothing to share with, and its page says so", async () => {
      await phone.addInitScript(() => {
        Object.defineProperty(MediaDevices.prototype, "getDisplayMedia", { value: undefined });
      });
      await signIn(phone, "employee@example.test", PASSWORD);
      await phone.goto(`${url}/portal/requests/${number}/share`);
      await phone.locator("[data-share-unable]").waitFor();
      check(await phone.locator("[data-share-begin]").isVisible()).is(false);
      await shot(phone, "unable", { widths: [390] });
      await axe(phone);
    });

    await step("the technician sees what is shared, also while the sharing page lies behind", async () => {
      problem = await employee.context().newPage();
      await problem.goto(`http://127.0.0.1:${broken.address().port}/`);
      await employee.bringToFront();
      await employee.locator("[data-share-begin]").click();
      await state(employee, "open");
      await problem.bringToFront();
      await technician.goto(`${url}/tickets/${number}`);
      await technician.locator(`#card-shares-${number} a[href^="/shares/"]`).first().click();
      await technician.waitForURL(/\/shares\/[0-9a-z]{26}$/);
      share = technician.url();
      await state(technician, "open");
      await shows(technician, BLUE, RED);
      await problem.evaluate(() => {
        document.querySelector("div").style.background = "#30a030";
      });
      await shows(technician, GREEN, RED);
      await technician.locator("[data-screen-recorded]").waitFor();
      await shot(technician, "seen");
      await axe(technician, { without: ["[data-screen-box]"] });
      await employee.bringToFront();
      await until("she is told who looks on", async () => /：.+/.test(await employee.locator("[data-share-people]").textContent()));
      await shot(employee, "sharing");
      await axe(employee);
    });

    await step("whatever a viewer presses changes nothing there", async () => {
      await technician.locator("[data-screen-box] canvas").click({ force: true });
      await technician.keyboard.type("rm -rf");
      check(await problem.evaluate(() => document.body.innerText)).is("");
    });

    await step("a technician with a phone sees it as well", async () => {
      const stairs = await open({ locale: "zh-CN", width: 390 });
      await signIn(stairs, "l2@example.test", PASSWORD);
      await stairs.goto(share);
      await state(stairs, "open");
      await shows(stairs, GREEN, RED);
      await shot(stairs, "seen-phone", { widths: [390] });
      await axe(stairs, { without: ["[data-screen-box]"] });
    });

    await step("the page is reloaded, and she goes on with the same share", async () => {
      await employee.reload();
      await employee.locator("[data-share-begin]").click();
      await state(employee, "open");
      await shows(technician, GREEN, RED);
      check(technician.url()).is(share);
    });

    await step("she stops, and the recording replays", async () => {
      await employee.locator("[data-share-stop]").click();
      await state(employee, "idle");
      await state(technician, "ended");
      await technician.goto(share);
      await technician.locator("[data-player-toggle]").waitFor();
      await until("the recording is at its beginning", async () => near(await colour(technician, 0.25), BLUE));
      await technician.locator("[data-player-place]").evaluate((place) => {
        place.value = place.max;
        place.dispatchEvent(new Event("input", { bubbles: true }));
        place.dispatchEvent(new Event("change", { bubbles: true }));
      });
      await shows(technician, GREEN, RED);
      await shot(technician, "replayed");
      await axe(technician, { without: ["[data-screen-box]"] });
      await technician.goto(`${url}/shares`);
      await shot(technician, "list");
      await axe(technician);
    });
  } finally {
    broken.close();
  }
}
