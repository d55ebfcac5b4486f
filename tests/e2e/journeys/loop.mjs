// One real request all the way round, in a fresh installation, with real mail both ways; once in Chinese, once in English.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DESK, PASSWORD, connectMailbox, freePort, letter, read, run, signIn } from "../lib/house.mjs";

export const title = "One request goes all the way round: mail, work, escalation, no, yes";
export const server = "none";

const WORDS = {
  "zh-CN": {
    requester: ["wang.fang@example.test", "王芳"],
    l1: ["l1@example.test", "李雷"],
    l2: ["l2@example.test", "赵敏"],
    subject: "三楼打印机打不出来",
    body: "今天早上开始，三楼的打印机一直提示卡纸，打不出任何东西。",
    reply: "您好，我正在查看，请先不要重启打印机。",
    note: "上周换过硒鼓，可能与此有关。",
    wait: "请告诉我面板上显示的错误代码",
    answer: "面板上写着 E7。",
    handoff: ["重启，换纸盒", "错误代码 E7，只在三楼出现", "需要打印服务器的权限"],
    first: "已更新打印服务器上的驱动。",
    no: "还是打不出来，同样的错误。",
    second: "更换了定影单元，测试页正常。",
    untested: "报障人下班了，明早再试",
  },
  en: {
    requester: ["mary.jones@example.test", "Mary Jones"],
    l1: ["amy@example.test", "Amy Hill"],
    l2: ["bob@example.test", "Bob Stone"],
    subject: "The printer on floor 3 is dead",
    body: "Since this morning the printer on floor 3 says paper jam and prints nothing at all.",
    reply: "I am looking at it; please do not restart it for now.",
    note: "The drum was changed last week; that may be related.",
    wait: "Please tell me the code on its panel",
    answer: "The panel says E7.",
    handoff: ["Restarted it, changed the tray", "Code E7, only on floor 3", "Needs access to the print server"],
    first: "The driver on the print server was updated.",
    no: "It still does not print, same message.",
    second: "The fuser was replaced; a test page came out.",
    untested: "The requester had left for the day",
  },
};

export default async function (tools) {
  const { open, shot, axe, check, step, until, startServer, startMail } = tools;
  const addresses = Object.values(WORDS).flatMap((words) => [words.requester[0], words.l1[0], words.l2[0]]);
  const mail = await startMail(Object.fromEntries([DESK, "admin@example.test", ...addresses].map((address) => [address, "secret"])));
  const data = await mkdtemp(join(tmpdir(), "mainstay-loop-"));
  try {
    await step("a fresh installation gets its administrator and its people", async () => {
      await run(["--data", data, "init", "--admin", "admin@example.test", "--password-stdin"], PASSWORD);
      for (const words of Object.values(WORDS)) {
        const add = (who, role) => run(["--data", data, "user", "add", who[0], "--name", who[1], "--role", role, "--password-stdin"], PASSWORD);
        await add(words.l1, "technician");
        await add(words.l2, "engineer");
        await run(["--data", data, "user", "add", words.requester[0], "--name", words.requester[1], "--role", "requester"], "");
      }
    });
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const house = await startServer({ args: ["--data", data, "serve", "--listen", `127.0.0.1:${port}`, "--base-url", url] });
    await step("the administrator connects the mailbox", () => connectMailbox({ ...tools, url, mail }));
    for (const locale of Object.keys(WORDS)) {
      console.log(`      ${locale}`);
      await walk({ ...tools, url, mail, locale, words: WORDS[locale] });
    }
    check(house.output()).excludes("panicked");
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

async function walk({ open, shot, axe, check, step, until, url, mail, locale, words }) {
  const [requester, requesterName] = words.requester;
  const mark = (name) => `${locale}-${name}`;
  const picture = (page, name) => shot(page, mark(name), { whole: true });
  const l1 = await open({ locale });
  let number;

  await step("a technician waits before an empty queue", async () => {
    await signIn(l1, url, words.l1[0]);
    await l1.goto(`${url}/queues/open`);
    await l1.waitForSelector("#row-none, #rows [data-row]", { state: "attached" });
    if (locale === "zh-CN") await picture(l1, "00-empty");
  });

  await step("an employee's mail becomes a ticket and appears by itself", async () => {
    await mail.send({ from: requester, to: DESK, raw: letter({ from: requester, name: requesterName, subject: words.subject, body: words.body }) });
    const sent = performance.now();
    const row = l1.locator("[data-row]", { hasText: words.subject });
    await row.waitFor({ timeout: 30_000 });
    console.log(`        in the queue ${Math.round(performance.now() - sent)} ms after it was sent`);
    number = (await row.getAttribute("id")).replace("row-", "");
    await picture(l1, "01-arrived");
    await axe(l1);
    const acknowledged = read(await mail.waitFor(requester, (raw) => read(raw).text.includes(`#${number}`)));
    check(acknowledged.header("Auto-Submitted")).matches(/^auto-/);
  });

  await step("opens it from the list and takes it", async () => {
    await l1.locator(`#row-${number} a`).click();
    await l1.waitForSelector(`#ticket-${number}`);
    check(await l1.locator(`#timeline-${number}`).innerText()).includes(words.body);
    await l1.locator("form[action*='assignment/mine'] button").first().click();
    await l1.waitForFunction((name) => document.querySelector(".ticket-line .person")?.textContent.includes(name), words.l1[1]);
    await picture(l1, "02-taken");
  });

  const say = async (page, kind, body) => {
    await page.locator(`.composer [name=kind][value=${kind}]`).check();
    await page.locator(".composer textarea").fill(body);
    await page.locator(".composer [data-send]").click();
    await page.locator(`#timeline-${number} .entry`, { hasText: body }).waitFor();
  };

  await step("replies, and the mail arrives in its thread", async () => {
    await say(l1, "reply", words.reply);
    const arrived = read(await mail.waitFor(requester, (raw) => read(raw).text.includes(words.reply)));
    check(arrived.header("References") ?? "").matches(/<.+>/);
    check(arrived.header("In-Reply-To") ?? "").matches(/<.+>/);
    check(arrived.header("From")).includes(DESK);
  });

  await step("writes a note that the requester never gets", async () => {
    await say(l1, "note", words.note);
    await picture(l1, "03-conversation");
    check(await l1.locator(`#row-${number}`).count()).is(1, "the list shows the ticket twice");
  });

  const dialog = async (page, path, fill) => {
    // The act may stand on the bar or in a menu: the first visible one, else its page.
    const link = page.locator(`[data-dialog-href*='/tickets/${number}/${path}']`).first();
    if (!(await link.isVisible())) await page.locator(".ticket-head details.menu:has(a[href*='" + path + "']) > summary").first().click();
    await link.click();
    await page.locator("dialog[open] form").waitFor();
    await fill(page.locator("dialog[open]"));
  };

  await step("waits for the requester, who answers by mail; resumes", async () => {
    await dialog(l1, "waiting", async (form) => {
      await form.locator("[name=waiting_for]").selectOption("requester");
      await form.locator("[name=reason]").fill(words.wait);
      await form.locator("[data-send]").click();
    });
    await l1.waitForSelector(`#head-${number} .state-waiting_requester`);
    await picture(l1, "04-waiting");
    const asked = read(await mail.waitFor(requester, (raw) => read(raw).text.includes(words.wait)));
    const back = [`In-Reply-To: ${asked.header("Message-ID")}`, `References: ${asked.header("Message-ID")}`];
    await mail.send({ from: requester, to: DESK, raw: letter({ from: requester, name: requesterName, subject: `Re: ${words.subject}`, body: words.answer, headers: back }) });
    await l1.locator(`#timeline-${number} .entry`, { hasText: words.answer }).waitFor({ timeout: 30_000 });
    if (await l1.locator(`#head-${number} .state-waiting_requester`).count()) {
      await l1.locator(`#head-${number} form[action*='/work'] .button-primary`).first().click();
    }
    await l1.waitForSelector(`#head-${number} .state-in_progress`);
  });

  await step("may not escalate without a hand-off, and escalates with one", async () => {
    await dialog(l1, "escalation", async (form) => {
      for (const part of ["tried", "known", "boundary"]) await form.locator(`[name='handoff.${part}']`).evaluate((area) => area.removeAttribute("required"));
      await form.locator("[data-send]").click();
      await form.locator("[role=alert]").waitFor();
      check(await form.locator(".field-invalid").count()).is(3, "each part of the hand-off is asked for");
      await picture(l1, "05-handoff-refused");
      for (const [index, part] of ["tried", "known", "boundary"].entries()) await form.locator(`[name='handoff.${part}']`).fill(words.handoff[index]);
      const owner = form.locator("[name=assignee] option", { hasText: words.l2[1] });
      if (await owner.count()) await form.locator("[name=assignee]").selectOption(await owner.first().getAttribute("value"));
      await form.locator("[data-send]").click();
    });
    await l1.waitForFunction(() => [...document.querySelectorAll(".ticket-line .chip")].some((chip) => /L2/.test(chip.textContent)));
    await picture(l1, "06-escalated");
  });

  const l2 = await open({ locale });
  await step("the engineer reads the hand-off and resolves with a reason for no test", async () => {
    await signIn(l2, url, words.l2[0]);
    await l2.goto(`${url}/tickets/${number}`);
    for (const part of words.handoff) check(await l2.locator("#detail").innerText()).includes(part);
    const take = l2.locator("form[action*='assignment/mine'] button").first();
    if (await take.count()) await take.click();
    await l2.waitForFunction((name) => document.querySelector(".ticket-line .person")?.textContent.includes(name), words.l2[1]);
    await dialog(l2, "resolution", async (form) => {
      await form.locator("[name=solution]").fill(words.first);
      await form.locator("[name=tested][value=false]").check();
      await form.locator("[data-send]").click();
      await form.locator("[role=alert]").waitFor();
      check(await form.locator("[name=solution]").inputValue()).is(words.first, "the form is kept as filled");
      await form.locator("[name=untested_reason]").fill(words.untested);
      await form.locator("[data-send]").click();
    });
    await l2.waitForSelector(`#head-${number} .state-resolved`);
    await picture(l2, "07-resolved");
  });

  const links = async (solution) => {
    const asked = read(await mail.waitFor(requester, (raw) => read(raw).text.includes(solution) && /\/confirm\//.test(read(raw).text)));
    const found = [...asked.text.matchAll(/https?:\/\/\S+\/confirm\/\S+/g)].map((match) => match[0]);
    check(found.length).is(2, "one link for yes and one for no");
    return found;
  };
  const person = await open({ locale });

  await step("the employee follows the link and says no: the same owner has it again", async () => {
    const [, no] = await links(words.first);
    await person.goto(no);
    check(await person.getAttribute("html", "lang")).is(locale);
    check(await person.locator("main").innerText()).includes(words.first);
    await picture(person, "08-asked");
    await axe(person);
    await person.fill("[name=comment]", words.no);
    await person.locator("button[name=answer][value=no]").click();
    await person.waitForLoadState("load");
    await picture(person, "09-refused");
    await l2.waitForSelector(`#head-${number} .state-in_progress`);
    check(await l2.locator(".ticket-line .person").innerText()).includes(words.l2[1]);
    await l2.locator(`#timeline-${number} .entry`, { hasText: words.no }).waitFor();
    await picture(l2, "10-reopened");
  });

  await step("resolved again, tested; the link says yes: closed", async () => {
    await dialog(l2, "resolution", async (form) => {
      await form.locator("[name=solution]").fill(words.second);
      await form.locator("[name=tested][value=true]").check();
      await form.locator("[data-send]").click();
    });
    await l2.waitForSelector(`#head-${number} .state-resolved`);
    const [yes] = await links(words.second);
    await person.goto(yes);
    await person.locator("button[name=answer][value=yes]").click();
    await person.waitForLoadState("load");
    await picture(person, "11-confirmed");
    await l2.waitForSelector(`#head-${number} .state-closed`);
    await picture(l2, "12-closed");
    await axe(l2);
  });

  await step("a used link says so and changes nothing", async () => {
    const [, no] = await links(words.second);
    await person.goto(no);
    check(await person.locator("button[name=answer]").count()).is(0);
    await picture(person, "13-used-link");
  });

  await step("each clock is explained, and the history told", async () => {
    const clocks = await l2.locator(`#head-${number} a.clock`).evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    check(clocks.length > 0).isTrue("the ticket has no clocks");
    for (const [index, href] of clocks.entries()) {
      await l2.goto(url + href);
      check((await l2.locator(".span").count()) > 0).isTrue("a clock without spans");
      if (index === clocks.length - 1) {
        await picture(l2, "14-clock");
        await axe(l2);
      }
    }
    await l2.goto(`${url}/tickets/${number}/assignment/reason`);
    await picture(l2, "15-why");
    await l2.goto(`${url}/tickets/${number}`);
    check((await l2.locator(`#timeline-${number} .change`).count()) >= 6).isTrue("the history is too short");
    for (const text of [words.body, words.reply, words.note, words.answer, words.first, words.no, words.second]) {
      check(await l2.locator(`#timeline-${number}`).innerText()).includes(text);
    }
    const letters = (await mail.inbox(requester)).map((raw) => read(raw).text).join("\n");
    for (const secret of [words.note, ...words.handoff]) check(letters).excludes(secret, "the requester was sent what is internal");
  });
  for (const page of [l1, l2, person]) await page.context().close();
}
