// A technician makes a view, changes several tickets at once, and takes that back; by keys, and without scripts.
export const title = "A technician keeps a view, changes many tickets at once, and takes it back";
export const server = { args: ["demo", "--seed", "5", "--tickets", "1500"] };

const PASSWORD = "rock in midstream";

export default async function ({ open, signIn, url, step, check, shot, axe, press, until }) {
  const page = await open({ locale: "zh-CN" });
  const away = () => page.evaluate(() => document.activeElement?.blur());
  const chosen = () => page.locator("input[data-select]:checked").count();
  const figure = (name) =>
    page
      .locator("#rail-queues a", { hasText: name })
      .locator(".count")
      .innerText()
      .catch(() => "0");

  await step("filters a queue and saves it as a view", async () => {
    await signIn(page, "l1@example.test", PASSWORD);
    await page.goto(`${url}/queues/open`);
    await press(page, "f");
    await page.locator(".filters [name=priority]").selectOption("P2");
    await shot(page, "filter", { widths: [1440] });
    await page.locator(".filters .form-actions .button-primary").click();
    await page.waitForURL(/priority=P2/);
    await away();
    await press(page, "v");
    await page.locator("[name=name]").fill("待办 P2");
    await shot(page, "view-form");
    await axe(page);
    await press(page, "Enter");
    await page.waitForURL(/queues\/all\?view=/);
    check(await page.locator(".pane-title").innerText()).is("待办 P2");
    await page.locator("#rail-queues a[aria-current=page]", { hasText: "待办 P2" }).waitFor();
  });

  let before;
  await step("selects with x and Shift+arrow, and takes them into a change by keys alone", async () => {
    before = Number(await figure("待办 P2"));
    check(before >= 3).isTrue(`only ${before} tickets to work on`);
    await press(page, "j", "x", "Shift+ArrowDown");
    check(await chosen()).is(2);
    await shot(page, "selected");
    await press(page, "b");
    await page.locator("#bulk [name=to_impact]").selectOption("site");
    await page.locator("#bulk [name=to_urgency]").selectOption("high");
    await shot(page, "change", { widths: [1440] });
    await page.locator("#bulk .form-actions .button-primary").press("Enter");
    await page.waitForURL(/done=/);
    await page.locator("#batch-done").waitFor();
    await shot(page, "done");
    await axe(page);
    await until("the figure fell", async () => Number(await figure("待办 P2")) === before - 2);
  });

  await step("z takes it back", async () => {
    await away();
    await press(page, "z");
    await page.waitForURL((to) => !to.search.includes("done="));
    await until("the figure is what it was", async () => Number(await figure("待办 P2")) === before);
  });

  await step("the button goes when the ten seconds are over", async () => {
    await press(page, "j", "x");
    await page.locator("#bulk button[value=star]").click();
    await page.locator("#batch-done").waitFor();
    await page.goto(`${url}/queues/starred`);
    check(await page.locator("#rows [data-row]").count()).is(1);
  });

  await step("the list of views, in English", async () => {
    const english = await open({ locale: "en", state: await page.context().storageState() });
    await english.goto(`${url}/views`);
    await shot(english, "views");
    await axe(english);
  });

  await step("without scripts the same is done by plain forms", async () => {
    const plain = await open({ locale: "zh-CN", scripts: false, state: await page.context().storageState() });
    await plain.goto(`${url}/queues/open`);
    const boxes = plain.locator("#rows input[name=ticket]");
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await plain.locator("#bulk summary").click();
    await plain.locator("#bulk [name=to_add_tags]").fill("试验");
    await plain.locator("#bulk .form-actions .button-primary").click();
    await plain.locator("#batch-done").waitFor();
    check(await plain.locator(".row .chip", { hasText: "试验" }).count()).is(2);
    await plain.locator("#batch-done form button").click();
    await plain.locator("#rows").waitFor();
    check(await plain.locator(".row .chip", { hasText: "试验" }).count()).is(0);
  });
}
