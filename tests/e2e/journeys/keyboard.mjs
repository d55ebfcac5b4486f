// A technician who never touches the mouse.
export const title = "A technician works through the queue by keyboard alone";
export const server = { args: ["demo", "--seed", "5", "--tickets", "400"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, press, until }) {
  const page = await open({ locale: "zh-CN" });
  // A mouse that is used is a journey that failed.
  await page.addInitScript(() => {
    addEventListener("mousedown", () => console.error("the mouse was used"), true);
  });
  const opened = async () => {
    await page.waitForSelector(".ticket .composer textarea");
    return (await page.locator(".ticket-number").innerText()).replace("#", "");
  };
  const focusedRow = () => page.evaluate(() => document.activeElement?.closest("[data-row]")?.id ?? "");
  const ids = () => page.locator("#rows [data-row]").evaluateAll((rows) => rows.map((row) => row.id));
  let rows;

  await step("signs in by keyboard", async () => {
    await page.goto(`${url}/sign-in`);
    await page.locator("[name=email]").focus();
    await page.keyboard.type("l1@example.test");
    await press(page, "Tab");
    await page.keyboard.type(PASSWORD);
    await press(page, "Enter");
    await page.waitForURL((to) => !to.pathname.startsWith("/sign-in"));
    await page.goto(`${url}/queues/open`);
    rows = await ids();
    check(rows.length >= 3).isTrue("too few tickets to walk through");
  });

  await step("j and k move, Enter opens, u goes back", async () => {
    await press(page, "j");
    check(await focusedRow()).is(rows[0]);
    await press(page, "j", "j");
    check(await focusedRow()).is(rows[2]);
    await press(page, "k");
    check(await focusedRow()).is(rows[1]);
    await press(page, "Enter");
    check(`row-${await opened()}`).is(rows[1]);
    check(new URL(page.url()).pathname).is(`/tickets/${rows[1].slice(4)}`);
    await press(page, "j", "Enter");
    await page.waitForFunction((number) => document.querySelector(".ticket-number")?.textContent === `#${number}`, rows[2].slice(4));
    await press(page, "u");
    await page.waitForURL(/\/queues\/open/);
  });

  await step("? shows the keys of this page, Escape closes them", async () => {
    // Somebody else's ticket, so that there is something to take.
    await page.goto(`${url}/queues/open`);
    const others = await page.locator("#rows [data-row]").evaluateAll((all) => all.findIndex((row) => !row.textContent.includes("林小满")));
    check(others >= 0).isTrue("every ticket of the demo is Lin's");
    for (let place = 0; place <= others; place += 1) await press(page, "j");
    await press(page, "Enter");
    await opened();
    await press(page, "?");
    await page.locator("dialog[open]").waitFor();
    const sheet = await page.locator("dialog[open]").innerText();
    for (const words of ["我来处理", "回复", "备注", "升级", "分配"]) check(sheet).includes(words);
    await shot(page, "keys", { widths: [1440] });
    await press(page, "Escape");
    await page.locator("dialog[open]").waitFor({ state: "detached" }).catch(() => page.locator("dialog[open]").waitFor({ state: "hidden" }));
  });

  let number;
  await step("m takes the ticket", async () => {
    number = await opened();
    await press(page, "m");
    await page.waitForFunction(() => document.querySelector(".ticket-head form [data-key=m]") === null);
    check(await page.locator(".ticket-line .person").innerText()).includes("林小满");
  });

  await step("n writes a note, Ctrl+Enter sends it; typing does not trigger keys", async () => {
    await press(page, "n");
    await page.keyboard.type("jk rnme？看过日志了");
    check(new URL(page.url()).pathname).is(`/tickets/${number}`);
    await press(page, "Control+Enter");
    await page.locator(`#timeline-${number} .entry-note`, { hasText: "jk rnme？看过日志了" }).waitFor();
    check(await page.locator(".composer textarea").inputValue()).is("");
  });

  await step("r replies", async () => {
    await press(page, "Escape");
    await page.evaluate(() => document.activeElement?.blur());
    await press(page, "r");
    check(await page.locator(".composer [value=reply]").isChecked()).isTrue("r did not choose the reply");
    await page.keyboard.type("我正在处理。");
    await press(page, "Control+Enter");
    await page.locator(`#timeline-${number} .entry-reply`, { hasText: "我正在处理。" }).waitFor();
  });

  const away = () => page.evaluate(() => document.activeElement?.blur());
  await step("a opens the assignment, e the escalation, and both close with Escape", async () => {
    for (const [key, field] of [["a", "[name=assignee]"], ["e", "[name='handoff.tried']"]]) {
      await away();
      await press(page, key);
      await page.locator(`dialog[open] ${field}`).waitFor();
      await press(page, "Escape");
      await until(`${key} closed`, async () => (await page.locator("dialog[open]").count()) === 0);
    }
  });

  await step("Ctrl+K finds a ticket by its number and opens it", async () => {
    await away();
    await press(page, "Control+k");
    await page.locator("#palette[open] input").waitFor();
    const other = rows.map((row) => row.slice(4)).find((row) => row !== number);
    await page.keyboard.type(other);
    await page.locator(`#palette [role=option][data-href^='/tickets/${other}']`).first().waitFor();
    await shot(page, "palette", { widths: [1440] });
    await press(page, "Enter");
    await page.waitForFunction((wanted) => document.querySelector(".ticket-number")?.textContent === `#${wanted}`, other);
  });

  await step("Ctrl+Shift+Enter sends and goes on to the next", async () => {
    await page.goto(`${url}/queues/open`);
    rows = await ids();
    await press(page, "j", "Enter");
    const here = await opened();
    await press(page, "r");
    await page.keyboard.type("已答复，转下一张。");
    await press(page, "Control+Shift+Enter");
    await page.waitForFunction((left) => {
      const shown = document.querySelector(".ticket-number")?.textContent;
      return shown !== undefined && shown !== `#${left}`;
    }, here);
    const next = await opened();
    check(rows).includes(`row-${next}`);
    await page.goto(`${url}/tickets/${here}`);
    check(await page.locator(`#timeline-${here}`).innerText()).includes("已答复，转下一张。");
  });
}
