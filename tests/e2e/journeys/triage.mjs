// What the desk learned from its own past, beside a new ticket: proposals, tickets that are like it, what repeats.
export const title = "A new ticket is proposed what it is, shown what it is like, and solved as it was solved before";
export const server = { args: ["demo", "--seed", "6", "--tickets", "400"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe, until }) {
  const page = await open({ locale: "en" });
  await signIn(page, "manager@example.test", PASSWORD);
  const hints = page.locator("#hints");
  const card = page.locator("[id^=suggestions-]");
  let ticket;

  await step("the desk has learned from the past of the demo", async () => {
    await until("a model", async () => {
      await page.goto(`${url}/settings/desk/triage`);
      return (await page.locator("tbody b").count()) > 1;
    }, 60_000);
    await shot(page, "settings");
    await axe(page);
  });

  await step("somebody has reported the same trouble already", async () => {
    const token = await page.locator("meta[name=csrf-token]").getAttribute("content");
    const opened = await page.request.post(`${url}/api/v1/tickets`, {
      headers: { "X-CSRF-Token": token },
      data: { title: "Printer on floor 3 prints blank pages", body: "Every page comes out white since this morning." },
    });
    check(opened.status()).is(201);
  });

  await step("while it is written a ticket is told what it is and what it is like", async () => {
    await page.goto(`${url}/tickets/new`);
    await page.fill("[name=requester]", "employee@example.test");
    await page.locator("[name=title]").pressSequentially("Printer on floor 3 prints blank pages again");
    await page.locator("[name=body]").pressSequentially("Since this morning every page comes out white.");
    await hints.locator("a").first().waitFor();
    const category = hints.locator("button[data-fill=category]");
    const wanted = await category.getAttribute("value");
    await shot(page, "hints");
    await axe(page);
    await category.click();
    check(await page.inputValue("[name=category]")).is(wanted);
    await page.selectOption("[name=category]", "other");
    await Promise.all([page.waitForURL(/\/tickets\/\d+/), page.locator("form[action='/tickets'] [data-send]").click()]);
  });

  await step("a proposal is taken with one click and is gone from the card", async () => {
    ticket = page.url();
    const take = card.locator("form[action*='/proposals/category']");
    await until("a proposal", async () => {
      await page.reload();
      await card.locator(".card").waitFor();
      return (await take.count()) > 0;
    }, 20_000);
    await shot(page, "card");
    await axe(page);
    await take.locator("button").click();
    await until("the proposal is gone", async () => (await take.count()) === 0);
  });

  await step("the same trouble is linked with one click, and stands among the links", async () => {
    const same = card.locator("form[action*='/related']");
    await same.first().waitFor();
    const before = await same.count();
    check(before > 0).isTrue();
    const other = await same.first().locator("[name=other]").getAttribute("value");
    await same.first().locator("button").click();
    await page.locator(`form[action*='/links/removal'] [value='${other}']`).waitFor({ state: "attached" });
    await until("it is suggested no more", async () => (await card.locator(`form[action*='/related'] [value='${other}']`).count()) === 0);
  });

  await step("a solution that held goes into the form", async () => {
    const use = card.locator("a[href*='/resolution/from/']").first();
    const said = await card.locator(".suggestions-solution").first().innerText();
    await use.click();
    const field = page.locator("dialog[open] [name=solution]");
    await field.waitFor();
    check((await field.inputValue()).slice(0, 40)).is(said.slice(0, 40));
    await page.keyboard.press("Escape");
  });

  await step("what repeated last month leads to its tickets", async () => {
    await page.goto(`${url}/clusters`);
    await page.locator("tbody tr").first().waitFor();
    await shot(page, "clusters");
    await axe(page);
    await page.locator("tbody a").first().click();
    await page.waitForURL(/\/clusters\/\d{4}-\d\d\/0/);
    await shot(page, "cluster");
    await axe(page);
  });

  await step("in Chinese it reads as well", async () => {
    const chinese = await open({ locale: "zh-CN" });
    await signIn(chinese, "manager@example.test", PASSWORD);
    await chinese.goto(`${url}/tickets/new`);
    await chinese.locator("[name=title]").pressSequentially("3 楼打印机打出来又全是白纸");
    await chinese.locator("#hints a").first().waitFor();
    await shot(chinese, "hints-zh");
    await axe(chinese);
    await chinese.goto(ticket);
    await chinese.locator("[id^=suggestions-] .card").first().waitFor();
    await shot(chinese, "card-zh");
    await chinese.goto(`${url}/settings/desk/triage`);
    await shot(chinese, "settings-zh");
    await chinese.goto(`${url}/clusters`);
    await shot(chinese, "clusters-zh");
  });
}
