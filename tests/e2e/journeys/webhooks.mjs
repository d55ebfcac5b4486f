// An administrator connects another program, sees a test arrive, a ticket told and signed, a failure tried again by hand.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export const title = "A webhook is set up, tried, told of a ticket with a signature that holds, and its failure is followed";
export const server = { args: ["demo", "--seed", "5", "--tickets", "40"], env: { MAINSTAY_OUTGOING_NETWORKS: "127.0.0.0/8" } };

const PASSWORD = "rock in midstream";

/** A program that is told; answers with what `answer` holds. */
function receiver() {
  const heard = [];
  const told = { heard, status: 204 };
  const program = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      heard.push({ headers: request.headers, body });
      response.statusCode = told.status;
      response.end(told.status === 500 ? "the disk is full" : "");
    });
  });
  return new Promise((resolve) => program.listen(0, "127.0.0.1", () => resolve({ ...told, told, url: `http://127.0.0.1:${program.address().port}/hook`, stop: () => program.close() })));
}

function signature(secret, { headers, body }) {
  const key = Buffer.from(secret.replace("whsec_", ""), "base64");
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
}

export default async function ({ open, signIn, url, step, check, shot, axe, until }) {
  const program = await receiver();
  const admin = await open({ locale: "zh-CN" });
  let secret;
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };
  try {
    await step("signs in and finds no webhooks", async () => {
      await signIn(admin, "admin@example.test", PASSWORD);
      await language(admin, "zh-CN");
      await admin.goto(`${url}/settings/webhooks`);
      await shot(admin, "webhooks-empty");
      await axe(admin);
    });

    await step("an address that is none is refused and what was filled stays", async () => {
      await admin.goto(`${url}/settings/webhooks/new`);
      await admin.fill("[name=name]", "内部门户");
      await admin.evaluate(() => document.querySelector("form[data-dirty-guard]").setAttribute("novalidate", ""));
      await admin.fill("[name=url]", "intranet");
      await admin.locator("main form .button-primary").click();
      await admin.locator("[role=alert]").first().waitFor();
      check(await admin.inputValue("[name=name]")).is("内部门户");
      await shot(admin, "webhooks-refused");
    });

    await step("it is added, and a test arrives", async () => {
      await admin.fill("[name=url]", program.url);
      await admin.locator("[name=events][value=opened]").check();
      await admin.locator("[name=events][value=resolved]").check();
      await admin.locator("main form .button-primary").click();
      await admin.waitForURL(/settings\/webhooks\/[0-9a-z]{26}$/);
      await admin.locator("details summary", { hasText: "显示" }).click();
      secret = await admin.locator("details code").innerText();
      check(secret).includes("whsec_");
      await shot(admin, "webhooks-edit");
      await axe(admin);
      await Promise.all([admin.waitForURL(/deliveries\/[0-9a-z]{26}$/), admin.locator("form[action$='/test'] button").click()]);
      await until("the test arrives", () => program.heard.length === 1);
      check(JSON.parse(program.heard[0].body).type).is("mainstay.test");
      check(program.heard[0].headers["webhook-signature"]).is(signature(secret, program.heard[0]));
    });

    const employee = await open({ locale: "en", width: 390 });
    await step("a ticket that an employee reports is told, and its signature holds", async () => {
      await signIn(employee, "employee@example.test", PASSWORD);
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", "The projector stays dark");
      await employee.fill("[name=body]", "In the large meeting room, since this morning.");
      await employee.locator("main form .button-primary").first().click();
      await until("the ticket is told", () => program.heard.length === 2);
      const told = JSON.parse(program.heard[1].body);
      check(told.type).is("ticket.opened");
      check(told.data.ticket.title).is("The projector stays dark");
      check(program.heard[1].headers["webhook-signature"]).is(signature(secret, program.heard[1]));
    });

    await step("a failure is seen with its answer", async () => {
      program.told.status = 500;
      await admin.goto(`${url}/settings/webhooks`);
      await admin.locator("tbody tr td a").first().click();
      await Promise.all([admin.waitForURL(/deliveries\/[0-9a-z]{26}$/), admin.locator("form[action$='/test'] button").click()]);
      await until("the failing test arrives", () => program.heard.length === 3);
      await until("the answer is shown", async () => {
        await admin.reload();
        return (await admin.locator("main").innerText()).includes("the disk is full");
      });
      await shot(admin, "webhooks-message");
      await axe(admin);
      await admin.locator("header a.back").click();
      check(await admin.locator("tbody tr").count()).is(3);
      await shot(admin, "webhooks-log");
      await axe(admin);
    });
  } finally {
    program.stop();
  }
}
