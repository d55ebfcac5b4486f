// A manager makes a rule by the form, tries it against the past, switches it on, and sees it act on a new ticket.
export const title = "A rule is made by form, tried against the past, switched on, and seen on the ticket it acted on";
export const server = { args: ["demo", "--seed", "5", "--tickets", "60"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe, until }) {
  const admin = await open({ locale: "zh-CN" });
  const press = async (page, value) => {
    await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), page.locator(`button[name=do][value='${value}']`).last().click()]);
    await page.waitForLoadState("load");
  };
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };
  const field = (name) => `[name='${name}']`;

  await step("signs in and finds no rules, but ready-made ones", async () => {
    await signIn(admin, "admin@example.test", PASSWORD);
    await language(admin, "zh-CN");
    await admin.goto(`${url}/settings/rules`);
    check(await admin.locator("#ready-made").innerText()).includes("现成规则");
    check((await admin.locator("main a[href*='template=']").count()) >= 10).isTrue("ten ready-made rules");
    await shot(admin, "rules-empty");
    await axe(admin);
  });

  await step("an empty rule is refused at its fields and keeps what was filled", async () => {
    await admin.goto(`${url}/settings/rules/new`);
    await admin.fill(field("name"), "网络问题打标签");
    await press(admin, "save");
    await admin.locator("[role=alert]").first().waitFor();
    check(await admin.inputValue(field("name"))).is("网络问题打标签");
    await shot(admin, "rules-refused");
  });

  await step("rows are added and removed by buttons", async () => {
    await admin.locator("[name=when][value=opened]").check();
    await admin.locator(field("groups.0.tests.0.field")).selectOption("state");
    await admin.locator(field("groups.0.tests.0.operator")).selectOption("is");
    await admin.fill(field("groups.0.tests.0.values"), "new, in_progress");
    await press(admin, "add_condition:0");
    check(await admin.inputValue(field("groups.0.tests.0.values"))).is("new, in_progress");
    await press(admin, "remove_condition:0:1");
    check(await admin.locator(field("groups.0.tests.1.values")).count()).is(0);
    await admin.fill(field("then.0.value"), "自动标签");
  });

  await step("the dry run shows past tickets and writes nothing", async () => {
    await press(admin, "dry_run");
    await admin.locator("#report").waitFor();
    check((await admin.locator("#report tbody tr").count()) >= 1).isTrue("no past ticket was found");
    await shot(admin, "rules-dry-run");
    await axe(admin);
  });

  await step("it is saved, read as text, and switched on", async () => {
    await press(admin, "save");
    await admin.waitForURL(/\/settings\/rules$/);
    const rule = await admin.locator("main a", { hasText: "网络问题打标签" }).first().getAttribute("href");
    await admin.goto(`${url}${rule}/text`);
    check(await admin.inputValue(field("text"))).includes("state is new, in_progress");
    await shot(admin, "rules-text");
    await admin.goto(`${url}/settings/rules`);
    await admin.locator("form[action$='/switch'] button").first().click();
    await admin.locator("main .chip-success").first().waitFor();
    await shot(admin, "rules-list");
  });

  await step("a new ticket gets the tag, and its page names and links the rule", async () => {
    await admin.goto(`${url}/portal/report`);
    await admin.fill("[name=title]", "会议室无线网络很慢");
    await admin.fill("[name=body]", "三楼会议室从早上开始很慢。");
    await Promise.all([admin.waitForURL(/\/portal\/requests\/\d+/), admin.locator("main form button.button-primary, main form button[type=submit]").last().click()]);
    const number = admin.url().match(/requests\/(\d+)/)[1];
    await until("the rule has fired", async () => {
      await admin.goto(`${url}/tickets/${number}`);
      return (await admin.locator(`#rules-${number}`).count()) === 1;
    });
    check(await admin.locator("#detail, main").first().innerText()).includes("自动标签");
    check((await admin.locator("li.change a[href^='/settings/rules/firings/']").count()) >= 1).isTrue("the timeline does not link the firing");
    await shot(admin, "rules-ticket");
    await admin.locator(`#rules-${number} a[href^='/settings/rules/firings/']`).first().click();
    await admin.waitForURL(/\/settings\/rules\/firings\/\d+/);
    check(await admin.locator("main").innerText()).includes("自动标签");
    await shot(admin, "rules-firing");
    await axe(admin);
  });

  await step("all of it reads in English too", async () => {
    await language(admin, "en");
    await admin.goto(`${url}/settings/rules/new?template=silent_reminder`);
    check(await admin.inputValue(field("name"))).is("Remind a silent requester");
    await shot(admin, "rules-english");
    await axe(admin);
  });
}
