// A ticket is solved, its solution becomes an article, and the next person with the same trouble is answered by the clerk and says
// that it solved it. Nobody of the department touches the second ticket.
export const title = "From a solved ticket to an article, to the clerk's answer, to the second person's “solved”";
export const server = { args: ["demo", "--seed", "13", "--tickets", "40"] };

const PASSWORD = "rock in midstream";
const FIRST = { title: "会议室门禁终端 kingfisher 报错误 49", body: "早上开始，会议室门口的门禁终端 kingfisher 一直显示错误 49，刷卡没有反应。" };
const SECOND = { title: "门禁终端 kingfisher 报错误 49，刷卡没反应", body: "会议室的门禁终端 kingfisher 一直显示错误 49，刷卡没有反应，进不去。" };
const SOLUTION = "长按终端侧面的复位键十秒，等绿灯亮起后再刷卡。";

export default async function ({ open, signIn, url, step, check, shot, axe, until }) {
  const person = async (address, width = 1440) => {
    const page = await open({ locale: "zh-CN", width });
    await signIn(page, address, PASSWORD);
    if ((await page.getAttribute("html", "lang")) !== "zh-CN") {
      const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
      await page.request.post(`${url}/locale`, { form: { csrf, locale: "zh-CN", next: "/" }, headers: { Origin: url } });
      await page.goto(`${url}/`);
    }
    return page;
  };
  const report = async (page, words) => {
    await page.goto(`${url}/portal/report`);
    await page.fill("[name=title]", words.title);
    await page.fill("[name=body]", words.body);
    await page.locator("form.form button.button-primary").last().click();
    await page.waitForURL(/\/portal\/requests\/\d+/);
    return new URL(page.url()).pathname.split("/").pop();
  };

  const employee = await person("employee@example.test", 390);
  const engineer = await person("manager@example.test");
  let first, article, second;

  await step("an employee reports it, the manager solves it, the employee says yes", async () => {
    first = await report(employee, FIRST);
    await engineer.goto(`${url}/tickets/${first}/resolution`);
    await engineer.locator("#solution").fill(SOLUTION);
    await engineer.locator("form:has(#solution) [data-send], form:has(#solution) .button-primary").first().click();
    await until("it is resolved", async () => {
      await employee.goto(`${url}/portal/requests/${first}`);
      return (await employee.locator("button[name=answer][value=yes]").count()) > 0;
    });
    await employee.locator("button[name=answer][value=yes]").first().click();
    await until("it is closed", async () => {
      await employee.goto(`${url}/portal/requests/${first}`);
      return (await employee.locator("button[name=answer][value=yes]").count()) === 0;
    });
  });

  await step("the solved ticket becomes a draft, and the draft an article", async () => {
    await engineer.goto(`${url}/tickets/${first}/draft`);
    await shot(engineer, "answers-draft");
    await axe(engineer);
    check(await engineer.inputValue("[name=solution]")).includes("复位键");
    const checked = engineer.locator("[name=checked]");
    if (await checked.count()) await checked.check();
    await engineer.locator("form[action$='/draft'] .button-primary").click();
    await engineer.waitForURL(/\/knowledge\/\d+/);
    article = new URL(engineer.url()).pathname.split("/")[2];
    await engineer.goto(`${url}/knowledge/${article}`);
    await engineer.locator("form[action$='/state'] button.button-primary").first().click();
    await engineer.locator(".kb-line .chip-success").waitFor();
  });

  await step("a colleague tries it and says that it helps", async () => {
    const colleague = await person("l3@example.test");
    await colleague.goto(`${url}/knowledge/${article}`);
    await colleague.locator("#vote button[value=yes]").click();
    await until("the vote is counted", async () => (await colleague.locator("#vote button[aria-pressed=true]").count()) === 1);
    await colleague.context().close();
  });

  const manager = engineer;
  await step("the manager looks at the dry run and turns the clerk on", async () => {
    await manager.goto(`${url}/settings/clerk`);
    await manager.locator("#is_on").check();
    await manager.fill("#threshold", "60");
    await manager.fill("#proven", "1");
    await manager.locator("button[value=try]").click();
    await manager.locator("#dry-run").waitFor();
    await shot(manager, "answers-clerk-settings");
    await axe(manager);
    await manager.locator("button[value=save]").click();
    await manager.locator(".toast-success").waitFor();
    check(await manager.locator("#is_on").isChecked()).isTrue();
  });

  const other = await person("l1@example.test", 390);
  await step("a second person reports the same and is answered at once", async () => {
    second = await report(other, SECOND);
    await until("the clerk has answered", async () => {
      await other.goto(`${url}/portal/requests/${second}`);
      return (await other.locator("main").innerText()).includes("/answers/said/");
    });
    check(await other.locator("form[action*='/answers/said/'] button").count()).is(2, "the portal has buttons of its own");
    const said = await other.locator("main").innerText();
    check(said).includes("复位键");
    check(said).includes(`/help/${article}`);
    await shot(other, "answers-answered", { widths: [390] });
    await axe(other);
  });

  await step("the link shows a page; only the button says anything", async () => {
    const said = await other.locator("main").innerText();
    const link = said.match(/\/answers\/said\/\S+\?answer=yes/)[0];
    const scanner = await open({ locale: "zh-CN", width: 390, scripts: false });
    await scanner.goto(`${url}${link}`);
    await scanner.context().close();
    await other.goto(`${url}${link}`);
    check(await other.locator("h1").innerText()).includes("解决了吗");
    await shot(other, "answers-said", { widths: [390] });
    await axe(other);
    await other.locator("button[value=yes]").click();
    await until("it is thanked for", async () => (await other.locator("h1").innerText()).includes("太好了"));
    await other.goto(`${url}/portal/requests/${second}`);
    check((await other.locator("main").innerText()).includes("已完成")).isTrue("the ticket is closed");
  });

  await step("the report shows one answer that solved it", async () => {
    await manager.goto(`${url}/reports/clerk`);
    check(await manager.locator(".figures").innerText()).includes("100%");
    check(await manager.locator("main").innerText()).includes(`#${second}`);
    await shot(manager, "answers-clerk-report");
    await axe(manager);
  });

  await step("what is missing is a list that somebody works through", async () => {
    await until("it was looked for", async () => {
      await manager.goto(`${url}/knowledge/missing`);
      return (await manager.locator("tr[id^=gap-]").count()) > 0;
    }, 60_000);
    await shot(manager, "answers-missing");
    await axe(manager);
    const line = manager.locator("tr[id^=gap-]", { hasText: "门禁卡补办" });
    await line.locator("details summary").click();
    await line.locator("[name=reason]").fill("行政部负责");
    await line.locator("details button").click();
    await manager.locator(".toast-success").waitFor();
    check(await manager.locator("tr[id^=gap-]", { hasText: "门禁卡补办" }).count()).is(0);
    await manager.goto(`${url}/knowledge/missing?state=dismissed`);
    check(await manager.locator("main").innerText()).includes("行政部负责");
  });
}
