// An engineer writes a fault article from its kind, with a screenshot by paste; a manager publishes it; others read it, vote,
// and comment; the engineer compares, brings a version back, and translates it. By keys where it matters, in both languages.
export const title = "An article is written with a pasted picture, reviewed, published, read, voted on, compared, and translated";
export const server = { args: ["demo", "--seed", "5", "--tickets", "10"] };

const PASSWORD = "rock in midstream";
const NAME = "Docking station shows no picture";
const BODY = `## Symptom

The monitor at the dock stays black.

## Solution

1. Pull the cable and wait ten seconds.
2. Plug it in again.

> [!TIP]
> The cable with the blue mark carries pictures.

| Dock | Cable |
|---|---|
| D1 | USB-C |

\`\`\`dot
digraph { laptop -> dock -> monitor }
\`\`\`

## Verification

The picture is there.
`;

/** A red square as a file on the clipboard, as a screenshot lies there. */
const pastePicture = (page) =>
  page.evaluate(() => {
    const bytes = Uint8Array.from(atob("iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CABzGMSjNgCRYAt8pjnQuW8k0AAAAASUVORK5CYII="), (letter) => letter.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], "image.png", { type: "image/png" }));
    document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  });

const pasteText = (page, length) =>
  page.evaluate((length) => {
    const data = new DataTransfer();
    data.setData("text/plain", "x".repeat(length));
    const began = performance.now();
    document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    return performance.now() - began;
  }, length);

export default async function ({ open, signIn, url, step, check, shot, axe, press, until, tolerate }) {
  const engineer = await open({ locale: "zh-CN" });
  const status = () => engineer.locator("[data-editor-status]").innerText();
  const language = async (page, locale) => {
    if ((await page.getAttribute("html", "lang")) === locale) return;
    const csrf = await page.getAttribute("meta[name=csrf-token]", "content");
    await page.request.post(`${url}/locale`, { form: { csrf, locale, next: "/" }, headers: { Origin: url } });
    await page.reload();
  };
  const away = (page) => page.evaluate(() => document.activeElement?.blur());
  let number;

  await step("n begins an article of a kind, by keys", async () => {
    await signIn(engineer, "l2@example.test", PASSWORD);
    await language(engineer, "en");
    await engineer.goto(`${url}/knowledge`);
    await shot(engineer, "list");
    await axe(engineer);
    await press(engineer, "n");
    await engineer.waitForURL(/\/knowledge\/new/);
    await engineer.locator("#title:focus").waitFor();
    await engineer.keyboard.type(NAME);
    await engineer.locator("[name=begin][value='kind:fault']").check();
    await engineer.locator("#locale").selectOption("en");
    await shot(engineer, "new");
    await axe(engineer);
    await Promise.all([engineer.waitForURL(/\/edit/), press(engineer, "Control+Enter")]);
    number = new URL(engineer.url()).pathname.split("/")[2];
    check((await engineer.inputValue("#body")).match(/^## /gm).length).is(5, "a fault begins with its five headings");
  });

  await step("what is typed is saved by itself, the preview follows, buttons put in marks", async () => {
    await engineer.fill("#summary", "The picture comes back in two minutes.");
    await engineer.fill("#tags", "dock, monitor, black");
    await engineer.fill("#body", BODY);
    await until("it is saved", async () => /Saved at/.test(await status()));
    await engineer.locator(".kb-preview svg").first().waitFor();
    check(await engineer.locator(".kb-preview .callout").count()).is(1);
    await engineer.locator("#body").press("Control+End");
    await engineer.keyboard.type("bold");
    await engineer.locator("#body").press("Control+Shift+ArrowLeft");
    await press(engineer, "Control+b");
    check(await engineer.inputValue("#body")).includes("**bold**");
    await engineer.locator("#body").press("Control+End");
    await engineer.keyboard.type("\n\n- one\ntwo\n\n");
    check(await engineer.inputValue("#body")).includes("- one\n- two\n");
    await shot(engineer, "editor");
    await axe(engineer);
  });

  await step("a screenshot is pasted and stands in the preview", async () => {
    await engineer.locator("#body").press("Control+End");
    await pastePicture(engineer);
    await until("the picture is in the text", async () => /!\[.*\]\(file:[^)]+\.png\)/.test(await engineer.inputValue("#body")));
    await engineer.locator(".kb-preview img").waitFor();
    check(await engineer.locator(".kb-preview img").evaluate((picture) => picture.decode().then(() => picture.naturalWidth))).is(10);
    await until("it is saved", async () => /Saved at/.test(await status()));
  });

  await step("50 MB are refused in words and freeze nothing", async () => {
    const before = await engineer.inputValue("#body");
    const millis = await pasteText(engineer, 50_000_000);
    check(millis < 2_000).isTrue(`the paste took ${millis} ms`);
    check(await engineer.locator(".toast-danger").innerText()).includes("500 kB");
    check(await engineer.inputValue("#body")).is(before);
    await engineer.locator(".toast-danger button").click();
  });

  await step("nothing is lost when the page is left at once", async () => {
    await engineer.locator("#body").press("Control+End");
    await engineer.keyboard.type("last words");
    await engineer.locator(".kb-editor-head .back").click();
    await engineer.waitForURL((to) => to.pathname === `/knowledge/${number}`);
    check(await engineer.locator(".kb-prose").innerText()).includes("last words");
  });

  await step("it is a draft that employees do not find", async () => {
    const employee = await open({ locale: "zh-CN" });
    tolerate(employee, /status of 404/);
    await signIn(employee, "employee@example.test", PASSWORD);
    const answer = await employee.goto(`${url}/knowledge/${number}`);
    check(answer.status()).is(404);
    await employee.context().close();
  });

  await step("Ctrl+S keeps a version, p publishes", async () => {
    await press(engineer, "e");
    await engineer.waitForURL(/\/edit/);
    await engineer.locator("#body").focus();
    await press(engineer, "Control+s");
    await engineer.locator(".toast-success").waitFor();
    await engineer.locator(".kb-editor-head .back").click();
    await engineer.waitForURL((to) => to.pathname === `/knowledge/${number}`);
    await away(engineer);
    await press(engineer, "p");
    await engineer.locator(".kb-line .chip-success").waitFor();
    await shot(engineer, "article");
    await axe(engineer);
  });

  await step("the paper has the article and nothing to press", async () => {
    await engineer.emulateMedia({ media: "print" });
    for (const gone of [".rail", ".kb-side", ".kb-vote", ".kb-comments", ".kb-head .actions"]) {
      check(await engineer.locator(gone).first().isVisible()).is(false, `${gone} is printed`);
    }
    check(await engineer.locator(".kb-prose").isVisible()).isTrue();
    await engineer.emulateMedia({ media: null });
  });

  await step("an article changes; readers keep the published one; the differences stand side by side", async () => {
    await engineer.goto(`${url}/knowledge/${number}/edit?locale=en`);
    await engineer.fill("#body", (await engineer.inputValue("#body")).replace("wait ten seconds", "wait half a minute").replace("2. Plug", "2. Look for dust.\n3. Plug"));
    await until("it is saved", async () => /Saved at/.test(await status()));
    await engineer.goto(`${url}/knowledge/${number}`);
    check(await engineer.locator(".kb-prose").innerText()).includes("wait ten seconds");
    await engineer.locator(".kb-notices a").first().click();
    await engineer.waitForURL(/history/);
    check(await engineer.locator(".kb-diff del").first().innerText()).includes("ten");
    check((await engineer.locator(".kb-diff ins").allInnerTexts()).join(" ")).includes("half");
    check(await engineer.locator(".kb-added").first().innerText()).includes("Look for dust");
    await shot(engineer, "differences");
    await axe(engineer);
  });

  await step("published again, then an older version comes back", async () => {
    await engineer.goto(`${url}/knowledge/${number}`);
    await Promise.all([engineer.waitForLoadState("load"), press(engineer, "p")]);
    await until("it is published", async () => (await engineer.locator(".kb-prose").innerText()).includes("half a minute"));
    await engineer.goto(`${url}/knowledge/${number}/history?locale=en`);
    await engineer.locator("form[action$='/restore'] button").click();
    await engineer.waitForURL(/\/edit/);
    check(await engineer.inputValue("#body")).includes("wait ten seconds");
    await engineer.goto(`${url}/knowledge/${number}`);
    check(await engineer.locator(".kb-prose").innerText()).includes("half a minute");
    await engineer.locator(".actions details.menu summary").click();
    await engineer.locator("form[action$='/discard'] button").click();
    await engineer.locator("dialog[open] .button-primary").click();
    await until("the working copy is gone", async () => (await engineer.locator("form[action$='/discard']").count()) === 0);
  });

  await step("a colleague votes no with a reason, then yes, and comments", async () => {
    const colleague = await open({ locale: "zh-CN", width: 390 });
    await signIn(colleague, "l1@example.test", PASSWORD);
    await language(colleague, "zh-CN");
    await colleague.goto(`${url}/knowledge/${number}`);
    check(await colleague.locator(".kb-notices").innerText()).includes("还没有中文版");
    await colleague.locator(".kb-no > summary").click();
    await colleague.fill("#reason", "蓝色的线也不行");
    await colleague.locator(".kb-no .button-primary").last().click();
    await colleague.waitForURL(/#vote/);
    await colleague.reload();
    check(await colleague.locator("#vote").innerText()).includes("没有解决");
    await colleague.locator("#vote button[value=yes]").click();
    await until("the vote is counted", async () => (await colleague.locator("#vote button[aria-pressed=true]").count()) === 1);
    await colleague.locator("#comments [name=body]").fill("第二步的图不清楚");
    await colleague.locator("#comments [data-send]").click();
    await colleague.locator(".kb-comment", { hasText: "第二步的图不清楚" }).waitFor();
    await shot(colleague, "read", { widths: [390] });
    await axe(colleague);
    await colleague.context().close();
    await engineer.goto(`${url}/knowledge/${number}`);
    await engineer.locator(".kb-comment form button").first().click();
    await engineer.locator("#comments details").waitFor();
  });

  await step("it is translated, and the translation says when the original went on", async () => {
    await engineer.goto(`${url}/knowledge/${number}/translations`);
    await shot(engineer, "translations");
    await axe(engineer);
    await Promise.all([engineer.waitForURL(/locale=zh-CN/), engineer.locator("button[name=locale][value=zh-CN]").click()]);
    await engineer.fill("#title", "扩展坞没有画面");
    await engineer.fill("#body", "## 症状\n\n显示器一直黑屏。\n\n## 解决办法\n\n1. 拔下线等半分钟。\n");
    await Promise.all([engineer.waitForURL((to) => to.pathname === `/knowledge/${number}`), engineer.locator("button[value=publish]").click()]);
    check(await engineer.locator(".kb-title").innerText()).is("扩展坞没有画面");
    await engineer.goto(`${url}/knowledge/${number}/edit?locale=en`);
    await engineer.fill("#body", `${await engineer.inputValue("#body")}\nAsk for a new cable.\n`);
    await Promise.all([engineer.waitForURL((to) => to.pathname === `/knowledge/${number}`), engineer.locator("button[value=publish]").click()]);
    await language(engineer, "zh-CN");
    await engineer.goto(`${url}/knowledge/${number}`);
    check(await engineer.locator(".kb-notices").innerText()).includes("原文又有改动");
    await engineer.goto(`${url}/knowledge/${number}/translations`);
    await engineer.locator("form[action$='/in-step'] button").click();
    await until("it is in step", async () => (await engineer.locator("form[action$='/in-step']").count()) === 0);
  });

  await step("the facts say who looks after it, and a reviewer answers", async () => {
    await engineer.goto(`${url}/knowledge/${number}/facts`);
    await engineer.fill("[name=review_months]", "6");
    await engineer.fill("[name=software]", "DockFirmware");
    await engineer.fill("[name=software_version]", "1.2");
    await shot(engineer, "facts");
    await axe(engineer);
    await Promise.all([engineer.waitForURL((to) => to.pathname === `/knowledge/${number}`), engineer.locator("form [data-send]").first().click()]);
    check(await engineer.locator(".facts").first().innerText()).includes("DockFirmware 1.2");
  });

  await step("without scripts the editor is a form that loses nobody's words", async () => {
    const state = await engineer.context().storageState();
    const plain = await open({ locale: "zh-CN", scripts: false, state });
    await plain.goto(`${url}/knowledge/${number}/edit?locale=en`);
    await engineer.goto(`${url}/knowledge/${number}/edit?locale=en`);
    await engineer.fill("#body", (await engineer.inputValue("#body")).replace("stays black", "stays black or grey"));
    await until("it is saved", async () => /已保存/.test(await status()));
    await plain.fill("#body", (await plain.inputValue("#body")).replace("The picture is there.", "The picture is there at once."));
    await plain.locator("button[value=save]").click();
    const whole = await plain.inputValue("#body");
    check(whole).includes("black or grey");
    check(whole).includes("there at once");
    await shot(plain, "plain", { widths: [390] });
  });

  await step("the palette and the list find it by either language", async () => {
    await engineer.goto(`${url}/knowledge?q=${encodeURIComponent("扩展坞")}`);
    await until("the index has it", async () => {
      await engineer.reload();
      return (await engineer.locator(`#row-${number}`).count()) === 1;
    });
    await shot(engineer, "found");
    await axe(engineer);
    await press(engineer, "Control+k");
    await engineer.keyboard.type("扩展坞");
    await engineer.locator(`.palette-list [data-href='/knowledge/${number}']`).waitFor();
  });
}
