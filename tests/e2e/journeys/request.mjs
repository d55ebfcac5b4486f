// A request of the catalogue all the way: asked on the portal, approved from a letter, done by two teams, closed; in both languages.
import { DESK, connectMailbox, read } from "../lib/house.mjs";

export const title = "A new employee is asked for, approved by mail, made ready by two teams, and confirmed";
export const limit = 300_000;
export const server = {
  args: ["demo", "--seed", "7", "--tickets", "40"],
  mail: Object.fromEntries([DESK, ...["employee", "manager", "admin", "l1", "amy", "he.qing", "marco", "tang.yue", "petra", "l2", "dmitri", "gu.yan", "soren"]
    .map((name) => `${name}@example.test`)].map((address) => [address, "secret"])),
};

const PASSWORD = "rock in midstream";
// The desk's own languages; whose colleague does what is said by the route of each task's category.
const WORDS = {
  "zh-CN": {
    name: "周明", department: "市场部", manager: "manager@example.test", comment: "预算已批。", solution: "账号、电脑、网络均已就绪。",
    tasks: [["l1", "开通账号"], ["amy", "准备电脑"], ["l1", "配置邮箱和群组"], ["soren", "布置工位和电话"]], remark: "工号 4711", steps: "共 4 步，已完成 1 步",
  },
  en: {
    name: "Nora Lang", department: "Marketing", manager: "manager@example.test", comment: "The budget is agreed.", solution: "Account, computer, and network are ready.",
    tasks: [["l1", "Create the account"], ["amy", "Prepare the computer"], ["l1", "Set up the mailbox and groups"], ["soren", "Set up the workplace and the phone"]], remark: "Staff number 4711", steps: "1 of 4 steps done",
  },
};

export default async function (tools) {
  const { url, mail, step } = tools;
  await step("the administrator connects the mailbox", () => connectMailbox({ ...tools, url, mail }));
  for (const locale of Object.keys(WORDS)) await walk({ ...tools, locale, words: WORDS[locale] });
}

async function walk({ open, signIn, shot, axe, check, step, url, mail, locale, words }) {
  const picture = async (page, name) => {
    await shot(page, `${locale}-${name}`, { whole: true });
    await axe(page);
  };
  /** Signed in, in the language of this walk from then on: pages and letters. */
  const enter = async (name, width) => {
    const page = await open({ locale, width });
    await signIn(page, `${name}@example.test`, PASSWORD);
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    return page;
  };
  const manager = await enter("manager", 1440);
  const employee = await enter("employee", 390);
  let number;

  await step(`${locale}: an employee asks for what a new colleague needs`, async () => {
    await employee.goto(`${url}/portal/catalogue/new-employee`);
    await employee.fill("[name='answers.name']", words.name);
    const day = new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10);
    await employee.fill("[name='answers.start']", day);
    await employee.fill("[name='answers.department']", words.department);
    await employee.fill("[name='answers.manager']", words.manager);
    await employee.selectOption("[name='answers.device']", "laptop");
    await employee.locator("[name='answers.system']").waitFor();
    await employee.selectOption("[name='answers.system']", "linux");
    await picture(employee, "01-asking");
    await employee.locator("main form button.button-primary").click();
    await employee.locator(".state-waiting_approval").waitFor();
    number = new URL(employee.url()).pathname.split("/").pop();
    await picture(employee, "02-waiting");
  });

  const letters = () => mail.inbox("manager@example.test").then((all) => all.map(read).filter((one) => one.text.includes(`#${number}`)));
  const person = await open({ locale, width: 390 });
  let link;
  await step(`${locale}: the approver says yes from the letter, without signing in`, async () => {
    await mail.waitFor("manager@example.test", (raw) => read(raw).text.includes(`#${number}`) && read(raw).text.includes("/approve/"));
    const [asked] = (await letters()).filter((one) => one.text.includes("/approve/"));
    check(asked.text).includes(words.name);
    const links = [...asked.text.matchAll(/https?:\/\/\S+\/approve\/\S+/g)].map((match) => match[0]);
    check(links.length).is(2, "one link for yes and one for no");
    link = links.find((one) => one.includes("yes")) ?? links[0];
    await person.goto(link);
    check(await person.getAttribute("html", "lang")).is(locale);
    check(await person.locator("main").innerText()).includes(words.name);
    await picture(person, "03-approving");
    await person.fill("[name=comment]", words.comment);
    await person.locator("button[name=answer][value=yes]").click();
    await person.waitForLoadState("load");
    await picture(person, "04-approved");
    await employee.reload();
    check(await employee.locator(".state-waiting_approval").count()).is(0, "it still waits");
    check(await employee.locator("main").innerText()).includes(words.comment);
  });

  await step(`${locale}: the link works once`, async () => {
    await person.goto(link);
    check(await person.locator("button[name=answer]").count()).is(0);
    await picture(person, "05-spent");
  });

  await step(`${locale}: two teams do their parts, stage by stage`, async () => {
    const mine = (page, task) => page.locator("main li, main tr", { hasText: `#${number}` }).filter({ hasText: task }).getByRole("link").first();
    for (const [index, [name, task]] of words.tasks.entries()) {
      const colleague = await enter(name, 1440);
      await colleague.goto(`${url}/tasks`);
      if (index === 0 || name === "soren") await picture(colleague, `06-tasks-${name}`);
      await mine(colleague, task).click();
      await colleague.locator("[name=remark]").fill(words.remark);
      if (index === 0) await picture(colleague, "07-task");
      await colleague.locator("form:has([name=remark]) button.button-primary").click();
      await colleague.waitForURL(`${url}/tasks`);
      if (index === 0) {
        await employee.goto(`${url}/portal/requests/${number}`);
        check(await employee.locator("#tasks").innerText()).includes(words.steps);
        check(await employee.locator("main").innerText()).excludes(words.remark, "the employee reads the desk's remark");
        await picture(employee, "08-steps");
      }
      await colleague.context().close();
    }
  });

  await step(`${locale}: with every task done it is resolved, and the employee says yes`, async () => {
    await manager.goto(`${url}/tickets/${number}`);
    await manager.locator(`#card-tasks-${number}`).waitFor();
    await picture(manager, "09-ticket");
    await manager.goto(`${url}/tickets/${number}/resolution`);
    await manager.fill("[name=solution]", words.solution);
    await picture(manager, "10-resolving");
    await manager.locator("[name=tested][value=true]").check();
    await manager.locator("form:has([name=solution]) [data-send]").click();
    await manager.waitForSelector(`#head-${number} .state-resolved`);
    await employee.goto(`${url}/portal/requests/${number}`);
    await picture(employee, "11-solved");
    await employee.locator("button[name=answer][value=yes]").click();
    await employee.waitForLoadState("load");
    await employee.goto(`${url}/portal/requests/${number}`);
    await employee.locator(".state-closed").waitFor();
    await picture(employee, "12-closed");
  });
  for (const page of [manager, employee, person]) await page.context().close();
}
