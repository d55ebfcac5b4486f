// Articles beside a ticket: two keys put one into the reply in the requester's language, a solved ticket becomes a draft in which nobody
// is named, and the manager sees what knowledge saves.
export const title = "Two keys put an article into the reply, and a solved ticket becomes a draft without names";
export const limit = 300_000;
export const server = { args: ["demo", "--seed", "9", "--tickets", "40"] };

const PASSWORD = "rock in midstream";
const REPORT = "从昨天起 VPN 连接超时，一直停在正在连接。我的电话是 138 1234 5678。";

/** Calls of the JSON interface with the session of a page. */
async function caller(page, url) {
  const token = await page.locator("meta[name=csrf-token]").getAttribute("content");
  return async (path, data) => {
    const answer = await page.request.fetch(`${url}/api/v1${path}`, { method: "POST", data, headers: { "X-CSRF-Token": token } });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  };
}

export default async function ({ url, open, signIn, step, check, shot, axe, until }) {
  const page = await open({ locale: "en" });
  let number;
  await step("a technician opens a ticket for somebody who writes Chinese", async () => {
    await signIn(page, "amy@example.test", PASSWORD);
    await page.goto(`${url}/queues/open`);
    const post = await caller(page, url);
    const opened = await post("/tickets", { title: "VPN 连不上", body: REPORT, requester: "employee@example.test" });
    number = opened.number;
    await post(`/tickets/${number}/assignment`, { assignee: "amy@example.test" });
  });

  await step("the best articles stand beside it, and two keys put a link into the reply", async () => {
    const card = page.locator(`#articles-${number} ol.suggestions li`);
    // A house that has just begun is still building its index.
    await until("the card has articles", async () => {
      await page.goto(`${url}/tickets/${number}`);
      await page.locator(`#card-articles-${number}`).waitFor();
      return (await card.count()) > 0;
    }, 30_000);
    check(await card.first().innerText()).includes("VPN");
    await shot(page, "articles-beside");
    await axe(page);
    await page.keyboard.press("h");
    await page.keyboard.press("1");
    const reply = page.locator(`#composer-${number} textarea`);
    await until("the link stands in the reply", async () => (await reply.inputValue()).includes("/help/"));
    check(/[\u4e00-\u9fff]/.test(await reply.inputValue())).is(true);
  });

  await step("two more put the steps there, behind what was written", async () => {
    await page.keyboard.press("Escape");
    await page.keyboard.press("H");
    await page.keyboard.press("1");
    const reply = page.locator(`#composer-${number} textarea`);
    await until("the steps stand in the reply", async () => /\n1\. /.test(await reply.inputValue()));
    check((await reply.inputValue()).split("/help/").length).is(3);
    await until("it is marked as used", async () => (await page.locator(`#articles-${number}`).innerText()).includes("Used here"));
    await shot(page, "articles-inserted");
    await reply.focus();
    await page.keyboard.press("Control+Enter");
    await until("the reply is sent", async () => (await reply.inputValue()) === "");
  });

  await step("the solved ticket becomes a draft, and each private piece is shown", async () => {
    const post = await caller(page, url);
    await post(`/tickets/${number}/resolution`, { solution: "打开网络设置\n重新添加 VPN 连接\n找林小满确认", tested: true });
    await page.goto(`${url}/tickets/${number}`);
    await page.locator(`#articles-${number} [data-key=D]`).waitFor();
    await Promise.all([page.waitForURL(/\/draft$/), page.keyboard.press("D")]);
    check(await page.locator("[name=symptom]").inputValue()).includes("[电话 1]");
    check(await page.locator("#struck").innerText()).includes("138 1234 5678");
    await shot(page, "articles-draft");
    await axe(page);
    await page.locator("main form .button-primary").click();
    await page.locator("[role=alert]").waitFor();
    await page.check("[name=checked]");
    await Promise.all([page.waitForURL(/\/knowledge\/\d+/), page.locator("main form .button-primary").click()]);
    const written = await page.locator("main").innerText();
    check(written).excludes("138 1234 5678");
    check(written).includes("找[姓名]确认");
    await shot(page, "articles-drafted");
  });

  await step("on a phone the draft and the card can be used", async () => {
    const phone = await open({ locale: "zh-CN", width: 390 });
    await signIn(phone, "l1@example.test", PASSWORD);
    await phone.goto(`${url}/tickets/${number}/articles`);
    await shot(phone, "articles-phone");
    await axe(phone);
    await phone.goto(`${url}/tickets/${number}/draft`);
    await shot(phone, "articles-draft-phone");
    await axe(phone);
  });

  await step("the manager sees what knowledge saves", async () => {
    const manager = await open({ locale: "zh-CN" });
    await signIn(manager, "manager@example.test", PASSWORD);
    await manager.goto(`${url}/knowledge/figures`);
    await shot(manager, "articles-figures");
    await axe(manager);
  });
}
