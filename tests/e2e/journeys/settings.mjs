// An administrator sets the house up: people, second factor, roles, calendars, service levels, mailboxes; in both languages.
import { createHmac } from "node:crypto";

export const title = "An administrator sets up people, roles, calendars, service levels, and mail; mistakes lose nothing";
export const server = { args: ["demo", "--seed", "3", "--tickets", "40"] };

const PASSWORD = "rock in midstream";

/** The code of RFC 6238 for a base32 secret. */
function totp(secret, step = Math.floor(Date.now() / 30_000)) {
  const bits = [...secret.replace(/[\s=]/g, "").toUpperCase()].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

const CALENDAR = [
  "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN",
  "BEGIN:VEVENT", "UID:1@example.test", "DTSTAMP:20260101T000000Z", "DTSTART;VALUE=DATE:20271224", "DTEND;VALUE=DATE:20271225", "SUMMARY:Company day", "END:VEVENT",
  "END:VCALENDAR", "",
].join("\r\n");

export default async function ({ open, signIn, url, step, check, shot, axe, until }) {
  const admin = await open({ locale: "zh-CN" });
  const save = async (page) => {
    await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), page.locator("main form[data-dirty-guard] button.button-primary").click()]);
    await page.waitForLoadState("load");
  };
  const refused = async (page, about) => {
    await page.locator("[role=alert]").first().waitFor();
    check((await page.locator(".field-invalid").count()) >= 1).isTrue(`${about}: no field is marked`);
  };
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };

  await step("signs in; a wrong password says so and no more", async () => {
    await admin.goto(`${url}/sign-in`);
    await admin.fill("[name=email]", "admin@example.test");
    await admin.fill("[name=password]", "something else");
    await admin.press("[name=password]", "Enter");
    await admin.locator("[role=alert]").waitFor();
    check(await admin.inputValue("[name=email]")).is("admin@example.test");
    await signIn(admin, "admin@example.test", PASSWORD);
    await language(admin, "zh-CN");
  });

  await step("a person with a mistaken address is refused, and the form keeps what was filled", async () => {
    await admin.goto(`${url}/settings/people/new`);
    await admin.fill("[name=name]", "周杰");
    await admin.fill("[name=email]", "admin@example.test");
    await admin.fill("[name=phone]", "+86 10 5555 1234");
    await admin.locator("[name=roles][value=technician]").check();
    await save(admin);
    await refused(admin, "an address that is taken");
    check(await admin.inputValue("[name=name]")).is("周杰");
    check(await admin.inputValue("[name=phone]")).is("+86 10 5555 1234");
    check(await admin.locator("[name=roles][value=technician]").isChecked()).isTrue("the role was forgotten");
    await shot(admin, "person-refused");
    await admin.fill("[name=email]", "zhou.jie@example.test");
    await save(admin);
    check(await admin.locator("main").innerText()).includes("zhou.jie@example.test");
  });

  let person;
  await step("the person is edited, found, and gets a link for a password", async () => {
    await admin.goto(`${url}/settings/people?q=zhou.jie@example.test`);
    person = await admin.locator("#rows tr", { hasText: "zhou.jie@example.test" }).locator("a").first().getAttribute("href");
    await admin.goto(`${url}${person}/edit`);
    await admin.fill("[name=job_title]", "桌面工程师");
    await save(admin);
    check(await admin.locator("main").innerText()).includes("桌面工程师");
    await admin.locator("form[action$='/password-link'] button").click();
    const link = (await admin.locator("pre.mono").innerText()).trim();
    const zhou = await open({ locale: "zh-CN" });
    await zhou.goto(link);
    await zhou.fill("[name=password]", "short");
    await zhou.locator("main button.button-primary").click();
    await zhou.locator("[role=alert], .error").first().waitFor();
    await zhou.fill("[name=password]", "quiet river under pines");
    await zhou.locator("main button.button-primary").click();
    await zhou.waitForURL(/\/sign-in/);
    await signIn(zhou, "zhou.jie@example.test", "quiet river under pines");
    await zhou.context().close();
  });

  await step("switches a second factor on, and signs in with a code", async () => {
    await admin.goto(`${url}/account/second-factor`);
    await shot(admin, "second-factor");
    const secret = (await admin.locator("main code").first().innerText()).trim();
    await admin.fill("[name=code]", "000000");
    await admin.locator("main form[action='/account/second-factor'] button.button-primary").click();
    await admin.locator("[role=alert]").waitFor();
    check((await admin.locator("main code").first().innerText()).trim()).is(secret, "the secret must not change between tries");
    const used = Math.floor(Date.now() / 30_000);
    await admin.fill("[name=code]", totp(secret, used));
    await admin.locator("main form[action='/account/second-factor'] button.button-primary").click();
    await admin.locator("pre.mono").waitFor();
    const recovery = (await admin.locator("pre.mono").innerText()).trim().split(/\s+/);
    check(recovery.length >= 8).isTrue("too few recovery codes");
    const again = await open({ locale: "zh-CN" });
    await again.goto(`${url}/sign-in`);
    await again.fill("[name=email]", "admin@example.test");
    await again.fill("[name=password]", PASSWORD);
    await again.press("[name=password]", "Enter");
    await again.waitForURL(/\/sign-in\/code/);
    await shot(again, "code");
    await axe(again);
    // The code that switched it on has been used; the next one is accepted a step early.
    await again.fill("[name=code]", totp(secret, used));
    await again.press("[name=code]", "Enter");
    await again.locator("[role=alert], .error").first().waitFor();
    await again.fill("[name=code]", totp(secret, used + 1));
    await again.press("[name=code]", "Enter");
    await again.waitForURL((to) => !to.pathname.startsWith("/sign-in"));
    await again.context().close();
  });

  await step("a role of the house's own can be made and given", async () => {
    await admin.goto(`${url}/settings/roles/new`);
    await admin.fill("[name=title]", "夜班主管");
    await admin.fill("[name=name]", "night_lead");
    const first = admin.locator("select[name=grants]").first();
    await first.selectOption({ index: 1 });
    await save(admin);
    await admin.goto(`${url}/settings/roles`);
    check(await admin.locator("main").innerText()).includes("夜班主管");
    await admin.goto(`${url}${person}/edit`);
    check(await admin.locator("[name=roles][value=night_lead]").count()).is(1);
  });

  await step("a calendar takes the Chinese holidays and a calendar file", async () => {
    await admin.goto(`${url}/settings/calendars/new`);
    await admin.fill("[name=name]", "夜班");
    await admin.fill("[name=time_zone]", "Nowhere/City");
    await save(admin);
    await refused(admin, "a time zone that does not exist");
    check(await admin.inputValue("[name=name]")).is("夜班");
    await admin.fill("[name=time_zone]", "Asia/Shanghai");
    const week = admin.locator(".form-section").first().locator("input.input");
    await week.first().fill("9:00–12:00, 13:00–18:00");
    await save(admin);
    check(await admin.locator("[role=alert]").allInnerTexts()).is([]);
    await admin.goto(`${url}/settings/calendars`);
    await admin.locator("main a", { hasText: "夜班" }).click();
    await admin.waitForURL(/\/settings\/calendars\/[^/]+$/);
    await admin.locator("details.card > summary").click();
    await admin.locator("form[action$='/chinese-holidays'] [name=year]").selectOption("2026");
    await admin.locator("form[action$='/chinese-holidays'] button").click();
    await admin.waitForLoadState("load");
    const calendar = new URL(admin.url()).pathname.replace(/\/(chinese-holidays|import)$/, "");
    await admin.goto(`${url}${calendar}/edit`);
    check(await admin.inputValue("[name=holidays]")).includes("2026-10-01");
    check(await admin.inputValue("[name=replaced]")).matches(/2026-/);
    await admin.goto(url + calendar);
    await admin.locator("details.card > summary").click();
    await admin.locator("[name=file]").setInputFiles({ name: "days.ics", mimeType: "text/calendar", buffer: Buffer.from(CALENDAR) });
    await admin.locator("form[action$='/import'] button").click();
    await admin.waitForLoadState("load");
    await admin.goto(`${url}${calendar}/edit`);
    check(await admin.inputValue("[name=holidays]")).includes("2027-12-24");
    await admin.goto(url + calendar);
    await shot(admin, "calendar");
    await admin.locator("details.card > summary").click();
    await admin.locator("[name=file]").setInputFiles({ name: "days.ics", mimeType: "text/calendar", buffer: Buffer.from("not a calendar") });
    await admin.locator("form[action$='/import'] button").click();
    await admin.locator("[role=alert]").first().waitFor();
  });

  await step("a service level without a promise is refused; with one it is kept", async () => {
    await admin.goto(`${url}/settings/desk/service-levels/new`);
    await admin.fill("[name='name.zh-CN']", "夜间");
    await admin.fill("[name='name.en']", "Night");
    await admin.fill("[name=place]", "90");
    await save(admin);
    await admin.locator("[role=alert]").first().waitFor();
    check(await admin.inputValue("[name='name.en']")).is("Night");
    await admin.fill("[name='solution.amount']", "8");
    await admin.locator("[name='solution.unit']").selectOption("hour");
    await admin.fill("[name='solution.step0.percent']", "80");
    await admin.locator("[name='solution.step0.notify_owner']").check();
    await save(admin);
    await admin.goto(`${url}/settings/desk/service-levels`);
    check(await admin.locator("main").innerText()).includes("夜间");
    await shot(admin, "service-levels");
  });

  await step("a mailbox whose server is not there is told so in words", async () => {
    await admin.goto(`${url}/settings/mailboxes/new`);
    await admin.fill("[name=name]", "夜班邮箱");
    await admin.fill("[name=address]", "not an address");
    await admin.locator("form[data-dirty-guard]").evaluate((form) => form.setAttribute("novalidate", ""));
    await save(admin);
    await refused(admin, "an address that is none");
    check(await admin.inputValue("[name=name]")).is("夜班邮箱");
    await admin.fill("[name=address]", "night@example.test");
    for (const kind of ["imap", "smtp"]) {
      await admin.fill(`[name=${kind}_host]`, "127.0.0.1");
      await admin.fill(`[name=${kind}_port]`, "9");
      await admin.fill(`[name=${kind}_user]`, "night");
      await admin.fill(`[name=${kind}_password]`, "secret");
    }
    await save(admin);
    await admin.goto(`${url}/settings/mailboxes`);
    await admin.locator("main a", { hasText: "夜班邮箱" }).first().click();
    await admin.locator("form[action$='/check'] button").click();
    await until("both servers are called", async () => (await admin.locator("main .chip-danger").count()) === 2);
    check(await admin.locator("main").innerHTML()).excludes("secret");
    await shot(admin, "mailbox");
  });

  await step("all of it reads in English too", async () => {
    await language(admin, "en");
    for (const path of ["/settings/desk/service-levels", "/settings/roles", "/settings/calendars", "/settings/mailboxes", person]) {
      await admin.goto(url + path);
      check(await admin.getAttribute("html", "lang")).is("en");
    }
    await admin.goto(`${url}/settings/desk/service-levels`);
    check(await admin.locator("main").innerText()).includes("Night");
  });
}
