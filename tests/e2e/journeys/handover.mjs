// A fault goes to development and comes back: a technician hands it over with evidence, the tracker is told and tells, a developer
// reports, the desk returns the report, the developer reports again, the desk accepts. In both languages.
import { createHmac } from "node:crypto";
import { createServer } from "node:http";

export const title = "A ticket is handed over to development, its issue is read back, its report is returned once and then accepted";
export const limit = 420_000;
export const server = { args: ["demo", "--seed", "9", "--tickets", "40"], env: { MAINSTAY_OUTGOING_NETWORKS: "127.0.0.0/8" } };

const PASSWORD = "rock in midstream";

const WORDS = {
  "zh-CN": {
    title: "导出报表时程序退出", body: "点导出后窗口直接消失，日志 app.log 里有 E4711。", steps: "1. 打开月报\n2. 点击导出\n3. 选择 Excel",
    expected: "保存 Excel 文件", actual: "程序退出，错误码 E4711", tracker: "报表项目", reported: "根因已查明",
    technical: "导出线程在日期列为空时未判空，抛出异常。", plain: "有空白日期时导出功能会出错。", fix: "空日期按空单元格写出。", prevention: "增加空值用例。",
    missing: "请补充影响的版本。", comment: "已定位到导出线程。",
  },
  en: {
    title: "The program quits when a report is exported", body: "The window vanishes after Export; app.log says E4711.", steps: "1. Open the monthly report\n2. Click Export\n3. Choose Excel",
    expected: "An Excel file is saved", actual: "The program quits with E4711", tracker: "Reports project", reported: "Found",
    technical: "The export thread does not check for empty dates and throws.", plain: "Exporting fails when a date is empty.", fix: "Empty dates are written as empty cells.", prevention: "A test with empty values.",
    missing: "Which versions are affected?", comment: "It is the export thread.",
  },
};

/** A program that makes issues of packages. */
function receiver() {
  const heard = [];
  const program = createServer((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += piece));
    request.on("end", () => {
      heard.push({ headers: request.headers, body });
      response.statusCode = 201;
      response.end("{}");
    });
  });
  return new Promise((resolve) => program.listen(0, "127.0.0.1", () => resolve({ heard, url: `http://127.0.0.1:${program.address().port}/issues`, stop: () => program.close() })));
}

export default async function ({ url, open, signIn, step, check, shot, axe, until }) {
  const program = await receiver();
  try {
    for (const [locale, words] of Object.entries(WORDS)) {
      console.log(`      ${locale}`);
      const mark = (name) => `handover-${locale}-${name}`;
      const person = async (address, options) => {
        const page = await open({ locale, ...options });
        await signIn(page, address, PASSWORD);
        if ((await page.getAttribute("html", "lang")) !== locale) {
          const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
          await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
          await page.goto(`${url}/`);
        }
        check(await page.getAttribute("html", "lang")).is(locale);
        return page;
      };
      let hook, secretIn, secretOut, number, packagePath, reference;
      const before = program.heard.length;

      const admin = await person("admin@example.test");
      await step("an administrator connects an issue tracker and tries it", async () => {
        await admin.goto(`${url}/settings/trackers`);
        await shot(admin, mark("trackers"));
        await axe(admin);
        await admin.goto(`${url}/settings/trackers/new`);
        await admin.fill("[name=name]", words.tracker);
        await admin.selectOption("[name=kind]", "github");
        await admin.fill("[name=url]", program.url);
        await admin.locator("main form .button-primary").click();
        await admin.waitForURL(/settings\/trackers\/[0-9a-z]{26}$/);
        for (const summary of await admin.locator("details summary", { hasText: /显示|Show/ }).all()) await summary.click();
        secretIn = await admin.locator("#secret-in").innerText();
        secretOut = await admin.locator("#secret-out").innerText();
        hook = new URL(await admin.locator("section[aria-labelledby=incoming] dd code").first().innerText()).pathname;
        await shot(admin, mark("tracker"));
        await axe(admin);
        await Promise.all([admin.waitForURL(/\/log$/), admin.locator("form[action$='/test'] button").click()]);
        await until("the test arrives", () => program.heard.length === before + 1);
      });

      const employee = await person("employee@example.test", { width: 390 });
      await step("an employee reports it", async () => {
        await employee.goto(`${url}/portal/report`);
        await employee.fill("[name=title]", words.title);
        await employee.fill("[name=body]", words.body);
        await employee.locator("form.form button.button-primary").click();
        await employee.waitForURL(/\/portal\/requests\/\d+/);
        number = new URL(employee.url()).pathname.split("/").pop();
      });

      const technician = await person("l1@example.test");
      await step("a technician hands it over with the report as evidence", async () => {
        await technician.goto(`${url}/tickets/${number}`);
        await technician.locator(`#handover-${number} a`).click();
        await technician.waitForURL(/handover\/new$/);
        check(await technician.inputValue("[name=title]")).is(words.title);
        await shot(technician, mark("new"));
        await axe(technician);
        await technician.fill("[name=developer]", "l2@example.test");
        await technician.selectOption("[name=tracker]", { label: words.tracker });
        await technician.fill("[name=steps]", words.steps);
        await technician.fill("[name=actual]", words.actual);
        await technician.locator("input[name=evidence]").first().check();
        await technician.evaluate(() => document.querySelector("form[data-dirty-guard]").setAttribute("novalidate", ""));
        await technician.locator("main form .button-primary").click();
        await technician.locator("#expected-error").waitFor();
        check(await technician.inputValue("[name=steps]")).is(words.steps);
        await shot(technician, mark("refused"));
        await technician.fill("[name=expected]", words.expected);
        await technician.locator("main form .button-primary").click();
        await technician.waitForURL(/\/handovers\/[0-9a-z]{26}$/);
        packagePath = new URL(technician.url()).pathname;
        reference = await technician.locator("dd code", { hasText: "mainstay-handover-" }).innerText();
        await shot(technician, mark("package"));
        await axe(technician);
      });

      await step("the archive holds the package, the chosen evidence, and a manifest", async () => {
        const answer = await technician.request.get(`${url}${packagePath}/package.zip`);
        const bytes = await answer.body();
        check(bytes.subarray(0, 2).toString()).is("PK");
        for (const name of ["README.md", "manifest.json", "evidence/01-"]) check(bytes.includes(name)).isTrue(name);
      });

      await step("the tracker got a signed message, and what it tells stands on the ticket", async () => {
        await until("the package arrives", () => program.heard.length === before + 2);
        const { headers, body } = program.heard[before + 1];
        const key = Buffer.from(secretOut.replace("whsec_", ""), "base64");
        const signature = createHmac("sha256", key).update(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`).digest("base64");
        check(headers["webhook-signature"]).is(`v1,${signature}`);
        check(JSON.parse(body).data.body).includes(reference);
        const tell = async (event, payload) => {
          const text = JSON.stringify(payload);
          return fetch(`${url}${hook}`, { method: "POST", body: text, headers: {
            "content-type": "application/json", "x-github-event": event, "x-github-delivery": `${event}-${Math.random()}`,
            "x-hub-signature-256": `sha256=${createHmac("sha256", secretIn).update(text).digest("hex")}`,
          } });
        };
        const issue = { number: 12, html_url: "https://github.example/acme/app/issues/12", title: words.title, body: `see ${reference}`, labels: [], updated_at: new Date().toISOString(), state_reason: "completed" };
        const repository = { full_name: locale === "en" ? "acme/reports" : "acme/app" };
        check((await tell("issues", { action: "opened", issue, repository })).status).is(200);
        const comment = { body: words.comment, user: { login: "octocat" }, updated_at: issue.updated_at };
        check((await tell("issue_comment", { action: "created", issue, repository, comment })).status).is(200);
        check((await tell("issues", { action: "closed", issue, repository })).status).is(200);
        check((await fetch(`${url}${hook}`, { method: "POST", body: "{}", headers: { "x-github-event": "issues" } })).status).is(401);
        await technician.goto(`${url}/tickets/${number}`);
        await technician.locator(`#timeline-${number}`, { hasText: words.comment }).first().waitFor();
        await shot(technician, mark("ticket"));
        await axe(technician);
        await admin.goto(`${url}${await admin.locator("header a.back").getAttribute("href")}/log`);
        await shot(admin, mark("tracker-log"));
        await axe(admin);
      });

      const developer = await person("l2@example.test");
      await step("the developer finds it in the list and reports", async () => {
        await developer.goto(`${url}/handovers`);
        await shot(developer, mark("list"));
        await axe(developer);
        await developer.locator("tbody a", { hasText: words.title }).first().click();
        await developer.waitForURL(/\/handovers\/[0-9a-z]{26}$/);
        await developer.locator(".page-head a.button-primary").click();
        await developer.fill("[name=cause_technical]", words.technical);
        await developer.fill("[name=cause_plain]", words.plain);
        await developer.fill("[name=fix]", words.fix);
        await developer.fill("[name=prevention]", words.prevention);
        await shot(developer, mark("report"));
        await axe(developer);
        await developer.locator("main form .button-primary").click();
        await developer.locator("#report-1").waitFor();
      });

      await step("the desk returns it with a reason", async () => {
        await technician.goto(`${url}${packagePath}`);
        await shot(technician, mark("reported"));
        await technician.locator(`.page-head a[href$='/verdict']`).click();
        await technician.fill("[name=reason]", words.missing);
        await shot(technician, mark("return"));
        await axe(technician);
        await technician.locator("main form .button-primary").click();
        await technician.locator("#report-1", { hasText: words.missing }).waitFor();
      });

      await step("the developer mends it, and the desk accepts: the ticket goes on with the cause", async () => {
        await developer.goto(`${url}${packagePath}/report`);
        check(await developer.inputValue("[name=cause_plain]")).is(words.plain, "a returned report is mended, not written anew");
        await developer.fill("[name=fixed_in]", "4.2.2");
        await developer.locator("main form .button-primary").click();
        await developer.locator("#report-2").waitFor();
        await technician.goto(`${url}${packagePath}`);
        await technician.locator(".page-head form[action$='/verdict'] button").click();
        await technician.locator("#report-2 .chip-success").waitFor();
        await shot(technician, mark("accepted"));
        await axe(technician);
        await technician.goto(`${url}/tickets/${number}`);
        await technician.locator(".ticket-head .state-in_progress").first().waitFor();
        await technician.locator(`#timeline-${number}`, { hasText: words.technical }).first().waitFor();
      });
    }
  } finally {
    program.stop();
  }
}
