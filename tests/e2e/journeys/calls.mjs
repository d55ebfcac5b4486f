// A technician takes calls: the telephone system opens the page, what is said goes onto a new ticket and onto an open one.
export const title = "A call is logged in one box, the caller known by number, by keyboard, in both languages";
export const server = { args: ["demo", "--seed", "5", "--tickets", "80"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe, press }) {
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
