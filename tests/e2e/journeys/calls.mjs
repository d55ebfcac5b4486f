// A technician takes calls: the telephone system opens the page or announces the call on the page that is open, and what is
// said goes onto a new ticket and onto an open one.
export const title = "A call is announced beside a half-written reply and logged in one box, by keyboard, in both languages";
export const server = { args: ["demo", "--seed", "5", "--tickets", "80"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe, press, until }) {
  const admin = await open({ locale: "en" });
  const amy = await open({ locale: "en" });
  let token;
  /** As the telephone system's server does: no browser, no cookies. */
  const announce = (path, body) =>
    fetch(`${url}/api/v1/calls/ringing${path}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });

  await step("the telephone system gets a token that announces calls and does nothing else", async () => {
    await signIn(admin, "admin@example.test", PASSWORD);
    await admin.goto(`${url}/account/tokens/new`);
    await admin.fill("[name=name]", "PBX");
    await admin.locator("[name=scopes][value='desk.ring']").check();
    await admin.locator("form[action='/account/tokens'] .button-primary").click();
    token = (await admin.locator("pre.mono").innerText()).trim();
    const read = await fetch(`${url}/api/v1/tickets`, { headers: { Authorization: `Bearer ${token}` } });
    check(read.status).is(403);
    await signIn(amy, "amy@example.test", PASSWORD);
    await amy.goto(`${url}/queues/open`);
  });

  for (const locale of ["zh-CN", "en"]) {
    const page = await open({ locale });
    const words = locale === "en" ? "The projector in room 4 shows no picture" : "四号会议室的投影仪没有画面";

    await step(`${locale}: signs in`, async () => {
      await signIn(page, "l1@example.test", PASSWORD);
      const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
      await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    });

    await step(`${locale}: the page stands a key away and is empty`, async () => {
      await page.goto(`${url}/queues/open`);
      check(await page.getAttribute("html", "lang")).is(locale);
      await press(page, "g", "p");
      await page.waitForURL(/calls\/new/);
      await shot(page, `calls-empty-${locale}`);
      await axe(page);
    });

    await step(`${locale}: a name leads to the caller and what is open of theirs`, async () => {
      await page.goto(`${url}/calls/new?from=employee`);
      const choices = page.locator("main a.choice");
      if ((await choices.count()) > 0) await choices.first().click();
      await page.locator("#caller").waitFor();
      check((await page.locator("[name=ticket]").count()) >= 1).isTrue("nothing to put the call onto");
      await shot(page, `calls-known-${locale}`);
      await axe(page);
    });

    const number = (await page.locator("section:has(#caller) .card-body p").first().innerText()).match(/\+[\d ]+\d/)[0];
    const name = (await page.locator("#caller .truncate").innerText()).trim();
    const half = locale === "en" ? "We have looked at it and" : "我们已经看过了，";
    const textarea = page.locator(".composer textarea");
    const notice = page.locator("#ringing .notice");
    const hasCursor = () => page.evaluate(() => document.activeElement?.matches(".composer textarea") ?? false);
    let ticket;

    await step(`${locale}: the telephone rings beside a half-written reply, and neither the words nor the cursor move`, async () => {
      await page.goto(`${url}/queues/open`);
      ticket = (await page.locator("#rows [data-row]").first().getAttribute("id")).replace("row-", "");
      await page.goto(`${url}/tickets/${ticket}?from=open`);
      await page.locator(".composer [value=reply]").check();
      await textarea.pressSequentially(half);
      const told = await announce("", { from: number, to: "l1@example.test", call: `${locale}-1` });
      check(told.status).is(202);
      check(JSON.stringify(await told.json())).excludes(name);
      await notice.waitFor();
      const words = await notice.innerText();
      check(words).includes(number);
      check(words).includes(name);
      check(await textarea.inputValue()).is(half);
      check(await hasCursor()).isTrue("the cursor was taken away");
      check(await amy.locator("#ringing .notice").count()).is(0, "another's page shows the call");
      await shot(page, `calls-ringing-${locale}`, { whole: false });
      await axe(page);
    });

    await step(`${locale}: the caller gives up, and the notice goes`, async () => {
      check((await announce(`/${locale}-1/ended`, {})).status).is(204);
      await until("the notice goes", async () => (await notice.count()) === 0);
      check(await textarea.inputValue()).is(half);
    });

    await step(`${locale}: a call that is dismissed is gone, and one goes on writing`, async () => {
      await announce("", { from: number, to: "l1@example.test", call: `${locale}-2` });
      await notice.waitFor();
      await textarea.focus();
      await notice.locator("button").click();
      await until("the notice goes", async () => (await notice.count()) === 0);
      check(await hasCursor()).isTrue("putting the notice away took the cursor");
      check(await textarea.inputValue()).is(half);
    });

    await step(`${locale}: it rings again, the keyboard alone takes the call, and the reply waits`, async () => {
      await until("the draft is kept", async () => (await page.locator("[data-draft-status]").innerText()) !== "");
      await announce("", { from: number, to: "l1@example.test", call: `${locale}-3` });
      await notice.waitFor();
      await press(page, "Escape", "g", "p");
      await page.waitForURL(/calls\/new\?from=/);
      check(await page.locator("#caller").innerText()).includes(name);
      check(await notice.count()).is(0, "the call is announced where it is taken down");
      await announce(`/${locale}-3/ended`, {});
      await page.goto(`${url}/tickets/${ticket}?from=open`);
      check(await textarea.inputValue()).is(half);
      await Promise.all([page.waitForResponse((answer) => answer.url().includes(`/tickets/${ticket}/draft`)), textarea.fill("")]);
      await page.goto(`${url}/calls/new?from=${encodeURIComponent(number)}`);
      await page.locator("#caller").waitFor();
    });

    await step(`${locale}: one box is enough`, async () => {
      check(await page.evaluate(() => document.activeElement?.id)).is("body");
      await page.keyboard.type(`${words}\n`);
      await press(page, "Control+Enter");
      await page.waitForURL(/tickets\/\d+$/);
      check(await page.locator("main").first().innerText()).includes(words);
    });

    await step(`${locale}: nobody known calls, and what was typed stays`, async () => {
      await page.goto(`${url}/calls/new?from=0999%204711%2012`);
      await page.fill("#body", words);
      await page.evaluate(() => document.querySelector("form[action='/calls']").setAttribute("novalidate", ""));
      await page.locator("form[action='/calls'] .button-primary").click();
      await page.locator("[role=alert]").first().waitFor();
      check(await page.inputValue("#body")).is(words);
      await shot(page, `calls-refused-${locale}`);
      await axe(page);
    });
  }
}
