// The cause in two texts, the plain one taken from the glossary; the requester reads it, says yes, and how satisfied they are.
export const title = "A technician explains the cause in two texts; the requester reads the plain one, confirms, and rates it in one tap";
export const server = { args: ["demo", "--seed", "11", "--tickets", "60"] };

const PASSWORD = "rock in midstream";

const WORDS = {
  "zh-CN": {
    title: "订单系统打不开", body: "从九点开始，所有人都打不开订单列表。", technical: "HikariPool-1 连接池耗尽，订单表有死锁", offered: "通往数据库的通道都被占满了",
    solution: "调大了连接数，并重启了服务。", thanks: "谢谢您的评价", comment: "处理得很快。", term: "光猫", plain: "连接外线的设备出了故障。", search: "死锁", average: "满意度",
  },
  en: {
    title: "Orders do not open", body: "Nobody can open the order list since nine.", technical: "HikariPool-1 connection pool exhausted; deadlock on orders", offered: "no connection to its database was left",
    solution: "We raised the number of connections and restarted the service.", thanks: "Thank you for telling us", comment: "That was quick.", term: "flux capacitor", plain: "The part that makes time travel possible was broken.", search: "deadlock", average: "Satisfaction",
  },
};

export default async function ({ open, signIn, url, step, check, shot, axe, press }) {
  for (const [locale, words] of Object.entries(WORDS)) {
    console.log(`      ${locale}`);
    const mark = (name) => `words-${locale}-${name}`;
    const person = async (address, options) => {
      const page = await open({ locale, ...options });
      await signIn(page, address, PASSWORD);
      if ((await page.getAttribute("html", "lang")) !== locale) {
        await page.evaluate(async (tag) => {
          const token = document.querySelector("meta[name=csrf-token]").content;
          await fetch("/locale", { method: "POST", body: new URLSearchParams({ csrf: token, locale: tag, next: "/" }) });
        }, locale);
        await page.goto(`${url}/`);
      }
      check(await page.getAttribute("html", "lang")).is(locale);
      return page;
    };
    let number;

    const employee = await person("employee@example.test", { width: 390 });
    await step("an employee reports it", async () => {
      await employee.goto(`${url}/portal/report`);
      await employee.fill("[name=title]", words.title);
      await employee.fill("[name=body]", words.body);
      await employee.locator("form.form button.button-primary").click();
      await employee.waitForURL(/\/portal\/requests\/\d+/);
      number = new URL(employee.url()).pathname.split("/").pop();
      await shot(employee, mark("expect-news"));
    });

    const manager = await person("manager@example.test", { width: 1440 });
    await step("the department adds a term to its glossary and finds others", async () => {
      await manager.goto(`${url}/settings/desk/glossary/new`);
      await manager.selectOption("[name=language]", locale);
      await manager.fill("[name=term]", words.term);
      await manager.fill("[name=plain]", words.plain);
      await shot(manager, mark("term"));
      await axe(manager);
      await manager.locator("main .button-primary").click();
      await manager.waitForURL(/\/settings\/desk\/glossary$/);
      await manager.goto(`${url}/settings/desk/glossary?language=${locale}&q=${encodeURIComponent(words.search)}`);
      check(await manager.locator("#terms tr").first().innerText()).includes(words.search);
      await manager.goto(`${url}/settings/desk/glossary`);
      await shot(manager, mark("glossary"));
      await axe(manager);
    });

    await step("the technical cause is written, the plain one offered and taken, both kept", async () => {
      await manager.goto(`${url}/tickets/${number}`);
      await press(manager, "s", "r");
      await manager.locator("dialog[open] #technical").fill(words.technical);
      await manager.locator("dialog[open] #finding-offer li").first().waitFor();
      check(await manager.locator("dialog[open] #plain").inputValue()).is("", "an offer is not written by itself");
      await shot(manager, mark("offered"));
      await axe(manager);
      await manager.locator("dialog[open] #finding-offer button").click();
      await manager.waitForFunction(() => document.querySelector("dialog[open] #plain")?.value !== "");
      check(await manager.locator("dialog[open] #plain").inputValue()).includes(words.offered);
      check(await manager.locator("dialog[open] #technical").inputValue()).is(words.technical);
      await manager.locator("dialog[open] #solution").fill(words.solution);
      await shot(manager, mark("taken"));
      await manager.locator("dialog[open] [data-send]").click();
      await manager.locator(".ticket .state-resolved").first().waitFor();
      await manager.goto(`${url}/tickets/${number}`);
      check(await manager.locator(`#card-finding-${number}`).innerText()).includes(words.technical);
      await shot(manager, mark("ticket"));
    });

    await step("the requester reads the plain cause, says yes, taps once, and adds a word", async () => {
      await employee.goto(`${url}/portal/requests/${number}`);
      const asked = await employee.locator(".ask").innerText();
      check(asked).includes(words.offered);
      check(asked.includes("Hikari")).is(false, "the technical cause is the desk's");
      await shot(employee, mark("asked"));
      await axe(employee);
      await employee.locator(".ask button[value=yes]").click();
      await employee.locator("#satisfaction button[name=score]").first().waitFor();
      await shot(employee, mark("rate"));
      await axe(employee);
      await employee.locator("#satisfaction button[value='4']").click();
      await employee.locator("#satisfaction [name=comment]").waitFor();
      check(await employee.locator("#satisfaction h2").innerText()).is(words.thanks);
      await employee.fill("#satisfaction [name=comment]", words.comment);
      await employee.locator("#satisfaction .form-actions button").click();
      await employee.locator("#satisfaction [name=comment]").waitFor();
      check(await employee.inputValue("#satisfaction [name=comment]")).is(words.comment);
      await shot(employee, mark("rated"));
      await axe(employee);
    });

    await step("the manager reads the score, the comment, and the months", async () => {
      await manager.goto(`${url}/tickets/${number}`);
      check(await manager.locator(`#card-confirmation-${number}`).innerText()).includes(words.comment);
      await manager.goto(`${url}/figures/satisfaction`);
      check(await manager.locator("h1").innerText()).is(words.average);
      await shot(manager, mark("satisfaction"));
      await axe(manager);
      await manager.goto(`${url}/board`);
      await shot(manager, mark("board"));
    });
    await employee.context().close();
    await manager.context().close();
  }
}
