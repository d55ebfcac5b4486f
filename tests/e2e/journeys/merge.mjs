// Two tickets that are one, and the way back.
export const title = "A ticket is merged into another, read there, and taken out again as it was; a word becomes a ticket";
export const server = { args: ["demo", "--seed", "6", "--tickets", "80"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe }) {
  const page = await open({ locale: "zh-CN" });
  await signIn(page, "manager@example.test", PASSWORD);
  const report = async (title, body) => {
    await page.goto(`${url}/tickets/new`);
    await page.fill("[name=requester]", "employee@example.test");
    await page.fill("[name=title]", title);
    await page.fill("[name=body]", body);
    await Promise.all([page.waitForURL(/\/tickets\/\d+/), page.locator("form[action='/tickets'] [data-send]").click()]);
    return new URL(page.url()).pathname.split("/").pop();
  };
  const state = () => page.locator(".ticket-line .state").first().getAttribute("class");
  let first;
  let second;
  let before;

  await step("two people report the same", async () => {
    first = await report("三楼打印机卡纸", "从早上开始一直卡纸。");
    second = await report("打印机不出纸", "和同事说的是同一台。");
    before = await state();
  });

  await step("an unknown number is refused where it was written", async () => {
    await page.goto(`${url}/tickets/${second}`);
    await page.locator(".ticket-head details[data-key='.'] summary").click();
    await page.locator(`a[data-dialog-href^='/tickets/${second}/merge']`).click();
    await page.fill("dialog[open] [name=into]", "99999999");
    await page.locator("dialog[open] [data-send]").click();
    await page.locator("dialog[open] .field-invalid").waitFor();
    await shot(page, "merge-refused");
  });

  await step("merging leads to the other, which shows the words of both", async () => {
    await page.fill("dialog[open] [name=into]", `#${first}`);
    await Promise.all([page.waitForURL(new RegExp(`/tickets/${first}`)), page.locator("dialog[open] [data-send]").click()]);
    const words = page.locator(`#timeline-${first}`);
    await words.locator(".entry", { hasText: "和同事说的是同一台" }).waitFor();
    check(await words.innerText()).includes(`来自 #${second}`);
    await shot(page, "merged-target");
    await axe(page);
  });

  await step("the merged one says where it went and takes no reply", async () => {
    await page.goto(`${url}/tickets/${second}`);
    check(await state()).includes("state-closed");
    check(await page.locator(".ticket-head").innerText()).includes("已并入");
    check(await page.locator(".composer [value=reply]").count()).is(0);
    await shot(page, "merged-source");
    await axe(page);
  });

  await step("the way back puts it where it was", async () => {
    await Promise.all([page.waitForNavigation(), page.locator("form[action*='/unmerge'] button").click()]);
    await page.waitForSelector(".composer [value=reply]");
    check(await state()).is(before);
    await page.goto(`${url}/tickets/${first}`);
    check(await page.locator(`#timeline-${first} .entry`, { hasText: "和同事说的是同一台" }).count()).is(0);
  });

  await step("a message becomes a ticket of its own, linked to the first", async () => {
    await page.locator(`#timeline-${first} .entry a[href*='/split']`).first().click();
    await page.fill("dialog[open] [name=title]", "另一件事");
    await shot(page, "split", { widths: [1440] });
    await Promise.all([page.waitForURL((to) => !to.pathname.endsWith(`/${first}`)), page.locator("dialog[open] [data-send]").click()]);
    check(await page.locator(".ticket-side").innerText()).includes(`#${first}`);
  });
}
