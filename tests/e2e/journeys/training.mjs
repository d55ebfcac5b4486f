// A course from its making to its hours: an engineer puts it together and assigns it, an employee takes it on a phone in Chinese, the
// trainer ticks who was there, and the manager reads the hours.
export const title = "A course is made, assigned, taken on a phone, tested, and counted";
export const limit = 240_000;
export const server = { args: ["demo", "--seed", "5", "--tickets", "20"] };

const PASSWORD = "rock in midstream";

export default async function ({ url, open, signIn, step, check, shot, axe, until }) {
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
    check(await page.getAttribute("html", "lang")).is(locale);
  };
  const send = async (page, within, to) => {
    await Promise.all([page.waitForURL(to), page.locator(within).first().click()]);
  };

  const engineer = await open({ locale: "zh-CN" });
  const employee = await open({ locale: "zh-CN", width: 390 });
  let course, article;

  await step("an article that employees read is the matter of the course", async () => {
    await signIn(employee, "employee@example.test", PASSWORD);
    await until("the articles that ship are found", async () => {
      await employee.goto(`${url}/help?q=${encodeURIComponent("钓鱼")}`);
      const links = await employee.locator("main a[href^='/help/']").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
      article = links.map((href) => href.match(/^\/help\/(\d+)/)?.[1]).find(Boolean);
      return Boolean(article);
    });
  });

  await step("an engineer begins a course with a title that came along", async () => {
    await signIn(engineer, "l2@example.test", PASSWORD);
    await engineer.goto(`${url}/training/courses/new?title=${encodeURIComponent("识别钓鱼邮件")}`);
    await language(engineer, "zh-CN");
    check(await engineer.inputValue("[name=title_zh]")).is("识别钓鱼邮件");
    await engineer.fill("[name=description_zh]", "半小时学会识别可疑邮件，知道该找谁。");
    await engineer.fill("[name=minutes]", "45");
    await shot(engineer, "training-course-new");
    await axe(engineer);
    await send(engineer, "main form [data-send]", /\/training\/courses\/[0-9a-z]{26}\/manage$/);
    course = engineer.url().replace(/\/manage$/, "");
  });

  await step("parts: an article that ships, a session with a date, a test; a mistake is said beside its field", async () => {
    await engineer.goto(`${course}/parts/new?kind=article`);
    await engineer.fill("[name=article]", "999999");
    await engineer.locator("main form [data-send]").click();
    await engineer.locator("#article-error").waitFor();
    await engineer.fill("[name=article]", article);
    await send(engineer, "main form [data-send]", /manage$/);
    await engineer.goto(`${course}/parts/new?kind=session`);
    await engineer.fill("[name=title_zh]", "现场练习");
    await send(engineer, "main form [data-send]", /manage$/);
    await engineer.goto(`${course}/parts/new?kind=test`);
    await engineer.fill("[name=title_zh]", "小测验");
    await engineer.fill("[name=questions_zh]", "哪封邮件有问题？\n[ ] 周一例会的邀请\n[x] 要您提供密码的邮件\n\n收到后怎么办？\n[x] 不点链接\n[ ] 先回复看看\n[x] 转给服务台");
    await shot(engineer, "training-test-form");
    await axe(engineer);
    await send(engineer, "main form [data-send]", /manage$/);
    await engineer.locator("a[href$='/sessions/new']").click();
    await engineer.waitForURL(/sessions\/new$/);
    await engineer.fill("[name=starts_at]", "2030-03-04T10:00");
    await engineer.fill("[name=place]", "3 楼培训室");
    await shot(engineer, "training-date-form");
    await axe(engineer);
    await send(engineer, "main form [data-send]", /manage$/);
  });

  await step("opened and assigned to an employee, with a day", async () => {
    await Promise.all([engineer.waitForURL(/manage$/), engineer.locator("form[action$='/state'] .button-primary").click()]);
    await engineer.locator(".chip-success", { hasText: "开放" }).waitFor();
    await engineer.fill("[name=people]", "employee@example.test");
    await engineer.fill("[name=due_on]", "2030-01-31");
    await Promise.all([engineer.waitForURL(/manage$/), engineer.locator("form[action$='/assignments'] .button-primary").click()]);
    check(await engineer.locator("main").innerText()).includes("叶青");
    await shot(engineer, "training-manage");
    await axe(engineer);
  });

  await step("the employee finds it on a phone, in the portal's frame, and reads the article", async () => {
    await employee.goto(`${url}/training`);
    await language(employee, "zh-CN");
    const text = await employee.locator("main").innerText();
    check(text).includes("识别钓鱼邮件");
    check(text).includes("2030年1月31日");
    await shot(employee, "training-mine");
    await axe(employee);
    await employee.locator("main a", { hasText: "识别钓鱼邮件" }).click();
    await employee.waitForURL(/\/training\/courses\/[0-9a-z]{26}$/);
    await shot(employee, "training-course");
    await axe(employee);
    await send(employee, "main .button-large", /\/parts\/\d+$/);
    await employee.locator("article.prose").waitFor();
    await shot(employee, "training-article");
    await axe(employee);
    await send(employee, "main form [data-send]", /\/parts\/\d+$/);
  });

  await step("takes a seat, and gives nothing away by looking at the test's source", async () => {
    await employee.locator("form[action$='/seat'] button").click();
    await employee.locator(".chip-success", { hasText: "已报名" }).waitFor();
    await shot(employee, "training-seat");
    await axe(employee);
    await employee.locator("a[data-key=j]").click();
    await employee.locator("fieldset#q0").waitFor();
    check((await employee.content()).includes("正确答案")).is(false, "the page tells the right answers");
    await shot(employee, "training-test");
    await axe(employee);
  });

  await step("hands in too early, then wrong, then right, and sees why", async () => {
    await employee.locator("[name=q0][value='0']").check();
    await employee.locator("main form [data-send]").click();
    await employee.locator("#q1 .error").waitFor();
    check(await employee.locator("[name=q0][value='0']").isChecked()).isTrue("the answer was forgotten");
    await employee.locator("[name=q1][value='1']").check();
    await employee.locator("main form [data-send]").click();
    await employee.locator("#attempts").waitFor();
    check((await employee.content()).includes("正确答案")).is(false, "a failed attempt tells the right answers");
    await employee.locator("[name=q0][value='1']").check();
    await employee.locator("[name=q1][value='0']").check();
    await employee.locator("[name=q1][value='2']").check();
    await employee.locator("main form [data-send]").click();
    await employee.locator(".banner-success").waitFor();
    check(await employee.locator("main").innerText()).includes("正确答案");
    await shot(employee, "training-passed");
    await axe(employee);
  });

  await step("the engineer sees how far people are, in English as well", async () => {
    await engineer.goto(`${course}/manage`);
    check(await engineer.locator("#learners ~ .table-wrap").innerText()).includes("2/3");
    await engineer.locator("main .links a").first().click();
    await engineer.waitForURL(/\/training\/sessions\//);
    check(await engineer.locator("main").innerText()).includes("叶青");
    await shot(engineer, "training-session");
    await axe(engineer);
    await language(engineer, "en");
    await engineer.goto(`${url}/training/courses`);
    await shot(engineer, "training-courses-en");
    await axe(engineer);
    await language(engineer, "zh-CN");
  });

  await step("the manager reads the hours, takes the file, and says how many are wanted", async () => {
    const manager = await open({ locale: "zh-CN" });
    await signIn(manager, "manager@example.test", PASSWORD);
    await manager.goto(`${url}/settings/training`);
    await manager.fill("[name=hours]", "20");
    await Promise.all([manager.waitForURL(/settings\/training$/), manager.locator("main form [data-send]").click()]);
    await manager.goto(`${url}/training/hours`);
    check(await manager.locator("main table").innerText()).includes("林小满");
    await shot(manager, "training-hours");
    await axe(manager);
    const file = await manager.request.get(`${url}/training/hours.csv`);
    check(file.status()).is(200);
    check(await file.text()).includes("20");
  });
}
