// A technician makes a macro and runs it, by keyboard alone.
export const title = "A macro answers, waits, and goes on to the next ticket by keyboard; a template comes in by a slash";
export const server = { args: ["demo", "--seed", "5", "--tickets", "120"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe, press, until }) {
  const page = await open({ locale: "zh-CN" });
  const away = () => page.evaluate(() => document.activeElement?.blur());
  const number = async () => (await page.locator(".ticket-number").innerText()).replace("#", "");
  let first;

  await step("opens the newest ticket of a queue", async () => {
    await signIn(page, "manager@example.test", PASSWORD);
    for (const title of ["键盘失灵", "显示器闪烁", "鼠标不动"]) {
      await page.goto(`${url}/tickets/new`);
      await page.fill("[name=requester]", "employee@example.test");
      await page.fill("[name=title]", title);
      await page.fill("[name=body]", "从今天早上开始。");
      await Promise.all([page.waitForURL(/\/tickets\/\d+/), page.locator("form[action='/tickets'] [data-send]").click()]);
    }
    await page.goto(`${url}/queues/open?sort=created`);
    await press(page, "j", "Enter");
    await page.waitForSelector(".composer textarea");
    first = await number();
  });

  await step("M shows the macros and what each will do", async () => {
    await press(page, "M");
    await page.locator("dialog[open] [name=macro]").first().waitFor();
    check(await page.evaluate(() => document.activeElement?.getAttribute("name"))).is("macro", "the first macro is not focused");
    const words = await page.locator("dialog[open]").innerText();
    for (const name of ["请报障人补充信息", "密码已重置", "备件已订购", "上门处理", "钓鱼邮件"]) check(words).includes(name);
    check(words).includes("等待报障人");
    await shot(page, "macros");
    await axe(page);
  });

  await step("arrow and Enter run one: tags, next step, reply, and waiting in one go", async () => {
    const names = await page.locator("dialog[open] .pick b").allInnerTexts();
    for (let place = 0; place < names.indexOf("备件已订购"); place += 1) await press(page, "ArrowDown");
    await press(page, "Enter");
    await page.locator(`#timeline-${first} .entry-reply`, { hasText: "所需的备件已订购" }).waitFor();
    await until("it waits for the supplier", async () => (await page.locator(".ticket-line .state-waiting_supplier").count()) === 1);
    check(await page.locator(`#side-${first}`).innerText()).includes("spare-part");
    check(await page.locator(`#timeline-${first}`).innerText()).includes("执行了宏“备件已订购”");
  });

  await step("Ctrl+Shift+Enter runs one and goes on to the next ticket of the list", async () => {
    await page.goto(`${url}/queues/open?sort=created`);
    await press(page, "j", "j", "Enter");
    await page.waitForSelector(".composer textarea");
    const here = await number();
    await press(page, "M");
    await page.locator("dialog[open] [name=macro]").first().waitFor();
    await press(page, "Control+Shift+Enter");
    await page.waitForFunction((left) => {
      const shown = document.querySelector(".ticket-number")?.textContent;
      return shown && shown !== `#${left}`;
    }, here);
    check(new URL(page.url()).search).includes("sort=created");
  });

  await step("a slash offers templates while writing, Enter puts one in", async () => {
    await page.waitForSelector(".composer textarea");
    await away();
    await press(page, "r");
    await page.keyboard.type("/上门");
    await page.locator(".completion [role=option]").first().waitFor();
    await shot(page, "slash", { widths: [1440] });
    await press(page, "Enter");
    await until("the text is there", async () => (await page.inputValue(".composer textarea")).includes("我们明天到您的工位处理"));
    check(await page.inputValue(".composer textarea")).excludes("/上门");
  });

  await step("an unknown variable is refused with those that exist", async () => {
    await page.goto(`${url}/settings/desk/templates/new`);
    await page.fill("[name=name_zh]", "新模板");
    await page.fill("[name=body_zh]", "您好 {{ requestor.name }}");
    await page.locator("main form button.button-primary").click();
    await page.locator("[role=alert]").waitFor();
    check(await page.locator("main").innerText()).includes("requester.name");
    check(await page.inputValue("[name=name_zh]")).is("新模板");
    await shot(page, "template-refused");
    await axe(page);
    await page.goto(`${url}/settings/desk/macros/new`);
    await shot(page, "macro-form");
    await axe(page);
  });
}
