// A type is given questions and an approval; somebody asks, with and without scripts; it is approved, and refused.
export const title = "A request of the catalogue: made, asked with depending questions, approved, refused";
export const limit = 240_000;
export const server = { args: ["demo", "--seed", "7", "--tickets", "60"] };

const PASSWORD = "rock in midstream";

export default async function ({ url, open, signIn, step, check, shot, axe }) {
  const manager = await open({ locale: "zh-CN", width: 1440 });
  const employee = await open({ locale: "zh-CN", width: 390 });
  const plain = await open({ locale: "en", width: 390, scripts: false });
  const numberOf = (page) => new URL(page.url()).pathname.split("/").pop();

  await step("the manager looks at the types and gives one an approval", async () => {
    await signIn(manager, "manager@example.test", PASSWORD);
    await manager.goto(`${url}/settings/desk/catalogue`);
    await manager.getByRole("link", { name: "申领笔记本电脑" }).waitFor();
    await shot(manager, "types");
    await axe(manager);
    await manager.goto(`${url}/settings/desk/catalogue/vpn`);
    await shot(manager, "type");
    await axe(manager);
    await manager.goto(`${url}/settings/desk/catalogue/vpn/fields/new`);
    await shot(manager, "question");
    await axe(manager);
    await manager.goto(`${url}/settings/desk/catalogue/vpn/steps/new`);
    await manager.selectOption("[name=who]", "role");
    await manager.selectOption("[name=role]", "manager");
    await shot(manager, "step");
    await axe(manager);
    await manager.getByRole("button", { name: "保存" }).click();
    await manager.locator("#approval li").waitFor();
  });

  await step("and two tasks, one after the other", async () => {
    const tasks = [["核对申请人身份", "1", "hardware"], ["开通 VPN 账号", "2", "network"]];
    for (const [title, stage, category] of tasks) {
      await manager.goto(`${url}/settings/desk/catalogue/vpn/tasks/new`);
      await manager.fill("[name='title.zh-CN']", title);
      await manager.selectOption("[name=category]", category);
      await manager.selectOption("[name=stage]", stage);
      await manager.fill("[name=hours]", "8");
      await shot(manager, "task-of-type");
      await axe(manager);
      await manager.getByRole("button", { name: "保存" }).click();
      await manager.locator("#tasks li", { hasText: title }).waitFor();
    }
    await shot(manager, "type-with-tasks");
  });

  let number;
  await step("an employee asks; a question appears with the answer before it", async () => {
    await signIn(employee, "employee@example.test", PASSWORD);
    await employee.goto(`${url}/portal/catalogue`);
    await shot(employee, "catalogue");
    await axe(employee);
    await employee.goto(`${url}/portal/catalogue/vpn`);
    const until = employee.locator("[name='answers.until']");
    check(await until.isVisible()).is(false);
    await employee.selectOption("[name='answers.kind']", "new");
    await until.waitFor();
    await shot(employee, "asking");
    await axe(employee);
    await employee.selectOption("[name='answers.kind']", "fault");
    check(await until.isVisible()).is(false);
    await employee.selectOption("[name='answers.kind']", "new");
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    await until.fill(day);
    await employee.fill("[name='answers.device']", "NB-204");
    await employee.fill("[name='answers.reason']", "出差期间访问内部系统。");
    await employee.locator("main form button.button-primary").click();
    await employee.locator(".state-waiting_approval").waitFor();
    number = numberOf(employee);
    await shot(employee, "waiting");
    await axe(employee);
  });

  await step("the manager finds it among the approvals and says yes", async () => {
    await manager.goto(`${url}/approvals`);
    await shot(manager, "approvals");
    await axe(manager);
    await manager.getByRole("link", { name: new RegExp(`#${number} `) }).click();
    await manager.locator("[name=comment]").waitFor();
    await shot(manager, "approval");
    await axe(manager);
    await manager.getByRole("button", { name: "同意" }).click();
    await manager.waitForURL(`${url}/approvals`);
    await manager.goto(`${url}/tickets/${number}`);
    await manager.locator(`#card-request-${number}`).waitFor();
    await shot(manager, "ticket");
    await axe(manager);
  });

  await step("two teams do their part, and the employee sees how far it is", async () => {
    const card = manager.locator(`#card-tasks-${number}`);
    const first = card.locator("li", { hasText: "核对申请人身份" });
    check(await card.innerText()).includes("未开始");
    await first.getByRole("button", { name: "领取" }).click();
    await first.getByRole("button", { name: "领取" }).waitFor({ state: "detached" });
    await manager.goto(`${url}/tasks`);
    await manager.locator("#mine", { hasText: "核对申请人身份" }).waitFor();
    await shot(manager, "tasks");
    await axe(manager);
    await manager.locator("#mine").getByRole("link", { name: "核对申请人身份" }).first().click();
    await manager.fill("[name=remark]", "工牌已核对");
    await shot(manager, "task");
    await axe(manager);
    await manager.getByRole("button", { name: "完成" }).click();
    await manager.waitForURL(`${url}/tasks`);
    await employee.goto(`${url}/portal/requests/${number}`);
    check(await employee.locator("#tasks").innerText()).includes("共 2 步，已完成 1 步");
    check(await employee.locator("main").innerText()).excludes("工牌已核对");
    await shot(employee, "steps");
    await axe(employee);
    await manager.goto(`${url}/tickets/${number}`);
    const second = card.locator("li", { hasText: "开通 VPN 账号" });
    await second.getByRole("button", { name: "完成" }).click();
    await second.getByText("已完成").waitFor();
    await shot(manager, "tasks-done");
    await axe(manager);
  });

  await step("without scripts the server asks what an answer led to, and keeps the rest", async () => {
    await signIn(plain, "employee@example.test", PASSWORD);
    await plain.goto(`${url}/portal/catalogue/vpn`);
    await plain.selectOption("[name='answers.kind']", "fault");
    await plain.fill("[name='answers.device']", "NB-204");
    await plain.locator("main form button.button-primary").click();
    await plain.locator("[name='answers.error']").waitFor();
    check(await plain.inputValue("[name='answers.device']")).is("NB-204");
    await shot(plain, "asked-again");
    await plain.fill("[name='answers.error']", "Error 809");
    await plain.locator("main form button.button-primary").click();
    await plain.locator(".state-waiting_approval").waitFor();
    number = numberOf(plain);
  });

  await step("a no needs its reason, and the employee reads it", async () => {
    await manager.goto(`${url}/portal/approvals`);
    await manager.locator(".request", { hasText: `#${number}` }).click();
    await manager.locator("button[name=answer][value=no]").click();
    await manager.locator("[role=alert]").waitFor();
    await shot(manager, "reason-missing");
    await manager.fill("[name=comment]", "请先重启电脑再试。");
    await manager.locator("button[name=answer][value=no]").click();
    await manager.waitForURL(`${url}/portal/approvals?done=true`);
    await plain.goto(`${url}/portal/requests/${number}`);
    check(await plain.locator("main").innerText()).includes("请先重启电脑再试。");
    await shot(plain, "refused");
  });
}
