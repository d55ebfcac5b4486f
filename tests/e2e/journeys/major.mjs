// From one key on a ticket to the review: declared, plan followed, everybody told at once, status page, resolved alike, reviewed. In Chinese; the
// status page and the room are looked at in English as well.
export const title = "A major incident from its key to its review, with the status page, in both languages";
export const limit = 300_000;
export const server = { args: ["demo", "--seed", "11", "--tickets", "40"] };

const PASSWORD = "rock in midstream";

export default async function ({ url, open, signIn, step, check, shot, axe, press, until }) {
  const report = async (title, body) => {
    const page = await open({ locale: "zh-CN", width: 390 });
    await signIn(page, "employee@example.test", PASSWORD);
    await page.goto(`${url}/portal/report`);
    await page.fill("[name=title]", title);
    await page.fill("[name=body]", body);
    await Promise.all([page.waitForURL(/portal\/requests\/\d+/), page.locator("main form .button-primary").first().click()]);
    return { page, number: page.url().match(/requests\/(\d+)/)[1] };
  };
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };

  const first = await report("ERP 系统无法访问", "从九点起打不开，提示网关超时。");
  const second = await report("ERP 系统打不开", "登录 ERP 系统时提示网关超时。");

  const page = await open({ locale: "zh-CN" });
  let room;

  await step("one key on the ticket opens the form, filled as far as can be known", async () => {
    await signIn(page, "l2@example.test", PASSWORD);
    await page.goto(`${url}/tickets/${first.number}`);
    await language(page, "zh-CN");
    await page.locator(`#major-${first.number} a[data-key=I]`).waitFor();
    await page.evaluate(() => document.activeElement?.blur());
    await press(page, "Shift+I");
    await page.locator("dialog[open] [name=title]").waitFor();
    check(await page.inputValue("dialog[open] [name=title]")).is("ERP 系统无法访问");
    check(await page.inputValue("dialog[open] [name=plan]")).is("core-system-down");
    await page.locator(`dialog[open] [name=links][value="${second.number}"]`).check();
    await page.fill("dialog[open] [name=impact]", "全公司无法下单和报销。");
    await page.fill("dialog[open] [name=services]", "ERP、报销");
    await shot(page, "major-declare");
    await axe(page);
  });

  await step("what is wrong is said in the dialog and what was filled stays", async () => {
    await page.evaluate(() => document.querySelector("dialog[open] form").setAttribute("novalidate", ""));
    await page.fill("dialog[open] [name=update_minutes]", "2");
    await page.locator("dialog[open] [data-send]").click();
    await page.locator("dialog[open] #update_minutes-error").waitFor();
    check(await page.inputValue("dialog[open] [name=impact]")).is("全公司无法下单和报销。");
    await page.fill("dialog[open] [name=update_minutes]", "30");
  });

  await step("declared: the room with its plan, its commander, and the timeline", async () => {
    await Promise.all([page.waitForURL(/\/major\/[0-9a-z]{26}$/), page.locator("dialog[open] [data-send]").click()]);
    room = page.url();
    const text = await page.locator("main").innerText();
    for (const words of ["ERP 系统无法访问", "全公司无法下单和报销。", "拉起通话会议", "优先级 P0"]) check(text).includes(words);
    await shot(page, "major-room");
    await axe(page);
  });

  await step("a step is ticked and somebody gets a role, without leaving the room", async () => {
    await page.locator("#major-side .checklist-item button").first().click();
    await page.locator("#major-side .checklist-done").waitFor();
    const support = page.locator("#major-side form", { has: page.locator("[name=role][value=support]") }).locator("select");
    const somebody = await support.locator("option").nth(2).getAttribute("value");
    await support.selectOption(somebody);
    await until("the role is given", async () => (await page.locator("#major-record").innerText()).includes("支持："));
  });

  await step("an update goes to both requesters and onto the status page", async () => {
    await page.fill("#say [name=zh]", "已确认网关故障，正在切换备用节点。");
    await page.fill("#say [name=en]", "The gateway has failed; we are switching to the spare.");
    await page.locator("#say [data-send]").click();
    await page.locator("#major-record", { hasText: "正在切换备用节点" }).waitFor();
    for (const { page: employee } of [first, second]) {
      await until("the requester reads it", async () => {
        await employee.reload();
        return (await employee.locator("main").innerText()).includes("正在切换备用节点");
      });
    }
    await page.goto(room);
    await until("both were reached", async () => {
      await page.reload();
      return (await page.locator("#major-record").innerText()).includes("已送达 2/2");
    });
    await shot(page, "major-told");
    await axe(page);
  });

  await step("the status page: an employee reads it in Chinese and in English, nobody else", async () => {
    const employee = second.page;
    await employee.goto(`${url}/status`);
    const text = await employee.locator("main").innerText();
    check(text).includes("正在切换备用节点");
    check(text.includes(`#${first.number}`)).is(false);
    await shot(employee, "status-zh");
    await axe(employee);
    await language(employee, "en");
    check(await employee.locator("main").innerText()).includes("switching to the spare");
    await shot(employee, "status-en");
    const stranger = await open({ locale: "en" });
    await stranger.goto(`${url}/status`);
    check(stranger.url()).includes("/sign-in");
  });

  await step("the manager opens the status page to anybody, and looks at the plans", async () => {
    const manager = await open({ locale: "zh-CN" });
    await signIn(manager, "manager@example.test", PASSWORD);
    await manager.goto(`${url}/settings/major`);
    await language(manager, "zh-CN");
    await manager.locator("[name=audience][value=anybody]").check();
    await Promise.all([manager.waitForURL(/settings\/major$/), manager.locator("main form .button-primary").first().click()]);
    await shot(manager, "major-settings");
    await axe(manager);
    await manager.goto(`${url}/settings/major/plans/core-system-down`);
    await shot(manager, "major-plan");
    await axe(manager);
    const stranger = await open({ locale: "en" });
    await stranger.goto(`${url}/status`);
    check(await stranger.locator("main").innerText()).includes("switching to the spare");
    await axe(stranger);
  });

  await step("the room in English", async () => {
    await page.goto(room);
    await language(page, "en");
    check(await page.locator("main").innerText()).includes("Open a call for everyone");
    await shot(page, "major-room-en");
    await axe(page);
    await page.goto(`${url}/major`);
    await shot(page, "major-list-en");
    await axe(page);
    await language(page, "zh-CN");
  });

  await step("resolved: both tickets alike, and the review is open", async () => {
    await page.goto(room);
    await page.evaluate(() => document.activeElement?.blur());
    await Promise.all([page.waitForURL(/resolution$/), press(page, "s")]);
    await page.fill("[name=zh]", "已切换到备用网关，ERP 恢复正常。");
    await shot(page, "major-resolve");
    await axe(page);
    await Promise.all([page.waitForURL(room), page.locator("main form [data-send]").click()]);
    const employee = second.page;
    await until("the requester is asked", async () => {
      await employee.goto(`${url}/portal/requests/${second.number}`);
      return (await employee.locator("main").innerText()).includes("已切换到备用网关");
    });
    await employee.goto(`${url}/status`);
    check((await employee.locator(".banner-success").count()) > 0).isTrue("something still goes on");
  });

  await step("the review: the timeline is filled in, an action follows, and it is closed", async () => {
    await page.goto(`${room}/review`);
    check(await page.inputValue("[name=timeline]")).includes("正在切换备用节点");
    await page.fill("[name=happened]", "主网关内存耗尽，ERP 无法访问约一小时。");
    await page.fill("[name=cause]", "连接池泄漏。");
    await page.fill("[name=went_well]", "十分钟内定位。");
    await page.fill("[name=went_badly]", "内存没有告警。");
    await shot(page, "major-review");
    await axe(page);
    await Promise.all([page.waitForURL(/review$/), page.locator("form[data-dirty-guard] [data-send]").click()]);
    await page.fill("[name=what]", "为网关内存增加告警");
    await page.fill("[name=due_on]", "2027-01-15");
    await page.locator("form[action$='/actions'] .button").click();
    await page.locator(".checklist-item", { hasText: "为网关内存增加告警" }).waitFor();
    await page.locator("form[action$='/closing'] .button").click();
    await page.locator(".chip-success", { hasText: "已完成" }).waitFor();
    await shot(page, "major-reviewed");
    await axe(page);
    await page.goto(`${url}/major`);
    await shot(page, "major-list");
    await axe(page);
  });
}
