// A close gate refuses, its missing parts are filled by keyboard, then it lets pass; what was written as the solution stays.
export const title = "A close gate refuses, is filled by keyboard, and lets pass";
export const limit = 240_000;
export const server = { args: ["demo", "--seed", "7", "--tickets", "60"] };

const PASSWORD = "rock in midstream";

export default async function ({ url, open, signIn, step, check, shot, axe, press, until }) {
  const page = await open({ locale: "zh-CN", width: 1440 });
  const away = () => page.evaluate(() => document.activeElement?.blur());
  let number;

  await step("the manager sets the ready gate up in one click, and one for everything", async () => {
    await signIn(page, "manager@example.test", PASSWORD);
    await page.goto(`${url}/settings/desk/close-gates`);
    await page.getByRole("button", { name: "一键添加 P0、P1 门禁" }).click();
    await page.locator("main").getByRole("link", { name: "重大事件" }).waitFor();
    await page.goto(`${url}/settings/desk/close-gates/new`);
    await page.locator("[name='name.zh-CN']").fill("凡事有据");
    await page.locator("[name='words.zh-CN']").fill("没有查明原因的故障会再来。");
    await page.locator("[name=questions][value=why]").check();
    await page.locator("[name=needs][value=cause]").check();
    await page.locator("[name='needs.evidence']").fill("1");
    await page.locator("[name='needs.evidence']").blur();
    await page.locator("#gate-preview p", { hasText: "会被拦下" }).waitFor();
    await shot(page, "gate-form");
    await axe(page);
    await page.getByRole("button", { name: "保存" }).click();
    await page.locator("main").getByRole("link", { name: "凡事有据" }).waitFor();
    await shot(page, "gate-list");
    await axe(page);
  });

  await step("takes a ticket and asks to resolve it: the gate says what is missing", async () => {
    // One of its own: what is open in the demo depends on the day of the week.
    await page.goto(`${url}/tickets/new`);
    await page.fill("[name=requester]", "employee@example.test");
    await page.fill("[name=title]", "打印机进纸困难");
    await page.fill("[name=body]", "从今天早上开始，每次都卡在进纸口。");
    await Promise.all([page.waitForURL(/\/tickets\/\d+/), page.locator("form[action='/tickets'] [data-send]").click()]);
    number = new URL(page.url()).pathname.split("/").pop();
    await page.goto(`${url}/tickets/${number}`);
    await page.getByRole("button", { name: "开始处理" }).first().click();
    await page.locator(".ticket-head a.button-primary[href*='/resolution']").click();
    await page.locator(`dialog[open] #gate-${number} .gaps`).waitFor();
    const list = await page.locator(`#gate-${number}`).innerText();
    for (const words of ["没有查明原因的故障会再来。", "为何", "请添加证据", "请确认一个原因"]) check(list).includes(words);
    await shot(page, "gate-closed");
    await axe(page);
  });

  await step("the solution is written, refused, and kept", async () => {
    await page.locator("dialog[open] #technical").fill("进纸辊磨损，摩擦力不足");
    await page.locator("dialog[open] #plain").fill("打印机送纸的滚轮磨损了。");
    await page.locator("dialog[open] #solution").fill("更换了进纸辊，连续打印五十页正常。");
    await page.locator("dialog[open] #solution").press("Control+Enter");
    await page.locator("dialog[open] [role=alert]").waitFor();
    check(await page.locator("dialog[open] #solution").inputValue()).is("更换了进纸辊，连续打印五十页正常。");
  });

  const gap = (name) => page.locator(`dialog[open] #gate-${number} details.gap`, { hasText: name });
  const gaps = () => page.locator(`dialog[open] #gate-${number} .gaps > li`).count();

  await step("each gap is opened, filled, and sent by keys; the solution stays", async () => {
    const before = await gaps();
    await gap("为何").locator("summary").focus();
    await press(page, "Enter", "Tab");
    await page.keyboard.type("进纸辊磨损");
    await press(page, "Enter");
    await until("one gap fewer", async () => (await gaps()) === before - 1);
    await gap("请确认一个原因").locator("summary").focus();
    await press(page, "Enter", "Tab");
    await page.keyboard.type("进纸辊老化打滑");
    await press(page, "Tab");
    await page.keyboard.type("换上新辊后恢复");
    await press(page, "Enter");
    await until("two gaps fewer", async () => (await gaps()) === before - 2);
    await gap("请添加证据").locator("summary").focus();
    await press(page, "Enter", "Tab", "Tab");
    await page.keyboard.type("E13 paper feed\nE13 paper feed");
    await shot(page, "gate-evidence", { widths: [1440] });
    await press(page, "Control+Enter");
    await page.locator(`dialog[open] #gate-${number} .banner-success`).waitFor();
    check(await page.locator("dialog[open] #solution").inputValue()).is("更换了进纸辊，连续打印五十页正常。");
    await shot(page, "gate-open");
  });

  await step("now the gate lets pass", async () => {
    await page.locator("dialog[open] #solution").press("Control+Enter");
    await page.locator(".ticket-line .state-resolved").waitFor();
    await page.locator(`#timeline-${number}`, { hasText: "更换了进纸辊" }).waitFor();
  });

  await step("the diagnosis stands beside the ticket, and an answer is edited in place", async () => {
    await page.goto(`${url}/tickets/${number}`);
    await page.locator(`#diagnosis-${number} #answer-who`).waitFor();
    await away();
    await page.locator("#answer-who summary").focus();
    await press(page, "Enter", "Tab");
    await page.keyboard.type("三楼财务组");
    await press(page, "Enter");
    await page.locator("#answer-who summary", { hasText: "三楼财务组" }).waitFor();
    await shot(page, "ticket");
    await axe(page);
    await page.goto(`${url}/tickets/${number}/diagnosis`);
    await page.locator("#causes", { hasText: "进纸辊老化打滑" }).waitFor();
    await shot(page, "diagnosis");
    await axe(page);
    const english = await open({ locale: "en", width: 1440, state: await page.context().storageState() });
    await english.goto(`${url}/tickets/${number}/diagnosis`);
    await shot(english, "diagnosis-english");
  });
}
