// An employee asks on the portal; one technician takes it and hands it to another, who answers and ends it as a ticket.
export const title = "A chat goes from the portal to one technician, to another, and becomes a ticket, in both languages";
export const server = { args: ["demo", "--seed", "5", "--tickets", "60"] };

const PASSWORD = "rock in midstream";

const WORDS = {
  en: {
    first: "The VPN asks for a code I never got",
    more: "Since this morning, on my laptop",
    hello: "Good morning, I am looking into it",
    internal: ["She gave me her password again", "I have told her to change it"],
    pardon: "Sorry, wrong window",
    note: "She has a new phone, the old token must go",
    answer: "Please open https://intranet.example/token and scan the code",
    thanks: "It works again",
    solution: "The token was moved to the new phone.",
  },
  "zh-CN": {
    first: "VPN 要求输入验证码，但我没有收到",
    more: "今天早上开始的，用的是笔记本",
    hello: "您好，我马上查看",
    internal: ["她又把密码告诉我了", "我已请她修改密码"],
    pardon: "抱歉，发错窗口了",
    note: "换了新手机，需要解绑旧令牌",
    answer: "请打开 https://intranet.example/token 扫码",
    thanks: "已经好了",
    solution: "已将令牌迁移到新手机。",
  },
};

export default async function ({ open, signIn, url, step, check, shot, axe, press, until }) {
  const language = async (page, locale) => {
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };

  for (const locale of ["zh-CN", "en"]) {
    const words = WORDS[locale];
    const employee = await open({ locale, width: 390 });
    const first = await open({ locale });
    const second = await open({ locale });
    let place;

    await step(`${locale}: everybody signs in`, async () => {
      await signIn(employee, "employee@example.test", PASSWORD);
      await signIn(first, "l1@example.test", PASSWORD);
      await signIn(second, "amy@example.test", PASSWORD);
      for (const page of [employee, first, second]) await language(page, locale);
    });

    await step(`${locale}: nobody is there, and the page says so`, async () => {
      await employee.goto(`${url}/portal/chat`);
      check(await employee.locator("#there .banner-warning").count()).is(1);
      await shot(employee, `nobody-${locale}`);
      await axe(employee);
      await first.goto(`${url}/chats`);
      await shot(first, `queue-empty-${locale}`);
      await axe(first);
    });

    await step(`${locale}: a technician answers chats, and the employee's open page sees it`, async () => {
      await first.locator("form[action='/chats/duty'] button").click();
      await first.locator("form[action='/chats/duty'] button[value=false]").waitFor();
      await employee.locator("#there .banner-warning").waitFor({ state: "detached" });
      await shot(employee, `there-${locale}`);
      await axe(employee);
    });

    await step(`${locale}: the employee asks in one box and waits in the queue`, async () => {
      await employee.fill("#body", words.first);
      await employee.locator("#there button").click();
      await employee.waitForURL(/portal\/chat\/[0-9a-z]{26}/);
      place = new URL(employee.url()).pathname.split("/").pop();
      await employee.fill("#say textarea", words.more);
      await employee.locator("#say [data-send]").click();
      await employee.locator("#talk .message", { hasText: words.more }).waitFor();
      check(await employee.inputValue("#say textarea")).is("");
      await shot(employee, `waiting-${locale}`);
      await axe(employee);
    });

    await step(`${locale}: the technician's rail counts it, and they take it by key`, async () => {
      await first.locator("#rail-chats .count", { hasText: "1" }).waitFor();
      await first.locator(`#chat-${place} a`).waitFor();
      await shot(first, `queue-${locale}`);
      await axe(first);
      await first.locator(`#chat-${place} a`).click();
      await first.locator("form[action$='/taking'] button").waitFor();
      await press(first, "m");
      await first.locator("#say [value=reply]").waitFor({ state: "attached" });
      await first.fill("#say textarea", words.hello);
      await press(first, "Control+Enter");
      await employee.locator("#talk .message-theirs", { hasText: words.hello }).waitFor();
      check(await employee.locator("#talk .change").count()).is(1);
    });

    await step(`${locale}: a message sent while the other one types disturbs nothing`, async () => {
      await employee.locator("#say textarea").pressSequentially("…");
      await first.fill("#say textarea", `${words.hello} 2`);
      await first.locator("#say [data-send]").click();
      await employee.locator("#talk .message-theirs", { hasText: `${words.hello} 2` }).waitFor();
      check(await employee.inputValue("#say textarea")).is("…");
      await employee.fill("#say textarea", "");
    });

    await step(`${locale}: what is written to colleagues goes to colleagues, also the second time`, async () => {
      await first.locator("#say textarea").evaluate((area) => area.blur());
      const paper = (page) => page.locator(".composer").evaluate((box) => getComputedStyle(box).backgroundColor);
      const plain = await paper(first);
      await press(first, "n");
      check(await first.evaluate(() => document.activeElement?.id)).is("body");
      let yellow = plain;
      await until("the box looks internal, and has come to rest", async () => {
        const before = yellow;
        yellow = await paper(first);
        return yellow !== plain && yellow === before;
      });
      for (const said of words.internal) {
        await first.keyboard.type(said);
        await press(first, "Control+Enter");
        await first.locator("#talk .entry-note", { hasText: said }).waitFor();
        await until("the box is empty", async () => (await first.inputValue("#say textarea")) === "");
        check(await first.locator("#say [value=aside]").isChecked()).is(true);
      }
      await shot(first, `internal-${locale}`);
      await axe(first);
      // A word of the requester refreshes the composer where nobody is typing; the choice stays.
      await first.locator("#say textarea").evaluate((area) => area.blur());
      await employee.fill("#say textarea", words.pardon);
      await employee.locator("#say [data-send]").click();
      await first.locator("#talk .entry-report", { hasText: words.pardon }).waitFor();
      await first.waitForTimeout(500);
      check(await first.locator("#say [value=aside]").isChecked()).is(true);
      await until("the box still looks internal", async () => (await paper(first)) === yellow);
      const seen = await employee.locator("#talk").innerText();
      for (const said of words.internal) check(seen).excludes(said);
      await press(first, "r");
      await until("replying looks different", async () => (await paper(first)) !== yellow);
    });

    await step(`${locale}: it is handed to a colleague with a note`, async () => {
      await first.locator("#hand-over-card > summary").click();
      const amy = await first.locator("#to option", { hasText: "Amy" }).first().getAttribute("value");
      await first.selectOption("#to", amy);
      await first.fill("#note", words.note);
      await shot(first, `hand-over-${locale}`);
      await axe(first);
      await first.locator("#hand-over-card form button").click();
      await first.waitForURL(/\/chats$/);
      await employee.locator("#talk .change").nth(1).waitFor();
      check(await employee.locator("#talk").innerText()).excludes(words.note);
    });

    await step(`${locale}: wherever the colleague is, their rail counts it`, async () => {
      await second.locator("#rail-chats .count", { hasText: "1" }).waitFor();
      check(await first.locator("#rail-chats .count").count()).is(0);
    });

    await step(`${locale}: the colleague reads the note, answers, and the link can be followed`, async () => {
      await second.goto(`${url}/chats/${place}`);
      await second.locator("#talk .entry-note", { hasText: words.note }).waitFor();
      await second.fill("#say textarea", words.answer);
      await second.locator("#say [data-send]").click();
      await employee.locator("#talk a[href='https://intranet.example/token']").waitFor();
      await employee.fill("#say textarea", words.thanks);
      await employee.locator("#say [data-send]").click();
      await second.locator("#talk .entry-report", { hasText: words.thanks }).waitFor();
      await shot(employee, `talking-${locale}`);
      await axe(employee);
    });

    await step(`${locale}: it ends as a solved ticket with everything in it`, async () => {
      await second.locator("#end-card > summary").click();
      await second.locator("#solved").check();
      await second.locator("#end-card form button").click();
      await second.locator("#solution-error").waitFor();
      await second.fill("#solution", words.solution);
      await shot(second, `end-${locale}`);
      await axe(second);
      await second.locator("#end-card form button").click();
      await second.waitForURL(/tickets\/\d+$/);
      const told = await second.locator("main").innerText();
      for (const said of [words.first, words.more, words.hello, words.answer, words.thanks, words.note]) check(told).includes(said);
      await shot(second, `ticket-${locale}`);
    });

    await step(`${locale}: the employee's page says where it went, and there the question waits`, async () => {
      await until("the end is shown", async () => (await employee.locator("#composer a[href^='/portal/requests/']").count()) === 1);
      await shot(employee, `ended-${locale}`);
      await axe(employee);
      await employee.locator("#composer a[href^='/portal/requests/']").click();
      await employee.locator(".ask button[value=yes]").waitFor();
      await first.locator("form[action='/chats/duty'] button[value=false]").click();
      await first.locator("form[action='/chats/duty'] button[value=true]").waitFor();
    });
  }
}
